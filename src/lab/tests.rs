use std::{collections::BTreeMap, time::Duration};

use luytre_inventory::{Denied, Protocol, Scope, Target, Task};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::*;

mod greetings;
mod old_server;

/// Far above what loopback needs; only a hung server meets it.
const PATIENCE: Duration = Duration::from_secs(10);

fn lab() -> Lab {
    Lab::start().unwrap()
}

fn at(lab: &Lab, id: &str) -> SocketAddr {
    lab.servers().find(|(server, _)| server.id == id).unwrap().1
}

fn connector(lab: &Lab) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(lab.ca_pem().as_bytes()).unwrap())
        .unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

async fn handshake(lab: &Lab, id: &str) -> io::Result<TlsStream<TcpStream>> {
    let (server, address) = lab.servers().find(|(server, _)| server.id == id).unwrap();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from(server.name.as_str().to_owned()).unwrap();
    connector(lab).connect(name, stream).await
}

/// All that `id` says after `said`, or up to `enough` bytes.
async fn talk(lab: &Lab, id: &str, said: &[u8], enough: usize) -> Vec<u8> {
    let mut stream = TcpStream::connect(at(lab, id)).await.unwrap();
    stream.write_all(said).await.unwrap();
    let mut heard = Vec::new();
    let mut chunk = [0; 1024];
    timeout(PATIENCE, async {
        while heard.len() < enough {
            match stream.read(&mut chunk).await.unwrap() {
                0 => break,
                read => heard.extend_from_slice(&chunk[..read]),
            }
        }
    })
    .await
    .unwrap_or_else(|_| panic!("{id} said only {heard:?}"));
    heard
}

async fn get(lab: &Lab, id: &str, request: &str) -> String {
    let heard = talk(lab, id, request.as_bytes(), usize::MAX).await;
    String::from_utf8(heard).unwrap()
}

#[test]
fn the_plan_is_whole() {
    let plan = Plan::embedded().unwrap();
    let mut ids: Vec<_> = plan.servers.iter().map(|server| &server.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), plan.servers.len(), "ids are unique");
    let expected = plan.servers.iter().flat_map(|server| &server.expect);
    let checks: BTreeSet<_> = expected
        .map(|expected| &expected.check)
        .chain(plan.records.iter().map(|record| &record.check))
        .collect();
    for id in &checks {
        let (area, name) = id.split_once('.').unwrap();
        for part in [area, name] {
            let snake = part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            assert!(snake && !part.is_empty(), "{id}");
        }
    }
    assert!(checks.len() >= 15, "{checks:?}");
    let machines: BTreeMap<_, _> = plan.servers.iter().map(|s| (s.host, &s.name)).collect();
    let sample = luytre_inventory::sample();
    let systems = plan.servers.iter().map(|server| &server.system);
    for code in systems.chain(plan.records.iter().map(|record| &record.system)) {
        assert!(sample.system(code).is_some(), "{code} is not in the sample");
    }
    for server in &plan.servers {
        assert_eq!(
            machines[&server.host], &server.name,
            "one machine, one name"
        );
        let quiet = server.healthy || server.unmeasured.is_some();
        assert!(!quiet || server.expect.is_empty(), "{}", server.id);
        let top = server.name.as_str().rsplit('.').next();
        assert_eq!(top, Some("test"), "{}", server.name);
    }
    let healthy: BTreeSet<_> = plan
        .servers
        .iter()
        .filter(|s| s.healthy)
        .map(|s| s.host)
        .collect();
    assert_eq!(healthy.len(), 2);
    for server in plan.servers.iter().filter(|s| healthy.contains(&s.host)) {
        assert!(
            server.healthy,
            "{} shares the machine of a healthy one",
            server.id
        );
    }
}

