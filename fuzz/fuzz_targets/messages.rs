//! Any bytes as a flight of the server: each message is given to every reader that it could meet.

#![no_main]

use libfuzzer_sys::fuzz_target;
use luytre_scanner::wire::{Exchange, Incoming, KeyExchange, Records, ServerHello, certificates};

/// Suites whose ServerKeyExchange has each of the shapes there are.
const SHAPES: [u16; 5] = [0x002F, 0xC02F, 0x009E, 0xC035, 0x00AA];

fuzz_target!(|bytes: &[u8]| {
    let mut records = Records::default();
    records.push(bytes);
    while let Ok(Some(message)) = records.message() {
        let Incoming::Handshake { body, .. } = message else {
            continue;
        };
        let _ = ServerHello::read(&body);
        if let Ok(found) = certificates(&body) {
            assert!(found.len() <= 64, "{} certificates", found.len());
            assert!(found.iter().map(Vec::len).sum::<usize>() <= body.len());
        }
        for suite in SHAPES {
            let _ = KeyExchange::read(Exchange::of(suite), &body);
        }
    }
});
