//! What a doubter needs: a redacted excerpt and the command that shows it again.

use serde::{Deserialize, Serialize};

/// Longest excerpt kept, in characters.
const MAX_CHARS: usize = 512;

/// Evidence for an observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it shows, a short fixed word like `greeting` or `certificate`.
    pub what: String,
    /// The excerpt.
    pub excerpt: Excerpt,
    /// A command that shows it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// Text from a target made harmless: capped, printable, without secrets. Made only by
/// [`Excerpt::redacted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Excerpt(String);

impl Excerpt {
    /// Makes an excerpt: control, bidirectional and zero-width characters are written as escapes,
    /// userinfo and query of URLs are cut, and the length is capped.
    pub fn redacted(text: &str) -> Self {
        let mut out = String::new();
        for word in text.split_inclusive(char::is_whitespace) {
            for c in without_secrets(word).chars() {
                if out.chars().count() >= MAX_CHARS {
                    out.push('…');
                    return Self(out);
                }
                if is_tricky(c) {
                    out.extend(c.escape_unicode());
                } else {
                    out.push(c);
                }
            }
        }
        Self(out)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters that change how their neighbours look, or that a terminal obeys.
fn is_tricky(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
}

fn without_secrets(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else {
        return word.to_owned();
    };
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (url, space) = rest.split_at(end);
    let path_at = url.find(['/', '?', '#']).unwrap_or(url.len());
    let (authority, path) = url.split_at(path_at);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let path = path.split(['?', '#']).next().unwrap_or("");
    format!("{scheme}://{host}{path}{space}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_tricks_go() {
        let text = "Location: https://user:pw@h.test/a?token=1#x\r\n\u{202e}evil\u{1b}[31m";
        let shown = Excerpt::redacted(text);
        assert_eq!(
            shown.as_str(),
            "Location: https://h.test/a\\u{d}\\u{a}\\u{202e}evil\\u{1b}[31m"
        );
    }

    #[test]
    fn length_is_capped() {
        assert_eq!(
            Excerpt::redacted(&"x".repeat(10_000))
                .as_str()
                .chars()
                .count(),
            MAX_CHARS + 1
        );
    }
}
