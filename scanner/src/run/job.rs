//! One job: its addresses one after the other, its probes one after the other.

use std::{net::IpAddr, sync::Arc, time::Duration};

use jiff::Timestamp;
use luytre_checks::{
    Cost, Covered, Evidence, Fact, FactKind, Observation, PortsDecided, Reading, Unmeasured,
    fact::{Confidence, ServiceFact},
};
use luytre_inventory::Protocol;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{Event, Shared};
use crate::{
    Line, Opened,
    plan::{Job, suggested},
    probe::{Known, Readings, Starttls},
};

/// How long a probe may take to notice by itself that it was stopped.
const GRACE: Duration = Duration::from_millis(400);

pub(super) async fn run(shared: Arc<Shared>, number: usize, job: Arc<Job>) -> Vec<Covered> {
    shared.tell(Event::Began(number)).await;
    let mut visit = Visit {
        shared: &shared,
        job: &job,
        covered: Vec::new(),
    };
    let opening = async {
        tokio::select! {
            opened = shared.guard.open(&job.task) => opened,
            () = shared.sink.closed() => vec![Opened::shut(None, Unmeasured::Cancelled)],
        }
    };
    for opened in opening.await {
        match opened {
            Opened::Line(line) => visit.look(Arc::new(*line)).await,
            Opened::Shut {
                address, reason, ..
            } => visit.shut(address, reason).await,
        }
    }
    let covered = visit.covered;
    shared.tell(Event::Ended(number)).await;
    covered
}

struct Visit<'a> {
    shared: &'a Shared,
    job: &'a Job,
    covered: Vec<Covered>,
}

/// One look at one address, as it went.
struct Seen {
    address: Option<IpAddr>,
    probe: FactKind,
    version: u16,
    started: Timestamp,
    reading: Reading,
    evidence: Vec<Evidence>,
    cost: Cost,
}

