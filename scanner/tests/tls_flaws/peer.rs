//! A server of TLS 1.2 up to the point where flaws show: it reads what a client says behind the
//! flight, decrypts RSA key exchanges for real, and answers as it is told to.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{Arc, LazyLock},
    time::Duration,
};

use luytre_scanner::wire::ClientHello;
use num_bigint::BigUint;

use crate::tls_support::{NAME, Peer, record_from, reset};

pub(crate) const RSA: u16 = 0x002F;
pub(crate) const ECDHE: u16 = 0xC02F;

pub(crate) const UNEXPECTED: Answer = Answer::Alert(10);
pub(crate) const BAD_MAC: Answer = Answer::Alert(20);

/// How a peer reacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A fatal alert, and an end.
    Alert(u8),
    /// An end.
    Close,
    /// A reset.
    Reset,
    /// Nothing more at all, on a connection that stays open.
    Silence,
    /// It goes on.
    Bear,
}

/// What the padding of an RSA key exchange was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Padding {
    Good,
    Start,
    Place,
    None,
    Version,
}

/// What a heartbeat is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heart {
    /// Heartbeats are not agreed on.
    Off,
    /// As RFC 6520 has it.
    Right,
    /// A lie is passed over in silence, an honest one too.
    Deaf,
    /// With as much memory as is asked for.
    Bleeds,
    /// The same, once.
    BleedsOnce,
    /// A lie with this.
    Says(Answer),
}

/// How the server is.
#[derive(Clone)]
pub(crate) struct Habits {
    pub(crate) suites: Vec<u16>,
    pub(crate) heart: Heart,
    /// ChangeCipherSpec before there are keys.
    pub(crate) early: Answer,
    /// A message of the handshake out of turn.
    pub(crate) unexpected: Answer,
    /// A record that cannot be deciphered.
    pub(crate) sealed: Answer,
    /// A key exchange, when it is read.
    pub(crate) exchange: fn(Padding) -> Answer,
    /// The Finished behind it.
    pub(crate) finished: fn(Padding) -> Answer,
    /// What is done before anything else, by the number of the connection.
    pub(crate) first: fn(usize) -> Answer,
    /// What is done behind the flight, by the number of the connection.
    pub(crate) behind: fn(usize) -> Answer,
    pub(crate) pause: fn(usize) -> Duration,
    /// Bytes of further certificates.
    pub(crate) ballast: usize,
    /// How a ticket is resumed; none if no tickets are issued.
    pub(crate) ticket: Option<Echo>,
}

/// Which session id a resumption shows.
pub(crate) type Echo = fn(&[u8]) -> Vec<u8>;

impl Default for Habits {
    /// Patched, with RSA key exchange.
    fn default() -> Self {
        Self {
            suites: vec![RSA],
            heart: Heart::Right,
            early: UNEXPECTED,
            unexpected: UNEXPECTED,
            sealed: BAD_MAC,
            exchange: |_| Answer::Bear,
            finished: |_| BAD_MAC,
            first: |_| Answer::Bear,
            behind: |_| Answer::Bear,
            pause: |_| Duration::ZERO,
            ballast: 0,
            ticket: None,
        }
    }
}

struct Secret {
    certificate: Vec<u8>,
    /// p, q, d mod p-1, d mod q-1, 1/q mod p.
    parts: [BigUint; 5],
    size: usize,
}

static SECRET: LazyLock<Secret> = LazyLock::new(|| {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let parameters = rcgen::CertificateParams::new(vec![NAME.to_owned()]).unwrap();
    let certificate = parameters.self_signed(&key).unwrap().der().to_vec();
    let numbers = numbers(&key.serialize_der());
    let [_, modulus, _, _, p, q, dp, dq, inverse] = numbers.try_into().unwrap();
    Secret {
        certificate,
        size: usize::try_from(BigUint::bits(&modulus).div_ceil(8)).unwrap(),
        parts: [p, q, dp, dq, inverse],
    }
});

/// The numbers of the RSA key inside a PKCS #8 document.
fn numbers(der: &[u8]) -> Vec<BigUint> {
    fn take(der: &[u8]) -> (u8, &[u8], &[u8]) {
        let (length, head) = match der[1] {
            short @ 0..=127 => (usize::from(short), 2),
            0x81 => (usize::from(der[2]), 3),
            _ => (usize::from(der[2]) << 8 | usize::from(der[3]), 4),
        };
        (der[0], &der[head..head + length], &der[head + length..])
    }
    let (_, document, _) = take(der);
    let (_, _, rest) = take(document);
    let (_, _, rest) = take(rest);
    let (_, octets, _) = take(rest);
    let (_, mut rest, _) = take(octets);
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (kind, number, behind) = take(rest);
        assert_eq!(kind, 2);
        out.push(BigUint::from_bytes_be(number));
        rest = behind;
    }
    out
}

