//! NNTP.

use luytre_checks::Unmeasured::Throttled;

use super::{BROKEN_OFF, FOREIGN, Hitch, Stream, Talk, turned_away};

/// TLS is asked for at once; what the server can do only if it refuses.
pub(super) async fn begin<S: Stream>(talk: &mut Talk<'_, S>) -> Result<(), Hitch> {
    let greeting = talk.reply().await?;
    match greeting.code {
        200 | 201 => (),
        400..=499 => return Err(Throttled.into()),
        500..=599 => return Err(turned_away(&greeting.words())),
        _ => return Err(FOREIGN),
    }
    talk.ask_tls("STARTTLS\r\n").await?;
    let refusal = match talk.reply().await?.code {
        382 => return Ok(()),
        400 => return Err(Throttled.into()),
        code => code,
    };
    talk.say("CAPABILITIES\r\n").await?;
    match talk.reply().await?.code {
        101 => {
            let able = talk.block().await?;
            if able
                .iter()
                .any(|line| line.eq_ignore_ascii_case("STARTTLS"))
            {
                return Err(BROKEN_OFF);
            }
            Err(Hitch::Declined)
        }
        400 => Err(Throttled.into()),
        _ if matches!(refusal, 500 | 502 | 503) => Err(Hitch::Declined),
        _ => Err(BROKEN_OFF),
    }
}
