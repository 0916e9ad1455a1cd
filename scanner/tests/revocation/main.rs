//! Revocation asked of whom certificates name: `openssl` as authority and responder, places on loopback
//! that count who comes, and hostile ones.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::type_complexity,
    reason = "a test that cannot go on fails, and says what it skips; tables"
)]

mod place;

#[path = "../../../tests/support/authority.rs"]
#[allow(dead_code, reason = "each test target uses its part")]
mod authority;
#[path = "../tls_support/mod.rs"]
mod tls_support;

use std::{collections::BTreeSet, net::Ipv4Addr, path::Path, sync::Arc, thread, time::Duration};

use jiff::Timestamp;
use luytre_checks::{
    Fact,
    fact::{
        ChainFact, Revocation, RevocationFault,
        RevocationSource::{self, Crl, Ocsp},
        RevocationStatus::{self, Good, Revoked, Unknown},
    },
};
use luytre_inventory::{
    Authorisation, Grant, LookupKind, LookupRules, PortSet, ProbeClass, Route, ScanProfile, Scope,
    Target, Task,
};
use luytre_scanner::{
    Guard, Line, Opened, Probe, Stop,
    probe::{
        ChainProbe, ChainReader, Roots,
        chain::{Revoker, Shelf},
    },
};
use tempfile::TempDir;

use self::{
    authority::{Authority, NAME, Places},
    place::{Place, Reply},
    tls_support::{Server, engine, s_server},
};

/// An authority, the places that its certificates name, and a server with its certificate.
struct Lab {
    authority: Authority,
    place: Place,
    server: Server,
    _folder: TempDir,
}

impl Lab {
    /// Its places have lists and answers in which nobody is revoked.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::open();
        let url = |path: &str| format!("http://127.0.0.1:{}/{path}", place.port);
        let (root, middle, responder) = (url("root.crl"), url("middle.crl"), url("ocsp"));
        let places = Places {
            root_list: Some(&root),
            middle_list: Some(&middle),
            responder: Some(&responder),
        };
        let authority = Authority::new(folder.path(), "lab", places);
        signer(&authority, "answers", "answers");
        let chain = [
            "-cert",
            "leaf.pem",
            "-key",
            "leaf.key",
            "-cert_chain",
            "middle.pem",
        ];
        let server = s_server(&authority.folder, &chain);
        let lab = Self {
            authority,
            place,
            server,
            _folder: folder,
        };
        lab.publish("root");
        lab.publish("middle");
        lab.place.put("/ocsp", lab.answers("answers", "7"));
        lab
    }

    /// Puts a fresh list of `issuer` in its place.
    fn publish(&self, issuer: &str) {
        self.put_list(issuer, &[]);
    }

    fn put_list(&self, issuer: &str, dates: &[&str]) {
        let (pem, der) = (format!("{issuer}.crl"), format!("{issuer}.der"));
        self.authority.list(issuer, "plain", dates, &pem);
        self.authority
            .openssl("", &["crl", "-in", &pem, "-outform", "DER", "-out", &der]);
        let bytes = std::fs::read(self.authority.path(&der)).unwrap();
        self.place
            .put(&format!("/{issuer}.crl"), Reply::Bytes(bytes));
    }

    /// A responder that signs as `signer`, its answers standing for `days`; none if empty.
    fn answers(&self, signer: &str, days: &str) -> Reply {
        Reply::Responder {
            folder: self.authority.folder.clone(),
            signer: signer.to_owned(),
            days: days.to_owned(),
        }
    }

    fn reader(&self, revoker: Option<Arc<Revoker>>) -> ChainReader {
        let pem = std::fs::read(self.authority.path("root.pem")).unwrap();
        ChainReader::new(vec![Roots::from_pem("lab", &pem).unwrap()]).asking(revoker)
    }

    /// What a look brings, the operator having opted in.
    async fn look(&self, revoker: &Arc<Revoker>) -> ChainFact {
        let line = line(self.server.port, &wanted(), &Stop::default())
            .await
            .unwrap();
        observed(&line, self.reader(Some(Arc::clone(revoker)))).await
    }
}

