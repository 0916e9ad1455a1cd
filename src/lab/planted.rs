//! What the lab plants, as data: the servers, their faults, and what must be found.

use luytre_checks::{
    Unmeasured,
    fact::{Suite, TlsVersion},
};
use luytre_inventory::{Code, HostName, Protocol, Zone};
use serde::Deserialize;

/// Everything in `planted.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    /// The servers.
    #[serde(rename = "server")]
    pub(crate) servers: Vec<Server>,
    /// What the inventory itself must show.
    #[serde(rename = "record")]
    pub(crate) records: Vec<RecordFault>,
}

impl Plan {
    /// The plan compiled into the program.
    pub(crate) fn embedded() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("planted.toml"))
    }
}

/// One listening port of the lab.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    /// Stable name; the endpoint's id derives from it.
    pub(crate) id: String,
    /// The system it belongs to.
    pub(crate) system: Code,
    /// Last byte of its address; equal bytes are one machine.
    pub(crate) host: u8,
    /// The name clients speak to it.
    pub(crate) name: HostName,
    /// What the inventory says is spoken there.
    pub(crate) protocol: Protocol,
    /// From where the inventory says it is reachable.
    pub(crate) zone: Zone,
    /// Whether the inventory knows it.
    #[serde(default = "yes")]
    pub(crate) declared: bool,
    /// Must get no finding.
    #[serde(default)]
    pub(crate) healthy: bool,
    /// Only TLS handshakes are authorised (industrial control).
    #[serde(default)]
    pub(crate) handshake_only: bool,
    /// For people: what is wrong with it.
    pub(crate) about: Words,
    /// What it does.
    pub(crate) speaks: Speaks,
    /// What must be found.
    #[serde(default)]
    pub(crate) expect: Vec<Expected>,
    /// Why nothing can be learnt from it, if so.
    #[serde(default)]
    pub(crate) unmeasured: Option<Unmeasured>,
}

const fn yes() -> bool {
    true
}

/// A phrase of the plan in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// Vietnamese.
    pub(crate) vi: String,
    /// English.
    pub(crate) en: String,
}

/// A finding that must be reported.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    /// Id of the check.
    pub(crate) check: String,
    /// The part at fault; none when any will do.
    #[serde(default)]
    pub(crate) part: Option<String>,
}

/// A finding about the record of a system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordFault {
    /// The system.
    pub(crate) system: Code,
    /// Id of the check.
    pub(crate) check: String,
    /// The part at fault; none when any will do.
    #[serde(default)]
    pub(crate) part: Option<String>,
}

/// What a server does with a connection.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Speaks {
    /// HTTP inside TLS 1.2 and 1.3.
    Https {
        /// Its certificate.
        certificate: CertificatePlan,
        /// Title of its page.
        title: String,
        /// Headers beyond the framing ones.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// What is wrong with the page.
        #[serde(default)]
        faults: PageFaults,
    },
    /// Plain HTTP: a page, or a redirect.
    Http {
        /// Title of its page.
        #[serde(default)]
        title: String,
        /// Headers beyond the framing ones.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The server to which every request is sent on.
        #[serde(default)]
        redirect: Option<String>,
        /// What is wrong with the page.
        #[serde(default)]
        faults: PageFaults,
    },
    /// TLS with RSA key exchange, as old servers speak it, up to ServerHelloDone.
    OldTls {
        /// Its certificate.
        certificate: Fixture,
        /// Versions it agrees to.
        versions: Vec<TlsVersion>,
        /// Suites in its order of preference.
        suites: Vec<Suite>,
    },
    /// An SSH identification line.
    Ssh {
        /// The line.
        banner: String,
    },
    /// FTP up to the refused log-in.
    Ftp {
        /// Text after `220`.
        banner: String,
    },
    /// Telnet up to the refused log-in.
    Telnet {
        /// Name of the device.
        banner: String,
    },
    /// SMTP up to the refused mail.
    Smtp {
        /// Text after `220`.
        banner: String,
    },
    /// MariaDB up to the refused log-in.
    Mariadb {
        /// Version as it names itself.
        version: String,
    },
    /// PostgreSQL up to the refused start.
    Postgres,
    /// Redis without password, empty.
    Redis {
        /// Version as it names itself.
        version: String,
    },
    /// RDP up to the connection confirm.
    Rdp,
    /// Accepts, and says nothing.
    Silent,
    /// Nobody listens.
    Dead,
}

/// What is wrong with a site beyond its title and headers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageFaults {
    /// It sends none of the headers that protect visitors, and names nobody who takes reports.
    #[serde(default)]
    pub(crate) bare: bool,
    /// An intruder put in a link that nobody sees, words for search engines, and sends phones away.
    #[serde(default)]
    pub(crate) tampered: bool,
    /// Its source repository is open.
    #[serde(default)]
    pub(crate) leaks_repository: bool,
    /// It asks for a password, which goes to this address.
    #[serde(default)]
    pub(crate) login: Option<String>,
}

/// What is wrong with a certificate made at start, and with which key it is made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CertificatePlan {
    /// What is wrong.
    pub(crate) flaw: Flaw,
    /// Servers that name the same key have the same key; none means a key of its own.
    #[serde(default)]
    pub(crate) key: Option<String>,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Flaw {
    /// Nothing.
    None,
    /// Out of date for 20 days.
    Expired,
    /// Five days left.
    Expiring,
    /// Begins in ten days.
    NotYetValid,
    /// Made for another name.
    WrongName,
    /// Signed with its own key.
    SelfSigned,
    /// Issued by an authority that nobody trusts.
    UnknownIssuer,
}

/// A public part that key libraries refuse to make (see `fixtures/README.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fixture {
    /// A key of 1024 bits, certified by the lab's authority.
    Rsa1024,
    /// A key of 2048 bits, certified by the lab's authority.
    Rsa2048,
    /// A certificate signed with SHA-1 by an authority that nobody trusts.
    Sha1,
}
