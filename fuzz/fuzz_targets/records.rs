//! Any bytes, in pieces of any size, as the records of a peer: the same messages whatever the
//! pieces, bounded, never a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use luytre_scanner::wire::{Incoming, Records};

/// Everything up to the first error, read in pieces of `size`.
fn read(bytes: &[u8], size: usize) -> Vec<Incoming> {
    let mut records = Records::default();
    let mut out = Vec::new();
    for piece in bytes.chunks(size) {
        records.push(piece);
        loop {
            match records.message() {
                Ok(Some(message)) => out.push(message),
                Ok(None) => break,
                Err(_) => return out,
            }
        }
    }
    out
}

fuzz_target!(|input: &[u8]| {
    let Some((size, bytes)) = input.split_first() else {
        return;
    };
    let whole = read(bytes, bytes.len().max(1));
    let pieces = read(bytes, usize::from(*size) + 1);
    assert_eq!(whole, pieces);
    let held: usize = whole
        .iter()
        .map(|message| match message {
            Incoming::Handshake { body, .. } => body.len() + 4,
            Incoming::Alert { .. } => 2,
        })
        .sum();
    assert!(held <= bytes.len(), "more was read than came");
});
