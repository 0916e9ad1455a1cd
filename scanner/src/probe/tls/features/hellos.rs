//! Hellos that are known to be answered, because they offer what the survey found.

use luytre_checks::fact::{TlsFact, TlsVersion, Tri};

use super::Look;
use crate::probe::tls::{
    handshake::{Hello, Suite, extension},
    offer::POPULAR_GROUPS,
};

/// Suites offered at once.
const MOST_SUITES: usize = 64;

/// Curves on which our handshake can agree.
const CURVES: [u16; 4] = [0x1D, 0x17, 0x18, 0x19];

/// Signature schemes of TLS 1.2 and 1.3 offered where they are not what is asked for: all that a
/// server could hold a certificate for, the broken ones too.
pub(super) const SCHEMES: [u16; 24] = [
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x081A,
    0x081B, 0x081C, 0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0402, 0x0202, 0x0101,
];

/// Values that nothing may mean (RFC 8701 3.1).
const GREASE: [u16; 6] = [0x0A0A, 0x1A1A, 0x2A2A, 0x3A3A, 0x4A4A, 0x5A5A];

/// The best version up to TLS 1.2, with what the survey found of it.
#[derive(Debug, Clone)]
pub(super) struct Old {
    pub(super) version: TlsVersion,
    /// Suites the server chose, by number.
    pub(super) suites: Vec<u16>,
    /// Groups the server used, or the common ones if none came by.
    pub(super) groups: Vec<u16>,
}

impl Old {
    /// What `fact` says of `version`; none if that is no version with extensions, or has no suite.
    pub(super) fn of(fact: &TlsFact, version: TlsVersion) -> Option<Self> {
        let known = fact.versions.get(&version)?;
        let reads_extensions = (TlsVersion::Tls10..=TlsVersion::Tls12).contains(&version);
        if known.offered != Tri::Yes || !reads_extensions {
            return None;
        }
        let numbers = known.suites.iter().filter_map(|s| u16::try_from(s.0).ok());
        let suites: Vec<_> = numbers.take(MOST_SUITES).collect();
        let mut groups: Vec<_> = known.groups.iter().map(|group| group.0).collect();
        if groups.is_empty() {
            groups = POPULAR_GROUPS.to_vec();
        }
        (!suites.is_empty()).then_some(Self {
            version,
            suites,
            groups,
        })
    }

    /// The suites in which our handshake can be completed; none without a curve that both know.
    pub(super) fn usable(&self) -> Vec<u16> {
        let curve = CURVES.iter().any(|curve| self.groups.contains(curve));
        let usable = |number: &u16| Suite::of(*number).is_some_and(|suite| curve || suite.by_rsa());
        self.suites.iter().copied().filter(usable).collect()
    }

    /// The curves that both know.
    pub(super) fn curves(&self) -> Vec<u16> {
        let known = |curve: &u16| self.groups.contains(curve);
        CURVES.into_iter().filter(known).collect()
    }
}

impl Look<'_> {
    /// The best version up to TLS 1.2.
    pub(super) fn old(&self) -> Option<Old> {
        let mut versions = TlsVersion::ALL.into_iter().rev();
        versions.find_map(|version| Old::of(self.fact, version))
    }

    /// A hello that the server is known to answer.
    pub(super) fn base(&self, old: &Old) -> Hello {
        let hello = Hello::new(old.version.wire(), old.suites.clone())
            .named(self.name.as_deref())
            .grouped(&old.groups);
        let hello = if old.version == TlsVersion::Tls12 {
            hello.signed(&SCHEMES)
        } else {
            hello
        };
        hello
            .with(extension::EXTENDED_MASTER_SECRET, Vec::new())
            .bound(&[])
    }

    /// One with which a handshake can be completed; `suites` are usable ones.
    pub(super) fn completable(&self, old: &Old, suites: Vec<u16>) -> Hello {
        let mut hello = self.base(old);
        hello.suites = suites;
        match old.curves().as_slice() {
            [] => hello
                .without(extension::GROUPS)
                .without(extension::POINT_FORMATS),
            curves => hello.grouped(curves),
        }
    }

    /// A hello of TLS 1.3 without a key share, so that the server answers without a signature.
    pub(super) fn retried(&self) -> Option<Hello> {
        let known = self.fact.versions.get(&TlsVersion::Tls13)?;
        let suites = known.suites.iter().filter_map(|s| u16::try_from(s.0).ok());
        let groups: Vec<_> = known.groups.iter().map(|group| group.0).collect();
        let mut hello = Hello::new(0x0303, suites.collect())
            .named(self.name.as_deref())
            .with(extension::GROUPS, grouped(&groups))
            .signed(&SCHEMES)
            .versions(&[TlsVersion::Tls13.wire()])
            .with(extension::SHARES, vec![0, 0]);
        hello.session = vec![0x6C; 32];
        Some(hello)
    }
}

fn grouped(groups: &[u16]) -> Vec<u8> {
    let length = u16::try_from(2 * groups.len()).unwrap_or(u16::MAX);
    let numbers = groups.iter().flat_map(|group| group.to_be_bytes());
    length.to_be_bytes().into_iter().chain(numbers).collect()
}

/// `hello` with values that nothing may mean, everywhere a list of numbers stands.
pub(super) fn greased(hello: &Hello, groups: &[u16], versions: &[u16]) -> Hello {
    let before = |value: u16, list: &[u16]| [&[value][..], list].concat();
    let mut greased = hello.clone();
    greased.suites.insert(0, GREASE[0]);
    greased.extensions.insert(0, (GREASE[1], Vec::new()));
    greased = greased
        .with(extension::GROUPS, grouped(&before(GREASE[2], groups)))
        .versions(&before(GREASE[3], versions));
    if hello.asks(extension::SIGNATURES) {
        greased = greased.signed(&before(GREASE[4], &SCHEMES));
    }
    if hello.asks(extension::SHARES) {
        // A share of a group that nobody knows: one byte.
        let [high, low] = GREASE[2].to_be_bytes();
        greased = greased.with(extension::SHARES, vec![0, 5, high, low, 0, 1, 0]);
    }
    let last = greased.extensions.len().saturating_sub(1);
    greased.extensions.insert(last, (GREASE[5], vec![0]));
    greased
}
