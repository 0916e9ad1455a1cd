use luytre_inventory::Denied;

use super::*;

fn entry(second: i64, action: Action, last: u8) -> AuditEntry {
    AuditEntry {
        at: at(second),
        actor: "truc-ban".into(),
        action,
        target: Some("www.doiche.test:443".into()),
        address: Some(IpAddr::from([127, 0, 0, last])),
        ground: Some("12/KH-CAT".into()),
        detail: String::new(),
    }
}

#[tokio::test]
async fn it_answers_who_touched_whom_and_on_what_ground() {
    let (_folder, store) = opened().await;
    let entries = [
        entry(1, Action::Contact, 1),
        entry(2, Action::Contact, 2),
        entry(3, Action::Denied(Denied::Expired), 1),
        entry(4, Action::Denied(Denied::Expired), 3),
    ];
    store.append_audit(&entries).await.unwrap();
    let filter = AuditFilter {
        from: Some(at(1)),
        until: Some(at(3)),
        address: Some(IpAddr::from([127, 0, 0, 1])),
        limit: None,
    };
    let lines = store.audit(&filter).await.unwrap();
    let found: Vec<_> = lines.into_iter().map(|line| line.entry).collect();
    assert_eq!(found, [entries[2].clone(), entries[0].clone()]);
    let picture = store.picture().await.unwrap();
    assert_eq!(picture.counters.denied["expired"], 2);
}

#[tokio::test]
async fn the_log_only_grows_and_its_chain_tells() {
    let (_folder, store) = opened().await;
    store.begin_scan(&scan(10, 0)).await.unwrap();
    store
        .append_audit(&[entry(1, Action::Contact, 1), entry(2, Action::Contact, 2)])
        .await
        .unwrap();
    store
        .save_inventory(&inventory(), at(3), "a", "b")
        .await
        .unwrap();
    assert_eq!(store.check_audit().await.unwrap(), AuditCheck::Whole(4));

    for sql in ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"] {
        let error = sqlx::query(sql).execute(&store.writer).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    // Whoever can write the file can drop the triggers; the chain still tells.
    for sql in [
        "DROP TRIGGER audit_keeps",
        "UPDATE audit SET body = replace(body, '127.0.0.1', '127.0.0.9') WHERE seq = 2",
    ] {
        sqlx::query(sql).execute(&store.writer).await.unwrap();
    }
    assert_eq!(store.check_audit().await.unwrap(), AuditCheck::Broken(2));
    for sql in [
        "DROP TRIGGER audit_stays",
        "DELETE FROM audit WHERE seq = 2",
    ] {
        sqlx::query(sql).execute(&store.writer).await.unwrap();
    }
    assert_eq!(store.check_audit().await.unwrap(), AuditCheck::Broken(3));
}

#[tokio::test]
async fn causes_are_told() {
    let (_folder, store) = opened().await;
    let error = store
        .begin_scan(&NewScan {
            inventory: Some(7),
            ..scan(1, 0)
        })
        .await
        .unwrap_err();
    let Error::BeginScan(Cause::Sql(cause)) = &error else {
        panic!("{error:?}");
    };
    assert!(cause.to_string().contains("FOREIGN KEY"), "{cause}");
}
