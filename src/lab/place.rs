//! Where the servers listen: an address a machine, a free high port a server.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use tokio::net::{TcpListener, TcpSocket};

use super::planted::{Plan, Speaks};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 256;

/// A port taken for one server.
pub(super) enum Door {
    /// Listening.
    Open(SocketAddr, TcpListener),
    /// Taken but not listening: connections are refused, and nobody else can begin to answer.
    Shut(SocketAddr, TcpSocket),
}

impl Door {
    /// Where it is.
    pub(super) const fn address(&self) -> SocketAddr {
        match self {
            Self::Open(address, _) | Self::Shut(address, _) => *address,
        }
    }
}

/// The doors of a plan, in its order.
pub(super) struct Places {
    pub(super) doors: Vec<Door>,
    pub(super) own_addresses: bool,
}

impl Places {
    /// Takes a port for every server: on 127.77.0.x where the whole of 127.0.0.0/8 is local
    /// (RFC 1122 section 3.2.1.3, as on Linux), else all on 127.0.0.1.
    pub(super) fn find(plan: &Plan) -> io::Result<Self> {
        match Self::own(plan) {
            Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable => Self::shared(plan),
            found => found,
        }
    }

    fn own(plan: &Plan) -> io::Result<Self> {
        let doors = plan.servers.iter();
        let doors =
            doors.map(|server| door(Ipv4Addr::new(127, 77, 0, server.host), &server.speaks));
        Ok(Self {
            doors: doors.collect::<io::Result<_>>()?,
            own_addresses: true,
        })
    }

    /// All on 127.0.0.1.
    pub(super) fn shared(plan: &Plan) -> io::Result<Self> {
        let doors = plan.servers.iter();
        let doors = doors.map(|server| door(Ipv4Addr::LOCALHOST, &server.speaks));
        Ok(Self {
            doors: doors.collect::<io::Result<_>>()?,
            own_addresses: false,
        })
    }
}

fn door(address: Ipv4Addr, speaks: &Speaks) -> io::Result<Door> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(IpAddr::V4(address), 0))?;
    let place = socket.local_addr()?;
    Ok(match speaks {
        Speaks::Dead => Door::Shut(place, socket),
        _ => Door::Open(place, socket.listen(BACKLOG)?),
    })
}