#[tokio::test]
async fn endpoints_keep_their_ids_and_papers_cover_exactly_them() {
    let (lab, other) = (lab(), lab());
    let ids = |lab: &Lab| -> Vec<Uuid> {
        lab.endpoints()
            .values()
            .flatten()
            .map(|endpoint| endpoint.id)
            .collect()
    };
    assert_eq!(ids(&lab), ids(&other));
    let now = Timestamp::now();
    let papers = lab.authorisations(now);
    let scope = Scope::new(papers.clone(), Vec::new());
    let task = |target, port: u16, paper: &Authorisation| Task {
        id: Uuid::nil(),
        system: None,
        endpoint: None,
        target,
        ports: [port].into_iter().collect(),
        classes: ProbeClass::every(),
        authorisation: paper.number.clone(),
        profile: ScanProfile::Light,
        fragile: false,
    };
    for (server, address) in lab.servers() {
        let target = Target::Address {
            address: address.ip(),
            name: Some(server.name.clone()),
        };
        let grounds = scope.grounds(&target);
        assert_eq!(grounds.len(), 1, "{}", server.id);
        let task = task(target, address.port(), grounds[0]);
        let permit = scope.permit(&task, address.ip(), now).unwrap();
        let web = permit.allows(ProbeClass::Web, address.port(), now);
        assert_eq!(web, !server.handshake_only, "{}", server.id);
        assert!(permit.allows(ProbeClass::Handshake, address.port(), now));
    }
    let outside: IpAddr = [127, 0, 0, 1].into();
    let target = Target::Address {
        address: outside,
        name: None,
    };
    let denied = scope.permit(&task(target, 80, &papers[0]), outside, now);
    assert_eq!(denied.unwrap_err(), Denied::SpecialAddress);
    lab.stop().await;
}

#[tokio::test]
async fn a_plant_is_where_it_says() {
    let lab = lab();
    let redis = at(&lab, "ttdl-redis");
    let plant = lab
        .planted()
        .into_iter()
        .find(|plant| plant.server.as_deref() == Some("ttdl-redis"))
        .unwrap();
    assert_eq!(plant.part, Some(redis.port().to_string()));
    assert_eq!(plant.address, Some(redis));
    let stands = lab
        .endpoints()
        .into_values()
        .flatten()
        .find(|e| Some(e.id) == plant.endpoint);
    assert_eq!(stands.unwrap().address, Some(redis.ip()));
    assert_eq!(lab.healthy().len(), 4);
    let ports: BTreeSet<_> = lab
        .endpoints()
        .values()
        .flatten()
        .map(|e| (e.address, e.port))
        .collect();
    assert!(
        !ports.contains(&(Some(redis.ip()), Some(redis.port()))),
        "undeclared"
    );
}

#[tokio::test]
async fn healthy_servers_are_clean() {
    let lab = lab();
    for (secure, plain) in [
        ("tthc-web", "tthc-http"),
        ("hien-truong-web", "hien-truong-http"),
    ] {
        let mut stream = handshake(&lab, secure).await.unwrap();
        let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("\r\nStrict-Transport-Security: max-age="));
        assert!(answer.contains("; Secure; HttpOnly; SameSite="));
        assert!(!answer.contains("Server:") && !answer.contains("X-Powered-By"));
        let answer = get(&lab, plain, "GET /a?b HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let (server, address) = lab
            .servers()
            .find(|(server, _)| server.id == secure)
            .unwrap();
        let location = format!(
            "Location: https://{}:{}/a?b\r\n",
            server.name,
            address.port()
        );
        assert!(
            answer.starts_with("HTTP/1.1 301 ") && answer.contains(&location),
            "{answer}"
        );
        assert!(!answer.contains("Server:"));
    }
}

#[tokio::test]
async fn certificates_have_the_planted_flaws() {
    let lab = lab();
    for (id, told) in [
        ("doi-che-https", "certificate expired"),
        ("thac-may-hmi", "certificate not valid yet"),
        ("mot-cua-cu", "certificate not valid for name"),
        ("doi-che-noi-bo", "UnknownIssuer"),
        ("van-ban", "UnknownIssuer"),
    ] {
        let error = handshake(&lab, id).await.unwrap_err().to_string();
        assert!(error.contains(told), "{id}: {error}");
    }
    for id in ["lich-cong-tac", "dang-ky-kham"] {
        handshake(&lab, id).await.unwrap();
    }
}

