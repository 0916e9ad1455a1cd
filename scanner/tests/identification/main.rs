//! What real daemons are against what the service probe says they are. `LUYTRE_BLESS=1` writes the tables
//! of docs/identification.md anew.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says what it skips"
)]

mod cases;
#[allow(dead_code, reason = "shared with the tests of STARTTLS")]
#[path = "../starttls/engine.rs"]
mod engine;
#[allow(dead_code, reason = "shared with the tests of scans")]
#[path = "../scan/kit.rs"]
mod kit;
mod mail;
mod other;
mod page;

mod quiet;
mod recorded;
#[path = "../tls_support/mod.rs"]
mod tls_support;
mod web;

use std::{sync::Arc, time::Duration};

use cases::{CASES, Case, Place};
use engine::{is_root, launch};
use luytre_checks::{Fact, Unmeasured, fact::ServiceFact};
use luytre_inventory::{Protocol, Worded as _};
use luytre_scanner::{Probe as _, probe::ServiceProbe};
use page::Row;
use tls_support::NAME;
use tokio::{
    sync::Semaphore,
    task::{JoinSet, spawn_blocking},
};

/// Daemons that run at once.
const AT_ONCE: usize = 4;

/// What the probe says of a port of loopback.
async fn answer_of(port: u16, declared: Option<Protocol>) -> Result<ServiceFact, Unmeasured> {
    let probe = ServiceProbe {
        declared,
        agent: "luytre test".into(),
    };
    let line = kit::line_to(([127, 0, 0, 1], port).into()).await;
    let found = probe.observe(&line).await;
    let cost = line.settle().1;
    assert!(cost.connections <= 3, "{cost:?}");
    match found {
        Ok(Fact::Service(fact)) => Ok(fact),
        Ok(other) => panic!("{other:?}"),
        Err(reason) => Err(reason),
    }
}

/// An answer beside the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Product and version.
    Exact,
    /// The product; the version does not show.
    Product,
    /// The protocol; the product does not show.
    Protocol,
    /// Nothing was recognised.
    Unknown,
    /// Something else.
    Wrong,
}

impl Verdict {
    const fn words(self) -> &'static str {
        match self {
            Self::Exact => "product and version",
            Self::Product => "product",
            Self::Protocol => "protocol",
            Self::Unknown => "unknown",
            Self::Wrong => "WRONG",
        }
    }

    /// That of `answer` where `product` of `version` speaks `protocol`.
    fn on(
        answer: &Result<ServiceFact, Unmeasured>,
        protocol: Protocol,
        product: &str,
        version: &str,
    ) -> Self {
        let Ok(fact) = answer else {
            return Self::Unknown;
        };
        // Whoever speaks on top of HTTP speaks HTTP.
        let carried = protocol.is_web() && fact.protocol == Some(Protocol::Http);
        let told = |told: &Option<String>, truth| told.as_deref().is_none_or(|told| told == truth);
        let right = (fact.protocol == Some(protocol) || carried)
            && told(&fact.product, product)
            && told(&fact.version, version);
        // What was not understood says nothing wrong.
        let nothing =
            matches!(fact.protocol, None | Some(Protocol::Other)) && fact.product.is_none();
        match (right, &fact.product, &fact.version) {
            (true, Some(_), Some(_)) => Self::Exact,
            (true, Some(_), None) => Self::Product,
            (true, ..) => Self::Protocol,
            _ if nothing => Self::Unknown,
            _ => Self::Wrong,
        }
    }
}

