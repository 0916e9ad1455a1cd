//! DNS (RFC 1035).

use luytre_checks::{Tri, Unmeasured, fact::UdpQuestion};
use luytre_inventory::Protocol;

use super::{Step, Talk, Told, text, u16_at};

/// The name servers of the root, recursion desired: what every resolver asks first of all (RFC 9609). The
/// name belongs to nobody, and the answer tells whether the server would work for us.
pub(super) const ROOT: Step = Step {
    question: UdpQuestion::DnsRoot,
    protocol: Protocol::Dns,
    say: |_, number| ask(number, RECURSION_DESIRED, ROOT_NS),
    read: root,
    ..Step::PLAIN
};

/// `version.bind`, which a server answers of itself (RFC 4892 section 3).
pub(super) const VERSION: Step = Step {
    question: UdpQuestion::DnsVersion,
    protocol: Protocol::Dns,
    say: |_, number| ask(number, 0, VERSION_BIND),
    read: version,
    ..Step::PLAIN
};

/// Name, type and class.
const ROOT_NS: &[u8] = &[0, 0, 2, 0, 1];
const VERSION_BIND: &[u8] = b"\x07version\x04bind\0\0\x10\0\x03";

const RECURSION_DESIRED: u8 = 1;

const SERVER_FAILURE: u8 = 2;

fn ask(number: u32, flags: u8, question: &[u8]) -> Vec<u8> {
    let [_, _, high, low] = number.to_be_bytes();
    let mut out = vec![high, low, flags, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    out.extend(question);
    out
}

/// The header of an answer to `question` with our number.
struct Header {
    available: bool,
    code: u8,
    answers: u16,
}

fn header(number: u32, said: &[u8], question: &[u8]) -> Option<Header> {
    let [_, _, high, low] = number.to_be_bytes();
    let ours = said.starts_with(&[high, low]);
    let (first, second) = (said.get(2)?, said.get(3)?);
    // A response, and to a query.
    let response = first & 0xf8 == 0x80;
    let code = second & 0x0f;
    let asked = match u16_at(said, 4)? {
        // Servers that refuse may leave the question out.
        0 => code != 0,
        1 => is_echo(said.get(12..)?, question),
        _ => false,
    };
    (ours && response && asked).then_some(Header {
        available: second & 0x80 != 0,
        code,
        answers: u16_at(said, 6)?,
    })
}

/// Names come back as asked, but for the case of their letters.
fn is_echo(said: &[u8], question: &[u8]) -> bool {
    said.get(..question.len())
        .is_some_and(|echo| echo.eq_ignore_ascii_case(question))
}

/// Recursion is available if the server says so and tries: with an answer, or by failing on the way. One
/// that says so and refuses does not. A server that says that it is not available is believed.
fn root(number: u32, said: &[u8]) -> Option<Told> {
    let header = header(number, said, ROOT_NS)?;
    let recursion = match (header.available, header.code) {
        (false, _) | (true, 5) => Tri::No,
        (true, 0) if header.answers > 0 => Tri::Yes,
        (true, SERVER_FAILURE) => Tri::Yes,
        (true, _) => Tri::Unknown,
    };
    Some(Told {
        recursion,
        ..Told::default()
    })
}

fn version(number: u32, said: &[u8]) -> Option<Told> {
    let header = header(number, said, VERSION_BIND)?;
    let version = (header.code == 0 && header.answers > 0).then(|| first_text(said));
    Some(Told {
        banner: version.flatten().unwrap_or_default(),
        refused: header.code != 0,
        ..Told::default()
    })
}

/// The first string of the first answer, if it is a text.
fn first_text(said: &[u8]) -> Option<String> {
    let at = after_name(said, 12 + VERSION_BIND.len())?;
    // Type TXT; class, time to live and length, then strings with a length of their own.
    if u16_at(said, at)? != 16 {
        return None;
    }
    let length = usize::from(*said.get(at + 10)?);
    Some(text(said.get(at + 11..at + 11 + length)?))
}

/// Where the name at `at` ends (RFC 1035 section 4.1.4).
fn after_name(said: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *said.get(at)? {
            0 => return Some(at + 1),
            0xc0..=0xff => return Some(at + 2),
            length => at += usize::from(length) + 1,
        }
    }
}

