//! Transition dates that come near or have passed.

use jiff::Timestamp;
use luytre_inventory::{Lifecycle, Text};

use super::{RETIRED, written};
use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, fact::RecordFact, policy::day_of};

about!(Transition, Inventory, System, false, {
    id: "record.transition",
    title: ["Sắp đến hoặc đã quá mốc chuyển tiếp", "Transition date near or passed"],
    why: [
        "Luật An ninh mạng 2025 và Nghị định 331/2026/NĐ-CP cho các hệ thống đã có cấp độ hoặc đang đầu tư \
         một thời hạn để đáp ứng quy định mới. Qua mốc đó, hệ thống không còn được áp dụng quy định cũ.",
        "The Cyber Security Law of 2025 and Decree 331/2026/NĐ-CP give systems with an older level, or \
         under investment, a term to meet the new rules. After it the old rules no longer cover them."
    ],
    fix: [
        "Chủ quản rà soát hệ thống theo quy định mới, hoàn thành phần còn thiếu trước mốc và cập nhật quyết \
         định phê duyệt cấp độ mới vào hồ sơ hệ thống. Cần thêm thời gian thì báo cáo cơ quan có thẩm quyền \
         trước khi quá mốc.",
        "The owner reviews the system under the new rules, completes what is missing before the date, and \
         puts the new decision on record. If more time is needed, report to the competent authority \
         beforehand."
    ],
    message: [
        "Mốc {date} ({left_vi}): {duty_vi}. Căn cứ: {basis}.",
        "Date {date} ({left_en}): {duty_en}. Basis: {basis}."
    ],
    sources: ["116/2025/QH15 Điều 45.1", "331/2026/NĐ-CP Điều 39.1"],
});

impl Check for Transition {
    type Fact = RecordFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &RecordFact, context: &Context<'_>, at: Timestamp) -> Outcome {
        if fact.lifecycle == Lifecycle::Retired {
            return RETIRED;
        }
        let parameters = context.parameters;
        if parameters.transitions.is_empty() {
            return Outcome::not_applicable(
                "không có quy định chuyển tiếp đang có hiệu lực",
                "no transition is in force",
            );
        }
        let today = day_of(at);
        let warning = i64::from(parameters.transition_warning_days);
        let mut faults = Vec::new();
        let mut unknown = false;
        for transition in &parameters.transitions {
            let left = (transition.deadline - today).get_days().into();
            if left > warning {
                continue;
            }
            match transition.open(fact) {
                Tri::No => {}
                Tri::Unknown => unknown = true,
                Tri::Yes => faults.push(
                    Fault::on(&transition.id, grade(left, warning))
                        .with("date", &written(transition.deadline))
                        .with("left_vi", &left_vi(left))
                        .with("left_en", &left_en(left))
                        .with("duty_vi", &transition.title.vi)
                        .with("duty_en", &transition.title.en)
                        .with("basis", &transition.basis),
                ),
            }
        }
        Outcome::weigh(
            faults,
            unknown.then_some(Text::new(
                "hồ sơ thiếu ngày quyết định hoặc ngày bắt đầu đầu tư nên chưa biết có thuộc diện chuyển tiếp",
                "a date is missing on record, so it is not known whether a transition applies",
            )),
        )
    }
}

fn left_vi(days: i64) -> String {
    match days {
        0.. => format!("còn {days} ngày"),
        _ => format!("đã quá {} ngày", -days),
    }
}

fn left_en(days: i64) -> String {
    match days {
        0.. => format!("{days} days left"),
        _ => format!("{} days ago", -days),
    }
}

/// Passed, or in the last third of the warning: it must be dealt with now.
const fn grade(days_left: i64, warning: i64) -> Grade {
    if days_left * 3 <= warning {
        Grade::Moderate
    } else {
        Grade::Slight
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::Level;

    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    // On the day of the examples (22/11/2026), 31/12/2026 is 39 days away and 30/6/2027 is 220.
    let decided = |level, decided: Option<&str>| RecordFact {
        level,
        decided: decided.map(|day| day.parse().unwrap()),
        go_live: Some("2020-01-01".parse().unwrap()),
        ..RecordFact::default()
    };
    let project = |level, started: Option<&str>| {
        Fact::Record(RecordFact {
            investment_start: started.map(|day| day.parse().unwrap()),
            go_live: None,
            lifecycle: Lifecycle::Planned,
            ..decided(level, Some("2026-10-01"))
        })
    };
    let two = Some(Level::Two);
    let (older, newer) = (
        decided(two, Some("2026-06-30")),
        decided(two, Some("2026-07-01")),
    );
    let retired = RecordFact {
        lifecycle: Lifecycle::Retired,
        ..decided(two, None)
    };
    let (approval, measures) = (
        ("investment_approval", Grade::Moderate),
        ("investment_measures", Grade::Slight),
    );
    let level = vec![("level_of_the_former_law", Grade::Slight)];
    vec![
        Example::new("level of the new law", Fact::Record(newer), Expect::Pass),
        Example::new(
            "level of the former law",
            Fact::Record(older),
            Expect::Fail(level),
        ),
        Example::new(
            "new project",
            project(None, Some("2026-07-01")),
            Expect::Pass,
        ),
        Example::new(
            "old project",
            project(None, Some("2026-06-30")),
            Expect::Fail(vec![approval, measures]),
        ),
        Example::new(
            "old project, approved",
            project(two, Some("2026-06-30")),
            Expect::Fail(vec![measures]),
        ),
        Example::new(
            "no date",
            Fact::Record(decided(two, None)),
            Expect::Inconclusive,
        ),
        Example::new(
            "project without a date",
            project(None, None),
            Expect::Inconclusive,
        ),
        Example::new("retired", Fact::Record(retired), Expect::NotApplicable),
    ]
}
