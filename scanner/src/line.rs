//! The only way to a socket.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, OnceLock, atomic::Ordering},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use luytre_checks::{Cost, Evidence, Unmeasured};
use luytre_inventory::{HostName, Permit, ProbeClass, Target, Task};
use tokio::net::TcpStream;

use crate::{
    Conn, Guard, Limits, Opened,
    failure::{is_shortage, reason_of},
    host::{Host, Place},
    meter::{Meter, lock},
    probe::starttls::{Starttls, Upgrade},
};

mod ask;
mod beside;
mod knock;

pub(crate) use ask::{Asking, Reply};
pub(crate) use knock::{Admitted, Knock, Waited};

/// A way to one permitted address, bound to one permit. Shared by reference.
#[derive(Debug)]
pub struct Line {
    core: Arc<Core>,
    meter: Arc<Meter>,
    /// How TLS begins, where it does not come first.
    upgrade: Option<Arc<Upgrade>>,
    evidence: Mutex<Vec<Evidence>>,
    started: Mutex<Instant>,
}

#[derive(Debug)]
struct Core {
    guard: Arc<Guard>,
    task: Task,
    permit: Permit,
    host: Arc<Host>,
    limits: Limits,
    /// Whence SYNs leave for this address; none if they may not.
    source: OnceLock<Option<IpAddr>>,
}

impl Line {
    pub(crate) fn new(
        guard: Arc<Guard>,
        task: Task,
        permit: Permit,
        host: Arc<Host>,
        limits: Limits,
    ) -> Self {
        let now = Instant::now();
        Self {
            core: Arc::new(Core {
                guard,
                task,
                permit,
                host,
                limits,
                source: OnceLock::new(),
            }),
            meter: Arc::new(Meter::new(now + limits.whole)),
            upgrade: None,
            evidence: Mutex::default(),
            started: Mutex::new(now),
        }
    }

    /// The permit it is bound to.
    pub fn permit(&self) -> &Permit {
        &self.core.permit
    }

    /// The address contacted.
    pub fn address(&self) -> IpAddr {
        self.core.permit.address()
    }

    /// The name to speak in ServerName and Host; none for a bare address.
    pub fn name(&self) -> Option<&HostName> {
        self.core.permit.target().name()
    }

    /// Limits of time and bytes.
    pub fn limits(&self) -> Limits {
        self.core.limits
    }

    /// The port looked at: the lowest port of the permit. Probes of one port use it; a task for
    /// such a probe names one port.
    pub fn port(&self) -> u16 {
        self.core.permit.ports().iter().next().unwrap_or(0)
    }

    /// The line on which TLS is begun as `starttls` says; none means that TLS comes first.
    #[must_use]
    pub fn beginning_tls(mut self, starttls: Option<Starttls>) -> Self {
        self.upgrade = starttls.map(|protocol| Arc::new(Upgrade::new(protocol)));
        self
    }

    /// How TLS begins on it; none if TLS comes first.
    pub fn starttls(&self) -> Option<Starttls> {
        self.upgrade().map(|upgrade| upgrade.protocol)
    }

    pub(crate) fn upgrade(&self) -> Option<&Upgrade> {
        self.upgrade.as_deref()
    }

    /// Opens a connection of `class` to `port`. Waits for a place among the host's conversations
    /// and for its rate; the place is given back when the connection is dropped.
    pub async fn connect(&self, class: ProbeClass, port: u16) -> Result<Conn, Unmeasured> {
        let place = self.enter(class, port).await?;
        let begun = Instant::now();
        let dialled = self
            .dial(port, self.patience(self.core.limits.connect))
            .await;
        if let Err(reason) = &dialled {
            self.waste(*reason, begun.elapsed());
        }
        Ok(self.conn(dialled?, place, begun.elapsed()))
    }

    /// Waits for a place for a connection that nobody is in need of yet. The time is not given back
    /// to the line, which goes on with something else meanwhile.
    pub(crate) async fn enter_ahead(
        &self,
        class: ProbeClass,
        port: u16,
    ) -> Result<Place, Unmeasured> {
        self.check(class, port)?;
        let place = self.place().await?;
        self.check(class, port)?;
        Ok(place)
    }

    /// Opens the connection that [`Line::enter_ahead`] made room for. What comes of it says nothing of
    /// the peer, so no time is counted as waste.
    pub(crate) async fn dial_ahead(
        &self,
        place: Place,
        port: u16,
        patience: Duration,
    ) -> Result<Conn, Unmeasured> {
        let begun = Instant::now();
        let dialling = self.dial(port, self.patience(patience));
        let stream = tokio::time::timeout(patience, dialling)
            .await
            .unwrap_or(Err(Unmeasured::TimedOut))?;
        Ok(self.conn(stream, place, begun.elapsed()))
    }

