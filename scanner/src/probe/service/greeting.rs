//! What a server's first words mean.

use luytre_inventory::Protocol;

/// What was heard and understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heard {
    /// The protocol; none if only TLS is certain to be there.
    pub(super) protocol: Option<Protocol>,
    /// Whether it was spoken inside TLS.
    pub(super) tls: bool,
    /// The words that identify the software.
    pub(super) banner: String,
    /// What is shown of them; the first line of the banner if empty.
    pub(super) line: String,
    /// The server says that this port wants TLS.
    pub(super) wants_tls: bool,
}

impl Heard {
    pub(super) fn plain(protocol: Protocol, banner: impl Into<String>) -> Self {
        Self {
            protocol: Some(protocol),
            tls: false,
            banner: banner.into(),
            line: String::new(),
            wants_tls: false,
        }
    }

    /// With `line` to be shown.
    pub(super) fn showing(self, line: impl Into<String>) -> Self {
        Self {
            line: line.into(),
            ..self
        }
    }

    /// TLS with something unknown inside.
    pub(super) fn tls() -> Self {
        Self {
            tls: true,
            ..Self::plain(Protocol::Tls, "")
        }
    }

    pub(super) fn inside_tls(self) -> Self {
        Self {
            protocol: match self.protocol {
                Some(Protocol::Http) => Some(Protocol::Https),
                other => other,
            },
            tls: true,
            ..self
        }
    }

    /// The first line of the banner.
    pub(super) fn shown(&self) -> &str {
        let whole = if self.line.is_empty() {
            &self.banner
        } else {
            &self.line
        };
        let mut lines = whole.lines().map(str::trim);
        lines.find(|line| !line.is_empty()).unwrap_or("")
    }
}

/// Whether nothing more is to be expected: a line that ends the greeting, or a framed packet.
pub(super) fn is_whole(said: &[u8]) -> bool {
    match mysql_packet(said) {
        Framed::Whole(_) => return true,
        Framed::Part => return false,
        Framed::Not => (),
    }
    if said.first() == Some(&IAC) {
        return false;
    }
    if looks_like_tls(said) {
        return said.len() >= 7;
    }
    let Some(last) = last_line(said) else {
        return false;
    };
    // `220-` announces more lines (RFC 959 4.2, RFC 5321 4.2.1); SSH may talk before its version
    // line (RFC 4253 4.2).
    let more = last.len() > 3 && last[..3].iter().all(u8::is_ascii_digit) && last[3] == b'-';
    !more
}

/// The last line that has its end.
fn last_line(said: &[u8]) -> Option<&[u8]> {
    let end = said.iter().rposition(|byte| *byte == b'\n')?;
    let line = &said[..end];
    let start = line
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    Some(&line[start..])
}

/// Understands a greeting or the answer to an HTTP request. `suggested` decides only between
/// protocols that greet alike.
pub(super) fn understand(said: &[u8], suggested: Option<Protocol>) -> Option<Heard> {
    if looks_like_tls(said) {
        return Some(Heard {
            wants_tls: true,
            ..Heard::tls()
        });
    }
    // RabbitMQ and its kin say so to whoever says anything else (AMQP 0-9-1, 4.2.2).
    if let [b'A', b'M', b'Q', b'P', _, major, minor, revision, ..] = said {
        let banner = format!("AMQP {major}.{minor}.{revision}");
        return Some(Heard::plain(Protocol::Amqp, banner));
    }
    if said.first() == Some(&IAC) {
        let text = lossy(&without_telnet_options(said));
        return Some(Heard::plain(Protocol::Telnet, text));
    }
    if let Framed::Whole(packet) = mysql_packet(said) {
        return mysql(packet);
    }
    if said.starts_with(b"HTTP/1.") || said.starts_with(b"HTTP/0.") {
        return Some(http(said));
    }
    let text = printable(said)?;
    let first = text.lines().find(|line| !line.trim().is_empty())?.trim();
    let protocol = by_words(&text, first, suggested);
    let banner = match protocol {
        Protocol::Ssh => text.lines().find(|line| line.starts_with("SSH-"))?.trim(),
        Protocol::Other | Protocol::Redis | Protocol::Pop3 | Protocol::Imap => first,
        _ => text.trim(),
    };
    Some(Heard::plain(protocol, banner))
}

