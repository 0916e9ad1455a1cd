//! Passwords travel in the clear.

use jiff::Timestamp;

use super::{UNREAD, page};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{HttpFact, Login},
};

about!(LoginOverHttp, Web, Endpoint, false, {
    id: "web.login_over_http",
    title: ["Mật khẩu được gửi qua HTTP", "Passwords are sent over plain HTTP"],
    why: [
        "Ô nhập mật khẩu nằm trên trang HTTP, hoặc biểu mẫu gửi mật khẩu qua HTTP. Ai ở cùng mạng (Wi-Fi công \
         cộng, mạng nội bộ) đọc được mật khẩu, hoặc sửa trang để lấy mật khẩu.",
        "The field for the password is on a plain HTTP page, or the form sends it over plain HTTP. Anybody on \
         the same network (public Wi-Fi, an office) can read the password or change the page to take it."
    ],
    fix: [
        "Đưa cả trang đăng nhập và địa chỉ nhận biểu mẫu sang HTTPS, chuyển mọi truy cập HTTP sang HTTPS và bật HSTS. \
         nginx: `return 301 https://$host$request_uri;` ở khối `listen 80`. Apache: `Redirect permanent / \
         https://ten-mien/`. IIS: URL Rewrite và Require SSL. Tomcat: `<transport-guarantee>CONFIDENTIAL\
         </transport-guarantee>`. Sửa `action` của biểu mẫu thành `https://` hoặc đường dẫn tương đối.",
        "Move the log-in page and the address that takes the form to HTTPS, send all HTTP to HTTPS and enable \
         HSTS. nginx: `return 301 https://$host$request_uri;` in the `listen 80` block. Apache: `Redirect \
         permanent / https://name/`. IIS: URL Rewrite and Require SSL. Tomcat: \
         `<transport-guarantee>CONFIDENTIAL</transport-guarantee>`. Make the `action` of the form `https://` \
         or a relative path."
    ],
    message: [
        "Mật khẩu nhập ở {page} được gửi tới {action}.",
        "Passwords typed at {page} are sent to {action}."
    ],
    sources: ["W3C Mixed Content", "OWASP ASVS 4.0.3 9.1.1", "CWE-319"],
});

impl Check for LoginOverHttp {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let page = match page(fact) {
            Ok(page) => page,
            Err(outcome) => return outcome,
        };
        let Some(front) = fact.exchanges.last() else {
            return super::NO_ANSWER;
        };
        let open = |login: &&Login| !front.tls || login.encrypted == Tri::No;
        if let Some(login) = page.logins.iter().find(open) {
            return Outcome::Fail(vec![
                Fault::new(Grade::Serious)
                    .with("page", &front.url)
                    .with("action", &login.action),
            ]);
        }
        let unknown = page
            .logins
            .iter()
            .any(|login| login.encrypted == Tri::Unknown);
        Outcome::weigh(Vec::new(), (unknown || !page.complete).then_some(UNREAD))
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::shows;
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let with = |tls: bool, encrypted: Option<Tri>| {
        let mut fact = shows(&[]);
        if !tls {
            fact.exchanges[0].url = "http://www.doiche.test/".to_owned();
        }
        fact.tls = tls;
        fact.exchanges[0].tls = tls;
        if let (Some(page), Some(encrypted)) = (&mut fact.page, encrypted) {
            page.logins.push(Login {
                action: "/login".to_owned(),
                encrypted,
            });
        }
        fact
    };
    let mut cut = with(true, None);
    if let Some(page) = &mut cut.page {
        page.complete = false;
    }
    let fail = || Expect::Fail(vec![("", Grade::Serious)]);
    [
        ("no form", with(false, None), Expect::Pass),
        ("encrypted", with(true, Some(Tri::Yes)), Expect::Pass),
        ("sent in the clear", with(true, Some(Tri::No)), fail()),
        ("page in the clear", with(false, Some(Tri::Yes)), fail()),
        (
            "by a script",
            with(true, Some(Tri::Unknown)),
            Expect::Inconclusive,
        ),
        ("cut short", cut, Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
