//! Opening lines for protocols in which the client speaks first, and what their answers mean.
//!
//! Each is one polite question that its protocol answers before any log-in, with at most one more on the
//! same connection. Control systems and printers have none: see [`super::order`].

use std::net::SocketAddr;

use luytre_inventory::Protocol;

use super::greeting::Heard;

mod database;
mod file;
mod name;
mod queue;
mod remote;
mod voice;
pub(super) mod web;

/// Who asks whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'a> {
    /// The name under which the server is known; none for a bare address.
    pub(super) host: Option<&'a str>,
    /// Who we are, for protocols with a word for it.
    pub(super) agent: &'a str,
    /// Where the server is.
    pub(super) to: SocketAddr,
}

impl Asker<'_> {
    /// The name or the address.
    pub(super) fn host(&self) -> String {
        self.host
            .map_or_else(|| self.to.ip().to_string(), str::to_owned)
    }
}

/// How much of an answer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// Not enough to understand it.
    No,
    /// Enough; more may come shortly and would tell more.
    Enough,
    /// All of it.
    Yes,
}

impl From<bool> for Whole {
    fn from(whole: bool) -> Self {
        if whole { Self::Yes } else { Self::No }
    }
}

/// One question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// What is said.
    pub(super) say: fn(&Asker<'_>) -> Vec<u8>,
    /// How much of the answer has come.
    pub(super) whole: fn(&[u8]) -> Whole,
}

/// Whether an answer is worth another question.
pub(super) type Worth = fn(&[u8]) -> bool;

/// A first word, and what comes of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening {
    /// The protocol that it is a word of.
    pub(super) protocol: Protocol,
    /// The first question.
    pub(super) first: Step,
    /// A second one, if the first answer is worth it.
    pub(super) second: Option<(Worth, Step)>,
    /// What the answers mean; none if they are not in the protocol.
    pub(super) read: fn(&[Vec<u8>]) -> Option<Heard>,
}

/// Every opening but those of HTTP.
const ALL: [&[Opening]; 6] = [
    &database::OPENINGS,
    &queue::OPENINGS,
    &remote::OPENINGS,
    &file::OPENINGS,
    &name::OPENINGS,
    &voice::OPENINGS,
];

/// The opening of `protocol`, if its client speaks first.
pub(super) fn of(protocol: Protocol) -> Option<&'static Opening> {
    let mut all = ALL.iter().flat_map(|openings| openings.iter());
    all.find(|opening| opening.protocol == protocol)
}

/// One question with an answer of one read.
const fn asking(
    protocol: Protocol,
    say: fn(&Asker<'_>) -> Vec<u8>,
    whole: fn(&[u8]) -> Whole,
    read: fn(&[Vec<u8>]) -> Option<Heard>,
) -> Opening {
    Opening {
        protocol,
        first: Step { say, whole },
        second: None,
        read,
    }
}

pub(super) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    find(bytes, part).is_some()
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

/// Whether a line has ended.
fn a_line(said: &[u8]) -> Whole {
    said.contains(&b'\n').into()
}

/// Whether `count` bytes have come.
fn at_least(said: &[u8], count: usize) -> Whole {
    (said.len() >= count).into()
}

fn u16_at(said: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(said.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(said: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(said.get(at..at + 4)?.try_into().ok()?))
}

fn u32_le_at(said: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(said.get(at..at + 4)?.try_into().ok()?))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// The text up to the first zero.
fn zero_ended(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    text(&bytes[..end])
}

#[cfg(test)]
mod tests;
