//! Remote desktops, directories and management.

use luytre_inventory::Protocol;

use super::{Asker, Opening, Whole, asking, at_least, u16_at, u32_le_at};
use crate::probe::service::greeting::Heard;

pub(super) const OPENINGS: [Opening; 7] = [
    // X.224 connection request in a TPKT with an RDP negotiation request for TLS and CredSSP
    // (MS-RDPBCGR 2.2.1.1).
    asking(Protocol::Rdp, |_| RDP.to_vec(), rdp_whole, rdp),
    asking(
        Protocol::Smb,
        |_| SMB.to_vec(),
        |said| at_least(said, 14),
        smb,
    ),
    asking(Protocol::Ldap, ldap_root, ldap_whole, ldap),
    // X Window System protocol 11, chapter 8: connection setup without authorisation.
    asking(
        Protocol::X11,
        |_| vec![b'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        |said| {
            let more = said.get(6..8).map(|l| u16::from_le_bytes([l[0], l[1]]));
            more.is_some_and(|more| said.len() >= 8 + 4 * usize::from(more.min(64)))
                .into()
        },
        x11,
    ),
    // Java Debug Wire Protocol: handshake. Nothing is commanded.
    asking(
        Protocol::Jdwp,
        |_| b"JDWP-Handshake".to_vec(),
        |said| at_least(said, 14),
        |said| {
            said.first()?
                .starts_with(b"JDWP-Handshake")
                .then(|| Heard::plain(Protocol::Jdwp, "JDWP-Handshake"))
        },
    ),
    asking(
        Protocol::Msrpc,
        |_| RPC_BIND.to_vec(),
        |said| at_least(said, 16),
        |said| match said.first()?.as_slice() {
            [5, 0, 12 | 13, ..] => Some(Heard::plain(Protocol::Msrpc, "DCE/RPC endpoint mapper")),
            _ => None,
        },
    ),
    asking(Protocol::Pptp, pptp_start, |said| at_least(said, 156), pptp),
];

const RDP: &[u8] = &[3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0];

fn rdp_whole(said: &[u8]) -> Whole {
    let tpkt = matches!(said, [3, 0, high, low, ..]
        if said.len() >= usize::from(u16::from_be_bytes([*high, *low])));
    (tpkt || (said.len() >= 4 && !said.starts_with(&[3, 0]))).into()
}

/// A connection confirm (X.224 code 0xd0), with what was negotiated (MS-RDPBCGR 2.2.1.2).
fn rdp(said: &[Vec<u8>]) -> Option<Heard> {
    let said = said.first()?;
    let [3, 0, _, _, _, 0xd0, ..] = said.as_slice() else {
        return None;
    };
    let banner = match said.get(11..16) {
        Some([2, _, _, _, selected]) => match selected {
            0 => "RDP: standard security",
            1 => "RDP: TLS",
            2 | 8 => "RDP: CredSSP (NLA)",
            _ => "RDP",
        },
        Some([3, ..]) => "RDP: negotiation refused",
        _ => "RDP: standard security, no negotiation",
    };
    Some(Heard::plain(Protocol::Rdp, banner))
}

/// Multi-protocol negotiate (MS-SMB2 4.1): an SMB 1 header with the dialects `NT LM 0.12`,
/// `SMB 2.002` and `SMB 2.???`, so that every age of server can answer.
const SMB: &[u8] =
    b"\x00\x00\x00\x45\xffSMB\x72\x00\x00\x00\x00\x18\x53\xc8\x00\x00\x00\x00\x00\x00\x00\x00\
\x00\x00\x00\x00\xff\xff\xff\xfe\x00\x00\x00\x00\x00\x22\x00\x02NT LM 0.12\x00\x02SMB 2.002\x00\
\x02SMB 2.???\x00";

fn smb(said: &[Vec<u8>]) -> Option<Heard> {
    let said = said.first()?;
    let banner = match said.get(4..8) {
        Some(b"\xfeSMB") => "SMB 2 or later",
        // The flag of an answer (MS-CIFS 2.2.3.1).
        Some(b"\xffSMB") if said.get(13)? & 0x80 != 0 => "SMB 1 only",
        _ => return None,
    };
    Some(Heard::plain(Protocol::Smb, banner))
}

/// What is asked of the root of a directory (RFC 4512 5.1; MS-ADTS 3.1.1.3.2).
const ROOT_ATTRIBUTES: [&str; 4] = [
    "objectClass",
    "vendorName",
    "vendorVersion",
    "forestFunctionality",
];

fn ber(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap_or(0x7f).min(0x7f);
    let mut element = vec![tag, length];
    element.extend_from_slice(content);
    element
}

/// A search of the root alone (RFC 4511 4.5.1), which nobody need log in for.
fn ldap_root(_: &Asker<'_>) -> Vec<u8> {
    let attributes: Vec<u8> = ROOT_ATTRIBUTES
        .iter()
        .flat_map(|name| ber(4, name.as_bytes()))
        .collect();
    let mut search = ber(4, b"");
    // Base object, no aliases, one entry, three seconds, values too.
    search.extend([10, 1, 0, 10, 1, 0, 2, 1, 1, 2, 1, 3, 1, 1, 0]);
    search.extend(ber(0x87, b"objectClass"));
    search.extend(ber(0x30, &attributes));
    let mut message = vec![2, 1, 1];
    message.extend(ber(0x63, &search));
    ber(0x30, &message)
}

