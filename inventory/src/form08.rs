//! The table of Mẫu số 08 (NĐ 331/2026, Phụ lục): twelve columns, exported and imported as they
//! stand. Reading goes through the common import, which knows the form by its headings.

use jiff::civil::Date;

use crate::{
    ImportError, Inventory, RoleKind, System,
    dates::show_date,
    paper::show_paper,
    register::Register,
    sheet::{Look, OutColumn, OutSheet, write_csv, write_xlsx},
    words::Worded,
};

/// Meanings of columns 2 to 12.
pub(crate) const KEYS: [&str; 11] = [
    "name",
    "owner",
    "operator",
    "proposed_level",
    "dossier",
    "decision",
    "regulation",
    "expected_approval",
    "plan",
    "expected_deployment",
    "checks_done",
];

/// Headings of the twelve columns.
pub const HEADINGS: [&str; 12] = [
    "STT",
    "Tên hệ thống thông tin",
    "Chủ quản hệ thống thông tin",
    "Đơn vị vận hành",
    "Cấp độ đề xuất",
    "Tình trạng phê duyệt",
    "Quyết định phê duyệt (số, ngày, cơ quan ban hành)",
    "Quy chế bảo đảm an ninh mạng (số, ngày, cơ quan ban hành)",
    "Thời gian dự kiến phê duyệt",
    "Tình trạng triển khai phương án",
    "Thời gian dự kiến triển khai đầy đủ",
    "Kiểm tra, đánh giá",
];

/// Widths of the twelve columns: together one page of A4 in landscape.
const WIDTHS: [u8; 12] = [6, 30, 22, 22, 8, 14, 24, 24, 12, 16, 12, 16];

/// The twelve cells of every system not retired, as of `day`. A date is written only where its
/// state is not reached yet, as the form asks; what is unknown stays blank and is never "đầy đủ".
pub fn form08_rows(inventory: &Inventory, day: Date) -> Vec<[String; 12]> {
    let register = Register::of(inventory.units.iter().cloned());
    inventory
        .systems
        .iter()
        .filter(|s| s.lifecycle != crate::Lifecycle::Retired)
        .zip(1u32..)
        .map(|(system, number)| row(system, number, day, &register))
        .collect()
}

fn row(s: &System, number: u32, day: Date, register: &Register) -> [String; 12] {
    let holder = |kind| {
        let names: Vec<String> = s
            .holders(kind, day)
            .map(|code| {
                register
                    .unit(code)
                    .map_or_else(|| code.to_string(), |u| u.name.clone())
            })
            .collect();
        names.join("\n")
    };
    let checks: Vec<&str> = s.checks_done.iter().map(|c| c.text().vi).collect();
    let approved = s.approved_level(day);
    [
        number.to_string(),
        s.name.clone(),
        holder(RoleKind::Owner),
        holder(RoleKind::Operator),
        s.proposed_level
            .or(approved.map(|a| a.level))
            .map(|l| u8::from(l).to_string())
            .unwrap_or_default(),
        s.dossier
            .map(|d| d.text().vi.to_owned())
            .unwrap_or_default(),
        approved
            .map(|a| show_paper(&a.decision))
            .unwrap_or_default(),
        s.regulation.as_ref().map(show_paper).unwrap_or_default(),
        s.expected_approval.map(show_date).unwrap_or_default(),
        s.plan.map(|p| p.text().vi.to_owned()).unwrap_or_default(),
        s.expected_deployment.map(show_date).unwrap_or_default(),
        checks.join("\n"),
    ]
}

fn sheet(inventory: &Inventory, day: Date) -> OutSheet {
    OutSheet {
        name: "Mẫu số 08".to_owned(),
        columns: HEADINGS
            .iter()
            .zip(WIDTHS)
            .map(|(heading, width)| OutColumn {
                heading: (*heading).to_owned(),
                width,
                ..OutColumn::default()
            })
            .collect(),
        rows: form08_rows(inventory, day)
            .into_iter()
            .map(Vec::from)
            .collect(),
        lead: 2,
        numbered: true,
    }
}

/// The form's table as a workbook.
pub fn to_form08_xlsx(inventory: &Inventory, day: Date) -> Result<Vec<u8>, ImportError> {
    write_xlsx(&[sheet(inventory, day)], Look::default())
}

/// The form's table as CSV.
pub fn to_form08_csv(inventory: &Inventory, day: Date) -> Result<Vec<u8>, ImportError> {
    write_csv(&[sheet(inventory, day)])
}
