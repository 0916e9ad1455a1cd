//! One question over HTTP, redirects walked, everything counted.

use std::sync::atomic::{AtomicU64, Ordering};

use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response,
    body::{Bytes, Incoming},
    header,
};
use luytre_checks::{Unmeasured, fact::RevocationFault};
use luytre_inventory::LookupKind;

use super::address::{Address, NotAsked};
use crate::{
    Line,
    probe::http::exchange::{Driver, driven, send, why},
};

/// Redirects walked, each through the scope again.
const MOST_HOPS: usize = 2;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    /// The body of a question asked by POST; none asks by GET.
    pub(super) post: Option<&'a [u8]>,
    /// Who we are, for the User-Agent header.
    pub(super) agent: &'a str,
    /// Most bytes of the answer.
    pub(super) most: u64,
    /// Bytes that this run may still receive.
    pub(super) left: &'a AtomicU64,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// An address that is never asked.
    Address(NotAsked),
    /// The way there or the talk failed.
    Unmeasured(Unmeasured),
    /// Another status than 200.
    Status(u16),
    /// More redirects than are walked, or a redirect without a place.
    Redirects,
    /// Compressed, which nobody asked for: a small answer could become a large one.
    Encoded,
    /// Larger than we read.
    TooLarge,
    /// The run has received as much as it may.
    Spent,
}

impl Fault {
    /// The fault of a fact.
    pub(super) const fn fault(self) -> RevocationFault {
        match self {
            Self::Address(refused) => refused.fault(),
            Self::Unmeasured(Unmeasured::NotPermitted) => RevocationFault::NotPermitted,
            Self::Unmeasured(reason) => RevocationFault::NoAnswer(reason),
            Self::Status(status) => RevocationFault::HttpStatus(status),
            Self::Redirects => RevocationFault::Redirects,
            Self::Encoded => RevocationFault::Encoded,
            Self::TooLarge => RevocationFault::AnswerTooLarge,
            Self::Spent => RevocationFault::Spent,
        }
    }

    /// It says something of this asking alone: another one may fare better in the same run.
    pub(super) const fn is_ours(self) -> bool {
        matches!(
            self,
            Self::Unmeasured(Unmeasured::NotPermitted | Unmeasured::Cancelled | Unmeasured::Bug)
        )
    }
}

/// Asks at `address`, on behalf of the task of `line`.
pub(super) async fn ask(
    line: &Line,
    mut address: Address,
    question: Question<'_>,
) -> Result<Vec<u8>, Fault> {
    for _ in 0..=MOST_HOPS {
        let way = line
            .lookup(LookupKind::Revocation, &address.host, address.port)
            .await
            .map_err(Fault::Unmeasured)?;
        let conn = way.connect().await.map_err(Fault::Unmeasured)?;
        let request = request(&address, &question)?;
        let mut driver = None;
        let asking = send(conn, request, &mut driver);
        let answer = way.within(asking).await.map_err(Fault::Unmeasured)?;
        match answer.status().as_u16() {
            200 => return body(&mut driver, answer, &question).await,
            301 | 302 | 307 | 308 if question.post.is_none() => {
                let to = answer.headers().get(header::LOCATION);
                let to = to.ok_or(Fault::Redirects)?;
                address = address.join(to.as_bytes()).map_err(Fault::Address)?;
            }
            status => return Err(Fault::Status(status)),
        }
    }
    Err(Fault::Redirects)
}

fn request(address: &Address, question: &Question<'_>) -> Result<Request<Full<Bytes>>, Fault> {
    let post = question.post.unwrap_or_default();
    let mut request = Request::builder()
        .method(question.post.map_or(Method::GET, |_| Method::POST))
        .uri(&address.path)
        .header(header::HOST, address.authority())
        .header(header::USER_AGENT, question.agent)
        .header(header::ACCEPT_ENCODING, "identity")
        .header(header::CONNECTION, "close");
    if question.post.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/ocsp-request");
    }
    // An address that hyper does not take for a request line.
    let refused = |_| Fault::Address(NotAsked::Unreadable);
    request
        .body(Full::new(Bytes::copy_from_slice(post)))
        .map_err(refused)
}

/// The body, within the caps; the time is that of the way.
async fn body(
    driver: &mut Option<Driver>,
    answer: Response<Incoming>,
    question: &Question<'_>,
) -> Result<Vec<u8>, Fault> {
    let headers = answer.headers();
    let identity = |value: &header::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if !headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .all(identity)
    {
        return Err(Fault::Encoded);
    }
    let announced = headers.get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > question.most) {
        return Err(Fault::TooLarge);
    }
    let mut body = answer.into_body();
    let mut out = Vec::new();
    while let Some(frame) = driven(driver, body.frame()).await {
        let frame = frame.map_err(|error| Fault::Unmeasured(why(&error)))?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        let length = data.len() as u64;
        let pay = |left: u64| left.checked_sub(length);
        let paid = question
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, pay);
        paid.map_err(|_| Fault::Spent)?;
        if out.len() as u64 + length > question.most {
            return Err(Fault::TooLarge);
        }
        out.extend_from_slice(data);
    }
    Ok(out)
}
