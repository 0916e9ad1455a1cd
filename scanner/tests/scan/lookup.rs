//! No packet to a third party without the operator's wish.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use luytre_checks::Unmeasured;
use luytre_inventory::{
    Denied, Exclusion, ExclusionKind, LookupKind, LookupRules, ScanProfile, Scope, Target, Task,
};
use luytre_scanner::{Audit, Contact, FixedResolver, Guard, Lookup, Stop};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::kit::{Seen, at, mute, paper, serve, task};

#[derive(Debug, Default)]
struct Book(Mutex<Vec<Contact>>);

impl Audit for Book {
    fn record(&self, contact: &Contact) -> std::io::Result<()> {
        self.0.lock().unwrap().push(contact.clone());
        Ok(())
    }
}

impl Book {
    /// Target, whom it is about, and the refusal.
    fn lines(&self) -> Vec<(String, Option<(LookupKind, String)>, Option<Denied>)> {
        let contacts = self.0.lock().unwrap();
        contacts
            .iter()
            .map(|c| {
                let asked = c.asked.clone().map(|asked| (asked.kind, asked.about));
                (c.target.clone(), asked, c.denied)
            })
            .collect()
    }
}

/// The third party, and a guard that knows it as `crl.bentha.test`.
struct Scene {
    to: SocketAddr,
    seen: Arc<Seen>,
    book: Arc<Book>,
}

impl Scene {
    async fn new() -> Self {
        let (to, seen) = serve("127.84.0.1:0", |mut stream| async move {
            let mut question = [0; 4];
            let _ = stream.read_exact(&mut question).await;
            let _ = stream.write_all(b"answer").await;
        })
        .await;
        let book = Arc::new(Book::default());
        Self { to, seen, book }
    }

    fn guard(&self, rules: LookupRules, exclusions: Vec<Exclusion>) -> Guard {
        let paper = paper(&["127.82.0.0/24"], &["*.doiche.test"], ScanProfile::Light);
        let scope = Scope::new(vec![paper], exclusions).with_lookups(rules);
        let names = [("crl.bentha.test".parse().unwrap(), vec![self.to.ip()])];
        Guard::new(scope, Stop::default())
            .with_resolver(FixedResolver(names.into()))
            .with_audit(Arc::clone(&self.book) as _)
    }

    async fn ask(&self, guard: &Guard) -> Result<Vec<u8>, Unmeasured> {
        let party = Target::Name("crl.bentha.test".parse().unwrap());
        let lookup = guard
            .lookup(&www(), LookupKind::Revocation, &party, self.to.port())
            .await?;
        answer(&lookup).await
    }
}

async fn answer(lookup: &Lookup) -> Result<Vec<u8>, Unmeasured> {
    let mut conn = lookup.connect().await?;
    lookup
        .within(async {
            conn.send(b"what").await?;
            let mut answer = Vec::new();
            while answer.len() < 6 && conn.receive(&mut answer, 6).await? > 0 {}
            Ok(answer)
        })
        .await
}

fn www() -> Task {
    let name = Target::Name("www.doiche.test".parse().unwrap());
    task(name, "443".parse().unwrap(), ScanProfile::Light)
}

fn rules(kinds: &[LookupKind], special: &[&str]) -> LookupRules {
    LookupRules {
        kinds: kinds.iter().copied().collect(),
        resolvers: Vec::new(),
        special: special.iter().map(|p| p.parse().unwrap()).collect(),
    }
}

#[tokio::test]
async fn without_the_operators_wish_nobody_is_asked() {
    let scene = Scene::new().await;
    for rules in [
        LookupRules::default(),
        rules(&[LookupKind::Dns], &["127.84.0.0/24"]),
    ] {
        let got = scene.ask(&scene.guard(rules, Vec::new())).await;
        assert_eq!(got, Err(Unmeasured::NotPermitted));
    }
    assert_eq!((scene.seen.total(), scene.book.lines().len()), (0, 0));
}

