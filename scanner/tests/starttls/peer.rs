//! Hand-built servers that talk in the clear before TLS.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::Arc,
};

use luytre_scanner::probe::Starttls;
use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};

use crate::tls_support::{NAME, Peer, relay};

/// What is said and answered in the clear: each pair is how what the client says begins, or the number of
/// bytes it sends, and the answer.
pub(crate) type Script = (&'static [u8], &'static [(Said, &'static [u8])]);

#[derive(Clone, Copy)]
pub(crate) enum Said {
    Line(&'static str),
    Bytes(usize),
    Until(&'static str),
}

use Said::{Bytes, Line, Until};

const FEATURES: &[u8] =
    b"<?xml version='1.0'?><stream:stream from='x' id='1' xmlns='jabber:client' \
    xmlns:stream='http://etherx.jabber.org/streams' version='1.0'><stream:features>\
    <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>";
const PROCEED: &[u8] = b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
pub(crate) const MYSQL: &[u8] =
    b"\x4a\0\0\0\x0a8.0.36\0\x08\0\0\0saltsalt\0\xff\xff\xff\x02\0\xff\xdf\x15\0\0\0\0\0\0\0\0\0\0\
      saltsaltsalt\0mysql_native_password\0";

/// How a server that offers TLS behaves.
pub(crate) fn script(protocol: Starttls) -> Script {
    match protocol {
        Starttls::Smtp => (
            b"220-mail.lamgiang.test\r\n220 ESMTP\r\n",
            &[
                (
                    Line("EHLO [127.0.0.1]"),
                    b"250-mail\r\n250-SIZE 1\r\n250 starttls\r\n",
                ),
                (Line("STARTTLS"), b"220 go\r\n"),
            ],
        ),
        Starttls::Lmtp => (
            b"220 LMTP\r\n",
            &[
                (Line("LHLO"), b"250-x\r\n250 STARTTLS\r\n"),
                (Line("STARTTLS"), b"220 go\r\n"),
            ],
        ),
        Starttls::Imap => (
            b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n",
            &[(Line("a1 STARTTLS"), b"* 1 whatever\r\na1 OK go\r\n")],
        ),
        Starttls::Pop3 => (b"+OK ready\r\n", &[(Line("STLS"), b"+OK go\r\n")]),
        Starttls::Ftp => (
            b"120 soon\r\n220-hello\r\n anything\r\n220 ready\r\n",
            &[(Line("AUTH TLS"), b"234 go\r\n")],
        ),
        Starttls::Ldap => (
            b"",
            &[(
                Bytes(31),
                b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\0\x04\0\x04\0",
            )],
        ),
        Starttls::Postgres => (b"", &[(Bytes(8), b"S")]),
        Starttls::Mysql => (MYSQL, &[(Bytes(36), b"")]),
        Starttls::Xmpp | Starttls::XmppServer => (
            b"",
            &[(Until("version='1.0'>"), FEATURES), (Until("/>"), PROCEED)],
        ),
        Starttls::Nntp => (b"200 news\r\n", &[(Line("STARTTLS"), b"382 go\r\n")]),
        Starttls::Sieve => (
            b"\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK \"ready\"\r\n",
            &[(Line("STARTTLS"), b"OK \"go\"\r\n")],
        ),
        Starttls::Rdp => (
            b"",
            &[(
                Bytes(19),
                b"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\0\x08\0\x02\0\0\0",
            )],
        ),
    }
}

/// Plays `script` on `stream`; whether the client said what it should.
pub(crate) fn play(stream: &mut TcpStream, script: Script) -> bool {
    let (greeting, turns) = script;
    if stream.write_all(greeting).is_err() {
        return false;
    }
    for (said, answer) in turns {
        let mut heard = Vec::new();
        loop {
            let whole = match said {
                Line(_) => heard.ends_with(b"\r\n"),
                Bytes(count) => heard.len() == *count,
                Until(end) => heard.ends_with(end.as_bytes()),
            };
            if whole {
                break;
            }
            let mut byte = [0];
            if stream.read_exact(&mut byte).is_err() || heard.len() > 4096 {
                return false;
            }
            heard.push(byte[0]);
        }
        if let Line(start) = said
            && !heard.starts_with(start.as_bytes())
        {
            return false;
        }
        if stream.write_all(answer).is_err() {
            return false;
        }
    }
    true
}

/// A server that plays its part and hands over to the TLS server on `port`.
pub(crate) fn before(protocol: Starttls, port: u16) -> Peer {
    Peer::new(move |_, mut stream| {
        if play(&mut stream, script(protocol)) {
            relay(stream, b"", port);
        }
    })
}

/// A server that says `script` alone and then waits for the client to go.
pub(crate) fn only(script: Script) -> Peer {
    Peer::new(move |_, mut stream| {
        play(&mut stream, script);
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    })
}

/// What becomes of bytes that came behind STARTTLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leftover {
    /// They are carried out inside TLS.
    Kept,
    /// They are forgotten.
    Dropped,
    /// The server hangs up.
    HungUp,
}

fn answer(protocol: Starttls, line: &str) -> (String, bool) {
    let first = line.split_ascii_whitespace().next().unwrap_or_default();
    let said = match (protocol, first) {
        (Starttls::Smtp, "EHLO") => "250-x\r\n250 STARTTLS\r\n",
        (Starttls::Smtp, "NOOP") => "250 nothing\r\n",
        (Starttls::Smtp, "STARTTLS") => "220 go\r\n",
        (Starttls::Smtp | Starttls::Ftp, "QUIT") => "221 bye\r\n",
        (Starttls::Ftp, "AUTH") => "234 go\r\n",
        (Starttls::Ftp, _) => "530 Please login with USER and PASS.\r\n",
        (Starttls::Nntp, "STARTTLS") => "382 go\r\n",
        (Starttls::Nntp, "DATE") => "111 20261125000000\r\n",
        (Starttls::Nntp, "QUIT") => "205 bye\r\n",
        (Starttls::Pop3, "STLS") => "+OK go\r\n",
        (Starttls::Pop3, "QUIT") => "+OK bye\r\n",
        (Starttls::Sieve, "STARTTLS") => "OK \"go\"\r\n",
        (Starttls::Sieve, "NOOP") => {
            let tag = line.split('"').nth(1).unwrap_or_default();
            return (format!("OK (TAG \"{tag}\") \"done\"\r\n"), false);
        }
        (Starttls::Imap, tag) => return (format!("{tag} OK done\r\n"), line.contains("STARTTLS")),
        _ => "-ERR no\r\n",
    };
    let begins = matches!(first, "STARTTLS" | "STLS" | "AUTH");
    (said.to_owned(), begins)
}

fn greeting(protocol: Starttls) -> &'static str {
    match protocol {
        Starttls::Imap => "* OK ready\r\n",
        Starttls::Pop3 => "+OK ready\r\n",
        Starttls::Nntp => "200 ready\r\n",
        Starttls::Sieve => "\"STARTTLS\"\r\nOK \"ready\"\r\n",
        _ => "220 ready\r\n",
    }
}

/// A server that does TLS itself and treats what came behind STARTTLS as `leftover` says.
pub(crate) fn forgetful(protocol: Starttls, leftover: Leftover) -> Peer {
    let made = rcgen::generate_simple_self_signed([NAME.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    Peer::new(move |_, stream| {
        let _ = converse(protocol, leftover, stream, &config);
    })
}

fn converse(
    protocol: Starttls,
    leftover: Leftover,
    mut stream: TcpStream,
    config: &Arc<ServerConfig>,
) -> std::io::Result<()> {
    stream.write_all(greeting(protocol).as_bytes())?;
    // Lines end up in a buffer that outlives the change to TLS, as in the servers that had the fault.
    let mut clear = BufReader::new(stream.try_clone()?);
    loop {
        let mut line = String::new();
        if clear.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let (said, begins) = answer(protocol, &line);
        if begins && leftover == Leftover::HungUp && !clear.buffer().is_empty() {
            return Ok(());
        }
        stream.write_all(said.as_bytes())?;
        if begins {
            break;
        }
    }
    let kept = match leftover {
        Leftover::Kept => String::from_utf8_lossy(clear.buffer()).into_owned(),
        _ => String::new(),
    };
    let connection = ServerConnection::new(Arc::clone(config)).map_err(std::io::Error::other)?;
    let mut tls = StreamOwned::new(connection, stream);
    if protocol == Starttls::Sieve {
        tls.write_all(greeting(protocol).as_bytes())?;
    }
    for line in kept.lines() {
        tls.write_all(answer(protocol, line).0.as_bytes())?;
    }
    tls.flush()?;
    let mut inside = BufReader::new(tls);
    loop {
        let mut line = String::new();
        if inside.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let (said, _) = answer(protocol, &line);
        inside.get_mut().write_all(said.as_bytes())?;
        inside.get_mut().flush()?;
        if line.starts_with("QUIT") {
            inside.get_mut().conn.send_close_notify();
            return inside.get_mut().flush();
        }
    }
}
