//! Mail and files.

use std::{fs, path::Path, process::Command};

use crate::{
    NAME,
    cases::{run, write},
    engine::give,
};

pub(crate) fn postfix(root: &Path, folder: &Path, port: u16) -> Command {
    let (at, of) = (folder.display(), root.display().to_string());
    let of = of.trim_end_matches('/');
    let queue = folder.join("queue");
    for part in [
        "pid", "private", "public", "active", "bounce", "corrupt", "defer", "deferred", "flush",
        "hold", "incoming", "maildrop", "saved", "trace",
    ] {
        fs::create_dir_all(queue.join(part)).unwrap();
        if part != "pid" {
            give(&queue.join(part), "nobody");
        }
    }
    fs::create_dir(folder.join("data")).unwrap();
    give(&folder.join("data"), "nobody");
    let main = format!(
        "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\n\
         daemon_directory = {of}/usr/lib/postfix/sbin\ncommand_directory = {of}/usr/sbin\n\
         shlib_directory = {of}/usr/lib/postfix\nmeta_directory = {at}\nmail_owner = nobody\n\
         setgid_group = games\ndefault_privs = daemon\nmyhostname = {NAME}\n\
         inet_interfaces = 127.0.0.1\nmaillog_file = /dev/stdout\nalias_maps =\n\
         local_recipient_maps =\nmynetworks = 127.0.0.0/8\n\
         import_environment = MAIL_CONFIG LD_LIBRARY_PATH OPENSSL_CONF TZ LANG=C\n"
    );
    write(folder, "main.cf", &main);
    let master = format!(
        "127.0.0.1:{port} inet n - n - - smtpd\npostlog unix-dgram n - n - 1 postlogd\n\
         anvil unix - - n - 1 anvil\nrewrite unix - - n - - trivial-rewrite\n\
         proxymap unix - - n - - proxymap\n"
    );
    write(folder, "master.cf", &master);
    let mut command = run(root, "usr/lib/postfix/sbin/master");
    command.arg("-c").arg(folder).arg("-d");
    command
}

/// Debian builds Exim for a user of its own, who is not there where the package is only unpacked: a
/// wrapper around the look-up of users tells it of one.
pub(crate) fn exim(root: &Path, folder: &Path, port: u16) -> Command {
    let at = folder.display();
    fs::create_dir(folder.join("spool")).unwrap();
    give(&folder.join("spool"), "nobody");
    let config = format!(
        "primary_hostname = {NAME}\nspool_directory = {at}/spool\nlog_file_path = {at}/spool/%s\n\
         pid_file_path = {at}/spool/pid\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = {port}\n\
         tls_advertise_hosts =\nexim_user = nobody\nexim_group = nogroup\n\
         keep_environment = LD_LIBRARY_PATH : LD_PRELOAD : ^NSS_WRAPPER\n"
    );
    let config = write(folder, "exim.conf", &config);
    let mut command = run(root, "usr/sbin/exim4");
    command.arg("-bdf").arg("-C").arg(config);
    for (list, own) in [
        (
            "passwd",
            "Debian-exim:x:65534:65534::/nonexistent:/bin/false",
        ),
        ("group", "Debian-exim:x:65534:"),
    ] {
        let known = fs::read_to_string(Path::new("/etc").join(list)).unwrap();
        let file = write(folder, list, &format!("{known}{own}\n"));
        command.env(format!("NSS_WRAPPER_{}", list.to_uppercase()), file);
    }
    let wrapper = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
        .iter()
        .flat_map(|kind| [Path::new("/"), root].map(|root| root.join("usr/lib").join(kind)))
        .map(|folder| folder.join("libnss_wrapper.so"))
        .find(|wrapper| wrapper.exists());
    command.env("LD_PRELOAD", wrapper.unwrap_or_default());
    command
}

pub(crate) fn dovecot(folder: &Path, listener: &str, port: u16) -> Command {
    let at = folder.display();
    let service = |name: &str, listeners: &[&str]| {
        let listeners = listeners.iter().map(|heard| {
            let port = if *heard == listener { port } else { 0 };
            format!("  inet_listener {heard} {{\n    port = {port}\n  }}\n")
        });
        let listeners: String = listeners.collect();
        format!("service {name} {{\n  chroot =\n{listeners}}}\n")
    };
    let services = [
        service("imap-login", &["imap", "imaps"]),
        service("pop3-login", &["pop3", "pop3s"]),
        service("managesieve-login", &["sieve"]),
    ]
    .concat();
    let config = format!(
        "base_dir = {at}/run\nstate_dir = {at}/state\nlog_path = /dev/stderr\n\
         protocols = imap pop3 sieve\nlisten = 127.0.0.1\ndefault_internal_user = nobody\n\
         default_login_user = daemon\ndefault_internal_group = nogroup\nssl = no\n\
         mail_location = maildir:{at}/mail\npassdb {{\n  driver = static\n  args = password=x\n}}\n\
         service anvil {{\n  chroot =\n}}\n{services}"
    );
    let config = write(folder, "dovecot.conf", &config);
    let mut command = Command::new("/usr/sbin/dovecot");
    command.arg("-F").arg("-c").arg(config);
    command
}

pub(crate) fn vsftpd(root: &Path, folder: &Path, port: u16) -> Command {
    let at = folder.display();
    fs::create_dir(folder.join("empty")).unwrap();
    let config = format!(
        "listen=YES\nlisten_address=127.0.0.1\nlisten_port={port}\nbackground=NO\n\
         anonymous_enable=YES\nanon_root={at}/empty\nsecure_chroot_dir={at}/empty\n\
         run_as_launching_user=NO\nftp_username=nobody\nnopriv_user=nobody\nisolate=NO\n\
         isolate_network=NO\nseccomp_sandbox=NO\n"
    );
    let config = write(folder, "vsftpd.conf", &config);
    let mut command = run(root, "usr/sbin/vsftpd");
    command.arg(config);
    command
}

pub(crate) fn proftpd(root: &Path, folder: &Path, port: u16) -> Command {
    let at = folder.display();
    let config = format!(
        "ServerType standalone\nServerName x\nDefaultAddress 127.0.0.1\nPort {port}\nUseIPv6 off\n\
         User nobody\nGroup nogroup\nPidFile {at}/pid\nScoreboardFile {at}/score\nDelayTable none\n\
         WtmpLog off\nTransferLog none\nSystemLog none\n"
    );
    let config = write(folder, "proftpd.conf", &config);
    let mut command = run(root, "usr/sbin/proftpd");
    command.arg("-n").arg("-c").arg(config);
    command
}

pub(crate) fn rsync(root: &Path, folder: &Path, port: u16) -> Command {
    let config = format!(
        "port = {port}\naddress = 127.0.0.1\nuse chroot = no\npid file = {}/pid\n",
        folder.display()
    );
    let config = write(folder, "rsync.conf", &config);
    let mut command = run(root, "usr/bin/rsync");
    command
        .args(["--daemon", "--no-detach"])
        .arg(format!("--config={}", config.display()));
    command
}