/// Beginnings that belong to one protocol alone.
const BEGINNINGS: [(&str, Protocol); 19] = [
    // RFC 6143 7.1.1.
    ("RFB 0", Protocol::Vnc),
    ("@RSYNCD: ", Protocol::Rsync),
    // Subversion: protocol, "Command and response format".
    ("( success ( ", Protocol::Svn),
    ("INFO {\"server_id\"", Protocol::Nats),
    ("SIP/2.0 ", Protocol::Sip),
    ("RTSP/1.0 ", Protocol::Rtsp),
    ("Zookeeper version: ", Protocol::Zookeeper),
    // RFC 5804 1.3: the capabilities come first.
    ("\"IMPLEMENTATION\" ", Protocol::Sieve),
    ("NOTICE AUTH ", Protocol::Irc),
    (":irc.", Protocol::Irc),
    // RFC 2812 3.7.4.
    ("ERROR :", Protocol::Irc),
    ("VERSION 1.", Protocol::Memcached),
    ("ZBXD", Protocol::Zabbix),
    ("CNXN", Protocol::Adb),
    ("+PONG", Protocol::Redis),
    ("-NOAUTH", Protocol::Redis),
    ("-DENIED", Protocol::Redis),
    ("-ERR unknown command", Protocol::Redis),
    ("-ERR wrong number of", Protocol::Redis),
];

fn by_words(text: &str, first: &str, suggested: Option<Protocol>) -> Protocol {
    if text.lines().any(|line| line.starts_with("SSH-")) {
        return Protocol::Ssh;
    }
    let begins = BEGINNINGS
        .iter()
        .find(|(words, _)| first.starts_with(words));
    if let Some((_, protocol)) = begins {
        return *protocol;
    }
    if text.contains("<stream:stream") && (text.contains(" id=") || text.contains("<stream:error"))
    {
        return Protocol::Xmpp;
    }
    // What they answer to a line that is none of theirs: STOMP 1.2 "ERROR"; memcached protocol.txt.
    if first == "ERROR" {
        let stomp = text.contains("\nmessage:") || text.contains("\ncontent-type:");
        return if stomp {
            Protocol::Stomp
        } else {
            Protocol::Memcached
        };
    }
    if first.contains(" NOTICE ") && first.starts_with(':') {
        return Protocol::Irc;
    }
    if first.starts_with("+OK") {
        return Protocol::Pop3;
    }
    if ["* OK", "* PREAUTH", "* BYE"]
        .iter()
        .any(|word| first.starts_with(word))
    {
        return Protocol::Imap;
    }
    let code = first
        .get(..3)
        .filter(|code| code.bytes().all(|b| b.is_ascii_digit()));
    if code.is_some_and(|code| ["220", "120", "421", "530", "554"].contains(&code)) {
        return ftp_or_smtp(text, suggested);
    }
    // RFC 3977 5.1: 200 and 201 greet; NNTP says so, or the owner does.
    if code.is_some_and(|code| ["200", "201"].contains(&code)) {
        let says = ["NNTP", "InterNetNews", "news"]
            .iter()
            .any(|word| first.contains(word));
        if says || suggested == Some(Protocol::Nntp) {
            return Protocol::Nntp;
        }
    }
    let lower = text.trim_end().to_ascii_lowercase();
    let prompts = ["login:", "username:", "password:"];
    if prompts.iter().any(|prompt| lower.ends_with(prompt)) {
        return Protocol::Telnet;
    }
    Protocol::Other
}

/// Both greet with 220. Their own words decide; only where they say nothing, the declaration does.
fn ftp_or_smtp(text: &str, suggested: Option<Protocol>) -> Protocol {
    let lower = text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(&["lmtp"]) {
        Protocol::Lmtp
    } else if says(&["smtp", "postfix", "exim", "sendmail", "mail service"]) {
        Protocol::Smtp
    } else if says(&["ftp", "filezilla", "serv-u"]) {
        Protocol::Ftp
    } else {
        match suggested {
            Some(known @ (Protocol::Smtp | Protocol::Ftp | Protocol::Lmtp)) => known,
            _ => Protocol::Other,
        }
    }
}

fn http(said: &[u8]) -> Heard {
    let text = lossy(said);
    let end = text.find("\r\n\r\n").or_else(|| text.find("\n\n"));
    let (head, body) = text.split_at(end.unwrap_or(text.len()));
    let status = head.lines().next().unwrap_or("").trim();
    let server = head.lines().find(|line| {
        line.get(..7)
            .is_some_and(|name| name.eq_ignore_ascii_case("server:"))
    });
    // nginx, Apache, Go, Tomcat: what they answer to plain HTTP on a TLS port.
    let complaint = [
        "plain HTTP request was sent to HTTPS port",
        "plain HTTP to an SSL-enabled server port",
        "HTTP request to an HTTPS server",
        "combination of host and port requires TLS",
    ];
    Heard {
        wants_tls: complaint.iter().any(|words| body.contains(words)),
        ..Heard::plain(Protocol::Http, &*text).showing(match server {
            Some(server) => format!("{status} | {}", server.trim()),
            None => status.to_owned(),
        })
    }
}