    fn conn(&self, stream: TcpStream, place: Place, dialled: Duration) -> Conn {
        let _ = stream.set_nodelay(true);
        let meter = Arc::clone(&self.meter);
        let limits = self.core.limits;
        Conn::new(stream, meter, limits, self.end(), place, dialled)
    }

    /// Runs `answer` under the answer limit; time that ends without an answer is counted as waste.
    pub async fn within<T>(
        &self,
        answer: impl Future<Output = Result<T, Unmeasured>>,
    ) -> Result<T, Unmeasured> {
        let begun = Instant::now();
        let result = tokio::time::timeout(self.patience(self.core.limits.answer), answer)
            .await
            .unwrap_or(Err(Unmeasured::TimedOut));
        if let Err(reason) = &result {
            self.waste(*reason, begun.elapsed());
        }
        result
    }

    /// A line to where a redirect points, through the scope again; its time and bytes are those of
    /// this line. The same host stays at the same address without a second look-up. Another name
    /// never reaches a special address, and another address is never followed: a redirect is no
    /// place where an address stands literally in the scope.
    pub async fn follow(&self, to: &Hop, port: u16) -> Result<Self, Unmeasured> {
        let mut task = self.core.task.clone();
        task.ports = std::iter::once(port).collect();
        let opened = if self.is_at(to) {
            vec![self.core.guard.line(&task, self.address())]
        } else {
            let Hop::Name(name) = to else {
                return Err(Unmeasured::NotPermitted);
            };
            task.target = Target::Name(name.clone());
            task.endpoint = None;
            self.core.guard.open(&task).await
        };
        let mut reason = Unmeasured::NotPermitted;
        for opened in opened {
            match opened {
                Opened::Line(mut line) => {
                    line.meter = Arc::clone(&self.meter);
                    return Ok(*line);
                }
                Opened::Shut { reason: shut, .. } => reason = shut,
            }
        }
        Err(reason)
    }

    fn is_at(&self, to: &Hop) -> bool {
        match (to, self.core.permit.target()) {
            (Hop::Name(name), _) => self.name() == Some(name),
            (Hop::Address(to), Target::Address { .. }) => to.to_canonical() == self.address(),
            (Hop::Address(_), Target::Name(_)) => false,
        }
    }

    /// Keeps evidence of what was seen.
    pub fn note(&self, evidence: Evidence) {
        let mut kept = lock(&self.evidence);
        if kept.len() < 32 {
            kept.push(evidence);
        }
    }

    /// Takes the evidence and the cost since the last call.
    pub fn settle(&self) -> (Vec<Evidence>, Cost) {
        let evidence = std::mem::take(&mut *lock(&self.evidence));
        let mut started = lock(&self.started);
        let elapsed = started.elapsed();
        *started = Instant::now();
        let cost = Cost {
            connections: self.meter.connections.swap(0, Ordering::Relaxed),
            bytes_sent: self.meter.sent.swap(0, Ordering::Relaxed),
            bytes_received: self.meter.received.swap(0, Ordering::Relaxed),
            milliseconds: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        };
        (evidence, cost)
    }

    /// `most`, or what is left of the line's time and of the peer's credit, whichever is less.
    fn patience(&self, most: Duration) -> Duration {
        let left = self
            .meter
            .deadline()
            .saturating_duration_since(Instant::now());
        let credit = self.core.limits.silence.saturating_sub(self.wasted());
        most.min(left).min(credit.max(Duration::from_millis(250)))
    }

    fn wasted(&self) -> Duration {
        Duration::from_micros(self.meter.wasted_micros.load(Ordering::Relaxed))
    }

    /// The same line for another task of the same probe: one permit, one set of counters.
    pub(crate) fn share(&self) -> Self {
        Self {
            core: Arc::clone(&self.core),
            meter: Arc::clone(&self.meter),
            upgrade: self.upgrade.clone(),
            evidence: Mutex::default(),
            started: Mutex::new(Instant::now()),
        }
    }

    /// Gives the whole line more time: for work whose length we choose ourselves.
    pub(crate) fn allow(&self, more: Duration) {
        self.meter.extend(more);
    }

    /// How long the silent ports of this host have kept service identification waiting, over all lines.
    pub(crate) fn host_silence(&self) -> Duration {
        self.core.host.silence()
    }

    /// Notes that a port of this host was silent for `time`.
    pub(crate) fn host_was_silent(&self, time: Duration) {
        self.core.host.was_silent(time);
    }

    /// How late the latest greeting of this host was.
    pub(crate) fn host_greeting(&self) -> Duration {
        self.core.host.greeting()
    }

