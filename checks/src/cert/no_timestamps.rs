//! A public certificate that no log knows.

use jiff::Timestamp;

use super::{MAYBE_PUBLIC, NO_LEAF, NOT_PUBLIC};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{ChainFact, TrustVerdict},
};

about!(NoTimestamps, Certificate, Endpoint, false, {
    id: "cert.no_timestamps",
    title: [
        "Chứng thư công cộng không có dấu thời gian CT",
        "Public certificate without CT timestamps"
    ],
    why: [
        "Sổ công khai (Certificate Transparency) giúp chủ tên miền phát hiện chứng thư cấp trộm. Chrome \
         và Safari từ chối chứng thư công cộng không có dấu thời gian của sổ.",
        "Public logs (Certificate Transparency) let owners of names find certificates issued behind their \
         back. Chrome and Safari refuse public certificates without timestamps of logs."
    ],
    fix: [
        "Yêu cầu người cấp phát hành lại chứng thư có sẵn SCT (gần như mọi tổ chức đều làm), rồi cài lên \
         nginx, Apache, IIS hoặc Tomcat. Tự kiểm tra: `openssl x509 -in may-chu.pem -noout -ext \
         ct_precert_scts`.",
        "Have the issuer issue it again with embedded SCTs (nearly all do), then install it on nginx, \
         Apache, IIS or Tomcat. See for yourself: `openssl x509 -in server.pem -noout -ext \
         ct_precert_scts`."
    ],
    message: [
        "Không thấy dấu thời gian CT trong chứng thư số, trong bắt tay hay trong câu trả lời OCSP.",
        "No CT timestamp is in the certificate, the handshake or the stapled answer."
    ],
    sources: ["RFC 6962 mục 3.3"],
});

impl Check for NoTimestamps {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            if fact.leaf().is_none() {
                return NO_LEAF;
            }
            match super::public(fact) {
                TrustVerdict::Trusted => {}
                TrustVerdict::Untrusted => return NOT_PUBLIC,
                TrustVerdict::Unknown => return MAYBE_PUBLIC,
            }
            let seen = &fact.timestamps;
            let all = [seen.certificate, seen.handshake, seen.staple];
            if all.iter().flatten().any(|count| *count > 0) {
                return Outcome::Pass;
            }
            let staple = seen.staple.is_some() || fact.staple == Tri::No;
            if seen.certificate.is_some() && seen.handshake.is_some() && staple {
                return Outcome::Fail(vec![Fault::new(Grade::Moderate)]);
            }
            Outcome::unknown(
                "chưa xem hết các nơi có thể có dấu thời gian",
                "not every place where timestamps may be was looked at",
            )
        })
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };
    use TrustVerdict::{Trusted, Unknown, Untrusted};

    use crate::fact::Timestamps;

    let with = |verdict, certificate, handshake, staple| {
        let mut fact = chain(leaf());
        fact.trust[0].verdict = verdict;
        fact.staple = staple;
        fact.timestamps = Timestamps {
            certificate,
            handshake,
            staple: None,
        };
        Fact::Chain(fact)
    };
    vec![
        Example::new(
            "embedded",
            with(Trusted, Some(2), None, Tri::Unknown),
            Expect::Pass,
        ),
        Example::new(
            "none",
            with(Trusted, Some(0), Some(0), Tri::No),
            Expect::Fail(vec![("", Grade::Moderate)]),
        ),
        Example::new(
            "private",
            with(Untrusted, Some(0), Some(0), Tri::No),
            Expect::NotApplicable,
        ),
        Example::new(
            "not asked",
            with(Trusted, Some(0), None, Tri::No),
            Expect::Inconclusive,
        ),
        Example::new(
            "trust unknown",
            with(Unknown, Some(0), Some(0), Tri::No),
            Expect::Inconclusive,
        ),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
