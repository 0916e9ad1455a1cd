//! What we may look at: units, systems, levels, endpoints, authorisations, scope and permits.
//!
//! This crate holds no clock, no socket and no SQL. A [`Permit`] can be made only by
//! [`Scope::permit`], so whoever dials has been through the law first.

#[cfg(test)]
mod arbitrary;
mod authorisation;
pub mod authority;
mod candidate;
mod check;
mod clean;
mod code;
mod column;
mod dates;
mod diff;
mod discovery;
mod endpoint;
mod error;
mod export;
mod field;
mod form08;
mod host;
mod import;
mod legacy_text;
mod level;
mod merge;
mod message;
mod model;
mod paper;
mod place;
mod ports;
mod profile;
mod propose;
mod quality;
mod register;
mod sample;
mod scope;
mod sheet;
mod special;
mod system;
mod template;
mod text;
mod toml_file;
mod unit;
mod words;

pub use authorisation::{
    Authorisation, Exclusion, ExclusionKind, Grant, Hours, NamePattern, Revocation, Route,
};
pub use candidate::{
    Basis, Candidate, CandidateEvent, CandidateEventKind, CandidateId, CandidateState, Carrier,
    Clues, Discovery, Host, NewCandidateEvent, SourceKind, Spot, SpotRole, Suggestion,
};
pub use check::check;
pub use clean::{clean, fold};
pub use code::{Code, CodeError};
pub use dates::{Edge, parse_date, parse_moment, show_date, show_moment};
pub use diff::{Difference, Thing, diff};
pub use discovery::{Border, Declared, Discovered, DiscoveryError, Found, Left, discover};
pub use endpoint::{Endpoint, Protocol, Target, Transport, Zone};
pub use error::ImportError;
pub use export::{to_csv, to_xlsx};
pub use field::field_text;
pub use form08::{HEADINGS as FORM08_HEADINGS, form08_rows, to_form08_csv, to_form08_xlsx};
pub use host::{HostError, HostName, parse_address, spelled};
pub use import::{Form, Imported, import};
pub use legacy_text::{Legacy, restore};
pub use level::{Level, LevelError};
pub use merge::{Absent, Blanks, Merged, merge};
pub use message::{Message, Place, Weight, Words};
pub use model::Inventory;
pub use paper::show_paper;
pub use ports::{PortSet, PortSetError};
pub use profile::{
    ControlGrade, DefenceHarm, InfoKind, InfrastructureScope, Profile, ServiceDegree, SystemKind,
};
pub use propose::{Article, Certainty, LevelPack, Proposal, Reason, propose_level};
pub use quality::{
    Figure, Figures, Quality, QualityReport, Spoiler, Tier, TierCount, missing, quality, tiers,
};
pub use sample::{SAMPLE, sample};
pub use scope::{
    Denied, Limits, LookupKind, LookupPermit, LookupRules, Permit, ProbeClass,
    Profile as ScanProfile, Scope, Task,
};
pub use special::is_special;
pub use system::{
    ApprovedLevel, Change, ChangeKind, CheckDone, DossierState, Hosting, Lifecycle, Paper,
    PlanState, Role, RoleKind, System,
};
pub use template::template;
pub use text::{Language, Text};
pub use toml_file::{from_toml, to_toml};
pub use unit::{Contact, Unit, UnitKind};
pub use words::{Worded, read_level, read_yes_no};
