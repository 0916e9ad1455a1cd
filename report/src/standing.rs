//! The one overall statement, or why there is none.

use serde::Serialize;

use crate::{Assessment, words};

/// Share, in percent, of planned measurements made and of verdicts that are clear, before anything may be called green.
const GREEN_SHARE: u64 = 90;

/// The overall statement, from the data alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Too little was measured: there is no statement.
    Grey,
    /// A serious finding is past its due date.
    Red,
    /// Serious findings are open, none past its due date.
    Orange,
    /// Lesser findings are open, or something needed for green is missing.
    Yellow,
    /// Nothing open, nine tenths measured and clear, level approved.
    Green,
}

impl Standing {
    /// Judges `assessment`. Grey beats everything: unknown is never good.
    pub fn of(assessment: &Assessment) -> Self {
        let open = assessment.open_findings();
        let today = assessment.as_of_day();
        let serious = || open.iter().filter(|f| words::serious(f.severity));
        let approved = assessment
            .system
            .approval
            .as_ref()
            .is_some_and(|a| a.decision.is_some());
        if !assessment.coverage.sufficient() {
            Self::Grey
        } else if serious().any(|f| f.due.is_some_and(|due| due < today)) {
            Self::Red
        } else if serious().next().is_some() {
            Self::Orange
        } else if !open.is_empty() || !approved || !determined(assessment) {
            Self::Yellow
        } else {
            Self::Green
        }
    }

    /// The colour in words; it never carries meaning alone.
    pub fn word(self) -> &'static str {
        match self {
            Self::Grey => "XÁM",
            Self::Red => "ĐỎ",
            Self::Orange => "CAM",
            Self::Yellow => "VÀNG",
            Self::Green => "XANH",
        }
    }
}

/// Whether nine tenths were measured, and nine tenths of what was judged gave a clear answer.
fn determined(assessment: &Assessment) -> bool {
    let within = |part: u64, whole: u64| {
        u128::from(part) * 100 >= u128::from(GREEN_SHARE) * u128::from(whole)
    };
    let coverage = &assessment.coverage;
    let outcomes = &assessment.outcomes;
    let clear = outcomes.pass + outcomes.fail;
    clear > 0
        && within(coverage.measured, coverage.planned)
        && within(clear, clear + outcomes.inconclusive)
}

/// The statement in one sentence.
pub(crate) fn sentence(assessment: &Assessment, standing: Standing) -> String {
    let open = assessment.open_findings();
    let today = assessment.as_of_day();
    let serious = open.iter().filter(|f| words::serious(f.severity)).count();
    let overdue = open
        .iter()
        .filter(|f| words::serious(f.severity) && f.due.is_some_and(|due| due < today))
        .count();
    match standing {
        Standing::Grey => "Không đủ số liệu để đánh giá.".into(),
        Standing::Red => format!(
            "{} tồn tại mức Cao trở lên đã quá hạn khắc phục (trong {} đang mở).",
            words::number(words::count(overdue)),
            words::number(words::count(serious))
        ),
        Standing::Orange => format!(
            "{} tồn tại mức Cao trở lên đang mở, chưa quá hạn khắc phục.",
            words::number(words::count(serious))
        ),
        Standing::Yellow if open.is_empty() => {
            "Chưa ghi nhận tồn tại đang mở trong phạm vi đã đo; còn thiếu số liệu đo hoặc quyết định phê duyệt cấp độ."
                .into()
        }
        Standing::Yellow => format!(
            "{} tồn tại đang mở, không có tồn tại mức Cao trở lên trong phạm vi đã đo.",
            words::number(words::count(open.len()))
        ),
        Standing::Green => "Chưa ghi nhận tồn tại đang mở trong phạm vi đã đo.".into(),
    }
}
