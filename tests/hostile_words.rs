//! Hostile words in every field that a stranger fills, and everything the binary makes of them: they
//! come out as text, and do nothing (a terminal obeys no character, a sheet computes nothing, markup
//! is none, a line of metrics ends where it should).

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::support::{
    Pair, Site, Tls, folder, free_port, luytre, need, nginx, program, run, write,
};

/// What is done with a connection after it is accepted.
type Speak = fn(&mut TcpStream);

/// What each hostile word consists of: sequences that a terminal obeys (of one byte and of two), a
/// character that turns the direction of writing, a formula, markup of HTML, Typst and XML, the end
/// of a label of metrics.
const PAYLOAD: &str = "\u{1b}]0;x\u{7}\u{9b}31m\u{202e}=1+41<script>alert(1)</script>\
    #read(\"/etc/hostname\")&amp;]]>\"} 7";

/// [`PAYLOAD`] as far as a header of HTTP may carry it.
const IN_HEADER: &str =
    "\u{9b}31m\u{202e}=1+41<script>alert(1)</script>#read(\"/etc/hostname\")&amp;]]>\"} 7";

fn peer(at: Ipv4Addr, speak: Speak) -> SocketAddr {
    let listener = TcpListener::bind((at, 0)).expect("a port");
    let address = listener.local_addr().expect("bound");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut stream = stream;
                let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
                speak(&mut stream);
            });
        }
    });
    address
}

/// Answers every line with `answer`, after saying `greeting`.
fn converse(stream: &TcpStream, greeting: &str, answer: &str) {
    let mut out = stream;
    if out.write_all(greeting.as_bytes()).is_err() {
        return;
    }
    for line in BufReader::new(stream).split(b'\n') {
        if line.is_err() || out.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn ftp(stream: &mut TcpStream) {
    converse(
        stream,
        &format!("220 loi-ftp vsFTPd 3.0.3 {PAYLOAD}\r\n"),
        &format!("500 dap-ftp {PAYLOAD}\r\n"),
    );
}

fn smtp(stream: &mut TcpStream) {
    converse(
        stream,
        &format!("220 loi-smtp ESMTP {PAYLOAD}\r\n"),
        &format!("250-dap-smtp {PAYLOAD}\r\n250 {PAYLOAD}\r\n"),
    );
}

fn ssh(stream: &mut TcpStream) {
    let _ = stream.write_all(format!("SSH-2.0-loi-ssh_9.2 {PAYLOAD}\r\n").as_bytes());
    let _ = stream.read(&mut [0; 4096]);
}

fn http(stream: &mut TcpStream) {
    let mut out = &*stream;
    let mut lines = BufReader::new(&*stream).lines();
    while let Some(Ok(line)) = lines.next() {
        if !line.is_empty() {
            continue;
        }
        let page = format!(
            "<title>loi-title {PAYLOAD}</title><meta name=generator content='loi-meta {PAYLOAD}'>"
        );
        let answer = format!(
            "HTTP/1.1 200 OK\r\nServer: nginx/1.2.3 loi-server {IN_HEADER}\r\n\
             X-Powered-By: PHP/5.1 loi-powered {IN_HEADER}\r\n\
             Set-Cookie: loi-cookie{IN_HEADER}=1; path=/\r\n\
             Content-Type: text/html\r\nContent-Length: {}\r\n\r\n{page}",
            page.len()
        );
        if out.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// A certificate with hostile words in its subject and a hostile name.
fn certificate(folder: &Path) -> Pair {
    let pair = Pair {
        certificate: folder.join("crt"),
        key: folder.join("key"),
    };
    let escaped = |text: &str| {
        text.replace('\\', "\\\\")
            .replace('/', "\\/")
            .replace('+', "\\+")
    };
    let subject = format!(
        "/CN={}/O={}",
        escaped("loi-cn\u{1b}[31m\u{202e}<script>alert(1)</script>"),
        // At most 64 characters (RFC 5280 appendix A).
        escaped("loi-o\u{1b}]0;x\u{7}\u{9b}31m\u{202e}=1+41#read(\"/etc/hostname\")&amp;\"} 7")
    );
    let names = "subjectAltName=DNS:loi-san=1+41<script>alert(1)</script>.test";
    run(Command::new(program("openssl"))
        .args(["req", "-x509", "-utf8", "-sha256", "-nodes", "-days", "90"])
        .args(["-newkey", "rsa:2048", "-subj", &subject, "-addext", names])
        .arg("-out")
        .arg(&pair.certificate)
        .arg("-keyout")
        .arg(&pair.key));
    pair
}

fn inventory(places: &[(&str, SocketAddr)]) -> String {
    let mut text = r#"
[[unit]]
code = "so-lam-giang"
name = "=1+41<script>alert(1)</script> loi-unit"

[[authorisation]]
number = "1/YC-SKHCN"
route = "owner_request"
date = "2026-01-05"
ground = "Văn bản yêu cầu kiểm tra của chủ quản"
owner = "so-lam-giang"
from = "2026-01-05"
until = "2099-12-31"
prefixes = ["127.0.0.0/8"]

[[system]]
code = "he-thong"
name = "=1+41<script>alert(1)</script>#read(\"/etc/hostname\") loi-he-thong"
owner = "so-lam-giang"
operator = "so-lam-giang"
level = 3
"#
    .to_owned();
    for (protocol, at) in places {
        writeln!(
            text,
            "\n[[system.endpoint]]\naddress = \"{}\"\nport = {}\nprotocol = \"{protocol}\"",
            at.ip(),
            at.port()
        )
        .expect("a string");
    }
    text
}

/// What a terminal is shown holds no character that it would obey.
fn shown(what: &str, bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| panic!("{what}: not UTF-8"));
    let obeyed = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
    };
    if let Some(bad) = text.chars().find(obeyed) {
        let line = text
            .lines()
            .find(|line| line.contains(bad))
            .unwrap_or_default();
        panic!("{what}: {bad:?} in {line:?}");
    }
    text
}

/// A workspace whose scan met hostile peers.
struct Met {
    folder: tempfile::TempDir,
}

impl Met {
    fn run(&self, args: &[&str]) -> String {
        let output = luytre(self.folder.path())
            .args(["--dir", "w"])
            .args(args)
            .output()
            .expect("it runs");
        let what = args.join(" ");
        let said = shown(&what, &output.stderr);
        assert!(!said.contains("panicked"), "{what}: {said}");
        assert!(
            matches!(output.status.code(), Some(0 | 1 | 3)),
            "{what}: {said}"
        );
        shown(&what, &output.stdout)
    }

    fn path(&self, file: &str) -> std::path::PathBuf {
        self.folder.path().join(file)
    }

    fn json(&self, file: &str) -> Value {
        let text = fs::read_to_string(self.path(file)).expect("it was written");
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{file}: raw controls");
        serde_json::from_str(&text).expect("JSON")
    }
}

fn meet() -> Met {
    let folder = folder();
    let site = free_port(Ipv4Addr::new(127, 77, 0, 1).into());
    let own = crate::support::folder();
    let pair = certificate(own.path());
    let tls = Tls {
        pairs: &[&pair],
        protocols: "TLSv1.2",
        ciphers: "DEFAULT",
        directives: "",
    };
    let sites = [Site {
        at: site,
        tls: Some(tls),
        directives: "",
    }];
    let server = nginx(own, &sites);
    let at = |last| Ipv4Addr::new(127, 77, 0, last);
    let places = [
        ("https", site),
        ("ftp", peer(at(2), ftp)),
        ("smtp", peer(at(3), smtp)),
        ("ssh", peer(at(4), ssh)),
        ("http", peer(at(5), http)),
    ];
    write(folder.path(), "dm.toml", &inventory(&places));
    let met = Met { folder };
    luytre(met.folder.path())
        .args(["init", "w"])
        .assert()
        .success();
    met.run(&["inventory", "import", "dm.toml"]);
    met.run(&["scan", "--json", "scan.json"]);
    // What moved between two scans is told too.
    met.run(&["scan"]);
    drop(server);
    met
}

/// All texts of a document.
fn texts<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(all) => all.iter().for_each(|one| texts(one, into)),
        Value::Object(all) => all.values().for_each(|one| texts(one, into)),
        _ => {}
    }
}

