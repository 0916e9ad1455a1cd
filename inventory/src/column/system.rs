//! Columns of the sheet "Hệ thống".

use super::{
    BAD_CODE, BAD_DATE, BAD_FLAG, BAD_LEVEL, BAD_PAPER, BAD_WORD, Column, Lock, Spec, choices,
    is_nil, misread, show_flag,
};
use crate::{
    ApprovedLevel, CheckDone, DossierState, Hosting, Lifecycle, Paper, PlanState, Role, RoleKind,
    System,
    clean::fold,
    dates::{parse_date, show_date},
    paper::{parse_paper, show_paper},
    place::Misread,
    register::Register,
    words::{Worded, read_level, read_yes_no},
};

pub(crate) fn show_roles(system: &System, kind: RoleKind, register: &Register) -> String {
    system
        .roles
        .iter()
        .filter(|role| role.kind == kind)
        .map(|role| {
            let mut item = register.show(&role.unit);
            if role.from.is_some() || role.until.is_some() {
                let day = |day: Option<_>| day.map_or("…".to_owned(), show_date);
                item = format!("{item} [{} – {}]", day(role.from), day(role.until));
            }
            item
        })
        .collect::<Vec<_>>()
        .join("\n")
}

const BAD_ROLE: Misread = misread(
    "có khoảng thời gian sai",
    "has a wrong time span",
    "ghi dạng: Tên đơn vị [01/07/2025 – 31/12/2026]",
    "write: name of unit [01/07/2025 – 31/12/2026]",
);

pub(crate) fn read_roles(
    system: &mut System,
    kind: RoleKind,
    cell: &str,
    register: &mut Register,
) -> Result<(), Misread> {
    let mut roles = Vec::new();
    for item in cell
        .split(['\n', ';'])
        .map(str::trim)
        .filter(|item| !item.is_empty())
    {
        let item = item.trim_start_matches(['-', '+', '•', '*']).trim();
        let (name, span) = match item
            .strip_suffix(']')
            .and_then(|rest| rest.rsplit_once('['))
        {
            Some((name, span)) => (name, Some(span)),
            None => (item, None),
        };
        if is_nil(&fold(name)) {
            continue;
        }
        let (from, until) = match span {
            Some(span) => {
                let (from, until) = span.split_once('–').ok_or(BAD_ROLE)?;
                (read_end(from)?, read_end(until)?)
            }
            None => (None, None),
        };
        if let Some(unit) = register.resolve(name) {
            roles.push(Role {
                kind,
                unit,
                from,
                until,
            });
        }
    }
    system.roles.retain(|role| role.kind != kind);
    system.roles.extend(roles);
    system.roles.sort_by_key(|role| role.kind);
    Ok(())
}

fn read_end(text: &str) -> Result<Option<jiff::civil::Date>, Misread> {
    match text.trim() {
        "…" | "..." | "" => Ok(None),
        text => parse_date(text).map(Some).ok_or(BAD_ROLE),
    }
}

macro_rules! role {
    ($kind:ident, $key:literal, $vi:literal, $en:literal, $note:literal, [$($also:literal),*]) => {
        Column {
            spec: Spec::new($key, $vi, $en).width(32).note($note).also(&[$($also),*]),
            show: |s, r| show_roles(s, RoleKind::$kind, r),
            read: |s, text, r| read_roles(s, RoleKind::$kind, text, r),
            copy: |from, to| {
                to.roles.retain(|role| role.kind != RoleKind::$kind);
                to.roles.extend(from.roles.iter().filter(|r| r.kind == RoleKind::$kind).cloned());
                to.roles.sort_by_key(|role| role.kind);
            },
        }
    };
}

macro_rules! date {
    ($field:ident, $vi:literal, $en:literal, [$($also:literal),*]) => {
        Column {
            spec: Spec::new(stringify!($field), $vi, $en).width(13).also(&[$($also),*]),
            show: |s, _| s.$field.map(show_date).unwrap_or_default(),
            read: |s, text, _| {
                s.$field = Some(parse_date(text).ok_or(BAD_DATE)?);
                Ok(())
            },
            copy: |from, to| to.$field = from.$field,
        }
    };
}

