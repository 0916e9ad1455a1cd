//! Features of TLS on real servers, with each answer that a feature can have.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says what it skips"
)]

mod tls_support;

use std::{
    fs,
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    path::Path,
    time::{Duration, Instant},
};

use luytre_checks::{
    Fact,
    fact::{ChainFact, ClientCertificate, Features, TlsFact, TlsVersion, Tri},
};
use luytre_inventory::ScanProfile;
use luytre_scanner::{
    Limits,
    probe::{chain::ChainReader, tls_and_chain},
};
use tls_support::{
    NAME, Peer, Server, engine, gnutls, line_with, must, nginx, papers, record_from, relay, reset,
    s_server,
};

use Tri::{No, Unknown, Yes};

const EC: &str = "ssl_certificate ec.crt; ssl_certificate_key ec.key;";
const RSA: &str = "ssl_certificate rsa.crt; ssl_certificate_key rsa.key;";
const INTERMEDIATE: &str = "ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;";

struct Seen {
    tls: TlsFact,
    chain: ChainFact,
    connections: u32,
}

impl Seen {
    fn features(&self) -> &Features {
        &self.tls.features
    }

    fn schemes(&self, version: TlsVersion) -> (Vec<&'static str>, Tri) {
        let fact = &self.tls.versions[&version];
        let names = fact.signatures.iter().map(|s| s.name().unwrap()).collect();
        (names, fact.signatures_complete)
    }
}

/// Limits that hold on a busy machine.
fn patient() -> Limits {
    Limits {
        connect: Duration::from_secs(30),
        answer: Duration::from_secs(30),
        silence: Duration::from_mins(2),
        whole: Duration::from_mins(5),
        ..Limits::default()
    }
}

fn look_with(profile: ScanProfile, limits: Limits, port: u16) -> Seen {
    let line = line_with(profile, [127, 0, 0, 1].into(), port, Some(NAME), limits);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let begun = Instant::now();
    let (tls, chain) = runtime.block_on(tls_and_chain(&line, &ChainReader::default()));
    let (_, cost) = line.settle();
    eprintln!("{} connections, {:?}", cost.connections, begun.elapsed());
    match (tls, chain) {
        (Ok(Fact::Tls(tls)), Ok(Fact::Chain(chain))) => Seen {
            tls,
            chain,
            connections: cost.connections,
        },
        other => panic!("{other:?}"),
    }
}

fn deep(server: &Server) -> Seen {
    look_with(ScanProfile::Deep, patient(), server.port)
}

fn with_rsa(folder: &Path, arguments: &[&str]) -> Server {
    let rsa = ["-cert", "rsa.crt", "-key", "rsa.key"];
    s_server(folder, &[&rsa[..], arguments].concat())
}

#[test]
fn a_usual_server_in_few_connections() {
    if !engine("nginx") {
        return;
    }
    let folder = papers();
    let server = nginx(folder.path(), &format!("{EC} {INTERMEDIATE}"));
    let light = look_with(ScanProfile::Light, patient(), server.port);
    assert_eq!(*light.features(), Features::default());
    assert_eq!(light.chain.staple, Unknown);
    let standard = look_with(ScanProfile::Standard, patient(), server.port);
    let more = standard.connections - light.connections;
    assert!(more <= 10, "{more}");
    let features = standard.features();
    assert_eq!(features.compression, No);
    assert_eq!(features.secure_renegotiation, Yes);
    assert_eq!(features.client_renegotiation, No);
    assert_eq!(features.resumption_id, No);
    assert_eq!(features.resumption_ticket, Yes);
    assert_eq!(features.resumption_psk, Yes);
    assert_eq!(features.early_data, No);
    assert_eq!(features.extended_master_secret, Yes);
    // There is no suite in CBC mode that could show it.
    assert_eq!(features.encrypt_then_mac, Unknown);
    assert_eq!(features.fallback_scsv, Yes);
    assert_eq!(features.heartbeat, No);
    assert_eq!(features.client_certificate, ClientCertificate::No);
    assert_eq!(
        (features.long_hello, features.short_hello, features.grease),
        (Yes, Yes, Yes)
    );
    assert_eq!(standard.chain.staple, No);
    assert_eq!(standard.chain.timestamps.handshake, Some(0));
    let deep = deep(&server);
    assert!(deep.connections <= 50, "{}", deep.connections);
    assert_eq!(
        deep.features().alpn,
        ["http/1.1", "http/1.0", "http/0.9"],
        "as nginx lists them"
    );
    assert_eq!(deep.features().alpn_complete, Yes);
    let (schemes, complete) = deep.schemes(TlsVersion::Tls13);
    assert_eq!((schemes, complete), (vec!["ecdsa_secp256r1_sha256"], Yes));
    let (schemes, complete) = deep.schemes(TlsVersion::Tls12);
    assert!(schemes.contains(&"ecdsa_secp256r1_sha256") && complete == Yes);
}

