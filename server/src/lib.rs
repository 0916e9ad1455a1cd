//! Shows: `/metrics` and `/healthz`. Nothing here changes anything.

mod error;
pub mod metrics;
#[cfg(test)]
mod promtool;
mod serve;
mod slow;

pub use error::Error;
pub use metrics::{Build, Encoded, encode};
pub use serve::{Clock, serve};
