//! The scanner against real sockets on loopback.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(
    clippy::format_push_string,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::type_complexity,
    reason = "figures, skips and tables"
)]

mod apart;
mod audit;
mod daemon;
mod daemons;
mod ending;
mod filtered;
mod greetings;
mod kit;
mod lookup;
mod permit;
mod ports;
mod running;
mod ssh;
mod syn;
mod web;
mod zoo;
