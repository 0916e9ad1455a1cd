//! Certificates in the wrong order.

use jiff::Timestamp;
use luytre_inventory::Text;

use super::NO_LEAF;
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::ChainFact};

about!(ChainOrder, Certificate, Endpoint, false, {
    id: "cert.chain_order",
    title: [
        "Chuỗi chứng thư số sai thứ tự",
        "Certificates in the wrong order"
    ],
    why: [
        "TLS 1.2 đòi hỏi mỗi chứng thư chứng nhận cho chứng thư đứng ngay trước. Trình duyệt mới bỏ qua \
         lỗi này; thiết bị và phần mềm cũ thì từ chối kết nối.",
        "TLS 1.2 demands that each certificate certifies the one before it. New browsers overlook it; \
         older devices and programs refuse to connect."
    ],
    fix: [
        "Xếp lại tệp chuỗi: máy chủ, rồi người cấp của nó, rồi người cấp kế tiếp: `cat may-chu.pem \
         trung-gian.pem > fullchain.pem`. Dùng tệp ấy cho `ssl_certificate` (nginx), `SSLCertificateFile` \
         (Apache), `certificateChainFile` (Tomcat); IIS tự xếp sau khi nhập lại PFX có đủ chuỗi.",
        "Order the file: the server, its issuer, the next issuer: `cat server.pem intermediate.pem > \
         fullchain.pem`. Use it for `ssl_certificate` (nginx), `SSLCertificateFile` (Apache), \
         `certificateChainFile` (Tomcat); IIS orders by itself after a PFX with the chain is imported."
    ],
    message: [
        "Các chứng thư máy chủ gửi không theo thứ tự cấp.",
        "The certificates that the server sends are not in the order of issue."
    ],
    sources: ["RFC 5246 mục 7.4.2"],
});

impl Check for ChainOrder {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            if fact.leaf().is_none() {
                return NO_LEAF;
            }
            let undecided = Text::new(
                "chưa biết thứ tự của chuỗi chứng thư",
                "the order of the chain is not known",
            );
            Outcome::if_there(!fact.message.in_order, Fault::new(Grade::Slight), undecided)
        })
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact, Tri,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };

    let with = |in_order| {
        let mut fact = chain(leaf());
        fact.message.in_order = in_order;
        Fact::Chain(fact)
    };
    vec![
        Example::new("in order", with(Tri::Yes), Expect::Pass),
        Example::new(
            "out of order",
            with(Tri::No),
            Expect::Fail(vec![("", Grade::Slight)]),
        ),
        Example::new("unknown", with(Tri::Unknown), Expect::Inconclusive),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
