//! UDP questions to one host, one at a time.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::Host;

/// Least time between two UDP questions to one host.
const BETWEEN_DATAGRAMS: Duration = Duration::from_millis(50);

/// The turn of one UDP question; over when dropped.
#[derive(Debug)]
pub(crate) struct Turn(tokio::sync::OwnedMutexGuard<Option<Instant>>);

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0 = Some(Instant::now());
    }
}

impl Host {
    /// Waits until no UDP question to this host is under way and the last one has been over for a
    /// moment.
    pub(crate) async fn turn(&self) -> Turn {
        let turn = Turn(Arc::clone(&self.datagrams).lock_owned().await);
        if let Some(last) = *turn.0 {
            tokio::time::sleep_until((last + BETWEEN_DATAGRAMS).into()).await;
        }
        turn
    }
}
