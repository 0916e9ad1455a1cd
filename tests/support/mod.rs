//! Real daemons on loopback, and what is needed to start them.

mod authority;
mod certificate;
mod daemon;
mod engine;
mod luytre;
mod nginx;
mod service;
mod tree;

pub(crate) use authority::{Authority, NAME, Places};
pub(crate) use certificate::Pair;
pub(crate) use daemon::{Daemon, folder, free_port, run, write};
pub(crate) use engine::{need, program};
pub(crate) use luytre::luytre;
pub(crate) use nginx::{Site, Tls, nginx};
pub(crate) use service::{mariadb, postgres, redis, sshd};
pub(crate) use tree::{root, tracked, tree_of};
