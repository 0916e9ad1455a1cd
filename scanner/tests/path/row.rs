//! What a row of the table is, and how it is judged.

use std::net::IpAddr;

use jiff::Timestamp;
use luytre_checks::fact::{ChainFact, PathFault, Trust, TrustVerdict};
use luytre_scanner::probe::chain::{Asked, ChainReader, Roots};

use crate::maker::Maker;

pub(crate) const NAME: &str = "www.lamgiang.test";
pub(crate) const NOW: &str = "2026-11-25T00:00:00Z";

/// What a row is to yield.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Good,
    /// The path is good, the name is another.
    WrongName,
    /// The path is good, the leaf is out of date.
    OutOfDate,
    Bad(PathFault, &'static str),
    /// It is given up: the work is spent.
    Undecided,
}

/// One row: certificates, roots, a name, a time and the verdict.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) chain: Vec<Vec<u8>>,
    pub(crate) roots: Vec<Vec<u8>>,
    pub(crate) name: &'static str,
    pub(crate) at: &'static str,
    pub(crate) expected: Expected,
}

impl Row {
    /// Whether everything is right: path, time and name.
    pub(crate) const fn is_good(&self) -> bool {
        matches!(self.expected, Expected::Good)
    }

    pub(crate) const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    pub(crate) const fn at(mut self, at: &'static str) -> Self {
        self.at = at;
        self
    }

    pub(crate) fn read(&self) -> ChainFact {
        let asked = match self.name.parse::<IpAddr>() {
            Ok(address) => Asked::Address(address),
            Err(_) => Asked::Name(self.name.parse().unwrap()),
        };
        let roots = Roots::from_certificates("table", &self.roots).unwrap();
        let at: Timestamp = self.at.parse().unwrap();
        ChainReader::of(vec![roots]).read(&self.chain, &asked, at)
    }

    pub(crate) fn outcome(&self) -> Expected {
        let fact = self.read();
        let at: Timestamp = self.at.parse().unwrap();
        let [trust] = &fact.trust[..] else {
            panic!("{}: {:?}", self.what, fact.trust);
        };
        let Trust {
            verdict,
            reason,
            rule,
            ..
        } = trust;
        match verdict {
            TrustVerdict::Unknown if fact.leaf().is_none() => {
                Expected::Bad(PathFault::Malformed, "unreadable")
            }
            TrustVerdict::Unknown => Expected::Undecided,
            TrustVerdict::Untrusted => {
                let rule = rule.clone().unwrap_or_default();
                Expected::Bad(reason.unwrap(), rule.leak())
            }
            TrustVerdict::Trusted => {
                let leaf = fact.leaf().unwrap();
                // Validity is counted in whole seconds (RFC 5280 section 4.1.2.5).
                let second = at.as_second();
                if second < leaf.not_before.as_second() || leaf.not_after.as_second() < second {
                    Expected::OutOfDate
                } else if fact.name_match == Some(true) {
                    Expected::Good
                } else {
                    Expected::WrongName
                }
            }
        }
    }
}

/// Certificates below `root`, judged with it alone trusted.
pub(crate) fn row(what: &'static str, root: &Maker, chain: &[&Maker], expected: Expected) -> Row {
    rows(what, &[root], chain, expected)
}

pub(crate) fn rows(
    what: &'static str,
    roots: &[&Maker],
    chain: &[&Maker],
    expected: Expected,
) -> Row {
    let ders = |list: &[&Maker]| list.iter().map(|maker| maker.der()).collect();
    Row {
        what,
        chain: ders(chain),
        roots: ders(roots),
        name: NAME,
        at: NOW,
        expected,
    }
}

/// The usual root, an authority below it, and a server below that.
pub(crate) fn root() -> Maker {
    Maker::authority("Root", "Root")
}

pub(crate) fn between() -> Maker {
    Maker::authority("Between", "Root")
}

pub(crate) fn leaf() -> Maker {
    Maker::leaf(NAME, "Between")
}