macro_rules! flag {
    ($field:ident, $vi:literal, $en:literal, [$($also:literal),*]) => {
        Column {
            spec: Spec::new(stringify!($field), $vi, $en)
                .width(11)
                .choices(&[super::YES, super::NO])
                .also(&[$($also),*]),
            show: |s, _| show_flag(s.$field),
            read: |s, text, _| {
                s.$field = Some(read_yes_no(text).ok_or(BAD_FLAG)?);
                Ok(())
            },
            copy: |from, to| to.$field = from.$field,
        }
    };
}

macro_rules! word {
    ($field:ident, $kind:ident, $width:literal, $vi:literal, $en:literal, [$($also:literal),*]) => {
        Column {
            spec: Spec::new(stringify!($field), $vi, $en)
                .width($width)
                .choices(choices!($kind))
                .also(&[$($also),*]),
            show: |s, _| s.$field.map(|w| w.text().vi.to_owned()).unwrap_or_default(),
            read: |s, text, _| {
                s.$field = Some($kind::read(text).ok_or(BAD_WORD)?);
                Ok(())
            },
            copy: |from, to| to.$field = from.$field,
        }
    };
}

/// A part of the paper of the last approved level. Without a level the part cannot stand.
macro_rules! decision {
    ($field:ident, $key:literal, $vi:literal, $en:literal, $width:literal, [$($also:literal),*], $show:expr, $read:expr) => {
        Column {
            spec: Spec::new($key, $vi, $en).width($width).also(&[$($also),*]),
            show: |s, _| s.levels.last().and_then(|l| l.decision.$field.clone()).map($show).unwrap_or_default(),
            read: |s, text, _| {
                let last = s.levels.last_mut().ok_or(NO_LEVEL)?;
                let read: fn(&str) -> Result<_, Misread> = $read;
                last.decision.$field = Some(read(text)?);
                Ok(())
            },
            copy: |from, to| {
                if let (Some(from), Some(to)) = (from.levels.last(), to.levels.last_mut()) {
                    to.decision.$field.clone_from(&from.decision.$field);
                }
            },
        }
    };
}

macro_rules! regulation {
    ($field:ident, $key:literal, $vi:literal, $en:literal, $width:literal, [$($also:literal),*], $show:expr, $read:expr) => {
        Column {
            spec: Spec::new($key, $vi, $en).width($width).also(&[$($also),*]),
            show: |s, _| s.regulation.as_ref().and_then(|p| p.$field.clone()).map($show).unwrap_or_default(),
            read: |s, text, _| {
                let read: fn(&str) -> Result<_, Misread> = $read;
                let value = read(text)?;
                s.regulation.get_or_insert_with(Paper::default).$field = Some(value);
                Ok(())
            },
            copy: |from, to| {
                let value = from.regulation.as_ref().and_then(|p| p.$field.clone());
                if value.is_some() || to.regulation.is_some() {
                    to.regulation.get_or_insert_with(Paper::default).$field = value;
                }
            },
        }
    };
}

const NO_LEVEL: Misread = misread(
    "có quyết định nhưng thiếu cấp độ",
    "names a decision but no level",
    "điền cột Cấp độ được phê duyệt",
    "fill the column of the approved level",
);

#[allow(
    clippy::unnecessary_wraps,
    reason = "one shape with the readers that can fail"
)]
fn text(text: &str) -> Result<String, Misread> {
    Ok(text.to_owned())
}

fn date(text: &str) -> Result<jiff::civil::Date, Misread> {
    parse_date(text).ok_or(BAD_DATE)
}

fn same(text: String) -> String {
    text
}

