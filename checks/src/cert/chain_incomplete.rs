//! An issuer that the server does not send.

use jiff::Timestamp;
use luytre_inventory::Text;

use super::NO_LEAF;
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::ChainFact};

about!(ChainIncomplete, Certificate, Endpoint, false, {
    id: "cert.chain_incomplete",
    title: [
        "Máy chủ gửi thiếu chứng thư trung gian",
        "The server does not send an intermediate certificate"
    ],
    why: [
        "Trình duyệt trên máy tính có thể tự tìm chứng thư còn thiếu, nhưng điện thoại, ứng dụng và phần \
         mềm kết nối giữa các cơ quan thì không: người dùng gặp lỗi lúc được lúc không.",
        "Browsers may find the missing certificate by themselves; phones, apps and programs that connect \
         agencies do not, so people meet errors that come and go."
    ],
    fix: [
        "Cài đủ chuỗi: chứng thư của máy chủ trước, rồi từng chứng thư trung gian, không kèm gốc. nginx: \
         `ssl_certificate fullchain.pem`. Apache 2.4.8 trở lên: `SSLCertificateFile fullchain.pem`. IIS: \
         nhập chứng thư trung gian vào kho Intermediate Certification Authorities rồi gắn lại. Tomcat: \
         `certificateChainFile` hoặc kho khóa có cả chuỗi.",
        "Install the whole chain: the certificate of the server first, then each intermediate, without \
         the root. nginx: `ssl_certificate fullchain.pem`. Apache 2.4.8 or newer: `SSLCertificateFile \
         fullchain.pem`. IIS: import the intermediate into Intermediate Certification Authorities and \
         bind again. Tomcat: `certificateChainFile`, or a keystore with the chain."
    ],
    message: [
        "Máy chủ không gửi đủ chứng thư trung gian.",
        "The server does not send every intermediate certificate."
    ],
    sources: ["RFC 5246 mục 7.4.2", "RFC 8446 mục 4.4.2"],
});

impl Check for ChainIncomplete {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            if fact.leaf().is_none() {
                return NO_LEAF;
            }
            let undecided = Text::new(
                "chưa biết chuỗi chứng thư có thiếu hay không",
                "whether the chain lacks a certificate is not known",
            );
            let fault = Fault::new(Grade::Moderate);
            Outcome::if_there(fact.message.missing_issuer, fault, undecided)
        })
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact, Tri,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };

    let with = |missing| {
        let mut fact = chain(leaf());
        fact.message.missing_issuer = missing;
        Fact::Chain(fact)
    };
    vec![
        Example::new("whole", with(Tri::No), Expect::Pass),
        Example::new(
            "missing",
            with(Tri::Yes),
            Expect::Fail(vec![("", Grade::Moderate)]),
        ),
        Example::new("unknown", with(Tri::Unknown), Expect::Inconclusive),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
