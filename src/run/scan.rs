//! One scan of a workspace, from the inventory to stored findings.

use std::{fs, sync::Arc};

use jiff::Timestamp;
use luytre_checks::{
    Cost, Coverage, Covered, Fact, FactKind, Finding, Observation, Reading, Rule, Run, Subject,
    Vantage, Verdict, fact::RecordFact, judge, judge_fleet, policy::day_of, reconcile,
};
use luytre_inventory::{Inventory, Lifecycle, LookupKind, System};
use luytre_scanner::{
    Event, Guard, Probes, RunSettings, Stop, Syn, SystemResolver,
    plan::{Job, Plan, Request, plan},
    probe::{
        agent,
        chain::{Revoker, Roots, Shelf},
    },
    run,
};
use luytre_store::{LockError, NewScan, ScanEnd, ScannerLock, Sqlite, Store};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    Earlier, News, again,
    audit::StoreAudit,
    discovery::{news, scope_of},
    follow_up, judge as rules, policy,
    raw::syn_over,
    stopping,
};
use crate::{
    output::{Failure, Hint, Talk, both},
    workspace::Workspace,
};

/// Version of the "probe" that reads the inventory.
const RECORD_VERSION: u16 = 1;

/// Observations written to the store at once.
const BATCH: usize = 64;

/// What a scan brought.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) observations: Vec<Observation>,
    pub(crate) verdicts: Vec<Verdict>,
    /// Live findings of the systems looked at, worst first.
    pub(crate) findings: Vec<Finding>,
    pub(crate) coverage: Coverage,
    /// Whether it was stopped before its end.
    pub(crate) stopped: bool,
    pub(crate) inventory: Inventory,
    /// Endpoints that nobody declared, and what moved since the scan before.
    pub(crate) news: News,
}

/// The latest inventory and its version.
pub(crate) async fn inventory_with_version(store: &Sqlite) -> Result<(u64, Inventory), Failure> {
    let found = store.inventory(None).await?;
    let (version, inventory) = found.ok_or_else(|| {
        Failure::new(both!("danh mục còn trống", "the inventory is empty")).hint(both!("`luytre inventory import FILE` để nạp; `luytre inventory template` tạo mẫu để điền", "`luytre inventory import FILE` loads one; `luytre inventory template` makes a sheet to fill in"))
    })?;
    Ok((u64::try_from(version.number).unwrap_or_default(), inventory))
}

/// The latest inventory.
pub(crate) async fn inventory_of(store: &Sqlite) -> Result<Inventory, Failure> {
    Ok(inventory_with_version(store).await?.1)
}

/// What a scan would do now, without a packet.
pub(crate) fn plan_of(workspace: &Workspace, inventory: &Inventory, request: &Request) -> Plan {
    let scope = scope_of(inventory).with_lookups(workspace.settings.lookup.rules(&[]));
    plan(inventory, &scope, request)
}

