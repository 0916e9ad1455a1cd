use super::*;

#[test]
fn every_fault_is_named() {
    let text = r#"
[[unit]]
code = "a"
name = "A"
parent = "zz"
from = 2026-01-02
until = 2026-01-01
[[unit]]
code = "a"
name = "A2"
[[system]]
code = "s"
name = "S"
roles = [{ kind = "owner", unit = "a", until = 2026-06-30 }, { kind = "owner", unit = "a", from = 2026-06-30 }]
[[system.endpoint]]
port = 443
[[system]]
code = "s"
name = "S2"
owner = "nowhere"
[[authorisation]]
number = "1"
route = "emergency"
date = 2026-01-01
ground = "vội"
from = 2026-02-01
until = 2026-01-01
[[authorisation]]
number = "1"
route = "cause"
date = 2026-01-01
ground = "x"
from = 2026-02-01
until = 2026-03-01
names = ["a.test"]
[[exclusion]]
name = "mật"
kind = "state_secret"
prefixes = ["192.0.2.0/24"]
[[exclusion]]
name = "rỗng"
kind = "fragile"
[[exclusion]]
name = "lạ"
kind = "other"
systems = ["none"]
"#;
    let inventory = crate::from_toml("x", text, &mut || uuid::Uuid::nil()).unwrap();
    let now = "2026-11-21T00:00:00Z".parse().unwrap();
    let said: Vec<String> = check(&inventory, now)
        .iter()
        .map(|m| m.line(crate::Language::En))
        .collect();
    for want in [
        "unit code used twice",
        "unit zz is not",
        "begins after it ends",
        "system code used twice",
        "two owners",
        "endpoint without a host",
        "unit nowhere is not",
        "number used twice",
        "national security only",
        "names no host",
        "has expired",
        "must not have its addresses",
        "shuts out nothing",
        "system none is not",
    ] {
        assert!(
            said.iter().any(|line| line.contains(want)),
            "{want}\n{said:#?}"
        );
    }
}

#[test]
fn one_owner_after_another_is_right() {
    let text = "[[unit]]\ncode=\"a\"\nname=\"A\"\n[[system]]\ncode=\"s\"\nname=\"S\"\nroles=[{kind=\"owner\",unit=\"a\",until=2026-06-30},{kind=\"owner\",unit=\"a\",from=2026-07-01}]\n";
    let inventory = crate::from_toml("x", text, &mut || uuid::Uuid::nil()).unwrap();
    assert_eq!(check(&inventory, Timestamp::UNIX_EPOCH), []);
}
