//! Checks on web sites.

use std::net::IpAddr;

use crate::{Outcome, fact::Exchange};

pub mod cookie_insecure;
pub mod hsts_missing;
pub mod no_https_redirect;
pub mod version_disclosed;

/// The answer where not even the first request was answered.
const NO_ANSWER: Outcome = Outcome::unknown(
    "chưa nhận được trả lời của trang web",
    "the site did not answer",
);

/// The host of a URL, without port.
fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    if let Some(bracketed) = authority.strip_prefix('[') {
        return bracketed.split_once(']').map(|(host, _)| host);
    }
    Some(
        authority
            .rsplit_once(':')
            .map_or(authority, |(host, _)| host),
    )
}

/// Whether a URL names its host by address.
fn is_bare_address(url: &str) -> bool {
    host(url).is_some_and(|host| host.parse::<IpAddr>().is_ok())
}

/// Whether a Location leads to HTTPS.
fn leads_to_https(exchange: &Exchange) -> bool {
    let scheme = exchange.location.as_deref().and_then(|l| l.get(..8));
    (300..400).contains(&exchange.status)
        && scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
}

/// A walk of one exchange with `url`, `status` and headers.
#[cfg(test)]
fn answer(url: &str, status: u16, headers: &[(&str, &str)]) -> crate::fact::HttpFact {
    let header = |(name, value): &(&str, &str)| crate::fact::Header {
        name: (*name).to_owned(),
        value: (*value).to_owned(),
    };
    crate::fact::HttpFact {
        tls: url.starts_with("https"),
        exchanges: vec![Exchange {
            url: url.to_owned(),
            tls: url.starts_with("https"),
            status,
            headers: headers.iter().map(header).collect(),
            ..Exchange::default()
        }],
        stop: crate::fact::Stop::Final,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_urls() {
        for (url, expected) in [
            ("https://www.doiche.test/", Some("www.doiche.test")),
            ("https://www.doiche.test:8443", Some("www.doiche.test")),
            ("http://192.0.2.1:80/a:b", Some("192.0.2.1")),
            ("https://[2001:db8::1]:443/", Some("2001:db8::1")),
            ("www.doiche.test", None),
        ] {
            assert_eq!(host(url), expected, "{url}");
        }
        assert!(is_bare_address("https://[2001:db8::1]/") && !is_bare_address("https://a.test/"));
    }
}
