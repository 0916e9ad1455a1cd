//! Section VI: what the measurements showed.

use super::{Pen, brief, figures};
use crate::{
    Assessment, DueBasis, Finding, FindingState,
    paper::{Block, Column, Row},
    words,
};

/// VI. Technical results.
pub(super) fn results(pen: &mut Pen, a: &Assessment) {
    pen.section("KẾT QUẢ KỸ THUẬT");
    outcomes(pen, a);
    severities(pen, a);
    findings(pen, a);
    closed(pen, a);
    certificates(pen, a);
    services(pen, a);
}

/// `(đo được …)`, beside every figure.
pub(super) fn coverage_note(a: &Assessment) -> String {
    format!(
        "Số liệu trong phạm vi đã đo: {}.",
        words::measured(&a.coverage)
    )
}

fn outcomes(pen: &mut Pen, a: &Assessment) {
    pen.part("Kết quả đối chiếu");
    let o = &a.outcomes;
    if o.total() == 0 {
        pen.say("Chưa có kết quả đối chiếu nào trong kỳ.");
        return;
    }
    pen.say(format!(
        "Có {} kết quả đối chiếu, chia thành năm loại, không gộp loại nào vào loại khác.",
        words::number(o.total())
    ));
    let rows = figures::OUTCOMES
        .iter()
        .map(|(label, meaning, of)| {
            Row::new([
                (*label).to_owned(),
                words::share(of(o), o.total()),
                (*meaning).to_owned(),
            ])
        })
        .chain([Row::total([
            "Cộng".into(),
            words::number(o.total()),
            String::new(),
        ])])
        .collect();
    pen.table(
        "Năm loại kết quả đối chiếu",
        vec![
            Column::left("Kết quả", 27),
            Column::center("Số lượng", 21),
            Column::left("Ý nghĩa", 52),
        ],
        rows,
    );
    let bar = figures::outcomes(pen, a);
    pen.blocks.push(Block::Bar(bar));
    pen.note(coverage_note(a));
}

fn severities(pen: &mut Pen, a: &Assessment) {
    pen.part("Tồn tại đang mở theo mức độ");
    let open = a.open_findings();
    if open.is_empty() {
        pen.say(format!(
            "Không ghi nhận tồn tại đang mở trong phạm vi đã đo. {} Việc không ghi nhận tồn tại không phải bằng chứng rằng hệ thống đáp ứng yêu cầu.",
            coverage_note(a)
        ));
        return;
    }
    let today = a.as_of_day();
    let overdue = |f: &&&Finding| f.due.is_some_and(|due| due < today);
    let rows = words::severities()
        .map(|severity| {
            let these: Vec<&&Finding> = open.iter().filter(|f| f.severity == severity).collect();
            let late = these.iter().filter(|f| overdue(f)).count();
            Row::new([
                severity.text().vi.to_owned(),
                these.len().to_string(),
                late.to_string(),
                these.iter().filter(|f| f.due.is_none()).count().to_string(),
            ])
        })
        .chain([Row::total([
            "Cộng".to_owned(),
            open.len().to_string(),
            open.iter().filter(overdue).count().to_string(),
            open.iter().filter(|f| f.due.is_none()).count().to_string(),
        ])])
        .collect();
    let bar = figures::severities(pen, a);
    pen.blocks.push(Block::Bar(bar));
    pen.table(
        "Tồn tại đang mở, quá hạn, chưa đặt thời hạn",
        vec![
            Column::left("Mức độ", 34),
            Column::center("Đang mở", 22),
            Column::center("Quá hạn", 22),
            Column::center("Chưa đặt thời hạn", 22),
        ],
        rows,
    );
    pen.note(coverage_note(a));
}

/// `21/11/2026*`, with `QUÁ HẠN` when it has passed.
pub(super) fn due_cell(finding: &Finding, a: &Assessment) -> String {
    let Some(due) = finding.due else {
        return "Chưa đặt".into();
    };
    let star = match finding.due_basis {
        Some(DueBasis::ProductDefault) => "*",
        _ => "",
    };
    let late = if finding.state.open() && due < a.as_of_day() {
        " QUÁ HẠN"
    } else {
        ""
    };
    format!("{}{star}{late}", words::short_date(due))
}

/// Explains the star, if a due date carries one.
pub(super) fn due_note(pen: &mut Pen, findings: &[&Finding]) {
    if findings
        .iter()
        .any(|f| f.due.is_some() && f.due_basis == Some(DueBasis::ProductDefault))
    {
        pen.note(format!("(*) Thời hạn là {}.", words::PRODUCT_DEFAULT));
    }
}

/// Target and subject in one cell.
pub(super) fn place(finding: &Finding) -> String {
    if finding.subject.is_empty() {
        finding.target.clone()
    } else {
        format!("{}: {}", finding.target, finding.subject)
    }
}

