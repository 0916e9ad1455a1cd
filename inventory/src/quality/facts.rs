//! The facts that the six figures count.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::{Span, civil::Date};

use super::{Quality, counts, tier};
use crate::{
    Code, DossierState, Endpoint, Inventory, Lifecycle, PlanState, RoleKind, System, Text, Zone,
    clean::fold, import::place_key,
};

/// One counted fact, with what is wrong about it.
pub(super) struct Fact {
    pub(super) quality: Quality,
    pub(super) field: String,
    pub(super) wrong: Option<Text>,
}

/// Date and body of a decision.
type Said = (Option<Date>, Option<String>);

/// What must be known of the whole inventory to judge one system.
pub(super) struct Index {
    names: HashMap<(String, Option<Code>), usize>,
    places: HashMap<String, usize>,
    decisions: HashMap<String, HashSet<Said>>,
    zones: HashMap<String, HashSet<Zone>>,
    unit_names: HashMap<String, usize>,
}

fn name_key(system: &System) -> (String, Option<Code>) {
    let owner = system
        .roles
        .iter()
        .rfind(|r| r.kind == RoleKind::Owner)
        .map(|r| r.unit.clone());
    (fold(&system.name), owner)
}

fn host(endpoint: &Endpoint) -> Option<String> {
    endpoint.target().map(|target| target.label(None))
}

impl Index {
    pub(super) fn of(inventory: &Inventory) -> Self {
        let mut decisions: HashMap<_, HashSet<_>> = HashMap::new();
        let mut zones: HashMap<_, HashSet<_>> = HashMap::new();
        let mut places = Vec::new();
        for system in &inventory.systems {
            for level in &system.levels {
                if let Some(number) = &level.decision.number {
                    decisions
                        .entry(number.clone())
                        .or_default()
                        .insert((level.decision.date, level.decision.authority.clone()));
                }
            }
            let declared: BTreeSet<String> = system
                .endpoints
                .iter()
                .filter(|e| e.target().is_some())
                .map(place_key)
                .collect();
            places.extend(declared);
            for endpoint in system.endpoints.iter().filter(|e| e.zone != Zone::Unknown) {
                if let Some(host) = host(endpoint) {
                    zones.entry(host).or_default().insert(endpoint.zone);
                }
            }
        }
        Self {
            names: counts(inventory.systems.iter().map(name_key)),
            places: counts(places),
            decisions,
            zones,
            unit_names: counts(inventory.units.iter().map(|u| u.name.to_lowercase())),
        }
    }
}

/// Collects facts.
#[derive(Default)]
struct Facts(Vec<Fact>);

impl Facts {
    fn push(
        &mut self,
        quality: Quality,
        field: &str,
        good: bool,
        vi: &'static str,
        en: &'static str,
    ) {
        let wrong = (!good).then_some(Text::new(vi, en));
        self.0.push(Fact {
            quality,
            field: field.to_owned(),
            wrong,
        });
    }
}

pub(super) fn count(inventory: &Inventory, index: &Index, system: &System, day: Date) -> Vec<Fact> {
    let mut facts = Facts::default();
    right(system, day, &mut facts);
    complete(inventory, system, day, &mut facts);
    clean(index, system, &mut facts);
    alive(inventory, system, day, &mut facts);
    consistent(index, system, &mut facts);
    shared(inventory, index, system, &mut facts);
    facts.0
}

fn right(s: &System, day: Date, facts: &mut Facts) {
    use Quality::Dung;
    for column in crate::column::system::COLUMNS
        .iter()
        .filter(|c| c.spec.key != "code")
    {
        let key = column.spec.key;
        let filled = !(column.show)(s, &crate::register::Register::default()).is_empty();
        if filled && !s.unread.contains_key(key) {
            let (good, vi, en) = contradiction(s, key, day);
            facts.push(Dung, key, good, vi, en);
        }
    }
    for field in s.unread.keys() {
        facts.push(Dung, field, false, "ô chưa đọc được", "cell not read");
    }
}

/// Whether the value of `key` agrees with the other values of the system.
fn contradiction(s: &System, key: &str, day: Date) -> (bool, &'static str, &'static str) {
    let level = s.levels.last();
    match key {
        "dossier" => (
            s.dossier != Some(DossierState::Approved) || level.is_some(),
            "hồ sơ đã được phê duyệt nhưng không có cấp độ được phê duyệt",
            "dossier approved but no approved level",
        ),
        "approved_level" => (
            s.dossier.is_none_or(|d| d == DossierState::Approved),
            "có cấp độ được phê duyệt nhưng hồ sơ chưa được phê duyệt",
            "approved level but dossier not approved",
        ),
        "decision_date" => (
            level
                .and_then(|l| l.decision.date)
                .is_none_or(|date| date <= day),
            "quyết định ghi ngày trong tương lai",
            "decision dated in the future",
        ),
        "plan" => (
            s.plan != Some(PlanState::Full) || level.is_some(),
            "phương án triển khai đầy đủ nhưng chưa có cấp độ",
            "plan fully deployed but no level",
        ),
        "owner" | "operator" | "using_units" | "provider" | "specialised" => (
            s.roles.iter().all(|r| {
                r.from
                    .zip(r.until)
                    .is_none_or(|(from, until)| from <= until)
            }),
            "vai trò kết thúc trước khi bắt đầu",
            "a role ends before it begins",
        ),
        "last_assessment" => (
            s.last_assessment.is_none_or(|date| date <= day),
            "ngày đánh giá trong tương lai",
            "assessment dated in the future",
        ),
        _ => (true, "", ""),
    }
}

