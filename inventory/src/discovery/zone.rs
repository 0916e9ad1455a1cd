//! Zone files: the master format of RFC 1035 5, as BIND writes it.
//!
//! `$INCLUDE` is not followed (no file is opened that nobody named) and `$GENERATE` is not expanded;
//! both are told.

use std::{io::Read, net::IpAddr};

use super::{DiscoveryError, lines::LINE, rows::Rows};
use crate::{Carrier, Host, HostName, Spot, SpotRole, Text};

/// Words of one record. A record that says where something is has ten.
const WORDS: usize = 64;

/// Whether a file that has this line is a zone.
pub(super) fn begins(line: &str) -> bool {
    let words: Vec<String> = line
        .split_whitespace()
        .take(8)
        .map(str::to_ascii_uppercase)
        .collect();
    let has = |word: &str| words.iter().any(|w| w == word);
    words
        .first()
        .is_some_and(|word| word == "$ORIGIN" || word == "$TTL")
        || has("SOA")
        || (has("IN")
            && ["A", "AAAA", "NS", "MX", "CNAME"]
                .iter()
                .any(|word| has(word)))
}

/// A record being read: it may cross lines inside parentheses.
#[derive(Default)]
struct Record {
    words: Vec<String>,
    row: u64,
    /// Whether the line began with white space: the owner is that of the record before.
    is_indented: bool,
    depth: u32,
}

/// What directives and earlier records say of the next one.
struct Zone {
    origin: Option<HostName>,
    owner: Option<Owner>,
    is_told: bool,
}

/// An owner of records.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Owner {
    /// A host.
    Host(HostName),
    /// A wildcard, or a name with a label that no host has (`_dmarc`).
    NoHost(String),
}

/// Reads a zone. Without `$ORIGIN` the zone is the one given, else the one its file is named after
/// (`db.doiche.test`, `doiche.test.zone`).
pub(super) fn read<R: Read>(
    rows: &mut Rows<'_, R>,
    file: &str,
    origin: Option<&HostName>,
) -> Result<(), DiscoveryError> {
    let mut zone = Zone {
        origin: origin.cloned().or_else(|| named_after(file)),
        owner: None,
        is_told: false,
    };
    let mut record = Record::default();
    while let Some(line) = rows.line()? {
        if record.words.is_empty() && record.depth == 0 {
            record.row = line.number;
            record.is_indented = line.text.starts_with([' ', '\t']);
        }
        split(&line.text, &mut record);
        // A parenthesis that is never closed must not swallow the zone.
        if record.depth > 0 && record.words.len() < WORDS {
            continue;
        }
        let whole = std::mem::take(&mut record);
        if !whole.words.is_empty() {
            zone.take(rows, whole)?;
        }
    }
    if !record.words.is_empty() {
        rows.tell(record.row, &record.words.join(" "), UNCLOSED, CHECK);
    }
    Ok(())
}

fn named_after(file: &str) -> Option<HostName> {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name = name.strip_prefix("db.").unwrap_or(name);
    let ends = [".zone", ".db", ".hosts", ".txt", ".signed"];
    let name = ends
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    name.contains('.').then(|| name.parse().ok()).flatten()
}

/// Splits a line into words: comments, quotes, escapes and parentheses as RFC 1035 5.1 has them.
fn split(line: &str, record: &mut Record) {
    let mut word: Option<String> = None;
    let mut characters = line.chars();
    let mut is_quoted = false;
    let end = |word: &mut Option<String>, record: &mut Record| {
        if let Some(word) = word.take()
            && record.words.len() < WORDS
        {
            record.words.push(word);
        }
    };
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                let word = word.get_or_insert_default();
                word.push('\\');
                word.extend(characters.next());
            }
            '"' => {
                word.get_or_insert_default();
                is_quoted = !is_quoted;
            }
            c if is_quoted => word.get_or_insert_default().push(c),
            ';' => break,
            '(' => {
                end(&mut word, record);
                record.depth += 1;
            }
            ')' => {
                end(&mut word, record);
                record.depth = record.depth.saturating_sub(1);
            }
            c if c.is_whitespace() => end(&mut word, record),
            c => {
                let word = word.get_or_insert_default();
                if word.len() < LINE {
                    word.push(c);
                }
            }
        }
    }
    end(&mut word, record);
}

