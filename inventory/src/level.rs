//! The five security levels (cấp độ). The only place that knows there are five.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Security level of an information system (Luật 116/2025/QH15 Điều 8.1), 1 lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Level {
    /// Cấp độ 1.
    One = 1,
    /// Cấp độ 2.
    Two,
    /// Cấp độ 3.
    Three,
    /// Cấp độ 4.
    Four,
    /// Cấp độ 5.
    Five,
}

/// A number that is no level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a security level: levels are 1 to 5")]
pub struct LevelError(pub u8);

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Self; 5] = [Self::One, Self::Two, Self::Three, Self::Four, Self::Five];
}

impl TryFrom<u8> for Level {
    type Error = LevelError;

    fn try_from(number: u8) -> Result<Self, LevelError> {
        Self::ALL
            .into_iter()
            .find(|level| u8::from(*level) == number)
            .ok_or(LevelError(number))
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level as Self
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        u8::from(*self).fmt(f)
    }
}
