//! A certificate taken apart as its bytes stand (RFC 5280 section 4.1), without a demand that they be right.

use super::der::{Reader, Tlv, dotted, tag, whole};

/// Most extensions and attributes of a name that are looked at.
const MOST: usize = 512;

/// Contents of the object identifiers that we know.
pub(super) mod oid {
    pub(in super::super) const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1D, 14];
    pub(in super::super) const KEY_USAGE: &[u8] = &[0x55, 0x1D, 15];
    pub(in super::super) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1D, 17];
    pub(in super::super) const ISSUER_ALT_NAME: &[u8] = &[0x55, 0x1D, 18];
    pub(in super::super) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 19];
    pub(in super::super) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 30];
    pub(in super::super) const CRL_POINTS: &[u8] = &[0x55, 0x1D, 31];
    pub(in super::super) const POLICIES: &[u8] = &[0x55, 0x1D, 32];
    pub(in super::super) const ANY_POLICY: &[u8] = &[0x55, 0x1D, 32, 0];
    pub(in super::super) const POLICY_MAPPINGS: &[u8] = &[0x55, 0x1D, 33];
    pub(in super::super) const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1D, 35];
    pub(in super::super) const POLICY_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 36];
    pub(in super::super) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1D, 37];
    pub(in super::super) const ANY_USAGE: &[u8] = &[0x55, 0x1D, 37, 0];
    pub(in super::super) const FRESHEST_CRL: &[u8] = &[0x55, 0x1D, 46];
    pub(in super::super) const INHIBIT_ANY_POLICY: &[u8] = &[0x55, 0x1D, 54];
    /// id-kp, without its last part.
    pub(in super::super) const KEY_PURPOSE: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3];
    pub(in super::super) const SERVER_AUTH: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 1];
    pub(in super::super) const OCSP_SIGNING: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 9];
    pub(in super::super) const AUTHORITY_INFO: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 1, 1];
    pub(in super::super) const SUBJECT_INFO: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 1, 11];
    pub(in super::super) const TLS_FEATURE: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 1, 24];
    pub(in super::super) const OCSP: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 48, 1];
    pub(in super::super) const CA_ISSUERS: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 48, 2];
    pub(in super::super) const SCT_LIST: &[u8] = &[0x2B, 6, 1, 4, 1, 0xD6, 0x79, 2, 4, 2];
    pub(in super::super) const PRECERTIFICATE: &[u8] = &[0x2B, 6, 1, 4, 1, 0xD6, 0x79, 2, 4, 3];
    pub(in super::super) const RSA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1];
    pub(in super::super) const RSA_PSS: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 10];
    pub(in super::super) const EC: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1];

    /// Extensions that a path may mark critical: we know what they mean.
    pub(in super::super) const KNOWN: &[&[u8]] = &[
        SUBJECT_KEY_ID,
        KEY_USAGE,
        SUBJECT_ALT_NAME,
        ISSUER_ALT_NAME,
        BASIC_CONSTRAINTS,
        NAME_CONSTRAINTS,
        CRL_POINTS,
        POLICIES,
        POLICY_MAPPINGS,
        AUTHORITY_KEY_ID,
        POLICY_CONSTRAINTS,
        EXTENDED_KEY_USAGE,
        FRESHEST_CRL,
        INHIBIT_ANY_POLICY,
        AUTHORITY_INFO,
        SUBJECT_INFO,
        TLS_FEATURE,
        SCT_LIST,
        PRECERTIFICATE,
    ];
}

/// Key usage bits (RFC 5280 4.2.1.3), the first named is bit 0.
pub(super) const KEY_USAGES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

