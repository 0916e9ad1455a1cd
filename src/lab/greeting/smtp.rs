//! SMTP without STARTTLS (RFC 5321).

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::{
    EXCHANGES,
    line::{Lines, verb},
};

pub(super) async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    banner: &str,
) -> io::Result<()> {
    stream
        .write_all(format!("220 {banner}\r\n").as_bytes())
        .await?;
    let host = banner.split(' ').next().unwrap_or_default();
    let mut lines = Lines::new();
    for _ in 0..EXCHANGES {
        let Some(line) = lines.next(stream).await? else {
            return Ok(());
        };
        let verb = verb(&line);
        let answer = match &*verb {
            "EHLO" => format!(
                "250-{host}\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"
            ),
            "HELO" => format!("250 {host}\r\n"),
            "NOOP" | "RSET" => "250 2.0.0 Ok\r\n".to_owned(),
            "MAIL" | "RCPT" | "DATA" => "554 5.7.1 Access denied\r\n".to_owned(),
            "QUIT" => "221 2.0.0 Bye\r\n".to_owned(),
            _ => "502 5.5.2 Error: command not recognized\r\n".to_owned(),
        };
        stream.write_all(answer.as_bytes()).await?;
        if verb == "QUIT" {
            return Ok(());
        }
    }
    Ok(())
}
