//! IPMI over LAN (IPMI v2.0 revision 1.1, chapters 13 and 22): what a management controller tells before any
//! session.

use luytre_checks::{
    Tri, Unmeasured,
    fact::{IpmiAccess, UdpQuestion},
};
use luytre_inventory::Protocol;

use super::{Step, Talk, Told};

/// Section 22.13: for this channel, the extended data of version 2.0, at the level of administrator.
pub(super) const CAPABILITIES: Step = Step {
    question: UdpQuestion::IpmiCapabilities,
    protocol: Protocol::Ipmi,
    say: |_, number| request(number, GET_CAPABILITIES, &[0x8e, 4]),
    read: capabilities,
    ..Step::PLAIN
};

/// Section 22.15: the first sixteen bytes of the list by suite.
pub(super) const CIPHERS: Step = Step {
    question: UdpQuestion::IpmiCiphers,
    protocol: Protocol::Ipmi,
    say: |_, number| request(number, GET_CIPHERS, &[0x0e, 0, 0x80]),
    read: ciphers,
    ..Step::PLAIN
};

const GET_CAPABILITIES: u8 = 0x38;
const GET_CIPHERS: u8 = 0x54;

/// Version of RMCP, reserved, "no acknowledgement", class IPMI (section 13.1.3).
const RMCP: [u8; 4] = [6, 0, 0xff, 7];

/// A message outside any session: type, sequence and id are zero (section 13.6).
const NO_SESSION: [u8; 9] = [0; 9];

const CONTROLLER: u8 = 0x20;
const CONSOLE: u8 = 0x81;
/// Network function "application", as a request and as a response.
const REQUEST: u8 = 0x06 << 2;
const RESPONSE: u8 = 0x07 << 2;

/// A list that fills the answer goes on.
const FULL: usize = 16;

/// What brings the sum of bytes to zero (section 13.8).
fn checksum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte))
}

/// Six bits of the number fit.
const fn sequence(number: u32) -> u8 {
    let [.., low] = number.to_be_bytes();
    low << 2
}

fn message(to: [u8; 2], from: u8, number: u32, rest: &[u8]) -> Vec<u8> {
    let body = [&[from, sequence(number)][..], rest].concat();
    let mut out = [&to[..], &[checksum(&to)], &body].concat();
    out.push(checksum(&body));
    out
}

fn request(number: u32, command: u8, data: &[u8]) -> Vec<u8> {
    let rest = [&[command][..], data].concat();
    let message = message([CONTROLLER, REQUEST], CONSOLE, number, &rest);
    let [.., length] = message.len().to_be_bytes();
    [&RMCP[..], &NO_SESSION, &[length], &message].concat()
}

/// Completion code and data of the response to `command` with our number.
fn response(number: u32, command: u8, said: &[u8]) -> Option<(u8, &[u8])> {
    let said = said.strip_prefix(&RMCP)?.strip_prefix(&NO_SESSION)?;
    let (length, said) = said.split_first()?;
    let message = said.get(..usize::from(*length))?;
    let (head, body) = message.split_at_checked(3)?;
    let sound = checksum(head) == 0 && checksum(body) == 0;
    let ours = head[..2] == [CONSOLE, RESPONSE]
        && body.starts_with(&[CONTROLLER, sequence(number), command]);
    let data = body.get(3..body.len().checked_sub(1)?)?;
    let (code, data) = data.split_first()?;
    (sound && ours).then_some((*code, data))
}

fn capabilities(number: u32, said: &[u8]) -> Option<Told> {
    let (code, data) = response(number, GET_CAPABILITIES, said)?;
    let access = match (code, data) {
        (0, [_channel, types, status, ..]) => Some(IpmiAccess {
            anonymous: Tri::from(status & 1 != 0),
            null_user: Tri::from(status & 2 != 0),
            no_authentication: Tri::from(types & 1 != 0),
            cipher_zero: Tri::Unknown,
        }),
        _ => None,
    };
    let version = match (code, data) {
        (0, [_, types, _, extended, ..]) if types & 0x80 != 0 && extended & 2 != 0 => "IPMI 2.0",
        (0, _) => "IPMI 1.5",
        _ => "",
    };
    Some(Told {
        banner: version.to_owned(),
        refused: code != 0,
        ipmi: access,
        ..Told::default()
    })
}

