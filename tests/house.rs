//! The rules of the house that crates cannot break: who may use whom, which crates may be built in,
//! under which licences. Read from what cargo would build, not from the lock file.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde_json::Value;

use crate::support::{root, tree_of};

/// For each crate of the workspace, the crates of the workspace it may use. Every crate that is
/// built must stand here.
const DIRECTION: &[(&str, &[&str])] = &[
    ("luytre-inventory", &[]),
    ("luytre-checks", &["luytre-inventory"]),
    ("luytre-scanner", &["luytre-inventory", "luytre-checks"]),
    ("luytre-store", &["luytre-inventory", "luytre-checks"]),
    ("luytre-report", &["luytre-inventory", "luytre-checks"]),
    (
        "luytre-server",
        &[
            "luytre-inventory",
            "luytre-checks",
            "luytre-store",
            "luytre-report",
        ],
    ),
    (
        "luytre",
        &[
            "luytre-inventory",
            "luytre-checks",
            "luytre-scanner",
            "luytre-store",
            "luytre-report",
            "luytre-server",
        ],
    ),
];

/// Crates that open sockets, run tasks or speak SQL: nothing of theirs below or in `checks`.
const IMPURE: &[&str] = &[
    "async-std",
    "aws-lc-rs",
    "axum",
    "hickory-proto",
    "hickory-resolver",
    "hyper",
    "libsqlite3-sys",
    "mio",
    "reqwest",
    "rustls",
    "smol",
    "socket2",
    "sqlx",
    "sqlx-core",
    "tokio",
];

/// Crates whose whole family (`name` or `name-…`) stays in some rooms, with the rooms it may be
/// reached from.
const ROOMS: &[(&str, &[&str])] = &[
    ("sqlx", &["luytre-store", "luytre-server", "luytre"]),
    (
        "libsqlite3-sys",
        &["luytre-store", "luytre-server", "luytre"],
    ),
    ("typst", &["luytre-report", "luytre-server", "luytre"]),
    ("docx-rs", &["luytre-report", "luytre-server", "luytre"]),
    ("axum", &["luytre-server", "luytre"]),
    ("hickory", &["luytre-scanner", "luytre"]),
    ("rustls-webpki", &["luytre-scanner", "luytre"]),
];

/// Crates that only one crate of the workspace may name.
const SOLE_USERS: &[(&str, &str)] = &[
    ("sqlx", "luytre-store"),
    ("typst", "luytre-report"),
    ("typst-pdf", "luytre-report"),
    ("docx-rs", "luytre-report"),
    ("axum", "luytre-server"),
    ("hyper", "luytre-scanner"),
    ("hickory-resolver", "luytre-scanner"),
    ("calamine", "luytre-inventory"),
];

/// Built nowhere, not even by tests: one cryptographic library (docs/decisions/0002), and it needs
/// nothing from the system.
const BANNED: &[&str] = &["native-tls", "openssl", "openssl-sys", "ring"];

/// Licences that ask for no more than a notice.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates under another licence, with the reason why that is fine.
const LICENCE_EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "webpki-roots",
    "CDLA-Permissive-2.0",
    "a licence for data, not code: the root certificates of Mozilla; asks for a notice only",
)];

/// What the crate `name` of the workspace builds, without its tests.
fn reach(name: &str) -> BTreeSet<String> {
    tree_of(&["--package", name, "--edges", "normal,build"])
        .into_keys()
        .filter(|reached| reached != name)
        .collect()
}

/// Everything that is built here, tests included.
fn built() -> std::collections::BTreeMap<String, String> {
    tree_of(&["--workspace", "--edges", "normal,build,dev"])
}

/// The crates of the workspace with the names each writes in its manifest, tests left out.
fn declared() -> Vec<(String, BTreeSet<String>)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--locked"])
        .args(["--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata failed");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata is JSON");
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            let names = dependencies
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .map(|dependency| text(&dependency["name"]))
                .collect();
            (text(&package["name"]), names)
        })
        .collect()
}

#[test]
fn crates_use_each_other_in_one_direction() {
    for (name, uses) in declared() {
        let (_, allowed) = DIRECTION
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap_or_else(|| panic!("{name} is not in DIRECTION"));
        for used in uses.iter().filter(|used| used.starts_with("luytre")) {
            assert!(
                allowed.contains(&used.as_str()),
                "{name} must not use {used}"
            );
        }
    }
}

#[test]
fn inventory_and_checks_reach_no_socket_no_task_no_sql() {
    for name in ["luytre-inventory", "luytre-checks"] {
        let reached = reach(name);
        assert!(reached.contains("serde"), "the walk of {name} saw nothing");
        for impure in IMPURE {
            assert!(!reached.contains(*impure), "{name} reaches {impure}");
        }
    }
}

#[test]
fn heavy_crates_stay_in_their_rooms() {
    for (name, _) in DIRECTION {
        let reached = reach(name);
        for (family, rooms) in ROOMS {
            let found = reached
                .iter()
                .find(|r| *r == family || r.starts_with(&format!("{family}-")));
            if let Some(found) = found {
                assert!(rooms.contains(name), "{name} reaches {found}");
            } else {
                assert_ne!(
                    rooms[0], *name,
                    "{name} no longer uses {family}: drop the rule"
                );
            }
        }
    }
}

#[test]
fn some_crates_are_named_by_one_crate_only() {
    let declared = declared();
    for (dependency, user) in SOLE_USERS {
        let users: Vec<_> = declared
            .iter()
            .filter(|(_, names)| names.contains(*dependency))
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(users, [*user], "users of {dependency}");
    }
}

