//! What must be right in an inventory before it may be relied upon.

use std::collections::BTreeSet;

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    ApprovedLevel, Authorisation, Code, Inventory, Message, Place, RoleKind, Route, System, Text,
    Weight, Words,
};

/// Checks the inventory as it stands at `now`. Nothing it finds is repaired.
pub fn check(inventory: &Inventory, now: Timestamp) -> Vec<Message> {
    let mut out = Vec::new();
    units(inventory, &mut out);
    systems(inventory, &mut out);
    authorisations(inventory, now, &mut out);
    exclusions(inventory, &mut out);
    out
}

fn error(out: &mut Vec<Message>, subject: &str, field: &str, problem: impl Into<Words>, fix: Text) {
    out.push(Message::new(
        Weight::Error,
        Place::of(subject, field),
        problem,
        fix,
    ));
}

fn twice<T: Ord + Clone>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut seen = BTreeSet::new();
    items
        .into_iter()
        .filter(|item| !seen.insert(item.clone()))
        .collect()
}

const ONE_CODE: Text = Text::new(
    "đặt mã khác cho một trong hai",
    "give one of them another code",
);
const NO_UNIT: Text = Text::new(
    "thêm đơn vị vào danh mục hoặc sửa mã",
    "add the unit to the register or mend the code",
);
const DATES: Text = Text::new(
    "ngày bắt đầu đứng sau ngày kết thúc",
    "begins after it ends",
);
const MEND_DATES: Text = Text::new("sửa một trong hai ngày", "mend one of the dates");

fn units(inventory: &Inventory, out: &mut Vec<Message>) {
    for code in twice(inventory.units.iter().map(|u| u.code.clone())) {
        error(
            out,
            code.as_str(),
            "code",
            Text::new("mã đơn vị trùng", "unit code used twice"),
            ONE_CODE,
        );
    }
    for unit in &inventory.units {
        let code = unit.code.as_str();
        for (field, other) in [("parent", &unit.parent), ("successor", &unit.successor)] {
            if let Some(other) = other {
                known(inventory, code, field, other, out);
            }
        }
        if unit
            .from
            .zip(unit.until)
            .is_some_and(|(from, until)| from > until)
        {
            error(out, code, "until", DATES, MEND_DATES);
        }
        if unit.name.trim().is_empty() {
            let fix = Text::new("điền tên đơn vị", "fill the name");
            error(
                out,
                code,
                "name",
                Text::new("đơn vị không có tên", "unit without a name"),
                fix,
            );
        }
    }
}

fn known(inventory: &Inventory, subject: &str, field: &str, code: &Code, out: &mut Vec<Message>) {
    if inventory.unit(code).is_none() {
        let words = Words::new(
            format!("đơn vị {code} không có trong danh mục"),
            format!("unit {code} is not in the register"),
        );
        error(out, subject, field, words, NO_UNIT);
    }
}

fn systems(inventory: &Inventory, out: &mut Vec<Message>) {
    for code in twice(inventory.systems.iter().map(|s| s.code.clone())) {
        error(
            out,
            code.as_str(),
            "code",
            Text::new("mã hệ thống trùng", "system code used twice"),
            ONE_CODE,
        );
    }
    let ids = twice(
        inventory
            .systems
            .iter()
            .flat_map(|s| s.endpoints.iter().map(|e| e.id)),
    );
    for system in &inventory.systems {
        let code = system.code.as_str();
        if system.name.trim().is_empty() {
            let fix = Text::new("điền tên hệ thống", "fill the name");
            error(
                out,
                code,
                "name",
                Text::new("hệ thống không có tên", "system without a name"),
                fix,
            );
        }
        roles(inventory, system, out);
        let ends_early = |l: &ApprovedLevel| {
            l.decision
                .date
                .zip(l.until)
                .is_some_and(|(from, until)| from > until)
        };
        for _ in system.levels.iter().filter(|l| ends_early(l)) {
            error(out, code, "level_until", DATES, MEND_DATES);
        }
        endpoints(system, &ids, out);
    }
}

fn endpoints(system: &System, twice: &BTreeSet<Uuid>, out: &mut Vec<Message>) {
    let code = system.code.as_str();
    for endpoint in &system.endpoints {
        if endpoint.target().is_none() {
            let problem = Text::new("điểm kết nối không có máy", "endpoint without a host");
            let fix = Text::new(
                "điền tên miền hoặc địa chỉ IP",
                "fill a host name or an address",
            );
            error(out, code, "endpoints", problem, fix);
        }
        if twice.contains(&endpoint.id) {
            let words = Words::new(
                format!("mã điểm kết nối {} dùng hai lần", endpoint.id),
                format!("endpoint id {} used twice", endpoint.id),
            );
            let fix = Text::new(
                "để trống mã của dòng mới",
                "leave the id of the new row blank",
            );
            error(out, code, "endpoints", words, fix);
        }
    }
}

