//! Candidates: events appended, the folded state kept beside them for lists.

use luytre_inventory::{
    Candidate, CandidateEvent, CandidateEventKind, CandidateId, NewCandidateEvent,
};
use sqlx::SqliteConnection;

use super::{Sqlite, audit, inventory};
use crate::{Action, Admission, AuditEntry, Cause, Error, Heard, InventoryVersion, Sightings};

/// Shortest prefix of an id that names a candidate.
const PREFIX: usize = 4;

/// What recording one event did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recorded {
    Began,
    Added,
    Repeated,
}

impl Sqlite {
    pub(super) async fn hear(&self, sightings: &Sightings) -> Result<Heard, Cause> {
        let mut tx = self.write().await?;
        let mut heard = Heard::default();
        for (spot, discovery) in &sightings.spots {
            let new = NewCandidateEvent {
                spot: spot.clone(),
                event: CandidateEvent {
                    at: sightings.at,
                    actor: sightings.actor.clone(),
                    kind: CandidateEventKind::Seen(discovery.clone()),
                    reason: None,
                },
            };
            match record(&mut tx, &new).await? {
                Recorded::Began => heard.new += 1,
                Recorded::Added => heard.again += 1,
                Recorded::Repeated => heard.repeated += 1,
            }
        }
        if heard.new + heard.again > 0 {
            let entry = AuditEntry {
                at: sightings.at,
                actor: sightings.actor.clone(),
                action: Action::CandidatesFound,
                target: None,
                address: None,
                ground: None,
                detail: format!("{}: {} + {}", sightings.source, heard.new, heard.again),
            };
            audit::append(&mut tx, &[entry]).await?;
            tx.commit().await?;
        }
        Ok(heard)
    }

    pub(super) async fn all_candidates(&self) -> Result<Vec<Candidate>, Cause> {
        let mut tx = self.read().await?;
        let rows: Vec<String> = sqlx::query_scalar("SELECT body FROM candidates ORDER BY id")
            .fetch_all(&mut *tx)
            .await?;
        rows.iter()
            .map(|body| Ok(serde_json::from_str(body)?))
            .collect()
    }

    pub(super) async fn find_candidate(
        &self,
        prefix: &str,
    ) -> Result<(Candidate, Vec<CandidateEvent>), Error> {
        let digits: String = prefix
            .chars()
            .filter(|c| *c != '-')
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let no_such = |matches| Error::NoSuchCandidate {
            prefix: prefix.chars().take(40).collect(),
            matches,
        };
        let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
        if !hex || !(PREFIX..=32).contains(&digits.len()) {
            return Err(no_such(0));
        }
        let found = self.candidate_by(&digits).await;
        found.map_err(Error::ReadCandidates)?.map_err(no_such)
    }

    /// The one candidate that begins with `digits`, or how many do (counted up to two).
    async fn candidate_by(
        &self,
        digits: &str,
    ) -> Result<Result<(Candidate, Vec<CandidateEvent>), usize>, Cause> {
        let mut tx = self.read().await?;
        // Ids are hexadecimal: `g` sorts behind every one that begins with the digits.
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT id, body FROM candidates WHERE id >= ?1 AND id < ?1 || 'g' LIMIT 2",
        )
        .bind(digits)
        .fetch_all(&mut *tx)
        .await?;
        let [(id, body)] = &*rows else {
            return Ok(Err(rows.len()));
        };
        let events: Vec<String> = sqlx::query_scalar(
            "SELECT body FROM candidate_events WHERE candidate = ?1 ORDER BY seq",
        )
        .bind(id)
        .fetch_all(&mut *tx)
        .await?;
        let events = events
            .iter()
            .map(|body| serde_json::from_str(body))
            .collect::<Result<_, _>>()?;
        Ok(Ok((serde_json::from_str(body)?, events)))
    }

    pub(super) async fn decide_on(&self, events: &[NewCandidateEvent]) -> Result<(), Cause> {
        let mut tx = self.write().await?;
        decided(&mut tx, events).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn admit(&self, admission: &Admission) -> Result<InventoryVersion, Cause> {
        let events = &admission.events;
        let first = events
            .first()
            .ok_or_else(|| Cause::Corrupt("an admission of nothing".to_owned()))?;
        let mut tx = self.write().await?;
        let latest = inventory::load(&mut tx, None).await?;
        let latest = latest.map(|(version, _)| version.number);
        if latest != admission.base {
            return Err(Cause::Moved);
        }
        let (at, actor) = (first.event.at, &first.event.actor);
        let spots: Vec<String> = events.iter().take(5).map(|e| e.spot.to_string()).collect();
        let note = format!("candidates admit {}", spots.join(" "));
        let version = inventory::put(&mut tx, &admission.inventory, at, actor, &note).await?;
        decided(&mut tx, events).await?;
        tx.commit().await?;
        Ok(version)
    }
}

/// Records what a person decided, with its line in the audit log.
async fn decided(tx: &mut SqliteConnection, events: &[NewCandidateEvent]) -> Result<(), Cause> {
    let mut entries = Vec::new();
    for new in events {
        record(tx, new).await?;
        entries.push(AuditEntry {
            at: new.event.at,
            actor: new.event.actor.clone(),
            action: Action::CandidateDecided,
            target: Some(new.spot.to_string()),
            address: None,
            ground: new.event.reason.clone(),
            detail: new.event.kind.as_str().to_owned(),
        });
    }
    audit::append(tx, &entries).await
}

/// Appends an event and folds it into its candidate. What a source said before is left out.
async fn record(tx: &mut SqliteConnection, new: &NewCandidateEvent) -> Result<Recorded, Cause> {
    let id = CandidateId::of(&new.spot).to_string();
    let body: Option<String> = sqlx::query_scalar("SELECT body FROM candidates WHERE id = ?1")
        .bind(&id)
        .fetch_optional(&mut *tx)
        .await?;
    let known = body
        .map(|body| serde_json::from_str::<Candidate>(&body))
        .transpose()?;
    let began = known.is_none();
    let candidate = match known {
        Some(mut candidate) => {
            candidate.apply(&new.event);
            candidate
        }
        None => Candidate::first(new.spot.clone(), &new.event)
            .ok_or_else(|| Cause::Corrupt(format!("event for the unknown candidate {id}")))?,
    };
    // The row must stand before the event that refers to it; the state follows if the event is new.
    sqlx::query("INSERT INTO candidates (id, body) VALUES (?1, '') ON CONFLICT DO NOTHING")
        .bind(&id)
        .execute(&mut *tx)
        .await?;
    let origin = match &new.event.kind {
        CandidateEventKind::Seen(discovery) => Some(&*discovery.origin),
        _ => None,
    };
    let added = sqlx::query(
        "INSERT INTO candidate_events (candidate, origin, kind, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO NOTHING",
    )
    .bind(&id)
    .bind(origin)
    .bind(new.event.kind.as_str())
    .bind(serde_json::to_string(&new.event)?)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if added == 0 {
        return Ok(Recorded::Repeated);
    }
    sqlx::query("UPDATE candidates SET body = ?2 WHERE id = ?1")
        .bind(&id)
        .bind(serde_json::to_string(&candidate)?)
        .execute(tx)
        .await?;
    Ok(if began {
        Recorded::Began
    } else {
        Recorded::Added
    })
}
