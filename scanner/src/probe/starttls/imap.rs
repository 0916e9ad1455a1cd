//! IMAP.

use luytre_checks::Unmeasured;

use super::{BROKEN_OFF, FOREIGN, Hitch, Stream, Talk, turned_away};

/// TLS is asked for at once; what the server can do only if it refuses.
pub(super) async fn begin<S: Stream>(talk: &mut Talk<'_, S>) -> Result<(), Hitch> {
    let greeting = talk.line().await?;
    let upper = greeting.to_ascii_uppercase();
    if let Some(words) = upper.strip_prefix("* BYE") {
        return Err(turned_away(words));
    }
    // A server that takes us for logged in begins no TLS (RFC 9051 section 6.2.1).
    if upper.starts_with("* PREAUTH") {
        return Err(Hitch::Declined);
    }
    if !upper.starts_with("* OK") {
        return Err(FOREIGN);
    }
    talk.ask_tls("a1 STARTTLS\r\n").await?;
    if answer(talk, "A1").await?.agrees {
        return Ok(());
    }
    talk.say("a2 CAPABILITY\r\n").await?;
    let able = answer(talk, "A2").await?;
    if able.starttls || !able.agrees {
        return Err(BROKEN_OFF);
    }
    Err(Hitch::Declined)
}

struct Answer {
    /// The tagged line says OK.
    agrees: bool,
    /// A line before it lists STARTTLS.
    starttls: bool,
}

async fn answer<S: Stream>(talk: &mut Talk<'_, S>, tag: &str) -> Result<Answer, Hitch> {
    let mut starttls = false;
    loop {
        let line = talk.line().await?.to_ascii_uppercase();
        let mut words = line.split_ascii_whitespace();
        match (words.next(), words.next()) {
            (Some("*"), Some("BYE")) => return Err(turned_away(&line)),
            (Some("*"), Some("CAPABILITY")) => starttls |= words.any(|word| word == "STARTTLS"),
            (Some("*"), _) => (),
            (Some(found), Some(status)) if found == tag => {
                let agrees = status == "OK";
                return Ok(Answer { agrees, starttls });
            }
            _ => return Err(Unmeasured::Protocol.into()),
        }
    }
}
