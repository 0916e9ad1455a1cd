//! Which TCP ports of a host answer: complete connections, adaptive, and honest about what stayed
//! undecided.
//!
//! The window of attempts in flight is that of the profile. It is halved when a port that was silent
//! answers on the second try (that first silence was a loss of ours or of the path), or when this
//! machine runs out of sockets, and grows again with every answer. The patience follows the measured round trip (RFC 6298).

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use luytre_checks::{Fact, FactKind, Unmeasured, fact::PortsFact};
use luytre_inventory::{Limits, PortSet};
use tokio::task::JoinSet;

use super::Probe;
use crate::Line;

/// Connects to every port of the permit.
#[derive(Debug, Clone, Copy, Default)]
pub struct PortsProbe;

/// A first attempt waits at most this long: one SYN, before the kernel repeats it after a second.
const LONGEST: Duration = Duration::from_millis(950);
/// No attempt waits less, however near the host.
const SHORTEST: Duration = Duration::from_millis(150);
/// Attempts at a port that does not answer.
const TRIES: u8 = 2;
/// So few ports are asked twice even of a host that answers nothing.
const FEW: usize = 64;
/// Times that a shortage of our own is waited out before ports stay undecided.
const SHORTAGES: u16 = 64;

impl Probe for PortsProbe {
    const KIND: FactKind = FactKind::Ports;
    const VERSION: u16 = 1;

    async fn observe(&self, line: &Line) -> Result<Fact, Unmeasured> {
        let asked = line.permit().ports().clone();
        line.allow(time_for(asked.len(), line.permit().limits()));
        let mut sweep = Sweep::new(line, asked);
        sweep.run().await;
        sweep.result().map(Fact::Ports)
    }
}

/// Time that a sweep may take besides the line's own: twice what rate and silence call for. Its
/// length is our choice, not the peer's.
fn time_for(ports: usize, limits: Limits) -> Duration {
    let ports = u32::try_from(ports).unwrap_or(u32::MAX);
    let by_rate = Duration::from_secs(1) * ports / u32::from(limits.knocks_per_second.max(1));
    let by_silence = LONGEST * u32::from(TRIES) * ports / u32::from(limits.half_open.max(1));
    (by_rate + by_silence) * 2
}

/// One attempt that came back.
struct Attempt {
    port: u16,
    tries: u8,
    took: Duration,
    result: Result<(), Unmeasured>,
}

struct Sweep<'a> {
    line: &'a Line,
    asked: PortSet,
    fresh: Box<dyn Iterator<Item = u16> + Send + 'a>,
    again: VecDeque<(u16, u8)>,
    in_flight: JoinSet<Attempt>,
    window: Window,
    open: Vec<u16>,
    closed: u32,
    silent: u32,
    unreachable: u32,
    shortages: u16,
    undecided: Vec<u16>,
    stopped: Option<Unmeasured>,
}

impl<'a> Sweep<'a> {
    fn new(line: &'a Line, asked: PortSet) -> Self {
        let ports: Vec<(u16, u16)> = ranges(&asked);
        Self {
            line,
            asked,
            fresh: Box::new(ports.into_iter().flat_map(|(low, high)| low..=high)),
            again: VecDeque::new(),
            in_flight: JoinSet::new(),
            window: Window::new(line.permit().limits().half_open),
            open: Vec::new(),
            closed: 0,
            silent: 0,
            unreachable: 0,
            shortages: 0,
            undecided: Vec::new(),
            stopped: None,
        }
    }

    async fn run(&mut self) {
        loop {
            while self.stopped.is_none() && self.in_flight.len() < self.window.size() {
                // Second tries wait until the first round is through: a burst that was lost to one
                // full queue should not meet the same queue.
                let next = self.fresh.next().map(|port| (port, 0));
                let Some((port, tries)) = next.or_else(|| self.second_try()) else {
                    break;
                };
                self.knock(port, tries);
            }
            match self.in_flight.join_next().await {
                Some(Ok(attempt)) => self.take(attempt).await,
                // A panic in the knock itself: the count below shows the port as undecided.
                Some(Err(_)) => self.stopped = Some(Unmeasured::Bug),
                None => return,
            }
        }
    }

    /// A host that answered nothing on many ports is not asked all over again.
    fn second_try(&mut self) -> Option<(u16, u8)> {
        let worth = self.heard() || self.asked.len() <= FEW;
        worth.then(|| self.again.pop_front()).flatten()
    }

    fn heard(&self) -> bool {
        !self.open.is_empty() || self.closed > 0
    }

    fn knock(&mut self, port: u16, tries: u8) {
        let line = self.line.share();
        let patience = self.window.patience() * if tries == 0 { 1 } else { 2 };
        self.in_flight.spawn(async move {
            let (took, result) = line.timed_knock(port, patience.min(LONGEST)).await;
            Attempt {
                port,
                tries: tries + 1,
                took,
                result,
            }
        });
    }

