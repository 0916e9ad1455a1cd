//! A one-off look with a scope of its own: literal targets, an authority, an actor. Nothing is stored
//! as a finding, and the scope ends with the process.

use std::{collections::BTreeSet, net::IpAddr, sync::Arc};

use ipnet::IpNet;
use jiff::{Timestamp, ToSpan};
use luytre_checks::{
    Area, Coverage, FactKind, Observation, Policy, Subject, Vantage, Verdict, judge, judge_fleet,
    registry,
};
use luytre_inventory::{
    Authorisation, Exclusion, Grant, HostName, Inventory, LookupKind, NamePattern, PortSet,
    ProbeClass, Protocol, Route, ScanProfile, Scope, Target, Task, Words, Zone,
};
use luytre_scanner::{
    Event, Guard, Probes, RunSettings, Stop, SystemResolver,
    plan::{Job, Plan},
    probe::Starttls,
    run,
};
use luytre_store::{ScannerLock, Sqlite};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    audit::{FileAudit, StoreAudit},
    raw::syn_over,
    stopping,
};
use crate::{
    output::{Failure, Talk, both},
    workspace::{LookupSettings, Workspace},
};

/// One target as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// One host, with a port or without.
    Host(Target, Option<u16>),
    /// A UDP port of one host.
    Udp(Target, u16),
    /// Every address of a prefix.
    Prefix(IpNet),
}

/// What `luytre probe` was asked.
#[derive(Debug)]
pub(crate) struct AdHoc {
    pub(crate) asked: Vec<Asked>,
    pub(crate) authority: String,
    pub(crate) only: BTreeSet<FactKind>,
    pub(crate) ports: PortSet,
    pub(crate) zone: Zone,
    pub(crate) actor: String,
    pub(crate) profile: ScanProfile,
    pub(crate) starttls: Option<Starttls>,
    /// Kinds of questions to third parties, besides what the workspace wants.
    pub(crate) lookups: Vec<LookupKind>,
    /// The device over which ports are discovered by SYNs; empty means by connections.
    pub(crate) syn: String,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) observations: Vec<Observation>,
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) coverage: Coverage,
    pub(crate) stopped: bool,
}

impl AdHoc {
    /// A scope that holds exactly the literal targets.
    fn authorisation(&self, now: Timestamp) -> Authorisation {
        let mut grant = Grant {
            names: Vec::new(),
            prefixes: Vec::new(),
            ports: PortSet::all(),
            classes: ProbeClass::every(),
            profile: ScanProfile::Deep,
            hours: None,
            connections_per_second: None,
        };
        for asked in &self.asked {
            match asked {
                Asked::Host(Target::Name(name), _) | Asked::Udp(Target::Name(name), _) => {
                    grant.names.push(NamePattern::exact(name.clone()));
                }
                Asked::Host(Target::Address { address, .. }, _)
                | Asked::Udp(Target::Address { address, .. }, _) => {
                    grant.prefixes.push((*address).into());
                }
                Asked::Prefix(prefix) => grant.prefixes.push(*prefix),
            }
        }
        Authorisation {
            number: self.authority.clone(),
            route: Route::AdHoc,
            date: luytre_checks::policy::day_of(now),
            ground: self.authority.clone(),
            owner: None,
            grant,
            from: now,
            // It ends with the process; a day is more than any run lasts.
            until: now.checked_add(24.hours()).unwrap_or(now),
            sources: Vec::new(),
            contact: None,
            revoked: None,
        }
    }

    fn plan(&self, names: bool) -> Plan {
        let mut plan = Plan::default();
        for asked in &self.asked {
            match asked {
                Asked::Host(target, port) => {
                    plan.jobs.extend(self.job(target.clone(), *port, names));
                }
                Asked::Udp(target, port) => plan.jobs.extend(self.udp_job(target, *port)),
                Asked::Prefix(prefix) => {
                    plan.jobs
                        .extend(prefix.hosts().filter_map(|address: IpAddr| {
                            self.job(
                                Target::Address {
                                    address,
                                    name: None,
                                },
                                None,
                                false,
                            )
                        }));
                }
            }
        }
        plan
    }

    /// A UDP port gets the one probe there is.
    fn udp_job(&self, target: &Target, port: u16) -> Option<Job> {
        let wanted = self.only.is_empty() || self.only.contains(&FactKind::Udp);
        let job = self
            .job(target.clone(), Some(port), false)
            .filter(|_| wanted)?;
        let label = target.udp_label(port);
        Some(Job {
            subject: Subject::Target(label.clone()),
            label,
            declared: Protocol::of_udp_port(port),
            probes: vec![FactKind::Udp],
            ..job
        })
    }

