//! Any bytes as a chain, cut into certificates by the first bytes, judged by a root of itself: an answer
//! within bounds, never a panic, and every certificate accounted for.

#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use luytre_scanner::probe::chain::{Asked, ChainReader, Roots};

fuzz_target!(|bytes: &[u8]| {
    let Some(([a, b, c, d, last], rest)) = bytes.split_first_chunk() else {
        return;
    };
    let mut rest = rest;
    let mut ders = Vec::new();
    for length in [[*a, *b], [*c, *d]].map(u16::from_be_bytes) {
        let (one, after) = rest.split_at(usize::from(length).min(rest.len()));
        ders.push(one.to_vec());
        rest = after;
    }
    ders.push(rest.to_vec());
    // The root is one of the message, or none of it.
    let (roots, _) = Roots::readable("fuzz", &ders[usize::from(*last) % ders.len()..]);
    let at = Timestamp::from_second(1_790_000_000).expect("a time");
    let fact = ChainReader::of(vec![roots]).read(&ders, &Asked::Nobody, at);
    assert_eq!(fact.certificates.len() + fact.unreadable.len(), ders.len());
    assert_eq!(fact.trust.len(), 1);
});
