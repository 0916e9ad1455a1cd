//! A reader of length-prefixed fields (RFC 8446 section 3, RFC 4251 section 5) that cannot run past its
//! end.

/// The bytes are not what the protocol says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the peer broke the TLS format: {0}")]
pub struct Malformed(pub &'static str);

/// A position in some bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or(Malformed("a field is longer than its message"))?;
        self.0 = rest;
        Ok(taken)
    }

    /// What was not taken.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    fn number(&mut self, width: usize) -> Result<usize, Malformed> {
        let bytes = self.take(width)?;
        Ok(bytes.iter().fold(0, |sum, b| sum << 8 | usize::from(*b)))
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Malformed> {
        Ok(self.take(1)?[0])
    }

    pub(crate) fn short(&mut self) -> Result<u16, Malformed> {
        let bytes = self.take(2)?;
        Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    /// A field with a length of `width` bytes before it.
    pub(crate) fn vector(&mut self, width: usize) -> Result<&'a [u8], Malformed> {
        let length = self.number(width)?;
        self.take(length)
    }

    /// A vector of two-byte numbers.
    pub(crate) fn shorts(&mut self, width: usize) -> Result<Vec<u16>, Malformed> {
        let bytes = self.vector(width)?;
        if !bytes.len().is_multiple_of(2) {
            return Err(Malformed("an odd list of numbers"));
        }
        Ok(bytes
            .chunks_exact(2)
            .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
            .collect())
    }
}
