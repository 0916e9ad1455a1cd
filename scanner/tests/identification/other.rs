//! Ways in, databases, names and queues.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    cases::{run, star, write},
    engine::give,
};

pub(crate) fn sshd(root: &Path, folder: &Path, port: u16) -> Command {
    let _ = fs::create_dir_all("/run/sshd");
    let key = folder.join("key");
    let made = Command::new("/usr/bin/ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(&key)
        .status();
    assert!(made.unwrap().success());
    let config = format!(
        "ListenAddress 127.0.0.1\nPort {port}\nHostKey {}\nPidFile none\nUsePAM no\n",
        key.display()
    );
    let config = write(folder, "sshd.conf", &config);
    let mut command = run(root, "usr/sbin/sshd");
    command.args(["-D", "-e", "-f"]).arg(config);
    command
}

pub(crate) fn dropbear(root: &Path, folder: &Path, port: u16) -> Command {
    let mut command = run(root, "usr/sbin/dropbear");
    let key = folder.join("key").display().to_string();
    command.args([
        "-F",
        "-E",
        "-R",
        "-r",
        &key,
        "-p",
        &format!("127.0.0.1:{port}"),
    ]);
    command
}

pub(crate) fn xrdp(root: &Path, folder: &Path, port: u16) -> Command {
    let config = format!(
        "[Globals]\nini_version=1\nfork=false\nport=tcp://127.0.0.1:{port}\nsecurity_layer=rdp\n\
         certificate=\nkey_file=\n[Logging]\nLogFile={}/log\nLogLevel=INFO\nEnableSyslog=false\n\
         EnableConsole=false\n[Xvnc]\nname=x\nlib=libvnc.so\n",
        folder.display()
    );
    let config = write(folder, "xrdp.ini", &config);
    let mut command = run(root, "usr/sbin/xrdp");
    command.arg("--nodaemon").arg("--config").arg(config);
    command
}

pub(crate) fn tigervnc(root: &Path, _: &Path, port: u16) -> Command {
    // A display of its own: the number follows the port.
    let mut command = run(root, "usr/bin/Xtigervnc");
    command
        .arg(format!(":{port}"))
        .args([
            "-rfbport",
            &port.to_string(),
            "-localhost",
            "-SecurityTypes",
            "None",
        ])
        .args(["-nolisten", "tcp", "-nolisten", "unix"]);
    command
}

pub(crate) fn mariadb(root: &Path, folder: &Path, port: u16) -> Command {
    let data = folder.join("data");
    fs::create_dir(&data).unwrap();
    let mut command = run(root, "usr/sbin/mariadbd");
    command
        .args(["--no-defaults", "--user=root", "--skip-grant-tables"])
        .args(["--skip-networking=0", "--bind-address=127.0.0.1"])
        .arg(format!("--port={port}"))
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--socket={}/socket", folder.display()))
        .arg(format!("--pid-file={}/pid", folder.display()));
    command
}

/// Its makers do not let root run it.
pub(crate) fn postgres(root: &Path, folder: &Path, port: u16) -> Command {
    let bin = "usr/lib/postgresql/*/bin";
    let bin = root.join(bin.replace('*', &star(bin)));
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
    let mut command = as_postgres("postgres");
    command.arg("-D").arg(&data);
    for setting in [
        &format!("port={port}"),
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
    ] {
        command.args(["-c", setting]);
    }
    command
}

pub(crate) fn redis(root: &Path, folder: &Path, port: u16) -> Command {
    let mut command = run(root, "usr/bin/redis-server");
    command
        .current_dir(folder)
        .args(["--bind", "127.0.0.1", "--save", "", "--port"])
        .arg(port.to_string());
    command
}

pub(crate) fn memcached(root: &Path, _: &Path, port: u16) -> Command {
    let mut command = run(root, "usr/bin/memcached");
    command
        .args(["-u", "nobody", "-l", "127.0.0.1", "-p"])
        .arg(port.to_string());
    command
}

pub(crate) fn slapd(root: &Path, folder: &Path, port: u16) -> Command {
    let schema = root.join("etc/ldap/schema/core.schema");
    let config = format!(
        "include {}\npidfile {}/pid\n",
        schema.display(),
        folder.display()
    );
    let config = write(folder, "slapd.conf", &config);
    let mut command = run(root, "usr/sbin/slapd");
    command
        .args(["-d", "0", "-h", &format!("ldap://127.0.0.1:{port}"), "-f"])
        .arg(config);
    command
}

pub(crate) fn named(root: &Path, folder: &Path, port: u16) -> Command {
    let at = folder.display();
    let config = format!(
        "options {{ directory \"{at}\"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; \
         pid-file none; session-keyfile none; recursion no; managed-keys-directory \"{at}\"; }};\n\
         controls {{ }};\n"
    );
    let config = write(folder, "named.conf", &config);
    let mut command = run(root, "usr/sbin/named");
    command.arg("-g").arg("-c").arg(config);
    command
}

pub(crate) fn unbound(root: &Path, folder: &Path, port: u16) -> Command {
    let config = format!(
        "server:\n  interface: 127.0.0.1\n  port: {port}\n  chroot: \"\"\n  username: \"\"\n\
         \x20 directory: \"{}\"\n  pidfile: \"\"\n  use-syslog: no\n  do-daemonize: no\n\
         remote-control:\n  control-enable: no\n",
        folder.display()
    );
    let config = write(folder, "unbound.conf", &config);
    let mut command = run(root, "usr/sbin/unbound");
    command.arg("-d").arg("-c").arg(config);
    command
}

pub(crate) fn smbd(root: &Path, folder: &Path, port: u16) -> Command {
    let at = folder.display();
    let folders = [
        "private dir",
        "lock directory",
        "state directory",
        "cache directory",
        "pid directory",
        "ncalrpc dir",
    ];
    let folders = folders.map(|name| format!("{name} = {at}\n"));
    let config = format!(
        "[global]\ninterfaces = 127.0.0.1/8\nbind interfaces only = yes\nsmb ports = {port}\n\
         log file = {at}/log\ndisable netbios = yes\n{}",
        folders.concat()
    );
    let config = write(folder, "smb.conf", &config);
    let mut command = run(root, "usr/sbin/smbd");
    // In a process group of its own: it ends its whole group with itself.
    command.args(["-F", "-s"]).arg(config);
    command
}

pub(crate) fn mosquitto(root: &Path, folder: &Path, port: u16) -> Command {
    let config = format!("listener {port} 127.0.0.1\nallow_anonymous false\n");
    let config = write(folder, "mosquitto.conf", &config);
    let mut command = run(root, "usr/sbin/mosquitto");
    command.arg("-c").arg(config);
    command
}

pub(crate) fn ngircd(root: &Path, folder: &Path, port: u16) -> Command {
    let config = format!(
        "[Global]\nName = irc.doiche.test\nInfo = x\nListen = 127.0.0.1\nPorts = {port}\n\
         ServerUID = nobody\nServerGID = nogroup\nMotdPhrase = x\n[Options]\nIdent = no\nPAM = no\nDNS = no\n"
    );
    let config = write(folder, "ngircd.conf", &config);
    let mut command = run(root, "usr/sbin/ngircd");
    command.arg("-n").arg("-f").arg(config);
    command
}
