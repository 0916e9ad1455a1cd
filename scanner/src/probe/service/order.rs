//! Who speaks first on a port, and in which protocol: by declaration, else by custom.

use luytre_inventory::Protocol;

/// Ports on which nothing is said, whatever is declared there: S7, Modbus, line printer, IPP, Fox,
/// IEC 104, OPC UA, Fox over TLS, DNP3, EtherNet/IP, BACnet. A byte too much has stopped a controller
/// (CVE-2019-5636), and printed pages (nmap#2237). Raw printing is [`crate::plan::RAW_PRINT`].
const LISTEN_ONLY: [u16; 11] = [
    102, 502, 515, 631, 1911, 2404, 4840, 4911, 20_000, 44_818, 47_808,
];

/// What is spoken on ports of which the inventory's hint says nothing. Sources: the IANA registry of
/// service names and port numbers, and the manuals of the programs.
const CUSTOM: [(u16, Protocol); 51] = [
    (24, Protocol::Lmtp),
    (53, Protocol::Dns),
    (111, Protocol::Portmap),
    (119, Protocol::Nntp),
    (135, Protocol::Msrpc),
    (389, Protocol::Ldap),
    (548, Protocol::Afp),
    (554, Protocol::Rtsp),
    (873, Protocol::Rsync),
    (1080, Protocol::Socks),
    (1433, Protocol::Mssql),
    (1521, Protocol::Oracle),
    (1723, Protocol::Pptp),
    (1883, Protocol::Mqtt),
    (1935, Protocol::Rtmp),
    (2049, Protocol::Nfs),
    (2181, Protocol::Zookeeper),
    (2375, Protocol::Docker),
    (2379, Protocol::Etcd),
    (3128, Protocol::HttpProxy),
    (3268, Protocol::Ldap),
    (3690, Protocol::Svn),
    (4190, Protocol::Sieve),
    (4222, Protocol::Nats),
    (5060, Protocol::Sip),
    (5222, Protocol::Xmpp),
    (5269, Protocol::Xmpp),
    (5672, Protocol::Amqp),
    (5900, Protocol::Vnc),
    (5901, Protocol::Vnc),
    (5902, Protocol::Vnc),
    (5984, Protocol::Couchdb),
    (5985, Protocol::Winrm),
    (6000, Protocol::X11),
    (6001, Protocol::X11),
    (6667, Protocol::Irc),
    (7687, Protocol::Neo4j),
    (8009, Protocol::Ajp),
    (8123, Protocol::Clickhouse),
    (8554, Protocol::Rtsp),
    (9042, Protocol::Cassandra),
    (9090, Protocol::Prometheus),
    (9092, Protocol::Kafka),
    (9200, Protocol::Elasticsearch),
    (9418, Protocol::Git),
    (9870, Protocol::Hadoop),
    (10_050, Protocol::Zabbix),
    (11_211, Protocol::Memcached),
    (27_017, Protocol::Mongodb),
    (50_070, Protocol::Hadoop),
    (61_613, Protocol::Stomp),
];

/// Ports on which TLS comes first, and what is spoken inside; none if that is for the peer to say.
const TLS_FIRST: [(u16, Option<Protocol>); 20] = [
    (443, Some(Protocol::Https)),
    (465, Some(Protocol::Smtp)),
    (563, Some(Protocol::Nntp)),
    (636, Some(Protocol::Ldap)),
    (853, Some(Protocol::Dns)),
    (990, Some(Protocol::Ftp)),
    (992, Some(Protocol::Telnet)),
    (993, Some(Protocol::Imap)),
    (995, Some(Protocol::Pop3)),
    (2376, Some(Protocol::Docker)),
    (3269, Some(Protocol::Ldap)),
    (5061, Some(Protocol::Sip)),
    (5671, Some(Protocol::Amqp)),
    (5986, Some(Protocol::Winrm)),
    (6443, Some(Protocol::Kubernetes)),
    (6697, Some(Protocol::Irc)),
    (8443, Some(Protocol::Https)),
    (8883, Some(Protocol::Mqtt)),
    (9443, Some(Protocol::Https)),
    (10_250, Some(Protocol::Kubernetes)),
];

/// How a port is approached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Approach {
    /// The protocol that is expected.
    pub(super) expected: Option<Protocol>,
    /// Why it is expected.
    pub(super) by: By,
    /// Whether TLS comes first.
    pub(super) tls_first: bool,
    /// Whether nothing may be said.
    pub(super) mute: bool,
}

