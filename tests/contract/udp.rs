//! A UDP port on the command line and in documents.

use std::{net::UdpSocket, thread};

use serde_json::{Value, json};

use super::{
    documents::obeys,
    refused::{
        Harm::{Put, Remove},
        misses_what_it_requires, refused,
    },
};
use crate::support::{folder, luytre};

/// Answers `version` like memcached, for as long as the test runs. The number of the port says what to
/// ask, so it is taken on an address of its own.
fn cache() -> &'static str {
    const PLACE: &str = "127.84.0.10:11211";
    let socket = UdpSocket::bind(PLACE).expect("an address of our own");
    thread::spawn(move || {
        let mut asked = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut asked) {
            let mut said = asked[..length.min(8)].to_vec();
            said.extend(b"VERSION 1.6.18\r\n");
            let _ = socket.send_to(&said, from);
        }
    });
    PLACE
}

#[test]
fn a_udp_port_is_probed() {
    let place = folder();
    let probe = |target: &str| {
        let output = luytre(place.path())
            .args(["probe", target, "--authority", "máy của phép thử"])
            .args(["--at", "internet", "--json", "-"])
            .output()
            .expect("the binary runs");
        (output.status.code(), output.stdout, output.stderr)
    };
    let (code, document, said) = probe(&format!("{}/udp", cache()));
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(matches!(code, Some(0 | 1)), "{code:?} {said}");
    let document: Value = serde_json::from_slice(&document).expect("JSON");
    obeys("scan.json", &document);
    let observation = &document["observations"][0];
    obeys("observation.json", observation);
    assert_eq!(observation["endpoint"], "127.84.0.10:11211/udp");
    let fact = &observation["fact"];
    assert_eq!(
        (&fact["protocol"], &fact["version"]),
        (&json!("memcached"), &json!("1.6.18"))
    );
    misses_what_it_requires("udp.json", fact);
    let harms = [
        ("/answered", Put(json!(true))),
        ("/asked", Put(json!("gopher"))),
        ("/exchanges/0/question", Put(json!("anything"))),
        ("/exchanges/0/asked_bytes", Remove),
        ("/monlist", Put(json!("maybe"))),
        ("/ipmi", Put(json!({}))),
        ("/port", Put(json!(65_536))),
    ];
    refused("udp.json", fact, &harms);

    for (target, why) in [
        ("127.0.0.1/udp", "port"),
        ("127.0.0.1:9999/udp", "UDP"),
        ("127.0.0.1:53/tdp", "127.0.0.1:53/tdp"),
    ] {
        let (code, _, said) = probe(target);
        let said = String::from_utf8_lossy(&said).into_owned();
        assert_eq!(code, Some(2), "{target}: {said}");
        assert!(said.contains(why), "{target}: {said}");
    }
}
