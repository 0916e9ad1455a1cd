use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    DossierState, Level, PlanState, RoleKind, arbitrary::inventory, to_csv, to_form08_csv,
    to_form08_xlsx, to_xlsx,
};

fn ids() -> impl FnMut() -> Uuid {
    let mut n = 0u128;
    move || {
        n += 1;
        Uuid::from_u128(n)
    }
}

fn read(file: &str, bytes: &[u8]) -> Imported {
    import(file, bytes, None, &mut ids()).unwrap()
}

const REAL: &str = "\
TỔNG HỢP DANH MỤC HỆ THỐNG THÔNG TIN;;;;;;
(Kèm theo Công văn số 12/STTTT);;;;;;
;;;;;;
STT;Tên hệ thống;Cơ quan, đơn vị;Cấp độ;Quyết định phê duyệt;Địa chỉ truy cập;Nơi đặt máy chủ
I;Khối xã;;;;;
1;Trang thông tin điện tử;UBND xã Đồi Chè;CĐ2;QĐ số 12/QĐ-UBND ngày 18/11/2025 của UBND tỉnh;https://www.doiche.test, doiche.test;Thuê dịch vụ
2;Mạng nội bộ;-nt-;II;như trên;chưa có;Ở xã
3;;UBND xã Nậm Lụ;;;;
4;Cổng dữ liệu;;3;;;
5;Một cửa;Sở Xây dựng;năm;;http://motcua.test và 10.0.0.0/24;
;Tổng cộng;;;;;
";

#[test]
fn a_sheet_as_it_comes() {
    let got = read("danh-muc.csv", REAL.as_bytes());
    let systems = &got.inventory.systems;
    assert_eq!(got.form, Form::Free);
    assert_eq!(systems.len(), 3, "{:#?}", got.messages);
    assert_eq!(got.inventory.units.len(), 2);
    assert_eq!(
        systems[0].code.as_str(),
        "ubnd-xa-doi-che-trang-thong-tin-dien-tu"
    );
    assert_eq!(systems[0].roles[0].kind, RoleKind::UsingUnit);
    assert_eq!(systems[0].levels[0].level, Level::Two);
    assert_eq!(
        systems[0].levels[0].decision.authority.as_deref(),
        Some("UBND tỉnh")
    );
    assert_eq!(systems[0].endpoints.len(), 2);
    assert_eq!(systems[1].roles[0].unit, systems[0].roles[0].unit);
    assert_eq!(systems[1].levels[0].decision, systems[0].levels[0].decision);
    assert_eq!(systems[1].unread["hosting"], "Ở xã");
    assert!(!systems[1].unread.contains_key("endpoints"));
    assert_eq!(systems[2].unread["approved_level"], "năm");
    assert_eq!(
        systems[2].unread["endpoints"],
        "http://motcua.test và 10.0.0.0/24"
    );
    assert_eq!(systems[2].endpoints.len(), 1);
    let lines: Vec<String> = got
        .messages
        .iter()
        .map(|m| m.line(crate::Language::Vi))
        .collect();
    for want in [
        "danh-muc.csv, dòng 7, cột G “Nơi đặt máy chủ”: không có trong danh mục «Ở xã»",
        "dòng 8, cột B “Tên hệ thống”: dòng không có tên hệ thống",
        "dòng 9, cột C “Cơ quan, đơn vị”: dòng không có đơn vị nào",
        "dòng 10, cột D “Cấp độ”: không phải cấp độ «năm» → ghi một số từ 1 đến 5",
    ] {
        assert!(lines.iter().any(|l| l.contains(want)), "{want}\n{lines:#?}");
    }
}