/// Services of the local network: which kinds there are (RFC 6763 section 9), asked of one host
/// (RFC 6762 section 5.5). A host that does not belong to our link should not answer.
pub(super) const SERVICES: Step = Step {
    question: UdpQuestion::MdnsServices,
    protocol: Protocol::Mdns,
    say: |_, number| ask(number, 0, KINDS),
    read: services,
    ..Step::PLAIN
};

const KINDS: &[u8] = b"\x09_services\x07_dns-sd\x04_udp\x05local\0\0\x0c\0\x01";

/// A simple resolver is answered with its number and its question (RFC 6762 section 6.7).
fn services(number: u32, said: &[u8]) -> Option<Told> {
    let header = header(number, said, KINDS)?;
    Some(Told {
        banner: format!("services: {}", header.answers),
        refused: header.code != 0,
        ..Told::default()
    })
}

/// Recursion first, then the name of the software.
pub(super) async fn talk(talk: &mut Talk<'_>) -> Result<(), Unmeasured> {
    let told = talk.first(&ROOT).await?;
    talk.fact.recursion = told.recursion;
    // Whether or not it tells.
    let _ = talk.ask(&VERSION).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(flags: [u8; 2], answers: u16, question: &[u8], rest: &[u8]) -> Vec<u8> {
        let mut out = vec![0x12, 0x34, flags[0], flags[1], 0, 1];
        out.extend(answers.to_be_bytes());
        out.extend([0; 4]);
        out.extend(question);
        out.extend(rest);
        out
    }

    #[test]
    fn recursion_is_what_the_server_does() {
        for (flags, answers, recursion) in [
            ([0x81, 0x80], 13, Tri::Yes),
            ([0x81, 0x82], 0, Tri::Yes),
            ([0x81, 0x85], 0, Tri::No),
            ([0x81, 0x05], 0, Tri::No),
            // An answer out of a cache, or a referral upwards.
            ([0x81, 0x00], 13, Tri::No),
            ([0x81, 0x80], 0, Tri::Unknown),
            ([0x81, 0x83], 0, Tri::Unknown),
        ] {
            let said = answer(flags, answers, ROOT_NS, &[]);
            let told = root(0x1234, &said).unwrap();
            assert_eq!(told.recursion, recursion, "{flags:?}");
            // Another number, a question, another question: no answer.
            assert_eq!(root(0x1235, &said), None);
            assert_eq!(root(0x1234, &answer([0x01, 0], 0, ROOT_NS, &[])), None);
            assert_eq!(
                root(0x1234, &answer(flags, answers, VERSION_BIND, &[])),
                None
            );
        }
        // Without the question only a refusal is believed.
        let bare = |code| [0x12, 0x34, 0x81, code, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(root(0x1234, &bare(5)).unwrap().recursion, Tri::No);
        assert_eq!(root(0x1234, &bare(0)), None);
    }

    #[test]
    fn versions_are_read_whole_or_not_at_all() {
        let record = b"\xc0\x0c\0\x10\0\x03\0\0\0\0\0\x06\x059.9.9";
        let said = answer([0x84, 0], 1, VERSION_BIND, record);
        assert_eq!(version(0x1234, &said).unwrap().banner, "9.9.9");
        for end in 12 + VERSION_BIND.len()..said.len() {
            assert_eq!(version(0x1234, &said[..end]).unwrap().banner, "", "{end}");
        }
        let refused = answer([0x84, 5], 0, VERSION_BIND, &[]);
        assert!(version(0x1234, &refused).unwrap().refused);
    }
}
