//! Protocols of words: SSDP, memcached, SIP, TFTP.

use std::time::Duration;

use luytre_checks::fact::UdpQuestion;
use luytre_inventory::Protocol;

use super::{Asker, Step, Told, text};

/// `UPnP` Device Architecture 1.1 section 1.3.2: a search sent to one device. It may wait a second. Some
/// devices answer from another port.
pub(super) const SSDP: Step = Step {
    question: UdpQuestion::SsdpSearch,
    protocol: Protocol::Ssdp,
    say: |asker, _| {
        let to = asker.to;
        format!(
            "M-SEARCH * HTTP/1.1\r\nHOST: {to}\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n"
        )
        .into_bytes()
    },
    read: |_, said| ssdp(said),
    numbered: false,
    from_any_port: true,
    delay: Duration::from_secs(1),
};

fn ssdp(said: &[u8]) -> Option<Told> {
    let ok = said.get(..13)?.eq_ignore_ascii_case(b"HTTP/1.1 200 ");
    let said = text(said);
    // A response to a search names what was searched and who answers.
    let named = header(&said, "st").is_some() && header(&said, "usn").is_some();
    (ok && named).then(|| Told {
        banner: header(&said, "server").unwrap_or_default().to_owned(),
        ..Told::default()
    })
}

/// The value of the header called `name`.
fn header<'a>(section: &'a str, name: &str) -> Option<&'a str> {
    section.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// memcached `doc/protocol.txt`, "UDP protocol": request, number of the datagram, datagrams in all, zero.
pub(super) const MEMCACHED: Step = Step {
    question: UdpQuestion::MemcachedVersion,
    protocol: Protocol::Memcached,
    say: |_, number| {
        let [_, _, high, low] = number.to_be_bytes();
        let mut out = vec![high, low, 0, 0, 0, 1, 0, 0];
        out.extend(b"version\r\n");
        out
    },
    read: memcached,
    ..Step::PLAIN
};

fn memcached(number: u32, said: &[u8]) -> Option<Told> {
    let [_, _, high, low] = number.to_be_bytes();
    let words = said.strip_prefix(&[high, low, 0, 0, 0, 1, 0, 0])?;
    words.starts_with(b"VERSION ").then(|| Told {
        banner: text(words),
        ..Told::default()
    })
}

/// RFC 3261 section 11.1: what the server can do; no call is made.
pub(super) const SIP: Step = Step {
    question: UdpQuestion::SipOptions,
    protocol: Protocol::Sip,
    say: options,
    read: sip,
    ..Step::PLAIN
};

fn options(asker: &Asker<'_>, number: u32) -> Vec<u8> {
    let Asker { host, agent, to } = asker;
    let host = if to.is_ipv6() && host.contains(':') {
        format!("[{host}]")
    } else {
        (*host).to_owned()
    };
    format!(
        "OPTIONS sip:{host} SIP/2.0\r\nVia: SIP/2.0/UDP {host};branch=z9hG4bK{number:08x};rport\r\n\
         Max-Forwards: 70\r\nTo: <sip:{host}>\r\nFrom: <sip:luytre@{host}>;tag={number:08x}\r\n\
         Call-ID: {number:08x}\r\nCSeq: 1 OPTIONS\r\nUser-Agent: {agent}\r\nContent-Length: 0\r\n\r\n"
    )
    .into_bytes()
}

/// A response carries the Call-ID of its request (RFC 3261 section 8.2.6.2); its name has a short form.
fn sip(number: u32, said: &[u8]) -> Option<Told> {
    if !said.starts_with(b"SIP/2.0 ") {
        return None;
    }
    let said = text(said);
    let call = header(&said, "call-id").or_else(|| header(&said, "i"))?;
    let section = said.split("\r\n\r\n").next().unwrap_or_default();
    (call == format!("{number:08x}")).then(|| Told {
        banner: section.to_owned(),
        ..Told::default()
    })
}

/// RFC 1350: a request to read a file that is not there. The answer comes from a port of its own, and
/// the error ends the matter.
pub(super) const TFTP: Step = Step {
    question: UdpQuestion::TftpRead,
    protocol: Protocol::Tftp,
    say: |_, number| format!("\0\x01luytre-{number:08x}\0octet\0").into_bytes(),
    read: |_, said| tftp(said),
    numbered: false,
    from_any_port: true,
    ..Step::PLAIN
};

const DATA: u8 = 3;
const ERROR: u8 = 5;

fn tftp(said: &[u8]) -> Option<Told> {
    let banner = match said {
        [0, ERROR, 0, code @ 0..=8, words @ .., 0] => {
            let words = text(words);
            format!("TFTP error {code}: {words}")
        }
        [0, DATA, 0, 1, data @ ..] if data.len() <= 512 => "TFTP data".to_owned(),
        _ => return None,
    };
    Some(Told {
        banner,
        ..Told::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_answered_in_the_words_of_ssdp() {
        let said = b"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: upnp:rootdevice\r\n\
            USN: uuid:1::upnp:rootdevice\r\nSERVER: Linux UPnP/1.1 MiniUPnPd/2.1\r\n\r\n";
        assert_eq!(ssdp(said).unwrap().banner, "Linux UPnP/1.1 MiniUPnPd/2.1");
        for said in [
            &b"HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n"[..],
            b"HTTP/1.1 404 Not Found\r\nST: a\r\nUSN: b\r\n\r\n",
            b"NOTIFY * HTTP/1.1\r\nST: a\r\nUSN: b\r\n\r\n",
        ] {
            assert_eq!(ssdp(said), None);
        }
    }

    #[test]
    fn memcached_and_sip_give_the_number_back() {
        let said = b"\x12\x34\0\0\0\x01\0\0VERSION 1.6.18\r\n";
        assert_eq!(memcached(0x1234, said).unwrap().banner, "VERSION 1.6.18");
        assert_eq!(memcached(0x1235, said), None);
        assert_eq!(memcached(0x1234, &said[..10]), None);

        let said = b"SIP/2.0 200 OK\r\ni: 00001234\r\nServer: Asterisk PBX 18.10.0\r\n\r\nbody";
        let told = sip(0x1234, said).unwrap();
        assert!(told.banner.ends_with("18.10.0"));
        assert_eq!(sip(0x1235, said), None);
        assert_eq!(sip(0x1234, b"SIP/2.0 200 OK\r\n\r\n"), None);
    }

    #[test]
    fn tftp_ends_with_an_error() {
        let told = tftp(b"\0\x05\0\x01File not found\0").unwrap();
        assert_eq!(told.banner, "TFTP error 1: File not found");
        for said in [
            &b"\0\x05\0\x01File not found"[..],
            b"\0\x05\0\x09odd\0",
            b"\0\x04\0\x01",
            b"",
        ] {
            assert_eq!(tftp(said), None);
        }
        assert_eq!(tftp(&[&b"\0\x03\0\x01"[..], &[0; 513]].concat()), None);
    }
}
