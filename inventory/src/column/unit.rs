//! Columns of the sheet "Đơn vị".

use super::{BAD_CODE, BAD_DATE, BAD_WORD, Column, Lock, Spec, choices};
use crate::{
    Contact, Unit, UnitKind,
    dates::{parse_date, show_date},
    words::Worded,
};

macro_rules! contact {
    ($field:ident, $vi:literal, $en:literal) => {
        Column {
            spec: Spec::new(concat!("contact_", stringify!($field)), $vi, $en)
                .width(26)
                .free(),
            show: |u, _| {
                u.contact
                    .as_ref()
                    .and_then(|c| c.$field.clone())
                    .unwrap_or_default()
            },
            read: |u, text, _| {
                u.contact.get_or_insert_with(Contact::default).$field = Some(text.to_owned());
                Ok(())
            },
            copy: |from, to| {
                let value = from.contact.as_ref().and_then(|c| c.$field.clone());
                if value.is_some() || to.contact.is_some() {
                    to.contact.get_or_insert_with(Contact::default).$field = value;
                }
            },
        }
    };
}

macro_rules! date {
    ($field:ident, $vi:literal, $en:literal) => {
        Column {
            spec: Spec::new(stringify!($field), $vi, $en).width(13),
            show: |u, _| u.$field.map(show_date).unwrap_or_default(),
            read: |u, text, _| {
                u.$field = Some(parse_date(text).ok_or(BAD_DATE)?);
                Ok(())
            },
            copy: |from, to| to.$field = from.$field,
        }
    };
}

macro_rules! unit {
    ($field:ident, $vi:literal, $en:literal) => {
        Column {
            spec: Spec::new(stringify!($field), $vi, $en).width(30),
            show: |u, r| {
                u.$field
                    .as_ref()
                    .map(|code| r.show(code))
                    .unwrap_or_default()
            },
            read: |u, text, r| {
                u.$field = r.resolve(text);
                Ok(())
            },
            copy: |from, to| to.$field.clone_from(&from.$field),
        }
    };
}

/// The columns in their order.
pub(crate) static COLUMNS: &[Column<Unit>] = &[
    Column {
        spec: Spec::new("code", "Mã đơn vị", "Unit code")
            .lock(Lock::Always)
            .note("Không sửa. Để trống nếu là đơn vị mới."),
        show: |u, _| u.code.to_string(),
        read: |u, text, _| {
            u.code = text.parse().map_err(|_| BAD_CODE)?;
            Ok(())
        },
        copy: |from, to| to.code.clone_from(&from.code),
    },
    Column {
        spec: Spec::new("name", "Tên đơn vị", "Name of unit")
            .width(40)
            .free()
            .note("Bắt buộc. Tên đầy đủ hiện nay."),
        show: |u, _| u.name.clone(),
        read: |u, text, _| {
            text.clone_into(&mut u.name);
            Ok(())
        },
        copy: |from, to| to.name.clone_from(&from.name),
    },
    Column {
        spec: Spec::new("kind", "Loại đơn vị", "Kind of unit")
            .choices(choices!(UnitKind))
            .width(22),
        show: |u, _| u.kind.map(|k| k.text().vi.to_owned()).unwrap_or_default(),
        read: |u, text, _| {
            u.kind = Some(UnitKind::read(text).ok_or(BAD_WORD)?);
            Ok(())
        },
        copy: |from, to| to.kind = from.kind,
    },
    unit!(parent, "Đơn vị cấp trên", "Parent unit"),
    date!(from, "Hoạt động từ ngày", "Exists from"),
    date!(until, "Hoạt động đến ngày", "Exists until"),
    unit!(successor, "Đơn vị kế thừa", "Successor"),
    Column {
        spec: Spec::new(
            "aliases",
            "Tên cũ, cách viết khác",
            "Older names and spellings",
        )
        .width(34)
        .free()
        .note("Mỗi tên một dòng trong ô (Alt+Enter)."),
        show: |u, _| u.aliases.join("\n"),
        read: |u, text, _| {
            u.aliases = text
                .lines()
                .map(str::trim)
                .filter(|a| !a.is_empty())
                .map(str::to_owned)
                .collect();
            Ok(())
        },
        copy: |from, to| to.aliases.clone_from(&from.aliases),
    },
    contact!(mandate, "Văn bản giao nhiệm vụ", "Mandate document"),
    contact!(
        representative,
        "Người đại diện, chức vụ",
        "Representative and position"
    ),
    contact!(address, "Địa chỉ trụ sở", "Postal address"),
    contact!(telephone, "Điện thoại", "Telephone"),
    contact!(email, "Thư điện tử", "E-mail"),
];
