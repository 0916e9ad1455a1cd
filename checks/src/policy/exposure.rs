//! Which services should not answer from where: the exposure table, resolved from the packs in force.

use luytre_inventory::{Level, PortSet, Zone};
use serde::{Deserialize, Serialize};

use super::{
    Policy,
    pack::{Pack, Words},
};
use crate::{Exposure, Grade, Severity};

/// A kind of service and how bad it is that it answers, by zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceKind {
    /// Its word; packs of higher rank take the place of a row by it.
    pub kind: String,
    /// For people.
    pub title: Words,
    /// The check that reports it.
    pub check: String,
    /// Protocols by which it is recognised, as in `design/cli.md`.
    #[serde(default)]
    pub protocols: Vec<String>,
    /// Products by which it is recognised, without regard to case.
    #[serde(default)]
    pub products: Vec<String>,
    /// Ports by which it is guessed where nothing was recognised.
    #[serde(default)]
    pub ports: PortSet,
    /// Nothing is ever said to those ports, so a guess is all there is.
    #[serde(default)]
    pub never_asked: bool,
    /// Whether it may answer where the owner declares it for the local network and it is seen from
    /// inside.
    #[serde(default = "yes")]
    pub as_declared: bool,
    /// Seen from the Internet, or declared as public; none if that is fine.
    #[serde(default)]
    pub internet: Option<Grade>,
    /// Seen from the province's network.
    #[serde(default)]
    pub wan: Option<Grade>,
    /// Seen from the local network.
    #[serde(default)]
    pub local: Option<Grade>,
    /// Where the row comes from.
    pub source: String,
}

const fn yes() -> bool {
    true
}

impl ServiceKind {
    /// How bad it is that it answers from `vantage`, as `exposure` counts it. A vantage that is not
    /// known counts as the province's network.
    pub fn grade(&self, vantage: Zone, exposure: Exposure) -> Option<Grade> {
        match (exposure, vantage) {
            (Exposure::Internet | Exposure::Declared, _) => self.internet,
            (Exposure::Internal, Zone::Local) => self.local,
            (Exposure::Internal, _) => self.wan,
        }
    }

    /// The same where it is only guessed by its port: one grade milder.
    pub fn guessed(&self, vantage: Zone, exposure: Exposure) -> Option<Grade> {
        self.grade(vantage, exposure).map(|grade| match grade {
            Grade::Grave => Grade::Serious,
            Grade::Serious => Grade::Moderate,
            Grade::Moderate | Grade::Slight => Grade::Slight,
        })
    }

    /// Whether it is the service called `protocol` or made by `product`.
    pub fn is(&self, protocol: &str, product: Option<&str>) -> bool {
        let made =
            |name: &String| product.is_some_and(|product| product.eq_ignore_ascii_case(name));
        self.protocols.iter().any(|name| name == protocol) || self.products.iter().any(made)
    }

    /// What makes no sense in it, if anything.
    pub(super) fn nonsense(&self) -> Option<String> {
        let word = |text: &String| {
            let part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
            !text.is_empty() && text.bytes().all(part)
        };
        let kind = &self.kind;
        if !word(kind) || !self.protocols.iter().all(word) {
            return Some(format!("`{kind}` or one of its protocols is not a word"));
        }
        if self.protocols.is_empty() && self.products.is_empty() && self.ports.is_empty() {
            return Some(format!("nothing tells what `{kind}` is"));
        }
        if self.never_asked && self.ports.is_empty() {
            return Some(format!("`{kind}` is never asked and has no ports"));
        }
        (!REPORTING.contains(&self.check.as_str()))
            .then(|| format!("`{}` does not report `{kind}`", self.check))
    }

    /// The stricter of two rows of one kind in each zone.
    fn stricter(&mut self, other: &Self) {
        self.internet = self.internet.max(other.internet);
        self.wan = self.wan.max(other.wan);
        self.local = self.local.max(other.local);
        self.as_declared &= other.as_declared;
    }
}

impl Policy {
    /// How severe it is that a service of `row` is seen from `zone`; none if that is fine.
    pub fn exposed(&self, row: &ServiceKind, zone: Zone, level: Option<Level>) -> Option<Severity> {
        let exposure = Exposure::of(zone, None);
        let grade = row.grade(zone, exposure)?;
        Some(self.severity(&row.check, grade, level, exposure))
    }
}

/// The checks that report rows of the table.
const REPORTING: [&str; 3] = [
    "service.admin_reachable",
    "service.database_reachable",
    "service.exposed",
];

