//! Names.

use luytre_inventory::Protocol;

use super::{Opening, asking, u16_at};
use crate::probe::service::greeting::Heard;

pub(super) const OPENINGS: [Opening; 1] = [
    // A question over TCP (RFC 1035 4.2.2): `version.bind` in class CHAOS, without recursion.
    asking(
        Protocol::Dns,
        |_| b"\0\x1e\x4c\x54\0\0\0\x01\0\0\0\0\0\0\x07version\x04bind\0\0\x10\0\x03".to_vec(),
        |said| {
            u16_at(said, 0)
                .is_some_and(|length| said.len() >= usize::from(length) + 2)
                .into()
        },
        dns,
    ),
];

fn dns(said: &[Vec<u8>]) -> Option<Heard> {
    let said = said.first()?.get(2..)?;
    // Our number, and a response.
    if !said.starts_with(&[0x4c, 0x54]) || said.get(2)? & 0x80 == 0 {
        return None;
    }
    let code = said.get(3)? & 0x0f;
    let answers = u16_at(said, 6)?;
    let version = (answers > 0).then(|| version(said)).flatten();
    let shown = match (code, &version) {
        (_, Some(version)) => version.clone(),
        (5, None) => "version.bind: REFUSED".to_owned(),
        (code, None) => format!("version.bind: RCODE {code}"),
    };
    Some(Heard::plain(Protocol::Dns, version.unwrap_or_default()).showing(shown))
}

/// The text of the first answer.
fn version(said: &[u8]) -> Option<String> {
    let questions = u16_at(said, 4)?;
    let mut at = 12;
    for _ in 0..questions.min(4) {
        at = after_name(said, at)? + 4;
    }
    at = after_name(said, at)?;
    // Type TXT; class, time to live and length, then strings with a length of their own.
    if u16_at(said, at)? != 16 {
        return None;
    }
    let length = usize::from(*said.get(at + 10)?);
    let text = super::text(said.get(at + 11..at + 11 + length)?);
    (!text.is_empty()).then_some(text)
}

/// Where the name at `at` ends (RFC 1035 4.1.4).
fn after_name(said: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *said.get(at)? {
            0 => return Some(at + 1),
            0xc0..=0xff => return Some(at + 2),
            length => at += usize::from(length) + 1,
        }
    }
}
