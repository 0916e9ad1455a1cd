//! A site that stays on plain HTTP.

use jiff::Timestamp;

use super::{NO_ANSWER, leads_to_https};
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{HttpFact, Stop},
};

about!(NoHttpsRedirect, Web, Endpoint, false, {
    id: "web.no_https_redirect",
    title: ["Trang web không chuyển sang HTTPS", "Plain HTTP without redirect to HTTPS"],
    why: [
        "Khi trang web trả lời qua HTTP, mọi thứ người dân xem và nhập, kể cả mật khẩu và giấy tờ, đi \
         trên mạng không được mã hóa; ai đứng giữa cũng đọc và sửa được.",
        "Over plain HTTP, everything that people see and type, passwords and papers included, travels in \
         the clear; anyone on the path can read and change it."
    ],
    fix: [
        "Chuyển mọi truy cập HTTP sang HTTPS. nginx: `return 301 https://$host$request_uri;` trong khối \
         `listen 80`. Apache: `Redirect permanent / https://ten-mien/`. IIS: quy tắc URL Rewrite sang \
         `https://{HTTP_HOST}{REQUEST_URI}`. Tomcat: `<transport-guarantee>CONFIDENTIAL\
         </transport-guarantee>` trong web.xml và `redirectPort=\"443\"` ở Connector.",
        "Send every HTTP request to HTTPS. nginx: `return 301 https://$host$request_uri;` in the `listen \
         80` block. Apache: `Redirect permanent / https://name/`. IIS: a URL Rewrite rule to \
         `https://{HTTP_HOST}{REQUEST_URI}`. Tomcat: `<transport-guarantee>CONFIDENTIAL\
         </transport-guarantee>` in web.xml and `redirectPort=\"443\"` on the Connector."
    ],
    message: [
        "Trang web trả lời qua HTTP (mã {status}) mà không chuyển sang HTTPS.",
        "The site answers over HTTP (status {status}) without sending visitors to HTTPS."
    ],
    sources: ["RFC 9110 mục 15.4", "RFC 6797 mục 7.2", "OWASP ASVS 4.0.3 9.1.1"],
});

impl Check for NoHttpsRedirect {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        if fact.tls {
            return Outcome::not_applicable("cổng này dùng HTTPS", "this port speaks HTTPS");
        }
        let Some(first) = fact.exchanges.first() else {
            return NO_ANSWER;
        };
        if fact.exchanges.iter().any(|e| e.tls || leads_to_https(e)) {
            return Outcome::Pass;
        }
        let last = fact.exchanges.last().unwrap_or(first);
        // Where the next hop is not known, the site may still send visitors to HTTPS there.
        let undecided = !matches!(fact.stop, Stop::Final | Stop::OffScope);
        if undecided {
            return Outcome::unknown(
                "chưa đi hết chuỗi chuyển hướng của trang web",
                "the redirects of the site could not be followed to their end",
            );
        }
        let grade = match last.status {
            // It asks for a password, or hands out a cookie, in the clear.
            401 => Grade::Serious,
            _ if fact.exchanges.iter().any(|e| !e.cookies.is_empty()) => Grade::Serious,
            status if status >= 400 => Grade::Slight,
            _ => Grade::Moderate,
        };
        Outcome::Fail(vec![Fault::new(grade).with("status", &last.status)])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::answer;
    use crate::{
        Fact,
        examples::{Example, Expect},
        fact::Cookie,
    };

    let url = "http://www.doiche.test/";
    let redirect = |location: &str, stop| {
        let mut fact = answer(url, 301, &[]);
        fact.exchanges[0].location = Some(location.to_owned());
        fact.stop = stop;
        Fact::Http(fact)
    };
    let with_cookie = || {
        let mut fact = answer(url, 200, &[]);
        fact.exchanges[0].cookies.push(Cookie {
            name: "sid".to_owned(),
            secure: false,
            http_only: false,
            same_site: None,
        });
        Fact::Http(fact)
    };
    let plain = |status| Fact::Http(answer(url, status, &[]));
    let fail = |grade| Expect::Fail(vec![("", grade)]);
    let https = "HTTPS://www.doiche.test/";
    vec![
        Example::new("redirects", redirect(https, Stop::OffScope), Expect::Pass),
        Example::new(
            "next hop down",
            redirect(https, Stop::Unmeasured),
            Expect::Pass,
        ),
        Example::new("stays", plain(200), fail(Grade::Moderate)),
        Example::new("asks for a password", plain(401), fail(Grade::Serious)),
        Example::new("sets a cookie", with_cookie(), fail(Grade::Serious)),
        Example::new("nothing there", plain(404), fail(Grade::Slight)),
        Example::new(
            "to another plain site",
            redirect("http://other.test/", Stop::OffScope),
            fail(Grade::Moderate),
        ),
        Example::new("loop", redirect(url, Stop::TooMany), Expect::Inconclusive),
        Example::new(
            "silent",
            Fact::Http(HttpFact::default()),
            Expect::Inconclusive,
        ),
        Example::new(
            "https",
            Fact::Http(answer("https://www.doiche.test/", 200, &[])),
            Expect::NotApplicable,
        ),
    ]
}
