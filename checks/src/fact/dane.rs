//! Certificates pinned in the domain name system.

use serde::{Deserialize, Serialize};

use super::Tri;

/// The TLSA records for one port of one name (RFC 6698), as our own resolvers gave them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Dane {
    /// Where they stand, like `_443._tcp.www.doiche.test`.
    pub at: String,
    /// Our resolver found them, or that there are none, rightly signed. Others count for nothing
    /// (RFC 6698 4.1). *No* only from a resolver that checks signatures.
    pub secure: Tri,
    /// The records, at most 16; null if not known.
    pub tlsa: Option<Vec<Tlsa>>,
}

/// One TLSA record (RFC 6698 2.1).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tlsa {
    /// 0 PKIX-TA, 1 PKIX-EE, 2 DANE-TA, 3 DANE-EE.
    pub usage: u8,
    /// 0 the whole certificate, 1 its public key.
    pub selector: u8,
    /// 0 all bytes, 1 SHA-256, 2 SHA-512.
    pub matching: u8,
    /// The bytes in lower-case hexadecimal, at most 64 of them.
    pub data: String,
    /// Places in the message of the certificates that it is about; null if they were not compared.
    pub matches: Option<Vec<u16>>,
}

impl Tlsa {
    /// Characters of its data that a fact holds: the longest digest whole.
    const KEPT: usize = 128;

    /// Shortens the data to what a fact holds; to be called after the comparison.
    pub fn shorten(&mut self) {
        // Hexadecimal: every character is a byte.
        self.data.truncate(Self::KEPT);
    }

    /// Whether clients can use it: its parameters are known, and a digest has its right length
    /// (RFC 6698 2.1, 4.1).
    pub fn is_usable(&self) -> bool {
        let digest = match self.matching {
            0 => !self.data.is_empty(),
            1 => self.data.len() == 64,
            2 => self.data.len() == 128,
            _ => false,
        };
        self.usage <= 3 && self.selector <= 1 && digest
    }
}
