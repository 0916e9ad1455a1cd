//! Metrics, encoded family by family from one picture of the store.
//!
//! Every series of a system or endpoint is made for a declared one, from closed label sets. Text
//! from a target never becomes a label; text of the inventory only in `_info`, cleaned and capped.
//! What is unknown is absent, never 0.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use luytre_inventory::Inventory;
use luytre_store::Picture;
use prometheus::{Encoder, TextEncoder};

mod budget;
mod declared;
mod family;
mod findings;
mod labels;
mod measured;
mod runs;
#[cfg(test)]
mod tests;

pub use budget::{FIXED, PER_ENDPOINT, PER_SYSTEM, PER_UNIT, SERIES_LIMIT, series_budget};

use crate::Error;
use family::Families;

/// Content type of the exposition format.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Which program this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Build {
    /// Version of the package.
    pub version: &'static str,
    /// Revision of the source, or empty.
    pub revision: &'static str,
}

/// Metrics as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The exposition.
    pub text: String,
    /// Series left out because the budget was spent, by family, counted over this and all calls
    /// before it.
    pub dropped: BTreeMap<&'static str, u64>,
}

/// Encodes `picture` as it stands at `now`. `dropped` is what the call before gave; empty at first.
pub fn encode(
    picture: &Picture,
    build: Build,
    now: Timestamp,
    dropped: &BTreeMap<&'static str, u64>,
) -> Result<Encoded, Error> {
    let empty = Inventory::default();
    let inventory = picture
        .inventory
        .as_ref()
        .map_or(&empty, |(_, inventory)| inventory);
    let scene = Scene {
        picture,
        inventory,
        now,
        today: vietnam_day(now),
    };
    let mut families = Families::new(series_budget(inventory), dropped);
    // The few that watch over the others come first: the budget cuts from the end.
    runs::add(&scene, build, &mut families);
    findings::add(&scene, &mut families);
    declared::add(&scene, &mut families);
    measured::add(&scene, &mut families);
    let (list, dropped) = families.finish();
    let mut bytes = Vec::new();
    TextEncoder::new()
        .encode(&list, &mut bytes)
        .map_err(Error::Encode)?;
    // The encoder is given strings and writes strings.
    let text = String::from_utf8(bytes)
        .map_err(|error| Error::Encode(prometheus::Error::Msg(error.to_string())))?;
    Ok(Encoded { text, dropped })
}

/// What the families are made from.
struct Scene<'a> {
    picture: &'a Picture,
    inventory: &'a Inventory,
    now: Timestamp,
    today: Date,
}

/// The day in Viet Nam (UTC+7 without summer time).
fn vietnam_day(now: Timestamp) -> Date {
    TimeZone::fixed(jiff::tz::offset(7)).to_datetime(now).date()
}