#[test]
fn hostile_words_come_out_as_text() {
    if !need(&["nginx", "openssl", "pdftotext", "promtool", "soffice"]) {
        return;
    }
    let met = meet();

    // They were read, and kept as what they are: else nothing below would prove anything.
    let document = met.json("scan.json");
    let mut all = Vec::new();
    texts(&document, &mut all);
    let mut missing: BTreeSet<&str> = [
        "loi-ftp",
        "loi-smtp",
        "loi-ssh",
        "loi-server",
        "loi-powered",
        "loi-cookie",
        "loi-cn",
        "loi-san",
    ]
    .into();
    missing.retain(|mark| !all.iter().any(|text| text.contains(mark)));
    assert!(missing.is_empty(), "not in the document: {missing:?}");

    met.run(&["findings", "list", "--json", "list.json"]);
    let list = met.run(&["findings", "list"]);
    for mark in ["loi-san", "loi-server"] {
        assert!(
            list.contains(mark),
            "{mark} is not on the terminal:\n{list}"
        );
    }
    let findings = met.json("list.json");
    for finding in findings.as_array().expect("a list") {
        met.run(&["findings", "show", finding["id"].as_str().expect("an id")]);
    }
    for args in [
        &["candidates", "list"][..],
        &["changes"],
        &["audit"],
        &["inventory", "quality"],
        &["scan", "--plan"],
        &[],
    ] {
        met.run(args);
    }

    in_sheets(&met);
    in_documents(&met);
    in_metrics(&met);
}

