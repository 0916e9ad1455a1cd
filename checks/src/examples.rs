//! Examples of checks: fact → outcome tables that stand beside each check.

use std::sync::LazyLock;

use jiff::Timestamp;
use luytre_inventory::{Endpoint, Protocol, Transport, Zone};
use uuid::Uuid;

use crate::{
    Context, Entry, Fact, Grade, Outcome, Policy,
    fact::{Certificate, ChainFact, Key, Trust, TrustVerdict},
    policy::day_of,
};

/// The moment at which every example is judged: 22 November 2026, morning in Viet Nam.
pub(crate) fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

/// What an example must answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expect {
    Pass,
    Fail(Vec<(&'static str, Grade)>),
    Partial(Vec<(&'static str, Grade)>),
    NotApplicable,
    Inconclusive,
}

/// One row of a table.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    pub(crate) name: &'static str,
    pub(crate) fact: Fact,
    pub(crate) expect: Expect,
    pub(crate) declared: Vec<Endpoint>,
    pub(crate) vantage: Zone,
}

impl Example {
    pub(crate) fn new(name: &'static str, fact: Fact, expect: Expect) -> Self {
        Self {
            name,
            fact,
            expect,
            declared: Vec::new(),
            vantage: Zone::Internet,
        }
    }

    /// Declares endpoints on the host; the first is the one looked at.
    pub(crate) fn declared(mut self, endpoints: Vec<Endpoint>) -> Self {
        self.declared = endpoints;
        self
    }

    pub(crate) fn from(mut self, vantage: Zone) -> Self {
        self.vantage = vantage;
        self
    }

    /// The outcome of `entry` on `fact` in the surroundings of this example.
    pub(crate) fn judge(&self, entry: &Entry, fact: &Fact) -> Outcome {
        static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::on(day_of(now()), &[]).unwrap());
        let declared: Vec<&Endpoint> = self.declared.iter().collect();
        let context = Context {
            system: None,
            endpoint: declared.first().copied(),
            port: declared.first().and_then(|e| e.port),
            vantage: self.vantage,
            declared: &declared,
            parameters: POLICY.parameters(),
        };
        (entry.judge)(fact, &context, now())
    }
}

/// What an outcome looks like in a table.
pub(crate) fn shape(outcome: &Outcome) -> Shape {
    let faults = |faults: &[crate::Fault]| {
        faults
            .iter()
            .map(|fault| (fault.subject.clone(), fault.grade))
            .collect::<Vec<_>>()
    };
    match outcome {
        Outcome::Pass => Shape::Pass,
        Outcome::Fail(list) => Shape::Fail(faults(list)),
        Outcome::Partial(list, _) => Shape::Partial(faults(list)),
        Outcome::NotApplicable(_) => Shape::NotApplicable,
        Outcome::Inconclusive(_) => Shape::Inconclusive,
    }
}

/// An outcome without its words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Pass,
    Fail(Vec<(String, Grade)>),
    Partial(Vec<(String, Grade)>),
    NotApplicable,
    Inconclusive,
}

impl PartialEq<Expect> for Shape {
    fn eq(&self, expect: &Expect) -> bool {
        let same = |a: &[(String, Grade)], b: &[(&str, Grade)]| {
            a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.0 == y.0 && x.1 == y.1)
        };
        match (self, expect) {
            (Self::Pass, Expect::Pass)
            | (Self::NotApplicable, Expect::NotApplicable)
            | (Self::Inconclusive, Expect::Inconclusive) => true,
            (Self::Fail(a), Expect::Fail(b)) | (Self::Partial(a), Expect::Partial(b)) => same(a, b),
            _ => false,
        }
    }
}

/// An endpoint at `port` meant for `zone`.
pub(crate) fn endpoint(port: Option<u16>, protocol: Option<Protocol>, zone: Zone) -> Endpoint {
    Endpoint {
        id: Uuid::from_u128(u128::from(port.unwrap_or(0)) + 1),
        name: Some("www.doiche.test".parse().unwrap()),
        address: None,
        transport: Transport::Tcp,
        port,
        protocol,
        zone,
        fragile: false,
    }
}

/// A sound leaf certificate.
pub(crate) fn leaf() -> Certificate {
    Certificate {
        position: 0,
        sha256: "aa".repeat(32),
        subject: "CN=www.doiche.test".to_owned(),
        issuer: "CN=Test CA".to_owned(),
        serial: "01".to_owned(),
        names: vec!["www.doiche.test".to_owned()],
        name_count: 1,
        not_before: "2026-06-01T00:00:00Z".parse().unwrap(),
        not_after: "2027-06-01T00:00:00Z".parse().unwrap(),
        key: Key {
            kind: "rsa".to_owned(),
            bits: 2048,
            curve: None,
            sha256: "bb".repeat(32),
            modulus: None,
            exponent: Some("65537".to_owned()),
        },
        signature: "sha256WithRSAEncryption".to_owned(),
        ca: crate::Tri::No,
        self_signed: crate::Tri::No,
        extensions: None,
        profile: None,
    }
}

/// A sound chain with `leaf`.
pub(crate) fn chain(leaf: Certificate) -> ChainFact {
    ChainFact {
        certificates: vec![leaf],
        unreadable: Vec::new(),
        trust: vec![Trust {
            store: "web".to_owned(),
            verdict: TrustVerdict::Trusted,
            reason: None,
            rule: None,
            position: None,
        }],
        server_name: Some("www.doiche.test".to_owned()),
        name_match: Some(true),
        ..ChainFact::default()
    }
}

/// A chain of which the leaf could not be read.
pub(crate) fn unreadable_chain() -> ChainFact {
    ChainFact {
        certificates: Vec::new(),
        unreadable: vec![crate::fact::Unreadable {
            position: 0,
            sha256: "cc".repeat(32),
            reason: "malformed".to_owned(),
        }],
        trust: Vec::new(),
        server_name: Some("www.doiche.test".to_owned()),
        ..ChainFact::default()
    }
}