impl Zone {
    #[expect(clippy::needless_pass_by_value, reason = "a record is taken once")]
    fn take<R: Read>(
        &mut self,
        rows: &mut Rows<'_, R>,
        record: Record,
    ) -> Result<(), DiscoveryError> {
        let row = record.row;
        let first = record.words[0].to_ascii_uppercase();
        match &*first {
            "$ORIGIN" => {
                let name = record.words.get(1).map(String::as_str);
                match self.name(name.unwrap_or_default()) {
                    Some(Owner::Host(name)) => self.origin = Some(name),
                    _ => rows.tell(row, &record.words.join(" "), BAD_ORIGIN, ORIGIN),
                }
                return Ok(());
            }
            "$TTL" => return Ok(()),
            "$INCLUDE" => {
                rows.tell(row, &record.words.join(" "), INCLUDE, INCLUDED);
                return Ok(());
            }
            "$GENERATE" => {
                rows.tell(row, &record.words.join(" "), GENERATE, GENERATED);
                return Ok(());
            }
            _ => {}
        }
        rows.count()?;
        let mut words = record.words.iter().map(String::as_str);
        if !record.is_indented {
            let owner = words.next().unwrap_or_default();
            self.owner = self.name(owner);
            if self.owner.is_none() {
                self.without_origin(rows, row, owner);
                return Ok(());
            }
        }
        let Some(owner) = self.owner.clone() else {
            rows.bad(row, &record.words.join(" "), NO_OWNER, CHECK);
            return Ok(());
        };
        // Time to live and class, in either order, are read over.
        let mut rest: Vec<&str> = words.collect();
        while rest
            .first()
            .is_some_and(|word| is_ttl(word) || is_class(word))
        {
            rest.remove(0);
        }
        let Some((kind, data)) = rest.split_first() else {
            rows.bad(row, &record.words.join(" "), NO_TYPE, CHECK);
            return Ok(());
        };
        if self.says(rows, row, &owner, &kind.to_ascii_uppercase(), data) {
            return Ok(());
        }
        rows.bad(row, &record.words.join(" "), BAD_RECORD, CHECK);
        Ok(())
    }

    /// Takes what a record says of hosts; false if it cannot be read.
    fn says<R: Read>(
        &self,
        rows: &mut Rows<'_, R>,
        row: u64,
        owner: &Owner,
        kind: &str,
        data: &[&str],
    ) -> bool {
        let at = |index: usize| data.get(index).copied().unwrap_or_default();
        match (kind, owner) {
            ("A" | "AAAA", _) => {
                let Some(address) = address(kind, at(0)) else {
                    return false;
                };
                match owner {
                    Owner::Host(name) => {
                        let mut discovery = rows.discovery(row, SpotRole::Address, None);
                        discovery.addresses.insert(address);
                        rows.see(Spot::host(Host::Name(name.clone())), discovery);
                    }
                    Owner::NoHost(_) => rows.skip(),
                }
            }
            ("CNAME" | "DNAME", Owner::Host(name)) => {
                let Some(Owner::Host(target)) = self.name(at(0)) else {
                    return false;
                };
                let mut discovery = rows.discovery(row, SpotRole::Cname, None);
                discovery
                    .names
                    .extend(rows.border.names(&target).then(|| target.clone()));
                rows.see(Spot::host(Host::Name(name.clone())), discovery);
                let mut discovery = rows.discovery(row, SpotRole::Cname, None);
                discovery
                    .names
                    .extend(rows.border.names(name).then(|| name.clone()));
                rows.see(Spot::host(Host::Name(target)), discovery);
            }
            ("MX", _) => return self.target(rows, row, SpotRole::Mx, at(1), None),
            ("NS", _) => return self.target(rows, row, SpotRole::Ns, at(0), None),
            ("SRV", _) => {
                let carrier = match owner {
                    Owner::NoHost(name) if name.contains("._udp") => Carrier::Udp,
                    _ => Carrier::Tcp,
                };
                let Ok(port) = at(2).parse::<u16>() else {
                    return false;
                };
                return self.target(rows, row, SpotRole::Srv, at(3), Some((carrier, port)));
            }
            ("PTR", Owner::Host(name)) => return self.reverse(rows, row, name, at(0)),
            _ => rows.skip(),
        }
        true
    }

    /// A host that a record names. `.` says that there is none (RFC 7505, RFC 2782).
    fn target<R: Read>(
        &self,
        rows: &mut Rows<'_, R>,
        row: u64,
        role: SpotRole,
        target: &str,
        port: Option<(Carrier, u16)>,
    ) -> bool {
        if target == "." {
            rows.skip();
            return true;
        }
        let Some(Owner::Host(name)) = self.name(target) else {
            return false;
        };
        let (carrier, port) = port.map_or((Carrier::Tcp, None), |(c, port)| (c, Some(port)));
        let spot = Spot {
            host: Host::Name(name),
            carrier,
            port: port.filter(|port| *port != 0),
        };
        let discovery = rows.discovery(row, role, None);
        rows.see(spot, discovery);
        true
    }

