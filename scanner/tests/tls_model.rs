//! The survey against model servers that take what a roll of dice says, in every mix of habits that
//! real ones have; what is found must be exactly what the model takes.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::option_option,
    reason = "a test that cannot go on fails, and says what it skips"
)]

mod tls_support;

use std::{collections::BTreeSet, io::Write, net::TcpStream, sync::Arc};

use luytre_checks::{
    Fact,
    fact::{Group, Order, Suite, TlsVersion, Tri, iana::SUITES},
};
use luytre_scanner::{
    Limits,
    probe::{Probe, TlsProbe},
    wire::{ClientHello, Exchange, Incoming, Records},
};
use proptest::{
    prelude::*,
    sample::{select, subsequence},
    test_runner::{Config, TestRunner},
};
use tls_support::{NAME, Peer, line_at, record_from};

/// Primes of RFC 7919, appendices A.1 and A.2.
const FFDHE2048: &str = "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695\
    a9e13641146433fbcc939dce249b3ef97d2fe363630c75d8f681b202aec4617a\
    d3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935\
    984f0c70e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797a\
    bc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4\
    ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f61\
    9172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005\
    c58ef1837d1683b2c6f34a26c1b2effa886b423861285c97ffffffffffffffff";
const FFDHE3072: &str = "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695\
    a9e13641146433fbcc939dce249b3ef97d2fe363630c75d8f681b202aec4617a\
    d3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935\
    984f0c70e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797a\
    bc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4\
    ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f61\
    9172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005\
    c58ef1837d1683b2c6f34a26c1b2effa886b4238611fcfdcde355b3b6519035b\
    bc34f4def99c023861b46fc9d6e6c9077ad91d2691f7f7ee598cb0fac186d91c\
    aefe130985139270b4130c93bc437944f4fd4452e2d74dd364f2e21e71f54bff\
    5cae82ab9c9df69ee86d2bc522363a0dabc521979b0deada1dbf9a42d5c4484e\
    0abcd06bfa53ddef3c1b20ee3fd59d7c25e41d2b66c62e37ffffffffffffffff";

const CURVES: [u16; 6] = [0x17, 0x18, 0x19, 0x1A, 0x1D, 0x1E];
const MODERN: [u16; 5] = [0x1301, 0x1302, 0x1303, 0x1304, 0x1305];

/// A server.
#[derive(Debug, Clone)]
struct Model {
    versions: Vec<TlsVersion>,
    /// Suites up to TLS 1.2, most wanted first.
    suites: Vec<u16>,
    modern: Vec<u16>,
    /// Groups on curves, most wanted first.
    curves: Vec<u16>,
    /// Whether its own order of suites, of groups counts.
    own_suites: bool,
    own_groups: bool,
    /// Fields of the registry, if it follows the client's list; else it has one of its own.
    fields: Option<Vec<u16>>,
}

impl Model {
    fn strategy() -> impl Strategy<Value = Self> {
        let old: Vec<u16> = SUITES
            .iter()
            .filter(|(number, name)| !MODERN.contains(number) && name.contains("_WITH_"))
            .filter(|(number, _)| !(0xC103..=0xC106).contains(number))
            .map(|row| row.0)
            .collect();
        let versions = vec![
            TlsVersion::Ssl3,
            TlsVersion::Tls10,
            TlsVersion::Tls11,
            TlsVersion::Tls12,
        ];
        (
            (subsequence(versions, 1..=4), any::<bool>()),
            subsequence(old, 1..20).prop_shuffle(),
            subsequence(MODERN.to_vec(), 1..=5).prop_shuffle(),
            subsequence(CURVES.to_vec(), 1..=6).prop_shuffle(),
            any::<(bool, bool)>(),
            select(vec![
                None,
                Some(vec![0x0100]),
                Some(vec![0x0100, 0x0101]),
                Some(vec![0x0101]),
            ]),
        )
            .prop_map(
                |((mut versions, modern_too), suites, modern, mut curves, own, fields)| {
                    if modern_too {
                        versions.push(TlsVersion::Tls13);
                    }
                    // Its certificate lies on P-256, which it then takes for keys as well.
                    if !curves.contains(&0x17) {
                        curves.push(0x17);
                    }
                    Self {
                        versions,
                        suites,
                        modern,
                        curves,
                        own_suites: own.0,
                        own_groups: own.1,
                        fields,
                    }
                },
            )
    }

