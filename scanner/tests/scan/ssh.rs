//! SSH before a log-in: facts against what the daemons, `ssh-keygen` and `ssh-audit` say; hostile
//! servers against what we promise.

use std::{
    collections::BTreeSet,
    fs,
    net::SocketAddr,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use luytre_checks::{Context, Fact, Outcome, Policy, Tri, Unmeasured, fact::SshFact, registry};
use luytre_inventory::Zone;
use luytre_scanner::{
    Probe,
    probe::{SshProbe, agent},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    daemon::{Daemon, has, start},
    kit::{line_to, mute, serve},
};

/// Longest time that any hostile server may take.
const PROMISED: Duration = Duration::from_secs(20);

async fn look(to: SocketAddr) -> (Result<SshFact, Unmeasured>, u32) {
    let line = line_to(to).await;
    let probe = SshProbe {
        agent: agent(Some("soc@lamgiang.test")),
    };
    let found = probe.observe(&line).await;
    let (_, cost) = line.settle();
    let found = found.map(|fact| match fact {
        Fact::Ssh(fact) => fact,
        other => panic!("{other:?}"),
    });
    (found, cost.connections)
}

fn says(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Makes a key: its kind and size as `ssh-keygen` takes them.
fn keygen(dir: &Path, kind: &str, bits: &str) -> String {
    let path = dir.join(format!("{kind}{bits}"));
    let made = Command::new("/usr/bin/ssh-keygen")
        .args(["-q", "-t", kind, "-b", bits, "-N", "", "-f"])
        .arg(&path)
        .status();
    assert!(made.unwrap().success());
    path.to_str().unwrap().to_owned()
}

/// An sshd with host keys and further lines of configuration.
fn sshd(keys: &[(&str, &str)], lines: &str) -> Daemon {
    let _ = fs::create_dir_all("/run/sshd");
    start(|dir, to| {
        let mut config = format!(
            "ListenAddress 127.0.0.1\nPort {}\nPidFile none\nUsePAM no\nLogLevel DEBUG1\n{lines}\n",
            to.port()
        );
        for (kind, bits) in keys {
            config.push_str(&format!("HostKey {}\n", keygen(dir, kind, bits)));
        }
        fs::write(dir.join("config"), config).unwrap();
        let mut command = Command::new("/usr/sbin/sshd");
        command.args(["-D", "-e", "-f"]).arg(dir.join("config"));
        command
    })
}

fn ready() -> bool {
    has("/usr/sbin/sshd") && has("/usr/bin/ssh-keygen")
}

/// What the daemon itself makes of one line of its configuration.
fn configured(daemon: &Daemon, word: &str) -> Vec<String> {
    let config = daemon.dir().join("config");
    let told = says("/usr/sbin/sshd", &["-T", "-f", config.to_str().unwrap()]);
    let line = told
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{word} ")))
        .unwrap_or_else(|| panic!("no {word} in {told}"));
    line.split(',').map(str::to_owned).collect()
}

/// Kind, size and fingerprint of the public keys in a folder, as `ssh-keygen -l` tells them.
fn fingerprints(dir: &Path) -> BTreeSet<(String, u32, String)> {
    let files = fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|end| end == "pub"))
        .map(|path| {
            let line = says("/usr/bin/ssh-keygen", &["-lf", path.to_str().unwrap()]);
            let words: Vec<&str> = line.split_whitespace().collect();
            let kind = words
                .last()
                .unwrap()
                .trim_matches(['(', ')'])
                .to_lowercase();
            (kind, words[0].parse().unwrap(), words[1].to_owned())
        })
        .collect()
}

fn shown(fact: &SshFact) -> BTreeSet<(String, u32, String)> {
    let keys = fact.host_keys.iter();
    keys.map(|k| (k.kind.clone(), k.bits, k.fingerprint.clone()))
        .collect()
}