/// What a MySQL packet looks like so far.
enum Framed<'a> {
    Not,
    Part,
    Whole(&'a [u8]),
}

/// A MySQL packet (MySQL internals: protocol basics): length of three bytes, sequence 0, then protocol
/// version 10 or an error.
fn mysql_packet(said: &[u8]) -> Framed<'_> {
    let [a, b, c, 0, kind, ..] = said else {
        return Framed::Not;
    };
    let length = usize::from(*a) | usize::from(*b) << 8 | usize::from(*c) << 16;
    if !(8..=4096).contains(&length) || !matches!(kind, 0x0a | 0xff) {
        return Framed::Not;
    }
    said.get(4..4 + length).map_or(Framed::Part, Framed::Whole)
}

fn mysql(packet: &[u8]) -> Option<Heard> {
    let banner = match packet {
        [0x0a, rest @ ..] => {
            let end = rest.iter().position(|byte| *byte == 0)?;
            let version = std::str::from_utf8(&rest[..end]).ok()?;
            if !version.starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
            version.to_owned()
        }
        // Error: code of two bytes, then words ("Host '…' is not allowed to connect").
        [0xff, _, _, words @ ..] => printable(words)?,
        _ => return None,
    };
    let protocol = if banner.contains("MariaDB") {
        Protocol::Mariadb
    } else {
        Protocol::Mysql
    };
    Some(Heard::plain(protocol, banner))
}

/// A TLS record: alert or handshake, version 3.0 to 3.4.
fn looks_like_tls(said: &[u8]) -> bool {
    matches!(said, [0x15 | 0x16, 3, 0..=4, ..])
}

const IAC: u8 = 255;

/// Declines the telnet options offered from `from` on (RFC 854, RFC 1143): the answer, and how far was
/// read.
pub(super) fn negotiate(said: &[u8], from: usize) -> (Vec<u8>, usize) {
    const WILL: u8 = 251;
    const WONT: u8 = 252;
    const DO: u8 = 253;
    const DONT: u8 = 254;
    if said.first() != Some(&IAC) {
        return (Vec::new(), said.len());
    }
    let mut reply = Vec::new();
    let mut at = from;
    while let Some(command) = said.get(at..) {
        match command {
            [IAC, WILL, option, ..] => reply.extend([IAC, DONT, *option]),
            [IAC, DO, option, ..] => reply.extend([IAC, WONT, *option]),
            [IAC, WONT | DONT, _, ..] => (),
            [IAC] | [IAC, WILL..=DONT] | [] => break,
            [IAC, ..] => {
                at += 2;
                continue;
            }
            _ => {
                at += 1;
                continue;
            }
        }
        at += 3;
    }
    (reply, at)
}

fn without_telnet_options(said: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut at = 0;
    while at < said.len() {
        match &said[at..] {
            [IAC, 251..=254, _, ..] => at += 3,
            [IAC, ..] => at += 2,
            [byte, ..] => {
                text.push(*byte);
                at += 1;
            }
            [] => break,
        }
    }
    text
}

fn lossy(said: &[u8]) -> String {
    String::from_utf8_lossy(said).into_owned()
}