    /// A name for an address.
    fn reverse<R: Read>(
        &self,
        rows: &mut Rows<'_, R>,
        row: u64,
        owner: &HostName,
        target: &str,
    ) -> bool {
        let (Some(address), Some(Owner::Host(target))) = (reversed(owner), self.name(target))
        else {
            // A pointer that is not about an address (service discovery).
            rows.skip();
            return true;
        };
        let mut discovery = rows.discovery(row, SpotRole::Address, None);
        discovery
            .names
            .extend(rows.border.names(&target).then_some(target));
        rows.see(Spot::host(Host::Address(address)), discovery);
        true
    }

    /// A name of the zone: whole if it ends in a dot, else under the origin. None without an origin, or
    /// if it is none.
    fn name(&self, text: &str) -> Option<Owner> {
        let whole = match text.strip_suffix('.') {
            Some(whole) => whole.to_owned(),
            None if text == "@" => self.origin.as_ref()?.to_string(),
            None => format!("{text}.{}", self.origin.as_ref()?),
        };
        let no_host = whole.starts_with("*.")
            || whole == "*"
            || whole.split('.').any(|label| label.starts_with('_'))
            || whole.contains('\\');
        if no_host {
            return Some(Owner::NoHost(whole.to_ascii_lowercase()));
        }
        whole.parse().ok().map(Owner::Host)
    }

    /// Says once that the zone's own name is not known, else what is wrong with the owner.
    fn without_origin<R: Read>(&mut self, rows: &mut Rows<'_, R>, row: u64, owner: &str) {
        if self.origin.is_none() && !owner.ends_with('.') {
            if self.is_told {
                rows.bad_quietly();
            } else {
                self.is_told = true;
                rows.bad(row, owner, NO_ORIGIN, ORIGIN);
            }
        } else {
            rows.bad(row, owner, NO_NAME, CHECK);
        }
    }
}

fn is_class(word: &str) -> bool {
    ["IN", "CH", "HS", "CS"]
        .iter()
        .any(|class| word.eq_ignore_ascii_case(class))
}

/// A number of seconds, or with units as BIND writes them (`1d`, `2h30m`).
fn is_ttl(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word
            .bytes()
            .all(|b| b.is_ascii_digit() || b"smhdwSMHDW".contains(&b))
}

fn address(kind: &str, text: &str) -> Option<IpAddr> {
    let address: IpAddr = text.parse().ok()?;
    (address.is_ipv4() == (kind == "A")).then(|| address.to_canonical())
}

/// The address of a name under in-addr.arpa (RFC 1035 3.5) or ip6.arpa (RFC 3596 2.5).
fn reversed(name: &HostName) -> Option<IpAddr> {
    if let Some(labels) = name.as_str().strip_suffix(".in-addr.arpa") {
        let parts: Vec<&str> = labels.rsplit('.').collect();
        return parts.join(".").parse().ok().map(IpAddr::V4);
    }
    let labels = name.as_str().strip_suffix(".ip6.arpa")?;
    let digits: Vec<&str> = labels.rsplit('.').collect();
    if digits.len() != 32 || digits.iter().any(|digit| digit.len() != 1) {
        return None;
    }
    let groups: Vec<String> = digits.chunks(4).map(<[&str]>::concat).collect();
    groups.join(":").parse().ok().map(IpAddr::V6)
}

const BAD_ORIGIN: Text = Text::new("$ORIGIN không đọc được", "$ORIGIN cannot be read");
const ORIGIN: Text = Text::new(
    "nêu tên miền của vùng bằng --origin TÊN-MIỀN",
    "name the domain of the zone with --origin NAME",
);
const NO_ORIGIN: Text = Text::new(
    "tên tương đối mà tệp không có $ORIGIN; các dòng như vậy bị bỏ qua",
    "a relative name while the file has no $ORIGIN; such lines are left out",
);
const INCLUDE: Text = Text::new(
    "tệp được $INCLUDE không được đọc",
    "the included file is not read",
);
const INCLUDED: Text = Text::new("nhập riêng tệp đó", "import that file too");
const GENERATE: Text = Text::new(
    "$GENERATE không được khai triển",
    "$GENERATE is not expanded",
);
const GENERATED: Text = Text::new(
    "xuất vùng đã khai triển: `named-compilezone -o -`",
    "export the zone expanded: `named-compilezone -o -`",
);
const NO_OWNER: Text = Text::new("bản ghi không có tên chủ", "a record without an owner");
const NO_NAME: Text = Text::new("không phải tên miền", "not a host name");
const NO_TYPE: Text = Text::new("bản ghi không có kiểu", "a record without a type");
const BAD_RECORD: Text = Text::new("bản ghi không đọc được", "the record cannot be read");
const UNCLOSED: Text = Text::new(
    "ngoặc không đóng, bản ghi bị bỏ",
    "a parenthesis is never closed",
);
const CHECK: Text = Text::new(
    "kiểm tra dòng này bằng `named-checkzone`; các dòng khác vẫn được đọc",
    "look at the line with `named-checkzone`; all others were read",
);
