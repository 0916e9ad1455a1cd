//! An HSTS header that asks for the preload list and cannot be put on it.

use jiff::Timestamp;

use super::{NO_ANSWER, is_bare_address};
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::HttpFact};

about!(HstsPreloadUnfit, Web, Endpoint, false, {
    id: "web.hsts_preload_unfit",
    title: ["HSTS xin vào danh sách cài sẵn nhưng chưa đủ điều kiện", "HSTS asks for the preload list but is not fit for it"],
    why: [
        "Từ `preload` nghĩa là xin các trình duyệt ghi sẵn tên miền vào danh sách chỉ dùng HTTPS. Thiếu điều \
         kiện thì đơn bị từ chối, còn người quản trị tưởng rằng trang đã được bảo vệ từ lần truy cập đầu.",
        "The word `preload` asks browsers to build the name into their list of HTTPS-only sites. If the \
         conditions are not met the request is refused, while the administrator believes that even the first \
         visit is protected."
    ],
    fix: [
        "Đủ điều kiện rồi mới ghi `preload`: `max-age` từ 31536000 giây và `includeSubDomains`, mọi tên miền con \
         chạy HTTPS. Nếu chưa, bỏ từ `preload`. nginx: `add_header Strict-Transport-Security \
         \"max-age=31536000; includeSubDomains; preload\" always;`. Apache: `Header always set \
         Strict-Transport-Security`. IIS: mục HSTS của trang. Tomcat: `HttpHeaderSecurityFilter` với \
         `hstsPreload`, `hstsIncludeSubDomains`.",
        "Write `preload` only when the conditions are met: `max-age` of at least 31536000 seconds and \
         `includeSubDomains`, every name below on HTTPS. If not, remove the word `preload`. nginx: \
         `add_header Strict-Transport-Security \"max-age=31536000; includeSubDomains; preload\" always;`. \
         Apache: `Header always set Strict-Transport-Security`. IIS: HSTS of the site. Tomcat: \
         `HttpHeaderSecurityFilter` with `hstsPreload`, `hstsIncludeSubDomains`."
    ],
    message: [
        "Strict-Transport-Security có preload nhưng chưa đủ điều kiện: {found}.",
        "Strict-Transport-Security has preload but does not meet the conditions: {found}."
    ],
    sources: ["hstspreload.org, Submission Requirements", "RFC 6797 mục 6.1"],
});

/// Shortest max-age that the list takes, in seconds.
const YEAR: u64 = 31_536_000;

impl Check for HstsPreloadUnfit {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let Some(first) = fact.exchanges.first() else {
            return NO_ANSWER;
        };
        let header = first.header("strict-transport-security");
        let directives: Vec<String> = header
            .unwrap_or("")
            .split(';')
            .map(|directive| directive.trim().to_ascii_lowercase())
            .collect();
        let says = |word: &str| directives.iter().any(|directive| directive == word);
        if !fact.tls || is_bare_address(&first.url) || !says("preload") {
            return Outcome::not_applicable(
                "trang không xin vào danh sách HSTS cài sẵn",
                "the site does not ask for the HSTS preload list",
            );
        }
        let seconds = directives.iter().find_map(|directive| {
            let (name, value) = directive.split_once('=')?;
            let digits = value.trim().trim_matches('"');
            (name.trim() == "max-age").then(|| digits.parse::<u64>().ok())?
        });
        if seconds.is_some_and(|seconds| seconds >= YEAR) && says("includesubdomains") {
            return Outcome::Pass;
        }
        Outcome::Fail(vec![
            Fault::new(Grade::Slight).with("found", &header.unwrap_or("-")),
        ])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::answer;
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let site = |value: &str| {
        let headers = [("strict-transport-security", value)];
        answer("https://www.doiche.test/", 200, &headers)
    };
    let fail = || Expect::Fail(vec![("", Grade::Slight)]);
    [
        (
            "fit",
            site("max-age=63072000; includeSubDomains; preload"),
            Expect::Pass,
        ),
        (
            "quoted",
            site("Preload;INCLUDESUBDOMAINS;Max-Age=\"31536000\""),
            Expect::Pass,
        ),
        (
            "too short",
            site("max-age=10886400; includeSubDomains; preload"),
            fail(),
        ),
        (
            "names below left out",
            site("max-age=31536000; preload"),
            fail(),
        ),
        ("no age", site("includeSubDomains; preload"), fail()),
        (
            "does not ask",
            site("max-age=31536000"),
            Expect::NotApplicable,
        ),
        (
            "no HSTS",
            answer("https://www.doiche.test/", 200, &[]),
            Expect::NotApplicable,
        ),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