/// The faults of one check on a fact, as parts.
fn faults(check: &str, fact: &SshFact) -> BTreeSet<String> {
    let policy = Policy::on("2026-11-22".parse().unwrap(), &[]).unwrap();
    let context = Context {
        system: None,
        endpoint: None,
        port: Some(fact.port),
        vantage: Zone::Local,
        declared: &[],
        parameters: policy.parameters(),
    };
    let entry = registry::CHECKS
        .iter()
        .find(|entry| entry.about.id == check)
        .unwrap();
    let at = "2026-11-22T03:00:00Z".parse().unwrap();
    match (entry.judge)(&Fact::Ssh(fact.clone()), &context, at) {
        Outcome::Pass => BTreeSet::new(),
        Outcome::Fail(faults) => faults.into_iter().map(|fault| fault.subject).collect(),
        other => panic!("{check}: {other:?}"),
    }
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn same_lists(fact: &SshFact, daemon: &Daemon) {
    assert_eq!(fact.key_exchanges, configured(daemon, "kexalgorithms"));
    for direction in [&fact.to_server, &fact.to_client] {
        assert_eq!(direction.ciphers, configured(daemon, "ciphers"));
        assert_eq!(direction.macs, configured(daemon, "macs"));
        assert_eq!(direction.compressions, ["none", "zlib@openssh.com"]);
    }
    assert_eq!(fact.lists_complete, Tri::Yes);
    assert_eq!(fact.host_keys_complete, Tri::Yes);
    assert_eq!(shown(fact), fingerprints(daemon.dir()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_sshd_as_it_comes() {
    if !ready() {
        return;
    }
    let daemon = sshd(&[("ed25519", "256"), ("rsa", "3072"), ("ecdsa", "384")], "");
    let (fact, connections) = look(daemon.to).await;
    let fact = fact.unwrap();
    same_lists(&fact, &daemon);
    assert_eq!(fact.protocol.as_deref(), Some("2.0"));
    assert_eq!(connections, 3, "one conversation for each kind of key");
    for check in ["protocol_one", "weak_cipher", "weak_host_key"] {
        assert_eq!(faults(&format!("ssh.{check}"), &fact), set(&[]), "{check}");
    }
    // Debian keeps the short tag of UMAC among its codes.
    assert_eq!(faults("ssh.weak_mac", &fact), set(&["64-bit-tag"]));

    // The log tells who came and that we left by ourselves; nobody tried to log in.
    let log = daemon.log();
    assert!(log.contains("luytre: posture check done"), "{log}");
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        log.contains(&format!("remote software version luytre_{version}")),
        "{log}"
    );
    for word in ["Failed", "userauth", "Invalid user", "authenticating user"] {
        assert!(!log.contains(word), "{word}: {log}");
    }
}

/// Every weak algorithm that this OpenSSH still has.
const WEAK: &str = "KexAlgorithms +diffie-hellman-group1-sha1,diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1
Ciphers +3des-cbc,aes128-cbc,aes192-cbc,aes256-cbc
MACs +hmac-md5,hmac-md5-96,hmac-sha1-96,hmac-md5-etm@openssh.com
HostKeyAlgorithms +ssh-rsa,ssh-dss
RequiredRSASize 1024";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_sshd_with_everything_weak() {
    if !ready() {
        return;
    }
    let daemon = sshd(&[("dsa", "1024"), ("rsa", "1024")], WEAK);
    let fact = look(daemon.to).await.0.unwrap();
    same_lists(&fact, &daemon);
    let found = |check: &str| faults(&format!("ssh.{check}"), &fact);
    assert_eq!(found("weak_kex"), set(&["dh-1024", "sha1", "sha1-group14"]));
    assert_eq!(found("weak_cipher"), set(&["64-bit-block", "cbc"]));
    let codes = [
        "64-bit-tag",
        "96-bit-tag",
        "mac-of-plain-text-with-cbc",
        "md5",
    ];
    assert_eq!(found("weak_mac"), set(&codes));
    assert_eq!(found("weak_host_key"), set(&["dsa", "rsa", "ssh-rsa"]));
    oracle(&daemon, &fact);
}

/// Algorithms that ssh-audit calls a failure and we do not, with the reason.
const MILDER: [(&str, &str); 6] = [
    ("ecdh-sha2-nistp256", "RFC 9142 section 4: SHOULD"),
    ("ecdh-sha2-nistp384", "RFC 9142 section 4: SHOULD"),
    ("ecdh-sha2-nistp521", "RFC 9142 section 4: SHOULD"),
    ("ecdsa-sha2-nistp256", "RFC 5656; no known weakness"),
    ("ecdsa-sha2-nistp384", "RFC 5656; no known weakness"),
    ("ecdsa-sha2-nistp521", "RFC 5656; no known weakness"),
];

/// Compares with ssh-audit: what was read, and that what it fails is weak for us too.
fn oracle(daemon: &Daemon, fact: &SshFact) {
    if !has("/usr/bin/ssh-audit") {
        return;
    }
    let port = daemon.to.port().to_string();
    let told = says(
        "/usr/bin/ssh-audit",
        &["--json", "--skip-rate-test", "-p", &port, "127.0.0.1"],
    );
    let told = if told.trim_start().starts_with('{') {
        told
    } else {
        // Versions before 3.1 have no rate test to skip.
        says("/usr/bin/ssh-audit", &["--json", "-p", &port, "127.0.0.1"])
    };
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let names = |list: &serde_json::Value| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|entry| {
            entry["algorithm"]
                .as_str()
                .or(entry.as_str())
                .unwrap()
                .to_owned()
        })
        .filter(|name| !name.starts_with("kex-strict") && !name.starts_with("ext-info"))
        .collect()
    };
    assert_eq!(names(&told["kex"]), fact.key_exchanges);
    assert_eq!(names(&told["enc"]), fact.to_client.ciphers);
    assert_eq!(names(&told["mac"]), fact.to_client.macs);
    assert_eq!(names(&told["key"]), fact.host_key_algorithms);
    let prints = told["fingerprints"].to_string();
    for key in fact.host_keys.iter().filter(|key| key.kind != "dsa") {
        let bare = key.fingerprint.trim_start_matches("SHA256:");
        assert!(prints.contains(bare), "{bare} in {prints}");
    }
    let failed = failures(&daemon.to);
    let ours = ours(fact);
    println!("ssh-audit fails {failed:?}\nwe find weak {ours:?}");
    let missed: Vec<&String> = failed
        .iter()
        .filter(|name| !ours.contains(*name))
        .filter(|name| !MILDER.iter().any(|(milder, _)| milder == name))
        .collect();
    assert!(missed.is_empty(), "weak for ssh-audit alone: {missed:?}");
}

