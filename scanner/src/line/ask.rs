//! Questions of one UDP datagram.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use aws_lc_rs::rand;
use luytre_checks::Unmeasured;
use luytre_inventory::ProbeClass;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;

use super::Line;
use crate::failure::reason_of;

/// Most datagrams that are heard in answer to one question.
const MOST_ANSWERS: u32 = 128;

/// Most bytes that are heard in answer to one question.
const MOST_BYTES: u64 = 256 << 10;

/// How much of them is kept for reading.
const KEPT: usize = 64 << 10;

/// Datagrams of the same port that answer nothing we asked, until it is left alone.
const MOST_FOREIGN: u32 = 64;

/// Longest time for all datagrams of one answer.
const LONGEST: Duration = Duration::from_secs(3);

/// The largest datagram there is.
const DATAGRAM: usize = 65_535;

/// A question, and how its answers are known.
pub(crate) struct Asking<'a> {
    /// The datagram that carries a number.
    pub(crate) say: &'a (dyn Fn(u32) -> Vec<u8> + Send + Sync),
    /// Whether a datagram answers the question with that number.
    pub(crate) is_answer: &'a (dyn Fn(u32, &[u8]) -> bool + Send + Sync),
    /// Whether the protocol gives the number back, so that the answer to the first sending is told from
    /// that to the second.
    pub(crate) numbered: bool,
    /// Whether the protocol answers from another port than the one asked (RFC 1350 section 4).
    pub(crate) from_any_port: bool,
    /// How long an answer is waited for, for each time the question is sent.
    pub(crate) patience: [Duration; 2],
    /// The answer is over when nothing more has come for so long.
    pub(crate) quiet: Duration,
}

/// An answer.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// The datagrams, as far as they are kept; the first is always there.
    pub(crate) datagrams: Vec<Vec<u8>>,
    /// The number of the question that they answer.
    pub(crate) number: u32,
    /// Payload of the question, or of its two sendings where it is not known which was answered.
    pub(crate) asked: usize,
    /// Datagrams.
    pub(crate) count: u32,
    /// Payload of them all.
    pub(crate) bytes: u64,
    /// From the last sending to the first answer.
    pub(crate) took: Duration,
    /// Whether more might have come.
    pub(crate) capped: bool,
}

impl Reply {
    fn take(&mut self, datagram: &[u8]) {
        self.count += 1;
        self.bytes += datagram.len() as u64;
        let kept: usize = self.datagrams.iter().map(Vec::len).sum();
        if self.datagrams.is_empty() || kept + datagram.len() <= KEPT {
            self.datagrams.push(datagram.to_vec());
        }
    }

    const fn is_full(&self) -> bool {
        self.count >= MOST_ANSWERS || self.bytes >= MOST_BYTES
    }
}

impl Line {
    /// Asks `port`, at most twice, and hears all that answers. One question to a host is under way at a
    /// time. [`Unmeasured::Refused`] if the host says that the port is closed; silence is
    /// [`Unmeasured::TimedOut`], and [`Unmeasured::Protocol`] if what came answers nothing. Silence is
    /// no waste of the line: its length is ours.
    pub(crate) async fn ask(&self, port: u16, asking: &Asking<'_>) -> Result<Reply, Unmeasured> {
        self.check(ProbeClass::Udp, port)?;
        let begun = Instant::now();
        let _turn = tokio::select! {
            turn = self.core.host.turn() => turn,
            reason = self.over() => return Err(reason),
        };
        // Others of our own were before us: that is not the target's time.
        self.meter.extend(begun.elapsed());
        let _place = self.enter(ProbeClass::Udp, port).await?;
        tokio::select! {
            reply = self.exchange(port, asking) => reply,
            reason = self.end() => Err(reason),
        }
    }

    async fn exchange(&self, port: u16, asking: &Asking<'_>) -> Result<Reply, Unmeasured> {
        let to = SocketAddr::new(self.address(), port);
        let ears = Ears::open(to, asking.from_any_port).map_err(|error| reason_of(&error))?;
        let mut buffer = vec![0; DATAGRAM];
        let (mut numbers, mut asked, mut foreign) = (Vec::new(), 0, 0);
        for patience in asking.patience {
            self.check(ProbeClass::Udp, port)?;
            let number = fresh(&numbers)?;
            let question = (asking.say)(number);
            numbers.push(number);
            asked = question.len() + if asking.numbered { 0 } else { asked };
            self.meter.connections.fetch_add(1, Ordering::Relaxed);
            let sent = ears.ask(&question).await;
            let sent = sent.map_err(|error| reason_of(&error))? as u64;
            self.meter.sent.fetch_add(sent, Ordering::Relaxed);
            let begun = Instant::now();
            let until = begun + patience.min(self.limits().answer);
            loop {
                let heard = tokio::time::timeout_at(until.into(), ears.hear(&mut buffer)).await;
                let Ok(heard) = heard else { break };
                let length = heard.map_err(|error| reason_of(&error))?;
                self.count(length)?;
                let datagram = &buffer[..length];
                let answered = numbers
                    .iter()
                    .find(|number| (asking.is_answer)(**number, datagram));
                if let Some(number) = answered {
                    let mut reply = Reply {
                        number: *number,
                        asked,
                        took: begun.elapsed(),
                        ..Reply::default()
                    };
                    reply.take(datagram);
                    return self.rest(&ears, asking, reply, &mut buffer).await;
                }
                foreign += 1;
                if foreign >= MOST_FOREIGN {
                    return Err(Unmeasured::Protocol);
                }
            }
        }
        Err(if foreign > 0 {
            Unmeasured::Protocol
        } else {
            Unmeasured::TimedOut
        })
    }

