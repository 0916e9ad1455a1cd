//! The ClientHello: our writer, and the reader that the faulty servers of the demo use.

use super::{Malformed, cursor::Cursor};

/// Signature algorithms offered from TLS 1.2 on: all that a server could hold a certificate for, the
/// broken ones too, or a server with an old certificate would look as if it had no suites.
const SIGNATURES: &[u16] = &[
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x081A,
    0x081B, 0x081C, 0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0402, 0x0502, 0x0602,
    0x0302, 0x0202, 0x0101, 0x0708,
];

/// Renegotiation signalling value (RFC 5746 section 3.3), for hellos without extensions.
const RENEGOTIATION_SCSV: u16 = 0x00FF;

/// A key share of TLS 1.3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Its group.
    pub group: u16,
    /// The public key.
    pub key: Vec<u8>,
}

/// A ClientHello from SSL 3.0 to TLS 1.3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientHello {
    /// The highest version offered, as a number of the wire; 0x0304 offers TLS 1.3 alone.
    pub version: u16,
    /// Suites, most wanted first.
    pub suites: Vec<u16>,
    /// Groups, most wanted first; empty leaves the extension out.
    pub groups: Vec<u16>,
    /// Name for ServerName. Never an IP address (RFC 6066 section 3).
    pub server_name: Option<String>,
    /// Key shares, for TLS 1.3. None at all asks for a HelloRetryRequest, which costs the server no
    /// signature and no key agreement.
    pub shares: Vec<Share>,
    /// Whether to send extensions. Never with SSL 3.0.
    pub extensions: bool,
}

impl ClientHello {
    /// The hello in its record. `random` and the session id are fixed: nothing secret is agreed on,
    /// and the same question is the same bytes.
    pub fn record(&self) -> Vec<u8> {
        let mut message = vec![1, 0, 0, 0];
        self.body(&mut message);
        let length = message.len() - 4;
        // At most three lists of 64 KiB, so it fits in three bytes.
        let length = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
        message[1..4].copy_from_slice(&length[1..]);
        // Servers of old refuse a record version they do not know, so it stays low.
        let low = u8::from(self.version != 0x0300);
        let mut out = vec![22, 3, low];
        out.extend(short(message.len()));
        out.extend(message);
        out
    }

    fn body(&self, out: &mut Vec<u8>) {
        out.extend(self.version.min(0x0303).to_be_bytes());
        out.extend(RANDOM);
        let modern = self.version >= 0x0304;
        // A session id makes TLS 1.3 look like a resumption to middleboxes (RFC 8446 D.4).
        vector(out, 1, if modern { &RANDOM } else { &[] });
        let extensions = self.extensions && self.version != 0x0300;
        let mut suites = self.suites.clone();
        if !extensions {
            suites.push(RENEGOTIATION_SCSV);
        }
        vector(out, 2, &bytes_of(&suites));
        vector(out, 1, &[0]);
        if extensions {
            let mut block = Vec::new();
            self.extension_block(&mut block);
            pad(out.len() + 2, &mut block);
            vector(out, 2, &block);
        }
    }

    fn extension_block(&self, out: &mut Vec<u8>) {
        if let Some(name) = &self.server_name {
            let mut entry = vec![0];
            vector(&mut entry, 2, name.as_bytes());
            extension(out, 0, |body| vector(body, 2, &entry));
        }
        if !self.groups.is_empty() {
            extension(out, 10, |body| vector(body, 2, &bytes_of(&self.groups)));
            // All three point formats: an old server may know only a compressed one.
            extension(out, 11, |body| vector(body, 1, &[0, 1, 2]));
        }
        if self.version >= 0x0303 {
            extension(out, 13, |body| vector(body, 2, &bytes_of(SIGNATURES)));
        }
        if self.version >= 0x0304 {
            extension(out, 43, |body| {
                vector(body, 1, &self.version.to_be_bytes());
            });
            extension(out, 51, |body| {
                let mut shares = Vec::new();
                for share in &self.shares {
                    shares.extend(share.group.to_be_bytes());
                    vector(&mut shares, 2, &share.key);
                }
                vector(body, 2, &shares);
            });
        }
        extension(out, 23, |_| ());
        // Renegotiation info goes last: some servers of old fail on a hello that ends in an
        // extension without a body.
        extension(out, 0xFF01, |body| body.push(0));
    }

