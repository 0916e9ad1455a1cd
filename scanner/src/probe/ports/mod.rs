//! Which TCP ports of a host answer: complete connections, as fast as host, network and this machine
//! bear, and no port lost in silence.
//!
//! A sweep goes in rounds. What answers is decided; what is silent is asked again in the next round,
//! more patiently, until a whole round brings no answer any more. Silence counts only where the
//! host was heard after it: ports that answered before are asked again from time to time, and where
//! they fall silent too the host shuts us out, so that nothing since then is known. Whatever is not
//! decided in the end is named (docs/decisions/0012).

use std::time::Duration;

use luytre_checks::{Evidence, Excerpt, Fact, FactKind, Unmeasured, fact::PortsFact};
use luytre_inventory::{Limits, PortSet};

use super::Probe;
use crate::{Line, plan::WELL_KNOWN};

mod round;
mod trip;

use round::Round;
use trip::{LONGEST, RoundTrip};

/// Connects to every port of the permit.
#[derive(Debug, Clone, Copy, Default)]
pub struct PortsProbe;

/// Rounds at most. The last one must bring no answer, else what is silent stays undecided.
const ROUNDS: usize = 5;

/// So few ports are asked twice even of a host that answers nothing.
const FEW: usize = 64;

/// A host that answers nothing is left after as many windows of attempts as this: with the deep
/// profile about a thousand ports, the well-known ones first, each with the longest patience.
const SAMPLE: usize = 8;

/// Pauses after which a host that has fallen silent altogether gets another chance.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

impl Probe for PortsProbe {
    const KIND: FactKind = FactKind::Ports;
    const VERSION: u16 = 2;

    async fn observe(&self, line: &Line) -> Result<Fact, Unmeasured> {
        Sweep::new(line).run().await.map(Fact::Ports)
    }
}

/// What is known of one host so far.
struct Sweep<'a> {
    line: &'a Line,
    limits: Limits,
    trip: RoundTrip,
    open: Vec<u16>,
    closed: u32,
    /// Whether a message of the network, not silence, was the answer to some attempt.
    unreachable: bool,
    /// Ports that answered, to be asked again when everything else is silent.
    witnesses: Vec<u16>,
    /// Whether they were silent too when last asked.
    deaf: bool,
    /// Whether a port was silent that answered later.
    lossy: bool,
    stopped: Option<Unmeasured>,
}

impl<'a> Sweep<'a> {
    fn new(line: &'a Line) -> Self {
        Self {
            line,
            limits: line.permit().limits(),
            trip: RoundTrip::default(),
            open: Vec::new(),
            closed: 0,
            unreachable: false,
            witnesses: Vec::new(),
            deaf: false,
            lossy: false,
            stopped: None,
        }
    }

    async fn run(mut self) -> Result<PortsFact, Unmeasured> {
        let asked = self.line.permit().ports().clone();
        let mut wanted = in_order(&asked);
        let mut pauses = PAUSES.into_iter();
        for number in 0..ROUNDS {
            self.line.allow(time_for(wanted.len(), self.limits));
            let sample = usize::from(self.limits.half_open).saturating_mul(SAMPLE);
            let mut round = Round::new(&mut self, wanted, number, sample.max(FEW));
            round.run().await;
            let done = round.done();
            wanted = done.undecided();
            if self.stopped.is_some() {
                break;
            }
            if !self.heard() {
                if number == 0 && asked.len() <= FEW {
                    continue;
                }
                return Err(self.nothing(done.sent, &asked));
            }
            self.deaf = done.deaf;
            if done.deaf {
                let Some(pause) = pauses.next() else { break };
                self.rest(pause).await;
            } else if wanted.is_empty() || (number > 0 && done.answered == 0) {
                return Ok(self.result(asked, &done.quiet, &[]));
            }
        }
        if self.heard() {
            Ok(self.result(asked, &[], &wanted))
        } else {
            Err(self.stopped.unwrap_or_else(|| self.silence()))
        }
    }

    fn heard(&self) -> bool {
        !self.open.is_empty() || self.closed > 0
    }

    /// The host has fallen silent: less, and later.
    async fn rest(&mut self, pause: Duration) {
        self.line.trouble(Duration::ZERO);
        self.line.allow(pause);
        tokio::select! {
            reason = self.line.over() => self.stopped = Some(reason),
            () = tokio::time::sleep(pause) => (),
        }
    }

    /// Not one answer: the host may be off, or hidden whole. Nothing was learnt; how far it was
    /// looked is told.
    fn nothing(&self, tried: usize, asked: &PortSet) -> Unmeasured {
        let told = format!("{tried} of {} ports asked, none answered", asked.len());
        self.line.note(Evidence {
            what: "sample".to_owned(),
            excerpt: Excerpt::redacted(&told),
            command: None,
        });
        self.silence()
    }

    fn silence(&self) -> Unmeasured {
        if self.unreachable {
            Unmeasured::NoRoute
        } else {
            Unmeasured::TimedOut
        }
    }

    fn result(mut self, asked: PortSet, silent: &[u16], undecided: &[u16]) -> PortsFact {
        self.open.sort_unstable();
        let silent: PortSet = silent.iter().copied().collect();
        let undecided: PortSet = undecided.iter().copied().collect();
        let counted = self.open.len() + self.closed as usize + silent.len() + undecided.len();
        PortsFact {
            complete: undecided.is_empty() && counted == asked.len(),
            asked,
            open: self.open,
            closed: self.closed,
            silent: u32::try_from(silent.len()).unwrap_or(u32::MAX),
            silent_ports: silent,
            undecided,
        }
    }
}

/// The well-known ports first: a host that is left early was asked what matters most.
fn in_order(asked: &PortSet) -> Vec<u16> {
    let first = PortSet::from_ranges(WELL_KNOWN).intersection(asked);
    let rest = asked.iter().filter(|port| !first.contains(*port));
    let mut all = Vec::with_capacity(asked.len());
    all.extend(first.iter().chain(rest));
    all
}

/// Time that a round may take besides the line's own: twice what rate and silence call for. Its
/// length is our choice, not the peer's.
fn time_for(ports: usize, limits: Limits) -> Duration {
    let ports = u32::try_from(ports).unwrap_or(u32::MAX);
    let by_rate = Duration::from_secs(1) * ports / u32::from(limits.knocks_per_second.max(1));
    let by_silence = LONGEST * ports / u32::from(limits.half_open.max(1));
    (by_rate + by_silence) * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_most_comes_first() {
        let asked: PortSet = "1-100,3389,60000".parse().unwrap();
        let order = in_order(&asked);
        assert_eq!(order.len(), asked.len());
        assert_eq!(order.iter().copied().collect::<PortSet>(), asked);
        assert_eq!(order[..4], [21, 22, 23, 25]);
        assert!(order.iter().position(|p| *p == 3389) < order.iter().position(|p| *p == 1));
    }
}