impl Visit<'_> {
    /// An address that may not be contacted, or a name without any.
    async fn shut(&mut self, address: Option<IpAddr>, reason: Unmeasured) {
        for probe in &self.job.probes {
            let seen = Seen {
                address,
                probe: *probe,
                version: self.version(*probe),
                started: Timestamp::now(),
                reading: Reading::Unmeasured { reason },
                evidence: Vec::new(),
                cost: Cost::default(),
            };
            self.report(seen).await;
        }
    }

    /// All probes at one address, over one line.
    async fn look(&mut self, mut line: Arc<Line>) {
        let mut known = Known {
            declared: suggested(self.job.declared, line.port()),
            wanted: self.job.probes.clone(),
            heard: None,
        };
        let mut done: Vec<FactKind> = Vec::new();
        for probe in &self.job.probes {
            if done.contains(probe) || uncalled(*probe, &known) {
                continue;
            }
            let starttls = self.starttls(*probe, &known, line.port());
            if line.starttls() != starttls {
                line = Arc::new(line.share().beginning_tls(starttls));
            }
            let started = Timestamp::now();
            if self
                .confirmed(&line, *probe, &known, started, &mut done)
                .await
            {
                continue;
            }
            let readings = self.readings(&line, *probe, &known).await;
            let (evidence, cost) = line.settle();
            let mut dues = Some((evidence, cost));
            for (kind, result) in readings {
                if kind == FactKind::Service {
                    known.heard = Some(service(&result));
                }
                // Two kinds may come of the same conversations: what was not asked is not told.
                if !self.job.probes.contains(&kind) || done.contains(&kind) {
                    continue;
                }
                done.push(kind);
                let (evidence, cost) = dues.take().unwrap_or_default();
                let address = Some(line.address());
                let version = self.version(kind);
                let seen = Seen {
                    address,
                    probe: kind,
                    version,
                    started,
                    reading: match result {
                        Ok(fact) => Reading::Measured { fact },
                        Err(reason) => Reading::Unmeasured { reason },
                    },
                    evidence,
                    cost,
                };
                self.report(seen).await;
            }
        }
    }

    /// How TLS begins for `probe`: as was asked for, or after what was heard, declared and is customary.
    fn starttls(&self, probe: FactKind, known: &Known, port: u16) -> Option<Starttls> {
        if !matches!(probe, FactKind::Tls | FactKind::Chain) {
            return None;
        }
        let usual = || Starttls::after(known.heard.as_ref(), self.job.declared, port);
        self.job.starttls.or_else(usual)
    }

    /// Looks shortly where a whole look of before is known; whether that was enough.
    async fn confirmed(
        &mut self,
        line: &Arc<Line>,
        probe: FactKind,
        known: &Known,
        started: Timestamp,
        done: &mut Vec<FactKind>,
    ) -> bool {
        let before = self.job.before.get(&line.address());
        let (Some(before), Some(look)) = (before, self.shared.probes.of(probe)) else {
            return false;
        };
        if self.shared.stopped() || line.is_over() || useless(probe, known).is_some() {
            return false;
        }
        let (line, known) = (Arc::clone(line), known.clone());
        let (look, before) = (Arc::clone(look), before.clone());
        let wholes = [
            (FactKind::Tls, before.tls.0),
            (FactKind::Chain, before.chain.0),
        ];
        let on = Arc::clone(&line);
        let short = async move { look.confirm(&on, &known, &before).await };
        let Ok(Some(seen)) = self.guarded(&line, short).await else {
            // What it cost is settled with the whole look that follows.
            return false;
        };
        let (evidence, cost) = line.settle();
        let mut dues = Some((evidence, cost));
        for (kind, fact) in seen {
            let whole = wholes.iter().find(|(of, _)| *of == kind);
            let (Some((_, whole)), true) = (whole, self.job.probes.contains(&kind)) else {
                continue;
            };
            done.push(kind);
            let (evidence, cost) = dues.take().unwrap_or_default();
            self.report(Seen {
                address: Some(line.address()),
                probe: kind,
                version: self.version(kind),
                started,
                reading: Reading::Confirmed {
                    fact,
                    whole: *whole,
                },
                evidence,
                cost,
            })
            .await;
        }
        done.contains(&probe)
    }

    async fn readings(&self, line: &Arc<Line>, probe: FactKind, known: &Known) -> Readings {
        let failed = |reason| vec![(probe, Err(reason))];
        if self.shared.stopped() || line.is_over() {
            return failed(Unmeasured::Cancelled);
        }
        if line.starttls().is_none()
            && let Some(reason) = useless(probe, known)
        {
            return failed(reason);
        }
        let Some(look) = self.shared.probes.of(probe) else {
            return failed(Unmeasured::Bug);
        };
        let (whole, on, known) = (Arc::clone(look), Arc::clone(line), known.clone());
        let looking = async move { whole.look(&on, &known).await };
        let mut readings = self.guarded(line, looking).await;
        match &mut readings {
            Ok(readings) if readings.iter().any(|(kind, _)| *kind == probe) => {
                std::mem::take(readings)
            }
            Ok(_) => failed(Unmeasured::Bug),
            Err(reason) => look
                .yields()
                .iter()
                .map(|(kind, _)| (*kind, Err(*reason)))
                .collect(),
        }
    }

    /// Runs a look in a task of its own: a panic becomes [`Unmeasured::Bug`], and a probe that does
    /// not notice the switch, the end of its permit or of the run is ended from outside.
    async fn guarded<T: Send + 'static>(
        &self,
        line: &Line,
        look: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Unmeasured> {
        let over = line.over();
        let mut tasks = JoinSet::new();
        tasks.spawn(look);
        let over = async {
            tokio::select! {
                _ = over => (),
                () = self.shared.sink.closed() => (),
            }
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            done = tasks.join_next() => match done {
                Some(Ok(seen)) => Ok(seen),
                Some(Err(error)) => {
                    tracing::error!(%error, "a probe broke");
                    Err(Unmeasured::Bug)
                }
                None => Err(Unmeasured::Bug),
            },
            // Dropping the set ends the task, and with it every connection.
            () = over => Err(Unmeasured::Cancelled),
        }
    }

    fn version(&self, probe: FactKind) -> u16 {
        let look = self.shared.probes.of(probe);
        let versions = look.iter().flat_map(|look| look.yields());
        let found = versions.copied().find(|(kind, _)| *kind == probe);
        found.map_or(0, |(_, version)| version)
    }

    async fn report(&mut self, seen: Seen) {
        let (failure, decided) = match &seen.reading {
            Reading::Measured {
                fact: Fact::Ports(ports),
            } => (
                (!ports.complete).then(|| self.shortfall()),
                Some(PortsDecided::of(ports)),
            ),
            Reading::Measured { .. } | Reading::Confirmed { .. } => (None, None),
            Reading::Unmeasured { reason } => (Some(*reason), None),
        };
        let mut lines = self.shared.lines(
            self.job,
            seen.probe,
            seen.address,
            failure,
            decided.as_ref(),
        );
        for line in &mut lines {
            line.partly = matches!(seen.reading, Reading::Confirmed { .. });
        }
        self.covered.extend(lines);
        let settings = &self.shared.settings;
        let observation = Observation {
            id: Uuid::now_v7(),
            scan: settings.scan,
            endpoint: self.job.label.clone(),
            endpoint_id: self.job.task.endpoint,
            address: seen.address,
            port: self.job.port(),
            vantage: settings.vantage.zone,
            system: self.job.task.system.clone(),
            probe: seen.probe,
            probe_version: seen.version,
            sensor: settings.vantage.sensor.clone(),
            started: seen.started,
            ended: Timestamp::now(),
            reading: seen.reading,
            evidence: seen.evidence,
            cost: seen.cost,
        };
        self.shared
            .tell(Event::Observed(Box::new(observation)))
            .await;
    }

    /// A sweep that left ports undecided covers nothing, though what it found is told.
    fn shortfall(&self) -> Unmeasured {
        if self.shared.stopped() {
            Unmeasured::Cancelled
        } else {
            Unmeasured::TimedOut
        }
    }
}

