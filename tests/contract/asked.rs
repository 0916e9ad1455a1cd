//! Revocation asked of third parties, by the settings of a workspace and by `--lookups`.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::Value;

use super::documents::obeys;
use crate::support::{Authority, Daemon, NAME, Places, folder, free_port, luytre, need, program};

/// Serves `files` by path, and counts who comes.
fn serve(listener: TcpListener, files: HashMap<String, Vec<u8>>) -> Arc<AtomicUsize> {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            counted.fetch_add(1, Ordering::SeqCst);
            let lines = BufReader::new(stream.try_clone().expect("a socket")).lines();
            let head: Vec<_> = lines
                .map_while(Result::ok)
                .take_while(|l| !l.is_empty())
                .collect();
            let path = head.first().and_then(|line| line.split(' ').nth(1));
            let body = path.and_then(|path| files.get(path));
            let status = if body.is_some() {
                "200 OK"
            } else {
                "404 Not Found"
            };
            let body = body.map(Vec::as_slice).unwrap_or_default();
            let length = body.len();
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n");
            let _ = stream.write_all(&[head.as_bytes(), body].concat());
        }
    });
    count
}

/// The chain that a look at `at` finds, and what is said of revocation.
fn look(workspace: &Path, at: SocketAddr, more: &[&str]) -> (Value, Value) {
    let mut command = luytre(workspace);
    command.args([
        "probe",
        &at.to_string(),
        "--name",
        NAME,
        "--authority",
        "01/TB",
    ]);
    command.args(["--only", "chain", "--json", "-"]).args(more);
    let output = command.output().expect("it runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    obeys("scan.json", &document);
    let verdicts = document["verdicts"].as_array().expect("verdicts");
    let verdict = verdicts
        .iter()
        .find(|verdict| verdict["check"] == "cert.revoked");
    let verdict = verdict.expect("a verdict")["outcome"].clone();
    (document["observations"][0]["fact"].clone(), verdict)
}

#[test]
fn only_who_wants_it_has_third_parties_asked() {
    if !need(&["openssl"]) {
        return;
    }
    let place = folder();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let url = |file: &str| format!("http://127.0.0.1:{port}/{file}");
    let (root, middle) = (url("root.crl"), url("middle.crl"));
    let places = Places {
        root_list: Some(&root),
        middle_list: Some(&middle),
        responder: None,
    };
    let lab = Authority::new(place.path(), "lab", places);
    let mut files = HashMap::new();
    for issuer in ["root", "middle"] {
        let (pem, der) = (format!("{issuer}.crl"), format!("{issuer}.der"));
        lab.list(issuer, "plain", &[], &pem);
        lab.openssl("", &["crl", "-in", &pem, "-outform", "DER", "-out", &der]);
        files.insert(
            format!("/{issuer}.crl"),
            fs::read(lab.path(&der)).expect("made"),
        );
    }
    let count = serve(listener, files);
    let at = free_port(Ipv4Addr::LOCALHOST.into());
    let mut server = Command::new(program("openssl"));
    server
        .args(["s_server", "-quiet", "-accept", &at.to_string()])
        .args([
            "-cert",
            "leaf.pem",
            "-key",
            "leaf.key",
            "-cert_chain",
            "middle.pem",
        ])
        .current_dir(&lab.folder);
    let _server = Daemon::start("s_server", folder(), &mut server, &[at]);

    let workspace = place.path().join("work");
    let mut command = luytre(place.path());
    command.args(["init", "work"]).assert().code(0);
    let settings = workspace.join("luytre.toml");
    let text = fs::read_to_string(&settings).expect("made");
    let roots = format!(
        "[[roots]]\nname = \"lab\"\nfile = \"{}\"\n",
        lab.path("root.pem").display()
    );
    let text = text.replace("special = []", "special = [\"127.0.0.0/8\"]");
    let write = |text: &str| fs::write(&settings, format!("{text}\n{roots}")).expect("written");

    write(&text);
    let (fact, verdict) = look(&workspace, at, &[]);
    assert_eq!(
        (count.load(Ordering::SeqCst), verdict),
        (0, "inconclusive".into())
    );
    assert!(fact.get("revocation").is_none(), "{fact}");

    // By the command line, and from then on from the shelf.
    for _ in 0..2 {
        let (fact, verdict) = look(&workspace, at, &["--lookups", "revocation"]);
        assert_eq!(verdict, "pass", "{fact}");
        assert_eq!(fact["revocation"][0]["source"], "crl");
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }
    let kept = fs::read_dir(workspace.join("revocation"))
        .expect("a shelf")
        .count();
    assert_eq!(kept, 2);

    // By the settings, with nothing kept.
    fs::remove_dir_all(workspace.join("revocation")).expect("removed");
    write(&text.replace("revocation = false", "revocation = true"));
    let (_, verdict) = look(&workspace, at, &[]);
    assert_eq!((count.load(Ordering::SeqCst), verdict), (4, "pass".into()));
    let mut command = luytre(&workspace);
    let audit = command
        .args(["audit", "--json", "-"])
        .assert()
        .code(0)
        .get_output()
        .stdout
        .clone();
    let audit = String::from_utf8(audit).expect("text");
    assert!(audit.contains("lookup revocation about"), "{audit}");
}
