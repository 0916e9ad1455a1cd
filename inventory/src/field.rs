//! Names of fields for people: the headings of the sheets, and a few words for what has no column.

use crate::{
    Text,
    column::{Column, parts, system, unit},
};

/// Fields that stand in several sheets under different headings, or in no column at all.
const PLAIN: &[(&str, Text)] = &[
    ("code", Text::new("Mã", "Code")),
    ("name", Text::new("Tên", "Name")),
    ("number", Text::new("Số, ký hiệu", "Number")),
    ("until", Text::new("Ngày kết thúc", "Last day")),
    ("names", Text::new("Tên miền", "Names")),
    ("prefixes", Text::new("Dải mạng", "Prefixes")),
    ("systems", Text::new("Mã hệ thống", "Systems")),
    ("level", Text::new("Cấp độ", "Level")),
    ("levels", Text::new("Lịch sử cấp độ", "Earlier levels")),
    ("changes", Text::new("Thay đổi", "Changes")),
    ("endpoints", Text::new("Điểm kết nối", "Endpoints")),
    ("profile", Text::new("Hồ sơ cấp độ", "Profile")),
    ("profile.component", Text::new("Thành phần", "Component")),
    ("roles", Text::new("Đơn vị và vai trò", "Units and roles")),
    (
        "subjects",
        Text::new("Số chủ thể dữ liệu", "Number of subjects"),
    ),
    ("authorisation", Text::new("Căn cứ quét", "Authorisation")),
    ("unread", Text::new("Ô chưa đọc được", "Cells not read")),
];

/// The name of a field for people; none when the field is not ours.
pub fn field_text(field: &str) -> Option<Text> {
    fn of<T>(columns: &[Column<T>], key: &str) -> Option<Text> {
        let found = columns.iter().find(|c| c.spec.key == key);
        found.map(|c| c.spec.heading)
    }
    let plain = |key: &str| PLAIN.iter().find(|row| row.0 == key).map(|row| row.1);
    if let Some(text) = plain(field) {
        return Some(text);
    }
    if let Some(key) = field.strip_prefix(PROFILE) {
        return of(parts::PROFILES, key);
    }
    of(system::COLUMNS, field)
        .or_else(|| of(system::IN_ONE_CELL, field))
        .or_else(|| of(parts::PROFILES, field))
        .or_else(|| of(unit::COLUMNS, field))
        .or_else(|| of(parts::AUTHORISATIONS, field))
        .or_else(|| of(parts::EXCLUSIONS, field))
}

/// Before the fields of a profile where those of its system stand beside them.
const PROFILE: &str = "profile.";

/// A field of a system as the sheet of cells not read names it.
pub(crate) fn shown_field(field: &str) -> &str {
    match field_text(field) {
        Some(text) if field_of(text.vi) == field => text.vi,
        _ => field,
    }
}

/// The field that a sheet names, or the text itself: the inverse of [`shown_field`].
pub(crate) fn field_of(shown: &str) -> String {
    let systems = system::COLUMNS.iter().chain(system::IN_ONE_CELL);
    let systems = systems.map(|c| c.spec.key.to_owned());
    let profiles = parts::PROFILES
        .iter()
        .map(|c| format!("{PROFILE}{}", c.spec.key));
    let plain = PLAIN.iter().map(|row| row.0.to_owned());
    systems
        .chain(profiles)
        .chain(plain)
        .find(|key| field_text(key).is_some_and(|text| text.vi == shown))
        .unwrap_or_else(|| shown.to_owned())
}

/// Fields in a sentence: their headings in quotation marks, in Vietnamese and in English.
pub(crate) fn quoted(fields: &[&str]) -> (String, String) {
    let name = |field: &&str| field_text(field).map_or(Text::new("?", "?"), |text| text);
    let list = |pick: fn(Text) -> &'static str| {
        let quoted: Vec<String> = fields
            .iter()
            .map(|f| format!("“{}”", pick(name(f))))
            .collect();
        quoted.join(", ")
    };
    (list(|text| text.vi), list(|text| text.en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_system_has_a_name_that_leads_back() {
        let keys = system::COLUMNS.iter().map(|c| c.spec.key.to_owned());
        let profiles = parts::PROFILES
            .iter()
            .map(|c| format!("profile.{}", c.spec.key));
        for key in keys.chain(profiles).chain(["endpoints".to_owned()]) {
            assert!(field_text(&key).is_some(), "{key}");
            assert_eq!(field_of(shown_field(&key)), key);
        }
        assert_eq!(shown_field("hosting"), "Nơi đặt hệ thống");
        assert_eq!(shown_field("lạ"), "lạ");
    }
}
