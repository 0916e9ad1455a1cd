//! MariaDB's initial handshake packet, version 10, without TLS, and a refused log-in (MariaDB
//! Knowledge Base, "Connection").

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::line::Lines;

/// Largest answer that is read as a log-in.
const LOGIN: usize = 1024;

/// CLIENT_SSL is left out, and so is CLIENT_MYSQL, as MariaDB does.
const CAPABILITIES: [[u8; 2]; 2] = [0xF7FE_u16.to_le_bytes(), 0x81BF_u16.to_le_bytes()];

pub(super) async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    version: &str,
) -> io::Result<()> {
    stream.write_all(&packet(0, &greeting(version))).await?;
    let mut lines = Lines::new();
    let Some(head) = lines.take(stream, 4).await? else {
        return Ok(());
    };
    let length = u32::from_le_bytes([head[0], head[1], head[2], 0]) as usize;
    let login = length <= LOGIN - 4 && lines.take(stream, length).await?.is_some();
    let body = if login {
        error(1045, *b"#28000", "Access denied")
    } else {
        error(1043, *b"#08S01", "Bad handshake")
    };
    stream
        .write_all(&packet(head[3].wrapping_add(1), &body))
        .await
}

fn greeting(version: &str) -> Vec<u8> {
    let mut body = vec![10];
    body.extend(version.bytes());
    body.push(0);
    body.extend(37_u32.to_le_bytes());
    // The scramble need not be secret: there is no account behind this door.
    body.extend(b"k7#Qe2.Z");
    body.push(0);
    body.extend(CAPABILITIES[0]);
    // latin1_swedish_ci, autocommit.
    body.extend([8, 2, 0]);
    body.extend(CAPABILITIES[1]);
    body.push(21);
    body.extend([0; 6]);
    // MariaDB's own capabilities: progress reports, bulk operations.
    body.extend(7_u32.to_le_bytes());
    body.extend(b"tR9)mV_x1$Ld\0");
    body.extend(b"mysql_native_password\0");
    body
}

fn error(code: u16, state: [u8; 6], text: &str) -> Vec<u8> {
    let mut body = vec![0xFF];
    body.extend(code.to_le_bytes());
    body.extend(state);
    body.extend(text.bytes());
    body
}

fn packet(sequence: u8, body: &[u8]) -> Vec<u8> {
    // A few hundred bytes at most.
    let length = u32::try_from(body.len()).unwrap_or(0).to_le_bytes();
    let mut packet = vec![length[0], length[1], length[2], sequence];
    packet.extend_from_slice(body);
    packet
}
