//! Every document the binary prints obeys its schema, and the schema names every field of it.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    net::{SocketAddr, TcpListener},
    thread,
};

use serde_json::Value;

use super::{
    demo::Demo,
    schema::{Unnamed, faults, validator},
};
use crate::support::{folder, free_port, luytre};

pub(super) fn obeys(schema: &str, document: &Value) {
    for unnamed in [Unnamed::Free, Unnamed::Fault] {
        let found = faults(&validator(schema, unnamed), document);
        assert!(
            found.is_empty(),
            "{schema}, unnamed fields {unnamed:?}:\n{}",
            found.join("\n")
        );
    }
}

fn words<'a>(items: &'a Value, pointer: &str) -> BTreeSet<&'a str> {
    let items = items.as_array().expect("a list");
    items
        .iter()
        .filter_map(|item| item.pointer(pointer)?.as_str())
        .collect()
}

#[test]
fn the_demo() {
    let demo = Demo::new();
    let document = demo.file("findings.json");
    obeys("scan.json", &document);
    // The document says enough to prove something: every kind of fact, both outcomes.
    let observations = &document["observations"];
    let mut measured = observations.clone();
    let list = measured.as_array_mut().expect("a list");
    list.retain(|observation| observation["outcome"] == "measured");
    let probes = ["chain", "http", "ports", "record", "service", "ssh", "tls"];
    assert_eq!(words(&measured, "/probe"), BTreeSet::from(probes));
    assert_eq!(
        words(observations, "/outcome"),
        BTreeSet::from(["measured", "unmeasured"])
    );
    let outcomes = words(&document["verdicts"], "/outcome");
    for outcome in ["fail", "inconclusive", "not_applicable", "pass"] {
        assert!(outcomes.contains(outcome), "no verdict is {outcome}");
    }
    let coverage = &document["coverage"];
    let failed: u64 = coverage["unmeasured"]
        .as_object()
        .expect("by reason")
        .values()
        .filter_map(Value::as_u64)
        .sum();
    let figure = |name: &str| coverage[name].as_u64().expect("a count");
    assert_eq!(
        figure("planned"),
        figure("measured") + failed + figure("not_permitted")
    );
}

#[test]
fn a_scan_whose_servers_are_gone() {
    let demo = Demo::new();
    let plan = demo.document(&["scan", "--plan", "--json", "-"], 0);
    obeys("plan.json", &plan);
    assert!(!plan["jobs"].as_array().expect("jobs").is_empty());
    assert!(!plan["skipped"].as_array().expect("skipped").is_empty());

    let document = demo.document(&["scan", "--json", "-"], 3);
    obeys("scan.json", &document);
    assert!(words(&document["findings"], "/state").contains("unreachable"));
}

#[test]
fn the_findings_desk() {
    let demo = Demo::new();
    let list = ["findings", "list", "--json", "-"];
    let found = demo.document(&list, 0);
    obeys("findings-list.json", &found);
    let ids: Vec<_> = words(&found, "/id").into_iter().collect();
    assert!(ids.len() > 3, "the demo has findings");
    let reason = ["--until", "2099-01-01", "--reason", "thử"];
    demo.run(&["findings", "confirm", ids[0]]);
    demo.run(&[&["findings", "accept", ids[1]], &reason[..]].concat());
    demo.run(&[&["findings", "false-positive", ids[2]], &reason[..]].concat());
    for (id, state) in [
        (ids[0], "open"),
        (ids[1], "accepted"),
        (ids[2], "false_positive"),
    ] {
        let shown = demo.document(&["findings", "show", id, "--json", "-"], 0);
        obeys("finding-show.json", &shown);
        assert_eq!(shown["state"], state);
    }
    let found = demo.document(&list, 0);
    obeys("findings-list.json", &found);
    assert!(words(&found, "/state").contains("accepted"));

    let audit = demo.document(&["audit", "--json", "-"], 0);
    obeys("audit.json", &audit);
    let actions = words(&audit, "/action");
    for action in [
        "contact",
        "scan_finished",
        "finding_decided",
        "inventory_saved",
    ] {
        assert!(actions.contains(action), "nothing in the log is {action}");
    }
}

