//! Distinguished names as things to compare (RFC 5280 section 7.1).

use super::der::{self, Malformed, OID, Reader, SET};

/// Attributes read of one name; more are no name that anybody has.
const MOST: usize = 64;

/// `emailAddress` of PKCS #9.
const EMAIL: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01];

/// A name in a form in which equal names have equal bytes: letters of ASCII small, spaces single, kinds
/// of strings forgotten; a relative name is the sorted set of its attributes.
#[derive(Debug, Clone, Default)]
pub(super) struct Distinguished<'a> {
    relative: Vec<Vec<u8>>,
    /// Values of `emailAddress`, as they stand.
    pub(super) emails: Vec<&'a [u8]>,
}

impl PartialEq for Distinguished<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.relative == other.relative
    }
}

impl Eq for Distinguished<'_> {}

impl<'a> Distinguished<'a> {
    /// From the whole DER of a Name.
    pub(super) fn read(name: &'a [u8]) -> Result<Self, Malformed> {
        let mut out = Self::default();
        let mut names = Reader::new(der::only(name, der::SEQUENCE)?);
        while !names.is_empty() {
            let mut set = Reader::new(names.expect(SET)?.contents);
            let mut attributes = Vec::new();
            while !set.is_empty() {
                let mut pair = set.sequence()?;
                let kind = pair.expect(OID)?;
                let value = pair.any()?;
                pair.end()?;
                if kind.contents == EMAIL {
                    out.emails.push(value.contents);
                }
                let mut attribute = kind.whole.to_vec();
                attribute.extend(plain(value));
                attributes.push(attribute);
            }
            if attributes.is_empty() || out.relative.len() >= MOST || attributes.len() > MOST {
                return Err(Malformed);
            }
            attributes.sort_unstable();
            out.relative.push(attributes.concat());
        }
        Ok(out)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.relative.is_empty()
    }

    /// Whether `self` is `above` or lies below it (RFC 5280 section 4.2.1.10).
    pub(super) fn is_within(&self, above: &Distinguished<'_>) -> bool {
        self.relative.starts_with(&above.relative)
    }
}

/// A value with a mark for its kind; strings of every kind have the same.
fn plain(value: der::Value<'_>) -> Vec<u8> {
    let text: Option<String> = match value.tag {
        // UTF8String, NumericString, PrintableString, IA5String, VisibleString.
        0x0c | 0x12 | 0x13 | 0x16 | 0x1a => std::str::from_utf8(value.contents)
            .ok()
            .map(ToOwned::to_owned),
        // TeletexString, in practice Latin-1.
        0x14 => Some(
            value
                .contents
                .iter()
                .map(|byte| char::from(*byte))
                .collect(),
        ),
        // BMPString.
        0x1e if value.contents.len().is_multiple_of(2) => {
            let units = value.contents.chunks_exact(2);
            let units = units.map(|two| two.iter().fold(0, |all, b| (all << 8) | u16::from(*b)));
            char::decode_utf16(units).collect::<Result<_, _>>().ok()
        }
        _ => None,
    };
    let Some(text) = text else {
        return value.whole.to_vec();
    };
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    // Its length keeps one attribute from running into the next.
    let text = words.join(" ").to_ascii_lowercase().into_bytes();
    der::wrap(0x0c, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(parts: &[(u8, &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        for (tag, text) in parts {
            let mut pair = der::wrap(OID, &[0x55, 0x04, 0x03]);
            pair.extend(der::wrap(*tag, text));
            out.extend(der::wrap(SET, &der::wrap(der::SEQUENCE, &pair)));
        }
        der::wrap(der::SEQUENCE, &out)
    }

    fn read(parts: &[(u8, &[u8])]) -> Distinguished<'static> {
        Distinguished::read(name(parts).leak()).expect("a name")
    }

    #[test]
    fn names_compare_whatever_their_spelling() {
        let one = read(&[(0x13, b"Lam  Giang "), (0x0c, b"Root")]);
        let same = read(&[
            (0x0c, b"lam giang"),
            (0x1e, &[0, b'r', 0, b'O', 0, b'o', 0, b't']),
        ]);
        assert_eq!(one, same);
        assert_ne!(one, read(&[(0x13, b"LamGiang"), (0x0c, b"Root")]));
        assert!(one.is_within(&read(&[(0x0c, b"Lam Giang")])));
        assert!(!one.is_within(&read(&[(0x0c, b"Lam")])));
        assert!(one.is_within(&read(&[])));
        assert_eq!(Distinguished::read(&[0x30, 2, 0x31, 0]), Err(Malformed));
    }
}
