//! The whole of a ServerHello: what the choice of suite and group is not all of.

use super::{Malformed, cursor::Cursor};

/// Extensions kept of one ServerHello; the registry has some sixty.
const MOST_EXTENSIONS: usize = 128;

/// A ServerHello with all its fields (RFC 5246 section 7.4.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// Version in the old field; TLS 1.3 shows as 0x0303.
    pub version: u16,
    /// The session id, at most 255 bytes as the field allows; more than 32 breaks the protocol.
    pub session_id: Vec<u8>,
    /// The suite.
    pub suite: u16,
    /// Types and bodies of the extensions, in the order sent; at most 128 are kept.
    pub extensions: Vec<(u16, Vec<u8>)>,
}

impl Greeting {
    /// Reads the body of a ServerHello.
    pub fn read(body: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(body);
        let version = cursor.short()?;
        cursor.take(32)?;
        let session_id = cursor.vector(1)?.to_vec();
        let suite = cursor.short()?;
        cursor.byte()?;
        let mut extensions = Vec::new();
        if !cursor.is_empty() {
            let mut block = Cursor::new(cursor.vector(2)?);
            while !block.is_empty() && extensions.len() < MOST_EXTENSIONS {
                extensions.push((block.short()?, block.vector(2)?.to_vec()));
            }
        }
        Ok(Self {
            version,
            session_id,
            suite,
            extensions,
        })
    }

    /// Whether the extension `kind` is there.
    pub fn has(&self, kind: u16) -> bool {
        self.extensions.iter().any(|(found, _)| *found == kind)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_fields_are_read() {
        let mut body = vec![3, 3];
        body.extend([7; 32]);
        body.extend([
            2, 0xAA, 0xBB, 0xC0, 0x2F, 0, 0, 9, 0, 15, 0, 1, 1, 0, 35, 0, 0,
        ]);
        let greeting = Greeting::read(&body).unwrap();
        assert_eq!(greeting.session_id, [0xAA, 0xBB]);
        assert_eq!(greeting.extensions, [(15, vec![1]), (35, vec![])]);
        assert!(greeting.has(15) && !greeting.has(23));
    }

    proptest! {
        #[test]
        fn readers_never_panic(body: Vec<u8>) {
            if let Ok(greeting) = Greeting::read(&body) {
                prop_assert!(greeting.extensions.len() <= MOST_EXTENSIONS);
            }
        }
    }
}