/// Algorithms that ssh-audit marks with `[fail]` in its text.
fn failures(to: &SocketAddr) -> BTreeSet<String> {
    let port = to.port().to_string();
    let text = says(
        "/usr/bin/ssh-audit",
        &["--no-colors", "-l", "fail", "-p", &port, "127.0.0.1"],
    );
    text.lines()
        .filter(|line| line.contains("[fail]"))
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let kind = words.next()?;
            ["(kex)", "(key)", "(enc)", "(mac)"]
                .contains(&kind)
                .then_some(())?;
            words.next().map(str::to_owned)
        })
        .collect()
}

/// Algorithms that one of our checks finds weak when they are all that is offered.
fn ours(fact: &SshFact) -> BTreeSet<String> {
    let mut weak = BTreeSet::new();
    let one = |name: &String| vec![name.clone()];
    for name in &fact.key_exchanges {
        let alone = SshFact {
            key_exchanges: one(name),
            ..fact.clone()
        };
        if !faults("ssh.weak_kex", &alone).is_empty() {
            weak.insert(name.clone());
        }
    }
    for name in &fact.to_client.ciphers {
        let mut alone = fact.clone();
        alone.to_client.ciphers = one(name);
        alone.to_server.ciphers = one(name);
        if !faults("ssh.weak_cipher", &alone).is_empty() {
            weak.insert(name.clone());
        }
    }
    for name in &fact.to_client.macs {
        let mut alone = fact.clone();
        for direction in [&mut alone.to_client, &mut alone.to_server] {
            direction.macs = one(name);
            direction.ciphers = vec!["aes128-ctr".to_owned()];
        }
        if !faults("ssh.weak_mac", &alone).is_empty() {
            weak.insert(name.clone());
        }
    }
    for name in &fact.host_key_algorithms {
        let alone = SshFact {
            host_key_algorithms: one(name),
            host_keys: Vec::new(),
            ..fact.clone()
        };
        if !faults("ssh.weak_host_key", &alone).is_empty() {
            weak.insert(name.clone());
        }
    }
    // A short key is a fault of every algorithm that uses it.
    if fact
        .host_keys
        .iter()
        .any(|key| key.kind == "rsa" && key.bits < 2048)
    {
        weak.extend(["rsa-sha2-256", "rsa-sha2-512"].map(str::to_owned));
    }
    weak
}

