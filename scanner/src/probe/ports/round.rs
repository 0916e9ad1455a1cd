//! One round over the ports that are not decided yet.

use std::{
    pin::{Pin, pin},
    time::{Duration, Instant},
    vec,
};

use luytre_checks::Unmeasured;
use tokio::task::{JoinError, JoinSet};

use super::{LONGEST, Sweep};
use crate::line::{Admitted, Knock, Waited};

/// After so many silent attempts in a row ports that answered before are asked again.
const IN_A_ROW: usize = 512;

/// The same where answers are known to get lost: whether they still do, only ports that answered before
/// can tell, as a silent one may be silent for good.
const WHERE_LOST: usize = 128;

/// Ports that answered, kept as witnesses.
const WITNESSES: usize = 3;

/// How long this machine may lack what every single socket needs before the sweep ends.
const DEAD_END: Duration = Duration::from_mins(1);

/// A round under way.
pub(super) struct Round<'s, 'a> {
    sweep: &'s mut Sweep<'a>,
    number: usize,
    /// Not asked yet; an attempt that came to nothing through our own fault comes first again.
    fresh: vec::IntoIter<u16>,
    again: Vec<u16>,
    next: Option<(u16, Instant)>,
    waiting: JoinSet<Attempt>,
    /// Silent ports with the moment they were asked.
    quiet: Vec<(u16, Instant)>,
    in_a_row: usize,
    /// Attempts since witnesses were last asked.
    unwitnessed: usize,
    sent: usize,
    /// Attempts after which a host that has never answered is left.
    sample: usize,
    answered: usize,
    /// When the last attempt was made that got an answer.
    heard_until: Option<Instant>,
    deaf: bool,
    short_since: Option<Instant>,
}

/// An attempt that had to wait, and what came of it.
struct Attempt {
    port: u16,
    sent: Instant,
    waited: Waited,
}

/// What a round came to.
pub(super) struct Done {
    /// Silent, though the host answered an attempt made later.
    pub(super) quiet: Vec<u16>,
    /// Silent since the host was last heard, or not asked.
    unknown: Vec<u16>,
    /// How many attempts were made.
    pub(super) sent: usize,
    /// How many ports answered.
    pub(super) answered: usize,
    /// Whether ports that had answered before were silent too.
    pub(super) deaf: bool,
}

impl Done {
    /// The ports that did not answer, silent ones last.
    pub(super) fn undecided(&self) -> Vec<u16> {
        self.unknown.iter().chain(&self.quiet).copied().collect()
    }
}

impl<'s, 'a> Round<'s, 'a> {
    /// Round `number` over `ports`. After `sample` attempts a host that has never answered is left;
    /// one that was deaf before is called first.
    pub(super) fn new(
        sweep: &'s mut Sweep<'a>,
        ports: Vec<u16>,
        number: usize,
        sample: usize,
    ) -> Self {
        let in_a_row = if sweep.deaf { IN_A_ROW } else { 0 };
        Self {
            sweep,
            number,
            fresh: ports.into_iter(),
            again: Vec::new(),
            next: None,
            waiting: JoinSet::new(),
            quiet: Vec::new(),
            in_a_row,
            unwitnessed: 0,
            sent: 0,
            sample,
            answered: 0,
            heard_until: None,
            deaf: false,
            short_since: None,
        }
    }

    /// Asks until every port was asked, or something ends it. Ends within a moment of the switch.
    pub(super) async fn run(&mut self) {
        let line = self.sweep.line;
        let mut over = pin!(line.over());
        // Waiting for its turn goes on while others are answered: whoever begins anew goes to the end
        // of every queue.
        let mut admitting = pin!(None);
        loop {
            let doubtful = self.sweep.lossy && self.unwitnessed >= WHERE_LOST;
            if (self.in_a_row >= IN_A_ROW || doubtful) && self.sweep.heard() {
                // What it holds may be what the witness needs.
                admitting.set(None);
                self.call(&mut over).await;
            }
            let port = self.take_next();
            if self.sweep.stopped.is_some() {
                return;
            }
            match port {
                Some(port) if admitting.is_none() => admitting.set(Some(line.admit(port))),
                None if self.waiting.is_empty() => break,
                _ => (),
            }
            tokio::select! {
                biased;
                reason = &mut over => self.sweep.stopped = Some(reason),
                Some(attempt) = self.waiting.join_next(), if !self.waiting.is_empty() => {
                    self.settle(attempt);
                }
                admitted = turn(admitting.as_mut()) => {
                    admitting.set(None);
                    self.send(port.unwrap_or_default(), admitted);
                }
            }
        }
        let latest = self.quiet.iter().map(|(_, sent)| *sent).max();
        if latest > self.heard_until && self.sweep.heard() && !self.deaf {
            self.call(&mut over).await;
        }
    }

    /// The port to be asked next; none if there is none, or none may be asked now.
    fn take_next(&mut self) -> Option<u16> {
        if self.deaf || (self.sent >= self.sample && !self.sweep.heard()) {
            return None;
        }
        if self.next.is_none() {
            let port = self.again.pop().or_else(|| self.fresh.next());
            self.next = port.map(|port| (port, Instant::now()));
        }
        self.next.map(|(port, _)| port)
    }

