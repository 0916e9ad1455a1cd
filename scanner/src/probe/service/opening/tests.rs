use luytre_inventory::Worded as _;
use proptest::prelude::*;

use super::*;

fn asker() -> Asker<'static> {
    Asker {
        host: Some("www.doiche.test"),
        agent: "luytre test",
        to: "192.0.2.1:9".parse().unwrap(),
    }
}

fn question(protocol: Protocol) -> Vec<u8> {
    (of(protocol).unwrap().first.say)(&asker())
}

fn banner(protocol: Protocol, said: &[&[u8]]) -> Option<String> {
    let said: Vec<Vec<u8>> = said.iter().map(|answer| answer.to_vec()).collect();
    let heard = (of(protocol).unwrap().read)(&said)?;
    assert_eq!(heard.protocol, Some(protocol));
    Some(heard.banner)
}

#[test]
fn lengths_in_questions_agree() {
    let smb = question(Protocol::Smb);
    assert_eq!(usize::from(smb[3]), smb.len() - 4);
    let bytes = u16::from_le_bytes([smb[37], smb[38]]);
    assert_eq!((smb[36], usize::from(bytes)), (0, smb.len() - 39));
    let rdp = question(Protocol::Rdp);
    assert_eq!(
        (usize::from(rdp[3]), usize::from(rdp[4])),
        (rdp.len(), rdp.len() - 5)
    );
    for (protocol, at) in [
        (Protocol::Mssql, 2),
        (Protocol::Oracle, 0),
        (Protocol::Pptp, 0),
    ] {
        let said = question(protocol);
        assert_eq!(
            u16_at(&said, at).map(usize::from),
            Some(said.len()),
            "{protocol:?}"
        );
    }
    let dns = question(Protocol::Dns);
    assert_eq!(u16_at(&dns, 0).map(usize::from), Some(dns.len() - 2));
    let mongo = question(Protocol::Mongodb);
    assert_eq!(
        u32_le_at(&mongo, 0),
        Some(u32::try_from(mongo.len()).unwrap())
    );
    let kafka = question(Protocol::Kafka);
    assert_eq!(
        u32_at(&kafka, 0),
        Some(u32::try_from(kafka.len() - 4).unwrap())
    );
    let mqtt = question(Protocol::Mqtt);
    assert_eq!(usize::from(mqtt[1]), mqtt.len() - 2);
    let rpc = question(Protocol::Msrpc);
    assert_eq!(usize::from(rpc[8]), rpc.len());
    let ldap = question(Protocol::Ldap);
    assert_eq!(usize::from(ldap[1]), ldap.len() - 2);
    let nfs = question(Protocol::Nfs);
    assert_eq!(
        u32_at(&nfs, 0),
        Some(0x8000_0000 | u32::try_from(nfs.len() - 4).unwrap())
    );
    assert_eq!(question(Protocol::Rtmp).len(), 1537);
    let git = String::from_utf8(question(Protocol::Git)).unwrap();
    assert_eq!(usize::from_str_radix(&git[..4], 16), Ok(git.len()));
}

