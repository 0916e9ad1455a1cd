//! How many conversations the survey of TLS holds at once, and that what it opens ahead of need changes
//! no answer, whatever the peer does with it.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says what it skips"
)]

mod tls_support;

use std::{
    collections::BTreeMap,
    io::ErrorKind,
    mem::MaybeUninit,
    net::{TcpListener, TcpStream},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use luytre_checks::{
    Fact,
    fact::{TlsVersion, Tri, VersionFact},
};
use luytre_inventory::ScanProfile;
use luytre_scanner::{
    Limits, Line,
    probe::{Probe, TlsProbe},
};
use tls_support::{
    NAME, Server, engine, line_with, nginx, papers, record_from, relay, reset, s_server,
};

/// What a gate does with a connection that comes while another is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Second {
    Serve,
    ResetAtOnce,
    CloseAtOnce,
    ResetWhenSpokenTo,
    CloseWhenSpokenTo,
    Ignore,
}

/// A peer in front of a server that counts the connections open at once. It runs until its owner goes.
struct Gate {
    port: u16,
    most: Arc<AtomicUsize>,
    turned_away: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Whether the other side has neither closed nor reset. On loopback what it did before a later
/// connection has arrived by then.
fn is_open(stream: &TcpStream) -> bool {
    // Of Linux; the flag of the socket itself is shared with the thread that reads.
    const DONT_WAIT_PEEK: i32 = 0x40 | 0x02;
    let mut byte = [MaybeUninit::uninit()];
    let socket = socket2::SockRef::from(stream);
    // A reset counts even with bytes before it that nobody has read yet.
    if !matches!(socket.take_error(), Ok(None)) {
        return false;
    }
    match socket.recv_with_flags(&mut byte, DONT_WAIT_PEEK) {
        Ok(read) => read > 0,
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}

impl Gate {
    /// In front of `to`. With `refuses` it closes on a hello below that version.
    fn new(to: u16, second: Second, refuses: Option<u16>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let gate = Self {
            port: listener.local_addr().unwrap().port(),
            most: Arc::default(),
            turned_away: Arc::default(),
            over: Arc::default(),
        };
        let (most, turned_away) = (Arc::clone(&gate.most), Arc::clone(&gate.turned_away));
        let over = Arc::clone(&gate.over);
        thread::spawn(move || {
            let mut open: Vec<Arc<TcpStream>> = Vec::new();
            let kept = Mutex::new(Vec::new());
            for stream in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                open.retain(|stream| is_open(stream));
                let is_second = !open.is_empty();
                if is_second && second != Second::Serve {
                    turned_away.fetch_add(1, Ordering::Relaxed);
                    turn_away(stream, second, &kept);
                    continue;
                }
                let reading = stream.try_clone().unwrap();
                open.push(Arc::new(stream));
                most.fetch_max(open.len(), Ordering::Relaxed);
                thread::spawn(move || serve(reading, to, refuses));
            }
        });
        gate
    }
}

fn turn_away(stream: TcpStream, how: Second, kept: &Mutex<Vec<TcpStream>>) {
    let spoken_to = |stream: &TcpStream| stream.peek(&mut [0]).is_ok_and(|read| read > 0);
    match how {
        Second::Serve => {}
        Second::ResetAtOnce => reset(&stream),
        Second::CloseAtOnce => drop(stream),
        Second::Ignore => kept.lock().unwrap().push(stream),
        Second::ResetWhenSpokenTo => drop(thread::spawn(move || {
            if spoken_to(&stream) {
                reset(&stream);
            }
        })),
        Second::CloseWhenSpokenTo => drop(thread::spawn(move || {
            if spoken_to(&stream) {
                // Read, or the end would be a reset.
                let mut stream = stream;
                record_from(&mut stream);
            }
        })),
    }
}

fn serve(mut stream: TcpStream, to: u16, refuses: Option<u16>) {
    let first = record_from(&mut stream);
    let version = first.get(9..11).map(|v| u16::from_be_bytes([v[0], v[1]]));
    if refuses.is_some_and(|least| version.is_some_and(|version| version < least)) {
        let _ = stream.shutdown(std::net::Shutdown::Both);
        return;
    }
    relay(stream, &first, to);
}

fn line_of(profile: ScanProfile, port: u16, limits: Limits) -> Line {
    line_with(profile, [127, 0, 0, 1].into(), port, Some(NAME), limits)
}

/// What the survey alone says of one version.
type Survey = BTreeMap<TlsVersion, VersionFact>;

/// Looks; the versions found and the connections made.
fn look(profile: ScanProfile, port: u16, limits: Limits) -> (Survey, u32) {
    let line = line_of(profile, port, limits);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fact = match runtime.block_on(TlsProbe.observe(&line)) {
        Ok(Fact::Tls(fact)) => fact,
        other => panic!("{other:?}"),
    };
    let surveyed = |fact: VersionFact| VersionFact {
        offered: fact.offered,
        refused_by_close: fact.refused_by_close,
        suites: fact.suites,
        suites_complete: fact.suites_complete,
        groups: fact.groups,
        groups_complete: fact.groups_complete,
        dh_bits: fact.dh_bits,
        order: fact.order,
        ..VersionFact::default()
    };
    let versions = fact.versions.into_iter();
    let versions = versions.map(|(version, fact)| (version, surveyed(fact)));
    (versions.collect(), line.settle().1.connections)
}

fn modern(folder: &Path) -> Server {
    let directives = "ssl_certificate rsa.crt; ssl_certificate_key rsa.key;
        ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:AES256-SHA;";
    nginx(folder, directives)
}

#[test]
fn no_more_conversations_than_the_profile_allows() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let server = modern(folder.path());
    let (expected, _) = look(ScanProfile::Light, server.port, Limits::default());
    for (profile, most) in [
        (ScanProfile::Light, 1),
        (ScanProfile::Standard, 2),
        (ScanProfile::Deep, 2),
    ] {
        let gate = Gate::new(server.port, Second::Serve, None);
        let (versions, _) = look(profile, gate.port, Limits::default());
        // Two are not only allowed but used: else nothing here would be shown of opening ahead.
        assert_eq!(gate.most.load(Ordering::Relaxed), most, "{profile:?}");
        assert_eq!(versions, expected, "{profile:?}");
    }
}

