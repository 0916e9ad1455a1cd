//! A referrer policy that tells other sites too much.

use jiff::Timestamp;

use super::{UNREAD, front_page};
use crate::{About, Check, Context, Fault, Grade, Outcome, Reason, fact::HttpFact};

about!(ReferrerPolicy, Web, Endpoint, false, {
    id: "web.referrer_policy",
    title: ["Referrer-Policy làm lộ địa chỉ trang", "Referrer-Policy gives addresses away"],
    why: [
        "Khi bấm vào một liên kết, trình duyệt báo cho trang kia biết người dùng đến từ đâu. Với chính sách \
         quá lỏng, cả địa chỉ đầy đủ (mã hồ sơ, mã phiên nằm trong địa chỉ) bị gửi sang trang lạ, kể cả qua \
         HTTP không mã hóa.",
        "When people follow a link, the browser tells the other site where they came from. With too loose a \
         policy the whole address (file numbers and session ids in it) goes to strangers, over plain HTTP too."
    ],
    fix: [
        "Bỏ giá trị này để trình duyệt dùng mặc định, hoặc đặt chặt hơn. nginx: `add_header Referrer-Policy \
         strict-origin-when-cross-origin always;`. Apache: `Header always set Referrer-Policy \
         strict-origin-when-cross-origin`. IIS: sửa trong `<customHeaders>`. Tomcat: `Filter` của ứng dụng. Xóa \
         `<meta name=\"referrer\">` trong trang nếu có.",
        "Remove the value so that browsers use their default, or set a stricter one. nginx: `add_header \
         Referrer-Policy strict-origin-when-cross-origin always;`. Apache: `Header always set \
         Referrer-Policy strict-origin-when-cross-origin`. IIS: change it in `<customHeaders>`. Tomcat: a \
         `Filter` of the application. Remove `<meta name=\"referrer\">` from the page if it is there."
    ],
    message: ["Referrer-Policy đang là {found}.", "The Referrer-Policy is {found}."],
    sources: ["W3C Referrer Policy", "OWASP Secure Headers Project", "OWASP ASVS 4.0.3 14.4.6"],
});

/// Policies that are known, with how bad they are. The default of browsers,
/// `strict-origin-when-cross-origin`, is sound, so a page that says nothing is too.
const POLICIES: [(&str, Option<Grade>); 8] = [
    ("no-referrer", None),
    ("same-origin", None),
    ("origin", None),
    ("strict-origin", None),
    ("origin-when-cross-origin", None),
    ("strict-origin-when-cross-origin", None),
    ("no-referrer-when-downgrade", Some(Grade::Slight)),
    ("unsafe-url", Some(Grade::Moderate)),
];

/// The last policy in a list that is known: unknown words are passed over.
fn last(value: &str) -> Option<(&'static str, Option<Grade>)> {
    value.rsplit(',').find_map(|word| {
        let word = word.trim().to_ascii_lowercase();
        POLICIES.into_iter().find(|(name, _)| *name == word)
    })
}

impl Check for ReferrerPolicy {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let front = match front_page(fact) {
            Ok(front) => front,
            Err(outcome) => return outcome,
        };
        // What a page says of it overrules the header.
        let page = match &fact.page {
            Some(page) if page.complete => page.referrer.as_deref(),
            _ => return Outcome::Inconclusive(Reason::Because(UNREAD)),
        };
        let lines = front.headers.iter().rev();
        let mut lines = lines.filter(|header| header.name == "referrer-policy");
        let header = lines.find_map(|header| last(&header.value));
        match page.and_then(last).or(header) {
            Some((name, Some(grade))) => {
                Outcome::Fail(vec![Fault::new(grade).with("found", &name)])
            }
            _ => Outcome::Pass,
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::shows;
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let site = |header: &str, meta: Option<&str>| {
        let mut fact = shows(&[("referrer-policy", header)]);
        if let Some(page) = &mut fact.page {
            page.referrer = meta.map(str::to_owned);
        }
        fact
    };
    let mut cut = site("no-referrer", None);
    if let Some(page) = &mut cut.page {
        page.complete = false;
    }
    let fail = |grade| Expect::Fail(vec![("", grade)]);
    [
        ("default", shows(&[]), Expect::Pass),
        ("strict", site("strict-origin", None), Expect::Pass),
        (
            "last known counts",
            site("unsafe-url, same-origin, x", None),
            Expect::Pass,
        ),
        (
            "page overrules",
            site("unsafe-url", Some("no-referrer")),
            Expect::Pass,
        ),
        ("all of it", site("Unsafe-URL", None), fail(Grade::Moderate)),
        (
            "in the page",
            site("no-referrer", Some("unsafe-url")),
            fail(Grade::Moderate),
        ),
        (
            "old default",
            site("no-referrer-when-downgrade", None),
            fail(Grade::Slight),
        ),
        ("page cut short", cut, Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
