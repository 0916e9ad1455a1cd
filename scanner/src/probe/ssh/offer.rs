//! The message with which each side says what it can do (RFC 4253 section 7.1).

use aws_lc_rs::rand;
use luytre_checks::Unmeasured;

use super::packet::string;
use crate::wire::Cursor;

/// Number of the message.
pub(super) const KEXINIT: u8 = 20;

/// Most names kept of one list; real servers stay below forty.
const MOST_NAMES: usize = 256;

/// Longest name (RFC 4251 section 6).
const MOST_NAME: usize = 64;

/// Lists of a server, in the order of the message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Offer {
    /// Key exchange; host keys; ciphers, codes and compression, each to the server and to the client.
    /// The languages that follow are not kept.
    pub(super) lists: [Vec<String>; 8],
    /// Whether every name was kept.
    pub(super) whole: bool,
}

impl Offer {
    pub(super) fn key_exchanges(&self) -> &[String] {
        &self.lists[0]
    }

    pub(super) fn host_keys(&self) -> &[String] {
        &self.lists[1]
    }

    /// Reads the payload of a KEXINIT.
    pub(super) fn read(payload: &[u8]) -> Result<Self, Unmeasured> {
        let mut cursor = Cursor::new(payload);
        if cursor.byte()? != KEXINIT {
            return Err(Unmeasured::Protocol);
        }
        cursor.take(16)?;
        let mut offer = Self {
            whole: true,
            ..Self::default()
        };
        for list in &mut offer.lists {
            offer.whole &= names(cursor.vector(4)?, list);
        }
        // Languages, the guess, the reserved number: not kept, but they must be there.
        cursor.vector(4)?;
        cursor.vector(4)?;
        cursor.take(5)?;
        Ok(offer)
    }

    /// Our answer: `exchange` and `host_key` alone, and for the rest what the server likes best. The
    /// conversation ends before any of it is used.
    pub(super) fn answer(&self, exchange: &str, host_key: &str) -> Result<Vec<u8>, Unmeasured> {
        let mut cookie = [0; 16];
        rand::fill(&mut cookie).map_err(|_| Unmeasured::Bug)?;
        let mut out = vec![KEXINIT];
        out.extend_from_slice(&cookie);
        string(&mut out, exchange.as_bytes());
        string(&mut out, host_key.as_bytes());
        for list in &self.lists[2..] {
            string(
                &mut out,
                list.first().map_or(&[][..], |name| name.as_bytes()),
            );
        }
        string(&mut out, b"");
        string(&mut out, b"");
        out.extend_from_slice(&[0; 5]);
        Ok(out)
    }
}

/// Reads a name-list (RFC 4251 section 5); whether every name was kept.
fn names(bytes: &[u8], out: &mut Vec<String>) -> bool {
    if bytes.is_empty() {
        return true;
    }
    let mut whole = true;
    for name in bytes.split(|b| *b == b',') {
        let good = (1..=MOST_NAME).contains(&name.len()) && name.iter().all(u8::is_ascii_graphic);
        match std::str::from_utf8(name) {
            Ok(name) if good && out.len() < MOST_NAMES => out.push(name.to_owned()),
            _ => whole = false,
        }
        if out.len() >= MOST_NAMES && !whole {
            break;
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(lists: [&str; 8]) -> Vec<u8> {
        let mut out = vec![KEXINIT; 17];
        for list in lists {
            string(&mut out, list.as_bytes());
        }
        string(&mut out, b"");
        string(&mut out, b"");
        out.extend_from_slice(&[0; 5]);
        out
    }

    #[test]
    fn lists_are_read_in_order() {
        let offer = Offer::read(&message([
            "curve25519-sha256,ext-info-s",
            "ssh-ed25519",
            "aes128-ctr",
            "aes256-ctr",
            "hmac-sha2-256",
            "",
            "none",
            "zlib",
        ]))
        .unwrap();
        assert_eq!(offer.key_exchanges(), ["curve25519-sha256", "ext-info-s"]);
        assert_eq!(offer.host_keys(), ["ssh-ed25519"]);
        assert_eq!(offer.lists[3], ["aes256-ctr"]);
        assert!(offer.lists[5].is_empty() && offer.whole);
        let ours = offer.answer("curve25519-sha256", "ssh-ed25519").unwrap();
        let ours = Offer::read(&ours).unwrap();
        assert_eq!(ours.lists[0], ["curve25519-sha256"]);
        assert_eq!(ours.lists[2..], offer.lists[2..]);
    }

    #[test]
    fn too_many_and_foul_names_are_dropped_and_told() {
        let many = vec!["x"; 100_000].join(",");
        let long = "y".repeat(65);
        for foul in [many.as_str(), "a,,b", "a b", "a\u{1b}[2J", &long, "é"] {
            let offer = Offer::read(&message([foul, "", "", "", "", "", "", ""])).unwrap();
            assert!(!offer.whole && offer.lists[0].len() <= MOST_NAMES, "{foul}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut payload = vec![KEXINIT];
            payload.extend(bytes);
            let _ = Offer::read(&payload);
        }

        #[test]
        fn a_cut_message_is_no_offer(cut in 0usize..70) {
            let whole = message(["a,b", "c", "d", "e", "f", "g", "h", "i"]);
            if cut < whole.len() {
                prop_assert!(Offer::read(&whole[..cut]).is_err());
            }
        }
    }
}
