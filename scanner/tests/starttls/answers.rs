//! What servers say that refuse TLS or tell nothing, each with what it means.

use luytre_checks::{
    Unmeasured,
    fact::{TlsVersion, Tri},
};
use luytre_scanner::probe::{ChainProbe, ChainReader, Probe, Starttls, tls_and_chain};

use crate::{
    line_of, look,
    peer::{
        MYSQL,
        Said::{Bytes, Line, Until},
        Script, only,
    },
};

const PLAIN: &[u8] = b"<stream:stream xmlns:stream='http://etherx.jabber.org/streams' id='1'>\
    <stream:features><mechanisms/></stream:features>";

/// They speak the protocol and have no TLS.
const REFUSALS: &[(Starttls, Script)] = &[
    (
        Starttls::Smtp,
        (b"220 x\r\n", &[(Line("EHLO"), b"250-x\r\n250 SIZE\r\n")]),
    ),
    (
        Starttls::Smtp,
        (b"220 x\r\n", &[(Line("EHLO"), b"500 what?\r\n")]),
    ),
    (
        Starttls::Imap,
        (
            b"* OK x\r\n",
            &[
                (Line("a1 STARTTLS"), b"a1 BAD what?\r\n"),
                (
                    Line("a2 CAPABILITY"),
                    b"* CAPABILITY IMAP4rev1\r\na2 OK x\r\n",
                ),
            ],
        ),
    ),
    (
        Starttls::Pop3,
        (
            b"+OK x\r\n",
            &[
                (Line("STLS"), b"-ERR what?\r\n"),
                (Line("CAPA"), b"+OK\r\nUSER\r\n.\r\n"),
            ],
        ),
    ),
    (
        Starttls::Ftp,
        (
            b"220 x\r\n",
            &[
                (
                    Line("AUTH TLS"),
                    b"530 Please login with USER and PASS.\r\n",
                ),
                (
                    Line("FEAT"),
                    b"211-Features:\r\n EPRT\r\n UTF8\r\n211 End\r\n",
                ),
            ],
        ),
    ),
    (
        Starttls::Ftp,
        (
            b"220 x\r\n",
            &[
                (Line("AUTH TLS"), b"500 what?\r\n"),
                (Line("FEAT"), b"500 what?\r\n"),
            ],
        ),
    ),
    (
        Starttls::Ldap,
        (
            b"",
            &[(
                Bytes(31),
                b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\0\x04\0",
            )],
        ),
    ),
    (Starttls::Postgres, (b"", &[(Bytes(8), b"N")])),
    (Starttls::Mysql, (&NO_SSL, &[])),
    (Starttls::Xmpp, (b"", &[(Until("version='1.0'>"), PLAIN)])),
    (
        Starttls::Nntp,
        (
            b"201 x\r\n",
            &[
                (Line("STARTTLS"), b"580 no\r\n"),
                (Line("CAPABILITIES"), b"101 x\r\nVERSION 2\r\n.\r\n"),
            ],
        ),
    ),
    (Starttls::Sieve, (b"\"SASL\" \"PLAIN\"\r\nOK\r\n", &[])),
    (
        Starttls::Rdp,
        (b"", &[(Bytes(19), b"\x03\0\0\x0b\x06\xd0\0\0\x12\x34\0")]),
    ),
    (
        Starttls::Rdp,
        (
            b"",
            &[(
                Bytes(19),
                b"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x03\0\x08\0\x02\0\0\0",
            )],
        ),
    ),
];

/// A greeting of MySQL without `CLIENT_SSL`.
const NO_SSL: [u8; MYSQL.len()] = {
    let mut greeting = [0; MYSQL.len()];
    let mut at = 0;
    while at < MYSQL.len() {
        greeting[at] = MYSQL[at];
        at += 1;
    }
    greeting[26] = 0xf7;
    greeting
};