#[test]
fn a_wrong_answer_is_called_wrong() {
    let truth = |fact: &ServiceFact| {
        Verdict::on(&Ok(fact.clone()), Protocol::Mariadb, "MariaDB", "10.11.19")
    };
    let told = |protocol, product: Option<&str>, version: Option<&str>| {
        let mut fact = ServiceFact {
            port: 1,
            transport: luytre_inventory::Transport::Tcp,
            protocol,
            tls: false,
            confidence: luytre_checks::fact::Confidence::None,
            vendor: None,
            product: None,
            version: None,
            os: None,
            cpe: None,
            banner: None,
        };
        (fact.product, fact.version) = (product.map(Into::into), version.map(Into::into));
        fact
    };
    let mariadb = Some(Protocol::Mariadb);
    for (fact, expected) in [
        (
            told(mariadb, Some("MariaDB"), Some("10.11.19")),
            Verdict::Exact,
        ),
        (told(mariadb, Some("MariaDB"), None), Verdict::Product),
        (told(mariadb, None, None), Verdict::Protocol),
        (told(None, None, None), Verdict::Unknown),
        (told(Some(Protocol::Other), None, None), Verdict::Unknown),
        (told(mariadb, Some("MySQL"), None), Verdict::Wrong),
        (
            told(mariadb, Some("MariaDB"), Some("5.5.5")),
            Verdict::Wrong,
        ),
        (
            told(Some(Protocol::Mysql), Some("MariaDB"), None),
            Verdict::Wrong,
        ),
    ] {
        assert_eq!(truth(&fact), expected, "{fact:?}");
    }
}

fn told(answer: &Result<ServiceFact, Unmeasured>) -> String {
    let fact = match answer {
        Err(reason) => return reason.as_str().to_owned(),
        Ok(fact) => fact,
    };
    let words = [fact.product.as_deref(), fact.version.as_deref()];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    let words = if words.is_empty() {
        "-".to_owned()
    } else {
        words.join(" ")
    };
    format!("{}: {words}", fact.protocol.map_or("-", Protocol::code))
}

/// Starts the daemon of `case` and asks it twice: as declared, and as a port of which nobody knows
/// anything. None if it cannot be started here.
async fn ask(case: &'static Case) -> Option<[Row; 2]> {
    let place = Place::of(case)?;
    if case.as_root && !is_root(case.program) {
        return None;
    }
    let root = place.root.clone();
    let starting = move || launch(|folder, port| (case.make)(&root, folder, port));
    let daemon = spawn_blocking(starting).await.unwrap();
    let mut rows = Vec::new();
    for declared in [Some(case.declared), None] {
        let look = async || {
            let answer = answer_of(daemon.port, declared).await;
            let truth = (case.protocol, case.product, place.upstream());
            let verdict = Verdict::on(&answer, truth.0, truth.1, truth.2);
            (answer, verdict)
        };
        let (mut answer, mut verdict) = look().await;
        // Some accept connections before they can answer, and all are late on a busy machine.
        for _ in 0..if case.slow { 20 } else { 2 } {
            let early = case.slow && matches!(verdict, Verdict::Protocol | Verdict::Unknown);
            if declared.is_none() || !(early || answer == Err(Unmeasured::TimedOut)) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
            (answer, verdict) = look().await;
        }
        rows.push(Row {
            name: case.name,
            package: place.package.clone(),
            declared: declared.is_some(),
            answer: told(&answer),
            verdict,
        });
    }
    // Ending one takes its time.
    spawn_blocking(move || drop(daemon)).await.unwrap();
    rows.try_into().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn daemons_are_what_they_are_said_to_be() {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut asking = JoinSet::new();
    for (number, case) in CASES.iter().enumerate() {
        let turns = Arc::clone(&turns);
        asking.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            (number, ask(case).await)
        });
    }
    let mut all: Vec<_> = asking.join_all().await;
    all.sort_by_key(|(number, _)| *number);
    let mut rows: Vec<Row> = all
        .into_iter()
        .filter_map(|(_, rows)| rows)
        .flatten()
        .collect();
    rows.extend(recorded::rabbitmq().await);
    for row in &rows {
        print!("{}", row.line());
    }
    let exact = rows.iter().filter(|row| row.verdict == Verdict::Exact);
    println!(
        "{} of {} answers name product and version",
        exact.count(),
        rows.len()
    );
    // The owner's word is only a hint, so what is asked in the right protocol is understood.
    let missed = |row: &&Row| row.declared && row.verdict == Verdict::Unknown;
    let bad: Vec<String> = rows
        .iter()
        .filter(|row| row.verdict == Verdict::Wrong || missed(row))
        .map(Row::line)
        .collect();
    assert!(bad.is_empty(), "{bad:#?}");
    page::hold(&rows);
}