#[tokio::test]
async fn faulty_pages_show_their_faults() {
    let lab = lab();
    let page = get(&lab, "doi-che-http", "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("Server: Apache/2.4.6"));
    let head = get(&lab, "doi-che-http", "HEAD / HTTP/1.1\r\n\r\n").await;
    assert!(
        head.ends_with("\r\n\r\n") && !head.contains("Content-Length: 0"),
        "{head}"
    );
    for (request, status) in [
        ("GET /nothing HTTP/1.1\r\n\r\n", "404"),
        ("POST / HTTP/1.1\r\n\r\n", "405"),
        ("NONSENSE\r\n\r\n", "400"),
        ("\u{16}\u{3}\u{1}", "400"),
    ] {
        let answer = get(&lab, "doi-che-http", request).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request:?}: {answer}"
        );
    }
    let endless = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(20_000));
    assert!(
        get(&lab, "doi-che-http", &endless)
            .await
            .starts_with("HTTP/1.1 431 ")
    );
}

#[tokio::test]
async fn the_dead_refuse_and_the_silent_say_nothing() {
    let lab = lab();
    let refused = TcpStream::connect(at(&lab, "ttdl-tat")).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    let mut stream = TcpStream::connect(at(&lab, "ttdl-im-lang")).await.unwrap();
    stream.write_all(b"SSH-2.0-x\r\n").await.unwrap();
    let heard = timeout(Duration::from_millis(200), stream.read(&mut [0; 8])).await;
    assert!(heard.is_err(), "{heard:?}");
    let reasons: Vec<_> = lab
        .unmeasured()
        .into_iter()
        .map(|(_, reason)| reason)
        .collect();
    assert_eq!(reasons, [Unmeasured::TimedOut, Unmeasured::Refused]);
}

#[tokio::test]
async fn garbage_and_resets_leave_every_server_standing() {
    let lab = lab();
    let listening = |server: &Server| !matches!(server.speaks, Speaks::Dead);
    for (_, address) in lab.servers().filter(|(server, _)| listening(server)) {
        for round in 0..30_u8 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let _ = stream.write_all(&[round.wrapping_mul(41); 700]).await;
            // Unread bytes turn the close into a reset.
            drop(stream);
        }
    }
    handshake(&lab, "tthc-web").await.unwrap();
    assert!(
        talk(&lab, "ttdl-ssh", b"", 8)
            .await
            .starts_with(b"SSH-2.0-")
    );
    let old = old_server::hello(&lab, "can-bang-tai-cu", 0x0301, &[0x002F]).await;
    assert_eq!(old[0], 22);
    lab.stop().await;
}

#[tokio::test]
async fn all_on_one_address_still_works() {
    let plan = Plan::embedded().unwrap();
    let places = Places::shared(&plan).unwrap();
    let lab = Lab::open(plan, places).unwrap();
    assert!(!lab.has_own_addresses());
    handshake(&lab, "tthc-web").await.unwrap();
    assert!(
        lab.planted()
            .iter()
            .all(|plant| plant.check != "ports.undeclared")
    );
    for paper in lab.authorisations(Timestamp::now()) {
        assert!(!paper.grant.classes.contains(&ProbeClass::Ports));
    }
    assert!(TcpStream::connect(at(&lab, "ttdl-tat")).await.is_err());
}

#[test]
fn servers_speak_what_is_declared() {
    for server in Plan::embedded().unwrap().servers {
        let spoken = match server.speaks {
            Speaks::Https { .. } | Speaks::OldTls { .. } => Protocol::Https,
            Speaks::Http { .. } => Protocol::Http,
            Speaks::Ssh { .. } => Protocol::Ssh,
            Speaks::Ftp { .. } => Protocol::Ftp,
            Speaks::Telnet { .. } => Protocol::Telnet,
            Speaks::Smtp { .. } => Protocol::Smtp,
            Speaks::Mariadb { .. } => Protocol::Mariadb,
            Speaks::Postgres => Protocol::Postgres,
            Speaks::Redis { .. } => Protocol::Redis,
            Speaks::Rdp => Protocol::Rdp,
            Speaks::Silent | Speaks::Dead => continue,
        };
        assert_eq!(server.protocol, spoken, "{}", server.id);
    }
}
