//! Port discovery by SYN alone: the first segment of a connection is written to a raw socket, and its
//! answer is read from one. No connection comes about: the system, which knows of none, resets what a
//! listener offers.
//!
//! The system routes these packets like any others and writes their IP header. They may leave by one
//! device only, which the operator names: the sockets are bound to it, and a host to which the system's
//! own route leads elsewhere is refused ([`Syn::source`]).
//!
//! Source port and sequence number come of a keyed hash, so an answer proves by itself that it is one to
//! a SYN of ours (the same idea as the cookies of RFC 4987 3.6); the table holds only what waits for it.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, RandomState},
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use luytre_checks::Unmeasured;
use tokio::sync::oneshot;

use crate::{meter::lock, wire::Segment};

mod route;
mod socket;

use socket::{Raw, Span};

/// Bytes of the name of a device (IFNAMSIZ of Linux, without the end mark).
const LONGEST_NAME: usize = 15;

/// SYNs and their answers, over one device.
#[derive(Debug)]
pub struct Syn {
    shared: Arc<Shared>,
    /// They end with it.
    readers: Vec<tokio::task::JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    device: String,
    /// The number of that device.
    number: u32,
    key: RandomState,
    /// Source ports that the system gives to nobody.
    span: Span,
    /// Attempts so far: the second one at a port comes from another source port.
    attempts: AtomicU32,
    v4: Raw,
    /// None where the system has no IPv6.
    v6: Option<Raw>,
    /// By target and source port.
    waiting: Mutex<HashMap<Attempt, Waiting>>,
}

type Attempt = (SocketAddr, u16);

/// An attempt without an answer so far.
#[derive(Debug)]
struct Waiting {
    begun: Instant,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Its sender has not looked yet.
    Sent,
    /// Heard before its sender looked.
    Heard(Heard),
    /// Its sender waits.
    Awaited(oneshot::Sender<Heard>),
}

/// An answer to a SYN.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heard {
    /// From the SYN to the answer.
    pub(crate) took: Duration,
    /// Open, or [`Unmeasured::Refused`].
    pub(crate) result: Result<(), Unmeasured>,
}

/// What became of a SYN.
#[derive(Debug)]
pub(crate) enum Asked {
    /// It was answered at once.
    Heard(Heard),
    /// It is under way.
    Waiting(Pending),
}

/// A SYN under way; dropped, nobody waits for its answer any more.
#[derive(Debug)]
pub(crate) struct Pending {
    shared: Arc<Shared>,
    attempt: Attempt,
    answer: oneshot::Receiver<Heard>,
}

impl Syn {
    /// Opens raw sockets bound to `device`; inside a tokio runtime. Fails with
    /// [`io::ErrorKind::PermissionDenied`] without the right to raw packets (CAP_NET_RAW on Linux), and
    /// with [`io::ErrorKind::NotFound`] where there is no such device.
    pub fn open(device: &str) -> io::Result<Self> {
        // The system would cut a longer name short, and take an empty one for any device.
        if !(1..=LONGEST_NAME).contains(&device.len()) {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "no such network device",
            ));
        }
        let number = route::device(device)?;
        let span = socket::span();
        let v4 = Raw::open(true, device, span)?;
        // A machine without IPv6 can still ask by IPv4.
        let v6 = match Raw::open(false, device, span) {
            Ok(raw) => Some(raw),
            Err(error) => {
                tracing::debug!(%error, "no raw packets of IPv6");
                None
            }
        };
        let shared = Arc::new(Shared {
            device: device.to_owned(),
            number,
            key: RandomState::new(),
            span,
            attempts: AtomicU32::new(0),
            v4,
            v6,
            waiting: Mutex::default(),
        });
        let readers = [true, false]
            .into_iter()
            .filter(|v4| *v4 || shared.v6.is_some())
            .map(|v4| tokio::spawn(read(Arc::clone(&shared), v4)))
            .collect();
        Ok(Self { shared, readers })
    }

    /// The device by which packets leave.
    pub fn device(&self) -> &str {
        &self.shared.device
    }

    /// The address from which packets to `to` leave, as the system routes now. None where it has no
    /// route, or its route leads over another device than ours. No packet is sent.
    pub(crate) fn source(&self, to: IpAddr) -> Option<IpAddr> {
        let device = route::to(to).ok()?;
        (device == self.shared.number)
            .then(|| socket::source(to).ok())
            .flatten()
    }

    /// Asks for a connection `to`, from the address that [`Syn::source`] gave.
    pub(crate) fn ask(&self, source: IpAddr, to: SocketAddr) -> io::Result<Asked> {
        self.shared.ask(source, to)
    }
}

impl Drop for Syn {
    fn drop(&mut self) {
        for reader in &self.readers {
            reader.abort();
        }
    }
}

