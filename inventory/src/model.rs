//! The inventory as a whole.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Authorisation, Code, Contact, Endpoint, Exclusion, Paper, System, Unit};

/// Everything known of a province's systems and of the right to look at them. One value is one
/// version; the store numbers them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Inventory {
    /// Bodies.
    pub units: Vec<Unit>,
    /// Systems with their endpoints.
    pub systems: Vec<System>,
    /// Grounds for looking.
    pub authorisations: Vec<Authorisation>,
    /// What must not be touched; classified networks are here by name only.
    pub exclusions: Vec<Exclusion>,
}

impl Inventory {
    /// The unit with `code`.
    pub fn unit(&self, code: &Code) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.code == *code)
    }

    /// The system with `code`.
    pub fn system(&self, code: &Code) -> Option<&System> {
        self.systems.iter().find(|system| system.code == *code)
    }

    /// The endpoint with `id` and its system.
    pub fn endpoint(&self, id: Uuid) -> Option<(&System, &Endpoint)> {
        self.systems
            .iter()
            .find_map(|s| s.endpoints.iter().find(|e| e.id == id).map(|e| (s, e)))
    }

    /// The same facts in the one order that files keep: roles by kind (the order among roles of one
    /// kind stays), and no empty paper or contact. Every reader returns this form, so that what was
    /// exported and read back is equal.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        for system in &mut self.systems {
            system.roles.sort_by_key(|role| role.kind);
            system
                .regulation
                .take_if(|paper| *paper == Paper::default());
        }
        for unit in &mut self.units {
            unit.contact
                .take_if(|contact| *contact == Contact::default());
        }
        self
    }
}
