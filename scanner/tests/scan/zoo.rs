//! Hostile servers: each probe ends in time with the answer we promise.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use luytre_checks::{
    Fact, Unmeasured,
    fact::{HttpFact, Stop},
};
use luytre_inventory::ScanProfile;
use luytre_scanner::{
    Probe,
    probe::{HttpProbe, ServiceProbe},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::kit::{
    at, carry_out, endpoint, line_to, loopback, mute, open, paper, planned, scope, serve, system,
    task,
};

/// Longest time that any hostile server may take, with default limits.
const PROMISED: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy)]
enum Beast {
    Silent,
    Closing,
    Resetting,
    Garbage,
    EndlessGarbage,
    Dripping,
    EndlessHeaders,
    EndlessInterim,
}

impl Beast {
    async fn let_loose(self) -> SocketAddr {
        serve("127.0.0.1:0", move |stream| self.meet(stream))
            .await
            .0
    }

    async fn meet(self, mut stream: TcpStream) {
        let noise: Vec<u8> = (0..=255)
            .cycle()
            .take(4096)
            .map(|i: u8| i.wrapping_mul(151) | 0x80)
            .collect();
        match self {
            Self::Silent => mute(stream).await,
            Self::Closing => {}
            Self::Resetting => {
                let _ = socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO));
            }
            Self::Garbage => {
                let _ = stream.write_all(&noise[..256]).await;
                mute(stream).await;
            }
            Self::EndlessGarbage => while stream.write_all(&noise).await.is_ok() {},
            Self::Dripping => {
                for byte in b"HTTP/1.1 200 OK\r\nServer: x\r\n" {
                    if stream.write_all(&[*byte]).await.is_err() {
                        break;
                    }
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
            Self::EndlessHeaders => {
                answer(&mut stream, "HTTP/1.1 200 OK\r\n").await;
                while stream
                    .write_all(b"X-Filler: aaaaaaaaaaaaaaaa\r\n")
                    .await
                    .is_ok()
                {}
            }
            Self::EndlessInterim => {
                answer(&mut stream, "").await;
                while stream
                    .write_all(b"HTTP/1.1 103 Hints\r\n\r\n")
                    .await
                    .is_ok()
                {}
            }
        }
    }
}

/// Reads one request, then begins an answer.
async fn answer(stream: &mut TcpStream, text: &str) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let _ = stream.write_all(text.as_bytes()).await;
}

fn service() -> ServiceProbe {
    ServiceProbe {
        declared: None,
        agent: "luytre test".into(),
    }
}

fn http(tls: bool) -> HttpProbe {
    HttpProbe {
        tls,
        agent: "luytre test".into(),
    }
}

