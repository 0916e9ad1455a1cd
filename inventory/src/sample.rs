//! The fictional province "tỉnh Lam Giang": ten systems, their bodies, and one network of which
//! nothing but the name is known.

use uuid::Uuid;

use crate::{Inventory, from_toml};

/// The sample as TOML.
pub const SAMPLE: &str = include_str!("../sample.toml");

/// The sample as an inventory. It has no endpoints and no authorisations: whoever shows it adds the
/// ones it can reach.
pub fn sample() -> Inventory {
    from_toml("sample.toml", SAMPLE, &mut || Uuid::nil())
        .expect("the embedded sample is read by a test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_whole() {
        let sample = sample();
        assert_eq!(sample.systems.len(), 10);
        assert!(sample.systems.iter().all(|s| s.endpoints.is_empty()));
        assert_eq!(sample.exclusions.len(), 1);
        assert_eq!(crate::check(&sample, jiff::Timestamp::UNIX_EPOCH), []);
    }
}
