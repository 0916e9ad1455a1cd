//! The shape of a check.

use std::net::IpAddr;

use jiff::Timestamp;
use luytre_inventory::{Endpoint, System, Text, Zone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Fact, FactKind, Outcome, fact::IsFact, policy::Parameters};

/// A pure opinion about one fact. Implemented by an empty struct; one file, one line in the
/// registry.
pub trait Check {
    /// The fact it judges.
    type Fact: IsFact;

    /// What it is.
    const ABOUT: About;

    /// Whether it also judges a fact that says no more than that there is nothing
    /// ([`IsFact::is_absence`]); to the others that is not applicable.
    const JUDGES_ABSENCE: bool = false;

    /// Judges `fact`. Where a value it needs is unknown, it answers [`Outcome::Inconclusive`], or
    /// [`Outcome::Partial`] beside faults that are certain, never [`Outcome::Pass`].
    fn judge(fact: &Self::Fact, context: &Context<'_>, at: Timestamp) -> Outcome;
}

/// A pure opinion about many facts of one kind at once (a key shared by unrelated owners).
pub trait FleetCheck {
    /// The facts it judges.
    type Fact: IsFact;

    /// What it is.
    const ABOUT: About;

    /// Judges all facts together; one outcome per fact, in the order given.
    fn judge(facts: &[FleetFact<'_, Self::Fact>], at: Timestamp) -> Vec<Outcome>;
}

/// One fact of a fleet, with whose it is.
#[derive(Debug)]
pub struct FleetFact<'a, F> {
    /// The fact.
    pub fact: &'a F,
    /// The system it belongs to.
    pub system: Option<&'a System>,
    /// The endpoint it belongs to.
    pub endpoint: Option<&'a Endpoint>,
    /// The observation it was read in.
    pub observation: Uuid,
    /// Where it was read, and what else was.
    pub look: Look<'a>,
}

/// The surroundings of a fact in a fleet.
#[derive(Debug, Clone, Default)]
pub struct Look<'a> {
    /// What was looked at: `host:port`, or the host alone.
    pub endpoint: &'a str,
    /// The address contacted.
    pub address: Option<IpAddr>,
    /// From where.
    pub vantage: Zone,
    /// Facts of other kinds read at the same endpoint and address, from the same vantage.
    pub beside: Vec<&'a Fact>,
    /// The same was to be read at another address of the endpoint too, and could not be.
    pub elsewhere_unmeasured: bool,
}

impl<'a> Look<'a> {
    /// The fact of another kind at the same place.
    pub fn beside<F: IsFact + 'a>(&self) -> Option<&'a F> {
        self.beside.iter().find_map(|fact| F::of(fact))
    }
}

/// What a check is: everything that documents, pages, labels and help derive from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct About {
    /// Stable id like `tls.legacy_version`: lower case, dots between area and name.
    pub id: &'static str,
    /// Its area.
    pub area: Area,
    /// What its subject is.
    pub kind: Kind,
    /// Whether what it finds depends on from where one looks (part of the finding's identity).
    pub exposure: bool,
    /// Short name.
    pub title: Text,
    /// Vì sao: why it matters, for a reader without IT training.
    pub why: Text,
    /// Cách khắc phục: how to mend it.
    pub fix: Text,
    /// Message of one fault; `{name}` is replaced by the fault's values, `{subject}` by its subject.
    pub message: Text,
    /// Căn cứ: standards, RFC sections; clauses of law come from the packs.
    pub sources: &'static [&'static str],
}

/// Area of a check, the grouping in reports and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// Giao thức TLS.
    Tls,
    /// Chứng thư số.
    Certificate,
    /// Trang web.
    Web,
    /// Quản trị từ xa qua SSH.
    Ssh,
    /// Dịch vụ mở.
    Exposure,
    /// Tên miền.
    Dns,
    /// Thư điện tử.
    Mail,
    /// Hồ sơ hệ thống.
    Inventory,
}

impl Area {
    /// All areas.
    pub const ALL: [Self; 8] = [
        Self::Tls,
        Self::Certificate,
        Self::Web,
        Self::Ssh,
        Self::Exposure,
        Self::Dns,
        Self::Mail,
        Self::Inventory,
    ];

