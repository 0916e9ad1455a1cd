//! Answers to HTTP requests.

use serde::{Deserialize, Serialize};

use super::page::{ContentPolicy, Page, Site};

/// What one endpoint answered to a GET of its front page, with the redirects walked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HttpFact {
    /// Whether the first request went over TLS.
    pub tls: bool,
    /// Requests and answers in order, the first to the endpoint itself.
    pub exchanges: Vec<Exchange>,
    /// Why the walk ended.
    pub stop: Stop,
    /// The page at its end, where that is still the place asked and it is HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<Box<Page>>,
    /// What the site answers beyond that page; none where it was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<Box<Site>>,
}

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Exchange {
    /// URL asked, without userinfo, query and fragment.
    pub url: String,
    /// Whether it was HTTPS.
    pub tls: bool,
    /// Status code.
    pub status: u16,
    /// Location, without userinfo, query and fragment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The headers that posture needs, names in lower case, values capped and escaped.
    pub headers: Vec<Header>,
    /// Content security policies of the headers; none where they were not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policies: Option<Vec<ContentPolicy>>,
    /// Cookies set.
    pub cookies: Vec<Cookie>,
    /// Bytes of body read (capped).
    pub body_bytes: u64,
}

impl Exchange {
    /// The first header called `name` (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|header| header.name == name)
            .map(|header| &*header.value)
    }
}

/// A header kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Name, lower case.
    pub name: String,
    /// Value.
    pub value: String,
}

/// A cookie by name and flags; never its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cookie {
    /// Name, capped.
    pub name: String,
    /// Secure attribute (RFC 6265 section 5.2.5).
    pub secure: bool,
    /// HttpOnly attribute.
    pub http_only: bool,
    /// SameSite value, lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_site: Option<String>,
}

/// Why the walk along redirects ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// The last answer was no redirect.
    Final,
    /// The next hop is outside the scope; it was not followed.
    OffScope,
    /// The next hop was in scope but could not be measured.
    Unmeasured,
    /// Too many hops or a loop.
    TooMany,
    /// The Location could not be read.
    BadLocation,
    /// Not known.
    #[default]
    Unknown,
}