/// A certificate taken apart.
#[derive(Debug, Clone)]
pub(super) struct View<'a> {
    /// All bytes given.
    pub(super) der: &'a [u8],
    /// What follows the certificate.
    pub(super) trailing: &'a [u8],
    pub(super) tbs: Tlv<'a>,
    /// The version number as written; none if absent, which means 1.
    pub(super) version: Option<Tlv<'a>>,
    pub(super) serial: &'a [u8],
    /// The signature algorithm inside the signed part, and the one outside.
    pub(super) inner: Algorithm<'a>,
    pub(super) outer: Algorithm<'a>,
    pub(super) issuer: Name<'a>,
    pub(super) subject: Name<'a>,
    pub(super) not_before: Tlv<'a>,
    pub(super) not_after: Tlv<'a>,
    pub(super) key: PublicKey<'a>,
    /// It has an issuer or subject unique identifier.
    pub(super) unique_id: bool,
    /// None if there is no list of extensions.
    pub(super) extensions: Option<Vec<Extension<'a>>>,
    /// The bytes of the signature.
    pub(super) signature: &'a [u8],
}

/// An AlgorithmIdentifier.
#[derive(Debug, Clone, Copy)]
pub(super) struct Algorithm<'a> {
    pub(super) raw: &'a [u8],
    pub(super) oid: &'a [u8],
    pub(super) parameters: Option<Tlv<'a>>,
}

impl<'a> Algorithm<'a> {
    pub(super) fn of(tlv: Tlv<'a>) -> Option<Self> {
        let mut inside = tlv.sequence(tag::SEQUENCE)?;
        Some(Self {
            raw: tlv.raw,
            oid: inside.expect(tag::OID)?.value,
            parameters: inside.read(),
        })
    }
}

/// A subject public key.
#[derive(Debug, Clone, Copy)]
pub(super) struct PublicKey<'a> {
    pub(super) algorithm: Algorithm<'a>,
    pub(super) bytes: &'a [u8],
}

impl<'a> PublicKey<'a> {
    pub(super) fn of(tlv: Tlv<'a>) -> Option<Self> {
        let mut inside = tlv.sequence(tag::SEQUENCE)?;
        Some(Self {
            algorithm: Algorithm::of(inside.read()?)?,
            bytes: inside.read()?.bits()?.0,
        })
    }

    /// Modulus and exponent of an RSA key as the contents of their INTEGERs.
    pub(super) fn rsa(&self) -> Option<(&'a [u8], &'a [u8])> {
        if ![oid::RSA, oid::RSA_PSS].contains(&self.algorithm.oid) {
            return None;
        }
        let mut inside = whole(self.bytes)?.sequence(tag::SEQUENCE)?;
        let modulus = inside.expect(tag::INTEGER)?.value;
        Some((modulus, inside.expect(tag::INTEGER)?.value))
    }
}

/// A distinguished name.
#[derive(Debug, Clone)]
pub(super) struct Name<'a> {
    pub(super) raw: &'a [u8],
    /// Relative names, each with its attributes; not looked at beyond a bound.
    pub(super) parts: Vec<Vec<Attribute<'a>>>,
}

/// One attribute of a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attribute<'a> {
    pub(super) kind: &'a [u8],
    pub(super) value: Tlv<'a>,
}

impl<'a> Name<'a> {
    pub(super) fn of(tlv: Tlv<'a>) -> Option<Self> {
        let mut parts = Vec::new();
        for set in tlv.sequence(tag::SEQUENCE)?.take(MOST) {
            let attributes = set.sequence(tag::SET)?.take(MOST).map(|pair| {
                let mut inside = pair.sequence(tag::SEQUENCE)?;
                Some(Attribute {
                    kind: inside.expect(tag::OID)?.value,
                    value: inside.read()?,
                })
            });
            parts.push(attributes.collect::<Option<_>>()?);
        }
        Some(Self {
            raw: tlv.raw,
            parts,
        })
    }

