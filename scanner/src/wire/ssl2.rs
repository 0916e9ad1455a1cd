//! SSL 2.0: its CLIENT-HELLO and SERVER-HELLO ("The SSL Protocol", Hickman, 1995, sections 1.1, 2.5
//! and 2.6). Nothing further is ever said in it: both hellos are in the clear.

use luytre_checks::fact::iana::SSL2_KINDS;

use super::{Malformed, cursor::Cursor};

/// SSL_CK_RC4_64_WITH_MD5: in no specification, but old libraries had it.
const RC4_64: u32 = 0x08_0080;

const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 4;
const ERROR: u8 = 0;
const X509: u8 = 1;

/// The longest record with a header of two bytes.
const MOST_RECORD: usize = 0x7FFF;

/// Kinds kept of one SERVER-HELLO.
const MOST_KINDS: usize = 64;

/// A CLIENT-HELLO of SSL 2.0 that offers every kind. The challenge is fixed: the same question is the
/// same bytes.
pub fn ssl2_hello() -> Vec<u8> {
    const CHALLENGE: [u8; 16] = *b"luytre asks SSL2";
    let kinds: Vec<u8> = SSL2_KINDS
        .iter()
        .map(|row| row.0)
        .chain([RC4_64])
        .flat_map(|kind| {
            let [_, a, b, c] = kind.to_be_bytes();
            [a, b, c]
        })
        .collect();
    let body = 9 + kinds.len() + CHALLENGE.len();
    let small = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
    // A header of two bytes has its highest bit set; all of this is far below 128 bytes.
    let mut out = vec![0x80, small(body), CLIENT_HELLO, 0, 2];
    out.extend([0, small(kinds.len()), 0, 0, 0, small(CHALLENGE.len())]);
    out.extend(kinds);
    out.extend(CHALLENGE);
    out
}

/// What a peer answers to a CLIENT-HELLO of SSL 2.0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ssl2Answer {
    /// SERVER-HELLO: it speaks SSL 2.0.
    Hello {
        /// Kinds that both sides have, in the order sent; at most 64 are kept.
        kinds: Vec<u32>,
        /// The X.509 certificate, as DER.
        certificate: Option<Vec<u8>>,
    },
    /// ERROR, with its code.
    Error(u16),
    /// A record of SSL 3.0 or later begins: the peer answers in another protocol.
    Later,
}

impl Ssl2Answer {
    /// Reads the first record in `bytes`; none if more are needed. Judged from the first byte on:
    /// garbage must not make us wait for a length.
    pub fn read(bytes: &[u8]) -> Result<Option<Self>, Malformed> {
        match *bytes {
            [] | [20..=23] => return Ok(None),
            [20..=23, 3, ..] => return Ok(Some(Self::Later)),
            // In the clear nothing is padded, so the header has two bytes.
            [first, ..] if first & 0x80 == 0 => return Err(Malformed("not an SSL 2.0 record")),
            [_, _, kind, ..] if ![SERVER_HELLO, ERROR].contains(&kind) => {
                return Err(Malformed("not an answer of SSL 2.0"));
            }
            _ => {}
        }
        let &[high, low, ..] = bytes else {
            return Ok(None);
        };
        let length = usize::from(u16::from_be_bytes([high, low])) & MOST_RECORD;
        match bytes.get(2..2 + length) {
            Some(body) => Self::body(body).map(Some),
            None => Ok(None),
        }
    }

    fn body(body: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(body);
        if cursor.byte()? == ERROR {
            return Ok(Self::Error(cursor.short()?));
        }
        // Whether a session was found: we named none.
        cursor.byte()?;
        let certificate_kind = cursor.byte()?;
        if cursor.short()? != 2 {
            return Err(Malformed("a SERVER-HELLO of another version"));
        }
        let lengths = [cursor.short()?, cursor.short()?, cursor.short()?].map(usize::from);
        let certificate = cursor.take(lengths[0])?.to_vec();
        let specs = cursor.take(lengths[1])?;
        cursor.take(lengths[2])?;
        if !specs.len().is_multiple_of(3) {
            return Err(Malformed("a broken list of kinds"));
        }
        let mut kinds = Vec::new();
        for kind in specs.chunks_exact(3) {
            let kind = kind.iter().fold(0, |sum, b| sum << 8 | u32::from(*b));
            if kinds.len() < MOST_KINDS && !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        let certificate =
            (certificate_kind == X509 && !certificate.is_empty()).then_some(certificate);
        Ok(Self::Hello { kinds, certificate })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len()).unwrap() | 0x8000;
        [&length.to_be_bytes()[..], body].concat()
    }

    fn server_hello(certificate: &[u8], kinds: &[u8]) -> Vec<u8> {
        let short = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_be_bytes();
        let mut body = vec![SERVER_HELLO, 0, X509, 0, 2];
        body.extend(short(certificate));
        body.extend(short(kinds));
        body.extend([0, 2]);
        body.extend(certificate);
        body.extend(kinds);
        body.extend([9, 9]);
        record(&body)
    }

    #[test]
    fn our_hello_is_as_the_specification_says() {
        let hello = ssl2_hello();
        assert_eq!(hello.len(), 2 + 9 + 24 + 16);
        assert_eq!(hello[..11], [0x80, 49, 1, 0, 2, 0, 24, 0, 0, 0, 16]);
        assert_eq!(hello[11..14], [1, 0, 0x80]);
    }

    #[test]
    fn answers_are_told_apart() {
        let hello = server_hello(&[0x30, 0], &[7, 0, 0xC0, 1, 0, 0x80, 1, 0, 0x80]);
        let expected = Ssl2Answer::Hello {
            kinds: vec![0x07_00C0, 0x01_0080],
            certificate: Some(vec![0x30, 0]),
        };
        for cut in 0..hello.len() {
            assert_eq!(Ssl2Answer::read(&hello[..cut]), Ok(None), "{cut}");
        }
        assert_eq!(Ssl2Answer::read(&hello), Ok(Some(expected)));
        let none = Ssl2Answer::Hello {
            kinds: Vec::new(),
            certificate: None,
        };
        assert_eq!(Ssl2Answer::read(&server_hello(&[], &[])), Ok(Some(none)));
        let error = record(&[ERROR, 0, 1]);
        assert_eq!(Ssl2Answer::read(&error), Ok(Some(Ssl2Answer::Error(1))));
        let alert = [21, 3, 1, 0, 2, 2, 70];
        assert_eq!(Ssl2Answer::read(&alert), Ok(Some(Ssl2Answer::Later)));
        let mut other = hello;
        other[6] = 3;
        for garbage in [
            b"HTTP/1.1 400".to_vec(),
            vec![0x5A; 9],
            vec![0x80, 9, 2],
            other,
        ] {
            assert!(Ssl2Answer::read(&garbage).is_err(), "{garbage:?}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_keeps_little(mut bytes: Vec<u8>, kinds: Vec<u8>) {
            let _ = Ssl2Answer::read(&bytes);
            if let Ok(Some(Ssl2Answer::Hello { kinds, .. })) = Ssl2Answer::read(&server_hello(&bytes, &kinds)) {
                prop_assert!(kinds.len() <= MOST_KINDS);
            }
            bytes.insert(0, SERVER_HELLO);
            let _ = Ssl2Answer::read(&record(&bytes));
        }
    }
}
