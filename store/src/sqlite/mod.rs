//! The SQLite backend: one file, one writer, several readers.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{
    SqlSafeStr, SqliteConnection, SqlitePool, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Cause, Error, ScannerLock, lock::private};

mod audit;
mod candidates;
mod findings;
mod inventory;
mod observations;
mod picture;
mod scans;
#[cfg(test)]
mod tests;
mod transactions;
mod verdicts;

/// The migrations in order. Listed by hand: `migrate!` would bring all of sqlx's macros, and does
/// not see a new file until something else is rebuilt.
fn migrations() -> Migrator {
    let numbered = [
        (1, "base", include_str!("../../migrations/0001_base.sql")),
        (
            2,
            "resume",
            include_str!("../../migrations/0002_resume.sql"),
        ),
        (
            3,
            "candidates",
            include_str!("../../migrations/0003_candidates.sql"),
        ),
    ];
    let migration = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(
            version,
            name.into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    };
    Migrator::with_migrations(numbered.into_iter().map(migration).collect())
}

/// How long a statement waits for another process that writes.
const BUSY: Duration = Duration::from_secs(10);
const READERS: u32 = 4;

type Tx = Transaction<'static, sqlx::Sqlite>;

/// A store in one SQLite file.
#[derive(Debug, Clone)]
pub struct Sqlite {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Sqlite {
    /// Name of the database inside a workspace.
    pub const FILE: &'static str = "luytre.db";

    /// Opens the database of the workspace `folder`, which is made if it is not there; folder and
    /// file are readable by their owner only.
    ///
    /// A database of an older schema is upgraded under [`ScannerLock`], so call this before taking
    /// the lock for a scan. One of a newer schema is refused and left as it is. `now` is written
    /// into the lock while an upgrade runs.
    pub async fn open(folder: &Path, now: Timestamp) -> Result<Self, Error> {
        let path = folder.join(Self::FILE);
        make_private(folder, &path)?;
        let opened = |source: Cause| Error::Open {
            path: path.clone(),
            source,
        };
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .journal_mode(SqliteJournalMode::Wal)
            // An audit log that power loss can shorten is none.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            // Schema and triggers of a database that came from elsewhere are not trusted.
            .pragma("trusted_schema", "OFF");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .map_err(|error| opened(error.into()))?;
        let migrations = migrations();
        let known = migrations.iter().map(|m| m.version).max().unwrap_or(0);
        let found = schema_version(&writer).await.map_err(opened)?;
        if found > known {
            return Err(Error::Newer { path, found, known });
        }
        if found < known {
            let _lock =
                ScannerLock::take(folder, "upgrade", now).map_err(|source| Error::Upgrade {
                    path: path.clone(),
                    source,
                })?;
            migrations
                .run(&writer)
                .await
                .map_err(|error| opened(error.into()))?;
        }
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.pragma("query_only", "ON"))
            .await
            .map_err(|error| opened(error.into()))?;
        Ok(Self { writer, readers })
    }

    /// Closes all connections, after which the file alone holds everything.
    pub async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// A transaction that writes. It takes the write lock at once: one that began by reading would
    /// fail instead of waiting when it wants to write.
    async fn write(&self) -> Result<Tx, Cause> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// A transaction that reads one consistent state.
    async fn read(&self) -> Result<Tx, Cause> {
        Ok(self.readers.begin().await?)
    }
}

/// The newest migration that was applied; 0 for an empty database.
async fn schema_version(pool: &SqlitePool) -> Result<i64, Cause> {
    let mut connection = pool.acquire().await?;
    let table: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sqlite_master WHERE name = '_sqlx_migrations'")
            .fetch_optional(&mut *connection)
            .await?;
    if table.is_none() {
        return Ok(0);
    }
    let version: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(&mut *connection)
        .await?;
    Ok(version.unwrap_or(0))
}

/// Makes folder and file, readable by their owner only. SQLite gives its side files the mode of
/// the database. An existing folder keeps its mode: it may be shared on purpose; the file may not.
fn make_private(folder: &Path, path: &Path) -> Result<(), Error> {
    let fault = |path: &Path| {
        let path: PathBuf = path.to_owned();
        move |source: io::Error| Error::Folder { path, source }
    };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(fault(folder))?;
    let file = private().open(path).map_err(fault(path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let private = std::fs::Permissions::from_mode(0o600);
        file.set_permissions(private).map_err(fault(path))?;
    }
    drop(file);
    Ok(())
}

/// Microseconds since 1970.
fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

fn time(micros: i64) -> Result<Timestamp, Cause> {
    Timestamp::from_microsecond(micros).map_err(|_| Cause::Corrupt(format!("time {micros}")))
}

/// The one word by which a unit variant is serialised.
fn word<T: Serialize>(value: &T) -> Result<String, Cause> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(Cause::Corrupt(other.to_string())),
    }
}

fn from_word<T: DeserializeOwned>(word: String) -> Result<T, Cause> {
    Ok(serde_json::from_value(serde_json::Value::String(word))?)
}

/// Reads text that some type wrote with `Display`.
fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, Cause> {
    text.parse()
        .map_err(|_| Cause::Corrupt(text.chars().take(100).collect()))
}

/// Stores bytes once and gives their SHA-256.
async fn put_blob(tx: &mut SqliteConnection, bytes: &[u8]) -> Result<String, Cause> {
    use sha2::{Digest, Sha256};
    let sha256 = crate::audit::hex(&Sha256::digest(bytes));
    sqlx::query("INSERT INTO blobs (sha256, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
        .bind(&sha256)
        .bind(bytes)
        .execute(tx)
        .await?;
    Ok(sha256)
}
