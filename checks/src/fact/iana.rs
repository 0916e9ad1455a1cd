//! Names of the IANA TLS registries: cipher suites and supported groups.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

mod groups;
mod suites;

pub use groups::GROUPS;
pub use suites::SUITES;

/// A cipher suite by its number. In JSON its IANA name, or `0xNNNN` when it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Suite(pub u16);

/// A key exchange group by its number. In JSON its IANA name, or `0xNNNN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group(pub u16);

fn name_of(table: &[(u16, &'static str)], number: u16) -> Option<&'static str> {
    table
        .binary_search_by_key(&number, |row| row.0)
        .ok()
        .map(|at| table[at].1)
}

fn number_of(table: &[(u16, &'static str)], name: &str) -> Option<u16> {
    let hex = |text: &str| u16::from_str_radix(text.strip_prefix("0x")?, 16).ok();
    table
        .iter()
        .find(|row| row.1 == name)
        .map(|row| row.0)
        .or_else(|| hex(name))
}

macro_rules! registered {
    ($type:ty, $table:ident, $what:literal) => {
        impl $type {
            /// The IANA name, if registered.
            pub fn name(self) -> Option<&'static str> {
                name_of($table, self.0)
            }

            #[doc = concat!("The ", $what, " of that IANA name (or `0xNNNN`).")]
            pub fn parse(name: &str) -> Option<Self> {
                number_of($table, name).map(Self)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "0x{:04X}", self.0),
                }
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = String::deserialize(deserializer)?;
                Self::parse(&name).ok_or_else(|| D::Error::custom(concat!("unknown ", $what)))
            }
        }
    };
}

registered!(Suite, SUITES, "cipher suite");
registered!(Group, GROUPS, "group");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_names_unique() {
        for table in [SUITES, GROUPS] {
            assert!(table.windows(2).all(|pair| pair[0].0 < pair[1].0));
            let mut names: Vec<_> = table.iter().map(|row| row.1).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), table.len());
        }
    }

    #[test]
    fn names_go_both_ways() {
        for (number, name) in SUITES {
            assert_eq!(Suite::parse(name), Some(Suite(*number)));
            assert_eq!(Suite(*number).to_string(), *name);
        }
        assert_eq!(Suite::parse("0xFAFA"), Some(Suite(0xFAFA)));
        assert_eq!(Suite(0xFAFA).to_string(), "0xFAFA");
    }
}
