//! Opening lines for protocols in which the client speaks first, and what their answers mean.

use luytre_checks::Unmeasured;
use luytre_inventory::Protocol;

use super::greeting::Heard;

/// The inline command (redis.io: protocol specification). It needs no login.
pub(super) const REDIS: &[u8] = b"PING\r\n";

pub(super) fn redis_end(said: &[u8]) -> bool {
    said.contains(&b'\n')
}

/// SSLRequest (PostgreSQL: message formats): length 8, code 80877103. Answered by one byte before any
/// login.
pub(super) const POSTGRES: &[u8] = &[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

pub(super) fn postgres_end(said: &[u8]) -> bool {
    !said.is_empty()
}

pub(super) fn postgres(said: &[u8]) -> Result<Heard, Unmeasured> {
    let banner = match said {
        b"S" => "SSLRequest: S",
        b"N" => "SSLRequest: N",
        // Servers before 7.4 and some proxies answer with an error in words.
        [b'E', rest @ ..]
            if contains(rest, b"FATAL") || contains(rest, b"unsupported frontend") =>
        {
            "SSLRequest: E"
        }
        _ => return Err(Unmeasured::Protocol),
    };
    Ok(Heard::plain(Protocol::Postgres, banner))
}

/// X.224 connection request in a TPKT with an RDP negotiation request for TLS and CredSSP (MS-RDPBCGR
/// 2.2.1.1).
pub(super) const RDP: &[u8] = &[3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0];

pub(super) fn rdp_end(said: &[u8]) -> bool {
    matches!(said, [3, 0, high, low, ..]
        if said.len() >= usize::from(u16::from_be_bytes([*high, *low])))
        || (said.len() >= 4 && !said.starts_with(&[3, 0]))
}

/// A connection confirm (X.224 code 0xd0), with what was negotiated (MS-RDPBCGR 2.2.1.2).
pub(super) fn rdp(said: &[u8]) -> Result<Heard, Unmeasured> {
    let [3, 0, _, _, _, 0xd0, ..] = said else {
        return Err(Unmeasured::Protocol);
    };
    let banner = match said.get(11..16) {
        Some([2, _, _, _, selected]) => match selected {
            0 => "RDP: standard security",
            1 => "RDP: TLS",
            2 | 8 => "RDP: CredSSP (NLA)",
            _ => "RDP",
        },
        Some([3, ..]) => "RDP: negotiation refused",
        _ => "RDP: standard security, no negotiation",
    };
    Ok(Heard::plain(Protocol::Rdp, banner))
}

/// Multi-protocol negotiate (MS-SMB2 4.1): an SMB 1 header with the dialects `NT LM 0.12`,
/// `SMB 2.002` and `SMB 2.???`, so that every age of server can answer.
pub(super) const SMB: &[u8] =
    b"\x00\x00\x00\x45\xffSMB\x72\x00\x00\x00\x00\x18\x53\xc8\x00\x00\x00\x00\x00\x00\x00\x00\
\x00\x00\x00\x00\xff\xff\xff\xfe\x00\x00\x00\x00\x00\x22\x00\x02NT LM 0.12\x00\x02SMB 2.002\x00\
\x02SMB 2.???\x00";

pub(super) fn smb_end(said: &[u8]) -> bool {
    said.len() >= 8
}

pub(super) fn smb(said: &[u8]) -> Result<Heard, Unmeasured> {
    let banner = match said.get(4..8) {
        Some(b"\xfeSMB") => "SMB 2 or later",
        Some(b"\xffSMB") => "SMB 1 only",
        _ => return Err(Unmeasured::Protocol),
    };
    Ok(Heard::plain(Protocol::Smb, banner))
}

/// A request that every web server answers and that does no harm where no web server is: without a
/// Host line, which some databases log as an attack.
pub(super) fn get(name: Option<&str>, agent: &str) -> String {
    let host = name.map_or_else(String::new, |name| format!("Host: {name}\r\n"));
    format!("GET / HTTP/1.0\r\nUser-Agent: {agent}\r\n{host}\r\n")
}

/// The header section, and of an error also what it says: it may be about TLS.
pub(super) fn get_end(said: &[u8]) -> bool {
    if !said.starts_with(b"HTTP/") {
        return said.contains(&b'\n')
            || said.starts_with(&[0x15, 3])
            || said.starts_with(&[0x16, 3]);
    }
    let whole = contains(said, b"\r\n\r\n") || contains(said, b"\n\n");
    whole && !(said.get(9..12) == Some(b"400") && said.len() < 1024)
}

pub(super) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smb_lengths_agree() {
        // NetBIOS length, then word count 0 and byte count before the dialects.
        assert_eq!(usize::from(SMB[3]), SMB.len() - 4);
        let bytes = u16::from_le_bytes([SMB[37], SMB[38]]);
        assert_eq!(usize::from(bytes), SMB.len() - 39);
        assert_eq!(SMB[36], 0);
    }

    #[test]
    fn rdp_lengths_agree() {
        assert_eq!(usize::from(RDP[3]), RDP.len());
        assert_eq!(usize::from(RDP[4]), RDP.len() - 5);
    }

    #[test]
    fn answers() {
        let banner = |heard: Result<Heard, Unmeasured>| heard.map(|h| h.banner);
        let confirm = [
            3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 2, 0, 0, 0,
        ];
        assert_eq!(banner(rdp(&confirm)).unwrap(), "RDP: CredSSP (NLA)");
        assert_eq!(
            banner(rdp(&confirm[..11])).unwrap(),
            "RDP: standard security, no negotiation"
        );
        assert_eq!(banner(postgres(b"S")).unwrap(), "SSLRequest: S");
        for no in [&b"SSH-2.0-x"[..], b"", b"X", b"Hello"] {
            assert!(postgres(no).is_err() && rdp(no).is_err() && smb(no).is_err());
        }
        assert_eq!(
            banner(smb(b"\0\0\0\x48\xfeSMB@")).unwrap(),
            "SMB 2 or later"
        );
        assert_eq!(banner(smb(b"\0\0\0\x48\xffSMBr")).unwrap(), "SMB 1 only");
    }
}
