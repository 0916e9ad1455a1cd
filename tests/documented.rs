//! Every command that a document shows is one the binary knows, with every option it shows.

use std::{collections::BTreeSet, fs, path::Path};

use crate::support::{folder, luytre, root, tracked};

/// A command line as a document shows it: words up to the first option, and the options' names.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shown {
    words: Vec<String>,
    options: Vec<String>,
}

/// Reads the command lines of a Markdown text: in code spans and in code blocks, those that begin
/// with `luytre` or run it through cargo.
fn shown(text: &str) -> BTreeSet<Shown> {
    let mut found = BTreeSet::new();
    let mut block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            block = !block;
        } else if block {
            let line = line.trim_start().trim_start_matches("$ ");
            found.extend(line.split("&&").filter_map(command_line));
        } else {
            let spans = line.split('`').skip(1).step_by(2);
            found.extend(spans.filter_map(command_line));
        }
    }
    found
}

fn command_line(text: &str) -> Option<Shown> {
    let text = text.split(" #").next().unwrap_or_default().trim();
    let rest = ["luytre ", "cargo run --release -- "]
        .iter()
        .find_map(|start| text.strip_prefix(start))?;
    let mut line = Shown {
        words: Vec::new(),
        options: Vec::new(),
    };
    let mut tokens = rest.split_whitespace();
    while let Some(token) = tokens.next() {
        if token.starts_with("--") {
            let name = token.split('=').next().unwrap_or_default();
            line.options.push(name.to_owned());
            if GLOBAL.contains(&token) {
                tokens.next();
            }
        } else if line.options.iter().all(|o| GLOBAL.contains(&o.as_str())) && is_word(token) {
            // A word after an option of the command may be that option's value.
            line.words.push(token.to_owned());
        }
    }
    Some(line)
}

/// Options that stand before the command and take a value.
const GLOBAL: [&str; 3] = ["--as", "--dir", "--lang"];

fn is_word(token: &str) -> bool {
    token.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

#[test]
fn command_lines_are_read() {
    let text = "See `luytre scan --plan` and `luytre-checks`.\n```\n$ luytre init d && luytre \
                --dir d scan # all\ncargo run --release -- demo\n```\n";
    let shown: Vec<_> = shown(text)
        .into_iter()
        .map(|s| (s.words.join(" "), s.options.join(" ")))
        .collect();
    let expected = [
        ("demo", ""),
        ("init d", ""),
        ("scan", "--dir"),
        ("scan", "--plan"),
    ];
    let expected = expected.map(|(words, options)| (words.to_owned(), options.to_owned()));
    assert_eq!(shown, expected);
}

#[test]
fn commands_in_documents_exist() {
    let place = folder();
    let mut checked = 0;
    for path in tracked() {
        if path.extension() != Some("md".as_ref()) || path == Path::new("CHANGELOG.md") {
            continue;
        }
        let text = fs::read_to_string(root().join(&path)).expect("documents are UTF-8");
        for line in shown(&text) {
            let output = luytre(place.path())
                .args(&line.words)
                .arg("--help")
                .output()
                .expect("the binary runs");
            let help = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{}: {line:?}", path.display());
            for option in &line.options {
                assert!(
                    help.contains(option.as_str()),
                    "{}: {line:?}",
                    path.display()
                );
            }
            checked += 1;
        }
    }
    assert!(checked > 1, "only {checked} commands found in documents");
}

#[test]
fn readme_gives_the_two_commands() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md is there");
    for command in ["cargo run --release -- demo", "tests/run"] {
        let line = readme.lines().any(|line| line.trim() == command);
        assert!(
            line,
            "README.md does not give `{command}` on a line of its own"
        );
    }
}
