//! RDP's connection confirm ([MS-RDPBCGR] sections 2.2.1.1 and 2.2.1.2), with standard RDP security
//! only, as very old hosts have it.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::line::Lines;

/// TPKT version (RFC 1006 section 6) and the largest request read.
const TPKT: u8 = 3;
const REQUEST: usize = 512;

/// X.224 codes (ITU-T X.224 section 13.3, 13.4).
const CONNECTION_REQUEST: u8 = 0xE0;
const CONNECTION_CONFIRM: u8 = 0xD0;

pub(super) async fn talk<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> io::Result<()> {
    let mut lines = Lines::new();
    let Some(head) = lines.take(stream, 4).await? else {
        return Ok(());
    };
    let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
    if head[0] != TPKT || !(11..=REQUEST).contains(&length) {
        return Ok(());
    }
    let Some(request) = lines.take(stream, length - 4).await? else {
        return Ok(());
    };
    if request[1] & 0xF0 != CONNECTION_REQUEST {
        return Ok(());
    }
    // After the fixed part: perhaps a cookie line, then perhaps RDP_NEG_REQ (type 1, length 8).
    let negotiates = request.len() >= 15 && {
        let tail = &request[request.len() - 8..];
        tail[0] == 1 && tail[2..4] == [8, 0]
    };
    let mut confirm = vec![CONNECTION_CONFIRM, request[4], request[5], 0x12, 0x34, 0];
    if negotiates {
        // RDP_NEG_RSP, selected protocol PROTOCOL_RDP.
        confirm.extend([2, 0, 8, 0, 0, 0, 0, 0]);
    }
    // Ten or eighteen bytes with the heads.
    let x224 = u8::try_from(confirm.len()).unwrap_or(0);
    let mut answer = vec![TPKT, 0, 0, x224 + 5, x224];
    answer.extend(confirm);
    stream.write_all(&answer).await
}
