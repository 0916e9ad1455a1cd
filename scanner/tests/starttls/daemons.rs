//! Real daemons: exact versions and suites of what they are told to have.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use luytre_checks::fact::{TlsFact, TlsVersion, Tri, VersionFact};
use luytre_scanner::{Limits, probe::Starttls};

use crate::{
    NAME, deep_line_of,
    engine::{CIPHERS, Daemon, give, is_root, libraries, root_of, start},
    line_of, look,
    tls_support::line_at,
};

const AES: [&str; 2] = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"];
const MODERN: [&str; 3] = [AES[0], AES[1], "TLS_CHACHA20_POLY1305_SHA256"];

/// TLS 1.2 with exactly the two suites, TLS 1.3 with `modern`, nothing older, and no injection where it
/// can be tried.
fn is_as_configured(fact: &TlsFact, protocol: Starttls, modern: &[&str], injection: Tri) {
    assert_eq!(fact.starttls.as_deref(), Some(protocol.as_str()));
    assert_eq!(fact.starttls_offered, Tri::Yes);
    for version in [TlsVersion::Ssl3, TlsVersion::Tls10, TlsVersion::Tls11] {
        // Dovecot closes instead of refusing, also on what rule 1 would hold against that.
        let closes = matches!(protocol, Starttls::Imap | Starttls::Pop3 | Starttls::Sieve);
        let offered = fact.offers(version);
        assert!(
            offered == Tri::No || (closes && offered == Tri::Unknown),
            "{protocol} {version} {offered:?}"
        );
    }
    for version in [TlsVersion::Tls12, TlsVersion::Tls13] {
        assert_eq!(fact.offers(version), Tri::Yes, "{protocol} {version}");
    }
    let suites = |version| {
        let suites = fact.versions[&version].suites.iter();
        let mut names: Vec<_> = suites.map(|suite| suite.name().unwrap()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(
        suites(TlsVersion::Tls12),
        [
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
        ],
        "{protocol}"
    );
    assert_eq!(suites(TlsVersion::Tls13), modern, "{protocol}");
    assert_eq!(fact.flaws.starttls_injection, injection, "{protocol}");
}

/// It speaks the protocol and has no TLS.
async fn has_none(daemon: &Daemon, protocol: Starttls) {
    let line = line_of(daemon.port, protocol);
    let fact = look(&line).await.unwrap();
    assert_eq!(fact.starttls_offered, Tri::No, "{protocol}");
    assert!(
        TlsVersion::ALL
            .iter()
            .all(|version| fact.offers(*version) == Tri::No)
    );
    assert_eq!(line.settle().1.connections, 2, "{protocol}");
}

fn postfix(root: &Path, tls: bool) -> Daemon {
    start(|folder, port| {
        let (at, of) = (folder.display(), root.display().to_string());
        let of = of.trim_end_matches('/');
        let queue = folder.join("queue");
        for part in [
            "pid", "private", "public", "active", "bounce", "corrupt", "defer", "deferred",
            "flush", "hold", "incoming", "maildrop", "saved", "trace",
        ] {
            fs::create_dir_all(queue.join(part)).unwrap();
            if part != "pid" {
                give(&queue.join(part), "nobody");
            }
        }
        fs::create_dir(folder.join("data")).unwrap();
        give(&folder.join("data"), "nobody");
        let level = if tls { "may" } else { "none" };
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\n\
             daemon_directory = {of}/usr/lib/postfix/sbin\ncommand_directory = {of}/usr/sbin\n\
             shlib_directory = {of}/usr/lib/postfix\nmeta_directory = {at}\nmail_owner = nobody\n\
             setgid_group = games\ndefault_privs = daemon\nmyhostname = {NAME}\n\
             inet_interfaces = 127.0.0.1\nmaillog_file = /dev/stdout\nalias_maps =\n\
             local_recipient_maps =\nmynetworks = 127.0.0.0/8\n\
             import_environment = MAIL_CONFIG LD_LIBRARY_PATH OPENSSL_CONF TZ LANG=C\n\
             smtpd_tls_cert_file = {at}/rsa.crt\nsmtpd_tls_key_file = {at}/rsa.key\n\
             smtpd_tls_security_level = {level}\nsmtpd_tls_protocols = TLSv1.2, TLSv1.3\n\
             smtpd_tls_ciphers = high\ntls_high_cipherlist = {CIPHERS}\n\
             tls_random_source = dev:/dev/urandom\n"
        );
        fs::write(folder.join("main.cf"), main).unwrap();
        let master = format!(
            "127.0.0.1:{port} inet n - n - - smtpd\npostlog unix-dgram n - n - 1 postlogd\n\
             tlsmgr unix - - n 1000? 1 tlsmgr\nanvil unix - - n - 1 anvil\n\
             rewrite unix - - n - - trivial-rewrite\nproxymap unix - - n - - proxymap\n"
        );
        fs::write(folder.join("master.cf"), master).unwrap();
        let mut command = Command::new(root.join("usr/lib/postfix/sbin/master"));
        command
            .arg("-c")
            .arg(folder)
            .arg("-d")
            .env("LD_LIBRARY_PATH", libraries(root));
        command
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postfix_smtp() {
    let Some(root) = root_of("usr/lib/postfix/sbin/master") else {
        return;
    };
    if !is_root("postfix") {
        return;
    }
    let daemon = postfix(&root, true);
    let fact = look(&deep_line_of(daemon.port, Starttls::Smtp))
        .await
        .unwrap();
    is_as_configured(&fact, Starttls::Smtp, &MODERN, Tri::No);
    has_none(&postfix(&root, false), Starttls::Smtp).await;
}

/// Dovecot with one of its listeners on the port, or the same with TLS first.
fn dovecot(listener: &str, tls: &str) -> Daemon {
    start(|folder, port| {
        let at = folder.display();
        fs::create_dir(folder.join("mail")).unwrap();
        give(&folder.join("mail"), "nobody");
        let heard = |which: &str, ssl: &str| {
            let port = if which == listener { port } else { 0 };
            format!("  inet_listener {which} {{\n    port = {port}\n    ssl = {ssl}\n  }}\n")
        };
        let service = |name: &str, listeners: &[String]| {
            let listeners = listeners.concat();
            format!("service {name} {{\n  chroot =\n{listeners}}}\n")
        };
        let services = [
            service("imap-login", &[heard("imap", "no"), heard("imaps", "yes")]),
            service("pop3-login", &[heard("pop3", "no"), heard("pop3s", "yes")]),
            service("managesieve-login", &[heard("sieve", "no")]),
        ]
        .concat();
        let conf = format!(
            "base_dir = {at}/run\nstate_dir = {at}/state\nlog_path = /dev/stderr\n\
             protocols = imap pop3 sieve\nlisten = 127.0.0.1, ::1\ndefault_internal_user = nobody\n\
             default_login_user = daemon\ndefault_internal_group = nogroup\nssl = {tls}\n\
             ssl_cert = <{at}/rsa.crt\nssl_key = <{at}/rsa.key\nssl_min_protocol = TLSv1.2\n\
             ssl_cipher_list = {CIPHERS}\nimport_environment = OPENSSL_CONF TZ LANG=C\n\
             mail_location = maildir:{at}/mail\n\
             passdb {{\n  driver = static\n  args = password=x\n}}\n\
             userdb {{\n  driver = static\n  args = uid=nobody gid=nogroup home={at}/mail\n}}\n\
             service anvil {{\n  chroot =\n}}\n{services}"
        );
        fs::write(folder.join("dovecot.conf"), conf).unwrap();
        let mut command = Command::new("/usr/sbin/dovecot");
        command.arg("-F").arg("-c").arg(folder.join("dovecot.conf"));
        command
    })
}

/// What every profile finds.
fn light(fact: &TlsFact) -> std::collections::BTreeMap<TlsVersion, VersionFact> {
    let mut versions = fact.versions.clone();
    for fact in versions.values_mut() {
        fact.ecdh_key_reused = Tri::Unknown;
        fact.signatures.clear();
        fact.signatures_complete = Tri::Unknown;
    }
    versions
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dovecot_imap_pop3_sieve() {
    if root_of("usr/sbin/dovecot").is_none()
        || root_of("usr/lib/dovecot/managesieve-login").is_none()
        || !is_root("dovecot")
    {
        return;
    }
    for protocol in [Starttls::Imap, Starttls::Pop3, Starttls::Sieve] {
        let daemon = dovecot(protocol.as_str(), "yes");
        let fact = look(&deep_line_of(daemon.port, protocol)).await.unwrap();
        is_as_configured(&fact, protocol, &MODERN, Tri::No);
        if protocol == Starttls::Imap {
            // The same over IPv6, and the same configuration with TLS first.
            let v6 = std::net::Ipv6Addr::LOCALHOST.into();
            let line = line_at(v6, daemon.port, Some(NAME), Limits::default());
            let again = look(&line.beginning_tls(Some(protocol))).await.unwrap();
            assert_eq!(light(&again), light(&fact));
            let first = dovecot("imaps", "yes");
            let line = crate::line(first.port, Some(NAME));
            assert_eq!(light(&look(&line).await.unwrap()), light(&fact));
        }
        has_none(&dovecot(protocol.as_str(), "no"), protocol).await;
    }
}

/// The two suites, in the words of GnuTLS, with which Debian builds it.
const PRIORITIES: &str = "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+AES-128-GCM:+AES-256-GCM:+AEAD:+ECDHE-RSA:+SIGN-ALL:+GROUP-ALL:+COMP-NULL:+CTYPE-X509";

fn slapd(root: &Path, tls: bool) -> Daemon {
    start(|folder, port| {
        let at = folder.display();
        let tls = if tls {
            format!(
                "TLSCertificateFile {at}/rsa.crt\nTLSCertificateKeyFile {at}/rsa.key\n\
                 TLSProtocolMin 3.3\nTLSCipherSuite {PRIORITIES}\n"
            )
        } else {
            String::new()
        };
        let schema = root.join("etc/ldap/schema/core.schema");
        let conf = format!("include {}\npidfile {at}/pid\n{tls}", schema.display());
        fs::write(folder.join("slapd.conf"), conf).unwrap();
        let mut command = Command::new(root.join("usr/sbin/slapd"));
        command
            .args(["-d", "0", "-h", &format!("ldap://127.0.0.1:{port}"), "-f"])
            .arg(folder.join("slapd.conf"))
            .env("LD_LIBRARY_PATH", libraries(root));
        command
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openldap() {
    let Some(root) = root_of("usr/sbin/slapd") else {
        return;
    };
    let daemon = slapd(&root, true);
    let fact = look(&line_of(daemon.port, Starttls::Ldap)).await.unwrap();
    is_as_configured(&fact, Starttls::Ldap, &AES, Tri::Unknown);
    has_none(&slapd(&root, false), Starttls::Ldap).await;
}

fn vsftpd(tls: bool) -> Daemon {
    start(|folder, port| {
        let at = folder.display();
        fs::create_dir(folder.join("empty")).unwrap();
        let tls = if tls {
            format!(
                "ssl_enable=YES\nrsa_cert_file={at}/rsa.crt\nrsa_private_key_file={at}/rsa.key\n\
                 ssl_ciphers={CIPHERS}\n"
            )
        } else {
            String::new()
        };
        let conf = format!(
            "listen=YES\nlisten_address=127.0.0.1\nlisten_port={port}\nbackground=NO\n\
             anonymous_enable=YES\nanon_root={at}/empty\nsecure_chroot_dir={at}/empty\n\
             run_as_launching_user=NO\nftp_username=nobody\nnopriv_user=nobody\nisolate=NO\n\
             isolate_network=NO\nseccomp_sandbox=NO\n{tls}"
        );
        fs::write(folder.join("vsftpd.conf"), conf).unwrap();
        let mut command = Command::new("/usr/sbin/vsftpd");
        command.arg(folder.join("vsftpd.conf"));
        command
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vsftpd_ftp() {
    if root_of("usr/sbin/vsftpd").is_none() || !is_root("vsftpd") {
        return;
    }
    let daemon = vsftpd(true);
    let fact = look(&deep_line_of(daemon.port, Starttls::Ftp))
        .await
        .unwrap();
    is_as_configured(&fact, Starttls::Ftp, &MODERN, Tri::No);
    has_none(&vsftpd(false), Starttls::Ftp).await;
}

fn mariadb(tls: bool) -> Daemon {
    start(|folder, port| {
        let data = folder.join("data");
        fs::create_dir(&data).unwrap();
        fs::set_permissions(
            folder.join("rsa.key"),
            std::os::unix::fs::PermissionsExt::from_mode(0o644),
        )
        .unwrap();
        let made = Command::new("/usr/bin/mariadb-install-db")
            .args([
                "--no-defaults",
                "--user=nobody",
                "--auth-root-authentication-method=normal",
            ])
            .arg(format!("--datadir={}", data.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        give(&data, "nobody");
        let mut command = Command::new("/usr/sbin/mariadbd");
        command.args([
            "--no-defaults",
            "--user=nobody",
            "--bind-address=127.0.0.1",
            &format!("--port={port}"),
            &format!("--datadir={}", data.display()),
            &format!("--socket={}/s", data.display()),
        ]);
        if tls {
            let at = folder.display();
            command.args([
                format!("--ssl-cert={at}/rsa.crt"),
                format!("--ssl-key={at}/rsa.key"),
                format!("--ssl-cipher={CIPHERS}"),
                "--tls-version=TLSv1.2,TLSv1.3".to_owned(),
            ]);
        }
        command
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_mysql() {
    if root_of("usr/sbin/mariadbd").is_none() || !is_root("mariadbd") {
        return;
    }
    let daemon = mariadb(true);
    let fact = look(&line_of(daemon.port, Starttls::Mysql)).await.unwrap();
    is_as_configured(&fact, Starttls::Mysql, &MODERN, Tri::Unknown);
    has_none(&mariadb(false), Starttls::Mysql).await;
}

fn postgres(bin: &Path, tls: bool) -> Daemon {
    start(|folder, port| {
        let data = folder.join("data");
        fs::create_dir(&data).unwrap();
        give(folder, "postgres");
        let as_postgres = |program: &str| {
            let mut command = Command::new("/usr/sbin/runuser");
            command
                .args(["-u", "postgres", "--"])
                .arg(bin.join(program));
            command
        };
        let made = as_postgres("initdb")
            .args(["-A", "trust", "-N", "--locale=C", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        let at = folder.display();
        let on = if tls { "on" } else { "off" };
        let mut command = as_postgres("postgres");
        command.arg("-D").arg(&data);
        for setting in [
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            "unix_socket_directories=".to_owned(),
            format!("ssl={on}"),
            format!("ssl_cert_file={at}/rsa.crt"),
            format!("ssl_key_file={at}/rsa.key"),
            format!("ssl_ciphers={CIPHERS}"),
        ] {
            command.args(["-c", &setting]);
        }
        command
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql() {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let bin = versions
        .map(|entry| entry.path().join("bin"))
        .find(|bin| bin.join("postgres").exists());
    let Some(bin) = bin else {
        crate::engine::skip("postgres is missing");
        return;
    };
    if !is_root("postgres by another user") {
        return;
    }
    let daemon = postgres(&bin, true);
    let fact = look(&line_of(daemon.port, Starttls::Postgres))
        .await
        .unwrap();
    is_as_configured(&fact, Starttls::Postgres, &MODERN, Tri::Unknown);
    has_none(&postgres(&bin, false), Starttls::Postgres).await;
}
