//! `MySQL` and `MariaDB`.

use luytre_checks::Unmeasured::{Refused, Throttled};

use super::{FOREIGN, Hitch, Stream, Talk};

const CLIENT_PROTOCOL_41: u32 = 0x0000_0200;
const CLIENT_SSL: u32 = 0x0000_0800;
const CLIENT_SECURE_CONNECTION: u32 = 0x0000_8000;

/// `Too many connections`; blocked after too many broken ones; too many of this user.
const CROWDED: [u16; 3] = [1040, 1129, 1203];

/// Most bytes of a greeting: a version, a salt and the name of a plug-in.
const MOST: usize = 4096;

/// The server greets with what it can do; a client that wants TLS says so in a cut-off log-in, to
/// which there is no answer.
pub(super) async fn begin<S: Stream>(talk: &mut Talk<'_, S>) -> Result<(), Hitch> {
    let [low, middle, high, number] =
        <[u8; 4]>::try_from(talk.bytes(4).await?).map_err(|_| FOREIGN)?;
    let length = usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16;
    if number != 0 || length == 0 || length > MOST {
        return Err(FOREIGN);
    }
    let greeting = talk.bytes(length).await?;
    let offers = offers(&greeting).ok_or(FOREIGN)??;
    if !offers {
        return Err(Hitch::Declined);
    }
    let flags = CLIENT_PROTOCOL_41 | CLIENT_SSL | CLIENT_SECURE_CONNECTION;
    let mut request = vec![32, 0, 0, 1];
    request.extend(flags.to_le_bytes());
    request.extend((16_u32 << 20).to_le_bytes());
    // utf8, and 23 bytes of nothing.
    request.push(33);
    request.extend([0; 23]);
    talk.send(&request).await?;
    Ok(())
}

/// Whether the server that greets so does TLS; none if it is no such greeting.
fn offers(greeting: &[u8]) -> Option<Result<bool, Hitch>> {
    match *greeting.first()? {
        10 => {
            let version = greeting.get(1..)?.iter().position(|byte| *byte == 0)?;
            // Number of the connection, half a salt, a zero.
            let at = 1 + version + 1 + 4 + 8 + 1;
            let flags = greeting.get(at..at + 2)?;
            let flags = u16::from_le_bytes(<[u8; 2]>::try_from(flags).ok()?);
            Some(Ok(u32::from(flags) & CLIENT_SSL != 0))
        }
        // Before there was TLS in it.
        9 => Some(Ok(false)),
        0xff => {
            let code = greeting.get(1..3)?;
            let code = u16::from_le_bytes(<[u8; 2]>::try_from(code).ok()?);
            let reason = if CROWDED.contains(&code) {
                Throttled
            } else {
                Refused
            };
            Some(Err(reason.into()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_where_they_stand() {
        let mut greeting = b"\x0a8.0.36\0\x01\0\0\0saltsalt\0".to_vec();
        greeting.extend([0xff, 0xff]);
        assert_eq!(offers(&greeting), Some(Ok(true)));
        greeting.pop();
        greeting.push(0xf7);
        assert_eq!(offers(&greeting), Some(Ok(false)));
        greeting.pop();
        assert_eq!(offers(&greeting), None);
        let blocked = [0xff, 0x69, 0x04, b'#'];
        assert_eq!(offers(&blocked), Some(Err(Throttled.into())));
        let denied = [0xff, 0x6a, 0x04, b'H'];
        assert_eq!(offers(&denied), Some(Err(Refused.into())));
    }
}