#[test]
fn a_second_conversation_refused_changes_no_answer() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let server = modern(folder.path());
    // With 0x0303 the gate also closes on all older versions, which takes proof.
    for refuses in [None, Some(0x0303)] {
        let gate = Gate::new(server.port, Second::ResetAtOnce, refuses);
        let (expected, _) = look(ScanProfile::Light, gate.port, Limits::default());
        assert_eq!(gate.turned_away.load(Ordering::Relaxed), 0);
        let by_close = expected[&TlsVersion::Tls11].refused_by_close;
        assert_eq!(by_close, refuses.is_some());
        assert_eq!(expected[&TlsVersion::Tls12].offered, Tri::Yes);
        for second in [
            Second::Serve,
            Second::ResetAtOnce,
            Second::CloseAtOnce,
            Second::ResetWhenSpokenTo,
            Second::CloseWhenSpokenTo,
            Second::Ignore,
        ] {
            let gate = Gate::new(server.port, second, refuses);
            let (versions, _) = look(ScanProfile::Standard, gate.port, Limits::default());
            assert_eq!(versions, expected, "{second:?} {refuses:?}");
            let turned_away = gate.turned_away.load(Ordering::Relaxed);
            // The first that goes wrong is the last that is tried; one more may be open beside it.
            let tried = if second == Second::Serve {
                0..=0
            } else {
                1..=2
            };
            assert!(tried.contains(&turned_away), "{second:?}: {turned_away}");
        }
    }
}

#[test]
fn a_server_of_one_conversation_at_a_time_is_read_as_well() {
    if !engine("openssl") {
        return;
    }
    let folder = papers();
    let arguments =
        "-cert rsa.crt -key rsa.key -cipher ECDHE-RSA-AES128-SHA:AES256-SHA:@SECLEVEL=0";
    let arguments: Vec<_> = arguments.split(' ').collect();
    let server = s_server(folder.path(), &arguments);
    let (alone, _) = look(ScanProfile::Light, server.port, Limits::default());
    let (ahead, _) = look(ScanProfile::Standard, server.port, Limits::default());
    assert_eq!(alone, ahead);
    let tls12 = &alone[&TlsVersion::Tls12];
    assert_eq!((tls12.suites.len(), tls12.suites_complete), (2, Tri::Yes));
}
