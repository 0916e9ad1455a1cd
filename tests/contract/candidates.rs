//! Declared against discovered, by the built binary: from files, from scans, and what moved between two.

use std::{fmt::Write as _, net::TcpListener, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use super::documents::obeys;
use crate::support::{folder, luytre, write};

const INVENTORY: &str = r#"
[[unit]]
code = "so-lam-giang"
name = "Sở Khoa học và Công nghệ tỉnh Lam Giang"

[[authorisation]]
number = "17/YC-SKHCN"
route = "owner_request"
date = "2026-01-05"
ground = "Văn bản yêu cầu kiểm tra của chủ quản"
from = "2026-01-05"
until = "2099-12-31"
names = ["*.doiche.test", "*.lamgiang.test"]
prefixes = ["192.0.2.0/24", "127.0.0.1/32"]

[[exclusion]]
name = "Thiết bị cũ"
kind = "fragile"
prefixes = ["192.0.2.66/32"]

[[system]]
code = "noi-bo"
name = "Quản lý nội bộ"
owner = "so-lam-giang"
operator = "so-lam-giang"

[[system.endpoint]]
name = "www.doiche.test"
port = 443
"#;

const ZONE: &str = "\
$TTL 1d
@ IN SOA ns1 quantri 1 2 3 4 5
www A 192.0.2.5
moi A 192.0.2.6
lan A 192.0.2.66
sai A 192.0.2.x
";

/// A workspace with [`INVENTORY`] and what more is declared.
struct Place(TempDir);

impl Place {
    fn new(more: &str) -> Self {
        let place = Self(folder());
        luytre(place.path())
            .args(["init", "tinh"])
            .assert()
            .success();
        let text = format!("{INVENTORY}{more}");
        let file = write(place.path(), "danh-muc.toml", &text);
        place.done(&["inventory", "import", file.to_str().expect("UTF-8")]);
        place
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, arguments: &[&str]) -> std::process::Output {
        let mut command = luytre(self.path());
        command.args(["--dir", "tinh", "--as", "truc-ban"]);
        command.args(arguments).output().expect("the binary runs")
    }

    /// Standard output of what must succeed.
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn document(&self, arguments: &[&str]) -> Value {
        let all = [arguments, &["--json", "-"]].concat();
        serde_json::from_str(&self.done(&all)).expect("JSON")
    }

    /// What `arguments` fail with.
    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(
            errors.starts_with("error: ") && errors.contains("hint: "),
            "{errors}"
        );
        errors
    }

    /// The candidates in `state`: where, and in which queue.
    fn list(&self, state: &str) -> Vec<(String, Value)> {
        let all = self.document(&["candidates", "list", "--state", state]);
        obeys("candidates-list.json", &all);
        let all = all.as_array().expect("a list").iter();
        all.map(|c| {
            (
                c["spot"].as_str().expect("text").to_owned(),
                c["queue"].clone(),
            )
        })
        .collect()
    }

    fn id(&self, spot: &str) -> String {
        let states = ["candidate", "admitted", "dependency", "retired", "not_ours"];
        let found = states.iter().find_map(|state| {
            let all = self.document(&["candidates", "list", "--state", state]);
            let all = all.as_array()?.clone();
            let one = all.into_iter().find(|c| c["spot"] == spot)?;
            Some(one["id"].as_str()?.to_owned())
        });
        found.unwrap_or_else(|| panic!("no candidate at {spot}"))
    }
}