/// Scans what `request` asks for and the scope permits now; of what an `earlier` scan asked for, no
/// more than it left undone.
#[expect(
    clippy::too_many_lines,
    reason = "the one way of a scan, top to bottom"
)]
pub(crate) async fn scan(
    workspace: &Workspace,
    store: &Arc<Sqlite>,
    request: &Request,
    earlier: Option<&Earlier>,
    actor: &str,
    talk: Talk,
) -> Result<Ended, Failure> {
    refuse_if_stopped(workspace)?;
    let started = Timestamp::now();
    let _lock = lock(workspace, "scan")?;
    for scan in store.interrupt_scans(started).await? {
        tracing::warn!(%scan, "an earlier scan was interrupted; its observations are kept, it closed nothing");
    }
    let (version, inventory) = inventory_with_version(store).await?;
    // What is wrong with roots or overlays is told before the first packet.
    let probes = probes(workspace, &[])?;
    policy(workspace, started)?;
    let syn = syn_over(&workspace.settings.scan.syn)?;
    let vantage = Vantage {
        sensor: workspace.settings.sensor.name.clone(),
        zone: workspace.settings.sensor.zone,
    };
    let mut plan = plan_of(workspace, &inventory, request);
    let jobs = plan.jobs.clone();
    let mut carried = (Vec::new(), Coverage::default());
    if let Some(earlier) = earlier {
        let (todo, observations, coverage) =
            again::carry(plan, &earlier.observations, vantage.zone);
        earlier.leaves(&todo)?;
        talk.line(&taken_up(talk, earlier, &todo, jobs.len()));
        (plan, carried) = (todo, (observations, coverage));
    }
    if request.confirm {
        let days = workspace.settings.scan.whole_every_days;
        let versions = probes.versions();
        again::short_looks(store, &mut plan, &versions, vantage.zone, started, days).await?;
    }
    let settings = RunSettings {
        hosts_at_once: workspace.settings.scan.hosts_at_once.clamp(1, 1024),
        discovering_at_once: workspace.settings.scan.discovering_at_once,
        ..RunSettings::new(vantage.clone())
    };
    let id = settings.scan;
    let new = NewScan {
        id,
        started,
        actor: actor.to_owned(),
        reason: reason(request)?,
        inventory: i64::try_from(version).ok(),
        request: serde_json::to_value(request)?,
        resumes: earlier.map(|earlier| earlier.scan),
        tasks: plan.jobs.iter().map(|job| job.task.clone()).collect(),
    };
    store.begin_scan(&new).await?;

    let stop = Stop::default();
    let watch = stopping::watch(stop.clone(), Some(workspace.stop_file()));
    let looking = Looking {
        guard: guard(workspace, &inventory, store, actor, stop.clone(), syn),
        probes,
        settings,
        store,
        talk,
    };
    let past = earlier.map_or(&[][..], |earlier| &earlier.observations);
    let looked = looking
        .all(plan, &jobs, carried, past, &inventory, request)
        .await;
    watch.abort();
    let (mut observations, mut coverage) = looked?;

    let ended = Timestamp::now();
    let systems: Vec<&System> = wanted(&inventory, request).collect();
    if request.asks(FactKind::Record) {
        let records: Vec<Observation> = systems
            .iter()
            .map(|system| record(system, id, &vantage, ended))
            .collect();
        store.add_observations(id, &records).await?;
        coverage
            .lines
            .extend(systems.iter().map(|system| covered(system, &vantage)));
        observations.extend(records);
    }
    let end = judged(
        workspace,
        store,
        &inventory,
        &vantage,
        id,
        &observations,
        coverage,
        ended,
    )
    .await?;
    store.finish_scan(id, &end).await?;
    let news = news(store, id, &observations, ended).await?;

    let filter = luytre_store::FindingFilter::default();
    let mut findings = store.findings(&filter, ended, day_of(ended)).await?;
    findings.retain(|finding| {
        let of = |system: &&System| finding.system.as_ref() == Some(&system.code);
        finding.is_live() && systems.iter().any(of)
    });
    Ok(Ended {
        observations,
        verdicts: end.verdicts,
        findings,
        coverage: end.coverage,
        stopped: stop.thrown(),
        inventory,
        news,
    })
}

fn reason(request: &Request) -> Result<String, Failure> {
    let profile = serde_json::to_value(request.profile)?;
    Ok(format!(
        "{} scan by command",
        profile.as_str().unwrap_or("light")
    ))
}

fn taken_up(talk: Talk, earlier: &Earlier, todo: &Plan, jobs: usize) -> String {
    let left = todo.jobs.len();
    let text = both!(
        "Làm tiếp lượt quét bắt đầu lúc {}: còn {left}/{jobs} mục tiêu.",
        "Taking up the scan of {}: {left} of {jobs} targets are left.",
        earlier.started
    );
    talk.pick(&text.vi, &text.en).to_owned()
}

/// What may be contacted, with every contact written down first.
fn guard(
    workspace: &Workspace,
    inventory: &Inventory,
    store: &Arc<Sqlite>,
    actor: &str,
    stop: Stop,
    syn: Option<Syn>,
) -> Arc<Guard> {
    let scope = scope_of(inventory).with_lookups(workspace.settings.lookup.rules(&[]));
    let audit = StoreAudit {
        store: Arc::clone(store),
        actor: actor.to_owned(),
    };
    let mut guard = Guard::new(scope, stop).with_audit(Arc::new(audit));
    if let Some(resolver) = SystemResolver::from_system() {
        guard = guard.with_resolver(resolver);
    }
    if let Some(syn) = syn {
        guard = guard.with_syn(syn);
    }
    Arc::new(guard)
}

