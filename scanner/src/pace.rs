//! How fast packets may leave: a rate that follows what is measured.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use tokio::sync::MutexGuard;

use crate::meter::lock;

/// What may leave at once after a rest: a twentieth of a second's worth. Enough for the grain of the
/// clock, too little to be felt.
const BURST: Duration = Duration::from_millis(50);

/// Attempts a second by which one answer in time raises the rate below the last trouble: from the
/// rate of the deep profile to all that a near host can answer takes about two thousand answers.
const GROWTH: f64 = 16.0;

/// No trouble slows a rate below this, or below its own beginning if that is less.
const SLOWEST: f64 = 50.0;

/// Of so many silent attempts behind which the host still answers, one counts as an answer: what a
/// filter drops goes the same way, but one answer is worth less than as many as there might have been.
const SILENT: usize = 8;

/// A token bucket whose rate lies between a polite beginning and a ceiling, grows with answers and
/// halves with trouble, as a sender of TCP does (RFC 5681). It is a virtual clock: the moment at which
/// the next packet is due (the generic cell rate algorithm).
#[derive(Debug)]
pub(crate) struct Pace {
    state: Mutex<State>,
    /// One waits until a packet is due, the others for their turn: else every packet would wake all.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State {
    /// The lowest beginning and the lowest ceiling that anybody asked for.
    polite: f64,
    ceiling: f64,
    rate: f64,
    /// Below it the rate grows fast, above it slowly.
    threshold: f64,
    due: Instant,
    slowed: Option<Instant>,
}

