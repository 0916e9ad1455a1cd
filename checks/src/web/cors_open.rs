//! Any other site may read answers with the visitor's cookies.

use jiff::Timestamp;

use super::{UNASKED, site};
use crate::{About, Check, Context, Fault, Grade, Outcome, Reason, Tri, fact::HttpFact};

about!(CorsOpen, Web, Endpoint, false, {
    id: "web.cors_open",
    title: ["Trang khác đọc được dữ liệu bằng phiên của người dùng (CORS)", "Any site may read data with the visitor's session (CORS)"],
    why: [
        "Máy chủ cho phép bất kỳ trang nào đọc trả lời của mình kèm cookie đăng nhập. Người dùng đang đăng \
         nhập chỉ cần mở một trang xấu là dữ liệu cá nhân của họ bị lấy đi.",
        "The server lets any site read its answers together with log-in cookies. A person who is logged in \
         and opens a bad page loses his personal data."
    ],
    fix: [
        "Chỉ trả `Access-Control-Allow-Origin` cho danh sách tên miền cố định, không chép lại tiêu đề `Origin`; bỏ \
         `Access-Control-Allow-Credentials` nếu không cần. nginx: dùng `map $http_origin $cors { \
         https://tin-cay.vn $http_origin; }`. Apache: `SetEnvIf Origin` với danh sách. IIS: CORS Module, \
         `<add origin=\"https://tin-cay.vn\"/>`. Tomcat: `CorsFilter` với `cors.allowed.origins`.",
        "Send `Access-Control-Allow-Origin` for a fixed list of names only, never a copy of the `Origin` \
         header; drop `Access-Control-Allow-Credentials` if it is not needed. nginx: `map $http_origin $cors \
         { https://trusted.vn $http_origin; }`. Apache: `SetEnvIf Origin` with a list. IIS: the CORS module, \
         `<add origin=\"https://trusted.vn\"/>`. Tomcat: `CorsFilter` with `cors.allowed.origins`."
    ],
    message: [
        "Máy chủ cho một tên miền không có thật đọc trả lời kèm cookie.",
        "The server lets a name that nobody has read its answers together with cookies."
    ],
    sources: ["WHATWG Fetch (CORS protocol)", "OWASP ASVS 4.0.3 14.5.3", "CWE-942"],
});

impl Check for CorsOpen {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let sharing = match site(fact) {
            Ok(site) => site.sharing,
            Err(outcome) => return outcome,
        };
        match (sharing.reflects_origin, sharing.credentials) {
            (Tri::Yes, Tri::Yes) => Outcome::Fail(vec![Fault::new(Grade::Serious)]),
            // Without cookies a stranger reads what anybody may read.
            (Tri::No, _) | (_, Tri::No) => Outcome::Pass,
            _ => Outcome::Inconclusive(Reason::Because(UNASKED)),
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{asked, shows};
    use crate::{
        Fact,
        examples::{Example, Expect},
        fact::Sharing,
    };

    let with = |reflects_origin, credentials| {
        let mut fact = asked(shows(&[]));
        if let Some(site) = &mut fact.site {
            site.sharing = Sharing {
                reflects_origin,
                credentials,
            };
        }
        fact
    };
    [
        ("closed", with(Tri::No, Tri::No), Expect::Pass),
        ("public data", with(Tri::Yes, Tri::No), Expect::Pass),
        (
            "open",
            with(Tri::Yes, Tri::Yes),
            Expect::Fail(vec![("", Grade::Serious)]),
        ),
        (
            "half known",
            with(Tri::Yes, Tri::Unknown),
            Expect::Inconclusive,
        ),
        ("light", shows(&[]), Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