/// What the observations say, and what follows for the findings.
#[allow(
    clippy::too_many_arguments,
    reason = "each is one input of a pure step"
)]
async fn judged(
    workspace: &Workspace,
    store: &Sqlite,
    inventory: &Inventory,
    vantage: &Vantage,
    scan: Uuid,
    observations: &[Observation],
    coverage: Coverage,
    ended: Timestamp,
) -> Result<ScanEnd, Failure> {
    let policy = policy(workspace, ended)?;
    let mut verdicts: Vec<Verdict> = observations
        .iter()
        .flat_map(|observation| judge(observation, inventory, &policy, ended))
        .collect();
    // A key may be shared with systems that this scan did not look at.
    let everywhere = rules::everywhere(store).await?;
    verdicts.extend(judge_fleet(&everywhere, inventory, &policy, ended));
    let known = store.known_findings().await?;
    let run = Run {
        scan,
        at: ended,
        actor: "luytre",
        rule: &Rule::of,
        deadline: &|verdict, first| {
            rules::deadline(&policy, inventory, vantage.zone, verdict, first)
        },
    };
    let events = reconcile(&known, &verdicts, &coverage, &run);
    Ok(ScanEnd {
        ended,
        coverage,
        verdicts,
        events,
    })
}

/// Nothing is sent while the kill switch is on.
pub(crate) fn refuse_if_stopped(workspace: &Workspace) -> Result<(), Failure> {
    let file = workspace.stop_file();
    match fs::read_to_string(&file) {
        Ok(line) => Err(Failure::new(both!(
            "lệnh dừng đang giữ: {}",
            "the kill switch is on: {}",
            line.trim()
        ))
        .hint(both!(
            "gỡ bằng `luytre stop --release`",
            "`luytre stop --release` releases it"
        ))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => {
            Err(error).doing(both!("không đọc được {}", "cannot read {}", file.display()))
        }
    }
}

/// Takes the lock of the workspace's one scanner.
pub(crate) fn lock(workspace: &Workspace, purpose: &str) -> Result<ScannerLock, Failure> {
    ScannerLock::take(&workspace.folder, purpose, Timestamp::now()).map_err(locked)
}

fn locked(error: LockError) -> Failure {
    if !matches!(error, LockError::Held(_) | LockError::HeldBySomeone) {
        return Failure::from(error);
    }
    Failure::new(both!(
        "một tiến trình khác đang quét trong thư mục làm việc này",
        "another process is scanning in this workspace"
    ))
    .below(error)
    .hint(both!(
        "chờ lượt quét kia xong, hoặc kết thúc nó; `luytre stop` ngừng gói tin ngay",
        "wait until it ends, or end it; `luytre stop` ends its traffic at once"
    ))
}

/// The probes with the roots that the workspace configures. They ask third parties what the workspace and
/// `further` want.
pub(crate) fn probes(workspace: &Workspace, further: &[LookupKind]) -> Result<Probes, Failure> {
    let mut roots = Vec::new();
    for set in &workspace.settings.roots {
        let path = workspace.folder.join(&set.file);
        let pem = fs::read(&path).doing(both!(
            "không đọc được chứng thư gốc {}",
            "cannot read the roots {}",
            path.display()
        ))?;
        let read = Roots::from_pem(&set.name, &pem);
        roots.push(read.doing(both!(
            "{} không có chứng thư gốc dùng được",
            "{} holds no usable roots",
            path.display()
        ))?);
    }
    let agent = agent(Some(&*workspace.settings.organisation.contact));
    let rules = workspace.settings.lookup.rules(further);
    let wanted = rules.kinds.contains(&LookupKind::Revocation);
    let shelf = Shelf::new(workspace.answers_folder());
    let revoker = wanted.then(|| Arc::new(Revoker::new(&agent, Some(shelf))));
    Ok(Probes::asking(&agent, roots, revoker))
}

/// Everything that looking needs.
struct Looking<'a> {
    guard: Arc<Guard>,
    probes: Probes,
    settings: RunSettings,
    store: &'a Arc<Sqlite>,
    talk: Talk,
}

