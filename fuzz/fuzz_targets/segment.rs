//! Any bytes as a packet that a raw socket hears: read within bounds or refused, an answer only to the SYN
//! that it acknowledges; what is read can be written and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use luytre_scanner::wire::Segment;

fuzz_target!(|input: (u32, [u8; 4], [u8; 4], &[u8])| {
    let (sequence, source, destination, bytes) = input;
    for read in [Segment::read(bytes), Segment::read_in_ipv4(bytes)] {
        let Ok(segment) = read else { continue };
        if segment.verdict(sequence).is_some() {
            assert_eq!(segment.acknowledged, sequence.wrapping_add(1));
        }
        let written = segment.write(source.into(), destination.into());
        assert_eq!(Segment::read(&written), Ok(segment));
    }
});
