//! The ClientHello as a list of parts that a question may change one by one.

/// Extensions (IANA registry "TLS ExtensionType Values").
pub(crate) mod extension {
    pub(crate) const SERVER_NAME: u16 = 0;
    pub(crate) const STATUS_REQUEST: u16 = 5;
    pub(crate) const GROUPS: u16 = 10;
    pub(crate) const POINT_FORMATS: u16 = 11;
    pub(crate) const SIGNATURES: u16 = 13;
    pub(crate) const HEARTBEAT: u16 = 15;
    pub(crate) const ALPN: u16 = 16;
    pub(crate) const TIMESTAMPS: u16 = 18;
    pub(crate) const PADDING: u16 = 21;
    pub(crate) const ENCRYPT_THEN_MAC: u16 = 22;
    pub(crate) const EXTENDED_MASTER_SECRET: u16 = 23;
    pub(crate) const TICKET: u16 = 35;
    pub(crate) const VERSIONS: u16 = 43;
    pub(crate) const CERTIFICATE_SIGNATURES: u16 = 50;
    pub(crate) const SHARES: u16 = 51;
    pub(crate) const RENEGOTIATION: u16 = 0xFF01;
}

/// A ClientHello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hello {
    /// legacy_version: the highest version up to TLS 1.2 that is offered.
    pub(crate) version: u16,
    /// Session id, at most 32 bytes.
    pub(crate) session: Vec<u8>,
    /// Suites, most wanted first.
    pub(crate) suites: Vec<u16>,
    /// Compression methods, most wanted first.
    pub(crate) compressions: Vec<u8>,
    /// Extensions with their bodies, in order.
    pub(crate) extensions: Vec<(u16, Vec<u8>)>,
    /// Whether it is lengthened where some load balancers hang: from 256 to 511 bytes (RFC 7685).
    pub(crate) pads: bool,
}

impl Hello {
    /// A hello of `version` without extensions.
    pub(crate) fn new(version: u16, suites: Vec<u16>) -> Self {
        Self {
            version: version.min(0x0303),
            session: Vec::new(),
            suites,
            compressions: vec![0],
            extensions: Vec::new(),
            pads: true,
        }
    }

    /// With that extension, in its place if it has one already.
    pub(crate) fn with(mut self, kind: u16, body: Vec<u8>) -> Self {
        match self.extensions.iter_mut().find(|(have, _)| *have == kind) {
            Some((_, old)) => *old = body,
            None => self.extensions.push((kind, body)),
        }
        self
    }

    /// Whether it has that extension.
    pub(crate) fn asks(&self, kind: u16) -> bool {
        self.extensions.iter().any(|(have, _)| *have == kind)
    }

    /// Without that extension.
    pub(crate) fn without(mut self, kind: u16) -> Self {
        self.extensions.retain(|(have, _)| *have != kind);
        self
    }

    /// With ServerName (RFC 6066 3), if there is a name. Never an address.
    pub(crate) fn named(self, name: Option<&str>) -> Self {
        let Some(name) = name else { return self };
        let mut entry = vec![0];
        vector(&mut entry, 2, name.as_bytes());
        self.with(extension::SERVER_NAME, prefixed(2, &entry))
    }

    /// With groups and, for TLS up to 1.2, point formats (RFC 8422 5.1).
    pub(crate) fn grouped(self, groups: &[u16]) -> Self {
        self.with(extension::GROUPS, prefixed(2, &bytes_of(groups)))
            .with(extension::POINT_FORMATS, vec![1, 0])
    }

    /// With signature schemes (RFC 8446 4.2.3).
    pub(crate) fn signed(self, schemes: &[u16]) -> Self {
        self.with(extension::SIGNATURES, prefixed(2, &bytes_of(schemes)))
    }

    /// With protocols (RFC 7301); none at all leaves the extension out.
    pub(crate) fn speaking(self, protocols: &[&str]) -> Self {
        if protocols.is_empty() {
            return self.without(extension::ALPN);
        }
        let mut list = Vec::new();
        for protocol in protocols {
            vector(&mut list, 1, protocol.as_bytes());
        }
        self.with(extension::ALPN, prefixed(2, &list))
    }

