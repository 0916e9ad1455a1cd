//! The one wiring: plan → probe → judge → reconcile → store. Used by every command that looks.

mod adhoc;
mod again;
pub(crate) mod assessment;
mod audit;
mod discovery;
mod follow_up;
mod judge;
mod raw;
mod scan;
mod stopping;

use luytre_checks::{Coverage, Policy, policy::day_of};
use luytre_inventory::Code as SystemCode;
use luytre_report::SecrecyMark;
use luytre_store::{LookFilter, Sqlite, Store};

pub(crate) use adhoc::{AdHoc, Asked, Inside, Seen, probe, read_target};
pub(crate) use again::{Earlier, stopped_scan};
pub(crate) use discovery::{News, changes, declared, scope_of};
pub(crate) use scan::{Ended, inventory_of, lock, plan_of, probes, refuse_if_stopped, scan};
pub(crate) use stopping::interrupted;

use crate::{
    output::{Failure, Hint, both},
    workspace::Workspace,
};

/// Opens the store of a workspace.
pub(crate) async fn open_store(workspace: &Workspace) -> Result<Sqlite, Failure> {
    Sqlite::open(&workspace.folder, jiff::Timestamp::now())
        .await
        .doing(both!(
            "không mở được kho dữ liệu trong {}",
            "cannot open the store in {}",
            workspace.folder.display()
        ))
}

/// The policy in force today, with the workspace's overlays.
pub(crate) fn policy(workspace: &Workspace, at: jiff::Timestamp) -> Result<Policy, Failure> {
    let overlays = workspace.overlays()?;
    let overlays: Vec<&str> = overlays.iter().map(String::as_str).collect();
    Policy::on(day_of(at), &overlays).doing(both!(
        "không đọc được các bộ quy định",
        "cannot read the policy packs"
    ))
}

/// Frozen assessments of `systems`, or of all in operation, from what the store holds now.
pub(crate) async fn assess(
    workspace: &Workspace,
    store: &Sqlite,
    systems: &[SystemCode],
    secrecy: SecrecyMark,
) -> Result<Vec<luytre_report::Assessment>, Failure> {
    let (version, inventory) = scan::inventory_with_version(store).await?;
    for code in systems {
        if inventory.system(code).is_none() {
            return Err(Failure::new(both!(
                "không có hệ thống nào mã `{code}`",
                "no system has the code `{code}`"
            ))
            .hint(both!(
                "`luytre inventory quality` liệt kê các hệ thống",
                "`luytre inventory quality` lists the systems"
            )));
        }
    }
    let wanted: Vec<_> = inventory
        .systems
        .iter()
        .filter(|system| match systems {
            [] => system.lifecycle == luytre_inventory::Lifecycle::Operating,
            some => some.contains(&system.code),
        })
        .collect();
    let mut out = Vec::with_capacity(wanted.len());
    for system in wanted {
        let covered = store.coverage_of_system(&system.code).await?;
        // The assessment speaks of the moment its data ends, so that the same data gives the same
        // bytes whenever the document is made.
        let Some((record, lines)) = covered else {
            if systems.is_empty() {
                continue;
            }
            return Err(Failure::new(both!(
                "hệ thống `{}` chưa được quét lần nào",
                "system `{}` was never scanned",
                system.code
            ))
            .hint(both!(
                "hãy chạy `luytre scan --system {}` trước",
                "`luytre scan --system {}` first",
                system.code
            )));
        };
        let as_of = record.ended.unwrap_or(record.started);
        let filter = LookFilter {
            system: Some(system.code.clone()),
            endpoint: None,
        };
        let observations = store.latest_looks(&filter).await?;
        let verdicts: Vec<_> = store
            .verdicts(Some(&system.code))
            .await?
            .into_iter()
            .map(|run| run.verdict)
            .collect();
        let known = store.known_findings().await?;
        let mut findings: Vec<_> = known
            .into_iter()
            .filter(|f| f.system.as_ref() == Some(&system.code))
            .collect();
        findings.sort_by_key(|finding| finding.id);
        let policy = policy(workspace, as_of)?;
        let profile = observations_profile(&record.reason);
        let material = assessment::Material {
            settings: &workspace.settings,
            inventory: &inventory,
            inventory_version: version,
            system,
            policy: &policy,
            observations: &observations,
            verdicts: &verdicts,
            findings: &findings,
            coverage: &Coverage { lines },
            profile,
            as_of,
            secrecy,
        };
        out.push(assessment::freeze(&material)?);
    }
    if out.is_empty() {
        return Err(
            Failure::new(both!("chưa quét hệ thống nào", "no system was scanned yet"))
                .hint(both!("hãy chạy `luytre scan` trước", "`luytre scan` first")),
        );
    }
    Ok(out)
}

/// The profile a scan ran with, which its reason names first.
fn observations_profile(reason: &str) -> luytre_inventory::ScanProfile {
    match reason.split_whitespace().next() {
        Some("deep") => luytre_inventory::ScanProfile::Deep,
        Some("standard") => luytre_inventory::ScanProfile::Standard,
        _ => luytre_inventory::ScanProfile::Light,
    }
}
