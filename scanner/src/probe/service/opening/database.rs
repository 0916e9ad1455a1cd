//! Databases and caches.

use luytre_inventory::Protocol;

use super::{
    Asker, Opening, Step, Whole, a_line, asking, at_least, contains, find, u16_at, u32_le_at,
};
use crate::probe::service::greeting::Heard;

pub(super) const OPENINGS: [Opening; 9] = [
    // The inline command (redis.io: protocol specification). It needs no login; INFO only where none
    // is asked for.
    Opening {
        protocol: Protocol::Redis,
        first: Step {
            say: |_| b"PING\r\n".to_vec(),
            whole: a_line,
        },
        second: Some((
            |said| said.starts_with(b"+PONG"),
            Step {
                say: |_| b"INFO server\r\n".to_vec(),
                whole: bulk,
            },
        )),
        read: redis,
    },
    // SSLRequest (PostgreSQL: message formats): length 8, code 80877103. Answered by one byte before
    // any login.
    asking(
        Protocol::Postgres,
        |_| vec![0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f],
        |said| at_least(said, 1),
        postgres,
    ),
    asking(Protocol::Mssql, mssql_prelogin, tds_whole, mssql),
    asking(Protocol::Oracle, tns_ping, tns_whole, oracle),
    Opening {
        protocol: Protocol::Mongodb,
        first: Step {
            say: mongo_hello,
            whole: mongo_whole,
        },
        second: Some((
            mongo_speaks_op_msg,
            Step {
                say: mongo_build,
                whole: mongo_whole,
            },
        )),
        read: mongodb,
    },
    // memcached: doc/protocol.txt.
    asking(
        Protocol::Memcached,
        |_| b"version\r\n".to_vec(),
        a_line,
        |said| {
            let line = super::text(said.first()?);
            line.starts_with("VERSION ")
                .then(|| Heard::plain(Protocol::Memcached, line))
        },
    ),
    // CQL binary protocol v4, 4.1.3: OPTIONS, the one request that may come before STARTUP.
    asking(
        Protocol::Cassandra,
        |_| vec![4, 0, 0, 0, 5, 0, 0, 0, 0],
        |said| {
            cql_frame(said)
                .is_some_and(|(_, body)| body.is_some())
                .into()
        },
        cassandra,
    ),
    // ZooKeeper administrator's guide: the four letter words; `srvr` is allowed by default.
    asking(
        Protocol::Zookeeper,
        |_| b"srvr".to_vec(),
        a_line,
        |said| {
            let line = super::text(said.first()?);
            let first = line.lines().next()?.to_owned();
            (first.starts_with("Zookeeper version:") || first.starts_with("srvr is not executed"))
                .then(|| Heard::plain(Protocol::Zookeeper, first))
        },
    ),
    // Bolt handshake: magic, then four versions.
    asking(
        Protocol::Neo4j,
        |_| {
            vec![
                0x60, 0x60, 0xb0, 0x17, 0, 0, 0, 5, 0, 0, 4, 4, 0, 0, 0, 4, 0, 0, 0, 3,
            ]
        },
        |said| at_least(said, 4),
        |said| match said.first()?.as_slice() {
            [0, 0, minor, major @ 1..=9] => Some(Heard::plain(
                Protocol::Neo4j,
                format!("Bolt {major}.{minor}"),
            )),
            _ => None,
        },
    ),
];

/// A bulk string of Redis: `$length`, then so many bytes; or an error.
fn bulk(said: &[u8]) -> Whole {
    let Some(end) = find(said, b"\r\n") else {
        return Whole::No;
    };
    let length = std::str::from_utf8(&said[..end])
        .ok()
        .and_then(|line| line.strip_prefix('$'))
        .and_then(|length| length.parse::<usize>().ok());
    length
        .is_none_or(|length| said.len() - end >= length.min(4096))
        .into()
}

fn redis(said: &[Vec<u8>]) -> Option<Heard> {
    let first = super::text(said.first()?);
    let line = first.lines().next()?.to_owned();
    let known = ["+PONG", "-NOAUTH", "-DENIED", "-LOADING", "-MASTERDOWN"];
    if !known.iter().any(|word| line.starts_with(word)) {
        return None;
    }
    let told = said.get(1).map(|info| super::text(info));
    let banner = told.unwrap_or_else(|| line.clone());
    Some(Heard::plain(Protocol::Redis, banner).showing(line))
}

