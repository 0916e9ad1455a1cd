//! Signatures that nobody renews.

use jiff::Timestamp;

use super::zone_of;
use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, fact::DnsFact};

/// A signature with less than this share of its life left should have been renewed: signers do it with a
/// quarter left (BIND) or more, whatever the life.
const LEFT: i64 = 10;

about!(SignaturesExpiring, Dns, Endpoint, false, {
    id: "dns.signatures_expiring",
    title: ["Chữ ký DNSSEC sắp hết hạn", "DNSSEC signatures about to end"],
    why: [
        "Chữ ký DNSSEC phải được ký lại đều đặn. Chữ ký còn dưới một phần mười thời hạn cho thấy việc ký \
         lại đã dừng; hết hạn là cả tên miền mất liên lạc.",
        "DNSSEC signatures must be renewed all the time. One with less than a tenth of its life left shows \
         that renewal has stopped; when it ends, the whole domain goes dark."
    ],
    fix: [
        "Xem nhật ký của máy chủ ký, ký lại vùng ngay (BIND: `rndc sign VÙNG`), bật ký lại tự động \
         (`dnssec-policy`) và giám sát ngày hết hạn.",
        "Read the signer's log, sign the zone now (BIND: `rndc sign ZONE`), turn on automatic renewal \
         (`dnssec-policy`) and watch the end dates."
    ],
    message: [
        "Vùng tên miền {zone}: chữ ký hết hạn lúc {until}.",
        "Zone {zone}: a signature ends at {until}."
    ],
    sources: ["RFC 6781 mục 4.4.2", "RFC 4034 mục 3.1.5"],
});

impl Check for SignaturesExpiring {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, at: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        let dnssec = &fact.dnssec;
        let (Some(from), Some(until)) = (dnssec.signed_from, dnssec.signed_until) else {
            return match dnssec.delegated {
                Tri::No => {
                    Outcome::not_applicable("tên miền không ký DNSSEC", "the domain is not signed")
                }
                Tri::Yes | Tri::Unknown => {
                    Outcome::unknown("chưa thấy chữ ký nào", "no signature was seen")
                }
            };
        };
        let life = until.as_second() - from.as_second();
        let left = until.as_second() - at.as_second();
        if left.saturating_mul(LEFT) >= life {
            return Outcome::Pass;
        }
        let grade = if left <= 0 {
            Grade::Serious
        } else {
            Grade::Moderate
        };
        Outcome::Fail(vec![
            Fault::on(zone, grade)
                .with("zone", &zone)
                .with("until", &until),
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

    let with = |from: &str, until: &str| {
        let mut fact = sound();
        fact.dnssec.signed_from = Some(from.parse().unwrap());
        fact.dnssec.signed_until = Some(until.parse().unwrap());
        Fact::Dns(fact)
    };
    let mut unseen = sound();
    unseen.dnssec.signed_until = None;
    let mut unsigned = unseen.clone();
    unsigned.dnssec.delegated = Tri::No;
    let fail = |grade| Expect::Fail(vec![("doiche.test", grade)]);
    vec![
        Example::new("half", Fact::Dns(sound()), Expect::Pass),
        Example::new(
            "a short life, renewed",
            with("2026-11-21T15:00:00Z", "2026-11-23T04:00:00Z"),
            Expect::Pass,
        ),
        Example::new(
            "two days of thirty",
            with("2026-10-25T00:00:00Z", "2026-11-24T00:00:00Z"),
            fail(Grade::Moderate),
        ),
        Example::new(
            "over",
            with("2026-10-20T00:00:00Z", "2026-11-20T00:00:00Z"),
            fail(Grade::Serious),
        ),
        Example::new("none seen", Fact::Dns(unseen), Expect::Inconclusive),
        Example::new("not signed", Fact::Dns(unsigned), Expect::NotApplicable),
    ]
}