/// Decrypts a key exchange and looks at its padding.
fn padding(secret: &[u8]) -> Padding {
    let [p, q, dp, dq, inverse] = &SECRET.parts;
    let number = BigUint::from_bytes_be(secret);
    let (by_p, by_q) = (number.modpow(dp, p), number.modpow(dq, q));
    let difference = (&by_p + p - (&by_q % p)) % p;
    let whole = &by_q + q * ((inverse * difference) % p);
    let bytes = whole.to_bytes_be();
    let mut block = vec![0; SECRET.size - bytes.len()];
    block.extend(bytes);
    if block[..2] != [0, 2] {
        return Padding::Start;
    }
    match block.iter().skip(2).position(|byte| *byte == 0) {
        None => Padding::None,
        Some(place) if place + 3 != block.len() - 48 => Padding::Place,
        Some(_) if block[block.len() - 48..][..2] != [3, 3] => Padding::Version,
        Some(_) => Padding::Good,
    }
}

/// What the reader of the library leaves out of a hello.
struct Hello {
    session_id: Vec<u8>,
    extensions: Vec<(u16, Vec<u8>)>,
}

impl Hello {
    fn read(body: &[u8]) -> Self {
        let short = |at: usize| usize::from(body[at]) << 8 | usize::from(body[at + 1]);
        let mut at = 34;
        let session_id = body[at + 1..][..usize::from(body[at])].to_vec();
        at += 1 + session_id.len();
        at += 2 + short(at);
        at += 1 + usize::from(body[at]);
        let mut extensions = Vec::new();
        at += 2;
        while at + 4 <= body.len() {
            let (kind, length) = (u16::try_from(short(at)).unwrap(), short(at + 2));
            extensions.push((kind, body[at + 4..][..length].to_vec()));
            at += 4 + length;
        }
        Self {
            session_id,
            extensions,
        }
    }

    fn extension(&self, kind: u16) -> Option<&[u8]> {
        let found = self.extensions.iter().find(|(found, _)| *found == kind);
        found.map(|(_, body)| body.as_slice())
    }
}

pub(crate) fn serve(habits: Habits) -> Peer {
    LazyLock::force(&SECRET);
    let bled = Arc::new(std::sync::atomic::AtomicBool::new(false));
    Peer::new(move |count, stream| {
        Conversation {
            habits: &habits,
            count,
            stream,
            exchanged: None,
            sealed: false,
            bled: &bled,
        }
        .run();
    })
}

struct Conversation<'h> {
    habits: &'h Habits,
    count: usize,
    stream: TcpStream,
    exchanged: Option<Padding>,
    sealed: bool,
    bled: &'h std::sync::atomic::AtomicBool,
}

