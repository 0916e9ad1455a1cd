//! The seeds of the fuzz target: each is a true answer, and no harm done to it breaks a reader.

use std::fs;

use luytre_checks::fact::UdpQuestion;
use luytre_scanner::probe::udp::understand;

/// In the order of `fuzz/fuzz_targets/datagrams.rs`.
const QUESTIONS: [UdpQuestion; 18] = [
    UdpQuestion::DnsRoot,
    UdpQuestion::DnsVersion,
    UdpQuestion::NtpTime,
    UdpQuestion::NtpVariables,
    UdpQuestion::NtpMonlist,
    UdpQuestion::SnmpOne,
    UdpQuestion::SnmpTwo,
    UdpQuestion::SnmpThree,
    UdpQuestion::SsdpSearch,
    UdpQuestion::MemcachedVersion,
    UdpQuestion::LdapRoot,
    UdpQuestion::IpmiCapabilities,
    UdpQuestion::IpmiCiphers,
    UdpQuestion::SipOptions,
    UdpQuestion::TftpRead,
    UdpQuestion::NetbiosStatus,
    UdpQuestion::MdnsServices,
    UdpQuestion::CoapCore,
];

#[test]
fn seeds_are_answers_and_break_nothing() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/seeds/datagrams");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let (head, datagram) = bytes.split_at(5);
        let number = u32::from_le_bytes(head[1..].try_into().unwrap());
        let question = QUESTIONS[usize::from(head[0]) % QUESTIONS.len()];
        // What the fuzzer found need not be an answer; what a person wrote is.
        let ours = path.file_name().unwrap().len() != 12;
        let understood = understand(question, number, datagram).is_some();
        assert!(understood || !ours, "{}", path.display());
        for at in 0..datagram.len() {
            for value in [0, 1, 0x0c, 0x7f, 0x80, 0x84, 0xc0, 0xff] {
                let mut harmed = datagram.to_vec();
                harmed[at] = value;
                for question in QUESTIONS {
                    let _ = understand(question, number, &harmed);
                }
            }
            let _ = understand(question, number, &datagram[..at]);
        }
        count += 1;
    }
    assert!(count >= 11, "{count}");
}
