//! What the documents promise is there.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::support::{root, tracked};

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn documents() -> Vec<(PathBuf, String)> {
    tracked()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .map(|path| {
            let text = fs::read_to_string(root().join(&path)).expect("documents are UTF-8");
            (path, text)
        })
        .collect()
}

#[test]
fn decisions_are_numbered_without_gaps_and_say_what_was_decided() {
    let mut names: Vec<String> = fs::read_dir(root().join("docs/decisions"))
        .expect("docs/decisions is there")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    names.sort();
    assert!(!names.is_empty());
    for (index, name) in names.iter().enumerate() {
        let number = format!("{:04}", index + 1);
        assert!(
            name.starts_with(&format!("{number}-"))
                && Path::new(name).extension() == Some("md".as_ref()),
            "{name}: expected {number}-…md"
        );
        let text = read(&format!("docs/decisions/{name}"));
        assert!(
            text.starts_with(&format!("# {}. ", index + 1)),
            "{name}: title"
        );
        for part in ["## Why", "## What it costs"] {
            assert!(text.contains(part), "{name} lacks {part:?}");
        }
        assert!(text.len() < 6000, "{name} is longer than a page");
    }
}

#[test]
fn glossary_has_each_term_once() {
    let text = read("docs/glossary.md");
    let (mut vietnamese, mut english) = (BTreeSet::new(), BTreeSet::new());
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---"))
        .filter(|line| !line.starts_with("| Tiếng Việt"));
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 3, "three cells: {row}");
        assert!(vietnamese.insert(cells[0].to_lowercase()), "twice: {row}");
        assert!(english.insert(cells[1].to_lowercase()), "twice: {row}");
    }
    assert!(vietnamese.len() > 20, "only {} terms", vietnamese.len());
}

#[test]
fn every_direct_dependency_is_justified() {
    let table = read("docs/decisions/0001-dependencies.md");
    let justified: BTreeSet<_> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let manifest: toml::Table = read("Cargo.toml").parse().expect("Cargo.toml is TOML");
    let used: BTreeSet<_> = manifest["workspace"]["dependencies"]
        .as_table()
        .expect("a table")
        .keys()
        .map(String::as_str)
        .filter(|name| !name.starts_with("luytre-"))
        .collect();
    assert_eq!(
        justified, used,
        "docs/decisions/0001-dependencies.md and Cargo.toml differ"
    );
}

#[test]
fn relative_links_lead_somewhere() {
    let mut broken = Vec::new();
    for (path, text) in documents() {
        let folder = path.parent().unwrap_or(Path::new(""));
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let target = link.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            if !root().join(folder).join(target).exists() {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}

#[test]
fn folders_named_in_the_architecture_exist() {
    let text = read("docs/ARCHITECTURE.md");
    let folders: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .filter(|name| name.ends_with('/'))
        .collect();
    assert!(folders.len() >= 8, "the table of folders is gone");
    for folder in folders {
        assert!(
            root().join(folder).is_dir(),
            "{folder} is named but not there"
        );
    }
}