#[test]
fn what_nginx_is_told_to_do() {
    if !engine("nginx") {
        return;
    }
    let folder = papers();
    let path = folder.path();
    staple(path);
    let server = nginx(
        path,
        &format!(
            "{RSA} ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:s:1m;
            ssl_session_tickets off; ssl_early_data on; ssl_verify_client optional_no_ca;
            ssl_stapling on; ssl_stapling_file staple.der;"
        ),
    );
    let seen = deep(&server);
    let features = seen.features();
    assert_eq!(features.resumption_id, Yes);
    assert_eq!(features.resumption_ticket, No);
    assert_eq!(
        features.resumption_psk, Yes,
        "by a ticket that names the cache"
    );
    assert_eq!(features.early_data, Yes);
    assert_eq!(features.encrypt_then_mac, Yes);
    assert_eq!(features.client_certificate, ClientCertificate::Requested);
    assert_eq!(seen.chain.staple, Yes);
}

/// An OCSP answer for the RSA certificate, by its own key.
fn staple(path: &Path) {
    let serial = tls_support::openssl(path, &["x509", "-in", "rsa.crt", "-noout", "-serial"]);
    let serial = serial.trim().trim_start_matches("serial=");
    fs::write(
        path.join("index.txt"),
        format!("V\t360101000000Z\t\t{serial}\tunknown\t/CN=a\n"),
    )
    .unwrap();
    let request = ["ocsp", "-issuer", "rsa.crt", "-cert", "rsa.crt", "-reqout"];
    must(path, &[&request[..], &["request.der"]].concat());
    let answer = "ocsp -index index.txt -CA rsa.crt -rsigner rsa.crt -rkey rsa.key \
        -reqin request.der -respout staple.der -ndays 7";
    must(path, &answer.split_whitespace().collect::<Vec<_>>());
}

#[test]
fn old_versions_are_completed_too() {
    let folder = papers();
    for (version, flag) in [
        (TlsVersion::Tls10, "-tls1"),
        (TlsVersion::Tls11, "-tls1_1"),
        (TlsVersion::Tls12, "-tls1_2"),
    ] {
        for (cipher, then_mac) in [
            ("ECDHE-RSA-AES128-SHA:@SECLEVEL=0", Yes),
            ("AES256-SHA:@SECLEVEL=0", Yes),
        ] {
            let server = with_rsa(folder.path(), &[flag, "-cipher", cipher]);
            let seen = deep(&server);
            let features = seen.features();
            assert_eq!(seen.tls.offers(version), Yes);
            assert_eq!(features.resumption_id, Yes, "{version} {cipher}");
            assert_eq!(features.resumption_ticket, Yes, "{version} {cipher}");
            assert_eq!(features.encrypt_then_mac, then_mac, "{version} {cipher}");
            assert_eq!(features.client_renegotiation, No, "{version} {cipher}");
            assert_eq!(features.fallback_scsv, Unknown, "one version alone");
            assert_eq!(features.resumption_psk, Unknown);
        }
    }
}

