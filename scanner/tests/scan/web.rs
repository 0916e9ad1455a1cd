//! What a site shows and answers beyond its front page: real servers set up each way, and peers of our
//! own for what no server does.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use luytre_checks::{
    Fact, Tri,
    fact::{Hiding, HttpFact, Page, Site, StockKind, Stop},
};
use luytre_inventory::ScanProfile;
use luytre_scanner::{Probe, probe::HttpProbe};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    daemon::{Daemon, has, start},
    kit::{at, line_to, loopback, open, serve, task},
};

async fn look_with(to: SocketAddr, profile: ScanProfile) -> HttpFact {
    let guard = Arc::new(loopback(profile));
    let ports = std::iter::once(to.port()).collect();
    let line = open(&guard, &task(at(to.ip()), ports, profile))
        .await
        .unwrap();
    let probe = HttpProbe {
        tls: false,
        agent: "luytre test".into(),
    };
    match probe.observe(&line).await {
        Ok(Fact::Http(fact)) => fact,
        other => panic!("{other:?}"),
    }
}

async fn look(to: SocketAddr) -> (HttpFact, Page, Site) {
    let mut fact = look_with(to, ScanProfile::Standard).await;
    let page = *fact.page.take().unwrap();
    let site = *fact.site.take().unwrap();
    (fact, page, site)
}

/// Path and whether it is open, of each file.
fn files(site: &Site) -> Vec<(&str, Tri)> {
    site.files.iter().map(|f| (&*f.path, f.exposed)).collect()
}

