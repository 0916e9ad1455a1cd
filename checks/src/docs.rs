//! docs/checks.md, made from the registry and the packs.

use std::fmt::Write;

use jiff::Timestamp;
use luytre_inventory::Level;

use crate::{
    About, Exposure, FactKind, Grade, Kind, Policy,
    policy::Certainty,
    registry::{CHECKS, FLEET},
};

/// The page of all checks in Markdown: a table, then a section per check, Vietnamese first, with the
/// severities, terms and clauses of `policy`.
pub fn docs(policy: &Policy) -> String {
    let mut out = String::from(
        "# Danh mục kiểm tra / Checks\n\n<!-- Generated from the registry of checks; do not edit. -->\n\n\
         Mức độ nghiêm trọng do gói chính sách quyết định theo bậc lỗi, cấp độ hệ thống và nơi nhìn thấy; thời hạn \
         là mặc định của hệ thống, không phải thời hạn luật định. / Severity is decided by the policy packs from \
         grade, level and exposure; terms are product defaults, not law.\n\n\
         | Mã / Id | Tên / Title | Nhóm / Area | Đối tượng / Subject | Dữ liệu / Fact |\n\
         |---|---|---|---|---|\n",
    );
    let single = CHECKS.iter().map(|entry| (entry.about, entry.fact, ""));
    let fleet = FLEET.iter().map(|entry| (entry.about, entry.fact, "*"));
    let all: Vec<(About, FactKind, &str)> = single.chain(fleet).collect();
    for (about, fact, star) in &all {
        let area = about.area.text();
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "| [`{id}`](#{anchor}){star} | {vi} / {en} | {area_vi} / {area_en} | {subject} | {fact} |",
            id = about.id,
            anchor = anchor(about.id),
            vi = about.title.vi,
            en = about.title.en,
            area_vi = area.vi,
            area_en = area.en,
            subject = subject(about.kind),
            fact = fact.as_str(),
        );
    }
    if !FLEET.is_empty() {
        out.push_str("\n\\* xét trên nhiều hệ thống cùng lúc / judged over many systems at once\n");
    }
    for (about, _, _) in &all {
        section(&mut out, about, policy);
    }
    out
}

fn section(out: &mut String, about: &About, policy: &Policy) {
    let _ = write!(
        out,
        "\n## {id}\n\n**{title_vi}** / {title_en}\n\n### Vì sao\n\n{why_vi}\n\n*{why_en}*\n\n\
         ### Cách khắc phục\n\n{fix_vi}\n\n*{fix_en}*\n\n### Căn cứ\n\n",
        id = about.id,
        title_vi = about.title.vi,
        title_en = about.title.en,
        why_vi = about.why.vi,
        why_en = about.why.en,
        fix_vi = about.fix.vi,
        fix_en = about.fix.en,
    );
    for source in about.sources {
        let _ = writeln!(out, "- {source}");
    }
    for (clause, numbers) in policy.citations(about.id) {
        let mark = match clause.certainty {
            Certainty::Confirmed => "",
            Certainty::Unconfirmed | Certainty::Memory => " – chưa xác nhận / unconfirmed",
        };
        let (pack, title) = (&clause.pack, &clause.title.vi);
        let _ = writeln!(out, "- `{pack}`: {title} ({}){mark}", numbers.join(", "));
    }
    severities(out, policy, about.id);
    if about.exposure {
        out.push_str(
            "\nKết quả phụ thuộc vị trí đặt đầu dò. / The answer depends on from where one looks.\n",
        );
    }
}

const fn subject(kind: Kind) -> &'static str {
    match kind {
        Kind::Endpoint => "địa chỉ / endpoint",
        Kind::System => "hệ thống / system",
        Kind::Owner => "chủ quản / owner",
    }
}

/// Severity and term of each grade, inside at level 1 and on the Internet at level 3.
fn severities(out: &mut String, policy: &Policy, check: &str) {
    let rows = [
        (
            "Cấp độ 1, mạng nội bộ / level 1, internal",
            Level::One,
            Exposure::Internal,
        ),
        (
            "Cấp độ 3, thấy từ Internet / level 3, seen from the Internet",
            Level::Three,
            Exposure::Internet,
        ),
    ];
    out.push_str(
        "\n| Mức độ (thời hạn, ngày) / Severity (term, days) | Nhẹ / slight | Vừa / moderate | Nặng / serious | Rất nặng / grave |\n\
         |---|---|---|---|---|\n",
    );
    for (words, level, exposure) in rows {
        let _ = write!(out, "| {words} |");
        for grade in Grade::ALL {
            let severity = policy.severity(check, grade, Some(level), exposure);
            let due = policy.due(
                check,
                severity,
                Some(level),
                exposure,
                Timestamp::UNIX_EPOCH,
            );
            let days = due.map_or_else(|| "–".to_owned(), |due| due.days.to_string());
            let _ = write!(out, " {} ({days}) |", severity.text().vi);
        }
        out.push('\n');
    }
}

fn anchor(id: &str) -> String {
    id.chars().filter(|c| *c != '.').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page is made for the day on which the packs were last edited, so that it does not change by
    /// itself.
    #[test]
    fn page_is_current() {
        let policy = Policy::on(jiff::civil::date(2026, 11, 22), &[]).unwrap();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/checks.md");
        let made = docs(&policy);
        if std::env::var_os("LUYTRE_BLESS").is_some_and(|value| value == "1") {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs")).unwrap();
            std::fs::write(path, &made).unwrap();
        }
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            found == made,
            "docs/checks.md is old: run this test with LUYTRE_BLESS=1"
        );
    }
}