impl Looking<'_> {
    /// Carries out the plan, then asks what is spoken on open ports that nobody declared: a database
    /// is a database wherever it listens. At last SSH and TLS get their look wherever they were heard.
    ///
    /// `carried` is what an earlier scan did of `jobs`; its looks at ports that nobody declared are
    /// among the `past` ones.
    async fn all(
        &self,
        plan: Plan,
        jobs: &[Job],
        carried: (Vec<Observation>, Coverage),
        past: &[Observation],
        inventory: &Inventory,
        request: &Request,
    ) -> Result<(Vec<Observation>, Coverage), Failure> {
        let (mut observations, mut coverage) = carried;
        let (found, lines) = self.look(plan, true).await?;
        observations.extend(found);
        coverage.lines.extend(lines.lines);
        let mut jobs = jobs.to_vec();
        for deeper in [false, true] {
            if !request.asks(FactKind::Service) || self.guard.stop().thrown() {
                break;
            }
            let more = if deeper {
                follow_up::deeper(&jobs, &observations, request)
            } else {
                follow_up::undeclared(&jobs, &observations, inventory)
            };
            jobs.extend(more.jobs.iter().cloned());
            let (more, kept, kept_lines) = again::carry(more, past, self.settings.vantage.zone);
            observations.extend(kept);
            coverage.lines.extend(kept_lines.lines);
            let (found, lines) = self.look(more, false).await?;
            observations.extend(found);
            coverage.lines.extend(lines.lines);
        }
        Ok((observations, coverage))
    }

    /// Carries out a plan, storing observations as they come. Tasks are `tracked` if the scan was
    /// begun with them.
    async fn look(
        &self,
        plan: Plan,
        tracked: bool,
    ) -> Result<(Vec<Observation>, Coverage), Failure> {
        let (store, scan) = (self.store, self.settings.scan);
        let jobs: Vec<(Uuid, String)> = plan
            .jobs
            .iter()
            .map(|job| (job.task.id, job.label.clone()))
            .collect();
        let bar = self.talk.bar(jobs.len() as u64);
        let (sink, mut events) = mpsc::channel(256);
        let running = tokio::spawn(run(
            plan,
            Arc::clone(&self.guard),
            self.probes.clone(),
            self.settings.clone(),
            sink,
        ));
        let (mut all, mut batch, mut heard) = (Vec::new(), Vec::new(), Vec::new());
        // Whatever came while the last was written down is written down at once.
        while events.recv_many(&mut heard, BATCH).await > 0 {
            let (mut taken, mut done) = (Vec::new(), Vec::new());
            for event in heard.drain(..) {
                match event {
                    Event::Began(number) => {
                        bar.set_message(jobs[number].1.clone());
                        taken.push(jobs[number].0);
                    }
                    Event::Observed(observation) => batch.push(*observation),
                    Event::Ended(number) => {
                        bar.inc(1);
                        done.push(jobs[number].0);
                    }
                }
            }
            if tracked && !(taken.is_empty() && done.is_empty()) {
                let now = Timestamp::now();
                store.mark_tasks(scan, &taken, &done, now).await?;
            }
            if batch.len() >= BATCH {
                store.add_observations(scan, &batch).await?;
                all.append(&mut batch);
            }
        }
        store.add_observations(scan, &batch).await?;
        all.append(&mut batch);
        bar.finish_and_clear();
        Ok((all, running.await?))
    }
}

/// Systems asked for that are not out of use.
fn wanted<'a>(inventory: &'a Inventory, request: &Request) -> impl Iterator<Item = &'a System> {
    let asked = inventory
        .systems
        .iter()
        .filter(|system| request.wants(system));
    asked.filter(|system| system.lifecycle != Lifecycle::Retired)
}

fn record(system: &System, scan: Uuid, vantage: &Vantage, at: Timestamp) -> Observation {
    Observation {
        id: Uuid::now_v7(),
        scan,
        endpoint: system.code.to_string(),
        endpoint_id: None,
        address: None,
        port: None,
        vantage: vantage.zone,
        system: Some(system.code.clone()),
        probe: FactKind::Record,
        probe_version: RECORD_VERSION,
        sensor: vantage.sensor.clone(),
        started: at,
        ended: at,
        reading: Reading::Measured {
            fact: Fact::Record(RecordFact::of(system, day_of(at))),
        },
        evidence: Vec::new(),
        cost: Cost::default(),
    }
}

fn covered(system: &System, vantage: &Vantage) -> Covered {
    Covered {
        subject: Subject::System(system.code.clone()),
        address: None,
        port: None,
        probe: FactKind::Record,
        vantage: vantage.zone,
        failure: None,
        ports: None,
        partly: false,
        repeated: false,
    }
}
