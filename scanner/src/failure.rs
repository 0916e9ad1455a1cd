//! Errors of the operating system, as measuring failures.

use std::io;

use luytre_checks::Unmeasured;

use crate::conn::Ended;

/// The measuring failure that an error of the operating system means. The one place of this mapping.
pub(crate) fn reason_of(error: &io::Error) -> Unmeasured {
    if let Some(ended) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Ended>())
    {
        return ended.0;
    }
    if is_shortage(error) {
        // Ours, not the peer's: never a statement about the target.
        return Unmeasured::Bug;
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Unmeasured::Refused,
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::NotConnected
        | io::ErrorKind::BrokenPipe => Unmeasured::Reset,
        io::ErrorKind::UnexpectedEof | io::ErrorKind::WriteZero => Unmeasured::Closed,
        io::ErrorKind::TimedOut => Unmeasured::TimedOut,
        io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::PermissionDenied => Unmeasured::NoRoute,
        io::ErrorKind::InvalidData => Unmeasured::Protocol,
        _ => Unmeasured::Bug,
    }
}

/// Whether this machine, not the target, lacks something: descriptors (EMFILE, ENFILE), buffers
/// (ENOBUFS), memory (ENOMEM), free source ports (EADDRNOTAVAIL, EAGAIN), room to wait for a socket (ENOSPC of
/// epoll).
pub(crate) fn is_shortage(error: &io::Error) -> bool {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    const ENOSPC: i32 = 28;
    const ENOBUFS: i32 = if cfg!(target_os = "linux") { 105 } else { 55 };
    matches!(
        error.kind(),
        io::ErrorKind::AddrNotAvailable | io::ErrorKind::OutOfMemory | io::ErrorKind::WouldBlock
    ) || matches!(
        error.raw_os_error(),
        Some(ENFILE | EMFILE | ENOSPC | ENOBUFS)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_shortage_is_no_fact_about_the_target() {
        // EMFILE, ENFILE, ENOMEM, EADDRNOTAVAIL, EAGAIN, ENOSPC, ENOBUFS of Linux.
        for number in [24, 23, 12, 99, 11, 28, 105] {
            let error = io::Error::from_raw_os_error(number);
            assert!(is_shortage(&error), "{error}");
            assert_eq!(reason_of(&error), Unmeasured::Bug, "{error}");
        }
    }

    #[test]
    fn table() {
        for (number, reason) in [
            (111, Unmeasured::Refused),
            (104, Unmeasured::Reset),
            (32, Unmeasured::Reset),
            (110, Unmeasured::TimedOut),
            (113, Unmeasured::NoRoute),
            (101, Unmeasured::NoRoute),
            (13, Unmeasured::NoRoute),
        ] {
            let error = io::Error::from_raw_os_error(number);
            assert_eq!(reason_of(&error), reason, "{error}");
        }
        let ended = io::Error::other(Ended(Unmeasured::Cancelled));
        assert_eq!(reason_of(&ended), Unmeasured::Cancelled);
    }
}