    /// Notes that a port of this host greeted after `time`.
    pub(crate) fn host_greeted(&self, time: Duration) {
        self.core.host.greeted(time);
    }

    /// Whether the switch was thrown or the permit has run out.
    pub(crate) fn is_over(&self) -> bool {
        self.core.guard.stop().thrown() || Timestamp::now() > self.core.permit.until()
    }

    /// Whether the line's time has run out.
    pub(crate) fn is_spent(&self) -> bool {
        Instant::now() >= self.meter.deadline()
    }

    /// The one gate before every packet.
    fn check(&self, class: ProbeClass, port: u16) -> Result<(), Unmeasured> {
        if self.is_over() {
            return Err(Unmeasured::Cancelled);
        }
        if !self.core.permit.allows(class, port, Timestamp::now()) {
            return Err(Unmeasured::NotPermitted);
        }
        if Instant::now() >= self.meter.deadline() || self.wasted() >= self.core.limits.silence {
            return Err(Unmeasured::TimedOut);
        }
        if self.meter.received_in_all.load(Ordering::Relaxed) > self.core.limits.line_bytes {
            return Err(Unmeasured::TooLarge);
        }
        Ok(())
    }

    async fn enter(&self, class: ProbeClass, port: u16) -> Result<Place, Unmeasured> {
        self.check(class, port)?;
        let begun = Instant::now();
        let place = self.place().await;
        self.meter.extend(begun.elapsed());
        // Time passed while waiting: the gate is asked again right before the packet.
        self.check(class, port)?;
        place
    }

    /// Waits for a place among the conversations with the host.
    async fn place(&self) -> Result<Place, Unmeasured> {
        let entering = self.core.host.converse(self.core.permit.limits());
        tokio::select! {
            place = entering => place.ok_or(Unmeasured::Bug),
            reason = self.over() => Err(reason),
        }
    }

    /// Dials; waits a little when this machine lacks what a socket needs.
    async fn dial(&self, port: u16, patience: Duration) -> Result<TcpStream, Unmeasured> {
        let to = SocketAddr::new(self.address(), port);
        let end = self.end();
        tokio::pin!(end);
        let mut pause = Duration::from_millis(20);
        loop {
            self.meter.connections.fetch_add(1, Ordering::Relaxed);
            let done = tokio::select! {
                done = tokio::time::timeout(patience, TcpStream::connect(to)) => done,
                reason = &mut end => return Err(reason),
            };
            match done {
                // On loopback a socket may take the very port it dials as its source and so meet
                // itself: nobody listens there.
                Ok(Ok(stream)) if stream.local_addr().is_ok_and(|from| from == to) => {
                    return Err(Unmeasured::Refused);
                }
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) if is_shortage(&error) && pause < Duration::from_secs(1) => {
                    tokio::select! {
                        () = tokio::time::sleep(pause) => pause *= 2,
                        reason = &mut end => return Err(reason),
                    }
                }
                Ok(Err(error)) => return Err(reason_of(&error)),
                Err(_) => return Err(Unmeasured::TimedOut),
            }
        }
    }

    /// What ended without an answer is waste, whatever the peer did; what we ended is not.
    fn waste(&self, reason: Unmeasured, time: Duration) {
        let ours = matches!(
            reason,
            Unmeasured::Cancelled | Unmeasured::NotPermitted | Unmeasured::Bug
        );
        if !ours {
            let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
            self.meter
                .wasted_micros
                .fetch_add(micros, Ordering::Relaxed);
        }
    }

    /// Ends when the switch is thrown or the permit runs out.
    pub(crate) fn over(&self) -> impl Future<Output = Unmeasured> + Send + 'static {
        let stop = self.core.guard.stop().wait();
        let left = self.core.permit.until().duration_since(Timestamp::now());
        let left = Duration::try_from(left).unwrap_or(Duration::ZERO);
        async move {
            // Timers reach about two years; a permit further off cannot end during a run.
            let expiry = tokio::time::sleep(left.min(Duration::from_hours(24 * 365)));
            tokio::select! {
                () = stop => (),
                () = expiry => (),
            }
            Unmeasured::Cancelled
        }
    }

    /// What ends a connection from outside: the switch, the permit's end, the line's deadline.
    fn end(&self) -> impl Future<Output = Unmeasured> + Send + 'static {
        let over = self.over();
        let deadline = self.meter.deadline();
        async move {
            tokio::select! {
                reason = over => reason,
                () = tokio::time::sleep_until(deadline.into()) => Unmeasured::TimedOut,
            }
        }
    }
}

/// Where a redirect points.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Hop {
    /// A host name.
    Name(HostName),
    /// A literal address.
    Address(IpAddr),
}
