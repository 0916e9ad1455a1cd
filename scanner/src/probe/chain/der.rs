//! A reader of DER (X.690) that forgives wrong encodings and remembers them.
//!
//! It reads what can be told apart without doubt: definite lengths and one-byte tags. Everything it
//! yields lies inside the bytes given, so nothing here can run past an end or allocate by a length
//! that a peer wrote.

/// Tags used in certificates, revocation lists and OCSP answers.
pub(super) mod tag {
    pub(in super::super) const BOOLEAN: u8 = 0x01;
    pub(in super::super) const INTEGER: u8 = 0x02;
    pub(in super::super) const BIT_STRING: u8 = 0x03;
    pub(in super::super) const OCTET_STRING: u8 = 0x04;
    pub(in super::super) const NULL: u8 = 0x05;
    pub(in super::super) const OID: u8 = 0x06;
    pub(in super::super) const ENUMERATED: u8 = 0x0A;
    pub(in super::super) const UTF8: u8 = 0x0C;
    pub(in super::super) const PRINTABLE: u8 = 0x13;
    pub(in super::super) const TELETEX: u8 = 0x14;
    pub(in super::super) const IA5: u8 = 0x16;
    pub(in super::super) const UTC_TIME: u8 = 0x17;
    pub(in super::super) const GENERALIZED_TIME: u8 = 0x18;
    pub(in super::super) const VISIBLE: u8 = 0x1A;
    pub(in super::super) const UNIVERSAL: u8 = 0x1C;
    pub(in super::super) const BMP: u8 = 0x1E;
    pub(in super::super) const SEQUENCE: u8 = 0x30;
    pub(in super::super) const SET: u8 = 0x31;

    /// Context-specific and primitive.
    pub(in super::super) const fn implicit(number: u8) -> u8 {
        0x80 | number
    }

    /// Context-specific and constructed.
    pub(in super::super) const fn explicit(number: u8) -> u8 {
        0xA0 | number
    }
}

/// One element: tag, content, and all of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tlv<'a> {
    pub(super) tag: u8,
    pub(super) value: &'a [u8],
    pub(super) raw: &'a [u8],
    /// Its length is written in as few bytes as can be (X.690 10.1).
    pub(super) minimal: bool,
}

impl<'a> Tlv<'a> {
    /// The elements inside.
    pub(super) const fn inside(&self) -> Reader<'a> {
        Reader(self.value)
    }

    /// Its content, if it has this tag.
    pub(super) fn of(&self, tag: u8) -> Option<&'a [u8]> {
        (self.tag == tag).then_some(self.value)
    }

    /// Its elements, if it has this tag.
    pub(super) fn sequence(&self, tag: u8) -> Option<Reader<'a>> {
        self.of(tag).map(Reader)
    }

    /// The bits of a BIT STRING as whole bytes, and how many of the last are unused.
    pub(super) fn bits(&self) -> Option<(&'a [u8], u8)> {
        let (unused, bytes) = self.of(tag::BIT_STRING)?.split_first()?;
        Some((bytes, *unused))
    }
}

/// Elements one after another.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Nothing follows.
    pub(super) const fn done(&self) -> bool {
        self.0.is_empty()
    }

    /// What has not been read.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The tag that comes next.
    pub(super) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next element; none at the end or where it cannot be told apart.
    pub(super) fn read(&mut self) -> Option<Tlv<'a>> {
        let (first, rest) = self.0.split_first()?;
        if first & 0x1F == 0x1F {
            return None;
        }
        let (length, rest) = rest.split_first()?;
        let (length, minimal, rest) = if length & 0x80 == 0 {
            (usize::from(*length), true, rest)
        } else {
            let count = usize::from(length & 0x7F);
            // None for the indefinite form; four bytes are more than anything we accept.
            if count == 0 || count > 4 {
                return None;
            }
            let (digits, rest) = rest.split_at_checked(count)?;
            let length = digits.iter().fold(0usize, |n, d| n << 8 | usize::from(*d));
            let minimal = digits.first() != Some(&0) && length > 0x7F;
            (length, minimal, rest)
        };
        let (value, rest) = rest.split_at_checked(length)?;
        let raw = self.0.get(..self.0.len() - rest.len())?;
        self.0 = rest;
        Some(Tlv {
            tag: *first,
            value,
            raw,
            minimal,
        })
    }

    /// The next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Option<Tlv<'a>> {
        let found = self.read()?;
        (found.tag == tag).then_some(found)
    }

    /// The next element if it has this tag; else nothing is read.
    pub(super) fn optional(&mut self, tag: u8) -> Option<Tlv<'a>> {
        if self.peek() == Some(tag) {
            self.read()
        } else {
            None
        }
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Tlv<'a>;

    fn next(&mut self) -> Option<Tlv<'a>> {
        self.read()
    }
}