fn complete(inventory: &Inventory, s: &System, day: Date, facts: &mut Facts) {
    let lacking: Vec<&str> = tier::Tier::ALL
        .into_iter()
        .flat_map(|tier| super::missing(inventory, s, tier, day))
        .map(|gap| gap.0)
        .collect();
    for field in tier::Tier::ALL
        .into_iter()
        .flat_map(tier::Tier::fields)
        .filter(|f| **f != "authorisation")
    {
        let good = !lacking.contains(field);
        facts.push(Quality::Du, field, good, "thiếu thông tin", "missing");
    }
}

fn clean(index: &Index, s: &System, facts: &mut Facts) {
    use Quality::Sach;
    let once = index.names.get(&name_key(s)).is_none_or(|n| *n == 1);
    facts.push(
        Sach,
        "name",
        once,
        "trùng tên và chủ quản với hệ thống khác",
        "same name and owner as another system",
    );
    let mut own = HashSet::new();
    for endpoint in s.endpoints.iter().filter(|e| e.target().is_some()) {
        let key = place_key(endpoint);
        let once = index.places.get(&key).is_none_or(|n| *n == 1) && own.insert(key);
        facts.push(
            Sach,
            "endpoints",
            once,
            "điểm kết nối khai hai lần",
            "endpoint declared twice",
        );
    }
}

fn alive(inventory: &Inventory, s: &System, day: Date, facts: &mut Facts) {
    use Quality::Song;
    let year_ago = day.saturating_sub(Span::new().years(1));
    if let Some(expected) = s.expected_approval {
        let good = expected >= day || s.approved_level(day).is_some();
        facts.push(
            Song,
            "expected_approval",
            good,
            "quá hạn dự kiến phê duyệt",
            "expected approval has passed",
        );
    }
    if let Some(expected) = s.expected_deployment {
        let good = expected >= day || s.plan == Some(PlanState::Full);
        facts.push(
            Song,
            "expected_deployment",
            good,
            "quá hạn dự kiến triển khai",
            "expected deployment has passed",
        );
    }
    for (field, date) in [
        ("last_assessment", s.last_assessment),
        ("level_review", s.level_review),
    ] {
        if let Some(date) = date.filter(|_| s.lifecycle == Lifecycle::Operating) {
            facts.push(
                Song,
                field,
                date >= year_ago,
                "quá 12 tháng",
                "older than twelve months",
            );
        }
    }
    for role in s.roles.iter().filter(|r| r.covers(day)) {
        if let Some(unit) = inventory.unit(&role.unit) {
            let good = unit.until.is_none_or(|until| day <= until);
            facts.push(
                Song,
                "roles",
                good,
                "đơn vị đã giải thể hoặc sáp nhập",
                "the unit no longer exists",
            );
        }
    }
    undecided_changes(s, day, facts);
}

/// Changes after which the level was not determined again.
fn undecided_changes(s: &System, day: Date, facts: &mut Facts) {
    let decided = s
        .approved_level(day)
        .and_then(|level| level.decision.date)
        .max(s.level_review);
    if let Some(decided) = decided {
        let good = s
            .changes
            .iter()
            .all(|change| change.date <= decided || change.date > day);
        facts.push(
            Quality::Song,
            "changes",
            good,
            "có thay đổi sau lần xác định cấp độ gần nhất (NĐ 331/2026 Điều 10.2)",
            "changed since the level was last determined (NĐ 331/2026 Điều 10.2)",
        );
    }
}

fn consistent(index: &Index, s: &System, facts: &mut Facts) {
    use Quality::ThongNhat;
    for level in &s.levels {
        if let Some(number) = &level.decision.number {
            let good = index
                .decisions
                .get(number)
                .is_none_or(|said| said.len() == 1);
            facts.push(
                ThongNhat,
                "decision_number",
                good,
                "cùng số quyết định nhưng khác ngày hoặc cơ quan ở hệ thống khác",
                "same decision number with another date or body elsewhere",
            );
        }
    }
    if let (Some(proposed), Some(approved), Some(DossierState::Approved)) =
        (s.proposed_level, s.levels.last(), s.dossier)
    {
        let good = proposed == approved.level;
        facts.push(
            ThongNhat,
            "proposed_level",
            good,
            "cấp độ đề xuất khác cấp độ được phê duyệt",
            "proposed and approved level differ",
        );
    }
    for endpoint in &s.endpoints {
        if let Some(zones) = host(endpoint).and_then(|host| index.zones.get(&host)) {
            facts.push(
                ThongNhat,
                "endpoints",
                zones.len() == 1,
                "một máy khai ở hai vùng mạng",
                "one host in two zones",
            );
        }
    }
}

fn shared(inventory: &Inventory, index: &Index, s: &System, facts: &mut Facts) {
    use Quality::DungChung;
    for role in &s.roles {
        let unit = inventory.unit(&role.unit);
        facts.push(
            DungChung,
            "roles",
            unit.is_some(),
            "đơn vị không có trong danh mục dùng chung",
            "unit not in the shared register",
        );
        if let Some(unit) = unit {
            let once = index
                .unit_names
                .get(&unit.name.to_lowercase())
                .is_none_or(|n| *n == 1);
            facts.push(
                DungChung,
                "roles",
                once,
                "đơn vị có hai mã trong danh mục",
                "the unit has two codes in the register",
            );
        }
    }
    for endpoint in &s.endpoints {
        facts.push(
            DungChung,
            "endpoints",
            !endpoint.id.is_nil(),
            "điểm kết nối chưa có mã định danh",
            "endpoint without identity",
        );
    }
}
