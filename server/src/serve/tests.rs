use std::net::SocketAddr;

use luytre_inventory::{Inventory, System};
use luytre_store::Sqlite;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
};

use super::*;

const BUILD: Build = Build {
    version: "0.1.0",
    revision: "abc",
};

fn noon() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Error>>,
    store: Sqlite,
    _folder: tempfile::TempDir,
}

async fn running(bounds: Bounds) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path(), noon()).await.unwrap();
    let inventory = Inventory {
        systems: vec![System::new(
            "HT-01".parse().unwrap(),
            "Cổng \"một cửa\"\n\\",
        )],
        ..Inventory::default()
    };
    store
        .save_inventory(&inventory, noon(), "a", "b")
        .await
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move {
        let _ = stopped.await;
    };
    let served = serve_within(bounds, listener, store.clone(), BUILD, noon, shutdown);
    Running {
        address,
        stop,
        task: tokio::spawn(served),
        store,
        _folder: folder,
    }
}

/// Sends `request` and reads until the server closes.
async fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn request(method: &str, path: &str, more: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n")
}

#[tokio::test]
async fn two_pages_and_nothing_else() {
    let server = running(BOUNDS).await;
    let cases = [
        (
            "GET",
            "/healthz",
            "",
            "200",
            "ok\nlast_scan_age_seconds never\n",
        ),
        (
            "GET",
            "/metrics",
            "",
            "200",
            "posture_build_info{version=\"0.1.0\",revision=\"abc\"} 1",
        ),
        (
            "GET",
            "/metrics",
            "",
            "200",
            "system_name=\"Cổng \\\"một cửa\\\"\u{fffd}\\\\\"",
        ),
        ("GET", "/", "", "404", ""),
        ("GET", "/metrics/../healthz", "", "404", ""),
        ("POST", "/metrics", "", "405", ""),
        ("DELETE", "/healthz", "", "405", ""),
        ("GET", "/metrics", "Content-Length: 5\r\n", "413", ""),
        (
            "GET",
            "/metrics",
            "Transfer-Encoding: chunked\r\n",
            "413",
            "",
        ),
    ];
    for (method, path, more, status, body) in cases {
        let answer = ask(server.address, &request(method, path, more)).await;
        let head = format!("HTTP/1.1 {status}");
        assert!(answer.starts_with(&head), "{method} {path}: {answer}");
        assert!(answer.contains(body), "{method} {path}: {answer}");
        assert!(
            answer.contains("x-content-type-options: nosniff"),
            "{answer}"
        );
    }
    let answer = ask(server.address, &request("HEAD", "/metrics", "")).await;
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );

    server.stop.send(()).unwrap();
    server.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_store_that_cannot_be_read_is_not_healthy() {
    let server = running(BOUNDS).await;
    server.store.close().await;
    for path in ["/healthz", "/metrics"] {
        let answer = ask(server.address, &request("GET", path, "")).await;
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
        // What broke is for the log, not for whoever asks.
        assert!(!answer.contains("pool"), "{answer}");
    }
}

#[tokio::test]
async fn who_says_nothing_is_sent_away() {
    let bounds = Bounds {
        idle: Duration::from_millis(50),
        life: Duration::from_mins(10),
        connections: 1,
    };
    let server = running(bounds).await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    silent
        .write_all(b"GET /metrics HTTP/1.1\r\nHost:")
        .await
        .unwrap();
    // There is one place only: this is answered when the silent one has been sent away.
    let answer = ask(server.address, &request("GET", "/healthz", "")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let mut rest = Vec::new();
    let _ = silent.read_to_end(&mut rest).await;
    assert!(!String::from_utf8_lossy(&rest).contains("200"), "{rest:?}");
}

#[tokio::test]
async fn who_drips_is_sent_away_at_last() {
    let bounds = Bounds {
        idle: Duration::from_mins(1),
        life: Duration::from_millis(300),
        connections: 1,
    };
    let server = running(bounds).await;
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(b"GET /metrics HTTP/1.1\r\n").await.unwrap();
    let dripping = async {
        while slow.write_all(b"X-A: b\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), dripping)
        .await
        .unwrap();
}

#[tokio::test]
async fn promtool_finds_nothing_to_complain_of() {
    let server = running(BOUNDS).await;
    let answer = ask(server.address, &request("GET", "/metrics", "")).await;
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    crate::promtool::check(body);
}
