//! The schemas under docs/schema, and judging documents by them.

use std::{collections::BTreeMap, error::Error, fs};

use jsonschema::{Retrieve, Uri, Validator};
use serde_json::{Map, Value, json};

use crate::support::root;

/// Where the schemas pretend to lie, so that they find each other.
const PLACE: &str = "file:///schema/";

/// The schemas by file name.
pub(super) fn all() -> BTreeMap<String, Value> {
    fs::read_dir(root().join("docs/schema"))
        .expect("docs/schema is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("schemas are UTF-8");
            let schema = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            (name.into_owned(), schema)
        })
        .collect()
}

/// How a field that no schema names is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unnamed {
    /// Free, as for everybody who reads our documents.
    Free,
    /// A fault: what we print ourselves is to be described.
    Fault,
}

/// The schema in the file `name`.
pub(super) fn validator(name: &str, unnamed: Unnamed) -> Validator {
    let mut files = all();
    if unnamed == Unnamed::Fault {
        for schema in files.values_mut() {
            close(schema);
        }
    }
    jsonschema::options()
        .with_retriever(Files(files))
        .should_validate_formats(true)
        .build(&json!({"$ref": format!("{PLACE}{name}")}))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What is wrong with `document`, place by place; empty when it obeys.
pub(super) fn faults(validator: &Validator, document: &Value) -> Vec<String> {
    validator
        .iter_errors(document)
        .map(|error| {
            let text: String = error.to_string().chars().take(300).collect();
            format!("{}: {text}", error.instance_path())
        })
        .collect()
}

struct Files(BTreeMap<String, Value>);

impl Retrieve for Files {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        let name = uri.as_str().strip_prefix(PLACE).unwrap_or_default();
        let schema = self.0.get(name);
        schema.cloned().ok_or_else(|| format!("no {uri}").into())
    }
}

/// Shuts every object whose fields are listed against fields that are not.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            map.values_mut().for_each(close);
            if is_open_object(map) {
                map.insert("unevaluatedProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

fn is_open_object(schema: &Map<String, Value>) -> bool {
    schema.get("type") == Some(&json!("object"))
        && schema.contains_key("properties")
        && !schema.contains_key("additionalProperties")
}

#[test]
fn schemas_are_schemas_and_lead_to_each_other() {
    let all = all();
    assert!(all.len() > 20, "only {} schemas", all.len());
    for (name, schema) in &all {
        assert!(jsonschema::meta::is_valid(schema), "{name} is no schema");
        assert_eq!(
            schema["$schema"], "https://json-schema.org/draft/2020-12/schema",
            "{name}"
        );
        for word in ["title", "description"] {
            assert!(schema[word].is_string(), "{name} has no {word}");
        }
        // Resolves every reference, at places no document happens to reach too.
        validator(name, Unnamed::Free);
        validator(name, Unnamed::Fault);
    }
}

#[test]
fn every_schema_is_listed() {
    let list = fs::read_to_string(root().join("docs/schema/README.md")).expect("README.md");
    for name in all().keys() {
        assert!(list.contains(&format!("({name})")), "{name} is not listed");
    }
}

#[test]
fn words_of_the_schemas_are_those_of_the_program() {
    use luytre_checks::{
        ChangeKind, FactKind, Grade, Severity, State, Unmeasured, fact::TlsVersion,
    };
    use luytre_inventory::{CandidateState, Quality, SourceKind, Tier};

    fn words<T: serde::Serialize>(all: &[T]) -> Value {
        json!(all)
    }
    let all = all();
    let at = |name: &str, pointer: &str| {
        let found = all[name].pointer(pointer);
        found
            .unwrap_or_else(|| panic!("{name} has no {pointer}"))
            .clone()
    };
    let known: Vec<_> = CandidateState::ALL.iter().map(|s| s.as_str()).collect();
    let sources: Vec<_> = SourceKind::ALL.iter().map(|s| s.as_str()).collect();
    let states: Vec<_> = State::ALL.iter().map(|state| state.as_str()).collect();
    let table = [
        ("terms.json", "/$defs/probe/enum", words(&FactKind::ALL)),
        (
            "terms.json",
            "/$defs/unmeasured/enum",
            words(&Unmeasured::ALL),
        ),
        ("terms.json", "/$defs/severity/enum", words(&Severity::ALL)),
        ("terms.json", "/$defs/grade/enum", words(&Grade::ALL)),
        (
            "tls.json",
            "/properties/versions/propertyNames/enum",
            words(&TlsVersion::ALL),
        ),
        ("finding.json", "/properties/state/enum", json!(states)),
        ("candidate.json", "/properties/state/enum", json!(known)),
        ("candidate.json", "/$defs/source/enum", json!(sources)),
        (
            "changes.json",
            "/properties/changes/items/properties/kind/enum",
            words(&ChangeKind::ALL),
        ),
        ("quality.json", "/$defs/quality/enum", words(&Quality::ALL)),
        (
            "quality.json",
            "/properties/tiers/additionalProperties/properties/complete/propertyNames/enum",
            words(&Tier::ALL),
        ),
    ];
    for (name, pointer, words) in table {
        assert_eq!(at(name, pointer), words, "{name} {pointer}");
    }
}