    /// A port gets every probe of one port, a host the discovery of ports. Records around its name are
    /// read where the operator wants `names` to be asked about.
    fn job(&self, target: Target, port: Option<u16>, names: bool) -> Option<Job> {
        let declared = port.and_then(Protocol::of_port);
        let mut suited: &[FactKind] = match port {
            None => &[FactKind::Ports],
            Some(_) => &[
                FactKind::Service,
                FactKind::Tls,
                FactKind::Chain,
                FactKind::Http,
                FactKind::Ssh,
                FactKind::Dns,
            ],
        };
        if !names || target.name().is_none() {
            suited = suited.strip_suffix(&[FactKind::Dns]).unwrap_or(suited);
        }
        let probes: Vec<FactKind> = suited
            .iter()
            .copied()
            .filter(|k| self.only.is_empty() || self.only.contains(k))
            .collect();
        if probes.is_empty() {
            return None;
        }
        let label = target.label(port);
        Some(Job {
            task: Task {
                id: Uuid::now_v7(),
                system: None,
                endpoint: None,
                target,
                ports: port.map_or_else(
                    || self.ports.clone(),
                    |port| std::iter::once(port).collect(),
                ),
                classes: ProbeClass::every(),
                authorisation: self.authority.clone(),
                profile: self.profile,
                fragile: false,
            },
            subject: Subject::Target(label.clone()),
            also: Vec::new(),
            label,
            declared,
            starttls: self.starttls,
            probes,
            connections: 0,
            before: std::collections::BTreeMap::new(),
        })
    }
}

/// In a workspace, where the log and the exclusions are.
#[derive(Debug)]
pub(crate) struct Inside {
    /// The recorded paper behind the look; none for loopback, which needs none.
    pub(crate) paper: Option<Authorisation>,
    /// Held so that limits per host are never doubled.
    pub(crate) _lock: ScannerLock,
    pub(crate) workspace: Workspace,
    pub(crate) store: Arc<Sqlite>,
    pub(crate) exclusions: Vec<Exclusion>,
}

/// Holds the ad hoc scope to what its paper grants: time, hours, ports, kinds of probe, rates.
fn narrow(authorisation: &mut Authorisation, paper: &Authorisation) {
    authorisation.from = paper.from;
    authorisation.until = paper.until;
    authorisation.grant = Grant {
        names: std::mem::take(&mut authorisation.grant.names),
        prefixes: std::mem::take(&mut authorisation.grant.prefixes),
        ..paper.grant.clone()
    };
}

/// Looks, and judges what it saw by `rules`, which are needed at the end only.
pub(crate) async fn probe(
    ask: &AdHoc,
    inside: Option<&Inside>,
    probes: Probes,
    rules: impl Future<Output = Result<Policy, Failure>>,
    talk: Talk,
) -> Result<Seen, Failure> {
    let now = Timestamp::now();
    let stop = Stop::default();
    let exclusions = inside
        .map(|inside| inside.exclusions.clone())
        .unwrap_or_default();
    let mut authorisation = ask.authorisation(now);
    if let Some(paper) = inside.and_then(|inside| inside.paper.as_ref()) {
        narrow(&mut authorisation, paper);
    }
    let lookups = match inside {
        Some(inside) => inside.workspace.settings.lookup.rules(&ask.lookups),
        None => LookupSettings::default().rules(&ask.lookups),
    };
    let names = lookups.kinds.contains(&LookupKind::Dns);
    let scope = Scope::new(vec![authorisation], exclusions).with_lookups(lookups);
    let mut guard = Guard::new(scope, stop.clone());
    guard = match inside {
        Some(inside) => guard.with_audit(Arc::new(StoreAudit {
            store: Arc::clone(&inside.store),
            actor: ask.actor.clone(),
        })),
        None => guard.with_audit(Arc::new(FileAudit::open(ask.actor.clone())?)),
    };
    if let Some(resolver) = SystemResolver::from_system() {
        guard = guard.with_resolver(resolver);
    }
    if let Some(syn) = syn_over(&ask.syn)? {
        guard = guard.with_syn(syn);
    }
    let watch = stopping::watch(
        stop.clone(),
        inside.map(|inside| inside.workspace.stop_file()),
    );
    let settings = RunSettings::new(Vantage {
        sensor: "probe".to_owned(),
        zone: ask.zone,
    });
    let plan = ask.plan(names);
    if plan.jobs.is_empty() {
        return Err(Failure::new(both!(
            "không có gì để đo",
            "nothing to measure"
        ))
        .hint(both!(
            "mục tiêu có cổng được đo bằng service, tls, chain, http, và dns nếu có tên và --lookups dns; mục tiêu không cổng bằng ports",
            "a target with a port is measured by service, tls, chain, http, and by dns if it has a name and --lookups dns is given; one without a port by ports"
        )));
    }
    let bar = talk.bar(plan.jobs.len() as u64);
    let (sink, mut events) = mpsc::channel(256);
    let running = tokio::spawn(run(plan, Arc::new(guard), probes, settings, sink));
    let mut observations = Vec::new();
    while let Some(event) = events.recv().await {
        match event {
            Event::Observed(observation) => observations.push(*observation),
            Event::Ended(_) => bar.inc(1),
            Event::Began(_) => {}
        }
    }
    bar.finish_and_clear();
    let coverage = running.await?;
    watch.abort();
    let policy = rules.await?;
    let at = Timestamp::now();
    let nobody = Inventory::default();
    let mut verdicts: Vec<Verdict> = observations
        .iter()
        .flat_map(|o| judge(o, &nobody, &policy, at))
        .collect();
    // What servers and addresses have between them. Whose certificates share a key is a question about
    // owners, and there are none here.
    let between = judge_fleet(&observations, &nobody, &policy, at);
    let tls = |check: &str| registry::about(check).is_some_and(|about| about.area == Area::Tls);
    verdicts.extend(between.into_iter().filter(|verdict| tls(&verdict.check)));
    Ok(Seen {
        observations,
        verdicts,
        coverage,
        stopped: stop.thrown(),
    })
}

