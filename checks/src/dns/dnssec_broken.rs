//! Signatures that do not hold.

use jiff::Timestamp;

use super::zone_of;
use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, fact::DnsFact};

about!(DnssecBroken, Dns, Endpoint, false, {
    id: "dns.dnssec_broken",
    title: ["Chữ ký DNSSEC không hợp lệ", "DNSSEC signatures do not hold"],
    why: [
        "Vùng cha nói tên miền đã ký nhưng chữ ký sai hoặc quá hạn. Người dùng sau máy phân giải có kiểm \
         tra sẽ không truy cập được trang và không nhận được thư.",
        "The parent says that the domain is signed, but the signatures are wrong or out of date. Whoever \
         sits behind a validating resolver reaches neither its pages nor its mail."
    ],
    fix: [
        "Ký lại vùng tên miền và kiểm tra bằng `delv TÊN-MIỀN SOA`; nếu đã đổi khóa, cập nhật bản ghi DS \
         ở nhà đăng ký. Bật ký lại tự động (BIND: `dnssec-policy`).",
        "Sign the zone again and check with `delv ZONE SOA`; after a change of keys update the DS record \
         at the registrar. Let the server renew signatures by itself (BIND: `dnssec-policy`)."
    ],
    message: [
        "Vùng tên miền {zone}: máy phân giải từ chối vì chữ ký không hợp lệ{end}.",
        "Zone {zone}: the resolver refuses it because its signatures do not hold{end}."
    ],
    sources: ["RFC 4035 mục 5.3, 5.5", "RFC 4033 mục 5"],
});

impl Check for DnssecBroken {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, at: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        let end = fact.dnssec.signed_until.filter(|until| *until < at);
        let end = end.map_or_else(String::new, |until| format!(" ({until})"));
        match (fact.dnssec.validated, fact.dnssec.delegated) {
            (Tri::Yes, _) => Outcome::Pass,
            (Tri::No, _) => Outcome::Fail(vec![
                Fault::on(zone, Grade::Serious)
                    .with("zone", &zone)
                    .with("end", &end),
            ]),
            (Tri::Unknown, Tri::No) => {
                Outcome::not_applicable("tên miền không ký DNSSEC", "the domain is not signed")
            }
            (Tri::Unknown, _) => Outcome::unknown(
                "máy phân giải không kiểm tra chữ ký",
                "the resolver does not check signatures",
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

    let with = |validated, delegated| {
        let mut fact = sound();
        fact.dnssec.validated = validated;
        fact.dnssec.delegated = delegated;
        fact
    };
    let mut old = with(Tri::No, Tri::Yes);
    old.dnssec.signed_until = Some("2026-11-20T00:00:00Z".parse().unwrap());
    let fail = Expect::Fail(vec![("doiche.test", Grade::Serious)]);
    vec![
        Example::new("holds", Fact::Dns(sound()), Expect::Pass),
        Example::new("refused", Fact::Dns(with(Tri::No, Tri::Yes)), fail.clone()),
        Example::new("out of date", Fact::Dns(old), fail),
        Example::new(
            "not signed",
            Fact::Dns(with(Tri::Unknown, Tri::No)),
            Expect::NotApplicable,
        ),
        Example::new(
            "not checked",
            Fact::Dns(with(Tri::Unknown, Tri::Yes)),
            Expect::Inconclusive,
        ),
    ]
}
