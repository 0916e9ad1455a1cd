//! FTP.

use luytre_checks::Unmeasured::Throttled;

use super::{BROKEN_OFF, FOREIGN, Hitch, Stream, Talk, turned_away};

/// TLS is asked for at once; what the server can do only if it refuses.
pub(super) async fn begin<S: Stream>(talk: &mut Talk<'_, S>) -> Result<(), Hitch> {
    let mut greeting = talk.reply().await?;
    // Ready in some minutes: the greeting proper follows (RFC 959 section 5.4).
    if greeting.code == 120 {
        greeting = talk.reply().await?;
    }
    match greeting.code {
        220 => (),
        400..=499 => return Err(Throttled.into()),
        500..=599 => return Err(turned_away(&greeting.words())),
        _ => return Err(FOREIGN),
    }
    talk.ask_tls("AUTH TLS\r\n").await?;
    let refusal = match talk.reply().await?.code {
        234 => return Ok(()),
        421 => return Err(Throttled.into()),
        code @ 500..=599 => code,
        _ => return Err(BROKEN_OFF),
    };
    // 530 may mean any command before the log-in: vsftpd without TLS answers so.
    talk.say("FEAT\r\n").await?;
    let able = talk.reply().await?;
    let auth = |text: &String| {
        let text = text.trim().to_ascii_uppercase();
        text.starts_with("AUTH") && (text.contains("TLS") || text.contains("SSL"))
    };
    match able.code {
        211 if able.texts.iter().any(auth) => Err(BROKEN_OFF),
        211 => Err(Hitch::Declined),
        421 => Err(Throttled.into()),
        _ if matches!(refusal, 500 | 502 | 504 | 534) => Err(Hitch::Declined),
        _ => Err(BROKEN_OFF),
    }
}
