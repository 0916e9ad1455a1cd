//! Ticketbleed, CVE-2016-9244: memory returned behind a short session id.
//!
//! A ticket is earned by a handshake and offered with a session id of our own. A server that takes the
//! ticket repeats the id as it came (RFC 5077 section 3.4); one with the flaw always repeats 32 bytes,
//! and what stands behind a shorter id is its memory. The bytes are counted, never kept.

use luytre_checks::{
    Unmeasured,
    fact::{TlsVersion, Tri},
};

use super::Asking;
use crate::probe::tls::{
    handshake::{Client, Hello, Seen, Suite, extension},
    open,
};

/// The ids sent, of different lengths: no chance makes both come back longer.
const IDS: [&[u8]; 2] = [&[0x4C; 16], &[0x9B]];

/// Curves on which the handshake can agree.
const CURVES: [u16; 4] = [0x1D, 0x17, 0x18, 0x19];

/// Schemes of signatures offered; none is verified.
const SCHEMES: [u16; 13] = [
    0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0402,
    0x0202,
];

pub(super) async fn look(asking: &Asking<'_>) -> Result<Tri, Unmeasured> {
    if asking.hello.version == TlsVersion::Ssl3 {
        // Tickets are asked for in an extension.
        return Ok(Tri::Unknown);
    }
    let (hello, usable) = hello(asking);
    let seen = talk(asking, &hello, usable).await?;
    let choice = seen.choice.as_ref().ok_or(Unmeasured::Handshake)?;
    let Some(ticket) = seen.ticket else {
        // It did not promise a ticket, or the handshake came to its end without one.
        let none = !choice.has(extension::TICKET) || seen.complete;
        return Ok(if none { Tri::No } else { Tri::Unknown });
    };
    let mut lengths = Vec::new();
    for id in IDS {
        let mut again = hello
            .clone()
            .with(extension::TICKET, ticket.clone())
            .bound(&[]);
        again.session = id.to_vec();
        let seen = talk(asking, &again, false).await?;
        let choice = seen.choice.ok_or(Unmeasured::Handshake)?;
        match echo(id, &choice.session) {
            // A whole handshake: the ticket was not taken, and the id is another one.
            _ if seen.flown => return Ok(Tri::Unknown),
            Echo::Longer => lengths.push(choice.session.len()),
            Echo::Same if lengths.is_empty() => return Ok(Tri::No),
            Echo::Same | Echo::Other => return Ok(Tri::Unknown),
        }
    }
    asking.note(
        "ticketbleed",
        &format!(
            "session ids of {} and {} bytes, sent with a ticket, came back with {} and {} bytes",
            IDS[0].len(),
            IDS[1].len(),
            lengths.first().copied().unwrap_or_default(),
            lengths.last().copied().unwrap_or_default(),
        ),
        &format!(
            "nmap -Pn -p {} --script tls-ticketbleed {}",
            asking.port(),
            asking.address()
        ),
    );
    Ok(Tri::Yes)
}

/// How a session id came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Echo {
    Same,
    /// With more behind it.
    Longer,
    Other,
}

fn echo(sent: &[u8], came: &[u8]) -> Echo {
    match came.strip_prefix(sent) {
        Some([]) => Echo::Same,
        Some(_) => Echo::Longer,
        None => Echo::Other,
    }
}

/// A hello that asks for a ticket, and whether a handshake of ours can be completed with it. If not,
/// the server can still be asked whether it issues tickets at all.
fn hello(asking: &Asking<'_>) -> (Hello, bool) {
    let asked = &asking.hello;
    let curves = CURVES
        .into_iter()
        .filter(|curve| asked.groups.contains(curve));
    let curves: Vec<_> = curves.collect();
    let usable = |number: &u16| Suite::of(*number).is_some();
    let mut suites: Vec<_> = asked.suites.iter().copied().filter(usable).collect();
    let completes = !suites.is_empty();
    if !completes {
        suites.clone_from(&asked.suites);
    }
    let hello = Hello::new(asked.version.wire(), suites)
        .named(asked.name.as_deref())
        .grouped(&curves)
        .with(extension::TICKET, Vec::new());
    let hello = if asked.version == TlsVersion::Tls12 {
        hello.signed(&SCHEMES)
    } else {
        hello
    };
    (hello.bound(&[]), completes)
}

/// A handshake on a fresh connection, or its first flight, as far as it came: what was seen before an
/// end counts.
async fn talk(asking: &Asking<'_>, hello: &Hello, whole: bool) -> Result<Seen, Unmeasured> {
    let mut client = Client::new(open(asking.line).await?);
    let mut seen = Seen::default();
    let shaking = async {
        let _ = if whole {
            client.shake(hello, None, &mut seen).await
        } else {
            client.flight(hello, &mut seen).await
        };
        Ok(())
    };
    asking.line.within(shaking).await?;
    if seen.complete {
        client.farewell().await;
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_id_with_more_behind_it_is_longer() {
        assert_eq!(echo(&[7], &[7]), Echo::Same);
        assert_eq!(echo(&[7], &[7, 0]), Echo::Longer);
        assert_eq!(echo(&[7; 16], &[7; 32]), Echo::Longer);
        assert_eq!(echo(&[7; 16], &[8; 32]), Echo::Other);
        assert_eq!(echo(&[7; 16], &[]), Echo::Other);
        assert_eq!(echo(&[7; 16], &[7; 15]), Echo::Other);
    }
}