#[test]
fn a_stranger_is_told_what_to_do() {
    let place = folder();
    luytre(place.path())
        .args(["init", "tinh"])
        .assert()
        .success();
    let file = write(place.path(), "db.doiche.test", ZONE);
    let file = file.to_str().expect("UTF-8");
    let mut command = luytre(place.path());
    let output = command
        .args(["--dir", "tinh", "candidates", "import", file])
        .output()
        .expect("runs");
    // Without an inventory nothing tells ours from others'.
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("inventory import"));

    let place = Place::new("");
    assert!(place.done(&["candidates", "list"]).is_empty());
    for (name, bytes, hint) in [
        ("anh.png", &b"\x89PNG\r\n\x1a\n\0\0"[..], "nfdump -o csv"),
        ("thu.txt", b"Kinh gui", "--kind"),
        ("trong.csv", b"", "xuất lại"),
        ("thieu.csv", b"dst,dport\nx,y\n", "--kind"),
    ] {
        std::fs::write(place.path().join(name), bytes).expect("written");
        let path = place.path().join(name);
        let said = place.refused(&["candidates", "import", path.to_str().expect("UTF-8")]);
        assert!(said.contains(hint), "{name}: {said}");
    }
    place.refused(&["candidates", "import", "khong-co.csv"]);
    place.refused(&["candidates", "import", "."]);
    place.refused(&["candidates", "show", "abcd1234"]);
    place.refused(&["changes"]);
    assert!(place.done(&["candidates", "list"]).is_empty());
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, from file to decision")]
fn files_bring_candidates_and_persons_decide() {
    let place = Place::new("");
    let zone = write(place.path(), "db.doiche.test", ZONE);
    let leases = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n\
                  192.0.2.30,00:11,,3600,1794981600,1,0,0,may-hoa,0\n198.51.100.9,00:11,,3600,1794981600,1,0,0,,0\n";
    let leases = write(place.path(), "kea-leases4.csv", leases);
    let ct = r#"[{"name_value":"cong.lamgiang.test\n*.lamgiang.test","not_before":"2026-01-01T00:00:00"}]"#;
    let ct = write(place.path(), "ct.json", ct);
    let log = "action,proto,src,sport,dst,dport\nallow,udp,198.51.100.7,5000,192.0.2.40,161\n";
    let log = write(place.path(), "fw.csv", log);
    let files = [&zone, &leases, &ct, &log].map(|path| path.to_str().expect("UTF-8"));
    let import = [&["candidates", "import"][..], &files].concat();
    let said = place.document(&import);
    obeys("candidates-import.json", &said);
    let kinds: Vec<_> = (0..4).map(|n| said[n]["kind"].clone()).collect();
    assert_eq!(kinds, ["zone", "dhcp", "ct", "firewall"]);
    let zone = &said[0];
    assert_eq!(
        (&zone["declared"], &zone["excluded"]),
        (&Value::from(1), &Value::from(1))
    );
    assert_eq!(zone["messages"][0]["place"]["row"], 6);
    assert_eq!(said[1]["outside"], 1);

    let candidates = place.list("candidate");
    let spots: Vec<_> = candidates
        .iter()
        .map(|(spot, queue)| (&**spot, queue.as_str()))
        .collect();
    assert_eq!(
        spots,
        [
            ("moi.doiche.test", Some("suggested")),
            ("cong.lamgiang.test", Some("unassigned")),
            ("192.0.2.30", Some("unassigned")),
            ("192.0.2.40:161/udp", Some("unassigned")),
        ]
    );
    // The same files again, under other names: nothing changes.
    let other = place.path().join("khac.csv");
    std::fs::copy(files[1], &other).expect("copied");
    let again = place.document(&[&import[..], &[other.to_str().expect("UTF-8")]].concat());
    for said in again.as_array().expect("a list") {
        assert_eq!(
            (&said["new"], &said["again"]),
            (&Value::from(0), &Value::from(0)),
            "{said}"
        );
    }
    assert_eq!(place.list("candidate"), candidates);

    let id = |spot: &str| place.id(spot);
    let admit = ["candidates", "admit", &id("moi.doiche.test"), "--system"];
    let said = place.refused(&[&admit[..], &["khong-co"]].concat());
    assert!(said.contains("khong-co"), "{said}");
    place.done(&[&admit[..], &["noi-bo"]].concat());
    place.refused(&[&admit[..], &["noi-bo"]].concat());
    let udp = id("192.0.2.40:161/udp");
    let why = ["--reason", "CV 12/SKHCN"];
    place.done(&[&["candidates", "refuse", &id("192.0.2.30")], &why[..]].concat());
    place.done(&[&["candidates", "retire", &udp], &why[..]].concat());
    let name = id("cong.lamgiang.test");
    let depend = ["candidates", "dependency", &name, "--system", "noi-bo"];
    place.done(&[&depend[..], &why[..]].concat());
    for (state, spot) in [
        ("admitted", "moi.doiche.test"),
        ("not_ours", "192.0.2.30"),
        ("retired", "192.0.2.40:161/udp"),
        ("dependency", "cong.lamgiang.test"),
    ] {
        assert_eq!(place.list(state), [(spot.to_owned(), Value::Null)]);
    }
    assert!(place.list("candidate").is_empty());
    place.done(&[&["candidates", "reconsider", &udp], &why[..]].concat());
    place.done(&["candidates", "admit", &udp, "--system", "noi-bo"]);
    place.refused(&["candidates", "admit", &udp, "--system", "noi-bo"]);
    let admitted = place.list("admitted");
    assert!(admitted.contains(&("192.0.2.40:161/udp".to_owned(), Value::Null)));
    // What was admitted is declared: the next file does not bring it back.
    let zone = write(
        place.path(),
        "db.doiche.test",
        &format!("{ZONE}; a later day\n"),
    );
    let said = place.document(&["candidates", "import", zone.to_str().expect("UTF-8")]);
    assert_eq!(
        (&said[0]["declared"], &said[0]["new"]),
        (&Value::from(2), &Value::from(0))
    );

    place.done(&[&["candidates", "reconsider", &name], &why[..]].concat());
    let shown = place.document(&["candidates", "show", &name]);
    obeys("candidate-show.json", &shown);
    assert_eq!(
        (&shown["state"], &shown["queue"]),
        (&"candidate".into(), &"unassigned".into())
    );
    let events: Vec<_> = shown["events"].as_array().expect("a list").iter().collect();
    let kinds: Vec<_> = events.iter().map(|event| event["event"].clone()).collect();
    assert_eq!(kinds, ["seen", "dependency", "reconsidered"]);
    assert_eq!(
        (&events[1]["actor"], &events[1]["reason"]),
        (&"truc-ban".into(), &"CV 12/SKHCN".into())
    );
    let audit = place.document(&["audit"]);
    obeys("audit.json", &audit);
    let text = audit.to_string();
    assert!(text.contains("candidates_found") && text.contains("candidate_decided"));
    let text = place.done(&["candidates", "show", &name]);
    assert!(
        text.contains("cong.lamgiang.test") && text.contains("ct.json"),
        "{text}"
    );
    assert!(
        place
            .done(&["candidates", "list"])
            .contains("chưa rõ của ai")
    );
}