    /// Reads a ClientHello from the body of a handshake message.
    pub fn read(body: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(body);
        let mut hello = Self {
            version: cursor.short()?,
            suites: Vec::new(),
            groups: Vec::new(),
            server_name: None,
            shares: Vec::new(),
            extensions: false,
        };
        cursor.take(32)?;
        cursor.vector(1)?;
        hello.suites = cursor.shorts(2)?;
        hello.suites.retain(|suite| *suite != RENEGOTIATION_SCSV);
        cursor.vector(1)?;
        if cursor.is_empty() {
            return Ok(hello);
        }
        hello.extensions = true;
        let mut block = Cursor::new(cursor.vector(2)?);
        while !block.is_empty() {
            let kind = block.short()?;
            let body = block.vector(2)?;
            hello.read_extension(kind, body)?;
        }
        Ok(hello)
    }

    fn read_extension(&mut self, kind: u16, body: &[u8]) -> Result<(), Malformed> {
        let mut body = Cursor::new(body);
        match kind {
            0 => {
                let mut names = Cursor::new(body.vector(2)?);
                while !names.is_empty() {
                    let kind = names.byte()?;
                    let name = names.vector(2)?;
                    if kind == 0 {
                        let name = std::str::from_utf8(name);
                        let name = name.map_err(|_| Malformed("a server name outside ASCII"))?;
                        self.server_name = Some(name.to_owned());
                    }
                }
            }
            10 => self.groups = body.shorts(2)?,
            43 => {
                let versions = body.shorts(1)?;
                self.version = versions.into_iter().max().unwrap_or(self.version);
            }
            51 => {
                let mut shares = Cursor::new(body.vector(2)?);
                while !shares.is_empty() {
                    let group = shares.short()?;
                    let key = shares.vector(2)?.to_vec();
                    self.shares.push(Share { group, key });
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Sent as random and as session id. "DOWNGRD" must not stand at its end.
const RANDOM: [u8; 32] = *b"luytre posture survey of our own";

fn short(length: usize) -> [u8; 2] {
    // Callers build lists of a few hundred numbers at most.
    u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()
}

fn vector(out: &mut Vec<u8>, width: usize, bytes: &[u8]) {
    let length = short(bytes.len());
    out.extend(&length[2 - width..]);
    out.extend(bytes);
}

fn extension(out: &mut Vec<u8>, kind: u16, body: impl FnOnce(&mut Vec<u8>)) {
    let mut inner = Vec::new();
    body(&mut inner);
    out.extend(kind.to_be_bytes());
    vector(out, 2, &inner);
}

fn bytes_of(numbers: &[u16]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect()
}

/// Some load balancers hang on a record of 256 to 511 bytes, so such a hello is padded past that
/// (RFC 7685). `before` counts the bytes of the message before the block.
fn pad(before: usize, block: &mut Vec<u8>) {
    let length = before + block.len();
    if (256..512).contains(&length) {
        let missing = 512usize.saturating_sub(length + 4).max(1);
        let renegotiation = block.split_off(block.len() - 5);
        extension(block, 21, |body| body.resize(missing, 0));
        block.extend(renegotiation);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{Incoming, Records};

    fn read_back(hello: &ClientHello) -> ClientHello {
        let mut records = Records::default();
        records.push(&hello.record());
        match records.message() {
            Ok(Some(Incoming::Handshake { kind: 1, body })) => ClientHello::read(&body).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_old_hello_has_no_extensions() {
        let hello = ClientHello {
            version: 0x0300,
            suites: vec![0x000A],
            groups: vec![0x17],
            server_name: Some("a.test".into()),
            shares: Vec::new(),
            extensions: true,
        };
        let bytes = hello.record();
        assert_eq!(bytes[..5], [22, 3, 0, 0, 47]);
        let back = read_back(&hello);
        assert_eq!(back.suites, [0x000A]);
        assert!(!back.extensions && back.groups.is_empty() && back.server_name.is_none());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            version in 0x0301u16..=0x0304,
            mut suites in proptest::collection::vec(any::<u16>(), 1..400),
            groups in proptest::collection::vec(any::<u16>(), 1..60),
            server_name in proptest::option::of("[a-z]{1,60}\\.test"),
            key in proptest::collection::vec(any::<u8>(), 0..100),
        ) {
            suites.retain(|suite| *suite != RENEGOTIATION_SCSV);
            let shares = if version == 0x0304 { vec![Share { group: groups[0], key }] } else { Vec::new() };
            let hello = ClientHello { version, suites, groups, server_name, shares, extensions: true };
            let length = hello.record().len() - 5;
            prop_assert!(!(256..512).contains(&length), "{}", length);
            prop_assert_eq!(read_back(&hello), hello);
        }

        #[test]
        fn reading_never_panics(bytes: Vec<u8>) {
            let _ = ClientHello::read(&bytes);
        }
    }
}
