//! The table of truth: daemons of Debian, and what is said of them, against the version of their package.

use std::{
    fs,
    net::{SocketAddr, UdpSocket},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use luytre_checks::{
    Tri, Unmeasured,
    fact::{UdpFact, UdpQuestion},
};
use luytre_inventory::{Protocol, ScanProfile};
use tempfile::TempDir;

use crate::kit::{ask, ask_as};

/// A daemon of our own, ended by its own id.
struct Daemon {
    child: Child,
    to: SocketAddr,
    /// Goes when the daemon has gone.
    dir: TempDir,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where `program` is, installed or unpacked by `tests/run`; a missing one is a loud skip, and a failure
/// where skips are not allowed.
fn engine(program: &str) -> Option<PathBuf> {
    let unpacked = std::env::var_os("LUYTRE_ENGINES").map(PathBuf::from);
    let usual = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/luytre-engines"));
    let places = [Some(PathBuf::from("/")), unpacked.or_else(usual)];
    let found = places
        .into_iter()
        .flatten()
        .map(|place| place.join(program));
    let found = found.into_iter().find(|path| path.exists());
    if found.is_none() {
        skip(&format!("{program} is not installed"));
    }
    found
}

fn skip(why: &str) {
    assert!(
        std::env::var_os("LUYTRE_NO_SKIP").is_none_or(|value| value != "1"),
        "{why} and skips are not allowed"
    );
    eprintln!("SKIPPED: {why}");
}

/// What `program` prints of itself.
fn prints(program: &Path, argument: &str) -> String {
    let out = Command::new(program).arg(argument).output().unwrap();
    let both = [out.stdout, out.stderr].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// The word behind `mark` in what `program` prints, up to what a package adds to a version.
fn version(program: &Path, argument: &str, mark: &str) -> String {
    let said = prints(program, argument);
    let rest = said.split(mark).nth(1).unwrap_or_else(|| panic!("{said}"));
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    rest[..end.unwrap_or(rest.len())].to_owned()
}

/// Starts `program` for a fresh folder and a free UDP port, and waits until it has taken the port.
fn start(
    program: &Path,
    at: Option<SocketAddr>,
    configure: impl Fn(&mut Command, &Path, u16),
) -> Daemon {
    for _ in 0..3 {
        let dir = TempDir::new().unwrap();
        let free = || {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            socket.local_addr().unwrap()
        };
        let to = at.unwrap_or_else(free);
        let mut command = Command::new(program);
        configure(&mut command, dir.path(), to.port());
        let log = fs::File::create(dir.path().join("out.log")).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut daemon = Daemon { child, to, dir };
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            if daemon.child.try_wait().unwrap().is_some() {
                break;
            }
            if UdpSocket::bind(to).is_err() {
                // It has the port; a moment until it reads from it.
                std::thread::sleep(Duration::from_millis(300));
                return daemon;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        eprintln!(
            "{}",
            fs::read_to_string(daemon.dir.path().join("out.log")).unwrap()
        );
    }
    panic!("{} does not start", program.display());
}

fn named(program: &Path, options: &'static str) -> Daemon {
    start(program, None, move |command, dir, port| {
        let zone = "$TTL 60\n@ SOA a. b. 1 60 60 60 60\n@ NS a.root-servers.net.\n@ NS b.root-servers.net.\n";
        fs::write(dir.join("root.zone"), zone).unwrap();
        let folder = dir.display();
        let conf = format!(
            "options {{ directory \"{folder}\"; pid-file \"{folder}/pid\"; session-keyfile \"{folder}/key\"; \
             listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; \
             dnssec-validation no; {options} }};\n\
             controls {{ }};\n"
        );
        let conf = if options.contains("recursion no") {
            conf
        } else {
            format!("{conf}zone \".\" {{ type primary; file \"root.zone\"; }};\n")
        };
        fs::write(dir.join("named.conf"), conf).unwrap();
        command
            .args(["-g", "-n", "1", "-c"])
            .arg(dir.join("named.conf"));
    })
}

#[tokio::test]
async fn bind() {
    let Some(program) = engine("usr/sbin/named") else {
        return;
    };
    let truth = version(&program, "-v", "BIND ");
    let open = named(&program, "recursion yes; allow-recursion { any; };");
    let fact = ask(open.to, Protocol::Dns).await.unwrap();
    assert_eq!(fact.recursion, Tri::Yes);
    told(&fact, "BIND", &truth);
    assert!(fact.amplification_percent.unwrap() > 100);

    let closed = named(&program, "recursion no; version none;");
    let fact = ask(closed.to, Protocol::Dns).await.unwrap();
    assert_eq!((fact.answered, fact.recursion), (Tri::Yes, Tri::No));
    assert_eq!((&fact.product, &fact.version), (&None, &None));
    // A refusal is as long as the question.
    assert_eq!(fact.exchanges[0].amplification_percent(), Some(100));
}

fn told(fact: &UdpFact, product: &str, version: &str) {
    assert_eq!(fact.answered, Tri::Yes);
    let found = (fact.product.as_deref(), fact.version.as_deref());
    assert_eq!(found, (Some(product), Some(version)), "{:?}", fact.banner);
    assert!(fact.cpe.as_ref().is_some_and(|cpe| cpe.contains(version)));
}

fn unbound(program: &Path, access: &'static str) -> Daemon {
    start(program, None, move |command, dir, port| {
        let folder = dir.display();
        let conf = format!(
            "server:\n directory: \"{folder}\"\n chroot: \"\"\n username: \"\"\n pidfile: \"{folder}/pid\"\n \
             use-syslog: no\n do-daemonize: no\n interface: 127.0.0.1\n port: {port}\n do-tcp: no\n \
             module-config: \"iterator\"\n access-control: 127.0.0.0/8 {access}\n \
             local-zone: \".\" static\n local-data: \". 60 IN NS a.root-servers.net.\"\n\
             remote-control:\n control-enable: no\n"
        );
        fs::write(dir.join("unbound.conf"), conf).unwrap();
        command.args(["-d", "-c"]).arg(dir.join("unbound.conf"));
    })
}

#[tokio::test]
async fn unbound_for_us_and_for_others() {
    let Some(program) = engine("usr/sbin/unbound") else {
        return;
    };
    let truth = version(&program, "-V", "Version ");
    let open = unbound(&program, "allow");
    let fact = ask(open.to, Protocol::Dns).await.unwrap();
    assert_eq!(fact.recursion, Tri::Yes, "{fact:?}");
    told(&fact, "Unbound", &truth);

    let refusing = unbound(&program, "refuse");
    let fact = ask(refusing.to, Protocol::Dns).await.unwrap();
    assert_eq!((fact.answered, fact.recursion), (Tri::Yes, Tri::No));

    // Its other way to say no is silence, and silence says nothing.
    let silent = unbound(&program, "deny");
    let answer = ask(silent.to, Protocol::Dns).await;
    assert_eq!(answer, Err(Unmeasured::TimedOut));
}

fn snmpd(program: &Path, community: &'static str) -> Daemon {
    start(program, None, move |command, dir, port| {
        fs::write(dir.join("snmpd.conf"), community).unwrap();
        command
            .env("SNMP_PERSISTENT_DIR", dir)
            .args(["-f", "-Lo", "-C", "-x", ""])
            .arg("-c")
            .arg(dir.join("snmpd.conf"))
            .arg("-p")
            .arg(dir.join("pid"))
            .arg(format!("udp:127.0.0.1:{port}"));
    })
}

#[tokio::test]
async fn net_snmp_with_and_without_the_default() {
    let Some(program) = engine("usr/sbin/snmpd") else {
        return;
    };
    let open = snmpd(&program, "rocommunity public 127.0.0.1\n");
    let fact = ask(open.to, Protocol::Snmp).await.unwrap();
    assert_eq!(fact.public_community, Tri::Yes);
    assert_eq!(fact.version_three, Tri::Yes);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    // The description names the system, not the agent: its own version is not told.
    assert_eq!(fact.product.as_deref(), Some("Linux"));
    assert_eq!(fact.version.as_deref(), Some(kernel.trim()));
    let read = fact.exchange(UdpQuestion::SnmpTwo).unwrap();
    assert!(read.asked_bytes < 50 && read.amplification_percent().unwrap() > 150);

    let own = snmpd(&program, "rocommunity mot-tu-khac 127.0.0.1\n");
    let fact = ask(own.to, Protocol::Snmp).await.unwrap();
    assert_eq!((fact.answered, fact.public_community), (Tri::Yes, Tri::No));
    assert_eq!(fact.version_three, Tri::Yes);
    for question in [UdpQuestion::SnmpOne, UdpQuestion::SnmpTwo] {
        assert_eq!(fact.exchange(question).unwrap().answered, Tri::No);
    }
}

#[tokio::test]
async fn memcached() {
    let Some(program) = engine("usr/bin/memcached") else {
        return;
    };
    let truth = version(&program, "-V", "memcached ");
    let daemon = start(&program, None, |command, _, port| {
        command.args([
            "-u",
            "root",
            "-l",
            "127.0.0.1",
            "-p",
            "0",
            "-U",
            &port.to_string(),
        ]);
    });
    let fact = ask(daemon.to, Protocol::Memcached).await.unwrap();
    told(&fact, "memcached", &truth);
}

#[tokio::test]
async fn tftpd() {
    let Some(program) = engine("usr/sbin/in.tftpd") else {
        return;
    };
    if !is_root() {
        skip("in.tftpd wants to be root");
        return;
    }
    let daemon = start(&program, None, |command, dir, port| {
        command.args(["--foreground", "--user", "root", "--address"]);
        command.arg(format!("127.0.0.1:{port}")).arg(dir);
    });
    let fact = ask(daemon.to, Protocol::Tftp).await.unwrap();
    assert_eq!(fact.protocol, Some(Protocol::Tftp));
    // It does not say who it is, and nothing is said of it.
    assert_eq!((&fact.product, &fact.version), (&None, &None));
    assert!(fact.banner.unwrap().starts_with("TFTP error "));
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[tokio::test]
async fn chrony_keeps_to_the_time() {
    let Some(program) = engine("usr/sbin/chronyd") else {
        return;
    };
    let daemon = start(&program, None, |command, dir, port| {
        let folder = dir.display();
        let conf = format!(
            "port {port}\ncmdport 0\nbindaddress 127.0.0.1\nbindcmdaddress /\nlocal stratum 10\n\
             allow 127.0.0.1\npidfile {folder}/pid\n"
        );
        fs::write(dir.join("chrony.conf"), conf).unwrap();
        command.args(["-x", "-d", "-U", "-u"]).arg(user());
        command.arg("-f").arg(dir.join("chrony.conf"));
    });
    let fact = ask_as(daemon.to, Protocol::Ntp, ScanProfile::Deep)
        .await
        .unwrap();
    assert_eq!(fact.answered, Tri::Yes);
    assert_eq!((fact.mode_six, fact.monlist), (Tri::No, Tri::No));
    // It does not say who it is, and nothing is said of it.
    assert_eq!((&fact.product, &fact.version), (&None, &None));
    assert_eq!(
        fact.exchange(UdpQuestion::NtpTime)
            .unwrap()
            .amplification_percent(),
        Some(100)
    );
}

fn user() -> String {
    prints(Path::new("/usr/bin/id"), "-un").trim().to_owned()
}

/// `NTPsec` has no word for another port, so this needs the one there is.
#[tokio::test]
async fn ntpsec_that_tells_of_itself() {
    let Some(program) = engine("usr/sbin/ntpd") else {
        return;
    };
    let port: SocketAddr = "127.0.0.1:123".parse().unwrap();
    if UdpSocket::bind(port).is_err() {
        skip("port 123 of this machine is not free, or wants root");
        return;
    }
    let truth = version(&program, "--version", "ntpsec-");
    let daemon = start(&program, Some(port), |command, dir, _| {
        let folder = dir.display();
        let conf = format!(
            "interface ignore wildcard\ninterface listen 127.0.0.1\nrefclock local\n\
             restrict default kod nomodify nopeer noquery limited\nrestrict 127.0.0.1\n\
             driftfile {folder}/drift\n"
        );
        fs::write(dir.join("ntp.conf"), conf).unwrap();
        command.arg("-n").arg("-c").arg(dir.join("ntp.conf"));
        command
            .arg("-p")
            .arg(dir.join("pid"))
            .arg("-l")
            .arg(dir.join("log"));
    });
    let fact = ask_as(daemon.to, Protocol::Ntp, ScanProfile::Deep)
        .await
        .unwrap();
    told(&fact, "NTPsec", &truth);
    assert_eq!((fact.mode_six, fact.monlist), (Tri::Yes, Tri::No));
    let control = fact.exchange(UdpQuestion::NtpVariables).unwrap();
    assert!(
        control.amplification_percent().unwrap() > 1_000,
        "{control:?}"
    );
}
