//! General names and name constraints (RFC 5280 sections 4.2.1.6 and 4.2.1.10).

use super::{
    der::{self, Malformed, Reader, Value},
    distinguished::Distinguished,
};

/// One name of a subject alternative name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum GeneralName<'a> {
    Email(&'a [u8]),
    Dns(&'a [u8]),
    Directory(Distinguished<'a>),
    Uri(&'a [u8]),
    Address(&'a [u8]),
    /// A form that we do not interpret, by its tag.
    Other(u8),
}

impl<'a> GeneralName<'a> {
    pub(super) fn read(value: Value<'a>) -> Result<Self, Malformed> {
        Ok(match value.tag {
            0x81 => Self::Email(ascii(value.contents)?),
            0x82 => Self::Dns(ascii(value.contents)?),
            0x86 => Self::Uri(ascii(value.contents)?),
            // A choice is tagged explicitly: the whole Name is inside.
            0xa4 => Self::Directory(Distinguished::read(value.contents)?),
            0x87 => Self::Address(value.contents),
            tag @ (0xa0 | 0xa3 | 0xa5 | 0x88) => Self::Other(tag),
            _ => return Err(Malformed),
        })
    }
}

/// IA5String: the characters of ASCII.
fn ascii(bytes: &[u8]) -> Result<&[u8], Malformed> {
    if bytes.is_ascii() {
        Ok(bytes)
    } else {
        Err(Malformed)
    }
}

/// One or more general names (GeneralNames).
pub(super) fn names(contents: &[u8]) -> Result<Vec<GeneralName<'_>>, Malformed> {
    let mut reader = Reader::new(contents);
    let mut out = Vec::new();
    while !reader.is_empty() {
        out.push(GeneralName::read(reader.any()?)?);
    }
    Ok(out)
}

/// What the names below an authority may be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Constraints<'a> {
    pub(super) permitted: Vec<Base<'a>>,
    pub(super) excluded: Vec<Base<'a>>,
}

/// The base of a subtree. One that makes no sense harms only the names of its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Base<'a> {
    name: GeneralName<'a>,
    sound: bool,
}

impl<'a> Constraints<'a> {
    /// From the whole DER of the extension's value.
    pub(super) fn read(value: &'a [u8]) -> Result<Self, Malformed> {
        let mut outer = Reader::new(der::only(value, der::SEQUENCE)?);
        let permitted = outer.optional(0xa0)?;
        let excluded = outer.optional(0xa1)?;
        outer.end()?;
        let read = |list: Option<Value<'a>>| match list {
            None => Ok(Vec::new()),
            Some(list) => subtrees(list.contents),
        };
        // RFC 5280: one of the two must be there.
        if permitted.is_none() && excluded.is_none() {
            return Err(Malformed);
        }
        Ok(Self {
            permitted: read(permitted)?,
            excluded: read(excluded)?,
        })
    }
}

fn subtrees(contents: &[u8]) -> Result<Vec<Base<'_>>, Malformed> {
    let mut reader = Reader::new(contents);
    let mut out = Vec::new();
    while !reader.is_empty() {
        let mut subtree = reader.sequence()?;
        let name = GeneralName::read(subtree.any()?)?;
        // `minimum` is zero, and so not written, and `maximum` absent.
        subtree.end()?;
        let sound = match &name {
            GeneralName::Dns(name) => name.is_empty() || is_domain(name),
            GeneralName::Email(name) => match split_mailbox(name) {
                Ok((_, host)) => is_domain(host),
                Err(()) => {
                    !name.contains(&b'@') && is_domain(name.strip_prefix(b".").unwrap_or(name))
                }
            },
            GeneralName::Uri(name) => is_domain(name.strip_prefix(b".").unwrap_or(name)),
            GeneralName::Address(bytes) => matches!(bytes.len(), 8 | 32) && is_prefix(bytes),
            GeneralName::Directory(_) | GeneralName::Other(_) => true,
        };
        out.push(Base { name, sound });
    }
    if out.is_empty() {
        return Err(Malformed);
    }
    Ok(out)
}

/// The mask behind an address has its ones first (RFC 4632).
fn is_prefix(bytes: &[u8]) -> bool {
    let mask = bytes.get(bytes.len() / 2..).unwrap_or_default();
    // At most sixteen bytes, put to the left.
    let bits = mask
        .iter()
        .chain(std::iter::repeat(&0))
        .take(16)
        .fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    bits.leading_ones() == bits.count_ones()
}