/// The columns in their order. "Cấp độ được phê duyệt" stands before the parts of its decision,
/// because reading follows this order.
pub(crate) static COLUMNS: &[Column<System>] = &[
    Column {
        spec: Spec::new("code", "Mã hệ thống", "System code")
            .lock(Lock::Always)
            .width(20)
            .note("Không sửa. Để trống nếu là hệ thống mới: mã được tạo khi nhập.")
            .also(&["ma httt", "ma he thong thong tin", "ma dinh danh"]),
        show: |s, _| s.code.to_string(),
        read: |s, text, _| {
            s.code = text.parse().map_err(|_| BAD_CODE)?;
            Ok(())
        },
        copy: |from, to| to.code.clone_from(&from.code),
    },
    Column {
        spec: Spec::new("name", "Tên hệ thống thông tin", "Name of system")
            .width(42)
            .free()
            .note("Bắt buộc.")
            .also(&[
                "ten he thong",
                "he thong thong tin",
                "ten httt",
                "httt",
                "ten he thong thong tin csdl",
                "he thong",
                "ten phan mem",
                "ten ung dung",
                "ten phan mem he thong",
                "ten he thong ung dung",
            ]),
        show: |s, _| s.name.clone(),
        read: |s, text, _| {
            text.clone_into(&mut s.name);
            Ok(())
        },
        copy: |from, to| to.name.clone_from(&from.name),
    },
    role!(
        Owner,
        "owner",
        "Chủ quản hệ thống thông tin",
        "Owner",
        "Cơ quan quyết định đầu tư hoặc được UBND tỉnh giao (NĐ 331/2026 Điều 4). Một hệ thống một chủ quản.",
        [
            "chu quan",
            "co quan chu quan",
            "don vi chu quan",
            "ten chu quan",
            "chu quan httt",
            "chu quan he thong",
            "don vi chu quan he thong thong tin",
            "chu quan htt"
        ]
    ),
    role!(
        Operator,
        "operator",
        "Đơn vị vận hành",
        "Operator",
        "Đơn vị được chủ quản giao vận hành.",
        [
            "don vi van hanh he thong thong tin",
            "don vi van hanh httt",
            "van hanh",
            "don vi quan ly van hanh",
            "don vi quan tri van hanh",
            "don vi quan ly"
        ]
    ),
    role!(
        UsingUnit,
        "using_units",
        "Đơn vị sử dụng",
        "Using units",
        "Mỗi đơn vị một dòng trong ô (Alt+Enter).",
        [
            "don vi",
            "ten don vi",
            "co quan",
            "co quan don vi",
            "don vi thu huong",
            "don vi bao cao",
            "don vi su dung he thong"
        ]
    ),
    role!(
        Provider,
        "provider",
        "Nhà cung cấp dịch vụ",
        "Provider",
        "Doanh nghiệp cho thuê máy chủ, phần mềm.",
        [
            "nha cung cap",
            "don vi cung cap",
            "don vi cung cap dich vu",
            "don vi phat trien",
            "nha thau"
        ]
    ),
    role!(
        Specialised,
        "specialised",
        "Đơn vị chuyên trách an ninh mạng",
        "Specialised unit",
        "NĐ 331/2026 Điều 3.",
        [
            "don vi chuyen trach",
            "don vi chuyen trach ve an toan thong tin",
            "don vi chuyen trach ve an ninh mang",
            "don vi chuyen trach attt"
        ]
    ),
    Column {
        spec: Spec::new("approved_level", "Cấp độ được phê duyệt", "Approved level")
            .width(12)
            .choices(&["1", "2", "3", "4", "5"])
            .also(&[
                "cap do",
                "cap do attt",
                "cap do an toan",
                "cap do an toan thong tin",
                "cap do da phe duyet",
                "cap do phe duyet",
                "cap do an ninh mang",
                "cap do httt",
                "cap do an toan he thong thong tin",
            ]),
        show: |s, _| {
            s.levels
                .last()
                .map(|l| u8::from(l.level).to_string())
                .unwrap_or_default()
        },
        read: |s, text, _| {
            let level = read_level(text).ok_or(BAD_LEVEL)?;
            s.levels.push(ApprovedLevel {
                level,
                decision: Paper::default(),
                until: None,
            });
            Ok(())
        },
        copy: |from, to| match from.levels.last() {
            // A new decision is a new level with its own history; only the same one is amended.
            Some(new) => match to.levels.last_mut() {
                Some(old) => old.level = new.level,
                None => to.levels.push(new.clone()),
            },
            None => {
                to.levels.pop();
            }
        },
    },
    decision!(
        number,
        "decision_number",
        "Số quyết định phê duyệt",
        "Decision number",
        18,
        [
            "quyet dinh phe duyet so",
            "quyet dinh phe duyet cap do so",
            "quyet dinh so",
            "so quyet dinh",
            "so qd",
            "so qd phe duyet",
            "so ky hieu quyet dinh"
        ],
        same,
        text
    ),
    decision!(
        date,
        "decision_date",
        "Ngày quyết định",
        "Decision date",
        13,
        [
            "quyet dinh phe duyet ngay",
            "quyet dinh phe duyet cap do ngay",
            "quyet dinh ngay",
            "quyet dinh phe duyet ngay ban hanh",
            "ngay qd",
            "ngay phe duyet",
            "ngay ban hanh quyet dinh",
            "ngay quyet dinh phe duyet"
        ],
        show_date,
        date
    ),
    decision!(
        authority,
        "decision_authority",
        "Cơ quan phê duyệt",
        "Approving body",
        26,
        [
            "quyet dinh phe duyet co quan ban hanh",
            "quyet dinh phe duyet co quan",
            "quyet dinh co quan ban hanh",
            "quyet dinh phe duyet cap do co quan ban hanh",
            "co quan ban hanh quyet dinh",
            "don vi phe duyet",
            "cap phe duyet"
        ],
        same,
        text
    ),
    Column {
        spec: Spec::new("level_until", "Cấp độ hết hiệu lực", "Level ends").width(13),
        show: |s, _| {
            s.levels
                .last()
                .and_then(|l| l.until)
                .map(show_date)
                .unwrap_or_default()
        },
        read: |s, text, _| {
            let until = parse_date(text).ok_or(BAD_DATE)?;
            s.levels.last_mut().ok_or(NO_LEVEL)?.until = Some(until);
            Ok(())
        },
        copy: |from, to| {
            if let (Some(from), Some(to)) = (from.levels.last(), to.levels.last_mut()) {
                to.until = from.until;
            }
        },
    },
    Column {
        spec: Spec::new("proposed_level", "Cấp độ đề xuất", "Proposed level")
            .width(12)
            .choices(&["1", "2", "3", "4", "5"])
            .also(&["de xuat cap do", "cap do de xuat 1 5", "cap do du kien"]),
        show: |s, _| {
            s.proposed_level
                .map(|l| u8::from(l).to_string())
                .unwrap_or_default()
        },
        read: |s, text, _| {
            s.proposed_level = Some(read_level(text).ok_or(BAD_LEVEL)?);
            Ok(())
        },
        copy: |from, to| to.proposed_level = from.proposed_level,
    },
    word!(
        dossier,
        DossierState,
        20,
        "Tình trạng phê duyệt",
        "State of the dossier",
        [
            "tinh trang",
            "trang thai ho so",
            "tinh trang ho so",
            "tinh trang phe duyet cap do",
            "trang thai phe duyet",
            "tinh trang ho so cap do",
            "tinh trang phe duyet ho so de xuat cap do"
        ]
    ),
    date!(
        expected_approval,
        "Dự kiến phê duyệt",
        "Expected approval",
        [
            "thoi gian du kien phe duyet",
            "ngay du kien phe duyet",
            "thoi gian du kien duoc phe duyet"
        ]
    ),
    regulation!(
        number,
        "regulation_number",
        "Số Quy chế",
        "Regulation number",
        18,
        ["so quy che", "quy che so"],
        same,
        text
    ),
    regulation!(
        date,
        "regulation_date",
        "Ngày ban hành Quy chế",
        "Regulation date",
        13,
        ["ngay quy che"],
        show_date,
        date
    ),
    regulation!(
        authority,
        "regulation_authority",
        "Cơ quan ban hành Quy chế",
        "Body of the regulation",
        26,
        [],
        same,
        text
    ),
    word!(
        plan,
        PlanState,
        24,
        "Triển khai phương án",
        "Plan deployed",
        [
            "tinh trang trien khai phuong an",
            "trien khai phuong an bao dam an ninh mang",
            "trien khai phuong an bao dam an toan thong tin",
            "tinh hinh trien khai phuong an",
            "phuong an da trien khai"
        ]
    ),
    date!(
        expected_deployment,
        "Dự kiến triển khai đầy đủ",
        "Expected full deployment",
        [
            "thoi gian du kien trien khai day du",
            "ngay du kien trien khai day du"
        ]
    ),
    Column {
        spec: Spec::new("checks_done", "Kiểm tra, đánh giá đã làm", "Checks done")
            .width(22)
            .note("Trước khi đưa vào sử dụng; Định kỳ; hoặc cả hai, mỗi mục một dòng.")
            .also(&[
                "kiem tra danh gia",
                "tinh hinh kiem tra danh gia",
                "kiem tra danh gia an ninh mang",
                "kiem tra danh gia attt",
            ]),
        show: |s, _| {
            s.checks_done
                .iter()
                .map(|c| c.text().vi)
                .collect::<Vec<_>>()
                .join("\n")
        },
        read: |s, text, _| read_checks(s, text),
        copy: |from, to| to.checks_done.clone_from(&from.checks_done),
    },
    Column {
        spec: Spec::new("lifecycle", "Vòng đời", "Lifecycle")
            .width(16)
            .choices(choices!(Lifecycle))
            .also(&[
                "trang thai",
                "trang thai hoat dong",
                "tinh trang hoat dong",
                "tinh trang su dung",
            ]),
        show: |s, _| s.lifecycle.text().vi.to_owned(),
        read: |s, text, _| {
            s.lifecycle = Lifecycle::read(text).ok_or(BAD_WORD)?;
            Ok(())
        },
        copy: |from, to| to.lifecycle = from.lifecycle,
    },
    word!(
        hosting,
        Hosting,
        24,
        "Nơi đặt hệ thống",
        "Hosting",
        [
            "noi dat may chu",
            "noi dat",
            "ha tang",
            "vi tri dat may chu",
            "noi trien khai",
            "hosting",
            "noi luu tru"
        ]
    ),
    date!(
        go_live,
        "Ngày đưa vào sử dụng",
        "Go-live date",
        [
            "ngay van hanh",
            "thoi gian dua vao su dung",
            "ngay dua vao van hanh",
            "nam dua vao su dung"
        ]
    ),
    date!(
        investment_start,
        "Ngày bắt đầu đầu tư",
        "Investment start",
        ["ngay khoi cong", "ngay bat dau dau tu du an"]
    ),
    date!(
        level_review,
        "Ngày rà soát cấp độ",
        "Level review date",
        ["ra soat cap do"]
    ),
    date!(
        pre_operation_check,
        "Ngày kiểm tra trước vận hành",
        "Pre-operation check",
        ["kiem tra truoc van hanh"]
    ),
    date!(
        last_assessment,
        "Ngày đánh giá gần nhất",
        "Last assessment",
        [
            "danh gia gan nhat",
            "ngay kiem tra gan nhat",
            "lan danh gia gan nhat"
        ]
    ),
    flag!(
        monitored,
        "Kết nối giám sát",
        "Monitored",
        [
            "giam sat",
            "ket noi soc",
            "giam sat attt",
            "ket noi giam sat an ninh mang"
        ]
    ),
    flag!(
        important,
        "Hệ thống quan trọng",
        "Important",
        ["quan trong"]
    ),
    Column {
        spec: Spec::new("fragile", "Hệ thống dễ hỏng khi quét", "Fragile")
            .width(11)
            .choices(&[super::YES, super::NO])
            .note("Có: chỉ quét nhẹ, mỗi lúc một kết nối."),
        show: |s, _| show_flag(s.fragile.then_some(true)),
        read: |s, text, _| {
            s.fragile = read_yes_no(text).ok_or(BAD_FLAG)?;
            Ok(())
        },
        copy: |from, to| to.fragile = from.fragile,
    },
];

