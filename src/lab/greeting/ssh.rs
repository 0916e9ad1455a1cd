//! SSH up to the host key (RFC 4253 sections 4.2, 7.1 and 8): nobody can log in, there is no key behind
//! the key.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{EXCHANGES, line::Lines};

/// Longest packet read (RFC 4253 section 6.1).
const PACKET: usize = 35_000;

const DISCONNECT: u8 = 1;
const KEXINIT: u8 = 20;
const KEX_INIT: u8 = 30;
const KEX_REPLY: u8 = 31;

/// What a server of OpenSSH 9.2 offers where somebody has set it up with care: eight lists and the
/// languages, in the order of the message.
const OFFER: [&str; 10] = [
    "sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,\
     diffie-hellman-group16-sha512,ext-info-s,kex-strict-s-v00@openssh.com",
    "ssh-ed25519",
    "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com",
    "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com",
    "hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com",
    "none,zlib@openssh.com",
    "none,zlib@openssh.com",
    "",
    "",
];

pub(super) async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    banner: &str,
) -> io::Result<()> {
    stream.write_all(format!("{banner}\r\n").as_bytes()).await?;
    let mut lines = Lines::new();
    let Some(line) = lines.next(stream).await? else {
        return Ok(());
    };
    if !line.starts_with(b"SSH-") {
        // The words of OpenSSH.
        let words = b"Invalid SSH identification string.\r\n";
        return stream.write_all(words).await;
    }
    stream.write_all(&packet(&offer())).await?;
    let mut said = lines.rest();
    for _ in 0..EXCHANGES {
        let Some(message) = next(stream, &mut said).await? else {
            return Ok(());
        };
        match message {
            KEX_INIT => stream.write_all(&packet(&reply())).await?,
            DISCONNECT => return Ok(()),
            _ => (),
        }
    }
    Ok(())
}

/// The number of the next message; none when the peer has left.
async fn next<S: AsyncRead + Unpin>(stream: &mut S, said: &mut Vec<u8>) -> io::Result<Option<u8>> {
    loop {
        if let Some((head, rest)) = said.split_first_chunk::<4>() {
            let length = usize::try_from(u32::from_be_bytes(*head)).unwrap_or(usize::MAX);
            if !(2..=PACKET).contains(&length) {
                return Err(io::ErrorKind::InvalidData.into());
            }
            if let Some(packet) = rest.get(..length) {
                let message = packet[1];
                said.drain(..4 + length);
                return Ok(Some(message));
            }
        }
        let mut some = [0; 2048];
        match stream.read(&mut some).await? {
            0 => return Ok(None),
            count => said.extend_from_slice(&some[..count]),
        }
    }
}

fn offer() -> Vec<u8> {
    let mut out = vec![KEXINIT];
    // The cookie: nothing rests on it here.
    out.extend_from_slice(&[0x6c; 16]);
    for list in OFFER {
        string(&mut out, list.as_bytes());
    }
    out.extend_from_slice(&[0; 5]);
    out
}

/// A host key, a public value and a signature, none of them true.
fn reply() -> Vec<u8> {
    let mut key = Vec::new();
    string(&mut key, b"ssh-ed25519");
    string(&mut key, b"luy tre: not a key of anybody !!");
    let mut out = vec![KEX_REPLY];
    string(&mut out, &key);
    string(&mut out, &[9; 32]);
    string(&mut out, b"");
    out
}

fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

fn packet(payload: &[u8]) -> Vec<u8> {
    let padding = 4 + (8 - (payload.len() + 9) % 8) % 8;
    let length = 1 + payload.len() + padding;
    let mut out = Vec::with_capacity(4 + length);
    out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    out.push(u8::try_from(padding).unwrap_or(u8::MAX));
    out.extend_from_slice(payload);
    out.resize(4 + length, 0);
    out
}