fn service(result: &Result<Fact, Unmeasured>) -> Result<ServiceFact, Unmeasured> {
    match result {
        Ok(Fact::Service(fact)) => Ok(fact.clone()),
        Ok(_) => Err(Unmeasured::Bug),
        Err(reason) => Err(*reason),
    }
}

/// Why a probe need not even knock, after what the service probe heard: speaking TLS or HTTP to a
/// database serves nobody.
fn useless(probe: FactKind, known: &Known) -> Option<Unmeasured> {
    use Protocol::{Http, Https, Ssh, Tls};
    let heard = known.heard.as_ref()?;
    let declared = |wanted: &[Protocol]| known.declared.is_some_and(|p| wanted.contains(&p));
    match (probe, heard) {
        (FactKind::Tls | FactKind::Chain, Ok(fact)) => {
            let plain = !fact.tls && fact.confidence >= Confidence::Protocol;
            (plain && !declared(&[Https, Tls])).then_some(Unmeasured::Protocol)
        }
        // A port of which nobody says anything, and that said nothing itself to a greeting's wait, a
        // request and a hello: the same silence once more would tell nothing.
        (FactKind::Tls | FactKind::Chain, Err(Unmeasured::TimedOut)) => {
            known.declared.is_none().then_some(Unmeasured::TimedOut)
        }
        (FactKind::Http, Ok(fact)) => {
            let web = fact.protocol.is_some_and(Protocol::is_web);
            (!web && !declared(&[Http, Https])).then_some(Unmeasured::Protocol)
        }
        (FactKind::Ssh, Ok(fact)) => {
            let other = fact.protocol.is_some_and(|p| p != Ssh);
            other.then_some(Unmeasured::Protocol)
        }
        (FactKind::Http, Err(reason)) => (!declared(&[Http, Https])).then_some(*reason),
        _ => None,
    }
}

/// Whether nothing calls for `probe`: SSH that is neither declared nor usual nor heard is not missing,
/// so there is nothing to report.
fn uncalled(probe: FactKind, known: &Known) -> bool {
    let ssh = |heard: &Result<ServiceFact, Unmeasured>| {
        heard
            .as_ref()
            .is_ok_and(|fact| fact.protocol == Some(Protocol::Ssh))
    };
    probe == FactKind::Ssh
        && known.declared != Some(Protocol::Ssh)
        && known.heard.as_ref().is_some_and(|heard| !ssh(heard))
}
