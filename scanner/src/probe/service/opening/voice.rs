//! Voice, pictures, messages and ways through.

use luytre_inventory::Protocol;

use super::{Asker, Opening, Whole, asking, at_least, contains};
use crate::probe::service::greeting::{self, Heard};

pub(super) const OPENINGS: [Opening; 5] = [
    asking(Protocol::Rtsp, rtsp_options, section, by_greeting),
    asking(Protocol::Sip, sip_options, section, by_greeting),
    // RTMP specification 5.2: the client's half of the handshake.
    asking(
        Protocol::Rtmp,
        |_| {
            let mut hello = vec![3];
            hello.resize(1537, 0);
            hello
        },
        |said| at_least(said, 1537),
        |said| {
            let said = said.first()?;
            // The server's own half carries random bytes, ours none.
            let own = said.get(9..1537)?.iter().any(|byte| *byte != 0);
            (said.first() == Some(&3) && own)
                .then(|| Heard::plain(Protocol::Rtmp, "RTMP handshake"))
        },
    ),
    // RFC 1928 3: methods on offer: none but "no authentication". No connection is asked for.
    asking(
        Protocol::Socks,
        |_| vec![5, 1, 0],
        |said| at_least(said, 2),
        |said| match said.first()?.as_slice() {
            [5, 0] => Some(Heard::plain(Protocol::Socks, "SOCKS 5: no authentication")),
            [5, 0xff] => Some(Heard::plain(
                Protocol::Socks,
                "SOCKS 5: authentication required",
            )),
            _ => None,
        },
    ),
    // RFC 6120 4.2: the stream is opened, and nothing more.
    asking(
        Protocol::Xmpp,
        xmpp_stream,
        |said| (contains(said, b"<stream:") && contains(said, b">")).into(),
        by_greeting,
    ),
];

fn by_greeting(said: &[Vec<u8>]) -> Option<Heard> {
    greeting::understand(said.first()?, None)
}

fn section(said: &[u8]) -> Whole {
    (contains(said, b"\r\n\r\n") || contains(said, b"\n\n")).into()
}

/// RFC 2326 10.1.
fn rtsp_options(asker: &Asker<'_>) -> Vec<u8> {
    let agent = asker.agent;
    format!("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: {agent}\r\n\r\n").into_bytes()
}

/// RFC 3261 11.1: what the server can do; no call is made.
fn sip_options(asker: &Asker<'_>) -> Vec<u8> {
    let (host, agent) = (asker.host(), asker.agent);
    format!(
        "OPTIONS sip:{host} SIP/2.0\r\nVia: SIP/2.0/TCP {host};branch=z9hG4bKluytre;rport\r\n\
         Max-Forwards: 70\r\nTo: <sip:{host}>\r\nFrom: <sip:luytre@{host}>;tag=luytre\r\n\
         Call-ID: luytre@{host}\r\nCSeq: 1 OPTIONS\r\nContact: <sip:luytre@{host}>\r\n\
         Accept: application/sdp\r\nUser-Agent: {agent}\r\nContent-Length: 0\r\n\r\n"
    )
    .into_bytes()
}

fn xmpp_stream(asker: &Asker<'_>) -> Vec<u8> {
    format!(
        "<?xml version='1.0'?><stream:stream to='{}' xmlns='jabber:client' \
         xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
        asker.host()
    )
    .into_bytes()
}