fn postgres(said: &[Vec<u8>]) -> Option<Heard> {
    let banner = match said.first()?.as_slice() {
        b"S" => "SSLRequest: S",
        b"N" => "SSLRequest: N",
        // Servers before 7.4 and some proxies answer with an error in words.
        [b'E', rest @ ..]
            if contains(rest, b"FATAL") || contains(rest, b"unsupported frontend") =>
        {
            "SSLRequest: E"
        }
        _ => return None,
    };
    Some(Heard::plain(Protocol::Postgres, banner))
}

/// PRELOGIN (MS-TDS 2.2.6.5) with version, encryption, instance and thread; nothing is logged into.
fn mssql_prelogin(_: &Asker<'_>) -> Vec<u8> {
    let mut packet = vec![0x12, 1, 0, 41, 0, 0, 1, 0];
    // Token, offset, length.
    for (token, offset, length) in [(0, 21, 6), (1, 27, 1), (2, 28, 1), (3, 29, 4)] {
        packet.extend([token, 0, offset, 0, length]);
    }
    packet.push(0xff);
    packet.extend([0; 12]);
    packet
}

fn tds_whole(said: &[u8]) -> Whole {
    u16_at(said, 2)
        .is_some_and(|length| said.len() >= usize::from(length))
        .into()
}

fn mssql(said: &[Vec<u8>]) -> Option<Heard> {
    let said = said.first()?;
    if said.first() != Some(&4) || said.get(8) != Some(&0) {
        return None;
    }
    let at = 8 + usize::from(u16_at(said, 9)?);
    let version = said.get(at..at + 4)?;
    let build = u16_at(version, 2)?;
    let banner = format!("SQL Server {}.{}.{build}", version[0], version[1]);
    Some(Heard::plain(Protocol::Mssql, banner))
}

/// CONNECT of Transparent Network Substrate with the listener's own ping, which is what `tnsping` asks: it
/// begins no session. Fields and values as Oracle's driver python-oracledb writes them
/// (impl/thin/messages/connect.pyx, constants.pxi).
fn tns_ping(_: &Asker<'_>) -> Vec<u8> {
    const COMMAND: &[u8] = b"(CONNECT_DATA=(COMMAND=ping))";
    // Where the driver puts the connect data: behind a header of 8 and a body of 66 bytes.
    const OFFSET: u8 = 74;
    const UNIT: [u8; 2] = [0x20, 0];
    let length = u8::try_from(COMMAND.len()).unwrap_or_default();
    // Header: length, checksum, type 1 (connect), flags, header checksum.
    let mut packet = vec![0, OFFSET + length, 0, 0, 1, 0, 0, 0];
    // Version 319 is wished, 300 suffices; service options "do not care".
    packet.extend([1, 63, 1, 44, 0, 1]);
    // Units of data: session, transport.
    packet.extend([UNIT, UNIT].concat());
    // Characteristics, line turnaround, the number one.
    packet.extend([0x4f, 0x98, 0, 0, 0, 1]);
    // Length and place of the command, most to be received.
    packet.extend([0, length, 0, OFFSET, 0, 0, 0, 0]);
    // Twice: no network authentication, renegotiation is understood.
    packet.extend([0x84, 0x84]);
    packet.resize(packet.len() + 24, 0);
    // The units once more in the wide form, then two sets of flags.
    for _ in 0..2 {
        packet.extend([0, 0]);
        packet.extend(UNIT);
    }
    packet.resize(usize::from(OFFSET), 0);
    packet.extend_from_slice(COMMAND);
    packet
}

fn tns_whole(said: &[u8]) -> Whole {
    tds_like(said, 0)
}

fn tds_like(said: &[u8], at: usize) -> Whole {
    u16_at(said, at)
        .is_some_and(|length| said.len() >= usize::from(length.min(4096)))
        .into()
}

fn oracle(said: &[Vec<u8>]) -> Option<Heard> {
    let said = said.first()?;
    // Accept, refuse, redirect, resend; both checksums are zero.
    let fits = matches!(said.as_slice(), [_, _, 0, 0, 2 | 4 | 5 | 11, _, 0, 0, ..])
        && usize::from(u16_at(said, 0)?) <= said.len();
    if !fits {
        return None;
    }
    let banner = find(said, b"(DESCRIPTION=")
        .map_or_else(|| "TNS".to_owned(), |at| super::zero_ended(&said[at..]));
    Some(Heard::plain(Protocol::Oracle, banner))
}