    /// Name in JSON and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Certificate => "certificate",
            Self::Web => "web",
            Self::Ssh => "ssh",
            Self::Exposure => "exposure",
            Self::Dns => "dns",
            Self::Mail => "mail",
            Self::Inventory => "inventory",
        }
    }

    /// For people.
    pub const fn text(self) -> Text {
        match self {
            Self::Tls => Text::new("Giao thức mã hóa (TLS)", "Encryption (TLS)"),
            Self::Certificate => Text::new("Chứng thư số", "Certificates"),
            Self::Web => Text::new("Trang web", "Web"),
            Self::Ssh => Text::new("Quản trị qua SSH", "SSH"),
            Self::Exposure => Text::new("Dịch vụ mở ra mạng", "Exposed services"),
            Self::Dns => Text::new("Tên miền (DNS)", "Domain names"),
            Self::Mail => Text::new("Thư điện tử", "Mail"),
            Self::Inventory => Text::new("Hồ sơ hệ thống", "Inventory record"),
        }
    }
}

/// What the subject of a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An endpoint.
    Endpoint,
    /// A system.
    System,
    /// An owner.
    Owner,
}

/// What a check may know besides the fact.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The system, if the look belongs to one.
    pub system: Option<&'a System>,
    /// The declared endpoint, if the look belongs to one.
    pub endpoint: Option<&'a Endpoint>,
    /// The port looked at, if one.
    pub port: Option<u16>,
    /// From where we looked.
    pub vantage: Zone,
    /// All endpoints that the same system declares on the same host.
    pub declared: &'a [&'a Endpoint],
    /// Policy parameters in force.
    pub parameters: &'a Parameters,
}

/// Erased judge of an [`Entry`].
pub type Judge = fn(&Fact, &Context<'_>, Timestamp) -> Outcome;

/// A check in the registry.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// What it is.
    pub about: About,
    /// The kind of fact it judges.
    pub fact: FactKind,
    /// Its judge; called only with a fact of that kind.
    pub judge: Judge,
}

impl Entry {
    /// Erases a check.
    pub const fn of<C: Check>() -> Self {
        Self {
            about: C::ABOUT,
            fact: C::Fact::KIND,
            judge: judge::<C>,
        }
    }
}

fn judge<C: Check>(fact: &Fact, context: &Context<'_>, at: Timestamp) -> Outcome {
    match C::Fact::of(fact) {
        Some(fact) if fact.is_absence() && !C::JUDGES_ABSENCE => {
            Outcome::not_applicable("dịch vụ không có mã hóa TLS", "the service has no TLS")
        }
        Some(fact) => C::judge(fact, context, at),
        None => Outcome::NotApplicable(crate::Reason::Because(Text::new(
            "không phải loại kết quả mà kiểm tra này xem xét",
            "not the kind of fact that this check judges",
        ))),
    }
}

/// A fact of any kind in a fleet.
pub type AnyFleetFact<'a> = FleetFact<'a, Fact>;

/// A fleet check in the registry.
#[derive(Debug, Clone, Copy)]
pub struct FleetEntry {
    /// What it is.
    pub about: About,
    /// The kind of fact it judges.
    pub fact: FactKind,
    /// Its judge.
    pub judge: for<'a> fn(&[AnyFleetFact<'a>], Timestamp) -> Vec<Outcome>,
}

impl FleetEntry {
    /// Erases a fleet check.
    pub const fn of<C: FleetCheck>() -> Self {
        Self {
            about: C::ABOUT,
            fact: C::Fact::KIND,
            judge: judge_fleet::<C>,
        }
    }
}

fn judge_fleet<C: FleetCheck>(facts: &[AnyFleetFact<'_>], at: Timestamp) -> Vec<Outcome> {
    let typed: Vec<FleetFact<'_, C::Fact>> = facts
        .iter()
        .filter_map(|f| {
            Some(FleetFact {
                fact: C::Fact::of(f.fact)?,
                system: f.system,
                endpoint: f.endpoint,
                observation: f.observation,
                look: f.look.clone(),
            })
        })
        .collect();
    C::judge(&typed, at)
}