    /// Hears what else answers, until it is quiet or enough.
    async fn rest(
        &self,
        ears: &Ears,
        asking: &Asking<'_>,
        mut reply: Reply,
        buffer: &mut [u8],
    ) -> Result<Reply, Unmeasured> {
        let end = Instant::now() + LONGEST;
        let mut foreign = 0;
        while !reply.is_full() && foreign < MOST_FOREIGN && Instant::now() < end {
            let until = (Instant::now() + asking.quiet).min(end);
            let heard = tokio::time::timeout_at(until.into(), ears.hear(buffer)).await;
            // It has answered: an error behind the answer takes nothing back.
            let Ok(Ok(length)) = heard else {
                reply.capped = Instant::now() >= end;
                return Ok(reply);
            };
            self.count(length)?;
            let datagram = &buffer[..length];
            if (asking.is_answer)(reply.number, datagram) {
                reply.take(datagram);
            } else {
                foreign += 1;
            }
        }
        reply.capped = true;
        Ok(reply)
    }

    fn count(&self, bytes: usize) -> Result<(), Unmeasured> {
        let bytes = bytes as u64;
        self.meter.received.fetch_add(bytes, Ordering::Relaxed);
        let before = self
            .meter
            .received_in_all
            .fetch_add(bytes, Ordering::Relaxed);
        if before + bytes > self.limits().line_bytes {
            return Err(Unmeasured::TooLarge);
        }
        Ok(())
    }
}

/// A number that was not used yet. Whoever cannot see our question cannot guess it.
fn fresh(used: &[u32]) -> Result<u32, Unmeasured> {
    let mut bytes = [0; 4];
    rand::fill(&mut bytes).map_err(|_| Unmeasured::Bug)?;
    let number = u32::from_be_bytes(bytes);
    // Protocols carry as little as six bits of it.
    let taken = used.iter().any(|other| other & 0x3f == number & 0x3f);
    Ok(if taken { number ^ 1 } else { number })
}

/// The sockets of one question.
struct Ears {
    /// Hears the port asked and nobody else, and what the host says of it by ICMP.
    near: UdpSocket,
    /// Hears the other ports of the host on the same port of ours.
    far: Option<(UdpSocket, IpAddr)>,
}

impl Ears {
    fn open(to: SocketAddr, from_any_port: bool) -> io::Result<Self> {
        let unspecified: IpAddr = match to {
            SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let far = from_any_port
            .then(|| bound(SocketAddr::new(unspecified, 0), true))
            .transpose()?;
        let ours = far.as_ref().and_then(|far| far.local_addr().ok());
        let here = ours.and_then(|here| here.as_socket());
        let here = here.unwrap_or(SocketAddr::new(unspecified, 0));
        let near = bound(here, from_any_port)?;
        near.connect(&to.into())?;
        let own = near.local_addr()?.as_socket();
        if own == Some(to) {
            // We got the very port that we ask: nobody else listens there.
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        Ok(Self {
            near: UdpSocket::from_std(near.into())?,
            far: far
                .map(|far| Ok::<_, io::Error>((UdpSocket::from_std(far.into())?, to.ip())))
                .transpose()?,
        })
    }

    async fn ask(&self, question: &[u8]) -> io::Result<usize> {
        self.near.send(question).await
    }

    async fn hear(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some((far, host)) = &self.far else {
            return self.near.recv(buffer).await;
        };
        loop {
            tokio::select! {
                ready = self.near.readable() => {
                    ready?;
                    match self.near.try_recv(buffer) {
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => (),
                        other => return other,
                    }
                }
                ready = far.readable() => {
                    ready?;
                    match far.try_recv_from(buffer) {
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => (),
                        Err(error) => return Err(error),
                        // Whoever else knows our port is not heard.
                        Ok((_, from)) if from.ip().to_canonical() != *host => (),
                        Ok((length, _)) => return Ok(length),
                    }
                }
            }
        }
    }
}

fn bound(here: SocketAddr, shared: bool) -> io::Result<Socket> {
    let kind = Type::DGRAM.nonblocking();
    let socket = Socket::new(Domain::for_address(here), kind, Some(Protocol::UDP))?;
    socket.set_reuse_address(shared)?;
    socket.bind(&here.into())?;
    Ok(socket)
}
