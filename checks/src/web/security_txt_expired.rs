//! A security.txt past its date, or without one.

use jiff::Timestamp;

use super::{UNASKED, site};
use crate::{About, Check, Context, Fault, Grade, Outcome, Reason, Tri, fact::HttpFact};

about!(SecurityTxtExpired, Web, Endpoint, false, {
    id: "web.security_txt_expired",
    title: ["Tệp security.txt hết hạn", "security.txt has expired"],
    why: [
        "Tệp đã quá ngày `Expires` (hoặc không ghi ngày) thì người đọc không được tin địa chỉ trong đó nữa; cảnh báo \
         có thể gửi tới người đã chuyển việc.",
        "Past its `Expires` (or without one) the contacts in the file may not be relied on; a warning may go to \
         somebody who has left."
    ],
    fix: [
        "Kiểm tra lại địa chỉ liên hệ, ghi `Expires` mới, đúng một dòng, dạng `2027-01-01T00:00:00Z`, không quá một \
         năm; đặt lịch gia hạn. Tệp nằm ở cùng chỗ trên nginx, Apache, IIS và Tomcat: \
         `/.well-known/security.txt`.",
        "Check the contacts, write a new `Expires`, exactly one line, as in `2027-01-01T00:00:00Z`, no more than \
         a year ahead, and put the renewal in the calendar. The file is at the same place on nginx, Apache, IIS \
         and Tomcat: `/.well-known/security.txt`."
    ],
    message: [
        "security.txt có Expires: {expires}.",
        "security.txt has Expires: {expires}."
    ],
    sources: ["RFC 9116 mục 2.5.5, 5.3"],
});

impl Check for SecurityTxtExpired {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, at: Timestamp) -> Outcome {
        let file = match site(fact) {
            Ok(site) => &site.security_txt,
            Err(outcome) => return outcome,
        };
        match (file.present, file.expires) {
            (Tri::Unknown, _) => Outcome::Inconclusive(Reason::Because(UNASKED)),
            (Tri::No, _) => Outcome::not_applicable(
                "không có security.txt, xem `web.security_txt_missing`",
                "there is no security.txt, see `web.security_txt_missing`",
            ),
            (Tri::Yes, Some(expires)) if expires > at => Outcome::Pass,
            (Tri::Yes, expires) => {
                let shown = expires.map_or_else(|| "-".to_owned(), |expires| expires.to_string());
                Outcome::Fail(vec![Fault::new(Grade::Slight).with("expires", &shown)])
            }
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{asked, shows};
    use crate::{
        Fact,
        examples::{Example, Expect, now},
    };

    let with = |present, expires: Option<&str>| {
        let mut fact = asked(shows(&[]));
        if let Some(site) = &mut fact.site {
            site.security_txt.present = present;
            site.security_txt.expires = expires.map(|expires| expires.parse().unwrap());
        }
        fact
    };
    let fail = || Expect::Fail(vec![("", Grade::Slight)]);
    let this_moment = now().to_string();
    [
        (
            "fresh",
            with(Tri::Yes, Some("2027-06-01T00:00:00Z")),
            Expect::Pass,
        ),
        ("over", with(Tri::Yes, Some("2026-11-21T00:00:00Z")), fail()),
        ("over now", with(Tri::Yes, Some(&this_moment)), fail()),
        ("without a date", with(Tri::Yes, None), fail()),
        ("missing", with(Tri::No, None), Expect::NotApplicable),
        ("no answer", with(Tri::Unknown, None), Expect::Inconclusive),
        ("light", shows(&[]), Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
