//! A scan that was stopped on the way is taken up, and what was done is not done twice.

use std::{
    io::Write,
    net::{SocketAddr, TcpListener},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::{folder, luytre, write};

/// Greets everyone at once, and counts them.
fn greeter() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("bound");
    let visits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&visits);
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2p1\r\n");
        }
    });
    (at, visits)
}

/// Takes connections and says nothing.
fn mute() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("bound");
    let visits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&visits);
    thread::spawn(move || {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept() {
            counted.fetch_add(1, Ordering::SeqCst);
            held.push(stream);
        }
    });
    (at, visits)
}

fn inventory(greeting: SocketAddr, silent: SocketAddr) -> String {
    let endpoint = |at: SocketAddr| {
        format!(
            "[[system.endpoint]]\naddress = \"{}\"\nport = {}\nprotocol = \"ssh\"\n\n",
            at.ip(),
            at.port()
        )
    };
    format!(
        r#"
[[unit]]
code = "so-lam-giang"
name = "Sở Khoa học và Công nghệ tỉnh Lam Giang"

[[authorisation]]
number = "17/YC-SKHCN"
route = "owner_request"
date = "2026-01-05"
ground = "Văn bản yêu cầu kiểm tra của chủ quản"
owner = "so-lam-giang"
from = "2026-01-05"
until = "2099-12-31"
prefixes = ["127.0.0.1/32"]

[[system]]
code = "noi-bo"
name = "Quản lý nội bộ"
owner = "so-lam-giang"
operator = "so-lam-giang"

{}{}"#,
        endpoint(greeting),
        endpoint(silent)
    )
}

#[test]
fn what_was_done_is_not_done_twice() {
    let place = folder();
    let ((greeting, greeted), (silent, waited)) = (greeter(), mute());
    let file = write(place.path(), "danh-muc.toml", &inventory(greeting, silent));
    let run = |arguments: &[&str]| {
        let mut command = luytre(place.path());
        command.args(["--dir", "tinh"]).args(arguments);
        command.output().expect("runs")
    };
    luytre(place.path())
        .args(["init", "tinh"])
        .assert()
        .success();
    let file = file.to_str().expect("UTF-8");
    assert!(run(&["inventory", "import", file]).status.success());
    // Nothing was begun yet.
    assert_eq!(run(&["scan", "--resume"]).status.code(), Some(2));

    let mut scan = Command::new(env!("CARGO_BIN_EXE_luytre"))
        .current_dir(place.path())
        .args(["--dir", "tinh", "scan", "--only", "service"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("runs");
    // It waits for the one that says nothing.
    let begun = Instant::now();
    while waited.load(Ordering::SeqCst) == 0 || greeted.load(Ordering::SeqCst) == 0 {
        assert!(begun.elapsed() < Duration::from_mins(2), "it never came");
        thread::sleep(Duration::from_millis(20));
    }
    let stopped = Command::new("kill")
        .args(["-INT", &scan.id().to_string()])
        .status();
    assert!(stopped.expect("kill runs").success());
    assert_eq!(scan.wait().expect("it ends").code(), Some(3));
    let visits = greeted.load(Ordering::SeqCst);

    let plan = run(&["scan", "--resume", "--plan", "--json", "-"]);
    let plan: Value = serde_json::from_slice(&plan.stdout).expect("JSON");
    let left: Vec<_> = plan["jobs"]
        .as_array()
        .expect("jobs")
        .iter()
        .map(|job| job["label"].as_str().expect("a label").to_owned())
        .collect();
    assert_eq!(left, [silent.to_string()]);

    let resumed = run(&["scan", "--resume", "--json", "-"]);
    assert_eq!(resumed.status.code(), Some(3));
    let document: Value = serde_json::from_slice(&resumed.stdout).expect("JSON");
    assert_eq!(document["coverage"]["planned"], 2, "{document}");
    assert_eq!(document["coverage"]["measured"], 1, "{document}");
    assert_eq!(
        document["coverage"]["unmeasured"]["timed_out"], 1,
        "{document}"
    );
    assert_eq!(greeted.load(Ordering::SeqCst), visits, "asked again");
    // What does not answer has been asked: there is nothing left to take up.
    assert_eq!(run(&["scan", "--resume"]).status.code(), Some(2));
}
