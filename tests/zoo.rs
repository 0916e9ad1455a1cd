//! Hostile servers and the built binary: each look ends in time and with what could not be learnt
//! said as such. Never a "no" out of silence, never a panic, never memory without end.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// Milliseconds that one look may last. The limits make it at most ten seconds, as `tls_zoo` of the
/// scanner holds; the rest is for a machine under load.
const MOST: u64 = 20_000;

/// How a peer behaves on one connection, given how many came before.
type Behaviour = fn(usize, TcpStream);

fn peer(behave: impl Fn(usize, TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let behave = Arc::new(behave);
    thread::spawn(move || {
        for (count, stream) in listener.incoming().flatten().enumerate() {
            let behave = Arc::clone(&behave);
            thread::spawn(move || behave(count, stream));
        }
    });
    port
}

/// What one look prints: its exit code and its document.
struct Look {
    code: i32,
    document: Value,
    wall: Duration,
}

fn look(port: u16) -> Look {
    let folder = tempfile::tempdir().expect("a folder");
    let begun = Instant::now();
    // With 512 MiB of memory to write into: a peer that could make it hold more would end it.
    let limited = "ulimit -d 524288 && exec \"$0\" \"$@\"";
    let output = assert_cmd::Command::new("sh")
        .current_dir(folder.path())
        .env_remove("LUYTRE_DIR")
        .env("XDG_STATE_HOME", folder.path().join("state"))
        .timeout(Duration::from_mins(5))
        .args(["-c", limited, env!("CARGO_BIN_EXE_luytre")])
        .args(["probe", &format!("127.0.0.1:{port}")])
        .args(["--authority", "01/TB", "--only", "tls,chain"])
        .args(["--json", "seen.json"])
        .output()
        .expect("it runs");
    let wall = begun.elapsed();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    let text = fs::read_to_string(folder.path().join("seen.json")).expect(&said);
    Look {
        code: output.status.code().expect("it was not killed"),
        document: serde_json::from_str(&text).expect("JSON"),
        wall,
    }
}

impl Look {
    fn observation(&self, probe: &str) -> &Value {
        let all = self.document["observations"].as_array().expect("a list");
        let mut of = all.iter().filter(|one| one["probe"] == probe);
        of.next().unwrap_or_else(|| panic!("no {probe}: {all:?}"))
    }
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("short").to_be_bytes();
    [&[kind, 3, 3, length[0], length[1]][..], body].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("short").to_be_bytes();
    [&[kind][..], &length[1..], body].concat()
}

fn server_hello(version: u16) -> Vec<u8> {
    let mut body = version.to_be_bytes().to_vec();
    body.extend([7; 32]);
    body.extend([0, 0x00, 0x2F, 0]);
    record(22, &message(2, &body))
}

/// Reads the record of a hello, if one comes.
fn heard(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = [0; 5];
    if stream.read_exact(&mut head).is_err() {
        return Vec::new();
    }
    let mut body = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    let _ = stream.read_exact(&mut body);
    body
}

const SPEECHLESS: &[(&str, Behaviour)] = &[
    ("silent", |_, mut stream| {
        while stream.read(&mut [0; 4096]).is_ok_and(|count| count > 0) {}
    }),
    ("instant close", |_, stream| drop(stream)),
    ("reset", |_, mut stream| {
        // Closed with bytes unread, a connection ends by reset.
        let _ = stream.read(&mut [0; 1]);
    }),
    ("garbage", |_, mut stream| {
        let _ = heard(&mut stream);
        let _ = stream.write_all(&[0x5A; 4096]);
        let _ = stream.read(&mut [0; 4096]);
    }),
    ("endless garbage", |_, mut stream| {
        while stream.write_all(&[0xC3; 4096]).is_ok() {}
    }),
    ("one byte a second", |_, mut stream| {
        for byte in server_hello(0x0303).iter().cycle() {
            thread::sleep(Duration::from_secs(1));
            if stream.write_all(&[*byte]).is_err() {
                return;
            }
        }
    }),
    ("endless warnings", |_, mut stream| {
        while stream.write_all(&record(21, &[1, 90])).is_ok() {}
    }),
    ("endless message", |_, mut stream| {
        let _ = heard(&mut stream);
        let _ = stream.write_all(&record(22, &[2, 0x0F, 0xFF, 0xFF]));
        while stream.write_all(&record(22, &[0; 16_000])).is_ok() {}
    }),
];

#[test]
fn nothing_is_said_of_servers_that_say_nothing() {
    thread::scope(|scope| {
        for (what, behave) in SPEECHLESS {
            scope.spawn(move || {
                let look = look(peer(behave));
                assert_eq!(look.code, 3, "{what}: {}", look.document);
                for probe in ["tls", "chain"] {
                    let observation = look.observation(probe);
                    assert_eq!(
                        observation["outcome"], "unmeasured",
                        "{what}: {observation}"
                    );
                    assert!(observation.get("fact").is_none(), "{what}: {observation}");
                    let spent = observation["cost"]["milliseconds"]
                        .as_u64()
                        .expect("a number");
                    assert!(spent <= MOST, "{what}: {spent} ms");
                }
                for verdict in look.document["verdicts"].as_array().expect("a list") {
                    let outcome = &verdict["outcome"];
                    assert!(outcome != "pass" && outcome != "fail", "{what}: {verdict}");
                }
                // A machine under load may take long to start a program; minutes would be a hang.
                assert!(
                    look.wall < Duration::from_mins(2),
                    "{what}: {:?}",
                    look.wall
                );
            });
        }
    });
}

#[test]
fn another_version_each_time_is_no_proof() {
    let look = look(peer(|count, mut stream| {
        let _ = heard(&mut stream);
        let version = 0x0300 + u16::try_from(count % 5).expect("small");
        let _ = stream.write_all(&server_hello(version));
        let _ = stream.read(&mut [0; 64]);
    }));
    assert!([0, 3].contains(&look.code), "{}", look.document);
    let fact = &look.observation("tls")["fact"];
    for (version, found) in fact["versions"].as_object().into_iter().flatten() {
        assert_ne!(found["suites_complete"], "yes", "{version}: {found}");
        assert_ne!(found["groups_complete"], "yes", "{version}: {found}");
    }
}

/// A server of TLS 1.2 with one suite that shows `ders`.
fn presenting(ders: Vec<Vec<u8>>) -> u16 {
    peer(move |_, mut stream| {
        let hello = heard(&mut stream);
        let old = hello.get(4..6) == Some(&[3, 3])
            && hello.windows(2).any(|pair| pair == [0x00, 0x2F])
            // TLS 1.3 is offered by supported_versions (43).
            && !hello.windows(7).any(|part| part == [0, 43, 0, 3, 2, 3, 4]);
        if !old {
            let _ = stream.write_all(&record(
                21,
                &[
                    2,
                    if hello.get(4..6) == Some(&[3, 3]) {
                        40
                    } else {
                        70
                    },
                ],
            ));
            return;
        }
        let counted = |bytes: &[u8]| {
            let length = u32::try_from(bytes.len()).expect("short").to_be_bytes();
            [&length[1..], bytes].concat()
        };
        let list: Vec<u8> = ders.iter().flat_map(|der| counted(der)).collect();
        let mut out = server_hello(0x0303);
        for piece in message(11, &counted(&list)).chunks(1 << 14) {
            out.extend(record(22, piece));
        }
        out.extend(record(22, &message(14, &[])));
        let _ = stream.write_all(&out);
        let _ = stream.read(&mut [0; 16]);
    })
}

fn certificate(names: usize) -> Vec<u8> {
    let names: Vec<_> = (0..names).map(|n| format!("h{n}.lamgiang.test")).collect();
    let key = rcgen::KeyPair::generate().expect("a key");
    let params = rcgen::CertificateParams::new(names).expect("names");
    params.self_signed(&key).expect("signed").der().to_vec()
}

/// A certificate around an RSA key of 16,384 bits; its signature is nonsense.
fn huge_key() -> Vec<u8> {
    let der = |tag: u8, parts: &[&[u8]]| -> Vec<u8> {
        let body = parts.concat();
        let length = u32::try_from(body.len()).expect("short").to_be_bytes();
        [&[tag, 0x83][..], &length[1..], &body].concat()
    };
    let algorithm = |last: u8| {
        let start = [0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 13, 1, 1];
        [&start[..], &[last, 5, 0]].concat()
    };
    let name = [
        0x30, 13, 0x31, 11, 0x30, 9, 6, 3, 0x55, 4, 3, 12, 2, b'l', b'g',
    ];
    let times = der(0x30, &[b"\x17\x0D260101000000Z", b"\x17\x0D270101000000Z"]);
    let modulus = [&[0][..], &[0xC7; 2048]].concat();
    let key = der(0x30, &[&der(2, &[&modulus]), &[2, 3, 1, 0, 1]]);
    let spki = der(0x30, &[&algorithm(1), &der(3, &[&[0], &key])]);
    let signature = algorithm(11);
    let body = der(0x30, &[&[2, 1, 7], &signature, &name, &times, &name, &spki]);
    der(0x30, &[&body, &signature, &der(3, &[&[0], &[0x55; 2048]])])
}

#[test]
fn certificates_of_any_shape_are_described_or_said_to_be_unreadable() {
    let good = certificate(1);
    let truncated = good[..200].to_vec();
    let mut malformed = good.clone();
    // The length of the inner sequence lies.
    malformed[6] ^= 0x7F;
    for (what, ders, readable, unreadable) in [
        ("10,000 names", vec![certificate(10_000)], 1, 0),
        ("16k-bit key", vec![huge_key()], 1, 0),
        ("50 deep", vec![good.clone(); 50], 50, 0),
        ("truncated DER", vec![truncated, good.clone()], 1, 1),
        ("malformed DER", vec![malformed], 0, 1),
        ("no DER at all", vec![vec![0x5A; 3000]], 0, 1),
    ] {
        let look = look(presenting(ders));
        let observation = look.observation("chain");
        assert_eq!(observation["outcome"], "measured", "{what}: {observation}");
        let count = |key: &str| observation["fact"][key].as_array().map_or(0, Vec::len);
        assert_eq!(count("certificates"), readable, "{what}");
        assert_eq!(count("unreadable"), unreadable, "{what}");
        let spent = observation["cost"]["milliseconds"]
            .as_u64()
            .expect("a number");
        assert!(spent <= MOST, "{what}: {spent} ms");
    }
}
