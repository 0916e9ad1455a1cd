//! Questions to third parties: the operator's wish.

use std::{collections::BTreeSet, net::SocketAddr, path::Path};

use ipnet::IpNet;
use luytre_inventory::{LookupKind, LookupRules, parse_address};
use luytre_scanner::system_resolvers;
use serde::{Deserialize, Serialize};

use crate::output::{Failure, both};

/// Which questions may go to third parties. None by default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LookupSettings {
    /// Records of the domain name system may be asked of our resolvers.
    pub(crate) dns: bool,
    /// OCSP responders and revocation lists named in certificates may be asked.
    pub(crate) revocation: bool,
    /// Our resolvers; empty means those of the operating system.
    pub(crate) resolvers: Vec<Resolver>,
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
        kinds.extend(self.dns.then_some(LookupKind::Dns));
        kinds.extend(self.revocation.then_some(LookupKind::Revocation));
        let resolvers = if self.resolvers.is_empty() {
            system_resolvers()
        } else {
            self.resolvers.iter().map(|resolver| resolver.0).collect()
        };
        LookupRules {
            kinds,
            resolvers,
            special: self.special.clone(),
        }
    }
}

/// A resolver: an address, with a port or without (53).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Resolver(SocketAddr);

impl TryFrom<String> for Resolver {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let with_port = || text.parse::<SocketAddr>().ok().filter(|to| to.port() > 0);
        match parse_address(&text) {
            Ok(address) => Ok(Self(SocketAddr::new(address, 53))),
            Err(_) => with_port().map(Self).ok_or(format!(
                "`{text}` is not the address of a resolver, like 10.0.0.53 or [fd00::53]:53"
            )),
        }
    }
}

impl From<Resolver> for String {
    fn from(resolver: Resolver) -> Self {
        resolver.0.to_string()
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
        let further = settings.rules(&[LookupKind::Dns]);
        assert_eq!(further.kinds, [LookupKind::Dns].into());
        let settings = read("revocation = true").unwrap();
        assert_eq!(settings.rules(&[]).kinds, [LookupKind::Revocation].into());
    }

    #[test]
    fn resolvers_are_literal_addresses() {
        let settings = read("resolvers = [\"10.0.0.53\", \"[::1]:5353\", \"127.0.0.1:54\"]");
        let rules = settings.unwrap().rules(&[]);
        let shown: Vec<String> = rules.resolvers.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["10.0.0.53:53", "[::1]:5353", "127.0.0.1:54"]);
        for bad in ["dns.test", "10.0.0.1:0", "010.0.0.1", ""] {
            assert!(read(&format!("resolvers = [\"{bad}\"]")).is_err(), "{bad}");
        }
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