/// A hundred thousand rows, most of them of the whole Internet.
#[test]
fn a_large_export_of_flows_is_read_whole() {
    let place = Place::new("");
    let mut text = "ts,te,td,sa,da,sp,dp,pr,flg\n".to_owned();
    for n in 0..100_000u32 {
        let (a, b) = (n / 250 % 250, n % 250);
        let to = match n % 100 {
            0 => format!("192.0.2.{}", 100 + n / 100 % 50),
            _ => format!("198.51.{a}.{b}"),
        };
        let (from, port) = (10_000 + n % 50_000, 8000 + n / 100 % 4);
        let _ = writeln!(
            text,
            "2026-11-18 10:00:00,2026-11-18 10:00:05,5.0,203.0.113.{b},{to},{from},{port},TCP,...AP.SF"
        );
    }
    let file = write(place.path(), "luong.csv", &text);
    let said = place.document(&["candidates", "import", file.to_str().expect("UTF-8")]);
    let said = &said[0];
    assert_eq!(
        (&said["kind"], &said["rows"]),
        (&"netflow".into(), &100_000.into())
    );
    // Fifty addresses, each on the two of four ports that its number meets.
    assert_eq!(
        (&said["new"], &said["outside"]),
        (&100.into(), &99_000.into())
    );
    assert_eq!(said["messages"].as_array().map(Vec::len), Some(0));
    assert_eq!(place.list("candidate").len(), 100);
}

#[test]
fn scans_bring_candidates_and_what_moved() {
    // Nobody accepts: the system completes connections by itself, and a dropped listener refuses.
    let listen = || TcpListener::bind("127.0.0.1:0").expect("a port");
    let (declared, hidden) = (listen(), listen());
    let port = |listener: &TcpListener| listener.local_addr().expect("bound").port();
    let (known, extra) = (port(&declared), port(&hidden));
    let place = Place::new(&format!(
        "[[system.endpoint]]\naddress = \"127.0.0.1\"\nport = {known}\n"
    ));
    let ports = format!("{known},{extra}");
    let scan = || {
        let output = place.run(&["scan", "--only", "ports", "--ports", &ports, "--lang", "en"]);
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let said = scan();
    assert!(
        said.contains("Endpoints that nobody declared: 1 new"),
        "{said}"
    );
    let spot = format!("127.0.0.1:{extra}");
    assert_eq!(
        place.list("candidate"),
        [(spot.clone(), "suggested".into())]
    );
    let id = place.id(&spot);
    let shown = place.document(&["candidates", "show", &id]);
    obeys("candidate-show.json", &shown);
    assert_eq!(shown["suggestions"][0]["basis"], "same_host");
    assert_eq!(shown["evidence"][0]["source"], "scan");
    assert!(shown["evidence"][0]["observation"].is_string());
    // One scan has nothing to be compared with.
    place.refused(&["changes"]);

    place.done(&["candidates", "admit", &id, "--system", "noi-bo"]);
    drop(hidden);
    let said = scan();
    assert!(said.contains("1 moved, 0 not known"), "{said}");
    assert!(place.list("candidate").is_empty());
    let changes = place.document(&["changes"]);
    obeys("changes.json", &changes);
    let all = changes["changes"].as_array().expect("a list");
    assert_eq!(all.len(), 1, "{changes}");
    assert_eq!(
        (&all[0]["kind"], &all[0]["port"]),
        (&"port_closed".into(), &extra.into())
    );
    assert_eq!(
        (&all[0]["before"], &all[0]["after"]),
        (&"open".into(), &"closed".into())
    );
    assert!(place.done(&["changes"]).contains("Đóng cổng"));
    // The other way round the same port opened.
    let (from, to) = (&changes["from"]["id"], &changes["to"]["id"]);
    let (from, to) = (from.as_str().expect("an id"), to.as_str().expect("an id"));
    let back = place.document(&["changes", "--from", to, "--to", from]);
    assert_eq!(back["changes"][0]["kind"], "port_opened");
    place.refused(&["changes", "--to", "zz"]);
    assert!(
        place
            .done(&["changes", "--from", to, "--to", to, "--lang", "en"])
            .is_empty()
    );
}
