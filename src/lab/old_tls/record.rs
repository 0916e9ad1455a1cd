//! The record layer, unencrypted (RFC 5246 section 6.2.1).

use std::{io, time::Duration};

use tokio::io::{AsyncRead, AsyncReadExt};

/// Content type of handshake messages.
pub(super) const HANDSHAKE: u8 = 22;
/// Content type of alerts.
pub(super) const ALERT: u8 = 21;

/// How long the client may take for one step.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Largest plaintext record.
const RECORD: usize = 1 << 14;
/// Largest ClientHello read; real ones stay below two kilobytes.
const HELLO: usize = 16 * 1024;
/// Most records a ClientHello may be cut into.
const PIECES: usize = 64;

/// Alert descriptions (RFC 5246 section 7.2.2; SSLv3: RFC 6101 section 5.4.2).
pub(super) const UNEXPECTED_MESSAGE: u8 = 10;
pub(super) const HANDSHAKE_FAILURE: u8 = 40;
pub(super) const DECODE_ERROR: u8 = 50;
pub(super) const ILLEGAL_PARAMETER: u8 = 47;
const PROTOCOL_VERSION: u8 = 70;

/// SSLv3 has no protocol_version alert.
pub(super) const fn protocol_version(version: u16) -> u8 {
    if version <= 0x0300 {
        HANDSHAKE_FAILURE
    } else {
        PROTOCOL_VERSION
    }
}

/// How a conversation is refused before there is a hello to judge.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Not TLS, or the peer left: close without a word.
    Silent,
    /// Record version and alert description.
    Alert(u16, u8),
}

impl From<io::Error> for Refusal {
    fn from(_: io::Error) -> Self {
        Self::Silent
    }
}

/// Reads the body of a ClientHello, however it is cut into records.
pub(super) async fn read_hello<S: AsyncRead + Unpin>(stream: &mut S) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    for _ in 0..PIECES {
        let (kind, body) = read(stream).await?;
        if kind != HANDSHAKE || body.is_empty() {
            return Err(Refusal::Alert(0x0300, UNEXPECTED_MESSAGE));
        }
        bytes.extend(body);
        if bytes[0] != 1 {
            return Err(Refusal::Alert(0x0300, UNEXPECTED_MESSAGE));
        }
        let Some(&[_, a, b, c]) = bytes.first_chunk() else {
            continue;
        };
        let length = u32::from_be_bytes([0, a, b, c]) as usize;
        if length > HELLO {
            return Err(Refusal::Alert(0x0300, DECODE_ERROR));
        }
        if let Some(hello) = bytes.get(4..4 + length) {
            return Ok(hello.to_vec());
        }
    }
    Err(Refusal::Alert(0x0300, DECODE_ERROR))
}

/// Reads one record: content type and body. Anything that is no record is an error.
pub(super) async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    stream.read_exact(&mut head).await?;
    let length = usize::from(u16::from_be_bytes([head[3], head[4]]));
    if !(20..=23).contains(&head[0]) || head[1] != 3 || length > RECORD {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok((head[0], body))
}

/// Appends `body` as records of at most 2^14 bytes.
pub(super) fn append(out: &mut Vec<u8>, kind: u8, version: u16, body: &[u8]) {
    for piece in body.chunks(RECORD) {
        out.push(kind);
        out.extend(version.to_be_bytes());
        // A chunk fits by construction.
        out.extend(u16::try_from(piece.len()).unwrap_or(0).to_be_bytes());
        out.extend_from_slice(piece);
    }
}
