//! The schemas can say no: a real document with one thing wrong is refused, by that thing.

use serde_json::{Value, json};

use super::{
    demo::Demo,
    schema::{Unnamed, all, faults, validator},
};

/// One thing to do to a document.
pub(super) enum Harm {
    /// Take the field away.
    Remove,
    /// Put this in its place.
    Put(Value),
}

fn harmed(document: &Value, pointer: &str, harm: &Harm) -> Value {
    let mut document = document.clone();
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
    let parent = document
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("the document has no {parent}"));
    match (harm, parent) {
        (Harm::Remove, Value::Object(parent)) => {
            parent
                .remove(field)
                .unwrap_or_else(|| panic!("no {pointer}"));
        }
        (Harm::Put(value), Value::Object(parent)) => {
            parent.insert(field.to_owned(), value.clone());
        }
        _ => panic!("{pointer} is not in an object"),
    }
    document
}

pub(super) fn refused(schema: &str, document: &Value, harms: &[(&str, Harm)]) {
    let validator = validator(schema, Unnamed::Free);
    assert_eq!(faults(&validator, document), Vec::<String>::new());
    for (pointer, harm) in harms {
        let bad = harmed(document, pointer, harm);
        assert!(
            !faults(&validator, &bad).is_empty(),
            "{schema} lets {pointer} pass"
        );
    }
    let free = harmed_everywhere(document);
    assert_eq!(
        faults(&validator, &free),
        Vec::<String>::new(),
        "{schema}: adding a field is free"
    );
}

/// The document, or each item of it, with a field more.
fn harmed_everywhere(document: &Value) -> Value {
    let mut document = document.clone();
    match &mut document {
        Value::Array(items) => {
            for item in items {
                item["a_later_field"] = json!(1);
            }
        }
        other => other["a_later_field"] = json!(1),
    }
    document
}

/// Every field that a schema requires of a document, or of its first item, is missed when it goes.
pub(super) fn misses_what_it_requires(schema: &str, document: &Value) {
    let schemas = all();
    let (required, base) = match &schemas[schema]["items"] {
        Value::Object(items) => (items.get("required"), "/0"),
        _ => (schemas[schema].get("required"), ""),
    };
    let required = required.and_then(Value::as_array).expect("required fields");
    assert!(!required.is_empty());
    for field in required {
        let pointer = format!("{base}/{}", field.as_str().expect("a name"));
        refused(schema, document, &[(&pointer, Harm::Remove)]);
    }
}

/// The first observation of `probe` that learnt something, as a document of its own.
fn observation(document: &Value, probe: &str) -> Value {
    let observations = document["observations"].as_array().expect("a list");
    observations
        .iter()
        .find(|o| o["probe"] == probe && o["outcome"] == "measured")
        .unwrap_or_else(|| panic!("nothing was measured by {probe}"))
        .clone()
}

