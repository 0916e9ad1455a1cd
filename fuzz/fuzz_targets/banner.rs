//! Any text as the greeting of a service: named or not, never a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use luytre_inventory::Protocol;
use luytre_scanner::identify;

const PROTOCOLS: [Protocol; 6] = [
    Protocol::Ssh,
    Protocol::Http,
    Protocol::Ftp,
    Protocol::Smtp,
    Protocol::Imap,
    Protocol::Mysql,
];

fuzz_target!(|input: (u8, &str)| {
    let (choice, banner) = input;
    let _ = identify(PROTOCOLS[usize::from(choice) % PROTOCOLS.len()], banner);
});
