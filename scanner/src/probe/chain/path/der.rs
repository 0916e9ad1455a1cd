//! A strict reader of DER (X.690 section 10): definite, shortest lengths, tags of one byte, nothing left
//! over.

/// What was read is no DER, or not what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OID: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// One value: its tag, its contents, and all of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) tag: u8,
    pub(super) contents: &'a [u8],
    pub(super) whole: &'a [u8],
}

/// Values one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The next value, whatever it is.
    pub(super) fn any(&mut self) -> Result<Value<'a>, Malformed> {
        let [tag, first, rest @ ..] = self.0 else {
            return Err(Malformed);
        };
        if tag & 0x1f == 0x1f {
            return Err(Malformed);
        }
        let (length, rest) = length(*first, rest)?;
        let contents = rest.get(..length).ok_or(Malformed)?;
        let after = rest.get(length..).ok_or(Malformed)?;
        let whole = self.0.get(..self.0.len() - after.len()).ok_or(Malformed)?;
        self.0 = after;
        Ok(Value {
            tag: *tag,
            contents,
            whole,
        })
    }

    /// The next value, which has the tag `tag`.
    pub(super) fn expect(&mut self, tag: u8) -> Result<Value<'a>, Malformed> {
        let value = self.any()?;
        if value.tag == tag {
            Ok(value)
        } else {
            Err(Malformed)
        }
    }

    /// The next value if it has the tag `tag`.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Value<'a>>, Malformed> {
        if self.0.first() == Some(&tag) {
            self.any().map(Some)
        } else {
            Ok(None)
        }
    }

    /// The values in the next value, a SEQUENCE.
    pub(super) fn sequence(&mut self) -> Result<Self, Malformed> {
        Ok(Self(self.expect(SEQUENCE)?.contents))
    }

    /// Nothing may be left.
    pub(super) const fn end(self) -> Result<(), Malformed> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Malformed)
        }
    }
}

fn length(first: u8, rest: &[u8]) -> Result<(usize, &[u8]), Malformed> {
    if first < 0x80 {
        return Ok((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7f);
    if !(1..=4).contains(&count) {
        return Err(Malformed);
    }
    let bytes = rest.get(..count).ok_or(Malformed)?;
    let length = bytes
        .iter()
        .fold(0_usize, |length, byte| (length << 8) | usize::from(*byte));
    if length < 0x80 || bytes.first() == Some(&0) {
        return Err(Malformed);
    }
    Ok((length, rest.get(count..).ok_or(Malformed)?))
}

/// The only value in `bytes`, which has the tag `tag`.
pub(super) fn only(bytes: &[u8], tag: u8) -> Result<&[u8], Malformed> {
    let mut reader = Reader::new(bytes);
    let value = reader.expect(tag)?;
    reader.end()?;
    Ok(value.contents)
}

/// A BOOLEAN: DER knows two (X.690 section 11.1).
pub(super) const fn boolean(contents: &[u8]) -> Result<bool, Malformed> {
    match contents {
        [0x00] => Ok(false),
        [0xff] => Ok(true),
        _ => Err(Malformed),
    }
}

/// An INTEGER that is not negative and fits; its shortest form.
pub(super) fn small(contents: &[u8]) -> Result<u32, Malformed> {
    let digits = match contents {
        [first, ..] if *first >= 0x80 => return Err(Malformed),
        [0] => &[],
        [0, second, ..] if *second < 0x80 => return Err(Malformed),
        [0, rest @ ..] => rest,
        [] => return Err(Malformed),
        all => all,
    };
    if digits.len() > 4 {
        return Err(Malformed);
    }
    Ok(digits
        .iter()
        .fold(0, |number, byte| (number << 8) | u32::from(*byte)))
}

/// A BIT STRING of whole bytes.
pub(super) const fn bytes_of_bits(contents: &[u8]) -> Result<&[u8], Malformed> {
    match contents {
        [0, rest @ ..] => Ok(rest),
        _ => Err(Malformed),
    }
}

/// A BIT STRING of named bits, at most sixteen, the first being the highest. Zero bits at the end are
/// not written (X.690 section 11.2.2).
pub(super) fn named_bits(contents: &[u8]) -> Result<u16, Malformed> {
    let (unused, bytes) = contents.split_first().ok_or(Malformed)?;
    let bits = match bytes {
        [] if *unused == 0 => return Ok(0),
        [one] => u16::from(*one) << 8,
        [one, two] => (u16::from(*one) << 8) | u16::from(*two),
        _ => return Err(Malformed),
    };
    let last = bytes.last().copied().unwrap_or_default();
    // The last bit that is written is the last that is set.
    if *unused > 7 || last.trailing_zeros() != u32::from(*unused) {
        return Err(Malformed);
    }
    Ok(bits)
}

/// Puts `contents` under a tag, with their length before them.
pub(super) fn wrap(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let mut out = vec![tag];
    if length < 0x80 {
        out.push(u8::try_from(length).unwrap_or_default());
    } else {
        let bytes = length.to_be_bytes();
        let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(0);
        let bytes = bytes.get(start..).unwrap_or_default();
        out.push(0x80 | u8::try_from(bytes.len()).unwrap_or_default());
        out.extend_from_slice(bytes);
    }
    out.extend_from_slice(contents);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shortest_form_is_read() {
        for (bytes, expected) in [
            (&[0x02, 0x01, 0x05][..], Ok(&[5][..])),
            (&[0x02, 0x81, 0x01, 0x05], Err(Malformed)),
            (&[0x02, 0x80, 0x05, 0, 0], Err(Malformed)),
            (&[0x02, 0x02, 0x05], Err(Malformed)),
            (&[0x02, 0x01, 0x05, 0x00], Err(Malformed)),
            (&[0x1f, 0x02, 0x01, 0x05], Err(Malformed)),
            (&[0x02, 0x85, 0, 0, 0, 0, 1, 5], Err(Malformed)),
            (&[0x02], Err(Malformed)),
            (&[], Err(Malformed)),
        ] {
            assert_eq!(only(bytes, INTEGER), expected, "{bytes:02x?}");
        }
        let long = vec![7; 300];
        assert_eq!(
            only(&wrap(OCTET_STRING, &long), OCTET_STRING),
            Ok(&long[..])
        );
    }

    #[test]
    fn numbers_and_bits() {
        for (contents, expected) in [
            (&[0][..], Ok(0)),
            (&[0x7f], Ok(127)),
            (&[0, 0x80], Ok(128)),
            (&[0, 0x7f], Err(Malformed)),
            (&[0x80], Err(Malformed)),
            (&[0, 0xff, 0xff, 0xff, 0xff], Ok(u32::MAX)),
            (&[1, 0, 0, 0, 0], Err(Malformed)),
            (&[], Err(Malformed)),
        ] {
            assert_eq!(small(contents), expected, "{contents:02x?}");
        }
        for (contents, expected) in [
            (&[0][..], Ok(0)),
            (&[2, 0x04], Ok(0x0400)),
            (&[7, 0x80], Ok(0x8000)),
            (&[7, 0x00, 0x80], Ok(0x0080)),
            (&[0, 0x04], Err(Malformed)),
            (&[7, 0x00], Err(Malformed)),
            (&[8, 0x00], Err(Malformed)),
            (&[], Err(Malformed)),
        ] {
            assert_eq!(named_bits(contents), expected, "{contents:02x?}");
        }
    }
}
