//! Verdicts run-length.

use std::collections::BTreeMap;

use luytre_checks::{Subject, Verdict};
use luytre_inventory::Code;
use sqlx::{FromRow, QueryBuilder, Row as _, SqliteConnection};

use super::{Sqlite, micros, time, word};
use crate::{
    Cause, VerdictRun,
    verdict::{Cell, Parts, by_cell},
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

/// Cells of one check that are looked up together, and rows inserted together: each statement is a
/// way to the thread of the database and back.
const TOGETHER: usize = 64;

/// Prolongs the runs that `verdicts` confirm, ends those they contradict and begins the new ones.
/// A cell that was confirmed later than the verdicts is left as it is.
pub(super) async fn prolong(tx: &mut SqliteConnection, verdicts: &[Verdict]) -> Result<(), Cause> {
    let cells: Vec<_> = by_cell(verdicts).into_iter().collect();
    let of_one_check = cells.chunk_by(|(a, _), (b, _)| a.check == b.check);
    for cells in of_one_check.flat_map(|cells| cells.chunks(TOGETHER)) {
        let mut known = current_runs(tx, cells).await?;
        let mut news = Vec::new();
        for (cell, parts) in cells {
            let (kind, subject) = cell.subject.parts();
            let vantage = vantage_of(cell)?;
            let place = (kind.to_owned(), subject, port_of(cell), vantage);
            let rows = known.remove(&place).unwrap_or_default();
            for verdict in prolong_cell(tx, rows, parts.clone()).await? {
                news.push((place.clone(), verdict));
            }
        }
        begin(tx, &news).await?;
    }
    Ok(())
}

/// Subject with its kind, port and vantage, as they are stored.
type Place = (String, String, i64, String);

fn port_of(cell: &Cell<'_>) -> i64 {
    cell.port.unwrap_or(0).into()
}

fn vantage_of(cell: &Cell<'_>) -> Result<String, Cause> {
    let vantage = cell.vantage.as_ref().map(word).transpose()?;
    Ok(vantage.unwrap_or_default())
}

/// The rows of the current runs at the subjects of `cells`, which are of one check.
async fn current_runs(
    tx: &mut SqliteConnection,
    cells: &[(Cell<'_>, Parts<'_>)],
) -> Result<BTreeMap<Place, Vec<Row>>, Cause> {
    let Some((Cell { check, .. }, _)) = cells.first() else {
        return Ok(BTreeMap::new());
    };
    let subjects: Vec<_> = cells
        .iter()
        .map(|(cell, _)| cell.subject.parts().1)
        .collect();
    let rows = sqlx::query(
        "SELECT id, since, last_confirmed, ended, body, subject_kind, subject, port, vantage
         FROM verdicts
         WHERE ended IS NULL AND check_id = ?1
           AND subject_kind IN ('endpoint', 'system', 'owner')
           AND subject IN (SELECT value FROM json_each(?2))",
    )
    .bind(check)
    .bind(serde_json::to_string(&subjects)?)
    .fetch_all(tx)
    .await?;
    let mut known: BTreeMap<Place, Vec<Row>> = BTreeMap::new();
    for row in rows {
        let place = (
            row.try_get("subject_kind")?,
            row.try_get("subject")?,
            row.try_get("port")?,
            row.try_get("vantage")?,
        );
        known.entry(place).or_default().push(Row::from_row(&row)?);
    }
    Ok(known)
}

/// Prolongs or ends the runs in `rows`, all of one cell; the verdicts of `parts` that begin a new one.
async fn prolong_cell<'a>(
    tx: &mut SqliteConnection,
    rows: Vec<Row>,
    mut parts: Parts<'a>,
) -> Result<Vec<&'a Verdict>, Cause> {
    let Some(observed) = parts.values().map(|verdict| micros(verdict.observed)).max() else {
        return Ok(Vec::new());
    };
    if rows.iter().any(|row| row.2 > observed) {
        return Ok(Vec::new());
    }
    for row in rows {
        let id = row.0;
        let old = run(row)?;
        match parts.get(&*old.verdict.part) {
            Some(verdict) if old.is_prolonged_by(verdict) => {
                let confirmed = micros(verdict.observed).max(micros(old.last_confirmed));
                confirm(tx, id, confirmed, verdict).await?;
                parts.remove(&*old.verdict.part);
            }
            _ => end(tx, id, observed).await?,
        }
    }
    Ok(parts.into_values().collect())
}

/// Begins a run with each of `news`, which are of one check.
async fn begin(tx: &mut SqliteConnection, news: &[(Place, &Verdict)]) -> Result<(), Cause> {
    for news in news.chunks(TOGETHER) {
        let mut rows = Vec::with_capacity(news.len());
        for (place, verdict) in news {
            rows.push((place, *verdict, serde_json::to_string(verdict)?));
        }
        let mut insert = QueryBuilder::<sqlx::Sqlite>::new(
            "INSERT INTO verdicts (check_id, subject_kind, subject, port, vantage, part, system,
                since, last_confirmed, body) ",
        );
        insert.push_values(
            rows,
            |mut row, ((kind, subject, port, vantage), verdict, body)| {
                let observed = micros(verdict.observed);
                row.push_bind(&verdict.check)
                    .push_bind(kind)
                    .push_bind(subject)
                    .push_bind(port)
                    .push_bind(vantage)
                    .push_bind(&verdict.part)
                    .push_bind(verdict.system.as_ref().map(Code::as_str))
                    .push_bind(observed)
                    .push_bind(observed)
                    .push_bind(body);
            },
        );
        insert.build().execute(&mut *tx).await?;
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
