//! A public certificate that lives longer than its day allows.

use jiff::Timestamp;

use super::{MAYBE_PUBLIC, NO_LEAF, NOT_PUBLIC, written};
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{ChainFact, TrustVerdict},
};

about!(LifetimeTooLong, Certificate, Endpoint, false, {
    id: "cert.lifetime_too_long",
    title: [
        "Hạn dùng chứng thư số dài quá quy định",
        "Certificate valid for longer than allowed"
    ],
    why: [
        "Hạn càng dài thì khóa lộ càng lâu bị lợi dụng. Trình duyệt từ chối chứng thư công cộng có hạn \
         vượt mức tính theo ngày cấp: 825 ngày từ 2018, 398 ngày từ 9/2020, 200 ngày từ 15/3/2026, 100 \
         ngày từ 15/3/2027, 47 ngày từ 15/3/2029.",
        "The longer the life, the longer a leaked key is of use. Browsers refuse public certificates \
         beyond the limit of their day of issue: 825 days from 2018, 398 from September 2020, 200 from 15 \
         March 2026, 100 from 15 March 2027, 47 from 15 March 2029."
    ],
    fix: [
        "Xin cấp lại với hạn ngắn hơn và tự động hóa gia hạn bằng ACME: `certbot renew` (nginx, Apache), \
         win-acme (IIS), `certbot certonly` rồi nạp lại kho khóa (Tomcat).",
        "Get one with a shorter life and renew by ACME: `certbot renew` (nginx, Apache), win-acme (IIS), \
         `certbot certonly` and reload the keystore (Tomcat)."
    ],
    message: [
        "Chứng thư số cấp ngày {issued} có hạn {days} ngày, quá mức {most} ngày.",
        "The certificate issued on {issued} is valid for {days} days, over the limit of {most}."
    ],
    sources: ["CA/Browser Forum Baseline Requirements 6.3.2", "CA/Browser Forum SC-081v3"],
});

impl Check for LifetimeTooLong {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            let Some(leaf) = fact.leaf() else {
                return NO_LEAF;
            };
            match super::public(fact) {
                TrustVerdict::Trusted => {}
                TrustVerdict::Untrusted => return NOT_PUBLIC,
                TrustVerdict::Unknown => return MAYBE_PUBLIC,
            }
            let from = leaf.not_before.as_second();
            let Some((_, most)) = LIMITS.iter().rev().find(|(since, _)| *since <= from) else {
                return Outcome::Pass;
            };
            // The last second counts too.
            let seconds = leaf
                .not_after
                .as_second()
                .saturating_sub(from)
                .saturating_add(1);
            if seconds <= most * 86_400 {
                return Outcome::Pass;
            }
            let days = seconds.saturating_add(86_399) / 86_400;
            Outcome::Fail(vec![
                Fault::new(Grade::Moderate)
                    .with("issued", &written(leaf.not_before))
                    .with("days", &days)
                    .with("most", most),
            ])
        })
    }
}

/// First second of issue and most days, oldest first: 2 March 2018 (after the 1st), 1 September 2020, 15 March of 2026,
/// 2027 and 2029.
const LIMITS: [(i64, i64); 5] = [
    (1_519_948_800, 825),
    (1_598_918_400, 398),
    (1_773_532_800, 200),
    (1_805_068_800, 100),
    (1_868_227_200, 47),
];

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };
    use TrustVerdict::{Trusted, Unknown, Untrusted};

    let with = |verdict, from: &str, to: &str| {
        let mut leaf = leaf();
        leaf.not_before = from.parse().unwrap();
        leaf.not_after = to.parse().unwrap();
        let mut fact = chain(leaf);
        fact.trust[0].verdict = verdict;
        Fact::Chain(fact)
    };
    let fail = || Expect::Fail(vec![("", Grade::Moderate)]);
    let (june, late) = ("2026-06-01T00:00:00Z", "2026-12-18T00:00:00Z");
    vec![
        Example::new(
            "200 days",
            with(Trusted, june, "2026-12-17T23:59:59Z"),
            Expect::Pass,
        ),
        Example::new("a second more", with(Trusted, june, late), fail()),
        Example::new(
            "398 days",
            with(Trusted, "2026-03-14T23:59:59Z", "2027-04-16T23:59:58Z"),
            Expect::Pass,
        ),
        Example::new(
            "399 days",
            with(Trusted, "2026-03-14T23:59:59Z", "2027-04-17T23:59:58Z"),
            fail(),
        ),
        Example::new(
            "older than limits",
            with(Trusted, "2017-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            Expect::Pass,
        ),
        Example::new(
            "private",
            with(Untrusted, june, "2036-01-01T00:00:00Z"),
            Expect::NotApplicable,
        ),
        Example::new("unknown", with(Unknown, june, late), Expect::Inconclusive),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