#[test]
fn the_same_rows_get_the_same_codes_and_old_names_are_known() {
    let base = read("a.csv", REAL.as_bytes()).inventory;
    let mut base = base;
    base.units[0].aliases = vec!["UBND xã Chè Cũ".to_owned()];
    let again = REAL.replace("UBND xã Đồi Chè", "ubnd xã chè cũ");
    let got = import("b.csv", again.as_bytes(), Some(&base), &mut ids()).unwrap();
    let codes = |i: &Inventory| i.systems.iter().map(|s| s.code.clone()).collect::<Vec<_>>();
    assert_eq!(codes(&got.inventory), codes(&base));
    assert_eq!(got.inventory.units, base.units);
    assert_eq!(
        got.inventory.systems[0].endpoints,
        base.systems[0].endpoints
    );
}

#[test]
fn form_08_is_recognised_and_comes_back() {
    let mut base = read("a.csv", REAL.as_bytes()).inventory;
    let day = jiff::civil::date(2026, 12, 15);
    let unit = base.units[0].code.clone();
    for system in &mut base.systems {
        for kind in [RoleKind::Owner, RoleKind::Operator] {
            system.roles.push(crate::Role {
                kind,
                unit: unit.clone(),
                from: None,
                until: None,
            });
        }
        system.dossier = Some(DossierState::Approved);
        system.plan = Some(PlanState::Partial);
        system.checks_done = crate::CheckDone::TABLE.iter().map(|row| row.0).collect();
    }
    let base = base.normalised();
    for (file, bytes) in [
        ("mau08.xlsx", to_form08_xlsx(&base, day).unwrap()),
        ("mau08.csv", to_form08_csv(&base, day).unwrap()),
    ] {
        let got = import(file, &bytes, Some(&base), &mut ids()).unwrap();
        assert_eq!(got.form, Form::Form08);
        assert_eq!(got.rows, 3, "{:#?}", got.messages);
        for (new, old) in got.inventory.systems.iter().zip(&base.systems) {
            assert_eq!(
                (&new.code, &new.name, new.dossier),
                (&old.code, &old.name, old.dossier)
            );
            assert_eq!((new.plan, &new.checks_done), (old.plan, &old.checks_done));
            assert_eq!(new.levels, old.levels);
        }
    }
}

use crate::words::Worded;

#[test]
fn the_official_headings_are_known() {
    let text = "\
\"(1) TT\",\"Hệ thống thông tin\",\"Chủ quản hệ thống thông tin\",\"Đơn vị vận hành\",\"Cấp độ đề xuất (1-5)\",\"Tình trạng phê duyệt cấp độ\",\"Quyết định phê duyệt (số, ngày, cơ quan)\",\"Quy chế (số, ngày, cơ quan ban hành)\",\"Thời gian dự kiến phê duyệt\",\"Tình hình triển khai phương án\",\"Thời gian dự kiến triển khai đầy đủ\",\"Kiểm tra, đánh giá\"
(1),(2),(3),(4),(5),(6),(7),(8),(9),(10),(11),(12)
1,Cổng dịch vụ công,UBND tỉnh Lam Giang,Sở KHCN,3,Đã được phê duyệt,15/QĐ-UBND ngày 02/03/2026 của UBND tỉnh Lam Giang,7/QC ngày 01/03/2026,,Đã triển khai đầy đủ,,\"Trước khi đưa vào sử dụng, Định kỳ\"
";
    let got = read("m8.csv", text.as_bytes());
    assert_eq!(got.form, Form::Form08);
    let system = &got.inventory.systems[0];
    assert!(system.unread.is_empty(), "{:#?}", got.messages);
    assert_eq!(system.levels[0].level, Level::Three);
    assert_eq!(system.plan, Some(PlanState::Full));
    assert_eq!(system.checks_done.len(), 2);
    assert_eq!(
        system.regulation.as_ref().unwrap().number.as_deref(),
        Some("7/QC")
    );
}

