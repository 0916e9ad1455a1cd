//! Any bytes as the answer to any UDP question, plain and behind the beginning of a true answer: read or not,
//! never a panic, and what is read is bounded.

#![no_main]

use libfuzzer_sys::fuzz_target;
use luytre_checks::fact::UdpQuestion;
use luytre_scanner::probe::udp::understand;

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

fuzz_target!(|input: (u8, u32, &[u8])| {
    let (choice, number, datagram) = input;
    let question = QUESTIONS[usize::from(choice) % QUESTIONS.len()];
    if let Some(told) = understand(question, number, datagram) {
        // A byte becomes three at most (the replacement character), besides the words around it.
        assert!(told.banner.len() <= 3 * datagram.len() + 256);
    }
});
