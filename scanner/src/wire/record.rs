//! Records (RFC 8446 section 5.1, RFC 5246 section 6.2) and the messages inside.

use super::Malformed;

/// Longest record body taken: 2^14, and the 2,048 that TLS 1.2 allows on top.
const MOST_RECORD: usize = (1 << 14) + 2048;

/// Longest handshake message taken. A certificate with 10,000 names is some 300 KB.
const MOST_MESSAGE: usize = 1 << 20;

/// Records without a message inside that a peer may send on one connection.
const MOST_IDLE_RECORDS: u32 = 16;

/// Something the peer said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A whole handshake message.
    Handshake {
        /// Its type (RFC 8446 section 4).
        kind: u8,
        /// Its body.
        body: Vec<u8>,
    },
    /// An alert (RFC 8446 section 6).
    Alert {
        /// 1 warning, 2 fatal.
        level: u8,
        /// Its description.
        description: u8,
    },
}

/// Puts messages together from bytes as they arrive.
#[derive(Debug, Default)]
pub struct Records {
    bytes: Vec<u8>,
    handshake: Vec<u8>,
    idle: u32,
}

impl Records {
    /// Adds bytes received.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next message, none if more bytes are needed.
    pub fn message(&mut self) -> Result<Option<Incoming>, Malformed> {
        loop {
            if let Some(message) = self.whole_message()? {
                self.idle = 0;
                return Ok(Some(message));
            }
            let Some((kind, body)) = self.record()? else {
                return Ok(None);
            };
            self.idle += 1;
            if self.idle > MOST_IDLE_RECORDS && kind != 22 {
                return Err(Malformed("many records without a message"));
            }
            match kind {
                22 if body.is_empty() => {
                    return Err(Malformed("an empty handshake record"));
                }
                22 => self.handshake.extend_from_slice(&body),
                21 => {
                    let [level, description] = body[..] else {
                        return Err(Malformed("an alert of wrong length"));
                    };
                    return Ok(Some(Incoming::Alert { level, description }));
                }
                // ChangeCipherSpec follows a HelloRetryRequest for the sake of middleboxes.
                20 => {}
                _ => return Err(Malformed("a record of unexpected type")),
            }
        }
    }

    /// Takes one record off the front, none if it is not whole yet.
    fn record(&mut self) -> Result<Option<(u8, Vec<u8>)>, Malformed> {
        // Judged from the first byte on: garbage must not make us wait for a length.
        match self.bytes[..] {
            [kind, ..] if !(20..=23).contains(&kind) => return Err(Malformed("not a TLS record")),
            [_, major, ..] if major != 3 => return Err(Malformed("not a TLS record version")),
            _ => {}
        }
        let [kind, _, _, high, low, ..] = self.bytes[..] else {
            return Ok(None);
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length > MOST_RECORD {
            return Err(Malformed("a record that is too long"));
        }
        if self.bytes.len() < 5 + length {
            return Ok(None);
        }
        let body = self.bytes[5..5 + length].to_vec();
        self.bytes.drain(..5 + length);
        Ok(Some((kind, body)))
    }

    /// Takes one handshake message off the front.
    fn whole_message(&mut self) -> Result<Option<Incoming>, Malformed> {
        let [kind, a, b, c, ..] = self.handshake[..] else {
            return Ok(None);
        };
        let length = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
        if length > MOST_MESSAGE {
            return Err(Malformed("a handshake message that is too long"));
        }
        if self.handshake.len() < 4 + length {
            return Ok(None);
        }
        let body = self.handshake[4..4 + length].to_vec();
        self.handshake.drain(..4 + length);
        Ok(Some(Incoming::Handshake { kind, body }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind, 3, 3, length[0], length[1]][..], body].concat()
    }

    #[test]
    fn a_message_may_span_records_and_share_them() {
        let mut records = Records::default();
        records.push(&record(22, &[2, 0, 0, 3, 1]));
        assert_eq!(records.message(), Ok(None));
        records.push(&record(22, &[2, 3, 14, 0, 0, 0]));
        let body = vec![1, 2, 3];
        assert_eq!(
            records.message(),
            Ok(Some(Incoming::Handshake { kind: 2, body }))
        );
        let done = Incoming::Handshake {
            kind: 14,
            body: Vec::new(),
        };
        assert_eq!(records.message(), Ok(Some(done)));
        assert_eq!(records.message(), Ok(None));
    }

    #[test]
    fn bounds_hold() {
        for bytes in [
            b"HTTP/1.1 400 Bad Request".to_vec(),
            vec![22, 3, 3, 0xff, 0xff],
            record(22, &[11, 0xff, 0xff, 0xff]),
            record(22, &[]),
            record(21, &[2]),
            record(23, &[0]),
            [20, 3, 3, 0, 1, 1].repeat(40),
        ] {
            let mut records = Records::default();
            records.push(&bytes);
            assert!(records.message().is_err(), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic_and_end(chunks: Vec<Vec<u8>>) {
            let mut records = Records::default();
            let mut messages = 0;
            for chunk in &chunks {
                records.push(chunk);
                while let Ok(Some(_)) = records.message() {
                    messages += 1;
                }
            }
            prop_assert!(messages <= chunks.iter().map(Vec::len).sum::<usize>());
        }

        #[test]
        fn pieces_do_not_matter(cut in 0usize..40, body in proptest::collection::vec(any::<u8>(), 1..30)) {
            let mut message = vec![11, 0, 0, u8::try_from(body.len()).unwrap()];
            message.extend(&body);
            let bytes = record(22, &message);
            let cut = cut.min(bytes.len());
            let mut records = Records::default();
            records.push(&bytes[..cut]);
            let early = records.message().unwrap();
            records.push(&bytes[cut..]);
            let got = early.or(records.message().unwrap());
            prop_assert_eq!(got, Some(Incoming::Handshake { kind: 11, body }));
        }
    }
}