#[test]
fn facts() {
    use Harm::{Put, Remove};
    let demo = Demo::new();
    let document = demo.file("findings.json");
    let table = [
        ("tls", "/fact/versions/TLSv1.2/offered", Put(json!(true))),
        (
            "tls",
            "/fact/versions/TLSv1.2/suites",
            Put(json!(["AES128-SHA"])),
        ),
        ("tls", "/fact/versions/TLSv1.4", Put(json!({}))),
        ("tls", "/fact/versions/TLSv1.2/order", Remove),
        ("chain", "/fact/name_match", Put(json!("yes"))),
        (
            "chain",
            "/fact/trust",
            Put(json!([{"store": "web", "verdict": "maybe"}])),
        ),
        ("chain", "/fact/certificates", Put(json!([{}]))),
        ("ports", "/fact/open", Put(json!([65536]))),
        ("ports", "/fact/complete", Remove),
        ("ports", "/fact/asked", Put(json!([22]))),
        ("service", "/fact/protocol", Put(json!("gopher"))),
        ("service", "/fact/banner", Remove),
        ("http", "/fact/stop", Put(json!("bored"))),
        (
            "http",
            "/fact/exchanges",
            Put(json!([{"url": "http://a.test/"}])),
        ),
        ("ssh", "/fact/lists_complete", Put(json!(true))),
        ("ssh", "/fact/host_keys/0/kind", Put(json!("rot13"))),
        ("ssh", "/fact/key_exchanges", Put(json!(["a b"]))),
        ("record", "/fact/level", Put(json!(6))),
        ("record", "/fact/gaps", Put(json!(["shoe_size"]))),
        (
            "record",
            "/fact/changes",
            Put(json!([["2026-01-01", "mood"]])),
        ),
        // A fact of another probe, a fact beside a reason, a reason that is none.
        ("record", "/probe", Put(json!("tls"))),
        ("record", "/reason", Put(json!("refused"))),
        ("record", "/outcome", Put(json!("unmeasured"))),
        ("ports", "/vantage", Put(json!("moon"))),
        ("ports", "/started", Put(json!("yesterday"))),
        ("ports", "/address", Put(json!("127.0.0.256"))),
        ("ports", "/id", Put(json!("7"))),
        ("ports", "/cost/connections", Put(json!(-1))),
    ];
    for (probe, pointer, harm) in table {
        refused(
            "observation.json",
            &observation(&document, probe),
            &[(pointer, harm)],
        );
    }
    for probe in ["tls", "chain", "ports", "service", "http", "ssh", "record"] {
        let mut observation = observation(&document, probe);
        misses_what_it_requires("observation.json", &observation);
        misses_what_it_requires(&format!("{probe}.json"), &observation["fact"].take());
    }
}

#[test]
fn what_a_run_brings() {
    use Harm::{Put, Remove};
    let demo = Demo::new();
    let document = demo.file("findings.json");
    misses_what_it_requires("scan.json", &document);
    misses_what_it_requires("coverage.json", &document["coverage"]);
    let coverage = [
        ("/unmeasured/tired", Put(json!(1))),
        ("/unmeasured/not_permitted", Put(json!(1))),
        ("/planned", Put(json!("91"))),
    ];
    refused("coverage.json", &document["coverage"], &coverage);

    let verdicts = document["verdicts"].as_array().expect("a list");
    let failed = verdicts
        .iter()
        .find(|v| v["outcome"] == "fail")
        .expect("a fault");
    misses_what_it_requires("verdict.json", failed);
    let harms = [
        ("/severity", Remove),
        ("/severity", Put(json!("dreadful"))),
        ("/outcome", Put(json!("pass"))),
        ("/outcome", Put(json!("inconclusive"))),
        ("/owner", Put(json!("ubnd-tinh"))),
        ("/policy/sha256", Put(json!("0"))),
        ("/message/en", Remove),
        ("/check", Put(json!("Legacy Version"))),
    ];
    let mut endpoint = failed.clone();
    if let Some(fields) = endpoint.as_object_mut() {
        fields.remove("system");
    }
    endpoint["endpoint"] = json!("a.test:443");
    refused("verdict.json", &endpoint, &harms);

    let finding = &document["findings"][0];
    misses_what_it_requires("finding.json", finding);
    let harms = [
        ("/state", Put(json!("gone"))),
        ("/state", Put(json!("accepted"))),
        ("/due_basis", Remove),
        ("/evidence", Put(json!(["somewhere"]))),
        ("/system", Put(json!("không phải mã"))),
    ];
    refused("finding.json", finding, &harms);
}

