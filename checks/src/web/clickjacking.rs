//! A page that other sites may frame.

use jiff::Timestamp;

use super::{ERROR_PAGE, UNREAD, front_page};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Reason,
    fact::{ContentPolicy, HttpFact},
};

about!(Clickjacking, Web, Endpoint, false, {
    id: "web.clickjacking",
    title: ["Trang có thể bị nhúng vào trang khác", "Page may be framed by other sites"],
    why: [
        "Trang khác có thể nhúng trang này vào một khung trong suốt, dụ người dùng bấm vào nút mà họ không \
         nhìn thấy: gửi đơn, đổi mật khẩu, đồng ý thanh toán.",
        "Another site can put this page into a transparent frame and lure people into pressing buttons that \
         they do not see: sending a form, changing a password, agreeing to a payment."
    ],
    fix: [
        "Chỉ cho trang của mình được nhúng. nginx: `add_header Content-Security-Policy \"frame-ancestors \
         'self'\" always;` và `add_header X-Frame-Options SAMEORIGIN always;`. Apache: `Header always set \
         X-Frame-Options SAMEORIGIN`. IIS: thêm `X-Frame-Options` vào `<customHeaders>`. Tomcat: \
         `HttpHeaderSecurityFilter` với `antiClickJackingOption=SAMEORIGIN`.",
        "Let only your own pages frame it. nginx: `add_header Content-Security-Policy \"frame-ancestors \
         'self'\" always;` and `add_header X-Frame-Options SAMEORIGIN always;`. Apache: `Header always set \
         X-Frame-Options SAMEORIGIN`. IIS: add `X-Frame-Options` to `<customHeaders>`. Tomcat: \
         `HttpHeaderSecurityFilter` with `antiClickJackingOption=SAMEORIGIN`."
    ],
    message: [
        "Trang không có frame-ancestors (CSP) và X-Frame-Options không chặn việc nhúng (giá trị: {found}).",
        "The page has no frame-ancestors (CSP), and X-Frame-Options does not stop framing (value: {found})."
    ],
    sources: [
        "W3C Content Security Policy Level 3 (frame-ancestors)",
        "WHATWG HTML (X-Frame-Options)",
        "RFC 7034",
        "OWASP ASVS 4.0.3 14.4.7"
    ],
});

impl Check for Clickjacking {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let front = match front_page(fact) {
            Ok(front) => front,
            Err(outcome) => return outcome,
        };
        let header = front.header("x-frame-options");
        // The words of all lines together; ALLOW-FROM is not heard by any browser.
        let mut words = front
            .headers
            .iter()
            .filter(|header| header.name == "x-frame-options")
            .flat_map(|header| header.value.split(','));
        let stops = words.any(|word| {
            let word = word.trim();
            word.eq_ignore_ascii_case("deny") || word.eq_ignore_ascii_case("sameorigin")
        });
        // A policy in a <meta> element cannot say who may frame (CSP3, the `<meta>` element).
        let Some(policies) = &front.policies else {
            return if stops {
                Outcome::Pass
            } else {
                Outcome::Inconclusive(Reason::Because(UNREAD))
            };
        };
        let ancestors: Vec<bool> = policies.iter().filter_map(limits).collect();
        // Where frame-ancestors is given, X-Frame-Options is not heard (CSP3, relation to `X-Frame-Options`).
        let framed = if ancestors.is_empty() {
            !stops
        } else {
            !ancestors.contains(&true)
        };
        if !framed {
            return Outcome::Pass;
        }
        if front.status >= 400 {
            return ERROR_PAGE;
        }
        let asks = fact
            .page
            .as_ref()
            .is_some_and(|page| !page.logins.is_empty());
        let grade = if asks { Grade::Moderate } else { Grade::Slight };
        Outcome::Fail(vec![
            Fault::new(grade).with("found", &header.unwrap_or("-")),
        ])
    }
}

/// Whether a policy limits who may frame; none where it says nothing of it.
fn limits(policy: &ContentPolicy) -> Option<bool> {
    let values = policy.directive("frame-ancestors")?;
    let broad = ["*", "http:", "https:"];
    let limited = !values.iter().any(|value| broad.contains(&value.as_str()));
    (!policy.report_only).then_some(limited)
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{policy, shows};
    use crate::{
        Fact, Tri,
        examples::{Example, Expect},
        fact::Login,
    };

    let framing = |values: &[&str], header: &str| {
        let mut fact = shows(&[("x-frame-options", header)]);
        fact.exchanges[0].policies = Some(vec![policy(&[("frame-ancestors", values)])]);
        fact
    };
    let header = |value: &str| shows(&[("x-frame-options", value)]);
    let mut login = shows(&[]);
    if let Some(page) = &mut login.page {
        page.logins.push(Login {
            action: "https://www.doiche.test/login".to_owned(),
            encrypted: Tri::Yes,
        });
    }
    let mut old = shows(&[]);
    old.exchanges[0].policies = None;
    let mut broken = shows(&[]);
    broken.exchanges[0].status = 500;
    let fail = |grade| Expect::Fail(vec![("", grade)]);
    [
        ("policy", framing(&["'self'"], ""), Expect::Pass),
        ("nobody", framing(&["'none'"], "ALLOWALL"), Expect::Pass),
        ("header", header("SameOrigin"), Expect::Pass),
        (
            "header twice",
            header("SAMEORIGIN, SAMEORIGIN"),
            Expect::Pass,
        ),
        ("missing", shows(&[]), fail(Grade::Slight)),
        (
            "not heard",
            header("ALLOW-FROM https://a.test"),
            fail(Grade::Slight),
        ),
        ("anybody", framing(&["*"], "DENY"), fail(Grade::Slight)),
        ("with a log-in", login, fail(Grade::Moderate)),
        ("a fact of before", old, Expect::Inconclusive),
        ("error page", broken, Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
