//! The tests of the whole: the rules of the house, and the built binary against real daemons.
//!
//! One target, so that the crates of the binary are linked once.

#![allow(
    clippy::print_stderr,
    reason = "the log of a daemon is printed when its test fails"
)]

mod contract;
mod deployed;
mod docs;
mod documented;
mod fragile;
mod hostile_words;
mod house;
mod hygiene;
mod real_servers;
mod served;
mod support;
mod zoo;
