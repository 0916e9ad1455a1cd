//! Carries out a plan: bounded, stoppable, and complete in what it reports.

use std::{
    collections::{BTreeMap, VecDeque},
    net::IpAddr,
    sync::Arc,
};

use luytre_checks::{
    Coverage, Covered, FactKind, Observation, PortsDecided, Subject, Unmeasured, Vantage,
};
use luytre_inventory::ScanProfile;
use tokio::{
    sync::mpsc,
    task::{JoinError, JoinSet},
};
use uuid::Uuid;

use crate::{
    Guard,
    plan::{Job, Plan},
    probe::Probes,
};

mod job;

/// How a run goes.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// Identity of the run, on every observation.
    pub scan: Uuid,
    /// From where we look.
    pub vantage: Vantage,
    /// Hosts looked at side by side.
    pub hosts_at_once: usize,
}

impl RunSettings {
    /// A new run from `vantage` with 32 hosts side by side.
    pub fn new(vantage: Vantage) -> Self {
        Self {
            scan: Uuid::now_v7(),
            vantage,
            hosts_at_once: 32,
        }
    }
}

/// What happens during a run, as it happens.
#[derive(Debug)]
pub enum Event {
    /// A job was taken up; the number is its place in the plan.
    Began(usize),
    /// Something was measured, or could not be.
    Observed(Box<Observation>),
    /// A job is over, done or not.
    Ended(usize),
}

/// What all jobs of a run share.
struct Shared {
    guard: Arc<Guard>,
    probes: Probes,
    settings: RunSettings,
    sink: mpsc::Sender<Event>,
}

impl Shared {
    async fn tell(&self, event: Event) {
        // Nobody listens any more: the run is about to end (`stopped`).
        let _ = self.sink.send(event).await;
    }

    fn stopped(&self) -> bool {
        self.guard.stop().thrown() || self.sink.is_closed()
    }

    /// Coverage of one look: a line for the job's subject, and one for each further endpoint it
    /// counts for.
    fn lines(
        &self,
        job: &Job,
        probe: FactKind,
        address: Option<IpAddr>,
        failure: Option<Unmeasured>,
        ports: Option<&PortsDecided>,
    ) -> Vec<Covered> {
        let line = |subject: &Subject, repeated| Covered {
            subject: subject.clone(),
            address,
            port: job.port(),
            probe,
            vantage: self.settings.vantage.zone,
            failure,
            ports: ports.cloned(),
            partly: false,
            repeated,
        };
        let others = job.also.iter().map(|subject| line(subject, true));
        std::iter::once(line(&job.subject, false))
            .chain(others)
            .collect()
    }

    /// Coverage of a job of which nothing was done.
    fn undone(&self, job: &Job, reason: Unmeasured) -> Vec<Covered> {
        let lines = |probe: &FactKind| self.lines(job, *probe, None, Some(reason), None);
        job.probes.iter().flat_map(lines).collect()
    }
}

/// Carries out `plan` and tells `sink` as it goes. Every look of the plan is in the coverage that
/// comes back, also those that were skipped or never begun. Throwing the guard's switch, or closing
/// the sink, ends the run within a second with what there is.
pub async fn run(
    plan: Plan,
    guard: Arc<Guard>,
    probes: Probes,
    settings: RunSettings,
    sink: mpsc::Sender<Event>,
) -> Coverage {
    let vantage = settings.vantage.zone;
    let mut coverage = Coverage::default();
    for skipped in &plan.skipped {
        let lines = skipped.probes.iter().filter_map(|probe| {
            Some(Covered {
                subject: skipped.subject.clone(),
                address: None,
                port: None,
                probe: *probe,
                vantage,
                failure: Some(skipped.reason.failure()?),
                ports: None,
                partly: false,
                repeated: false,
            })
        });
        coverage.lines.extend(lines);
    }
    let hosts_at_once = settings.hosts_at_once.max(1);
    let shared = Arc::new(Shared {
        guard,
        probes,
        settings,
        sink,
    });
    let mut waiting = by_host(plan.jobs);
    let mut hosts = JoinSet::new();
    loop {
        while hosts.len() < hosts_at_once
            && let Some(jobs) = waiting.pop_front()
        {
            hosts.spawn(host(Arc::clone(&shared), jobs));
        }
        match hosts.join_next().await {
            Some(lines) => coverage.lines.extend(lines.unwrap_or_default()),
            None => return coverage,
        }
    }
}

type Numbered = (usize, Arc<Job>);

/// Jobs of one host together, in the order of the plan.
fn by_host(jobs: Vec<Job>) -> VecDeque<Vec<Numbered>> {
    let mut order: VecDeque<Vec<Numbered>> = VecDeque::new();
    let mut places = BTreeMap::new();
    for (number, job) in jobs.into_iter().enumerate() {
        let place = *places
            .entry(job.task.target.label(None))
            .or_insert(order.len());
        if place == order.len() {
            order.push_back(Vec::new());
        }
        order[place].push((number, Arc::new(job)));
    }
    order
}

/// The jobs of one host, as many at once as the weakest of them may hold conversations.
async fn host(shared: Arc<Shared>, jobs: Vec<Numbered>) -> Vec<Covered> {
    let at_once = jobs
        .iter()
        .map(|(_, job)| job.task.profile.limits(job.task.fragile).conversations)
        .min()
        .unwrap_or(ScanProfile::Light.limits(true).conversations);
    let mut covered = Vec::new();
    let mut waiting = jobs.into_iter();
    let mut running = JoinSet::new();
    let mut begun = BTreeMap::new();
    loop {
        while running.len() < usize::from(at_once)
            && let Some((number, job)) = waiting.next()
        {
            if shared.stopped() {
                covered.extend(shared.undone(&job, Unmeasured::Cancelled));
                continue;
            }
            let task = job::run(Arc::clone(&shared), number, Arc::clone(&job));
            begun.insert(running.spawn(task).id(), (number, job));
        }
        match running.join_next_with_id().await {
            Some(Ok((id, lines))) => {
                begun.remove(&id);
                covered.extend(lines);
            }
            Some(Err(error)) => covered.extend(broken(&shared, &mut begun, &error).await),
            None => return covered,
        }
    }
}

/// A job that panicked outside its probes.
async fn broken(
    shared: &Shared,
    begun: &mut BTreeMap<tokio::task::Id, Numbered>,
    error: &JoinError,
) -> Vec<Covered> {
    let Some((number, job)) = begun.remove(&error.id()) else {
        return Vec::new();
    };
    tracing::error!(%error, label = job.label, "a job broke");
    shared.tell(Event::Ended(number)).await;
    shared.undone(&job, Unmeasured::Bug)
}
