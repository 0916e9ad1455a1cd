//! What differs between two inventories, and taking over what a sheet says.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    Endpoint, Inventory, System, Text, Words,
    column::{Column, parts, system, unit},
    field::shown_field,
    register::Register,
};

/// One difference, for a person to accept or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What kind of thing.
    pub thing: Thing,
    /// Its code, number or name.
    pub subject: String,
    /// Its field; none when the whole thing came or went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// What stood there, as a sheet shows it; empty when nothing did.
    pub old: String,
    /// What stands there now.
    pub new: String,
    /// The difference in words.
    pub words: Words,
}

/// Kinds of things an inventory holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A unit.
    Unit,
    /// A system.
    System,
    /// An endpoint.
    Endpoint,
    /// An authorisation.
    Authorisation,
    /// An exclusion.
    Exclusion,
}

impl Thing {
    pub(crate) const fn text(self) -> Text {
        match self {
            Self::Unit => Text::new("Đơn vị", "Unit"),
            Self::System => Text::new("Hệ thống", "System"),
            Self::Endpoint => Text::new("Điểm kết nối", "Endpoint"),
            Self::Authorisation => Text::new("Căn cứ quét", "Authorisation"),
            Self::Exclusion => Text::new("Loại trừ", "Exclusion"),
        }
    }
}

/// What differs from `old` to `new`, thing by thing and field by field. Equal inventories (in
/// normal form) give none, and different ones at least one.
pub fn diff(old: &Inventory, new: &Inventory) -> Vec<Difference> {
    let (old, new) = (old.clone().normalised(), new.clone().normalised());
    let registers = (
        Register::of(old.units.iter().cloned()),
        Register::of(new.units.iter().cloned()),
    );
    let mut out = Compare {
        registers,
        out: Vec::new(),
    };
    out.all(
        Thing::Unit,
        &old.units,
        &new.units,
        (|u| u.code.to_string(), None),
        unit::COLUMNS,
        &mut |_, _, _| {},
    );
    out.all(
        Thing::System,
        &old.systems,
        &new.systems,
        (|s| s.code.to_string(), None),
        system::COLUMNS,
        &mut details,
    );
    out.all(
        Thing::Authorisation,
        &old.authorisations,
        &new.authorisations,
        (|a| a.number.clone(), None),
        parts::AUTHORISATIONS,
        &mut |_, _, _| {},
    );
    out.all(
        Thing::Exclusion,
        &old.exclusions,
        &new.exclusions,
        (|e| e.name.clone(), None),
        parts::EXCLUSIONS,
        &mut |_, _, _| {},
    );
    out.out
}

struct Compare {
    registers: (Register, Register),
    out: Vec<Difference>,
}

/// The key of an item, and what people call it where that is not the key.
type Called<T> = (fn(&T) -> String, Option<fn(&T) -> String>);

/// Compares what columns do not show of two items with the same key.
type Details<'a, T> = &'a mut dyn FnMut(&mut Compare, &T, &T);

impl Compare {
    fn all<T: PartialEq>(
        &mut self,
        thing: Thing,
        old: &[T],
        new: &[T],
        (key, label): Called<T>,
        columns: &'static [Column<T>],
        details: Details<'_, T>,
    ) {
        // Items are matched by key and by how many of that key came before.
        let keys = |items: &[T]| {
            let mut seen = std::collections::HashMap::new();
            let number = |key: String| {
                let n: &mut usize = seen.entry(key.clone()).or_insert(0);
                *n += 1;
                (key, *n)
            };
            items.iter().map(key).map(number).collect::<Vec<_>>()
        };
        let (old_keys, new_keys) = (keys(old), keys(new));
        let at: std::collections::HashMap<_, _> = new_keys.iter().zip(new).collect();
        for (key, a) in old_keys.iter().zip(old) {
            let called = label.map_or_else(|| key.0.clone(), |label| label(a));
            let subject = (key.0.as_str(), called.as_str());
            match at.get(key) {
                None => self.whole(thing, subject, false),
                Some(b) if a != *b => {
                    for column in columns {
                        let shown = (
                            (column.show)(a, &self.registers.0),
                            (column.show)(b, &self.registers.1),
                        );
                        if shown.0 != shown.1 {
                            let field = (column.spec.key, column.spec.heading);
                            self.field(thing, subject, field, shown);
                        }
                    }
                    details(self, a, b);
                }
                Some(_) => {}
            }
        }
        let had: BTreeSet<_> = old_keys.into_iter().collect();
        for (key, b) in new_keys.iter().zip(new) {
            if !had.contains(key) {
                let called = label.map_or_else(|| key.0.clone(), |label| label(b));
                self.whole(thing, (&key.0, &called), true);
            }
        }
    }

