//! Nobody says who sends mail for the domain.

use jiff::Timestamp;

use super::takes_mail;
use crate::{About, Check, Context, Fault, Grade, Outcome, dns::zone_of, fact::DnsFact};

about!(SpfMissing, Mail, Endpoint, false, {
    id: "mail.spf_missing",
    title: ["Tên miền thiếu bản ghi SPF", "Domain without an SPF record"],
    why: [
        "SPF nói máy chủ nào được gửi thư thay mặt tên miền. Không có SPF, kẻ lừa đảo dễ gửi thư giả danh \
         cơ quan; tên miền không dùng thư cũng bị mượn danh.",
        "SPF says which servers may send mail for the domain. Without it anyone easily sends mail in the \
         name of the body; a domain that sends no mail is borrowed too."
    ],
    fix: [
        "Thêm bản ghi TXT ở tên miền liệt kê máy chủ gửi thư, ví dụ `v=spf1 mx -all`; tên miền không gửi \
         thư dùng `v=spf1 -all`. Chỉ giữ một bản ghi bắt đầu bằng v=spf1.",
        "Add a TXT record to the domain that lists the sending servers, like `v=spf1 mx -all`; a domain \
         that sends no mail takes `v=spf1 -all`. Keep exactly one record that begins with v=spf1."
    ],
    message: [
        "Vùng tên miền {zone} có {count} bản ghi SPF; cần đúng một.",
        "The zone {zone} has {count} SPF records; exactly one is needed."
    ],
    sources: ["RFC 7208 mục 3.2, 4.5, 10.1.2"],
});

impl Check for SpfMissing {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        let Some(records) = &fact.mail.spf else {
            return Outcome::unknown("chưa đọc được bản ghi SPF", "the SPF records are not known");
        };
        // Several are as good as none: receivers must answer with a permanent error.
        if records.len() == 1 {
            return Outcome::Pass;
        }
        let grade = match takes_mail(&fact.mail) {
            Some(false) => Grade::Slight,
            Some(true) | None => Grade::Moderate,
        };
        Outcome::Fail(vec![
            Fault::on(zone, grade)
                .with("zone", &zone)
                .with("count", &records.len()),
        ])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        dns::sound,
        examples::{Example, Expect},
    };

    let with = |spf: Option<&[&str]>, servers: &[&str]| {
        let texts = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let mut fact = sound();
        fact.mail.spf = spf.map(texts);
        fact.mail.servers = Some(texts(servers));
        Fact::Dns(fact)
    };
    let fail = |grade| Expect::Fail(vec![("doiche.test", grade)]);
    vec![
        Example::new("one", Fact::Dns(sound()), Expect::Pass),
        Example::new("none", with(Some(&[]), &["mx.test"]), fail(Grade::Moderate)),
        Example::new(
            "none, and no mail",
            with(Some(&[]), &["."]),
            fail(Grade::Slight),
        ),
        Example::new(
            "two",
            with(Some(&["v=spf1 mx -all", "v=spf1 a -all"]), &["mx.test"]),
            fail(Grade::Moderate),
        ),
        Example::new("not known", with(None, &["mx.test"]), Expect::Inconclusive),
    ]
}
