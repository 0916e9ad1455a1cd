//! CCS injection, CVE-2014-0224: ChangeCipherSpec taken before there are keys.
//!
//! Behind the flight an early ChangeCipherSpec is sent, and a record after it. A server that took the
//! first judges the second as enciphered and says that it cannot be deciphered. One that refuses the
//! first says so at once, and one that passes over it judges the second as what it is.

use luytre_checks::{Unmeasured, fact::Tri};

use super::{
    Asking,
    talk::{Reaction, Wait},
};

const UNEXPECTED_MESSAGE: u8 = 10;
const BAD_RECORD_MAC: u8 = 20;
const DECRYPTION_FAILED: u8 = 21;

/// Proofs that *yes* rests on, each on connections of its own.
const PROOFS: u32 = 2;

const fn deciphers(reaction: Reaction) -> bool {
    matches!(
        reaction,
        Reaction::Alert(BAD_RECORD_MAC | DECRYPTION_FAILED)
    )
}

pub(super) async fn look(asking: &Asking<'_>) -> Result<Tri, Unmeasured> {
    let early = [asking.change(), asking.finished()].concat();
    let mut talk = asking.begin().await?;
    talk.send(&early).await?;
    match talk.reaction(Wait::Answer).await? {
        Reaction::Alert(UNEXPECTED_MESSAGE) => Ok(Tri::No),
        reaction @ Reaction::Alert(_) if deciphers(reaction) => prove(asking).await,
        // Whether the first or the second was refused shows when the first is sent alone.
        Reaction::Alert(_) | Reaction::Ended => alone(asking).await,
        Reaction::Silent | Reaction::Other => Ok(Tri::Unknown),
    }
}

/// Only the order of things can be behind it: without ChangeCipherSpec the same record is answered
/// otherwise, ChangeCipherSpec alone is borne in silence, and the record behind it is then taken for
/// enciphered.
async fn prove(asking: &Asking<'_>) -> Result<Tri, Unmeasured> {
    for _ in 0..PROOFS {
        let mut control = asking.begin().await?;
        control.send(&asking.finished()).await?;
        let plain = control.reaction(Wait::Answer).await?;
        drop(control);
        if deciphers(plain) {
            // It says the same to everything.
            return alone(asking).await;
        }
        if !matches!(plain, Reaction::Alert(_)) {
            return Ok(Tri::Unknown);
        }
        let mut test = asking.begin().await?;
        test.send(&asking.change()).await?;
        match test.reaction(test.hold()).await? {
            Reaction::Silent => {}
            Reaction::Alert(_) => return Ok(Tri::No),
            Reaction::Ended | Reaction::Other => return Ok(Tri::Unknown),
        }
        test.send(&asking.finished()).await?;
        if !deciphers(test.reaction(Wait::Answer).await?) {
            return Ok(Tri::Unknown);
        }
    }
    asking.note(
        "ccs_injection",
        "an early ChangeCipherSpec was borne; the record behind it was answered as enciphered \
         (bad_record_mac), the same record without it was not; twice",
        &format!(
            "nmap -Pn -p {} --script ssl-ccs-injection {}",
            asking.port(),
            asking.address()
        ),
    );
    Ok(Tri::Yes)
}

/// ChangeCipherSpec with nothing behind it: whoever ends the handshake there has refused it.
async fn alone(asking: &Asking<'_>) -> Result<Tri, Unmeasured> {
    let mut talk = asking.begin().await?;
    talk.send(&asking.change()).await?;
    match talk.reaction(Wait::Answer).await? {
        Reaction::Alert(_) => Ok(Tri::No),
        Reaction::Ended => {
            drop(talk);
            asking.ends_only_after(&asking.change()).await
        }
        Reaction::Silent | Reaction::Other => Ok(Tri::Unknown),
    }
}
