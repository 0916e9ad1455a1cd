//! Questions to third parties on the way of a line.

use std::{net::SocketAddr, time::Instant};

use luytre_checks::Unmeasured;
use luytre_inventory::{LookupKind, Target};

use super::Line;
use crate::Lookup;

impl Line {
    /// A way to a third party, to ask it on behalf of this line's task ([`Guard::lookup`]). What third
    /// parties take is not the time of the target: see [`Line::beside`].
    pub async fn lookup(
        &self,
        kind: LookupKind,
        party: &Target,
        port: u16,
    ) -> Result<Lookup, Unmeasured> {
        let core = &self.core;
        core.guard.lookup(&core.task, kind, party, port).await
    }

    /// Runs `asking` of third parties and gives the time it took back to this line.
    pub async fn beside<T>(&self, asking: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let answer = asking.await;
        self.meter.extend(begun.elapsed());
        answer
    }

    /// Our resolvers, if the operator has opted into asking them; else none.
    pub fn resolvers(&self) -> &[SocketAddr] {
        self.core.guard.resolvers()
    }
}
