//! Scans, their tasks and their coverage.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use luytre_checks::{Coverage, Covered, Subject, Unmeasured};
use luytre_inventory::{Code, Inventory};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Sqlite, audit, findings, inventory, micros, parsed, time, verdicts, word};
use crate::{Action, AuditEntry, Cause, NewScan, ScanEnd, ScanRecord, ScanState, TaskCounts};

fn entry(scan: Uuid, at: Timestamp, actor: &str, action: Action, detail: &str) -> AuditEntry {
    AuditEntry {
        at,
        actor: actor.to_owned(),
        action,
        target: Some(scan.to_string()),
        address: None,
        ground: None,
        detail: detail.to_owned(),
    }
}

impl Sqlite {
    pub(super) async fn begin(&self, scan: &NewScan) -> Result<(), Cause> {
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO scans (id, started, state, actor, reason, inventory, request, resumes)
             VALUES (?1, ?2, 'running', ?3, ?4, ?5, ?6, ?7)",
        )
        .bind(scan.id.to_string())
        .bind(micros(scan.started))
        .bind(&scan.actor)
        .bind(&scan.reason)
        .bind(scan.inventory)
        .bind(serde_json::to_string(&scan.request)?)
        .bind(scan.resumes.map(|id| id.to_string()))
        .execute(&mut *tx)
        .await?;
        for task in &scan.tasks {
            sqlx::query("INSERT INTO tasks (scan, id, body) VALUES (?1, ?2, ?3)")
                .bind(scan.id.to_string())
                .bind(task.id.to_string())
                .bind(serde_json::to_string(task)?)
                .execute(&mut *tx)
                .await?;
        }
        let begun = entry(
            scan.id,
            scan.started,
            &scan.actor,
            Action::ScanBegun,
            &scan.reason,
        );
        audit::append(&mut tx, &[begun]).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn mark(
        &self,
        scan: Uuid,
        taken: &[Uuid],
        done: &[Uuid],
        at: Timestamp,
    ) -> Result<(), Cause> {
        let mut tx = self.write().await?;
        for (sql, tasks) in [
            (
                "UPDATE tasks SET taken = ?3 WHERE scan = ?1 AND id = ?2",
                taken,
            ),
            (
                "UPDATE tasks SET done = ?3 WHERE scan = ?1 AND id = ?2",
                done,
            ),
        ] {
            for task in tasks {
                let changed = sqlx::query(sql)
                    .bind(scan.to_string())
                    .bind(task.to_string())
                    .bind(micros(at))
                    .execute(&mut *tx)
                    .await?
                    .rows_affected();
                if changed == 0 {
                    return Err(Cause::Corrupt(format!("no task {task} in scan {scan}")));
                }
            }
        }
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn finish(&self, scan: Uuid, end: &ScanEnd) -> Result<bool, Cause> {
        let mut tx = self.write().await?;
        let record = record(&mut tx, scan)
            .await?
            .ok_or(Cause::NotRunning(scan))?;
        match record.state {
            ScanState::Finished => return Ok(false),
            ScanState::Interrupted => return Err(Cause::NotRunning(scan)),
            ScanState::Running => {}
        }
        let inventory = inventory::load(&mut tx, record.inventory).await?;
        let inventory = inventory
            .map(|(_, inventory)| inventory)
            .unwrap_or_default();
        // Coverage is written before anything that rests on it.
        cover(&mut tx, scan, end, &inventory).await?;
        verdicts::prolong(&mut tx, &end.verdicts).await?;
        findings::record(&mut tx, &end.events).await?;
        sqlx::query("UPDATE scans SET state = 'finished', ended = ?2 WHERE id = ?1")
            .bind(scan.to_string())
            .bind(micros(end.ended))
            .execute(&mut *tx)
            .await?;
        let detail = format!("{}/{}", end.coverage.measured(), end.coverage.planned());
        let finished = entry(
            scan,
            end.ended,
            &record.actor,
            Action::ScanFinished,
            &detail,
        );
        audit::append(&mut tx, &[finished]).await?;
        tx.commit().await?;
        Ok(true)
    }

    pub(super) async fn interrupt(&self, at: Timestamp) -> Result<Vec<Uuid>, Cause> {
        let mut tx = self.write().await?;
        let rows: Vec<(String, String)> = sqlx::query_as(
            "UPDATE scans SET state = 'interrupted', ended = ?1 WHERE state = 'running'
             RETURNING id, actor",
        )
        .bind(micros(at))
        .fetch_all(&mut *tx)
        .await?;
        let mut scans = Vec::new();
        for (id, actor) in rows {
            let id = parsed(&id)?;
            let noticed = entry(id, at, &actor, Action::ScanInterrupted, "");
            audit::append(&mut tx, &[noticed]).await?;
            scans.push(id);
        }
        tx.commit().await?;
        Ok(scans)
    }

    pub(super) async fn records(&self, limit: u32) -> Result<Vec<ScanRecord>, Cause> {
        let mut tx = self.read().await?;
        let ids: Vec<String> =
            sqlx::query_scalar("SELECT id FROM scans ORDER BY started DESC, id DESC LIMIT ?1")
                .bind(limit)
                .fetch_all(&mut *tx)
                .await?;
        let mut records = Vec::new();
        for id in ids {
            records.extend(record(&mut tx, parsed(&id)?).await?);
        }
        Ok(records)
    }

    pub(super) async fn lines_of(&self, scan: Uuid) -> Result<Vec<Covered>, Cause> {
        let mut tx = self.read().await?;
        coverage(&mut tx, scan, None).await
    }

    pub(super) async fn lines_of_system(
        &self,
        system: &Code,
    ) -> Result<Option<(ScanRecord, Vec<Covered>)>, Cause> {
        let mut tx = self.read().await?;
        let scan: Option<String> =
            sqlx::query_scalar("SELECT scan FROM system_coverage WHERE system = ?1")
                .bind(system.as_str())
                .fetch_optional(&mut *tx)
                .await?;
        let Some(scan) = scan else {
            return Ok(None);
        };
        let scan = parsed(&scan)?;
        let Some(record) = record(&mut tx, scan).await? else {
            return Ok(None);
        };
        Ok(Some((record, coverage(&mut tx, scan, Some(system)).await?)))
    }
}

type Row = (
    i64,
    Option<i64>,
    String,
    String,
    String,
    Option<i64>,
    Option<String>,
    Option<String>,
    i64,
    i64,
    i64,
);

/// One scan with its tasks counted.
pub(super) async fn record(
    tx: &mut SqliteConnection,
    id: Uuid,
) -> Result<Option<ScanRecord>, Cause> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT started, ended, state, actor, reason, inventory, request, resumes,
                (SELECT count(*) FROM tasks WHERE scan = scans.id),
                (SELECT count(taken) FROM tasks WHERE scan = scans.id),
                (SELECT count(done) FROM tasks WHERE scan = scans.id)
         FROM scans WHERE id = ?1",
    )
    .bind(id.to_string())
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let (started, ended, state, actor, reason, inventory, request, resumes, planned, taken, done) =
        row;
    Ok(Some(ScanRecord {
        id,
        started: time(started)?,
        ended: ended.map(time).transpose()?,
        state: match &*state {
            "running" => ScanState::Running,
            "finished" => ScanState::Finished,
            "interrupted" => ScanState::Interrupted,
            _ => return Err(Cause::Corrupt(state)),
        },
        actor,
        reason,
        inventory,
        request: request
            .map(|text| serde_json::from_str(&text))
            .transpose()?,
        resumes: resumes.as_deref().map(parsed).transpose()?,
        tasks: TaskCounts {
            planned,
            taken,
            done,
        },
    }))
}