/// A certificate for signing answers, with or without that purpose.
fn signer(authority: &Authority, name: &str, extensions: &str) {
    authority.request(name, &format!("/CN={name}"));
    let issuer = ["-cert", "middle.pem", "-keyfile", "middle.key"];
    authority.issue("middle", &issuer, name, extensions);
}

async fn observed(line: &Line, reader: ChainReader) -> ChainFact {
    match ChainProbe(reader).observe(line).await {
        Ok(Fact::Chain(fact)) => fact,
        other => panic!("{other:?}"),
    }
}

fn wanted() -> LookupRules {
    LookupRules {
        kinds: BTreeSet::from([LookupKind::Revocation]),
        resolvers: Vec::new(),
        special: vec!["127.0.0.0/8".parse().unwrap()],
    }
}

async fn line(port: u16, lookups: &LookupRules, stop: &Stop) -> Option<Line> {
    let now = Timestamp::now();
    let paper = Authorisation {
        number: "01/TB".into(),
        route: Route::MonitoringNotice,
        date: "2026-11-01".parse().unwrap(),
        ground: "NĐ 333/2026 Điều 7.5".into(),
        owner: None,
        grant: Grant {
            names: Vec::new(),
            prefixes: vec!["127.0.0.0/8".parse().unwrap()],
            ports: PortSet::all(),
            classes: ProbeClass::every(),
            profile: ScanProfile::Deep,
            hours: None,
            connections_per_second: None,
        },
        from: now - Duration::from_hours(24),
        until: now + Duration::from_hours(24),
        sources: Vec::new(),
        contact: None,
        revoked: None,
    };
    let task = Task {
        id: uuid::Uuid::nil(),
        system: None,
        endpoint: None,
        target: Target::Address {
            address: Ipv4Addr::LOCALHOST.into(),
            name: Some(NAME.parse().unwrap()),
        },
        ports: std::iter::once(port).collect(),
        classes: [ProbeClass::Handshake].into(),
        authorisation: "01/TB".into(),
        profile: ScanProfile::Light,
        fragile: false,
    };
    let scope = Scope::new(vec![paper], Vec::new()).with_lookups(lookups.clone());
    let guard = Arc::new(Guard::new(scope, stop.clone()));
    match guard.open(&task).await.pop() {
        Some(Opened::Line(line)) => Some(*line),
        _ => None,
    }
}

fn revoker(shelf: Option<&Path>) -> Arc<Revoker> {
    let shelf = shelf.map(|folder| Shelf::new(folder.to_owned()));
    Arc::new(Revoker::new("luytre test", shelf))
}

type Said = (u16, RevocationSource, RevocationStatus);

fn said(fact: &ChainFact) -> Vec<Said> {
    let one = |said: &Revocation| (said.position, said.source, said.status);
    fact.revocation.iter().map(one).collect()
}

#[tokio::test]
async fn without_a_wish_nobody_is_asked() {
    if !engine("openssl") {
        return;
    }
    let lab = Lab::new();
    // Not even somebody to ask with, and somebody whom the scope lets ask nobody.
    for (reader, expected) in [(lab.reader(None), 0), (lab.reader(Some(revoker(None))), 2)] {
        let nothing = LookupRules::default();
        let line = line(lab.server.port, &nothing, &Stop::default()).await;
        let fact = observed(&line.unwrap(), reader).await;
        let told = said(&fact).iter().any(|said| said.2 != Unknown);
        assert!(
            !told && fact.revocation.len() >= expected,
            "{:?}",
            fact.revocation
        );
    }
    // Loopback is special, and the operator did not write it down.
    let bare = LookupRules {
        special: Vec::new(),
        ..wanted()
    };
    let shut = line(lab.server.port, &bare, &Stop::default())
        .await
        .unwrap();
    let fact = observed(&shut, lab.reader(Some(revoker(None)))).await;
    let fault = fact.revocation.first().and_then(|said| said.fault);
    assert_eq!(fault, Some(RevocationFault::NotPermitted));
    assert_eq!(lab.place.total(), 0);
}

