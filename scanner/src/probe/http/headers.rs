//! Which headers are kept, and how.

use hyper::{HeaderMap, header};
use luytre_checks::{
    Excerpt,
    fact::{Cookie, Header},
};

/// The headers that posture needs.
const KEPT: [&str; 17] = [
    "access-control-allow-credentials",
    "access-control-allow-origin",
    "content-security-policy",
    "content-type",
    "cross-origin-opener-policy",
    "permissions-policy",
    "referrer-policy",
    "server",
    "strict-transport-security",
    "via",
    "www-authenticate",
    "x-aspnet-version",
    "x-aspnetmvc-version",
    "x-content-type-options",
    "x-frame-options",
    "x-generator",
    "x-powered-by",
];

/// Most values kept of one header, and most cookies.
const MOST: usize = 32;

/// Longest cookie name kept, in characters.
const LONGEST_NAME: usize = 64;

/// The kept headers in the order of their names; repeated ones in the order sent.
pub(super) fn kept(headers: &HeaderMap) -> Vec<Header> {
    KEPT.iter()
        .flat_map(|name| {
            headers
                .get_all(*name)
                .into_iter()
                .take(MOST)
                .map(|v| (*name, v))
        })
        .map(|(name, value)| Header {
            name: name.to_owned(),
            value: text(value.as_bytes()),
        })
        .collect()
}

/// The cookies set, by name and flags; values are never kept.
pub(super) fn cookies(headers: &HeaderMap) -> Vec<Cookie> {
    headers
        .get_all(header::SET_COOKIE)
        .into_iter()
        .take(MOST)
        .map(|value| cookie(&String::from_utf8_lossy(value.as_bytes())))
        .collect()
}

/// RFC 6265 section 5.2: the attributes after the first semicolon, names in any case.
fn cookie(line: &str) -> Cookie {
    let mut parts = line.split(';').map(str::trim);
    let pair = parts.next().unwrap_or("");
    // Without an equals sign the whole pair is a value, and values are not kept.
    let name = pair.split_once('=').map_or("", |(name, _)| name.trim());
    let mut cookie = Cookie {
        name: short(name),
        secure: false,
        http_only: false,
        same_site: None,
    };
    for part in parts {
        let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
        match attribute.trim().to_ascii_lowercase().as_str() {
            "secure" => cookie.secure = true,
            "httponly" => cookie.http_only = true,
            "samesite" => cookie.same_site = Some(short(&value.trim().to_ascii_lowercase())),
            _ => (),
        }
    }
    cookie
}

fn short(text: &str) -> String {
    let excerpt = Excerpt::redacted(text);
    excerpt.as_str().chars().take(LONGEST_NAME).collect()
}

/// A value made harmless.
pub(super) fn text(value: &[u8]) -> String {
    Excerpt::redacted(&String::from_utf8_lossy(value))
        .as_str()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_lose_their_values() {
        for (line, name, secure, http_only, same_site) in [
            (
                "sid=SECRET; Path=/; Secure; HttpOnly; SameSite=Lax",
                "sid",
                true,
                true,
                Some("lax"),
            ),
            ("sid=SECRET", "sid", false, false, None),
            ("SECRET; secure", "", true, false, None),
            ("a=b=SECRET;httponly ;SECURE", "a", true, true, None),
            ("a=Secure; HttpOnly", "a", false, true, None),
        ] {
            let found = cookie(line);
            assert_eq!(
                (found.name.as_str(), found.secure, found.http_only),
                (name, secure, http_only)
            );
            assert_eq!(found.same_site.as_deref(), same_site, "{line}");
            assert!(!format!("{found:?}").contains("SECRET"), "{line}");
        }
    }
}
