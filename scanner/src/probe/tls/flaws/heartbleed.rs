//! Heartbleed, CVE-2014-0160: memory returned to a heartbeat that lies about its length.
//!
//! Asked only if the server has agreed to heartbeats. RFC 6520 section 4 has a lying request passed
//! over in silence, and silence proves nothing; so an honest request and a message out of turn follow
//! it, and whichever of them is answered shows that the lie was read and not obeyed. No more than some
//! hundred bytes are asked for, and they are counted, never kept.

use luytre_checks::{Unmeasured, fact::Tri};

use super::{
    Asking,
    opening::{HEARTBEAT, Opening},
    talk::{Said, Talk, Wait},
};

const RECORD: u8 = 24;
const REQUEST: u8 = 1;
const RESPONSE: u8 = 2;

/// Least padding of a heartbeat (RFC 6520 section 4).
const PADDING: usize = 16;

/// What an honest request carries.
const HONEST: &[u8] = b"luy tre!";

/// What the two lying requests carry.
const LYING: &[u8] = b"?";

/// The lengths they claim. They differ, so that a proof is that the answer follows the claim.
const CLAIMS: [u16; 2] = [96, 160];

/// Records borne between a request and its answer.
const MOST_RECORDS: u32 = 8;

/// What one connection showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// More came back than was sent: so many bytes more.
    Bled(usize),
    /// The lie was passed over or refused, and what came behind it answered.
    Right,
    /// The connection ended without a word.
    Ended,
    /// None of these.
    Odd,
}

pub(super) async fn look(asking: &Asking<'_>) -> Result<Tri, Unmeasured> {
    let hello = Opening {
        heartbeat: true,
        ..asking.hello.clone()
    };
    let mut bled = Vec::new();
    for claim in CLAIMS {
        let mut talk = Talk::begin(asking.line, &hello).await?;
        if !talk.flight.greeting.has(HEARTBEAT) {
            // Not agreed on: nothing may be sent. A change of mind is no proof of anything.
            return Ok(if bled.is_empty() {
                Tri::No
            } else {
                Tri::Unknown
            });
        }
        match ask(&mut talk, asking, claim).await? {
            Shown::Bled(bytes) => bled.push(bytes),
            Shown::Right if bled.is_empty() => return Ok(Tri::No),
            Shown::Ended if bled.is_empty() => {
                drop(talk);
                return asking.ends_only_after_in(&hello, &lie(asking, claim)).await;
            }
            _ => return Ok(Tri::Unknown),
        }
    }
    asking.note(
        "heartbleed",
        &format!(
            "two heartbeats of {} byte were answered with {} and {} bytes more than were sent",
            LYING.len(),
            bled.first().copied().unwrap_or_default(),
            bled.last().copied().unwrap_or_default(),
        ),
        &format!(
            "nmap -Pn -p {} --script ssl-heartbleed {}",
            asking.port(),
            asking.address()
        ),
    );
    Ok(Tri::Yes)
}

async fn ask(talk: &mut Talk<'_>, asking: &Asking<'_>, claim: u16) -> Result<Shown, Unmeasured> {
    let honest = request(HONEST, u16::try_from(HONEST.len()).unwrap_or_default());
    let question = [
        lie(asking, claim),
        Talk::record(&asking.hello, RECORD, &honest),
        asking.finished(),
    ]
    .concat();
    talk.send(&question).await?;
    for _ in 0..MOST_RECORDS {
        let frame = match talk.next(Wait::Answer).await? {
            Said::Frame(frame) => frame,
            Said::Ended => return Ok(Shown::Ended),
            Said::Silent | Said::Garbage => return Ok(Shown::Odd),
        };
        match (frame.kind, &frame.body[..]) {
            (RECORD, body) => return Ok(read(body, claim)),
            (21, [_, 0]) => return Ok(Shown::Ended),
            (21, [2, _]) => return Ok(Shown::Right),
            (21, [1, _]) => {}
            _ => return Ok(Shown::Odd),
        }
    }
    Ok(Shown::Odd)
}

/// Reads a heartbeat response.
fn read(body: &[u8], claim: u16) -> Shown {
    let [RESPONSE, high, low, rest @ ..] = body else {
        return Shown::Odd;
    };
    let length = u16::from_be_bytes([*high, *low]);
    let Some(payload) = rest.get(..usize::from(length)) else {
        return Shown::Odd;
    };
    if payload == HONEST {
        Shown::Right
    } else if length == claim && payload.starts_with(LYING) {
        Shown::Bled(payload.len().saturating_sub(LYING.len()))
    } else {
        Shown::Odd
    }
}

/// A heartbeat that claims to carry more than it does.
fn lie(asking: &Asking<'_>, claim: u16) -> Vec<u8> {
    Talk::record(&asking.hello, RECORD, &request(LYING, claim))
}

fn request(payload: &[u8], length: u16) -> Vec<u8> {
    let mut out = vec![REQUEST];
    out.extend(length.to_be_bytes());
    out.extend(payload);
    out.extend([0; PADDING]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn response(length: u16, payload: &[u8]) -> Vec<u8> {
        let mut out = vec![RESPONSE];
        out.extend(length.to_be_bytes());
        out.extend(payload);
        out.extend([0; PADDING]);
        out
    }

    #[test]
    fn only_more_than_was_sent_bleeds() {
        let mut memory = LYING.to_vec();
        memory.resize(96, 0x41);
        assert_eq!(read(&response(96, &memory), 96), Shown::Bled(95));
        assert_eq!(read(&response(8, HONEST), 96), Shown::Right);
        // The claim repeated, but nothing behind it: what padding there is does not reach.
        assert_eq!(read(&response(96, LYING), 96), Shown::Odd);
        // Another length than claimed, and another text than sent.
        assert_eq!(read(&response(96, &memory), 160), Shown::Odd);
        assert_eq!(read(&response(96, &[0x41; 96]), 96), Shown::Odd);
        assert_eq!(read(&[], 96), Shown::Odd);
        assert_eq!(read(&request(LYING, 96), 96), Shown::Odd);
    }

    proptest! {
        #[test]
        fn reading_never_panics(body: Vec<u8>, claim: u16) {
            if let Shown::Bled(bytes) = read(&body, claim) {
                prop_assert!(bytes < body.len());
            }
        }
    }
}