#[test]
#[expect(
    clippy::too_many_lines,
    clippy::items_after_statements,
    reason = "a table"
)]
fn answers_before_any_login() {
    let confirm = [
        3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 2, 0, 0, 0,
    ];
    let prelogin =
        b"\x04\x01\0\x2b\0\0\x01\0\0\0\x1a\0\x06\x01\0\x20\0\x01\x02\0\x21\0\x01\x03\0\x22\0\0\xff\
        \0\0\0\0\0\x0f\0\x07\xd0\0\0\0\0";
    let refuse =
        b"\0\x41\0\0\x04\0\0\0\x22\0\0\x35(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=0)(ALIAS=LIS))";
    let hello =
        b"\x47\0\0\0\x07\0\0\0\x01\0\0\0\x01\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\
        \x23\0\0\0\x08ismaster\0\x01\x10maxWireVersion\0\x11\0\0\0\0";
    let build = b"\x02version\0\x06\0\0\x006.0.5\0";
    let start = b"\x01\0\0\0\0\0\x40\0\x0a\0\x0a\0\x09\0\0\0\x30\x07productS\0\0\0\x08RabbitMQ\x07versionS\0\0\0\x063.10.8";
    let root = b"\x30\x2a\x02\x01\x01\x64\x25\x04\0\x30\x21\x30\x1f\x04\x0bobjectClass\x31\x10\x04\x0eOpenLDAProotDS\
        \x30\x0c\x02\x01\x01\x65\x07\x0a\x01\0\x04\0\x04\0";
    let version = b"\0\x2f\x4c\x54\x84\0\0\x01\0\x01\0\0\0\0\x07version\x04bind\0\0\x10\0\x03\xc0\x0c\0\x10\0\x03\0\0\0\0\
        \0\x05\x049.18";
    let mut x11 = vec![1, 0, 11, 0, 0, 0, 20, 0];
    x11.extend(12_101_007_u32.to_le_bytes());
    x11.resize(24, 0);
    x11.extend([5, 0]);
    x11.resize(40, 0);
    x11.extend(b"X.Org\0\0\0");
    let null = [
        0x80, 0, 0, 24, 0x4c, 0x54, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0,
    ];
    type Row<'a> = (Protocol, &'a [&'a [u8]], &'a str);
    let table: &[Row<'_>] = &[
        (Protocol::Rdp, &[&confirm], "RDP: CredSSP (NLA)"),
        (
            Protocol::Rdp,
            &[&confirm[..11]],
            "RDP: standard security, no negotiation",
        ),
        (Protocol::Smb, &[b"\0\0\0\x48\xfeSMB@"], "SMB 2 or later"),
        (
            Protocol::Smb,
            &[b"\0\0\0\x48\xffSMBr\0\0\0\0\x98"],
            "SMB 1 only",
        ),
        (Protocol::Postgres, &[b"S"], "SSLRequest: S"),
        (
            Protocol::Redis,
            &[b"+PONG\r\n", b"$9\r\nredis_version:7.0.15\r\n"],
            "$9\r\nredis_version:7.0.15",
        ),
        (
            Protocol::Redis,
            &[b"-NOAUTH Authentication required.\r\n"],
            "-NOAUTH Authentication required.",
        ),
        (Protocol::Mssql, &[prelogin], "SQL Server 15.0.2000"),
        (
            Protocol::Oracle,
            &[refuse],
            "(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=0)(ALIAS=LIS))",
        ),
        (Protocol::Mongodb, &[hello, build], "mongodb_version: 6.0.5"),
        (Protocol::Mongodb, &[hello], "maxWireVersion: 17"),
        (
            Protocol::Memcached,
            &[b"VERSION 1.6.18\r\n"],
            "VERSION 1.6.18",
        ),
        (
            Protocol::Zookeeper,
            &[b"Zookeeper version: 3.8.0-5, built on\n"],
            "Zookeeper version: 3.8.0-5, built on",
        ),
        (Protocol::Neo4j, &[&[0, 0, 4, 4]], "Bolt 4.4"),
        (
            Protocol::Cassandra,
            &[b"\x84\0\0\0\x06\0\0\0\x18\0\x01\0\x0bCQL_VERSION\0\x01\0\x053.4.5"],
            "CQL_VERSION    3.4.5",
        ),
        // Version 2 frames differ.
        (
            Protocol::Cassandra,
            &[b"\x82\0\0\0\0\0\0\x30\0\0\0\x0a\0\x2aInvalid or unsupported protocol version: 4"],
            "Invalid or unsupported protocol version: 4",
        ),
        (
            Protocol::Amqp,
            &[start],
            "product: RabbitMQ, version: 3.10.8",
        ),
        (Protocol::Amqp, &[b"AMQP\0\x01\0\0"], "AMQP 1.0.0"),
        (Protocol::Mqtt, &[&[0x20, 2, 0, 1]], "CONNACK: 0x01"),
        (
            Protocol::Kafka,
            &[b"\0\0\0\x10\x4c\x5f\x54\x72\0\0\0\0\0\x01\0\x12\0\0\0\x04"],
            "ApiVersions",
        ),
        // The broker knows no such version.
        (
            Protocol::Kafka,
            &[b"\0\0\0\x0a\x4c\x5f\x54\x72\0\x23\0\0\0\0"],
            "ApiVersions",
        ),
        (
            Protocol::Zabbix,
            &[b"ZBXD\x01\x06\0\0\0\0\0\0\x006.0.14"],
            "agent.version: 6.0.14",
        ),
        (Protocol::Ajp, &[b"AB\0\x01\x09"], "CPong"),
        (Protocol::Ldap, &[root], "objectClass: OpenLDAProotDS"),
        (Protocol::X11, &[&x11], "vendor: X.Org, release: 21.1.7"),
        (Protocol::Jdwp, &[b"JDWP-Handshake"], "JDWP-Handshake"),
        (Protocol::Nfs, &[&null], "RPC: success"),
        (Protocol::Portmap, &[&null], "RPC: success"),
        (
            Protocol::Git,
            &[b"0027ERR access denied or repository not"],
            "0027ERR access denied or repository not",
        ),
        (Protocol::Dns, &[version], "9.18"),
        (
            Protocol::Dns,
            &[b"\0\x0c\x4c\x54\x80\x05\0\0\0\0\0\0\0\0"],
            "",
        ),
        (
            Protocol::Rtsp,
            &[b"RTSP/1.0 200 OK\r\nServer: x\r\n\r\n"],
            "RTSP/1.0 200 OK\r\nServer: x",
        ),
        (
            Protocol::Sip,
            &[b"SIP/2.0 200 OK\r\nServer: x\r\n\r\n"],
            "SIP/2.0 200 OK\r\nServer: x",
        ),
        (
            Protocol::Socks,
            &[&[5, 0xff]],
            "SOCKS 5: authentication required",
        ),
        (
            Protocol::Xmpp,
            &[b"<?xml version='1.0'?><stream:stream id='1'>"],
            "<?xml version='1.0'?><stream:stream id='1'>",
        ),
    ];
    for (protocol, said, expected) in table {
        assert_eq!(
            banner(*protocol, said).as_deref(),
            Some(*expected),
            "{protocol:?}"
        );
    }
}

