//! Annexes: assets, services and certificates, findings in full, method and limits.

use super::{Pen, opening, or_missing, technical};
use crate::{
    Assessment, AssetState, Finding,
    paper::{Annex, Block, Column, Labelled, Row},
    words,
};

/// All annexes, in order.
pub(super) fn all(pen: &mut Pen, a: &Assessment) -> Vec<Annex> {
    type Writer = fn(&mut Pen, &Assessment);
    let parts: [(&str, Writer); 4] = [
        ("DANH MỤC THÀNH PHẦN VÀ TÌNH TRẠNG ĐO", assets),
        ("CHỨNG THƯ SỐ VÀ DỊCH VỤ GHI NHẬN", served),
        ("CHI TIẾT TỒN TẠI", findings),
        ("PHƯƠNG PHÁP, GIỚI HẠN VÀ NGUỒN GỐC SỐ LIỆU", method),
    ];
    parts
        .into_iter()
        .enumerate()
        .map(|(index, (name, write))| {
            write(pen, a);
            Annex {
                label: format!("Phụ lục {}", words::roman(index + 1)),
                name: name.into(),
                guide: opening::annex_guide(a),
                blocks: std::mem::take(&mut pen.blocks),
            }
        })
        .collect()
}

fn assets(pen: &mut Pen, a: &Assessment) {
    if a.assets.is_empty() {
        pen.say("Danh mục chưa có thành phần nào của hệ thống.");
    }
    let rows = a
        .assets
        .iter()
        .enumerate()
        .map(|(index, x)| {
            let state = match &x.state {
                AssetState::Measured { at } => format!("Đo đủ, {}", words::moment(*at)),
                AssetState::Partly { at, reason } => {
                    format!("Đo một phần, {}; {reason}", words::moment(*at))
                }
                AssetState::Unmeasured { reason } => format!("Chưa đo được: {reason}"),
            };
            Row::new([
                (index + 1).to_string(),
                x.endpoint.clone(),
                match x.addresses.as_slice() {
                    [] => words::MISSING.to_owned(),
                    some => some.join(", "),
                },
                or_missing(x.purpose.as_deref()),
                state,
            ])
        })
        .collect();
    pen.table(
        "Thành phần của hệ thống",
        vec![
            Column::center("TT", 6),
            Column::left("Thành phần", 24),
            Column::left("Địa chỉ", 17),
            Column::left("Dùng để", 21),
            Column::left("Tình trạng đo", 32),
        ],
        rows,
    );
}

fn served(pen: &mut Pen, a: &Assessment) {
    certificates(pen, a);
    services(pen, a);
}

fn certificates(pen: &mut Pen, a: &Assessment) {
    if a.certificates.is_empty() {
        pen.say("Không đọc được chứng thư số nào trong phạm vi đã đo.");
    }
    let mut certificates: Vec<_> = a.certificates.iter().collect();
    certificates.sort_by(|x, y| {
        x.not_after
            .cmp(&y.not_after)
            .then(x.endpoint.cmp(&y.endpoint))
    });
    let rows = certificates
        .iter()
        .map(|c| {
            Row::new([
                c.endpoint.clone(),
                c.subject.clone(),
                c.issuer.clone(),
                words::short_date(c.not_before),
                words::short_date(c.not_after),
                c.trust.name().into(),
            ])
        })
        .collect();
    pen.table(
        "Chứng thư số",
        vec![
            Column::left("Nơi sử dụng", 19),
            Column::left("Chủ thể", 20),
            Column::left("Nơi cấp", 20),
            Column::center("Từ ngày", 14),
            Column::center("Đến ngày", 14),
            Column::center("Chuỗi tin cậy", 13),
        ],
        rows,
    );
}

fn services(pen: &mut Pen, a: &Assessment) {
    if a.services.is_empty() {
        pen.say("Không ghi nhận dịch vụ nào trả lời trong phạm vi đã đo.");
    }
    let rows = a
        .services
        .iter()
        .map(|s| {
            Row::new([
                s.host.clone(),
                s.port.to_string(),
                s.protocol.clone(),
                s.product.clone().unwrap_or_else(|| "Không công bố".into()),
                if s.declared { "Có" } else { "Chưa khai báo" }.into(),
            ])
        })
        .collect();
    pen.table(
        "Dịch vụ trả lời",
        vec![
            Column::left("Máy chủ", 32),
            Column::center("Cổng", 10),
            Column::center("Giao thức", 14),
            Column::left("Sản phẩm tự công bố", 28),
            Column::center("Trong danh mục", 16),
        ],
        rows,
    );
}

fn findings(pen: &mut Pen, a: &Assessment) {
    if a.findings.is_empty() {
        pen.say("Không có tồn tại nào được ghi nhận trong kỳ, trong phạm vi đã đo.");
        return;
    }
    let closed = a.findings.iter().filter(|f| !f.state.open());
    for finding in a.open_findings().into_iter().chain(closed) {
        pen.heading(format!(
            "{}. {} ({})",
            finding.code,
            words::unstopped(&finding.title),
            finding.severity.text().vi
        ));
        pen.blocks.push(Block::Facts {
            rows: detail(finding, a),
        });
    }
}

