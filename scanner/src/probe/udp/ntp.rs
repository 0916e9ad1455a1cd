//! NTP: time (RFC 5905), control messages (RFC 9327), and the private messages of ntpd, which no RFC
//! describes: `ntp_request.h` of its source does.

use std::time::Duration;

use luytre_checks::{Tri, Unmeasured, fact::UdpQuestion};
use luytre_inventory::Protocol;

use super::{Step, Talk, Told, text, u16_at};

pub(super) const TIME: Step = Step {
    question: UdpQuestion::NtpTime,
    protocol: Protocol::Ntp,
    say: |_, number| client(number),
    read: time,
    ..Step::PLAIN
};

pub(super) const VARIABLES: Step = Step {
    question: UdpQuestion::NtpVariables,
    protocol: Protocol::Ntp,
    say: |_, number| read_variables(number),
    read: variables,
    ..Step::PLAIN
};

/// Eight bytes are the whole request: the list has no arguments.
pub(super) const MONLIST: Step = Step {
    question: UdpQuestion::NtpMonlist,
    protocol: Protocol::Ntp,
    say: |_, _| vec![0x17, 0, XNTPD, GET_LIST, 0, 0, 0, 0],
    read: |_, said| monlist(said),
    numbered: false,
    ..Step::PLAIN
};

/// `IMPL_XNTPD` and `REQ_MON_GETLIST_1`.
const XNTPD: u8 = 3;
const GET_LIST: u8 = 42;

/// A server that limits its clients wants two seconds between questions (`discard minimum`, RFC 8633).
const HEADWAY: Duration = Duration::from_millis(2_100);

/// Our transmit timestamp, which the server gives back as origin. It says nothing of our clock
/// (RFC 8915 section 5.7 has the reason).
fn stamp(number: u32) -> [u8; 8] {
    let [a, b, c, d] = number.to_be_bytes();
    [a, b, c, d, !a, !b, !c, !d]
}

fn client(number: u32) -> Vec<u8> {
    let mut out = vec![0; 40];
    out[0] = 0x23;
    out.extend(stamp(number));
    out
}

fn time(number: u32, said: &[u8]) -> Option<Told> {
    let server = said.len() >= 48 && said.first()? & 7 == 4;
    (server && said.get(24..32)? == stamp(number)).then(Told::default)
}

fn read_variables(number: u32) -> Vec<u8> {
    let [_, _, high, low] = number.to_be_bytes();
    vec![0x16, 2, high, low, 0, 0, 0, 0, 0, 0, 0, 0]
}

/// A response of the same operation and number; an error is an answer too, but tells nothing.
fn variables(number: u32, said: &[u8]) -> Option<Told> {
    let [_, _, high, low] = number.to_be_bytes();
    let [first, operation, a, b] = *said.first_chunk::<4>()?;
    let ours = first & 7 == 6 && operation & 0x9f == 0x82 && [a, b] == [high, low];
    let length = usize::from(u16_at(said, 10)?);
    let data = said.get(12..12 + length)?;
    let refused = operation & 0x40 != 0;
    ours.then(|| Told {
        banner: if refused { String::new() } else { text(data) },
        refused,
        ..Told::default()
    })
}

/// A response to that request of that implementation. Any error but "no data" is a refusal.
fn monlist(said: &[u8]) -> Option<Told> {
    let [first, _, implementation, request, status, _, _, _] = *said.first_chunk::<8>()?;
    let response = first & 0x87 == 0x87;
    let ours = implementation == XNTPD && request == GET_LIST;
    let error = status >> 4;
    (response && ours).then(|| Told {
        refused: !matches!(error, 0 | 4),
        ..Told::default()
    })
}

pub(super) async fn talk(talk: &mut Talk<'_>) -> Result<(), Unmeasured> {
    talk.first(&TIME).await?;
    let mut open: Vec<&Step> = vec![&VARIABLES];
    if talk.deep {
        open.push(&MONLIST);
    }
    further(talk, open).await;
    Ok(())
}

/// Whether `open` questions are answered. Silence is a no only where the same server told the time before,
/// between and after two such silences.
async fn further(talk: &mut Talk<'_>, mut open: Vec<&Step>) {
    for _ in 0..2 {
        let mut silent = Vec::new();
        for step in open {
            match talk.ask(step).await {
                Ok(told) => set(talk, step, Tri::from(!told.refused)),
                Err(Unmeasured::TimedOut) => silent.push(step),
                Err(_) => (),
            }
        }
        open = silent;
        if open.is_empty() {
            return;
        }
        talk.rest(HEADWAY).await;
        if talk.ask(&TIME).await.is_err() {
            return;
        }
    }
    for step in open {
        talk.silence_shown(&[step.question]);
        set(talk, step, Tri::No);
    }
}

fn set(talk: &mut Talk<'_>, step: &Step, answer: Tri) {
    match step.question {
        UdpQuestion::NtpMonlist => talk.fact.monlist = answer,
        _ => talk.fact.mode_six = answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_to_us_alone() {
        let mut said = vec![0; 48];
        said[0] = 0x24;
        said[24..32].copy_from_slice(&stamp(9));
        assert!(time(9, &said).is_some());
        assert_eq!(time(8, &said), None);
        assert_eq!(time(9, &said[..47]), None);
        said[0] = 0x23;
        assert_eq!(time(9, &said), None, "a client like us");
        assert_eq!(time(9, &client(9)), None);
    }

    #[test]
    fn variables_and_errors() {
        let said = |operation: u8, number: u16, text: &[u8], length: u16| {
            let mut out = vec![0x16, operation];
            out.extend(number.to_be_bytes());
            out.extend([0; 6]);
            out.extend(length.to_be_bytes());
            out.extend(text);
            out
        };
        let told = variables(7, &said(0x82, 7, b"version=\"ntpd 4\"", 16)).unwrap();
        assert_eq!(
            (told.banner.as_str(), told.refused),
            ("version=\"ntpd 4\"", false)
        );
        assert!(variables(7, &said(0xc2, 7, b"", 0)).unwrap().refused);
        // One of several datagrams.
        assert!(variables(7, &said(0xa2, 7, b"x", 1)).is_some());
        assert_eq!(variables(7, &said(0x82, 8, b"x", 1)), None);
        assert_eq!(variables(7, &said(0x81, 7, b"x", 1)), None);
        assert_eq!(variables(7, &said(0x82, 7, b"x", 2)), None);
        assert_eq!(variables(7, &read_variables(7)), None);
    }

    #[test]
    fn lists_and_refusals() {
        let said = |status: u8| [0x97, 0, 3, 42, status, 1, 0, 72];
        assert!(!monlist(&said(0)).unwrap().refused);
        assert!(!monlist(&said(0x40)).unwrap().refused);
        for error in [0x10, 0x20, 0x30, 0x70] {
            assert!(monlist(&said(error)).unwrap().refused);
        }
        assert_eq!(monlist(&[0x17, 0, 3, 42, 0, 0, 0, 0]), None);
        assert_eq!(monlist(&[0x97, 0, 3, 41, 0, 0, 0, 0]), None);
    }
}
