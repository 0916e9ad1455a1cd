//! Keys that mail of a domain is signed with (RFC 6376 3.6.1).

use hickory_resolver::proto::rr::{Name, RecordType};
use luytre_checks::fact::Dkim;

use super::ask::{Asker, Checked};
use crate::probe::chain::of_spki;

/// Selectors that are asked about: what common mail servers and providers set up by themselves. A domain
/// may use any other.
const SELECTORS: [&str; 4] = ["default", "mail", "google", "selector1"];

/// The keys at well-known selectors; none if one of them is not known.
pub(super) async fn keys(asker: &Asker<'_>, zone: &Name) -> Option<Vec<Dkim>> {
    let below = zone.prepend_label("_domainkey").ok()?;
    let mut keys = Vec::new();
    for selector in SELECTORS {
        let place = below.prepend_label(selector).ok()?;
        let answer = asker
            .ask(&place, RecordType::TXT, Checked::Yes)
            .await
            .ok()?;
        answer.exists()?;
        // More than one record is nobody's key (RFC 6376 3.6.2.2); the first stands for them.
        keys.extend(answer.texts().find_map(|text| key(selector, &text)));
    }
    Some(keys)
}

/// The key that a text holds, if it is one.
pub fn key(selector: &str, text: &str) -> Option<Dkim> {
    let mut key = Dkim {
        selector: selector.to_owned(),
        ..Dkim::default()
    };
    let (mut kind, mut data) = ("rsa", None);
    for (place, field) in text.split(';').enumerate() {
        let Some((name, value)) = field.split_once('=') else {
            continue;
        };
        match (name.trim(), value.trim()) {
            // It stands first, and nothing but this version is a key.
            ("v", version) if place > 0 || version != "DKIM1" => return None,
            ("k", named) => kind = named,
            ("p", bytes) => data = Some(bytes),
            ("t", flags) => key.testing = flags.split(':').any(|flag| flag.trim() == "y"),
            _ => (),
        }
    }
    let data = data?;
    if data.is_empty() {
        return Some(key);
    }
    key.kind = Some(kind.chars().take(32).collect());
    let bytes = decoded(data);
    key.bits = match kind {
        "rsa" => bytes
            .and_then(|der| of_spki(&der))
            .map(|key| key.bits)
            .filter(|bits| *bits > 0),
        // RFC 8463 4: the bare public key.
        "ed25519" => bytes.filter(|key| key.len() == 32).map(|_| 256),
        _ => None,
    };
    Some(key)
}

/// Base64 (RFC 4648 4) with folding white space anywhere.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0_u32, 0_u32);
    let symbols = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    for byte in symbols.filter(|byte| *byte != b'=') {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
        held &= (1 << bits) - 1;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made for this test, 1024 bits.
    const RSA: &str = "\
         MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDNBCC4hKqNCmuKwjeEP03GEDISua8l7VAmuYu9ts0M9l27\
         VWNIxlZ4A4oPgUK0qmulWwCU9Ep09oOgBnivL+M6Zsbc4F5wI8DsVZ1FdzVdARVDjMUZLpwquNOgqzqhGmlN\
         GygYu7dj18aICRG9kI/7/aRTDmt7l/DUjhEZfR0uRQIDAQAB";

    #[test]
    fn keys_of_every_kind() {
        let found = key("mail", &format!("v=DKIM1; k=rsa; t=y:s; p={RSA}")).unwrap();
        assert_eq!(found.kind.as_deref(), Some("rsa"));
        assert_eq!((found.bits, found.testing), (Some(1024), true));
        let (head, tail) = RSA.split_at(40);
        let folded = key("mail", &format!("p={head} \t{tail}")).unwrap();
        assert_eq!((folded.bits, folded.testing), (Some(1024), false));
        let ed = "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
        assert_eq!(key("mail", ed).unwrap().bits, Some(256));
        let back = key("mail", "v=DKIM1; p=").unwrap();
        assert_eq!((back.kind, back.bits), (None, None));
        for odd in [
            "k=rsa; p=@@",
            "p=AAAA",
            "k=ed25519; p=AAAA",
            "k=new; p=AAAA",
        ] {
            let found = key("mail", odd).unwrap();
            assert!(found.kind.is_some() && found.bits.is_none(), "{odd}");
        }
        for none in ["", "v=spf1 -all", "v=DKIM2; p=AAAA", "p=; v=DKIM1", "k=rsa"] {
            assert_eq!(key("mail", none), None, "{none}");
        }
    }

    #[test]
    fn base64() {
        for (coded, plain) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm 9\tvYm Fy", "foobar"),
        ] {
            assert_eq!(decoded(coded).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(decoded("Zm9-"), None);
    }
}
