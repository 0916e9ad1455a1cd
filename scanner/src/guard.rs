//! From task to line: the only maker of lines.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use luytre_checks::Unmeasured;
use luytre_inventory::{Denied, HostName, LookupKind, Permit, Scope, Target, Task};

use crate::{
    Audit, Contact, FixedResolver, Limits, Line, Lookup, NoAudit, Resolve, Stop, Syn, audit::Asked,
    host::Hosts, lookup::Parties,
};

/// Most addresses of one name that are looked at; the rest are reported as not looked at.
const MOST_ADDRESSES: usize = 16;

/// Longest wait for our own resolvers.
const LOOK_UP: Duration = Duration::from_secs(8);

/// Holds the scope, the resolver, the hosts in use and the kill switch of one run.
#[derive(Debug)]
pub struct Guard {
    scope: Scope,
    resolver: Box<dyn Resolve>,
    hosts: Hosts,
    parties: Parties,
    stop: Stop,
    limits: Limits,
    audit: Arc<dyn Audit>,
    syn: Option<Syn>,
    /// One address is written down at a time: the log has one writer, and each that waits for it
    /// holds a thread.
    turn: tokio::sync::Mutex<()>,
}

/// What became of one address of a task.
#[derive(Debug)]
pub enum Opened {
    /// It may be contacted.
    Line(Box<Line>),
    /// It may not, or its name does not resolve.
    Shut {
        /// The address, if one is known.
        address: Option<IpAddr>,
        /// The reason as a measuring failure.
        reason: Unmeasured,
        /// The refusal of the scope, if it was that.
        denied: Option<Denied>,
    },
}

