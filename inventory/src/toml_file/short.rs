//! Short spellings that people may use in TOML.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::{
    Code, Hours, Paper,
    dates::{Edge, parse_moment, parse_time},
    paper::parse_paper,
};

/// One code or a list of them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "a code like \"ubnd-xa-doi-che\" or a list of codes"
)]
pub(super) enum Codes {
    One(Code),
    Many(Vec<Code>),
}

impl Codes {
    pub(super) fn into_vec(self) -> Vec<Code> {
        match self {
            Self::One(code) => vec![code],
            Self::Many(codes) => codes,
        }
    }

    pub(super) fn of(mut codes: Vec<Code>) -> Option<Self> {
        match codes.len() {
            0 => None,
            1 => codes.pop().map(Self::One),
            _ => Some(Self::Many(codes)),
        }
    }
}

/// A paper in parts, or as the usual sentence.
#[derive(Debug, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "a paper: {number, date, authority} or \"QĐ số 12/QĐ-UBND ngày 18/11/2026 của UBND tỉnh\""
)]
pub(super) enum Sheet {
    Parts(Paper),
    Sentence(String),
}

impl Sheet {
    pub(super) fn into_paper(self) -> Paper {
        match self {
            Self::Parts(paper) => paper,
            Self::Sentence(text) => parse_paper(&text).unwrap_or(Paper {
                number: Some(text),
                ..Paper::default()
            }),
        }
    }
}

fn moment<'de, D: Deserializer<'de>>(from: D, edge: Edge) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(from)?;
    parse_moment(&text, edge)
        .ok_or_else(|| D::Error::custom(format!("`{text}` is no date and no moment")))
}

/// A first moment: a bare day means its start.
#[derive(Debug)]
pub(super) struct From(pub(super) Timestamp);

/// A last moment: a bare day means its end.
#[derive(Debug)]
pub(super) struct Until(pub(super) Timestamp);

impl<'de> Deserialize<'de> for From {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        moment(from, Edge::Start).map(Self)
    }
}

impl<'de> Deserialize<'de> for Until {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        moment(from, Edge::End).map(Self)
    }
}

/// Moments are written in the province's own time, which people compare with the paper.
fn written<S: Serializer>(moment: Timestamp, to: S) -> Result<S::Ok, S::Error> {
    let local = moment.to_zoned(crate::dates::zone());
    match local.offset() {
        offset if offset == jiff::tz::offset(7) => {
            to.serialize_str(&moment.display_with_offset(offset).to_string())
        }
        _ => to.serialize_str(&moment.to_string()),
    }
}

impl Serialize for From {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        written(self.0, to)
    }
}

impl Serialize for Until {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        written(self.0, to)
    }
}

/// Hours as `"07:00-19:00"`.
#[derive(Debug)]
pub(super) struct DayHours(pub(super) Hours);

impl<'de> Deserialize<'de> for DayHours {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        parse_hours(&text)
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("`{text}` is not hours like 07:00-19:00")))
    }
}

impl Serialize for DayHours {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&show_hours(self.0))
    }
}

/// Reads `07:00-19:00`.
pub(crate) fn parse_hours(text: &str) -> Option<Hours> {
    let (from, to) = text.split_once(['-', '–'])?;
    Some(Hours {
        from: parse_time(from)?,
        to: parse_time(to)?,
    })
}

/// Writes hours as [`parse_hours`] reads them.
pub(crate) fn show_hours(hours: Hours) -> String {
    format!("{}-{}", hours.from, hours.to)
}