    /// All attributes, whatever relative name they stand in.
    pub(super) fn attributes(&self) -> impl Iterator<Item = &Attribute<'a>> {
        self.parts.iter().flatten()
    }

    /// The attributes of the X.520 kind 2.5.4.`number`.
    pub(super) fn of_kind(&self, number: u8) -> impl Iterator<Item = &Attribute<'a>> {
        self.attributes()
            .filter(move |attribute| attribute.kind == [0x55, 4, number])
    }

    pub(super) fn has(&self, number: u8) -> bool {
        self.of_kind(number).next().is_some()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// One extension.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extension<'a> {
    pub(super) oid: &'a [u8],
    pub(super) critical: bool,
    pub(super) value: &'a [u8],
}

impl<'a> View<'a> {
    /// Takes `der` apart; none if it has not the frame of a certificate.
    pub(super) fn of(der: &'a [u8]) -> Option<Self> {
        let mut outside = Reader::new(der);
        let mut certificate = outside.expect(tag::SEQUENCE)?.inside();
        let tbs = certificate.expect(tag::SEQUENCE)?;
        let outer = Algorithm::of(certificate.read()?)?;
        let signature = certificate.read()?.bits()?.0;
        let mut inside = tbs.inside();
        let version = match inside.optional(tag::explicit(0)) {
            Some(wrapped) => Some(wrapped.inside().expect(tag::INTEGER)?),
            None => None,
        };
        let serial = inside.expect(tag::INTEGER)?.value;
        let inner = Algorithm::of(inside.read()?)?;
        let issuer = Name::of(inside.read()?)?;
        let mut validity = inside.expect(tag::SEQUENCE)?.inside();
        let (not_before, not_after) = (validity.read()?, validity.read()?);
        let subject = Name::of(inside.read()?)?;
        let key = PublicKey::of(inside.read()?)?;
        let mut unique_id = false;
        let mut list = None;
        for field in inside {
            match field.tag & !0x20 {
                0x81 | 0x82 => unique_id = true,
                0x83 => list = Some(extensions(&field)?),
                _ => return None,
            }
        }
        Some(Self {
            der,
            trailing: outside.rest(),
            tbs,
            version,
            serial,
            inner,
            outer,
            issuer,
            subject,
            not_before,
            not_after,
            key,
            unique_id,
            extensions: list,
            signature,
        })
    }

    pub(super) fn extensions(&self) -> &[Extension<'a>] {
        self.extensions.as_deref().unwrap_or_default()
    }

