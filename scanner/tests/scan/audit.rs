//! What is contacted is written down first.

use std::sync::{Arc, Mutex};

use luytre_inventory::{Denied, ScanProfile, Scope};
use luytre_scanner::{Audit, Contact, Guard, Stop};

use crate::kit::{at, open, paper, task};

#[derive(Debug, Default)]
struct Book(Mutex<Vec<Contact>>);

impl Audit for Book {
    fn record(&self, contact: &Contact) -> std::io::Result<()> {
        self.0.lock().unwrap().push(contact.clone());
        Ok(())
    }
}

#[derive(Debug)]
struct FullDisk;

impl Audit for FullDisk {
    fn record(&self, _contact: &Contact) -> std::io::Result<()> {
        Err(std::io::ErrorKind::StorageFull.into())
    }
}

#[tokio::test]
async fn every_address_is_written_down_before_it_is_contacted() {
    let scope = || {
        Scope::new(
            vec![paper(&["127.82.0.0/24"], &[], ScanProfile::Light)],
            Vec::new(),
        )
    };
    let book = Arc::new(Book::default());
    let guard = Guard::new(scope(), Stop::default()).with_audit(Arc::clone(&book) as _);
    let guard = Arc::new(guard);
    let ask = |address: &str| {
        task(
            at(address.parse().unwrap()),
            "22".parse().unwrap(),
            ScanProfile::Light,
        )
    };
    assert!(open(&guard, &ask("127.82.0.3")).await.is_some());
    assert!(open(&guard, &ask("127.83.0.3")).await.is_none());
    let contacts = book.0.lock().unwrap().clone();
    let told: Vec<_> = contacts
        .iter()
        .map(|c| (c.target.as_str(), c.denied))
        .collect();
    assert_eq!(
        told,
        [
            ("127.82.0.3:22", None),
            ("127.83.0.3:22", Some(Denied::SpecialAddress))
        ]
    );
    assert_eq!(contacts[0].authorisation, "01/TB");
    // What cannot be written down is not done.
    let guard = Guard::new(scope(), Stop::default()).with_audit(Arc::new(FullDisk));
    assert!(open(&Arc::new(guard), &ask("127.82.0.3")).await.is_none());
}