/// Tag, content and rest of the first element.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x84 => {
            let count = usize::from(first & 0x7f);
            let digits = rest.get(..count)?;
            let length = digits.iter().fold(0, |n, d| (n << 8) | usize::from(*d));
            (length, &rest[count..])
        }
        _ => return None,
    };
    Some((*tag, rest.get(..length)?, &rest[length..]))
}

/// The operations in the messages so far.
fn operations(mut said: &[u8]) -> Vec<(u8, &[u8])> {
    let mut found = Vec::new();
    while let Some((0x30, message, rest)) = element(said) {
        said = rest;
        if let Some((2, _, operation)) = element(message)
            && let Some((tag, content, _)) = element(operation)
        {
            found.push((tag, content));
        }
    }
    found
}

fn ldap_whole(said: &[u8]) -> Whole {
    let done = operations(said)
        .iter()
        .any(|(tag, _)| matches!(tag, 0x65 | 0x78));
    (done || (!said.is_empty() && said[0] != 0x30)).into()
}

fn ldap(said: &[Vec<u8>]) -> Option<Heard> {
    let operations = operations(said.first()?);
    if !operations.iter().any(|(tag, _)| matches!(tag, 0x64 | 0x65)) {
        return None;
    }
    let mut lines = Vec::new();
    for (_, entry) in operations.iter().filter(|(tag, _)| *tag == 0x64) {
        let attributes = element(entry)
            .and_then(|(_, _, rest)| element(rest))
            .map_or(&[][..], |(_, attributes, _)| attributes);
        let mut rest = attributes;
        while let Some((0x30, attribute, after)) = element(rest) {
            rest = after;
            let Some((4, name, values)) = element(attribute) else {
                continue;
            };
            let mut values = element(values).map_or(&[][..], |(_, values, _)| values);
            while let Some((4, value, after)) = element(values) {
                values = after;
                lines.push(format!("{}: {}", super::text(name), super::text(value)));
            }
        }
    }
    lines.truncate(16);
    Some(Heard::plain(Protocol::Ldap, lines.join("\n")))
}

fn x11(said: &[Vec<u8>]) -> Option<Heard> {
    let said = said.first()?;
    let [state @ 0..=2, length, ..] = said.as_slice() else {
        return None;
    };
    if *state != 2 && said.get(2..4) != Some(&[11, 0]) {
        return None;
    }
    let banner = if *state == 1 {
        let release = u32_le_at(said, 8)?;
        let length = usize::from(u16::from_le_bytes([*said.get(24)?, *said.get(25)?]));
        let vendor = super::text(said.get(40..40 + length.min(64))?);
        format!("vendor: {vendor}, release: {}", xorg_release(release))
    } else {
        let reason = said.get(8..).unwrap_or_default();
        let length = if *state == 0 {
            usize::from(*length)
        } else {
            64
        };
        format!(
            "refused: {}",
            super::zero_ended(&reason[..length.min(reason.len())])
        )
    };
    Some(Heard::plain(Protocol::X11, banner))
}

/// The release number as X.Org writes it: 12101007 is 1.21.1.7, which is called 21.1.7.
fn xorg_release(number: u32) -> String {
    let (major, minor) = (number / 10_000_000, number / 100_000 % 100);
    let (patch, snapshot) = (number / 1000 % 100, number % 1000);
    match (major, minor) {
        (1, 21..) => format!("{minor}.{patch}.{snapshot}"),
        _ => format!("{major}.{minor}.{patch}"),
    }
}

/// Bind to the endpoint mapper with the ordinary transfer syntax (C706 12.6.4.3, appendix O).
const RPC_BIND: &[u8] = &[
    5, 0, 11, 3, 0x10, 0, 0, 0, 72, 0, 0, 0, 1, 0, 0, 0, 0xb8, 0x10, 0xb8, 0x10, 0, 0, 0, 0, 1, 0,
    0, 0, 0, 0, 1, 0, 0x08, 0x83, 0xaf, 0xe1, 0x1f, 0x5d, 0xc9, 0x11, 0x91, 0xa4, 0x08, 0x00, 0x2b,
    0x14, 0xa0, 0xfa, 3, 0, 0, 0, 0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08,
    0x00, 0x2b, 0x10, 0x48, 0x60, 2, 0, 0, 0,
];

/// Start-Control-Connection-Request (RFC 2637 2.1).
fn pptp_start(_: &Asker<'_>) -> Vec<u8> {
    let mut packet = vec![0, 156, 0, 1, 0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0, 1, 0, 0, 0];
    packet.extend([0, 0, 0, 3, 0, 0, 0, 3]);
    packet.resize(156, 0);
    packet
}

fn pptp(said: &[Vec<u8>]) -> Option<Heard> {
    let said = said.first()?;
    let fits = said.get(2..10) == Some(&[0, 1, 0x1a, 0x2b, 0x3c, 0x4d, 0, 2]);
    if !fits {
        return None;
    }
    let firmware = u16_at(said, 26)?;
    let host = super::zero_ended(said.get(28..92)?);
    let vendor = super::zero_ended(said.get(92..156)?);
    let banner = format!("firmware: {firmware}, host: {host}, vendor: {vendor}");
    Some(Heard::plain(Protocol::Pptp, banner))
}
