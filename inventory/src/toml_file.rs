//! Inventories written by hand, in TOML.

use std::collections::BTreeSet;

use toml::de::{DeTable, DeValue};
use uuid::Uuid;

use crate::{ImportError, Inventory, Message, Place, Weight, Words};

mod raw;
mod short;

pub(crate) use short::{parse_hours, show_hours};

/// Largest TOML inventory read. Twenty thousand systems are about ten megabytes.
const TOML_BYTES: usize = 32 << 20;

/// Reads a TOML inventory. `file` is named in messages; `new_id` gives the identity of endpoints
/// that carry none. TOML is written by people who can mend it, so it is refused whole with line,
/// value and hint.
///
/// A bare date as `until` means the end of that day in Asia/Ho_Chi_Minh.
pub fn from_toml(
    file: &str,
    text: &str,
    new_id: &mut dyn FnMut() -> Uuid,
) -> Result<Inventory, ImportError> {
    if text.len() > TOML_BYTES {
        return Err(ImportError::TooLarge);
    }
    let refuse = |error: &toml::de::Error| ImportError::Toml(Box::new(explain(file, text, error)));
    let mut table = DeTable::parse(text).map_err(|e| refuse(&e))?;
    for (_, value) in table.get_mut().iter_mut() {
        spell_dates(value.get_mut());
    }
    let raw: raw::File = serde::Deserialize::deserialize(toml::Deserializer::from(table)).map_err(
        |mut e: toml::de::Error| {
            e.set_input(Some(text));
            refuse(&e)
        },
    )?;
    Ok(raw.into_inventory(new_id).normalised())
}

/// Writes an inventory as TOML that [`from_toml`] reads back without loss.
pub fn to_toml(inventory: &Inventory) -> Result<String, ImportError> {
    let raw = raw::File::of(inventory.clone().normalised());
    toml::to_string_pretty(&raw).map_err(|e| ImportError::Write(e.to_string()))
}

/// TOML has dates of its own; the model reads them from text.
fn spell_dates(value: &mut DeValue<'_>) {
    match value {
        DeValue::Datetime(moment) => *value = DeValue::String(moment.to_string().into()),
        DeValue::Array(items) => items.iter_mut().for_each(|v| spell_dates(v.get_mut())),
        DeValue::Table(table) => table.iter_mut().for_each(|(_, v)| spell_dates(v.get_mut())),
        _ => {}
    }
}

fn explain(file: &str, text: &str, error: &toml::de::Error) -> Message {
    let span = error.span().unwrap_or(0..0);
    let before = text.get(..span.start).unwrap_or(text);
    let place = Place {
        file: Some(file.to_owned()),
        row: Some(before.matches('\n').count() + 1),
        ..Place::default()
    };
    let said: BTreeSet<&str> = error.message().lines().collect();
    let said = said.into_iter().collect::<Vec<_>>().join("; ");
    let line = text[..before.len()].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line..].lines().next().unwrap_or("");
    Message::new(
        Weight::Error,
        place,
        Words::new(
            format!("không đọc được: {}", crate::message::shown(&said)),
            format!("cannot be read: {}", crate::message::shown(&said)),
        ),
        hint(&said),
    )
    .about(
        text.get(span)
            .filter(|v| !v.trim().is_empty() && !v.contains('\n'))
            .unwrap_or(line),
    )
}

fn hint(said: &str) -> Words {
    if said.contains("unknown field") {
        Words::new(
            "bỏ trường này hoặc sửa theo tên đúng trong danh sách",
            "drop this field or spell it as in the list",
        )
    } else if said.contains("unknown variant") {
        Words::new(
            "dùng một trong các mã nêu trên",
            "use one of the codes listed",
        )
    } else if said.contains("missing field") {
        Words::new("bổ sung trường còn thiếu", "add the missing field")
    } else if said.contains("date") || said.contains("failed to parse") || said.contains("moment") {
        Words::new(
            "ghi ngày dạng 2026-11-18, thời điểm dạng 2026-11-18T09:00:00+07:00",
            "write a date as 2026-11-18, a moment as 2026-11-18T09:00:00+07:00",
        )
    } else if said.contains("level") {
        Words::new("cấp độ là số từ 1 đến 5", "a level is a number from 1 to 5")
    } else {
        Words::new(
            "sửa dòng này; mẫu có trong `luytre inventory template`",
            "mend this line; `luytre inventory template` shows the form",
        )
    }
}

#[cfg(test)]
mod tests;
