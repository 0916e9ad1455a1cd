//! PostgreSQL's start-up: no encryption, no access (PostgreSQL documentation, chapter 55 "Frontend/
//! Backend Protocol", message formats).

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::line::Lines;

/// Largest start-up packet read; the real limit is 10,000 bytes.
const PACKET: usize = 1024;

const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;

pub(super) async fn talk<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> io::Result<()> {
    let mut lines = Lines::new();
    // One question for each kind of encryption, then the start.
    for _ in 0..3 {
        let Some(length) = lines.take(stream, 4).await? else {
            return Ok(());
        };
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
        if !(8..=PACKET).contains(&length) {
            return Ok(());
        }
        let Some(body) = lines.take(stream, length - 4).await? else {
            return Ok(());
        };
        let code = u32::from_be_bytes([body[0], body[1], body[2], body[3]]);
        if matches!(code, SSL_REQUEST | GSS_REQUEST) {
            stream.write_all(b"N").await?;
            continue;
        }
        return stream.write_all(&refusal(code, &body[4..])).await;
    }
    Ok(())
}

fn refusal(version: u32, parameters: &[u8]) -> Vec<u8> {
    let (major, minor) = (version >> 16, version & 0xFFFF);
    if major != 3 {
        let text =
            format!("unsupported frontend protocol {major}.{minor}: server supports 2.0 to 3.0");
        return error("0A000", &text);
    }
    let words: Vec<_> = parameters.split(|byte| *byte == 0).collect();
    let parameter = |name: &[u8]| {
        let pair = words.chunks_exact(2).find(|pair| pair[0] == name)?;
        let shown: String = String::from_utf8_lossy(pair[1]).chars().take(63).collect();
        Some(shown)
    };
    let Some(user) = parameter(b"user") else {
        return error(
            "28000",
            "no PostgreSQL user name specified in startup packet",
        );
    };
    let database = parameter(b"database").unwrap_or_else(|| user.clone());
    let text =
        format!("no pg_hba.conf entry for user \"{user}\", database \"{database}\", SSL off");
    error("28000", &text)
}

/// ErrorResponse.
fn error(code: &str, text: &str) -> Vec<u8> {
    let mut fields = Vec::new();
    for (kind, value) in [(b'S', "FATAL"), (b'V', "FATAL"), (b'C', code), (b'M', text)] {
        fields.push(kind);
        fields.extend(value.bytes());
        fields.push(0);
    }
    fields.push(0);
    // A few hundred bytes at most.
    let length = u32::try_from(fields.len() + 4).unwrap_or(0);
    let mut message = vec![b'E'];
    message.extend(length.to_be_bytes());
    message.extend(fields);
    message
}
