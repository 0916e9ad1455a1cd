//! JSON for programs, in the shapes of the contract.

use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    str::FromStr,
};

use jiff::Timestamp;
use luytre_checks::{Coverage, Observation, Ruling, Subject, Verdict};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::{Failure, Hint, both, ratings};
use crate::workspace::private;

/// Where `--json` writes: a file, or `-` for stdout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JsonSink {
    /// Standard output.
    Stdout,
    /// A file, replaced as a whole.
    File(PathBuf),
}

impl FromStr for JsonSink {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text == "-" {
            Self::Stdout
        } else {
            Self::File(text.into())
        })
    }
}

impl JsonSink {
    /// Whether stdout is taken, so that no table may be printed there.
    pub(crate) fn is_stdout(&self) -> bool {
        *self == Self::Stdout
    }

    /// Writes one document.
    pub(crate) fn write(&self, document: &impl Serialize) -> Result<(), Failure> {
        match self {
            Self::Stdout => super::print(&serde_json::to_string_pretty(document)?),
            Self::File(path) => {
                write_document(path, document).doing(both!(
                    "không ghi được {}",
                    "cannot write {}",
                    path.display()
                ))?;
            }
        }
        Ok(())
    }
}

fn write_document(path: &Path, document: &impl Serialize) -> Result<(), io::Error> {
    let mut file = BufWriter::new(private().open(path)?);
    serde_json::to_writer_pretty(&mut file, document)?;
    file.write_all(b"\n")?;
    file.flush()
}

/// What a command measured and judged, as the contract prints it. Written piece by piece: a tree of it
/// would take many times the memory of the text.
#[derive(Debug, Serialize)]
pub(crate) struct Measured<'a, F> {
    coverage: Value,
    findings: F,
    observations: &'a [Observation],
    #[serde(serialize_with = "rated")]
    ratings: (&'a [Observation], Timestamp),
    #[serde(serialize_with = "judged")]
    verdicts: &'a [Verdict],
}

impl<'a, F: Serialize> Measured<'a, F> {
    pub(crate) fn new(
        observations: &'a [Observation],
        verdicts: &'a [Verdict],
        findings: F,
        coverage: &Coverage,
        at: Timestamp,
    ) -> Self {
        Self {
            coverage: self::coverage(coverage),
            findings,
            observations,
            ratings: (observations, at),
            verdicts,
        }
    }
}

fn rated<S: Serializer>(
    (observations, at): &(&[Observation], Timestamp),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(ratings(observations, *at))
}

fn judged<S: Serializer>(verdicts: &&[Verdict], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(verdicts.iter().map(verdict))
}

/// A verdict as the contract prints it.
pub(crate) fn verdict(verdict: &Verdict) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    put("check", json!(verdict.check));
    put(
        match verdict.subject {
            Subject::Endpoint(_) | Subject::Target(_) => "endpoint",
            Subject::System(_) => "system",
            Subject::Owner(_) => "owner",
        },
        json!(verdict.target),
    );
    put("subject", json!(verdict.part));
    put("outcome", json!(verdict.ruling.as_str()));
    match &verdict.ruling {
        Ruling::Fail { grade, severity } => {
            put("grade", json!(grade));
            put("severity", json!(severity));
        }
        Ruling::NotApplicable { reason: [vi, en] } | Ruling::Inconclusive { reason: [vi, en] } => {
            put("reason", json!({"vi": vi, "en": en}));
        }
        Ruling::Pass | Ruling::NotInForce => {}
    }
    put("clauses", json!(verdict.clauses));
    put("policy", json!(verdict.policy));
    put(
        "message",
        json!({"vi": verdict.message_vi, "en": verdict.message_en}),
    );
    Value::Object(out)
}

/// Coverage in figures, as the contract prints it.
fn coverage(coverage: &Coverage) -> Value {
    json!({
        "planned": coverage.planned(),
        "measured": coverage.measured(),
        "confirmed_partly": coverage.confirmed_partly(),
        "unmeasured": coverage.unmeasured(),
        "not_permitted": coverage.not_permitted(),
    })
}