/// The one element that `bytes` are; none if something follows.
pub(super) fn whole(bytes: &[u8]) -> Option<Tlv<'_>> {
    let mut reader = Reader::new(bytes);
    let found = reader.read()?;
    reader.done().then_some(found)
}

/// An object identifier in dots; none if it is not one.
pub(super) fn dotted(oid: &[u8]) -> Option<String> {
    let mut out = String::new();
    let (mut value, mut begun) = (0u128, false);
    for byte in oid.get(..64).unwrap_or(oid) {
        // X.690 8.19.2: no leading zeros in a part.
        if !begun && *byte == 0x80 {
            return None;
        }
        value = value.checked_mul(128)? | u128::from(byte & 0x7F);
        begun = byte & 0x80 != 0;
        if begun {
            continue;
        }
        if out.is_empty() {
            let root = (value / 40).min(2);
            out = format!("{root}.{}", value - root * 40);
        } else {
            out.push('.');
            out.push_str(&value.to_string());
        }
        value = 0;
    }
    (!begun && !out.is_empty()).then_some(out)
}

/// Seconds since 1970 of a UTCTime or GeneralizedTime in the forms of RFC 5280 4.1.2.5; none in any
/// other form.
pub(super) fn seconds(time: &Tlv<'_>) -> Option<i64> {
    let digits = time.value.strip_suffix(b"Z")?;
    let number = |from: usize, to: usize| -> Option<i16> {
        let part = digits.get(from..to)?;
        part.iter().try_fold(0i16, |n, d| {
            d.is_ascii_digit().then(|| n * 10 + i16::from(d - b'0'))
        })
    };
    let (year, rest) = match (time.tag, digits.len()) {
        (tag::UTC_TIME, 12) => {
            let short = number(0, 2)?;
            (
                if short < 50 {
                    2000 + short
                } else {
                    1900 + short
                },
                2,
            )
        }
        (tag::GENERALIZED_TIME, 14) => (number(0, 4)?, 4),
        _ => return None,
    };
    let pair = |place: usize| {
        let from = rest + place * 2;
        number(from, from + 2).and_then(|n| i8::try_from(n).ok())
    };
    let civil = jiff::civil::DateTime::new(
        year,
        pair(0)?,
        pair(1)?,
        pair(2)?,
        pair(3)?,
        // A leap second is the second before it.
        pair(4)?.min(59),
        0,
    );
    let zoned = civil.ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_are_read_and_their_form_remembered() {
        let short = whole(&[4, 1, 9]).unwrap();
        assert_eq!((short.value, short.minimal), (&[9u8][..], true));
        let long = whole(&[4, 0x81, 1, 9]).unwrap();
        assert_eq!((long.value, long.minimal), (&[9u8][..], false));
        assert!(!whole(&[4, 0x82, 0, 1, 9]).unwrap().minimal);
        let many = [&[4, 0x81, 0x80][..], &[0; 128]].concat();
        assert!(whole(&many).unwrap().minimal);
        for bad in [
            &[0x30, 0x80, 0, 0][..],
            &[4, 2, 9],
            &[4],
            &[0x1F, 1, 0],
            &[4, 0x85, 0, 0, 0, 0, 1, 9],
            &[4, 0, 0],
        ] {
            assert_eq!(whole(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn identifiers_are_written_in_dots() {
        for (bytes, text) in [
            (&[0x55, 0x1D, 0x0F][..], Some("2.5.29.15")),
            (
                &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D],
                Some("1.2.840.113549"),
            ),
            (&[0x88, 0x37], Some("2.999")),
            (&[0x55, 0x80, 0x01], None),
            (&[0x55, 0x9D], None),
            (&[], None),
        ] {
            assert_eq!(dotted(bytes).as_deref(), text, "{bytes:?}");
        }
    }

    #[test]
    fn times_are_those_of_rfc_5280() {
        let time = |tag, text: &'static str| {
            seconds(&Tlv {
                tag,
                value: text.as_bytes(),
                raw: &[],
                minimal: true,
            })
        };
        assert_eq!(time(tag::UTC_TIME, "700101000001Z"), Some(1));
        assert_eq!(
            time(tag::UTC_TIME, "491231235959Z"),
            time(tag::GENERALIZED_TIME, "20491231235959Z")
        );
        assert!(time(tag::UTC_TIME, "500101000000Z").unwrap() < 0);
        for text in [
            "7001010000Z",
            "700101000000+0000",
            "700231000000Z",
            "70010100000aZ",
        ] {
            assert_eq!(time(tag::UTC_TIME, text), None, "{text}");
        }
        assert_eq!(time(tag::GENERALIZED_TIME, "20500101000000.5Z"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let read: usize = Reader::new(&bytes).map(|tlv| tlv.raw.len()).sum();
            prop_assert!(read <= bytes.len());
            let _ = dotted(&bytes);
        }
    }
}