    fn send(&mut self, port: u16, admitted: Result<Admitted, Unmeasured>) {
        let admitted = match admitted {
            Ok(admitted) => admitted,
            Err(reason) => {
                self.sweep.stopped = Some(reason);
                return;
            }
        };
        // The wait for a place, the rates and this machine are no time that the peer took.
        if let Some((_, since)) = self.next.take() {
            self.sweep.line.allow(since.elapsed());
        }
        let sent = Instant::now();
        match self.sweep.line.send_knock(port, admitted) {
            Knock::Answered(took, result) => {
                self.count();
                let late = false;
                self.judge(port, sent, Waited { took, result, late });
            }
            Knock::Waiting(waiting) => {
                self.count();
                let (lost, patience) = self.waits();
                self.waiting.spawn(async move {
                    let waited = waiting.answer(lost, patience).await;
                    Attempt { port, sent, waited }
                });
            }
            Knock::Short => {
                self.again.push(port);
                let since = *self.short_since.get_or_insert(sent);
                if since.elapsed() > DEAD_END {
                    self.sweep.stopped = Some(Unmeasured::Bug);
                }
            }
        }
    }

    fn count(&mut self) {
        self.sent += 1;
        self.unwitnessed += 1;
        self.short_since = None;
    }

    /// How long an attempt counts as under way, and how long it is listened for. A host that gets
    /// one attempt at a time gets no second while the first is listened for.
    fn waits(&self) -> (Duration, Duration) {
        let patience = self.sweep.trip.patience(self.number);
        let lost = if self.sweep.limits.half_open <= 1 {
            patience
        } else {
            self.sweep.trip.lost()
        };
        (lost, patience)
    }

    #[expect(clippy::needless_pass_by_value, reason = "an attempt is settled once")]
    fn settle(&mut self, attempt: Result<Attempt, JoinError>) {
        match attempt {
            Ok(Attempt { port, sent, waited }) => self.judge(port, sent, waited),
            // A panic in the attempt itself: the port is counted nowhere, so that the fact is not
            // complete.
            Err(_) => self.sweep.stopped = Some(Unmeasured::Bug),
        }
    }

    fn judge(&mut self, port: u16, sent: Instant, waited: Waited) {
        match waited.result {
            Ok(()) | Err(Unmeasured::Refused | Unmeasured::Reset) => {
                self.hear(port, sent, &waited);
                self.answered += 1;
                if waited.result.is_ok() {
                    self.sweep.open.push(port);
                } else {
                    self.sweep.closed += 1;
                }
            }
            // A firewall that says so (ICMP administratively prohibited) is as good as silence: such
            // messages are rare on purpose, and the port may yet answer.
            Err(Unmeasured::TimedOut | Unmeasured::NoRoute) => {
                self.sweep.unreachable |= waited.result == Err(Unmeasured::NoRoute);
                self.quiet.push((port, sent));
                self.in_a_row += 1;
            }
            Err(reason) => {
                self.again.push(port);
                self.sweep.stopped = Some(reason);
            }
        }
    }

    fn hear(&mut self, port: u16, sent: Instant, waited: &Waited) {
        let silent = std::mem::take(&mut self.in_a_row);
        self.heard_until = self.heard_until.max(Some(sent));
        self.sweep.trip.learn(waited.took);
        if waited.late {
            // What comes late waited in a queue. A hiccup of this machine is one loss, too.
            self.sweep.line.trouble(self.sweep.trip.patience(0));
        } else if self.number > 0 && self.answered == 0 {
            // An answer in a later round: it was lost in the one before.
            self.sweep.lossy = true;
            self.sweep.line.trouble(Duration::ZERO);
        } else {
            self.sweep.line.answered();
            self.sweep.line.bore(silent);
        }
        // A closed port is asked again rather than an open one: no service notices.
        let witnesses = &mut self.sweep.witnesses;
        if waited.result.is_err() || witnesses.is_empty() {
            if witnesses.len() >= WITNESSES {
                witnesses.remove(0);
            }
            witnesses.push(port);
        }
    }

    /// Asks the witnesses whether the host still answers us. If none does, the round is over.
    async fn call(&mut self, over: &mut (impl Future<Output = Unmeasured> + Unpin)) {
        self.unwitnessed = 0;
        let mut witnesses = self.sweep.witnesses.clone();
        witnesses.reverse();
        for port in witnesses {
            let sent = Instant::now();
            let line = self.sweep.line;
            line.allow(LONGEST);
            let answer = tokio::select! {
                answer = line.knock(port, LONGEST) => answer,
                reason = &mut *over => Err(reason),
            };
            match answer {
                Ok(()) | Err(Unmeasured::Refused | Unmeasured::Reset) => {
                    self.sweep.line.bore(self.in_a_row);
                    self.in_a_row = 0;
                    self.heard_until = self.heard_until.max(Some(sent));
                    return;
                }
                // Lost, and for that long nothing else was sent.
                Err(Unmeasured::TimedOut | Unmeasured::NoRoute) => line.trouble(Duration::ZERO),
                Err(reason) => {
                    self.sweep.stopped = Some(reason);
                    return;
                }
            }
        }
        self.deaf = true;
        self.in_a_row = 0;
    }

    /// What it came to.
    pub(super) fn done(self) -> Done {
        let heard_until = self.heard_until;
        let (quiet, since): (Vec<_>, Vec<_>) = self
            .quiet
            .into_iter()
            .partition(|(_, sent)| Some(*sent) <= heard_until);
        let ports = |of: Vec<(u16, Instant)>| of.into_iter().map(|(port, _)| port);
        let not_asked = self.next.map(|(port, _)| port).into_iter();
        let mut unknown: Vec<u16> = ports(since).chain(self.again).chain(not_asked).collect();
        unknown.extend(self.fresh);
        Done {
            quiet: ports(quiet).collect(),
            unknown,
            sent: self.sent,
            answered: self.answered,
            deaf: self.deaf,
        }
    }
}

/// Waits for a turn, if one is waited for.
async fn turn<F: Future>(admitting: Pin<&mut Option<F>>) -> F::Output {
    match admitting.as_pin_mut() {
        Some(admitting) => admitting.await,
        None => std::future::pending().await,
    }
}
