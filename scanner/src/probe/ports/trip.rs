//! How long an answer takes, and how long to wait for one.

use std::time::Duration;

/// An attempt waits at most this long: one SYN, before the kernel repeats it after a second.
pub(super) const LONGEST: Duration = Duration::from_millis(950);

/// What the clock and the scheduler of this machine may add to an answer (G of RFC 6298).
const GRAIN: Duration = Duration::from_millis(4);

/// Waits of the first round reach at least this far; each later round waits four times as long.
const SHORTEST: Duration = Duration::from_millis(40);

/// The measured round trip (RFC 6298 2).
#[derive(Debug, Default)]
pub(super) struct RoundTrip(Option<(Duration, Duration)>);

impl RoundTrip {
    /// Learns from an answer. Each attempt is one packet, so that an answer is never mistaken for
    /// that to another.
    pub(super) fn learn(&mut self, took: Duration) {
        self.0 = Some(match self.0 {
            None => (took, took / 2),
            Some((smooth, vary)) => (
                (smooth * 7 + took) / 8,
                (vary * 3 + smooth.abs_diff(took)) / 4,
            ),
        });
    }

    /// After this time without an answer the attempt is presumed lost.
    pub(super) fn lost(&self) -> Duration {
        self.0.map_or(LONGEST, |(smooth, vary)| {
            (smooth + (vary * 4).max(GRAIN)).min(LONGEST)
        })
    }

    /// How long an attempt of round `number` is listened for.
    pub(super) fn patience(&self, number: usize) -> Duration {
        let times = 4_u32.pow(u32::try_from(number.min(4)).unwrap_or(4));
        (self.lost() * 8)
            .max(SHORTEST)
            .saturating_mul(times)
            .min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_follow_the_round_trip() {
        let mut trip = RoundTrip::default();
        assert_eq!((trip.lost(), trip.patience(0)), (LONGEST, LONGEST));
        for _ in 0..100 {
            trip.learn(Duration::from_micros(50));
        }
        assert!(trip.lost() < Duration::from_millis(5), "{trip:?}");
        assert_eq!(trip.patience(0), SHORTEST);
        assert_eq!(trip.patience(1), SHORTEST * 4);
        assert_eq!(trip.patience(2), SHORTEST * 16);
        assert_eq!(trip.patience(3), LONGEST);
        for _ in 0..100 {
            trip.learn(Duration::from_millis(80));
        }
        assert!((80..=100).contains(&trip.lost().as_millis()), "{trip:?}");
        assert!(trip.patience(0) > Duration::from_millis(600));
        for _ in 0..100 {
            trip.learn(Duration::from_secs(5));
        }
        assert_eq!((trip.lost(), trip.patience(0)), (LONGEST, LONGEST));
    }
}