    /// With supported_versions (RFC 8446 4.2.1).
    pub(crate) fn versions(self, versions: &[u16]) -> Self {
        self.with(extension::VERSIONS, prefixed(1, &bytes_of(versions)))
    }

    /// With renegotiation_info (RFC 5746 3.2) of a connection whose last Finished of ours was `bound`;
    /// empty for a first handshake. It goes last: some servers of old fail on a hello that ends in an
    /// extension without a body.
    pub(crate) fn bound(self, bound: &[u8]) -> Self {
        self.without(extension::RENEGOTIATION)
            .with(extension::RENEGOTIATION, prefixed(1, bound))
    }

    /// Asks for an OCSP answer (RFC 6066 8) and timestamps (RFC 6962 3.3.1).
    pub(crate) fn stapled(self) -> Self {
        self.with(extension::STATUS_REQUEST, vec![1, 0, 0, 0, 0])
            .with(extension::TIMESTAMPS, Vec::new())
    }

    /// Lengthened by padding (RFC 7685) to at least `least` bytes.
    pub(crate) fn lengthened(mut self, least: usize) -> Self {
        let pads = std::mem::take(&mut self.pads);
        let length = self.message(&[0; 32]).len();
        self.pads = pads;
        self.with(
            extension::PADDING,
            vec![0; least.saturating_sub(length + 4)],
        )
    }

    /// The handshake message, header and all.
    pub(crate) fn message(&self, random: &[u8; 32]) -> Vec<u8> {
        let mut body = self.version.to_be_bytes().to_vec();
        body.extend(random);
        vector(&mut body, 1, &self.session);
        vector(&mut body, 2, &bytes_of(&self.suites));
        vector(&mut body, 1, &self.compressions);
        if !self.extensions.is_empty() {
            let mut extensions = self.extensions.clone();
            let length = |list: &[(u16, Vec<u8>)]| -> usize {
                list.iter().map(|(_, body)| 4 + body.len()).sum()
            };
            let whole = 4 + body.len() + 2 + length(&extensions);
            if self.pads && (256..512).contains(&whole) {
                let last = extensions.len() - 1;
                let missing = 512usize.saturating_sub(whole + 4);
                extensions.insert(last, (extension::PADDING, vec![0; missing]));
            }
            let mut block = Vec::new();
            for (kind, body) in &extensions {
                block.extend(kind.to_be_bytes());
                vector(&mut block, 2, body);
            }
            vector(&mut body, 2, &block);
        }
        message(1, &body)
    }
}

/// A handshake message of that kind.
pub(super) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![kind];
    vector(&mut out, 3, body);
    out
}

/// Appends `bytes` behind their length in `width` bytes.
pub(super) fn vector(out: &mut Vec<u8>, width: usize, bytes: &[u8]) {
    // Whoever calls builds lists of some kilobytes at most.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    out.extend(length.iter().skip(4 - width));
    out.extend(bytes);
}

fn prefixed(width: usize, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    vector(&mut out, width, bytes);
    out
}

fn bytes_of(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ClientHello;

    #[test]
    fn what_is_written_is_read() {
        let hello = Hello::new(0x0303, vec![0xC02F, 0x002F])
            .named(Some("a.test"))
            .grouped(&[0x1D, 0x17])
            .signed(&[0x0403])
            .bound(&[]);
        let message = hello.message(&[7; 32]);
        let back = ClientHello::read(&message[4..]).unwrap();
        assert_eq!(back.suites, [0xC02F, 0x002F]);
        assert_eq!(back.groups, [0x1D, 0x17]);
        assert_eq!(back.server_name.as_deref(), Some("a.test"));
        assert_eq!(message.len(), 4 + usize::from(message[3]));
    }

    #[test]
    fn no_hello_is_between_256_and_511_bytes_long_unless_it_shall_be() {
        for filling in 0..600 {
            let hello = Hello::new(0x0303, vec![0xC02F])
                .with(0x1234, vec![0; filling])
                .bound(&[]);
            let length = hello.message(&[0; 32]).len();
            assert!(!(256..512).contains(&length), "{length}");
            assert!(hello.lengthened(1500).message(&[0; 32]).len() >= 1500);
        }
    }
}
