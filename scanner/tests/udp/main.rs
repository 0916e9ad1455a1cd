//! UDP questions against real daemons of Debian, against peers built from the specifications, and
//! against peers that mean no good. All on loopback.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(
    clippy::print_stderr,
    clippy::type_complexity,
    reason = "skips and tables"
)]

mod daemons;
mod hostile;
mod kit;
mod peers;
mod seeds;
