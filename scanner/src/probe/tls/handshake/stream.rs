//! Records and messages over a connection, in the clear and protected.

use luytre_checks::Unmeasured;

use super::seal::{Broken, Seal};
use crate::Conn;

/// Alerts (RFC 8446 6, RFC 5246 7.2).
pub(crate) mod alert {
    pub(crate) const CLOSE_NOTIFY: u8 = 0;
    pub(crate) const UNEXPECTED_MESSAGE: u8 = 10;
    pub(crate) const HANDSHAKE_FAILURE: u8 = 40;
    pub(crate) const NO_CERTIFICATE: u8 = 41;
    pub(crate) const BAD_CERTIFICATE: u8 = 42;
    pub(crate) const CERTIFICATE_UNKNOWN: u8 = 46;
    pub(crate) const UNKNOWN_CA: u8 = 48;
    pub(crate) const ACCESS_DENIED: u8 = 49;
    pub(crate) const INSUFFICIENT_SECURITY: u8 = 71;
    pub(crate) const INAPPROPRIATE_FALLBACK: u8 = 86;
    pub(crate) const NO_RENEGOTIATION: u8 = 100;
    pub(crate) const CERTIFICATE_REQUIRED: u8 = 116;
    pub(crate) const NO_APPLICATION_PROTOCOL: u8 = 120;
}

/// Content types (RFC 5246 6.2.1).
pub(super) mod content {
    pub(crate) const CHANGE_CIPHER_SPEC: u8 = 20;
    pub(crate) const ALERT: u8 = 21;
    pub(crate) const HANDSHAKE: u8 = 22;
    pub(crate) const DATA: u8 = 23;
}

/// Longest record body taken (RFC 5246 6.2.3).
const MOST_RECORD: usize = (1 << 14) + 2048;

/// Longest handshake message taken. A certificate with 10,000 names is some 300 KB.
const MOST_MESSAGE: usize = 1 << 20;

/// Most that is put into one record of ours.
const FRAGMENT: usize = 1 << 14;

/// Records without a message inside that a peer may send in a row.
const MOST_IDLE: u32 = 64;

/// A hello longer than this is sent in two pieces, so that it comes in more than one packet
/// everywhere.
const SPLIT: usize = 1000;

/// Something the peer said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Incoming {
    /// A handshake message.
    Handshake { kind: u8, body: Vec<u8> },
    /// ChangeCipherSpec.
    ChangeCipher,
    /// An alert; level 2 is fatal.
    Alert { level: u8, description: u8 },
    /// Application data, of which nothing is kept.
    Data,
}

/// A connection with its record layer.
#[derive(Debug)]
pub(super) struct Stream {
    conn: Conn,
    bytes: Vec<u8>,
    handshake: Vec<u8>,
    idle: u32,
    version: u16,
    writes: Option<Seal>,
    reads: Option<Seal>,
}

impl Stream {
    pub(super) const fn new(conn: Conn) -> Self {
        Self {
            conn,
            bytes: Vec::new(),
            handshake: Vec::new(),
            idle: 0,
            // Servers of old refuse a record version they do not know, so the first one stays low.
            version: 0x0301,
            writes: None,
            reads: None,
        }
    }

    /// The version that stands on records from now on.
    pub(super) const fn speak(&mut self, version: u16) {
        self.version = version;
    }

    pub(super) fn seal_writes(&mut self, seal: Seal) {
        self.writes = Some(seal);
    }

    /// Fails if a message lies across the change of keys.
    pub(super) fn seal_reads(&mut self, seal: Seal) -> Result<(), Unmeasured> {
        if !self.handshake.is_empty() {
            return Err(Unmeasured::Protocol);
        }
        self.reads = Some(seal);
        Ok(())
    }

    pub(super) const fn is_sealed(&self) -> bool {
        self.reads.is_some()
    }

