//! Explains: the annual assessment of one system as PDF and DOCX.
//!
//! [`Assessment`] holds everything a document shows. [`pdf`] and [`docx`] draw the same composed text, so the two
//! cannot drift. Both read no clock and no file, give the same bytes for the same value, and block: call them from a
//! thread that may block.
//!
//! Layout: Nghị định 30/2020/NĐ-CP, Phụ lục I. Content: Nghị định 331/2026/NĐ-CP, Điều 27.

mod compose;
mod docx;
mod fonts;
mod model;
mod paper;
mod pdf;
mod plain;
mod standing;
mod words;

pub use model::*;
pub use standing::Standing;

/// Why no document was made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// State secrets do not belong on a machine connected to the Internet.
    #[error("a document marked \"{}\" must not be made on this machine", .0.name())]
    Secret(SecrecyMark),
    /// A clean scan cannot prove a clause that measurements can only contradict.
    #[error("clause \"{0}\" is marked as met on a clean scan alone")]
    CleanScanAsMet(String),
    /// A due date must say where it comes from.
    #[error("finding \"{0}\" has a due date without its basis")]
    DueWithoutBasis(String),
    /// More was measured than planned, so no share can be stated.
    #[error("{measured} measurements made but only {planned} planned")]
    Coverage {
        /// Measurements made.
        measured: u64,
        /// Measurements planned.
        planned: u64,
    },
    /// The model does not survive its own serialisation.
    #[error("cannot prepare the assessment")]
    Model(#[source] serde_json::Error),
    /// The date cannot stand in a PDF.
    #[error("the snapshot time {0} cannot be written to a document")]
    Time(jiff::Timestamp),
    /// The typesetter refused the document: a bug in the template.
    #[error("cannot set the PDF: {0}")]
    Pdf(String),
    /// The archive could not be written.
    #[error("cannot write the DOCX")]
    Docx(#[source] std::io::Error),
}

/// Format of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// PDF/A-2a and PDF/UA-1, fonts embedded.
    Pdf,
    /// Office Open XML, to be edited.
    Docx,
}

impl Format {
    /// Usual ending of the file name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
        }
    }
}

/// Renders in `format`. Blocks.
pub fn render(assessment: &Assessment, format: Format) -> Result<Vec<u8>, Error> {
    match format {
        Format::Pdf => pdf(assessment),
        Format::Docx => docx(assessment),
    }
}

/// Renders as PDF/A-2a and PDF/UA-1. Blocks.
pub fn pdf(assessment: &Assessment) -> Result<Vec<u8>, Error> {
    pdf::render(&composed(assessment)?, &assessment.snapshot)
}

/// Renders as DOCX. Blocks.
pub fn docx(assessment: &Assessment) -> Result<Vec<u8>, Error> {
    docx::render(&composed(assessment)?, &assessment.snapshot)
}

/// Checks what must never be printed, cleans every string, writes the text.
fn composed(assessment: &Assessment) -> Result<paper::Paper, Error> {
    if assessment.secrecy.state_secret() {
        return Err(Error::Secret(assessment.secrecy));
    }
    for requirement in &assessment.requirements {
        if requirement.contradict_only
            && matches!(
                requirement.state,
                RequirementState::Met {
                    basis: Basis::Scan,
                    ..
                }
            )
        {
            return Err(Error::CleanScanAsMet(requirement.clause.clone()));
        }
    }
    for finding in &assessment.findings {
        if finding.due.is_some() && finding.due_basis.is_none() {
            return Err(Error::DueWithoutBasis(finding.code.clone()));
        }
    }
    let coverage = &assessment.coverage;
    if coverage.measured > coverage.planned {
        return Err(Error::Coverage {
            measured: coverage.measured,
            planned: coverage.planned,
        });
    }
    Ok(compose::paper(&plain::assessment(assessment)?))
}