#[tokio::test]
async fn each_place_is_asked_once_and_its_answer_outlives_the_run() {
    if !engine("openssl") {
        return;
    }
    let lab = Lab::new();
    let folder = tempfile::tempdir().unwrap();
    let good = [(0, Ocsp, Good), (1, Crl, Good)];
    let first = revoker(Some(folder.path()));
    let (a, b, c, d) = tokio::join!(
        lab.look(&first),
        lab.look(&first),
        lab.look(&first),
        lab.look(&first)
    );
    for fact in [a, b, c, d] {
        assert_eq!(said(&fact), good, "{:?}", fact.revocation);
    }
    assert_eq!(
        (lab.place.count("/ocsp"), lab.place.count("/root.crl")),
        (1, 1)
    );
    assert_eq!(lab.place.total(), 2);

    // Another run asks nobody.
    assert_eq!(said(&lab.look(&revoker(Some(folder.path()))).await), good);
    assert_eq!(lab.place.total(), 2);
    // Without a shelf each run asks for itself.
    assert_eq!(said(&lab.look(&revoker(None)).await), good);
    assert_eq!(lab.place.total(), 4);

    // What lies on the shelf is believed no more than what comes over the network.
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        let mut bytes = std::fs::read(&path).unwrap();
        let last = bytes.len() - 5;
        bytes[last] ^= 1;
        std::fs::write(&path, bytes).unwrap();
    }
    assert_eq!(said(&lab.look(&revoker(Some(folder.path()))).await), good);
    assert_eq!(lab.place.total(), 6);
}

#[tokio::test]
async fn a_revoked_certificate_is_found_by_either_way() {
    if !engine("openssl") {
        return;
    }
    let lab = Lab::new();
    lab.authority.revoke("middle", "leaf");
    lab.authority.revoke("root", "middle");
    lab.publish("root");
    let fact = lab.look(&revoker(None)).await;
    assert_eq!(said(&fact), [(0, Ocsp, Revoked), (1, Crl, Revoked)]);
    assert!(fact.revocation.iter().all(|said| said.since.is_some()));

    // The responder has gone; the list knows too, and so does one that is met after two redirects.
    lab.publish("middle");
    lab.place.put("/ocsp", Reply::Status(500));
    assert_eq!(said(&lab.look(&revoker(None)).await)[0], (0, Crl, Revoked));
    let list = lab.place.take("/middle.crl");
    lab.place.put("/third", list);
    lab.place.put("/second", Reply::Redirect("/third".into()));
    lab.place
        .put("/middle.crl", Reply::Redirect("/second".into()));
    assert_eq!(said(&lab.look(&revoker(None)).await)[0], (0, Crl, Revoked));
}

#[tokio::test]
async fn an_answer_that_does_not_hold_gives_way_to_the_list() {
    if !engine("openssl") {
        return;
    }
    let lab = Lab::new();
    signer(&lab.authority, "stranger", "plain");
    // A signer without the purpose; an answer that does not say until when it stands.
    for reply in [lab.answers("stranger", "7"), lab.answers("answers", "")] {
        lab.place.put("/ocsp", reply);
        assert_eq!(said(&lab.look(&revoker(None)).await)[0], (0, Crl, Good));
    }
    // A responder that does not know the certificate, and one whose answer is of last year.
    std::fs::write(lab.authority.path("middle.txt"), "").unwrap();
    lab.place.put("/ocsp", lab.answers("answers", "7"));
    assert_eq!(said(&lab.look(&revoker(None)).await)[0], (0, Crl, Good));
    // If the list is out of date too, nothing is known, and why is told by source.
    let past = [
        "-crl_lastupdate",
        "20200101000000Z",
        "-crl_nextupdate",
        "20200201000000Z",
    ];
    lab.put_list("middle", &past);
    let fact = lab.look(&revoker(None)).await;
    assert_eq!(said(&fact)[..2], [(0, Ocsp, Unknown), (0, Crl, Unknown)]);
    let faults: Vec<_> = fact.revocation.iter().map(|said| said.fault).collect();
    assert_eq!(
        faults,
        [
            Some(RevocationFault::ResponderIgnorant),
            Some(RevocationFault::OutOfDate),
            None
        ]
    );
}