impl Pace {
    /// Begins at `polite` a second and never passes `ceiling`.
    pub(crate) fn new(polite: u16, ceiling: u16) -> Self {
        let (polite, ceiling) = ordered(polite, ceiling);
        Self {
            state: Mutex::new(State {
                polite,
                ceiling,
                rate: polite,
                threshold: ceiling,
                due: Instant::now(),
                slowed: None,
            }),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// Binds it to lower limits; it never rises above the lowest asked for.
    pub(crate) fn bind(&self, polite: u16, ceiling: u16) {
        let (polite, ceiling) = ordered(polite, ceiling);
        let mut state = lock(&self.state);
        state.polite = state.polite.min(polite);
        state.ceiling = state.ceiling.min(ceiling);
        state.rate = state.rate.min(state.ceiling);
        state.threshold = state.threshold.min(state.ceiling);
    }

    /// Waits for a turn, and in it until a packet is due. Nothing is taken: whoever gives up costs
    /// nobody anything. The turn lasts until the guard is dropped.
    pub(crate) async fn turn(&self) -> MutexGuard<'_, ()> {
        let turn = self.turn.lock().await;
        loop {
            let now = Instant::now();
            let due = self.due(now);
            if due <= now {
                return turn;
            }
            tokio::time::sleep_until(due.into()).await;
        }
    }

    /// The moment from which a packet may leave; not later than `now` means now.
    fn due(&self, now: Instant) -> Instant {
        let burst = now.checked_sub(BURST).unwrap_or(now);
        lock(&self.state).due.max(burst)
    }

    /// Takes the place of one packet, whether or not it is due.
    pub(crate) fn take(&self, now: Instant) {
        let burst = now.checked_sub(BURST).unwrap_or(now);
        let mut state = lock(&self.state);
        state.due = state.due.max(burst) + Duration::from_secs_f64(1.0 / state.rate);
    }

    /// An answer came in time.
    pub(crate) fn answered(&self) {
        self.grow(1.0);
    }

    /// An answer came after so many `attempts` without one.
    pub(crate) fn bore(&self, attempts: usize) {
        let answers = u32::try_from(attempts / SILENT).unwrap_or(u32::MAX);
        self.grow(f64::from(answers));
    }

    fn grow(&self, answers: f64) {
        let mut state = lock(&self.state);
        let growth = if state.rate < state.threshold {
            GROWTH
        } else {
            1.0
        };
        state.rate = (state.rate + growth * answers).min(state.ceiling);
    }

    /// Something was lost or came late: half the rate, at most once in `round`, as one burst is one loss.
    pub(crate) fn trouble(&self, round: Duration) {
        let mut state = lock(&self.state);
        if state.slowed.is_some_and(|at| at.elapsed() < round) {
            return;
        }
        state.slowed = Some(Instant::now());
        state.rate = (state.rate / 2.0).max(SLOWEST.min(state.polite));
        state.threshold = state.rate;
    }
}

fn ordered(polite: u16, ceiling: u16) -> (f64, f64) {
    let polite = f64::from(polite.max(1));
    (polite, f64::from(ceiling).max(polite))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(pace: &Pace) -> f64 {
        lock(&pace.state).rate
    }

    #[test]
    fn it_stays_between_its_limits() {
        let pace = Pace::new(5_000, 20_000);
        for round in 0..100_000 {
            pace.answered();
            if round % 997 == 0 {
                pace.trouble(Duration::ZERO);
            }
            assert!((SLOWEST..=20_000.0).contains(&rate(&pace)));
        }
        for _ in 0..100_000 {
            pace.answered();
        }
        assert!((rate(&pace) - 20_000.0).abs() < f64::EPSILON);
        pace.bind(200, 200);
        assert!((rate(&pace) - 200.0).abs() < f64::EPSILON);
        for _ in 0..20 {
            pace.trouble(Duration::ZERO);
        }
        assert!((rate(&pace) - SLOWEST).abs() < f64::EPSILON);
    }

    #[test]
    fn what_a_host_bears_in_silence_counts_for_less() {
        let pace = Pace::new(5_000, u16::MAX);
        pace.bore(512);
        assert!((rate(&pace) - 5_000.0 - 64.0 * GROWTH).abs() < f64::EPSILON);
        let bound = Pace::new(5_000, 5_000);
        bound.bore(usize::MAX);
        assert!((rate(&bound) - 5_000.0).abs() < f64::EPSILON);
    }

    /// Many wait for one rate: each comes once, in the order in which they came.
    #[tokio::test]
    async fn turns_are_taken_in_order() {
        let pace = std::sync::Arc::new(Pace::new(2_000, 2_000));
        let order = std::sync::Arc::new(Mutex::new(Vec::new()));
        let mut waiting = tokio::task::JoinSet::new();
        for number in 0..400 {
            let (pace, order) = (pace.clone(), order.clone());
            waiting.spawn(async move {
                let _turn = pace.turn().await;
                pace.take(Instant::now());
                lock(&order).push(number);
            });
        }
        waiting.join_all().await;
        assert_eq!(*lock(&order), (0..400).collect::<Vec<_>>());
    }

    #[test]
    fn without_a_higher_ceiling_it_never_grows() {
        let pace = Pace::new(10, 10);
        for _ in 0..1_000 {
            pace.answered();
        }
        assert!((rate(&pace) - 10.0).abs() < f64::EPSILON);
        pace.trouble(Duration::ZERO);
        assert!(rate(&pace) >= 10.0, "a slow beginning is slow enough");
    }

    #[test]
    fn a_second_holds_the_rate_and_one_burst() {
        let pace = Pace::new(1_000, 1_000);
        let begun = Instant::now() + Duration::from_secs(10);
        let mut now = begun;
        let mut sent = 0;
        while now < begun + Duration::from_secs(1) {
            while pace.due(now) <= now {
                pace.take(now);
                sent += 1;
            }
            now += Duration::from_micros(500);
        }
        assert!((1_000..=1_052).contains(&sent), "{sent}");
    }

    #[test]
    fn one_burst_is_one_loss() {
        let pace = Pace::new(4_000, 4_000);
        for _ in 0..100 {
            pace.trouble(Duration::from_hours(1));
        }
        assert!((rate(&pace) - 2_000.0).abs() < f64::EPSILON);
    }
}
