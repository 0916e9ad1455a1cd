//! No order to browsers to stay on HTTPS.

use jiff::Timestamp;

use super::{NO_ANSWER, is_bare_address};
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::HttpFact};

about!(HstsMissing, Web, Endpoint, false, {
    id: "web.hsts_missing",
    title: ["Thiếu HSTS", "HSTS missing or too short"],
    why: [
        "Không có HSTS, lần truy cập đầu tiên của người dân vẫn có thể bị kéo về HTTP không mã hóa. HSTS \
         dặn trình duyệt chỉ dùng HTTPS với trang này.",
        "Without HSTS, a visitor's first request can still be pulled down to plain HTTP. HSTS tells the \
         browser to use HTTPS only for this site."
    ],
    fix: [
        "Thêm tiêu đề sau khi chắc chắn toàn bộ trang chạy được qua HTTPS. nginx: `add_header \
         Strict-Transport-Security \"max-age=31536000\" always;`. Apache: `Header always set \
         Strict-Transport-Security \"max-age=31536000\"`. IIS: bật HSTS trong mục Configure của trang. \
         Tomcat: `HttpHeaderSecurityFilter` với `hstsMaxAgeSeconds=31536000`.",
        "Add the header once the whole site works over HTTPS. nginx: `add_header \
         Strict-Transport-Security \"max-age=31536000\" always;`. Apache: `Header always set \
         Strict-Transport-Security \"max-age=31536000\"`. IIS: enable HSTS under Configure of the site. \
         Tomcat: `HttpHeaderSecurityFilter` with `hstsMaxAgeSeconds=31536000`."
    ],
    message: [
        "Tiêu đề Strict-Transport-Security: {found}; cần ít nhất {minimum} giây.",
        "Strict-Transport-Security header: {found}; at least {minimum} seconds are needed."
    ],
    sources: ["RFC 6797 mục 6.1, 8.1", "CISA BOD 18-01"],
});

impl Check for HstsMissing {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        if !fact.tls {
            return Outcome::not_applicable(
                "HSTS không có tác dụng qua HTTP",
                "HSTS has no effect over HTTP",
            );
        }
        let Some(first) = fact.exchanges.first() else {
            return NO_ANSWER;
        };
        if is_bare_address(&first.url) {
            return Outcome::not_applicable(
                "HSTS không áp dụng cho địa chỉ IP",
                "HSTS does not apply to an IP address",
            );
        }
        let minimum = context.parameters.hsts_minimum_seconds;
        let header = first.header("strict-transport-security");
        let (grade, found) = match header.map(max_age) {
            Some(Some(seconds)) if seconds >= minimum => return Outcome::Pass,
            // Servers commonly leave the header off error pages only.
            None if first.status >= 400 => {
                return Outcome::unknown(
                    "trang chủ trả lời bằng thông báo lỗi",
                    "the front page answers with an error",
                );
            }
            Some(Some(seconds)) if seconds > 0 => (Grade::Slight, format!("max-age={seconds}")),
            Some(_) => (Grade::Moderate, "max-age=0".to_owned()),
            None => (Grade::Moderate, "-".to_owned()),
        };
        Outcome::Fail(vec![
            Fault::new(grade)
                .with("found", &found)
                .with("minimum", &minimum),
        ])
    }
}

/// The max-age directive; none where the header is malformed and browsers ignore it (RFC 6797 8.1).
fn max_age(value: &str) -> Option<u64> {
    let mut found = None;
    for directive in value.split(';') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        if name.trim().eq_ignore_ascii_case("max-age") {
            let digits = value.trim().trim_matches('"');
            // A directive must not appear twice.
            if found.is_some() || digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            found = Some(digits.parse().unwrap_or(u64::MAX));
        }
    }
    found
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::answer;
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let site = |status, value: Option<&str>| {
        let headers: Vec<_> = value
            .map(|v| ("strict-transport-security", v))
            .into_iter()
            .collect();
        Fact::Http(answer("https://www.doiche.test/", status, &headers))
    };
    let fail = |grade| Expect::Fail(vec![("", grade)]);
    let bare = Fact::Http(answer("https://192.0.2.7:8443/", 200, &[]));
    let plain = Fact::Http(answer("http://www.doiche.test/", 200, &[]));
    let mut silent = answer("https://www.doiche.test/", 200, &[]);
    silent.exchanges.clear();
    vec![
        Example::new(
            "a year",
            site(200, Some("max-age=31536000; preload")),
            Expect::Pass,
        ),
        Example::new(
            "quoted",
            site(301, Some("Max-Age=\"31536000\"")),
            Expect::Pass,
        ),
        Example::new("missing", site(200, None), fail(Grade::Moderate)),
        Example::new(
            "a day",
            site(200, Some("max-age=86400")),
            fail(Grade::Slight),
        ),
        Example::new(
            "switched off",
            site(200, Some("max-age=0")),
            fail(Grade::Moderate),
        ),
        Example::new(
            "malformed",
            site(200, Some("max-age=1 year")),
            fail(Grade::Moderate),
        ),
        Example::new(
            "twice",
            site(200, Some("max-age=31536000;max-age=1")),
            fail(Grade::Moderate),
        ),
        Example::new("error page", site(503, None), Expect::Inconclusive),
        Example::new("silent", Fact::Http(silent), Expect::Inconclusive),
        Example::new("address", bare, Expect::NotApplicable),
        Example::new("plain", plain, Expect::NotApplicable),
    ]
}
