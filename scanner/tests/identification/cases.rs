//! The daemons: what each is, and how one is started with a configuration that needs nothing of the
//! machine.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use luytre_inventory::Protocol;

use crate::{
    engine::{libraries, root_of},
    mail, other, web,
};

/// One daemon.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    /// What it is called in the table.
    pub(crate) name: &'static str,
    /// The package it comes in; a star stands for what it stands for in `program`.
    pub(crate) package: &'static str,
    /// The program, without its first slash; a star stands for one folder.
    pub(crate) program: &'static str,
    /// Whether only root can start it.
    pub(crate) as_root: bool,
    /// Whether it accepts connections long before it can answer.
    pub(crate) slow: bool,
    /// What an owner would declare.
    pub(crate) declared: Protocol,
    /// What is spoken.
    pub(crate) protocol: Protocol,
    /// What it is.
    pub(crate) product: &'static str,
    /// The command, for a root, a folder and a port.
    pub(crate) make: Make,
}

/// Makes the command of a daemon, for a root, a folder and a port.
type Make = fn(&Path, &Path, u16) -> Command;

/// A daemon that anybody may start and of which an owner declares what is spoken.
const fn case(
    name: &'static str,
    package: &'static str,
    program: &'static str,
    protocol: Protocol,
    product: &'static str,
    make: Make,
) -> Case {
    Case {
        name,
        package,
        program,
        as_root: false,
        slow: false,
        declared: protocol,
        protocol,
        product,
        make,
    }
}

const fn as_root(case: Case) -> Case {
    Case {
        as_root: true,
        ..case
    }
}

const fn slow(case: Case) -> Case {
    Case { slow: true, ..case }
}

#[rustfmt::skip]
pub(crate) const CASES: &[Case] = &[
    as_root(case("openssh", "openssh-server", "usr/sbin/sshd", Protocol::Ssh, "OpenSSH", other::sshd)),
    case("dropbear", "dropbear-bin", "usr/sbin/dropbear", Protocol::Ssh, "Dropbear SSH", other::dropbear),
    case("nginx", "nginx", "usr/sbin/nginx", Protocol::Http, "nginx", web::nginx),
    as_root(case("apache2", "apache2-bin", "usr/sbin/apache2", Protocol::Http, "HTTP Server", web::apache)),
    case("lighttpd", "lighttpd", "usr/sbin/lighttpd", Protocol::Http, "lighttpd", web::lighttpd),
    as_root(case("squid", "squid", "usr/sbin/squid", Protocol::HttpProxy, "Squid", web::squid)),
    as_root(case("vsftpd", "vsftpd", "usr/sbin/vsftpd", Protocol::Ftp, "vsftpd", mail::vsftpd)),
    as_root(case("proftpd", "proftpd-core", "usr/sbin/proftpd", Protocol::Ftp, "ProFTPD", mail::proftpd)),
    case("rsync", "rsync", "usr/bin/rsync", Protocol::Rsync, "rsync", mail::rsync),
    as_root(case("postfix", "postfix", "usr/lib/postfix/sbin/master", Protocol::Smtp, "Postfix", mail::postfix)),
    as_root(case("exim4", "exim4-daemon-light", "usr/sbin/exim4", Protocol::Smtp, "Exim", mail::exim)),
    as_root(case("dovecot imap", "dovecot-core", "usr/sbin/dovecot", Protocol::Imap, "Dovecot", |_, folder, port| mail::dovecot(folder, "imap", port))),
    as_root(case("dovecot pop3", "dovecot-core", "usr/sbin/dovecot", Protocol::Pop3, "Dovecot", |_, folder, port| mail::dovecot(folder, "pop3", port))),
    as_root(case("dovecot sieve", "dovecot-core", "usr/sbin/dovecot", Protocol::Sieve, "Dovecot", |_, folder, port| mail::dovecot(folder, "sieve", port))),
    as_root(Case { declared: Protocol::Mysql, ..case("mariadb", "mariadb-server", "usr/sbin/mariadbd", Protocol::Mariadb, "MariaDB", other::mariadb) }),
    as_root(case("postgresql", "postgresql-*", "usr/lib/postgresql/*/bin/postgres", Protocol::Postgres, "PostgreSQL", other::postgres)),
    case("redis", "redis-server", "usr/bin/redis-server", Protocol::Redis, "Redis", other::redis),
    case("memcached", "memcached", "usr/bin/memcached", Protocol::Memcached, "memcached", other::memcached),
    slow(case("bind9", "bind9", "usr/sbin/named", Protocol::Dns, "BIND", other::named)),
    case("unbound", "unbound", "usr/sbin/unbound", Protocol::Dns, "Unbound", other::unbound),
    case("slapd", "slapd", "usr/sbin/slapd", Protocol::Ldap, "OpenLDAP", other::slapd),
    as_root(case("samba", "samba", "usr/sbin/smbd", Protocol::Smb, "Samba", other::smbd)),
    case("mosquitto", "mosquitto", "usr/sbin/mosquitto", Protocol::Mqtt, "Mosquitto", other::mosquitto),
    case("etcd", "etcd-server", "usr/bin/etcd", Protocol::Etcd, "etcd", web::etcd),
    slow(case("prometheus", "prometheus", "usr/bin/prometheus", Protocol::Prometheus, "Prometheus", web::prometheus)),
    case("node exporter", "prometheus-node-exporter", "usr/bin/prometheus-node-exporter", Protocol::Prometheus, "Node Exporter", web::node_exporter),
    as_root(case("xrdp", "xrdp", "usr/sbin/xrdp", Protocol::Rdp, "xrdp", other::xrdp)),
    case("tigervnc", "tigervnc-standalone-server", "usr/bin/Xtigervnc", Protocol::Vnc, "TigerVNC", other::tigervnc),
    as_root(case("ngircd", "ngircd", "usr/sbin/ngircd", Protocol::Irc, "ngIRCd", other::ngircd)),
];

