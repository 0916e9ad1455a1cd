//! `luytre probe --syn`: only with the right to raw packets, and never something else instead.

use std::process::{Command, Output};

use serde_json::Value;

use crate::support::{folder, need};

/// A probe with `arguments`, in user and network namespaces as `apart` says, after `before`.
fn probe(apart: &[&str], before: &str, arguments: &[&str]) -> Output {
    let place = folder();
    Command::new("unshare")
        .args(apart)
        .args([
            "sh",
            "-c",
            &format!("PATH=$PATH:/usr/sbin:/sbin; {before} exec \"$0\" \"$@\""),
        ])
        .args([
            env!("CARGO_BIN_EXE_luytre"),
            "probe",
            "--authority",
            "01/TB",
        ])
        .args(arguments)
        .current_dir(place.path())
        .env_remove("LUYTRE_DIR")
        .env("XDG_STATE_HOME", place.path().join("state"))
        .output()
        .expect("unshare runs")
}

fn refused(output: &Output, hint: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("hint: ") && said.contains(hint), "{said}");
    assert!(output.stdout.is_empty(), "{output:?}");
}

#[test]
fn the_right_to_raw_packets_is_asked_for_and_nothing_is_done_instead() {
    if !need(&["unshare", "ip"]) {
        return;
    }
    let asked = [
        "127.0.0.1",
        "--ports",
        "1-100",
        "--syn",
        "lo",
        "--json",
        "-",
    ];
    // Root of a namespace has no right over the network outside it.
    refused(
        &probe(&["--map-root-user"], "", &asked),
        "setcap cap_net_raw+ep",
    );
    let own = ["--map-root-user", "--net"];
    let found = probe(&own, "ip link set lo up &&", &asked);
    assert_eq!(found.status.code(), Some(0), "{found:?}");
    let document: Value = serde_json::from_slice(&found.stdout).expect("JSON");
    let fact = &document["observations"][0]["fact"];
    assert_eq!(
        (&fact["closed"], &fact["complete"]),
        (&Value::from(100), &Value::from(true))
    );
    let other = ["127.0.0.1", "--syn", "no-such", "--json", "-"];
    refused(&probe(&own, "", &other), "ip -brief link");
}

#[test]
fn it_is_not_taken_where_it_could_do_nothing() {
    if !need(&["unshare"]) {
        return;
    }
    let port = ["127.0.0.1:9", "--syn", "lo", "--json", "-"];
    refused(&probe(&[], "", &port), "--ports");
}
