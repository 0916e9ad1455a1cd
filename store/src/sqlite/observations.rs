//! Observations, and the newest look of each place.

use luytre_checks::{Cost, Fact, FactKind, Observation, Reading};
use luytre_inventory::Code;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

use super::{Sqlite, audit, from_word, micros, parsed, put_blob, time, word};
use crate::{Cause, LookFilter};

impl Sqlite {
    pub(super) async fn add(&self, scan: Uuid, all: &[Observation]) -> Result<(), Cause> {
        let mut tx = self.write().await?;
        let state: Option<String> = sqlx::query_scalar("SELECT state FROM scans WHERE id = ?1")
            .bind(scan.to_string())
            .fetch_optional(&mut *tx)
            .await?;
        if state.as_deref() != Some("running") {
            return Err(Cause::NotRunning(scan));
        }
        for observation in all {
            if insert(&mut tx, scan, observation).await? {
                // The newest look of a place stays the newest whole one: a short look knows less.
                if !matches!(observation.reading, Reading::Confirmed { .. }) {
                    refresh(&mut tx, scan, observation).await?;
                }
                tally(&mut tx, observation).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn of_scan(&self, scan: Uuid) -> Result<Vec<Observation>, Cause> {
        let mut tx = self.read().await?;
        let rows = sqlx::query(
            "SELECT o.*, b.bytes FROM observations o LEFT JOIN blobs b ON b.sha256 = o.fact
             WHERE o.scan = ?1 ORDER BY o.rowid",
        )
        .bind(scan.to_string())
        .fetch_all(&mut *tx)
        .await?;
        rows.iter().map(read).collect()
    }

    pub(super) async fn one(&self, id: Uuid) -> Result<Option<Observation>, Cause> {
        let mut tx = self.read().await?;
        let row = sqlx::query(
            "SELECT o.*, b.bytes FROM observations o LEFT JOIN blobs b ON b.sha256 = o.fact
             WHERE o.id = ?1",
        )
        .bind(id.to_string())
        .fetch_optional(&mut *tx)
        .await?;
        row.as_ref().map(read).transpose()
    }

    pub(super) async fn newest(
        &self,
        filter: &LookFilter,
        measured: bool,
    ) -> Result<Vec<Observation>, Cause> {
        let mut tx = self.read().await?;
        newest(&mut tx, filter, measured).await
    }
}

/// Newest looks, or newest looks that succeeded: of each place, probe and vantage those of its
/// newest scan, so that an address or port that is gone does not linger.
pub(super) async fn newest(
    tx: &mut SqliteConnection,
    filter: &LookFilter,
    measured: bool,
) -> Result<Vec<Observation>, Cause> {
    let sql = if measured {
        "SELECT o.*, b.bytes FROM looks l
         JOIN observations o ON o.id = l.measured JOIN blobs b ON b.sha256 = o.fact
         WHERE l.measured_scan = (SELECT n.measured_scan FROM looks n
                WHERE n.place = l.place AND n.probe = l.probe AND n.vantage = l.vantage
                  AND n.measured IS NOT NULL
                ORDER BY n.measured_ended DESC, n.measured DESC LIMIT 1)
           AND (?1 IS NULL OR o.system = ?1) AND (?2 IS NULL OR o.endpoint_id = ?2)
         ORDER BY l.place, l.probe, l.vantage, l.port, l.address"
    } else {
        "SELECT o.*, b.bytes FROM looks l
         JOIN observations o ON o.id = l.last LEFT JOIN blobs b ON b.sha256 = o.fact
         WHERE l.last_scan = (SELECT n.last_scan FROM looks n
                WHERE n.place = l.place AND n.probe = l.probe AND n.vantage = l.vantage
                ORDER BY n.last_ended DESC, n.last DESC LIMIT 1)
           AND (?1 IS NULL OR o.system = ?1) AND (?2 IS NULL OR o.endpoint_id = ?2)
         ORDER BY l.place, l.probe, l.vantage, l.port, l.address"
    };
    let rows = sqlx::query(sql)
        .bind(filter.system.as_ref().map(Code::as_str))
        .bind(filter.endpoint.map(|id| id.to_string()))
        .fetch_all(tx)
        .await?;
    rows.iter().map(read).collect()
}

/// False if it was there already.
async fn insert(tx: &mut SqliteConnection, scan: Uuid, o: &Observation) -> Result<bool, Cause> {
    let (fact, failure) = match &o.reading {
        Reading::Measured { fact } | Reading::Confirmed { fact, .. } => {
            let bytes = serde_json::to_vec(fact)?;
            (Some(put_blob(&mut *tx, &bytes).await?), None)
        }
        Reading::Unmeasured { reason } => (None, Some(reason.as_str())),
    };
    let added = sqlx::query(
        "INSERT INTO observations (id, scan, endpoint, endpoint_id, address, port, vantage, system,
            probe, probe_version, sensor, started, ended, fact, failure, evidence, connections,
            bytes_sent, bytes_received, milliseconds, confirms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
            ?19, ?20, ?21)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(o.id.to_string())
    .bind(scan.to_string())
    .bind(&o.endpoint)
    .bind(o.endpoint_id.map(|id| id.to_string()))
    .bind(o.address.map(|address| address.to_string()))
    .bind(o.port)
    .bind(word(&o.vantage)?)
    .bind(o.system.as_ref().map(Code::as_str))
    .bind(o.probe.as_str())
    .bind(o.probe_version)
    .bind(&o.sensor)
    .bind(micros(o.started))
    .bind(micros(o.ended))
    .bind(fact)
    .bind(failure)
    .bind(serde_json::to_string(&o.evidence)?)
    .bind(o.cost.connections)
    .bind(signed(o.cost.bytes_sent))
    .bind(signed(o.cost.bytes_received))
    .bind(signed(o.cost.milliseconds))
    .bind(match o.reading {
        Reading::Confirmed { whole, .. } => Some(whole.to_string()),
        _ => None,
    })
    .execute(tx)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// Makes the look the newest of its place, unless a newer one is known.
async fn refresh(tx: &mut SqliteConnection, scan: Uuid, o: &Observation) -> Result<(), Cause> {
    let place = o
        .endpoint_id
        .map_or_else(|| o.endpoint.clone(), |id| id.to_string());
    let id = o.id.to_string();
    let measured = o.fact().is_some();
    sqlx::query(
        "INSERT INTO looks (place, probe, vantage, port, address, last, last_scan, last_ended,
            measured, measured_scan, measured_ended)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
            iif(?9, ?6, NULL), iif(?9, ?7, NULL), iif(?9, ?8, NULL))
         ON CONFLICT DO UPDATE SET
            last = iif(excluded.last_ended >= last_ended, excluded.last, last),
            last_scan = iif(excluded.last_ended >= last_ended, excluded.last_scan, last_scan),
            last_ended = max(excluded.last_ended, last_ended),
            measured = iif(?9 AND ?8 >= coalesce(measured_ended, ?8), ?6, measured),
            measured_scan = iif(?9 AND ?8 >= coalesce(measured_ended, ?8), ?7, measured_scan),
            measured_ended = iif(?9, max(coalesce(measured_ended, ?8), ?8), measured_ended)",
    )
    .bind(place)
    .bind(o.probe.as_str())
    .bind(word(&o.vantage)?)
    .bind(o.port.unwrap_or(0))
    .bind(
        o.address
            .map_or_else(String::new, |address| address.to_string()),
    )
    .bind(id)
    .bind(scan.to_string())
    .bind(micros(o.ended))
    .bind(measured)
    .execute(tx)
    .await?;
    Ok(())
}

async fn tally(tx: &mut SqliteConnection, o: &Observation) -> Result<(), Cause> {
    let probe = o.probe.as_str();
    audit::count(tx, "looks", probe, "", 1).await?;
    if let Reading::Unmeasured { reason } = o.reading {
        audit::count(tx, "failures", probe, reason.as_str(), 1).await?;
    }
    Ok(())
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Reads a row of `observations` joined with its fact's `bytes`.
fn read(row: &SqliteRow) -> Result<Observation, Cause> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let maybe = |name: &str| row.try_get::<Option<String>, _>(name);
    let count = |name: &str| -> Result<u64, Cause> {
        Ok(u64::try_from(row.try_get::<i64, _>(name)?).unwrap_or(0))
    };
    let probe = text("probe")?;
    let probe = FactKind::parse(&probe).ok_or(Cause::Corrupt(probe))?;
    let reading = if let Some(reason) = maybe("failure")? {
        Reading::Unmeasured {
            reason: from_word(reason)?,
        }
    } else {
        let fact = Fact::from_json(probe, &row.try_get::<Vec<u8>, _>("bytes")?)?;
        match maybe("confirms")? {
            Some(whole) => Reading::Confirmed {
                fact,
                whole: parsed(&whole)?,
            },
            None => Reading::Measured { fact },
        }
    };
    Ok(Observation {
        id: parsed(&text("id")?)?,
        scan: parsed(&text("scan")?)?,
        endpoint: text("endpoint")?,
        endpoint_id: maybe("endpoint_id")?.as_deref().map(parsed).transpose()?,
        address: maybe("address")?.as_deref().map(parsed).transpose()?,
        port: row.try_get("port")?,
        vantage: from_word(text("vantage")?)?,
        system: maybe("system")?.as_deref().map(parsed).transpose()?,
        probe,
        probe_version: row.try_get("probe_version")?,
        sensor: text("sensor")?,
        started: time(row.try_get("started")?)?,
        ended: time(row.try_get("ended")?)?,
        reading,
        evidence: serde_json::from_str(&text("evidence")?)?,
        cost: Cost {
            connections: row.try_get("connections")?,
            bytes_sent: count("bytes_sent")?,
            bytes_received: count("bytes_received")?,
            milliseconds: count("milliseconds")?,
        },
    })
}
