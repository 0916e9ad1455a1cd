//! Port discovery: one connection attempt, ended by a reset as soon as its answer is known.
//!
//! The attempt is made without a task, a timer or a place in the poll of its own: on a near host the
//! answer is there when `connect` returns. Only an attempt that has to wait becomes a future.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use luytre_checks::{Evidence, Excerpt, Unmeasured};
use luytre_inventory::ProbeClass;
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::TcpStream;

use super::Line;
use crate::{
    failure::{is_shortage, reason_of},
    host::Place,
    machine::{Machine, Seat},
    syn::{Asked, Pending, Syn},
};

/// What became of an attempt.
#[derive(Debug)]
pub(crate) enum Knock {
    /// It was answered at once.
    Answered(Duration, Result<(), Unmeasured>),
    /// It is under way.
    Waiting(Box<Waiting>),
    /// This machine lacked what a socket needs: no attempt was made.
    Short,
}

/// The right to one attempt now: gate, host, rates and this machine have agreed.
#[derive(Debug)]
pub(crate) struct Admitted {
    place: Place,
    seat: Seat,
}

/// An attempt under way.
#[derive(Debug)]
pub(crate) struct Waiting {
    way: Way,
    begun: Instant,
    place: Place,
    seat: Seat,
}

/// How an attempt is made.
#[derive(Debug)]
enum Way {
    /// By a connection to there.
    Connection(TcpStream, SocketAddr),
    /// By a SYN alone.
    Syn(Pending),
}

/// What an attempt that had to wait came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waited {
    /// From the packet to the answer, or to the end of patience.
    pub(crate) took: Duration,
    /// Open, or why not; [`Unmeasured::TimedOut`] is silence.
    pub(crate) result: Result<(), Unmeasured>,
    /// Whether it came after the attempt had been given up as lost.
    pub(crate) late: bool,
}

impl Line {
    /// Whether `port` accepts a connection, within `patience`: port discovery. It counts against the
    /// half-open limit and the rate of port discovery, not against conversations, and says nothing.
    pub async fn knock(&self, port: u16, patience: Duration) -> Result<(), Unmeasured> {
        let knocking = async {
            loop {
                let admitted = self.admit(port).await?;
                match self.send_knock(port, admitted) {
                    Knock::Answered(_, result) => return result,
                    Knock::Waiting(waiting) => {
                        return waiting.answer(patience, patience).await.result;
                    }
                    Knock::Short => (),
                }
            }
        };
        tokio::select! {
            result = knocking => result,
            reason = self.end() => Err(reason),
        }
    }

    /// Waits until one attempt at `port` may be made: a place in the half-open limit of the host, the
    /// rates, a socket of this machine. The gate is asked before the wait and again after it, right
    /// before the packet. Giving up the wait costs nothing.
    pub(crate) async fn admit(&self, port: u16) -> Result<Admitted, Unmeasured> {
        self.check(ProbeClass::Ports, port)?;
        if let Some(syn) = self.core.guard.syn() {
            self.source(syn)?;
        }
        let limits = self.core.permit.limits();
        let place = self.core.host.knock(limits).await.ok_or(Unmeasured::Bug)?;
        let seat = Machine::this().seat().await.ok_or(Unmeasured::Bug)?;
        self.check(ProbeClass::Ports, port)?;
        Ok(Admitted { place, seat })
    }

    /// Makes the attempt.
    pub(crate) fn send_knock(&self, port: u16, admitted: Admitted) -> Knock {
        let Admitted { place, seat } = admitted;
        let to = SocketAddr::new(self.address(), port);
        let begun = Instant::now();
        let waiting = |way| {
            Knock::Waiting(Box::new(Waiting {
                way,
                begun,
                place,
                seat,
            }))
        };
        if let Some(syn) = self.core.guard.syn() {
            return match self.counted(self.send_syn(syn, to)) {
                Some(Ok(Asked::Heard(heard))) => Knock::Answered(heard.took, heard.result),
                Some(Ok(Asked::Waiting(pending))) => waiting(Way::Syn(pending)),
                Some(Err(error)) => Knock::Answered(begun.elapsed(), Err(reason_of(&error))),
                None => Knock::Short,
            };
        }
        let Some(state) = self.counted(begin(to)) else {
            return Knock::Short;
        };
        let socket = match state {
            Ok((socket, true)) => {
                return Knock::Answered(begun.elapsed(), open(&SockRef::from(&socket), to));
            }
            Ok((socket, false)) => socket,
            Err(error) => return Knock::Answered(begun.elapsed(), Err(reason_of(&error))),
        };
        // However it ends, it ends with a reset or with nothing: also where its future is dropped.
        let _ = socket.set_linger(Some(Duration::ZERO));
        match TcpStream::from_std(socket.into()) {
            Ok(stream) => waiting(Way::Connection(stream, to)),
            Err(error) => {
                tracing::debug!(%error, "no room to wait for a socket");
                Machine::this().shortage();
                Knock::Short
            }
        }
    }

