//! Sections V and VII: records, and how every requirement stands.

use super::Pen;
use crate::{
    Assessment, Basis, NoEvidence, Requirement, RequirementState,
    paper::{Column, Row},
    words,
};

/// V. Compliance and effectiveness rest on records, not on measurements.
pub(super) fn records(pen: &mut Pen, a: &Assessment) {
    pen.section("KẾT QUẢ KIỂM TRA HỒ SƠ VÀ BIỆN PHÁP");
    let attested = a
        .requirements
        .iter()
        .filter(|r| {
            matches!(
                r.state,
                RequirementState::Met {
                    basis: Basis::Attestation | Basis::Import,
                    ..
                } | RequirementState::NotMet {
                    basis: Basis::Attestation | Basis::Import,
                    ..
                }
            )
        })
        .count();
    let needed = a
        .requirements
        .iter()
        .filter(|r| {
            matches!(
                r.state,
                RequirementState::NoEvidence(NoEvidence::NeedsRecord { .. })
            )
        })
        .count();
    pen.say(
        "Việc kiểm tra tuân thủ và đánh giá hiệu quả của biện pháp (Nghị định số 331/2026/NĐ-CP, Điều 27) phải dựa trên hồ sơ và xác nhận của chủ quản, đơn vị vận hành; phép đo từ bên ngoài không thay thế được.",
    );
    pen.say(format!(
        "Trong {} yêu cầu được đối chiếu, {attested} yêu cầu có hồ sơ hoặc số liệu nhập làm căn cứ, {needed} yêu cầu còn chờ hồ sơ. Chi tiết tại mục VII.",
        a.requirements.len()
    ));
}

/// VII. Every requirement.
pub(super) fn matrix(pen: &mut Pen, a: &Assessment) {
    pen.section("MỨC ĐÁP ỨNG THEO TỪNG YÊU CẦU");
    if a.requirements.is_empty() {
        pen.say("Chưa có yêu cầu nào được đối chiếu trong kỳ.");
        return;
    }
    pen.say(words::NO_EVIDENCE);
    pen.say(
        "“Cần hồ sơ”: phép đo không thấy điều trái yêu cầu hoặc không đo được yêu cầu này từ bên ngoài, và yêu cầu chỉ xác nhận được bằng hồ sơ chưa nhận được. “Chưa kiểm tra được”: chưa đo được vì lý do nêu trong bảng.",
    );
    totals(pen, a);
    let rows = a
        .requirements
        .iter()
        .map(|r| Row::new([r.clause.clone(), r.title.clone(), state(r).into(), basis(r)]))
        .collect();
    pen.table(
        "Mức đáp ứng theo từng yêu cầu",
        vec![
            Column::left("Điều khoản", 22),
            Column::left("Yêu cầu", 27),
            Column::center("Trạng thái", 15),
            Column::left("Căn cứ", 36),
        ],
        rows,
    );
}

/// Totals per group, the five columns that the reader adds up.
fn totals(pen: &mut Pen, a: &Assessment) {
    const STATES: [&str; 4] = [
        "Đáp ứng",
        "Chưa đáp ứng",
        "Không áp dụng",
        "Chưa có bằng chứng",
    ];
    let mut groups: Vec<&str> = Vec::new();
    for requirement in &a.requirements {
        if !groups.contains(&requirement.group.as_str()) {
            groups.push(&requirement.group);
        }
    }
    let counted = |group: Option<&str>| -> Vec<String> {
        let within = |r: &&Requirement| group.is_none_or(|g| r.group == g);
        let of = |name: &str| {
            a.requirements
                .iter()
                .filter(within)
                .filter(|r| state(r) == name)
                .count()
                .to_string()
        };
        STATES
            .iter()
            .map(|name| of(name))
            .chain([a.requirements.iter().filter(within).count().to_string()])
            .collect()
    };
    let rows = groups
        .iter()
        .map(|group| {
            Row::new(
                [(*group).to_owned()]
                    .into_iter()
                    .chain(counted(Some(group))),
            )
        })
        .chain([Row::total(
            ["Cộng".to_owned()].into_iter().chain(counted(None)),
        )])
        .collect();
    let [met, unmet, none, unknown] = STATES;
    pen.table(
        "Tổng hợp mức đáp ứng theo nhóm yêu cầu",
        vec![
            Column::left("Nhóm yêu cầu", 30),
            Column::center(met, 13),
            Column::center(unmet, 14),
            Column::center(none, 14),
            Column::center(unknown, 16),
            Column::center("Tổng số", 13),
        ],
        rows,
    );
}

/// The state in words.
fn state(requirement: &Requirement) -> &'static str {
    match requirement.state {
        RequirementState::Met { .. } => "Đáp ứng",
        RequirementState::NotMet { .. } => "Chưa đáp ứng",
        RequirementState::NotApplicable { .. } => "Không áp dụng",
        RequirementState::NoEvidence(_) => "Chưa có bằng chứng",
    }
}

fn basis(requirement: &Requirement) -> String {
    match &requirement.state {
        RequirementState::Met { basis, source } | RequirementState::NotMet { basis, source } => {
            format!("{}: {}.", basis.name(), words::unstopped(source))
        }
        RequirementState::NotApplicable { reason } => format!("{}.", words::unstopped(reason)),
        RequirementState::NoEvidence(NoEvidence::NeedsRecord { scanned, document }) => {
            let seen = scanned.map_or_else(String::new, |day| {
                format!(
                    "Lần đo ngày {} không thấy điều trái yêu cầu, nhưng không đủ để xác nhận. ",
                    words::short_date(day)
                )
            });
            format!(
                "[Cần hồ sơ] {seen}Đề nghị gửi: {}.",
                words::unstopped(document)
            )
        }
        RequirementState::NoEvidence(NoEvidence::NotMeasured { reason }) => {
            format!(
                "[Chưa kiểm tra được] {}.",
                words::capital(words::unstopped(reason))
            )
        }
    }
}
