//! A content security policy that lets foreign scripts run.

use jiff::Timestamp;
use luytre_inventory::Text;

use super::{UNREAD, front_page};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Reason,
    fact::{ContentPolicy, HttpFact},
};

about!(CspWeak, Web, Endpoint, false, {
    id: "web.csp_weak",
    title: ["Chính sách nội dung (CSP) quá lỏng", "Content security policy (CSP) too loose"],
    why: [
        "CSP chỉ có ích khi chặn được mã lệnh lạ. Nếu chính sách cho chạy mã viết thẳng trong trang, cho \
         `eval`, hoặc cho tải mã từ bất kỳ đâu thì đoạn mã bị chèn vẫn chạy, như thể không có CSP.",
        "CSP helps only if it stops foreign scripts. A policy that allows scripts written into the page, \
         `eval`, or scripts from anywhere lets an injected script run as if there were no CSP."
    ],
    fix: [
        "Đặt `script-src 'self'`, đưa mã viết trong trang ra tệp `.js` hoặc dùng `'nonce-…'` đổi theo từng lần \
         trả lời; bỏ `'unsafe-inline'`, `'unsafe-eval'`, `*`, `https:` và `data:` khỏi `script-src`. nginx: \
         `add_header Content-Security-Policy \"…\" always;`. Apache: `Header always set`. IIS: \
         `<customHeaders>`. Tomcat: `Filter` của ứng dụng.",
        "Set `script-src 'self'`, move scripts out of the page into `.js` files or use a `'nonce-…'` that \
         changes with each answer; take `'unsafe-inline'`, `'unsafe-eval'`, `*`, `https:` and `data:` out of \
         `script-src`. nginx: `add_header Content-Security-Policy \"…\" always;`. Apache: `Header always \
         set`. IIS: `<customHeaders>`. Tomcat: a `Filter` of the application."
    ],
    message: [
        "Content-Security-Policy cho phép mã lệnh lạ: {subject}.",
        "The Content-Security-Policy lets foreign scripts run: {subject}."
    ],
    sources: ["W3C Content Security Policy Level 3 (script-src, unsafe-inline, strict-dynamic)", "OWASP ASVS 4.0.3 14.4.3"],
});

/// A way to be loose, and whether a policy is.
type Weakness = (&'static str, fn(&ContentPolicy) -> bool);

/// The names identify findings.
const WEAKNESSES: [Weakness; 4] = [
    ("no-script-src", |policy| scripts(policy).is_none()),
    ("unsafe-inline", |policy| {
        // A nonce, a hash or strict-dynamic switches it off (CSP3, "Does a source list allow all inline behavior for type?").
        says(policy, "'unsafe-inline'")
            && ![
                "'nonce-'",
                "'sha256-'",
                "'sha384-'",
                "'sha512-'",
                "'strict-dynamic'",
            ]
            .iter()
            .any(|better| says(policy, better))
    }),
    ("unsafe-eval", |policy| says(policy, "'unsafe-eval'")),
    ("any-source", |policy| {
        let broad = ["*", "http:", "https:", "data:", "http://*", "https://*"];
        !says(policy, "'strict-dynamic'") && broad.iter().any(|source| says(policy, source))
    }),
];

/// Where scripts may come from (CSP3: `script-src` falls back on `default-src`).
fn scripts(policy: &ContentPolicy) -> Option<&[String]> {
    let own = policy.directive("script-src");
    own.or_else(|| policy.directive("default-src"))
}

fn says(policy: &ContentPolicy, value: &str) -> bool {
    scripts(policy).is_some_and(|values| values.iter().any(|found| found == value))
}

impl Check for CspWeak {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let front = match front_page(fact) {
            Ok(front) => front,
            Err(outcome) => return outcome,
        };
        let (Some(headers), Some(page)) = (&front.policies, &fact.page) else {
            return Outcome::Inconclusive(Reason::Because(UNREAD));
        };
        let enforced: Vec<&ContentPolicy> = headers
            .iter()
            .filter(|policy| !policy.report_only)
            .chain(&page.policies)
            .collect();
        // A policy further down the page may be stricter, and all of them hold at once.
        let undecided = if !page.complete {
            Some(UNREAD)
        } else if enforced.iter().any(|policy| !policy.complete) {
            Some(Text::new(
                "chính sách quá dài, chưa đọc hết",
                "the policy is too long and was not read to its end",
            ))
        } else {
            None
        };
        if let Some(reason) = undecided {
            return Outcome::Inconclusive(Reason::Because(reason));
        }
        if enforced.is_empty() {
            return Outcome::not_applicable(
                "trang không có CSP, xem `web.csp_missing`",
                "the page has no CSP, see `web.csp_missing`",
            );
        }
        let everywhere = |weak: fn(&ContentPolicy) -> bool| enforced.iter().all(|p| weak(p));
        let faults = WEAKNESSES.iter().filter(|(_, weak)| everywhere(*weak));
        Outcome::of(
            faults
                .map(|(name, _)| Fault::on(*name, Grade::Slight))
                .collect(),
        )
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{policy, shows};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let with = |policies: Vec<ContentPolicy>| {
        let mut fact = shows(&[]);
        fact.exchanges[0].policies = Some(policies);
        fact
    };
    let scripts = |values: &[&str]| policy(&[("script-src", values)]);
    let fail = |names: &[&'static str]| {
        Expect::Fail(names.iter().map(|name| (*name, Grade::Slight)).collect())
    };
    let mut cut = with(vec![scripts(&["'self'"])]);
    if let Some(page) = &mut cut.page {
        page.complete = false;
    }
    let mut long = scripts(&["'self'"]);
    long.complete = false;
    [
        (
            "own scripts",
            with(vec![scripts(&["'self'"])]),
            Expect::Pass,
        ),
        (
            "nonce",
            with(vec![scripts(&[
                "'nonce-'",
                "'unsafe-inline'",
                "'strict-dynamic'",
                "https:",
            ])]),
            Expect::Pass,
        ),
        (
            "default",
            with(vec![policy(&[("default-src", &["'none'"])])]),
            Expect::Pass,
        ),
        (
            "two, one strict",
            with(vec![scripts(&["*"]), scripts(&["'self'"])]),
            Expect::Pass,
        ),
        (
            "inline and eval",
            with(vec![scripts(&[
                "'self'",
                "'unsafe-inline'",
                "'unsafe-eval'",
            ])]),
            fail(&["unsafe-inline", "unsafe-eval"]),
        ),
        (
            "anywhere",
            with(vec![policy(&[("default-src", &["https:"])])]),
            fail(&["any-source"]),
        ),
        (
            "only frames",
            with(vec![policy(&[("frame-ancestors", &["'self'"])])]),
            fail(&["no-script-src"]),
        ),
        ("none", shows(&[]), Expect::NotApplicable),
        ("page cut short", cut, Expect::Inconclusive),
        ("policy too long", with(vec![long]), Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
