//! Sections VIII to XI: risk and level, plan, missing information, conclusion.

use super::{Pen, action, brief, or_missing, technical};
use crate::{
    Assessment, DueBasis, Finding, Standing,
    paper::{Column, Row},
    standing, words,
};

/// VIII. Risk and the level.
pub(super) fn risk(pen: &mut Pen, a: &Assessment) {
    pen.section("ĐÁNH GIÁ RỦI RO VÀ CẤP ĐỘ");
    let standing = Standing::of(a);
    pen.say(format!(
        "{} – {} {}",
        standing.word(),
        standing::sentence(a, standing),
        words::NOT_A_VERDICT
    ));
    let approved = a.system.approval.as_ref();
    let Some(proposal) = &a.system.proposal else {
        pen.say("Phần mềm chưa đề xuất cấp độ cho hệ thống này.");
        return;
    };
    pen.say(match (approved.map(|x| x.level), proposal.level) {
        (Some(now), Some(new)) if now == new => format!(
            "Cấp độ ghi nhận và cấp độ phần mềm đề xuất trùng nhau: {}. Đề xuất này chỉ để tham khảo.",
            words::level(now)
        ),
        (Some(now), Some(new)) => format!(
            "Cấp độ ghi nhận là {}, phần mềm đề xuất {}; đề nghị chủ quản xem xét xác định lại cấp độ. Cấp độ đã phê duyệt giữ nguyên cho đến khi có quyết định mới.",
            words::level(now),
            words::level(new)
        ),
        (None, Some(new)) => format!(
            "Hệ thống chưa có cấp độ được phê duyệt; phần mềm đề xuất {} để lập hồ sơ đề xuất cấp độ.",
            words::level(new)
        ),
        (_, None) => "Chưa đủ thông tin để đề xuất cấp độ.".into(),
    });
    pen.items(
        proposal
            .reasons
            .iter()
            .map(|text| format!("Lý do: {}.", words::unstopped(text)))
            .chain(
                proposal
                    .assumptions
                    .iter()
                    .map(|text| format!("Giả định: {}.", words::unstopped(text))),
            )
            .collect(),
    );
    if proposal.needs_human {
        pen.say("Đề xuất trên cần cán bộ có thẩm quyền xem xét trước khi sử dụng.");
    }
}

/// Findings mended by one and the same measure of one unit.
struct Measure<'a> {
    fix: &'a str,
    unit: Option<&'a str>,
    findings: Vec<&'a Finding>,
}

fn measures<'a>(open: &[&'a Finding]) -> Vec<Measure<'a>> {
    let mut list: Vec<Measure<'a>> = Vec::new();
    for finding in open {
        let (fix, unit) = (finding.fix.as_str(), finding.mender.as_deref());
        match list.iter_mut().find(|m| m.fix == fix && m.unit == unit) {
            Some(measure) => measure.findings.push(finding),
            None => list.push(Measure {
                fix,
                unit,
                findings: vec![finding],
            }),
        }
    }
    list
}

/// IX. The plan: one line per measure and unit.
pub(super) fn plan(pen: &mut Pen, a: &Assessment) {
    pen.section("KẾ HOẠCH KHẮC PHỤC");
    let open = a.open_findings();
    if open.is_empty() {
        pen.say("Không có tồn tại đang mở trong phạm vi đã đo nên chưa lập việc khắc phục.");
        return;
    }
    pen.say(
        "Các tồn tại có cùng biện pháp và cùng đơn vị thực hiện được gộp thành một việc. Tồn tại chỉ được đóng khi đo lại bằng đúng phép đo đó, tại cùng nơi đo, và không còn thấy. Cách làm cụ thể nêu tại Phụ lục III.",
    );
    let rows = measures(&open)
        .iter()
        .enumerate()
        .map(|(index, m)| measure(index, m, a))
        .collect();
    pen.table(
        "Kế hoạch khắc phục",
        vec![
            Column::center("TT", 6),
            Column::left("Tồn tại", 19),
            Column::left("Việc cần làm", 36),
            Column::left("Đơn vị thực hiện", 22),
            Column::center("Thời hạn", 17),
        ],
        rows,
    );
    technical::due_note(pen, &open);
    due_bases(pen, &open);
}

fn measure(index: usize, m: &Measure<'_>, a: &Assessment) -> Row {
    const CODES: usize = 3;
    let mut codes: Vec<String> = m
        .findings
        .iter()
        .take(CODES)
        .map(|f| f.code.clone())
        .collect();
    if m.findings.len() > CODES {
        codes.push(format!("và {} tồn tại khác", m.findings.len() - CODES));
    }
    let worst = m.findings.iter().map(|f| f.severity).max();
    let first = m
        .findings
        .iter()
        .filter(|f| f.due.is_some())
        .min_by_key(|f| f.due);
    Row::new([
        (index + 1).to_string(),
        format!(
            "{} (mức {})",
            codes.join(", "),
            worst.map_or("", |worst| worst.text().vi)
        ),
        action(m.fix),
        or_missing(m.unit.map(|unit| brief(unit, 120)).as_deref()),
        first.map_or_else(
            || "Chưa đặt".into(),
            |finding| technical::due_cell(finding, a),
        ),
    ])
}

