//! `ManageSieve`.

use super::{BROKEN_OFF, FOREIGN, Hitch, Stream, Talk, turned_away};

/// The greeting lists what the server can do (RFC 5804 section 1.7).
pub(super) async fn begin<S: Stream>(talk: &mut Talk<'_, S>) -> Result<(), Hitch> {
    let able = capabilities(talk).await?;
    if !able.iter().any(|line| line == "\"STARTTLS\"") {
        return Err(Hitch::Declined);
    }
    talk.ask_tls("STARTTLS\r\n").await?;
    let answer = talk.line().await?.to_ascii_uppercase();
    match answer.split_ascii_whitespace().next() {
        Some("OK") => Ok(()),
        Some("BYE") => Err(turned_away(&answer)),
        _ => Err(BROKEN_OFF),
    }
}

/// The lines of a list of capabilities, in capitals.
pub(super) async fn capabilities<S: Stream>(talk: &mut Talk<'_, S>) -> Result<Vec<String>, Hitch> {
    let mut lines = Vec::new();
    loop {
        let line = talk.line().await?.to_ascii_uppercase();
        let status = line.split_ascii_whitespace().next();
        match status {
            Some("OK") => return Ok(lines),
            Some("BYE") => return Err(turned_away(&line)),
            Some(word) if word.starts_with('"') => lines.push(line),
            _ => return Err(FOREIGN),
        }
    }
}