/// A folder with everything that should not be there.
fn careless(dir: &Path) {
    let root = dir.join("www");
    fs::create_dir_all(root.join(".git")).unwrap();
    fs::create_dir_all(root.join(".well-known")).unwrap();
    fs::write(root.join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::write(root.join(".env"), "APP_KEY=SECRET\nDB_PASSWORD=SECRET\n").unwrap();
    fs::write(
        root.join("backup.zip"),
        [&b"PK\x03\x04"[..], &[0xC3; 9000]].concat(),
    )
    .unwrap();
    let info = "<html><head><style>a{}</style><title>PHP 8.2.29 - phpinfo()</title></head>\
                <body><h1>PHP Version 8.2.29</h1>SECRET</body></html>";
    fs::write(root.join("phpinfo.php"), info).unwrap();
    let contact = "Contact: mailto:csirt@lamgiang.test\nExpires: 2030-01-01T00:00:00Z\n";
    fs::write(root.join(".well-known/security.txt"), contact).unwrap();
}

const OPEN: [(&str, Tri); 5] = [
    ("/.git/HEAD", Tri::Yes),
    ("/.env", Tri::Yes),
    ("/phpinfo.php", Tri::Yes),
    ("/server-status", Tri::No),
    ("/backup.zip", Tri::Yes),
];

const SHUT: [(&str, Tri); 5] = [
    ("/.git/HEAD", Tri::No),
    ("/.env", Tri::No),
    ("/phpinfo.php", Tri::No),
    ("/server-status", Tri::No),
    ("/backup.zip", Tri::No),
];

fn nginx(server: &str) -> Daemon {
    start(|dir, to| {
        careless(dir);
        let folders: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {}/{name};", dir.display()))
            .concat();
        let config = format!(
            "daemon off; master_process off; pid {0}/pid; error_log stderr; events {{}}\n\
             http {{ types {{ text/html html; text/plain txt; }} access_log {0}/access.log; {folders}\n\
             server {{ listen {to}; root {0}/www; {server} }} }}\n",
            dir.display(),
        );
        fs::write(dir.join("config"), config).unwrap();
        let mut command = Command::new("/usr/sbin/nginx");
        command.args(["-e", "stderr", "-c"]).arg(dir.join("config"));
        command
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_left_open_and_shut() {
    if !has("/usr/sbin/nginx") {
        return;
    }
    let daemon = nginx("autoindex on; location = /server-status { return 404; }");
    let (fact, page, site) = look(daemon.to).await;
    assert_eq!((fact.stop, fact.exchanges.len()), (Stop::Final, 1));
    assert_eq!(fact.exchanges[0].policies.as_deref(), Some(&[][..]));
    let stock = page.stock.unwrap();
    assert_eq!(
        (stock.kind, &*stock.software),
        (StockKind::Listing, "nginx")
    );
    assert_eq!(files(&site), OPEN);
    assert_eq!(site.trace, Tri::No);
    assert_eq!(site.security_txt.present, Tri::Yes);
    assert_eq!(site.security_txt.contacts, ["mailto:csirt@lamgiang.test"]);
    assert!(site.security_txt.expires.is_some());
    let nothing = site.nothing.as_ref().unwrap();
    let server = nothing.server.as_ref().unwrap();
    assert_eq!((nothing.status, &*server.name), (404, "nginx"));
    assert!(server.version.is_some());
    // What is kept of the files is their length and hash.
    let git = &site.files[0];
    assert_eq!((git.status, git.bytes), (Some(206), 21));
    assert!(git.sha256.is_some() && !format!("{site:?}").contains("SECRET"));
    // All of it over two connections, twelve requests, each in our own name.
    // The last is written down after it was answered.
    let log = || fs::read_to_string(daemon.dir().join("access.log")).unwrap();
    let until = Instant::now() + Duration::from_secs(5);
    while log().lines().count() < 12 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let log = log();
    assert_eq!(log.lines().count(), 12, "{log}");
    assert!(
        log.lines().all(|line| line.contains("luytre test")),
        "{log}"
    );

    let shut = nginx(
        "server_tokens off; location = / { default_type text/html; return 200 '<title>a</title>'; }\
         location / { return 404; }\
         add_header X-Frame-Options DENY always;\
         add_header Content-Security-Policy \"default-src 'self'; frame-ancestors 'none'\" always;",
    );
    let (fact, page, site) = look(shut.to).await;
    let policies = fact.exchanges[0].policies.as_ref().unwrap();
    assert_eq!(
        policies[0].directive("frame-ancestors").unwrap(),
        ["'none'"]
    );
    assert_eq!(fact.exchanges[0].header("x-frame-options"), Some("DENY"));
    assert_eq!((page.stock, page.title.as_deref()), (None, Some("a")));
    assert_eq!((files(&site), site.trace), (SHUT.to_vec(), Tri::No));
    assert_eq!(site.security_txt.present, Tri::No);
    let server = site.nothing.unwrap().server.unwrap();
    assert_eq!((&*server.name, server.version), ("nginx", None));
    assert_eq!(site.sharing.reflects_origin, Tri::No);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_shows_other_readers_something_else() {
    if !has("/usr/sbin/nginx") {
        return;
    }
    let daemon = nginx(
        "default_type text/html; \
         add_header Access-Control-Allow-Origin $http_origin; \
         add_header Access-Control-Allow-Credentials true; \
         if ($http_user_agent ~ Mobile) { return 302 https://kuwin.test/x?ref=1; } \
         if ($http_user_agent ~ Googlebot) { return 200 '<title>Nổ hũ</title><h1>Tài xỉu</h1>'; } \
         return 200 '<title>Xã Đồi Chè</title>';",
    );
    let (_, page, site) = look(daemon.to).await;
    assert_eq!(
        (page.title.as_deref(), page.words),
        (Some("Xã Đồi Chè"), Vec::new())
    );
    let search = site.search.unwrap().page.unwrap();
    let words: Vec<_> = search.words.iter().map(|w| (&*w.word, w.heading)).collect();
    assert_eq!(words, [("tài xỉu", true), ("nổ hũ", true)]);
    let phone = site.phone.unwrap();
    let to = phone.location.as_deref();
    assert_eq!((phone.status, to), (302, Some("https://kuwin.test/x")));
    // nginx adds the header to redirects too, without `always`.
    assert_eq!(
        (site.sharing.reflects_origin, site.sharing.credentials),
        (Tri::Yes, Tri::Yes)
    );
    // A page for every path tells nothing of the files, and is no security.txt.
    assert!(site.files.iter().all(|file| file.exposed == Tri::Unknown));
    assert_eq!(site.security_txt.present, Tri::No);
}

fn apache(more: &str) -> Daemon {
    start(|dir, to| {
        careless(dir);
        let modules: String = [
            "mpm_event",
            "authz_core",
            "dir",
            "autoindex",
            "mime",
            "status",
            "headers",
            "alias",
        ]
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .concat();
        let config = format!(
            "ServerRoot {0}\nPidFile {0}/pid\nServerName doiche.test\nListen {to}\nErrorLog /dev/stderr\n\
             DefaultRuntimeDir {0}\n{modules}DocumentRoot {0}/www\nTypesConfig /etc/mime.types\n{more}\n",
            dir.display(),
        );
        fs::write(dir.join("config"), config).unwrap();
        let mut command = Command::new("/usr/sbin/apache2");
        command.args(["-X", "-f"]).arg(dir.join("config"));
        command
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn apache_left_open_and_shut() {
    if !has("/usr/sbin/apache2") {
        return;
    }
    let daemon = apache(
        "TraceEnable on\n<Directory />\nOptions +Indexes\n</Directory>\n\
         <Location /server-status>\nSetHandler server-status\n</Location>",
    );
    let (_, page, site) = look(daemon.to).await;
    let stock = page.stock.unwrap();
    assert_eq!(
        (stock.kind, &*stock.software),
        (StockKind::Listing, "Apache HTTP Server")
    );
    let all = OPEN.map(|(path, _)| (path, Tri::Yes));
    assert_eq!((files(&site), site.trace), (all.to_vec(), Tri::Yes));
    let methods = site.methods.unwrap();
    assert!(methods.contains(&"TRACE".to_owned()), "{methods:?}");
    assert_eq!(site.nothing.unwrap().status, 404);

    let shut = apache(
        "TraceEnable off\nServerSignature On\nAddDefaultCharset utf-8\n\
         RedirectMatch 404 \"/(\\.git|\\.env|backup|phpinfo)\"\n\
         <Directory />\nOptions -Indexes\n</Directory>\n\
         Header always set Content-Security-Policy \"script-src 'nonce-abc'\"",
    );
    let works = "<html><body><h1>It works!</h1></body></html>";
    fs::write(shut.dir().join("www/index.html"), works).unwrap();
    let (fact, page, site) = look(shut.to).await;
    assert_eq!(page.stock.unwrap().kind, StockKind::Default);
    assert_eq!((files(&site), site.trace), (SHUT.to_vec(), Tri::No));
    let methods = site.methods.unwrap();
    assert!(!methods.contains(&"TRACE".to_owned()), "{methods:?}");
    let server = site.nothing.unwrap().server.unwrap();
    assert_eq!(server.name, "Apache HTTP Server");
    assert!(server.version.is_some());
    let policy = &fact.exchanges[0].policies.as_ref().unwrap()[0];
    assert_eq!(policy.directive("script-src").unwrap(), ["'nonce-'"]);
}

/// lighttpd over `root`, or over a careless folder.
fn lighttpd(root: Option<&str>) -> Daemon {
    start(|dir, to| {
        careless(dir);
        let own = dir.join("www").display().to_string();
        let config = format!(
            "server.document-root = \"{}\"\nserver.port = {}\nserver.bind = \"127.0.0.1\"\n\
             server.modules = (\"mod_dirlisting\", \"mod_status\")\ndir-listing.activate = \"enable\"\n\
             index-file.names = (\"index.html\")\n\
             dir-listing.hide-dotfiles = \"disable\"\nstatus.status-url = \"/server-status\"\n\
             mimetype.assign = (\".html\" => \"text/html\", \".php\" => \"text/html\", \".txt\" => \"text/plain\")\n",
            root.unwrap_or(&own),
            to.port()
        );
        fs::write(dir.join("config"), config).unwrap();
        let mut command = Command::new("/usr/sbin/lighttpd");
        command.args(["-D", "-f"]).arg(dir.join("config"));
        command
    })
}

/// As Debian ships them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn default_pages_are_known() {
    if !has("/usr/sbin/lighttpd") || !has("/usr/sbin/nginx") {
        return;
    }
    let first = lighttpd(Some("/usr/share/lighttpd"));
    let second = nginx("location / { root /usr/share/nginx/html; index index.html; }");
    for (daemon, software) in [(first, "lighttpd"), (second, "nginx")] {
        let (_, page, _) = look(daemon.to).await;
        let stock = page.stock.unwrap();
        assert_eq!(
            (stock.kind, &*stock.software),
            (StockKind::Default, software)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lighttpd_left_open() {
    if !has("/usr/sbin/lighttpd") {
        return;
    }
    let daemon = lighttpd(None);
    let (_, page, site) = look(daemon.to).await;
    let stock = page.stock.unwrap();
    assert_eq!(
        (stock.kind, &*stock.software),
        (StockKind::Listing, "lighttpd")
    );
    let all = OPEN.map(|(path, _)| (path, Tri::Yes));
    assert_eq!((files(&site), site.trace), (all.to_vec(), Tri::No));
    assert_eq!(site.security_txt.present, Tri::Yes);
}

/// A request as a peer of ours saw it.
#[derive(Debug, Clone, Default)]
struct Asked {
    line: String,
    agent: String,
}

/// A server that keeps connections and answers as `reply` says: a whole answer, or none to hang up.
async fn peer(
    reply: impl Fn(&Asked, usize) -> Option<Vec<u8>> + Send + Sync + 'static,
) -> (SocketAddr, Arc<Mutex<Vec<Asked>>>, Arc<crate::kit::Seen>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (seen, reply) = (Arc::clone(&asked), Arc::new(reply));
    let (to, connections) = serve("127.0.0.1:0", move |mut stream: TcpStream| {
        let (seen, reply) = (Arc::clone(&seen), Arc::clone(&reply));
        async move {
            while let Some(request) = request(&mut stream).await {
                let count = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(request.clone());
                    seen.len()
                };
                let Some(answer) = reply(&request, count) else {
                    return;
                };
                if stream.write_all(&answer).await.is_err() {
                    return;
                }
            }
        }
    })
    .await;
    (to, asked, connections)
}

async fn request(stream: &mut TcpStream) -> Option<Asked> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let line = head.lines().next()?.to_owned();
    let agent = head
        .lines()
        .find_map(|line| line.strip_prefix("user-agent: "));
    Some(Asked {
        line,
        agent: agent.unwrap_or("").to_owned(),
    })
}

fn said(status: &str, more: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html\r\n{more}Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn the_light_profile_asks_once() {
    let (to, asked, _) = peer(|_, _| Some(said("200 OK", "", b"<title>a</title>"))).await;
    let fact = look_with(to, ScanProfile::Light).await;
    assert!(fact.site.is_none() && fact.page.unwrap().complete);
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn twelve_requests_over_two_connections_each_in_our_name() {
    let (to, asked, connections) = peer(|asked, _| {
        let front = asked.line.starts_with("GET / ");
        Some(said(
            if front { "200 OK" } else { "404 Not Found" },
            "",
            b"<p>a</p>",
        ))
    })
    .await;
    let (_, _, site) = look(to).await;
    let asked = asked.lock().unwrap();
    assert_eq!((asked.len(), connections.total()), (12, 2));
    assert!(
        asked
            .iter()
            .all(|asked| asked.agent.contains("luytre test"))
    );
    let as_others = asked
        .iter()
        .filter(|asked| asked.agent.starts_with("Mozilla"));
    assert_eq!(as_others.count(), 2);
    assert_eq!((files(&site), site.trace), (SHUT.to_vec(), Tri::No));
}

#[tokio::test]
async fn a_server_that_has_enough_of_us_decides_nothing() {
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let (to, ..) = peer(move |_, count| {
            Some(said(
                if count < 3 { "200 OK" } else { status },
                "",
                b"<p>a</p>",
            ))
        })
        .await;
        let (_, _, site) = look(to).await;
        assert!(site.files.iter().all(|file| file.exposed == Tri::Unknown));
        assert_eq!(
            (site.trace, site.security_txt.present),
            (Tri::Unknown, Tri::Unknown)
        );
        assert_eq!(site.sharing.reflects_origin, Tri::Unknown);
    }
    // Hanging up is no answer either, and ends the asking after two.
    let (to, asked, _) =
        peer(|_, count| (count < 3).then(|| said("200 OK", "", b"<p>a</p>"))).await;
    let (_, _, site) = look(to).await;
    assert!(site.files.iter().all(|file| file.exposed == Tri::Unknown));
    assert_eq!(site.trace, Tri::Unknown);
    assert!(asked.lock().unwrap().len() <= 6);
}

#[tokio::test]
async fn a_mark_on_every_path_is_a_trap() {
    let (to, ..) = peer(|asked, _| {
        let front = asked.line.starts_with("GET / ");
        let body = if front {
            "<p>a</p>"
        } else {
            "ref: refs/heads/main\n"
        };
        Some(said("200 OK", "", body.as_bytes()))
    })
    .await;
    let (_, _, site) = look(to).await;
    assert!(site.files.iter().all(|file| file.exposed == Tri::Unknown));
}

#[tokio::test]
async fn compressed_pages_are_not_unpacked() {
    // A bomb: we did not ask for it and do not open it.
    let (to, ..) = peer(|_, _| {
        Some(said(
            "200 OK",
            "Content-Encoding: gzip\r\n",
            &[0x1F; 10_000],
        ))
    })
    .await;
    let (fact, page, site) = look(to).await;
    assert_eq!(fact.exchanges[0].body_bytes, 10_000);
    assert!(!page.complete && page.title.is_none());
    assert!(!site.search.unwrap().page.unwrap().complete);
    assert!(site.files.iter().all(|file| file.exposed == Tri::Unknown));
}

#[tokio::test]
async fn pages_without_end_and_without_pause_are_borne() {
    let begun = Instant::now();
    // A million nested elements, a title full of tricks, and more than is read.
    let deep = format!(
        "<title>a\u{1b}]0;x\u{7}\u{202e}b</title>{}",
        "<div>".repeat(1_000_000)
    );
    let (to, ..) = peer(move |_, _| Some(said("200 OK", "", deep.as_bytes()))).await;
    let (fact, page, _) = look(to).await;
    assert_eq!(fact.exchanges[0].body_bytes, 256 << 10);
    assert!(!page.complete);
    let title = page.title.unwrap();
    assert!(
        !title.contains(char::is_control) && !title.contains('\u{202e}'),
        "{title}"
    );
    // A body that stalls is waited for three times, and no more is asked.
    let (to, asked, _) = peer(|_, _| {
        Some(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\nab".to_vec())
    })
    .await;
    let (_, page, _) = look(to).await;
    assert!(!page.complete);
    assert_eq!(asked.lock().unwrap().len(), 3);
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn evidence_shows_hashes_and_no_secret() {
    let (to, ..) = peer(|asked, _| {
        let body: &[u8] = if asked.line.starts_with("GET / ") {
            b"<title>a</title><a style='left:-9999px' href='https://kuwin.test/?key=SECRET'>x</a>"
        } else if asked.line.starts_with("GET /.env ") {
            b"DB_PASSWORD=SECRET\n"
        } else {
            return Some(said("404 Not Found", "", b""));
        };
        Some(said("200 OK", "", body))
    })
    .await;
    let line = line_to(to).await;
    let probe = HttpProbe {
        tls: false,
        agent: "luytre test".into(),
    };
    let Ok(Fact::Http(fact)) = probe.observe(&line).await else {
        panic!("no fact")
    };
    let hidden = &fact.page.as_ref().unwrap().hidden[0];
    assert_eq!(
        (&*hidden.host, hidden.how),
        ("kuwin.test", Hiding::OffScreen)
    );
    let (evidence, _) = line.settle();
    let kinds: Vec<_> = evidence.iter().map(|e| &*e.what).collect();
    assert_eq!(kinds, ["file", "http", "page", "page", "page"]);
    assert!(!format!("{evidence:?} {fact:?}").contains("SECRET"));
}
