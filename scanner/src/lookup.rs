//! Questions to third parties: the only way to their sockets.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, atomic::Ordering},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use luytre_checks::Unmeasured;
use luytre_inventory::{Limits as HostLimits, LookupKind, LookupPermit, Target};
use tokio::net::{TcpStream, UdpSocket};

use crate::{
    Conn, Limits, Stop,
    failure::reason_of,
    host::{Host, Hosts, Place},
    meter::{Meter, lock},
};

/// Silences in a row after which a third party is left alone for a while.
const PATIENCE: u32 = 3;

/// How long a silent third party is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(30);

/// Most bytes of one datagram that are read.
const DATAGRAM: usize = 4096;

/// Most datagrams read in answer to one question: anybody may send some that are not the answer.
const DATAGRAMS: usize = 64;

/// Time and bytes of one third party's answers for one task.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(3),
    answer: Duration::from_secs(5),
    silence: Duration::from_secs(8),
    whole: Duration::from_secs(20),
    // The revocation list of a national authority may be large; more than this is not read.
    connection_bytes: 33 << 20,
    line_bytes: 34 << 20,
};

/// How gently a third party is asked. Our own resolvers stand more than a stranger's server.
const fn gentle(kind: LookupKind) -> HostLimits {
    // One half-open attempt at a time means a long rest after each, as for a fragile host.
    let (per_second, half_open) = match kind {
        LookupKind::Dns => (100, 2),
        LookupKind::Revocation => (5, 1),
    };
    HostLimits {
        conversations: 2,
        half_open,
        connections_per_second: per_second,
        knocks_per_second: 1,
        most_knocks_per_second: 1,
    }
}

/// What all questions to one address of a run share.
#[derive(Debug)]
pub(crate) struct Party {
    host: Arc<Host>,
    silence: Arc<Mutex<Silence>>,
}

/// How often in a row it was silent, and until when it is left alone.
#[derive(Debug, Default)]
struct Silence {
    in_a_row: u32,
    until: Option<Instant>,
}

/// The third parties of a run. Their limits stand apart from those of targets, so that a look that
/// holds a conversation with a host may wait for an answer from that very host.
#[derive(Debug, Default)]
pub(crate) struct Parties {
    hosts: Hosts,
    silences: Mutex<std::collections::HashMap<IpAddr, Arc<Mutex<Silence>>>>,
}

impl Parties {
    pub(crate) fn party(&self, address: IpAddr, kind: LookupKind) -> Party {
        let mut silences = lock(&self.silences);
        if silences.len() >= 4096 {
            silences.retain(|_, silence| Arc::strong_count(silence) > 1);
        }
        Party {
            host: self.hosts.host(address, gentle(kind)),
            silence: Arc::clone(silences.entry(address).or_default()),
        }
    }
}

/// A way to one port of one third party, bound to one permit. Shared by reference.
#[derive(Debug)]
pub struct Lookup {
    stop: Stop,
    permit: LookupPermit,
    party: Party,
    meter: Arc<Meter>,
}

impl Lookup {
    pub(crate) fn new(stop: Stop, permit: LookupPermit, party: Party) -> Self {
        Self {
            stop,
            permit,
            party,
            meter: Arc::new(Meter::new(Instant::now() + LIMITS.whole)),
        }
    }

    /// The permit it is bound to.
    pub const fn permit(&self) -> &LookupPermit {
        &self.permit
    }

    /// The third party as it was named, with the name to speak.
    pub const fn party(&self) -> &Target {
        self.permit.party()
    }

    /// Opens a connection. Waits for a place among the conversations of the run with this third
    /// party and for their rate.
    pub async fn connect(&self) -> Result<Conn, Unmeasured> {
        let place = self.enter().await?;
        let dialling = async {
            TcpStream::connect(self.permit.to())
                .await
                .map_err(|error| reason_of(&error))
        };
        self.meter.connections.fetch_add(1, Ordering::Relaxed);
        let begun = Instant::now();
        let stream = self.bounded(LIMITS.connect, dialling).await?;
        let dialled = begun.elapsed();
        if stream
            .local_addr()
            .is_ok_and(|here| here == self.permit.to())
        {
            return Err(Unmeasured::Refused);
        }
        let _ = stream.set_nodelay(true);
        let meter = Arc::clone(&self.meter);
        let end = self.end();
        Ok(Conn::new(stream, meter, LIMITS, end, place, dialled))
    }

