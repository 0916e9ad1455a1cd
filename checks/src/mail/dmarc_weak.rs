//! A DMARC policy that only watches.

use jiff::Timestamp;

use super::tag;
use crate::{About, Check, Context, Fault, Grade, Outcome, dns::zone_of, fact::DnsFact};

about!(DmarcWeak, Mail, Endpoint, false, {
    id: "mail.dmarc_weak",
    title: ["DMARC chỉ theo dõi, chưa chặn", "DMARC that watches and stops nothing"],
    why: [
        "Với p=none hoặc đang ở chế độ thử, nơi nhận vẫn chuyển thư giả danh tên miền tới hộp thư. Đó là \
         bước đầu để thu báo cáo, không phải mức bảo vệ.",
        "With p=none or in testing, receivers still deliver mail that forges the domain. That is a first \
         step to gather reports, no protection."
    ],
    fix: [
        "Đọc báo cáo (rua), sửa SPF và DKIM cho mọi nguồn gửi hợp lệ, rồi nâng lên `p=quarantine` và \
         `p=reject`, bỏ `t=y`.",
        "Read the reports (rua), mend SPF and DKIM for every rightful sender, then go to `p=quarantine` \
         and `p=reject`, and drop `t=y`."
    ],
    message: [
        "Chính sách DMARC áp dụng cho {zone}: {found}.",
        "DMARC policy that applies to {zone}: {found}."
    ],
    sources: ["RFC 9989", "RFC 7489 mục 6.3"],
});

impl Check for DmarcWeak {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        let Some(dmarc) = &fact.mail.dmarc else {
            return Outcome::unknown(
                "chưa đọc được bản ghi DMARC",
                "the DMARC records are not known",
            );
        };
        let [record] = dmarc.records.as_slice() else {
            return Outcome::not_applicable(
                "không có đúng một bản ghi DMARC",
                "there is not exactly one DMARC record",
            );
        };
        // A policy found above the zone says apart what holds below it.
        let inherited = dmarc.at.as_deref() != Some(zone);
        let below = tag(record, "sp").filter(|_| inherited);
        let policy = below.or_else(|| tag(record, "p")).unwrap_or("none");
        let testing = tag(record, "t").is_some_and(|t| t.eq_ignore_ascii_case("y"));
        let stops = ["quarantine", "reject"]
            .iter()
            .any(|word| policy.eq_ignore_ascii_case(word));
        if stops && !testing {
            return Outcome::Pass;
        }
        let found = match (stops, testing) {
            (true, _) => format!("p={policy}; t=y"),
            (false, _) => format!("p={policy}"),
        };
        Outcome::Fail(vec![
            Fault::on(zone, Grade::Slight)
                .with("zone", &zone)
                .with("found", &found),
        ])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        dns::sound,
        examples::{Example, Expect},
        fact::Dmarc,
    };

    let with = |at: &str, records: &[&str]| {
        let mut fact = sound();
        fact.mail.dmarc = Some(Dmarc {
            at: Some(at.to_owned()),
            records: records.iter().map(|r| (*r).to_owned()).collect(),
        });
        Fact::Dns(fact)
    };
    let mut lost = sound();
    lost.mail.dmarc = None;
    let here = "doiche.test";
    let fail = Expect::Fail(vec![("doiche.test", Grade::Slight)]);
    vec![
        Example::new("rejects", Fact::Dns(sound()), Expect::Pass),
        Example::new("watches", with(here, &["v=DMARC1; p=none"]), fail.clone()),
        Example::new("says nothing", with(here, &["v=DMARC1"]), fail.clone()),
        Example::new(
            "tests",
            with(here, &["v=DMARC1; p=reject; t=y"]),
            fail.clone(),
        ),
        Example::new(
            "strict above, lax below",
            with("test", &["v=DMARC1; p=reject; sp=none"]),
            fail,
        ),
        Example::new(
            "strict for itself",
            with(here, &["v=DMARC1; p=Reject; sp=none"]),
            Expect::Pass,
        ),
        Example::new("none", with(here, &[]), Expect::NotApplicable),
        Example::new("not known", Fact::Dns(lost), Expect::Inconclusive),
    ]
}
