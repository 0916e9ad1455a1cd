//! FTP without TLS (RFC 959, RFC 2389; refusal of AUTH: RFC 4217 section 4).

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
    let mut lines = Lines::new();
    for _ in 0..EXCHANGES {
        let Some(line) = lines.next(stream).await? else {
            return Ok(());
        };
        let verb = verb(&line);
        let answer: &[u8] = match &*verb {
            "USER" => b"331 Please specify the password.\r\n",
            "PASS" => b"530 Login incorrect.\r\n",
            "FEAT" => b"211-Features:\r\n EPRT\r\n EPSV\r\n MDTM\r\n PASV\r\n REST STREAM\r\n SIZE\r\n TVFS\r\n211 End\r\n",
            "QUIT" => b"221 Goodbye.\r\n",
            _ => b"530 Please login with USER and PASS.\r\n",
        };
        stream.write_all(answer).await?;
        if verb == "QUIT" {
            return Ok(());
        }
    }
    Ok(())
}
