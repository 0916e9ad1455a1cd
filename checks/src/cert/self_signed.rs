//! A certificate that vouches for itself.

use jiff::Timestamp;

use super::NO_LEAF;
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{ChainFact, TrustVerdict},
};

about!(SelfSigned, Certificate, Endpoint, false, {
    id: "cert.self_signed",
    title: ["Chứng thư số tự ký", "Self-signed certificate"],
    why: [
        "Chứng thư tự ký không có ai đứng ra bảo đảm: kẻ xấu tự làm được một tờ giống hệt. Người dùng \
         buộc phải bỏ qua cảnh báo, và thói quen đó mở đường cho giả mạo.",
        "Nobody vouches for a self-signed certificate: anyone can make one like it. Users must click \
         warnings away, and that habit opens the door to impostors."
    ],
    fix: [
        "Thay bằng chứng thư của tổ chức được tin cậy: Let's Encrypt (`certbot --nginx -d ten-mien`, \
         `certbot --apache -d ten-mien`), chứng thư thương mại, hoặc chứng thư chuyên dùng của cơ quan nhà \
         nước đối với hệ thống nội bộ. IIS: nhập tệp PFX rồi chọn trong Site Bindings. Tomcat: thay \
         `certificateKeystoreFile`.",
        "Replace it by one of a trusted authority: Let's Encrypt (`certbot --nginx -d name`, `certbot \
         --apache -d name`), a commercial one, or the state's own for internal systems. IIS: import the \
         PFX and pick it in Site Bindings. Tomcat: replace `certificateKeystoreFile`."
    ],
    message: [
        "Máy chủ dùng chứng thư số tự ký, không tổ chức nào bảo đảm.",
        "The server uses a self-signed certificate that nobody vouches for."
    ],
    sources: ["RFC 5280 mục 3.2, 6.1"],
});

impl Check for SelfSigned {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            let Some(leaf) = fact.leaf() else {
                return NO_LEAF;
            };
            match leaf.self_signed {
                Tri::No => Outcome::Pass,
                Tri::Yes
                    if fact
                        .trust
                        .iter()
                        .any(|t| t.verdict == TrustVerdict::Trusted) =>
                {
                    Outcome::not_applicable(
                        "chứng thư tự ký nằm trong kho gốc tin cậy đã cấu hình",
                        "the self-signed certificate is in a configured set of roots",
                    )
                }
                Tri::Yes => Outcome::Fail(vec![Fault::new(Grade::Moderate)]),
                Tri::Unknown => Outcome::unknown(
                    "chưa xác minh được chữ ký trên chứng thư số",
                    "the signature of the certificate could not be verified",
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

    let with = |self_signed, verdict| {
        let mut leaf = leaf();
        leaf.self_signed = self_signed;
        let mut fact = chain(leaf);
        fact.trust[0].verdict = verdict;
        Fact::Chain(fact)
    };
    let (trusted, untrusted) = (TrustVerdict::Trusted, TrustVerdict::Untrusted);
    vec![
        Example::new("issued", with(Tri::No, trusted), Expect::Pass),
        Example::new(
            "self-signed",
            with(Tri::Yes, untrusted),
            Expect::Fail(vec![("", Grade::Moderate)]),
        ),
        Example::new("pinned", with(Tri::Yes, trusted), Expect::NotApplicable),
        Example::new(
            "not verified",
            with(Tri::Unknown, untrusted),
            Expect::Inconclusive,
        ),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
