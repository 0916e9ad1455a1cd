//! A certificate as path validation needs it, read strictly (RFC 5280 section 4.1).

use super::{
    der::{self, BIT_STRING, INTEGER, Malformed, OCTET_STRING, OID, Reader, SEQUENCE},
    distinguished::Distinguished,
    extension::Extensions,
    general::GeneralName,
};

/// A certificate; all slices are parts of its DER.
#[derive(Debug)]
pub(super) struct Certificate<'a> {
    /// The part that is signed.
    pub(super) tbs: &'a [u8],
    /// 1, 2 or 3.
    pub(super) version: u32,
    /// Contents of the INTEGER.
    pub(super) serial: &'a [u8],
    /// AlgorithmIdentifier in the signed part, whole.
    pub(super) inner_algorithm: &'a [u8],
    /// AlgorithmIdentifier beside the signature, whole.
    pub(super) algorithm: &'a [u8],
    pub(super) signature: &'a [u8],
    pub(super) issuer: Distinguished<'a>,
    pub(super) subject: Distinguished<'a>,
    /// The subject as names that constraints speak of, beside those of the alternative name.
    subject_names: Vec<GeneralName<'a>>,
    /// First and last second of validity, since 1970.
    pub(super) validity: (i64, i64),
    /// Whether both times are in the form that RFC 5280 section 4.1.2.5 wants for them.
    pub(super) times_in_form: bool,
    /// SubjectPublicKeyInfo, whole.
    pub(super) key: &'a [u8],
    pub(super) extensions: Extensions<'a>,
}

impl<'a> Certificate<'a> {
    /// Reads the whole of `bytes`.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut outer = Reader::new(der::only(bytes, SEQUENCE)?);
        let tbs = outer.expect(SEQUENCE)?;
        let algorithm = outer.expect(SEQUENCE)?.whole;
        let signature = der::bytes_of_bits(outer.expect(BIT_STRING)?.contents)?;
        outer.end()?;

        let mut inner = Reader::new(tbs.contents);
        let version = match inner.optional(0xa0)? {
            None => 1,
            Some(version) => match der::small(der::only(version.contents, INTEGER)?)? {
                number @ (1 | 2) => number + 1,
                // The default is not written; more there are not.
                _ => return Err(Malformed),
            },
        };
        let serial = inner.expect(INTEGER)?.contents;
        let inner_algorithm = inner.expect(SEQUENCE)?.whole;
        let issuer = Distinguished::read(inner.expect(SEQUENCE)?.whole)?;
        let mut times = inner.sequence()?;
        let (from, from_in_form) = time(times.any()?)?;
        let (until, until_in_form) = time(times.any()?)?;
        times.end()?;
        let subject = Distinguished::read(inner.expect(SEQUENCE)?.whole)?;
        let key = inner.expect(SEQUENCE)?.whole;
        // Unique identifiers, long out of use.
        inner.optional(0x81)?;
        inner.optional(0x82)?;
        let extensions = match inner.optional(0xa3)? {
            None => Extensions::default(),
            Some(list) => Extensions::read(der::only(list.contents, SEQUENCE)?)?,
        };
        inner.end()?;
        let subject_names = subject_names(&subject, &extensions);
        Ok(Self {
            tbs: tbs.whole,
            version,
            serial,
            inner_algorithm,
            algorithm,
            signature,
            issuer,
            subject,
            subject_names,
            validity: (from, until),
            times_in_form: from_in_form && until_in_form,
            key,
            extensions,
        })
    }

    /// Whether it names itself as its issuer (RFC 5280 section 6.1).
    pub(super) fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    /// Every name that name constraints are applied to (RFC 5280 section 4.2.1.10).
    pub(super) fn names(&self) -> impl Iterator<Item = &GeneralName<'a>> {
        let alternative = self.extensions.names.iter().flat_map(|names| &names.value);
        alternative.chain(&self.subject_names)
    }

    pub(super) const fn is_valid_at(&self, second: i64) -> bool {
        self.validity.0 <= second && second <= self.validity.1
    }
}

/// The subject, and its mail addresses where the alternative name has none.
fn subject_names<'a>(
    subject: &Distinguished<'a>,
    extensions: &Extensions<'a>,
) -> Vec<GeneralName<'a>> {
    let mut out = Vec::new();
    if !subject.is_empty() {
        out.push(GeneralName::Directory(subject.clone()));
    }
    let is_mail = |name: &GeneralName<'_>| matches!(name, GeneralName::Email(_));
    let mut others = extensions.names.iter().flat_map(|names| &names.value);
    if !others.any(is_mail) {
        out.extend(subject.emails.iter().map(|mail| GeneralName::Email(mail)));
    }
    out
}

/// A Time as seconds since 1970, and whether its form is right: UTCTime to 2049, GeneralizedTime from
/// 2050, both to the second and in Greenwich.
fn time(value: der::Value<'_>) -> Result<(i64, bool), Malformed> {
    let text = value.contents.strip_suffix(b"Z").ok_or(Malformed)?;
    if !text.iter().all(u8::is_ascii_digit) {
        return Err(Malformed);
    }
    let two = |place: usize| match text.get(place..place + 2) {
        Some([tens, ones]) => Ok(i16::from(tens - b'0') * 10 + i16::from(ones - b'0')),
        _ => Err(Malformed),
    };
    let (year, at, in_form) = match (value.tag, text.len()) {
        (der::UTC_TIME, 12) => {
            let year = two(0)?;
            (year + if year < 50 { 2000 } else { 1900 }, 2, true)
        }
        (der::GENERALIZED_TIME, 14) => {
            let year = two(0)? * 100 + two(2)?;
            (year, 4, year >= 2050)
        }
        _ => return Err(Malformed),
    };
    let small = |place| two(place).and_then(|n| i8::try_from(n).map_err(|_| Malformed));
    let moment = jiff::civil::DateTime::new(
        year,
        small(at)?,
        small(at + 2)?,
        small(at + 4)?,
        small(at + 6)?,
        small(at + 8)?,
        0,
    )
    .map_err(|_| Malformed)?;
    let since = moment.duration_since(jiff::civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
    Ok((since.as_secs(), in_form))
}

/// The OID of an AlgorithmIdentifier, and what follows it.
pub(super) fn algorithm(whole: &[u8]) -> Result<(&[u8], Reader<'_>), Malformed> {
    let mut reader = Reader::new(der::only(whole, SEQUENCE)?);
    let oid = reader.expect(OID)?.contents;
    Ok((oid, reader))
}

/// The AlgorithmIdentifier and the key of a SubjectPublicKeyInfo.
pub(super) fn key(whole: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let mut reader = Reader::new(der::only(whole, SEQUENCE)?);
    let algorithm = reader.expect(SEQUENCE)?.whole;
    let key = der::bytes_of_bits(reader.expect(BIT_STRING)?.contents)?;
    reader.end()?;
    Ok((algorithm, key))
}

/// The contents of an extension as they lie in the certificate: OID, whether critical, value.
pub(super) fn extension<'a>(
    list: &mut Reader<'a>,
) -> Result<(&'a [u8], bool, &'a [u8]), Malformed> {
    let mut reader = list.sequence()?;
    let oid = reader.expect(OID)?.contents;
    let critical = match reader.optional(der::BOOLEAN)? {
        // FALSE is the default and not written, but old software writes it.
        Some(critical) => der::boolean(critical.contents)?,
        None => false,
    };
    let value = reader.expect(OCTET_STRING)?.contents;
    reader.end()?;
    Ok((oid, critical, value))
}