/// Records begin with C0h and the number of a suite of the standard (table 22-18).
fn ciphers(number: u32, said: &[u8]) -> Option<Told> {
    let (code, data) = response(number, GET_CIPHERS, said)?;
    let records = data.get(1..).unwrap_or(&[]);
    let zero = records.windows(2).any(|pair| pair == [0xc0, 0]);
    let cipher_zero = match code {
        0 if zero => Tri::Yes,
        0 if !records.is_empty() && records.len() < FULL => Tri::No,
        _ => Tri::Unknown,
    };
    Some(Told {
        refused: code != 0,
        ipmi: Some(IpmiAccess {
            cipher_zero,
            ..IpmiAccess::default()
        }),
        ..Told::default()
    })
}

pub(super) async fn talk(talk: &mut Talk<'_>) -> Result<(), Unmeasured> {
    let told = talk.first(&CAPABILITIES).await?;
    let mut access = told.ipmi.unwrap_or_default();
    if let Ok(more) = talk.ask(&CIPHERS).await {
        access.cipher_zero = more.ipmi.unwrap_or_default().cipher_zero;
    }
    talk.fact.ipmi = Some(access);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(number: u32, command: u8, code: u8, data: &[u8]) -> Vec<u8> {
        let rest = [&[command, code][..], data].concat();
        let message = message([CONSOLE, RESPONSE], CONTROLLER, number, &rest);
        let [.., length] = message.len().to_be_bytes();
        [&RMCP[..], &NO_SESSION, &[length], &message].concat()
    }

    #[test]
    fn the_question_is_that_of_the_specification() {
        // Published traces of this request carry these checksums.
        let asked = request(0x1e, GET_CAPABILITIES, &[0x8e, 2]);
        assert_eq!(asked[14..17], [0x20, 0x18, 0xc8]);
        assert_eq!(*asked.last().unwrap(), 0x3f);
        assert_eq!(asked[13], 9);
    }

    #[test]
    fn capabilities_say_who_is_let_in() {
        let said =
            |types, status| answer(9, GET_CAPABILITIES, 0, &[1, types, status, 3, 0, 0, 0, 0]);
        let told = capabilities(9, &said(0x95, 0x07)).unwrap();
        let access = told.ipmi.unwrap();
        assert_eq!((access.anonymous, access.null_user), (Tri::Yes, Tri::Yes));
        assert_eq!(access.no_authentication, Tri::Yes);
        assert_eq!(told.banner, "IPMI 2.0");
        let access = capabilities(9, &said(0x94, 0x04)).unwrap().ipmi.unwrap();
        assert_eq!((access.anonymous, access.null_user), (Tri::No, Tri::No));
        assert_eq!(access.no_authentication, Tri::No);

        let refused = capabilities(9, &answer(9, GET_CAPABILITIES, 0xcc, &[])).unwrap();
        assert!(refused.refused && refused.ipmi.is_none());
        let good = said(0x94, 0x04);
        assert_eq!(capabilities(8, &good), None);
        assert_eq!(ciphers(9, &good), None);
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x40;
            assert_eq!(capabilities(9, &bad), None, "{at}");
            assert_eq!(capabilities(9, &good[..at]), None, "{at}");
        }
    }

    #[test]
    fn suite_zero_is_listed_or_not() {
        let zero = |records: &[u8]| {
            let data = [&[1][..], records].concat();
            let told = ciphers(9, &answer(9, GET_CIPHERS, 0, &data)).unwrap();
            told.ipmi.unwrap().cipher_zero
        };
        assert_eq!(zero(&[0xc0, 0, 0, 0x40, 0x80]), Tri::Yes);
        assert_eq!(zero(&[0xc0, 3, 1, 0x41, 0x81]), Tri::No);
        assert_eq!(
            zero(&[
                0xc0, 3, 1, 0x41, 0x81, 0xc0, 17, 3, 0x44, 0x81, 0xc0, 8, 2, 0x42, 0x81, 0xc0
            ]),
            Tri::Unknown
        );
        assert_eq!(zero(&[]), Tri::Unknown);
    }
}
