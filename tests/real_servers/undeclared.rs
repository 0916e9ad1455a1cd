//! SSH and TLS that nobody declared are looked at where they are heard.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::support::{Pair, Site, Tls, folder, free_port, luytre, need, nginx, sshd, write};

const INVENTORY: &str = r#"
[[unit]]
code = "so-lam-giang"
name = "Sở Khoa học và Công nghệ tỉnh Lam Giang"

[[authorisation]]
number = "18/YC-SKHCN"
route = "owner_request"
date = "2026-01-05"
ground = "Văn bản yêu cầu kiểm tra của chủ quản"
owner = "so-lam-giang"
from = "2026-01-05"
until = "2099-12-31"
prefixes = ["127.83.1.0/28"]

[[system]]
code = "dich-vu"
name = "Dịch vụ trực tuyến"
owner = "so-lam-giang"
operator = "so-lam-giang"
level = 2
decision = "QĐ số 12/QĐ-UBND ngày 18/05/2025 của UBND tỉnh"

"#;

/// The looks of a scan that learnt something: endpoint and probe.
fn measured(scan: &Value) -> BTreeSet<(String, String)> {
    let looks = scan["observations"].as_array().expect("observations");
    let text = |look: &Value, key: &str| look[key].as_str().expect("text").to_owned();
    looks
        .iter()
        .filter(|look| look["outcome"] == "measured")
        .map(|look| (text(look, "endpoint"), text(look, "probe")))
        .collect()
}

#[test]
fn what_is_heard_is_looked_at() {
    if !need(&["nginx", "openssl", "sshd", "ssh-keygen"]) {
        return;
    }
    let at = |last: u8| free_port([127, 83, 1, last].into());
    // Both on one host that declares a web page alone, and a port that is declared to be another thing.
    let (web, hidden_tls, hidden_ssh, wrong) = (at(1), at(1), at(1), at(2));
    let place = folder();
    let pair = Pair::new(place.path(), "an.lamgiang.test", "ec");
    let tls = Tls {
        pairs: &[&pair],
        protocols: "TLSv1.2 TLSv1.3",
        ciphers: "ECDHE+AESGCM",
        directives: "",
    };
    let site = |at, tls| Site {
        at,
        tls,
        directives: "",
    };
    let _web = nginx(place, &[site(web, None), site(hidden_tls, Some(tls))]);
    let _ssh = (sshd(hidden_ssh), sshd(wrong));
    let endpoint = |at: std::net::SocketAddr, protocol: &str| {
        let (address, port) = (at.ip(), at.port());
        format!(
            "[[system.endpoint]]\naddress = \"{address}\"\nport = {port}\nprotocol = \"{protocol}\"\n\n"
        )
    };
    let inventory = [
        INVENTORY.to_owned(),
        endpoint(web, "http"),
        endpoint(wrong, "http"),
    ]
    .concat();
    let here = folder();
    let file = write(here.path(), "danh-muc.toml", &inventory);
    let run = |arguments: &[&str], code: i32| {
        let mut command = luytre(here.path());
        command.args(arguments).assert().code(code);
        fs::read(here.path().join("scan.json"))
            .ok()
            .and_then(|json| serde_json::from_slice(&json).ok())
            .unwrap_or(Value::Null)
    };
    run(&["init", "tinh"], 0);
    let file = file.to_str().expect("UTF-8");
    run(&["--dir", "tinh", "inventory", "import", file], 0);
    let ports = [web, hidden_tls, hidden_ssh, wrong].map(|at| at.port().to_string());
    let ports = ports.join(",");
    // 3: the page that is declared where SSH answers was not measured.
    let scan = [
        "--dir",
        "tinh",
        "scan",
        "--json",
        "scan.json",
        "--ports",
        &ports,
    ];
    let found = measured(&run(&scan, 3));
    for (at, probe) in [
        (hidden_tls, "tls"),
        (hidden_tls, "chain"),
        (hidden_ssh, "ssh"),
        (wrong, "ssh"),
    ] {
        let look = (at.to_string(), probe.to_owned());
        assert!(found.contains(&look), "{look:?} is not among {found:?}");
    }
    assert!(!found.contains(&(web.to_string(), "tls".to_owned())));
    // Who asks for some kinds of look gets no others.
    let only = [&scan[..], &["--only", "ports,service,ssh"]].concat();
    let found = measured(&run(&only, 0));
    assert!(found.contains(&(hidden_ssh.to_string(), "ssh".to_owned())));
    assert!(
        found
            .iter()
            .all(|(_, probe)| probe != "tls" && probe != "chain")
    );
}
