//! Reads security.txt (RFC 9116).

use jiff::Timestamp;
use luytre_checks::{Excerpt, Tri, fact::SecurityTxt};

/// Most contacts kept.
const MOST: usize = 8;
/// Most lines read.
const LINES: usize = 512;

/// What `body`, a security.txt, says; `complete` if nothing of it is missing.
pub fn read(body: &[u8], complete: bool) -> SecurityTxt {
    let text = String::from_utf8_lossy(body);
    let mut found = SecurityTxt::default();
    let mut expiries = Vec::new();
    for line in text.lines().take(LINES) {
        // A signed file is quoted line by line, with `- ` before a hyphen (RFC 9580 section 7.2).
        let line = line.strip_prefix("- ").unwrap_or(line);
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "contact" if is_uri(value) && found.contacts.len() < MOST => {
                let shown = Excerpt::redacted(value);
                found.contacts.push(shown.as_str().to_owned());
            }
            "expires" => expiries.push(value.parse::<Timestamp>().ok()),
            _ => (),
        }
    }
    // It must be there exactly once (section 2.5.5).
    if let [one] = expiries.as_slice() {
        found.expires = *one;
    }
    found.present = match (found.contacts.is_empty(), complete) {
        (false, _) => Tri::Yes,
        (true, true) => Tri::No,
        (true, false) => Tri::Unknown,
    };
    found
}

/// A contact is an address of the web, of mail or of a telephone (section 2.5.3).
fn is_uri(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let schemes = ["mailto:", "tel:", "https://"];
    schemes.iter().any(|scheme| {
        value
            .strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        let expires = "2027-01-01T00:00:00Z";
        for (text, contacts, expiry, present) in [
            (
                "# ours\r\nContact: mailto:csirt@lamgiang.test\r\nExpires: 2027-01-01T07:00:00+07:00\r\n",
                1,
                Some(expires),
                Tri::Yes,
            ),
            (
                "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nCONTACT: tel:+84-260-300-000\n\
                 Contact: https://lamgiang.test/lien-he\nexpires:2027-01-01T00:00:00Z\n",
                2,
                Some(expires),
                Tri::Yes,
            ),
            (
                "Contact: csirt@lamgiang.test\nExpires: 2027-01-01T00:00:00Z\n",
                0,
                Some(expires),
                Tri::No,
            ),
            (
                "Contact: mailto:a@b.test\nExpires: 2027-01-01T00:00:00Z\nExpires: 2028-01-01T00:00:00Z\n",
                1,
                None,
                Tri::Yes,
            ),
            (
                "Contact: mailto:a@b.test\nExpires: năm sau\n",
                1,
                None,
                Tri::Yes,
            ),
            ("<!doctype html><title>Trang chủ</title>", 0, None, Tri::No),
            ("", 0, None, Tri::No),
        ] {
            let found = read(text.as_bytes(), true);
            assert_eq!(
                (found.contacts.len(), found.present),
                (contacts, present),
                "{text}"
            );
            let expiry: Option<Timestamp> = expiry.map(|e| e.parse().unwrap());
            assert_eq!(found.expires, expiry, "{text}");
        }
        assert_eq!(read(b"# half a fi", false).present, Tri::Unknown);
        let many = "Contact: mailto:a@b.test\n".repeat(100);
        assert_eq!(read(many.as_bytes(), true).contacts.len(), MOST);
    }
}