/// What an expectation rests on, and so how long an answer is worth waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// The owner says so.
    Declaration,
    /// The port is known for it.
    Custom,
    /// Nothing.
    Nothing,
}

/// How to approach `port`, declared as `declared`.
pub(super) fn approach(declared: Option<Protocol>, port: u16) -> Approach {
    let raw = crate::plan::RAW_PRINT;
    let mute = LISTEN_ONLY.contains(&port)
        || (raw.0..=raw.1).contains(&port)
        || declared.is_some_and(is_delicate);
    let declared = declared.filter(|protocol| *protocol != Protocol::Other);
    let inside = TLS_FIRST.iter().find(|(of, _)| *of == port);
    let custom = || {
        let listed = CUSTOM.iter().find(|(of, _)| *of == port);
        let listed = listed.map(|(_, protocol)| *protocol);
        inside
            .and_then(|(_, protocol)| *protocol)
            .or_else(|| Protocol::of_port(port))
            .or(listed)
    };
    let (expected, by) = match (declared, custom()) {
        (Some(declared), _) => (Some(declared), By::Declaration),
        (None, Some(custom)) => (Some(custom), By::Custom),
        (None, None) => (None, By::Nothing),
    };
    let secured = matches!(expected, Some(Protocol::Https | Protocol::Tls));
    // What is declared plain in so many words is asked in the clear first.
    let plain = matches!(declared, Some(Protocol::Http));
    Approach {
        expected,
        by,
        tls_first: secured || (inside.is_some() && !plain),
        mute,
    }
}

/// Control systems and printers: whoever declares one wants it left alone.
const fn is_delicate(protocol: Protocol) -> bool {
    matches!(
        protocol,
        Protocol::Modbus
            | Protocol::S7
            | Protocol::Bacnet
            | Protocol::Iec104
            | Protocol::Dnp3
            | Protocol::Opcua
            | Protocol::EthernetIp
            | Protocol::Fox
            | Protocol::Printer
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ports_are_listed_once() {
        let all: Vec<u16> = CUSTOM
            .iter()
            .map(|(port, _)| *port)
            .chain(TLS_FIRST.iter().map(|(port, _)| *port))
            .chain(LISTEN_ONLY)
            .collect();
        let distinct: BTreeSet<u16> = all.iter().copied().collect();
        assert_eq!(distinct.len(), all.len());
        for (port, protocol) in CUSTOM {
            assert_eq!(Protocol::of_port(port), None, "{port} {protocol:?}");
        }
    }

    #[test]
    fn what_is_declared_comes_before_custom() {
        let of = |declared, port| {
            let approach = approach(declared, port);
            (approach.expected, approach.by, approach.tls_first)
        };
        let table = [
            (None, 27_017, Some(Protocol::Mongodb), By::Custom, false),
            (
                Some(Protocol::Ssh),
                27_017,
                Some(Protocol::Ssh),
                By::Declaration,
                false,
            ),
            (
                Some(Protocol::Other),
                993,
                Some(Protocol::Imap),
                By::Custom,
                true,
            ),
            (
                Some(Protocol::Imap),
                993,
                Some(Protocol::Imap),
                By::Declaration,
                true,
            ),
            (
                Some(Protocol::Http),
                8443,
                Some(Protocol::Http),
                By::Declaration,
                false,
            ),
            (
                Some(Protocol::Https),
                80,
                Some(Protocol::Https),
                By::Declaration,
                true,
            ),
            (None, 4321, None, By::Nothing, false),
            (None, 22, Some(Protocol::Ssh), By::Custom, false),
        ];
        for (declared, port, expected, by, tls) in table {
            assert_eq!(
                of(declared, port),
                (expected, by, tls),
                "{declared:?} {port}"
            );
        }
    }

    #[test]
    fn controllers_and_printers_are_left_alone() {
        for port in [
            102, 502, 515, 631, 2404, 9100, 9107, 9116, 20_000, 44_818, 47_808,
        ] {
            for declared in [None, Some(Protocol::Http), Some(Protocol::Printer)] {
                assert!(approach(declared, port).mute, "{port}");
            }
        }
        assert!(approach(Some(Protocol::Modbus), 5502).mute);
        assert!(!approach(None, 8000).mute);
    }
}