/// They turn us away, announce and break off, or are foreign.
const NOTHING: &[(Starttls, Script, Unmeasured)] = &[
    (
        Starttls::Smtp,
        (b"421 too many connections\r\n", &[]),
        Unmeasured::Throttled,
    ),
    (
        Starttls::Smtp,
        (b"554 too many errors\r\n", &[]),
        Unmeasured::Throttled,
    ),
    (
        Starttls::Smtp,
        (b"554 go away\r\n", &[]),
        Unmeasured::Refused,
    ),
    (
        Starttls::Smtp,
        (b"220 x\r\n", &[(Line("EHLO"), b"421 slow down\r\n")]),
        Unmeasured::Throttled,
    ),
    (
        Starttls::Smtp,
        (
            b"220 x\r\n",
            &[
                (Line("EHLO"), b"250 STARTTLS\r\n"),
                (Line("STARTTLS"), b"454 not now\r\n"),
            ],
        ),
        Unmeasured::Handshake,
    ),
    (
        Starttls::Smtp,
        (b"SSH-2.0-OpenSSH_9.2\r\n", &[]),
        Unmeasured::Protocol,
    ),
    // A server that goes on talking in the clear.
    (
        Starttls::Pop3,
        (b"+OK\r\n", &[(Line("STLS"), b"+OK go\r\n+OK injected\r\n")]),
        Unmeasured::Protocol,
    ),
    (
        Starttls::Imap,
        (b"* BYE too many connections\r\n", &[]),
        Unmeasured::Throttled,
    ),
    (
        Starttls::Ftp,
        (b"421 too many\r\n", &[]),
        Unmeasured::Throttled,
    ),
    (
        Starttls::Mysql,
        (b"\x17\0\0\0\xff\x10\x04Too many connections", &[]),
        Unmeasured::Throttled,
    ),
    (
        Starttls::Ldap,
        (
            b"",
            &[(
                Bytes(31),
                b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x34\x04\0\x04\0",
            )],
        ),
        Unmeasured::Handshake,
    ),
    (
        Starttls::Rdp,
        (b"", &[(Bytes(19), b"HTTP/1.1 400 Bad Request\r\n\r\n")]),
        Unmeasured::Protocol,
    ),
];

/// A server that speaks the protocol and does not offer TLS is an answer: two conversations, no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_starttls_is_an_answer() {
    for (protocol, script) in REFUSALS {
        let peer = only(*script);
        let line = line_of(peer.port, *protocol);
        let (tls, chain) = tls_and_chain(&line, &ChainReader::default()).await;
        let Ok(luytre_checks::Fact::Tls(fact)) = tls else {
            panic!("{protocol}: {tls:?}");
        };
        assert_eq!(fact.starttls_offered, Tri::No, "{protocol}");
        assert_eq!(fact.flaws.starttls_injection, Tri::Unknown);
        assert!(
            TlsVersion::ALL
                .iter()
                .all(|version| fact.offers(*version) == Tri::No)
        );
        let Ok(luytre_checks::Fact::Chain(chain)) = chain else {
            panic!("{protocol}: {chain:?}");
        };
        assert!(chain.no_tls && chain.certificates.is_empty(), "{protocol}");
        assert_eq!(line.settle().1.connections, 2, "{protocol}");
        // Asked for the certificates alone, it is the same.
        let line = line_of(only(*script).port, *protocol);
        let alone = ChainProbe::default().observe(&line).await;
        assert_eq!(alone, Ok(luytre_checks::Fact::Chain(chain)), "{protocol}");
        assert_eq!(line.settle().1.connections, 2, "{protocol}");
    }
}

/// Nothing that turns us away, announces and breaks off, or is foreign says *not offered*.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_tells_nothing_is_unmeasured() {
    for (protocol, script, reason) in NOTHING {
        let peer = only(*script);
        let found = look(&line_of(peer.port, *protocol)).await;
        assert_eq!(found, Err(*reason), "{protocol} {:?}", script.0);
    }
}
