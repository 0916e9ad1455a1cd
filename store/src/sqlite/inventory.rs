//! Versions of the inventory.

use jiff::Timestamp;
use luytre_inventory::Inventory;
use sqlx::SqliteConnection;

use super::{Sqlite, audit, micros, put_blob, time};
use crate::{Action, AuditEntry, Cause, InventoryVersion};

type Row = (i64, String, i64, String, String);

fn version((number, sha256, at, actor, note): Row) -> Result<InventoryVersion, Cause> {
    Ok(InventoryVersion {
        number,
        sha256,
        at: time(at)?,
        actor,
        note,
    })
}

impl Sqlite {
    pub(super) async fn save(
        &self,
        inventory: &Inventory,
        at: Timestamp,
        actor: &str,
        note: &str,
    ) -> Result<InventoryVersion, Cause> {
        let mut tx = self.write().await?;
        let version = put(&mut tx, inventory, at, actor, note).await?;
        tx.commit().await?;
        Ok(version)
    }

    pub(super) async fn versions(&self) -> Result<Vec<InventoryVersion>, Cause> {
        let mut tx = self.read().await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT number, sha256, at, actor, note FROM inventories ORDER BY number DESC",
        )
        .fetch_all(&mut *tx)
        .await?;
        rows.into_iter().map(version).collect()
    }
}

/// Saves `inventory` as the next version, unless it is the latest one.
pub(super) async fn put(
    tx: &mut SqliteConnection,
    inventory: &Inventory,
    at: Timestamp,
    actor: &str,
    note: &str,
) -> Result<InventoryVersion, Cause> {
    let bytes = serde_json::to_vec(inventory)?;
    let sha256 = put_blob(&mut *tx, &bytes).await?;
    let latest = latest(&mut *tx).await?;
    if let Some(latest) = latest.filter(|latest| latest.sha256 == sha256) {
        return Ok(latest);
    }
    let number =
        sqlx::query("INSERT INTO inventories (sha256, at, actor, note) VALUES (?1, ?2, ?3, ?4)")
            .bind(&sha256)
            .bind(micros(at))
            .bind(actor)
            .bind(note)
            .execute(&mut *tx)
            .await?
            .last_insert_rowid();
    let entry = AuditEntry {
        at,
        actor: actor.to_owned(),
        action: Action::InventorySaved,
        target: Some(number.to_string()),
        address: None,
        ground: None,
        detail: format!("{sha256} {note}"),
    };
    audit::append(tx, &[entry]).await?;
    Ok(InventoryVersion {
        number,
        sha256,
        at: time(micros(at))?,
        actor: actor.to_owned(),
        note: note.to_owned(),
    })
}

async fn latest(tx: &mut SqliteConnection) -> Result<Option<InventoryVersion>, Cause> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT number, sha256, at, actor, note FROM inventories ORDER BY number DESC LIMIT 1",
    )
    .fetch_optional(tx)
    .await?;
    row.map(version).transpose()
}

/// The inventory of version `number`, or the latest.
pub(super) async fn load(
    tx: &mut SqliteConnection,
    number: Option<i64>,
) -> Result<Option<(InventoryVersion, Inventory)>, Cause> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT number, sha256, at, actor, note FROM inventories
         WHERE ?1 IS NULL OR number = ?1 ORDER BY number DESC LIMIT 1",
    )
    .bind(number)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let version = version(row)?;
    let bytes: Vec<u8> = sqlx::query_scalar("SELECT bytes FROM blobs WHERE sha256 = ?1")
        .bind(&version.sha256)
        .fetch_one(tx)
        .await?;
    Ok(Some((version, serde_json::from_slice(&bytes)?)))
}
