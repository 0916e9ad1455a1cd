//! Reads a content security policy (W3C Content Security Policy Level 3, "Parse a serialized CSP").

use hyper::HeaderMap;
use luytre_checks::{
    Excerpt,
    fact::{ContentPolicy, Directive},
};

/// Most policies, directives of each, and values of each directive.
const MOST: usize = 64;
/// Longest value, in characters.
const LONGEST: usize = 256;

/// The policies of the headers, those that only report too.
pub(super) fn of_headers(headers: &HeaderMap) -> Vec<ContentPolicy> {
    [
        ("content-security-policy", false),
        ("content-security-policy-report-only", true),
    ]
    .into_iter()
    .flat_map(|(name, report_only)| {
        let values = headers.get_all(name).into_iter();
        // A header holds a list of policies.
        values.flat_map(move |value| {
            let text = String::from_utf8_lossy(value.as_bytes());
            let each: Vec<_> = text
                .split(',')
                .map(|one| parsed(one, report_only))
                .collect();
            each
        })
    })
    .filter(|policy| !policy.directives.is_empty())
    .take(MOST)
    .collect()
}

/// One policy. A directive that comes again is ignored.
pub(super) fn parsed(text: &str, report_only: bool) -> ContentPolicy {
    let mut policy = ContentPolicy {
        report_only,
        complete: true,
        directives: Vec::new(),
    };
    for directive in text.split(';') {
        let mut words = directive.split_ascii_whitespace();
        let Some(name) = words.next() else {
            continue;
        };
        let name = short(&name.to_ascii_lowercase());
        if policy.directives.iter().any(|known| known.name == name) {
            continue;
        }
        if policy.directives.len() == MOST {
            policy.complete = false;
            break;
        }
        let values: Vec<String> = words.by_ref().take(MOST).map(value).collect();
        policy.complete &= words.next().is_none();
        policy.directives.push(Directive { name, values });
    }
    policy
}

/// A value: a nonce changes with every answer and a hash says nothing to us.
fn value(word: &str) -> String {
    let word = word.to_ascii_lowercase();
    for kind in ["'nonce-", "'sha256-", "'sha384-", "'sha512-"] {
        if word.starts_with(kind) {
            return format!("{kind}'");
        }
    }
    short(&word)
}

fn short(word: &str) -> String {
    let excerpt = Excerpt::redacted(word);
    excerpt.as_str().chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn shown(policy: &ContentPolicy) -> String {
        let directives = policy.directives.iter();
        let directives: Vec<String> = directives
            .map(|d| {
                [std::slice::from_ref(&d.name), &*d.values]
                    .concat()
                    .join(" ")
            })
            .collect();
        directives.join("; ")
    }

    #[test]
    fn table() {
        for (text, expected) in [
            ("default-src 'self'", "default-src 'self'"),
            (
                " Script-Src  'Nonce-AbC'\t'sha256-x=' 'STRICT-dynamic' ;; object-src 'none';",
                "script-src 'nonce-' 'sha256-' 'strict-dynamic'; object-src 'none'",
            ),
            (
                "script-src a.test; script-src *; upgrade-insecure-requests",
                "script-src a.test; upgrade-insecure-requests",
            ),
            ("", ""),
        ] {
            assert_eq!(shown(&parsed(text, false)), expected, "{text}");
        }
        let long = format!("script-src {}", "a.test ".repeat(MOST + 1));
        assert!(!parsed(&long, false).complete);
        let many: String = (0..=MOST).fold(String::new(), |all, n| format!("{all}d{n} x;"));
        assert!(!parsed(&many, false).complete);
    }

    #[test]
    fn headers_hold_lists() {
        let mut headers = HeaderMap::new();
        let set = |headers: &mut HeaderMap, name: &'static str, value: &'static str| {
            headers.append(name, HeaderValue::from_static(value));
        };
        set(
            &mut headers,
            "content-security-policy",
            "default-src 'self', img-src *",
        );
        set(&mut headers, "content-security-policy", "");
        set(
            &mut headers,
            "content-security-policy-report-only",
            "script-src 'none'",
        );
        let found = of_headers(&headers);
        let each: Vec<_> = found.iter().map(|p| (shown(p), p.report_only)).collect();
        assert_eq!(
            each,
            [
                ("default-src 'self'".to_owned(), false),
                ("img-src *".to_owned(), false),
                ("script-src 'none'".to_owned(), true)
            ]
        );
    }
}
