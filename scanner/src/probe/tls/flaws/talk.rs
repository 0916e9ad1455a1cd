//! A conversation that goes on past the hello: the server's whole flight is read before anything
//! else is sent, so that what comes next answers what we sent next.

use std::time::{Duration, Instant};

use luytre_checks::{Unmeasured, fact::TlsVersion};

use super::{opening::Opening, quota::Quota};
use crate::{
    Conn, Line,
    wire::{Frame, Frames, Greeting, Incoming, Records, certificates},
};

/// Records read on one connection. A flight has about ten, of a very long chain sixty.
const MOST_FRAMES: u32 = 256;

/// Warning alerts borne behind the flight.
const MOST_WARNINGS: u32 = 8;

/// Bounds of a time of ours.
pub(super) const LEAST_HOLD: Duration = Duration::from_millis(500);
pub(super) const MOST_HOLD: Duration = Duration::from_secs(4);

const CLOSE_NOTIFY: u8 = 0;
const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const HELLO_DONE: u8 = 14;

/// What a peer said first to what it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reaction {
    /// An alert with this description.
    Alert(u8),
    /// A close or a reset, which of them is a matter of timing.
    Ended,
    /// Nothing within the time we chose.
    Silent,
    /// Something else.
    Other,
}

/// Something read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Frame(Frame),
    Ended,
    Silent,
    Garbage,
}

/// How long an answer is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// As long as for any answer; none is an error.
    Answer,
    /// A time of ours, in which silence is an answer too.
    Hold(Duration),
}

/// The first flight of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flight {
    pub(super) greeting: Greeting,
    /// DER of the first certificate, if one was presented.
    pub(super) leaf: Option<Vec<u8>>,
}

/// A connection behind the first flight.
#[derive(Debug)]
pub(super) struct Talk<'a> {
    line: &'a Line,
    conn: Conn,
    frames: Frames,
    left: u32,
    pub(super) flight: Flight,
    /// From the hello to the end of the flight.
    pub(super) took: Duration,
}

impl<'a> Talk<'a> {
    /// Sends `hello` and reads up to ServerHelloDone.
    pub(super) async fn begin(line: &'a Quota<'a>, hello: &Opening) -> Result<Self, Unmeasured> {
        let mut conn = line.open().await?;
        let mut frames = Frames::default();
        let begun = Instant::now();
        let read = async {
            conn.send(&hello.record()).await?;
            read_flight(&mut conn, &mut frames).await
        };
        let (flight, left) = line.within(read).await?;
        if flight.greeting.version != hello.version.wire()
            || !hello.suites.contains(&flight.greeting.suite)
            || flight.greeting.has(43)
        {
            return Err(Unmeasured::Protocol);
        }
        Ok(Self {
            line,
            conn,
            frames,
            left,
            flight,
            took: begun.elapsed(),
        })
    }

    /// Sends `bytes`. A peer that has closed may have said why before: that is left to the reading.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Unmeasured> {
        match self.conn.send(bytes).await {
            Ok(()) | Err(Unmeasured::Reset | Unmeasured::Closed) => Ok(()),
            Err(reason) => Err(reason),
        }
    }

    /// What the peer says next.
    pub(super) async fn next(&mut self, wait: Wait) -> Result<Said, Unmeasured> {
        let Self {
            line,
            conn,
            frames,
            left,
            ..
        } = self;
        let reading = async {
            match next_frame(conn, frames, left).await {
                Ok(frame) => Ok(Said::Frame(frame)),
                Err(Unmeasured::Closed | Unmeasured::Reset) => Ok(Said::Ended),
                Err(Unmeasured::Protocol) => Ok(Said::Garbage),
                Err(reason) => Err(reason),
            }
        };
        match wait {
            Wait::Answer => line.within(reading).await,
            Wait::Hold(time) => tokio::time::timeout(time, reading)
                .await
                .unwrap_or(Ok(Said::Silent)),
        }
    }

    /// The peer's first reaction. A warning counts if nothing but an end follows it.
    pub(super) async fn reaction(&mut self, wait: Wait) -> Result<Reaction, Unmeasured> {
        let mut warning = None;
        for _ in 0..=MOST_WARNINGS {
            let frame = match self.next(wait).await? {
                Said::Frame(frame) => frame,
                Said::Ended => return Ok(warning.map_or(Reaction::Ended, Reaction::Alert)),
                Said::Silent => return Ok(warning.map_or(Reaction::Silent, Reaction::Alert)),
                Said::Garbage => return Ok(Reaction::Other),
            };
            match (frame.kind, &frame.body[..]) {
                (21, [_, CLOSE_NOTIFY]) => return Ok(Reaction::Ended),
                (21, [2, description]) => return Ok(Reaction::Alert(*description)),
                (21, [1, description]) => warning = Some(*description),
                _ => return Ok(Reaction::Other),
            }
        }
        Ok(Reaction::Other)
    }

    /// How long a server that has more to say would hardly let us wait: many times what its flight
    /// took.
    pub(super) fn hold(&self) -> Wait {
        Wait::Hold((self.took * 8).clamp(LEAST_HOLD, MOST_HOLD))
    }

    /// A record of this conversation's version.
    pub(super) fn record(hello: &Opening, kind: u8, body: &[u8]) -> Vec<u8> {
        super::opening::record(kind, hello.version, body)
    }
}

async fn read_flight(conn: &mut Conn, frames: &mut Frames) -> Result<(Flight, u32), Unmeasured> {
    let broken = |_| Unmeasured::Protocol;
    let mut left = MOST_FRAMES;
    let mut messages = Records::default();
    let mut flight: Option<Flight> = None;
    loop {
        let frame = next_frame(conn, frames, &mut left).await?;
        match (frame.kind, &frame.body[..]) {
            (22, _) => {}
            (21, [1, description]) if *description != CLOSE_NOTIFY => continue,
            (21, [2, _]) => return Err(Unmeasured::Handshake),
            (21, _) => return Err(Unmeasured::Closed),
            _ => return Err(Unmeasured::Protocol),
        }
        messages.push(&super::opening::record(22, TlsVersion::Tls12, &frame.body));
        while let Some(message) = messages.message().map_err(broken)? {
            let Incoming::Handshake { kind, body } = message else {
                return Err(Unmeasured::Protocol);
            };
            match (kind, &mut flight) {
                (SERVER_HELLO, None) => {
                    let greeting = Greeting::read(&body).map_err(broken)?;
                    flight = Some(Flight {
                        greeting,
                        leaf: None,
                    });
                }
                (CERTIFICATE, Some(flight)) => {
                    flight.leaf = certificates(&body).map_err(broken)?.into_iter().next();
                }
                (HELLO_DONE, Some(flight)) => return Ok((flight.clone(), left)),
                (_, Some(_)) => {}
                (_, None) => return Err(Unmeasured::Protocol),
            }
        }
    }
}

async fn next_frame(
    conn: &mut Conn,
    frames: &mut Frames,
    left: &mut u32,
) -> Result<Frame, Unmeasured> {
    let mut buffer = Vec::new();
    loop {
        if let Some(frame) = frames.next_frame().map_err(|_| Unmeasured::Protocol)? {
            *left = left.checked_sub(1).ok_or(Unmeasured::Protocol)?;
            return Ok(frame);
        }
        buffer.clear();
        if conn.receive(&mut buffer, 16 << 10).await? == 0 {
            return Err(Unmeasured::Closed);
        }
        frames.push(&buffer);
    }
}
