//! A certificate near its end.

use jiff::{SignedDuration, Timestamp};

use super::{NO_LEAF, days, last_day};
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::ChainFact};

about!(Expiring, Certificate, Endpoint, false, {
    id: "cert.expiring",
    title: ["Chứng thư số sắp hết hạn", "Certificate about to expire"],
    why: [
        "Khi chứng thư số hết hạn, dịch vụ công trực tuyến và trang thông tin coi như ngừng: trình duyệt \
         chặn truy cập, các hệ thống kết nối với nhau báo lỗi. Gia hạn trước luôn dễ hơn xử lý sự cố.",
        "When a certificate ends, the service is as good as down: browsers block it and connected systems \
         fail. Renewing ahead is always easier than repairing."
    ],
    fix: [
        "Gia hạn ngay, không đợi đến ngày cuối, và bật tự động gia hạn: `certbot renew --dry-run` để thử, \
         `systemctl enable --now certbot.timer` để chạy định kỳ. Chứng thư mua của nhà cung cấp: gửi yêu \
         cầu cấp lại kèm CSR mới, cài đặt trên nginx, Apache, IIS hoặc Tomcat rồi nạp lại dịch vụ.",
        "Renew now and automate it: `certbot renew --dry-run` to try, `systemctl enable --now \
         certbot.timer` to run it regularly. For a bought certificate ask for a new one with a new CSR, \
         install it on nginx, Apache, IIS or Tomcat and reload."
    ],
    message: [
        "Chứng thư số hết hạn ngày {date}, còn {days} ngày.",
        "The certificate expires on {date}, in {days} days."
    ],
    sources: ["RFC 5280 mục 4.1.2.5"],
});

impl Check for Expiring {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, context: &Context<'_>, at: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            let Some(leaf) = fact.leaf() else {
                return NO_LEAF;
            };
            if leaf.not_after < at {
                return Outcome::not_applicable(
                    "chứng thư số đã hết hạn, xem `cert.expired`",
                    "the certificate has expired, see `cert.expired`",
                );
            }
            let [first, second, third] = context.parameters.certificate_warning_days;
            let day = SignedDuration::from_hours(24);
            let left = at.duration_until(leaf.not_after);
            let grade = match left {
                left if left <= day * i32::from(third) => Grade::Serious,
                left if left <= day * i32::from(second) => Grade::Moderate,
                left if left <= day * i32::from(first) => Grade::Slight,
                _ => return Outcome::Pass,
            };
            Outcome::Fail(vec![
                Fault::new(grade)
                    .with("date", &last_day(leaf))
                    .with("days", &days(at, leaf.not_after)),
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

    let ends_in = |hours: i64| {
        let mut leaf = leaf();
        leaf.not_after = now() + jiff::SignedDuration::from_hours(hours);
        Fact::Chain(chain(leaf))
    };
    let fail = |grade| Expect::Fail(vec![("", grade)]);
    vec![
        Example::new("30 days and an hour", ends_in(30 * 24 + 1), Expect::Pass),
        Example::new("30 days", ends_in(30 * 24), fail(Grade::Slight)),
        Example::new(
            "14 days and an hour",
            ends_in(14 * 24 + 1),
            fail(Grade::Slight),
        ),
        Example::new("14 days", ends_in(14 * 24), fail(Grade::Moderate)),
        Example::new("7 days", ends_in(7 * 24), fail(Grade::Serious)),
        Example::new("an hour", ends_in(1), fail(Grade::Serious)),
        Example::new("over", ends_in(-1), Expect::NotApplicable),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
