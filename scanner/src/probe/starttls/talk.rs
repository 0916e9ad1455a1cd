//! Lines and bytes of a conversation in the clear, bounded.

use std::net::IpAddr;

use luytre_checks::Unmeasured;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::failure::reason_of;

/// Longest line taken. RFC 5321 has 512, IMAP servers list their capabilities in some hundred more.
const MOST_LINE: usize = 4096;

/// Lines and bytes taken in one conversation.
const MOST_LINES: usize = 256;
const MOST_BYTES: usize = 64 << 10;

/// What can be talked through: a connection, or TLS over one.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// One conversation.
#[derive(Debug)]
pub(super) struct Talk<'a, S> {
    stream: &'a mut S,
    /// Our own address, for protocols in which a client says who it is.
    pub(super) here: Option<IpAddr>,
    /// Said in one breath with the request for TLS.
    tail: &'static str,
    held: Vec<u8>,
    lines: usize,
    bytes: usize,
}

/// A reply of three digits and a text (RFC 959 4.2, RFC 5321 4.2, RFC 3977 3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) code: u16,
    /// The text behind the code of each line.
    pub(super) texts: Vec<String>,
}

impl Reply {
    /// Whether one of its lines begins with `word`.
    pub(super) fn lists(&self, word: &str) -> bool {
        let first = |text: &String| {
            let mut words = text.split_ascii_whitespace();
            words
                .next()
                .is_some_and(|found| found.eq_ignore_ascii_case(word))
        };
        self.texts.iter().any(first)
    }

    pub(super) fn words(&self) -> String {
        self.texts.join(" ")
    }
}

impl<'a, S: Stream> Talk<'a, S> {
    pub(super) fn new(stream: &'a mut S, here: Option<IpAddr>) -> Self {
        Self {
            stream,
            here,
            tail: "",
            held: Vec::new(),
            lines: 0,
            bytes: 0,
        }
    }

    /// Says `tail` too when it asks for TLS.
    pub(super) fn with_tail(mut self, tail: &'static str) -> Self {
        self.tail = tail;
        self
    }

    /// Whether everything received was read.
    pub(super) const fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Asks for TLS.
    pub(super) async fn ask_tls(&mut self, command: &str) -> Result<(), Unmeasured> {
        let whole = format!("{command}{}", self.tail);
        self.send(whole.as_bytes()).await
    }

    /// Says a text.
    pub(super) async fn say(&mut self, text: &str) -> Result<(), Unmeasured> {
        self.send(text.as_bytes()).await
    }

    /// Sends bytes.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Unmeasured> {
        let sending = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        sending.await.map_err(|error| reason_of(&error))
    }

    async fn receive(&mut self) -> Result<(), Unmeasured> {
        if self.bytes >= MOST_BYTES {
            return Err(Unmeasured::TooLarge);
        }
        let mut buffer = [0; 2048];
        match self.stream.read(&mut buffer).await {
            Ok(0) => Err(Unmeasured::Closed),
            Ok(count) => {
                self.bytes += count;
                self.held.extend(buffer.iter().take(count));
                Ok(())
            }
            Err(error) => Err(reason_of(&error)),
        }
    }

    /// The next line, without its end.
    pub(super) async fn line(&mut self) -> Result<String, Unmeasured> {
        self.lines += 1;
        if self.lines > MOST_LINES {
            return Err(Unmeasured::TooLarge);
        }
        loop {
            if let Some(end) = self.held.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.held.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.held.len() > MOST_LINE {
                return Err(Unmeasured::TooLarge);
            }
            self.receive().await?;
        }
    }

    /// The next `count` bytes.
    pub(super) async fn bytes(&mut self, count: usize) -> Result<Vec<u8>, Unmeasured> {
        if count > MOST_BYTES {
            return Err(Unmeasured::TooLarge);
        }
        while self.held.len() < count {
            self.receive().await?;
        }
        Ok(self.held.drain(..count).collect())
    }

    /// Everything up to and with the first of `ends`.
    pub(super) async fn until(&mut self, ends: &[&str]) -> Result<String, Unmeasured> {
        loop {
            let reached = |end: &&str| {
                let end = end.as_bytes();
                let at = self.held.windows(end.len()).position(|found| found == end);
                at.map(|at| at + end.len())
            };
            if let Some(end) = ends.iter().filter_map(reached).min() {
                let said: Vec<u8> = self.held.drain(..end).collect();
                return Ok(String::from_utf8_lossy(&said).into_owned());
            }
            self.receive().await?;
        }
    }

    /// The next reply of three digits, with all its lines.
    pub(super) async fn reply(&mut self) -> Result<Reply, Unmeasured> {
        let first = self.line().await?;
        let (code, more, text) = split(&first).ok_or(Unmeasured::Protocol)?;
        let mut texts = vec![text.to_owned()];
        let mut more = more;
        while more {
            let line = self.line().await?;
            // Lines between may be anything; the last repeats the code (RFC 959 section 4.2).
            match split(&line) {
                Some((again, goes_on, text)) if again == code => {
                    more = goes_on;
                    texts.push(text.to_owned());
                }
                _ => texts.push(line.trim().to_owned()),
            }
        }
        Ok(Reply { code, texts })
    }

    /// Lines up to one that is a mere dot (RFC 1939 section 3, RFC 3977 section 3.1.1).
    pub(super) async fn block(&mut self) -> Result<Vec<String>, Unmeasured> {
        let mut lines = Vec::new();
        loop {
            let line = self.line().await?;
            if line == "." {
                return Ok(lines);
            }
            lines.push(line);
        }
    }
}

/// Code, whether more lines follow, and text.
fn split(line: &str) -> Option<(u16, bool, &str)> {
    let code = line.get(..3)?;
    if !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest = line.get(3..)?;
    let (more, text) = match rest.strip_prefix('-') {
        Some(text) => (true, text),
        None if rest.is_empty() => (false, rest),
        None => (false, rest.strip_prefix(' ')?),
    };
    Some((code.parse().ok()?, more, text))
}