/// The text, if it is text: at most one odd byte in four (colours, Latin-1).
fn printable(said: &[u8]) -> Option<String> {
    let odd = said
        .iter()
        .filter(|b| !(b.is_ascii_graphic() || matches!(b, b' ' | b'\t' | b'\r' | b'\n')))
        .count();
    let text = lossy(said);
    let utf8 = std::str::from_utf8(said)
        .is_ok_and(|t| !t.contains(|c: char| c.is_control() && !c.is_whitespace()));
    let readable = said.iter().filter(|b| b.is_ascii_graphic()).count() >= 3;
    ((utf8 || odd * 4 <= said.len()) && readable).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn protocol(said: &[u8]) -> Option<Protocol> {
        understand(said, None).and_then(|heard| heard.protocol)
    }

    fn mysql_greeting(version: &str) -> Vec<u8> {
        let mut packet = vec![0x0a];
        packet.extend(version.as_bytes());
        packet.extend([0; 40]);
        let mut said = vec![u8::try_from(packet.len()).unwrap(), 0, 0, 0];
        said.extend(packet);
        said
    }

    #[test]
    fn greetings() {
        let maria = mysql_greeting("5.5.5-10.11.19-MariaDB-0+deb12u1");
        let mysql = mysql_greeting("8.0.35");
        let table: &[(&[u8], Option<Protocol>)] = &[
            (b"SSH-2.0-OpenSSH_9.2p1\r\n", Some(Protocol::Ssh)),
            (b"Welcome\r\nSSH-2.0-x\r\n", Some(Protocol::Ssh)),
            (b"220 (vsFTPd 3.0.3)\r\n", Some(Protocol::Ftp)),
            (b"220 mx ESMTP Postfix\r\n", Some(Protocol::Smtp)),
            (b"220 ready\r\n", Some(Protocol::Other)),
            (b"+OK Dovecot ready.\r\n", Some(Protocol::Pop3)),
            (b"* OK IMAP4 ready\r\n", Some(Protocol::Imap)),
            (b"+PONG\r\n", Some(Protocol::Redis)),
            (
                b"-NOAUTH Authentication required.\r\n",
                Some(Protocol::Redis),
            ),
            (b"\xff\xfd\x18\xff\xfd\x20login: ", Some(Protocol::Telnet)),
            (b"router login: ", Some(Protocol::Telnet)),
            (
                b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n",
                Some(Protocol::Http),
            ),
            (b"\x15\x03\x01\x00\x02\x02\x46", Some(Protocol::Tls)),
            (b"RFB 003.008\n", Some(Protocol::Vnc)),
            (b"@RSYNCD: 31.0 sha512\n", Some(Protocol::Rsync)),
            (
                b"( success ( 2 2 ( ) ( edit-pipeline ) ) ) ",
                Some(Protocol::Svn),
            ),
            (
                b"INFO {\"server_id\":\"N\",\"version\":\"2.9.10\"} \r\n",
                Some(Protocol::Nats),
            ),
            (
                b"200 news.doiche.test InterNetNews NNRP server INN 2.7.0 ready\r\n",
                Some(Protocol::Nntp),
            ),
            (b"200 ready\r\n", Some(Protocol::Other)),
            (
                b"\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\n",
                Some(Protocol::Sieve),
            ),
            (
                b":irc.doiche.test NOTICE * :*** Looking up your hostname\r\n",
                Some(Protocol::Irc),
            ),
            (
                b"220 mail.doiche.test LMTP Dovecot ready\r\n",
                Some(Protocol::Lmtp),
            ),
            (b"ERROR\r\n", Some(Protocol::Memcached)),
            (
                b"ERROR\nmessage:Unknown STOMP action\n\n\0",
                Some(Protocol::Stomp),
            ),
            (b"AMQP\0\0\x09\x01", Some(Protocol::Amqp)),
            (b"RTSP/1.0 400 Bad Request\r\n\r\n", Some(Protocol::Rtsp)),
            (b"\x00\x01\x02\x03\x80\x90", None),
            (b"x", None),
            (b"", None),
            (&maria, Some(Protocol::Mariadb)),
            (&mysql, Some(Protocol::Mysql)),
        ];
        for (said, expected) in table {
            assert_eq!(protocol(said), *expected, "{}", said.escape_ascii());
        }
    }

    #[test]
    fn a_declaration_decides_only_what_is_open() {
        let greeting = b"220 ready\r\n";
        let with = |suggested| understand(greeting, Some(suggested)).unwrap().protocol;
        assert_eq!(with(Protocol::Smtp), Some(Protocol::Smtp));
        assert_eq!(with(Protocol::Ssh), Some(Protocol::Other));
        let ftp = understand(b"220 FTP server\r\n", Some(Protocol::Smtp)).unwrap();
        assert_eq!(ftp.protocol, Some(Protocol::Ftp));
    }

    #[test]
    fn telnet_options_are_declined_once() {
        let said = [IAC, 253, 24, IAC, 251, 1, b'l', IAC, 253];
        let (reply, seen) = negotiate(&said, 0);
        assert_eq!(reply, [IAC, 252, 24, IAC, 254, 1]);
        assert_eq!(seen, 7, "the last command is not whole yet");
        assert_eq!(negotiate(&said, seen).0, Vec::<u8>::new());
    }

    #[test]
    fn a_tls_port_that_complains_is_told_apart() {
        let said = b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<h1>400 The plain HTTP request was sent to HTTPS port</h1>";
        assert!(understand(said, None).unwrap().wants_tls);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(said in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = (is_whole(&said), understand(&said, Some(Protocol::Ftp)), negotiate(&said, 0));
            let mut telnet = vec![IAC];
            telnet.extend(&said);
            let (_, seen) = negotiate(&telnet, 0);
            prop_assert!(seen <= telnet.len());
        }
    }
}
