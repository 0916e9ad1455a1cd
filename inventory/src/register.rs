//! The register of units while sheets are read: names and old names to codes.

use std::collections::HashMap;

use crate::{
    Code, Unit,
    clean::{clean, code_from, fold},
};

/// Units by code, by name and by older name.
#[derive(Debug, Default)]
pub(crate) struct Register {
    units: Vec<Unit>,
    by_code: HashMap<Code, usize>,
    by_name: HashMap<String, Vec<usize>>,
    /// Names without diacritics, for sheets typed without them.
    by_fold: HashMap<String, Vec<usize>>,
}

fn key(name: &str) -> String {
    clean(name)
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

impl Register {
    pub(crate) fn of(units: impl IntoIterator<Item = Unit>) -> Self {
        let mut register = Self::default();
        for unit in units {
            register.put(unit);
        }
        register
    }

    /// Adds a unit, or replaces the one of the same code.
    pub(crate) fn put(&mut self, unit: Unit) {
        let at = match self.by_code.get(&unit.code) {
            Some(at) => *at,
            None => self.units.len(),
        };
        for name in std::iter::once(&unit.name).chain(&unit.aliases) {
            for (map, key) in [
                (&mut self.by_name, key(name)),
                (&mut self.by_fold, fold(name)),
            ] {
                let found = map.entry(key).or_default();
                if !found.contains(&at) {
                    found.push(at);
                }
            }
        }
        self.by_code.insert(unit.code.clone(), at);
        match self.units.get_mut(at) {
            Some(old) => *old = unit,
            None => self.units.push(unit),
        }
    }

    pub(crate) fn unit(&self, code: &Code) -> Option<&Unit> {
        self.by_code.get(code).map(|at| &self.units[*at])
    }

    pub(crate) fn has(&self, code: &Code) -> bool {
        self.by_code.contains_key(code)
    }

    /// The code meant by a cell: `Tên (ma)`, `(ma)`, a code, a name or an older name. A name not
    /// known becomes a new unit. A unit still existing wins over a dissolved one of the same name.
    pub(crate) fn resolve(&mut self, text: &str) -> Option<Code> {
        let text = clean(text);
        if text.is_empty() {
            return None;
        }
        if let Some(code) = self.known(&text) {
            return Some(code);
        }
        let code = code_from(&[&text], &|code| self.has(code));
        self.put(Unit::new(code.clone(), text));
        Some(code)
    }

    fn known(&self, text: &str) -> Option<Code> {
        if let Some((name, code)) = text.strip_suffix(')').and_then(|t| t.rsplit_once('('))
            && let Ok(code) = code.parse::<Code>()
            && (name.is_empty() || self.has(&code))
        {
            return Some(code);
        }
        let best = |found: Option<&Vec<usize>>| {
            let found = found?;
            found
                .iter()
                .find(|at| {
                    key(&self.units[**at].name) == key(text) && self.units[**at].until.is_none()
                })
                .or_else(|| found.iter().find(|at| self.units[**at].until.is_none()))
                .or_else(|| found.first())
                .map(|at| self.units[*at].code.clone())
        };
        best(self.by_name.get(&key(text)))
            .or_else(|| text.parse::<Code>().ok().filter(|code| self.has(code)))
            // Only a text without any diacritics may mean a name that has them.
            .or_else(|| {
                text.is_ascii()
                    .then(|| best(self.by_fold.get(&fold(text))))
                    .flatten()
            })
    }

    /// A code as a cell shows it, so that [`Register::resolve`] finds exactly it again.
    pub(crate) fn show(&self, code: &Code) -> String {
        match self.unit(code) {
            Some(unit) if !unit.name.trim().is_empty() => {
                let name = unit.name.replace(['\n', ';', '[', ']'], " ");
                format!("{} ({code})", name.trim())
            }
            _ => format!("({code})"),
        }
    }

    pub(crate) fn into_units(self) -> Vec<Unit> {
        self.units
    }
}
