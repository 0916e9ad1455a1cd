//! Names of the IANA TLS registries: cipher suites, supported groups, signature schemes; and the
//! cipher kinds of SSL 2.0, which share one number space with the suites.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

mod groups;
mod schemes;
mod suites;

pub use groups::GROUPS;
pub use schemes::SCHEMES;
pub use suites::SUITES;

/// Cipher kinds of SSL 2.0 (the specification of 1995, C.4), three bytes on the wire. RFC 6101
/// appendix E puts the suites of later versions into the same space as `0x00NNNN`.
pub const SSL2_KINDS: &[(u32, &str)] = &[
    (0x01_0080, "SSL_CK_RC4_128_WITH_MD5"),
    (0x02_0080, "SSL_CK_RC4_128_EXPORT40_WITH_MD5"),
    (0x03_0080, "SSL_CK_RC2_128_CBC_WITH_MD5"),
    (0x04_0080, "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5"),
    (0x05_0080, "SSL_CK_IDEA_128_CBC_WITH_MD5"),
    (0x06_0040, "SSL_CK_DES_64_CBC_WITH_MD5"),
    (0x07_00C0, "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"),
];

/// A cipher suite, or a cipher kind of SSL 2.0, by its number. In JSON its name, or `0xNNNN` when it
/// has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Suite(pub u32);

impl From<u16> for Suite {
    fn from(number: u16) -> Self {
        Self(number.into())
    }
}

impl Suite {
    /// The name in the IANA registry, or in the specification of SSL 2.0.
    pub fn name(self) -> Option<&'static str> {
        match u16::try_from(self.0) {
            Ok(number) => name_of(SUITES, number),
            Err(_) => SSL2_KINDS
                .iter()
                .find(|row| row.0 == self.0)
                .map(|row| row.1),
        }
    }

    /// The suite or kind of that name (or `0xNNNN`).
    pub fn parse(name: &str) -> Option<Self> {
        let kind = SSL2_KINDS.iter().find(|row| row.1 == name);
        kind.map(|row| Self(row.0))
            .or_else(|| number_of(SUITES, name).map(Self::from))
            .or_else(|| {
                let number = u32::from_str_radix(name.strip_prefix("0x")?, 16).ok()?;
                (number < 1 << 24).then_some(Self(number))
            })
    }
}

/// A signature scheme by its number (for TLS 1.2 a pair of hash and signature). In JSON its IANA name,
/// or `0xNNNN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignatureScheme(pub u16);

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

macro_rules! named {
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
    };
}

macro_rules! written_by_name {
    ($type:ty, $what:literal) => {
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

named!(Group, GROUPS, "group");
named!(SignatureScheme, SCHEMES, "signature scheme");
written_by_name!(Suite, "cipher suite");
written_by_name!(Group, "group");
written_by_name!(SignatureScheme, "signature scheme");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_names_unique() {
        for table in [SUITES, GROUPS, SCHEMES] {
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
            assert_eq!(Suite::parse(name), Some(Suite::from(*number)));
            assert_eq!(Suite::from(*number).to_string(), *name);
        }
        for (number, name) in SSL2_KINDS {
            assert_eq!(Suite::parse(name), Some(Suite(*number)));
            assert_eq!(Suite(*number).to_string(), *name);
        }
        assert_eq!(Suite::parse("0x080080"), Some(Suite(0x08_0080)));
        assert_eq!(Suite(0x08_0080).to_string(), "0x80080");
        assert_eq!(Suite::parse("0x1000000"), None);
        assert_eq!(Suite::parse("0xFAFA"), Some(Suite(0xFAFA)));
        assert_eq!(Suite(0xFAFA).to_string(), "0xFAFA");
    }
}
