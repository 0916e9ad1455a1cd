//! Sets of TCP or UDP ports.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A set of ports, held as sorted, merged, inclusive ranges.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PortSet(Vec<(u16, u16)>);

/// Why a text is no port list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a port list: write ports 1-65535 and ranges, like 22,80,443,8000-8100")]
pub struct PortSetError(String);

impl PortSet {
    /// Ports 1 to 65535.
    pub fn all() -> Self {
        Self(vec![(1, u16::MAX)])
    }

    /// A set of ranges; order and overlap do not matter.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (u16, u16)>) -> Self {
        let mut ranges: Vec<_> = ranges
            .into_iter()
            .filter(|(a, b)| *a > 0 && a <= b)
            .collect();
        ranges.sort_unstable();
        let mut merged: Vec<(u16, u16)> = Vec::with_capacity(ranges.len());
        for (low, high) in ranges {
            match merged.last_mut() {
                Some(last) if u32::from(low) <= u32::from(last.1) + 1 => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Self(merged)
    }

    /// Whether `port` is in the set.
    pub fn contains(&self, port: u16) -> bool {
        let after = self.0.partition_point(|(low, _)| *low <= port);
        self.0[..after]
            .last()
            .is_some_and(|(_, high)| port <= *high)
    }

    /// Whether every port of `other` is in the set.
    pub fn contains_all(&self, other: &Self) -> bool {
        other
            .0
            .iter()
            .all(|(low, high)| self.0.iter().any(|(a, b)| a <= low && high <= b))
    }

    /// The ports of both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self::from_ranges(self.0.iter().flat_map(|(a, b)| {
            other
                .0
                .iter()
                .map(move |(c, d)| (*a.max(c), *b.min(d)))
                .filter(|(l, h)| l <= h)
        }))
    }

    /// The ports in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.0.iter().flat_map(|(low, high)| *low..=*high)
    }

    /// How many ports.
    pub fn len(&self) -> usize {
        self.0
            .iter()
            .map(|(low, high)| usize::from(high - low) + 1)
            .sum()
    }

    /// Whether the set has no port.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<u16> for PortSet {
    fn from_iter<I: IntoIterator<Item = u16>>(ports: I) -> Self {
        Self::from_ranges(ports.into_iter().map(|port| (port, port)))
    }
}

impl FromStr for PortSet {
    type Err = PortSetError;

    fn from_str(text: &str) -> Result<Self, PortSetError> {
        let bad = || PortSetError(text.chars().take(100).collect());
        let number = |t: &str| t.trim().parse::<u16>().ok().filter(|p| *p > 0);
        let mut ranges = Vec::new();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let range = match part.split_once('-') {
                Some((low, high)) => number(low).zip(number(high)).filter(|(l, h)| l <= h),
                None => number(part).map(|port| (port, port)),
            };
            ranges.push(range.ok_or_else(bad)?);
        }
        Ok(Self::from_ranges(ranges))
    }
}

impl TryFrom<String> for PortSet {
    type Error = PortSetError;

    fn try_from(text: String) -> Result<Self, PortSetError> {
        text.parse()
    }
}

impl From<PortSet> for String {
    fn from(ports: PortSet) -> Self {
        ports.to_string()
    }
}

impl fmt::Display for PortSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (low, high)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            if low == high {
                write!(f, "{comma}{low}")?;
            } else {
                write!(f, "{comma}{low}-{high}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn display_parses_back(ports in prop::collection::vec((1u16.., 0u16..500), 0..20)) {
            let set = PortSet::from_ranges(ports.iter().map(|(p, n)| (*p, p.saturating_add(*n))));
            prop_assert_eq!(set.to_string().parse::<PortSet>().unwrap(), set.clone());
            prop_assert_eq!(set.iter().count(), set.len());
            prop_assert!(PortSet::all().contains_all(&set));
        }

        #[test]
        fn contains_is_membership(ports in prop::collection::vec((1u16..300, 0u16..9), 0..30)) {
            let set = PortSet::from_ranges(ports.iter().map(|(low, more)| (*low, low + more)));
            for port in 0..320 {
                let within = ports.iter().any(|(low, more)| (*low..=low + more).contains(&port));
                prop_assert_eq!(set.contains(port), within);
            }
        }

        #[test]
        fn intersection_is_membership(a in prop::collection::vec(1u16..200, 0..30),
                                      b in prop::collection::vec(1u16..200, 0..30)) {
            let (a, b): (PortSet, PortSet) = (a.into_iter().collect(), b.into_iter().collect());
            let both = a.intersection(&b);
            for port in 1..200 {
                prop_assert_eq!(both.contains(port), a.contains(port) && b.contains(port));
            }
        }
    }

    #[test]
    fn refuses_nonsense() {
        for text in ["0", "70000", "5-1", "a", "1-", "-", "1;2", "1 2"] {
            assert!(text.parse::<PortSet>().is_err(), "{text}");
        }
    }
}