    /// Sends `bytes` in records of that content type.
    pub(super) async fn send(&mut self, content: u8, bytes: &[u8]) -> Result<(), Unmeasured> {
        let mut out = Vec::new();
        for fragment in bytes.chunks(FRAGMENT) {
            let body = match &mut self.writes {
                Some(seal) => seal
                    .seal(content, fragment)
                    .map_err(|Broken| Unmeasured::Bug)?,
                None => fragment.to_vec(),
            };
            let length = u16::try_from(body.len()).map_err(|_| Unmeasured::Bug)?;
            out.push(content);
            out.extend(self.version.to_be_bytes());
            out.extend(length.to_be_bytes());
            out.extend(body);
        }
        let (first, rest) = out.split_at(out.len().min(SPLIT));
        self.conn.send(first).await?;
        if rest.is_empty() {
            Ok(())
        } else {
            self.conn.send(rest).await
        }
    }

    /// Waits for what comes next. A call that is dropped loses nothing.
    pub(super) async fn next(&mut self) -> Result<Incoming, Unmeasured> {
        loop {
            if let Some(incoming) = self.ready()? {
                return Ok(incoming);
            }
            if self.conn.receive(&mut self.bytes, 16 << 10).await? == 0 {
                return Err(Unmeasured::Closed);
            }
        }
    }

    /// Closes in the ordinary way.
    pub(super) async fn close(self) {
        self.conn.close().await;
    }

    fn ready(&mut self) -> Result<Option<Incoming>, Unmeasured> {
        loop {
            if let Some((kind, body)) = self.message()? {
                self.idle = 0;
                return Ok(Some(Incoming::Handshake { kind, body }));
            }
            let Some((kind, body)) = self.record()? else {
                return Ok(None);
            };
            self.idle += 1;
            if self.idle > MOST_IDLE && kind != content::HANDSHAKE {
                return Err(Unmeasured::Protocol);
            }
            let body = match &mut self.reads {
                Some(seal) => seal
                    .open(kind, &body)
                    .map_err(|Broken| Unmeasured::Protocol)?,
                None => body,
            };
            match (kind, body.as_slice()) {
                // Some begin with an empty record against guesses at the next block (BEAST).
                (content::HANDSHAKE, []) if self.reads.is_none() => {
                    return Err(Unmeasured::Protocol);
                }
                (content::HANDSHAKE, part) => self.handshake.extend(part),
                (content::CHANGE_CIPHER_SPEC, [1]) => return Ok(Some(Incoming::ChangeCipher)),
                (content::ALERT, [level, description]) => {
                    return Ok(Some(Incoming::Alert {
                        level: *level,
                        description: *description,
                    }));
                }
                (content::DATA, _) if self.reads.is_some() => return Ok(Some(Incoming::Data)),
                _ => return Err(Unmeasured::Protocol),
            }
        }
    }

    /// Takes one record off the front, none if it is not whole yet.
    fn record(&mut self) -> Result<Option<(u8, Vec<u8>)>, Unmeasured> {
        // Judged from the first byte on: garbage must not make us wait for a length.
        match self.bytes.as_slice() {
            [kind, ..] if !(20..=23).contains(kind) => return Err(Unmeasured::Protocol),
            [_, major, ..] if *major != 3 => return Err(Unmeasured::Protocol),
            _ => {}
        }
        let [kind, _, _, high, low, rest @ ..] = self.bytes.as_slice() else {
            return Ok(None);
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if length > MOST_RECORD {
            return Err(Unmeasured::Protocol);
        }
        let Some(body) = rest.get(..length) else {
            return Ok(None);
        };
        let record = (*kind, body.to_vec());
        self.bytes.drain(..5 + length);
        Ok(Some(record))
    }

    /// Takes one handshake message off the front.
    fn message(&mut self) -> Result<Option<(u8, Vec<u8>)>, Unmeasured> {
        let [kind, a, b, c, rest @ ..] = self.handshake.as_slice() else {
            return Ok(None);
        };
        let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        if length > MOST_MESSAGE {
            return Err(Unmeasured::TooLarge);
        }
        let Some(body) = rest.get(..length) else {
            return Ok(None);
        };
        let message = (*kind, body.to_vec());
        self.handshake.drain(..4 + length);
        Ok(Some(message))
    }
}
