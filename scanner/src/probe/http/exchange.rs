//! One request and its answer.

use std::{convert::Infallible, error::Error, pin::Pin, time::Duration};

use http_body_util::{BodyExt, Empty};
use hyper::{
    HeaderMap, Request, Response,
    body::{Body, Bytes, Incoming},
    client::conn::http1,
    header,
};
use hyper_util::rt::TokioIo;
use luytre_checks::{Unmeasured, fact::Exchange};
use luytre_inventory::ProbeClass;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    headers::{cookies, kept, text},
    location::{Place, Url},
    policy,
};
use crate::{Line, failure::reason_of, probe::secure};

/// Most bytes of a page read.
pub(super) const MOST_PAGE: usize = 256 << 10;
/// Time for the body: most of what posture needs stands in the headers.
const BODY_TIME: Duration = Duration::from_secs(2);
/// Most header lines.
const MOST_HEADERS: usize = 100;
/// Most bytes of header section.
const MOST_HEADER_BYTES: usize = 64 << 10;

/// What came of a body within the caps.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    /// Whether it ended there.
    pub(super) complete: bool,
    /// Whether it had not ended, nor filled the cap, when its time was over.
    pub(super) stalled: bool,
}

/// Asks for `url` over `line`.
pub(super) async fn get(
    line: &Line,
    url: &Url,
    agent: &str,
) -> Result<(Exchange, Content), Unmeasured> {
    let conn = line.connect(ProbeClass::Web, url.port).await?;
    if url.tls {
        let wrapping = async { Ok(secure::wrap(line, conn).await?) };
        let stream = line.within(wrapping).await?;
        over(line, stream, url, agent).await
    } else {
        over(line, conn, url, agent).await
    }
}

/// A connection of hyper, driven beside what is asked over it.
pub(in crate::probe) type Driver = Pin<Box<dyn Future<Output = ()> + Send>>;

async fn over<S>(
    line: &Line,
    stream: S,
    url: &Url,
    agent: &str,
) -> Result<(Exchange, Content), Unmeasured>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut driver = None;
    let asking = send(stream, request(url, agent)?, &mut driver);
    let answer = line.within(asking).await?;
    let mut exchange = described(url, &answer);
    let plain = is_plain(answer.headers());
    let mut content = content(&mut driver, answer.into_body(), MOST_PAGE).await;
    exchange.body_bytes = content.bytes.len() as u64;
    if !plain {
        content = Content::default();
    }
    Ok((exchange, content))
}

/// Whether a body is not compressed. None is asked for, and what comes so is not unpacked.
pub(super) fn is_plain(headers: &HeaderMap) -> bool {
    let coding = headers.get(header::CONTENT_ENCODING);
    coding.is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Sends `request` over `stream`; the answer comes with its headers, its body while `driver` is driven.
pub(in crate::probe) async fn send<S, B>(
    stream: S,
    request: Request<B>,
    driver: &mut Option<Driver>,
) -> Result<Response<Incoming>, Unmeasured>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    B: Body<Error = Infallible> + Send + 'static,
    B::Data: Send,
{
    let mut sender = begin(stream, driver).await?;
    let answer = driven(driver, sender.send_request(request)).await;
    answer.map_err(|error| why(&error))
}

/// Begins HTTP/1.1 over `stream`.
pub(super) async fn begin<S, B>(
    stream: S,
    driver: &mut Option<Driver>,
) -> Result<http1::SendRequest<B>, Unmeasured>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    B: Body<Error = Infallible> + Send + 'static,
    B::Data: Send,
{
    let (sender, connection) = http1::Builder::new()
        .max_headers(MOST_HEADERS)
        .max_buf_size(MOST_HEADER_BYTES)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| why(&error))?;
    *driver = Some(Box::pin(async move {
        // Its errors reach whoever waits for the answer.
        let _ = connection.await;
    }));
    Ok(sender)
}

