//! nginx with sites of given TLS settings.

use std::{fmt::Write, net::SocketAddr, process::Command};

use tempfile::TempDir;

use super::{
    certificate::Pair,
    daemon::{Daemon, write},
    engine::program,
};

/// A site of an nginx.
pub(crate) struct Site<'a> {
    /// Where it listens.
    pub(crate) at: SocketAddr,
    /// TLS settings; none for plain HTTP.
    pub(crate) tls: Option<Tls<'a>>,
    /// Further directives of the server block.
    pub(crate) directives: &'a str,
}

/// TLS settings of a [`Site`], in the words of nginx and OpenSSL.
pub(crate) struct Tls<'a> {
    pub(crate) pairs: &'a [&'a Pair],
    pub(crate) protocols: &'a str,
    pub(crate) ciphers: &'a str,
    pub(crate) directives: &'a str,
}

/// Starts an nginx with `sites`, all in `folder`.
pub(crate) fn nginx(folder: TempDir, sites: &[Site<'_>]) -> Daemon {
    let mut servers = String::new();
    for site in sites {
        let tls = if site.tls.is_some() { " ssl" } else { "" };
        writeln!(servers, "server {{ listen {}{tls};", site.at).expect("a string");
        if let Some(tls) = &site.tls {
            for pair in tls.pairs {
                writeln!(servers, "ssl_certificate {};", pair.certificate.display())
                    .expect("a string");
                writeln!(servers, "ssl_certificate_key {};", pair.key.display()).expect("a string");
            }
            writeln!(servers, "ssl_protocols {};", tls.protocols).expect("a string");
            writeln!(servers, "ssl_ciphers {};", tls.ciphers).expect("a string");
            writeln!(servers, "{}", tls.directives).expect("a string");
        }
        writeln!(servers, "{}", site.directives).expect("a string");
        writeln!(servers, "location / {{ return 200 'ok\\n'; }} }}").expect("a string");
    }
    // One process: ending it ends everything. Every path is in the folder.
    let configuration = format!(
        "daemon off; master_process off; pid nginx.pid; error_log stderr;
         events {{ worker_connections 256; }}
         http {{
           access_log off;
           client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
           uwsgi_temp_path t4; scgi_temp_path t5;
           {servers}
         }}"
    );
    let file = write(folder.path(), "nginx.conf", &configuration);
    let addresses: Vec<_> = sites.iter().map(|site| site.at).collect();
    let mut command = Command::new(program("nginx"));
    command.arg("-p").arg(folder.path()).arg("-c").arg(file);
    Daemon::start("nginx", folder, &mut command, &addresses)
}
