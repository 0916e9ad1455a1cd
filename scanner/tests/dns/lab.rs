//! BIND on loopback: one server that has every zone, and resolvers in front of it.
//!
//! The root is ours, signed by a key that the validating resolver trusts. Signatures of a zone may end
//! whenever a test wants them to.

use std::{
    fmt::Write as _,
    fs,
    net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use hickory_resolver::proto::op::{Edns, Message};
use jiff::{Timestamp, ToSpan, Zoned, tz::TimeZone};
use tempfile::TempDir;

use crate::tls_support::free_port;

/// A zone below `test`, delegated with a DS record if it is signed.
pub(crate) struct Zone {
    pub(crate) name: &'static str,
    /// SOA timers: refresh, retry, expire, minimum.
    pub(crate) timers: [u32; 4],
    /// Lines of its file, without SOA.
    pub(crate) records: String,
    /// From when until when its signatures hold, in hours from now.
    pub(crate) signed: Option<[i64; 2]>,
    /// Whether strangers may transfer it.
    pub(crate) open: bool,
}

/// The daemons; they end with it.
pub(crate) struct Lab {
    pub(crate) folder: TempDir,
    daemons: Vec<Child>,
    pub(crate) authority: SocketAddr,
    /// Checks signatures.
    pub(crate) resolver: SocketAddr,
    /// Hands signatures on and checks none.
    pub(crate) careless: SocketAddr,
    /// Has never heard of signatures.
    pub(crate) blind: SocketAddr,
}

impl Drop for Lab {
    fn drop(&mut self) {
        for daemon in &mut self.daemons {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

impl Lab {
    pub(crate) fn new(zones: &[Zone]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let anchor = write_zones(at, zones);
        let ports = [free_port(), free_port(), free_port()];
        let mut conf = options(at, ports[0], "recursion no;");
        let below = zones.iter().map(|zone| (zone.name, zone.open));
        for (name, open) in [("", false), ("test", false)].into_iter().chain(below) {
            let whom = if open { "any" } else { "none" };
            let _ = writeln!(
                conf,
                "zone \"{name}.\" {{ type primary; file \"zone-{name}\"; allow-transfer {{ {whom}; }}; }};"
            );
        }
        let forward = format!(
            "recursion yes; allow-query {{ any; }}; forward only;
            forwarders {{ 127.0.0.1 port {}; }}; empty-zones-enable no;",
            ports[0]
        );
        let resolver = |port, validation: &str| {
            let more = format!("{forward} dnssec-validation {validation};");
            options(at, port, &more)
        };
        fs::write(at.join("anchors"), &anchor).unwrap();
        let daemons = vec![
            named(at, "authority", &conf),
            named(at, "resolver", &(resolver(ports[1], "yes") + &anchor)),
            named(at, "careless", &resolver(ports[2], "no")),
        ];
        let lab = Self {
            daemons,
            authority: loopback(ports[0]),
            resolver: loopback(ports[1]),
            careless: loopback(ports[2]),
            blind: blind(loopback(ports[0])),
            folder,
        };
        ports.into_iter().for_each(ready);
        lab
    }

    /// What `dig` prints, sorted lines.
    pub(crate) fn dig(&self, arguments: &[&str]) -> Vec<String> {
        let mut all = vec!["@127.0.0.1".to_owned(), "-p".to_owned()];
        all.push(self.resolver.port().to_string());
        all.extend(["+short", "+cd"].map(str::to_owned));
        all.extend(arguments.iter().map(|a| (*a).to_owned()));
        let mut lines: Vec<String> = output("dig", &all).lines().map(str::to_owned).collect();
        lines.sort_unstable();
        lines
    }

    /// The records that `dig` is given of the whole zone, by the server that has it.
    pub(crate) fn transfer(&self, zone: &str) -> Vec<String> {
        let port = self.authority.port().to_string();
        let all = ["@127.0.0.1", "-p", &port, "+noall", "+answer", zone, "AXFR"];
        let text = output("dig", &all.map(str::to_owned));
        let records = text.lines().filter(|line| !line.starts_with(';'));
        records
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// What `delv` says of the records `kind` of `name`: it checks signatures by itself.
    pub(crate) fn delv(&self, name: &str, kind: &str) -> String {
        let anchors = self.folder.path().join("anchors");
        let port = self.resolver.port().to_string();
        let all = ["@127.0.0.1", "-p", &port, "-a", anchors.to_str().unwrap()];
        let all = all.into_iter().chain(["+root=.", name, kind]);
        output("delv", &all.map(str::to_owned).collect::<Vec<_>>())
    }
}

fn output(program: &str, arguments: &[String]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    let all = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&all).into_owned()
}

fn options(at: &Path, port: u16, more: &str) -> String {
    let at = at.display();
    format!(
        "options {{ directory \"{at}\"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
        pid-file none; session-keyfile \"{at}/session-{port}\"; managed-keys-directory \"{at}\";
        notify no; {more} }};\ncontrols {{ }};\n"
    )
}

fn named(at: &Path, name: &str, conf: &str) -> Child {
    let path = at.join(format!("{name}.conf"));
    fs::write(&path, conf).unwrap();
    let log = fs::File::create(at.join(format!("{name}.log"))).unwrap();
    Command::new(sbin("named"))
        .args(["-g", "-n", "1", "-c", path.to_str().unwrap()])
        .current_dir(at)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

fn sbin(program: &str) -> String {
    let there = format!("/usr/sbin/{program}");
    if Path::new(&there).exists() {
        there
    } else {
        program.to_owned()
    }
}

fn ready(port: u16) {
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "named not ready");
        thread::sleep(Duration::from_millis(20));
    }
}

fn run(at: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(at)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {output:?}"
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Writes every zone, and the root above them; the trust anchor of the root.
fn write_zones(at: &Path, zones: &[Zone]) -> String {
    const PLAIN: [u32; 4] = [14_400, 3600, 1_209_600, 3600];
    let mut test = "@ NS ns1.doiche.test.\nns1.doiche A 192.0.2.1\n".to_owned();
    for zone in zones {
        write_zone(at, zone.name, zone.timers, &zone.records, zone.signed);
        let _ = writeln!(test, "{}. NS ns1.doiche.test.", zone.name);
        if zone.signed.is_some() {
            test += &fs::read_to_string(at.join(format!("dsset-{}.", zone.name))).unwrap();
        }
    }
    let always = Some([-1, 720]);
    write_zone(at, "test", PLAIN, &test, always);
    let ds = fs::read_to_string(at.join("dsset-test.")).unwrap();
    let root = format!("@ NS ns1.doiche.test.\ntest. NS ns1.doiche.test.\n{ds}");
    let key = write_zone(at, "", PLAIN, &root, always).unwrap();
    let record = key.lines().find(|line| !line.starts_with(';')).unwrap();
    let words: Vec<&str> = record.split_ascii_whitespace().collect();
    let place = words.iter().position(|word| *word == "DNSKEY").unwrap();
    let [flags, protocol, algorithm] = [1, 2, 3].map(|more| words[place + more]);
    let key = words[place + 4..].concat();
    format!("trust-anchors {{ . static-key {flags} {protocol} {algorithm} \"{key}\"; }};\n")
}

/// Writes one zone, signed if it is to be; its public key as `dnssec-keygen` writes it.
fn write_zone(
    at: &Path,
    name: &str,
    timers: [u32; 4],
    records: &str,
    signed: Option<[i64; 2]>,
) -> Option<String> {
    let [refresh, retry, expire, minimum] = timers;
    let mut text = format!(
        "$TTL 3600\n@ SOA ns1.doiche.test. admin.doiche.test. 1 {refresh} {retry} {expire} {minimum}\n{records}\n"
    );
    let (plain, done) = (format!("plain-{name}"), format!("zone-{name}"));
    let Some(hours) = signed else {
        fs::write(at.join(done), text).unwrap();
        return None;
    };
    let apex = format!("{name}.");
    let keygen = ["-q", "-a", "ECDSAP256SHA256", "-f", "KSK", &apex];
    let key = run(at, "dnssec-keygen", &keygen);
    let public = fs::read_to_string(at.join(format!("{key}.key"))).unwrap();
    text += &public;
    fs::write(at.join(&plain), text).unwrap();
    let [from, until] = hours.map(|hours| stamp(Timestamp::now() + hours.hours()));
    // Without -P it would not write what no longer holds.
    let sign = ["-q", "-P", "-z", "-o", &apex, "-s", &from, "-e", &until];
    let files = ["-f", &done, &plain, &key];
    run(at, "dnssec-signzone", &[&sign[..], &files].concat());
    Some(public)
}

fn stamp(at: Timestamp) -> String {
    Zoned::new(at, TimeZone::UTC)
        .strftime("%Y%m%d%H%M%S")
        .to_string()
}

/// A resolver of the time before signatures: it asks for none and hands none on.
fn blind(authority: SocketAddr) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let here = socket.local_addr().unwrap();
    thread::spawn(move || {
        let behind = UdpSocket::bind("127.0.0.1:0").unwrap();
        behind.connect(authority).unwrap();
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let Ok(mut message) = Message::from_vec(&buffer[..length]) else {
                continue;
            };
            let mut edns = Edns::new();
            edns.set_max_payload(4096);
            message.set_edns(edns);
            message.metadata.authentic_data = false;
            behind.send(&message.to_vec().unwrap()).unwrap();
            let length = behind.recv(&mut buffer).unwrap();
            let _ = socket.send_to(&buffer[..length], from);
        }
    });
    here
}