fn findings(pen: &mut Pen, a: &Assessment) {
    const SHOWN: usize = 20;
    let open = a.open_findings();
    if open.is_empty() {
        return;
    }
    pen.part("Danh mục tồn tại đang mở");
    let rows = open
        .iter()
        .take(SHOWN)
        .map(|f| {
            Row::new([
                f.code.clone(),
                brief(&f.title, 120),
                brief(&place(f), 90),
                f.severity.text().vi.into(),
                words::short_date(f.first_seen),
                due_cell(f, a),
            ])
        })
        .collect();
    pen.table(
        "Tồn tại đang mở, xếp theo mức độ",
        vec![
            Column::left("Mã", 13),
            Column::left("Tồn tại", 25),
            Column::left("Đối tượng", 20),
            Column::center("Mức độ", 13),
            Column::center("Phát hiện lần đầu", 14),
            Column::center("Thời hạn", 15),
        ],
        rows,
    );
    due_note(pen, &open);
    if open.len() > SHOWN {
        pen.note(format!(
            "Bảng nêu {SHOWN} tồn tại nghiêm trọng nhất trên tổng số {}; toàn bộ tại Phụ lục III.",
            open.len()
        ));
    }
}

/// Accepted, mended and withdrawn findings: seen, never counted as good.
fn closed(pen: &mut Pen, a: &Assessment) {
    const SHOWN: usize = 20;
    let closed: Vec<&Finding> = a.findings.iter().filter(|f| !f.state.open()).collect();
    if closed.is_empty() {
        return;
    }
    pen.part("Tồn tại đã khắc phục, được chấp nhận hoặc loại ra trong kỳ");
    let fixed = closed
        .iter()
        .filter(|f| matches!(f.state, FindingState::Fixed { .. }))
        .count();
    let accepted = closed
        .iter()
        .filter(|f| matches!(f.state, FindingState::Accepted { .. }))
        .count();
    pen.say(format!(
        "Trong kỳ có {fixed} tồn tại đã khắc phục (đóng sau khi đo lại), {accepted} tồn tại được chủ quản chấp nhận rủi ro và {} tồn tại loại ra vì lý do khác. Tồn tại được chấp nhận rủi ro không tính là đạt.",
        closed.len() - fixed - accepted
    ));
    let rows = closed
        .iter()
        .take(SHOWN)
        .map(|f| {
            Row::new([
                f.code.clone(),
                brief(&f.title, 120),
                brief(&place(f), 90),
                f.severity.text().vi.into(),
                words::finding_state(&f.state),
            ])
        })
        .collect();
    pen.table(
        "Tồn tại không còn mở",
        vec![
            Column::left("Mã", 13),
            Column::left("Tồn tại", 27),
            Column::left("Đối tượng", 22),
            Column::center("Mức độ", 12),
            Column::left("Trạng thái", 26),
        ],
        rows,
    );
    if closed.len() > SHOWN {
        pen.note(format!(
            "Bảng nêu {SHOWN} trên {} tồn tại; toàn bộ tại Phụ lục III.",
            closed.len()
        ));
    }
}

fn certificates(pen: &mut Pen, a: &Assessment) {
    pen.part("Chứng thư số");
    if a.certificates.is_empty() {
        pen.say("Không đọc được chứng thư số nào trong phạm vi đã đo.");
        return;
    }
    let today = a.as_of_day();
    let expired = a
        .certificates
        .iter()
        .filter(|c| c.not_after < today)
        .count();
    let soon = today
        .checked_add(jiff::Span::new().days(30))
        .unwrap_or(jiff::civil::Date::MAX);
    let expiring = a
        .certificates
        .iter()
        .filter(|c| c.not_after >= today && c.not_after <= soon)
        .count();
    pen.say(format!(
        "Đọc được {} chứng thư số: {expired} đã hết hạn, {expiring} hết hạn trong 30 ngày tới.",
        a.certificates.len()
    ));
    let timeline = figures::certificates(pen, a);
    pen.blocks.push(Block::Timeline(timeline));
    if a.certificates.len() > figures::MOST_CERTIFICATES {
        pen.note(format!(
            "Hình vẽ {} chứng thư số hết hạn sớm nhất trên tổng số {}; toàn bộ tại Phụ lục II.",
            figures::MOST_CERTIFICATES,
            a.certificates.len()
        ));
    }
}

fn services(pen: &mut Pen, a: &Assessment) {
    pen.part("Dịch vụ ghi nhận");
    let undeclared: Vec<String> = a
        .services
        .iter()
        .filter(|s| !s.declared)
        .map(|s| format!("{} cổng {} ({})", s.host, s.port, s.protocol))
        .collect();
    if a.services.is_empty() {
        pen.say("Không ghi nhận dịch vụ nào trả lời trong phạm vi đã đo.");
        return;
    }
    pen.say(format!(
        "Ghi nhận {} dịch vụ trả lời, trong đó {} dịch vụ chưa khai báo trong danh mục; danh sách tại Phụ lục II.",
        a.services.len(),
        undeclared.len()
    ));
    if !undeclared.is_empty() {
        let shown: Vec<String> = undeclared.iter().take(8).cloned().collect();
        let more = match undeclared.len() - shown.len() {
            0 => String::new(),
            n => format!("; và {n} dịch vụ khác"),
        };
        pen.say(format!("Chưa khai báo: {}{more}.", shown.join("; ")));
    }
}
