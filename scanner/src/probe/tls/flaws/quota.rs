//! How many connections the proofs of flaws may make.

use std::{
    ops::Deref,
    sync::atomic::{AtomicU32, Ordering},
};

use luytre_checks::Unmeasured;

use crate::{Conn, Line, probe::tls::open};

/// Connections that all proofs together make at most. ROBOT alone compares five messages in two manners,
/// five times each; past it what was not proved is unknown.
pub(crate) const MOST_CONNECTIONS: u32 = 120;

/// A line with a number of connections left.
#[derive(Debug)]
pub(super) struct Quota<'a> {
    line: &'a Line,
    left: AtomicU32,
}

impl<'a> Quota<'a> {
    pub(super) const fn new(line: &'a Line) -> Self {
        Self::of(line, MOST_CONNECTIONS)
    }

    const fn of(line: &'a Line, left: u32) -> Self {
        Self {
            line,
            left: AtomicU32::new(left),
        }
    }

    /// Opens one of the connections left.
    pub(super) async fn open(&self) -> Result<Conn, Unmeasured> {
        let one_less = |left: u32| left.checked_sub(1);
        let order = Ordering::Relaxed;
        if self.left.fetch_update(order, order, one_less).is_err() {
            return Err(Unmeasured::Cancelled);
        }
        open(self.line).await
    }
}

impl Deref for Quota<'_> {
    type Target = Line;

    fn deref(&self) -> &Line {
        self.line
    }
}
