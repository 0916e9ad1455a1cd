//! Any bytes as a spreadsheet: read within bounds or refused, never a panic. What was read can be
//! written, and what was written can be read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use luytre_inventory::{import, to_csv};
use uuid::Uuid;

fuzz_target!(|bytes: &[u8]| {
    let mut last = 0;
    let mut new_id = || {
        last += 1;
        Uuid::from_u128(last)
    };
    let Ok(imported) = import("fuzz.csv", bytes, None, &mut new_id) else {
        return;
    };
    let written = to_csv(&imported.inventory).expect("what was read can be written");
    import("fuzz.csv", &written, None, &mut new_id).expect("what was written can be read");
});
