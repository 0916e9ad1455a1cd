//! The extensions that path validation knows (RFC 5280 section 4.2).

use super::{
    certificate,
    der::{self, BOOLEAN, INTEGER, Malformed, OCTET_STRING, OID, Reader, SEQUENCE},
    general::{self, Constraints, GeneralName},
};

/// Extensions of one certificate; more are no certificate that anybody issues.
const MOST: usize = 256;

/// A bit of the key usage, counted from the highest.
pub(super) mod usage {
    pub(in super::super) const DIGITAL_SIGNATURE: u16 = 0x8000;
    pub(in super::super) const KEY_ENCIPHERMENT: u16 = 0x2000;
    pub(in super::super) const KEY_AGREEMENT: u16 = 0x0800;
    pub(in super::super) const CERT_SIGN: u16 = 0x0400;
}

/// id-kp-serverAuth.
const SERVER_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
/// anyExtendedKeyUsage.
const ANY_USAGE: &[u8] = &[0x55, 0x1d, 0x25, 0];

/// The value of an extension and whether it is critical.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Extension<T> {
    pub(super) critical: bool,
    pub(super) value: T,
}

/// Basic constraints (4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Basic {
    pub(super) ca: bool,
    pub(super) path_length: Option<u32>,
}

/// Authority key identifier (4.2.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AuthorityKey<'a> {
    pub(super) key: Option<&'a [u8]>,
}

/// Extended key usage (4.2.1.12), as far as servers go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Purposes {
    pub(super) server: bool,
    pub(super) any: bool,
}

/// Policy constraints (4.2.1.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PolicyConstraints {
    pub(super) require_explicit: Option<u32>,
    pub(super) inhibit_mapping: Option<u32>,
}

/// Policies of the issuer, each with the one of the subject that is the same (4.2.1.5).
type Mappings<'a> = Vec<(&'a [u8], &'a [u8])>;

/// What was found.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
pub(super) struct Extensions<'a> {
    /// There is a list at all.
    pub(super) any: bool,
    pub(super) basic: Option<Extension<Basic>>,
    pub(super) key_usage: Option<Extension<u16>>,
    pub(super) purposes: Option<Extension<Purposes>>,
    pub(super) names: Option<Extension<Vec<GeneralName<'a>>>>,
    pub(super) constraints: Option<Extension<Constraints<'a>>>,
    pub(super) subject_key: Option<Extension<&'a [u8]>>,
    pub(super) authority_key: Option<Extension<AuthorityKey<'a>>>,
    pub(super) access: Option<Extension<()>>,
    /// Policy OIDs.
    pub(super) policies: Option<Extension<Vec<&'a [u8]>>>,
    pub(super) mappings: Option<Extension<Mappings<'a>>>,
    pub(super) policy_constraints: Option<Extension<PolicyConstraints>>,
    pub(super) inhibit_any: Option<Extension<u32>>,
    /// It says where the certificate of its issuer is (id-ad-caIssuers).
    pub(super) names_issuer: bool,
    /// A critical one that we do not know.
    pub(super) unknown_critical: bool,
    /// One OID stands twice.
    pub(super) twice: bool,
    /// A known one cannot be read.
    pub(super) malformed: bool,
}

impl<'a> Extensions<'a> {
    /// From the contents of the SEQUENCE of extensions.
    pub(super) fn read(contents: &'a [u8]) -> Result<Self, Malformed> {
        let mut out = Self {
            any: true,
            ..Self::default()
        };
        let mut seen: Vec<&[u8]> = Vec::new();
        let mut list = Reader::new(contents);
        while !list.is_empty() {
            let (oid, critical, value) = certificate::extension(&mut list)?;
            if seen.len() >= MOST {
                return Err(Malformed);
            }
            out.twice |= seen.contains(&oid);
            seen.push(oid);
            match out.take(oid, critical, value) {
                Ok(known) => out.unknown_critical |= critical && !known,
                Err(Malformed) => out.malformed = true,
            }
        }
        // One or more, if the list is there at all.
        if seen.is_empty() {
            Err(Malformed)
        } else {
            Ok(out)
        }
    }