impl Guard {
    /// A guard that knows no names until [`Guard::with_resolver`].
    pub fn new(scope: Scope, stop: Stop) -> Self {
        Self {
            scope,
            resolver: Box::new(FixedResolver::default()),
            hosts: Hosts::default(),
            parties: Parties::default(),
            stop,
            limits: Limits::default(),
            audit: Arc::new(NoAudit),
            syn: None,
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// Tells `audit` of every address opened or denied, before anything is sent.
    #[must_use]
    pub fn with_audit(mut self, audit: Arc<dyn Audit>) -> Self {
        self.audit = audit;
        self
    }

    /// Uses `resolver` for names.
    #[must_use]
    pub fn with_resolver(mut self, resolver: impl Resolve + 'static) -> Self {
        self.resolver = Box::new(resolver);
        self
    }

    /// Uses other time and byte limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Discovers ports by SYNs alone instead of connections. Limits, rates and the gate stay.
    #[must_use]
    pub fn with_syn(mut self, syn: Syn) -> Self {
        self.syn = Some(syn);
        self
    }

    /// How SYNs are sent; none where ports are discovered by connections.
    pub(crate) const fn syn(&self) -> Option<&Syn> {
        self.syn.as_ref()
    }

    /// The kill switch.
    pub const fn stop(&self) -> &Stop {
        &self.stop
    }

    /// The limits of its lines.
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Resolves the target of `task` once and asks the scope for each address, now. Nothing is sent
    /// to an address that got no permit, and a line never resolves again (DNS rebinding).
    pub async fn open(self: &Arc<Self>, task: &Task) -> Vec<Opened> {
        if self.stop.thrown() {
            return vec![Opened::shut(None, Unmeasured::Cancelled)];
        }
        let addresses = match &task.target {
            Target::Address { address, .. } => vec![address.to_canonical()],
            Target::Name(name) => {
                let now = Timestamp::now();
                if let Err(denied) = self.scope.may_resolve(task, now) {
                    return vec![self.refuse(task, None, now, denied)];
                }
                match self.look_up(name).await {
                    Ok(addresses) => addresses,
                    Err(reason) => return vec![Opened::shut(None, reason)],
                }
            }
        };
        let _turn = self.turn.lock().await;
        let looked_at = addresses.iter().take(MOST_ADDRESSES);
        let left_out = addresses.iter().skip(MOST_ADDRESSES);
        looked_at
            .map(|address| self.line(task, *address))
            .chain(left_out.map(|address| Opened::shut(Some(*address), Unmeasured::TooLarge)))
            .collect()
    }

    /// Our resolvers, if the operator has opted into questions of [`LookupKind::Dns`].
    pub fn resolvers(&self) -> &[SocketAddr] {
        if self.asks(LookupKind::Dns) {
            &self.scope.lookups().resolvers
        } else {
            &[]
        }
    }

    /// Whether the operator has opted into questions of `kind`.
    pub fn asks(&self, kind: LookupKind) -> bool {
        self.scope.lookups().kinds.contains(&kind)
    }

    /// A way to `port` of the third party `party`, to ask it a question of `kind` on behalf of
    /// `task`. Its name is resolved once; of its addresses the first that the scope permits is taken.
    /// [`Unmeasured::NotPermitted`] without a packet and without a word in the audit log if the
    /// operator has not opted in: then nothing was asked for.
    pub async fn lookup(
        &self,
        task: &Task,
        kind: LookupKind,
        party: &Target,
        port: u16,
    ) -> Result<Lookup, Unmeasured> {
        if self.stop.thrown() {
            return Err(Unmeasured::Cancelled);
        }
        if !self.asks(kind) {
            return Err(Unmeasured::NotPermitted);
        }
        let asked = Asked {
            kind,
            about: task.target.label(None),
        };
        let contact = |at: Option<IpAddr>, now, denied| Contact {
            target: party.label(Some(port)),
            ports: std::iter::once(port).collect(),
            asked: Some(asked.clone()),
            denied,
            ..contact(task, at, now)
        };
        let addresses = match party {
            Target::Address { address, .. } => vec![address.to_canonical()],
            Target::Name(name) => {
                let now = Timestamp::now();
                if let Err(denied) = self.scope.may_look_up(task, kind, party, now) {
                    self.write_down(&contact(None, now, Some(denied)))?;
                    return Err(Unmeasured::NotPermitted);
                }
                self.look_up(name).await?
            }
        };
        for address in addresses.into_iter().take(MOST_ADDRESSES) {
            let now = Timestamp::now();
            let to = SocketAddr::new(address, port);
            match self.scope.lookup(task, kind, party, to, now) {
                Ok(permit) => {
                    self.write_down(&contact(Some(address), now, None))?;
                    let third = self.parties.party(address, kind);
                    return Ok(Lookup::new(self.stop.clone(), permit, third));
                }
                Err(denied) => self.write_down(&contact(Some(address), now, Some(denied)))?,
            }
        }
        Err(Unmeasured::NotPermitted)
    }

    /// What cannot be written down is not done.
    fn write_down(&self, contact: &Contact) -> Result<(), Unmeasured> {
        self.audit.record(contact).map_err(|error| {
            tracing::error!(%error, "the audit log cannot be written: nothing is contacted");
            Unmeasured::Bug
        })
    }

    async fn look_up(&self, name: &HostName) -> Result<Vec<IpAddr>, Unmeasured> {
        let mut addresses = tokio::select! {
            answer = self.resolver.resolve(name) => answer?,
            () = self.stop.wait() => return Err(Unmeasured::Cancelled),
            () = tokio::time::sleep(LOOK_UP) => return Err(Unmeasured::Unresolved),
        };
        for address in &mut addresses {
            *address = address.to_canonical();
        }
        addresses.sort_unstable();
        addresses.dedup();
        if addresses.is_empty() {
            return Err(Unmeasured::Unresolved);
        }
        Ok(addresses)
    }

    /// A line to `address` for `task`, if the scope permits it now.
    pub(crate) fn line(self: &Arc<Self>, task: &Task, address: IpAddr) -> Opened {
        let now = Timestamp::now();
        let permit = match self.scope.permit(task, address, now) {
            Ok(permit) => permit,
            Err(denied) => return self.refuse(task, Some(address), now, denied),
        };
        let contact = Contact {
            ports: permit.ports().clone(),
            ..contact(task, Some(address), now)
        };
        if let Err(reason) = self.write_down(&contact) {
            return Opened::shut(Some(address), reason);
        }
        Opened::Line(Box::new(self.line_for(task, permit)))
    }

    fn line_for(self: &Arc<Self>, task: &Task, permit: Permit) -> Line {
        let host = self.hosts.host(permit.address(), permit.limits());
        Line::new(Arc::clone(self), task.clone(), permit, host, self.limits)
    }

    fn refuse(&self, task: &Task, at: Option<IpAddr>, now: Timestamp, denied: Denied) -> Opened {
        let contact = Contact {
            denied: Some(denied),
            ..contact(task, at, now)
        };
        if let Err(error) = self.audit.record(&contact) {
            tracing::error!(%error, "the audit log cannot be written");
        }
        Opened::Shut {
            address: at,
            reason: Unmeasured::NotPermitted,
            denied: Some(denied),
        }
    }
}

fn contact(task: &Task, address: Option<IpAddr>, at: Timestamp) -> Contact {
    let only = (task.ports.len() == 1).then(|| task.ports.iter().next());
    Contact {
        at,
        task: task.id,
        system: task.system.clone(),
        authorisation: task.authorisation.clone(),
        target: task.target.label(only.flatten()),
        address,
        ports: task.ports.clone(),
        asked: None,
        denied: None,
    }
}

impl Opened {
    pub(crate) fn shut(address: Option<IpAddr>, reason: Unmeasured) -> Self {
        Self::Shut {
            address,
            reason,
            denied: None,
        }
    }
}