#[tokio::test]
async fn with_it_one_question_is_one_connection_and_is_written_down_first() {
    let scene = Scene::new().await;
    let guard = scene.guard(
        rules(&[LookupKind::Revocation], &["127.84.0.0/24"]),
        Vec::new(),
    );
    assert_eq!(scene.ask(&guard).await.unwrap(), b"answer");
    assert_eq!(scene.seen.total(), 1);
    let party = format!("crl.bentha.test:{}", scene.to.port());
    let about = (LookupKind::Revocation, "www.doiche.test".to_owned());
    assert_eq!(scene.book.lines(), [(party, Some(about), None)]);
    let contact = scene.book.0.lock().unwrap()[0].clone();
    assert_eq!(contact.address, Some(scene.to.ip()));
    assert_eq!(contact.authorisation, "01/TB");
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_asked() {
    #[derive(Debug)]
    struct FullDisk;
    impl Audit for FullDisk {
        fn record(&self, _contact: &Contact) -> std::io::Result<()> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
    }
    let scene = Scene::new().await;
    let guard = scene
        .guard(
            rules(&[LookupKind::Revocation], &["127.84.0.0/24"]),
            Vec::new(),
        )
        .with_audit(Arc::new(FullDisk));
    assert_eq!(scene.ask(&guard).await, Err(Unmeasured::Bug));
    assert_eq!(scene.seen.total(), 0);
}

#[tokio::test]
async fn a_special_address_is_not_reached_unless_its_prefix_is_written() {
    let scene = Scene::new().await;
    for special in [&[][..], &["10.0.0.0/8"][..], &["0.0.0.0/0"][..]] {
        let guard = scene.guard(rules(&[LookupKind::Revocation], special), Vec::new());
        assert_eq!(scene.ask(&guard).await, Err(Unmeasured::NotPermitted));
    }
    assert_eq!(scene.seen.total(), 0);
    let told = scene.book.lines();
    assert!(told.len() == 3 && told.iter().all(|l| l.2 == Some(Denied::SpecialAddress)));
}

#[tokio::test]
async fn an_exclusion_of_the_third_party_or_of_the_target_wins() {
    let scene = Scene::new().await;
    for (name, prefix) in [
        (Some("*.bentha.test"), None),
        (Some("www.doiche.test"), None),
        (None, Some("127.84.0.0/16")),
    ] {
        let shut = Exclusion {
            name: "vùng cấm".into(),
            kind: ExclusionKind::StateSecret,
            names: name.iter().map(|n| n.parse().unwrap()).collect(),
            prefixes: prefix.iter().map(|p| p.parse().unwrap()).collect(),
            systems: Vec::new(),
            until: None,
        };
        let wish = rules(&[LookupKind::Revocation], &["127.84.0.0/24"]);
        let got = scene.ask(&scene.guard(wish, vec![shut])).await;
        assert_eq!(got, Err(Unmeasured::NotPermitted));
    }
    assert_eq!(scene.seen.total(), 0);
    let told = scene.book.lines();
    assert!(told.len() == 3 && told.iter().all(|l| l.2 == Some(Denied::Excluded)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_switch_ends_a_question_and_forbids_the_next() {
    let (to, seen) = serve("127.84.0.2:0", mute).await;
    let scene = Scene {
        to,
        seen,
        book: Arc::default(),
    };
    let guard = scene.guard(
        rules(&[LookupKind::Revocation], &["127.84.0.0/24"]),
        Vec::new(),
    );
    let stop = guard.stop().clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        stop.throw();
    });
    let got = tokio::time::timeout(Duration::from_secs(2), scene.ask(&guard)).await;
    assert_eq!(got.unwrap(), Err(Unmeasured::Cancelled));
    assert_eq!(scene.ask(&guard).await, Err(Unmeasured::Cancelled));
    assert_eq!(scene.seen.total(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_third_party_is_asked_gently_over_the_whole_run() {
    let scene = Scene::new().await;
    let guard = scene.guard(
        rules(&[LookupKind::Revocation], &["127.84.0.0/24"]),
        Vec::new(),
    );
    let guard = &guard;
    let begun = std::time::Instant::now();
    for _ in 0..6 {
        assert!(scene.ask(guard).await.is_ok());
    }
    // Five a second: six questions take a second at the least, however many lines ask.
    assert!(begun.elapsed() >= Duration::from_millis(900));
    assert!(scene.seen.most() <= 2);
}

#[tokio::test]
async fn records_are_asked_of_our_own_resolver_by_datagram() {
    let server = tokio::net::UdpSocket::bind("127.84.0.3:0").await.unwrap();
    let to = server.local_addr().unwrap();
    tokio::spawn(async move {
        let mut question = [0; 64];
        let (got, from) = server.recv_from(&mut question).await.unwrap();
        for answer in [&b"noise"[..], &question[..got]] {
            server.send_to(answer, from).await.unwrap();
        }
    });
    let scene = Scene::new().await;
    let wish = LookupRules {
        resolvers: vec![to],
        ..rules(&[LookupKind::Dns], &[])
    };
    let guard = scene.guard(wish, Vec::new());
    assert_eq!(guard.resolvers(), [to]);
    let read = |bytes: &[u8]| (bytes == b"who").then_some(bytes.len());
    let (task, resolver) = (www(), at(to.ip()));
    let lookup = guard.lookup(&task, LookupKind::Dns, &resolver, to.port());
    let lookup = lookup.await.unwrap();
    let answer = lookup.exchange(b"who", read, Duration::from_secs(2)).await;
    assert_eq!(answer, Ok(3));
    // Nobody else is asked for records, not even next door.
    let other = at("127.84.0.4".parse::<IpAddr>().unwrap());
    let lookup = guard.lookup(&task, LookupKind::Dns, &other, to.port());
    assert_eq!(lookup.await.err(), Some(Unmeasured::NotPermitted));
}
