//! The hello that a flaw is looked for with: up to TLS 1.2, with the heartbeat extension where it is
//! asked for.

use luytre_checks::fact::TlsVersion;

/// Signature algorithms offered in TLS 1.2; the old ones too, since servers with flaws are old.
const SIGNATURES: &[u16] = &[
    0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0402,
    0x0202,
];

/// Renegotiation signalling value (RFC 5746 section 3.3), which any version may show.
const RENEGOTIATION_SCSV: u16 = 0x00FF;

/// Heartbeat (RFC 6520 section 2).
pub(super) const HEARTBEAT: u16 = 15;
const PADDING: u16 = 21;

/// Sent as random: nothing secret is agreed on, and the same question is the same bytes.
const RANDOM: &[u8; 32] = b"luytre posture survey of our own";

/// A ClientHello up to TLS 1.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) version: TlsVersion,
    pub(super) suites: Vec<u16>,
    pub(super) groups: Vec<u16>,
    pub(super) name: Option<String>,
    pub(super) heartbeat: bool,
}

impl Opening {
    /// The hello in its record.
    pub(super) fn record(&self) -> Vec<u8> {
        // Servers of old refuse a record version they do not know, so it stays low.
        let low = self.version.min(TlsVersion::Tls10);
        record(22, low, &message(1, &self.body()))
    }

    fn body(&self) -> Vec<u8> {
        let mut out = self.version.wire().to_be_bytes().to_vec();
        out.extend(RANDOM);
        vector(&mut out, 1, &[]);
        let mut suites = self.suites.clone();
        suites.push(RENEGOTIATION_SCSV);
        vector(&mut out, 2, &bytes_of(&suites));
        vector(&mut out, 1, &[0]);
        if self.version != TlsVersion::Ssl3 {
            let block = self.extensions(out.len() + 2);
            vector(&mut out, 2, &block);
        }
        out
    }

    /// The extensions; `before` counts the bytes of the message before them.
    fn extensions(&self, before: usize) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(name) = &self.name {
            let mut entry = vec![0];
            vector(&mut entry, 2, name.as_bytes());
            let mut list = Vec::new();
            vector(&mut list, 2, &entry);
            extension(&mut out, 0, &list);
        }
        let mut list = Vec::new();
        vector(&mut list, 2, &bytes_of(&self.groups));
        extension(&mut out, 10, &list);
        extension(&mut out, 11, &[3, 0, 1, 2]);
        if self.heartbeat {
            // peer_allowed_to_send: nobody sends us one, but old servers answer no other mode.
            extension(&mut out, HEARTBEAT, &[1]);
        }
        // At the end, since some servers of old fail on a hello that ends in an empty extension.
        let mut tail = Vec::new();
        if self.version == TlsVersion::Tls12 {
            let mut list = Vec::new();
            vector(&mut list, 2, &bytes_of(SIGNATURES));
            extension(&mut tail, 13, &list);
        } else {
            extension(&mut tail, 0xFF01, &[0]);
        }
        // Some load balancers hang on a hello of 256 to 511 bytes (RFC 7685).
        let length = 4 + before + out.len() + tail.len();
        if (256..512).contains(&length) {
            let missing = 512usize.saturating_sub(length + 4);
            extension(&mut out, PADDING, &vec![0; missing]);
        }
        out.extend(tail);
        out
    }
}

/// A record of `kind`.
pub(super) fn record(kind: u8, version: TlsVersion, body: &[u8]) -> Vec<u8> {
    let mut out = vec![kind];
    out.extend(version.wire().to_be_bytes());
    vector(&mut out, 2, body);
    out
}

/// A handshake message.
pub(super) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![kind, 0];
    vector(&mut out, 2, body);
    out
}

/// Appends `bytes` behind their length. What we write is short; a list that is too long is cut.
fn vector(out: &mut Vec<u8>, width: usize, bytes: &[u8]) {
    let most = if width == 1 { 0xFF } else { 0xFFFF };
    let bytes = bytes.get(..most).unwrap_or(bytes);
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes();
    out.extend(length.iter().skip(2usize.saturating_sub(width)));
    out.extend(bytes);
}

fn extension(out: &mut Vec<u8>, kind: u16, body: &[u8]) {
    out.extend(kind.to_be_bytes());
    vector(out, 2, body);
}

fn bytes_of(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{ClientHello, Incoming, Records};

    proptest! {
        #[test]
        fn what_is_written_is_read(
            old: bool,
            suites in proptest::collection::vec(0x0100u16..0xD000, 1..200),
            groups in proptest::collection::vec(any::<u16>(), 1..60),
            name in proptest::option::of("[a-z]{1,60}\\.test"),
            heartbeat: bool,
        ) {
            let version = if old { TlsVersion::Tls10 } else { TlsVersion::Tls12 };
            let opening = Opening {
                version, suites, groups, name, heartbeat,
            };
            let bytes = opening.record();
            prop_assert!(!(256..512).contains(&(bytes.len() - 5)), "{}", bytes.len());
            let mut records = Records::default();
            records.push(&bytes);
            let Ok(Some(Incoming::Handshake { kind: 1, body })) = records.message() else {
                return Err(TestCaseError::fail("no hello"));
            };
            let hello = ClientHello::read(&body).unwrap();
            prop_assert_eq!(hello.version, version.wire());
            prop_assert_eq!(hello.suites, opening.suites);
            prop_assert_eq!(hello.groups, opening.groups);
            prop_assert_eq!(hello.server_name, opening.name);
        }
    }
}