fn roles(inventory: &Inventory, system: &System, out: &mut Vec<Message>) {
    let code = system.code.as_str();
    for role in &system.roles {
        known(inventory, code, "roles", &role.unit, out);
        if role
            .from
            .zip(role.until)
            .is_some_and(|(from, until)| from > until)
        {
            error(out, code, "roles", DATES, MEND_DATES);
        }
    }
    let owners: Vec<_> = system
        .roles
        .iter()
        .filter(|r| r.kind == RoleKind::Owner)
        .collect();
    let overlap = owners.iter().enumerate().any(|(at, a)| {
        owners[at + 1..].iter().any(|b| {
            let starts_before_end = |x: &crate::Role, y: &crate::Role| {
                x.from
                    .zip(y.until)
                    .is_none_or(|(from, until)| from <= until)
            };
            starts_before_end(a, b) && starts_before_end(b, a)
        })
    });
    if overlap {
        let fix = Text::new(
            "giữ một chủ quản; chủ quản cũ ghi ngày kết thúc (NĐ 331/2026 Điều 8.1)",
            "keep one owner; give the former one its last day (NĐ 331/2026 Điều 8.1)",
        );
        error(
            out,
            code,
            "owner",
            Text::new("hai chủ quản cùng một lúc", "two owners at once"),
            fix,
        );
    }
}

fn authorisations(inventory: &Inventory, now: Timestamp, out: &mut Vec<Message>) {
    for number in twice(inventory.authorisations.iter().map(|a| a.number.clone())) {
        let fix = Text::new(
            "mỗi căn cứ một số riêng",
            "each authorisation has a number of its own",
        );
        error(
            out,
            &number,
            "number",
            Text::new("số căn cứ quét trùng", "authorisation number used twice"),
            fix,
        );
    }
    for paper in &inventory.authorisations {
        for (field, problem, fix) in faults(paper) {
            error(out, &paper.number, field, problem, fix);
        }
        if let Some(owner) = &paper.owner {
            known(inventory, &paper.number, "owner", owner, out);
        }
        if paper.revoked.is_none() && paper.until < now {
            out.push(Message::new(
                Weight::Note,
                Place::of(&paper.number, "until"),
                Text::new("căn cứ quét đã hết hạn", "authorisation has expired"),
                Text::new(
                    "ban hành căn cứ mới nếu còn quét",
                    "issue a new one if scanning goes on",
                ),
            ));
        }
    }
}

/// What is wrong with an authorisation in itself.
pub(crate) fn faults(paper: &Authorisation) -> Vec<(&'static str, Text, Text)> {
    let mut out = Vec::new();
    if paper.number.trim().is_empty() {
        out.push((
            "number",
            Text::new("căn cứ quét chưa có số", "authorisation without a number"),
            Text::new(
                "ghi số, ký hiệu của văn bản đã ban hành",
                "give the number of the issued paper",
            ),
        ));
    }
    if paper.ground.trim().is_empty() {
        out.push((
            "ground",
            Text::new("chưa ghi căn cứ pháp lý", "no legal ground stated"),
            Text::new(
                "ghi điều luật, kế hoạch hoặc đề nghị",
                "state the article, plan or request",
            ),
        ));
    }
    if paper.from > paper.until {
        out.push(("until", DATES, MEND_DATES));
    }
    if paper.grant.names.is_empty() && paper.grant.prefixes.is_empty() {
        out.push((
            "names",
            Text::new(
                "không nêu tên miền hay dải mạng nào",
                "names no host and no prefix",
            ),
            Text::new(
                "liệt kê tên miền hoặc dải mạng được quét",
                "list the names or prefixes",
            ),
        ));
    }
    out.extend(unfounded_emergency(paper));
    out
}

/// An emergency that does not speak of national security.
fn unfounded_emergency(paper: &Authorisation) -> Option<(&'static str, Text, Text)> {
    let ground = crate::fold(&paper.ground);
    let founded = ["an ninh quoc gia", "national security"]
        .iter()
        .any(|words| ground.contains(words));
    (paper.route == Route::Emergency && !founded).then_some((
        "ground",
        Text::new(
            "tình huống khẩn cấp chỉ áp dụng vì an ninh quốc gia",
            "the emergency route is for national security only",
        ),
        Text::new(
            "nêu rõ căn cứ an ninh quốc gia (NĐ 333/2026 Điều 7.5) hoặc chọn loại căn cứ khác",
            "state the national-security ground (NĐ 333/2026 Điều 7.5) or choose another route",
        ),
    ))
}

fn exclusions(inventory: &Inventory, out: &mut Vec<Message>) {
    for exclusion in &inventory.exclusions {
        let name = crate::message::shown(&exclusion.name);
        let listed = !exclusion.names.is_empty() || !exclusion.prefixes.is_empty();
        if exclusion.kind.is_statutory() && listed {
            let fix = Text::new(
                "xoá tên miền và dải mạng, chỉ giữ tên gọi (NĐ 331/2026 Điều 26.3-4)",
                "delete names and prefixes, keep the name for people only (NĐ 331/2026 Điều 26.3-4)",
            );
            let problem = Text::new(
                "mạng loại trừ theo luật không được ghi địa chỉ",
                "a network excluded by law must not have its addresses recorded",
            );
            error(out, &name, "prefixes", problem, fix);
        }
        if !exclusion.kind.is_statutory() && !listed && exclusion.systems.is_empty() {
            let fix = Text::new(
                "ghi tên miền, dải mạng hoặc mã hệ thống",
                "give names, prefixes or systems",
            );
            error(
                out,
                &name,
                "names",
                Text::new(
                    "loại trừ không nêu đối tượng",
                    "exclusion shuts out nothing",
                ),
                fix,
            );
        }
        for code in &exclusion.systems {
            if inventory.system(code).is_none() {
                let words = Words::new(
                    format!("hệ thống {code} không có trong danh mục"),
                    format!("system {code} is not in the inventory"),
                );
                error(
                    out,
                    &name,
                    "systems",
                    words,
                    Text::new("sửa mã hệ thống", "mend the code"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests;