/// The newest finished scan.
pub(super) async fn last(tx: &mut SqliteConnection) -> Result<Option<ScanRecord>, Cause> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT id FROM scans WHERE state = 'finished' ORDER BY ended DESC, id DESC LIMIT 1",
    )
    .fetch_optional(&mut *tx)
    .await?;
    match id {
        Some(id) => record(tx, parsed(&id)?).await,
        None => Ok(None),
    }
}

async fn coverage(
    tx: &mut SqliteConnection,
    scan: Uuid,
    system: Option<&Code>,
) -> Result<Vec<Covered>, Cause> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT body FROM coverage WHERE scan = ?1 AND (?2 IS NULL OR system = ?2) ORDER BY line",
    )
    .bind(scan.to_string())
    .bind(system.map(Code::as_str))
    .fetch_all(tx)
    .await?;
    rows.iter()
        .map(|body| Ok(serde_json::from_str(body)?))
        .collect()
}

/// Writes the coverage of a scan and the figures of each system it covered.
async fn cover(
    tx: &mut SqliteConnection,
    scan: Uuid,
    end: &ScanEnd,
    inventory: &Inventory,
) -> Result<(), Cause> {
    let system_of: BTreeMap<Uuid, &Code> = inventory
        .systems
        .iter()
        .flat_map(|system| system.endpoints.iter().map(|e| (e.id, &system.code)))
        .collect();
    for (number, line) in end.coverage.lines.iter().enumerate() {
        let system = system(line, &system_of);
        let (kind, subject) = line.subject.parts();
        sqlx::query(
            "INSERT INTO coverage (scan, line, subject_kind, subject, system, failure, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .bind(scan.to_string())
        .bind(i64::try_from(number).unwrap_or(i64::MAX))
        .bind(kind)
        .bind(subject)
        .bind(system.map(Code::as_str))
        .bind(line.failure.as_ref().map(word).transpose()?)
        .bind(serde_json::to_string(line)?)
        .execute(&mut *tx)
        .await?;
    }
    for (system, [planned, measured, not_permitted]) in figures(&end.coverage, &system_of) {
        sqlx::query(
            "INSERT INTO system_coverage (system, scan, ended, planned, measured, not_permitted)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET scan = excluded.scan, ended = excluded.ended,
                planned = excluded.planned, measured = excluded.measured,
                not_permitted = excluded.not_permitted
             WHERE excluded.ended >= ended",
        )
        .bind(system.as_str())
        .bind(scan.to_string())
        .bind(micros(end.ended))
        .bind(planned)
        .bind(measured)
        .bind(not_permitted)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// The system a line is about.
fn system<'a>(line: &'a Covered, system_of: &BTreeMap<Uuid, &'a Code>) -> Option<&'a Code> {
    match &line.subject {
        Subject::Endpoint(id) => system_of.get(id).copied(),
        Subject::System(code) => Some(code),
        Subject::Target(_) | Subject::Owner(_) => None,
    }
}

/// Looks planned, measured and without a permit of each system. A look at a host counts once for
/// each system that has an endpoint there.
fn figures<'a>(
    coverage: &'a Coverage,
    system_of: &BTreeMap<Uuid, &'a Code>,
) -> BTreeMap<&'a Code, [i64; 3]> {
    let (repeated, own): (Vec<&Covered>, Vec<_>) =
        coverage.lines.iter().partition(|line| line.repeated);
    let mut counted = BTreeSet::new();
    let mut figures: BTreeMap<&Code, [i64; 3]> = BTreeMap::new();
    // A short look says nothing of coverage: that of the last whole look stands.
    let short: BTreeSet<&Code> = coverage
        .lines
        .iter()
        .filter(|line| line.partly)
        .filter_map(|line| system(line, system_of))
        .collect();
    for line in own.into_iter().chain(repeated) {
        let Some(system) = system(line, system_of) else {
            continue;
        };
        if short.contains(system) {
            continue;
        }
        let first = counted.insert((system, line.address, line.port, line.probe, line.vantage));
        if line.repeated && !first {
            continue;
        }
        let [planned, measured, not_permitted] = figures.entry(system).or_default();
        *planned += 1;
        *measured += i64::from(line.failure.is_none());
        *not_permitted += i64::from(line.failure == Some(Unmeasured::NotPermitted));
    }
    figures
}
