//! Any text as a TOML inventory. What is accepted is written and read back equal.

#![no_main]

use libfuzzer_sys::fuzz_target;
use luytre_inventory::{from_toml, to_toml};
use uuid::Uuid;

fuzz_target!(|text: &str| {
    let mut last = 0;
    let mut new_id = || {
        last += 1;
        Uuid::from_u128(last)
    };
    let Ok(first) = from_toml("fuzz.toml", text, &mut new_id) else {
        return;
    };
    let first = first.normalised();
    let written = to_toml(&first).expect("what we read we can write");
    let second = from_toml("fuzz.toml", &written, &mut new_id)
        .expect("what we write we can read")
        .normalised();
    assert_eq!(first, second, "{written}");
});
