//! Names of certificates as text: RFC 4514, made safe to show.

use std::fmt::Write;

use x509_parser::{asn1_rs::Any, der_parser::asn1_rs::Tag, x509::X509Name};

use crate::hex::hex;

/// Longest text kept of a subject or issuer, in characters.
const MOST: usize = 512;

/// A distinguished name as RFC 4514 writes it, the most specific part first.
pub(super) fn distinguished(name: &X509Name<'_>) -> String {
    let mut parts: Vec<String> = name
        .iter_rdn()
        .take(64)
        .map(|part| {
            part.iter()
                .take(16)
                .map(|attribute| {
                    let kind = attribute.attr_type().to_id_string();
                    format!("{}={}", short(&kind), value(attribute.attr_value()))
                })
                .collect::<Vec<_>>()
                .join("+")
        })
        .collect();
    parts.reverse();
    capped(&parts.join(","), MOST)
}

/// `text` without characters that change how others look, at most `most` characters.
pub(super) fn capped(text: &str, most: usize) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count >= most {
            out.push('…');
            break;
        }
        let tricky = c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
        if tricky {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(out, "\\{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// RFC 4514 section 3, and the names that OpenSSL uses beyond it.
fn short(kind: &str) -> &str {
    match kind {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.42" => "GN",
        "2.5.4.97" => "organizationIdentifier",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        other => other,
    }
}

fn value(value: &Any<'_>) -> String {
    match string(value) {
        Some(text) => escaped(&text),
        None => format!("#{}", hex(value.data.get(..64).unwrap_or(value.data))),
    }
}

fn string(value: &Any<'_>) -> Option<String> {
    let bytes = value.data;
    match value.tag() {
        Tag::Utf8String
        | Tag::PrintableString
        | Tag::Ia5String
        | Tag::NumericString
        | Tag::VisibleString => Some(String::from_utf8_lossy(bytes).into_owned()),
        // In practice Latin-1, whatever the standard says.
        Tag::T61String => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
        Tag::BmpString => {
            let units = bytes
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            Some(
                char::decode_utf16(units)
                    .map(|c| c.unwrap_or('\u{fffd}'))
                    .collect(),
            )
        }
        Tag::UniversalString => {
            let units = bytes
                .chunks_exact(4)
                .map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]));
            Some(
                units
                    .map(|unit| char::from_u32(unit).unwrap_or('\u{fffd}'))
                    .collect(),
            )
        }
        _ => None,
    }
}

/// RFC 4514 section 2.4.
fn escaped(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut out = String::new();
    for (place, c) in text.chars().enumerate() {
        let at_edge = (place == 0 && matches!(c, ' ' | '#')) || (place == last && c == ' ');
        if at_edge || matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(
            escaped("#a, b+c\"\\<>; "),
            "\\#a\\, b\\+c\\\"\\\\\\<\\>\\;\\ "
        );
        assert_eq!(escaped("Ủy ban nhân dân xã"), "Ủy ban nhân dân xã");
        assert_eq!(capped("a\u{202e}b\nc", 9), "a\\E2\\80\\AEb\\0Ac");
        assert_eq!(capped("abcdef", 3), "abc…");
    }
}
