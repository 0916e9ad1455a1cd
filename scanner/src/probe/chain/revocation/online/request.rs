//! The question to an OCSP responder (RFC 6960 section 4.1).

use aws_lc_rs::digest;
use luytre_checks::fact::RevocationFault;

use crate::probe::chain::{
    der::tag,
    revocation::{Subject, pair},
};

/// AlgorithmIdentifier of SHA-1, with NULL: the one certificate id that every responder knows (RFC 5019
/// section 2.1.1). Nothing rests on it; it is the name of a key, as in an index.
const SHA1: [u8; 11] = [0x30, 9, 6, 5, 0x2B, 14, 3, 2, 26, 5, 0];

/// Longest path and query of a question asked by GET (RFC 6960 appendix A.1, RFC 5019 section 5).
const LONGEST_GET: usize = 255;

/// The OCSPRequest about `subject`, without a nonce: answers are kept and asked for by many (RFC 5019).
pub(super) fn request(subject: &Subject<'_>) -> Result<Vec<u8>, RevocationFault> {
    let (certificate, issuer) = pair(subject)?;
    let hash = |bytes| digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
    let id = tlv(
        tag::SEQUENCE,
        &[
            &SHA1,
            &tlv(tag::OCTET_STRING, &[hash(certificate.issuer.raw).as_ref()]),
            &tlv(tag::OCTET_STRING, &[hash(issuer.key.bytes).as_ref()]),
            &tlv(tag::INTEGER, &[certificate.serial]),
        ],
    );
    let one = tlv(tag::SEQUENCE, &[&id]);
    let list = tlv(tag::SEQUENCE, &[&one]);
    let inside = tlv(tag::SEQUENCE, &[&list]);
    Ok(tlv(tag::SEQUENCE, &[&inside]))
}

/// The path that asks `request` of the responder at `path` by GET; none if it has to go by POST.
pub(super) fn get_path(path: &str, request: &[u8]) -> Option<String> {
    if path.contains('?') {
        return None;
    }
    let mut out = path.trim_end_matches('/').to_owned() + "/";
    for symbol in base64(request).chars() {
        match symbol {
            '+' => out.push_str("%2B"),
            '/' => out.push_str("%2F"),
            '=' => out.push_str("%3D"),
            plain => out.push(plain),
        }
    }
    (out.len() <= LONGEST_GET).then_some(out)
}

fn base64(bytes: &[u8]) -> String {
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let symbol = |bits: u32| char::from(SYMBOLS[(bits & 63) as usize]);
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let byte = |place: usize| u32::from(group.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place <= group.len() {
                out.push(symbol(bits >> (18 - 6 * place)));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// A value in DER.
fn tlv(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let length = contents.len().to_be_bytes();
    let digits = length.iter().position(|byte| *byte != 0);
    let digits = length
        .get(digits.unwrap_or(length.len())..)
        .unwrap_or_default();
    let mut out = vec![tag];
    if let Ok(short @ 0..0x80) = u8::try_from(contents.len()) {
        out.push(short);
    } else {
        out.extend(u8::try_from(digits.len()).map(|count| 0x80 | count));
        out.extend(digits);
    }
    out.extend(contents);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_rfc_4648_section_10() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn a_short_question_goes_by_get_and_a_long_one_by_post() {
        assert_eq!(get_path("/", &[0xFB, 0xFF]).as_deref(), Some("/%2B%2F8%3D"));
        assert_eq!(get_path("/ocsp", b"foo").as_deref(), Some("/ocsp/Zm9v"));
        assert_eq!(get_path("/", &[0; 256]), None);
        assert_eq!(get_path("/?a", b"foo"), None);
    }

    #[test]
    fn lengths_are_written_in_few_bytes() {
        assert_eq!(tlv(4, &[&[7; 3]]), [4, 3, 7, 7, 7]);
        assert_eq!(tlv(4, &[&[0; 0x80]])[..3], [4, 0x81, 0x80]);
        assert_eq!(tlv(4, &[&[0; 0x1234]])[..4], [4, 0x82, 0x12, 0x34]);
    }
}
