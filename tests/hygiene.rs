//! What must not stand in a tracked file: paths of the machine it was written on, hosts of package
//! registries, conflict marks, text that is not normalised.

use std::{fs, path::Path};

use crate::support::{root, tracked};

/// Text files of the repository with their content. Files that are not UTF-8 (fonts, fixtures) are
/// left out; so is this file, which names what it looks for.
fn texts() -> Vec<(String, String)> {
    let found: Vec<_> = tracked()
        .into_iter()
        .filter(|path| path != Path::new("tests/hygiene.rs"))
        .filter_map(|path| {
            let text = fs::read_to_string(root().join(&path)).ok()?;
            Some((path.display().to_string(), text))
        })
        .collect();
    assert!(
        found.len() > 20,
        "no tracked files found; is git installed?"
    );
    found
}

/// Asserts that no line of a tracked file satisfies `bad`.
fn no_line(what: &str, bad: impl Fn(&str, &str) -> bool) {
    let mut hits = Vec::new();
    for (path, text) in texts() {
        for (number, line) in text.lines().enumerate() {
            if bad(&path, line) {
                hits.push(format!("{path}:{}: {line}", number + 1));
            }
        }
    }
    assert!(hits.is_empty(), "{what}:\n{}", hits.join("\n"));
}

#[test]
fn no_path_of_a_build_machine() {
    // A home or a checkout of somebody; /home/… in prose about other people's servers is not ours.
    let paths = [
        concat!(env!("CARGO_MANIFEST_DIR"), "/"),
        "/root/",
        "/home/",
        "/Users/",
        "C:\\Users",
    ];
    no_line("paths of a machine", |_, line| {
        paths.iter().any(|path| line.contains(path))
    });
}

#[test]
fn no_registry_but_the_public_one() {
    // Cargo.lock names crates-io; a mirror would stand there as another source.
    no_line("registries", |path, line| {
        let foreign_source = path == "Cargo.lock"
            && line.starts_with("source = ")
            && line != "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        let configured = Path::new(path).extension() == Some("toml".as_ref())
            && (line.contains("replace-with") || line.contains("[registries"));
        foreign_source || configured
    });
}

#[test]
fn no_marks_of_a_merge() {
    no_line("conflict marks", |_, line| {
        line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ")
    });
}

#[test]
fn scripts_are_executable_and_careful() {
    use std::os::unix::fs::PermissionsExt;
    for (path, text) in texts() {
        if !text.starts_with("#!/usr/bin/env bash") {
            continue;
        }
        let mode = fs::metadata(root().join(&path)).expect("the file is there");
        assert_ne!(
            mode.permissions().mode() & 0o100,
            0,
            "{path} is not executable"
        );
        assert!(
            text.contains("\nset -euo pipefail\n"),
            "{path} goes on after errors"
        );
        for sweeping in ["pkill", "killall"] {
            assert!(!text.contains(sweeping), "{path} ends processes by name");
        }
    }
}
