//! Flows and firewall logs as tables with headings: `nfdump -o csv` of both generations, and anything
//! with a destination address and port.
//!
//! A flow proves a service only if it was answered: a refused connection or a lone SYN shows somebody
//! knocking, not a door. The half of a conversation that goes back to a client is turned round.

use std::{collections::BTreeMap, io::Read, net::IpAddr};

use super::{
    DiscoveryError,
    rows::{Rows, cells, moment, separator},
};
use crate::{Carrier, Host, SourceKind, Spot, SpotRole, Text, fold, parse_address};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Source,
    SourcePort,
    Destination,
    DestinationPort,
    Protocol,
    Flags,
    Action,
    First,
    Last,
    Count,
}

/// Headings by what they hold, folded: lower case, one word.
const HEADINGS: &[(Column, &[&str])] = &[
    (
        Column::Source,
        &[
            "sa",
            "src",
            "srcaddr",
            "srcip",
            "source",
            "sourceip",
            "sourceaddress",
            "saddr",
        ],
    ),
    (
        Column::SourcePort,
        &["sp", "sport", "srcport", "sourceport"],
    ),
    (
        Column::Destination,
        &[
            "da",
            "dst",
            "dstaddr",
            "dstip",
            "dest",
            "destip",
            "destination",
            "destinationip",
            "destinationaddress",
            "daddr",
        ],
    ),
    (
        Column::DestinationPort,
        &["dp", "dport", "dstport", "destport", "destinationport"],
    ),
    (
        Column::Protocol,
        &["pr", "proto", "prot", "protocol", "ipprotocol", "transport"],
    ),
    (Column::Flags, &["flg", "flags", "tcpflags"]),
    (Column::Action, &["action", "act", "disposition", "verdict"]),
    (
        Column::First,
        &[
            "ts",
            "firstseen",
            "start",
            "starttime",
            "time",
            "timestamp",
            "datetime",
            "date",
        ],
    ),
    (Column::Last, &["te", "lastseen", "end", "endtime"]),
    (Column::Count, &["flows", "fl", "count", "hits", "sessions"]),
];

/// The columns of a table of flows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    separator: char,
    at: BTreeMap<Column, usize>,
}

impl Columns {
    /// Reads the headings; none if the line names no destination and port.
    pub(super) fn of(line: &str) -> Option<Self> {
        let columns = Self::read(line);
        let needed = [Column::Destination, Column::DestinationPort];
        needed
            .iter()
            .all(|column| columns.at.contains_key(column))
            .then_some(columns)
    }

    fn read(line: &str) -> Self {
        let separator = separator(line);
        let mut at = BTreeMap::new();
        for (place, cell) in cells(line.trim_start_matches('#'), separator)
            .iter()
            .enumerate()
        {
            let word = fold(cell).replace(' ', "");
            let known = HEADINGS.iter().find(|(_, words)| words.contains(&&*word));
            if let Some((column, _)) = known {
                at.entry(*column).or_insert(place);
            }
        }
        Self { separator, at }
    }

    /// What a table with these columns is.
    pub(super) fn kind(&self) -> SourceKind {
        if self.at.contains_key(&Column::Action) {
            SourceKind::Firewall
        } else {
            SourceKind::Netflow
        }
    }

    fn cell<'a>(&self, cells: &'a [String], column: Column) -> &'a str {
        let place = self.at.get(&column);
        place
            .and_then(|place| cells.get(*place))
            .map_or("", |cell| cell.as_str())
    }
}

/// Reads a table of flows.
pub(super) fn read<R: Read>(rows: &mut Rows<'_, R>) -> Result<(), DiscoveryError> {
    let columns = loop {
        let line = rows.line()?.ok_or(DiscoveryError::Empty)?;
        if line.text.trim().is_empty() {
            continue;
        }
        let columns = Columns::read(&line.text);
        for (column, what) in [
            (Column::Destination, "destination address"),
            (Column::DestinationPort, "destination port"),
        ] {
            if !columns.at.contains_key(&column) {
                return Err(DiscoveryError::NoColumn(what));
            }
        }
        break columns;
    };
    while let Some(line) = rows.line()? {
        let text = line.text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        // nfdump ends its table with totals.
        if text == "Summary" || text.starts_with("Summary:") {
            break;
        }
        rows.count()?;
        let row = cells(text, columns.separator);
        match flow(&columns, &row) {
            Ok(Some(flow)) => {
                let first = moment(columns.cell(&row, Column::First));
                let mut discovery = rows.discovery(line.number, SpotRole::Flow, first);
                if let Some(last) = moment(columns.cell(&row, Column::Last)) {
                    discovery.last = last.max(discovery.first);
                }
                let count = columns.cell(&row, Column::Count).parse();
                discovery.count = count.unwrap_or(1).max(1);
                rows.see(flow, discovery);
            }
            Ok(None) => rows.skip(),
            Err((value, problem, fix)) => rows.bad(line.number, &value, problem, fix),
        }
    }
    Ok(())
}

type Bad = (String, Text, Text);