    /// The first extension of this kind.
    pub(super) fn extension(&self, oid: &[u8]) -> Option<Extension<'a>> {
        self.extensions().iter().find(|e| e.oid == oid).copied()
    }

    pub(super) fn critical(&self, oid: &[u8]) -> bool {
        self.extension(oid).is_some_and(|e| e.critical)
    }

    fn within(&self, oid: &[u8], tag: u8) -> Option<Reader<'a>> {
        whole(self.extension(oid)?.value)?.sequence(tag)
    }

    /// The CA flag and path length; none without the extension or where it is malformed.
    pub(super) fn basic(&self) -> Option<Basic<'a>> {
        let mut inside = self.within(oid::BASIC_CONSTRAINTS, tag::SEQUENCE)?;
        let authority = match inside.optional(tag::BOOLEAN) {
            Some(flag) => *flag.value.first()? != 0,
            None => false,
        };
        let length = inside.optional(tag::INTEGER).map(|length| length.value);
        inside.done().then_some(Basic { authority, length })
    }

    /// It says that it is an authority.
    pub(super) fn is_authority(&self) -> bool {
        self.basic().is_some_and(|basic| basic.authority)
    }

    /// Subject and issuer are the same bytes.
    pub(super) fn is_self_issued(&self) -> bool {
        self.subject.raw == self.issuer.raw
    }

    /// Key usage bits, bit 0 the lowest; none without the extension or where it is malformed.
    pub(super) fn key_usage(&self) -> Option<u16> {
        let (bytes, _) = whole(self.extension(oid::KEY_USAGE)?.value)?.bits()?;
        if bytes.len() > 2 {
            return None;
        }
        let all = bytes.iter().enumerate();
        Some(all.fold(0, |bits, (place, byte)| {
            bits | u16::from(byte.reverse_bits()) << (place * 8)
        }))
    }

    /// It may be used so: bit `number` of the key usage.
    pub(super) fn may(&self, number: usize) -> bool {
        self.key_usage().is_some_and(|bits| bits >> number & 1 == 1)
    }

    /// Purposes of the extended key usage.
    pub(super) fn purposes(&self) -> Option<Vec<&'a [u8]>> {
        let inside = self.within(oid::EXTENDED_KEY_USAGE, tag::SEQUENCE)?;
        inside.take(MOST).map(|e| e.of(tag::OID)).collect()
    }

    /// General names of the subject alternative name.
    pub(super) fn alternative_names(&self) -> Option<Reader<'a>> {
        self.within(oid::SUBJECT_ALT_NAME, tag::SEQUENCE)
    }

    /// Policies, each with its qualifiers.
    pub(super) fn policies(&self) -> Option<Vec<(&'a [u8], Option<Tlv<'a>>)>> {
        let inside = self.within(oid::POLICIES, tag::SEQUENCE)?;
        let each = inside.take(MOST).map(|policy| {
            let mut policy = policy.sequence(tag::SEQUENCE)?;
            Some((policy.expect(tag::OID)?.value, policy.read()))
        });
        each.collect()
    }

    /// Access methods and their general names (AIA).
    pub(super) fn information(&self) -> Option<Vec<(&'a [u8], Tlv<'a>)>> {
        let inside = self.within(oid::AUTHORITY_INFO, tag::SEQUENCE)?;
        let each = inside.take(MOST).map(|access| {
            let mut access = access.sequence(tag::SEQUENCE)?;
            Some((access.expect(tag::OID)?.value, access.read()?))
        });
        each.collect()
    }

    /// Distribution points of revocation lists.
    pub(super) fn points(&self) -> Option<Vec<Point<'a>>> {
        let inside = self.within(oid::CRL_POINTS, tag::SEQUENCE)?;
        inside.take(MOST).map(Point::of).collect()
    }

    /// The authority key identifier.
    pub(super) fn authority_key(&self) -> Option<AuthorityKey<'a>> {
        let mut inside = self.within(oid::AUTHORITY_KEY_ID, tag::SEQUENCE)?;
        let id = inside.optional(tag::implicit(0)).map(|id| id.value);
        let issuer = inside.optional(tag::explicit(1)).is_some();
        let serial = inside.optional(tag::implicit(2)).is_some();
        let found = AuthorityKey {
            id,
            by_issuer: issuer || serial,
        };
        inside.done().then_some(found)
    }

    /// The subject key identifier.
    pub(super) fn subject_key(&self) -> Option<&'a [u8]> {
        whole(self.extension(oid::SUBJECT_KEY_ID)?.value)?.of(tag::OCTET_STRING)
    }

    /// Permitted and excluded subtrees; each none if absent.
    pub(super) fn name_constraints(&self) -> Option<[Option<Tlv<'a>>; 2]> {
        let mut inside = self.within(oid::NAME_CONSTRAINTS, tag::SEQUENCE)?;
        let permitted = inside.optional(tag::explicit(0));
        let excluded = inside.optional(tag::explicit(1));
        inside.done().then_some([permitted, excluded])
    }

    /// Features of RFC 7633.
    pub(super) fn features(&self) -> Option<Vec<&'a [u8]>> {
        let inside = self.within(oid::TLS_FEATURE, tag::SEQUENCE)?;
        inside.take(MOST).map(|e| e.of(tag::INTEGER)).collect()
    }

    /// Embedded signed certificate timestamps; none without the extension or where it is malformed.
    pub(super) fn timestamps(&self) -> Option<u16> {
        let list = whole(self.extension(oid::SCT_LIST)?.value)?.of(tag::OCTET_STRING)?;
        timestamp_count(list)
    }
}

