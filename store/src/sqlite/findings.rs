//! Findings: events appended, the folded state kept beside them for lists.

use std::{cmp::Reverse, collections::BTreeSet};

use jiff::{Timestamp, civil::Date};
use luytre_checks::{Event, Finding, NewEvent};
use luytre_inventory::Code;
use sqlx::SqliteConnection;

use super::{Sqlite, audit, inventory};
use crate::{Action, AuditEntry, Cause, Error, FindingFilter};

/// Shortest prefix of an id that names a finding.
const PREFIX: usize = 4;

impl Sqlite {
    pub(super) async fn all_findings(&self) -> Result<Vec<Finding>, Cause> {
        let mut tx = self.read().await?;
        let rows: Vec<String> = sqlx::query_scalar("SELECT body FROM findings ORDER BY id")
            .fetch_all(&mut *tx)
            .await?;
        rows.iter()
            .map(|body| Ok(serde_json::from_str(body)?))
            .collect()
    }

    pub(super) async fn list_findings(
        &self,
        filter: &FindingFilter,
        now: Timestamp,
        today: Date,
    ) -> Result<Vec<Finding>, Cause> {
        let mut tx = self.read().await?;
        let within: Option<BTreeSet<Code>> = match &filter.owner {
            None => None,
            Some(owner) => {
                let inventory = inventory::load(&mut tx, None).await?;
                let systems = inventory
                    .into_iter()
                    .flat_map(|(_, inventory)| inventory.systems);
                let held = systems.filter(|system| system.owner(today) == Some(owner));
                Some(held.map(|system| system.code).collect())
            }
        };
        let rows: Vec<String> = sqlx::query_scalar(
            "SELECT body FROM findings
             WHERE (?1 IS NULL OR system = ?1) AND (?2 IS NULL OR check_id = ?2)
               AND severity >= ?3",
        )
        .bind(filter.system.as_ref().map(Code::as_str))
        .bind(&filter.check)
        .bind(filter.severity.map_or(0, |severity| severity as i64))
        .fetch_all(&mut *tx)
        .await?;
        let mut findings = Vec::new();
        for body in rows {
            let finding: Finding = serde_json::from_str(&body)?;
            let in_state = filter.state.is_none_or(|state| finding.state(now) == state);
            let is_theirs = within.as_ref().is_none_or(|within| {
                finding
                    .system
                    .as_ref()
                    .is_some_and(|system| within.contains(system))
            });
            if in_state && is_theirs {
                findings.push(finding);
            }
        }
        findings.sort_by_key(|f| (Reverse(f.severity), f.first_seen, f.id));
        Ok(findings)
    }

    pub(super) async fn find(&self, prefix: &str) -> Result<(Finding, Vec<Event>), Error> {
        let digits: String = prefix
            .chars()
            .filter(|c| *c != '-')
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let no_such = |matches| Error::NoSuchFinding {
            prefix: prefix.chars().take(40).collect(),
            matches,
        };
        let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
        if !hex || !(PREFIX..=32).contains(&digits.len()) {
            return Err(no_such(0));
        }
        let found = self.by_prefix(&digits).await.map_err(Error::ReadFindings)?;
        found.map_err(no_such)
    }

    /// The one finding that begins with `digits`, or how many do (counted up to two).
    async fn by_prefix(&self, digits: &str) -> Result<Result<(Finding, Vec<Event>), usize>, Cause> {
        let mut tx = self.read().await?;
        // Ids are hexadecimal: `g` sorts behind every one that begins with the digits.
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT id, body FROM findings WHERE id >= ?1 AND id < ?1 || 'g' LIMIT 2",
        )
        .bind(digits)
        .fetch_all(&mut *tx)
        .await?;
        let [(id, body)] = &*rows else {
            return Ok(Err(rows.len()));
        };
        let events: Vec<String> =
            sqlx::query_scalar("SELECT body FROM finding_events WHERE finding = ?1 ORDER BY seq")
                .bind(id)
                .fetch_all(&mut *tx)
                .await?;
        let events = events
            .iter()
            .map(|body| serde_json::from_str(body))
            .collect::<Result<_, _>>()?;
        Ok(Ok((serde_json::from_str(body)?, events)))
    }

    pub(super) async fn decide(&self, events: &[NewEvent]) -> Result<(), Cause> {
        let mut tx = self.write().await?;
        record(&mut tx, events).await?;
        let entries: Vec<_> = events
            .iter()
            .map(|new| AuditEntry {
                at: new.event.at,
                actor: new.event.actor.clone(),
                action: Action::FindingDecided,
                target: Some(new.finding.to_string()),
                address: None,
                ground: new.event.reason.clone(),
                detail: new.event.kind.as_str().to_owned(),
            })
            .collect();
        audit::append(&mut tx, &entries).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Appends events and folds them into their findings. An event that its scan brought already is
/// left out.
pub(super) async fn record(tx: &mut SqliteConnection, events: &[NewEvent]) -> Result<(), Cause> {
    for new in events {
        let id = new.finding.to_string();
        let body: Option<String> = sqlx::query_scalar("SELECT body FROM findings WHERE id = ?1")
            .bind(&id)
            .fetch_optional(&mut *tx)
            .await?;
        let known = body
            .map(|body| serde_json::from_str::<Finding>(&body))
            .transpose()?;
        let finding = match known {
            Some(mut finding) => {
                finding.apply(&new.event);
                finding
            }
            None => Finding::opened(new.key.clone(), new.incarnation, &new.event)
                .filter(|finding| finding.id == new.finding)
                .ok_or_else(|| Cause::Corrupt(format!("event for the unknown finding {id}")))?,
        };
        // The row must stand before the event that refers to it; the state follows if the event is
        // new.
        sqlx::query(
            "INSERT INTO findings (id, check_id, severity, live, body) VALUES (?1, ?2, 0, 0, '')
             ON CONFLICT DO NOTHING",
        )
        .bind(&id)
        .bind(&new.key.check)
        .execute(&mut *tx)
        .await?;
        let added = sqlx::query(
            "INSERT INTO finding_events (finding, scan, kind, body) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
        )
        .bind(&id)
        .bind(new.event.scan.map(|scan| scan.to_string()))
        .bind(new.event.kind.as_str())
        .bind(serde_json::to_string(&new.event)?)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if added == 1 {
            save(tx, &id, &finding).await?;
        }
    }
    Ok(())
}

async fn save(tx: &mut SqliteConnection, id: &str, finding: &Finding) -> Result<(), Cause> {
    sqlx::query(
        "UPDATE findings SET system = ?2, severity = ?3, live = ?4, body = ?5 WHERE id = ?1",
    )
    .bind(id)
    .bind(finding.system.as_ref().map(Code::as_str))
    .bind(finding.severity as i64)
    .bind(finding.is_live())
    .bind(serde_json::to_string(finding)?)
    .execute(tx)
    .await?;
    Ok(())
}

/// Findings that are neither fixed nor retired.
pub(super) async fn live(tx: &mut SqliteConnection) -> Result<Vec<Finding>, Cause> {
    let rows: Vec<String> = sqlx::query_scalar("SELECT body FROM findings WHERE live ORDER BY id")
        .fetch_all(tx)
        .await?;
    rows.iter()
        .map(|body| Ok(serde_json::from_str(body)?))
        .collect()
}