/// The service that a row shows; none if it shows none.
fn flow(columns: &Columns, row: &[String]) -> Result<Option<Spot>, Bad> {
    let protocol = columns.cell(row, Column::Protocol).to_ascii_lowercase();
    let carrier = match &*protocol {
        // A table without the column is one of TCP connections.
        "tcp" | "6" => Carrier::Tcp,
        "" if !columns.at.contains_key(&Column::Protocol) => Carrier::Tcp,
        "udp" | "17" => Carrier::Udp,
        "" => return Err((row.join(","), NO_PROTOCOL, SHORT)),
        _ => return Ok(None),
    };
    let is_answered = if columns.at.contains_key(&Column::Action) {
        allowed(columns.cell(row, Column::Action))?
    } else {
        true
    };
    let destination = end(columns, row, Column::Destination, Column::DestinationPort)?;
    if !is_answered || (carrier == Carrier::Tcp && !established(columns.cell(row, Column::Flags))) {
        return Ok(None);
    }
    let source = end(columns, row, Column::Source, Column::SourcePort).ok();
    let (address, port) = match source {
        Some(source) if is_reply(source.1, destination.1) => source,
        _ => destination,
    };
    if port == 0 || address.is_multicast() || address.is_unspecified() {
        return Ok(None);
    }
    Ok(Some(Spot {
        host: Host::Address(address),
        carrier,
        port: Some(port),
    }))
}

fn end(
    columns: &Columns,
    row: &[String],
    address: Column,
    port: Column,
) -> Result<(IpAddr, u16), Bad> {
    let text = columns.cell(row, address);
    let address = parse_address(text).map_err(|_| (text.to_owned(), NO_ADDRESS, ADDRESS))?;
    let text = columns.cell(row, port);
    // nfdump writes an ICMP type as 8.0; such rows are no services and never come here with TCP or UDP.
    let port = text.parse().map_err(|_| (text.to_owned(), NO_PORT, PORT))?;
    Ok((address, port))
}

/// First port that systems give to clients: Linux from 32768, the registry from 49152 (RFC 6335 6).
const EPHEMERAL: u16 = 32_768;

/// Whether a flow from port `from` to port `to` goes back from a server to its client.
const fn is_reply(from: u16, to: u16) -> bool {
    from != 0 && from < EPHEMERAL && (to >= EPHEMERAL || (from < 1024 && to >= 1024))
}

/// Whether the TCP flags of a flow, of either direction, show that a connection was made. Without flags
/// the export says nothing against it.
fn established(flags: &str) -> bool {
    const FIN: u8 = 1;
    const SYN: u8 = 2;
    const RST: u8 = 4;
    const PSH: u8 = 8;
    const ACK: u8 = 16;
    let bits = if let Some(hex) = flags.strip_prefix("0x") {
        u8::from_str_radix(hex, 16).unwrap_or(0)
    } else {
        flags.chars().fold(0, |bits, c| match c {
            'F' => bits | FIN,
            'S' => bits | SYN,
            'R' => bits | RST,
            'P' => bits | PSH,
            'A' => bits | ACK,
            _ => bits,
        })
    };
    bits == 0 || (bits & ACK != 0 && (bits & RST == 0 || bits & (FIN | SYN | PSH) != 0))
}

/// Whether a firewall let the connection through and did not see it refused.
fn allowed(action: &str) -> Result<bool, Bad> {
    let word = fold(action);
    let begins = |words: &[&str]| words.iter().any(|w| word.starts_with(w));
    if begins(&[
        "allow",
        "accept",
        "pass",
        "permit",
        "close",
        "built",
        "established",
    ]) {
        return Ok(true);
    }
    let refused = [
        "den",
        "drop",
        "block",
        "reject",
        "refuse",
        "reset",
        "timeout",
        "server rst",
    ];
    if begins(&refused) || begins(&["client rst", "ip conn", "start", "teardown"]) {
        return Ok(false);
    }
    Err((action.to_owned(), NO_ACTION, ACTION))
}

const SHORT: Text = Text::new(
    "kiểm tra dòng có đủ số cột như dòng tiêu đề không",
    "check that the row has as many cells as the headings",
);
const NO_PROTOCOL: Text = Text::new("thiếu giao thức", "no protocol");
const NO_ADDRESS: Text = Text::new("không phải địa chỉ IP", "not an IP address");
const ADDRESS: Text = Text::new(
    "xuất địa chỉ dạng số, không phân giải tên (nfdump -N …)",
    "export addresses as numbers, unresolved",
);
const NO_PORT: Text = Text::new("không phải số cổng", "not a port number");
const PORT: Text = Text::new("cổng là số từ 0 đến 65535", "a port is 0 to 65535");
const NO_ACTION: Text = Text::new(
    "không rõ tường lửa cho qua hay chặn",
    "not known to let pass or to stop",
);
const ACTION: Text = Text::new(
    "ghi allow hoặc deny trong cột hành động; dòng này không được tính",
    "write allow or deny; the row is not counted",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_answered_flows_show_a_service() {
        for (flags, made) in [
            ("", true),
            ("........", true),
            ("...AP.SF", true),
            ("....S.", false),
            ("...A.R..", false),
            ("...A....", true),
            ("...APRSF", true),
            ("0x1b", true),
            ("0x02", false),
            ("0x14", false),
        ] {
            assert_eq!(established(flags), made, "{flags}");
        }
        for (action, expected) in [
            ("Allow", Some(true)),
            ("accept", Some(true)),
            ("Deny", Some(false)),
            ("DROP", Some(false)),
            ("denied", Some(false)),
            ("server-rst", Some(false)),
            ("maybe", None),
            ("", None),
        ] {
            assert_eq!(allowed(action).ok(), expected, "{action}");
        }
    }

    #[test]
    fn replies_are_told_from_requests() {
        for (from, to, reply) in [
            (443, 51_000, true),
            (8080, 40_000, true),
            (443, 2048, true),
            (51_000, 443, false),
            (51_000, 8080, false),
            (123, 123, false),
            (5000, 6000, false),
            (50_000, 60_000, false),
            (0, 60_000, false),
        ] {
            assert_eq!(is_reply(from, to), reply, "{from} to {to}");
        }
    }
}
