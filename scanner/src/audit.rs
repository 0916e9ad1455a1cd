//! Who did what: every address that is opened or denied is told before the first packet.

use std::{fmt, io, net::IpAddr};

use jiff::Timestamp;
use luytre_inventory::{Code, Denied, LookupKind, PortSet};
use uuid::Uuid;

/// Keeper of the audit log. Called before anything is sent to the address.
pub trait Audit: Send + Sync + fmt::Debug {
    /// Writes down `contact`. An error shuts the address: what cannot be written down is not done.
    fn record(&self, contact: &Contact) -> io::Result<()>;
}

/// One address that was asked for, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// When.
    pub at: Timestamp,
    /// The task.
    pub task: Uuid,
    /// The system of the task.
    pub system: Option<Code>,
    /// Number of the authorisation the task names.
    pub authorisation: String,
    /// What was asked for, as `host` or `host:port`.
    pub target: String,
    /// The address; none if the refusal came before a name was resolved.
    pub address: Option<IpAddr>,
    /// The ports that may be contacted, or were asked for where refused.
    pub ports: PortSet,
    /// What a third party is asked; none for a target of the scope itself.
    pub asked: Option<Asked>,
    /// Refusal of the scope; none if the address was opened.
    pub denied: Option<Denied>,
}

/// A question to a third party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Of what kind.
    pub kind: LookupKind,
    /// The target on whose account it is asked.
    pub about: String,
}

/// Keeps nothing: for programs that have their own record of what they contact, and for tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoAudit;

impl Audit for NoAudit {
    fn record(&self, _contact: &Contact) -> io::Result<()> {
        Ok(())
    }
}