    /// Sends `question` as one datagram from a fresh port and reads datagrams of that address until
    /// `read` knows one for the answer.
    pub async fn exchange<T>(
        &self,
        question: &[u8],
        mut read: impl FnMut(&[u8]) -> Option<T>,
        patience: Duration,
    ) -> Result<T, Unmeasured> {
        let _place = self.enter().await?;
        let asking = async {
            let socket = self.socket().await.map_err(|error| reason_of(&error))?;
            let sent = socket.send(question).await;
            let sent = sent.map_err(|error| reason_of(&error))? as u64;
            self.meter.sent.fetch_add(sent, Ordering::Relaxed);
            let mut buffer = vec![0; DATAGRAM];
            for _ in 0..DATAGRAMS {
                let got = socket.recv(&mut buffer).await;
                let got = got.map_err(|error| reason_of(&error))?;
                self.count(got)?;
                if let Some(answer) = read(&buffer[..got]) {
                    return Ok(answer);
                }
            }
            Err(Unmeasured::Protocol)
        };
        self.meter.connections.fetch_add(1, Ordering::Relaxed);
        self.bounded(patience.min(LIMITS.answer), asking).await
    }

    /// Runs `answer` under the limit of one answer. An answer, good or bad, ends the count of
    /// silences; a silence adds to it.
    pub async fn within<T>(
        &self,
        answer: impl Future<Output = Result<T, Unmeasured>>,
    ) -> Result<T, Unmeasured> {
        self.bounded(LIMITS.answer, answer).await
    }

    /// A socket that hears this one address and port only.
    async fn socket(&self) -> std::io::Result<UdpSocket> {
        let to = self.permit.to();
        let here = match to {
            SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
            SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
        };
        let socket = UdpSocket::bind(here).await?;
        socket.connect(to).await?;
        Ok(socket)
    }

    fn count(&self, bytes: usize) -> Result<(), Unmeasured> {
        let bytes = bytes as u64;
        self.meter.received.fetch_add(bytes, Ordering::Relaxed);
        let before = self
            .meter
            .received_in_all
            .fetch_add(bytes, Ordering::Relaxed);
        if before + bytes > LIMITS.line_bytes {
            return Err(Unmeasured::TooLarge);
        }
        Ok(())
    }

    /// The one gate before every packet.
    fn check(&self) -> Result<(), Unmeasured> {
        if self.stop.thrown() || !self.permit.allows(Timestamp::now()) {
            return Err(Unmeasured::Cancelled);
        }
        let alone = lock(&self.party.silence).until;
        if alone.is_some_and(|until| Instant::now() < until)
            || Instant::now() >= self.meter.deadline()
        {
            return Err(Unmeasured::TimedOut);
        }
        if self.meter.received_in_all.load(Ordering::Relaxed) > LIMITS.line_bytes {
            return Err(Unmeasured::TooLarge);
        }
        Ok(())
    }

    async fn enter(&self) -> Result<Place, Unmeasured> {
        self.check()?;
        let begun = Instant::now();
        let place = tokio::select! {
            place = self.party.host.converse(gentle(self.permit.kind())) => {
                place.ok_or(Unmeasured::Bug)?
            }
            reason = self.over() => return Err(reason),
        };
        // Others of our own were before us: that is not the third party's time.
        self.meter.extend(begun.elapsed());
        self.check()?;
        Ok(place)
    }

    /// Runs `work` for `most` at the longest and keeps count of silences.
    async fn bounded<T>(
        &self,
        most: Duration,
        work: impl Future<Output = Result<T, Unmeasured>>,
    ) -> Result<T, Unmeasured> {
        let result = tokio::select! {
            result = tokio::time::timeout(most, work) => {
                result.unwrap_or(Err(Unmeasured::TimedOut))
            }
            reason = self.end() => Err(reason),
        };
        let mut silence = lock(&self.party.silence);
        match &result {
            Err(Unmeasured::TimedOut) => {
                silence.in_a_row += 1;
                if silence.in_a_row >= PATIENCE {
                    silence.until = Some(Instant::now() + LEFT_ALONE);
                }
            }
            Err(Unmeasured::Cancelled | Unmeasured::Bug) => (),
            Ok(_) | Err(_) => *silence = Silence::default(),
        }
        result
    }

    /// Ends when the switch is thrown or the permit runs out.
    fn over(&self) -> impl Future<Output = Unmeasured> + Send + 'static {
        let stop = self.stop.wait();
        let left = self.permit.until().duration_since(Timestamp::now());
        let left = Duration::try_from(left).unwrap_or(Duration::ZERO);
        async move {
            // Timers reach about two years; a permit further off cannot end during a run.
            tokio::select! {
                () = stop => (),
                () = tokio::time::sleep(left.min(Duration::from_hours(24 * 365))) => (),
            }
            Unmeasured::Cancelled
        }
    }

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
