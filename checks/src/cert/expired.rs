//! A certificate past its end.

use jiff::Timestamp;

use super::{NO_LEAF, days, last_day};
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::ChainFact};

about!(Expired, Certificate, Endpoint, false, {
    id: "cert.expired",
    title: ["Chứng thư số đã hết hạn", "Certificate expired"],
    why: [
        "Chứng thư số là giấy tờ chứng minh máy chủ đúng là của cơ quan. Khi hết hạn, trình duyệt báo \
         \"không an toàn\"; người dân quen bấm bỏ qua cảnh báo thì kẻ giả mạo trang web không còn bị \
         phát hiện.",
        "The certificate proves that the server is who it says. Once it has ended, browsers warn; people \
         who learn to click the warning away no longer notice an impostor."
    ],
    fix: [
        "Cấp lại và cài chứng thư số còn hạn, nạp lại dịch vụ, rồi bật tự động gia hạn. Let's Encrypt: \
         `certbot renew`, sau đó `nginx -s reload` hoặc `apachectl graceful`. IIS: cài chứng thư mới, \
         chọn lại trong Site Bindings. Tomcat: thay tệp trong `certificateKeystoreFile` rồi khởi động \
         lại. Nếu thuê dịch vụ, yêu cầu nhà cung cấp thay ngay và xác nhận bằng văn bản.",
        "Renew and install a valid certificate, reload the service, and automate renewal. Let's Encrypt: \
         `certbot renew`, then `nginx -s reload` or `apachectl graceful`. IIS: install it and pick it in \
         Site Bindings. Tomcat: replace the file of `certificateKeystoreFile` and restart."
    ],
    message: [
        "Chứng thư số đã hết hạn từ ngày {date} ({days} ngày).",
        "The certificate expired on {date} ({days} days ago)."
    ],
    sources: ["RFC 5280 mục 4.1.2.5", "CA/Browser Forum Baseline Requirements 6.3.2"],
});

impl Check for Expired {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, at: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            let Some(leaf) = fact.leaf() else {
                return NO_LEAF;
            };
            if leaf.not_after >= at {
                return Outcome::Pass;
            }
            Outcome::Fail(vec![
                Fault::new(Grade::Serious)
                    .with("date", &last_day(leaf))
                    .with("days", &days(leaf.not_after, at)),
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

    let ends = |not_after: Timestamp| {
        let mut leaf = leaf();
        leaf.not_after = not_after;
        Fact::Chain(chain(leaf))
    };
    let second = jiff::SignedDuration::from_secs(1);
    vec![
        Example::new("last second", ends(now()), Expect::Pass),
        Example::new(
            "a second late",
            ends(now() - second),
            Expect::Fail(vec![("", Grade::Serious)]),
        ),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
