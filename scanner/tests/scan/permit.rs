//! No permit, no packet.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use luytre_checks::{
    Fact, FactKind, Unmeasured,
    fact::{HttpFact, Stop as Walk},
};
use luytre_inventory::{
    Authorisation, Denied, Exclusion, ExclusionKind, HostName, PortSet, ProbeClass, Revocation,
    ScanProfile, Scope, System, Target, parse_address,
};
use luytre_scanner::{
    Answer, Guard, Hop, Known, Line, Look, Opened, Probe, Probes, Readings, Resolve, Stop,
    probe::HttpProbe,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::kit::{
    Dice, Seen, at, carry_out, endpoint, mute, open, paper, planned, serve, system, task,
};

/// Tries every class at its own port and at the canaries' ports, and follows wherever it may.
struct Pushy(Vec<SocketAddr>);

impl Look for Pushy {
    fn yields(&self) -> &[(FactKind, u16)] {
        &[(FactKind::Service, 1)]
    }

    fn look<'a>(
        &'a self,
        line: &'a Line,
        _known: &'a Known,
    ) -> std::pin::Pin<Box<dyn Future<Output = Readings> + Send + 'a>> {
        Box::pin(async move {
            for class in ProbeClass::every() {
                let _ = line.connect(class, line.port()).await;
            }
            for canary in &self.0 {
                let _ = line.connect(ProbeClass::Web, canary.port()).await;
                let _ = line.knock(canary.port(), Duration::from_millis(100)).await;
                let _ = line.follow(&Hop::Address(canary.ip()), canary.port()).await;
                let name = "trap.doiche.test".parse().unwrap();
                if let Ok(line) = line.follow(&Hop::Name(name), canary.port()).await {
                    let _ = line.connect(ProbeClass::Web, canary.port()).await;
                }
            }
            vec![(FactKind::Service, Err(Unmeasured::Closed))]
        })
    }
}

/// Answers every name with the next of its answers.
#[derive(Debug)]
struct Turning {
    answers: Vec<Vec<IpAddr>>,
    asked: Arc<AtomicUsize>,
}

impl Resolve for Turning {
    fn resolve<'a>(&'a self, _name: &'a HostName) -> Answer<'a> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers[turn % self.answers.len()].clone();
        Box::pin(async move { Ok(answer) })
    }
}

async fn canaries(count: u8) -> (Vec<SocketAddr>, Vec<Arc<Seen>>) {
    let mut places = Vec::new();
    let mut seen = Vec::new();
    for last in 1..=count {
        let (place, counter) = serve(&format!("127.81.0.{last}:0"), mute).await;
        places.push(place);
        seen.push(counter);
    }
    (places, seen)
}

/// A paper that grants `inside` and fails in one of many ways, or does not fail.
fn random_paper(dice: &mut Dice, inside: SocketAddr) -> Authorisation {
    let prefix = format!("{}/{}", inside.ip(), [32, 32, 24][dice.roll(3)]);
    let mut paper = paper(
        &[&prefix, "0.0.0.0/0", "::/0"],
        &["*.doiche.test"],
        ScanProfile::Deep,
    );
    if dice.roll(2) == 0 {
        paper.grant.ports = std::iter::once(inside.port()).collect();
    }
    match dice.roll(8) {
        0 => paper.until = paper.from,
        1 => paper.from = paper.until,
        2 => {
            paper.revoked = Some(Revocation {
                at: paper.from,
                by: "Trưởng phòng".into(),
                reason: "thử".into(),
            });
        }
        3 => paper.grant.classes = [ProbeClass::Ports].into(),
        4 => paper.number = "02/TB".into(),
        _ => (),
    }
    paper
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn canaries_outside_the_scope_hear_nothing() {
    let (outside, heard) = canaries(4).await;
    let (inside, inside_heard) = serve("127.82.0.1:0", mute).await;
    let mut dice = Dice(2026);
    let mut denied = 0;
    for round in 0..2000 {
        let paper = random_paper(&mut dice, inside);
        let exclusions = if dice.roll(8) == 0 {
            vec![shut(inside)]
        } else {
            Vec::new()
        };
        let scope = Scope::new(vec![paper.clone()], exclusions);
        let systems = random_systems(&mut dice, &outside, inside);
        let plan = planned(systems, &scope, vec![paper], &[FactKind::Service]);
        let resolver = Turning {
            answers: outside.iter().map(|canary| vec![canary.ip()]).collect(),
            asked: Arc::default(),
        };
        let guard = Arc::new(Guard::new(scope, Stop::default()).with_resolver(resolver));
        // Besides what was planned: tasks as somebody might slip them into the queue.
        for canary in &outside {
            let ports = [PortSet::all(), std::iter::once(canary.port()).collect()];
            let mut forged = task(
                at(canary.ip()),
                ports[dice.roll(2)].clone(),
                ScanProfile::Deep,
            );
            forged.endpoint = Some(uuid::Uuid::from_u128(round));
            for opened in guard.open(&forged).await {
                let Opened::Shut { reason, .. } = opened else {
                    panic!("{canary} opened");
                };
                denied += usize::from(reason == Unmeasured::NotPermitted);
            }
        }
        carry_out(plan, guard, Probes::none().with(Pushy(outside.clone()))).await;
    }
    assert_eq!(denied, 8000);
    let total: usize = heard.iter().map(|seen| seen.total()).sum();
    assert_eq!(total, 0, "a canary was touched");
    // The rounds were no empty motions: what is inside was reached.
    assert!(inside_heard.total() > 500, "{}", inside_heard.total());
}

fn shut(address: SocketAddr) -> Exclusion {
    Exclusion {
        name: "vùng cấm".into(),
        kind: ExclusionKind::StateSecret,
        names: Vec::new(),
        prefixes: vec![address.ip().into()],
        systems: Vec::new(),
        until: None,
    }
}

fn random_systems(dice: &mut Dice, outside: &[SocketAddr], inside: SocketAddr) -> Vec<System> {
    let mut endpoints = vec![endpoint(inside, None)];
    for canary in outside {
        let mut declared = endpoint(*canary, None);
        match dice.roll(4) {
            0 => (),
            1 => declared.address = Some(mapped(canary.ip())),
            2 => {
                declared.address = None;
                declared.name = Some("trap.doiche.test".parse().unwrap());
            }
            _ => declared.name = Some("www.doiche.test".parse().unwrap()),
        }
        endpoints.push(declared);
    }
    vec![system("A", endpoints)]
}

/// The same address in IPv6 clothes.
fn mapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().into(),
        v6 @ IpAddr::V6(_) => v6,
    }
}

