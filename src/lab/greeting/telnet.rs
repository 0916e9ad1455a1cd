//! Telnet of a switch (RFC 854 option negotiation; RFC 857, 858, 1091).

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::line::Lines;

const IAC: u8 = 255;

/// DO TERMINAL-TYPE, WILL ECHO, WILL SUPPRESS-GO-AHEAD.
const OPENING: [u8; 9] = [IAC, 253, 24, IAC, 251, 1, IAC, 251, 3];

/// Log-ins before the device hangs up.
const ATTEMPTS: usize = 3;

pub(super) async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    device: &str,
) -> io::Result<()> {
    stream.write_all(&OPENING).await?;
    stream
        .write_all(format!("\r\n{device}\r\n\r\nUser Access Verification\r\n").as_bytes())
        .await?;
    // What the client answers to the options lands in the first line and is not looked at.
    let mut lines = Lines::new();
    for _ in 0..ATTEMPTS {
        for prompt in ["\r\nUsername: ", "Password: "] {
            stream.write_all(prompt.as_bytes()).await?;
            if lines.next(stream).await?.is_none() {
                return Ok(());
            }
        }
        stream.write_all(b"\r\n% Login invalid\r\n").await?;
    }
    Ok(())
}
