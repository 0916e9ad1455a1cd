//! What a server says in its first flight, read in full.

use crate::wire::{Cursor, Exchange, Malformed};

use super::hello::extension;

/// SHA-256 of "HelloRetryRequest" (RFC 8446 4.1.3).
const RETRY: [u8; 32] = [
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
];

/// Extensions taken of one hello.
const MOST_EXTENSIONS: usize = 64;

/// Timestamps counted of one list.
const MOST_TIMESTAMPS: u16 = 64;

/// A ServerHello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The version agreed on, by supported_versions if that is there.
    pub(crate) version: u16,
    pub(crate) random: [u8; 32],
    pub(crate) session: Vec<u8>,
    pub(crate) suite: u16,
    pub(crate) compression: u8,
    /// Whether it is a HelloRetryRequest.
    pub(crate) retry: bool,
    extensions: Vec<(u16, Vec<u8>)>,
}

impl Choice {
    /// Reads the body of a ServerHello.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(body);
        let mut version = cursor.short()?;
        let random = cursor.take(32)?;
        let random: [u8; 32] = random.try_into().map_err(|_| Malformed("a short random"))?;
        let session = cursor.vector(1)?.to_vec();
        if session.len() > 32 {
            return Err(Malformed("a session id that is too long"));
        }
        let suite = cursor.short()?;
        let compression = cursor.byte()?;
        let mut extensions = Vec::new();
        if !cursor.is_empty() {
            let mut block = Cursor::new(cursor.vector(2)?);
            while !block.is_empty() {
                let kind = block.short()?;
                let body = block.vector(2)?.to_vec();
                if extensions.len() == MOST_EXTENSIONS {
                    return Err(Malformed("too many extensions"));
                }
                if kind == extension::VERSIONS {
                    version = Cursor::new(&body).short()?;
                }
                extensions.push((kind, body));
            }
        }
        Ok(Self {
            version,
            random,
            session,
            suite,
            compression,
            retry: random == RETRY,
            extensions,
        })
    }

    /// The body of that extension.
    pub(crate) fn extension(&self, kind: u16) -> Option<&[u8]> {
        let found = self.extensions.iter().find(|(have, _)| *have == kind);
        found.map(|(_, body)| body.as_slice())
    }

    /// Whether it has that extension.
    pub(crate) fn has(&self, kind: u16) -> bool {
        self.extension(kind).is_some()
    }

    /// The protocol chosen (RFC 7301 3.1).
    pub(crate) fn protocol(&self) -> Option<String> {
        let mut cursor = Cursor::new(self.extension(extension::ALPN)?);
        let mut list = Cursor::new(cursor.vector(2).ok()?);
        let name = list.vector(1).ok()?;
        Some(String::from_utf8_lossy(name).into_owned())
    }

    /// How many certificate timestamps came along (RFC 6962 3.3); none without the extension or if
    /// the list is broken.
    pub(crate) fn timestamps(&self) -> Option<u16> {
        let mut cursor = Cursor::new(self.extension(extension::TIMESTAMPS)?);
        let mut list = Cursor::new(cursor.vector(2).ok()?);
        let mut count = 0;
        while !list.is_empty() && count < MOST_TIMESTAMPS {
            list.vector(2).ok()?;
            count += 1;
        }
        Some(count)
    }
}

/// The signed part of a ServerKeyExchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signed {
    /// The curve, by the registry of groups; none in a finite field or on an explicit curve.
    pub(crate) group: Option<u16>,
    /// The public key of the server, for a curve.
    pub(crate) public: Vec<u8>,
    /// In which scheme it signed; TLS 1.2 alone says so, and an anonymous server never.
    pub(crate) scheme: Option<u16>,
}

impl Signed {
    /// Reads the body of a ServerKeyExchange of that suite and version.
    pub(crate) fn read(suite: u16, version: u16, body: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(body);
        let exchange = Exchange::of(suite);
        if let Exchange::Curve { hint: true } | Exchange::Field { hint: true } = exchange {
            cursor.vector(2)?;
        }
        let mut signed = Self {
            group: None,
            public: Vec::new(),
            scheme: None,
        };
        match exchange {
            Exchange::Curve { .. } if cursor.byte()? == 3 => {
                signed.group = Some(cursor.short()?);
                signed.public = cursor.vector(1)?.to_vec();
            }
            Exchange::Field { .. } => {
                for _ in 0..3 {
                    cursor.vector(2)?;
                }
            }
            Exchange::Curve { .. } | Exchange::Other => return Ok(signed),
        }
        // An anonymous server ends here.
        if version == 0x0303 && !cursor.is_empty() {
            signed.scheme = Some(cursor.short()?);
        }
        Ok(signed)
    }
}

/// The OCSP answer in a CertificateStatus message (RFC 6066 8); none if it is of another kind or empty.
pub(super) fn staple(body: &[u8]) -> Result<Option<Vec<u8>>, Malformed> {
    let mut cursor = Cursor::new(body);
    if cursor.byte()? != 1 {
        return Ok(None);
    }
    let response = cursor.vector(3)?;
    Ok((!response.is_empty()).then(|| response.to_vec()))
}

/// The ticket in a NewSessionTicket message (RFC 5077 3.3); none if the server sent an empty one.
pub(super) fn ticket(body: &[u8]) -> Result<Option<Vec<u8>>, Malformed> {
    let mut cursor = Cursor::new(body);
    cursor.take(4)?;
    let ticket = cursor.vector(2)?;
    Ok((!ticket.is_empty()).then(|| ticket.to_vec()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_choice_is_read() {
        let mut body = vec![3, 3];
        body.extend([9; 32]);
        body.extend([2, 1, 2, 0xC0, 0x2F, 1]);
        let extensions = [
            &[0, 16, 0, 5, 0, 3, 2, b'h', b'2'][..],
            &[0, 18, 0, 9, 0, 7, 0, 2, 1, 1, 0, 1, 1],
        ]
        .concat();
        body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
        body.extend(extensions);
        let choice = Choice::read(&body).unwrap();
        assert_eq!(choice.protocol().as_deref(), Some("h2"));
        assert_eq!(choice.timestamps(), Some(2));
        assert_eq!((choice.session.len(), choice.compression), (2, 1));
        assert!(!choice.has(35));
    }

    #[test]
    fn the_scheme_stands_behind_the_key() {
        let body = [3, 0, 0x1D, 2, 7, 7, 8, 4, 0, 1, 9];
        let signed = Signed::read(0xC02F, 0x0303, &body).unwrap();
        assert_eq!((signed.group, signed.scheme), (Some(0x1D), Some(0x0804)));
        assert_eq!(signed.public, [7, 7]);
        let old = Signed::read(0xC013, 0x0302, &body).unwrap();
        assert_eq!(old.scheme, None);
        let field = [0, 1, 5, 0, 1, 2, 0, 1, 3, 4, 1, 0, 0];
        let signed = Signed::read(0x009E, 0x0303, &field).unwrap();
        assert_eq!(signed.scheme, Some(0x0401));
    }

    proptest! {
        #[test]
        fn readers_never_panic(body: Vec<u8>, suite: u16) {
            if let Ok(choice) = Choice::read(&body) {
                let _ = (choice.protocol(), choice.timestamps());
            }
            let _ = Signed::read(suite, 0x0303, &body);
            let _ = staple(&body);
            let _ = ticket(&body);
        }
    }
}