#[test]
fn two_heading_rows() {
    let text = "TT,Tên hệ thống,Đơn vị,Quyết định phê duyệt,,,Cấp độ\n,,,Số,Ngày,Cơ quan ban hành,\n1,A,Sở Nội vụ,12/QĐ,18/11/2025,UBND tỉnh,3\n";
    let got = read("x.csv", text.as_bytes());
    let level = &got.inventory.systems[0].levels[0];
    assert_eq!(level.decision.date, Some(jiff::civil::date(2025, 11, 18)));
    assert_eq!(level.decision.authority.as_deref(), Some("UBND tỉnh"));
}

#[test]
fn nfd_is_composed() {
    use unicode_normalization::UnicodeNormalization;
    let nfd: String = REAL.nfd().collect();
    assert_eq!(
        read("a.csv", nfd.as_bytes()).inventory,
        read("a.csv", REAL.as_bytes()).inventory
    );
}

#[test]
fn files_without_headings_are_refused() {
    for text in ["", "a,b\n1,2\n", "Tên hệ thống\nx\n"] {
        assert_eq!(
            import("a.csv", text.as_bytes(), None, &mut ids()),
            Err(ImportError::NoHeadings)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn csv_loses_nothing(inventory in inventory()) {
        let bytes = to_csv(&inventory).unwrap();
        prop_assert_eq!(read("a.csv", &bytes).inventory, inventory);
    }

    #[test]
    fn xlsx_loses_nothing(inventory in inventory()) {
        let bytes = to_xlsx(&inventory).unwrap();
        prop_assert_eq!(read("a.xlsx", &bytes).inventory, inventory);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_500))]
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = import("a.csv", &bytes, None, &mut ids());
        let mut zip = b"PK\x03\x04".to_vec();
        zip.extend(&bytes);
        let _ = import("a.xlsx", &zip, None, &mut ids());
        let _ = import("a.toml", &bytes, None, &mut ids());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn any_cells_are_read_or_kept(cells in proptest::collection::vec("\\PC{0,16}", 12)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(crate::FORM08_HEADINGS).unwrap();
        writer.write_record(&cells).unwrap();
        let bytes = writer.into_inner().unwrap();
        let _ = import("a.csv", &bytes, None, &mut ids());
    }
}

/// A workbook as offices make it: title, merged cells, real dates, numbers as numbers, ABC font.
#[test]
fn a_workbook_as_it_comes() {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    let page = book.add_worksheet().set_name("Phụ lục 1").unwrap();
    let plain = Format::new();
    page.merge_range(0, 0, 0, 5, "DANH MỤC HỆ THỐNG THÔNG TIN", &plain)
        .unwrap();
    for (column, heading) in [
        "STT",
        "TÊN HỆ THỐNG",
        "Đơn vị vận hành",
        "Cấp độ\n(1-5)",
        "Ngày đưa vào sử dụng",
        "Tên miền",
    ]
    .iter()
    .enumerate()
    {
        page.write_string(2, u16::try_from(column).unwrap(), *heading)
            .unwrap();
    }
    page.merge_range(3, 2, 5, 2, "UBND xã Đồi Chè", &plain)
        .unwrap();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    for (row, name) in [
        (3, "Trang thông tin"),
        (4, "M¹ng néi bé"),
        (5, "Phòng họp trực tuyến"),
    ] {
        page.write_number(row, 0, f64::from(row - 2)).unwrap();
        page.write_string(row, 1, name).unwrap();
        page.write_number(row, 3, 2).unwrap();
        page.write_with_format(row, 4, ExcelDateTime::from_ymd(2024, 2, 1).unwrap(), &day)
            .unwrap();
    }
    page.write_string(3, 5, "https://www.doiche.test\nhttp://doiche.test:8080")
        .unwrap();
    page.write_formula(4, 5, "=1+1").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let got = read("phu-luc.xlsx", &bytes);
    let systems = &got.inventory.systems;
    assert_eq!(systems.len(), 3, "{:#?}", got.messages);
    assert_eq!(got.inventory.units.len(), 1);
    assert!(
        systems
            .iter()
            .all(|s| s.roles.len() == 1 && s.roles[0].kind == RoleKind::Operator)
    );
    assert!(systems.iter().all(|s| s.levels[0].level == Level::Two));
    assert!(
        systems
            .iter()
            .all(|s| s.go_live == Some(jiff::civil::date(2024, 2, 1)))
    );
    assert_eq!(systems[1].name, "Mạng nội bộ");
    assert_eq!(systems[0].endpoints.len(), 2);
    assert!(got.messages.iter().any(|m| m.problem.en.contains("TCVN3")));
}

