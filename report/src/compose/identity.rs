//! Sections I to III: grounds, the system, the assessor.

use luytre_inventory::Route;

use super::{Pen, brief, or_missing};
use crate::{
    Assessment, Decision,
    paper::{Column, Row},
    words,
};

/// I. Grounds and purpose.
pub(super) fn grounds(pen: &mut Pen, a: &Assessment) {
    pen.section("CĂN CỨ, MỤC ĐÍCH");
    pen.part("Căn cứ đo, kiểm tra");
    if a.authorisations.is_empty() {
        pen.say(
            "Không có căn cứ quét nào được ghi nhận cho hệ thống này trong kỳ; báo cáo không dùng kết quả đo chủ động.",
        );
    } else {
        pen.say("Việc đo, kiểm tra chỉ thực hiện trong phạm vi và thời hạn của các văn bản sau:");
    }
    authorisations(pen, a);
    pen.part("Quy định dùng để đối chiếu");
    packs(pen, a);
    pen.part("Mục đích");
    pen.say(
        "Ghi nhận hiện trạng an ninh mạng của hệ thống tại thời điểm đo, chỉ ra tồn tại, đơn vị khắc phục, thời hạn và những nội dung còn thiếu bằng chứng. Báo cáo không phải kết quả kiểm thử xâm nhập và không thay thế kết luận của cơ quan có thẩm quyền.",
    );
    for paper in other_papers(a) {
        pen.say(paper);
    }
}

/// The forms that the route of the authorisation asks for besides this report.
fn other_papers(a: &Assessment) -> Vec<String> {
    let by = |route: Route| a.authorisations.iter().any(|x| x.route == route);
    let mut papers = Vec::new();
    if by(Route::MonitoringNotice) {
        papers.push(
            "Báo cáo này không thay thế Thông báo kết quả giám sát gửi chủ quản hệ thống thông tin (Nghị định số 333/2026/NĐ-CP, Điều 7 khoản 5)."
                .into(),
        );
    }
    if by(Route::Cause) || by(Route::Emergency) {
        papers.push(
            "Báo cáo này không thay thế Biên bản kiểm tra và Thông báo kết quả kiểm tra (Luật số 116/2025/QH15, Điều 12; Nghị định số 331/2026/NĐ-CP, Điều 26)."
                .into(),
        );
    }
    papers
}

fn authorisations(pen: &mut Pen, a: &Assessment) {
    let rows = a
        .authorisations
        .iter()
        .map(|x| {
            let date = x.date.map_or_else(
                || words::MISSING.to_lowercase(),
                |date| format!("ngày {}", words::short_date(date)),
            );
            Row::new([
                format!("{}, {date}", x.number),
                words::route(x.route).into(),
                x.scope.clone(),
                x.until
                    .map_or_else(|| words::MISSING.into(), words::short_date),
                words::zone(x.vantage).into(),
            ])
        })
        .collect();
    pen.table(
        "Căn cứ đo, kiểm tra",
        vec![
            Column::left("Số, ngày văn bản", 23),
            Column::left("Hình thức", 23),
            Column::left("Phạm vi", 25),
            Column::center("Đến ngày", 14),
            Column::left("Nơi đo", 15),
        ],
        rows,
    );
}

fn packs(pen: &mut Pen, a: &Assessment) {
    if a.packs.is_empty() {
        pen.say("Không có gói quy định nào được áp dụng; chưa có nội dung nào được đối chiếu.");
    }
    let rows = a
        .packs
        .iter()
        .map(|p| {
            Row::new([
                p.title.clone(),
                format!("{} (phiên bản {})", p.id, p.version),
                p.certainty.clone(),
            ])
        })
        .collect();
    pen.table(
        "Gói quy định và độ tin cậy của nội dung",
        vec![
            Column::left("Quy định", 45),
            Column::left("Mã, phiên bản", 27),
            Column::left("Độ tin cậy", 28),
        ],
        rows,
    );
}

