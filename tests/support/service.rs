//! OpenSSH, MariaDB, PostgreSQL and Redis, each in a temporary folder on an address of its own.

use std::{
    fs,
    net::SocketAddr,
    os::unix::fs::{MetadataExt, chown},
    path::Path,
    process::Command,
};

use super::{
    daemon::{Daemon, folder, run, write},
    engine::program,
};

/// Whether the tests run as root. Some daemons refuse to.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// User and group id of `user`, from the password file.
fn ids(user: &str) -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").expect("a password file");
    let fields: Vec<_> = users
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields[0] == user)
        .unwrap_or_else(|| panic!("no user {user}; its package makes it"));
    let number = |text: &str| text.parse().expect("ids are numbers");
    (number(fields[2]), number(fields[3]))
}

/// `name` as it is run by somebody else than root: as `user` if we are root, else as we are.
/// `setpriv` becomes the program, so that the child's id is the daemon's.
fn demoted(name: &str, user: &str) -> Command {
    let program = program(name);
    if !is_root() {
        return Command::new(program);
    }
    let (user, group) = ids(user);
    let mut command = Command::new("setpriv");
    command
        .arg(format!("--reuid={user}"))
        .arg(format!("--regid={group}"))
        .args(["--clear-groups", "--"])
        .arg(program);
    command
}

/// A folder `name` in `parent` that belongs to who runs the daemon.
fn owned(parent: &Path, name: &str, user: &str) -> std::path::PathBuf {
    let path = parent.join(name);
    fs::create_dir(&path).expect("a new folder");
    if is_root() {
        let (user, group) = ids(user);
        chown(&path, Some(user), Some(group)).expect("root may");
    }
    path
}

/// OpenSSH without any way to log in.
pub(crate) fn sshd(at: SocketAddr) -> Daemon {
    let folder = folder();
    let key = folder.path().join("host_key");
    run(Command::new(program("ssh-keygen"))
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(&key));
    if is_root() {
        // Where sshd separates privileges; made by its service, which does not run here.
        fs::create_dir_all("/run/sshd").expect("root may");
    }
    let configuration = format!(
        "ListenAddress {at}\nHostKey {}\nPidFile none\nUsePAM no\nStrictModes no\n\
         PasswordAuthentication no\nKbdInteractiveAuthentication no\n",
        key.display()
    );
    // The path must be absolute: with a relative one sshd starts but resets every connection.
    let file = write(folder.path(), "sshd_config", &configuration);
    let mut command = Command::new(program("sshd"));
    command.args(["-D", "-e", "-f"]).arg(file);
    Daemon::start("sshd", folder, &mut command, &[at])
}

/// MariaDB with an empty system database and without a socket.
pub(crate) fn mariadb(at: SocketAddr) -> Daemon {
    let folder = folder();
    let data = owned(folder.path(), "data", "mysql");
    run(demoted("mariadb-install-db", "mysql")
        .arg("--no-defaults")
        .args(["--auth-root-authentication-method=normal", "--skip-test-db"])
        .arg(format!("--datadir={}", data.display())));
    let mut command = demoted("mariadbd", "mysql");
    command
        .arg("--no-defaults")
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--socket={}", data.join("socket").display()))
        .arg(format!("--bind-address={}", at.ip()))
        .arg(format!("--port={}", at.port()))
        .args(["--innodb-flush-method=nosync", "--skip-log-bin"]);
    Daemon::start("mariadbd", folder, &mut command, &[at])
}

/// PostgreSQL with an empty cluster.
pub(crate) fn postgres(at: SocketAddr) -> Daemon {
    let folder = folder();
    let data = owned(folder.path(), "data", "postgres");
    let sockets = owned(folder.path(), "sockets", "postgres");
    run(demoted("initdb", "postgres")
        .args(["-A", "trust", "-E", "UTF8", "--locale=C", "-N", "-D"])
        .arg(&data)
        .current_dir(&data));
    let mut command = demoted("postgres", "postgres");
    command
        .arg("-D")
        .arg(&data)
        .args(["-c", &format!("listen_addresses={}", at.ip())])
        .args(["-c", &format!("port={}", at.port())])
        .args([
            "-c",
            &format!("unix_socket_directories={}", sockets.display()),
        ])
        .args(["-c", "fsync=off"])
        .current_dir(&data);
    Daemon::start("postgres", folder, &mut command, &[at])
}

/// Redis without a password and without a file.
pub(crate) fn redis(at: SocketAddr) -> Daemon {
    let folder = folder();
    let mut command = Command::new(program("redis-server"));
    command
        .args(["--bind", &at.ip().to_string()])
        .args(["--port", &at.port().to_string()])
        .args(["--save", "", "--appendonly", "no", "--protected-mode", "no"])
        .arg("--dir")
        .arg(folder.path());
    Daemon::start("redis-server", folder, &mut command, &[at])
}