impl Shared {
    fn ask(self: &Arc<Self>, source: IpAddr, to: SocketAddr) -> io::Result<Asked> {
        let raw = self.raw(to.is_ipv4())?;
        let attempt = self.begin(to);
        let sequence = self.sequence(attempt);
        let bytes = Segment::syn(attempt.1, to.port(), sequence).write(source, to.ip());
        if let Err(error) = raw.send(&bytes, to.ip()) {
            lock(&self.waiting).remove(&attempt);
            return Err(error);
        }
        // On loopback the answer lies there when the call returns.
        loop {
            let more = self.take_one(raw);
            let mut all = lock(&self.waiting);
            match all.get_mut(&attempt).map(|waiting| &mut waiting.state) {
                Some(State::Heard(heard)) => {
                    let heard = *heard;
                    all.remove(&attempt);
                    return Ok(Asked::Heard(heard));
                }
                Some(_) if more => (),
                Some(state) => {
                    let (tell, answer) = oneshot::channel();
                    *state = State::Awaited(tell);
                    return Ok(Asked::Waiting(Pending {
                        shared: Arc::clone(self),
                        attempt,
                        answer,
                    }));
                }
                // Nobody else takes it away.
                None => return Err(io::ErrorKind::WouldBlock.into()),
            }
        }
    }

    /// A new attempt: its source port is free for this target.
    fn begin(&self, to: SocketAddr) -> Attempt {
        let mut all = lock(&self.waiting);
        loop {
            let turn = self.attempts.fetch_add(1, Ordering::Relaxed);
            let attempt = (to, self.span.pick(self.key.hash_one((to, turn))));
            if let Entry::Vacant(place) = all.entry(attempt) {
                place.insert(Waiting {
                    begun: Instant::now(),
                    state: State::Sent,
                });
                return attempt;
            }
        }
    }

    fn raw(&self, v4: bool) -> io::Result<&Raw> {
        let raw = if v4 { Some(&self.v4) } else { self.v6.as_ref() };
        raw.ok_or_else(|| io::ErrorKind::NetworkUnreachable.into())
    }

    /// Half of the hash is as good as the whole.
    fn sequence(&self, attempt: Attempt) -> u32 {
        let hash = self.key.hash_one((attempt, "sequence"));
        u32::try_from(hash >> 32).unwrap_or_default()
    }

    /// Takes one packet out of the socket; whether there was one.
    fn take_one(&self, raw: &Raw) -> bool {
        match raw.take() {
            Ok(Some((segment, address))) => {
                self.hear(segment, address);
                true
            }
            // Not a segment: the filter before the socket is not the judge.
            Ok(None) => true,
            Err(_) => false,
        }
    }

    fn hear(&self, segment: Segment, address: IpAddr) {
        let attempt = (SocketAddr::new(address, segment.from), segment.to);
        let Some(open) = segment.verdict(self.sequence(attempt)) else {
            return;
        };
        let mut all = lock(&self.waiting);
        let Some(waiting) = all.get_mut(&attempt) else {
            return;
        };
        let heard = Heard {
            took: waiting.begun.elapsed(),
            result: if open {
                Ok(())
            } else {
                Err(Unmeasured::Refused)
            },
        };
        // The first answer counts: what follows it is our system's own reset, or a repetition.
        match std::mem::replace(&mut waiting.state, State::Heard(heard)) {
            State::Sent => (),
            State::Heard(first) => waiting.state = State::Heard(first),
            State::Awaited(tell) => {
                all.remove(&attempt);
                // Whoever gave up just now asks again.
                let _ = tell.send(heard);
            }
        }
    }
}

impl Pending {
    /// Waits for the answer.
    pub(crate) async fn heard(&mut self) -> Heard {
        match (&mut self.answer).await {
            Ok(heard) => heard,
            // Nobody will tell any more: silence, for as long as the caller cares to listen.
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        lock(&self.shared.waiting).remove(&self.attempt);
    }
}

/// Hears what comes when nobody is sending.
async fn read(shared: Arc<Shared>, v4: bool) {
    let Ok(raw) = shared.raw(v4) else { return };
    let socket = raw.watched().and_then(tokio::net::UdpSocket::from_std);
    let socket = match socket {
        Ok(socket) => socket,
        Err(error) => {
            tracing::error!(%error, "answers to SYNs cannot be waited for");
            return;
        }
    };
    while socket.readable().await.is_ok() {
        // So that the runtime notices when the socket is empty.
        let _ = socket.try_io(tokio::io::Interest::READABLE, || {
            for _ in 0..64 {
                match raw.take() {
                    Ok(Some((segment, address))) => shared.hear(segment, address),
                    Ok(None) => (),
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        });
    }
}
