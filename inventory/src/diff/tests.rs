use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    Blanks, Language, Level, arbitrary::inventory, import, merge, sample, to_csv, to_xlsx,
};

fn ids() -> impl FnMut() -> Uuid {
    let mut n = 0u128;
    move || {
        n += 1;
        Uuid::from_u128(n)
    }
}

fn base() -> Inventory {
    let mut base = sample();
    let spot = crate::place::parse_spot("https://www.doiche.test").unwrap();
    base.systems[0]
        .endpoints
        .push(spot.with_id(Uuid::from_u128(77)));
    base
}

/// Export, edit one cell, import: exactly that is the difference, and it becomes the new version.
#[test]
fn export_edit_import() {
    let base = base();
    let csv = String::from_utf8(to_csv(&base).unwrap()).unwrap();
    let edited = csv
        .replace(
            "Bảng điện tử lịch công tác Sở Nội vụ",
            "Bảng lịch công tác Sở Nội vụ",
        )
        .replace("www.doiche.test", "moi.doiche.test");
    let got = import("x.csv", edited.as_bytes(), Some(&base), &mut ids()).unwrap();
    let merged = merge(&base, &got, Blanks::Clear);
    let said: Vec<String> = diff(&base, &merged.inventory)
        .iter()
        .map(|d| d.words.of(Language::Vi).to_owned())
        .collect();
    assert_eq!(
        said,
        [
            "Điểm kết nối www.doiche.test:443, Tên miền: www.doiche.test → moi.doiche.test".to_owned(),
            "Hệ thống bang-lich-snv, Tên hệ thống thông tin: Bảng điện tử lịch công tác Sở Nội vụ → Bảng lịch công tác Sở Nội vụ".to_owned(),
        ]
    );
    assert_eq!(
        merged.inventory.systems[0].endpoints[0].id,
        Uuid::from_u128(77)
    );
    assert!(merged.absent.is_empty());
}

#[test]
fn a_sheet_of_a_unit_touches_only_its_columns() {
    let base = base();
    let sheet = "Tên hệ thống,Đơn vị,Cấp độ,Số quyết định,Ngày quyết định,Website\n\
        Trang thông tin điện tử xã Đồi Chè,UBND xã Chè Hạ,3,9/QĐ-UBND,01/10/2026,www.doiche.test:443\n\
        Phần mềm mới,UBND xã Chè Hạ,,,,\n";
    let got = import("x.csv", sheet.as_bytes(), Some(&base), &mut ids()).unwrap();
    let merged = merge(&base, &got, Blanks::Keep);
    let new = &merged.inventory;
    let (a, b) = (&base.systems[0], &new.systems[0]);
    assert_eq!(new.units, base.units);
    assert_eq!(merged.absent.len(), 9);
    assert_eq!(new.systems.len(), 11);
    assert_eq!(
        b.levels.len(),
        2,
        "a new decision does not erase the old one"
    );
    assert_eq!(b.levels[0], a.levels[0]);
    assert_eq!(b.levels[1].level, Level::Three);
    assert_eq!((b.profile.clone(), &b.roles), (a.profile.clone(), &a.roles));
    assert_eq!(b.endpoints.len(), 1);
    assert_eq!(b.endpoints[0].id, Uuid::from_u128(77));
}

#[test]
fn a_unit_that_names_itself_does_not_push_others_out() {
    let base = base();
    let sheet = "Tên hệ thống,Đơn vị,Kết nối giám sát\n\
        Hệ thống thông tin giải quyết thủ tục hành chính tỉnh Lam Giang,UBND xã Đồi Chè,Không\n";
    let got = import("x.csv", sheet.as_bytes(), Some(&base), &mut ids()).unwrap();
    let merged = merge(&base, &got, Blanks::Keep).inventory;
    let (a, b) = (&base.systems[3], &merged.systems[3]);
    assert_eq!(a.roles, b.roles);
    assert_eq!(b.monitored, Some(false));
    let units = "## Đơn vị\nMã đơn vị,Tên đơn vị,Loại đơn vị\nsnv,Sở Nội vụ tỉnh Lam Giang,\n";
    let got = import("x.csv", units.as_bytes(), Some(&base), &mut ids()).unwrap();
    let new = merge(&base, &got, Blanks::Keep).inventory;
    let unit = new.unit(&"snv".parse().unwrap()).unwrap();
    assert_eq!(
        (unit.kind, unit.aliases.len(), unit.parent.is_some()),
        (None, 1, true)
    );
}

