//! `PostgreSQL`.

use super::{FOREIGN, Hitch, Stream, Talk, turned_away};

/// Length 8, and the code of an `SSLRequest`.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// The answer is a single byte, or an error message of the server's own.
pub(super) async fn begin<S: Stream>(talk: &mut Talk<'_, S>) -> Result<(), Hitch> {
    talk.send(&SSL_REQUEST).await?;
    match talk.bytes(1).await?.first() {
        Some(b'S') => Ok(()),
        Some(b'N') => Err(Hitch::Declined),
        Some(b'E') => {
            // Type, then length with itself, then fields (ErrorResponse).
            let length = talk.bytes(4).await?;
            let length = <[u8; 4]>::try_from(length).map_or(0, u32::from_be_bytes);
            let length = usize::try_from(length).map_err(|_| FOREIGN)?;
            let fields = talk.bytes(length.saturating_sub(4)).await?;
            Err(turned_away(&String::from_utf8_lossy(&fields)))
        }
        _ => Err(FOREIGN),
    }
}
