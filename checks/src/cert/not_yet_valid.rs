//! A certificate before its beginning.

use jiff::Timestamp;

use super::{NO_LEAF, written};
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::ChainFact};

about!(NotYetValid, Certificate, Endpoint, false, {
    id: "cert.not_yet_valid",
    title: ["Chứng thư số chưa có hiệu lực", "Certificate not yet valid"],
    why: [
        "Chứng thư số có ngày bắt đầu ở tương lai bị trình duyệt từ chối như chứng thư giả. Thường là do \
         đồng hồ máy chủ sai hoặc cài nhầm chứng thư mới quá sớm.",
        "A certificate that begins in the future is refused like a forged one. Usually a clock is wrong \
         or the new certificate was installed too early."
    ],
    fix: [
        "Kiểm tra giờ của máy chủ (`timedatectl set-ntp true`; Windows: `w32tm /resync`), rồi cài lại \
         chứng thư đang còn hiệu lực hoặc yêu cầu cấp lại. Nạp lại nginx, Apache, IIS hoặc Tomcat.",
        "Check the clock (`timedatectl set-ntp true`; Windows: `w32tm /resync`), then install the \
         certificate that is valid now or have it issued again. Reload nginx, Apache, IIS or Tomcat."
    ],
    message: [
        "Chứng thư số chỉ có hiệu lực từ ngày {date}.",
        "The certificate is valid only from {date}."
    ],
    sources: ["RFC 5280 mục 4.1.2.5"],
});

impl Check for NotYetValid {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, at: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            let Some(leaf) = fact.leaf() else {
                return NO_LEAF;
            };
            if leaf.not_before <= at {
                return Outcome::Pass;
            }
            Outcome::Fail(vec![
                Fault::new(Grade::Serious).with("date", &written(leaf.not_before)),
            ])
        })
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, now, unreadable_chain},
    };

    let begins = |not_before| {
        let mut leaf = leaf();
        leaf.not_before = not_before;
        Fact::Chain(chain(leaf))
    };
    let hour = jiff::SignedDuration::from_hours(1);
    vec![
        Example::new("this moment", begins(now()), Expect::Pass),
        Example::new(
            "in an hour",
            begins(now() + hour),
            Expect::Fail(vec![("", Grade::Serious)]),
        ),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
