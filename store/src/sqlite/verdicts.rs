//! Verdicts run-length.

use std::collections::BTreeMap;

use luytre_checks::{Subject, Verdict};
use luytre_inventory::Code;
use sqlx::SqliteConnection;

use super::{Sqlite, micros, time, word};
use crate::{
    Cause, VerdictRun,
    verdict::{Cell, by_cell},
};

type Row = (i64, i64, i64, Option<i64>, String);

fn run((_, since, last_confirmed, ended, body): Row) -> Result<VerdictRun, Cause> {
    Ok(VerdictRun {
        verdict: serde_json::from_str(&body)?,
        since: time(since)?,
        last_confirmed: time(last_confirmed)?,
        ended: ended.map(time).transpose()?,
    })
}

impl Sqlite {
    pub(super) async fn current(&self, system: Option<&Code>) -> Result<Vec<VerdictRun>, Cause> {
        let mut tx = self.read().await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, since, last_confirmed, ended, body FROM verdicts
             WHERE ended IS NULL AND (?1 IS NULL OR system = ?1)
             ORDER BY check_id, subject_kind, subject, port, vantage, part",
        )
        .bind(system.map(Code::as_str))
        .fetch_all(&mut *tx)
        .await?;
        rows.into_iter().map(run).collect()
    }

    pub(super) async fn history(
        &self,
        check: &str,
        subject: &Subject,
    ) -> Result<Vec<VerdictRun>, Cause> {
        let (kind, subject) = subject.parts();
        let mut tx = self.read().await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, since, last_confirmed, ended, body FROM verdicts
             WHERE check_id = ?1 AND subject_kind = ?2 AND subject = ?3
             ORDER BY since, id",
        )
        .bind(check)
        .bind(kind)
        .bind(subject)
        .fetch_all(&mut *tx)
        .await?;
        rows.into_iter().map(run).collect()
    }
}

/// Prolongs the runs that `verdicts` confirm, ends those they contradict and begins the new ones.
/// A cell that was confirmed later than the verdicts is left as it is.
pub(super) async fn prolong(tx: &mut SqliteConnection, verdicts: &[Verdict]) -> Result<(), Cause> {
    for (cell, parts) in by_cell(verdicts) {
        prolong_cell(tx, &cell, parts).await?;
    }
    Ok(())
}

async fn prolong_cell(
    tx: &mut SqliteConnection,
    cell: &Cell,
    mut parts: BTreeMap<String, Verdict>,
) -> Result<(), Cause> {
    let (kind, subject) = cell.subject.parts();
    let vantage = cell
        .vantage
        .as_ref()
        .map(word)
        .transpose()?
        .unwrap_or_default();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, since, last_confirmed, ended, body FROM verdicts
         WHERE ended IS NULL AND check_id = ?1 AND subject_kind = ?2 AND subject = ?3
           AND port = ?4 AND vantage = ?5",
    )
    .bind(&cell.check)
    .bind(kind)
    .bind(&subject)
    .bind(cell.port.unwrap_or(0))
    .bind(&vantage)
    .fetch_all(&mut *tx)
    .await?;
    let Some(observed) = parts.values().map(|verdict| micros(verdict.observed)).max() else {
        return Ok(());
    };
    if rows.iter().any(|row| row.2 > observed) {
        return Ok(());
    }
    for row in rows {
        let id = row.0;
        let old = run(row)?;
        match parts.remove(&old.verdict.part) {
            Some(verdict) if old.is_prolonged_by(&verdict) => {
                let confirmed = micros(verdict.observed).max(micros(old.last_confirmed));
                confirm(tx, id, confirmed, &verdict).await?;
            }
            other => {
                end(tx, id, observed).await?;
                if let Some(verdict) = other {
                    parts.insert(verdict.part.clone(), verdict);
                }
            }
        }
    }
    for verdict in parts.values() {
        sqlx::query(
            "INSERT INTO verdicts (check_id, subject_kind, subject, port, vantage, part, system,
                since, last_confirmed, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)",
        )
        .bind(&cell.check)
        .bind(kind)
        .bind(&subject)
        .bind(cell.port.unwrap_or(0))
        .bind(&vantage)
        .bind(&verdict.part)
        .bind(verdict.system.as_ref().map(Code::as_str))
        .bind(micros(verdict.observed))
        .bind(serde_json::to_string(verdict)?)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

async fn confirm(
    tx: &mut SqliteConnection,
    id: i64,
    confirmed: i64,
    verdict: &Verdict,
) -> Result<(), Cause> {
    sqlx::query("UPDATE verdicts SET last_confirmed = ?2, body = ?3, system = ?4 WHERE id = ?1")
        .bind(id)
        .bind(confirmed)
        .bind(serde_json::to_string(verdict)?)
        .bind(verdict.system.as_ref().map(Code::as_str))
        .execute(tx)
        .await?;
    Ok(())
}

async fn end(tx: &mut SqliteConnection, id: i64, at: i64) -> Result<(), Cause> {
    sqlx::query("UPDATE verdicts SET ended = ?2 WHERE id = ?1")
        .bind(id)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(())
}
