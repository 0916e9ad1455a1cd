//! Reads a page: what its HTML says, in one pass over the tokens of the WHATWG tokenizer. No tree is
//! built, no script runs and nothing further is fetched; depth, counts and lengths are capped.

use luytre_checks::{
    Excerpt,
    fact::{Page, site_of},
};
use luytre_inventory::HostName;

use super::location::Url;
use crate::Hop;

mod reader;
mod rules;
mod style;
mod words;

pub(super) use rules::signature;

/// Longest title, link text and the like that is kept, in characters.
const LONGEST: usize = 200;
/// Most entries of each list.
const MOST: usize = 32;

/// Reads `body`, the page at `url`; `complete` if nothing of it is missing.
pub(super) fn read(url: &Url, body: &[u8], complete: bool) -> Page {
    reader::Reader::new(url).read(body, complete)
}

/// Reads `body` as the front page of `host`.
pub fn read_page(host: &HostName, body: &[u8]) -> Page {
    let url = Url {
        tls: true,
        host: Hop::Name(host.clone()),
        port: 443,
        path: "/".to_owned(),
    };
    read(&url, body, true)
}

/// A text of the page made harmless and short.
fn short(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let excerpt = Excerpt::redacted(&words.join(" "));
    excerpt.as_str().chars().take(LONGEST).collect()
}

/// Where an address in a page leads.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    /// To the same site, or nowhere.
    Own,
    /// To the host of another owner.
    Foreign(String),
}

/// Reads an address as a browser would, as far as the host goes.
fn target(url: &Url, address: &str) -> Target {
    let address: String = address
        .trim()
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .map(|c| if c == '\\' { '/' } else { c })
        .collect();
    let lower = address.to_ascii_lowercase();
    let rest = ["https:", "http:", ""]
        .iter()
        .find_map(|scheme| lower.strip_prefix(scheme));
    let Some(rest) = rest.and_then(|rest| rest.strip_prefix("//")) else {
        return Target::Own;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("");
    let host = match host.strip_prefix('[') {
        Some(literal) => literal.split(']').next().unwrap_or(""),
        None => host.split(':').next().unwrap_or(""),
    };
    if host.is_empty() || site_of(host) == site_of(&bare(&url.host)) {
        return Target::Own;
    }
    Target::Foreign(short(host))
}

/// A host without port and brackets.
pub(super) fn bare(host: &Hop) -> String {
    match host {
        Hop::Name(name) => name.to_string(),
        Hop::Address(address) => address.to_string(),
    }
}

#[cfg(test)]
mod tests;
