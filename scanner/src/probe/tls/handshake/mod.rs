//! A small client of TLS 1.0 to 1.2 that completes handshakes, so that sessions can be resumed and
//! renegotiated.
//!
//! It measures: it validates no certificate and no signature and keeps nothing secret, so nothing may
//! be said over it that is not meant for everyone. TLS 1.3 it only reads up to the ServerHello.

mod client;
mod exchange;
mod hello;
mod seal;
mod secret;
mod seen;
mod server;
mod stream;
mod suite;

pub(crate) use self::{
    client::Client,
    hello::{Hello, extension},
    seen::{Ended, Seen, Session},
    stream::{Incoming, alert},
    suite::{Suite, is_cbc},
};
