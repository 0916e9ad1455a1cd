//! The raw sockets of SYN discovery, and what it asks of the system besides.

use std::{
    io,
    net::{IpAddr, SocketAddr, UdpSocket},
};

use socket2::{Domain, Protocol, SockFilter, Socket, Type};

use crate::wire::Segment;

/// Source ports of SYNs, both inclusive. As many as a power of two, so that a hash picks any alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span(u16, u16);

const SPAN: u16 = 4096;

/// Those that Linux gives to nobody by itself: 32768 to 60999 are what it gives.
const USUAL: Span = Span(61_000, 61_000 + (SPAN - 1));

impl Span {
    pub(super) fn pick(self, hash: u64) -> u16 {
        let offset = u16::try_from(hash % u64::from(SPAN)).unwrap_or_default();
        self.0 + offset
    }

    /// Where the system gives the ports from `least` to `most`: above them, below them, or, where it
    /// gives nearly all, the usual ones. Even then nothing is mistaken, as an answer is known by what it
    /// acknowledges.
    fn beside(least: u16, most: u16) -> Self {
        let above = most.max(USUAL.0 - 1);
        if let Some(last) = above.checked_add(SPAN) {
            Self(above + 1, last)
        } else if least > 1024 + SPAN {
            Self(least - SPAN, least - 1)
        } else {
            USUAL
        }
    }
}

/// Source ports that the system gives to nobody.
pub(super) fn span() -> Span {
    let told =
        std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let mut bounds = told.split_whitespace().map(str::parse);
    match (bounds.next(), bounds.next()) {
        (Some(Ok(least)), Some(Ok(most))) => Span::beside(least, most),
        _ => USUAL,
    }
}

/// A raw socket of one family. To read and write it takes no more than a datagram socket does, so it
/// is used as one.
#[derive(Debug)]
pub(super) struct Raw {
    socket: UdpSocket,
    v4: bool,
}

impl Raw {
    pub(super) fn open(v4: bool, device: &str, span: Span) -> io::Result<Self> {
        /// Room for answers that come while nobody reads; the system gives what it allows.
        const ROOM: usize = 4 << 20;
        let domain = if v4 { Domain::IPV4 } else { Domain::IPV6 };
        let kind = Type::RAW.nonblocking().cloexec();
        let socket = Socket::new(domain, kind, Some(Protocol::TCP))?;
        // Before anything else can be read from it.
        socket.attach_filter(&filter(v4, span))?;
        socket.bind_device(Some(device.as_bytes()))?;
        let _ = socket.set_recv_buffer_size(ROOM);
        let socket = socket.into();
        Ok(Self { socket, v4 })
    }

    /// Sends a segment to the host `to`; the system writes the header of IP.
    pub(super) fn send(&self, segment: &[u8], to: IpAddr) -> io::Result<()> {
        // A raw socket knows no port.
        self.socket
            .send_to(segment, SocketAddr::new(to, 0))
            .map(drop)
    }

    /// The next packet: a segment and whence it comes, or nothing that can be read.
    /// [`io::ErrorKind::WouldBlock`] if there is none.
    pub(super) fn take(&self) -> io::Result<Option<(Segment, IpAddr)>> {
        // The longest header of IPv4 and that of TCP; what follows is cut off.
        let mut packet = [0; 80];
        let (length, from) = self.socket.recv_from(&mut packet)?;
        let packet = packet.get(..length).unwrap_or(&packet);
        let segment = if self.v4 {
            Segment::read_in_ipv4(packet)
        } else {
            Segment::read(packet)
        };
        Ok(segment.ok().map(|segment| (segment, from.ip())))
    }

    /// The same socket, for whoever waits until there is something to read.
    pub(super) fn watched(&self) -> io::Result<UdpSocket> {
        self.socket.try_clone()
    }
}

/// The address from which the system would send to `to`. Nothing is sent: a socket of UDP asks for its
/// route when it is connected, and says nothing.
pub(super) fn source(to: IpAddr) -> io::Result<IpAddr> {
    // Any port does.
    let to = SocketAddr::new(to, 9);
    let socket = Socket::new(Domain::for_address(to), Type::DGRAM, Some(Protocol::UDP))?;
    socket.connect(&to.into())?;
    let from = socket.local_addr()?.as_socket();
    from.map(|from| from.ip())
        .ok_or_else(|| io::ErrorKind::NetworkUnreachable.into())
}

/// A filter of the kernel (classic BPF) that lets through answers to our source ports alone: else every
/// segment that this machine receives would be copied to us. It decides only what is worth reading.
fn filter(v4: bool, span: Span) -> [SockFilter; 10] {
    // Words of linux/bpf_common.h, put together.
    const INDEX_BY_HEADER: u16 = 0xb1;
    const INDEX: u16 = 0x01;
    const LOAD_HALF: u16 = 0x48;
    const LOAD_BYTE: u16 = 0x50;
    const AND: u16 = 0x54;
    const EQUAL: u16 = 0x15;
    const ABOVE: u16 = 0x25;
    const AT_LEAST: u16 = 0x35;
    const RETURN: u16 = 0x06;
    let [open, shut] = [Segment::SYN, Segment::RST].map(|flag| u32::from(flag | Segment::ACK));
    let told = open | shut;
    // A raw socket of IPv4 sees the header of IP, one of IPv6 does not.
    let header = if v4 { INDEX_BY_HEADER } else { INDEX };
    [
        SockFilter::new(header, 0, 0, 0),
        // The port it goes to.
        SockFilter::new(LOAD_HALF, 0, 0, 2),
        SockFilter::new(AT_LEAST, 0, 5, span.0.into()),
        SockFilter::new(ABOVE, 4, 0, span.1.into()),
        // Its flags.
        SockFilter::new(LOAD_BYTE, 0, 0, 13),
        SockFilter::new(AND, 0, 0, told),
        SockFilter::new(EQUAL, 2, 0, open),
        SockFilter::new(EQUAL, 1, 0, shut),
        SockFilter::new(RETURN, 0, 0, 0),
        SockFilter::new(RETURN, 0, 0, 0xffff),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_ports_lie_beside_those_of_the_system() {
        for (least, most, expected) in [
            (32_768, 60_999, USUAL),
            (32_768, 61_000, Span(61_001, 65_096)),
            (10_000, 65_000, Span(5_904, 9_999)),
            (1_024, 65_535, USUAL),
        ] {
            let span = Span::beside(least, most);
            assert_eq!(span, expected, "{least} to {most}");
            assert!(span.pick(0) == span.0 && span.pick(u64::MAX) == span.1);
        }
    }
}
