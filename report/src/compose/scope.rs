//! Section IV: scope, method, time, and what was not measured.

use super::Pen;
use crate::{
    Assessment, AssetState,
    paper::{Column, Row},
    words,
};

/// IV. Scope, method, time.
pub(super) fn scope(pen: &mut Pen, a: &Assessment) {
    pen.section("PHẠM VI, PHƯƠNG PHÁP, THỜI GIAN");
    pen.part("Thời gian và phương pháp");
    pen.say(format!(
        "Kỳ đánh giá từ ngày {} đến ngày {}; số liệu đến {}.",
        words::short_date(a.period.from),
        words::short_date(a.period.to),
        words::moment(a.as_of)
    ));
    pen.say(format!(
        "Hình thức: hộp đen, quan sát từ bên ngoài, không đăng nhập, không khai thác. Mức đo: {}. Phép đo: {}.",
        words::unstopped(&a.method.profile),
        listed(&a.method.probes)
    ));
    if !a.method.not_done.is_empty() {
        pen.say("Những việc không thực hiện:");
        pen.items(
            a.method
                .not_done
                .iter()
                .map(|text| format!("{}.", words::capital(words::unstopped(text))))
                .collect(),
        );
    }
    pen.part("Tỷ lệ đo được");
    coverage(pen, a);
    unmeasured_assets(pen, a);
}

fn listed(items: &[String]) -> String {
    match items {
        [] => "không có".into(),
        some => some.join("; "),
    }
}

fn coverage(pen: &mut Pen, a: &Assessment) {
    let c = &a.coverage;
    let whole = a
        .assets
        .iter()
        .filter(|x| matches!(x.state, AssetState::Measured { .. }))
        .count();
    let partly = a
        .assets
        .iter()
        .filter(|x| matches!(x.state, AssetState::Partly { .. }))
        .count();
    pen.say(format!(
        "Đã thực hiện {}. Trong {} thành phần của hệ thống: {whole} đo đủ, {partly} đo được một phần, {} chưa đo được.",
        words::measured(c),
        a.assets.len(),
        a.assets.len() - whole - partly
    ));
    if c.not_permitted > 0 {
        pen.say(format!(
            "Ngoài ra {} lượt đo không được lập kế hoạch vì chưa có căn cứ quét.",
            words::number(c.not_permitted)
        ));
    }
    if !c.sufficient() {
        pen.say(format!(
            "Tỷ lệ này thấp hơn ngưỡng {}%, do đó báo cáo không đưa ra nhận định chung.",
            c.threshold_percent
        ));
    }
    let rows = c
        .unmeasured
        .iter()
        .map(|x| Row::new([x.reason.clone(), words::share(x.count, c.planned)]))
        .collect();
    pen.table(
        "Lượt đo chưa thực hiện được, theo lý do",
        vec![
            Column::left("Lý do", 65),
            Column::center("Số lượt trên tổng kế hoạch", 35),
        ],
        rows,
    );
}

fn unmeasured_assets(pen: &mut Pen, a: &Assessment) {
    const SHOWN: usize = 15;
    let missing: Vec<Row> = a
        .assets
        .iter()
        .filter_map(|x| match &x.state {
            AssetState::Measured { .. } => None,
            AssetState::Partly { reason, .. } => Some((x, "Một phần", reason)),
            AssetState::Unmeasured { reason } => Some((x, "Chưa đo được", reason)),
        })
        .map(|(x, state, reason)| {
            Row::new([x.endpoint.clone(), state.into(), words::capital(reason)])
        })
        .collect();
    let total = missing.len();
    pen.table(
        "Thành phần chưa đo đủ",
        vec![
            Column::left("Thành phần", 32),
            Column::center("Tình trạng", 18),
            Column::left("Lý do", 50),
        ],
        missing.into_iter().take(SHOWN).collect(),
    );
    if total > SHOWN {
        pen.note(format!(
            "Bảng nêu {SHOWN} trên {total} thành phần; toàn bộ tại Phụ lục I."
        ));
    }
    if total > 0 {
        pen.note(
            "Chưa đo được không có nghĩa là an toàn, cũng không có nghĩa là có tồn tại; các thành phần này không được tính là tốt.",
        );
    }
}
