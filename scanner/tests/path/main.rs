//! Certificate paths: a table of our own making, and other validators over the same rows.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod build;
mod form;
mod hostile;
mod keys;
mod maker;
mod message;
mod names;
mod openssl;
mod row;

use row::Row;

/// Every row.
fn table() -> Vec<Row> {
    [
        form::leaves(),
        form::frames(),
        form::authorities(),
        form::anchors(),
        keys::rows(),
        names::servers(),
        names::constrained(),
        names::places(),
        build::lengths(),
        build::ways(),
        build::policies(),
    ]
    .concat()
}

#[test]
fn every_row_has_its_verdict() {
    let mut seen = std::collections::BTreeSet::new();
    let mut wrong = Vec::new();
    for row in table() {
        assert!(seen.insert(row.what), "two rows are called {}", row.what);
        let outcome = row.outcome();
        if outcome != row.expected {
            wrong.push(format!("{}: {outcome:?}, not {:?}", row.what, row.expected));
        }
    }
    assert!(seen.len() > 190, "only {} rows", seen.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
