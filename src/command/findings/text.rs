//! Findings as people read them.

use std::fmt::Write;

use jiff::Timestamp;
use luytre_checks::{Finding, policy::day_of};
use luytre_inventory::{Code as UnitCode, Inventory};

use crate::{
    command::Common,
    output::{plain, severity_mark, table},
};

/// Findings by system, the system with the worst finding first.
pub(crate) fn findings_text(
    common: &Common,
    inventory: &Inventory,
    findings: &[Finding],
    now: Timestamp,
) -> String {
    let talk = common.talk();
    let mut systems: Vec<(Option<&UnitCode>, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        let code = finding.system.as_ref();
        match systems.iter_mut().find(|(known, _)| *known == code) {
            Some((_, list)) => list.push(finding),
            None => systems.push((code, vec![finding])),
        }
    }
    let today = day_of(now);
    let mut out = String::new();
    for (code, list) in systems {
        let system = code.and_then(|code| inventory.system(code));
        let level = match system.and_then(|system| system.approved_level(today)) {
            Some(approved) => format!("{} {}", talk.pick("cấp độ", "level"), approved.level),
            None => talk
                .pick("chưa có cấp độ được phê duyệt", "no approved level")
                .to_owned(),
        };
        let name = system.map_or_else(
            || talk.pick("Chưa rõ hệ thống", "No known system").to_owned(),
            |system| plain(&system.name),
        );
        let code = code.map_or("", UnitCode::as_str);
        let rows = one_system(common, &list, now);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "\n{name} ({code}, {level})\n{rows}");
    }
    out
}

/// Findings of one system, worst first.
fn one_system(common: &Common, findings: &[&Finding], now: Timestamp) -> comfy_table::Table {
    let (talk, language) = (common.talk(), common.language());
    let mut out = table(&match talk.pick("vi", "en") {
        "vi" => ["Mã", "Mức độ", "Ở đâu", "Phát hiện", "Hạn", "Trạng thái"],
        _ => ["Id", "Severity", "Where", "Finding", "Due", "State"],
    });
    for finding in findings {
        let message = talk.pick(&finding.message_vi, &finding.message_en);
        let due = finding
            .deadline
            .as_ref()
            .map_or_else(|| "–".to_owned(), |d| talk.day(d.date));
        let overdue = finding.is_overdue(now, day_of(now));
        out.add_row([
            comfy_table::Cell::new(finding.id.short()),
            severity_mark(finding.severity, language),
            comfy_table::Cell::new(plain(&finding.target)),
            comfy_table::Cell::new(plain(message)),
            comfy_table::Cell::new(if overdue { format!("{due} !") } else { due }),
            comfy_table::Cell::new(finding.state(now).text().of(language)),
        ]);
    }
    out
}