#[test]
fn a_csv_of_the_old_font_is_read() {
    let text = "Tªn hÖ thèng,§¬n vÞ,CÊp ®é\nM¹ng néi bé,X· §åi ChÌ,3\n";
    let bytes: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(c as u32).unwrap())
        .collect();
    let got = read("cu.csv", &bytes);
    assert_eq!(got.inventory.systems[0].name, "Mạng nội bộ");
    assert_eq!(got.inventory.units[0].name, "Xã Đồi Chè");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn damaged_workbooks_are_read_or_refused(flips in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..8)) {
        static WHOLE: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| to_xlsx(&crate::sample()).unwrap());
        let mut bytes = WHOLE.clone();
        for (at, byte) in flips {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let _ = import("a.xlsx", &bytes, None, &mut ids());
    }
}

/// A template as people fill it in: no codes, systems chosen by name, a URL where a name is asked.
#[test]
fn a_filled_template() {
    let text = "## Hệ thống\nMã hệ thống,Tên hệ thống thông tin,Đơn vị sử dụng,Nơi đặt hệ thống\n\
        ,Trang tin,UBND xã Đồi Chè,Viettel\n,Trang tin,UBND xã Nậm Lụ,\n,Mạng LAN,UBND xã Đồi Chè,\n\
        ## Điểm kết nối\nMã hệ thống,Thuộc hệ thống,Tên miền,Địa chỉ IP,Cổng\n\
        ,mạng lan,https://lan.doiche.test/x,,\n,Mạng LAN,,10.1.2.0/24,\n,Trang tin,www.doiche.test,,443\n\
        ,Lạ,la.test,,80\n,Mạng LAN,b.test,,\"80, 443\"\n";
    let got = read("x.csv", text.as_bytes());
    let lan = &got.inventory.systems[2];
    assert_eq!(lan.endpoints.len(), 1, "{:#?}", got.messages);
    assert_eq!(lan.endpoints[0].label(), "lan.doiche.test:443");
    assert!(
        got.inventory.systems[..2]
            .iter()
            .all(|s| s.endpoints.is_empty())
    );
    let lines: Vec<String> = got
        .messages
        .iter()
        .map(|m| m.line(crate::Language::Vi))
        .collect();
    for want in [
        "«Viettel» → chọn một trong: Trung tâm dữ liệu quốc gia; ",
        "dòng 9, cột D “Địa chỉ IP”: là dải mạng, không phải một máy «10.1.2.0/24»",
        "nhiều hệ thống cùng tên này «Trang tin»",
        "không có hệ thống nào mang mã hoặc tên này «Lạ»",
        "không phải một cổng «80, 443» → ghi một số từ 1 đến 65535; mỗi cổng một dòng riêng",
    ] {
        assert!(lines.iter().any(|l| l.contains(want)), "{want}\n{lines:#?}");
    }
}

/// The sheet of cells not read names fields as people do, and is read back.
#[test]
fn cells_not_read_are_named_for_people() {
    let mut base = crate::sample();
    for field in ["hosting", "profile.kind", "endpoints", "lạ"] {
        base.systems[0].unread.insert(field.into(), "x".into());
    }
    let csv = String::from_utf8(to_csv(&base).unwrap()).unwrap();
    assert!(csv.contains("Nơi đặt hệ thống,x") && csv.contains("Loại hình hệ thống,x"));
    assert!(!csv.contains("hosting") && !csv.contains("profile.kind"));
    assert_eq!(read("x.csv", csv.as_bytes()).inventory, base);
}