impl Conversation<'_> {
    fn run(&mut self) {
        std::thread::sleep((self.habits.pause)(self.count));
        if self.ends((self.habits.first)(self.count)) || !self.greet() {
            return;
        }
        if self.ends((self.habits.behind)(self.count)) {
            return;
        }
        loop {
            let record = record_from(&mut self.stream);
            let Some((kind, body)) = record.first().zip(record.get(5..)) else {
                return;
            };
            let answer = self.react(*kind, body);
            if self.ends(answer) {
                return;
            }
        }
    }

    /// Does what `answer` says; whether that was the end.
    fn ends(&mut self, answer: Answer) -> bool {
        match answer {
            Answer::Bear => return false,
            Answer::Alert(description) => self.say(21, &[2, description]),
            Answer::Close => {}
            Answer::Reset => reset(&self.stream),
            Answer::Silence => while matches!(self.stream.read(&mut [0; 4096]), Ok(1..)) {},
        }
        true
    }

    fn say(&mut self, kind: u8, body: &[u8]) {
        let _ = self.stream.write_all(&record(kind, body));
    }

    /// Answers the hello; whether there is more to say.
    fn greet(&mut self) -> bool {
        let bytes = record_from(&mut self.stream);
        let Some(body) = bytes.get(9..).filter(|_| bytes[0] == 22 && bytes[5] == 1) else {
            return false;
        };
        let Ok(offer) = ClientHello::read(body) else {
            return false;
        };
        if offer.version != 0x0303 {
            self.say(21, &[2, 70]);
            return false;
        }
        let hello = Hello::read(body);
        let Some(suite) = self.habits.suites.iter().find(|s| offer.suites.contains(s)) else {
            self.say(21, &[2, 40]);
            return false;
        };
        let mut extensions = vec![0xFF, 1, 0, 1, 0];
        if self.habits.heart != Heart::Off && hello.extension(15).is_some() {
            extensions.extend([0, 15, 0, 1, 1]);
        }
        let mut id = Vec::new();
        let mut resumed = false;
        match (self.habits.ticket, hello.extension(35)) {
            (Some(_), Some([])) => extensions.extend([0, 35, 0, 0]),
            (Some(echo), Some(_)) => {
                id = echo(&hello.session_id);
                resumed = true;
            }
            _ => {}
        }
        let mut out = record(22, &message(2, &server_hello(*suite, &id, &extensions)));
        if resumed {
            out.extend(record(20, &[1]));
            let _ = self.stream.write_all(&out);
            return true;
        }
        let mut list = Vec::new();
        put(&mut list, 3, &SECRET.certificate);
        let ballast = vec![0x30; self.habits.ballast];
        for piece in ballast.chunks(20_000) {
            put(&mut list, 3, piece);
        }
        let mut certificates = Vec::new();
        put(&mut certificates, 3, &list);
        for piece in message(11, &certificates).chunks(1 << 14) {
            out.extend(record(22, piece));
        }
        if *suite == ECDHE {
            let point = [&[3, 0, 0x17, 65][..], &[4; 65], &[4, 1, 0, 2, 9, 9]].concat();
            out.extend(record(22, &message(12, &point)));
        }
        out.extend(record(22, &message(14, &[])));
        let _ = self.stream.write_all(&out);
        true
    }

    fn react(&mut self, kind: u8, body: &[u8]) -> Answer {
        match (kind, body.first()) {
            (24, _) => self.beat(body),
            (20, _) if self.exchanged.is_some() => {
                self.sealed = true;
                Answer::Bear
            }
            (20, _) => {
                self.sealed = self.habits.early == Answer::Bear;
                self.habits.early
            }
            (22, _) if self.sealed => self.finish(),
            (22, Some(16)) if self.exchanged.is_none() && body.len() > 6 => {
                let padding = padding(&body[6..]);
                self.exchanged = Some(padding);
                (self.habits.exchange)(padding)
            }
            _ => self.habits.unexpected,
        }
    }

    fn finish(&mut self) -> Answer {
        let Some(padding) = self.exchanged else {
            return self.habits.sealed;
        };
        if self.habits.ticket.is_some() {
            let mut ticket = vec![0, 0, 1, 44];
            put(&mut ticket, 2, &[0x77; 160]);
            self.say(22, &message(4, &ticket));
            self.say(20, &[1]);
        }
        (self.habits.finished)(padding)
    }

    fn beat(&mut self, body: &[u8]) -> Answer {
        let claim = usize::from(body[1]) << 8 | usize::from(body[2]);
        let lie = claim + 19 > body.len();
        let first = !self.bled.load(std::sync::atomic::Ordering::Relaxed);
        let bleeds = match self.habits.heart {
            Heart::Bleeds => true,
            Heart::BleedsOnce => first,
            Heart::Says(answer) if lie => return answer,
            Heart::Deaf => return Answer::Bear,
            _ => false,
        };
        if lie && !bleeds {
            return Answer::Bear;
        }
        if lie {
            self.bled.store(true, std::sync::atomic::Ordering::Relaxed);
        }
        let mut memory = body[3..].to_vec();
        memory.resize(claim.max(memory.len()), 0x5E);
        let mut out = vec![2, body[1], body[2]];
        out.extend(&memory[..claim]);
        out.extend([0; 16]);
        self.say(24, &out);
        Answer::Bear
    }
}

fn server_hello(suite: u16, id: &[u8], extensions: &[u8]) -> Vec<u8> {
    let mut out = vec![3, 3];
    out.extend([7; 32]);
    put(&mut out, 1, id);
    out.extend(suite.to_be_bytes());
    out.push(0);
    put(&mut out, 2, extensions);
    out
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![kind, 3, 3];
    put(&mut out, 2, body);
    out
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![kind];
    put(&mut out, 3, body);
    out
}

fn put(out: &mut Vec<u8>, width: usize, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    out.extend(&length[4 - width..]);
    out.extend(bytes);
}
