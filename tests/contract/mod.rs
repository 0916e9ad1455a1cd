//! The contract with programs: documents and their schemas, exit codes, what goes to which stream,
//! and what is generated from the command line.

mod asked;
mod candidates;
mod certificate;
mod demo;
mod documents;
mod exits;
mod generated;
mod identify;
mod lists;
mod names;
mod refused;
mod resume;
mod schema;
mod syn;
mod udp;
