//! What is asked over UDP.

use std::collections::BTreeMap;

use luytre_checks::{FactKind, Subject};
use luytre_inventory::{
    Endpoint, Lifecycle, PortSet, ProbeClass, Protocol, ScanProfile, System, Target, Task,
};
use uuid::Uuid;

use super::{Draft, HostOf, Wish, about};
use crate::{
    plan::{Job, Skip, ground::Grounds},
    probe::udp,
};

impl Draft<'_> {
    /// A declared UDP port is asked by every profile, unless it is fragile.
    pub(super) fn udp_endpoint(&mut self, system: &System, endpoint: &Endpoint, target: &Target) {
        let Some(port) = endpoint.port else { return };
        let asked = self.request.asks(FactKind::Udp);
        let usual = || Protocol::of_udp_port(port);
        let declared = endpoint.protocol.or_else(usual);
        let reason = if endpoint.fragile || system.fragile {
            Some(Skip::Fragile)
        } else if declared.is_none_or(|protocol| !udp::has_question(protocol)) {
            Some(Skip::NoQuestion)
        } else {
            None
        };
        if let Some(reason) = reason.filter(|_| asked) {
            self.skip(
                system,
                endpoint.label(),
                about(endpoint),
                &[FactKind::Udp],
                reason,
            );
            return;
        }
        let task = Task {
            endpoint: Some(endpoint.id),
            ..self.task(system, target, std::iter::once(port).collect(), false)
        };
        let wish = Wish {
            task,
            label: endpoint.label(),
            subject: about(endpoint),
            also: Vec::new(),
            declared,
            of_host: None,
        };
        self.add(system, &wish, &[FactKind::Udp]);
    }

    /// Well-known UDP ports that nobody declared, where a paper grants more than the light profile:
    /// nobody said that there is anything, so nothing is missing where none does.
    pub(super) fn undeclared_udp(&mut self, system: &System, host: &HostOf, first: Uuid) {
        let wanted = |port: &u16| {
            let named = self.request.ports.as_ref();
            !host.declared_udp.contains(port) && named.is_none_or(|ports| ports.contains(*port))
        };
        let ports: PortSet = udp::WELL_KNOWN.into_iter().filter(wanted).collect();
        let task = Task {
            endpoint: Some(first),
            ..self.task(system, &host.target, ports, host.fragile)
        };
        let unwanted = !self.request.asks(FactKind::Udp)
            || system.lifecycle == Lifecycle::Retired
            || task.fragile
            || task.profile == ScanProfile::Light
            || task.ports.is_empty();
        if unwanted {
            return;
        }
        let owner = system.owner(self.request.day);
        let grounds = Grounds::of(self.inventory, self.scope, &task, owner);
        let now = self.request.now;
        let Ok(granted) = grounds.choose(self.scope, &task, FactKind::Udp, now) else {
            return;
        };
        if granted.profile == ScanProfile::Light {
            return;
        }
        for port in task.ports.intersection(&granted.ports).iter() {
            let mut job = Job {
                task: Task {
                    id: Uuid::now_v7(),
                    ports: std::iter::once(port).collect(),
                    authorisation: granted.authorisation.clone(),
                    profile: granted.profile,
                    ..task.clone()
                },
                label: host.target.udp_label(port),
                subject: Subject::Endpoint(first),
                also: Vec::new(),
                declared: None,
                starttls: None,
                probes: Vec::new(),
                connections: 0,
                before: BTreeMap::new(),
            };
            job.take_on(FactKind::Udp, [ProbeClass::Udp].into());
            self.plan.jobs.push(job);
        }
    }
}