/// The legal or planned bases of due dates, each once.
fn due_bases(pen: &mut Pen, open: &[&Finding]) {
    let mut bases: Vec<&DueBasis> = Vec::new();
    for finding in open.iter().filter(|f| f.due.is_some()) {
        if let Some(basis) = &finding.due_basis
            && *basis != DueBasis::ProductDefault
            && !bases.contains(&basis)
        {
            bases.push(basis);
        }
    }
    if !bases.is_empty() {
        let text: Vec<String> = bases
            .iter()
            .take(8)
            .map(|basis| words::due_basis(Some(basis)))
            .collect();
        pen.note(format!(
            "Thời hạn không có dấu (*): {}.",
            words::unstopped(&text.join("; "))
        ));
    }
}

/// X. What the inventory lacks.
pub(super) fn gaps(pen: &mut Pen, a: &Assessment) {
    pen.section("THÔNG TIN CÒN THIẾU");
    if a.gaps.is_empty() {
        pen.say("Không ghi nhận thông tin còn thiếu trong danh mục hệ thống.");
        return;
    }
    pen.say(format!(
        "Danh mục còn thiếu {} thông tin về hệ thống này.",
        a.gaps.len()
    ));
    let rows = a
        .gaps
        .iter()
        .map(|gap| {
            Row::new([
                gap.field.clone(),
                gap.consequence.clone(),
                or_missing(gap.supplier.as_deref()),
            ])
        })
        .collect();
    pen.table(
        "Thông tin còn thiếu",
        vec![
            Column::left("Thông tin", 30),
            Column::left("Vì thiếu nên chưa làm được", 42),
            Column::left("Đơn vị cung cấp", 28),
        ],
        rows,
    );
}

/// XI. Conclusion and recommendations, from the data alone.
pub(super) fn conclusion(pen: &mut Pen, a: &Assessment) {
    pen.section("KẾT LUẬN, KIẾN NGHỊ");
    let open = a.open_findings();
    let today = a.as_of_day();
    let late = open
        .iter()
        .filter(|f| f.due.is_some_and(|due| due < today))
        .count();
    pen.part("Kết luận");
    pen.say(if open.is_empty() {
        format!(
            "Trong phạm vi, thời gian nêu tại mục IV và với {}, không ghi nhận tồn tại đang mở. Kết quả này không xác nhận hệ thống đáp ứng các yêu cầu chưa có bằng chứng.",
            words::measured(&a.coverage)
        )
    } else {
        format!(
            "Trong phạm vi, thời gian nêu tại mục IV và với {}, ghi nhận {} tồn tại đang mở ({}), trong đó {late} đã quá hạn khắc phục.",
            words::measured(&a.coverage),
            open.len(),
            by_severity(&open)
        )
    });
    pen.part("Kiến nghị");
    pen.items(recommendations(a, &open));
}

fn by_severity(open: &[&Finding]) -> String {
    let parts: Vec<String> = words::severities()
        .filter_map(|severity| {
            let n = open.iter().filter(|f| f.severity == severity).count();
            (n > 0).then(|| format!("{n} mức {}", severity.text().vi))
        })
        .collect();
    parts.join(", ")
}

fn recommendations(a: &Assessment, open: &[&Finding]) -> Vec<String> {
    let mut items = Vec::new();
    let mut units: Vec<(&str, usize)> = Vec::new();
    for finding in open {
        let unit = finding.mender.as_deref().unwrap_or("");
        match units.iter_mut().find(|(name, _)| *name == unit) {
            Some((_, n)) => *n += 1,
            None => units.push((unit, 1)),
        }
    }
    for (unit, n) in units.iter().take(10) {
        let unit = match *unit {
            "" => "Chủ quản hệ thống thông tin xác định đơn vị thực hiện và",
            name => &brief(name, 160),
        };
        items.push(format!(
            "{} khắc phục {n} tồn tại theo kế hoạch tại mục IX và báo kết quả để đo lại.",
            words::capital(unit)
        ));
    }
    if a.coverage.measured < a.coverage.planned || a.coverage.not_permitted > 0 {
        items.push(
            "Chủ quản và đơn vị vận hành tạo điều kiện, bổ sung căn cứ để đo các thành phần chưa đo được."
                .into(),
        );
    }
    if !a.gaps.is_empty() {
        items.push("Các đơn vị nêu tại mục X bổ sung thông tin còn thiếu.".into());
    }
    if a.system
        .approval
        .as_ref()
        .is_none_or(|x| x.decision.is_none())
    {
        items.push("Chủ quản hoàn thành việc xác định, phê duyệt cấp độ của hệ thống.".into());
    }
    if items.is_empty() {
        items.push("Chủ quản và đơn vị vận hành duy trì biện pháp bảo vệ, gửi hồ sơ cho các yêu cầu chưa có bằng chứng.".into());
    }
    // The closing mark of an administrative document (NĐ 30/2020, Phụ lục III).
    if let Some(last) = items.last_mut() {
        *last = format!("{}./.", words::unstopped(last));
    }
    items
}
