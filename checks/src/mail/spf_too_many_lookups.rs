//! An SPF record that receivers give up on.

use jiff::Timestamp;

use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, dns::zone_of, fact::DnsFact};

/// Terms that cost a look-up, at most (RFC 7208 4.6.4).
const MOST: u16 = 10;

about!(SpfTooManyLookups, Mail, Endpoint, false, {
    id: "mail.spf_too_many_lookups",
    title: ["Bản ghi SPF cần quá nhiều lượt tra cứu", "SPF record needs too many look-ups"],
    why: [
        "Nơi nhận thư chỉ tra cứu tối đa mười lượt cho một bản ghi SPF. Quá mười là lỗi: SPF mất tác dụng \
         và thư thật có thể bị từ chối.",
        "Receivers make at most ten look-ups for an SPF record. More is an error: SPF loses its effect, \
         and genuine mail may be turned away."
    ],
    fix: [
        "Bỏ các include, a, mx, ptr, exists không còn dùng, thay bằng ip4, ip6; tách dịch vụ gửi thư bên \
         ngoài sang tên miền con riêng.",
        "Drop include, a, mx, ptr and exists terms that are no longer needed, write ip4 and ip6 instead; \
         give outside mail services a subdomain of their own."
    ],
    message: [
        "Bản ghi SPF của {zone} có ít nhất {count} mục cần tra cứu; tối đa là 10.",
        "The SPF record of {zone} has at least {count} terms that cost a look-up; 10 is the limit."
    ],
    sources: ["RFC 7208 mục 4.6.4"],
});

impl Check for SpfTooManyLookups {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        match (&fact.mail.spf, fact.mail.spf_terms) {
            (Some(records), _) if records.len() != 1 => Outcome::not_applicable(
                "không có đúng một bản ghi SPF",
                "there is not exactly one SPF record",
            ),
            (Some(_), Some(count)) if count > MOST => Outcome::Fail(vec![
                Fault::on(zone, Grade::Moderate)
                    .with("zone", &zone)
                    .with("count", &count),
            ]),
            (Some(_), Some(_)) if fact.mail.spf_terms_complete == Tri::Yes => Outcome::Pass,
            _ => Outcome::unknown(
                "chưa đọc được hết các bản ghi SPF lồng nhau",
                "not every included SPF record could be read",
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

    let with = |terms, complete| {
        let mut fact = sound();
        fact.mail.spf_terms = terms;
        fact.mail.spf_terms_complete = complete;
        Fact::Dns(fact)
    };
    let mut none = sound();
    none.mail.spf = Some(Vec::new());
    let fail = Expect::Fail(vec![("doiche.test", Grade::Moderate)]);
    vec![
        Example::new("three", Fact::Dns(sound()), Expect::Pass),
        Example::new("ten", with(Some(10), Tri::Yes), Expect::Pass),
        Example::new("eleven", with(Some(11), Tri::Yes), fail.clone()),
        Example::new("eleven and more", with(Some(11), Tri::No), fail),
        Example::new("four or more", with(Some(4), Tri::No), Expect::Inconclusive),
        Example::new("not known", with(None, Tri::Unknown), Expect::Inconclusive),
        Example::new("no record", Fact::Dns(none), Expect::NotApplicable),
    ]
}
