//! Any bytes as the records of a server, in pieces of any length: cut within bounds or refused, and the
//! same whatever the pieces are; what is inside is read as a ServerHello.

#![no_main]

use libfuzzer_sys::fuzz_target;
use luytre_scanner::wire::{Frame, Frames, Greeting};

fuzz_target!(|input: (u8, &[u8])| {
    let (piece, bytes) = input;
    let whole = read(bytes, bytes.len().max(1));
    assert_eq!(whole, read(bytes, usize::from(piece).max(1)));
    for frame in whole {
        let _ = Greeting::read(&frame.body);
    }
});

fn read(bytes: &[u8], piece: usize) -> Vec<Frame> {
    let mut frames = Frames::default();
    let mut out = Vec::new();
    for piece in bytes.chunks(piece) {
        frames.push(piece);
        loop {
            match frames.next_frame() {
                Ok(Some(frame)) => out.push(frame),
                Ok(None) => break,
                Err(_) => return out,
            }
        }
    }
    out
}
