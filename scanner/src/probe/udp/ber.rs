//! The little of BER (X.690) that SNMP and LDAP need: definite lengths, one-byte tags.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// An element. Contents here are shorter than 65,536 bytes.
pub(super) fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let [.., high, low] = content.len().to_be_bytes();
    let mut out = match content.len() {
        0..=0x7f => vec![tag, low],
        0x80..=0xff => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    out.extend(content);
    out
}

/// A number without a sign.
pub(super) fn number(value: u32) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let skip = bytes.iter().take(3).take_while(|byte| **byte == 0).count();
    // A leading one would make it negative.
    let sign: &[u8] = if bytes[skip] & 0x80 != 0 { &[0] } else { &[] };
    write(INTEGER, &[sign, &bytes[skip..]])
}

/// A reader of elements one behind the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Tag and content of the next element; none at the end and behind what is malformed.
    pub(super) fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(*first), rest),
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let fold = |sum, digit: &u8| (sum << 8) | usize::from(*digit);
                (digits.iter().fold(0, fold), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, content))
    }

    /// The content of the next element if it has `tag`.
    pub(super) fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|(found, _)| *found == tag).map(|f| f.1)
    }

    /// The elements inside the next one if it has `tag`.
    pub(super) fn inside(&mut self, tag: u8) -> Option<Self> {
        self.expect(tag).map(Self::new)
    }

    /// The next element as a number without a sign, up to 32 bits.
    pub(super) fn unsigned(&mut self) -> Option<u32> {
        let digits = self.expect(INTEGER)?;
        let digits = digits.strip_prefix(&[0]).unwrap_or(digits);
        let fits = digits.len() <= 4;
        fits.then(|| digits.iter().fold(0, |n, d| (n << 8) | u32::from(*d)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for value in [0, 1, 127, 128, 255, 256, 0x7fff_ffff, u32::MAX] {
            assert_eq!(Reader::new(&number(value)).unsigned(), Some(value));
        }
        for length in [0, 1, 127, 128, 255, 256, 4000] {
            let content = vec![7; length];
            let written = write(OCTETS, &[&content, &[9]]);
            let mut reader = Reader::new(&written);
            let read = reader.expect(OCTETS).unwrap();
            assert_eq!(read.len(), length + 1);
            assert_eq!(reader.next(), None);
            for end in 0..written.len() {
                assert_eq!(Reader::new(&written[..end]).next(), None, "{end}");
            }
        }
        for bytes in [
            &[4, 0x80][..],
            &[4, 0x85, 0, 0, 0, 0, 1, 0],
            &[4, 0x84, 255, 255, 255, 255],
        ] {
            assert_eq!(Reader::new(bytes).next(), None);
        }
    }
}
