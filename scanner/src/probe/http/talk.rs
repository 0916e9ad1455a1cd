//! A conversation of several requests with one origin, one after the other, over a connection that is
//! kept where the server keeps it.

use http_body_util::Empty;
use hyper::{
    HeaderMap, Method, Request,
    body::{Bytes, Incoming},
    client::conn::http1::SendRequest,
    header,
};
use luytre_checks::Unmeasured;
use luytre_inventory::ProbeClass;

use super::{
    exchange::{Content, Driver, MOST_PAGE, begin, content, driven, is_plain, why},
    location::Url,
};
use crate::{Line, probe::secure};

/// Questions that may fail, or whose answer may stall, before nothing further is asked.
const MOST_FAILURES: u8 = 2;
/// Most bytes read of what is no page.
const MOST_FILE: usize = 32 << 10;

/// A connection that is kept.
type Open = (SendRequest<Empty<Bytes>>, Option<Driver>);

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    /// The body; empty and not complete where it is compressed.
    pub(super) content: Content,
}

/// The conversation.
pub(super) struct Talk<'a> {
    line: &'a Line,
    url: &'a Url,
    agent: &'a str,
    open: Option<Open>,
    failures: u8,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) method: &'a Method,
    pub(super) path: &'a str,
    /// Who asks, if not in our own name alone.
    pub(super) agent: Option<&'a str>,
    pub(super) headers: &'a [(&'static str, &'a str)],
    /// Most bytes read of the answer.
    pub(super) most: usize,
}

impl<'a> Question<'a> {
    /// A page, asked for in the name of `agent`.
    pub(super) const fn page(path: &'a str, agent: &'a str) -> Self {
        Self {
            agent: Some(agent),
            most: MOST_PAGE,
            ..Self::get(path)
        }
    }

    /// A GET in our own name.
    pub(super) const fn get(path: &'a str) -> Self {
        Self {
            method: &Method::GET,
            path,
            agent: None,
            headers: &[],
            most: MOST_FILE,
        }
    }
}

impl<'a> Talk<'a> {
    pub(super) const fn new(line: &'a Line, url: &'a Url, agent: &'a str) -> Self {
        Self {
            line,
            url,
            agent,
            open: None,
            failures: 0,
        }
    }

    /// Asks. A kept connection that the server has closed meanwhile is no failure: all that is asked
    /// may be asked twice (RFC 9110 section 9.2.2).
    pub(super) async fn ask(&mut self, question: Question<'_>) -> Result<Answer, Unmeasured> {
        if self.failures >= MOST_FAILURES {
            return Err(Unmeasured::TimedOut);
        }
        let kept = self.open.is_some();
        let mut answer = self.once(question).await;
        if kept && matches!(answer, Err(Unmeasured::Closed | Unmeasured::Reset)) {
            answer = self.once(question).await;
        }
        let failed = answer
            .as_ref()
            .map_or(true, |answer| answer.content.stalled);
        self.failures += u8::from(failed);
        answer
    }

    async fn once(&mut self, question: Question<'_>) -> Result<Answer, Unmeasured> {
        let (mut sender, mut driver) = match self.open.take() {
            Some(open) => open,
            None => connect(self.line, self.url).await?,
        };
        let request = self.request(question)?;
        let line = self.line;
        let asking = async {
            let answer = driven(&mut driver, sender.send_request(request)).await;
            answer.map_err(|error| why(&error))
        };
        let (head, body): (_, Incoming) = line.within(asking).await?.into_parts();
        let mut content = content(&mut driver, body, question.most).await;
        if content.complete && driver.is_some() {
            let ready = driven(&mut driver, sender.ready()).await;
            if ready.is_ok() && driver.is_some() {
                self.open = Some((sender, driver));
            }
        }
        if !is_plain(&head.headers) {
            content.complete = false;
            content.bytes.clear();
        }
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            content,
        })
    }

    fn request(&self, question: Question<'_>) -> Result<Request<Empty<Bytes>>, Unmeasured> {
        let mut request = Request::builder()
            .method(question.method)
            .uri(question.path)
            .header(header::HOST, self.url.authority())
            .header(header::USER_AGENT, question.agent.unwrap_or(self.agent))
            .header(header::ACCEPT, "text/html,*/*;q=0.5")
            .header(header::ACCEPT_ENCODING, "identity");
        for (name, value) in question.headers {
            request = request.header(*name, *value);
        }
        request.body(Empty::new()).map_err(|_| Unmeasured::Bug)
    }
}

async fn connect(line: &Line, url: &Url) -> Result<Open, Unmeasured> {
    let mut driver = None;
    let conn = line.connect(ProbeClass::Web, url.port).await?;
    let sender = if url.tls {
        let wrapping = async { Ok(secure::wrap(line, conn).await?) };
        begin(line.within(wrapping).await?, &mut driver).await?
    } else {
        begin(conn, &mut driver).await?
    };
    Ok((sender, driver))
}
