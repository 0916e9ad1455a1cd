//! What may be written down of a discovered place without a packet.

use std::net::IpAddr;

use jiff::Timestamp;

use super::{Authorisation, Denied, Scope, Target, contains, granted, literally_granted};
use crate::{HostName, is_special};

impl Scope {
    /// The authorisation under which a discovered place may be kept as a candidate at `now`: one that
    /// is in force and writes its name or its address. Deny wins, also over what stands in a file:
    /// of a network that the law excludes no address is recorded (NĐ 331/2026 Điều 26.3-4). Hours do
    /// not matter, since nothing is sent; a special address must be written literally, as for a packet.
    ///
    /// It is no permit, and nothing may be dialled on its ground.
    pub fn may_record(
        &self,
        name: Option<&HostName>,
        address: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<&Authorisation, Denied> {
        let address = address.map(|address| address.to_canonical());
        let excluded = self.exclusions.iter().filter(|e| e.binds(now)).any(|e| {
            address.is_some_and(|a| e.prefixes.iter().any(|prefix| contains(prefix, a)))
                || name.is_some_and(|n| e.names.iter().any(|pattern| pattern.matches(n)))
        });
        if excluded {
            return Err(Denied::Excluded);
        }
        let targets = [
            name.map(|name| Target::Name(name.clone())),
            address.map(|address| Target::Address {
                address,
                name: None,
            }),
        ];
        let writes = |paper: &&Authorisation| {
            targets.iter().flatten().any(|target| match target {
                Target::Address { address, .. } if is_special(*address) => {
                    literally_granted(paper, target, *address)
                }
                _ => granted(paper, target, None),
            })
        };
        self.authorisations
            .iter()
            .filter(|paper| paper.revoked.is_none() && paper.from <= now && now <= paper.until)
            .find(writes)
            .ok_or(Denied::OutsideScope)
    }
}
