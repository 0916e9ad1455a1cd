//! PDF by Typst: one template, one JSON file of values, four fonts, and nothing else in its world.

use std::sync::LazyLock;

use typst::{
    Library, LibraryExt as _, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::{Error, Snapshot, fonts, paper::Paper, plain};

/// Compilations after which an unused cached layout is dropped. Not 0: others may be compiling in parallel.
const CACHE_AGE: usize = 4;

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(fonts::FACES.iter())));
static TEMPLATE: LazyLock<Source> = LazyLock::new(|| {
    Source::new(
        file("report.typ"),
        include_str!("../templates/report.typ").into(),
    )
});

fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("our own file names are valid");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// Everything the template can reach.
struct Desk {
    paper: Bytes,
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        TEMPLATE.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == TEMPLATE.id() {
            Ok(TEMPLATE.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == file("paper.json") {
            Ok(self.paper.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts::FACES.get(index).cloned()
    }

    // The date of a document is the date of its snapshot, never of the machine.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// `paper` as PDF/A-2a and PDF/UA-1, dated and named by `snapshot`.
pub(crate) fn render(paper: &Paper, snapshot: &Snapshot) -> Result<Vec<u8>, Error> {
    let mut values = serde_json::to_value(paper).map_err(Error::Model)?;
    plain::each_string(&mut values, &|text| *text = plain::breakable(text));
    let json = serde_json::to_vec(&values).map_err(Error::Model)?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("luytre {} {}", snapshot.id, snapshot.sha256)),
        creator: Smart::Custom(Some(format!(
            "Lũy Tre {}",
            plain::printable(&snapshot.program)
        ))),
        timestamp: Some(Timestamp::new_utc(instant(snapshot)?)),
        standards: PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
            .map_err(|problem| Error::Pdf(problem.message().to_string()))?,
        ..PdfOptions::default()
    };
    let desk = Desk {
        paper: Bytes::new(json),
    };
    let result = typst::compile::<PagedDocument>(&desk)
        .output
        .and_then(|document| typst_pdf::pdf(&document, &options));
    comemo::evict(CACHE_AGE);
    result.map_err(|problems| Error::Pdf(described(&problems)))
}

fn described(problems: &[SourceDiagnostic]) -> String {
    let lines: Vec<&str> = problems
        .iter()
        .take(5)
        .map(|p| p.message.as_str())
        .collect();
    lines.join("; ")
}

fn instant(snapshot: &Snapshot) -> Result<Datetime, Error> {
    let at = jiff::tz::Offset::UTC.to_datetime(snapshot.taken);
    let field = |value: i8| u8::try_from(value).map_err(|_| Error::Time(snapshot.taken));
    Datetime::from_ymd_hms(
        i32::from(at.year()),
        field(at.month())?,
        field(at.day())?,
        field(at.hour())?,
        field(at.minute())?,
        field(at.second())?,
    )
    .ok_or(Error::Time(snapshot.taken))
}