/// A document of BSON from ready-made elements.
fn bson(elements: &[u8]) -> Vec<u8> {
    let length = u32::try_from(elements.len() + 5).unwrap_or(5);
    let mut document = length.to_le_bytes().to_vec();
    document.extend_from_slice(elements);
    document.push(0);
    document
}

fn mongo_message(id: u8, code: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 16).unwrap_or(16);
    let mut message = length.to_le_bytes().to_vec();
    message.extend([id, 0, 0, 0, 0, 0, 0, 0]);
    message.extend(code.to_le_bytes());
    message.extend_from_slice(body);
    message
}

/// OP_QUERY (code 2004), kept by every version for this command alone (MongoDB: wire protocol).
fn mongo_hello(_: &Asker<'_>) -> Vec<u8> {
    let mut body = vec![0; 4];
    body.extend(b"admin.$cmd\0");
    body.extend([0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    body.extend(bson(b"\x10isMaster\0\x01\0\0\0"));
    mongo_message(1, 2004, &body)
}

/// OP_MSG (code 2013) with `buildInfo`, which asks for no right.
fn mongo_build(_: &Asker<'_>) -> Vec<u8> {
    let mut body = vec![0; 5];
    body.extend(bson(b"\x10buildInfo\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0"));
    mongo_message(2, 2013, &body)
}

fn mongo_whole(said: &[u8]) -> Whole {
    u32_le_at(said, 0)
        .is_some_and(|length| said.len() >= length.min(8192) as usize)
        .into()
}

/// The value of an element whose type and name are `mark`.
fn bson_after<'a>(said: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    find(said, mark).map(|at| &said[at + mark.len()..])
}

/// Version 3.6 and later.
fn mongo_speaks_op_msg(said: &[u8]) -> bool {
    bson_after(said, b"\x10maxWireVersion\0")
        .and_then(|value| u32_le_at(value, 0))
        .is_some_and(|version| (6..1000).contains(&version))
}

fn mongodb(said: &[Vec<u8>]) -> Option<Heard> {
    let hello = said.first()?;
    let wire = bson_after(hello, b"\x10maxWireVersion\0").and_then(|v| u32_le_at(v, 0));
    let is_reply = u32_le_at(hello, 12) == Some(1) && u32_le_at(hello, 8) == Some(1);
    if !is_reply || !(wire.is_some() || contains(hello, b"ismaster\0")) {
        return None;
    }
    let shown = wire.map_or_else(|| "OP_REPLY".to_owned(), |w| format!("maxWireVersion: {w}"));
    let version = said.get(1).and_then(|build| {
        let value = bson_after(build, b"\x02version\0")?;
        let length = u32_le_at(value, 0)?.min(64) as usize;
        Some(super::zero_ended(value.get(4..4 + length)?))
    });
    let banner = version.map_or_else(|| shown.clone(), |v| format!("mongodb_version: {v}"));
    Some(Heard::plain(Protocol::Mongodb, banner))
}

/// The code and the body of a response of CQL, the body once all of it has come. Versions 1 and 2 number
/// their streams with one byte, later ones with two (2.3 of each).
fn cql_frame(said: &[u8]) -> Option<(u8, Option<&[u8]>)> {
    let at = match said.first()? {
        0x81 | 0x82 => 3,
        0x83..=0x86 => 4,
        _ => return None,
    };
    let length = super::u32_at(said, at + 1)?.min(4096) as usize;
    let start = at + 5;
    Some((*said.get(at)?, said.get(start..start + length)))
}

fn cassandra(said: &[Vec<u8>]) -> Option<Heard> {
    // SUPPORTED, or an error that names the versions it speaks.
    let (code, body) = cql_frame(said.first()?)?;
    let (sign, text) = match code {
        6 => ("CQL_VERSION", body?),
        // Behind its code and the length of its words.
        0 => ("protocol version", body?.get(6..)?),
        _ => return None,
    };
    let words = String::from_utf8_lossy(text);
    let banner: String = words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let fits = banner.contains(sign);
    fits.then(|| Heard::plain(Protocol::Cassandra, banner.trim()))
}
