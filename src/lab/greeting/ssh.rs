//! SSH identification (RFC 4253 section 4.2).

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::line::Lines;

pub(super) async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    banner: &str,
) -> io::Result<()> {
    stream.write_all(format!("{banner}\r\n").as_bytes()).await?;
    let line = Lines::new().next(stream).await?;
    if line.is_some_and(|line| !line.starts_with(b"SSH-")) {
        // The words of OpenSSH.
        stream
            .write_all(b"Invalid SSH identification string.\r\n")
            .await?;
    }
    Ok(())
}
