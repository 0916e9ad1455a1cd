//! Cookies that may travel in the clear.

use jiff::Timestamp;
use luytre_inventory::Text;

use super::{NO_ANSWER, host};
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{Cookie, HttpFact, Stop},
};

about!(CookieInsecure, Web, Endpoint, false, {
    id: "web.cookie_insecure",
    title: ["Cookie thiếu thuộc tính Secure", "Cookie without Secure"],
    why: [
        "Cookie đăng nhập giống như thẻ ra vào. Thiếu thuộc tính Secure, trình duyệt có thể gửi thẻ đó \
         qua HTTP không mã hóa và kẻ nghe lén dùng lại được để vào tài khoản.",
        "A log-in cookie is like an entry card. Without Secure, the browser may send it over plain HTTP, \
         and an eavesdropper can use it to enter the account."
    ],
    fix: [
        "Đặt Secure và HttpOnly cho cookie. nginx (chuyển tiếp): `proxy_cookie_flags ~ secure \
         httponly samesite=lax;`. Apache: `Header always edit Set-Cookie (.*) \"$1; Secure; HttpOnly\"`. \
         IIS/ASP.NET: `<httpCookies requireSSL=\"true\" httpOnlyCookies=\"true\" />`. Tomcat: \
         `<cookie-config><secure>true</secure><http-only>true</http-only></cookie-config>` trong web.xml. \
         PHP: `session.cookie_secure = 1`.",
        "Set Secure and HttpOnly. nginx (as a proxy): `proxy_cookie_flags ~ secure httponly \
         samesite=lax;`. Apache: `Header always edit Set-Cookie (.*) \"$1; Secure; HttpOnly\"`. \
         IIS/ASP.NET: `<httpCookies requireSSL=\"true\" httpOnlyCookies=\"true\" />`. Tomcat: \
         `<cookie-config><secure>true</secure><http-only>true</http-only></cookie-config>` in web.xml. \
         PHP: `session.cookie_secure = 1`."
    ],
    message: [
        "Cookie {subject} được gửi mà không có thuộc tính Secure{also}.",
        "The cookie {subject} is set without Secure{also}."
    ],
    sources: ["RFC 6265 mục 4.1.2.5, 8.3", "OWASP ASVS 4.0.3 3.4.1"],
});

impl Check for CookieInsecure {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let Some(first) = fact.exchanges.first() else {
            return NO_ANSWER;
        };
        if !fact.tls {
            return Outcome::not_applicable(
                "cổng này không dùng HTTPS, xem `web.no_https_redirect`",
                "this port does not speak HTTPS, see `web.no_https_redirect`",
            );
        }
        // A redirect may lead to a site of somebody else, whose cookies are not ours to judge.
        let own = |url: &str| host(url) == host(&first.url);
        let faults = fact
            .exchanges
            .iter()
            .filter(|exchange| exchange.tls && own(&exchange.url))
            .flat_map(|exchange| &exchange.cookies)
            .filter(|cookie| !cookie.secure)
            .map(fault)
            .collect();
        let cut = matches!(fact.stop, Stop::Unknown | Stop::Unmeasured | Stop::TooMany);
        Outcome::weigh(
            faults,
            cut.then_some(Text::new(
                "chưa đi hết chuỗi chuyển hướng của trang web",
                "the redirects of the site could not be followed to their end",
            )),
        )
    }
}

fn fault(cookie: &Cookie) -> Fault {
    const SESSIONS: [&str; 6] = ["sess", "sid", "auth", "token", "login", "jwt"];
    let name = cookie.name.to_ascii_lowercase();
    let session = SESSIONS.iter().any(|mark| name.contains(mark));
    let grade = if session {
        Grade::Moderate
    } else {
        Grade::Slight
    };
    let also = if cookie.http_only { "" } else { ", HttpOnly" };
    Fault::on(&cookie.name, grade).with("also", &also)
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::answer;
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let site = |stop, cookies: &[(&str, bool)]| {
        let mut fact = answer("https://www.doiche.test/", 200, &[]);
        fact.stop = stop;
        fact.exchanges[0].cookies = cookies
            .iter()
            .map(|(name, secure)| Cookie {
                name: (*name).to_owned(),
                secure: *secure,
                http_only: true,
                same_site: None,
            })
            .collect();
        fact
    };
    let bad = [("JSESSIONID", false), ("lang", false), ("safe", true)];
    let mut strangers = site(Stop::Final, &[]);
    let mut next = site(Stop::Final, &bad).exchanges.remove(0);
    next.url = "https://elsewhere.test/".to_owned();
    strangers.exchanges.push(next);
    let plain = answer("http://www.doiche.test/", 200, &[]);
    vec![
        Example::new("none", Fact::Http(site(Stop::Final, &[])), Expect::Pass),
        Example::new(
            "secure",
            Fact::Http(site(Stop::OffScope, &bad[2..])),
            Expect::Pass,
        ),
        Example::new(
            "bad",
            Fact::Http(site(Stop::Final, &bad)),
            Expect::Fail(vec![
                ("JSESSIONID", Grade::Moderate),
                ("lang", Grade::Slight),
            ]),
        ),
        Example::new(
            "cut short",
            Fact::Http(site(Stop::Unmeasured, &bad[1..])),
            Expect::Partial(vec![("lang", Grade::Slight)]),
        ),
        Example::new("not ours", Fact::Http(strangers), Expect::Pass),
        Example::new(
            "unknown end",
            Fact::Http(site(Stop::Unknown, &[])),
            Expect::Inconclusive,
        ),
        Example::new(
            "silent",
            Fact::Http(HttpFact::default()),
            Expect::Inconclusive,
        ),
        Example::new("plain", Fact::Http(plain), Expect::NotApplicable),
    ]
}
