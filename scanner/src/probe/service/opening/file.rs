//! Files and code.

use luytre_inventory::Protocol;

use super::{Asker, Opening, asking, at_least, u16_at, u32_at};
use crate::probe::service::greeting::Heard;

pub(super) const OPENINGS: [Opening; 4] = [
    asking(
        Protocol::Nfs,
        |_| rpc_null(100_003, 3),
        |said| at_least(said, 28),
        |said| rpc(said, Protocol::Nfs),
    ),
    asking(
        Protocol::Portmap,
        |_| rpc_null(100_000, 2),
        |said| at_least(said, 28),
        |said| rpc(said, Protocol::Portmap),
    ),
    // Apple Filing Protocol over DSI: DSIGetStatus, which needs no session.
    asking(
        Protocol::Afp,
        |_| vec![0, 3, 0x4c, 0x54, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        |said| {
            u32_at(said, 8)
                .is_some_and(|length| said.len() >= 16 + length.min(4000) as usize)
                .into()
        },
        afp,
    ),
    // gitprotocol-pack: a request for what is not there.
    asking(Protocol::Git, git_request, |said| at_least(said, 8), git),
];

/// The transaction that we name.
const XID: u32 = 0x4c54_0001;

/// A call of procedure 0 (RFC 5531 9, 11), which does nothing by definition.
fn rpc_null(program: u32, version: u32) -> Vec<u8> {
    let words = [0x8000_0028, XID, 0, 2, program, version, 0, 0, 0, 0, 0];
    words.into_iter().flat_map(u32::to_be_bytes).collect()
}

fn rpc(said: &[Vec<u8>], protocol: Protocol) -> Option<Heard> {
    let said = said.first()?;
    // An accepted answer to our transaction: the program is there, in this or another version.
    let ours = u32_at(said, 4)? == XID && u32_at(said, 8)? == 1 && u32_at(said, 12)? == 0;
    let banner = match u32_at(said, 24)? {
        0 => "RPC: success".to_owned(),
        2 => format!(
            "RPC: versions {} to {}",
            u32_at(said, 28)?,
            u32_at(said, 32)?
        ),
        _ => return None,
    };
    ours.then(|| Heard::plain(protocol, banner))
}

fn afp(said: &[Vec<u8>]) -> Option<Heard> {
    let said = said.first()?;
    if !said.starts_with(&[1, 3, 0x4c, 0x54]) {
        return None;
    }
    let status = said.get(16..)?;
    let at = usize::from(u16_at(status, 0)?);
    let length = usize::from(*status.get(at)?);
    let machine = super::text(status.get(at + 1..at + 1 + length)?);
    Some(Heard::plain(Protocol::Afp, format!("machine: {machine}")))
}

fn git_request(asker: &Asker<'_>) -> Vec<u8> {
    let words = format!("git-upload-pack /\0host={}\0", asker.host());
    format!("{:04x}{words}", words.len() + 4).into_bytes()
}

fn git(said: &[Vec<u8>]) -> Option<Heard> {
    let said = said.first()?;
    let line = super::zero_ended(said);
    let length = line.get(..4)?;
    let framed = length.bytes().all(|b| b.is_ascii_hexdigit());
    let rest = line.get(4..)?;
    let refs = rest.len() > 41 && rest.as_bytes()[..40].iter().all(u8::is_ascii_hexdigit);
    (framed && (rest.starts_with("ERR ") || refs)).then(|| Heard::plain(Protocol::Git, line))
}