/// No opening takes the greeting of another protocol for its own.
#[test]
fn foreign_answers_are_not_believed() {
    let foreign: [&[u8]; 14] = [
        b"",
        b"X",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<title>400</title>",
        b"220 mail.doiche.test ESMTP\r\n",
        b"-ERR unknown command\r\n",
        b"ERROR\r\n",
        b"RFB 003.008\n",
        &[0; 64],
        &[0xff; 64],
        &[1; 2000],
        &[0x15, 3, 1, 0, 2, 2, 0x46],
        b"\x4a\x00\x00\x00\x0a8.0.35\0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        b"GET / HTTP/1.0\r\n\r\n",
    ];
    for opening in ALL.iter().flat_map(|openings| openings.iter()) {
        for said in foreign {
            let heard = (opening.read)(&[said.to_vec()]);
            // What another protocol says clearly may be understood as that.
            assert!(
                heard
                    .as_ref()
                    .is_none_or(|heard| heard.protocol != Some(opening.protocol)),
                "{:?} believes {}",
                opening.protocol,
                said.escape_ascii()
            );
        }
        // An echo of the question is no answer, but for the debugger, whose handshake is one.
        let echo = (opening.first.say)(&asker());
        assert!(
            opening.protocol == Protocol::Jdwp
                || (opening.read)(&[echo])
                    .is_none_or(|heard| heard.protocol == Some(Protocol::Other)),
            "{}",
            opening.protocol.code()
        );
    }
}

proptest! {
    #[test]
    fn any_answer_is_survived(said in prop::collection::vec(any::<u8>(), 0..300),
                              more in prop::collection::vec(any::<u8>(), 0..100), whole in any::<bool>()) {
        for opening in ALL.iter().flat_map(|openings| openings.iter()) {
            let _ = (opening.first.whole)(&said);
            if let Some((worth, step)) = &opening.second {
                let _ = (worth(&said), (step.whole)(&said));
            }
            // The right beginning leads further into the reader.
            let mut begun = (opening.first.say)(&asker());
            begun.truncate(12);
            begun.extend(&said);
            let said = if whole { said.clone() } else { begun };
            let _ = (opening.read)(&[said, more.clone()]);
        }
        let _ = (web::asking(None).whole)(&said);
    }
}