    async fn take(&mut self, attempt: Attempt) {
        let Attempt {
            port, tries, took, ..
        } = attempt;
        match attempt.result {
            Ok(()) | Err(Unmeasured::Refused | Unmeasured::Reset) => {
                self.window.answered(took, tries > 1);
                if attempt.result.is_ok() {
                    self.open.push(port);
                } else {
                    self.closed += 1;
                }
            }
            Err(Unmeasured::TimedOut) if self.line.is_spent() => {
                self.stopped = Some(Unmeasured::TimedOut);
                self.undecided.push(port);
            }
            Err(Unmeasured::TimedOut | Unmeasured::NoRoute) if tries < TRIES => {
                self.unreachable += u32::from(attempt.result == Err(Unmeasured::NoRoute));
                self.again.push_back((port, tries));
            }
            // A firewall that says so (ICMP administratively prohibited) is as good as silence.
            Err(Unmeasured::TimedOut | Unmeasured::NoRoute) => self.silent += 1,
            Err(Unmeasured::Bug) if self.shortages < SHORTAGES => {
                self.shortages += 1;
                self.window.shrink();
                self.again.push_back((port, tries - 1));
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(reason) => {
                self.stopped = Some(reason);
                self.undecided.push(port);
            }
        }
    }

    fn result(mut self) -> Result<PortsFact, Unmeasured> {
        if !self.heard() {
            // Not one answer: the host may be off, or hidden whole. Nothing was learnt.
            let silence = if self.unreachable > 0 {
                Unmeasured::NoRoute
            } else {
                Unmeasured::TimedOut
            };
            return Err(self.stopped.unwrap_or(silence));
        }
        self.undecided.extend(self.fresh);
        self.undecided
            .extend(self.again.iter().map(|(port, _)| port));
        self.open.sort_unstable();
        let undecided: PortSet = self.undecided.into_iter().collect();
        let counted = self.open.len() + undecided.len();
        let counted = counted + self.closed as usize + self.silent as usize;
        Ok(PortsFact {
            complete: undecided.is_empty() && counted == self.asked.len(),
            asked: self.asked,
            open: self.open,
            closed: self.closed,
            silent: self.silent,
            undecided,
        })
    }
}

fn ranges(set: &PortSet) -> Vec<(u16, u16)> {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for port in set.iter() {
        match ranges.last_mut() {
            Some((_, high)) if *high + 1 == port => *high = port,
            _ => ranges.push((port, port)),
        }
    }
    ranges
}

/// How many attempts may be in flight, and how long each may take.
struct Window {
    most: f64,
    size: f64,
    /// Below it the window doubles with every round, above it grows by one (RFC 5681).
    threshold: f64,
    round_trip: Option<(Duration, Duration)>,
    shrunk: Option<Instant>,
}

impl Window {
    fn new(half_open: u16) -> Self {
        let most = f64::from(half_open.max(1));
        Self {
            most,
            size: most,
            threshold: most,
            round_trip: None,
            shrunk: None,
        }
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and 65,535"
    )]
    fn size(&self) -> usize {
        self.size as usize
    }

    fn patience(&self) -> Duration {
        self.round_trip
            .map_or(LONGEST, |(smooth, vary)| smooth + vary * 4 + SHORTEST)
            .clamp(SHORTEST, LONGEST)
    }

    fn answered(&mut self, took: Duration, on_second_try: bool) {
        self.round_trip = Some(match self.round_trip {
            None => (took, took / 2),
            Some((smooth, vary)) => (
                (smooth * 7 + took) / 8,
                (vary * 3 + smooth.abs_diff(took)) / 4,
            ),
        });
        if on_second_try {
            self.shrink();
        } else if self.size < self.threshold {
            self.size = (self.size + 1.0).min(self.most);
        } else {
            self.size = (self.size + 1.0 / self.size).min(self.most);
        }
    }

    /// Halves the window, at most once in a patience: one burst is one loss.
    fn shrink(&mut self) {
        if self.shrunk.is_some_and(|at| at.elapsed() < self.patience()) {
            return;
        }
        self.shrunk = Some(Instant::now());
        self.size = (self.size / 2.0).max(1.0);
        self.threshold = self.size;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_never_leaves_its_limits() {
        for half_open in [1, 16, 128] {
            let mut window = Window::new(half_open);
            for round in 0..10_000 {
                window.answered(Duration::from_micros(80), round % 97 == 0);
                window.shrunk = None;
                assert!((1..=usize::from(half_open)).contains(&window.size()));
                assert!((SHORTEST..=LONGEST).contains(&window.patience()));
            }
        }
    }

    #[test]
    fn patience_follows_the_round_trip() {
        let mut window = Window::new(16);
        assert_eq!(window.patience(), LONGEST);
        for _ in 0..50 {
            window.answered(Duration::from_millis(40), false);
        }
        let near = window.patience();
        assert!(near < Duration::from_millis(250), "{near:?}");
    }
}
