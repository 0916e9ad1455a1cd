//! The portal does not say who takes reports of incidents.

use jiff::Timestamp;
use luytre_inventory::Text;

use super::{NOT_PUBLIC, is_public, page};
use crate::{About, Check, Context, Fault, Grade, Outcome, Reason, Tri, fact::HttpFact};

about!(IncidentContactMissing, Web, Endpoint, false, {
    id: "web.incident_contact_missing",
    title: ["Chưa thấy đầu mối tiếp nhận sự cố trên trang", "No contact for incidents on the portal"],
    why: [
        "Người dân và cơ quan khác cần biết báo sự cố an ninh mạng cho ai. Quy định yêu cầu công khai đầu mối liên hệ \
         trên cổng thông tin; không có, sự cố được biết muộn và thiệt hại lớn hơn.",
        "People and other bodies need to know whom to tell of an incident. The rules ask for a published contact \
         on the portal; without it incidents are learnt of late and do more harm."
    ],
    fix: [
        "Ghi ở chân trang chủ dòng như: “Đầu mối tiếp nhận sự cố an ninh mạng: điện thoại …, thư điện tử …”, và ghi \
         cùng địa chỉ đó trong `/.well-known/security.txt`. Việc này làm trong nội dung trang, giống nhau trên \
         nginx, Apache, IIS và Tomcat.",
        "Write into the foot of the front page a line such as: “Contact for cyber security incidents: telephone \
         …, e-mail …”, and the same in `/.well-known/security.txt`. This belongs to the content of the site and \
         is the same on nginx, Apache, IIS and Tomcat."
    ],
    message: [
        "Trang chủ và security.txt không nêu đầu mối tiếp nhận sự cố; trang cũng không có liên kết tới trang liên hệ.",
        "Neither the front page nor security.txt names a contact for incidents, and no link leads to contacts."
    ],
    sources: ["Nghị định 330/2026/NĐ-CP Điều 21.1.a (đọc ở nguồn thứ cấp)", "RFC 9116 mục 2.5.3"],
});

impl Check for IncidentContactMissing {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        if !is_public(context) {
            return NOT_PUBLIC;
        }
        let page = match page(fact) {
            Ok(page) => page,
            Err(outcome) => return outcome,
        };
        let file = fact.site.as_ref().map(|site| site.security_txt.present);
        let file = file.unwrap_or_default();
        if page.contact.incident == Tri::Yes || file == Tri::Yes {
            return Outcome::Pass;
        }
        let reason = match (page.contact.incident, page.contact.link, file) {
            (Tri::No, Tri::No, Tri::No) => {
                return Outcome::Fail(vec![Fault::new(Grade::Slight)]);
            }
            // It may stand behind the link, which is not followed.
            (_, Tri::Yes, _) => Text::new(
                "trang có liên kết tới trang liên hệ; trang đó không được mở khi quét, cần người xem",
                "the page links to contacts, which are not opened in a scan; somebody has to look",
            ),
            _ => Text::new(
                "chưa đọc hết trang chủ hoặc chưa hỏi được security.txt",
                "the front page was not read to its end, or security.txt was not asked for",
            ),
        };
        Outcome::Inconclusive(Reason::Because(reason))
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::Zone;

    use super::{asked, shows};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let with = |incident, link, file| {
        let mut fact = asked(shows(&[]));
        if let Some(page) = &mut fact.page {
            page.contact.incident = incident;
            page.contact.link = link;
        }
        if let Some(site) = &mut fact.site {
            site.security_txt.present = file;
        }
        Fact::Http(fact)
    };
    let (yes, no, unknown) = (Tri::Yes, Tri::No, Tri::Unknown);
    vec![
        Example::new("on the page", with(yes, no, no), Expect::Pass),
        Example::new("in security.txt", with(no, no, yes), Expect::Pass),
        Example::new(
            "nowhere",
            with(no, no, no),
            Expect::Fail(vec![("", Grade::Slight)]),
        ),
        Example::new("behind a link", with(no, yes, no), Expect::Inconclusive),
        Example::new(
            "cut short",
            with(unknown, unknown, no),
            Expect::Inconclusive,
        ),
        Example::new("file unknown", with(no, no, unknown), Expect::Inconclusive),
        Example::new(
            "silent",
            Fact::Http(HttpFact::default()),
            Expect::Inconclusive,
        ),
        Example::new("inside", with(no, no, no), Expect::NotApplicable).from(Zone::Local),
    ]
}
