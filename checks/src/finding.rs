//! A finding (phát hiện): a fault with a life, folded from its events.

use std::collections::BTreeSet;

use jiff::Timestamp;
use luytre_inventory::Code;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

mod document;
mod event;
mod key;
#[cfg(test)]
mod tests;

pub use document::FindingDocument;
pub use event::{Deadline, Event, EventKind, NewEvent, Sighting};
pub use key::{FindingId, FindingIdError, FindingKey};

use crate::{Grade, PolicyStamp, Severity, Unmeasured};

/// A fault of one subject, from the first time it was seen until it was shown to be gone.
///
/// Built only by [`Finding::opened`] and [`Finding::apply`], so that its state always follows from
/// its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Identity.
    pub id: FindingId,
    /// What it is about.
    pub key: FindingKey,
    /// How often this fault has begun anew, from 1 (see [`FindingId`]).
    pub incarnation: u32,
    /// The system concerned.
    pub system: Option<Code>,
    /// Label of the subject where it was last seen.
    pub target: String,
    /// Every port at which it was seen since it opened.
    pub ports: BTreeSet<u16>,
    /// When it was first seen. Survives a reopening within [`Finding::SAME_WITHIN_DAYS`].
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_confirmed: Timestamp,
    /// Severity at the last sighting.
    pub severity: Severity,
    /// Grade at the last sighting.
    pub grade: Grade,
    /// Vietnamese message of the last sighting.
    pub message_vi: String,
    /// English message of the last sighting.
    pub message_en: String,
    /// Clauses concerned, `pack:clause`.
    pub clauses: Vec<String>,
    /// The policy that ruled at the last sighting.
    pub policy: PolicyStamp,
    /// Until when it is to be mended, and on what basis.
    pub deadline: Option<Deadline>,
    /// Observations that show it: the first and the last.
    pub evidence: Vec<Uuid>,
    /// When a person confirmed it.
    pub confirmed: Option<Timestamp>,
    /// Open, fixed or retired, before acceptance and reachability are looked at.
    standing: Standing,
    /// Since when, and why, it could not be measured again.
    unreachable: Option<(Timestamp, Unmeasured)>,
    accepted_until: Option<Timestamp>,
    false_positive_until: Option<Timestamp>,
    /// End of the last run that spoke of it; older runs are ignored.
    last_run: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Open,
    Fixed(Timestamp),
    Retired(Timestamp),
}

/// Where a finding stands at a moment. Only `Fixed` is good, and only a covering measurement makes
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Seen and not disproved.
    Open,
    /// Open, but the last attempt could not measure.
    Unreachable,
    /// Open; the risk is accepted for a time.
    Accepted,
    /// Said to be wrong, for a time.
    FalsePositive,
    /// Shown to be gone.
    Fixed,
    /// No longer asked for, or its subject is gone. Says nothing of the fault.
    Retired,
}

impl State {
    /// All states.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::Unreachable,
        Self::Accepted,
        Self::FalsePositive,
        Self::Fixed,
        Self::Retired,
    ];

    /// Name in JSON and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Unreachable => "unreachable",
            Self::Accepted => "accepted",
            Self::FalsePositive => "false_positive",
            Self::Fixed => "fixed",
            Self::Retired => "retired",
        }
    }

    /// The state called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// For people.
    pub const fn text(self) -> luytre_inventory::Text {
        use luytre_inventory::Text;
        match self {
            Self::Open => Text::new("Chưa khắc phục", "Open"),
            Self::Unreachable => Text::new("Không đo lại được", "Could not be measured again"),
            Self::Accepted => Text::new("Đã chấp nhận rủi ro", "Risk accepted"),
            Self::FalsePositive => {
                Text::new("Báo nhầm (có thời hạn)", "False positive (for a time)")
            }
            Self::Fixed => Text::new("Đã khắc phục", "Fixed"),
            Self::Retired => Text::new("Không còn xem xét", "No longer considered"),
        }
    }

    /// Whether the fault may still be there: everything but fixed and retired.
    pub const fn is_live(self) -> bool {
        !matches!(self, Self::Fixed | Self::Retired)
    }
}

impl Finding {
    /// A fault seen again within so many days of closing is the same finding with its first date;
    /// later it is a new one (architecture rule 3).
    pub const SAME_WITHIN_DAYS: i64 = 90;

    /// The finding that `event` opens; none if it is not [`EventKind::Opened`].
    pub fn opened(key: FindingKey, incarnation: u32, event: &Event) -> Option<Self> {
        let EventKind::Opened(sighting) = &event.kind else {
            return None;
        };
        let mut finding = Self {
            id: FindingId::of(&key, incarnation),
            key,
            incarnation,
            system: sighting.system.clone(),
            target: sighting.target.clone(),
            ports: BTreeSet::new(),
            first_seen: sighting.observed,
            last_confirmed: sighting.observed,
            severity: sighting.severity,
            grade: sighting.grade,
            message_vi: String::new(),
            message_en: String::new(),
            clauses: Vec::new(),
            policy: sighting.policy.clone(),
            deadline: sighting.deadline.clone(),
            evidence: Vec::new(),
            confirmed: None,
            standing: Standing::Open,
            unreachable: None,
            accepted_until: None,
            false_positive_until: None,
            last_run: event.at,
        };
        finding.see(sighting);
        Some(finding)
    }

