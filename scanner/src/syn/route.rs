//! By which device the system would reach a host: asked of the kernel itself over netlink (RFC 3549,
//! rtnetlink of Linux), rules and tables and all. What a route leads over cannot be told from the
//! address it leaves from, since devices share addresses.

use std::{
    io::{self, Read},
    net::IpAddr,
    time::Duration,
};

use socket2::{Domain, Protocol, Socket, Type};

/// AF_NETLINK and NETLINK_ROUTE.
const NETLINK: i32 = 16;
const ROUTE: i32 = 0;

/// Bytes before the body of a message: length, kind, flags, number, sender.
const HEADER: usize = 16;

/// Kinds of message.
const ERROR: u16 = 2;
const GET_LINK: u16 = 18;
const GET_ROUTE: u16 = 26;

/// Attributes: the name of a link; destination and outgoing device of a route.
const NAME: u16 = 3;
const DESTINATION: u16 = 1;
const DEVICE: u16 = 4;

/// The number of the device called `name`; [`io::ErrorKind::NotFound`] if there is none.
pub(super) fn device(name: &str) -> io::Result<u32> {
    /// No such device (ENODEV).
    const NONE: i32 = 19;
    let mut body = vec![0; 16];
    attribute(&mut body, NAME, &[name.as_bytes(), &[0]].concat());
    let answer = ask(GET_LINK, &body).map_err(|error| match error.raw_os_error() {
        Some(NONE) => io::Error::new(io::ErrorKind::NotFound, "no such network device"),
        _ => error,
    })?;
    number(answer.get(4..8))
}

/// The number of the device over which the system would send to `to` now.
pub(super) fn to(to: IpAddr) -> io::Result<u32> {
    let (family, address) = match to {
        IpAddr::V4(to) => (2, to.octets().to_vec()),
        IpAddr::V6(to) => (10, to.octets().to_vec()),
    };
    let mut body = vec![0; 12];
    body[0] = family;
    body[1] = u8::try_from(address.len() * 8).unwrap_or_default();
    attribute(&mut body, DESTINATION, &address);
    let answer = ask(GET_ROUTE, &body)?;
    number(find(answer.get(12..).unwrap_or_default(), DEVICE))
}

fn attribute(body: &mut Vec<u8>, kind: u16, value: &[u8]) {
    let length = u16::try_from(value.len() + 4).unwrap_or_default();
    body.extend(length.to_ne_bytes());
    body.extend(kind.to_ne_bytes());
    body.extend(value);
    body.resize(body.len().next_multiple_of(4), 0);
}

/// The value of the first attribute of `kind` among `attributes`.
fn find(mut attributes: &[u8], kind: u16) -> Option<&[u8]> {
    loop {
        let (head, _) = attributes.split_at_checked(4)?;
        let length = usize::from(u16::from_ne_bytes([head[0], head[1]]));
        let value = attributes.get(4..length)?;
        if u16::from_ne_bytes([head[2], head[3]]) == kind {
            return Some(value);
        }
        attributes = attributes.get(length.next_multiple_of(4)..)?;
    }
}

fn number(bytes: Option<&[u8]>) -> io::Result<u32> {
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes
        .map(u32::from_ne_bytes)
        .ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// The body of the kernel's answer to one question.
fn ask(kind: u16, body: &[u8]) -> io::Result<Vec<u8>> {
    /// This is a question.
    const REQUEST: u16 = 1;
    let length = u32::try_from(HEADER + body.len()).unwrap_or_default();
    let message = [
        &length.to_ne_bytes()[..],
        &kind.to_ne_bytes(),
        &REQUEST.to_ne_bytes(),
        &[0; 8],
        body,
    ]
    .concat();
    let domain = Domain::from(NETLINK);
    let mut socket = Socket::new(domain, Type::RAW.cloexec(), Some(Protocol::from(ROUTE)))?;
    // The kernel answers in the call itself; this is for the day when it does not.
    socket.set_read_timeout(Some(Duration::from_secs(1)))?;
    socket.send(&message)?;
    let mut answer = vec![0; 16_384];
    let length = socket.read(&mut answer)?;
    answer.truncate(length);
    if length < HEADER {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let told = answer.split_off(HEADER);
    if u16::from_ne_bytes([answer[4], answer[5]]) != ERROR {
        return Ok(told);
    }
    // An error is a negated number of the system.
    let error = number(told.get(..4))?.wrapping_neg();
    let error = i32::try_from(error).unwrap_or_default();
    Err(io::Error::from_raw_os_error(error))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn loopback_is_reached_over_loopback() {
        let loopback = device("lo").unwrap();
        for address in ["127.0.0.1", "127.200.1.2", "::1"] {
            assert_eq!(to(address.parse().unwrap()).unwrap(), loopback, "{address}");
        }
        let none = device("no-such").unwrap_err();
        assert_eq!(none.kind(), io::ErrorKind::NotFound, "{none}");
    }

    proptest! {
        #[test]
        fn attributes_are_found_among_others(values in proptest::collection::vec((1..9_u16, proptest::collection::vec(any::<u8>(), 0..20)), 0..6), kind in 1..9_u16) {
            let mut body = Vec::new();
            for (kind, value) in &values {
                attribute(&mut body, *kind, value);
            }
            let expected = values.iter().find(|(this, _)| *this == kind).map(|(_, value)| &value[..]);
            prop_assert_eq!(find(&body, kind), expected);
        }

        #[test]
        fn any_bytes_end_well(bytes in proptest::collection::vec(any::<u8>(), 0..64), kind in 0..9_u16) {
            let _ = find(&bytes, kind);
        }
    }
}
