//! Exact suites and groups against TLS stacks other than OpenSSL's server: GnuTLS, Node.js with
//! OpenSSL 3.5, tlslite-ng, mbedTLS, rustls.
//!
//! Three answers must be the same set: what the stack was configured to offer, what a client that
//! is not ours learns one by one, and what the probe says, by name and by bare address.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says what it skips"
)]

#[path = "../tls_support/mod.rs"]
mod tls_support;

mod aws_lc;
mod gnutls;
mod learn;
mod mbedtls;
mod node;
mod oracles;
mod stack;
mod tlslite;

use std::collections::{BTreeMap, BTreeSet};

use luytre_checks::{
    Fact,
    fact::{Group, Suite, TlsFact, TlsVersion, Tri},
};
use luytre_scanner::probe::{chain::ChainReader, tls_and_chain};
use tls_support::NAME;

/// Suites and groups of one version, by their numbers.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Offered {
    suites: BTreeSet<u16>,
    groups: BTreeSet<u16>,
}

/// What a server offers, by version. A version that is not offered is not in it.
type Offer = BTreeMap<TlsVersion, Offered>;

/// What the probe says of 127.0.0.1:`port`. Every version must be decided, and every list be whole,
/// but those of groups in the versions `open`: there the server gives no proof that it has no more.
fn scanned(port: u16, name: Option<&str>, open: &[TlsVersion]) -> Offer {
    let fact = look(port, name);
    let mut offer = Offer::new();
    for (version, found) in &fact.versions {
        if *version == TlsVersion::Ssl2 {
            // None of these stacks has it. mbedTLS says so by a close alone, which stays unknown.
            assert_ne!(found.offered, Tri::Yes);
            continue;
        }
        assert_ne!(found.offered, Tri::Unknown, "{version}");
        // Some close on the packet of SSL 2.0, which is no record to them.
        let by_close = found.refused_by_close && *version != TlsVersion::Ssl2;
        assert!(!by_close, "{version}");
        if found.offered != Tri::Yes {
            continue;
        }
        let whole = (found.suites_complete, found.groups_complete);
        let groups = if open.contains(version) {
            Tri::Unknown
        } else {
            Tri::Yes
        };
        assert_eq!(whole, (Tri::Yes, groups), "{version} {found:?}");
        let number = |suite: &Suite| u16::try_from(suite.0).unwrap();
        let offered = Offered {
            suites: found.suites.iter().map(number).collect(),
            groups: found.groups.iter().map(|group| group.0).collect(),
        };
        assert_eq!(offered.suites.len(), found.suites.len(), "{version}");
        assert_eq!(offered.groups.len(), found.groups.len(), "{version}");
        offer.insert(*version, offered);
    }
    offer
}

fn look(port: u16, name: Option<&str>) -> TlsFact {
    let line = tls_support::line(port, name);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (tls, _) = runtime.block_on(tls_and_chain(&line, &ChainReader::default()));
    let (_, cost) = line.settle();
    eprintln!("{} connections, {} ms", cost.connections, cost.milliseconds);
    match tls {
        Ok(Fact::Tls(fact)) => fact,
        other => panic!("{other:?}"),
    }
}

/// The probe says `truth`, by name and by bare address; `open` as for [`scanned`].
fn assert_scan_is(port: u16, truth: &Offer, open: &[TlsVersion]) {
    for name in [Some(NAME), None] {
        assert_same(
            &format!("scan by {name:?}"),
            &scanned(port, name, open),
            truth,
        );
    }
}

/// Says what differs by name instead of printing two long sets.
fn assert_same(what: &str, found: &Offer, truth: &Offer) {
    let differences = differences(found, truth);
    assert!(
        differences.is_empty(),
        "{what}:\n{}",
        differences.join("\n")
    );
}

/// `+` is found and not true, `-` is true and not found.
fn differences(found: &Offer, truth: &Offer) -> Vec<String> {
    let mut out = Vec::new();
    for version in TlsVersion::ALL {
        let of = |offer: &Offer| offer.get(&version).cloned();
        let (Some(a), Some(b)) = (of(found), of(truth)) else {
            if of(found) != of(truth) {
                let sign = if of(found).is_some() { '+' } else { '-' };
                out.push(format!("{sign} {version}"));
            }
            continue;
        };
        let suite = |number: &u16| Suite::from(*number).to_string();
        let group = |number: &u16| Group(*number).to_string();
        let mut push = |sign: char, names: Vec<String>| {
            out.extend(names.iter().map(|name| format!("{sign} {version} {name}")));
        };
        push('+', a.suites.difference(&b.suites).map(suite).collect());
        push('-', b.suites.difference(&a.suites).map(suite).collect());
        push('+', a.groups.difference(&b.groups).map(group).collect());
        push('-', b.groups.difference(&a.groups).map(group).collect());
    }
    out
}

/// Suites by their names in the registry.
fn suites(names: &[&str]) -> BTreeSet<u16> {
    let number = |name: &&str| {
        let suite = Suite::parse(name).unwrap_or_else(|| panic!("no suite {name}"));
        u16::try_from(suite.0).unwrap()
    };
    names.iter().map(number).collect()
}

/// Groups by their names in the registry.
fn groups(names: &[&str]) -> BTreeSet<u16> {
    let number = |name: &&str| {
        let rows = luytre_checks::fact::iana::GROUPS.iter();
        let mut found = rows.filter(|row| row.1 == *name);
        found.next().unwrap_or_else(|| panic!("no group {name}")).0
    };
    names.iter().map(number).collect()
}
