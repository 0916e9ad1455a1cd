//! Leases of a DHCP server: `dhcpd.leases` of ISC (dhcpd.leases(5)) and the lease files of Kea (CSV).
//!
//! Only the address, the time and a full name are kept: hardware addresses, client identifiers and the
//! short names of machines are data of persons and say nothing that an inventory needs.

use std::{collections::BTreeMap, io::Read, net::IpAddr};

use jiff::Timestamp;

use super::{
    DiscoveryError,
    lines::LINE,
    rows::{Rows, cells, moment, moment_utc},
};
use crate::{Host, HostName, Spot, SpotRole, Text, parse_address};

/// Leases remembered of one file, of addresses that may be kept.
const LEASES: usize = 100_000;

/// Whether a file that has this line is one of leases.
pub(super) fn begins(line: &str) -> bool {
    let words = [
        "lease ",
        "ia-na ",
        "ia-ta ",
        "authoring-byte-order",
        "server-duid",
    ];
    words.iter().any(|word| line.starts_with(word))
        || line.contains("dhcpd.leases(5)")
        || is_kea(&cells(line, ','))
}

fn is_kea(headings: &[String]) -> bool {
    let has = |word: &str| headings.iter().any(|heading| heading == word);
    has("address") && has("expire") && (has("hwaddr") || has("duid"))
}

/// What the file last said of an address.
struct Lease {
    row: u64,
    is_active: bool,
    at: Option<Timestamp>,
    name: Option<HostName>,
}

/// The leases by address: a later line of a lease file replaces an earlier one.
#[derive(Default)]
struct Leases(BTreeMap<IpAddr, Lease>);

impl Leases {
    fn add<R: Read>(&mut self, rows: &mut Rows<'_, R>, address: IpAddr, mut lease: Lease) {
        lease.name = lease.name.filter(|name| rows.border.names(name));
        let kept = rows
            .border
            .scope
            .may_record(None, Some(address), rows.border.now);
        if kept.is_ok() && (self.0.len() < LEASES || self.0.contains_key(&address)) {
            self.0.insert(address, lease);
        } else if lease.is_active {
            // Counted at the border; not remembered.
            see(rows, address, lease);
        } else {
            rows.skip();
        }
    }

    fn finish<R: Read>(self, rows: &mut Rows<'_, R>) {
        for (address, lease) in self.0 {
            if lease.is_active {
                see(rows, address, lease);
            } else {
                rows.skip();
            }
        }
    }
}

fn see<R: Read>(rows: &mut Rows<'_, R>, address: IpAddr, lease: Lease) {
    let mut discovery = rows.discovery(lease.row, SpotRole::Lease, lease.at);
    discovery.names.extend(lease.name);
    rows.see(Spot::host(Host::Address(address)), discovery);
}

/// A name is kept only if it is whole: `may-ke-toan` may be a person, `in.so-a.test` is a host.
fn whole_name(text: &str) -> Option<HostName> {
    text.trim_end_matches('.')
        .contains('.')
        .then(|| text.parse().ok())
        .flatten()
}

/// Reads leases of either kind.
pub(super) fn read<R: Read>(rows: &mut Rows<'_, R>) -> Result<(), DiscoveryError> {
    let first = loop {
        let line = rows.line()?.ok_or(DiscoveryError::Empty)?;
        if !line.text.trim().is_empty() {
            break line;
        }
    };
    let headings = cells(&first.text, ',');
    let mut leases = Leases::default();
    if is_kea(&headings) {
        kea(rows, &headings, &mut leases)?;
    } else {
        let mut isc = Isc::default();
        isc.line(rows, &mut leases, first.number, &first.text)?;
        while let Some(line) = rows.line()? {
            isc.line(rows, &mut leases, line.number, &line.text)?;
        }
        isc.end(rows);
    }
    leases.finish(rows);
    Ok(())
}

/// Kea's memfile: a lease of state 0 with a lifetime is in use; `expire` is its last renewal plus its
/// lifetime.
fn kea<R: Read>(
    rows: &mut Rows<'_, R>,
    headings: &[String],
    leases: &mut Leases,
) -> Result<(), DiscoveryError> {
    let place = |word: &str| headings.iter().position(|heading| heading == word);
    let columns = ["address", "state", "valid_lifetime", "expire", "hostname"].map(place);
    while let Some(line) = rows.line()? {
        if line.text.trim().is_empty() || line.text.starts_with('#') {
            continue;
        }
        // Kea writes the headings again where files are joined.
        let row = cells(&line.text, ',');
        if is_kea(&row) {
            continue;
        }
        rows.count()?;
        let [address, state, lifetime, expire, name] = columns.map(|place| {
            place
                .and_then(|place| row.get(place))
                .map_or("", |cell| cell.as_str())
        });
        let Ok(address) = parse_address(address) else {
            rows.bad(line.number, address, NO_ADDRESS, CHECK);
            continue;
        };
        let Ok(lifetime) = lifetime.parse::<i64>() else {
            rows.bad(line.number, lifetime, NO_LIFETIME, CHECK);
            continue;
        };
        let renewed = expire
            .parse::<i64>()
            .ok()
            .and_then(|expire| Timestamp::from_second(expire.checked_sub(lifetime)?).ok());
        let lease = Lease {
            row: line.number,
            is_active: matches!(state, "" | "0") && lifetime > 0,
            at: renewed,
            name: whole_name(&name.replace("&#x2c", ",")),
        };
        leases.add(rows, address, lease);
    }
    Ok(())
}