    fn answer(&self, hello: &ClientHello, certificate: &[u8]) -> Vec<u8> {
        let fit = self.versions.iter().filter(|v| v.wire() <= hello.version);
        let version = match fit.max() {
            // One that offers TLS 1.3 alone offers nothing else.
            Some(version) if hello.version < 0x0304 || *version == TlsVersion::Tls13 => *version,
            _ => return record(21, &[2, 70]),
        };
        if version == TlsVersion::Tls13 {
            let suite = choose(&self.modern, &hello.suites, self.own_suites);
            let group = choose(&self.curves, &hello.groups, self.own_groups);
            return match (suite, group) {
                (Some(suite), Some(group)) => retry(suite, group),
                _ => record(21, &[2, 40]),
            };
        }
        let usable: Vec<_> = self
            .suites
            .iter()
            .copied()
            .filter(|s| self.usable(*s, hello))
            .collect();
        let Some(suite) = choose(&usable, &hello.suites, self.own_suites) else {
            return record(21, &[2, 40]);
        };
        let name = Suite::from(suite).name().unwrap();
        let mut out = record(22, &message(2, &server_hello(version.wire(), suite)));
        if !name.contains("_anon_") {
            out.extend(record(22, &message(11, certificate)));
        }
        if let Some(exchange) = self.exchange(suite, hello) {
            out.extend(record(22, &message(12, &exchange)));
        }
        out.extend(record(22, &message(14, &[])));
        out
    }

    /// As OpenSSL: a curve in common, and that of the certificate on offer for its suites.
    fn usable(&self, suite: u16, hello: &ClientHello) -> bool {
        let bound = Suite::from(suite).name().unwrap().contains("_ECDSA_");
        match Exchange::of(suite) {
            _ if hello.groups.is_empty() => true,
            Exchange::Curve { .. } => {
                self.curve(hello).is_some() && (!bound || hello.groups.contains(&0x17))
            }
            Exchange::Field { .. } => self.field(hello) != Some(None),
            Exchange::Other => true,
        }
    }

    fn curve(&self, hello: &ClientHello) -> Option<u16> {
        if hello.groups.is_empty() {
            return self.curves.first().copied();
        }
        choose(&self.curves, &hello.groups, self.own_groups)
    }

    /// RFC 7919 section 4: none if it does not follow the list or the client has none, inside none if
    /// there is nothing in common.
    fn field(&self, hello: &ClientHello) -> Option<Option<u16>> {
        let fields = self.fields.as_ref()?;
        let listed = hello
            .groups
            .iter()
            .any(|group| (0x0100..0x0105).contains(group));
        listed.then(|| choose(fields, &hello.groups, self.own_groups))
    }

    fn exchange(&self, suite: u16, hello: &ClientHello) -> Option<Vec<u8>> {
        let hinted = |hint: bool| {
            if hint {
                vec![0, 2, b'h', b'i']
            } else {
                Vec::new()
            }
        };
        Some(match Exchange::of(suite) {
            Exchange::Curve { hint } => {
                let group = self.curve(hello)?.to_be_bytes();
                [hinted(hint), vec![3, group[0], group[1], 1, 4]].concat()
            }
            Exchange::Field { hint } => {
                let prime = match self.field(hello).flatten() {
                    Some(0x0100) => bytes(FFDHE2048),
                    Some(_) => bytes(FFDHE3072),
                    None => vec![0xB7; 192],
                };
                let length = u16::try_from(prime.len()).unwrap().to_be_bytes();
                [hinted(hint), length.to_vec(), prime, vec![0, 1, 2, 0, 1, 5]].concat()
            }
            Exchange::Other => return None,
        })
    }

    /// What must be found of `version`: suites, groups, sizes of own fields.
    fn truth(&self, version: TlsVersion) -> (BTreeSet<u16>, BTreeSet<u16>, Vec<u16>) {
        if version == TlsVersion::Tls13 {
            return (set(&self.modern), set(&self.curves), Vec::new());
        }
        let on_curve = |s: &&u16| matches!(Exchange::of(**s), Exchange::Curve { .. });
        let bound = |s: &&u16| Suite::from(**s).name().unwrap().contains("_ECDSA_");
        let mut groups = BTreeSet::new();
        let mut on = self.suites.iter().filter(on_curve).peekable();
        if on.peek().is_some() {
            groups = set(&self.curves);
            if on.all(|s| bound(&s)) && self.own_groups {
                // Whoever can use the certificate offers P-256, so nothing behind it is ever used.
                let end = self.curves.iter().position(|c| *c == 0x17).unwrap();
                groups = set(&self.curves[..=end]);
            }
        }
        let in_field = self
            .suites
            .iter()
            .any(|s| matches!(Exchange::of(*s), Exchange::Field { .. }));
        let mut own = Vec::new();
        if in_field {
            match &self.fields {
                Some(fields) => groups.extend(fields),
                None => own.push(1536),
            }
        }
        (set(&self.suites), groups, own)
    }
}

/// The first of the one list that stands in the other; whose order counts is said.
fn choose(own: &[u16], theirs: &[u16], own_order: bool) -> Option<u16> {
    let (first, second) = if own_order {
        (own, theirs)
    } else {
        (theirs, own)
    };
    first.iter().copied().find(|number| second.contains(number))
}

fn set(numbers: &[u16]) -> BTreeSet<u16> {
    numbers.iter().copied().collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |c: u8| char::from(c).to_digit(16);
    let digits: Vec<_> = hex.bytes().filter_map(digit).collect();
    digits
        .chunks(2)
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap())
        .collect()
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind, 3, 3, length[0], length[1]][..], body].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind][..], &length[1..], body].concat()
}

