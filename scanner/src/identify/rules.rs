//! The rules, as data in `rules/*.toml`: one table per product, in order; the first that fits decides.

use std::sync::{LazyLock, OnceLock};

use luytre_inventory::Protocol;
use regex::{Captures, Regex, RegexBuilder};
use serde::Deserialize;

use super::page::Page;

/// The files, in order. Those of HTTP stand so that a program is named before the server in front.
const FILES: [(&str, &str); 8] = [
    ("ssh", include_str!("rules/ssh.toml")),
    ("ftp", include_str!("rules/ftp.toml")),
    ("mail", include_str!("rules/mail.toml")),
    ("api", include_str!("rules/api.toml")),
    ("web", include_str!("rules/web.toml")),
    ("data", include_str!("rules/data.toml")),
    ("names", include_str!("rules/names.toml")),
    ("other", include_str!("rules/other.toml")),
];

/// What stands for a version in a pattern, and what it means.
const VERSIONS: [(&str, &str); 4] = [
    ("{v}", "(?<version>[0-9][0-9A-Za-z._]*)"),
    ("{v2}", "(?<version2>[0-9][0-9A-Za-z._]*)"),
    ("{v3}", "(?<version3>[0-9][0-9A-Za-z._]*)"),
    // Cisco writes 15.0(2)SE11.
    ("{vp}", "(?<version>[0-9][0-9A-Za-z.()]*)"),
];

/// Bytes that a compiled pattern may take.
const SIZE: usize = 1 << 20;

/// One product.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    /// Protocols in which it is heard; `http` stands for everything spoken over HTTP.
    #[serde(rename = "in")]
    pub(super) protocols: Vec<Protocol>,
    /// Pattern of the banner. Patterns disregard case; any of those given suffices.
    #[serde(default)]
    banner: Pattern,
    /// Pattern of the value of `Server`.
    #[serde(default)]
    server: Pattern,
    /// Pattern of the header section.
    #[serde(default)]
    header: Pattern,
    /// Pattern of the value of `WWW-Authenticate`.
    #[serde(default)]
    auth: Pattern,
    /// Pattern of the page's title.
    #[serde(default)]
    title: Pattern,
    /// Pattern of the body; there, a dot is also the end of a line.
    #[serde(default)]
    body: Pattern,
    /// Vendor or project.
    pub(super) vendor: Option<String>,
    /// Product; `{name}` is the name that the pattern found. None: what fits names no product.
    pub(super) product: Option<String>,
    /// `vendor:product` of its CPE name as the national vulnerability database writes it, with `o:` or
    /// `h:` in front for systems and devices; none if the number is not the product's version.
    pub(super) cpe: Option<String>,
    /// The only system it runs on.
    pub(super) os: Option<String>,
    /// The protocol that is spoken in truth.
    pub(super) is: Option<Protocol>,
    /// A banner that fits this rule and none before it.
    #[cfg_attr(not(test), expect(dead_code, reason = "the example is for the test"))]
    pub(super) example: String,
    /// The version in the example.
    #[cfg_attr(not(test), expect(dead_code, reason = "the example is for the test"))]
    pub(super) version: Option<String>,
}

/// A pattern that is compiled when first asked.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "String")]
struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self {
            text,
            compiled: OnceLock::new(),
        }
    }
}

impl Pattern {
    /// What it finds, in time linear in the length of `text`.
    fn captures<'t>(&self, text: &'t str, across_lines: bool) -> Option<Captures<'t>> {
        if self.text.is_empty() {
            return None;
        }
        let compiled = self
            .compiled
            .get_or_init(|| self.compile(across_lines).ok());
        compiled.as_ref()?.captures(text)
    }

    fn compile(&self, across_lines: bool) -> Result<Regex, regex::Error> {
        let mut text = self.text.clone();
        for (mark, meaning) in VERSIONS {
            text = text.replace(mark, meaning);
        }
        RegexBuilder::new(&text)
            .case_insensitive(true)
            .dot_matches_new_line(across_lines)
            .size_limit(SIZE)
            .build()
    }
}

/// What a rule found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found<'t> {
    pub(super) version: Option<&'t str>,
    pub(super) name: Option<&'t str>,
}

impl Rule {
    /// What it finds in a banner that is not of HTTP.
    pub(super) fn in_banner<'t>(&self, banner: &'t str) -> Option<Found<'t>> {
        self.banner.captures(banner, false).map(|c| found(&c))
    }

    /// What it finds in an answer of HTTP.
    pub(super) fn in_page<'t>(&self, page: &Page<'t>) -> Option<Found<'t>> {
        let places = [
            (&self.server, page.server, false),
            (&self.header, page.head, false),
            (&self.auth, page.auth, false),
            (&self.title, page.title, false),
            (&self.body, page.body, true),
        ];
        let mut fits = places
            .into_iter()
            .filter_map(|(pattern, text, across)| pattern.captures(text, across));
        fits.next().map(|c| found(&c))
    }

    /// Whether it is about what is spoken in `protocol`.
    pub(super) fn is_for(&self, protocol: Protocol) -> bool {
        let wanted = if protocol.is_web() {
            Protocol::Http
        } else {
            protocol
        };
        self.protocols.contains(&wanted)
    }

    /// Every pattern with whether it compiles.
    #[cfg(test)]
    pub(super) fn broken(&self) -> Vec<String> {
        let all = [
            (&self.banner, false),
            (&self.server, false),
            (&self.header, false),
            (&self.auth, false),
            (&self.title, false),
            (&self.body, true),
        ];
        all.into_iter()
            .filter_map(|(pattern, across)| pattern.compile(across).err())
            .map(|error| error.to_string())
            .collect()
    }
}

fn found<'t>(captures: &Captures<'t>) -> Found<'t> {
    let version = ["version", "version2", "version3"]
        .into_iter()
        .find_map(|group| captures.name(group))
        .map(|found| found.as_str().trim_end_matches(['.', '_']))
        .filter(|version| !version.is_empty() && version.len() <= 64);
    Found {
        version,
        name: captures.name("name").map(|name| name.as_str()),
    }
}

/// All rules, in order.
pub(super) fn rules() -> &'static [Rule] {
    static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        FILES
            .iter()
            .flat_map(|(name, text)| match read(text) {
                Ok(rules) => rules,
                // A test reads every file.
                Err(error) => {
                    tracing::error!(name, %error, "rules cannot be read");
                    Vec::new()
                }
            })
            .collect()
    });
    &RULES
}

fn read(text: &str) -> Result<Vec<Rule>, toml::de::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        rule: Vec<Rule>,
    }
    toml::from_str::<File>(text).map(|file| file.rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read() {
        for (name, text) in FILES {
            let rules = read(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(rules.len() > 10, "{name}: {}", rules.len());
            for rule in rules {
                assert_eq!(rule.broken(), Vec::<String>::new(), "{name}: {rule:?}");
            }
        }
    }
}
