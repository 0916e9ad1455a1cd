//! `luytre serve` as Prometheus meets it: over HTTP, by a client of another make.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, Command, Stdio},
};

use crate::support::need;

/// A served workspace, ended by its child id.
struct Served {
    child: Child,
    url: String,
    _workspace: tempfile::TempDir,
}

impl Served {
    /// Serves a new workspace with one system on a free port.
    fn start() -> Self {
        let place = tempfile::tempdir().expect("a temporary folder");
        let workspace = place.path().join("w");
        let luytre = |args: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_luytre"));
            command.current_dir(place.path()).args(args);
            command
        };
        let sheet = place.path().join("ds.csv");
        std::fs::write(
            &sheet,
            "Tên hệ thống,Đơn vị\n\"Trang \"\"mẫu\"\"\nxã\",UBND xã\n",
        )
        .expect("the sheet is written");
        let done = |args: &[&str]| {
            let output = luytre(args).output().expect("the binary runs");
            assert!(output.status.success(), "{args:?}: {output:?}");
        };
        done(&["init", "w"]);
        done(&["--dir", "w", "inventory", "import", "ds.csv"]);
        let mut child = luytre(&["--lang", "en", "serve", "--listen", "127.0.0.1:0"])
            .arg("--dir")
            .arg(&workspace)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        BufReader::new(child.stderr.as_mut().expect("piped"))
            .read_line(&mut line)
            .expect("it says where it listens");
        let url = line
            .split_whitespace()
            .find_map(|word| word.strip_suffix("/metrics"))
            .unwrap_or_else(|| panic!("no address in {line:?}"))
            .to_owned();
        Self {
            child,
            url,
            _workspace: place,
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn metrics_and_health_over_http() {
    let served = Served::start();
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let page = |path: &str| client.get(format!("{}{path}", served.url)).send();

    let health = page("/healthz").await.expect("an answer");
    assert_eq!(health.status(), 200);

    let scrape = page("/metrics").await.expect("an answer");
    assert_eq!(scrape.status(), 200);
    let kind = scrape.headers()["content-type"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    let text = scrape.text().await.expect("text");
    assert!(text.contains("\nposture_systems"), "{text}");
    // A name with a quote and a line break must not end a label.
    assert!(
        text.lines()
            .all(|line| line.starts_with("# ") || line.starts_with("posture_")),
        "{text}"
    );

    assert_eq!(page("/").await.expect("an answer").status(), 404);
    let posted = client
        .post(format!("{}/metrics", served.url))
        .body("x")
        .send()
        .await;
    assert_eq!(posted.expect("an answer").status(), 405);

    if need(&["promtool"]) {
        let mut promtool = Command::new("promtool")
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("promtool runs");
        promtool
            .stdin
            .take()
            .expect("piped")
            .write_all(text.as_bytes())
            .expect("it reads");
        let mut said = String::new();
        promtool
            .stdout
            .take()
            .expect("piped")
            .read_to_string(&mut said)
            .expect("text");
        assert!(
            promtool.wait().expect("it ends").success() && said.is_empty(),
            "{said}"
        );
    }
}
