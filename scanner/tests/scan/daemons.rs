//! Real daemons on loopback: facts compared as values with what the daemons say of themselves.

use std::{
    fs,
    net::SocketAddr,
    process::{Command, Stdio},
};

use luytre_checks::{
    Fact,
    fact::{Confidence, HttpFact, ServiceFact, Stop},
};
use luytre_inventory::Protocol;
use luytre_scanner::{
    Probe,
    probe::{HttpProbe, ServiceProbe},
};

use crate::{
    daemon::{Daemon, has, start},
    kit::line_to,
};

/// What `program` prints of itself.
fn says(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&text).into_owned()
}

/// The word after `mark` up to a character that no version has.
fn word_after(text: &str, mark: &str) -> String {
    let at = text
        .find(mark)
        .unwrap_or_else(|| panic!("no {mark} in {text}"))
        + mark.len();
    let word = text[at..].chars();
    word.take_while(|c| c.is_ascii_alphanumeric() || *c == '.')
        .collect()
}

async fn service(to: SocketAddr, declared: Option<Protocol>) -> ServiceFact {
    let probe = ServiceProbe {
        declared,
        agent: "luytre test".into(),
    };
    let mut line = line_to(to).await;
    let mut found = probe.observe(&line).await;
    let (mut evidence, mut cost) = line.settle();
    // A daemon on a busy machine may be late with its first word: that is unmeasured, and asked again.
    for _ in 0..3 {
        if cost.bytes_received > 0 {
            break;
        }
        assert!(found.is_err(), "{found:?}");
        line = line_to(to).await;
        found = probe.observe(&line).await;
        (evidence, cost) = line.settle();
    }
    assert!(
        cost.connections <= 3 && evidence.len() == 1,
        "{cost:?} {evidence:?}"
    );
    match found {
        Ok(Fact::Service(fact)) => fact,
        other => panic!("{other:?}"),
    }
}

async fn web(to: SocketAddr, tls: bool) -> HttpFact {
    let probe = HttpProbe {
        tls,
        agent: "luytre test".into(),
    };
    match probe.observe(&line_to(to).await).await {
        Ok(Fact::Http(fact)) => fact,
        other => panic!("{other:?}"),
    }
}