/// The host key comes by whichever method the server has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_method_brings_the_key() {
    if !ready() {
        return;
    }
    for method in [
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group18-sha512",
        "diffie-hellman-group-exchange-sha256",
        "diffie-hellman-group1-sha1",
    ] {
        let daemon = sshd(&[("ed25519", "256")], &format!("KexAlgorithms {method}"));
        let fact = look(daemon.to).await.0.unwrap();
        assert_eq!(fact.key_exchanges, [method]);
        assert_eq!(shown(&fact), fingerprints(daemon.dir()), "{method}");
        assert_eq!(fact.host_keys_complete, Tri::Yes, "{method}");
    }
    // One that we cannot begin: the lists are read, the keys stay unknown.
    let method = "sntrup761x25519-sha512@openssh.com";
    let daemon = sshd(&[("ed25519", "256")], &format!("KexAlgorithms {method}"));
    let fact = look(daemon.to).await.0.unwrap();
    assert_eq!(fact.key_exchanges, [method]);
    assert!(fact.host_keys.is_empty() && fact.host_keys_complete == Tri::No);
}

/// A dropbear with host keys of these kinds, and their public halves beside them.
fn dropbear_with(keys: &[(&str, &str)]) -> Daemon {
    start(|dir, to| {
        let mut command = Command::new("/usr/sbin/dropbear");
        command.args(["-F", "-E", "-p", &to.to_string(), "-P"]);
        command.arg(dir.join("pid"));
        for (kind, bits) in keys {
            let key = dir.join(kind);
            let key = key.to_str().unwrap();
            says("/usr/bin/dropbearkey", &["-t", kind, "-s", bits, "-f", key]);
            let told = says("/usr/bin/dropbearkey", &["-y", "-f", key]);
            let public = told.lines().find(|line| line.contains(" AAAA")).unwrap();
            fs::write(format!("{key}.pub"), public).unwrap();
            command.args(["-r", key]);
        }
        command
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropbear() {
    if !has("/usr/sbin/dropbear") || !has("/usr/bin/dropbearkey") || !has("/usr/bin/ssh-keygen") {
        return;
    }
    let daemon = dropbear_with(&[("ecdsa", "256"), ("rsa", "2048")]);
    let fact = look(daemon.to).await.0.unwrap();
    assert!(
        fact.banner
            .as_ref()
            .unwrap()
            .starts_with("SSH-2.0-dropbear")
    );
    assert!(
        !fact
            .key_exchanges
            .iter()
            .any(|name| name.starts_with("kexguess"))
    );
    assert_eq!(shown(&fact), fingerprints(daemon.dir()));
    assert_eq!(fact.host_keys_complete, Tri::Yes);
    assert_eq!(faults("ssh.weak_host_key", &fact), set(&["ssh-rsa"]));

    // This one offers RSA without having a key for it: what is not shown is not known.
    let daemon = dropbear_with(&[("ecdsa", "256")]);
    let fact = look(daemon.to).await.0.unwrap();
    if fact
        .host_key_algorithms
        .iter()
        .any(|name| name == "rsa-sha2-256")
    {
        assert_eq!(shown(&fact), fingerprints(daemon.dir()));
        assert_eq!(fact.host_keys_complete, Tri::No);
    }
}

/// A server that talks as a script says; after an identification it waits for ours.
async fn scripted(first: &'static [u8], then: Vec<u8>, repeat: bool) -> SocketAddr {
    let then = std::sync::Arc::new(then);
    serve("127.0.0.1:0", move |stream| {
        talk(stream, first, std::sync::Arc::clone(&then), repeat)
    })
    .await
    .0
}

async fn talk(
    mut stream: TcpStream,
    first: &'static [u8],
    then: std::sync::Arc<Vec<u8>>,
    repeat: bool,
) {
    let _ = stream.write_all(first).await;
    if first.starts_with(b"SSH-") {
        let mut said = [0; 512];
        let _ = stream.read(&mut said).await;
    }
    loop {
        if stream.write_all(&then).await.is_err() {
            return;
        }
        if !repeat {
            break;
        }
    }
    mute(stream).await;
}

fn packet(payload: &[u8]) -> Vec<u8> {
    let padding = 4 + (8 - (payload.len() + 9) % 8) % 8;
    let length = u32::try_from(1 + payload.len() + padding).unwrap();
    let mut out = length.to_be_bytes().to_vec();
    out.push(u8::try_from(padding).unwrap());
    out.extend_from_slice(payload);
    out.resize(out.len() + padding, 0);
    out
}

fn offer(first: &str) -> Vec<u8> {
    let mut payload = vec![20; 17];
    for list in [
        first,
        "ssh-ed25519",
        "none",
        "none",
        "none",
        "none",
        "none",
        "none",
        "",
        "",
    ] {
        payload.extend_from_slice(&u32::try_from(list.len()).unwrap().to_be_bytes());
        payload.extend_from_slice(list.as_bytes());
    }
    payload.extend_from_slice(&[0; 5]);
    packet(&payload)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hostile_servers_end_in_time_with_the_promised_answer() {
    let hello: &[u8] = b"SSH-2.0-x\r\n";
    let many = vec!["a"; 60_000].join(",");
    let ignore = packet(&[2, 0, 0, 0, 0]);
    let cases: [(&str, &'static [u8], Vec<u8>, bool, Result<(), Unmeasured>); 9] = [
        ("silent", b"", Vec::new(), false, Err(Unmeasured::TimedOut)),
        (
            "endless banner",
            b"x",
            b"banner\n".repeat(500),
            true,
            Err(Unmeasured::Protocol),
        ),
        (
            "not ssh",
            b"220 ftp\r\n",
            vec![0x80; 9000],
            false,
            Err(Unmeasured::Protocol),
        ),
        (
            "huge packet",
            hello,
            vec![0x7f; 64],
            false,
            Err(Unmeasured::TooLarge),
        ),
        (
            "garbage lists",
            hello,
            packet(&[20; 100]),
            false,
            Err(Unmeasured::Protocol),
        ),
        (
            "endless idle talk",
            hello,
            ignore.repeat(100),
            true,
            Err(Unmeasured::Protocol),
        ),
        (
            "leaves",
            hello,
            packet(&[1, 0, 0, 0, 2]),
            false,
            Err(Unmeasured::Closed),
        ),
        ("many names", hello, offer(&many), false, Ok(())),
        (
            "no answer to a key exchange",
            hello,
            offer("curve25519-sha256"),
            false,
            Ok(()),
        ),
    ];
    for (name, first, then, repeat, promised) in cases {
        let to = scripted(first, then, repeat).await;
        let begun = Instant::now();
        let (found, connections) = look(to).await;
        assert!(begun.elapsed() < PROMISED, "{name}: {:?}", begun.elapsed());
        assert!(connections <= 8, "{name}: {connections}");
        match (&found, promised) {
            (Ok(fact), Ok(())) => {
                assert!(
                    fact.key_exchanges.len() <= 256 && fact.host_keys.is_empty(),
                    "{name}"
                );
                assert_eq!(fact.host_keys_complete, Tri::No, "{name}");
                assert_eq!(
                    fact.lists_complete == Tri::Yes,
                    name != "many names",
                    "{name}"
                );
            }
            (Err(reason), Err(promised)) => assert_eq!(*reason, promised, "{name}"),
            _ => panic!("{name}: {found:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn version_one_is_told_and_not_spoken_to() {
    let to = scripted(b"SSH-1.5-Cisco-1.25\n", Vec::new(), false).await;
    let fact = look(to).await.0.unwrap();
    assert_eq!(fact.protocol.as_deref(), Some("1.5"));
    assert_eq!(fact.lists_complete, Tri::Unknown);
    assert_eq!(faults("ssh.protocol_one", &fact), set(&[""]));

    let to = scripted(b"SSH-1.99-Cisco-1.25\n", offer("curve25519-sha256"), false).await;
    let fact = look(to).await.0.unwrap();
    assert_eq!(fact.protocol.as_deref(), Some("1.99"));
    assert_eq!(fact.strict_key_exchange, Tri::No);
}