/// `dhcpd.leases`: statements ended by semicolons, in blocks.
#[derive(Default)]
struct Isc {
    statement: String,
    is_quoted: bool,
    is_escaped: bool,
    open: Vec<Block>,
}

/// A block that is open.
struct Block {
    row: u64,
    /// The address leased, in a block of a lease.
    address: Option<Result<IpAddr, String>>,
    lease: Lease,
}

/// Blocks within blocks. The format has two.
const DEPTH: usize = 16;

impl Isc {
    fn line<R: Read>(
        &mut self,
        rows: &mut Rows<'_, R>,
        leases: &mut Leases,
        row: u64,
        text: &str,
    ) -> Result<(), DiscoveryError> {
        for c in text.chars() {
            match c {
                _ if self.is_escaped => self.is_escaped = false,
                '\\' if self.is_quoted => self.is_escaped = true,
                '"' => self.is_quoted = !self.is_quoted,
                '#' if !self.is_quoted => break,
                '{' if !self.is_quoted => {
                    self.begin(rows, row);
                    continue;
                }
                '}' if !self.is_quoted => {
                    self.statement.clear();
                    self.close(rows, leases)?;
                    continue;
                }
                ';' if !self.is_quoted => {
                    self.state();
                    continue;
                }
                _ => {}
            }
            if self.statement.len() < LINE {
                self.statement.push(c);
            }
        }
        // A text never crosses a line: one quotation mark too many does not swallow the file.
        (self.is_quoted, self.is_escaped) = (false, false);
        self.statement.push(' ');
        Ok(())
    }

    fn begin<R: Read>(&mut self, rows: &mut Rows<'_, R>, row: u64) {
        let head = std::mem::take(&mut self.statement);
        let mut words = head.split_whitespace();
        let is_lease = matches!(words.next(), Some("lease" | "iaaddr"));
        let address = is_lease.then(|| {
            let text = words.next().unwrap_or_default();
            parse_address(text).map_err(|_| text.to_owned())
        });
        // A lease inside a lease: the one before it was never closed.
        if address.is_some() && self.open.iter().any(|block| block.address.is_some()) {
            self.end(rows);
        }
        if self.open.len() >= DEPTH {
            self.open.remove(0);
        }
        self.open.push(Block {
            row,
            address,
            lease: Lease {
                row,
                // Leases of old servers say nothing of their state.
                is_active: true,
                at: None,
                name: None,
            },
        });
    }

    fn state(&mut self) {
        let statement = std::mem::take(&mut self.statement);
        let words: Vec<&str> = statement.split_whitespace().collect();
        let Some(Block { lease, .. }) = self.open.last_mut() else {
            return;
        };
        match words.as_slice() {
            ["binding", "state", state] => lease.is_active = *state == "active",
            ["client-hostname" | "ddns-fwd-name", name] | ["set", "ddns-fwd-name", "=", name] => {
                lease.name = whole_name(name.trim_matches('"')).or(lease.name.take());
            }
            ["starts" | "cltt", "epoch", seconds, ..] => {
                lease.at = moment(seconds).max(lease.at);
            }
            ["starts" | "cltt", _, day, time] => {
                // Times in the file are UTC (dhcpd.leases(5)).
                lease.at = moment_utc(&format!("{day} {time}")).max(lease.at);
            }
            _ => {}
        }
    }

    fn close<R: Read>(
        &mut self,
        rows: &mut Rows<'_, R>,
        leases: &mut Leases,
    ) -> Result<(), DiscoveryError> {
        let Some(block) = self.open.pop() else {
            return Ok(());
        };
        match block.address {
            Some(Ok(address)) => {
                rows.count()?;
                leases.add(rows, address, block.lease);
            }
            Some(Err(text)) => {
                rows.count()?;
                rows.bad(block.row, &text, NO_ADDRESS, CHECK);
            }
            None => {}
        }
        Ok(())
    }

    /// Tells of blocks that were never closed: what they say is half a lease.
    fn end<R: Read>(&mut self, rows: &mut Rows<'_, R>) {
        for block in std::mem::take(&mut self.open) {
            if block.address.is_some() {
                rows.tell(block.row, "", UNCLOSED, CHECK);
            }
        }
    }
}

const NO_ADDRESS: Text = Text::new("không phải địa chỉ IP", "not an IP address");
const NO_LIFETIME: Text = Text::new(
    "không phải thời hạn cấp phát (giây)",
    "not a lifetime in seconds",
);
const UNCLOSED: Text = Text::new(
    "khối cấp phát không đóng, bị bỏ qua",
    "a lease that is never closed, left out",
);
const CHECK: Text = Text::new(
    "kiểm tra dòng này trong tệp gốc; các dòng khác vẫn được đọc",
    "look at the line in the file; all others were read",
);