/// The rows of `packs`, highest rank first: the row of the highest rank that has the kind; among packs
/// of one rank the first, made as strict as the strictest.
pub(super) fn resolve(packs: &[Pack]) -> Vec<ServiceKind> {
    let mut found: Vec<(super::Rank, ServiceKind)> = Vec::new();
    for pack in packs {
        for row in &pack.exposure {
            match found.iter_mut().find(|(_, known)| known.kind == row.kind) {
                Some((rank, known)) if *rank == pack.rank => known.stricter(row),
                Some(_) => {}
                None => found.push((pack.rank, row.clone())),
            }
        }
    }
    found.into_iter().map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use luytre_inventory::{Protocol, Worded};

    use super::*;
    use crate::{examples::now, policy::day_of};

    const TABLE: &str = include_str!("../../packs/exposure-default.toml");

    fn policy(overlays: &[&str]) -> Policy {
        Policy::on(day_of(now()), overlays).unwrap()
    }

    fn row<'a>(policy: &'a Policy, kind: &str) -> &'a ServiceKind {
        let rows = &policy.parameters().exposure;
        rows.iter().find(|row| row.kind == kind).unwrap()
    }

    /// Service, zone and level give the severity that a person would expect to read.
    #[test]
    fn severities_are_those_agreed_on() {
        use Severity::{Critical, High, Low, Medium};
        use Zone::{Internet, Local, Wan};
        let policy = policy(&[]);
        let golden = [
            ("telnet", Internet, 1, Some(Critical)),
            ("telnet", Wan, 1, Some(High)),
            ("telnet", Local, 1, Some(High)),
            ("rdp", Internet, 2, Some(Critical)),
            ("rdp", Local, 2, Some(High)),
            ("smb", Internet, 1, Some(Critical)),
            ("docker", Internet, 1, Some(Critical)),
            ("ipmi", Internet, 3, Some(Critical)),
            ("snmp", Internet, 3, Some(High)),
            ("snmp", Internet, 4, Some(Critical)),
            ("snmp", Local, 4, Some(Low)),
            ("winrm", Internet, 1, Some(High)),
            ("admin_panel", Internet, 3, Some(High)),
            ("admin_panel", Local, 5, None),
            ("redis", Internet, 1, Some(Critical)),
            ("redis", Local, 1, Some(High)),
            ("mysql", Internet, 3, Some(High)),
            ("mysql", Internet, 4, Some(Critical)),
            ("mysql", Wan, 3, Some(Medium)),
            ("mysql", Wan, 5, Some(Medium)),
            ("postgres", Internet, 1, Some(High)),
            ("ldap", Internet, 1, Some(High)),
            ("ldap", Local, 1, None),
            ("nfs", Internet, 1, Some(Critical)),
            ("sip", Internet, 1, Some(Medium)),
            ("sip", Wan, 5, None),
            ("modbus", Internet, 1, Some(Critical)),
            ("modbus", Local, 1, Some(Medium)),
        ];
        for (kind, zone, level, severity) in golden {
            let level = Level::try_from(level).unwrap();
            let found = policy.exposed(row(&policy, kind), zone, Some(level));
            assert_eq!(found, severity, "{kind} {zone:?} {level:?}");
        }
    }

    #[test]
    fn the_farther_one_sees_it_the_worse() {
        for row in &policy(&[]).parameters().exposure {
            assert!(
                row.internet >= row.wan && row.wan >= row.local,
                "{}",
                row.kind
            );
            assert!(row.internet.is_some(), "{}", row.kind);
            let public = row.grade(Zone::Local, Exposure::Declared);
            assert_eq!(public, row.internet, "{}", row.kind);
            assert!(
                row.guessed(Zone::Internet, Exposure::Internet) < row.internet
                    || row.internet == Some(Grade::Slight)
            );
        }
    }

    /// A port or a protocol belongs to one row, so that nothing is told twice.
    #[test]
    fn rows_do_not_overlap() {
        let policy = policy(&[]);
        let rows = &policy.parameters().exposure;
        assert!(rows.len() > 50);
        let mut ports: Vec<u16> = rows.iter().flat_map(|row| row.ports.iter()).collect();
        let mut words: Vec<&String> = rows.iter().flat_map(|row| &row.protocols).collect();
        let (all_ports, all_words) = (ports.len(), words.len());
        ports.sort_unstable();
        ports.dedup();
        words.sort();
        words.dedup();
        assert_eq!((ports.len(), words.len()), (all_ports, all_words));
        // What is told apart today is in it; the web, mail and SSH are judged elsewhere.
        let told = |protocol: Protocol| rows.iter().any(|row| row.is(protocol.code(), None));
        for protocol in [
            Protocol::Telnet,
            Protocol::Rdp,
            Protocol::Smb,
            Protocol::Redis,
        ] {
            assert!(told(protocol), "{protocol:?}");
        }
        for protocol in [Protocol::Https, Protocol::Smtp, Protocol::Ssh] {
            assert!(!told(protocol), "{protocol:?}");
        }
    }

    #[test]
    fn a_province_may_write_a_row_of_its_own() {
        let mut own = TABLE.split("[[exposure]]").next().unwrap().to_owned();
        let checks = own.find("[checks.").unwrap();
        own.truncate(checks);
        let own = own
            .replace("exposure-default", "province")
            .replace("\"default\"", "\"plan\"")
            + "[[exposure]]\nkind = \"mysql\"\ntitle = { vi = \"MySQL\", en = \"MySQL\" }\n\
               check = \"service.database_reachable\"\nprotocols = [\"mysql\"]\ninternet = \"grave\"\n\
               source = \"92A/KH-UBND\"\n";
        let policy = policy(&[&own]);
        let mysql = row(&policy, "mysql");
        assert_eq!((mysql.internet, mysql.wan), (Some(Grade::Grave), None));
        assert_eq!(row(&policy, "redis").wan, Some(Grade::Serious));
    }

    #[test]
    fn rows_without_sense_are_refused() {
        let broken = |from: &str, to: &str| {
            let text = TABLE.replacen(from, to, 1);
            assert_ne!(text, TABLE, "{from}");
            Policy::on(day_of(now()), &[&text]).is_err()
        };
        assert!(broken("kind = \"telnet\"", "kind = \"Telnet\""));
        assert!(broken("kind = \"telnet\"", "kind = \"redis\""));
        assert!(broken(
            "check = \"service.exposed\"",
            "check = \"web.hsts_missing\""
        ));
        assert!(broken("check = \"service.exposed\"", "check = \"no.such\""));
        assert!(broken("ports = \"502\"\n", ""));
        assert!(broken("internet = \"grave\"", "internet = \"dreadful\""));
        assert!(broken("never_asked = true", "never = true"));
    }
}