/// The fact for what is told, with the banner taken from `fact`.
fn expected(
    fact: &ServiceFact,
    protocol: Protocol,
    tls: bool,
    names: [&str; 2],
    version: Option<&str>,
) -> ServiceFact {
    ServiceFact {
        port: fact.port,
        transport: luytre_inventory::Transport::Tcp,
        protocol: Some(protocol),
        tls,
        vendor: Some(names[0].into()),
        product: Some(names[1].into()),
        version: version.map(str::to_owned),
        os: fact.os.clone(),
        cpe: fact.cpe.clone(),
        banner: fact.banner.clone(),
        confidence: if version.is_some() {
            Confidence::Version
        } else {
            Confidence::Product
        },
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sshd() {
    if !has("/usr/sbin/sshd") || !has("/usr/bin/ssh-keygen") {
        return;
    }
    let _ = fs::create_dir_all("/run/sshd");
    let daemon = start(|dir, to| {
        let key = dir.join("key");
        let made = Command::new("/usr/bin/ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(&key)
            .status();
        assert!(made.unwrap().success());
        let config = format!(
            "ListenAddress 127.0.0.1\nPort {}\nHostKey {}\nPidFile none\nUsePAM no\n",
            to.port(),
            key.display()
        );
        fs::write(dir.join("config"), config).unwrap();
        let mut command = Command::new("/usr/sbin/sshd");
        command.args(["-D", "-e", "-f"]).arg(dir.join("config"));
        command
    });
    let version = word_after(&says("/usr/bin/ssh", &["-V"]), "OpenSSH_");
    for declared in [None, Some(Protocol::Ssh), Some(Protocol::Http)] {
        let fact = service(daemon.to, declared).await;
        let names = ["OpenBSD", "OpenSSH"];
        assert_eq!(
            fact,
            expected(&fact, Protocol::Ssh, false, names, Some(&version))
        );
        assert!(
            fact.banner
                .unwrap()
                .starts_with(&format!("SSH-2.0-OpenSSH_{version}"))
        );
        let upstream = version.split('p').next().unwrap();
        let cpe = format!("cpe:2.3:a:openbsd:openssh:{upstream}:p");
        assert!(fact.cpe.unwrap().starts_with(&cpe));
    }
}

/// nginx with `server` lines for one server.
fn nginx(server: &str, tls: bool) -> Daemon {
    start(|dir, to| {
        let secured = if tls {
            let names = vec!["www.doiche.test".to_owned()];
            let made = rcgen::generate_simple_self_signed(names).unwrap();
            fs::write(dir.join("cert.pem"), made.cert.pem()).unwrap();
            fs::write(dir.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
            format!(
                "ssl_certificate {0}/cert.pem; ssl_certificate_key {0}/key.pem;",
                dir.display()
            )
        } else {
            String::new()
        };
        let folders: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {}/{name};", dir.display()))
            .concat();
        let config = format!(
            "daemon off; master_process off; pid {0}/pid; error_log stderr;\n\
             events {{}}\n\
             http {{ access_log off; {folders}\n\
             server {{ listen {to}{1}; {secured} {server} }} }}\n",
            dir.display(),
            if tls { " ssl" } else { "" },
        );
        fs::write(dir.join("config"), config).unwrap();
        let mut command = Command::new("/usr/sbin/nginx");
        command
            .arg("-c")
            .arg(dir.join("config"))
            .arg("-e")
            .arg("stderr");
        command
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_plain_and_over_tls() {
    if !has("/usr/sbin/nginx") {
        return;
    }
    let version = word_after(&says("/usr/sbin/nginx", &["-v"]), "nginx/");
    let plain = nginx(
        "location = / { return 302 /login?token=SECRET; } \
         location = /login { add_header Set-Cookie 'sid=SECRET; HttpOnly'; return 200 hello; }",
        false,
    );
    let secured = nginx(
        "add_header Strict-Transport-Security 'max-age=31536000'; return 200 hello;",
        true,
    );
    let shy = nginx("server_tokens off; return 200 hello;", false);
    let names = ["F5", "nginx"];
    for declared in [None, Some(Protocol::Http)] {
        let fact = service(plain.to, declared).await;
        assert_eq!(
            fact,
            expected(&fact, Protocol::Http, false, names, Some(&version))
        );
        assert_eq!(
            fact.cpe,
            Some(format!("cpe:2.3:a:f5:nginx:{version}:*:*:*:*:*:*:*"))
        );
        let fact = service(shy.to, declared).await;
        assert_eq!(fact, expected(&fact, Protocol::Http, false, names, None));
    }
    // Declared right, not declared, and declared wrong: TLS is found each time.
    for declared in [Some(Protocol::Https), None, Some(Protocol::Http)] {
        let fact = service(secured.to, declared).await;
        assert_eq!(
            fact,
            expected(&fact, Protocol::Https, true, names, Some(&version)),
            "{declared:?}"
        );
    }
    let fact = web(plain.to, false).await;
    assert_eq!(
        (fact.exchanges.len(), fact.stop, fact.tls),
        (2, Stop::Final, false)
    );
    assert_eq!(
        (fact.exchanges[0].status, fact.exchanges[1].status),
        (302, 200)
    );
    assert_eq!(
        fact.exchanges[0].location,
        Some(format!("http://{}/login", plain.to))
    );
    assert_eq!(
        fact.exchanges[1].header("server"),
        Some(&*format!("nginx/{version}"))
    );
    assert_eq!(fact.exchanges[1].body_bytes, 5);
    let cookie = &fact.exchanges[1].cookies[0];
    assert_eq!(
        (&*cookie.name, cookie.secure, cookie.http_only),
        ("sid", false, true)
    );
    assert!(!format!("{fact:?}").contains("SECRET"));
    let fact = web(secured.to, true).await;
    assert_eq!(
        (fact.exchanges.len(), fact.stop, fact.tls),
        (1, Stop::Final, true)
    );
    let hsts = fact.exchanges[0].header("strict-transport-security");
    assert_eq!(hsts, Some("max-age=31536000"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis() {
    if !has("/usr/bin/redis-server") {
        return;
    }
    let with = |password: &'static str| {
        start(move |dir, to| {
            let mut command = Command::new("/usr/bin/redis-server");
            command
                .current_dir(dir)
                .args(["--bind", "127.0.0.1", "--save", "", "--port"]);
            command.arg(to.port().to_string());
            if !password.is_empty() {
                command.args(["--requirepass", password]);
            }
            command
        })
    };
    let version = word_after(&says("/usr/bin/redis-server", &["--version"]), "v=");
    // What a server that asks for a password would say of itself is not asked.
    for (daemon, banner, told) in [
        (with(""), "+PONG", Some(version)),
        (with("x"), "-NOAUTH Authentication required.", None),
    ] {
        let fact = service(daemon.to, Some(Protocol::Redis)).await;
        assert_eq!(fact.protocol, Some(Protocol::Redis));
        assert_eq!(fact.banner.as_deref(), Some(banner));
        assert_eq!(fact.product.as_deref(), told.as_ref().map(|_| "Redis"));
        assert_eq!(fact.version, told);
        // Undeclared: the answer to another opening line tells it too.
        assert_eq!(
            service(daemon.to, None).await.protocol,
            Some(Protocol::Redis)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vsftpd() {
    if !has("/usr/sbin/vsftpd") {
        return;
    }
    let daemon = start(|dir, to| {
        let empty = dir.join("empty");
        fs::create_dir(&empty).unwrap();
        let config = format!(
            "listen=YES\nbackground=NO\nlisten_address=127.0.0.1\nlisten_port={}\n\
             secure_chroot_dir={}\nanonymous_enable=YES\nlocal_enable=NO\nseccomp_sandbox=NO\n",
            to.port(),
            empty.display()
        );
        fs::write(dir.join("config"), config).unwrap();
        let mut command = Command::new("/usr/sbin/vsftpd");
        command.arg(dir.join("config"));
        command
    });
    for declared in [None, Some(Protocol::Ftp)] {
        let fact = service(daemon.to, declared).await;
        let version = word_after(fact.banner.as_deref().unwrap(), "vsFTPd ");
        let names = ["vsftpd", "vsftpd"];
        assert_eq!(
            fact,
            expected(&fact, Protocol::Ftp, false, names, Some(&version))
        );
        assert!(version.starts_with("3."));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb() {
    if !has("/usr/sbin/mariadbd") {
        return;
    }
    let version = word_after(&says("/usr/sbin/mariadbd", &["--version"]), "Ver ");
    let daemon = start(|dir, to| {
        let data = dir.join("data");
        fs::create_dir(&data).unwrap();
        let mut command = Command::new("/usr/sbin/mariadbd");
        command
            .args(["--no-defaults", "--user=root", "--skip-grant-tables"])
            .args(["--skip-networking=0", "--bind-address=127.0.0.1"])
            .arg(format!("--port={}", to.port()))
            .arg(format!("--datadir={}", data.display()))
            .arg(format!("--socket={}/socket", dir.display()))
            .arg(format!("--pid-file={}/pid", dir.display()));
        command
    });
    for declared in [None, Some(Protocol::Mysql)] {
        let fact = service(daemon.to, declared).await;
        let names = ["MariaDB", "MariaDB"];
        assert_eq!(
            fact,
            expected(&fact, Protocol::Mariadb, false, names, Some(&version))
        );
        let cpe = format!("cpe:2.3:a:mariadb:mariadb:{version}:*:*:*:*:*:*:*");
        assert_eq!(fact.cpe, Some(cpe));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let bins = versions.flatten().map(|version| version.path().join("bin"));
    let Some(bin) = bins.max().filter(|bin| bin.join("initdb").exists()) else {
        has("/usr/lib/postgresql/*/bin/initdb");
        return;
    };
    // The server refuses to run as root: then it is run as nobody.
    let as_nobody = |program: &str| {
        let mut command = Command::new("/usr/bin/setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(bin.join(program));
        command
    };
    let root = says("/usr/bin/id", &["-u"]).trim() == "0";
    let command = |program: &str| {
        if root {
            as_nobody(program)
        } else {
            Command::new(bin.join(program))
        }
    };
    let daemon = start(|dir, to| {
        let data = dir.join("data");
        fs::create_dir(&data).unwrap();
        if root {
            std::os::unix::fs::chown(dir, Some(65_534), Some(65_534)).unwrap();
            std::os::unix::fs::chown(&data, Some(65_534), Some(65_534)).unwrap();
        }
        let made = command("initdb")
            .arg("-D")
            .arg(&data)
            .args(["-A", "reject", "-U", "x", "--no-sync"])
            .stdout(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        let mut server = command("postgres");
        server
            .arg("-D")
            .arg(&data)
            .args(["-h", "127.0.0.1", "-k", "", "-F", "-p"])
            .arg(to.port().to_string());
        server
    });
    for declared in [Some(Protocol::Postgres), None] {
        let fact = service(daemon.to, declared).await;
        // Neither product nor version shows before a login: poolers and kin answer alike.
        assert_eq!(fact.protocol, Some(Protocol::Postgres));
        assert_eq!(
            (fact.product, fact.confidence),
            (None, Confidence::Protocol)
        );
        assert_eq!(fact.banner.as_deref(), Some("SSLRequest: N"));
    }
}