    /// Counts an attempt that was made; none if this machine lacked what it needs.
    fn counted<T>(&self, made: io::Result<T>) -> Option<io::Result<T>> {
        if matches!(&made, Err(error) if is_shortage(error)) {
            Machine::this().shortage();
            return None;
        }
        Machine::this().relief();
        self.meter.connections.fetch_add(1, Ordering::Relaxed);
        Some(made)
    }

    fn send_syn(&self, syn: &Syn, to: SocketAddr) -> io::Result<Asked> {
        match self.core.source.get().copied().flatten() {
            Some(source) => syn.ask(source, to),
            // Nothing is admitted without it.
            None => Err(io::ErrorKind::NetworkUnreachable.into()),
        }
    }

    /// Whence SYNs leave; refused, with the reason as evidence, where the route to this address leads
    /// over another device than the one that was named.
    fn source(&self, syn: &Syn) -> Result<IpAddr, Unmeasured> {
        let mut refused = false;
        let source = self.core.source.get_or_init(|| {
            let source = syn.source(self.address());
            refused = source.is_none();
            source
        });
        if refused {
            let told = format!("no route to {} over {}", self.address(), syn.device());
            self.note(Evidence {
                what: "route".to_owned(),
                excerpt: Excerpt::redacted(&told),
                command: None,
            });
        }
        source.ok_or(Unmeasured::NoRoute)
    }

    /// The rates of the host learn from an answer that came in time.
    pub(crate) fn answered(&self) {
        self.core.host.answered();
    }

    /// The rates of the host learn that it answered after so many `attempts` that were silent.
    pub(crate) fn bore(&self, attempts: usize) {
        self.core.host.bore(attempts);
    }

    /// The rates of the host learn from an answer that was lost or late.
    pub(crate) fn trouble(&self, round: Duration) {
        self.core.host.trouble(round);
    }
}

impl Waiting {
    /// Waits for the answer. After `lost` the attempt no longer counts as under way: its place in
    /// the half-open limit is given back, as TCP takes what is presumed lost out of its count of
    /// what is in the pipe (RFC 6675 4). Until `patience` an answer is still heard.
    pub(crate) async fn answer(self: Box<Self>, lost: Duration, patience: Duration) -> Waited {
        let Self {
            mut way,
            begun,
            place,
            seat,
        } = *self;
        let first = tokio::time::timeout_at((begun + lost).into(), way.answer()).await;
        drop(place);
        let (result, late) = if let Ok(result) = first {
            (result, false)
        } else {
            let second = tokio::time::timeout_at((begun + patience).into(), way.answer());
            (second.await.unwrap_or(Err(Unmeasured::TimedOut)), true)
        };
        drop(way);
        drop(seat);
        Waited {
            took: begun.elapsed(),
            late: late && result != Err(Unmeasured::TimedOut),
            result,
        }
    }
}

impl Way {
    async fn answer(&mut self) -> Result<(), Unmeasured> {
        match self {
            Self::Connection(stream, to) => match stream.writable().await {
                Ok(()) => outcome(stream, *to),
                Err(error) => Err(reason_of(&error)),
            },
            Self::Syn(pending) => pending.heard().await.result,
        }
    }
}

fn outcome(stream: &TcpStream, to: SocketAddr) -> Result<(), Unmeasured> {
    match stream.take_error() {
        Ok(None) => open(&SockRef::from(stream), to),
        Ok(Some(error)) | Err(error) => Err(reason_of(&error)),
    }
}

/// A socket on its way to `to`, and whether it has arrived.
fn begin(to: SocketAddr) -> io::Result<(Socket, bool)> {
    let socket = Socket::new(
        Domain::for_address(to),
        Type::STREAM.nonblocking(),
        Some(Protocol::TCP),
    )?;
    match socket.connect(&to.into()) {
        Ok(()) => return Ok((socket, true)),
        Err(error) if is_under_way(&error) => (),
        Err(error) => return Err(error),
    }
    // On loopback the answer came while `connect` ran.
    if let Some(error) = socket.take_error()? {
        return Err(error);
    }
    let arrived = socket.peer_addr().is_ok();
    Ok((socket, arrived))
}

fn is_under_way(error: &io::Error) -> bool {
    const EINPROGRESS: i32 = if cfg!(target_os = "linux") { 115 } else { 36 };
    error.raw_os_error() == Some(EINPROGRESS)
}

/// The answer of a connected socket; it ends with a reset instead of FIN: no TIME_WAIT on either
/// side, and the service sees no conversation.
fn open(socket: &SockRef<'_>, to: SocketAddr) -> Result<(), Unmeasured> {
    let _ = socket.set_linger(Some(Duration::ZERO));
    // On loopback a socket may take the very port it dials as its source and so meet itself: nobody
    // listens there.
    let from = socket.local_addr().ok().and_then(|from| from.as_socket());
    if from == Some(to) {
        return Err(Unmeasured::Refused);
    }
    Ok(())
}