/// Where a case is to be found.
pub(crate) struct Place {
    /// The system, or where packages are unpacked.
    pub(crate) root: PathBuf,
    /// The package with its version, as the package system tells it.
    pub(crate) package: String,
    version: String,
}

impl Place {
    /// None, with a loud skip, if the program or its package is missing.
    pub(crate) fn of(case: &Case) -> Option<Self> {
        let star = star(case.program);
        let root = root_of(&case.program.replace('*', &star))?;
        let package = case.package.replace('*', &star);
        let Some(version) = version(&root, &package) else {
            crate::engine::skip(&format!(
                "the version of the package {package} is not known"
            ));
            return None;
        };
        Some(Self {
            root,
            package: format!("{package} {version}"),
            version,
        })
    }

    /// The version of the program's makers: that of the package without what Debian puts around it.
    pub(crate) fn upstream(&self) -> &str {
        upstream(&self.version)
    }
}

/// What a star in `program` stands for on this machine; the star itself if nothing does.
pub(crate) fn star(program: &str) -> String {
    let folder = program.split_once('*').map(|(before, _)| before);
    let names = folder.and_then(|folder| fs::read_dir(Path::new("/").join(folder)).ok());
    let first = names.and_then(|mut names| names.next()?.ok());
    first.map_or_else(
        || "*".to_owned(),
        |entry| entry.file_name().to_string_lossy().into_owned(),
    )
}

/// The version of an installed package, or that of one which `tests/run` unpacked under `root`.
fn version(root: &Path, package: &str) -> Option<String> {
    if root == Path::new("/") {
        let output = Command::new("dpkg-query")
            .args(["-W", "-f", "${Version}", package])
            .output()
            .ok()?;
        let version = String::from_utf8(output.stdout).ok()?;
        return (!version.is_empty()).then_some(version);
    }
    let control = fs::read_to_string(root.join("DEBIAN").join(package)).ok()?;
    let version = control
        .lines()
        .find_map(|line| line.strip_prefix("Version: "))?;
    Some(version.to_owned())
}

/// Without epoch, revision, and the mark of a repacked source (Debian Policy 5.6.12).
fn upstream(version: &str) -> &str {
    let version = version.split_once(':').map_or(version, |(_, rest)| rest);
    let version = version.rsplit_once('-').map_or(version, |(rest, _)| rest);
    let end = version.find("+ds").or_else(|| version.find("+dfsg"));
    &version[..end.unwrap_or(version.len())]
}

#[test]
fn what_debian_adds_is_taken_off() {
    for (version, expected) in [
        ("1:9.2p1-2+deb12u10", "9.2p1"),
        ("3.0.3-13+b2", "3.0.3"),
        ("2:4.17.12+dfsg-0+deb12u4", "4.17.12"),
        ("3.5.0+ds1-0+deb12u1", "3.5.0"),
        ("1:2.3.19.1+dfsg1-2.1+deb12u7", "2.3.19.1"),
        ("7.0", "7.0"),
    ] {
        assert_eq!(upstream(version), expected);
    }
}

/// The program under `root`, which finds its libraries.
pub(crate) fn run(root: &Path, program: &str) -> Command {
    let mut command = Command::new(root.join(program));
    command.env("LD_LIBRARY_PATH", libraries(root));
    command
}

/// Writes a file into `folder`.
pub(crate) fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}
