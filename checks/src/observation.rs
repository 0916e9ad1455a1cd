//! One look at one endpoint at one address: an immutable fact, or a reason why not.

use std::net::IpAddr;

use jiff::Timestamp;
use luytre_inventory::{Code, Zone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Evidence, Fact, FactKind, Unmeasured};

/// An observation. Serialises as the contract of the command line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Observation {
    /// Identity, UUID v7.
    pub id: Uuid,
    /// The run it belongs to.
    pub scan: Uuid,
    /// `host:port`, or the host alone for `ports`; the system code for `record`.
    pub endpoint: String,
    /// The declared endpoint, if the look belongs to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_id: Option<Uuid>,
    /// The address contacted; none if no address was reached or none was needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The port, where the look is at one port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// From where we looked.
    pub vantage: Zone,
    /// The system looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<Code>,
    /// Which probe looked.
    pub probe: FactKind,
    /// Version of that probe.
    pub probe_version: u16,
    /// Name of the sensor.
    pub sensor: String,
    /// When the look began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// What came of it.
    #[serde(flatten)]
    pub reading: Reading,
    /// Evidence.
    pub evidence: Vec<Evidence>,
    /// What it cost the target.
    pub cost: Cost,
}

impl Observation {
    /// The fact, if measured.
    pub const fn fact(&self) -> Option<&Fact> {
        match &self.reading {
            Reading::Measured { fact } | Reading::Confirmed { fact, .. } => Some(fact),
            Reading::Unmeasured { .. } => None,
        }
    }

    /// Whether the look was whole: not a short one that only confirmed an earlier one.
    pub const fn is_whole(&self) -> bool {
        matches!(self.reading, Reading::Measured { .. })
    }
}

/// Fact or reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Reading {
    /// Something was learnt.
    Measured {
        /// What.
        fact: Fact,
    },
    /// A short look saw again a part of what a whole one had seen, and nothing that differs. It
    /// refreshes what it saw, and proves nothing absent.
    #[serde(rename = "confirmed_partly")]
    Confirmed {
        /// What was seen again, no more.
        fact: Fact,
        /// The observation of the whole look.
        whole: Uuid,
    },
    /// Nothing was learnt.
    Unmeasured {
        /// Why.
        reason: Unmeasured,
    },
}

/// From where a sensor looks: its name and zone (`[sensor]` in luytre.toml).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vantage {
    /// Name of the sensor.
    pub sensor: String,
    /// Its zone.
    pub zone: Zone,
}

/// What a look cost the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cost {
    /// Connections attempted.
    pub connections: u32,
    /// Bytes sent above TCP.
    pub bytes_sent: u64,
    /// Bytes received above TCP.
    pub bytes_received: u64,
    /// Wall time.
    pub milliseconds: u64,
}
