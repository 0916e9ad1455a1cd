//! Certificates that nobody needs.

use jiff::Timestamp;

use super::NO_LEAF;
use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, fact::ChainFact};

about!(ChainUnneeded, Certificate, Endpoint, false, {
    id: "cert.chain_unneeded",
    title: [
        "Máy chủ gửi chứng thư thừa",
        "The server sends needless certificates"
    ],
    why: [
        "Chứng thư thừa làm mỗi kết nối dài thêm mà không ai dùng đến, và thường là dấu vết của lần thay \
         chứng thư làm dở.",
        "Needless certificates lengthen every connection and serve nobody; they are often left over from \
         a change half done."
    ],
    fix: [
        "Chỉ để lại trong tệp chuỗi chứng thư của máy chủ và các chứng thư trung gian dẫn tới gốc: \
         `ssl_certificate` (nginx), `SSLCertificateFile` (Apache), `certificateChainFile` (Tomcat); trên \
         IIS xóa chứng thư trung gian cũ khỏi kho máy.",
        "Keep in the chain file only the server and the intermediates on the way to the root: \
         `ssl_certificate` (nginx), `SSLCertificateFile` (Apache), `certificateChainFile` (Tomcat); on \
         IIS remove old intermediates from the machine store."
    ],
    message: [
        "Có {count} chứng thư không thuộc đường dẫn nào từ chứng thư máy chủ.",
        "{count} certificates lie on no path from the certificate of the server."
    ],
    sources: ["RFC 8446 mục 4.4.2"],
});

impl Check for ChainUnneeded {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            if fact.leaf().is_none() {
                return NO_LEAF;
            }
            let extra = fact.message.unneeded.len();
            if extra > 0 {
                return Outcome::Fail(vec![Fault::new(Grade::Slight).with("count", &extra)]);
            }
            // Whoever worked out the order looked at every certificate.
            match fact.message.in_order {
                Tri::Unknown => {
                    Outcome::unknown("chưa xét chuỗi chứng thư", "the chain was not looked at")
                }
                _ => Outcome::Pass,
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

    let with = |unneeded: &[u16], in_order| {
        let mut fact = chain(leaf());
        fact.message.unneeded = unneeded.to_vec();
        fact.message.in_order = in_order;
        Fact::Chain(fact)
    };
    vec![
        Example::new("none", with(&[], Tri::Yes), Expect::Pass),
        Example::new(
            "two",
            with(&[2, 3], Tri::No),
            Expect::Fail(vec![("", Grade::Slight)]),
        ),
        Example::new("unknown", with(&[], Tri::Unknown), Expect::Inconclusive),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
