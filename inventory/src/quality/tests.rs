use jiff::civil::date;

use super::*;
use crate::{from_toml, sample};

const DAY: Date = Date::constant(2026, 11, 21);

const TEXT: &str = r#"
[[unit]]
code = "a"
name = "Sở A"
[[unit]]
code = "cu"
name = "Huyện Cũ"
until = 2025-06-30
[[system]]
code = "tot"
name = "Tốt"
owner = "a"
operator = "a"
level = 3
decision = { number = "1/QĐ", date = 2026-01-01, authority = "UBND" }
proposed_level = 3
dossier = "approved"
last_assessment = 2026-05-01
[system.profile]
kind = "internal"
info = ["public"]
[[system.endpoint]]
id = "00000000-0000-0000-0000-000000000001"
url = "https://tot.test"
zone = "internet"
[[system]]
code = "xau"
name = "Xấu"
using_units = ["cu", "la"]
level = 2
decision = { number = "1/QĐ", date = 2027-01-01 }
proposed_level = 3
dossier = "approved"
plan = "partial"
expected_deployment = 2026-01-01
last_assessment = 2024-01-01
unread = { hosting = "ở xã" }
changes = [{ date = 2026-02-01, kind = "users" }]
level_review = 2025-11-01
[[system.endpoint]]
id = "00000000-0000-0000-0000-000000000000"
url = "https://tot.test"
zone = "wan"
[[authorisation]]
number = "1"
route = "owner_request"
date = 2026-11-01
ground = "x"
from = 2026-11-01
until = 2026-11-21
names = ["tot.test"]
"#;

fn inventory() -> Inventory {
    from_toml("x", TEXT, &mut || uuid::Uuid::nil()).unwrap()
}

#[test]
fn every_word_has_its_spoilers() {
    let report = quality(&inventory(), DAY);
    let said = |system: &str, quality: Quality| -> Vec<&str> {
        report
            .spoilers
            .iter()
            .filter(|s| s.system.as_str() == system && s.quality == quality)
            .map(|s| s.field.as_str())
            .collect()
    };
    assert_eq!(said("xau", Quality::Dung), ["decision_date", "hosting"]);
    assert_eq!(
        said("xau", Quality::Du),
        ["owner", "operator", "kind", "info"]
    );
    assert_eq!(said("xau", Quality::Sach), ["endpoints"]);
    assert_eq!(
        said("xau", Quality::Song),
        [
            "expected_deployment",
            "last_assessment",
            "level_review",
            "roles",
            "changes"
        ]
    );
    assert_eq!(
        said("xau", Quality::ThongNhat),
        ["decision_number", "proposed_level", "endpoints"]
    );
    assert_eq!(said("xau", Quality::DungChung), ["roles", "endpoints"]);
    for quality in [
        Quality::Dung,
        Quality::Du,
        Quality::Song,
        Quality::DungChung,
    ] {
        assert_eq!(said("tot", quality), Vec::<&str>::new(), "{quality:?}");
    }
}

#[test]
fn figures_add_up() {
    let report = quality(&inventory(), DAY);
    for word in Quality::ALL {
        let sum: usize = report
            .systems
            .values()
            .filter_map(|f| f.get(&word))
            .map(|f| f.all)
            .sum();
        let whole = report.whole[&word];
        assert_eq!(whole.all, sum);
        let spoilt = report.spoilers.iter().filter(|s| s.quality == word).count();
        assert_eq!(whole.all - whole.good, spoilt, "{word:?}");
    }
    assert_eq!(
        report.units[&"a".parse().unwrap()][&Quality::Du].ratio(),
        Some(1.0)
    );
    assert_eq!(Figure::default().ratio(), None);
    assert_eq!(quality(&Inventory::default(), DAY).whole.len(), 0);
}

#[test]
fn tiers_are_counted_by_unit() {
    let inventory = inventory();
    let counts = tiers(&inventory, DAY);
    let a = &counts[&"a".parse().unwrap()];
    assert_eq!((a.systems, a.complete.len()), (1, 3));
    let next_day = &tiers(&inventory, date(2026, 11, 22))[&"a".parse().unwrap()];
    assert!(!next_day.complete.contains_key(&Tier::Scan));
    let cu = &counts[&"cu".parse().unwrap()];
    assert_eq!(cu.complete.get(&Tier::Form08), None);
    let gaps = missing(&inventory, &inventory.systems[1], Tier::Form08, DAY);
    assert_eq!(
        gaps.iter().map(|g| g.0).collect::<Vec<_>>(),
        ["owner", "operator"]
    );
}

#[test]
fn the_sample_can_propose_but_not_be_scanned() {
    let sample = sample();
    for system in &sample.systems {
        assert_eq!(
            missing(&sample, system, Tier::Propose, DAY),
            [],
            "{}",
            system.code
        );
        assert_eq!(missing(&sample, system, Tier::Scan, DAY).len(), 2);
    }
}
