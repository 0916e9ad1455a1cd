//! Kinds of probe, and how hard a scan may press.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Kind of probe an authorisation can grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeClass {
    /// TLS hellos and reading certificates; SSH key exchanges and reading host keys.
    Handshake,
    /// Reading the greeting of a service, with at most one polite opening line.
    Greeting,
    /// HTTP requests for a public page.
    Web,
    /// Which TCP ports answer.
    Ports,
    /// Questions of one small UDP datagram. A paper that does not name them grants none.
    Udp,
}

impl ProbeClass {
    /// All classes.
    pub fn every() -> BTreeSet<Self> {
        [
            Self::Handshake,
            Self::Greeting,
            Self::Web,
            Self::Ports,
            Self::Udp,
        ]
        .into()
    }
}

/// How hard a scan may press on one host (architecture rule 7).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// One conversation at a time.
    #[default]
    Light,
    /// Two conversations.
    Standard,
    /// Two conversations, everything asked.
    Deep,
}

/// What a permit allows per host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Conversations at once.
    pub conversations: u16,
    /// Half-open connection attempts at once during port discovery.
    pub half_open: u16,
    /// New connections per second.
    pub connections_per_second: u16,
    /// Connection attempts per second during port discovery. They carry no byte and hold no state
    /// on the host, so they may come faster than conversations.
    pub knocks_per_second: u16,
    /// The rate to which answers in time may raise that of port discovery; equal to it unless
    /// somebody allowed more (`Scope::permit`).
    pub most_knocks_per_second: u16,
}

impl Profile {
    /// The limits of this profile. A fragile host gets one of each.
    pub const fn limits(self, fragile: bool) -> Limits {
        if fragile {
            return Limits {
                conversations: 1,
                half_open: 1,
                connections_per_second: 10,
                knocks_per_second: 10,
                most_knocks_per_second: 10,
            };
        }
        match self {
            Self::Light => Limits {
                conversations: 1,
                half_open: 16,
                connections_per_second: 100,
                knocks_per_second: 200,
                most_knocks_per_second: 200,
            },
            Self::Standard => Limits {
                conversations: 2,
                half_open: 64,
                connections_per_second: 400,
                knocks_per_second: 1_000,
                most_knocks_per_second: 1_000,
            },
            Self::Deep => Limits {
                conversations: 2,
                half_open: 128,
                connections_per_second: 800,
                knocks_per_second: 5_000,
                most_knocks_per_second: 5_000,
            },
        }
    }
}