fn detail(f: &Finding, a: &Assessment) -> Vec<Labelled> {
    let due = f.due.map_or_else(
        || "Chưa đặt thời hạn".to_owned(),
        |due| {
            let late = if f.state.open() && due < a.as_of_day() {
                "; QUÁ HẠN"
            } else {
                ""
            };
            format!(
                "Ngày {} ({}){late}",
                words::short_date(due),
                words::due_basis(f.due_basis.as_ref())
            )
        },
    );
    let state = format!(
        "{}; phát hiện lần đầu ngày {}, xác nhận gần nhất ngày {}",
        words::finding_state(&f.state),
        words::short_date(f.first_seen),
        words::short_date(f.last_confirmed)
    );
    let mut rows = vec![("Đối tượng", technical::place(f)), ("Trạng thái", state)];
    if let Some(risk) = &f.risk {
        rows.push(("Rủi ro", risk.clone()));
    }
    rows.push(("Việc cần làm", f.fix.clone()));
    rows.push(("Đơn vị thực hiện", or_missing(f.mender.as_deref())));
    rows.push(("Thời hạn", due));
    rows.push(("Bằng chứng", evidence(f)));
    let grounds: Vec<&str> = f
        .clauses
        .iter()
        .map(String::as_str)
        .chain([f.check.as_str()])
        .collect();
    rows.push(("Căn cứ đối chiếu", grounds.join("; ")));
    rows.into_iter()
        .map(|(label, text)| Labelled {
            label: label.into(),
            text,
        })
        .collect()
}

/// Evidence, one line each; a long list says how much it leaves out.
fn evidence(f: &Finding) -> String {
    const SHOWN: usize = 12;
    if f.evidence.is_empty() {
        return "Không kèm trích đoạn".into();
    }
    let mut lines: Vec<String> = f.evidence.iter().take(SHOWN).cloned().collect();
    if f.evidence.len() > SHOWN {
        lines.push(format!(
            "(còn {} dòng trong hệ thống)",
            f.evidence.len() - SHOWN
        ));
    }
    lines.join("\n")
}

fn method(pen: &mut Pen, a: &Assessment) {
    pen.heading("Nguồn gốc số liệu".into());
    pen.blocks.push(Block::Facts {
        rows: [
            ("Bản chụp số liệu", a.snapshot.id.clone()),
            ("SHA-256", a.snapshot.sha256.clone()),
            ("Thời điểm chụp", words::moment(a.snapshot.taken)),
            (
                "Phiên bản danh mục",
                words::number(a.snapshot.inventory_version),
            ),
            ("Phần mềm", a.snapshot.program.clone()),
            ("Đầu dò", listed(&a.method.sensors)),
            ("Dữ liệu dùng thêm", listed(&a.method.editions)),
        ]
        .map(|(label, text)| Labelled {
            label: label.into(),
            text,
        })
        .into(),
    });
    pen.heading("Cách đọc số liệu".into());
    pen.items(vec![
        "Tỷ lệ đo được là số lượt đo thành công trên số lượt đo theo kế hoạch; mỗi lượt là một phép đo với một thành phần, tại một địa chỉ, từ một nơi đo. Tỷ lệ làm tròn xuống.".into(),
        format!(
            "Khi tỷ lệ đo được dưới {}%, báo cáo không đưa ra nhận định chung.",
            a.coverage.threshold_percent
        ),
        "Không thấy điều trái yêu cầu chỉ nói về điều đã đo tại thời điểm đo; với yêu cầu chỉ xác nhận được bằng hồ sơ, báo cáo ghi Chưa có bằng chứng.".into(),
        "Tồn tại chỉ đóng khi đo lại đúng phép đo, tại cùng nơi đo, và không còn thấy; hết thời gian chờ hoặc bị từ chối không được coi là đã khắc phục.".into(),
        "Tồn tại xuất hiện lại trong 90 ngày sau khi đóng giữ ngày phát hiện ban đầu.".into(),
        "Mức độ của tồn tại do gói quy định xác định theo cấp độ của hệ thống và nơi đo.".into(),
    ]);
    pen.heading("Giới hạn".into());
    pen.items(limits(a));
}

/// Limits that follow from the data of this very assessment.
fn limits(a: &Assessment) -> Vec<String> {
    let mut items: Vec<String> = a
        .method
        .not_done
        .iter()
        .map(|text| format!("Không thực hiện: {}.", words::unstopped(text)))
        .collect();
    let missing = a.coverage.planned.saturating_sub(a.coverage.measured);
    if missing > 0 {
        items.push(format!(
            "{} lượt đo chưa thực hiện được; báo cáo không nói gì về các lượt này.",
            words::number(missing)
        ));
    }
    if !a
        .authorisations
        .iter()
        .any(|x| x.vantage == luytre_inventory::Zone::Internet)
    {
        items.push(
            "Không đo từ Internet: báo cáo không xác nhận được dịch vụ nào mở ra Internet.".into(),
        );
    }
    let versioned = a.services.iter().filter(|s| s.product.is_some()).count();
    if versioned > 0 {
        items.push(
            "Tên và phiên bản sản phẩm là thông tin máy chủ tự công bố, có thể không đúng.".into(),
        );
    }
    items
}

fn listed(items: &[String]) -> String {
    match items {
        [] => "Không ghi nhận".into(),
        some => some.join("; "),
    }
}
