//! SMTP, submission and LMTP.

use std::net::IpAddr;

use luytre_checks::Unmeasured::Throttled;

use super::{BROKEN_OFF, FOREIGN, Hitch, Stream, Talk, turned_away};

/// `hail` is EHLO or LHLO.
pub(super) async fn begin<S: Stream>(talk: &mut Talk<'_, S>, hail: &str) -> Result<(), Hitch> {
    let greeting = talk.reply().await?;
    match greeting.code {
        220 => (),
        400..=499 => return Err(Throttled.into()),
        500..=599 => return Err(turned_away(&greeting.words())),
        _ => return Err(FOREIGN),
    }
    talk.say(&format!("{hail} {}\r\n", literal(talk.here)))
        .await?;
    let able = talk.reply().await?;
    match able.code {
        250 if able.lists("STARTTLS") => (),
        // A server that knows no EHLO knows no extension.
        250 | 500 | 502 => return Err(Hitch::Declined),
        400..=499 => return Err(Throttled.into()),
        500..=599 => return Err(turned_away(&able.words())),
        _ => return Err(FOREIGN),
    }
    talk.ask_tls("STARTTLS\r\n").await?;
    match talk.reply().await?.code {
        220 => Ok(()),
        421 => Err(Throttled.into()),
        _ => Err(BROKEN_OFF),
    }
}

/// The address literal of a client without a name (RFC 5321 section 4.1.3).
fn literal(here: Option<IpAddr>) -> String {
    match here.map(|address| address.to_canonical()) {
        Some(IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Some(IpAddr::V4(address)) => format!("[{address}]"),
        None => "[127.0.0.1]".to_owned(),
    }
}