/// How many timestamps a SignedCertificateTimestampList holds (RFC 6962 3.3); none if malformed.
pub(super) fn timestamp_count(list: &[u8]) -> Option<u16> {
    let vector = |bytes: &'_ [u8]| -> Option<usize> {
        let length = bytes.first_chunk::<2>()?;
        Some(usize::from(u16::from_be_bytes(*length)))
    };
    let mut rest = list.get(2..)?;
    if vector(list)? != rest.len() {
        return None;
    }
    let mut count = 0u16;
    while !rest.is_empty() {
        let length = vector(rest)?;
        let (one, after) = rest.get(2..)?.split_at_checked(length)?;
        // Version 1, log id, time, extensions, algorithms, signature.
        if one.len() < 47 || one.first() != Some(&0) {
            return None;
        }
        rest = after;
        count = count.checked_add(1)?;
    }
    Some(count)
}

/// Basic constraints.
#[derive(Debug, Clone, Copy)]
pub(super) struct Basic<'a> {
    pub(super) authority: bool,
    /// The path length as the content of its INTEGER.
    pub(super) length: Option<&'a [u8]>,
}

/// An authority key identifier.
#[derive(Debug, Clone, Copy)]
pub(super) struct AuthorityKey<'a> {
    pub(super) id: Option<&'a [u8]>,
    /// It names the issuer's certificate by issuer and serial number.
    pub(super) by_issuer: bool,
}

/// A distribution point of revocation lists.
#[derive(Debug, Clone)]
pub(super) struct Point<'a> {
    /// General names under fullName.
    pub(super) names: Vec<Tlv<'a>>,
    /// It has a name of either form.
    pub(super) named: bool,
    /// It names another issuer.
    pub(super) issuer: bool,
    /// It lists some reasons only.
    pub(super) reasons: bool,
}

impl<'a> Point<'a> {
    pub(super) fn of(tlv: Tlv<'a>) -> Option<Self> {
        let mut inside = tlv.sequence(tag::SEQUENCE)?;
        let mut point = Self {
            names: Vec::new(),
            named: false,
            issuer: false,
            reasons: false,
        };
        if let Some(name) = inside.optional(tag::explicit(0)) {
            let form = whole(name.value)?;
            point.named = true;
            if let Some(names) = form.sequence(tag::explicit(0)) {
                point.names = names.take(MOST).collect();
            }
        }
        point.reasons = inside.optional(tag::implicit(1)).is_some();
        point.issuer = inside.optional(tag::explicit(2)).is_some();
        inside.done().then_some(point)
    }

    /// Its addresses.
    pub(super) fn urls(&self) -> impl Iterator<Item = &'a [u8]> {
        self.names.iter().filter_map(url)
    }
}

/// The address in a general name of kind uniformResourceIdentifier.
pub(super) fn url<'a>(name: &Tlv<'a>) -> Option<&'a [u8]> {
    name.of(tag::implicit(6))
}

/// The Extensions inside their explicit tag; none if they are no list of extensions.
pub(super) fn extensions<'a>(wrapped: &Tlv<'a>) -> Option<Vec<Extension<'a>>> {
    let list = whole(wrapped.value)?.sequence(tag::SEQUENCE)?;
    list.take(MOST).map(|one| extension(&one)).collect()
}

fn extension<'a>(one: &Tlv<'a>) -> Option<Extension<'a>> {
    let mut inside = one.sequence(tag::SEQUENCE)?;
    let oid = inside.expect(tag::OID)?.value;
    let critical = inside
        .optional(tag::BOOLEAN)
        .is_some_and(|flag| flag.value.first().is_some_and(|byte| *byte != 0));
    Some(Extension {
        oid,
        critical,
        value: inside.expect(tag::OCTET_STRING)?.value,
    })
}

/// An identifier for people: dots, or hexadecimal if it is malformed.
pub(super) fn identifier(oid: &[u8]) -> String {
    dotted(oid).unwrap_or_else(|| crate::hex::hex(oid.get(..64).unwrap_or(oid)))
}
