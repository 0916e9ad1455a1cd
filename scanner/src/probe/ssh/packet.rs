//! Packets before any key is in use (RFC 4253 section 6), and the identification before them
//! (section 4.2).

use luytre_checks::Unmeasured;

use crate::wire::Malformed;

/// Longest packet taken. RFC 4253 section 6.1 asks for 35,000 bytes.
const MOST_PACKET: usize = 128 << 10;

/// Most bytes before the identification; a server may say a few lines first.
const MOST_PREAMBLE: usize = 8192;

/// Longest identification line shown, in characters (RFC 4253 section 4.2 allows 255 with its end).
const MOST_LINE: usize = 255;

/// The identification of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identification {
    /// The whole line, control characters escaped.
    pub(super) line: String,
    /// The version of the protocol, if it is written as one.
    pub(super) protocol: Option<String>,
}

impl Identification {
    fn of(line: &[u8]) -> Self {
        let text = String::from_utf8_lossy(line);
        let version = text.split('-').nth(1).unwrap_or_default();
        let plain = version
            .split_once('.')
            .is_some_and(|(major, minor)| is_number(major) && is_number(minor));
        let protocol = plain.then(|| version.to_owned());
        let shown = text.chars().take(MOST_LINE).map(|c| {
            if c.is_control() {
                c.escape_default().to_string()
            } else {
                c.to_string()
            }
        });
        Self {
            line: shown.collect(),
            protocol,
        }
    }

    /// Whether version 2 of the protocol is spoken: 2.x, or 1.99 for both (RFC 4253 section 5.1).
    pub(super) fn is_second(&self) -> bool {
        let version = self.protocol.as_deref();
        version.is_some_and(|version| version == "1.99" || version.starts_with("2."))
    }
}

fn is_number(text: &str) -> bool {
    (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Takes the identification and what came before it off the front of `said`; none if it has not come
/// yet. Lines before it are passed over.
pub(super) fn identification(said: &mut Vec<u8>) -> Result<Option<Identification>, Unmeasured> {
    let mut from = 0;
    while let Some(length) = said[from..].iter().position(|b| *b == b'\n') {
        let line = &said[from..from + length];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        from += length + 1;
        if line.starts_with(b"SSH-") {
            let found = Identification::of(line);
            said.drain(..from);
            return Ok(Some(found));
        }
        if from > MOST_PREAMBLE {
            break;
        }
    }
    if said.len() > MOST_PREAMBLE {
        return Err(Unmeasured::Protocol);
    }
    Ok(None)
}

/// Takes the payload of the next packet off the front of `said`; none if it is not whole yet.
pub(super) fn open(said: &mut Vec<u8>) -> Result<Option<Vec<u8>>, Unmeasured> {
    let Some((head, rest)) = said.split_first_chunk::<4>() else {
        return Ok(None);
    };
    let length = usize::try_from(u32::from_be_bytes(*head)).unwrap_or(usize::MAX);
    if length > MOST_PACKET {
        return Err(Unmeasured::TooLarge);
    }
    let Some(packet) = rest.get(..length) else {
        return Ok(None);
    };
    let (padding, body) = packet.split_first().ok_or(Unmeasured::Protocol)?;
    let payload = body
        .len()
        .checked_sub(usize::from(*padding))
        .and_then(|end| body.get(..end))
        .filter(|payload| !payload.is_empty())
        .ok_or(Unmeasured::Protocol)?
        .to_vec();
    said.drain(..4 + length);
    Ok(Some(payload))
}

/// A packet that carries `payload`. Its padding is zeros: there is nothing yet to hide.
pub(super) fn seal(payload: &[u8]) -> Vec<u8> {
    // At least four bytes of padding, the whole a multiple of eight.
    let padding = 4 + (8 - (payload.len() + 9) % 8) % 8;
    let length = 1 + payload.len() + padding;
    let mut packet = Vec::with_capacity(4 + length);
    packet.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    packet.push(u8::try_from(padding).unwrap_or(u8::MAX));
    packet.extend_from_slice(payload);
    packet.resize(4 + length, 0);
    packet
}

/// Appends a string (RFC 4251 section 5).
pub(super) fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// Appends a positive number (RFC 4251 section 5, `mpint`).
pub(super) fn number(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len());
    let mut value = Vec::with_capacity(bytes.len() + 1);
    if bytes.get(start).is_some_and(|first| first & 0x80 != 0) {
        value.push(0);
    }
    value.extend_from_slice(&bytes[start..]);
    string(out, &value);
}

impl From<Malformed> for Unmeasured {
    fn from(_: Malformed) -> Self {
        Self::Protocol
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Identification> {
        identification(&mut text.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn an_identification_is_read_after_other_lines() {
        let mut said = b"Welcome\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2\r\nrest".to_vec();
        let found = identification(&mut said).unwrap().unwrap();
        assert_eq!(found.line, "SSH-2.0-OpenSSH_9.2p1 Debian-2");
        assert_eq!(found.protocol.as_deref(), Some("2.0"));
        assert!(found.is_second());
        assert_eq!(said, b"rest");
        assert_eq!(read("SSH-2.0-x"), None);
    }

    #[test]
    fn versions_are_told_apart() {
        for (line, second) in [
            ("SSH-1.99-Cisco-1.25\n", true),
            ("SSH-1.5-x\n", false),
            ("SSH-2.0\n", true),
            ("SSH-\u{1b}[31m-x\n", false),
            ("SSH-2.00000-x\n", false),
        ] {
            let found = read(line).unwrap();
            assert_eq!(found.is_second(), second, "{line:?}");
            assert!(!found.line.chars().any(char::is_control));
        }
    }

    #[test]
    fn endless_words_are_no_identification() {
        let mut lines = b"hello\n".repeat(2000);
        assert_eq!(identification(&mut lines), Err(Unmeasured::Protocol));
        let mut line = vec![b'x'; 9000];
        assert_eq!(identification(&mut line), Err(Unmeasured::Protocol));
    }

    #[test]
    fn packets_come_back_as_they_were_sealed() {
        for length in 1..64 {
            let payload = vec![7; length];
            let mut packet = seal(&payload);
            assert_eq!(packet.len() % 8, 0);
            packet.extend_from_slice(b"more");
            let short = packet.len() - 5;
            assert_eq!(open(&mut packet[..short].to_vec()), Ok(None));
            assert_eq!(open(&mut packet), Ok(Some(payload)));
            assert_eq!(packet, b"more");
        }
    }

    #[test]
    fn impossible_packets_are_refused() {
        let open = |bytes: &[u8]| open(&mut bytes.to_vec());
        assert_eq!(open(&[0xff; 64]), Err(Unmeasured::TooLarge));
        // No room for the padding length; more padding than packet; nothing but padding.
        assert_eq!(open(&[0, 0, 0, 0]), Err(Unmeasured::Protocol));
        assert_eq!(open(&[0, 0, 0, 2, 9, 1]), Err(Unmeasured::Protocol));
        assert_eq!(open(&[0, 0, 0, 2, 1, 1]), Err(Unmeasured::Protocol));
    }

    #[test]
    fn numbers_are_positive_and_short() {
        let mpint = |bytes: &[u8]| {
            let mut out = Vec::new();
            number(&mut out, bytes);
            out
        };
        assert_eq!(mpint(&[0, 0]), [0, 0, 0, 0]);
        assert_eq!(mpint(&[0, 0x7f]), [0, 0, 0, 1, 0x7f]);
        assert_eq!(mpint(&[0x80]), [0, 0, 0, 2, 0, 0x80]);
    }
}
