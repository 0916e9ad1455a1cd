//! Bytes on the wire of SSL and TLS, and of TCP where it is spoken without the system: what we say and
//! how we read what is said back.
//!
//! Everything read here comes from a peer that may be hostile: each reader is bounded, returns an
//! error instead of panicking, and allocates no more than the bytes received.

mod cursor;
mod frame;
mod greeting;
mod hello;
mod message;
mod record;
mod segment;
mod ssl2;

pub(crate) use cursor::Cursor;
pub use cursor::Malformed;
pub use frame::{Frame, Frames};
pub use greeting::Greeting;
pub use hello::{ClientHello, Share};
pub use message::{Exchange, Field, KeyExchange, ServerHello, certificates};
pub use record::{Incoming, Records};
pub use segment::Segment;
pub use ssl2::{Ssl2Answer, ssl2_hello};