fn request(url: &Url, agent: &str) -> Result<Request<Empty<Bytes>>, Unmeasured> {
    Request::get(&url.path)
        .header(header::HOST, url.authority())
        .header(header::USER_AGENT, agent)
        .header(header::ACCEPT, "text/html,*/*;q=0.5")
        .header(header::ACCEPT_ENCODING, "identity")
        .header(header::CONNECTION, "close")
        .body(Empty::new())
        .map_err(|_| Unmeasured::Bug)
}

fn described(url: &Url, answer: &Response<Incoming>) -> Exchange {
    let headers = answer.headers();
    Exchange {
        url: url.to_string(),
        tls: url.tls,
        status: answer.status().as_u16(),
        location: location(url, headers),
        headers: kept(headers),
        policies: Some(policy::of_headers(headers)),
        cookies: cookies(headers),
        body_bytes: 0,
    }
}

/// The Location, without userinfo, query and fragment.
pub(super) fn location(url: &Url, headers: &HeaderMap) -> Option<String> {
    let location = headers.get(header::LOCATION)?;
    let to = std::str::from_utf8(location.as_bytes()).map(|text| url.join(text));
    if let Ok(Place::Web(to)) = to {
        return Some(to.to_string());
    }
    let shown = text(location.as_bytes());
    Some(shown.split(['?', '#']).next().unwrap_or("").to_owned())
}

/// What of a body comes within the caps. A body that breaks off or never ends takes nothing away from
/// what the headers said.
pub(super) async fn content(
    driver: &mut Option<Driver>,
    mut body: Incoming,
    most: usize,
) -> Content {
    let mut content = Content::default();
    let reading = async {
        while content.bytes.len() < most {
            match driven(driver, body.frame()).await {
                Some(Ok(frame)) => {
                    let data = frame.data_ref().map_or(&[][..], |data| data);
                    let room = most - content.bytes.len();
                    content.bytes.extend(&data[..data.len().min(room)]);
                }
                Some(Err(_)) => return,
                None => {
                    content.complete = true;
                    return;
                }
            }
        }
        // A body that fills the cap to the byte has ended too.
        content.complete = body.is_end_stream();
    };
    let ended = tokio::time::timeout(BODY_TIME, reading).await;
    content.stalled = ended.is_err();
    content
}

/// Runs `work` while the connection behind it is driven in the same task, so that dropping the one
/// drops the other.
pub(in crate::probe) async fn driven<T>(
    driver: &mut Option<Driver>,
    work: impl Future<Output = T>,
) -> T {
    tokio::pin!(work);
    if let Some(connection) = driver {
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = connection => *driver = None,
        }
    }
    work.await
}

/// What an error of hyper says of the peer.
pub(in crate::probe) fn why(error: &hyper::Error) -> Unmeasured {
    if error.is_parse() {
        // The client side of hyper tells this case only in words; a test holds them.
        return if error.to_string().contains("too large") {
            Unmeasured::TooLarge
        } else {
            Unmeasured::Protocol
        };
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
        // A request that was never sent is cancelled; why stands below: the peer may have talked
        // before it was asked.
        if let Some(inner) = inner.downcast_ref::<hyper::Error>() {
            return why(inner);
        }
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return reason_of(io);
        }
        cause = inner.source();
    }
    if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
        return Unmeasured::Closed;
    }
    Unmeasured::Protocol
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;
    use crate::Hop;

    #[tokio::test]
    async fn bytes_before_the_request_are_no_close() {
        let (ours, mut theirs) = tokio::io::duplex(4096);
        theirs.write_all(&[0xFE; 64]).await.unwrap();
        let url = Url {
            tls: false,
            host: Hop::Address([127, 0, 0, 1].into()),
            port: 80,
            path: "/".to_owned(),
        };
        let request = request(&url, "luytre test").unwrap();
        let answer = send(ours, request, &mut None).await;
        assert_eq!(answer.unwrap_err(), Unmeasured::Protocol);
    }
}
