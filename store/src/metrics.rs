//! One consistent picture for metrics.

use std::{collections::BTreeMap, net::IpAddr};

use jiff::Timestamp;
use luytre_checks::{FactKind, Finding, Observation, Unmeasured};
use luytre_inventory::{Code, Inventory, Zone};
use uuid::Uuid;

use crate::{InventoryVersion, ScanRecord};

/// Everything that metrics are made of, read in one transaction.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// The latest inventory.
    pub inventory: Option<(InventoryVersion, Inventory)>,
    /// Findings that are neither fixed nor retired.
    pub findings: Vec<Finding>,
    /// The newest look of each place, probe and vantage.
    pub looks: Vec<Look>,
    /// The newest tls, chain and service looks that succeeded, with their facts.
    pub measured: Vec<Observation>,
    /// Coverage of the newest scan of each system.
    pub coverage: Vec<SystemCoverage>,
    /// Counters since the database was made.
    pub counters: Counters,
    /// The newest finished scan.
    pub last_scan: Option<ScanRecord>,
}

/// A look without its fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The declared endpoint, if any.
    pub endpoint_id: Option<Uuid>,
    /// The system, if any.
    pub system: Option<Code>,
    /// The probe.
    pub probe: FactKind,
    /// From where.
    pub vantage: Zone,
    /// The address contacted.
    pub address: Option<IpAddr>,
    /// The port.
    pub port: Option<u16>,
    /// When it ended.
    pub ended: Timestamp,
    /// Why it failed, if it did.
    pub failure: Option<Unmeasured>,
    /// When the last look that succeeded at this address ended.
    pub last_success: Option<Timestamp>,
}

/// Coverage of one system in its newest scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemCoverage {
    /// The system.
    pub system: Code,
    /// The scan.
    pub scan: Uuid,
    /// When that ended.
    pub ended: Timestamp,
    /// Looks planned.
    pub planned: u64,
    /// Looks that succeeded.
    pub measured: u64,
    /// Looks without a permit.
    pub not_permitted: u64,
}

/// Counts that only grow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counters {
    /// Looks by probe.
    pub looks: BTreeMap<FactKind, u64>,
    /// Failed looks by probe and reason.
    pub failures: BTreeMap<(FactKind, Unmeasured), u64>,
    /// Permits denied, by the name of the reason.
    pub denied: BTreeMap<String, u64>,
}
