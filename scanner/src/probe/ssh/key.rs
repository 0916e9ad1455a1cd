//! Host keys as they come in the answer of a key exchange (RFC 4253 section 6.6, RFC 5656 section
//! 3.1, RFC 8709 section 4).

use luytre_checks::{Unmeasured, fact::SshHostKey};
use sha2::{Digest, Sha256};

use crate::wire::Cursor;

/// Algorithms by the kind of key they use, the best first: one key is fetched of each kind.
const KINDS: [&[&str]; 7] = [
    &["ssh-ed25519"],
    &["ecdsa-sha2-nistp256"],
    &["ecdsa-sha2-nistp384"],
    &["ecdsa-sha2-nistp521"],
    &["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
    &["ssh-ed448"],
    &["ssh-dss"],
];

/// The algorithms to ask for, one for each kind of key that is offered.
pub(super) fn wanted(offered: &[String]) -> Vec<&'static str> {
    let has = |name: &&&str| offered.iter().any(|o| o == **name);
    let best = |kind: &&'static [&'static str]| kind.iter().find(has).copied();
    KINDS.iter().filter_map(best).collect()
}

/// Whether `wanted` asks for every kind of key that is offered. A certificate stands for a key that is
/// offered by itself too.
pub(super) fn covers(offered: &[String]) -> bool {
    offered.iter().all(|name| {
        name.ends_with("-cert-v01@openssh.com") || KINDS.iter().any(|k| k.contains(&name.as_str()))
    })
}

/// Reads a host key.
pub(super) fn read(blob: &[u8]) -> Result<SshHostKey, Unmeasured> {
    let mut cursor = Cursor::new(blob);
    let format = cursor.vector(4)?;
    let (kind, bits) = match format {
        b"ssh-rsa" => {
            cursor.vector(4)?;
            ("rsa", bits(cursor.vector(4)?))
        }
        b"ssh-dss" => ("dsa", bits(cursor.vector(4)?)),
        b"ssh-ed25519" => ("ed25519", fixed(cursor.vector(4)?, 32, 256)),
        b"ssh-ed448" => ("ed448", fixed(cursor.vector(4)?, 57, 448)),
        b"ecdsa-sha2-nistp256" => ("ecdsa", 256),
        b"ecdsa-sha2-nistp384" => ("ecdsa", 384),
        b"ecdsa-sha2-nistp521" => ("ecdsa", 521),
        _ => return Err(Unmeasured::Protocol),
    };
    if bits == 0 {
        return Err(Unmeasured::Protocol);
    }
    Ok(SshHostKey {
        format: String::from_utf8_lossy(format).into_owned(),
        kind: kind.to_owned(),
        bits,
        fingerprint: format!("SHA256:{}", base64(&Sha256::digest(blob))),
    })
}

/// Bits of a number.
fn bits(number: &[u8]) -> u32 {
    let start = number.iter().position(|b| *b != 0);
    let value = start.map_or(&[][..], |start| &number[start..]);
    let Some(first) = value.first() else { return 0 };
    let whole = u32::try_from(value.len() * 8).unwrap_or(u32::MAX);
    whole - first.leading_zeros()
}

/// The bits of a key that has one size only; 0 if it has not that size.
fn fixed(key: &[u8], length: usize, bits: u32) -> u32 {
    if key.len() == length { bits } else { 0 }
}

/// Base64 (RFC 4648 section 4) without padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0_u32, |word, b| word << 8 | u32::from(*b))
            << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let six = word >> (18 - 6 * place) & 63;
            out.push(char::from(LETTERS[six as usize]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::ssh::packet::{number, string};

    #[test]
    fn base64_as_in_the_standard() {
        // RFC 4648 section 10, without padding.
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn sizes_are_those_of_the_numbers() {
        let mut blob = Vec::new();
        string(&mut blob, b"ssh-rsa");
        number(&mut blob, &[1, 0, 1]);
        let mut modulus = vec![0x40];
        modulus.extend([0xff; 127]);
        number(&mut blob, &modulus);
        let key = read(&blob).unwrap();
        assert_eq!((key.kind.as_str(), key.bits), ("rsa", 1023));

        let mut short = Vec::new();
        string(&mut short, b"ssh-ed25519");
        string(&mut short, &[1; 31]);
        assert_eq!(read(&short), Err(Unmeasured::Protocol));
        assert_eq!(read(&blob[..9]), Err(Unmeasured::Protocol));
        assert_eq!(read(b"\0\0\0\x03foo"), Err(Unmeasured::Protocol));
    }

    #[test]
    fn one_key_of_each_kind_is_asked_for() {
        let offered = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let many = offered(&[
            "ssh-rsa",
            "rsa-sha2-256",
            "ssh-ed25519",
            "ssh-ed25519-cert-v01@openssh.com",
        ]);
        assert_eq!(wanted(&many), ["ssh-ed25519", "rsa-sha2-256"]);
        assert!(covers(&many));
        assert!(!covers(&offered(&["ssh-gost2012-256"])));
    }
}
