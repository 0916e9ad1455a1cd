//! `luytre certificate check --crl`: lists made by `openssl ca`.

use std::fs;

use serde_json::{Value, json};

use super::documents::obeys;
use crate::support::{Authority, NAME, Places, folder, luytre, need};

/// The document of a check in the lab, and the exit code.
fn check(lab: &Authority, lists: &[&str], more: &[&str]) -> (Value, Option<i32>) {
    let mut command = luytre(&lab.folder);
    command.args([
        "certificate",
        "check",
        "chain.pem",
        "--roots",
        "root.pem",
        "--name",
        NAME,
    ]);
    command.args(["--json", "-"]).args(more);
    for list in lists {
        command.args(["--crl", list]);
    }
    let output = command.output().expect("it runs");
    let document = serde_json::from_slice(&output.stdout).expect("JSON");
    obeys("certificate-check.json", &document);
    (document, output.status.code())
}

/// Status and fault of what is said of the certificate at `place`.
fn said(document: &Value, place: u64) -> Vec<(&str, Option<&str>)> {
    let all = document["revocation"].as_array().expect("a list");
    all.iter()
        .filter(|one| one["position"] == place)
        .map(|one| {
            (
                one["status"].as_str().expect("a status"),
                one["fault"].as_str(),
            )
        })
        .collect()
}

fn verdict<'a>(document: &'a Value, check: &str) -> &'a str {
    let all = document["verdicts"].as_array().expect("verdicts");
    let found = all.iter().find(|verdict| verdict["check"] == check);
    found
        .and_then(|verdict| verdict["outcome"].as_str())
        .expect("a verdict")
}

#[test]
fn a_list_decides_who_is_trusted() {
    if !need(&["openssl"]) {
        return;
    }
    let place = folder();
    let lab = Authority::new(place.path(), "lab", Places::default());
    lab.list("middle", "plain", &[], "middle.crl");
    lab.list("root", "plain", &[], "root.crl");
    // Without a list nothing is said of revocation.
    let (document, code) = check(&lab, &[], &[]);
    assert_eq!((&document["trusted"], code), (&Value::Bool(true), Some(0)));
    assert!(document.get("revocation").is_none() && document.get("lists").is_none());
    assert_eq!(verdict(&document, "cert.revoked"), "inconclusive");

    let (document, code) = check(&lab, &["middle.crl", "root.crl"], &[]);
    assert_eq!(
        (&document["trusted"], code),
        (&Value::Bool(true), Some(0)),
        "{document}"
    );
    assert_eq!(said(&document, 0), [("good", None)]);
    assert_eq!(said(&document, 1), [("good", None)]);
    assert_eq!(document["lists"][1]["positions"], json!([1]));
    assert_eq!(verdict(&document, "cert.revoked"), "pass");

    lab.revoke("middle", "leaf");
    lab.list("middle", "plain", &[], "taken-back.crl");
    lab.openssl(
        "",
        &[
            "crl",
            "-in",
            "taken-back.crl",
            "-outform",
            "DER",
            "-out",
            "taken-back.der",
        ],
    );
    for list in ["taken-back.crl", "taken-back.der"] {
        let (document, code) = check(&lab, &[list], &[]);
        assert_eq!(
            (&document["trusted"], code),
            (&Value::Bool(false), Some(0)),
            "{document}"
        );
        assert_eq!(
            (&document["reason"], &document["position"]),
            (&json!("revoked"), &json!(0))
        );
        assert_eq!(verdict(&document, "cert.revoked"), "fail");
        assert!(document["revocation"][0]["since"].is_string());
    }
    // An older list without it does not take that back.
    let (document, _) = check(&lab, &["middle.crl", "taken-back.crl"], &[]);
    assert_eq!(document["reason"], "revoked");

    lab.revoke("root", "middle");
    lab.list("root", "plain", &[], "above.crl");
    let (document, _) = check(&lab, &["middle.crl", "above.crl"], &[]);
    assert_eq!(
        (&document["reason"], &document["position"]),
        (&json!("revoked"), &json!(1))
    );
}

#[test]
fn a_list_that_does_not_hold_is_told_and_changes_nothing() {
    if !need(&["openssl"]) {
        return;
    }
    let place = folder();
    let lab = Authority::new(place.path(), "lab", Places::default());
    let other = Authority::new(place.path(), "other", Places::default());
    lab.revoke("middle", "leaf");
    let past = [
        "-crl_lastupdate",
        "20200101000000Z",
        "-crl_nextupdate",
        "20200201000000Z",
    ];
    lab.list("middle", "plain", &past, "old.crl");
    for section in ["delta", "indirect", "reasons", "authorities"] {
        lab.list("middle", section, &[], &format!("{section}.crl"));
    }
    // The same name, another key.
    other.list("middle", "plain", &[], "foreign.crl");
    fs::copy(other.path("foreign.crl"), lab.path("foreign.crl")).expect("copied");
    other.openssl(
        "",
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "stranger.key",
            "-out",
            "stranger.pem",
            "-subj",
            "/CN=Stranger",
        ],
    );
    for file in ["stranger.txt", "stranger.number"] {
        fs::write(
            other.path(file),
            if file.ends_with("txt") { "" } else { "01\n" },
        )
        .expect("written");
    }
    other.list("stranger", "plain", &[], "stranger.crl");
    fs::copy(other.path("stranger.crl"), lab.path("stranger.crl")).expect("copied");
    fs::write(lab.path("cut.crl"), [0x30, 0x82, 1, 0, 1]).expect("written");
    let broken = "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n";
    fs::write(lab.path("broken.crl"), broken).expect("written");

    let partial = "list_partial";
    let cases = [
        ("old.crl", "out_of_date", true),
        ("foreign.crl", "list_foreign", true),
        ("delta.crl", "list_delta", true),
        ("indirect.crl", "list_indirect", true),
        ("reasons.crl", "list_reasons", true),
        ("authorities.crl", partial, true),
        ("stranger.crl", "list_of_none", false),
        ("cut.crl", "list_unreadable", false),
        ("broken.crl", "list_unreadable", false),
    ];
    for (list, fault, matched) in cases {
        let (document, code) = check(&lab, &[list], &[]);
        assert_eq!(
            (&document["trusted"], code),
            (&Value::Bool(true), Some(3)),
            "{list}: {document}"
        );
        assert_eq!(document["lists"][0]["fault"], fault, "{list}");
        let expected: &[_] = if matched {
            &[("unknown", Some(fault))]
        } else {
            &[]
        };
        assert_eq!(said(&document, 0), expected, "{list}");
        assert_eq!(verdict(&document, "cert.revoked"), "inconclusive", "{list}");
    }
    // At a time at which it stood it counts.
    let (document, _) = check(&lab, &["old.crl"], &["--at", "2020-01-15T00:00:00Z"]);
    assert_eq!(said(&document, 0), [("revoked", None)]);

    // What is no list at all is a mistake of whoever asks.
    fs::write(lab.path("junk.crl"), "khong phai danh sach").expect("written");
    for file in ["junk.crl", "none.crl", "chain.pem"] {
        let mut command = luytre(&lab.folder);
        command.args(["certificate", "check", "chain.pem", "--crl", file]);
        command.assert().code(2).stdout("");
    }
}
