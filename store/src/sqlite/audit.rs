//! The audit log.

use sqlx::SqliteConnection;

use super::{Sqlite, micros, word};
use crate::{Action, AuditCheck, AuditEntry, AuditFilter, AuditLine, Cause, audit::link};

/// Appends `entries`, each linked to the one before, and counts denied permits.
pub(super) async fn append(tx: &mut SqliteConnection, entries: &[AuditEntry]) -> Result<(), Cause> {
    let last: Option<(i64, String)> =
        sqlx::query_as("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
            .fetch_optional(&mut *tx)
            .await?;
    let (mut seq, mut hash) = last.unwrap_or_default();
    for entry in entries {
        let body = serde_json::to_string(entry)?;
        seq += 1;
        hash = link(&hash, seq, &body);
        sqlx::query(
            "INSERT INTO audit (seq, at, actor, address, body, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(seq)
        .bind(micros(entry.at))
        .bind(&entry.actor)
        .bind(entry.address.map(|address| address.to_string()))
        .bind(body)
        .bind(&hash)
        .execute(&mut *tx)
        .await?;
        if let Action::Denied(denied) = entry.action {
            count(tx, "denied", "", &word(&denied)?, 1).await?;
        }
    }
    Ok(())
}

/// Adds `by` to a counter.
pub(super) async fn count(
    tx: &mut SqliteConnection,
    name: &str,
    probe: &str,
    label: &str,
    by: i64,
) -> Result<(), Cause> {
    sqlx::query(
        "INSERT INTO counters (name, probe, label, value) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET value = value + excluded.value",
    )
    .bind(name)
    .bind(probe)
    .bind(label)
    .bind(by)
    .execute(tx)
    .await?;
    Ok(())
}

impl Sqlite {
    pub(super) async fn lines(&self, filter: &AuditFilter) -> Result<Vec<AuditLine>, Cause> {
        let mut tx = self.read().await?;
        let rows: Vec<(i64, String, String)> = sqlx::query_as(
            "SELECT seq, body, hash FROM audit
             WHERE (?1 IS NULL OR at >= ?1) AND (?2 IS NULL OR at <= ?2)
               AND (?3 IS NULL OR address = ?3)
             ORDER BY seq DESC LIMIT ?4",
        )
        .bind(filter.from.map(micros))
        .bind(filter.until.map(micros))
        .bind(filter.address.map(|address| address.to_string()))
        .bind(filter.limit.unwrap_or(1_000))
        .fetch_all(&mut *tx)
        .await?;
        rows.into_iter()
            .map(|(seq, body, hash)| {
                Ok(AuditLine {
                    seq,
                    entry: serde_json::from_str(&body)?,
                    hash,
                })
            })
            .collect()
    }

    pub(super) async fn check_chain(&self) -> Result<AuditCheck, Cause> {
        const PAGE: i64 = 10_000;
        let mut tx = self.read().await?;
        let (mut seq, mut hash) = (0, String::new());
        loop {
            let rows: Vec<(i64, String, String)> = sqlx::query_as(
                "SELECT seq, body, hash FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2",
            )
            .bind(seq)
            .bind(PAGE)
            .fetch_all(&mut *tx)
            .await?;
            if rows.is_empty() {
                return Ok(AuditCheck::Whole(u64::try_from(seq).unwrap_or(0)));
            }
            for (found, body, stored) in rows {
                if found != seq + 1 || link(&hash, found, &body) != stored {
                    return Ok(AuditCheck::Broken(found));
                }
                (seq, hash) = (found, stored);
            }
        }
    }
}