/// Ways to write 127.81.0.1 and its neighbours, honest and not.
const SPELLINGS: [&str; 72] = [
    "127.81.0.1",
    "127.81.1",
    "127.5308417",
    "2135949313",
    "0x7f510001",
    "0X7F510001",
    "0x7f.81.0.1",
    "0x7f.0x51.0x0.0x1",
    "0177.0121.0.1",
    "0177.0121.0000.0001",
    "017724200001",
    "127.0x51.0.1",
    "127.81.0.1.",
    "127.81.0.01",
    "127.81.000.001",
    "0127.81.0.1",
    " 127.81.0.1",
    "127.81.0.1 ",
    "127.81.0.1\n",
    "127.81.0.1\0",
    "127。81。0。1",
    "127．81．0．1",
    "１２７.81.0.1",
    "①②⑦.81.0.1",
    "127.81.0.1%eth0",
    "::ffff:127.81.0.1",
    "::FFFF:7f51:1",
    "::ffff:7f51:0001",
    "0:0:0:0:0:ffff:7f51:1",
    "::127.81.0.1",
    "::7f51:1",
    "64:ff9b::7f51:1",
    "64:ff9b::127.81.0.1",
    "2002:7f51:1::",
    "[::ffff:127.81.0.1]",
    "[::1]",
    "::1",
    "0:0:0:0:0:0:0:1",
    "::1%lo",
    "fe80::1%1",
    "::",
    "0.0.0.0",
    "0",
    "0x0",
    "127.0.0.1",
    "127.1",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "localhost.localdomain",
    "ip6-localhost",
    "127.81.0.1.nip.test",
    "user@127.81.0.1",
    "user:pw@127.81.0.1",
    "good.doiche.test@127.81.0.1",
    "127.81.0.1@good.doiche.test",
    "127.81.0.1#good.doiche.test",
    "127.81.0.1?good.doiche.test",
    "127.81.0.1/good.doiche.test",
    "good.doiche.test\\@127.81.0.1",
    "127.81.0.1:80",
    "http://127.81.0.1",
    "//127.81.0.1",
    "169.254.169.254",
    "0xa9fea9fe",
    "[fd00:ec2::254]",
    "metadata.google.internal",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "good.doiche.test%00.127.81.0.1",
    "trap.doiche.test",
    "TRAP.doiche.test.",
    "xn--trap-.doiche.test",
];

#[tokio::test]
async fn no_spelling_of_an_address_opens_it() {
    let (canary, heard) = serve("127.81.0.1:0", mute).await;
    let narrow = paper(
        &["127.82.0.0/24", "0.0.0.0/0", "::/0"],
        &["*.doiche.test"],
        ScanProfile::Deep,
    );
    let resolver = Turning {
        answers: vec![vec![
            canary.ip(),
            mapped(canary.ip()),
            "::1".parse().unwrap(),
        ]],
        asked: Arc::default(),
    };
    let scope = Scope::new(vec![narrow], Vec::new());
    let guard = Arc::new(Guard::new(scope, Stop::default()).with_resolver(resolver));
    let (mut addresses, mut names, mut refused) = (0, 0, 0);
    for spelling in SPELLINGS {
        let target = match (parse_address(spelling), spelling.parse::<HostName>()) {
            (Ok(address), _) => {
                addresses += 1;
                at(address)
            }
            (_, Ok(name)) => {
                names += 1;
                Target::Name(name)
            }
            _ => {
                refused += 1;
                continue;
            }
        };
        let ports = std::iter::once(canary.port()).collect();
        for opened in guard.open(&task(target, ports, ScanProfile::Deep)).await {
            match opened {
                Opened::Line(line) => panic!("{spelling} opens {}", line.address()),
                Opened::Shut { reason, .. } => assert_eq!(reason, Unmeasured::NotPermitted),
            }
        }
    }
    assert_eq!(addresses + names + refused, SPELLINGS.len());
    assert!(
        addresses > 10 && names > 5 && refused > 40,
        "{addresses} {names} {refused}"
    );
    assert_eq!(heard.total(), 0);
}

