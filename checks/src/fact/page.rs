//! What a web page shows, and what a site answers beyond it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tri;

/// One reading of a page: what its HTML says, never the HTML itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Page {
    /// Whether all of it was read. What a page that was read in part does not show is unknown.
    pub complete: bool,
    /// SHA-256 of the bytes read, hex.
    pub sha256: String,
    /// Fingerprint of the visible text: a simhash of its runs of three words, 16 hex digits. Pages that
    /// differ in few words differ in few bits. None for fewer than three words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simhash: Option<String>,
    /// Title, capped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where a `<meta http-equiv=refresh>` leads, without userinfo, query and fragment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh: Option<String>,
    /// The referrer policy of a `<meta name=referrer>`, lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// Content security policies in `<meta>` elements.
    pub policies: Vec<ContentPolicy>,
    /// The listing of a folder or the page that a server shows before it is set up, if it is one:
    /// `listing` or `default`, and whose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stock: Option<Stock>,
    /// Forms that ask for a password.
    pub logins: Vec<Login>,
    /// Links to other hosts.
    pub foreign_links: u32,
    /// Links to other hosts that no visitor sees, the first of each host and manner.
    pub hidden: Vec<HiddenLink>,
    /// How many such links there are.
    pub hidden_links: u32,
    /// Words of [`super::VOCABULARY`] on the page.
    pub words: Vec<Word>,
    /// Who takes reports of incidents, as far as the page says.
    pub contact: Contact,
    /// Software that the page names.
    pub technologies: Vec<Technology>,
}

/// A content security policy (W3C CSP3).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContentPolicy {
    /// Whether it only reports (`Content-Security-Policy-Report-Only`).
    pub report_only: bool,
    /// Whether all of it is here: it was within the caps.
    pub complete: bool,
    /// Directives in the order sent, the first of each name.
    pub directives: Vec<Directive>,
}

impl ContentPolicy {
    /// The values of `name`.
    pub fn directive(&self, name: &str) -> Option<&[String]> {
        let found = self.directives.iter().find(|d| d.name == name);
        found.map(|directive| &*directive.values)
    }
}

/// A directive of a content security policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Directive {
    /// Name, lower case.
    pub name: String,
    /// Its values, keywords in lower case; of nonces and hashes only the kind.
    pub values: Vec<String>,
}

/// A page that comes with the server, or that the server makes of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// What it is.
    pub kind: StockKind,
    /// Of which software.
    pub software: String,
}

/// Kinds of [`Stock`] pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockKind {
    /// The listing of a folder.
    Listing,
    /// The page of a server that nobody has set up.
    Default,
    /// An error page of the server itself.
    Error,
}

/// A form that asks for a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// Where it sends what is typed, without userinfo, query and fragment.
    pub action: String,
    /// Whether that is encrypted; unknown where the address cannot be read.
    pub encrypted: Tri,
}

/// A link that no visitor sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HiddenLink {
    /// Host it leads to.
    pub host: String,
    /// How it is hidden.
    pub how: Hiding,
    /// Its words, capped.
    pub text: String,
}

/// Ways of hiding an element in its own style or attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hiding {
    /// `display: none`, `visibility: hidden` or the attribute `hidden`: menus that open do this too.
    NotShown,
    /// Moved off the screen.
    OffScreen,
    /// Of no or hardly any size.
    NoSize,
    /// Transparent.
    Transparent,
}

/// A word of the vocabulary on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// As the vocabulary writes it.
    pub word: String,
    /// How often, in all.
    pub count: u32,
    /// Whether in the title or a heading.
    pub heading: bool,
    /// Whether in a link to another host: its words or its address.
    pub foreign: bool,
    /// Whether where no visitor sees it.
    pub hidden: bool,
}

/// Who takes reports of incidents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// Whether the page speaks of reporting incidents within reach of a telephone number or an e-mail address.
    pub incident: Tri,
    /// Whether it links to a page of contacts.
    pub link: Tri,
}

/// Software that a page names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Technology {
    /// Name.
    pub name: String,
    /// Version, if it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What tells it: `generator` or `script`.
    pub told_by: String,
}

/// What a site answers beyond its front page. Nothing of it is asked in the light profile, nor where
/// the front page sends visitors to another place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Site {
    /// The front page as a search engine is shown it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<Shown>,
    /// The front page as a phone is shown it that comes from a search engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Shown>,
    /// What is answered for a path that nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nothing: Option<Nothing>,
    /// Files that should not be there.
    pub files: Vec<File>,
    /// Whether TRACE is answered with what was asked (RFC 9110 section 9.3.8).
    pub trace: Tri,
    /// Methods in the answer to OPTIONS; none if it was not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub methods: Option<Vec<String>>,
    /// Whether another site may read answers.
    pub sharing: Sharing,
    /// security.txt (RFC 9116).
    pub security_txt: SecurityTxt,
}

/// What one kind of reader is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// Status code.
    pub status: u16,
    /// Location, without userinfo, query and fragment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
}

/// The answer for a path that nobody has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Nothing {
    /// Status code.
    pub status: u16,
    /// The error page of a server that is known, with its version if it tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<Technology>,
}

/// A file that was asked for. Never its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Path.
    pub path: String,
    /// Whether it is there: a mark of its kind was seen, or the server says that there is nothing.
    pub exposed: Tri,
    /// Status code; none if there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Bytes read (capped).
    pub bytes: u64,
    /// SHA-256 of them, hex, where it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// Cross-origin sharing, asked with an origin that nobody has (Fetch standard, CORS protocol).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sharing {
    /// Whether the answer may be read by that origin by name.
    pub reflects_origin: Tri,
    /// Whether cookies may go along.
    pub credentials: Tri,
}

/// security.txt (RFC 9116).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SecurityTxt {
    /// Whether there is one with at least one Contact.
    pub present: Tri,
    /// Contacts, capped.
    pub contacts: Vec<String>,
    /// When it ends; none if it does not say so in the way of RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}

/// The part of a host name that one owner holds, as far as can be told without a list of suffixes: two
/// labels, or three below `gov.vn` and its kin; of an address all of it.
pub fn site_of(host: &str) -> String {
    const SHARED: [&str; 11] = [
        "ac", "biz", "co", "com", "edu", "gov", "health", "info", "net", "org", "int",
    ];
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if host.parse::<std::net::IpAddr>().is_ok() {
        return host;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let shared = |at: usize| labels.get(at).is_some_and(|label| SHARED.contains(label));
    let country = labels.last().is_some_and(|last| last.len() == 2);
    let keep = if country && labels.len() > 2 && shared(labels.len() - 2) {
        3
    } else {
        2
    };
    labels[labels.len().saturating_sub(keep)..].join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_of_names() {
        for (host, site) in [
            ("www.doiche.lamgiang.gov.vn", "lamgiang.gov.vn"),
            ("lamgiang.gov.vn", "lamgiang.gov.vn"),
            ("gov.vn", "gov.vn"),
            ("tin.vnanet.vn", "vnanet.vn"),
            ("M.Doiche.Test.", "doiche.test"),
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8::1", "2001:db8::1"),
            ("localhost", "localhost"),
            ("", ""),
        ] {
            assert_eq!(site_of(host), site, "{host}");
        }
    }
}
