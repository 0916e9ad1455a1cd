//! LDAP.

use luytre_checks::Unmeasured::{Protocol, Throttled};

use super::{BROKEN_OFF, FOREIGN, Hitch, Stream, Talk};

/// `ExtendedRequest` 1.3.6.1.4.1.1466.20037 as message 1 (RFC 4511 section 4.14.1).
const START_TLS: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";

const EXTENDED_RESPONSE: u8 = 0x78;

/// Most bytes of the answer.
const MOST: usize = 4096;

const SUCCESS: u8 = 0;
const PROTOCOL_ERROR: u8 = 2;
const BUSY: u8 = 51;

/// A server without TLS answers `protocolError` (RFC 4511 section 4.14.2).
pub(super) async fn begin<S: Stream>(talk: &mut Talk<'_, S>) -> Result<(), Hitch> {
    talk.send(START_TLS).await?;
    let [tag, length] = <[u8; 2]>::try_from(talk.bytes(2).await?).map_err(|_| FOREIGN)?;
    if tag != 0x30 {
        return Err(FOREIGN);
    }
    let length = match length {
        short @ 0..=0x7f => usize::from(short),
        long @ 0x81..=0x84 => {
            let bytes = talk.bytes(usize::from(long & 0x7f)).await?;
            bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
        }
        _ => return Err(FOREIGN),
    };
    if length > MOST {
        return Err(Protocol.into());
    }
    let message = talk.bytes(length).await?;
    let (number, result) = result_of(&message).ok_or(FOREIGN)?;
    match (number, result) {
        (1, SUCCESS) => Ok(()),
        (1, PROTOCOL_ERROR) => Err(Hitch::Declined),
        // Message 0 is a notice that the server hangs up.
        (_, BUSY) | (0, _) => Err(Throttled.into()),
        (1, _) => Err(BROKEN_OFF),
        _ => Err(FOREIGN),
    }
}

/// Number of the message and code of its result.
fn result_of(message: &[u8]) -> Option<(u8, u8)> {
    let ([0x02, 0x01, number], rest) = message.split_first_chunk::<3>()? else {
        return None;
    };
    let ([EXTENDED_RESPONSE, length], mut rest) = rest.split_first_chunk::<2>()? else {
        return None;
    };
    if *length > 0x80 {
        rest = rest.get(usize::from(*length & 0x7f)..)?;
    }
    match rest.first_chunk::<3>()? {
        [0x0a, 0x01, result] => Some((*number, *result)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_with_short_and_long_lengths() {
        let short = [2, 1, 1, 0x78, 7, 0x0a, 1, 0, 4, 0, 4, 0];
        assert_eq!(result_of(&short), Some((1, SUCCESS)));
        let long = [2, 1, 0, 0x78, 0x82, 0, 7, 0x0a, 1, 52, 4, 0, 4, 0];
        assert_eq!(result_of(&long), Some((0, 52)));
        for end in 0..long.len() - 4 {
            assert_eq!(result_of(&long[..end]), None, "{end}");
        }
    }
}
