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
    sync::{Semaphore, mpsc},
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
    /// Hosts with which conversations are held side by side.
    pub hosts_at_once: usize,
    /// Hosts whose ports are asked about side by side. What they are sent is bound by the rates of
    /// host, network and run, whatever their number; a host that answers nothing is all waiting.
    pub discovering_at_once: usize,
}

/// Ports that hosts under discovery may be asked about in all: each is remembered by every host until
/// it is decided, so this bounds the memory of a run.
const PORTS_AT_ONCE: usize = 1 << 22;

impl RunSettings {
    /// A new run from `vantage` with 32 hosts side by side, and the discovery of 1,024.
    pub fn new(vantage: Vantage) -> Self {
        Self {
            scan: Uuid::now_v7(),
            vantage,
            hosts_at_once: 32,
            discovering_at_once: 1024,
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
    /// One place for each host with which conversations may be held.
    talking: Arc<Semaphore>,
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
    let at_once = settings.discovering_at_once.max(hosts_at_once);
    let shared = Arc::new(Shared {
        guard,
        probes,
        settings,
        sink,
        talking: Arc::new(Semaphore::new(hosts_at_once.min(Semaphore::MAX_PERMITS))),
    });
    let mut waiting = by_host(plan.jobs);
    let mut hosts = JoinSet::new();
    let mut ports = 0;
    loop {
        while hosts.len() < at_once
            && (ports < PORTS_AT_ONCE || hosts.is_empty())
            && let Some(jobs) = waiting.pop_front()
        {
            let of_host = discovered(&jobs);
            ports += of_host;
            let looking = host(Arc::clone(&shared), jobs);
            hosts.spawn(async move { (looking.await, of_host) });
        }
        match hosts.join_next().await {
            Some(Ok((lines, of_host))) => {
                coverage.lines.extend(lines);
                ports -= of_host;
            }
            Some(Err(error)) => tracing::error!(%error, "the jobs of a host broke"),
            None => return coverage,
        }
    }
}

/// Ports that the discovery among `jobs` asks about.
fn discovered(jobs: &[Numbered]) -> usize {
    let discovering = jobs.iter().filter(|(_, job)| discovers(job));
    discovering.map(|(_, job)| job.task.ports.len()).sum()
}

/// Whether `job` holds no conversation.
fn discovers(job: &Job) -> bool {
    job.probes == [FactKind::Ports]
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
    let mut talking = None;
    loop {
        while running.len() < usize::from(at_once)
            && let Some((number, job)) = waiting.next()
        {
            if talking.is_none() && !discovers(&job) {
                talking = Arc::clone(&shared.talking).acquire_owned().await.ok();
            }
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
