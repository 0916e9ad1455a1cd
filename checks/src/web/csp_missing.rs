//! No content security policy.

use jiff::Timestamp;

use super::{ERROR_PAGE, UNREAD, front_page};
use crate::{About, Check, Context, Fault, Grade, Outcome, Reason, fact::HttpFact};

about!(CspMissing, Web, Endpoint, false, {
    id: "web.csp_missing",
    title: ["Thiếu chính sách nội dung (CSP)", "No content security policy (CSP)"],
    why: [
        "CSP cho trình duyệt biết trang được phép tải mã lệnh từ đâu. Không có CSP, một đoạn mã lạ chèn \
         được vào trang (qua bình luận, quảng cáo, lỗ hổng XSS) sẽ chạy ngay trên máy người dân.",
        "CSP tells the browser from where the page may load scripts. Without it, any script that gets into \
         the page (a comment, an advertisement, an XSS weakness) runs on the visitor's machine at once."
    ],
    fix: [
        "Bắt đầu với `Content-Security-Policy-Report-Only` để xem trang cần gì, rồi bật thật. nginx: \
         `add_header Content-Security-Policy \"default-src 'self'; object-src 'none'; base-uri 'self'; \
         frame-ancestors 'self'\" always;`. Apache: `Header always set Content-Security-Policy \"…\"`. IIS: \
         thêm tiêu đề trong HTTP Response Headers (`<customHeaders>`). Tomcat: thêm bằng một `Filter` của ứng \
         dụng, hoặc ở máy chủ chuyển tiếp đứng trước.",
        "Begin with `Content-Security-Policy-Report-Only` to see what the page needs, then enforce it. nginx: \
         `add_header Content-Security-Policy \"default-src 'self'; object-src 'none'; base-uri 'self'; \
         frame-ancestors 'self'\" always;`. Apache: `Header always set Content-Security-Policy \"…\"`. IIS: \
         add the header under HTTP Response Headers (`<customHeaders>`). Tomcat: add it with a `Filter` of \
         the application, or on the proxy in front."
    ],
    message: [
        "Trang không có Content-Security-Policy (chỉ báo cáo: {report_only}).",
        "The page has no Content-Security-Policy (report only: {report_only})."
    ],
    sources: ["W3C Content Security Policy Level 3", "OWASP Secure Headers Project", "OWASP ASVS 4.0.3 14.4.3"],
});

impl Check for CspMissing {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let front = match front_page(fact) {
            Ok(front) => front,
            Err(outcome) => return outcome,
        };
        let unread = Outcome::Inconclusive(Reason::Because(UNREAD));
        let Some(policies) = &front.policies else {
            return unread;
        };
        if policies.iter().any(|policy| !policy.report_only) {
            return Outcome::Pass;
        }
        let Some(page) = &fact.page else {
            return unread;
        };
        if !page.policies.is_empty() {
            return Outcome::Pass;
        }
        if front.status >= 400 {
            return ERROR_PAGE;
        }
        if !page.complete {
            return unread;
        }
        let report_only = if policies.is_empty() { "-" } else { "+" };
        Outcome::Fail(vec![
            Fault::new(Grade::Slight).with("report_only", &report_only),
        ])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{answer, policy, shows};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let with = |report_only: bool| {
        let mut fact = shows(&[]);
        let mut found = policy(&[("default-src", &["'self'"])]);
        found.report_only = report_only;
        fact.exchanges[0].policies = Some(vec![found]);
        fact
    };
    let mut in_page = shows(&[]);
    if let Some(page) = &mut in_page.page {
        page.policies = vec![policy(&[("script-src", &["'self'"])])];
    }
    let mut cut = shows(&[]);
    if let Some(page) = &mut cut.page {
        page.complete = false;
    }
    let mut old = shows(&[]);
    old.exchanges[0].policies = None;
    let mut broken = shows(&[]);
    broken.exchanges[0].status = 502;
    let mut elsewhere = shows(&[]);
    let mut next = with(false).exchanges.remove(0);
    next.url = "https://elsewhere.test/".to_owned();
    elsewhere.exchanges.push(next);
    let json = answer(
        "https://www.doiche.test/",
        200,
        &[("content-type", "application/json")],
    );
    let fail = || Expect::Fail(vec![("", Grade::Slight)]);
    [
        ("enforced", with(false), Expect::Pass),
        ("in the page", in_page, Expect::Pass),
        ("missing", shows(&[]), fail()),
        ("only reports", with(true), fail()),
        ("page cut short", cut, Expect::Inconclusive),
        ("a fact of before", old, Expect::Inconclusive),
        ("error page", broken, Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
        ("sends visitors on", elsewhere, Expect::NotApplicable),
        ("no page", json, Expect::NotApplicable),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
