//! Questions to third parties: their own permit, and only where the operator wants them.

use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
};

use ipnet::IpNet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Denied, Scope, Task, contains, granted, same_block, until};
use crate::{Authorisation, Target, is_special};

/// What a third party is asked about. Third parties are those whom no authorisation names: our own
/// resolvers, and the places that a certificate names for its revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LookupKind {
    /// Records of the domain name system, of our own resolvers and of nobody else.
    Dns,
    /// Whether a certificate is revoked: OCSP responders and revocation lists.
    Revocation,
}

impl LookupKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::Dns, Self::Revocation];

    /// The name in settings, on the command line and in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Revocation => "revocation",
        }
    }
}

/// What the operator has opted into. Nothing by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LookupRules {
    /// Kinds of questions that may be asked.
    pub kinds: BTreeSet<LookupKind>,
    /// Our resolvers, written as addresses: questions of [`LookupKind::Dns`] go to them alone.
    pub resolvers: Vec<SocketAddr>,
    /// Special prefixes (loopback, private, …) in which other third parties may stand, like the
    /// revocation list of an internal authority.
    pub special: Vec<IpNet>,
}

impl LookupRules {
    /// Whether `prefix` can stand in [`LookupRules::special`]: special from end to end, and no wider
    /// than a block that somebody really uses.
    pub fn may_be_special(prefix: &IpNet) -> bool {
        is_special(prefix.network()) && is_special(prefix.broadcast()) && same_block(prefix)
    }

    fn opens(&self, kind: LookupKind, to: SocketAddr) -> bool {
        match kind {
            LookupKind::Dns => self.resolvers.contains(&to),
            LookupKind::Revocation => {
                !is_special(to.ip())
                    || self
                        .special
                        .iter()
                        .any(|prefix| Self::may_be_special(prefix) && contains(prefix, to.ip()))
            }
        }
    }
}

/// Proof that one port of one third party may be asked one kind of question. Made only by
/// [`Scope::lookup`], in the process that dials; never serialised, never cloned.
#[derive(Debug)]
pub struct LookupPermit {
    task: Uuid,
    kind: LookupKind,
    party: Target,
    to: SocketAddr,
    until: Timestamp,
    authorisation: String,
}

impl LookupPermit {
    /// The task that caused it.
    pub const fn task(&self) -> Uuid {
        self.task
    }

    /// What may be asked.
    pub const fn kind(&self) -> LookupKind {
        self.kind
    }

    /// The third party as it was named, with the name to speak.
    pub const fn party(&self) -> &Target {
        &self.party
    }

    /// The one place that may be contacted.
    pub const fn to(&self) -> SocketAddr {
        self.to
    }

    /// The moment after which no packet may leave.
    pub const fn until(&self) -> Timestamp {
        self.until
    }

    /// The number of the authorisation of the task, for the audit log.
    pub fn authorisation(&self) -> &str {
        &self.authorisation
    }

    /// Whether a packet may leave at `now`.
    pub fn allows(&self, now: Timestamp) -> bool {
        now <= self.until
    }
}

impl Scope {
    /// The same scope, with what the operator has opted into.
    #[must_use]
    pub fn with_lookups(mut self, rules: LookupRules) -> Self {
        self.lookups = rules;
        self
    }

    /// What the operator has opted into.
    pub const fn lookups(&self) -> &LookupRules {
        &self.lookups
    }

    /// Whether the name of `party` may be looked up now on the way to asking it: that question is
    /// traffic too. It grants nothing more.
    pub fn may_look_up(
        &self,
        task: &Task,
        kind: LookupKind,
        party: &Target,
        now: Timestamp,
    ) -> Result<(), Denied> {
        self.behind(task, kind, party, now).map(|_| ())
    }

    /// Gives a permit to ask `party` at `to`, which its name resolved to or which is written there
    /// literally, on behalf of `task`. Deny wins. It needs the operator's wish for that kind, an
    /// authorisation in force that covers the target of `task`, and that neither the target nor the
    /// third party is excluded.
    pub fn lookup(
        &self,
        task: &Task,
        kind: LookupKind,
        party: &Target,
        to: SocketAddr,
        now: Timestamp,
    ) -> Result<LookupPermit, Denied> {
        let to = SocketAddr::new(to.ip().to_canonical(), to.port());
        let authorisation = self.behind(task, kind, party, now)?;
        if self.shuts(party, Some(to.ip()), now) {
            return Err(Denied::Excluded);
        }
        if let Target::Address { address, .. } = party
            && address.to_canonical() != to.ip()
        {
            return Err(Denied::OutsideScope);
        }
        if to.port() == 0 {
            return Err(Denied::Ports);
        }
        if !self.lookups.opens(kind, to) {
            return Err(match kind {
                LookupKind::Dns => Denied::OutsideScope,
                LookupKind::Revocation => Denied::SpecialAddress,
            });
        }
        Ok(LookupPermit {
            task: task.id,
            kind,
            party: party.clone(),
            to,
            until: until(authorisation, now),
            authorisation: authorisation.number.clone(),
        })
    }

    /// The authorisation behind a question, if there may be one.
    fn behind(
        &self,
        task: &Task,
        kind: LookupKind,
        party: &Target,
        now: Timestamp,
    ) -> Result<&Authorisation, Denied> {
        if !self.lookups.kinds.contains(&kind) {
            return Err(Denied::NotWanted);
        }
        let authorisation = self.authorisation(task, now)?;
        let literal = match task.target {
            Target::Address { address, .. } => Some(address.to_canonical()),
            Target::Name(_) => None,
        };
        if self.excludes(task, literal, now) || self.shuts(party, None, now) {
            return Err(Denied::Excluded);
        }
        // As for resolving: a name that is not granted itself may stand in a granted prefix.
        let in_prefix =
            matches!(task.target, Target::Name(_)) && !authorisation.grant.prefixes.is_empty();
        if !in_prefix && !granted(authorisation, &task.target, None) {
            return Err(Denied::OutsideScope);
        }
        Ok(authorisation)
    }

    /// Whether the third party itself is excluded.
    fn shuts(&self, party: &Target, address: Option<IpAddr>, now: Timestamp) -> bool {
        let literal = match party {
            Target::Address { address, .. } => Some(address.to_canonical()),
            Target::Name(_) => None,
        };
        self.exclusions.iter().filter(|e| e.binds(now)).any(|e| {
            let by_name = |name| e.names.iter().any(|pattern| pattern.matches(name));
            let by_prefix = |at| e.prefixes.iter().any(|prefix| contains(prefix, at));
            party.name().is_some_and(by_name)
                || [address, literal].into_iter().flatten().any(by_prefix)
        })
    }
}