/// Reads a target: host, host:port, [v6]:port, host:port/udp, or a prefix of at most /16 (IPv6 /112).
pub(crate) fn read_target(text: &str, name: Option<&HostName>) -> Result<Asked, Failure> {
    let bad = |why: Words| {
        let text = crate::output::plain(text);
        Failure::new(Words::new(
            format!("`{text}` không phải mục tiêu: {}", why.vi),
            format!("`{text}` is not a target: {}", why.en),
        ))
        .hint(both!(
            "ghi host, host:port, [2001:db8::1]:443, host:161/udp, hoặc tiền tố như 192.0.2.0/24",
            "write a host, host:port, [2001:db8::1]:443, host:161/udp, or a prefix like 192.0.2.0/24"
        ))
    };
    if let Some(place) = text.strip_suffix("/udp") {
        return match read_target(place, name)? {
            Asked::Host(_, Some(port)) if Protocol::of_udp_port(port).is_none() => Err(bad(both!(
                "chưa có câu hỏi nào cho cổng UDP này",
                "no question is known for that UDP port"
            ))),
            Asked::Host(target, Some(port)) => Ok(Asked::Udp(target, port)),
            _ => Err(bad(both!(
                "mục tiêu UDP cần có cổng",
                "a UDP target needs a port"
            ))),
        };
    }
    if text.contains('/') {
        let prefix: IpNet = text
            .parse()
            .map_err(|_| bad(both!("không phải tiền tố", "not a prefix")))?;
        let widest = if prefix.addr().is_ipv4() { 16 } else { 112 };
        if prefix.prefix_len() < widest {
            return Err(bad(both!(
                "tiền tố rộng nhất là /{widest}",
                "a prefix may be at most /{widest}"
            )));
        }
        return Ok(Asked::Prefix(prefix.trunc()));
    }
    if let Ok(address) = luytre_inventory::parse_address(text) {
        return Ok(Asked::Host(
            Target::Address {
                address,
                name: name.cloned(),
            },
            None,
        ));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => {
            let port: u16 = port
                .parse()
                .ok()
                .filter(|port| *port > 0)
                .ok_or_else(|| bad(both!("cổng không hợp lệ", "bad port")))?;
            (
                host.strip_prefix('[')
                    .and_then(|h| h.strip_suffix(']'))
                    .unwrap_or(host),
                Some(port),
            )
        }
        None => (text, None),
    };
    let target = match luytre_inventory::parse_address(host) {
        Ok(address) => Target::Address {
            address,
            name: name.cloned(),
        },
        Err(_) => Target::Name(host.parse().map_err(|_| {
            bad(both!(
                "không phải tên máy hay địa chỉ",
                "no host name and no address"
            ))
        })?),
    };
    Ok(Asked::Host(target, port))
}
