//! Systems without an approved level.

use jiff::Timestamp;
use luytre_inventory::{DossierState, Lifecycle, Text};

use super::RETIRED;
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::RecordFact};

about!(NoApprovedLevel, Inventory, System, false, {
    id: "record.no_approved_level",
    title: ["Chưa có cấp độ được phê duyệt", "No approved level"],
    why: [
        "Cấp độ quyết định hệ thống phải được bảo vệ đến đâu và ai chịu trách nhiệm. Hệ thống đang chạy \
         mà chưa được phê duyệt cấp độ là chưa tuân thủ, và không có căn cứ để bố trí kinh phí bảo vệ.",
        "The level decides how a system must be protected and who answers for it. A running system \
         without an approved level does not comply and has no ground for a security budget."
    ],
    fix: [
        "Chủ quản hệ thống lập hồ sơ đề xuất cấp độ, gửi đơn vị chuyên trách thẩm định, phê duyệt, rồi cập \
         nhật số và ngày quyết định vào hồ sơ hệ thống. Hệ thống giống nhau của các xã có thể làm theo một \
         mẫu chung do tỉnh cung cấp. Nếu đã có quyết định, chỉ cần gửi bản sao để cập nhật.",
        "The owner makes the level dossier, has it appraised and approved by the specialised unit, and \
         puts number and date of the decision on record. Like systems of communes can follow one template \
         of the province. If a decision exists, a copy of it is enough."
    ],
    message: [
        "{what_vi}; tình trạng hồ sơ đề xuất cấp độ: {dossier_vi}.",
        "{what_en}; state of the level dossier: {dossier_en}."
    ],
    sources: [
        "116/2025/QH15 Điều 8, 10",
        "331/2026/NĐ-CP Điều 18, 20; áp dụng ngay với hệ thống đang vận hành chưa phân loại (suy luận)",
        "85/2016/NĐ-CP Điều 12",
    ],
});

impl Check for NoApprovedLevel {
    type Fact = RecordFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &RecordFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        if fact.lifecycle == Lifecycle::Retired {
            return RETIRED;
        }
        let unsigned = !fact.decision_numbered || fact.decided.is_none();
        let (fault, what) = match (fact.level, fact.lifecycle) {
            (None, Lifecycle::Planned) => (Fault::new(Grade::Moderate), PLANNED),
            (None, _) => (Fault::new(Grade::Serious), RUNNING),
            (Some(_), _) if unsigned => (Fault::on("decision", Grade::Slight), UNSIGNED),
            (Some(_), _) => return Outcome::Pass,
        };
        let dossier = dossier(fact.dossier);
        Outcome::Fail(vec![
            fault
                .with("what_vi", &what.vi)
                .with("what_en", &what.en)
                .with("dossier_vi", &dossier.vi)
                .with("dossier_en", &dossier.en),
        ])
    }
}

const PLANNED: Text = Text::new(
    "Đang đầu tư, chưa ghi nhận cấp độ được phê duyệt",
    "Under investment, no approved level on record",
);
const RUNNING: Text = Text::new(
    "Đang vận hành, chưa ghi nhận cấp độ được phê duyệt",
    "In operation, no approved level on record",
);
const UNSIGNED: Text = Text::new(
    "Đã có cấp độ nhưng hồ sơ thiếu số hoặc ngày quyết định phê duyệt",
    "A level is on record, but number or date of its decision is missing",
);

/// The words of Mẫu số 08 column 6.
const fn dossier(state: Option<DossierState>) -> Text {
    match state {
        None => Text::new("chưa ghi nhận", "not on record"),
        Some(DossierState::Drafting) => Text::new("đang dự thảo", "being drafted"),
        Some(DossierState::Sent) => Text::new("đã gửi thẩm định", "sent for appraisal"),
        Some(DossierState::Appraised) => Text::new("đã thẩm định", "appraised"),
        Some(DossierState::Approved) => Text::new("đã được phê duyệt", "approved"),
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::Level;

    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let with = |level, decided: Option<&str>, lifecycle| {
        Fact::Record(RecordFact {
            level,
            decided: decided.map(|day| day.parse().unwrap()),
            decision_numbered: true,
            lifecycle,
            ..RecordFact::default()
        })
    };
    let (two, running) = (Some(Level::Two), Lifecycle::Operating);
    let fail = |part, grade| Expect::Fail(vec![(part, grade)]);
    vec![
        Example::new(
            "approved",
            with(two, Some("2025-05-06"), running),
            Expect::Pass,
        ),
        Example::new(
            "running",
            with(None, None, running),
            fail("", Grade::Serious),
        ),
        Example::new(
            "planned",
            with(None, None, Lifecycle::Planned),
            fail("", Grade::Moderate),
        ),
        Example::new(
            "no date",
            with(two, None, running),
            fail("decision", Grade::Slight),
        ),
        Example::new(
            "retired",
            with(None, None, Lifecycle::Retired),
            Expect::NotApplicable,
        ),
    ]
}