#[test]
fn a_cell_not_read_keeps_the_value() {
    let base = base();
    let sheet =
        "Tên hệ thống,Đơn vị,Cấp độ\nTrang thông tin điện tử xã Đồi Chè,UBND xã Đồi Chè,hai\n";
    let got = import("x.csv", sheet.as_bytes(), Some(&base), &mut ids()).unwrap();
    let merged = merge(&base, &got, Blanks::Clear).inventory;
    assert_eq!(merged.systems[0].levels, base.systems[0].levels);
    assert_eq!(merged.systems[0].unread["approved_level"], "hai");
}

/// Rows deleted from an own export stay and are named; a sheet that is not in the file says nothing.
#[test]
fn absent_parts_are_kept_and_named() {
    let mut base = base();
    let more = "[[authorisation]]\nnumber=\"1/TB\"\nroute=\"cause\"\ndate=2026-11-01\nground=\"x\"\nfrom=2026-11-01\nuntil=2026-12-01\nnames=[\"a.test\"]\n[[exclusion]]\nname=\"máy cũ\"\nkind=\"fragile\"\nprefixes=[\"192.0.2.9/32\"]\n";
    let more = crate::from_toml("x.toml", more, &mut ids()).unwrap();
    base.authorisations.extend(more.authorisations);
    base.exclusions.extend(more.exclusions);
    let csv = String::from_utf8(to_csv(&base).unwrap()).unwrap();
    let gone = |line: &&str| {
        ["www.doiche.test", "1/TB", "máy cũ"]
            .iter()
            .any(|w| line.contains(w))
    };
    let kept: Vec<&str> = csv.lines().filter(|l| !gone(l)).collect();
    let edited = kept.join(
        "
",
    );
    let got = import("x.csv", edited.as_bytes(), Some(&base), &mut ids()).unwrap();
    let merged = merge(&base, &got, Blanks::Clear);
    assert_eq!(diff(&base, &merged.inventory), []);
    let said: Vec<&str> = merged
        .absent_parts
        .iter()
        .map(|a| a.words.of(Language::Vi))
        .collect();
    assert_eq!(
        said,
        [
            "Điểm kết nối www.doiche.test:443 (tttdt-xa-doi-che): không có trong tệp, được giữ nguyên",
            "Căn cứ quét 1/TB: không có trong tệp, được giữ nguyên",
            "Loại trừ máy cũ: không có trong tệp, được giữ nguyên",
        ]
    );
    let systems = csv.split("## Điểm kết nối").next().unwrap();
    let got = import("x.csv", systems.as_bytes(), Some(&base), &mut ids()).unwrap();
    assert_eq!(merge(&base, &got, Blanks::Clear).absent_parts, []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn differences_are_complete(a in inventory(), b in inventory()) {
        prop_assert_eq!(diff(&a, &a), []);
        prop_assert_eq!(diff(&a, &b).is_empty(), a == b);
    }

    #[test]
    fn an_unedited_export_changes_nothing(mut base in inventory()) {
        let mut n = 0;
        for e in base.systems.iter_mut().flat_map(|s| &mut s.endpoints) {
            // Ids are unique in a real inventory, and no two endpoints of a system share a place.
            n += 1;
            e.id = Uuid::from_u128(n);
        }
        for (i, a) in base.authorisations.iter_mut().enumerate() {
            a.number = format!("{i} {}", a.number);
        }
        for (i, e) in base.exclusions.iter_mut().enumerate() {
            e.name = format!("{i} {}", e.name);
        }
        let got = import("x.xlsx", &to_xlsx(&base).unwrap(), Some(&base), &mut ids()).unwrap();
        prop_assert_eq!(merge(&base, &got, Blanks::Clear).inventory, base);
    }
}
