//! A zone that nobody signed for.

use jiff::Timestamp;

use super::zone_of;
use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, fact::DnsFact};

about!(DnssecMissing, Dns, Endpoint, false, {
    id: "dns.dnssec_missing",
    title: ["Tên miền chưa có DNSSEC", "Domain without DNSSEC"],
    why: [
        "Không có DNSSEC, câu trả lời về tên miền có thể bị giả mạo trên đường truyền: người dân gõ đúng \
         địa chỉ vẫn có thể bị đưa tới máy chủ khác.",
        "Without DNSSEC answers about the domain can be forged on the way: a visitor who types the right \
         address may still be led to another server."
    ],
    fix: [
        "Bật ký DNSSEC ở nơi quản lý vùng tên miền (BIND: `dnssec-policy default;`), rồi gửi bản ghi DS \
         cho nhà đăng ký tên miền để công bố ở vùng cha.",
        "Turn on DNSSEC signing where the zone is kept (BIND: `dnssec-policy default;`), then hand the DS \
         record to the registrar to be published in the parent zone."
    ],
    message: [
        "Vùng tên miền {zone} không có bản ghi DS ở vùng cha.",
        "The zone {zone} has no DS record in its parent."
    ],
    sources: ["RFC 4033 mục 3, 5", "RFC 4035 mục 2.4", "RFC 9364"],
});

impl Check for DnssecMissing {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        match fact.dnssec.delegated {
            Tri::Yes => Outcome::Pass,
            Tri::No => Outcome::Fail(vec![Fault::on(zone, Grade::Slight).with("zone", &zone)]),
            Tri::Unknown => Outcome::unknown(
                "máy phân giải không cho biết có bản ghi DS hay không",
                "the resolver does not tell whether there is a DS record",
            ),
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        dns::sound,
        examples::{Example, Expect},
    };

    let with = |delegated| {
        let mut fact = sound();
        fact.dnssec.delegated = delegated;
        Fact::Dns(fact)
    };
    let lost = DnsFact {
        zone: None,
        ..sound()
    };
    vec![
        Example::new("signed", with(Tri::Yes), Expect::Pass),
        Example::new(
            "not signed",
            with(Tri::No),
            Expect::Fail(vec![("doiche.test", Grade::Slight)]),
        ),
        Example::new("not told", with(Tri::Unknown), Expect::Inconclusive),
        Example::new("no zone", Fact::Dns(lost), Expect::Inconclusive),
    ]
}