async fn look(probe: impl Probe, to: SocketAddr) -> Result<Fact, Unmeasured> {
    let line = line_to(to).await;
    let begun = Instant::now();
    let found = probe.observe(&line).await;
    assert!(
        begun.elapsed() < PROMISED,
        "{:?} {found:?}",
        begun.elapsed()
    );
    let (_, cost) = line.settle();
    // What one connection may bring, and the last reads.
    assert!(cost.bytes_received < (2 << 20) + (1 << 20), "{cost:?}");
    // Six hops, and eleven questions beyond them to a server that keeps no connection.
    assert!(cost.connections <= 17, "{cost:?}");
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_beast_ends_unmeasured_in_time() {
    use Beast::{
        Closing, Dripping, EndlessGarbage, EndlessHeaders, EndlessInterim, Garbage, Resetting,
        Silent,
    };
    use Unmeasured::{Closed, Protocol, Reset, TimedOut, TooLarge};
    // Beast, then what service, http and http over TLS answer; none where a fact is right.
    let table = [
        (Silent, Some(TimedOut), TimedOut, TimedOut),
        (Closing, Some(Closed), Closed, Closed),
        (Resetting, Some(Reset), Reset, Reset),
        (Garbage, Some(Protocol), Protocol, Protocol),
        (EndlessGarbage, Some(Protocol), Protocol, Protocol),
        (Dripping, Some(TimedOut), TimedOut, TimedOut),
        (EndlessHeaders, None, TooLarge, Protocol),
        (EndlessInterim, None, TooLarge, Protocol),
    ];
    let mut looks = tokio::task::JoinSet::new();
    for (beast, by_service, by_http, by_https) in table {
        looks.spawn(async move {
            let to = beast.let_loose().await;
            let found = tokio::join!(
                look(service(), to),
                look(http(false), to),
                look(http(true), to)
            );
            // Closing on unread bytes is a reset on the wire: which of the two is a matter of timing.
            // The fifth byte of a drip, which shows that it is no TLS, comes as the answer runs out.
            let same = |a: Unmeasured, b: Unmeasured| {
                a == b
                    || (matches!(beast, Closing) && [a, b] == [Reset, Closed])
                    || (matches!(beast, Dripping) && [a, b] == [Protocol, TimedOut])
            };
            match (found.0, by_service) {
                (Ok(_), None) => (),
                (Err(reason), Some(promised)) if same(reason, promised) => (),
                other => panic!("{beast:?} service {other:?}"),
            }
            for (found, promised) in [(found.1, by_http), (found.2, by_https)] {
                let reason = found.unwrap_err();
                assert!(same(reason, promised), "{beast:?} {reason:?} {promised:?}");
            }
        });
    }
    while let Some(done) = looks.join_next().await {
        done.unwrap();
    }
}

/// Serves every request with what `answer` makes of the number of the request.
async fn web(address: &str, reply: impl Fn(usize) -> String + Send + Sync + 'static) -> SocketAddr {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let talk = move |mut stream: TcpStream| {
        let text = reply(count.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
        async move {
            answer(&mut stream, &text).await;
            let _ = stream.shutdown().await;
            mute(stream).await;
        }
    };
    serve(address, talk).await.0
}

fn redirect(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
}

async fn walked(to: SocketAddr) -> HttpFact {
    match look(http(false), to).await {
        Ok(Fact::Http(fact)) => fact,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn redirects_end() {
    let turning = web("127.0.0.1:0", |_| redirect("/")).await;
    let fact = walked(turning).await;
    assert_eq!((fact.exchanges.len(), fact.stop), (1, Stop::TooMany));
    let fleeing = web("127.0.0.1:0", |n| redirect(&format!("/{n}"))).await;
    let fact = walked(fleeing).await;
    assert_eq!((fact.exchanges.len(), fact.stop), (6, Stop::TooMany));
    let twice = web("127.0.0.1:0", |n| match n {
        0 => redirect("/login?next=%2F&token=SECRET"),
        _ => "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nSet-Cookie: sid=SECRET; Secure\r\n\
              X-Other: SECRET\r\n\r\nhello"
            .to_owned(),
    })
    .await;
    let fact = walked(twice).await;
    assert_eq!((fact.exchanges.len(), fact.stop), (2, Stop::Final));
    assert_eq!(fact.exchanges[1].header("server"), Some("nginx/1.22.1"));
    assert_eq!(fact.exchanges[1].body_bytes, 5);
    assert!(fact.exchanges[1].cookies[0].secure);
    assert!(!format!("{fact:?}").contains("SECRET"), "{fact:?}");
}

#[tokio::test]
async fn bodies_are_capped_and_never_decoded() {
    // Compressed or chunked without end: 256 KiB are read, nothing is inflated.
    for head in [
        "Content-Encoding: gzip\r\nContent-Length: 1099511627776",
        "Transfer-Encoding: chunked",
    ] {
        let (to, _) = serve("127.0.0.1:0", move |mut stream| async move {
            answer(&mut stream, &format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n")).await;
            let mut chunk = b"1000\r\n".to_vec();
            chunk.extend([0x1f; 0x1000]);
            chunk.extend(b"\r\n");
            while stream.write_all(&chunk).await.is_ok() {}
        })
        .await;
        let fact = walked(to).await;
        assert_eq!(
            (fact.stop, fact.exchanges[0].body_bytes),
            (Stop::Final, 256 << 10)
        );
    }
    // A body that stalls takes nothing away from the headers.
    let (to, _) = serve("127.0.0.1:0", |mut stream| async move {
        answer(
            &mut stream,
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
        )
        .await;
        mute(stream).await;
    })
    .await;
    let fact = walked(to).await;
    assert_eq!((fact.stop, fact.exchanges[0].body_bytes), (Stop::Final, 2));
}

#[tokio::test]
async fn many_headers_are_too_many() {
    let to = web("127.0.0.1:0", |_| {
        let many: String = "X-Many: y\r\n".repeat(5000);
        format!("HTTP/1.1 200 OK\r\n{many}\r\n")
    })
    .await;
    assert_eq!(
        look(http(false), to).await.unwrap_err(),
        Unmeasured::TooLarge
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fragile_device_survives() {
    // It dies of a second connection while the first is not over, whatever the port.
    for (profile, fragile) in [(ScanProfile::Light, true), (ScanProfile::Light, false)] {
        let (to, seen) = serve("127.0.0.1:0", |mut stream| async move {
            answer(
                &mut stream,
                "HTTP/1.0 200 OK\r\nServer: GoAhead-Webs\r\n\r\n",
            )
            .await;
            let _ = stream.shutdown().await;
            mute(stream).await;
        })
        .await;
        let everything = scope(&["127.0.0.0/8"], profile);
        let papers = vec![paper(&["127.0.0.0/8"], &[], profile)];
        let mut declared = endpoint(to, Some(luytre_inventory::Protocol::Http));
        declared.fragile = fragile;
        let mut plan = planned(vec![system("A", vec![declared])], &everything, papers, &[]);
        for job in &mut plan.jobs {
            job.task.ports = std::iter::once(to.port()).collect();
        }
        let guard = Arc::new(loopback(profile));
        let probes = luytre_scanner::Probes::standard("luytre test", Vec::new());
        let (_, coverage) = carry_out(plan, guard, probes).await;
        assert_eq!(
            (coverage.planned(), coverage.measured()),
            (3, 3),
            "{coverage:?}"
        );
        // An attempt that is reset before the server takes it from its queue may go unseen.
        assert_eq!(seen.most(), 1, "{fragile}");
        assert!((2..=3).contains(&seen.total()), "{fragile}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conversations_are_limited_as_the_server_sees_them() {
    for (profile, most) in [
        (ScanProfile::Light, 1),
        (ScanProfile::Standard, 2),
        (ScanProfile::Deep, 2),
    ] {
        let (now, highest) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let counters = (Arc::clone(&now), Arc::clone(&highest));
        let (to, seen) = serve("127.0.0.1:0", move |mut stream| {
            let (now, highest) = counters.clone();
            async move {
                let before = now.fetch_add(1, Ordering::SeqCst);
                highest.fetch_max(before + 1, Ordering::SeqCst);
                let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
                // Counted down before the socket closes, as the peer waits for just that.
                now.fetch_sub(1, Ordering::SeqCst);
            }
        })
        .await;
        let guard = Arc::new(loopback(profile));
        let task = task(at(to.ip()), std::iter::once(to.port()).collect(), profile);
        let line = Arc::new(open(&guard, &task).await.unwrap());
        let mut talks = tokio::task::JoinSet::new();
        for _ in 0..12 {
            let line = Arc::clone(&line);
            talks.spawn(async move {
                let class = luytre_inventory::ProbeClass::Greeting;
                let conn = line.connect(class, line.port()).await.unwrap();
                tokio::time::sleep(Duration::from_millis(30)).await;
                conn.close().await;
            });
        }
        while let Some(done) = talks.join_next().await {
            done.unwrap();
        }
        let highest = highest.load(Ordering::SeqCst);
        assert_eq!((seen.total(), highest), (12, most), "{profile:?}");
    }
}
