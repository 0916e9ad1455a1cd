//! Servers of the web, and programs that speak HTTP.

use std::{path::Path, process::Command};

use crate::{
    NAME,
    cases::{run, write},
    engine::{give, root_of},
};

pub(crate) fn nginx(root: &Path, folder: &Path, port: u16) -> Command {
    let at = folder.display();
    let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let folders = folders.map(|name| format!("{name}_temp_path {at}/{name};"));
    let config = format!(
        "daemon off; master_process off; pid {at}/pid; error_log stderr;\nevents {{}}\n\
         http {{ access_log off; {}\nserver {{ listen 127.0.0.1:{port}; return 200 hello; }} }}\n",
        folders.concat()
    );
    let config = write(folder, "nginx.conf", &config);
    let mut command = run(root, "usr/sbin/nginx");
    command.arg("-c").arg(config).args(["-e", "stderr"]);
    command
}

pub(crate) fn apache(root: &Path, folder: &Path, port: u16) -> Command {
    let (at, modules) = (folder.display(), root.join("usr/lib/apache2/modules"));
    let modules = modules.display();
    let config = format!(
        "ServerRoot {at}\nServerName {NAME}\nListen 127.0.0.1:{port}\nPidFile {at}/pid\n\
         ErrorLog {at}/error.log\nDocumentRoot {at}\nMutex file:{at}\nUser nobody\nGroup nogroup\n\
         LoadModule mpm_event_module {modules}/mod_mpm_event.so\n\
         LoadModule authz_core_module {modules}/mod_authz_core.so\n"
    );
    let config = write(folder, "apache.conf", &config);
    let mut command = run(root, "usr/sbin/apache2");
    command.arg("-X").arg("-f").arg(config);
    command
}

pub(crate) fn lighttpd(root: &Path, folder: &Path, port: u16) -> Command {
    let config = format!(
        "server.document-root = \"{}\"\nserver.bind = \"127.0.0.1\"\nserver.port = {port}\n\
         server.modules = ()\n",
        folder.display()
    );
    let config = write(folder, "lighttpd.conf", &config);
    let mut command = run(root, "usr/sbin/lighttpd");
    command
        .arg("-D")
        .arg("-m")
        .arg(root.join("usr/lib/lighttpd"));
    command.arg("-f").arg(config);
    command
}

pub(crate) fn squid(root: &Path, folder: &Path, port: u16) -> Command {
    let at = folder.display();
    // Squid gives up root for this user.
    give(folder, "nobody");
    // The kinds of files stand in another package.
    let kinds = "usr/share/squid/mime.conf";
    let kinds = root_of(kinds).unwrap_or_default().join(kinds);
    let kinds = kinds.display();
    let config = format!(
        "http_port 127.0.0.1:{port}\npid_filename {at}/pid\ncache_log {at}/cache.log\naccess_log none\n\
         coredump_dir {at}\nunlinkd_program /bin/true\npinger_enable off\nnetdb_filename none\n\
         cache_effective_user nobody\nshutdown_lifetime 1 second\nmemory_cache_shared off\n\
         mime_table {kinds}\nicon_directory {at}\nerror_directory {at}\n"
    );
    let config = write(folder, "squid.conf", &config);
    let mut command = run(root, "usr/sbin/squid");
    // The name keeps its shared memory apart from that of others.
    command
        .args(["-N", "-n", &format!("luytre{port}"), "-f"])
        .arg(config);
    command
}

pub(crate) fn etcd(root: &Path, folder: &Path, port: u16) -> Command {
    let client = format!("http://127.0.0.1:{port}");
    let mut command = run(root, "usr/bin/etcd");
    command
        .arg("--data-dir")
        .arg(folder.join("etcd"))
        .args([
            "--listen-client-urls",
            &client,
            "--advertise-client-urls",
            &client,
        ])
        .args(["--listen-peer-urls", "http://127.0.0.1:0"]);
    command
}

pub(crate) fn prometheus(root: &Path, folder: &Path, port: u16) -> Command {
    let mut command = run(root, "usr/bin/prometheus");
    command
        .arg("--config.file=/dev/null")
        .arg(format!("--storage.tsdb.path={}/data", folder.display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"));
    command
}

pub(crate) fn node_exporter(root: &Path, _: &Path, port: u16) -> Command {
    let mut command = run(root, "usr/bin/prometheus-node-exporter");
    command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
    command
}
