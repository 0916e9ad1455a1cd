//! What this machine itself can bear: sockets of port discovery at once, over all hosts.
//!
//! A shortage of descriptors, buffers or source ports says nothing about a target. It halves the
//! number of sockets and makes everybody pause; the attempt that met it is made again. The number
//! grows back while sockets are to be had.

use std::{
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::meter::lock;

/// No more sockets at once, whatever the limit of the process: each costs a few KiB here and in the
/// kernel.
const MOST: usize = 16_384;

/// First and longest pause after a shortage.
const PAUSE: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(320));

/// Seats that no shortage takes away: to fail to make a socket costs nobody anything.
const FEWEST: usize = 4;

/// The sockets of this process.
#[derive(Debug)]
pub(crate) struct Machine {
    seats: Arc<Semaphore>,
    /// Whether the number is below what it could be: read on every success.
    pressed: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    most: usize,
    limit: usize,
    /// Seats that are taken but no longer exist: whoever leaves one takes it away.
    debt: usize,
    pause: Duration,
    shrunk: Option<Instant>,
    until: Option<Instant>,
}

/// The right to hold one socket; given back when dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    machine: Arc<Machine>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some(permit) = self.permit.take() else {
            return;
        };
        if self.machine.pressed.load(Ordering::Relaxed) {
            let mut state = lock(&self.machine.state);
            if state.debt > 0 {
                state.debt -= 1;
                permit.forget();
            }
        }
    }
}

impl Machine {
    /// That of this process, with its limit of descriptors raised as far as it may be.
    pub(crate) fn this() -> Arc<Self> {
        static THIS: OnceLock<Arc<Machine>> = OnceLock::new();
        Arc::clone(THIS.get_or_init(|| Arc::new(Self::new(sockets()))))
    }

    fn new(most: usize) -> Self {
        Self {
            seats: Arc::new(Semaphore::new(most)),
            pressed: AtomicBool::new(false),
            state: Mutex::new(State {
                most,
                limit: most,
                debt: 0,
                pause: PAUSE.0,
                shrunk: None,
                until: None,
            }),
        }
    }

    /// Waits for the right to one more socket, and through the pause after a shortage.
    pub(crate) async fn seat(self: &Arc<Self>) -> Option<Seat> {
        let permit = Arc::clone(&self.seats).acquire_owned().await.ok()?;
        let seat = Seat {
            machine: Arc::clone(self),
            permit: Some(permit),
        };
        if self.pressed.load(Ordering::Relaxed) {
            while let Some(until) = self.pausing() {
                tokio::time::sleep_until(until.into()).await;
            }
        }
        Some(seat)
    }

    fn pausing(&self) -> Option<Instant> {
        let until = lock(&self.state).until;
        until.filter(|until| *until > Instant::now())
    }

    /// This machine lacked something: half the sockets, after a pause. One wave of failures counts
    /// once.
    pub(crate) fn shortage(&self) {
        let now = Instant::now();
        let mut state = lock(&self.state);
        if state.shrunk.is_some_and(|at| now < at + state.pause) {
            return;
        }
        self.pressed.store(true, Ordering::Relaxed);
        let limit = (state.limit / 2).max(FEWEST.min(state.limit));
        let cut = state.limit - limit;
        let gone = self.seats.forget_permits(cut);
        state.debt += cut - gone;
        state.limit = limit;
        state.shrunk = Some(now);
        state.until = Some(now + state.pause);
        state.pause = (state.pause * 2).min(PAUSE.1);
        tracing::debug!(limit, "this machine lacks sockets, buffers or source ports");
    }

    /// A socket was to be had: one more may be tried, which doubles their number as they come and go.
    pub(crate) fn relief(&self) {
        if !self.pressed.load(Ordering::Relaxed) {
            return;
        }
        let mut state = lock(&self.state);
        state.pause = PAUSE.0;
        if state.limit < state.most {
            state.limit += 1;
            if state.debt > 0 {
                state.debt -= 1;
            } else {
                self.seats.add_permits(1);
            }
        }
        if state.limit == state.most && state.debt == 0 {
            self.pressed.store(false, Ordering::Relaxed);
        }
    }
}

/// Sockets that port discovery may hold: what the process may open at most, less what it has open
/// and what everything else in it will need.
fn sockets() -> usize {
    let limit = raised();
    let open = std::fs::read_dir("/dev/fd").map_or(0, Iterator::count);
    let reserve = 32.max(limit / 8);
    limit.saturating_sub(open + reserve).clamp(8, MOST)
}

/// The limit of descriptors, the soft one raised to the hard one.
fn raised() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let current = match setrlimit(Resource::Nofile, wanted) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    // None means unlimited.
    current.map_or(usize::MAX, |current| {
        usize::try_from(current).unwrap_or(usize::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(machine: &Machine) -> usize {
        machine.seats.available_permits()
    }

    #[tokio::test]
    async fn a_shortage_halves_and_success_restores() {
        let machine = Arc::new(Machine::new(64));
        let mut held = Vec::new();
        for _ in 0..60 {
            held.push(machine.seat().await.unwrap());
        }
        machine.shortage();
        // Within the pause a second failure belongs to the same wave.
        machine.shortage();
        let (limit, debt) = {
            let state = lock(&machine.state);
            (state.limit, state.debt)
        };
        assert_eq!((limit, debt, free(&machine)), (32, 28, 0));
        held.truncate(30);
        assert_eq!(free(&machine), 2);
        held.clear();
        assert_eq!(free(&machine), 32);
        for _ in 0..10_000 {
            machine.relief();
        }
        assert_eq!(free(&machine), 64);
        assert!(!machine.pressed.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn some_seats_always_remain() {
        let machine = Arc::new(Machine::new(8));
        for _ in 0..20 {
            lock(&machine.state).shrunk = None;
            machine.shortage();
        }
        assert_eq!(free(&machine), FEWEST);
        lock(&machine.state).until = None;
        assert!(machine.seat().await.is_some());
        assert_eq!(free(&machine), FEWEST);
    }

    #[tokio::test]
    async fn seats_are_never_made_of_nothing() {
        let machine = Arc::new(Machine::new(40));
        let mut held = Vec::new();
        for step in 0_usize..5_000 {
            match step % 7 {
                0 | 3 if free(&machine) > 0 => {
                    lock(&machine.state).until = None;
                    held.push(machine.seat().await.unwrap());
                }
                1 => drop(held.pop()),
                5 if step % 5 == 0 => {
                    lock(&machine.state).shrunk = None;
                    machine.shortage();
                }
                _ => machine.relief(),
            }
            let state = lock(&machine.state);
            assert_eq!(free(&machine) + held.len(), state.limit + state.debt);
            assert!(state.limit <= 40);
        }
    }

    #[test]
    fn this_process_may_hold_some() {
        assert!((8..=MOST).contains(&sockets()));
    }
}
