//! Records as they come, one by one: for conversations in which the kind of a record is the answer.

use super::Malformed;

/// Longest record body taken: 2^14, and the 2,048 that TLS 1.2 allows on top (RFC 5246 6.2.3).
const MOST_RECORD: usize = (1 << 14) + 2048;

/// One record (RFC 5246 section 6.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its type: 20 ChangeCipherSpec, 21 alert, 22 handshake, 23 data, 24 heartbeat.
    pub kind: u8,
    /// What it carries, as it came.
    pub body: Vec<u8>,
}

/// Cuts bytes into records as they arrive.
#[derive(Debug, Default)]
pub struct Frames(Vec<u8>);

impl Frames {
    /// Adds bytes received.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// The next record, none if it is not whole yet. What cannot be the start of a record is an error
    /// from its first byte on: garbage must not make us wait for a length.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, Malformed> {
        match self.0[..] {
            [kind, ..] if !(20..=24).contains(&kind) => return Err(Malformed("not a TLS record")),
            [_, major, ..] if major != 3 => return Err(Malformed("not a TLS record version")),
            _ => {}
        }
        let [kind, _, _, high, low, ..] = self.0[..] else {
            return Ok(None);
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length > MOST_RECORD {
            return Err(Malformed("a record that is too long"));
        }
        let Some(body) = self.0.get(5..5 + length) else {
            return Ok(None);
        };
        let body = body.to_vec();
        self.0.drain(..5 + length);
        Ok(Some(Frame { kind, body }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_cut_is_what_came(
            frames in proptest::collection::vec((20u8..=24, proptest::collection::vec(any::<u8>(), 0..40)), 0..8),
            piece in 1usize..9,
        ) {
            let mut bytes = Vec::new();
            for (kind, body) in &frames {
                bytes.extend([*kind, 3, 1, 0, u8::try_from(body.len()).unwrap()]);
                bytes.extend(body);
            }
            let mut reader = Frames::default();
            let mut got = Vec::new();
            for piece in bytes.chunks(piece) {
                reader.push(piece);
                while let Some(frame) = reader.next_frame().unwrap() {
                    got.push((frame.kind, frame.body));
                }
            }
            prop_assert_eq!(got, frames);
        }

        #[test]
        fn arbitrary_bytes_never_panic_and_end(bytes: Vec<u8>) {
            let mut reader = Frames::default();
            reader.push(&bytes);
            let mut frames = 0;
            while let Ok(Some(_)) = reader.next_frame() {
                frames += 1;
            }
            prop_assert!(frames * 5 <= bytes.len());
        }
    }

    #[test]
    fn bounds_hold() {
        for bytes in [&b"HTTP/1.1"[..], &[25], &[22, 2], &[22, 3, 3, 0xff, 0xff]] {
            let mut reader = Frames::default();
            reader.push(bytes);
            assert!(reader.next_frame().is_err(), "{bytes:?}");
        }
    }
}
