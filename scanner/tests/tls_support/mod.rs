//! Servers to look at, and lines to look through.

#![allow(dead_code, reason = "each test target uses its part")]

use std::{
    fs,
    io::{Read, Write},
    net::{IpAddr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use jiff::{Timestamp, ToSpan};
use luytre_inventory::{
    Authorisation, Grant, PortSet, ProbeClass, Route, ScanProfile, Scope, Target, Task,
};
use luytre_scanner::{Guard, Limits, Line, Opened, Stop};
use tempfile::TempDir;

pub(crate) const NAME: &str = "www.lamgiang.test";

/// A line to `address`, speaking `name` if there is one, with the light profile: versions, suites,
/// groups and certificates.
pub(crate) fn line_at(address: IpAddr, port: u16, name: Option<&str>, limits: Limits) -> Line {
    line_with(ScanProfile::Light, address, port, name, limits)
}

/// The same with a profile.
pub(crate) fn line_with(
    profile: ScanProfile,
    address: IpAddr,
    port: u16,
    name: Option<&str>,
    limits: Limits,
) -> Line {
    let now = Timestamp::now();
    let paper = Authorisation {
        number: "01/TB".into(),
        route: Route::MonitoringNotice,
        date: "2026-11-01".parse().unwrap(),
        ground: "NĐ 333/2026 Điều 7.5".into(),
        owner: None,
        grant: Grant {
            names: Vec::new(),
            prefixes: vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
            ports: PortSet::all(),
            classes: ProbeClass::every(),
            profile: ScanProfile::Deep,
            hours: None,
            connections_per_second: None,
        },
        from: now - 24.hours(),
        until: now + 24.hours(),
        sources: Vec::new(),
        contact: None,
        revoked: None,
    };
    let task = Task {
        id: uuid::Uuid::nil(),
        system: None,
        endpoint: None,
        target: Target::Address {
            address,
            name: name.map(|name| name.parse().unwrap()),
        },
        ports: std::iter::once(port).collect(),
        classes: [ProbeClass::Handshake].into(),
        authorisation: "01/TB".into(),
        profile,
        fragile: false,
    };
    let scope = Scope::new(vec![paper], Vec::new());
    let guard = Arc::new(Guard::new(scope, Stop::default()).with_limits(limits));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut opened = thread::spawn(move || runtime.block_on(guard.open(&task)))
        .join()
        .unwrap();
    match opened.pop() {
        Some(Opened::Line(line)) => *line,
        other => panic!("{other:?}"),
    }
}

/// A line to loopback with the usual limits.
pub(crate) fn line(port: u16, name: Option<&str>) -> Line {
    line_at([127, 0, 0, 1].into(), port, name, Limits::default())
}

/// Whether `program` is there. A missing engine is a visible skip, or a failure when skips are not
/// allowed.
pub(crate) fn engine(program: &str) -> bool {
    let found = std::env::var_os("PATH")
        .into_iter()
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>())
        .chain([PathBuf::from("/usr/sbin")])
        .any(|folder| folder.join(program).is_file());
    if !found {
        assert_ne!(
            std::env::var("LUYTRE_NO_SKIP").as_deref(),
            Ok("1"),
            "{program} is missing"
        );
        eprintln!("SKIPPED: {program} is missing");
    }
    found
}

/// A free port of loopback, from the range that nobody gets by chance.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// Runs openssl with the defaults of the library, not of the distribution.
pub(crate) fn openssl(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .env("OPENSSL_CONF", "/dev/null")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn must(folder: &Path, arguments: &[&str]) {
    let status = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "openssl {arguments:?}");
}

/// A folder with certificates: `rsa`, `ec` (P-256), and parameters `dh1024` and `ffdhe2048`.
pub(crate) fn papers() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let subject = format!("/O=Tỉnh Lam Giang/CN={NAME}");
    let names = format!("subjectAltName=DNS:{NAME},IP:127.0.0.1");
    for (name, key) in [
        ("rsa", &["-newkey", "rsa:2048"][..]),
        (
            "ec",
            &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
        ),
    ] {
        let (crt, pem) = (format!("{name}.crt"), format!("{name}.key"));
        let mut arguments = vec![
            "req", "-x509", "-nodes", "-utf8", "-days", "30", "-subj", &subject,
        ];
        arguments.extend(["-addext", &names, "-out", &crt, "-keyout", &pem]);
        arguments.extend(key);
        must(path, &arguments);
    }
    must(path, &["dhparam", "-dsaparam", "-out", "dh1024", "1024"]);
    let group = ["genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt"];
    must(
        path,
        &[&group[..], &["group:ffdhe2048", "-out", "ffdhe2048"]].concat(),
    );
    folder
}

