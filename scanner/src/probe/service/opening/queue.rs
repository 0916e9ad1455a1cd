//! Queues, brokers and agents.

use luytre_inventory::Protocol;

use super::{Asker, Opening, asking, at_least, find, u16_at, u32_at};
use crate::probe::service::greeting::Heard;

pub(super) const OPENINGS: [Opening; 5] = [
    // AMQP 0-9-1, 4.2.2: the protocol header; the server answers with Connection.Start.
    asking(
        Protocol::Amqp,
        |_| b"AMQP\0\0\x09\x01".to_vec(),
        |said| {
            let whole = match said {
                [b'A', ..] => said.len() >= 8,
                _ => u32_at(said, 3).is_some_and(|size| said.len() >= size.min(8000) as usize + 8),
            };
            whole.into()
        },
        amqp,
    ),
    // MQTT 3.1.1, 3.1.2.2: a level that no version has is refused with code 1 before anybody is let in,
    // so that nothing is logged into.
    asking(
        Protocol::Mqtt,
        |_| b"\x10\x0c\0\x04MQTT\x7e\x02\0\x1e\0\0".to_vec(),
        |said| at_least(said, 4),
        |said| match said.first()?.as_slice() {
            [0x20, 2..=4, 0, code, ..] => Some(Heard::plain(
                Protocol::Mqtt,
                format!("CONNACK: {code:#04x}"),
            )),
            _ => None,
        },
    ),
    // Kafka protocol guide: ApiVersions (key 18) in version 0, which every broker since 0.10 answers
    // before any log-in; correlation 0x4c5f5472.
    asking(
        Protocol::Kafka,
        |_| b"\0\0\0\x0e\0\x12\0\0\x4c\x5f\x54\x72\0\x04luyt".to_vec(),
        |said| {
            u32_at(said, 0)
                .is_some_and(|size| said.len() >= size.min(4000) as usize + 4)
                .into()
        },
        kafka,
    ),
    // Zabbix manual: header and data length, passive agent checks.
    asking(
        Protocol::Zabbix,
        zabbix_version,
        |said| at_least(said, 13),
        |said| {
            let said = said.first()?;
            let value = said.strip_prefix(b"ZBXD")?.get(9..).unwrap_or_default();
            let value = super::zero_ended(value);
            // Our own words come back from an echo service.
            if value == "agent.version" {
                return None;
            }
            let banner = if value.is_empty() {
                "ZBXD".to_owned()
            } else {
                format!("agent.version: {value}")
            };
            Some(Heard::plain(Protocol::Zabbix, banner))
        },
    ),
    // AJP 1.3: CPing, answered by CPong.
    asking(
        Protocol::Ajp,
        |_| vec![0x12, 0x34, 0, 1, 10],
        |said| at_least(said, 5),
        |said| {
            said.first()?
                .starts_with(&[b'A', b'B', 0, 1, 9])
                .then(|| Heard::plain(Protocol::Ajp, "CPong"))
        },
    ),
];

/// ApiVersionsResponse, version 0: correlation, error, then so many keys with their least and most version.
fn kafka(said: &[Vec<u8>]) -> Option<Heard> {
    /// Error "unsupported version".
    const UNSUPPORTED: u16 = 35;
    let said = said.first()?;
    let size = u32_at(said, 0)? as usize;
    let fits = u32_at(said, 4)? == 0x4c5f_5472
        && match u16_at(said, 8)? {
            0 => (u32_at(said, 10)? as usize)
                .checked_mul(6)
                .is_some_and(|keys| keys.checked_add(10) == Some(size)),
            error => error == UNSUPPORTED,
        };
    fits.then(|| Heard::plain(Protocol::Kafka, "ApiVersions"))
}

fn zabbix_version(_: &Asker<'_>) -> Vec<u8> {
    const KEY: &[u8] = b"agent.version";
    let mut packet = b"ZBXD\x01".to_vec();
    packet.extend((KEY.len() as u64).to_le_bytes());
    packet.extend_from_slice(KEY);
    packet
}

fn amqp(said: &[Vec<u8>]) -> Option<Heard> {
    let said = said.first()?;
    if let [b'A', b'M', b'Q', b'P', _, major, minor, revision, ..] = said.as_slice() {
        // Whoever speaks the version that was offered does not answer with a header.
        if (*major, *minor, *revision) == (0, 9, 1) {
            return None;
        }
        let banner = format!("AMQP {major}.{minor}.{revision}");
        return Some(Heard::plain(Protocol::Amqp, banner));
    }
    // Method frame on channel 0, class connection (10), method start (10).
    if !said.starts_with(&[1, 0, 0]) || said.get(7..11) != Some(&[0, 10, 0, 10]) {
        return None;
    }
    let told = |name: &[u8]| -> Option<String> {
        let mut key = vec![u8::try_from(name.len()).ok()?];
        key.extend_from_slice(name);
        key.push(b'S');
        let at = find(said, &key)? + key.len();
        let length = u32_at(said, at)?.min(64) as usize;
        Some(super::text(said.get(at + 4..at + 4 + length)?))
    };
    let banner = match (told(b"product"), told(b"version")) {
        (Some(product), Some(version)) => format!("product: {product}, version: {version}"),
        (Some(product), None) => format!("product: {product}"),
        _ => "AMQP 0.9.1".to_owned(),
    };
    Some(Heard::plain(Protocol::Amqp, banner))
}
