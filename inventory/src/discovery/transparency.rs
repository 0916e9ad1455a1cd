//! Certificate-transparency dumps as crt.sh gives them: a JSON array of entries, or one entry a line.
//! Of other dumps, `dns_names` is read too.

use std::{collections::BTreeSet, fmt, io::Read};

use serde::{
    Deserializer as _,
    de::{SeqAccess, Visitor},
};
use serde_json::Value;

use super::{
    DiscoveryError,
    rows::{Rows, moment_utc},
};
use crate::{Host, HostName, Spot, SpotRole, Text};

/// Names of one certificate that are read.
const NAMES: usize = 1_000;

/// Reads entries.
pub(super) fn read<R: Read>(rows: &mut Rows<'_, R>) -> Result<(), DiscoveryError> {
    let bytes = rows.lines.rest()?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'[') {
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let mut failed = None;
        let visited = reader.deserialize_seq(Entries {
            rows,
            failed: &mut failed,
        });
        if let Some(error) = failed {
            return Err(error);
        }
        if let Err(error) = visited {
            let line = error.line() as u64;
            rows.tell(line, &error.to_string(), BROKEN, AGAIN);
        }
        return Ok(());
    }
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(value) => entry(rows, number, &value)?,
            Err(error) => {
                rows.count()?;
                rows.bad(number, &error.to_string(), NO_JSON, AGAIN);
            }
        }
    }
    Ok(())
}

/// Takes the entries of an array one by one: the whole is never in memory as values.
struct Entries<'r, 'a, R> {
    rows: &'r mut Rows<'a, R>,
    failed: &'r mut Option<DiscoveryError>,
}

impl<'de, R: Read> Visitor<'de> for Entries<'_, '_, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(value) = entries.next_element::<Value>()? {
            number += 1;
            if let Err(error) = entry(self.rows, number, &value) {
                *self.failed = Some(error);
                return Err(serde::de::Error::custom("too many entries"));
            }
        }
        Ok(())
    }
}

/// Reads one entry; `number` is its place in the array, or its line.
fn entry<R: Read>(
    rows: &mut Rows<'_, R>,
    number: u64,
    value: &Value,
) -> Result<(), DiscoveryError> {
    rows.count()?;
    let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default();
    let listed = value.get("dns_names").and_then(Value::as_array);
    let listed = listed.into_iter().flatten().filter_map(Value::as_str);
    let written = text("name_value").split('\n').chain([text("common_name")]);
    let all: BTreeSet<&str> = written.chain(listed).map(str::trim).take(NAMES).collect();
    let all: Vec<&str> = all.into_iter().filter(|name| !name.is_empty()).collect();
    if all.is_empty() {
        let shown: String = value.to_string().chars().take(200).collect();
        rows.bad(number, &shown, NO_NAME, FIELDS);
        return Ok(());
    }
    let at = moment_utc(text("not_before")).or(moment_utc(text("entry_timestamp")));
    let (names, other): (Vec<&str>, Vec<&str>) = all
        .into_iter()
        .partition(|name| name.parse::<HostName>().is_ok());
    let names: BTreeSet<HostName> = names.iter().filter_map(|name| name.parse().ok()).collect();
    // Wildcards, mail addresses and names of organisations are no hosts; anything else is a bad name.
    for name in other {
        let no_host = name.starts_with("*.") || name.contains(['@', ' ']) || !name.contains('.');
        if !no_host {
            rows.tell(number, name, BAD_NAME, LEFT);
        }
    }
    let kept: BTreeSet<HostName> = names
        .iter()
        .filter(|name| rows.border.names(name))
        .cloned()
        .collect();
    if names.is_empty() {
        rows.skip();
    }
    for name in names {
        let mut discovery = rows.discovery(number, SpotRole::Certificate, at);
        discovery.names = kept
            .iter()
            .filter(|other| **other != name)
            .take(32)
            .cloned()
            .collect();
        rows.see(Spot::host(Host::Name(name)), discovery);
    }
    Ok(())
}

const BROKEN: Text = Text::new(
    "JSON hỏng từ chỗ này; các mục trước đó đã được đọc",
    "the JSON is broken from here on; the entries before it were read",
);
const NO_JSON: Text = Text::new("dòng không phải JSON", "the line is no JSON");
const AGAIN: Text = Text::new(
    "tải lại tệp rồi nhập lại",
    "fetch the file and import it again",
);
const NO_NAME: Text = Text::new("mục không có tên nào", "the entry has no name");
const FIELDS: Text = Text::new(
    "cần trường name_value, common_name hoặc dns_names",
    "name_value, common_name or dns_names is needed",
);
const BAD_NAME: Text = Text::new("không phải tên miền", "not a host name");
const LEFT: Text = Text::new("bỏ qua tên này", "this name is left out");
