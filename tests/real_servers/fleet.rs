//! The daemons of the scenario and the inventory that declares them.

use std::{net::SocketAddr, path::Path, process::Command};

use crate::support::{
    Daemon, Pair, Site, Tls, folder, free_port, mariadb, nginx, postgres, program, redis, run, sshd,
};

/// What must be installed.
pub(crate) const ENGINES: &[&str] = &[
    "nginx",
    "openssl",
    "sshd",
    "ssh-keygen",
    "mariadbd",
    "mariadb-install-db",
    "postgres",
    "initdb",
    "redis-server",
];

/// Name spoken to the old server.
pub(crate) const LEGACY_NAME: &str = "cu.lamgiang.test";
/// Name in the certificate of the server that is declared by its bare address.
pub(crate) const MODERN_NAME: &str = "dichvu.lamgiang.test";
/// Name spoken to the server of TLS 1.3 alone.
pub(crate) const TLS13_NAME: &str = "moi.lamgiang.test";

/// Suites up to TLS 1.2 of Mozilla's intermediate configuration, version 5.7.
const INTERMEDIATE: &str = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:\
ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:\
DHE-RSA-CHACHA20-POLY1305";

/// Nine endpoints: three of TLS, one of SSH, one of plain HTTP, three of databases, one dead.
pub(crate) struct Fleet {
    pub(crate) legacy: SocketAddr,
    pub(crate) modern: SocketAddr,
    pub(crate) tls13: SocketAddr,
    pub(crate) ssh: SocketAddr,
    pub(crate) http: SocketAddr,
    pub(crate) mariadb: SocketAddr,
    pub(crate) postgres: SocketAddr,
    pub(crate) redis: SocketAddr,
    pub(crate) dead: SocketAddr,
    /// Leaf of the old server (RSA first, as it is offered), the modern one, the newest.
    pub(crate) leaves: [String; 3],
    _daemons: [Daemon; 5],
}

impl Fleet {
    /// Starts the daemons and waits for them.
    pub(crate) fn start() -> Self {
        let at = |last: u8| free_port([127, 83, 0, last].into());
        let (legacy, modern, tls13, http) = (at(1), at(2), at(3), at(5));
        let (ssh, mariadb_at, postgres_at, redis_at) = (at(4), at(6), at(7), at(8));
        let (web, leaves) = web(legacy, modern, tls13, http);
        Self {
            legacy,
            modern,
            tls13,
            ssh,
            http,
            mariadb: mariadb_at,
            postgres: postgres_at,
            redis: redis_at,
            dead: at(9),
            leaves,
            _daemons: [
                web,
                sshd(ssh),
                mariadb(mariadb_at),
                postgres(postgres_at),
                redis(redis_at),
            ],
        }
    }

    /// The inventory that declares them, as a person would write it.
    pub(crate) fn inventory(&self) -> String {
        let endpoint = |at: SocketAddr, name: Option<&str>, protocol: &str| {
            let name = name.map_or_else(String::new, |name| format!("name = \"{name}\"\n"));
            format!(
                "[[system.endpoint]]\naddress = \"{}\"\nport = {}\nprotocol = \"{protocol}\"\n{name}\n",
                at.ip(),
                at.port()
            )
        };
        [
            UNIT_AND_AUTHORISATION.to_owned(),
            system("cong-cu", "Cổng thông tin cũ", 2),
            endpoint(self.legacy, Some(LEGACY_NAME), "https"),
            system("dich-vu", "Dịch vụ trực tuyến", 3),
            endpoint(self.modern, None, "https"),
            endpoint(self.tls13, Some(TLS13_NAME), "https"),
            endpoint(self.http, None, "http"),
            system("noi-bo", "Quản lý nội bộ", 2),
            endpoint(self.ssh, None, "ssh"),
            endpoint(self.mariadb, None, "mariadb"),
            endpoint(self.postgres, None, "postgres"),
            endpoint(self.redis, None, "redis"),
            endpoint(self.dead, None, "https"),
        ]
        .concat()
    }
}

/// The right to look at exactly these addresses.
const UNIT_AND_AUTHORISATION: &str = r#"
[[unit]]
code = "so-lam-giang"
name = "Sở Khoa học và Công nghệ tỉnh Lam Giang"

[[authorisation]]
number = "17/YC-SKHCN"
route = "owner_request"
date = "2026-01-05"
ground = "Văn bản yêu cầu kiểm tra của chủ quản"
owner = "so-lam-giang"
from = "2026-01-05"
until = "2099-12-31"
prefixes = ["127.83.0.0/28"]

"#;

fn system(code: &str, name: &str, level: u8) -> String {
    format!(
        "[[system]]\ncode = \"{code}\"\nname = \"{name}\"\nowner = \"so-lam-giang\"\n\
         operator = \"so-lam-giang\"\nlevel = {level}\n\
         decision = \"QĐ số 12/QĐ-UBND ngày 18/05/2025 của UBND tỉnh\"\n\n"
    )
}

/// One nginx with the three configurations of TLS and the plain site; the SHA-256 of each leaf.
fn web(
    legacy: SocketAddr,
    modern: SocketAddr,
    tls13: SocketAddr,
    http: SocketAddr,
) -> (Daemon, [String; 3]) {
    let place = folder();
    let here = place.path();
    let rsa = Pair::new(here, LEGACY_NAME, "rsa:2048");
    let ecdsa = Pair::new(here, LEGACY_NAME, "ec");
    let only_rsa = Pair::new(here, MODERN_NAME, "rsa:2048");
    let only_ecdsa = Pair::new(here, TLS13_NAME, "ec");
    let small = dh(here, "dh1024.pem", &["dhparam", "-dsaparam", "1024"]);
    let fair = dh(
        here,
        "dh2048.pem",
        &[
            "genpkey",
            "-genparam",
            "-algorithm",
            "DH",
            "-pkeyopt",
            "group:ffdhe2048",
        ],
    );
    let leaves = [&rsa, &only_rsa, &only_ecdsa].map(Pair::sha256);
    let groups = "ssl_ecdh_curve X25519:prime256v1:secp384r1;";
    let sites = [
        Site {
            at: legacy,
            tls: Some(Tls {
                pairs: &[&rsa, &ecdsa],
                protocols: "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3",
                ciphers: "ALL:COMPLEMENTOFALL:@SECLEVEL=0",
                directives: &small,
            }),
            directives: "",
        },
        Site {
            at: modern,
            tls: Some(Tls {
                pairs: &[&only_rsa],
                protocols: "TLSv1.2 TLSv1.3",
                ciphers: INTERMEDIATE,
                directives: &format!("{fair} {groups}"),
            }),
            directives: "add_header Strict-Transport-Security 'max-age=63072000' always; \
                         server_tokens off;",
        },
        Site {
            at: tls13,
            tls: Some(Tls {
                pairs: &[&only_ecdsa],
                protocols: "TLSv1.3",
                ciphers: INTERMEDIATE,
                directives: groups,
            }),
            directives: "",
        },
        Site {
            at: http,
            tls: None,
            directives: "",
        },
    ];
    (nginx(place, &sites), leaves)
}

/// The directive that names Diffie-Hellman parameters made by `openssl` with `arguments`.
fn dh(folder: &Path, name: &str, arguments: &[&str]) -> String {
    let path = folder.join(name);
    run(Command::new(program("openssl"))
        .arg(arguments[0])
        .arg("-out")
        .arg(&path)
        .args(&arguments[1..]));
    format!("ssl_dhparam {};", path.display())
}
