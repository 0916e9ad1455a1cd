//! Any bytes as a ClientHello. What is read from extensions can be written and read back equal.

#![no_main]

use libfuzzer_sys::fuzz_target;
use luytre_scanner::wire::{ClientHello, Incoming, Records};

fuzz_target!(|body: &[u8]| {
    let Ok(hello) = ClientHello::read(body) else {
        return;
    };
    // A list that two bytes cannot count, or several names, are read and never written by us.
    if body.len() > 8192 || !(0x0301..=0x0304).contains(&hello.version) || !hello.extensions {
        return;
    }
    let mut records = Records::default();
    records.push(&hello.record());
    let Ok(Some(Incoming::Handshake { kind: 1, body })) = records.message() else {
        panic!("our own record cannot be read: {hello:?}");
    };
    let again = ClientHello::read(&body).expect("what we write we can read");
    assert_eq!((hello.suites, hello.groups), (again.suites, again.groups));
});
