//! Changes after the approval of the level.

use jiff::Timestamp;
use luytre_inventory::{ChangeKind, Lifecycle};

use super::{RETIRED, written};
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::RecordFact, policy::day_of};

about!(Redetermine, Inventory, System, false, {
    id: "record.redetermine",
    title: [
        "Có thay đổi cần xem xét xác định lại cấp độ",
        "A change calls for a new determination of the level"
    ],
    why: [
        "Cấp độ được phê duyệt cho hệ thống như lúc lập hồ sơ. Khi chức năng, người dùng, loại thông tin, \
         công nghệ hay kết nối thay đổi, hoặc sau sự cố, mức bảo vệ cũ có thể không còn đủ.",
        "A level is approved for the system as it was. When functions, users, kinds of information, \
         technology or links change, or after an incident, the old protection may no longer suffice."
    ],
    fix: [
        "Đánh giá lại rủi ro, đối chiếu tiêu chí xác định cấp độ. Cấp độ thay đổi: lập và trình hồ sơ như lần \
         đầu. Không thay đổi: lưu biên bản rà soát và cập nhật quyết định hoặc ngày rà soát vào hồ sơ hệ \
         thống.",
        "Assess the risk again and compare with the criteria. If the level changes, make and submit the \
         dossier as the first time. If not, keep the minutes of the review and put the decision on record."
    ],
    message: [
        "Thay đổi ngày {date} ({kind_vi}) sau quyết định phê duyệt cấp độ ngày {decided}.",
        "Change of {date} ({kind_en}) after the level was approved on {decided}."
    ],
    sources: ["331/2026/NĐ-CP Điều 10.2, 25", "85/2016/NĐ-CP Điều 18"],
});

impl Check for Redetermine {
    type Fact = RecordFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &RecordFact, _: &Context<'_>, at: Timestamp) -> Outcome {
        if fact.lifecycle == Lifecycle::Retired {
            return RETIRED;
        }
        if fact.level.is_none() {
            return Outcome::not_applicable(
                "chưa có cấp độ được phê duyệt, xem `record.no_approved_level`",
                "no level is approved, see `record.no_approved_level`",
            );
        }
        let today = day_of(at);
        let changes = || fact.changes.iter().filter(|(day, _)| *day <= today);
        let Some(decided) = fact.decided else {
            return match changes().next() {
                None => Outcome::Pass,
                Some(_) => Outcome::unknown(
                    "có thay đổi nhưng hồ sơ thiếu ngày quyết định phê duyệt cấp độ",
                    "there are changes, but the date of the approval is not on record",
                ),
            };
        };
        let faults = changes()
            .filter(|(day, _)| *day > decided)
            .map(|(day, kind)| {
                let (subject, vi, en, grade) = words(*kind);
                Fault::on(subject, grade)
                    .with("date", &written(*day))
                    .with("kind_vi", &vi)
                    .with("kind_en", &en)
                    .with("decided", &written(decided))
            })
            .collect();
        Outcome::of(faults)
    }
}

/// Subject, words and weight of a kind of change.
const fn words(kind: ChangeKind) -> (&'static str, &'static str, &'static str, Grade) {
    match kind {
        ChangeKind::Function => (
            "function",
            "chức năng, phạm vi",
            "function or scope",
            Grade::Moderate,
        ),
        ChangeKind::Users => (
            "users",
            "đối tượng, số lượng người dùng",
            "users",
            Grade::Moderate,
        ),
        ChangeKind::Information => (
            "information",
            "loại thông tin",
            "kinds of information",
            Grade::Moderate,
        ),
        ChangeKind::Technology => (
            "technology",
            "công nghệ, kiến trúc",
            "technology",
            Grade::Moderate,
        ),
        ChangeKind::Interconnection => (
            "interconnection",
            "tích hợp, kết nối, chia sẻ dữ liệu",
            "interconnection or sharing",
            Grade::Moderate,
        ),
        ChangeKind::Incident => (
            "incident",
            "sự cố nghiêm trọng, rủi ro cao",
            "serious incident",
            Grade::Serious,
        ),
        ChangeKind::Request => (
            "request",
            "yêu cầu của cơ quan có thẩm quyền",
            "request of a competent authority",
            Grade::Serious,
        ),
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::Level;

    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let with = |decided: Option<&str>, changes: &[(&str, ChangeKind)]| RecordFact {
        level: Some(Level::Two),
        decided: decided.map(|day| day.parse().unwrap()),
        changes: changes
            .iter()
            .map(|(day, kind)| (day.parse().unwrap(), *kind))
            .collect(),
        ..RecordFact::default()
    };
    let decided = Some("2025-05-06");
    let early = [
        ("2025-05-06", ChangeKind::Function),
        ("2027-01-01", ChangeKind::Request),
    ];
    let late = [
        ("2025-05-07", ChangeKind::Users),
        ("2026-11-22", ChangeKind::Incident),
    ];
    let fails = vec![("users", Grade::Moderate), ("incident", Grade::Serious)];
    let unapproved = RecordFact {
        level: None,
        ..with(decided, &late)
    };
    vec![
        Example::new("no change", Fact::Record(with(None, &[])), Expect::Pass),
        Example::new(
            "before, and ahead",
            Fact::Record(with(decided, &early)),
            Expect::Pass,
        ),
        Example::new(
            "after",
            Fact::Record(with(decided, &late)),
            Expect::Fail(fails),
        ),
        Example::new(
            "no date",
            Fact::Record(with(None, &late)),
            Expect::Inconclusive,
        ),
        Example::new("no level", Fact::Record(unapproved), Expect::NotApplicable),
    ]
}