fn server_hello(version: u16, suite: u16) -> Vec<u8> {
    let mut body = version.to_be_bytes().to_vec();
    body.extend([7; 32]);
    body.push(0);
    body.extend(suite.to_be_bytes());
    body.push(0);
    body
}

/// A HelloRetryRequest (RFC 8446 section 4.1.4).
fn retry(suite: u16, group: u16) -> Vec<u8> {
    let mut body = server_hello(0x0303, suite);
    body[2..34].copy_from_slice(&bytes(
        "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c",
    ));
    let group = group.to_be_bytes();
    body.extend([0, 12, 0, 43, 0, 2, 3, 4, 0, 51, 0, 2, group[0], group[1]]);
    [record(22, &message(2, &body)), record(20, &[1])].concat()
}

fn serve(model: Model, certificate: Arc<Vec<u8>>) -> Peer {
    Peer::new(move |_, mut stream: TcpStream| {
        let mut records = Records::default();
        let first = record_from(&mut stream);
        if first.first() == Some(&0x80) {
            // Of SSL 2.0 it knows that it is not what it speaks.
            let _ = stream.write_all(&record(21, &[2, 70]));
            return;
        }
        records.push(&first);
        if let Ok(Some(Incoming::Handshake { kind: 1, body })) = records.message() {
            let hello = ClientHello::read(&body).unwrap();
            let _ = stream.write_all(&model.answer(&hello, &certificate));
            let _ = record_from(&mut stream);
        }
    })
}

fn certificate() -> Vec<u8> {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec![NAME.to_owned()]).unwrap();
    let der = params.self_signed(&key).unwrap().der().to_vec();
    let length = |length: usize| u32::try_from(length).unwrap().to_be_bytes()[1..].to_vec();
    [length(der.len() + 3), length(der.len()), der].concat()
}

#[test]
fn what_a_model_takes_is_what_is_found() {
    let certificate = Arc::new(certificate());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        cases: 60,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&Model::strategy(), |model| {
            let peer = serve(model.clone(), Arc::clone(&certificate));
            let line = line_at(
                [127, 0, 0, 1].into(),
                peer.port,
                Some(NAME),
                Limits::default(),
            );
            let fact = match runtime.block_on(TlsProbe.observe(&line)) {
                Ok(Fact::Tls(fact)) => fact,
                other => panic!("{other:?}"),
            };
            for version in TlsVersion::ALL {
                let offered = model.versions.contains(&version);
                prop_assert_eq!(fact.offers(version), Tri::from(offered), "{}", version);
                if !offered {
                    continue;
                }
                let found = &fact.versions[&version];
                let (suites, mut groups, own) = model.truth(version);
                let found_suites: BTreeSet<_> = found
                    .suites
                    .iter()
                    .map(|s| u16::try_from(s.0).unwrap())
                    .collect();
                let mut found_groups: BTreeSet<_> =
                    found.groups.iter().map(|g: &Group| g.0).collect();
                prop_assert_eq!(&found_suites, &suites, "{}", version);
                prop_assert_eq!(found.suites_complete, Tri::Yes, "{}", version);
                if version == TlsVersion::Ssl3 {
                    // Without extensions there is no list to shorten, so the end is not known.
                    let curves = suites
                        .iter()
                        .any(|s| matches!(Exchange::of(*s), Exchange::Curve { .. }));
                    prop_assert_eq!(found.groups_complete == Tri::Yes, !curves);
                    groups.clear();
                    found_groups.clear();
                } else {
                    prop_assert_eq!(&found.dh_bits, &own, "{}", version);
                    prop_assert_eq!(found.groups_complete, Tri::Yes, "{}", version);
                }
                prop_assert_eq!(&found_groups, &groups, "{}", version);
                if found.order != Order::Unknown {
                    prop_assert_eq!(
                        found.order == Order::Server,
                        model.own_suites,
                        "{}",
                        version
                    );
                }
            }
            Ok(())
        })
        .unwrap();
}

/// The model sends one and the same public value whatever the suite.
#[test]
fn a_key_that_serves_twice_is_noticed() {
    let number = |name: &str| u16::try_from(Suite::parse(name).unwrap().0).unwrap();
    let model = Model {
        versions: vec![TlsVersion::Tls12],
        suites: [
            "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        ]
        .map(number)
        .to_vec(),
        modern: Vec::new(),
        curves: vec![0x17],
        own_suites: true,
        own_groups: true,
        fields: None,
    };
    let peer = serve(model, Arc::new(certificate()));
    let line = line_at(
        [127, 0, 0, 1].into(),
        peer.port,
        Some(NAME),
        Limits::default(),
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fact = match runtime.block_on(TlsProbe.observe(&line)) {
        Ok(Fact::Tls(fact)) => fact,
        other => panic!("{other:?}"),
    };
    let found = &fact.versions[&TlsVersion::Tls12];
    assert_eq!(
        (found.dh_key_reused, found.ecdh_key_reused),
        (Tri::Yes, Tri::Yes)
    );
}