#[test]
fn switches_of_s_server() {
    let folder = papers();
    let at = |arguments: &[&str]| deep(&with_rsa(folder.path(), arguments));
    let seen = at(&["-client_renegotiation", "-no_etm", "-tls1_2"]);
    assert_eq!(seen.features().client_renegotiation, Yes);
    assert_eq!(seen.features().encrypt_then_mac, No);
    assert_eq!(seen.features().secure_renegotiation, Yes);
    let seen = at(&["-no_ticket", "-no_cache", "-tls1_2"]);
    assert_eq!(seen.features().resumption_ticket, No);
    assert_eq!(seen.features().resumption_id, No);
    let seen = at(&["-alpn", "h2,imap", "-num_tickets", "0"]);
    assert_eq!(seen.features().alpn, ["h2", "imap"]);
    assert_eq!(seen.features().alpn_complete, Yes);
    assert_eq!(seen.features().resumption_psk, No);
    assert_eq!(seen.features().early_data, No);
    for (flag, wanted) in [
        ("-verify", ClientCertificate::Requested),
        ("-Verify", ClientCertificate::Required),
    ] {
        for version in ["-tls1_2", "-tls1_3"] {
            let seen = at(&[flag, "1", version]);
            assert_eq!(seen.features().client_certificate, wanted, "{version}");
        }
    }
    let seen = at(&["-tls1_3", "-early_data", "-alpn", "h2,http/1.1"]);
    let features = seen.features();
    assert_eq!(features.early_data, Yes);
    assert_eq!(features.resumption_psk, Yes);
    assert_eq!(features.resumption_ticket, No, "there is no version for it");
    assert_eq!(
        (features.long_hello, features.short_hello, features.grease),
        (Yes, Yes, Yes)
    );
    assert_eq!(features.alpn, ["h2", "http/1.1"]);
    assert_eq!(features.alpn_complete, Yes);
    let (schemes, complete) = seen.schemes(TlsVersion::Tls13);
    assert_eq!(complete, Yes);
    assert_eq!(
        schemes,
        [
            "rsa_pss_rsae_sha256",
            "rsa_pss_rsae_sha384",
            "rsa_pss_rsae_sha512"
        ]
    );
    let weak = ["-cipher", "DEFAULT:@SECLEVEL=0", "-tls1_2", "-sigalgs"];
    let seen = at(&[&weak[..], &["RSA+SHA256:RSA+SHA1:RSA-PSS+SHA384"]].concat());
    let (mut schemes, complete) = seen.schemes(TlsVersion::Tls12);
    schemes.sort_unstable();
    assert_eq!(complete, Yes);
    assert_eq!(
        schemes,
        ["rsa_pkcs1_sha1", "rsa_pkcs1_sha256", "rsa_pss_rsae_sha384"]
    );
}

#[test]
fn gnutls_answers_as_it_is_told() {
    if !engine("gnutls-serv") {
        return;
    }
    let folder = papers();
    let some = "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3";
    let rsa = ["--x509certfile", "rsa.crt", "--x509keyfile", "rsa.key"];
    let at = |arguments: &[&str]| {
        let server = gnutls(folder.path(), &[&rsa[..], arguments].concat());
        deep(&server)
    };
    let seen = at(&["--priority", some, "-a"]);
    let features = seen.features();
    assert_eq!(features.resumption_ticket, Yes);
    assert_eq!(features.resumption_psk, Yes);
    assert_eq!(features.extended_master_secret, Yes);
    assert_eq!(features.encrypt_then_mac, Yes);
    assert_eq!(features.client_certificate, ClientCertificate::No);
    let less = format!("{some}:%NO_SESSION_HASH:%NO_ETM");
    let seen = at(&["--priority", &less, "-r", "--noticket"]);
    let features = seen.features();
    assert_eq!(features.extended_master_secret, No);
    assert_eq!(features.encrypt_then_mac, No);
    assert_eq!(features.client_certificate, ClientCertificate::Required);
    let bare = format!("{some}:%DISABLE_SAFE_RENEGOTIATION");
    let seen = at(&["--priority", &bare, "-a", "--heartbeat"]);
    assert_eq!(seen.features().secure_renegotiation, No);
    assert_eq!(seen.features().heartbeat, Yes);
}

