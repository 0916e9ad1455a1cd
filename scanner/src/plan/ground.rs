//! Under which paper a probe may look at a target.

use std::collections::BTreeSet;

use jiff::Timestamp;
use luytre_checks::FactKind;
use luytre_inventory::{
    Authorisation, Code, Denied, Inventory, PortSet, ProbeClass, ScanProfile, Scope, Target, Task,
};
use serde::Serialize;

use super::class_of;

/// Why no paper covers a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ungranted {
    /// No authorisation names the target at all.
    NoGround,
    /// One does, but the scope refuses.
    Denied(Denied),
}

/// The paper chosen for one probe.
pub(super) struct Granted {
    pub(super) authorisation: String,
    /// The classes that the probe needs; for one without a class of its own, all that are granted.
    pub(super) classes: BTreeSet<ProbeClass>,
    /// The ports granted, whatever the task asks.
    pub(super) ports: PortSet,
    /// The profile asked for, or a weaker one granted.
    pub(super) profile: ScanProfile,
}

/// The papers that may cover a target, the best first.
pub(super) struct Grounds<'a>(Vec<&'a Authorisation>);

impl<'a> Grounds<'a> {
    /// Papers of the system's own owner come before those without an owner; those that end last
    /// come first. A paper written for another owner is no ground, whatever its prefixes cover.
    pub(super) fn of(
        inventory: &'a Inventory,
        scope: &'a Scope,
        task: &Task,
        owner: Option<&Code>,
    ) -> Self {
        let mut found = scope.grounds(&task.target);
        if matches!(task.target, Target::Name(_)) {
            // A name that is not granted itself may still resolve into a granted prefix.
            let by_prefix = inventory.authorisations.iter().filter(|a| {
                !a.grant.prefixes.is_empty() && !found.iter().any(|f| f.number == a.number)
            });
            let mut by_prefix: Vec<_> = by_prefix.collect();
            by_prefix.sort_by_key(|a| std::cmp::Reverse(a.until));
            found.extend(by_prefix);
        }
        found.retain(|a| a.owner.is_none() || a.owner.as_ref() == owner);
        found.sort_by_key(|a| a.owner.is_none());
        Self(found)
    }

    /// The first paper that grants `probe` for `task` at `now`, strongest profile first.
    pub(super) fn choose(
        &self,
        scope: &Scope,
        task: &Task,
        probe: FactKind,
        now: Timestamp,
    ) -> Result<Granted, Ungranted> {
        let mut refused = Ungranted::NoGround;
        let mut best: Option<(&Authorisation, Granted)> = None;
        for paper in &self.0 {
            match granted(scope, paper, task, probe, now) {
                Ok(granted) => {
                    let stronger = |(held, _): &(&Authorisation, _)| {
                        paper.owner == held.owner
                            && paper.grant.profile.min(task.profile)
                                > held.grant.profile.min(task.profile)
                    };
                    if best.as_ref().is_none_or(stronger) {
                        best = Some((paper, granted));
                    }
                }
                Err(denied) => refused = refused.max(Ungranted::Denied(denied)),
            }
        }
        best.map(|(_, granted)| granted).ok_or(refused)
    }
}

fn granted(
    scope: &Scope,
    paper: &Authorisation,
    task: &Task,
    probe: FactKind,
    now: Timestamp,
) -> Result<Granted, Denied> {
    // Records are asked of our resolvers: any kind that is granted will do.
    let classes: BTreeSet<ProbeClass> = match class_of(probe) {
        Some(class) => [class].into(),
        None => paper.grant.classes.clone(),
    };
    let task = Task {
        authorisation: paper.number.clone(),
        classes: classes.clone(),
        ..task.clone()
    };
    match &task.target {
        // The permit is dropped: it was asked for only to hear a refusal now rather than later.
        Target::Address { address, .. } => drop(scope.permit(&task, *address, now)?),
        Target::Name(_) => scope.may_resolve(&task, now)?,
    }
    if paper.grant.ports.intersection(&task.ports).is_empty() {
        return Err(Denied::Ports);
    }
    if classes.is_empty() || !classes.is_subset(&paper.grant.classes) {
        return Err(Denied::Classes);
    }
    Ok(Granted {
        authorisation: paper.number.clone(),
        classes,
        ports: paper.grant.ports.clone(),
        profile: paper.grant.profile.min(task.profile),
    })
}
