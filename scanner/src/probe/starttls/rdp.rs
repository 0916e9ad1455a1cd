//! Remote Desktop.

use super::{BROKEN_OFF, FOREIGN, Hitch, Stream, Talk};

/// Connection request with a negotiation request: TLS, `CredSSP` and its newer form, all of which begin
/// with TLS (MS-RDPBCGR 2.2.1.1.1).
const REQUEST: [u8; 19] = [
    0x03, 0x00, 0x00, 0x13, 0x0e, 0xe0, 0, 0, 0, 0, 0, 0x01, 0x00, 0x08, 0x00, 0x0b, 0, 0, 0,
];

/// Most bytes of the answer.
const MOST: usize = 512;

const PROTOCOL_RDP: u32 = 0;
const SSL_NOT_ALLOWED: u32 = 2;
const SSL_CERT_NOT_ON_SERVER: u32 = 3;

/// The server confirms the connection, and with it what it chose.
pub(super) async fn begin<S: Stream>(talk: &mut Talk<'_, S>) -> Result<(), Hitch> {
    talk.send(&REQUEST).await?;
    let [version, _, high, low] = <[u8; 4]>::try_from(talk.bytes(4).await?).map_err(|_| FOREIGN)?;
    let length = usize::from(u16::from_be_bytes([high, low]));
    if version != 3 || !(11..=MOST).contains(&length) {
        return Err(FOREIGN);
    }
    let confirm = talk.bytes(length - 4).await?;
    chosen(&confirm).unwrap_or(Err(FOREIGN))
}

/// What an X.224 connection confirm says; none if it is none.
fn chosen(confirm: &[u8]) -> Option<Result<(), Hitch>> {
    if *confirm.get(1)? & 0xf0 != 0xd0 {
        return None;
    }
    // Servers before there was a choice say nothing of it: their own encryption alone.
    let Some(negotiation) = confirm.get(7..15) else {
        return Some(Err(Hitch::Declined));
    };
    let value = <[u8; 4]>::try_from(negotiation.get(4..8)?).ok()?;
    let value = u32::from_le_bytes(value);
    Some(match (negotiation.first()?, value) {
        (2, PROTOCOL_RDP) | (3, SSL_NOT_ALLOWED | SSL_CERT_NOT_ON_SERVER) => Err(Hitch::Declined),
        (2, 1 | 2 | 8) => Ok(()),
        (3, _) => Err(BROKEN_OFF),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice() {
        let confirm = |kind: u8, value: u8| {
            let head = [14, 0xd0, 0, 0, 0x12, 0x34, 0];
            [&head[..], &[kind, 0, 8, 0, value, 0, 0, 0]].concat()
        };
        for (kind, value, outcome) in [
            (2, 0, Some(Err(Hitch::Declined))),
            (2, 1, Some(Ok(()))),
            (2, 2, Some(Ok(()))),
            (2, 8, Some(Ok(()))),
            (3, 2, Some(Err(Hitch::Declined))),
            (3, 3, Some(Err(Hitch::Declined))),
            (3, 6, Some(Err(BROKEN_OFF))),
            (2, 4, None),
            (9, 1, None),
        ] {
            assert_eq!(chosen(&confirm(kind, value)), outcome, "{kind} {value}");
        }
        let old = [6, 0xd0, 0, 0, 0x12, 0x34, 0];
        assert_eq!(chosen(&old), Some(Err(Hitch::Declined)));
        assert_eq!(chosen(&[6]), None);
    }
}
