//! Directories: LDAP without a connection, `NetBIOS`.

use luytre_checks::fact::UdpQuestion;
use luytre_inventory::Protocol;

use super::{
    Step, Told,
    ber::{OCTETS, Reader, SEQUENCE, number as integer, write},
    text, u16_at,
};

/// The root entry with all its attributes, as MS-ADTS section 3.1.1.3.2 and RFC 1798 have it: it is meant
/// for strangers, and its length is what makes the amplification.
pub(super) const LDAP: Step = Step {
    question: UdpQuestion::LdapRoot,
    protocol: Protocol::Ldap,
    say: |_, number| root(number),
    read: ldap,
    ..Step::PLAIN
};

const ENUMERATED: u8 = 0x0a;
const BOOLEAN: u8 = 0x01;
const SEARCH: u8 = 0x63;
const PRESENT: u8 = 0x87;
const ENTRY: u8 = 0x64;
const DONE: u8 = 0x65;
const SET: u8 = 0x31;

/// Attributes that name the software.
const SHOWN: [&str; 5] = [
    "vendorName",
    "vendorVersion",
    "forestFunctionality",
    "domainFunctionality",
    "objectClass",
];

const fn id(number: u32) -> u32 {
    number & 0x7fff_ffff
}

/// RFC 4511 section 4.5.1: base object, no aliases, no limits of ours.
fn root(number: u32) -> Vec<u8> {
    let (zero, none) = (integer(0), write(ENUMERATED, &[&[0]]));
    let parts = [
        write(OCTETS, &[]),
        none.clone(),
        none,
        zero.clone(),
        zero,
        write(BOOLEAN, &[&[0]]),
        write(PRESENT, &[b"objectClass"]),
        write(SEQUENCE, &[]),
    ];
    let search = write(SEARCH, &[&parts.concat()]);
    write(SEQUENCE, &[&integer(id(number)), &search])
}

/// An entry or the end of the search, under our number. Both may stand in one datagram.
fn ldap(number: u32, said: &[u8]) -> Option<Told> {
    let mut messages = Reader::new(said);
    let mut lines = Vec::new();
    let mut ours = false;
    while let Some(mut message) = messages.inside(SEQUENCE) {
        if message.unsigned()? != id(number) {
            return None;
        }
        match message.next()? {
            (ENTRY, entry) => lines.extend(attributes(entry)),
            (DONE, _) => (),
            _ => return None,
        }
        ours = true;
    }
    ours.then(|| Told {
        banner: lines.join("\n"),
        ..Told::default()
    })
}

/// `name: value` of the attributes that name the software.
fn attributes(entry: &[u8]) -> Vec<String> {
    let mut entry = Reader::new(entry);
    let (_name, list) = (entry.expect(OCTETS), entry.inside(SEQUENCE));
    let mut lines = Vec::new();
    let Some(mut list) = list else { return lines };
    while let Some(mut attribute) = list.inside(SEQUENCE) {
        let (Some(name), Some(mut values)) = (attribute.expect(OCTETS), attribute.inside(SET))
        else {
            break;
        };
        let known = SHOWN
            .iter()
            .find(|known| known.as_bytes().eq_ignore_ascii_case(name));
        let Some(known) = known else { continue };
        while lines.len() < 16
            && let Some(value) = values.expect(OCTETS)
        {
            lines.push(format!("{known}: {}", text(value)));
        }
    }
    lines
}

/// RFC 1002 section 4.2.17: which names a host has.
pub(super) const NETBIOS: Step = Step {
    question: UdpQuestion::NetbiosStatus,
    protocol: Protocol::Netbios,
    say: |_, number| {
        let [_, _, high, low] = number.to_be_bytes();
        let mut out = vec![high, low, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        out.extend(any_name());
        out.extend(STATUS);
        out
    },
    read: netbios,
    ..Step::PLAIN
};

/// Type NBSTAT, class Internet.
const STATUS: [u8; 4] = [0, 0x21, 0, 1];

/// Names of a host that are shown.
const NAMES: usize = 8;

/// `*` and zeros, each half byte as a letter (RFC 1001 section 14.1).
fn any_name() -> Vec<u8> {
    let mut out = vec![32];
    let name = std::iter::once(b'*').chain(std::iter::repeat_n(0, 15));
    out.extend(name.flat_map(|byte| [b'A' + (byte >> 4), b'A' + (byte & 15)]));
    out.push(0);
    out
}

/// RFC 1002 section 4.2.18.
fn netbios(number: u32, said: &[u8]) -> Option<Told> {
    let [_, _, high, low] = number.to_be_bytes();
    let header = said.get(..12)?;
    let response = header.starts_with(&[high, low]) && header[2] & 0xf8 == 0x80;
    let counts = [4, 6].map(|at| u16_at(said, at));
    if !response || counts != [Some(0), Some(1)] {
        return None;
    }
    let record = said.get(12..)?;
    let (name, record) = record.split_at_checked(34)?;
    let (kind, record) = record.split_at_checked(4)?;
    if name != any_name() || kind != STATUS {
        return None;
    }
    // Time to live and length, then the names: fifteen letters, a kind, flags.
    let (count, names) = record.get(6..)?.split_first()?;
    let names = names.chunks_exact(18).take(usize::from(*count).min(NAMES));
    let names: Vec<String> = names.map(|name| text(&name[..15])).collect();
    Some(Told {
        banner: format!("names: {}", names.join(", ")),
        ..Told::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u32, attributes: &[(&str, &str)]) -> Vec<u8> {
        let list: Vec<u8> = attributes
            .iter()
            .flat_map(|(name, value)| {
                let values = write(SET, &[&write(OCTETS, &[value.as_bytes()])]);
                write(SEQUENCE, &[&write(OCTETS, &[name.as_bytes()]), &values])
            })
            .collect();
        let entry = write(ENTRY, &[&write(OCTETS, &[]), &write(SEQUENCE, &[&list])]);
        let done = write(DONE, &[&write(ENUMERATED, &[&[0]])]);
        let number = integer(number);
        [
            write(SEQUENCE, &[&number, &entry]),
            write(SEQUENCE, &[&number, &done]),
        ]
        .concat()
    }

    #[test]
    fn the_root_entry_names_the_software() {
        let said = entry(
            7,
            &[
                ("dnsHostName", "dc.doiche.test"),
                ("forestFunctionality", "7"),
            ],
        );
        assert_eq!(ldap(7, &said).unwrap().banner, "forestFunctionality: 7");
        assert_eq!(ldap(8, &said), None);
        assert_eq!(ldap(7, &[]), None);
        assert_eq!(ldap(7, &root(7)), None);
    }

    #[test]
    fn a_host_has_names() {
        let mut said = vec![0x12, 0x34, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        said.extend(any_name());
        said.extend(STATUS);
        said.extend([0, 0, 0, 0, 0, 37, 2]);
        for name in ["MAY-CHU", "DOICHE"] {
            said.extend(format!("{name:15}").as_bytes());
            said.extend([0, 4, 0]);
        }
        let told = netbios(0x1234, &said).unwrap();
        assert_eq!(told.banner, "names: MAY-CHU, DOICHE");
        assert_eq!(netbios(0x1235, &said), None);
        for end in 0..57 {
            assert_eq!(netbios(0x1234, &said[..end]), None, "{end}");
        }
    }

    #[test]
    fn the_question_is_that_of_the_specification() {
        assert_eq!(&any_name()[..4], b"\x20CKA");
        assert_eq!(any_name().len(), 34);
    }
}
