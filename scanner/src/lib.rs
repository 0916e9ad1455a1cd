//! Looks and has no opinion: the only crate that opens sockets to targets.
//!
//! [`Guard::open`] turns a task into [`Line`]s, one for each permitted address; a [`Line`] is the
//! only way to a socket. Probes get a `&Line` and return a fact or a reason why not.

mod audit;
mod conn;
mod failure;
mod guard;
mod hex;
mod host;
mod identify;
mod line;
mod lookup;
mod machine;
mod meter;
mod pace;
pub mod plan;
pub mod probe;
mod resolve;
mod run;
mod stop;
mod syn;
pub mod wire;

pub use audit::{Asked, Audit, Contact, NoAudit};
pub use conn::Conn;
pub use guard::{Guard, Opened};
pub use identify::{Identity, identify};
pub use line::{Hop, Line};
pub use lookup::Lookup;
pub use meter::Limits;
pub use probe::{Known, Look, Probe, Probes, Readings};
pub use resolve::{Answer, FixedResolver, Resolve, SystemResolver, system_resolvers};
pub use run::{Event, RunSettings, run};
pub use stop::Stop;
pub use syn::Syn;
