//! Rules of form for certificates: RFC 5280 and the CA/Browser Forum baseline for TLS server
//! certificates. Each rule is a row of [`RULES`]; whether breaking it matters is for checks to say.
//!
//! A rule looks at certificates issued on or after its day, so an old certificate is judged by the
//! rules it was made under. Where a rule cannot see what it needs (an extension is absent or malformed)
//! it is silent: a malformed extension has a rule of its own.

mod encoding;
mod frame;
mod keys;
mod names;
mod pointers;
mod san;
mod usage;

use jiff::civil::{Date, date};
use luytre_inventory::Text;

use super::{
    der,
    view::{View, oid},
};

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Stable id like `rfc5280.serial_not_positive`: the family, a dot, what is wrong.
    pub id: &'static str,
    /// Where the rule stands.
    pub source: &'static str,
    /// Certificates issued before this day are not looked at.
    pub since: Date,
    /// Which certificates it is for.
    pub on: On,
    /// What is wrong with a certificate that breaks it.
    pub what: Text,
    broken: fn(&View<'_>) -> bool,
}

/// Which certificates a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// Every certificate.
    Any,
    /// No authority: basic constraints absent or without the CA flag.
    Leaf,
    /// A leaf for servers that did not issue itself: no purpose is named, or serverAuth or any is.
    Server,
    /// Basic constraints with the CA flag.
    Authority,
    /// An authority that did not issue itself.
    Intermediate,
    /// An authority that issued itself.
    Root,
    /// Everything that did not issue itself.
    Issued,
}

impl On {
    /// For people.
    pub const fn text(self) -> Text {
        match self {
            Self::Any => Text::new("mọi chứng thư", "any"),
            Self::Leaf => Text::new("chứng thư cuối", "leaf"),
            Self::Server => Text::new("chứng thư máy chủ", "server"),
            Self::Authority => Text::new("chứng thư CA", "authority"),
            Self::Intermediate => Text::new("CA trung gian", "intermediate"),
            Self::Root => Text::new("CA gốc", "root"),
            Self::Issued => Text::new("không tự cấp", "issued by another"),
        }
    }

    fn covers(self, view: &View<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Leaf => !view.is_authority(),
            Self::Server => !view.is_authority() && !view.is_self_issued() && for_servers(view),
            Self::Authority => view.is_authority(),
            Self::Intermediate => view.is_authority() && !view.is_self_issued(),
            Self::Root => view.is_authority() && view.is_self_issued(),
            Self::Issued => !view.is_self_issued(),
        }
    }
}

fn for_servers(view: &View<'_>) -> bool {
    match view.purposes() {
        Some(purposes) => purposes
            .iter()
            .any(|one| [oid::SERVER_AUTH, oid::ANY_USAGE].contains(one)),
        None => view.extension(oid::EXTENDED_KEY_USAGE).is_none(),
    }
}

/// RFC 5280 itself.
const RFC5280: Date = date(2008, 5, 1);
/// The first edition of the baseline.
const BR: Date = date(2012, 7, 1);
/// Edition 2.0.0, with a profile for each kind of certificate.
const BR2: Date = date(2023, 9, 15);
/// Encodings are older than all certificates.
const ALWAYS: Date = date(1988, 11, 25);

/// All rules, in the order in which they are told.
pub const RULES: &[&[Rule]] = &[
    encoding::RULES,
    frame::RULES,
    names::RULES,
    san::RULES,
    usage::RULES,
    pointers::RULES,
    keys::RULES,
];

/// All rules one by one.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().flatten()
}

/// The rule called `id`.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

/// Ids of the rules that the certificate `der` breaks; none if it has not the frame of a certificate.
pub fn judge(der: &[u8]) -> Option<Vec<String>> {
    View::of(der).map(|view| broken(&view))
}

/// Ids of the rules that it breaks, in the order of [`RULES`].
pub(super) fn broken(view: &View<'_>) -> Vec<String> {
    // Without a readable day it is as if issued today, by all rules.
    let issued = der::seconds(&view.not_before)
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date());
    rules()
        .filter(|rule| issued.is_none_or(|day| rule.since <= day))
        .filter(|rule| rule.on.covers(view) && (rule.broken)(view))
        .map(|rule| rule.id.to_owned())
        .collect()
}

/// A row of the table.
const fn row(
    id: &'static str,
    source: &'static str,
    (since, on): (Date, On),
    (vi, en): (&'static str, &'static str),
    broken: fn(&View<'_>) -> bool,
) -> Rule {
    Rule {
        id,
        source,
        since,
        on,
        what: Text::new(vi, en),
        broken,
    }
}

/// The small writer of DER of the tests.
#[cfg(test)]
pub(super) mod writing {
    pub(in super::super) use super::tests::mould::{oids, sequence, tlv};
}

#[cfg(test)]
mod tests;
