//! What a line may take, and what it has taken.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, AtomicU64},
    },
    time::{Duration, Instant},
};

/// Limits of time and bytes for one line.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For a TCP connection.
    pub connect: Duration,
    /// For one answer: from the question to the last byte needed, not from byte to byte.
    pub answer: Duration,
    /// How much of our time a peer may waste in questions that end without an answer, over the whole
    /// line. Past it, everything asked of it is [`Unmeasured::TimedOut`] at once, without a packet.
    pub silence: Duration,
    /// For the whole line, without the time that it waits for its place and its rate.
    pub whole: Duration,
    /// Bytes received on one connection.
    pub connection_bytes: u64,
    /// Bytes received on the whole line.
    pub line_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            answer: Duration::from_secs(4),
            silence: Duration::from_millis(7500),
            whole: Duration::from_mins(1),
            connection_bytes: 2 << 20,
            line_bytes: 32 << 20,
        }
    }
}

/// Counters that connections share with their line, and a line with those it follows redirects on.
#[derive(Debug)]
pub(crate) struct Meter {
    pub(crate) connections: AtomicU32,
    pub(crate) sent: AtomicU64,
    pub(crate) received: AtomicU64,
    pub(crate) received_in_all: AtomicU64,
    pub(crate) wasted_micros: AtomicU64,
    deadline: Mutex<Instant>,
}

impl Meter {
    pub(crate) fn new(deadline: Instant) -> Self {
        Self {
            connections: AtomicU32::new(0),
            sent: AtomicU64::new(0),
            received: AtomicU64::new(0),
            received_in_all: AtomicU64::new(0),
            wasted_micros: AtomicU64::new(0),
            deadline: Mutex::new(deadline),
        }
    }

    pub(crate) fn deadline(&self) -> Instant {
        *lock(&self.deadline)
    }

    /// Time that we made the peer wait is not time that the peer took.
    pub(crate) fn extend(&self, by: Duration) {
        *lock(&self.deadline) += by;
    }
}

/// A lock that a panic elsewhere does not poison: what it guards is always whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
