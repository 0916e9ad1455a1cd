//! What a web server answers to one request for its front page, redirects walked; from the standard
//! profile on also what the same site answers to eleven further requests (`site`).
//!
//! No cookie is sent, no body is unpacked or kept, nothing but what posture needs is remembered. Every
//! hop goes through the scope again; a hop outside it is reported, never followed. Pages are read
//! (`page`), nothing that they name is fetched.

use luytre_checks::{
    Evidence, Excerpt, Fact, FactKind, Unmeasured,
    fact::{Exchange, HttpFact, Stop},
};
use luytre_inventory::{Protocol, ScanProfile};

use super::{Known, Probe};
use crate::{Line, plan::suggested};

pub(super) mod exchange;
mod headers;
mod location;
mod page;
mod policy;
mod security_txt;
mod site;
mod talk;

use exchange::{Content, get};
use location::{Place, Url};
pub use page::read_page;
pub use security_txt::read as read_security_txt;

/// Asks for the front page.
#[derive(Debug, Clone)]
pub struct HttpProbe {
    /// Whether the first request goes over TLS.
    pub tls: bool,
    /// Who we are, for the User-Agent header.
    pub agent: String,
}

/// Redirects walked.
const MOST_HOPS: usize = 5;

impl HttpProbe {
    /// The probe for an endpoint, over TLS if that is what is spoken there or, unheard, what is
    /// declared or usual.
    pub fn new(known: &Known, port: u16, agent: String) -> Self {
        let tls = match &known.heard {
            Some(Ok(fact)) if matches!(fact.protocol, Some(Protocol::Http | Protocol::Https)) => {
                fact.tls
            }
            _ => matches!(
                suggested(known.declared, port),
                Some(Protocol::Https | Protocol::Tls)
            ),
        };
        Self { tls, agent }
    }
}

impl Probe for HttpProbe {
    const KIND: FactKind = FactKind::Http;
    const VERSION: u16 = 2;

    async fn observe(&self, line: &Line) -> Result<Fact, Unmeasured> {
        let front = Url::front(line, self.tls);
        let (mut fact, at, content) = self.walk(line, &front).await?;
        if fact.stop == Stop::Final && front.is_beside(&at) {
            let last = fact.exchanges.last();
            if last.is_some_and(|last| is_html(last.header("content-type"), &content.bytes)) {
                let page = page::read(&at, &content.bytes, content.complete);
                fact.page = Some(Box::new(page));
            }
            if line.permit().profile() != ScanProfile::Light {
                fact.site = Some(Box::new(site::ask(line, &at, &self.agent).await));
            }
        }
        note(line, &fact);
        Ok(Fact::Http(fact))
    }
}

impl HttpProbe {
    /// Walks from `front` to where no redirect leads on: what was met, and the end with its content.
    async fn walk(&self, line: &Line, front: &Url) -> Result<(HttpFact, Url, Content), Unmeasured> {
        let mut url = front.clone();
        let mut hop: Option<Line> = None;
        let mut last = Content::default();
        let mut fact = HttpFact {
            tls: self.tls,
            ..HttpFact::default()
        };
        loop {
            let here = hop.as_ref().unwrap_or(line);
            match get(here, &url, &self.agent).await {
                Ok((exchange, content)) => {
                    fact.exchanges.push(exchange);
                    last = content;
                }
                Err(reason) if fact.exchanges.is_empty() => return Err(reason),
                Err(_) => {
                    fact.stop = Stop::Unmeasured;
                    break;
                }
            }
            let (stop, next) = next(here, &url, &fact.exchanges).await;
            match next {
                None => {
                    fact.stop = stop;
                    break;
                }
                Some((to, through)) => {
                    url = to;
                    hop = through.or(hop);
                }
            }
        }
        Ok((fact, url, last))
    }
}

/// Whether a body is a page: it says so or, where it does not say what it is, looks like one.
fn is_html(content_type: Option<&str>, body: &[u8]) -> bool {
    content_type.map_or_else(
        || body.trim_ascii_start().starts_with(b"<"),
        |told| told.to_ascii_lowercase().contains("html"),
    )
}

/// Where to go after the last exchange: a URL, and a line to it if it is not where we are.
async fn next(
    here: &Line,
    url: &Url,
    exchanges: &[Exchange],
) -> (Stop, Option<(Url, Option<Line>)>) {
    let Some(last) = exchanges.last() else {
        return (Stop::Unknown, None);
    };
    let redirect = matches!(last.status, 301 | 302 | 303 | 307 | 308);
    let Some(location) = last.location.as_deref().filter(|_| redirect) else {
        return (Stop::Final, None);
    };
    let to = match url.join(location) {
        Place::Web(to) => to,
        // A spelling that only a browser would take for an address is never ours to contact.
        Place::Elsewhere => return (Stop::OffScope, None),
        Place::Unreadable => return (Stop::BadLocation, None),
    };
    let been = exchanges
        .iter()
        .any(|exchange| exchange.url == to.to_string());
    if been || exchanges.len() > MOST_HOPS {
        return (Stop::TooMany, None);
    }
    if to.host == url.host && to.port == url.port {
        return (Stop::Unknown, Some((to, None)));
    }
    match here.follow(&to.host, to.port).await {
        Ok(line) => (Stop::Unknown, Some((to, Some(line)))),
        Err(Unmeasured::NotPermitted) => (Stop::OffScope, None),
        Err(_) => (Stop::Unmeasured, None),
    }
}

fn note(line: &Line, fact: &HttpFact) {
    for exchange in &fact.exchanges {
        let lines: Vec<_> = std::iter::once(format!("HTTP {}", exchange.status))
            .chain(
                exchange
                    .headers
                    .iter()
                    .map(|h| format!("{}: {}", h.name, h.value)),
            )
            .collect();
        line.note(Evidence {
            what: "http".to_owned(),
            excerpt: Excerpt::redacted(&lines.join(" | ")),
            command: Some(format!("curl -ksSI '{}'", exchange.url)),
        });
    }
    let Some(last) = fact.exchanges.last() else {
        return;
    };
    let page = fact.page.as_deref();
    let page = page.map(|page| (page, "", &*last.url));
    let others = fact.site.iter().flat_map(|site| {
        [
            (&site.search, site::SEARCH_ENGINE),
            (&site.phone, site::PHONE),
        ]
    });
    let others = others.filter_map(|(shown, agent)| {
        let page = shown.as_ref()?.page.as_ref()?;
        Some((page, agent, &*last.url))
    });
    for (page, agent, url) in page.into_iter().chain(others) {
        line.note(shown(page, agent, url));
    }
}

/// Evidence for a page: its title and hash, the words and hidden links on it.
fn shown(page: &luytre_checks::fact::Page, agent: &str, url: &str) -> Evidence {
    let words = page.words.iter();
    let words = words.map(|word| format!("{} ×{}", word.word, word.count));
    let hidden = page.hidden.iter();
    let hidden = hidden.map(|link| format!("{} ({})", link.host, link.text));
    let lines: Vec<String> = [format!(
        "{} | sha256 {}",
        page.title.as_deref().unwrap_or("-"),
        page.sha256
    )]
    .into_iter()
    .chain(words)
    .chain(hidden)
    .collect();
    let agent = if agent.is_empty() {
        String::new()
    } else {
        format!(" -A '{agent}'")
    };
    Evidence {
        what: "page".to_owned(),
        excerpt: Excerpt::redacted(&lines.join(" | ")),
        command: Some(format!("curl -ksS{agent} '{url}'")),
    }
}