/// A peer that relays to `port` until its `each` has done with a connection.
fn between(
    port: u16,
    each: impl Fn(usize, &[u8], &TcpStream) -> bool + Send + Sync + 'static,
) -> Peer {
    Peer::new(move |count, mut stream| {
        let first = record_from(&mut stream);
        if each(count, &first, &stream) {
            relay(stream, &first, port);
        }
    })
}

/// Passes a handshake on, and closes as soon as the client says a third time something behind it.
fn closing(mut client: TcpStream, first: &[u8], port: u16, at_once: bool) {
    let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
    server.write_all(first).unwrap();
    let (mut back, mut from) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let pump = std::thread::spawn(move || {
        let mut finished = false;
        loop {
            let record = record_from(&mut from);
            if record.is_empty() || back.write_all(&record).is_err() {
                break;
            }
            // The server's Finished ends the handshake.
            if finished && at_once {
                let _ = back.shutdown(Shutdown::Both);
                break;
            }
            finished = record[0] == 20;
        }
    });
    let mut changed = 0;
    loop {
        let record = record_from(&mut client);
        // ChangeCipherSpec, Finished, and then what is no longer borne.
        changed += u8::from(changed > 0 || record.first() == Some(&20));
        let handshake = record.first() == Some(&22);
        if record.is_empty() || (changed > 2 && handshake) || server.write_all(&record).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
    let _ = pump.join();
}

#[test]
fn a_server_that_closes_after_any_handshake_says_nothing_of_renegotiation() {
    let folder = papers();
    let server = with_rsa(folder.path(), &["-tls1_2", "-client_renegotiation"]);
    for (at_once, wanted) in [(true, Unknown), (false, No)] {
        let port = server.port;
        let peer = Peer::new(move |_, mut stream| {
            let first = record_from(&mut stream);
            if !first.is_empty() {
                closing(stream, &first, port, at_once);
            }
        });
        let seen = look_with(ScanProfile::Standard, patient(), peer.port);
        let features = seen.features();
        assert_eq!(features.client_renegotiation, wanted, "{at_once}");
        assert_eq!(features.compression, No);
    }
}

/// The first record of a hello that breaks what some stacks bear: by length, or by what nobody knows.
fn is_long(first: &[u8]) -> bool {
    first.len() > 1400
}

fn has_grease(first: &[u8]) -> bool {
    // The first suite behind version, random and session id.
    let session = usize::from(first[43]);
    first.get(46 + session..48 + session) == Some(&[0x0A, 0x0A])
}

type Kind = fn(&[u8]) -> bool;

#[test]
fn hellos_that_are_not_borne() {
    let folder = papers();
    let server = with_rsa(folder.path(), &["-tls1_2"]);
    let kinds: [(Kind, [Tri; 3]); 3] = [
        (is_long, [No, Yes, Yes]),
        (|first| first.len() < 5 + 256, [Yes, No, Yes]),
        (has_grease, [Yes, Yes, No]),
    ];
    for (refused, wanted) in kinds {
        for by_reset in [false, true] {
            let peer = between(server.port, move |_, first, mut stream| {
                let bad = first.len() > 48 && refused(first);
                if bad && by_reset {
                    reset(stream);
                } else if bad {
                    let _ = stream.write_all(&[21, 3, 1, 0, 2, 2, 40]);
                }
                !bad
            });
            let seen = look_with(ScanProfile::Standard, patient(), peer.port);
            let features = seen.features();
            let answers = [features.long_hello, features.short_hello, features.grease];
            // The survey's own hellos are long; a peer that bears none is asked with short ones.
            assert_eq!(answers, wanted, "reset: {by_reset}");
            assert_eq!(features.compression, No);
            assert_eq!(features.secure_renegotiation, Yes);
        }
    }
}

#[test]
fn silence_and_throttling_leave_the_rest_unknown() {
    let folder = papers();
    let server = nginx_or_none(folder.path());
    let Some(server) = server else { return };
    let light = look_with(ScanProfile::Light, patient(), server.port).connections;
    for by_reset in [false, true] {
        for more in [0, 2] {
            let last = usize::try_from(light + more).unwrap();
            let peer = between(server.port, move |count, _, stream| {
                if count >= last && by_reset {
                    reset(stream);
                } else if count >= last {
                    let mut nothing = [0; 64];
                    let mut stream = stream.try_clone().unwrap();
                    while stream.read(&mut nothing).is_ok_and(|count| count > 0) {}
                }
                count < last
            });
            let limits = Limits {
                answer: Duration::from_secs(5),
                silence: Duration::from_secs(12),
                ..patient()
            };
            let seen = look_with(ScanProfile::Deep, limits, peer.port);
            assert!(seen.connections < 60, "{}", seen.connections);
            let features = seen.features();
            for (name, feature) in [
                ("fallback", features.fallback_scsv),
                ("early data", features.early_data),
                ("psk", features.resumption_psk),
                ("id", features.resumption_id),
                ("renegotiation", features.client_renegotiation),
            ] {
                assert_eq!(feature, Unknown, "{name}, {more} more");
            }
            if more == 0 {
                assert_eq!(*features, Features::default());
                assert_eq!(seen.chain.staple, Unknown);
            }
        }
    }
}

fn nginx_or_none(folder: &Path) -> Option<Server> {
    engine("nginx").then(|| nginx(folder, &format!("{EC} {INTERMEDIATE}")))
}

/// Relays with a change to the first record of either side.
fn changed(
    port: u16,
    hello: impl Fn(&mut Vec<u8>) + Send + Sync + 'static,
    choice: impl Fn(&mut Vec<u8>) + Send + Sync + 'static,
) -> Peer {
    Peer::new(move |_, mut client| {
        let mut first = record_from(&mut client);
        hello(&mut first);
        let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let _ = server.write_all(&first);
        let mut answer = record_from(&mut server);
        choice(&mut answer);
        let _ = client.write_all(&answer);
        let (mut back, mut from) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        let pump = std::thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut back);
            let _ = back.shutdown(Shutdown::Both);
        });
        let _ = std::io::copy(&mut client, &mut server);
        let _ = server.shutdown(Shutdown::Both);
        let _ = pump.join();
    })
}

