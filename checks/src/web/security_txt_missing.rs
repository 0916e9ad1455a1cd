//! Nobody is named to whom a weakness can be told.

use jiff::Timestamp;

use super::{NOT_PUBLIC, UNASKED, is_public, site};
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::HttpFact};

about!(SecurityTxtMissing, Web, Endpoint, false, {
    id: "web.security_txt_missing",
    title: ["Thiếu tệp security.txt", "No security.txt"],
    why: [
        "Khi ai đó tìm thấy lỗ hổng của trang, họ cần biết báo cho ai. Không có tệp này, cảnh báo thường không tới \
         được người chịu trách nhiệm, và lỗ hổng để ngỏ lâu hơn.",
        "Whoever finds a weakness of the site needs to know whom to tell. Without this file warnings often do \
         not reach those in charge, and the weakness stays open longer."
    ],
    fix: [
        "Đặt tệp văn bản tại `/.well-known/security.txt`, có ít nhất `Contact: mailto:…` và `Expires: \
         2027-01-01T00:00:00Z`, phục vụ qua HTTPS với kiểu `text/plain`. nginx: `location = \
         /.well-known/security.txt { alias /etc/nginx/security.txt; default_type text/plain; }`. Apache: `Alias`. \
         IIS: thêm kiểu MIME `.txt` và cho phép thư mục `.well-known`. Tomcat: đặt trong ứng dụng ROOT.",
        "Put a text file at `/.well-known/security.txt` with at least `Contact: mailto:…` and `Expires: \
         2027-01-01T00:00:00Z`, served over HTTPS as `text/plain`. nginx: `location = \
         /.well-known/security.txt { alias /etc/nginx/security.txt; default_type text/plain; }`. Apache: \
         `Alias`. IIS: add the MIME type `.txt` and allow the folder `.well-known`. Tomcat: put it in the \
         ROOT application."
    ],
    message: [
        "Không có /.well-known/security.txt với địa chỉ liên hệ hợp lệ.",
        "There is no /.well-known/security.txt with a valid contact."
    ],
    sources: ["RFC 9116 mục 2.5.3, 3", "ISO/IEC 29147:2018"],
});

impl Check for SecurityTxtMissing {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        if !fact.exchanges.is_empty() && !fact.tls {
            return Outcome::not_applicable(
                "security.txt chỉ có giá trị qua HTTPS",
                "security.txt counts over HTTPS only",
            );
        }
        if !is_public(context) {
            return NOT_PUBLIC;
        }
        match site(fact) {
            Ok(site) => Outcome::if_there(
                !site.security_txt.present,
                Fault::new(Grade::Slight),
                UNASKED,
            ),
            Err(outcome) => outcome,
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::{Protocol, Zone};

    use super::{answer, asked, shows};
    use crate::{
        Fact, Tri,
        examples::{Example, Expect, endpoint},
    };

    let with = |present| {
        let mut fact = asked(shows(&[]));
        if let Some(site) = &mut fact.site {
            site.security_txt.present = present;
        }
        Fact::Http(fact)
    };
    let plain = Fact::Http(answer("http://www.doiche.test/", 200, &[]));
    let fail = || Expect::Fail(vec![("", Grade::Slight)]);
    let declared = |zone| vec![endpoint(Some(443), Some(Protocol::Https), zone)];
    vec![
        Example::new("there", with(Tri::Yes), Expect::Pass),
        Example::new("missing", with(Tri::No), fail()),
        Example::new("declared public", with(Tri::No), fail())
            .declared(declared(Zone::Internet))
            .from(Zone::Local),
        Example::new("inside", with(Tri::No), Expect::NotApplicable)
            .declared(declared(Zone::Wan))
            .from(Zone::Local),
        Example::new("no answer", with(Tri::Unknown), Expect::Inconclusive),
        Example::new("light", Fact::Http(shows(&[])), Expect::Inconclusive),
        Example::new(
            "silent",
            Fact::Http(HttpFact::default()),
            Expect::Inconclusive,
        ),
        Example::new("plain", plain, Expect::NotApplicable),
    ]
}