#[test]
fn banned_crates_are_built_nowhere() {
    let built = built();
    assert!(built.contains_key("aws-lc-rs"), "the walk saw nothing");
    for banned in BANNED {
        assert!(!built.contains_key(*banned), "{banned} is built");
    }
}

#[test]
fn every_licence_is_permissive() {
    let built = built();
    for (name, licence) in &built {
        let excepted = LICENCE_EXCEPTIONS
            .iter()
            .any(|(exempt, under, _)| exempt == name && under == licence);
        assert!(
            excepted || permissive(licence),
            "{name} is under {licence:?}, which is not on the list"
        );
    }
    for (name, under, _) in LICENCE_EXCEPTIONS {
        assert_eq!(
            built.get(*name).map(String::as_str),
            Some(*under),
            "the exception for {name} matches nothing: drop it"
        );
    }
}

/// Whether an SPDX expression can be met with listed licences alone. The old form `A/B` means
/// `A OR B`.
fn permissive(expression: &str) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let met = alternatives(&mut rest);
    met && rest.is_empty()
}

fn alternatives(words: &mut &[&str]) -> bool {
    let mut met = conjunction(words);
    while let [word, rest @ ..] = *words
        && *word == "OR"
    {
        *words = rest;
        met |= conjunction(words);
    }
    met
}

fn conjunction(words: &mut &[&str]) -> bool {
    let mut met = licence(words);
    while let [word, rest @ ..] = *words
        && *word == "AND"
    {
        *words = rest;
        met &= licence(words);
    }
    met
}

fn licence(words: &mut &[&str]) -> bool {
    match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let met = alternatives(words);
            let [")", rest @ ..] = *words else {
                return false;
            };
            *words = rest;
            met
        }
        [name, word, exception, rest @ ..] if *word == "WITH" => {
            *words = rest;
            LICENCES.contains(&format!("{name} WITH {exception}").as_str())
        }
        [name, rest @ ..] => {
            *words = rest;
            LICENCES.contains(name)
        }
        [] => false,
    }
}

#[test]
fn licence_expressions_are_understood() {
    let table = [
        ("MIT", true),
        ("GPL-3.0", false),
        ("MIT/Apache-2.0", true),
        ("GPL-2.0 OR MIT", true),
        ("MIT AND GPL-2.0", false),
        ("(MIT OR GPL-2.0) AND Unicode-3.0", true),
        ("MIT OR GPL-2.0 AND LGPL-2.1", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("GPL-2.0 WITH Classpath-exception-2.0", false),
        ("(MIT", false),
        ("MIT)", false),
        ("", false),
    ];
    for (expression, expected) in table {
        assert_eq!(permissive(expression), expected, "{expression:?}");
    }
}

/// The fuzz targets are a workspace of their own, which nobody builds with the rest: without this, a
/// new dependency of ours would leave them unbuildable with `--locked`.
#[test]
fn lock_of_the_fuzz_targets_knows_our_dependencies() {
    let text = std::fs::read_to_string(root().join("fuzz/Cargo.lock")).expect("fuzz/Cargo.lock");
    let lock: toml::Table = text.parse().expect("a lock file is TOML");
    let locked: BTreeMap<&str, BTreeSet<&str>> = lock["package"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| {
            let names = package
                .get("dependencies")
                .and_then(|names| names.as_array());
            let names = names.into_iter().flatten().filter_map(|name| name.as_str());
            // A second version of the same crate is told apart behind its name.
            let names = names.filter_map(|name| name.split(' ').next()).collect();
            (package["name"].as_str().expect("a name"), names)
        })
        .collect();
    let mut compared = 0;
    for (name, uses) in declared() {
        let Some(locked) = locked.get(name.as_str()) else {
            continue;
        };
        compared += 1;
        let uses: BTreeSet<&str> = uses.iter().map(String::as_str).collect();
        assert_eq!(
            &uses, locked,
            "{name}: run `cargo update --workspace` in fuzz"
        );
    }
    assert!(
        compared >= 3,
        "fuzz/Cargo.lock names {compared} crates of ours"
    );
}

/// What `fuzz/run` runs is what the manifest builds and the folder holds.
#[test]
fn fuzz_targets_are_the_same_everywhere() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).expect(path);
    let manifest: toml::Table = read("fuzz/Cargo.toml").parse().expect("a manifest is TOML");
    let built: BTreeSet<String> = manifest["bin"]
        .as_array()
        .expect("targets")
        .iter()
        .map(|target| target["name"].as_str().expect("a name").to_owned())
        .collect();
    let run = read("fuzz/run");
    let listed = run
        .lines()
        .find_map(|line| line.strip_prefix("targets=(")?.strip_suffix(')'))
        .expect("fuzz/run lists its targets");
    let listed: BTreeSet<String> = listed.split_whitespace().map(str::to_owned).collect();
    assert_eq!(built, listed);
    let told = read("fuzz/README.md");
    for target in &built {
        assert!(
            root()
                .join(format!("fuzz/fuzz_targets/{target}.rs"))
                .is_file(),
            "{target}"
        );
        assert!(
            told.contains(&format!("`{target}`")),
            "{target} is not in fuzz/README.md"
        );
        let seeds = root().join("fuzz/seeds").join(target);
        let seeds = std::fs::read_dir(seeds).map_or(0, Iterator::count);
        assert!(seeds > 0, "{target} has no seeds");
    }
}