/// II. The system.
pub(super) fn system(pen: &mut Pen, a: &Assessment) {
    let s = &a.system;
    pen.section("THÔNG TIN HỆ THỐNG");
    let list = |items: &[String]| match items {
        [] => words::MISSING.to_owned(),
        some => some.join("; "),
    };
    let rows = [
        ("Mã hệ thống", s.code.clone()),
        ("Tên hệ thống", s.name.clone()),
        (
            "Chủ quản hệ thống thông tin",
            or_missing(s.owner.as_deref()),
        ),
        ("Đơn vị vận hành", or_missing(s.operator.as_deref())),
        ("Nhà cung cấp dịch vụ", or_missing(s.provider.as_deref())),
        ("Đơn vị sử dụng", list(&s.using_units)),
        ("Loại hệ thống", or_missing(s.kind.as_deref())),
        ("Loại thông tin xử lý", list(&s.information)),
        ("Cấp độ được phê duyệt", approved(a)),
        ("Cấp độ phần mềm đề xuất", proposed(a)),
        (
            "Quy chế bảo đảm an ninh mạng",
            s.regulation
                .as_ref()
                .map_or_else(|| words::MISSING.into(), decision),
        ),
        ("Nơi đặt hệ thống", or_missing(s.hosting.as_deref())),
        (
            "Kết nối giám sát tập trung",
            or_missing(s.monitoring.as_deref()),
        ),
        ("Kết nối với hệ thống khác", list(&s.interconnections)),
        (
            "Ngày đưa vào sử dụng",
            s.live_since
                .map_or_else(|| words::MISSING.into(), words::short_date),
        ),
    ]
    .into_iter()
    .map(|(label, text)| Row::new([label.to_owned(), text]))
    .collect();
    pen.table(
        "Thông tin hệ thống",
        vec![
            Column::left("Nội dung", 34),
            Column::left("Thông tin ghi nhận", 66),
        ],
        rows,
    );
}

/// `Quyết định số …, ngày …, cơ quan`.
fn decision(paper: &Decision) -> String {
    let mut text = vec![format!("số {}", paper.number)];
    text.push(paper.date.map_or_else(
        || "thiếu ngày".into(),
        |date| format!("ngày {}", words::short_date(date)),
    ));
    text.push(
        paper
            .authority
            .as_ref()
            .map_or_else(|| "thiếu cơ quan ban hành".into(), Clone::clone),
    );
    text.join(", ")
}

/// The level, and whether a decision stands behind it.
fn approved(a: &Assessment) -> String {
    a.system.approval.as_ref().map_or_else(
        || words::MISSING.into(),
        |approval| match &approval.decision {
            Some(paper) => format!(
                "{}, {}",
                words::capital(&words::level(approval.level)),
                decision(paper)
            ),
            None => format!(
                "{} theo khai báo; thiếu thông tin về quyết định phê duyệt",
                words::capital(&words::level(approval.level))
            ),
        },
    )
}

fn proposed(a: &Assessment) -> String {
    let Some(proposal) = &a.system.proposal else {
        return "Chưa đề xuất".into();
    };
    let level = proposal.level.map_or_else(
        || "Chưa đủ thông tin để đề xuất".into(),
        |level| words::capital(&words::level(level)),
    );
    if proposal.needs_human {
        format!("{level}; cần cán bộ xem xét (mục VIII)")
    } else {
        format!("{level} (mục VIII)")
    }
}

/// III. The assessor.
pub(super) fn assessor(pen: &mut Pen, a: &Assessment) {
    pen.section("ĐƠN VỊ ĐÁNH GIÁ");
    pen.items(vec![
        format!("Tên đơn vị: {}.", words::unstopped(&a.assessor.name)),
        format!(
            "Cơ sở pháp lý: {}.",
            words::unstopped(&or_missing(a.assessor.legal_basis.as_deref()))
        ),
        format!(
            "Tính độc lập với đơn vị vận hành: {}.",
            words::unstopped(&or_missing(a.assessor.independence.as_deref()))
        ),
    ]);
    if a.assessor.legal_basis.is_none() {
        pen.say(format!(
            "Việc tự đánh giá phải do bộ phận độc lập với đơn vị vận hành thực hiện (Nghị định số 331/2026/NĐ-CP, Điều 31 khoản 2); cần bổ sung cơ sở pháp lý của {} trước khi ban hành.",
            brief(&a.assessor.name, 160)
        ));
    }
}
