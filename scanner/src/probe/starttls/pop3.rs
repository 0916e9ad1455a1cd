//! POP3.

use super::{BROKEN_OFF, FOREIGN, Hitch, Stream, Talk, turned_away};

/// TLS is asked for at once; what the server can do only if it refuses.
pub(super) async fn begin<S: Stream>(talk: &mut Talk<'_, S>) -> Result<(), Hitch> {
    let greeting = talk.line().await?;
    if greeting.starts_with("-ERR") {
        return Err(turned_away(&greeting));
    }
    if !greeting.starts_with("+OK") {
        return Err(FOREIGN);
    }
    talk.ask_tls("STLS\r\n").await?;
    let answer = talk.line().await?;
    match answer.get(..3) {
        Some("+OK") => return Ok(()),
        Some("-ER") => (),
        _ => return Err(FOREIGN),
    }
    // RFC 2449 section 8: the trouble is theirs and passing.
    if answer.contains("[SYS/TEMP]") || answer.contains("[IN-USE]") {
        return Err(BROKEN_OFF);
    }
    talk.say("CAPA\r\n").await?;
    // A server without CAPA has no STLS (RFC 2595 section 4).
    if !talk.line().await?.starts_with("+OK") {
        return Err(Hitch::Declined);
    }
    let able = talk.block().await?;
    if able.iter().any(|line| line.eq_ignore_ascii_case("STLS")) {
        return Err(BROKEN_OFF);
    }
    Err(Hitch::Declined)
}
