//! Reading a ClientHello (RFC 5246 section 7.4.1.2).

/// What an old server looks at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ClientHello {
    /// `client_version`: the highest the client says it speaks.
    pub(super) version: u16,
    /// Suites in the client's order, signalling values among them.
    pub(super) suites: Vec<u16>,
    /// Whether it accepts uncompressed records.
    pub(super) null_compression: bool,
    /// Whether it asks for secure renegotiation, by suite value or extension (RFC 5746).
    pub(super) renegotiation: bool,
}

const RENEGOTIATION_SCSV: u16 = 0x00FF;
const RENEGOTIATION_INFO: u16 = 0xFF01;

impl ClientHello {
    /// Reads the body of the message; none if it is malformed.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let mut rest = Reader(body);
        let version = rest.number()?;
        rest.take(32)?;
        let session = rest.short_vector()?;
        let suites = rest.long_vector()?;
        let compression = rest.short_vector()?;
        if version < 0x0300 || session.len() > 32 || suites.is_empty() || suites.len() % 2 != 0 {
            return None;
        }
        let suites: Vec<u16> = suites
            .chunks_exact(2)
            .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
            .collect();
        let mut renegotiation = suites.contains(&RENEGOTIATION_SCSV);
        if !rest.0.is_empty() {
            let mut extensions = Reader(rest.long_vector()?);
            if !rest.0.is_empty() {
                return None;
            }
            while !extensions.0.is_empty() {
                let kind = extensions.number()?;
                extensions.long_vector()?;
                renegotiation |= kind == RENEGOTIATION_INFO;
            }
        }
        Some(Self {
            version,
            suites,
            null_compression: compression.contains(&0),
            renegotiation,
        })
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u16> {
        let bytes = self.take(2)?;
        Some(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    /// A vector with a length of one byte.
    fn short_vector(&mut self) -> Option<&'a [u8]> {
        let length = self.take(1)?[0];
        self.take(usize::from(length))
    }

    /// A vector with a length of two bytes.
    fn long_vector(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(usize::from(length))
    }
}