#[test]
fn answers_that_no_server_of_today_gives() {
    let folder = papers();
    let versions = ["-cipher", "ALL:@SECLEVEL=0", "-no_tls1_3"];
    let server = with_rsa(folder.path(), &versions);
    let zipping = |answer: &mut Vec<u8>| {
        // The compression method stands behind version, random, session id and suite.
        if answer.first() == Some(&22) {
            let session = usize::from(answer[43]);
            answer[46 + session] = 1;
        }
    };
    let peer = changed(server.port, |_| (), zipping);
    let seen = look_with(ScanProfile::Standard, patient(), peer.port);
    assert_eq!(seen.features().compression, Yes);
    assert_eq!(seen.features().fallback_scsv, Yes);
    let resumption = seen.features().resumption_id;
    assert_eq!(resumption, Unknown, "no handshake of ours compresses");
    // A server that does not know the signal of a fallback passes over it.
    let deaf = |hello: &mut Vec<u8>| {
        let place = hello.windows(4).position(|four| four == [0x56, 0, 1, 0]);
        if let Some(place) = place {
            hello[place] = 0xEE;
        }
    };
    let peer = changed(server.port, deaf, |_| ());
    let seen = look_with(ScanProfile::Standard, patient(), peer.port);
    assert_eq!(seen.features().fallback_scsv, No);
    assert_eq!(seen.features().compression, No);
}