#[tokio::test]
async fn a_name_is_resolved_once_and_every_answer_is_checked() {
    // 1.1.1.1 is data here: a line is opened and never connected.
    let global: IpAddr = "1.1.1.1".parse().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let (canary, heard) = serve("127.81.0.9:0", mute).await;
    let resolver = Turning {
        answers: vec![vec![global, canary.ip()], vec![canary.ip()]],
        asked: Arc::clone(&asked),
    };
    let paper = paper(&["127.81.0.0/24"], &["*.doiche.test"], ScanProfile::Light);
    let scope = Scope::new(vec![paper], Vec::new());
    let guard = Arc::new(Guard::new(scope, Stop::default()).with_resolver(resolver));
    let name: HostName = "www.doiche.test".parse().unwrap();
    let ports: PortSet = std::iter::once(canary.port()).collect();
    let by_name = task(Target::Name(name.clone()), ports, ScanProfile::Light);
    let mut lines = Vec::new();
    for opened in guard.open(&by_name).await {
        match opened {
            Opened::Line(line) => lines.push(line),
            Opened::Shut {
                address, denied, ..
            } => {
                assert_eq!(
                    (address, denied),
                    (Some(canary.ip()), Some(Denied::SpecialAddress))
                );
            }
        }
    }
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].address(), global);
    // The same name again, as after a redirect to another port: the same address, no second question.
    let followed = lines[0].follow(&Hop::Name(name), 8443).await.unwrap();
    assert_eq!((followed.address(), followed.port()), (global, 8443));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    // Another name is resolved, and its special answer is refused.
    let other = Hop::Name("trap.doiche.test".parse().unwrap());
    let refused = lines[0].follow(&other, canary.port()).await.unwrap_err();
    assert_eq!(
        (refused, asked.load(Ordering::SeqCst)),
        (Unmeasured::NotPermitted, 2)
    );
    // Now the name has turned to loopback alone: nothing opens.
    assert!(
        guard
            .open(&by_name)
            .await
            .iter()
            .any(|o| matches!(o, Opened::Line(_)))
    );
    assert!(
        !guard
            .open(&by_name)
            .await
            .iter()
            .any(|o| matches!(o, Opened::Line(_)))
    );
    assert_eq!(heard.total(), 0);
}

async fn redirected(location: String) -> HttpFact {
    let (to, _) = serve("127.82.0.2:0", move |mut stream| {
        let answer = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n");
        async move {
            let _ = stream.read(&mut [0; 2048]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
    .await;
    let paper = paper(
        &["127.82.0.2/32"],
        &["*.doiche.test"],
        ScanProfile::Standard,
    );
    let resolver = Turning {
        answers: vec![vec!["127.81.0.7".parse().unwrap()]],
        asked: Arc::default(),
    };
    let scope = Scope::new(vec![paper], Vec::new());
    let guard = Arc::new(Guard::new(scope, Stop::default()).with_resolver(resolver));
    let target = Target::Address {
        address: to.ip(),
        name: Some("www.doiche.test".parse().unwrap()),
    };
    let task = task(
        target,
        std::iter::once(to.port()).collect(),
        ScanProfile::Standard,
    );
    let line = open(&guard, &task).await.unwrap();
    let probe = HttpProbe {
        tls: false,
        agent: "luytre test".into(),
    };
    match probe.observe(&line).await {
        Ok(Fact::Http(fact)) => fact,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn redirects_out_of_the_scope_are_reported_not_followed() {
    let (canary, heard) = serve("127.81.0.7:0", mute).await;
    let port = canary.port();
    for host in [
        "127.81.0.7",
        "127.81.7",
        "2135949319",
        "0x7f510007",
        "[::ffff:127.81.0.7]",
        "127.0.0.1",
        "[::1]",
        "169.254.169.254",
        "localhost",
        "trap.doiche.test",
        "other.test",
        "user@127.81.0.7",
        "www.doiche.test@127.81.0.7",
        "0.0.0.0",
        "127.81.0.7.",
    ] {
        let fact = redirected(format!("http://{host}:{port}/")).await;
        assert_eq!(
            (fact.exchanges.len(), fact.stop),
            (1, Walk::OffScope),
            "{host}"
        );
        assert!(fact.exchanges[0].location.is_some());
    }
    assert_eq!(heard.total(), 0);
    // The same name on another port stays at the permitted address; nobody listens there.
    let fact = redirected("http://www.doiche.test:1/".into()).await;
    assert_eq!((fact.exchanges.len(), fact.stop), (1, Walk::Unmeasured));
}