/// A formula is text for the program that opens the sheet.
fn in_sheets(met: &Met) {
    for file in ["xuat.csv", "xuat.xlsx"] {
        met.run(&["inventory", "export", "--out", file]);
        run(Command::new(program("soffice"))
            .arg(format!(
                "-env:UserInstallation=file://{}",
                met.path("office").display()
            ))
            .args(["--headless", "--convert-to", "html", "--outdir"])
            .arg(met.path("mo"))
            .arg(met.path(file)));
        let page = fs::read_to_string(met.path("mo/xuat.html")).expect("it opened the sheet");
        assert!(page.contains("loi-he-thong"), "{file}: {page}");
        assert!(
            page.contains("=1+41&lt;script&gt;"),
            "{file} computed the formula: {page}"
        );
        fs::remove_file(met.path("mo/xuat.html")).expect("it was there");
    }
}

/// The yearly report says the words and runs none of them.
fn in_documents(met: &Met) {
    let args = [
        "report",
        "annual",
        "--system",
        "he-thong",
        "--secrecy",
        "none",
    ];
    met.run(&[&args[..], &["--format", "pdf,docx,json", "--out", "bc"]].concat());
    let mut kinds = BTreeSet::new();
    for entry in fs::read_dir(met.path("bc")).expect("the folder of reports") {
        let path = entry.expect("readable").path();
        let kind = path
            .extension()
            .expect("an ending")
            .to_string_lossy()
            .into_owned();
        let text = match kind.as_str() {
            "pdf" => run(Command::new(program("pdftotext"))
                // In the order of the document: else the lines of neighbouring cells alternate.
                .arg("-raw")
                .arg(&path)
                .arg("-")),
            "docx" => {
                run(Command::new(program("soffice"))
                    .arg(format!(
                        "-env:UserInstallation=file://{}",
                        met.path("office").display()
                    ))
                    .args([
                        "--headless",
                        "--convert-to",
                        "txt:Text (encoded):UTF8",
                        "--outdir",
                    ])
                    .arg(met.path("mo"))
                    .arg(&path));
                let name = path.with_extension("txt");
                let name = name.file_name().expect("a name");
                fs::read(met.path("mo").join(name)).expect("Word's file was read")
            }
            _ => continue,
        };
        let text = String::from_utf8(text).expect("UTF-8");
        let joined = text.split_whitespace().collect::<Vec<_>>().concat();
        for mark in [
            "=1+41<script>alert(1)</script>#read(\"/etc/hostname\")",
            "loi-san=1+41",
        ] {
            assert!(joined.contains(mark), "{kind} lacks {mark}: {text}");
        }
        assert!(
            !text.contains(['\u{1b}', '\u{9b}', '\u{202e}']),
            "{kind}: controls"
        );
        kinds.insert(kind);
    }
    assert_eq!(kinds, BTreeSet::from(["docx".to_owned(), "pdf".to_owned()]));
}

/// Every line of a scrape is one of ours, and Prometheus takes it.
fn in_metrics(met: &Met) {
    let mut served = Command::new(env!("CARGO_BIN_EXE_luytre"))
        .args(["--lang", "en", "serve", "--listen", "127.0.0.1:0", "--dir"])
        .arg(met.path("w"))
        .env_remove("LUYTRE_DIR")
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut line = String::new();
    BufReader::new(served.stderr.as_mut().expect("piped"))
        .read_line(&mut line)
        .expect("it says where it listens");
    let url = line
        .split_whitespace()
        .find(|word| word.ends_with("/metrics"));
    let place = url
        .and_then(|url| url.strip_prefix("http://")?.strip_suffix("/metrics"))
        .unwrap_or_else(|| panic!("no address in {line:?}"));
    let mut stream = TcpStream::connect(place).expect("it listens");
    stream
        .write_all(format!("GET /metrics HTTP/1.0\r\nHost: {place}\r\n\r\n").as_bytes())
        .expect("asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("UTF-8");
    let _ = served.kill();
    let _ = served.wait();
    let (_, scrape) = answer.split_once("\r\n\r\n").expect("a body");
    assert!(scrape.contains("\nposture_findings"), "{scrape}");
    for line in scrape.lines() {
        assert!(
            line.starts_with("# ") || line.starts_with("posture_"),
            "{line:?}"
        );
        // Names of our own record may be labels; what a peer says never.
        let said = [
            "loi-ftp",
            "loi-smtp",
            "loi-ssh",
            "loi-server",
            "loi-cn",
            "loi-san",
        ];
        assert!(!said.iter().any(|mark| line.contains(mark)), "{line:?}");
    }
    let file = write(met.folder.path(), "scrape", scrape);
    run(Command::new("sh")
        .args(["-c", "\"$0\" check metrics <\"$1\""])
        .arg(program("promtool"))
        .arg(file));
}
