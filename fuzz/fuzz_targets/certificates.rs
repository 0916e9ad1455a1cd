//! Any bytes as certificates, the lengths in front of them as in a Certificate message: described or
//! listed as unreadable, none lost, never a panic.

#![no_main]

use std::sync::OnceLock;

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use luytre_scanner::{
    probe::chain::{Asked, ChainReader},
    wire::certificates,
};

static READER: OnceLock<ChainReader> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let reader = READER.get_or_init(ChainReader::default);
    let Ok(ders) = certificates(bytes) else {
        return;
    };
    let name = Asked::Name("www.lamgiang.test".parse().expect("a name"));
    let fact = reader.read(&ders, &name, Timestamp::UNIX_EPOCH);
    assert_eq!(fact.certificates.len() + fact.unreadable.len(), ders.len());
});