/// Labels of letters, digits, hyphens and underscores, none empty.
pub(super) fn is_domain(name: &[u8]) -> bool {
    name.len() <= 253
        && name.split(|byte| *byte == b'.').all(|label| {
            (1..=63).contains(&label.len())
                && label
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
}

fn split_mailbox(name: &[u8]) -> Result<(&[u8], &[u8]), ()> {
    let mut parts = name.split(|byte| *byte == b'@');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(local), Some(host), None) if !local.is_empty() => Ok((local, host)),
        _ => Err(()),
    }
}

/// Whether a name lies within a base; an error if that cannot be said.
pub(super) fn is_within(
    name: &GeneralName<'_>,
    base: &Base<'_>,
    excluding: bool,
) -> Result<bool, Malformed> {
    if !base.sound && same_form(name, base) {
        return Err(Malformed);
    }
    Ok(match (name, &base.name) {
        (GeneralName::Dns(name), GeneralName::Dns(base)) => {
            return dns_within(name, base, excluding);
        }
        (GeneralName::Address(address), GeneralName::Address(base)) => {
            return address_within(address, base);
        }
        (GeneralName::Directory(name), GeneralName::Directory(base)) => name.is_within(base),
        (GeneralName::Email(name), GeneralName::Email(base)) => {
            let (local, host) = split_mailbox(name).map_err(|()| Malformed)?;
            match split_mailbox(base) {
                Ok((base_local, base_host)) => {
                    local == base_local && host.eq_ignore_ascii_case(base_host)
                }
                Err(()) => host_within(host, base),
            }
        }
        (GeneralName::Uri(name), GeneralName::Uri(base)) => {
            host_within(host_of(name).ok_or(Malformed)?, base)
        }
        // A form that we cannot interpret, constrained and used.
        (GeneralName::Other(name), GeneralName::Other(base)) if name == base => {
            return Err(Malformed);
        }
        _ => false,
    })
}

/// Whether both are of one form, so that a permitted base speaks of the name.
pub(super) fn same_form(name: &GeneralName<'_>, base: &Base<'_>) -> bool {
    match (name, &base.name) {
        (GeneralName::Other(name), GeneralName::Other(base)) => name == base,
        (name, base) => std::mem::discriminant(name) == std::mem::discriminant(base),
    }
}

/// A wildcard name stands for all that it covers: excluded if one of them is, permitted if all are.
fn dns_within(name: &[u8], base: &[u8], excluding: bool) -> Result<bool, Malformed> {
    let (parent, wild) = match name.strip_prefix(b"*.") {
        Some(parent) => (parent, true),
        None => (name, false),
    };
    let parent = parent.strip_suffix(b".").unwrap_or(parent);
    if !is_domain(parent) {
        return Err(Malformed);
    }
    if domain_within(parent, base) {
        return Ok(true);
    }
    // `*.lamgiang.test` covers `a.lamgiang.test`, which may be what is excluded.
    let covered = base
        .iter()
        .position(|byte| *byte == b'.')
        .and_then(|dot| base.get(dot + 1..));
    Ok(wild && excluding && covered.is_some_and(|above| above.eq_ignore_ascii_case(parent)))
}

fn domain_within(name: &[u8], base: &[u8]) -> bool {
    if base.is_empty() {
        return true;
    }
    let Some(start) = name.len().checked_sub(base.len()) else {
        return false;
    };
    let (before, end) = name.split_at(start);
    end.eq_ignore_ascii_case(base) && (before.is_empty() || before.ends_with(b"."))
}

/// Hosts of mailboxes and URIs: a base with a dot before it means what lies below, else that host alone.
fn host_within(host: &[u8], base: &[u8]) -> bool {
    match base.strip_prefix(b".") {
        Some(above) => host.len() > above.len() && domain_within(host, above),
        None => host.eq_ignore_ascii_case(base),
    }
}

/// The host of a URI, if it is a name.
fn host_of(uri: &[u8]) -> Option<&[u8]> {
    let start = uri.windows(3).position(|three| three == b"://")? + 3;
    let rest = uri.get(start..)?;
    let end = rest
        .iter()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'))
        .unwrap_or(rest.len());
    let authority = rest.get(..end)?;
    let host = authority.rsplit(|byte| *byte == b'@').next()?;
    let host = host.split(|byte| *byte == b':').next()?;
    let address =
        std::str::from_utf8(host).is_ok_and(|host| host.parse::<std::net::IpAddr>().is_ok());
    (!address && is_domain(host)).then_some(host)
}

fn address_within(address: &[u8], base: &[u8]) -> Result<bool, Malformed> {
    if !matches!(address.len(), 4 | 16) {
        return Err(Malformed);
    }
    if base.len() != address.len() * 2 {
        return Ok(false);
    }
    let (network, mask) = base.split_at(address.len());
    Ok(address
        .iter()
        .zip(network)
        .zip(mask)
        .all(|((address, network), mask)| address & mask == network & mask))
}