/// A child that ends with its owner.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(3) {
            if let Ok(Some(_)) = self.child.try_wait() {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ready(mut child: Child, port: u16) -> Server {
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "server not ready"
        );
        assert!(child.try_wait().unwrap().is_none(), "server ended");
        thread::sleep(Duration::from_millis(20));
    }
    Server { child, port }
}

/// nginx with `directives` in its server block.
pub(crate) fn nginx(folder: &Path, directives: &str) -> Server {
    let port = free_port();
    let at = folder.display();
    let conf = format!(
        "daemon off; master_process off; pid {at}/pid-{port}; error_log {at}/error-{port} crit;
        events {{ worker_connections 256; }}
        http {{ access_log off; client_body_temp_path {at}/t1; proxy_temp_path {at}/t2;
        fastcgi_temp_path {at}/t3; uwsgi_temp_path {at}/t4; scgi_temp_path {at}/t5;
        server {{ listen 127.0.0.1:{port} ssl; server_name _; {directives} }} }}"
    );
    let path = folder.join(format!("nginx-{port}.conf"));
    fs::write(&path, conf).unwrap();
    let program = if Path::new("/usr/sbin/nginx").exists() {
        "/usr/sbin/nginx"
    } else {
        "nginx"
    };
    let child = Command::new(program)
        .args(["-p", &at.to_string(), "-c", path.to_str().unwrap()])
        .env("OPENSSL_CONF", "/dev/null")
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    ready(child, port)
}

/// `openssl s_server`, which serves one connection at a time.
pub(crate) fn s_server(folder: &Path, arguments: &[&str]) -> Server {
    let port = free_port();
    let child = Command::new("openssl")
        .args([
            "s_server",
            "-quiet",
            "-accept",
            &format!("127.0.0.1:{port}"),
        ])
        .args(arguments)
        .env("OPENSSL_CONF", "/dev/null")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    ready(child, port)
}

/// A peer made of a closure, one thread a connection, until its owner goes.
pub(crate) struct Peer {
    pub(crate) port: u16,
}

impl Peer {
    pub(crate) fn new(each: impl Fn(usize, TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let each = Arc::new(each);
        thread::spawn(move || {
            for (count, stream) in listener.incoming().enumerate() {
                let (Ok(stream), each) = (stream, Arc::clone(&each)) else {
                    continue;
                };
                thread::spawn(move || each(count, stream));
            }
        });
        Self { port }
    }
}

/// Reads one whole record; empty if the peer has gone.
pub(crate) fn record_from(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = [0; 5];
    if stream.read_exact(&mut head).is_err() {
        return Vec::new();
    }
    let mut body = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    if stream.read_exact(&mut body).is_err() {
        return Vec::new();
    }
    [&head[..], &body].concat()
}

/// Ends a connection by reset.
pub(crate) fn reset(stream: &TcpStream) {
    let _ = socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO));
}

/// Passes `first` on to `port` and everything after it both ways.
pub(crate) fn relay(mut client: TcpStream, first: &[u8], port: u16) {
    let Ok(mut server) = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))) else {
        return;
    };
    let _ = server.write_all(first);
    let (Ok(mut back), Ok(mut from)) = (client.try_clone(), server.try_clone()) else {
        return;
    };
    thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut back);
        let _ = back.shutdown(std::net::Shutdown::Both);
    });
    let _ = std::io::copy(&mut client, &mut server);
    let _ = server.shutdown(std::net::Shutdown::Both);
}

/// `gnutls-serv`, the server of another library.
pub(crate) fn gnutls(folder: &Path, arguments: &[&str]) -> Server {
    let port = free_port();
    let child = Command::new("gnutls-serv")
        .args(["--quiet", "--echo", "--port", &port.to_string()])
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    ready(child, port)
}
