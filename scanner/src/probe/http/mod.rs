//! What a web server answers to one request for its front page, redirects walked.
//!
//! No cookie is sent, no body is decoded or kept, nothing but the headers that posture needs is
//! remembered. Every hop goes through the scope again; a hop outside it is reported, never followed.

use luytre_checks::{
    Evidence, Excerpt, Fact, FactKind, Unmeasured,
    fact::{Exchange, HttpFact, Stop},
};
use luytre_inventory::Protocol;

use super::{Known, Probe};
use crate::{Line, plan::suggested};

pub(super) mod exchange;
mod headers;
mod location;

use exchange::get;
use location::{Place, Url};

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
    const VERSION: u16 = 1;

    async fn observe(&self, line: &Line) -> Result<Fact, Unmeasured> {
        let mut url = Url::front(line, self.tls);
        let mut hop: Option<Line> = None;
        let mut fact = HttpFact {
            tls: self.tls,
            ..HttpFact::default()
        };
        loop {
            let here = hop.as_ref().unwrap_or(line);
            match get(here, &url, &self.agent).await {
                Ok(exchange) => fact.exchanges.push(exchange),
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
        note(line, &fact);
        Ok(Fact::Http(fact))
    }
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
}