    /// `subject` is the identity and what people call it.
    fn whole(&mut self, thing: Thing, (subject, called): (&str, &str), came: bool) {
        let kind = thing.text();
        let (vi, en) = if came {
            ("thêm mới", "added")
        } else {
            ("không còn", "gone")
        };
        self.out.push(Difference {
            thing,
            subject: subject.to_owned(),
            field: None,
            old: String::new(),
            new: String::new(),
            words: Words::new(
                format!("{} {called}: {vi}", kind.vi),
                format!("{} {called}: {en}", kind.en),
            ),
        });
    }

    /// A difference in a part of a system.
    fn part(&mut self, system: &System, field: (&'static str, Text), old: String, new: String) {
        let code = system.code.as_str();
        self.field(Thing::System, (code, code), field, (old, new));
    }

    fn field(
        &mut self,
        thing: Thing,
        (subject, called): (&str, &str),
        (field, heading): (&'static str, Text),
        (old, new): (String, String),
    ) {
        let kind = thing.text();
        let show = |text: &str, none: &str| {
            if text.is_empty() {
                none.to_owned()
            } else {
                crate::message::shown(text)
            }
        };
        let words = Words::new(
            format!(
                "{} {called}, {}: {} → {}",
                kind.vi,
                heading.vi,
                show(&old, "(trống)"),
                show(&new, "(trống)")
            ),
            format!(
                "{} {called}, {}: {} → {}",
                kind.en,
                heading.en,
                show(&old, "(blank)"),
                show(&new, "(blank)")
            ),
        );
        self.out.push(Difference {
            thing,
            subject: subject.to_owned(),
            field: Some(field),
            old,
            new,
            words,
        });
    }
}

/// Parts of a system that have sheets of their own.
fn details(out: &mut Compare, a: &System, b: &System) {
    let older = |s: &System| s.levels.len().saturating_sub(1);
    if a.levels[..older(a)] != b.levels[..older(b)] {
        let heading = Text::new("Lịch sử cấp độ (số lần)", "Earlier levels");
        out.part(a, ("levels", heading), count(older(a)), count(older(b)));
    }
    if a.changes != b.changes {
        let heading = Text::new("Thay đổi (số lần)", "Changes");
        let (old, new) = (count(a.changes.len()), count(b.changes.len()));
        out.part(a, ("changes", heading), old, new);
    }
    if a.unread != b.unread {
        let heading = Text::new("Ô chưa đọc được", "Cells not read");
        out.part(a, ("unread", heading), unread(a), unread(b));
    }
    if a.profile != b.profile {
        profiles(out, a, b);
    }
    if a.endpoints != b.endpoints {
        let before = out.out.len();
        out.all(
            Thing::Endpoint,
            &a.endpoints,
            &b.endpoints,
            (|e| e.id.to_string(), Some(Endpoint::label)),
            parts::ENDPOINTS,
            &mut |_, _, _| {},
        );
        if out.out.len() == before {
            let heading = Text::new("Thứ tự điểm kết nối", "Order of endpoints");
            out.part(a, ("endpoints", heading), String::new(), String::new());
        }
    }
}

/// A number of parts; blank for none.
fn count(n: usize) -> String {
    if n == 0 { String::new() } else { n.to_string() }
}

fn unread(s: &System) -> String {
    let gaps: Vec<String> = s
        .unread
        .iter()
        .map(|(field, text)| format!("{}: {text}", shown_field(field)))
        .collect();
    gaps.join("; ")
}

fn profiles(out: &mut Compare, a: &System, b: &System) {
    let (none, before) = (crate::Profile::default(), out.out.len());
    let (p, q) = (
        a.profile.as_ref().unwrap_or(&none),
        b.profile.as_ref().unwrap_or(&none),
    );
    for column in parts::PROFILES {
        let old = (column.show)(p, &out.registers.0);
        let new = (column.show)(q, &out.registers.1);
        if old != new {
            out.part(a, (column.spec.key, column.spec.heading), old, new);
        }
    }
    if out.out.len() == before {
        let heading = Text::new("Hệ thống thành phần (số lượng)", "Components");
        let (old, new) = (count(p.components.len()), count(q.components.len()));
        out.part(a, ("profile", heading), old, new);
    }
}

#[cfg(test)]
mod tests;
