use super::*;

#[tokio::test]
async fn an_empty_folder_becomes_a_private_workspace() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("new/workspace");
    let store = Sqlite::open(&folder, at(0)).await.unwrap();
    store
        .save_inventory(&inventory(), at(1), "a", "b")
        .await
        .unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        let mut files = 0;
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            files += 1;
        }
        // The database, its log and index, the lock of the upgrade.
        assert!(files >= 4, "{files}");
    }
    store.close().await;
    let again = Sqlite::open(&folder, at(2)).await.unwrap();
    assert!(again.inventory(None).await.unwrap().is_some());
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let (folder, store) = opened().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', 1, x'00', 0)",
    )
    .execute(&store.writer)
    .await
    .unwrap();
    store.close().await;
    let error = Sqlite::open(folder.path(), at(1)).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Newer {
                found: 9999,
                known: 3,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("9999"));
}

#[tokio::test]
async fn an_upgrade_waits_for_no_scanner() {
    let folder = tempfile::tempdir().unwrap();
    let lock = ScannerLock::take(folder.path(), "serve", at(0)).unwrap();
    let error = Sqlite::open(folder.path(), at(1)).await.unwrap_err();
    assert!(matches!(error, Error::Upgrade { .. }), "{error}");
    drop(lock);
    let store = Sqlite::open(folder.path(), at(2)).await.unwrap();
    // A current schema opens beside a scanner.
    let _lock = ScannerLock::take(folder.path(), "serve", at(3)).unwrap();
    store.close().await;
    Sqlite::open(folder.path(), at(4)).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join(Sqlite::FILE),
        "not a database at all".repeat(100),
    )
    .unwrap();
    let error = Sqlite::open(folder.path(), at(1)).await.unwrap_err();
    assert!(matches!(error, Error::Open { .. }), "{error}");
}

#[tokio::test]
async fn inventory_versions_round_trip() {
    let (_folder, store) = opened().await;
    assert_eq!(store.inventory(None).await.unwrap(), None);
    let first = store
        .save_inventory(&inventory(), at(1), "a", "lần đầu")
        .await
        .unwrap();
    assert_eq!(first.number, 1);
    let same = store
        .save_inventory(&inventory(), at(2), "b", "again")
        .await
        .unwrap();
    assert_eq!(same, first);
    let second = store
        .save_inventory(&Inventory::default(), at(3), "b", "empty")
        .await
        .unwrap();
    assert_eq!(store.inventory(None).await.unwrap().unwrap().0, second);
    let back = store.inventory(Some(1)).await.unwrap().unwrap();
    assert_eq!(back, (first.clone(), inventory()));
    assert_eq!(store.inventory_versions().await.unwrap(), [second, first]);
    assert_eq!(store.inventory(Some(9)).await.unwrap(), None);
}

#[tokio::test]
async fn readers_go_on_beside_a_writer_and_writers_wait() {
    let (folder, store) = opened().await;
    let other = Sqlite::open(folder.path(), at(1)).await.unwrap();
    let mut tx = store.write().await.unwrap();
    put_blob(&mut tx, b"half written").await.unwrap();
    // Neither blocked nor shown what is not committed.
    assert!(other.inventory_versions().await.unwrap().is_empty());
    let waiting = tokio::spawn(async move {
        other
            .save_inventory(&inventory(), at(2), "b", "waited")
            .await
            .unwrap()
    });
    tokio::task::yield_now().await;
    drop(tx);
    assert_eq!(waiting.await.unwrap().number, 1);
    let blobs: i64 = sqlx::query_scalar("SELECT count(*) FROM blobs")
        .fetch_one(&store.readers)
        .await
        .unwrap();
    assert_eq!(blobs, 1, "the dropped transaction left something");
    // Readers cannot write at all.
    assert!(
        sqlx::query("DELETE FROM blobs")
            .execute(&store.readers)
            .await
            .is_err()
    );
}