#[test]
fn what_the_desks_print() {
    use Harm::{Put, Remove};
    let demo = Demo::new();
    let ask = |args: &[&str]| demo.document(&[args, &["--json", "-"]].concat(), 0);

    let plan = ask(&["scan", "--plan"]);
    misses_what_it_requires("plan.json", &plan);
    let harms = [
        ("/jobs/0/task/authorisation", Remove),
        ("/jobs/0/task/target", Put(json!({"dns": "a.test"}))),
        ("/jobs/0/subject", Put(json!({}))),
        ("/skipped/0/reason", Put(json!("no_reason"))),
        (
            "/skipped/0/reason",
            Put(json!({"ungranted": {"denied": "mood"}})),
        ),
    ];
    refused("plan.json", &plan, &harms);

    let list = ask(&["findings", "list"]);
    refused("findings-list.json", &list, &[("/0/severity", Remove)]);
    let shown = ask(&["findings", "show", list[0]["id"].as_str().expect("an id")]);
    let harms = [
        ("/events", Remove),
        ("/events", Put(json!([]))),
        ("/events/0/event", Put(json!("unreachable"))),
        ("/events/0/grade", Remove),
    ];
    refused("finding-show.json", &shown, &harms);

    let import = ask(&["inventory", "import", "inventory.xlsx", "--dry-run"]);
    misses_what_it_requires("import.json", &import);
    refused("import.json", &import, &[("/form", Put(json!("pdf")))]);
    misses_what_it_requires("check.json", &ask(&["inventory", "check"]));
    let quality = ask(&["inventory", "quality"]);
    misses_what_it_requires("quality.json", &quality);
    let harms = [
        ("/quality/whole/dep", Put(json!({"good": 1, "all": 1}))),
        ("/quality/whole/du/all", Put(json!(0))),
        ("/quality/spoilers/0/reason/vi", Remove),
    ];
    refused("quality.json", &quality, &harms);
    let level = ask(&["inventory", "level"]);
    misses_what_it_requires("level.json", &level);
    let harms = [
        ("/0/proposal/level", Put(json!(0))),
        ("/0/proposal/needs_human", Remove),
        ("/0/pack", Put(json!("vn-nd-2099"))),
    ];
    refused("level.json", &level, &harms);
}

#[test]
fn papers_and_logs() {
    use Harm::{Put, Remove};
    let demo = Demo::new();
    let ask = |args: &[&str]| demo.document(&[args, &["--json", "-"]].concat(), 0);

    let papers = ask(&["authority", "list"]);
    misses_what_it_requires("authority-list.json", &papers);
    let harms = [
        ("/0/standing", Put(json!("revoked"))),
        ("/0/authorisation/route", Put(json!("word_of_mouth"))),
        ("/0/authorisation/grant/ports", Put(json!("all"))),
        ("/0/authorisation/until", Remove),
    ];
    refused("authority-list.json", &papers, &harms);
    let packs = ask(&["policy", "list"]);
    misses_what_it_requires("policy-list.json", &packs);
    refused(
        "policy-list.json",
        &packs,
        &[("/0/certainty", Put(json!("sure")))],
    );
    let requirements = ask(&["policy", "show", "--level", "3"]);
    misses_what_it_requires("policy-show.json", &requirements);
    refused(
        "policy-show.json",
        &requirements,
        &[("/0/clause/stance", Put(json!("for")))],
    );
    let audit = ask(&["audit"]);
    misses_what_it_requires("audit.json", &audit);
    let harms = [
        ("/0/action", Put(json!("smiled"))),
        ("/0/action", Put(json!({"denied": "mood"}))),
        ("/0/hash", Put(json!("short"))),
    ];
    refused("audit.json", &audit, &harms);
}

#[test]
fn an_assessment() {
    use Harm::{Put, Remove};
    let demo = Demo::new();
    demo.run(&[
        "report",
        "annual",
        "--system",
        "tttdt-xa-doi-che",
        "--secrecy",
        "none",
        "--format",
        "json",
        "--out",
        "bao-cao",
    ]);
    let report = std::fs::read_dir(demo.path().join("bao-cao"))
        .expect("the folder")
        .flatten()
        .next()
        .expect("a report");
    let assessment = demo.file(&format!("bao-cao/{}", report.file_name().to_string_lossy()));
    misses_what_it_requires("assessment.json", &assessment);
    let harms = [
        ("/secrecy", Put(json!("mat"))),
        ("/system/owner", Remove),
        ("/findings/0/state", Put(json!("vague"))),
        ("/findings/0/due_basis", Put(json!({"rumour": "x"}))),
        ("/requirements/0/state", Put(json!("met"))),
        ("/assets/0/state", Put(json!({}))),
        ("/outcomes/inconclusive", Remove),
    ];
    refused("assessment.json", &assessment, &harms);
}
