//! Must-staple without a staple.

use jiff::Timestamp;

use super::{NO_EXTENSIONS, NO_LEAF};
use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, fact::ChainFact};

about!(StapleMissing, Certificate, Endpoint, false, {
    id: "cert.staple_missing",
    title: [
        "Chứng thư đòi kèm câu trả lời OCSP nhưng máy chủ không gửi",
        "Certificate demands a stapled OCSP answer that the server does not send"
    ],
    why: [
        "Chứng thư này tự ràng buộc: trình duyệt chỉ nhận khi máy chủ gửi kèm câu trả lời OCSP. Không gửi \
         thì một số trình duyệt từ chối kết nối.",
        "This certificate binds itself: browsers take it only with a stapled OCSP answer. Without one \
         some of them refuse to connect."
    ],
    fix: [
        "Bật OCSP stapling: nginx `ssl_stapling on; ssl_stapling_verify on; resolver ...;`, Apache \
         `SSLUseStapling On` và `SSLStaplingCache`, IIS bật sẵn (mở đường ra máy chủ OCSP), Tomcat cần \
         APR/OpenSSL hoặc `-Djdk.tls.server.enableStatusRequestExtension=true`. Hoặc cấp lại chứng thư \
         không có must-staple.",
        "Turn OCSP stapling on: nginx `ssl_stapling on; ssl_stapling_verify on; resolver ...;`, Apache \
         `SSLUseStapling On` with `SSLStaplingCache`, IIS does it by itself (let it reach the responder), \
         Tomcat with APR/OpenSSL or `-Djdk.tls.server.enableStatusRequestExtension=true`. Or get a \
         certificate without must-staple."
    ],
    message: [
        "Chứng thư số có must-staple nhưng máy chủ không gửi kèm câu trả lời OCSP.",
        "The certificate has must-staple but the server staples nothing."
    ],
    sources: ["RFC 7633", "RFC 6066 mục 8"],
});

impl Check for StapleMissing {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            let Some(leaf) = fact.leaf() else {
                return NO_LEAF;
            };
            let Some(extensions) = &leaf.extensions else {
                return NO_EXTENSIONS;
            };
            if !extensions.must_staple {
                return Outcome::not_applicable(
                    "chứng thư số không đòi kèm câu trả lời OCSP",
                    "the certificate does not demand a staple",
                );
            }
            match fact.staple {
                Tri::Yes => Outcome::Pass,
                Tri::No => Outcome::Fail(vec![Fault::new(Grade::Serious)]),
                Tri::Unknown => Outcome::unknown(
                    "chưa biết máy chủ có gửi kèm câu trả lời OCSP hay không",
                    "whether the server staples is not known",
                ),
            }
        })
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };

    use crate::fact::Extensions;

    let with = |must_staple, staple| {
        let mut leaf = leaf();
        leaf.extensions = Some(Extensions {
            must_staple,
            ..Extensions::default()
        });
        let mut fact = chain(leaf);
        fact.staple = staple;
        Fact::Chain(fact)
    };
    vec![
        Example::new("stapled", with(true, Tri::Yes), Expect::Pass),
        Example::new(
            "not stapled",
            with(true, Tri::No),
            Expect::Fail(vec![("", Grade::Serious)]),
        ),
        Example::new("not demanded", with(false, Tri::No), Expect::NotApplicable),
        Example::new("not asked", with(true, Tri::Unknown), Expect::Inconclusive),
        Example::new(
            "older fact",
            Fact::Chain(chain(leaf())),
            Expect::Inconclusive,
        ),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
