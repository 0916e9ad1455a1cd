//! Questions to third parties: the operator's wish.

use std::{collections::BTreeSet, path::Path};

use ipnet::IpNet;
use luytre_inventory::{LookupKind, LookupRules};
use serde::{Deserialize, Serialize};

use crate::output::{Failure, both};

/// Which questions may go to third parties. None by default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LookupSettings {
    /// OCSP responders and revocation lists named in certificates may be asked.
    pub(crate) revocation: bool,
    /// Special prefixes (private, loopback, …) in which a third party may stand.
    pub(crate) special: Vec<IpNet>,
}

impl LookupSettings {
    /// Refuses prefixes that would open nothing.
    pub(super) fn check(&self, file: &Path) -> Result<(), Failure> {
        let bad = |prefix: &&IpNet| !LookupRules::may_be_special(prefix);
        let Some(prefix) = self.special.iter().find(bad) else {
            return Ok(());
        };
        Err(
            Failure::new(both!("{} không hợp lệ", "{} is not valid", file.display())).hint(both!(
                "[lookup] special chỉ nhận tiền tố nội bộ hoặc dành riêng, như 10.0.0.0/8; {prefix} không phải",
                "[lookup] special takes private or reserved prefixes, like 10.0.0.0/8; {prefix} is none"
            )),
        )
    }

    /// What the scope is told: these settings, and the kinds that the command line adds.
    pub(crate) fn rules(&self, further: &[LookupKind]) -> LookupRules {
        let mut kinds: BTreeSet<LookupKind> = further.iter().copied().collect();
        kinds.extend(self.revocation.then_some(LookupKind::Revocation));
        LookupRules {
            kinds,
            resolvers: Vec::new(),
            special: self.special.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<LookupSettings, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn nothing_is_asked_by_default() {
        let settings = read("").unwrap();
        assert!(settings.rules(&[]).kinds.is_empty());
        let further = settings.rules(&[LookupKind::Revocation]);
        assert_eq!(further.kinds, [LookupKind::Revocation].into());
        let settings = read("revocation = true").unwrap();
        assert_eq!(settings.rules(&[]).kinds, [LookupKind::Revocation].into());
    }

    #[test]
    fn a_prefix_that_opens_nothing_is_refused() {
        let file = Path::new("luytre.toml");
        let good = read("special = [\"10.0.0.0/8\", \"::1/128\"]").unwrap();
        assert!(good.check(file).is_ok());
        for bad in ["8.8.8.0/24", "0.0.0.0/0"] {
            let settings = read(&format!("special = [\"{bad}\"]")).unwrap();
            assert!(settings.check(file).is_err(), "{bad}");
        }
    }
}
