//! A zone signed with an algorithm that should no longer be used.

use jiff::Timestamp;

use super::zone_of;
use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, fact::DnsFact};

/// Algorithms that zones must not be signed with, or are advised against (RFC 8624 3.1), by number.
const OLD: &[(u8, &str, Grade)] = &[
    (1, "RSAMD5", Grade::Serious),
    (3, "DSA", Grade::Serious),
    (5, "RSASHA1", Grade::Moderate),
    (6, "DSA-NSEC3-SHA1", Grade::Serious),
    (7, "RSASHA1-NSEC3-SHA1", Grade::Moderate),
    (12, "ECC-GOST", Grade::Serious),
];

about!(DnssecWeak, Dns, Endpoint, false, {
    id: "dns.dnssec_weak",
    title: ["DNSSEC dùng thuật toán ký lỗi thời", "DNSSEC with an outdated algorithm"],
    why: [
        "Thuật toán dùng MD5, SHA-1, DSA hoặc GOST không còn được khuyến nghị. Nhiều máy phân giải mới coi vùng \
         ký bằng chúng như chưa ký, nên DNSSEC mất tác dụng mà không ai biết.",
        "Algorithms with MD5, SHA-1, DSA or GOST are no longer recommended. Many newer resolvers treat a zone \
         signed with them like an unsigned one, so that DNSSEC is lost without notice."
    ],
    fix: [
        "Chuyển sang ECDSAP256SHA256 (13) bằng cách thay khóa theo từng bước (BIND: `dnssec-policy` với thuật \
         toán mới sẽ tự làm), rồi cập nhật bản ghi DS ở nhà đăng ký.",
        "Move to ECDSAP256SHA256 (13) by a stepwise rollover (BIND does it by itself under a `dnssec-policy` \
         with the new algorithm), then update the DS record at the registrar."
    ],
    message: [
        "Vùng tên miền {zone} có khóa ký bằng thuật toán {algorithm}.",
        "The zone {zone} has a key of the algorithm {algorithm}."
    ],
    sources: ["RFC 8624 mục 3.1", "RFC 9904"],
});

impl Check for DnssecWeak {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        let Some(found) = &fact.dnssec.algorithms else {
            return Outcome::unknown("chưa biết các khóa DNSSEC", "the DNSSEC keys are not known");
        };
        match fact.dnssec.delegated {
            Tri::Yes if !found.is_empty() => (),
            // A resolver of old may have left the keys out.
            Tri::Yes => {
                return Outcome::unknown("chưa thấy khóa DNSSEC nào", "no DNSSEC key was seen");
            }
            // Keys that no parent vouches for protect nobody.
            Tri::No => {
                return Outcome::not_applicable(
                    "tên miền không ký DNSSEC",
                    "the domain is not signed",
                );
            }
            Tri::Unknown => {
                return Outcome::unknown(
                    "máy phân giải không cho biết có bản ghi DS hay không",
                    "the resolver does not tell whether there is a DS record",
                );
            }
        }
        let old = OLD.iter().filter(|(number, ..)| found.contains(number));
        let faults = old.map(|(_, name, grade)| {
            Fault::on(format!("{zone}/{name}"), *grade)
                .with("zone", &zone)
                .with("algorithm", name)
        });
        Outcome::of(faults.collect())
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        dns::sound,
        examples::{Example, Expect},
    };

    let with = |delegated, algorithms: Option<&[u8]>| {
        let mut fact = sound();
        fact.dnssec.delegated = delegated;
        fact.dnssec.algorithms = algorithms.map(<[u8]>::to_vec);
        Fact::Dns(fact)
    };
    vec![
        Example::new("of today", with(Tri::Yes, Some(&[8, 13])), Expect::Pass),
        Example::new(
            "on the way out",
            with(Tri::Yes, Some(&[7, 13])),
            Expect::Fail(vec![("doiche.test/RSASHA1-NSEC3-SHA1", Grade::Moderate)]),
        ),
        Example::new(
            "long broken",
            with(Tri::Yes, Some(&[1])),
            Expect::Fail(vec![("doiche.test/RSAMD5", Grade::Serious)]),
        ),
        Example::new("no keys", with(Tri::Yes, Some(&[])), Expect::Inconclusive),
        Example::new("keys not known", with(Tri::Yes, None), Expect::Inconclusive),
        Example::new(
            "not told",
            with(Tri::Unknown, Some(&[5])),
            Expect::Inconclusive,
        ),
        Example::new(
            "not signed",
            with(Tri::No, Some(&[5])),
            Expect::NotApplicable,
        ),
    ]
}