    /// Folds a whole list of events; none if the first does not open.
    pub fn fold(key: FindingKey, incarnation: u32, events: &[Event]) -> Option<Self> {
        let (first, rest) = events.split_first()?;
        let mut finding = Self::opened(key, incarnation, first)?;
        for event in rest {
            finding.apply(event);
        }
        Some(finding)
    }

    /// Applies the next event.
    pub fn apply(&mut self, event: &Event) {
        if event.scan.is_some() {
            self.last_run = self.last_run.max(event.at);
        }
        match &event.kind {
            EventKind::Opened(sighting) | EventKind::Seen(sighting) => self.see(sighting),
            EventKind::Reopened(sighting) => {
                self.standing = Standing::Open;
                self.deadline.clone_from(&sighting.deadline);
                self.confirmed = None;
                self.ports.clear();
                self.see(sighting);
            }
            EventKind::Unreachable { failure } => self.unreachable = Some((event.at, *failure)),
            EventKind::Fixed => self.close(Standing::Fixed(event.at)),
            EventKind::Retired | EventKind::RuleChanged => self.close(Standing::Retired(event.at)),
            EventKind::Confirmed => self.confirmed = Some(event.at),
            EventKind::AcceptedUntil { until } => self.accepted_until = Some(*until),
            EventKind::FalsePositiveUntil { until } => self.false_positive_until = Some(*until),
        }
    }

    fn see(&mut self, sighting: &Sighting) {
        self.unreachable = None;
        self.ports.extend(&sighting.ports);
        // A look that ended before the last one adds no newer word on the fault.
        if sighting.observed < self.last_confirmed {
            return;
        }
        if self.deadline.is_none() || self.severity != sighting.severity {
            self.deadline.clone_from(&sighting.deadline);
        }
        self.last_confirmed = sighting.observed;
        self.severity = sighting.severity;
        self.grade = sighting.grade;
        self.system.clone_from(&sighting.system);
        self.target.clone_from(&sighting.target);
        self.message_vi.clone_from(&sighting.message_vi);
        self.message_en.clone_from(&sighting.message_en);
        self.clauses.clone_from(&sighting.clauses);
        self.policy.clone_from(&sighting.policy);
        if let Some(observation) = sighting.observation {
            self.evidence.truncate(1);
            if self.evidence.first() != Some(&observation) {
                self.evidence.push(observation);
            }
        }
    }

    fn close(&mut self, standing: Standing) {
        self.standing = standing;
        // What was decided about a fault that is gone does not bind if it comes back.
        self.unreachable = None;
        self.accepted_until = None;
        self.false_positive_until = None;
    }

    /// Where it stands at `now`. Acceptances and false positives end by themselves.
    pub fn state(&self, now: Timestamp) -> State {
        let runs = |until: Option<Timestamp>| until.is_some_and(|until| now <= until);
        match self.standing {
            Standing::Fixed(_) => State::Fixed,
            Standing::Retired(_) => State::Retired,
            Standing::Open if runs(self.false_positive_until) => State::FalsePositive,
            Standing::Open if runs(self.accepted_until) => State::Accepted,
            Standing::Open if self.unreachable.is_some() => State::Unreachable,
            Standing::Open => State::Open,
        }
    }

    /// Whether it is neither fixed nor retired.
    pub fn is_live(&self) -> bool {
        self.standing == Standing::Open
    }

    /// When it was fixed or retired.
    pub fn closed(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Open => None,
            Standing::Fixed(at) | Standing::Retired(at) => Some(at),
        }
    }

    /// Since when, and why, it could not be measured again.
    pub fn unreachable(&self) -> Option<(Timestamp, Unmeasured)> {
        self.unreachable
    }

    /// Until when the risk is accepted, even if that time is over: it stays visible.
    pub fn accepted_until(&self) -> Option<Timestamp> {
        self.accepted_until
    }

    /// Until when it is said to be a false positive, even if that time is over.
    pub fn false_positive_until(&self) -> Option<Timestamp> {
        self.false_positive_until
    }

    /// End of the last run that spoke of it.
    pub fn last_run(&self) -> Timestamp {
        self.last_run
    }

    /// Whether its deadline has passed on `today` while it is open or unreachable.
    pub fn is_overdue(&self, now: Timestamp, today: jiff::civil::Date) -> bool {
        matches!(self.state(now), State::Open | State::Unreachable)
            && self
                .deadline
                .as_ref()
                .is_some_and(|deadline| deadline.date < today)
    }
}
