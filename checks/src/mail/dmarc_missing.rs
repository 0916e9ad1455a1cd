//! Nobody says what to do with forged mail.

use jiff::Timestamp;

use super::takes_mail;
use crate::{About, Check, Context, Fault, Grade, Outcome, dns::zone_of, fact::DnsFact};

about!(DmarcMissing, Mail, Endpoint, false, {
    id: "mail.dmarc_missing",
    title: ["Tên miền thiếu chính sách DMARC", "Domain without a DMARC policy"],
    why: [
        "DMARC nói nơi nhận phải làm gì với thư giả danh tên miền và báo lại cho ai. Không có DMARC, thư \
         lừa đảo mang tên cơ quan vẫn tới hộp thư người dân.",
        "DMARC tells receivers what to do with mail that forges the domain, and whom to tell. Without it \
         fraud in the name of the body still reaches people's mailboxes."
    ],
    fix: [
        "Thêm bản ghi TXT tại `_dmarc.` của tên miền, ví dụ `v=DMARC1; p=quarantine; \
         rua=mailto:dmarc@doiche.test`; bắt đầu bằng p=none để thu báo cáo rồi nâng lên. Chỉ giữ một bản ghi.",
        "Add a TXT record at `_dmarc.` of the domain, like `v=DMARC1; p=quarantine; \
         rua=mailto:dmarc@doiche.test`; begin with p=none to gather reports, then raise it. Keep one record only."
    ],
    message: [
        "Tên miền {zone} có {count} bản ghi DMARC; cần đúng một.",
        "The domain {zone} has {count} DMARC records; exactly one is needed."
    ],
    sources: ["RFC 9989", "RFC 7489 mục 6.6.3"],
});

impl Check for DmarcMissing {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        let Some(dmarc) = &fact.mail.dmarc else {
            return Outcome::unknown(
                "chưa đọc được bản ghi DMARC",
                "the DMARC records are not known",
            );
        };
        if dmarc.records.len() == 1 {
            return Outcome::Pass;
        }
        let grade = match takes_mail(&fact.mail) {
            Some(false) => Grade::Slight,
            Some(true) | None => Grade::Moderate,
        };
        Outcome::Fail(vec![
            Fault::on(zone, grade)
                .with("zone", &zone)
                .with("count", &dmarc.records.len()),
        ])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        dns::sound,
        examples::{Example, Expect},
        fact::Dmarc,
    };

    let with = |records: Option<&[&str]>| {
        let mut fact = sound();
        fact.mail.dmarc = records.map(|records| Dmarc {
            at: records.first().map(|_| "doiche.test".to_owned()),
            records: records.iter().map(|r| (*r).to_owned()).collect(),
        });
        fact
    };
    let mut mute = with(Some(&[]));
    mute.mail.servers = Some(Vec::new());
    let fail = |grade| Expect::Fail(vec![("doiche.test", grade)]);
    vec![
        Example::new("one", Fact::Dns(sound()), Expect::Pass),
        Example::new("none", Fact::Dns(with(Some(&[]))), fail(Grade::Moderate)),
        Example::new("none, and no mail", Fact::Dns(mute), fail(Grade::Slight)),
        Example::new(
            "two",
            Fact::Dns(with(Some(&["v=DMARC1; p=none", "v=DMARC1; p=reject"]))),
            fail(Grade::Moderate),
        ),
        Example::new("not known", Fact::Dns(with(None)), Expect::Inconclusive),
    ]
}