#[test]
fn the_inventory() {
    let demo = Demo::new();
    demo.run(&["inventory", "export", "--out", "danh-muc.csv"]);
    let path = demo.path().join("danh-muc.csv");
    let sheet = fs::read_to_string(&path).expect("the export is UTF-8");
    let edited = sheet.replace("Lam Giang", "Lam Sơn");
    assert_ne!(sheet, edited);
    fs::write(&path, edited).expect("our own file");
    let import = [
        "inventory",
        "import",
        "danh-muc.csv",
        "--dry-run",
        "--json",
        "-",
    ];
    let document = demo.document(&import, 0);
    obeys("import.json", &document);
    assert!(words(&document["differences"], "/thing").contains("system"));

    // A sheet of a unit: headings of its own, a level that cannot be read, systems left out.
    let sheet = "Tên hệ thống,Đơn vị,Cấp độ\nCổng thông tin xã Mới,UBND xã Mới,rất cao\n";
    fs::write(&path, sheet).expect("our own file");
    let document = demo.document(&import, 0);
    obeys("import.json", &document);
    assert!(
        !document["messages"]
            .as_array()
            .expect("messages")
            .is_empty()
    );
    assert!(!document["absent"].as_array().expect("absent").is_empty());

    obeys(
        "check.json",
        &demo.document(&["inventory", "check", "--json", "-"], 0),
    );
    let quality = demo.document(&["inventory", "quality", "--json", "-"], 0);
    obeys("quality.json", &quality);
    assert!(
        !quality["quality"]["spoilers"]
            .as_array()
            .expect("spoilers")
            .is_empty()
    );
    for pack in ["nd85", "nd331"] {
        let level = demo.document(&["inventory", "level", "--pack", pack, "--json", "-"], 0);
        obeys("level.json", &level);
        assert!(!level.as_array().expect("a list").is_empty());
    }
}

#[test]
fn authorisations() {
    let demo = Demo::new();
    let list = ["authority", "list", "--json", "-"];
    let document = demo.document(&list, 0);
    obeys("authority-list.json", &document);
    let number = document[0]["authorisation"]["number"]
        .as_str()
        .expect("a number");
    demo.run(&["authority", "revoke", number, "--reason", "thử"]);
    let document = demo.document(&list, 0);
    obeys("authority-list.json", &document);
    assert!(words(&document, "/standing").contains("revoked"));
}

#[test]
fn policies_on_every_side_of_a_change_of_law() {
    let place = folder();
    for day in ["2026-06-30", "2026-07-15", "2026-08-19", "2030-01-01"] {
        for (schema, args) in [
            ("policy-list.json", &["policy", "list"][..]),
            ("policy-show.json", &["policy", "show", "--level", "1"]),
            ("policy-show.json", &["policy", "show", "--level", "5"]),
            (
                "policy-exposure.json",
                &["policy", "show", "--level", "5", "--exposure"],
            ),
        ] {
            let output = luytre(place.path())
                .args(args)
                .args(["--on", day, "--json", "-"])
                .output()
                .expect("the binary runs");
            assert!(output.status.success(), "{args:?} on {day}");
            let document = serde_json::from_slice(&output.stdout).expect("JSON");
            obeys(schema, &document);
        }
    }
}

#[test]
fn ratings_say_where_they_were_read() {
    let place = folder();
    let output = luytre(place.path())
        .args(["policy", "list", "--ratings", "--json", "-"])
        .output()
        .expect("the binary runs");
    assert!(output.status.success());
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    obeys("policy-ratings.json", &document);
    let all = document.as_array().expect("a list");
    assert_eq!(all.len(), 5);
    assert!(words(&document, "/certainty").contains("unconfirmed"));
}

#[test]
fn the_assessment_of_every_system() {
    let demo = Demo::new();
    demo.run(&[
        "report",
        "annual",
        "--secrecy",
        "internal",
        "--format",
        "json",
        "--out",
        "bao-cao",
    ]);
    let mut count = 0;
    for entry in fs::read_dir(demo.path().join("bao-cao")).expect("the folder") {
        let name = entry.expect("readable").file_name();
        obeys(
            "assessment.json",
            &demo.file(&format!("bao-cao/{}", name.to_string_lossy())),
        );
        count += 1;
    }
    assert!(count > 5, "only {count} assessments");
}

/// Greets every visitor like an SSH server, for as long as the test runs.
fn greeter() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port of loopback");
    let address = listener.local_addr().expect("bound");
    thread::spawn(move || {
        for mut visitor in listener.incoming().flatten() {
            let _ = visitor.write_all(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n");
        }
    });
    address
}

#[test]
fn probes() {
    let place = folder();
    let probe = |target: &str, only: &str| {
        let output = luytre(place.path())
            .args([
                "probe",
                target,
                "--authority",
                "máy của phép thử",
                "--only",
                only,
            ])
            .args(["--json", "-"])
            .output()
            .expect("the binary runs");
        let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        obeys("scan.json", &document);
        (output.status.code(), document)
    };
    let (code, document) = probe(&greeter().to_string(), "service");
    assert_eq!(code, Some(0));
    let fact = &document["observations"][0]["fact"];
    assert_eq!(fact["protocol"], "ssh");
    assert_eq!(fact["product"], "OpenSSH");
    assert_eq!(document["findings"], serde_json::json!([]));

    let nobody = free_port("127.0.0.1".parse().expect("an address"));
    let (code, document) = probe(&nobody.to_string(), "tls,service");
    assert_eq!(code, Some(3));
    assert_eq!(
        words(&document["observations"], "/reason"),
        BTreeSet::from(["refused"])
    );
    let (code, document) = probe("127.0.0.1", "ports");
    assert!(matches!(code, Some(0 | 3)), "{code:?}");
    assert_eq!(document["observations"][0]["endpoint"], "127.0.0.1");
}