/// Columns that are read but never written: papers in one cell.
pub(crate) static IN_ONE_CELL: &[Column<System>] = &[
    Column {
        spec: Spec::new("decision", "Quyết định phê duyệt", "Decision")
            .width(34)
            .also(&[
                "quyet dinh",
                "van ban phe duyet",
                "qd phe duyet",
                "quyet dinh phe duyet cap do",
                "so ngay quyet dinh phe duyet",
                "so quyet dinh ngay thang nam co quan phe duyet",
                "so ngay thang co quan ban hanh quyet dinh phe duyet cap do",
                "quyet dinh phe duyet so ngay co quan",
                "quyet dinh phe duyet ho so de xuat cap do",
                "quyet dinh phe duyet cap do so ngay co quan ban hanh",
            ]),
        show: |s, _| {
            s.levels
                .last()
                .map(|l| show_paper(&l.decision))
                .unwrap_or_default()
        },
        read: |s, text, _| {
            let decision = parse_paper(text).ok_or(BAD_PAPER)?;
            match (s.levels.last_mut(), s.proposed_level, s.dossier) {
                (Some(last), ..) => last.decision = decision,
                // Mẫu số 08 has no column of the approved level: once the dossier is approved, the
                // decision approves the level proposed.
                (None, Some(level), Some(DossierState::Approved)) => {
                    s.levels.push(ApprovedLevel {
                        level,
                        decision,
                        until: None,
                    });
                }
                _ => return Err(NO_LEVEL),
            }
            Ok(())
        },
        copy: |from, to| {
            if let (Some(from), Some(to)) = (from.levels.last(), to.levels.last_mut()) {
                to.decision.clone_from(&from.decision);
            }
        },
    },
    Column {
        spec: Spec::new("regulation", "Quy chế bảo đảm an ninh mạng", "Regulation")
            .width(34)
            .also(&[
                "quy che",
                "quy che bao dam an toan thong tin",
                "quy che bao dam attt",
                "quy che bao dam an ninh mang so ngay co quan ban hanh",
                "so ngay thang co quan ban hanh quy che",
            ]),
        show: |s, _| s.regulation.as_ref().map(show_paper).unwrap_or_default(),
        read: |s, text, _| {
            s.regulation = Some(parse_paper(text).ok_or(BAD_PAPER)?);
            Ok(())
        },
        copy: |from, to| to.regulation.clone_from(&from.regulation),
    },
];

fn read_checks(system: &mut System, text: &str) -> Result<(), Misread> {
    let mut rest = fold(text);
    let mut found = std::collections::BTreeSet::new();
    if rest == "ca hai" {
        found.extend(CheckDone::TABLE.iter().map(|row| row.0));
        rest.clear();
    }
    for (check, code, words) in CheckDone::TABLE {
        for word in [fold(words.vi), fold(words.en), fold(code)] {
            if rest.contains(&word) {
                rest = rest.replace(&word, " ");
                found.insert(*check);
            }
        }
    }
    // Whatever stands beside the known words was meant to say something.
    if found.is_empty() || rest.split(' ').any(|w| !w.is_empty() && w != "va") {
        return Err(BAD_WORD);
    }
    system.checks_done = found;
    Ok(())
}