    /// Takes one extension; whether it is known.
    fn take(&mut self, oid: &[u8], critical: bool, value: &'a [u8]) -> Result<bool, Malformed> {
        match oid {
            [0x55, 0x1d, last] => return self.take_standard(*last, critical, value),
            // id-pe-authorityInfoAccess.
            [0x2b, 6, 1, 5, 5, 7, 1, 1] => {
                let mut list = Reader::new(value).sequence()?;
                der::only(value, SEQUENCE)?;
                while !list.is_empty() {
                    let mut access = list.sequence()?;
                    let method = access.expect(OID)?.contents;
                    self.names_issuer |= method == [0x2b, 6, 1, 5, 5, 7, 0x30, 2];
                    GeneralName::read(access.any()?)?;
                    access.end()?;
                }
                self.access = Some(Extension {
                    critical,
                    value: (),
                });
            }
            // id-pe-tlsfeature, the signed certificate timestamps.
            [0x2b, 6, 1, 5, 5, 7, 1, 24] => {
                der::only(value, SEQUENCE)?;
            }
            [0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2] => {
                der::only(value, OCTET_STRING)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Takes one of the arc 2.5.29.
    fn take_standard(
        &mut self,
        last: u8,
        critical: bool,
        value: &'a [u8],
    ) -> Result<bool, Malformed> {
        macro_rules! put {
            ($field:ident, $value:expr) => {
                self.$field = Some(Extension {
                    critical,
                    value: $value,
                })
            };
        }
        match last {
            14 => put!(subject_key, filled(der::only(value, OCTET_STRING)?)?),
            15 => put!(
                key_usage,
                der::named_bits(der::only(value, der::BIT_STRING)?)?
            ),
            17 => put!(names, general::names(der::only(value, SEQUENCE)?)?),
            // The issuer's other names say nothing of the path.
            18 => {
                general::names(filled(der::only(value, SEQUENCE)?)?)?;
            }
            19 => put!(basic, basic(value)?),
            30 => put!(constraints, Constraints::read(value)?),
            31 => {
                filled(der::only(value, SEQUENCE)?)?;
            }
            32 => put!(policies, policies(value)?),
            33 => put!(mappings, mappings(value)?),
            35 => put!(authority_key, authority_key(value)?),
            36 => put!(policy_constraints, policy_constraints(value)?),
            37 => put!(purposes, purposes(value)?),
            54 => put!(inhibit_any, der::small(der::only(value, INTEGER)?)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn filled(contents: &[u8]) -> Result<&[u8], Malformed> {
    if contents.is_empty() {
        Err(Malformed)
    } else {
        Ok(contents)
    }
}

fn basic(value: &[u8]) -> Result<Basic, Malformed> {
    let mut reader = Reader::new(der::only(value, SEQUENCE)?);
    let ca = match reader.optional(BOOLEAN)? {
        Some(ca) => der::boolean(ca.contents)?,
        None => false,
    };
    let path_length = match reader.optional(INTEGER)? {
        Some(length) => Some(der::small(length.contents)?),
        None => None,
    };
    reader.end()?;
    Ok(Basic { ca, path_length })
}

fn authority_key(value: &[u8]) -> Result<AuthorityKey<'_>, Malformed> {
    let mut reader = Reader::new(der::only(value, SEQUENCE)?);
    let key = match reader.optional(0x80)? {
        Some(key) => Some(filled(key.contents)?),
        None => None,
    };
    // The issuer's own issuer and serial help nobody to find it.
    if let Some(issuer) = reader.optional(0xa1)? {
        general::names(filled(issuer.contents)?)?;
    }
    reader.optional(0x82)?;
    reader.end()?;
    Ok(AuthorityKey { key })
}

fn purposes(value: &[u8]) -> Result<Purposes, Malformed> {
    let mut reader = Reader::new(filled(der::only(value, SEQUENCE)?)?);
    let mut out = Purposes::default();
    while !reader.is_empty() {
        let oid = reader.expect(OID)?.contents;
        out.server |= oid == SERVER_AUTH;
        out.any |= oid == ANY_USAGE;
    }
    Ok(out)
}

fn policies(value: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
    let mut reader = Reader::new(filled(der::only(value, SEQUENCE)?)?);
    let mut out = Vec::new();
    while !reader.is_empty() {
        let mut policy = reader.sequence()?;
        let oid = policy.expect(OID)?.contents;
        // Qualifiers are for people.
        policy.optional(SEQUENCE)?;
        policy.end()?;
        if out.len() >= MOST {
            return Err(Malformed);
        }
        out.push(oid);
    }
    Ok(out)
}

fn mappings(value: &[u8]) -> Result<Mappings<'_>, Malformed> {
    let mut reader = Reader::new(filled(der::only(value, SEQUENCE)?)?);
    let mut out = Vec::new();
    while !reader.is_empty() {
        let mut mapping = reader.sequence()?;
        let pair = (mapping.expect(OID)?.contents, mapping.expect(OID)?.contents);
        mapping.end()?;
        if out.len() >= MOST {
            return Err(Malformed);
        }
        out.push(pair);
    }
    Ok(out)
}

fn policy_constraints(value: &[u8]) -> Result<PolicyConstraints, Malformed> {
    let mut reader = Reader::new(filled(der::only(value, SEQUENCE)?)?);
    let mut number = |tag| match reader.optional(tag)? {
        Some(skip) => der::small(skip.contents).map(Some),
        None => Ok(None),
    };
    let out = PolicyConstraints {
        require_explicit: number(0x80)?,
        inhibit_mapping: number(0x81)?,
    };
    reader.end()?;
    Ok(out)
}
