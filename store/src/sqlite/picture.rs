//! One consistent picture for metrics.

use luytre_checks::FactKind;
use sqlx::SqliteConnection;

use super::{Sqlite, findings, from_word, inventory, observations, parsed, scans, time};
use crate::{Cause, Counters, Look, LookFilter, Picture, SystemCoverage};

impl Sqlite {
    pub(super) async fn read_picture(&self) -> Result<Picture, Cause> {
        let mut tx = self.read().await?;
        let last_scan = scans::last(&mut tx).await?;
        let mut measured = observations::newest(&mut tx, &LookFilter::default(), true).await?;
        measured.retain(|o| matches!(o.probe, FactKind::Tls | FactKind::Chain | FactKind::Service));
        Ok(Picture {
            inventory: inventory::load(&mut tx, None).await?,
            findings: findings::live(&mut tx).await?,
            looks: looks(&mut tx).await?,
            measured,
            coverage: coverage(&mut tx).await?,
            counters: counters(&mut tx).await?,
            last_scan,
        })
    }
}

type LookRow = (
    Option<String>,
    Option<String>,
    String,
    String,
    String,
    u16,
    i64,
    Option<String>,
    Option<i64>,
);

async fn looks(tx: &mut SqliteConnection) -> Result<Vec<Look>, Cause> {
    let rows: Vec<LookRow> = sqlx::query_as(
        "SELECT o.endpoint_id, o.system, l.probe, l.vantage, l.address, l.port, l.last_ended,
                o.failure,
                (SELECT max(n.measured_ended) FROM looks n
                 WHERE n.place = l.place AND n.probe = l.probe AND n.vantage = l.vantage)
         FROM looks l JOIN observations o ON o.id = l.last
         WHERE l.last_scan = (SELECT n.last_scan FROM looks n
                WHERE n.place = l.place AND n.probe = l.probe AND n.vantage = l.vantage
                ORDER BY n.last_ended DESC, n.last DESC LIMIT 1)
         ORDER BY l.place, l.probe, l.vantage, l.port, l.address",
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter().map(look).collect()
}

fn look(
    (endpoint, system, probe, vantage, address, port, ended, failure, success): LookRow,
) -> Result<Look, Cause> {
    Ok(Look {
        endpoint_id: endpoint.as_deref().map(parsed).transpose()?,
        system: system.as_deref().map(parsed).transpose()?,
        probe: from_word(probe)?,
        vantage: from_word(vantage)?,
        address: Some(address)
            .filter(|a| !a.is_empty())
            .as_deref()
            .map(parsed)
            .transpose()?,
        port: Some(port).filter(|port| *port > 0),
        ended: time(ended)?,
        failure: failure.map(from_word).transpose()?,
        last_success: success.map(time).transpose()?,
    })
}

async fn coverage(tx: &mut SqliteConnection) -> Result<Vec<SystemCoverage>, Cause> {
    let rows: Vec<(String, String, i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT system, scan, ended, planned, measured, not_permitted FROM system_coverage
         ORDER BY system",
    )
    .fetch_all(tx)
    .await?;
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    rows.into_iter()
        .map(|(system, scan, ended, planned, measured, not_permitted)| {
            Ok(SystemCoverage {
                system: parsed(&system)?,
                scan: parsed(&scan)?,
                ended: time(ended)?,
                planned: count(planned),
                measured: count(measured),
                not_permitted: count(not_permitted),
            })
        })
        .collect()
}

async fn counters(tx: &mut SqliteConnection) -> Result<Counters, Cause> {
    let rows: Vec<(String, String, String, i64)> =
        sqlx::query_as("SELECT name, probe, label, value FROM counters")
            .fetch_all(tx)
            .await?;
    let mut counters = Counters::default();
    for (name, probe, label, value) in rows {
        let value = u64::try_from(value).unwrap_or(0);
        match &*name {
            "looks" => {
                counters.looks.insert(from_word(probe)?, value);
            }
            "failures" => {
                let key = (from_word(probe)?, from_word(label)?);
                counters.failures.insert(key, value);
            }
            "denied" => {
                counters.denied.insert(label, value);
            }
            _ => return Err(Cause::Corrupt(name)),
        }
    }
    Ok(counters)
}