#[tokio::test]
async fn a_certificate_without_a_root_sends_us_nowhere() {
    if !engine("openssl") {
        return;
    }
    let lab = Lab::new();
    let reader = ChainReader::default().asking(Some(revoker(None)));
    let line = line(lab.server.port, &wanted(), &Stop::default())
        .await
        .unwrap();
    let fact = observed(&line, reader).await;
    assert_eq!((said(&fact), lab.place.total()), (Vec::new(), 0));
}

/// Each ends within the time of the way to a third party, and nothing is learnt.
#[test]
fn hostile_places_end_and_say_nothing() {
    if !engine("openssl") {
        return;
    }
    let cases: Vec<(&str, fn(&Lab) -> Reply)> = vec![
        ("drip", |_| Reply::Drip),
        ("endless head", |_| Reply::EndlessHead),
        ("endless body", |_| Reply::Endless),
        ("huge", |_| Reply::Huge),
        ("compressed", |_| Reply::Compressed),
        ("garbage", |_| Reply::Bytes(vec![0x30; 70_000])),
        ("empty", |_| Reply::Bytes(Vec::new())),
        ("metadata", |_| {
            Reply::Redirect("http://169.254.169.254/latest/".into())
        }),
        ("loop", |_| Reply::Redirect("/middle.crl".into())),
        ("tls", |_| Reply::Redirect("https://127.0.0.1/".into())),
    ];
    let running: Vec<_> = cases
        .into_iter()
        .map(|(name, reply)| (name, thread::spawn(move || hostile(reply))))
        .collect();
    for (name, thread) in running {
        let fact = thread.join().unwrap();
        let known: Vec<_> = said(&fact)
            .into_iter()
            .filter(|said| said.2 != Unknown)
            .collect();
        assert!(known.is_empty(), "{name}: {known:?}");
        assert_eq!(said(&fact).len(), 3, "{name}");
        println!(
            "{name}: {:?}",
            fact.revocation
                .iter()
                .map(|said| &said.fault)
                .collect::<Vec<_>>()
        );
    }
}

fn hostile(reply: fn(&Lab) -> Reply) -> ChainFact {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let lab = Lab::new();
        // One slow place is enough for a test.
        let slow = matches!(reply(&lab), Reply::Drip);
        for path in ["/ocsp", "/middle.crl", "/root.crl"] {
            let said = if slow && path != "/ocsp" {
                Reply::Status(404)
            } else {
                reply(&lab)
            };
            lab.place.put(path, said);
        }
        lab.look(&revoker(None)).await
    })
}

#[tokio::test]
async fn a_thrown_switch_ends_the_asking() {
    if !engine("openssl") {
        return;
    }
    let lab = Lab::new();
    for path in ["/ocsp", "/middle.crl", "/root.crl"] {
        lab.place.put(path, Reply::Drip);
    }
    let stop = Stop::default();
    let line = line(lab.server.port, &wanted(), &stop).await.unwrap();
    let looking = observed(&line, lab.reader(Some(revoker(None))));
    let throwing = async {
        while lab.place.total() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stop.throw();
    };
    let (fact, ()) = tokio::join!(looking, throwing);
    assert_eq!(lab.place.total(), 1);
    assert!(said(&fact).iter().all(|said| said.2 == Unknown));
}
