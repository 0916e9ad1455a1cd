//! Records asked of our own resolvers, by the settings of a workspace and by `--lookups`.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use super::{documents::obeys, refused::misses_what_it_requires};
use crate::support::{Daemon, folder, free_port, luytre, need, program};

const NAME: &str = "www.doiche.test";

const RECORDS: &str = "$TTL 3600
@ SOA ns1 admin 1 14400 3600 1209600 3600
@ NS ns1
ns1 A 192.0.2.1
www A 127.0.0.1
@ CAA 0 issue \"ca.test\"
@ MX 10 ns1
@ TXT \"v=spf1 mx -all\"
_dmarc TXT \"v=DMARC1; p=reject\"
_25._tcp.ns1 TLSA 3 1 1 abababababababababababababababababababababababababababababababab
mail._domainkey TXT \"v=DKIM1; p=\"
";

/// BIND with one zone, asked as if it were our resolver.
fn resolver() -> (Daemon, SocketAddr) {
    let folder = folder();
    let at = free_port(Ipv4Addr::LOCALHOST.into());
    let here = folder.path().display();
    fs::write(folder.path().join("zone"), RECORDS).expect("our own folder");
    // With a root of its own it asks nobody for one.
    let root = "$TTL 60\n@ SOA . . 1 60 60 60 60\n@ NS localhost.\nlocalhost. A 127.0.0.1\n";
    fs::write(folder.path().join("root"), root).expect("our own folder");
    let conf = format!(
        "options {{ directory \"{here}\"; listen-on port {} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
        recursion no; dnssec-validation no; notify no; pid-file none; session-keyfile \"{here}/session\"; }};
        controls {{ }};
        zone \".\" {{ type primary; file \"root\"; }};
        zone \"doiche.test\" {{ type primary; file \"zone\"; }};\n",
        at.port()
    );
    let path = folder.path().join("named.conf");
    fs::write(&path, conf).expect("our own folder");
    let mut command = Command::new(program("named"));
    command.args(["-g", "-n", "1", "-c"]).arg(&path);
    (Daemon::start("named", folder, &mut command, &[at]), at)
}

fn look(workspace: &Path, more: &[&str]) -> Output {
    let mut command = luytre(workspace);
    command
        .args(["probe", "127.0.0.1:9", "--name", NAME])
        .args(["--authority", "01/TB", "--only", "dns", "--json", "-"])
        .args(more);
    command.output().expect("it runs")
}

/// The fact in what was printed, which obeys its schema.
fn fact(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    let document: Value = serde_json::from_slice(&output.stdout).expect(&errors);
    obeys("scan.json", &document);
    let verdicts = document["verdicts"].as_array().expect("verdicts");
    let passes = |check: &str| {
        let mut found = verdicts.iter().filter(|verdict| verdict["check"] == check);
        found.any(|verdict| verdict["outcome"] == "pass")
    };
    assert!(
        passes("cert.caa_missing") && passes("mail.spf_weak"),
        "{document}"
    );
    // It is no resolver: of the parent it knows nothing, and so neither do we.
    assert!(!passes("dns.dnssec_missing"));
    document["observations"][0]["fact"].clone()
}

#[test]
fn only_who_wants_it_has_resolvers_asked() {
    if !need(&["named"]) {
        return;
    }
    let (_daemon, at) = resolver();
    let place = folder();
    let mut command = luytre(place.path());
    command.args(["init", "work"]).assert().code(0);
    let workspace = place.path().join("work");
    let settings = workspace.join("luytre.toml");
    let text = fs::read_to_string(&settings).expect("made");
    let text = text.replace("resolvers = []", &format!("resolvers = [\"{at}\"]"));
    fs::write(&settings, &text).expect("written");

    let output = look(&workspace, &[]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("--lookups dns"), "{errors}");

    let found = fact(&look(&workspace, &["--lookups", "dns"]));
    assert_eq!(found["zone"], "doiche.test");
    assert_eq!(found["mail"]["servers"][0], "ns1.doiche.test");
    assert_eq!(found["mail"]["pins"][0]["tlsa"][0]["usage"], 3);
    assert_eq!(found["dnssec"]["delegated"], "unknown");
    misses_what_it_requires("dns.json", &found);

    fs::write(&settings, text.replace("dns = false", "dns = true")).expect("written");
    assert_eq!(fact(&look(&workspace, &[])), found);
    let mut command = luytre(&workspace);
    let audit = command.args(["audit", "--json", "-"]).assert().code(0);
    let audit = String::from_utf8(audit.get_output().stdout.clone()).expect("text");
    assert!(audit.contains("lookup dns about"), "{audit}");
}
