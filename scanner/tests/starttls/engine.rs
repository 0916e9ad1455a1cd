//! Real daemons, installed or unpacked into a folder, on free ports of loopback.

use std::{
    fs,
    net::{SocketAddr, TcpStream},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::tls_support::{free_port, must};

/// Both suites that every daemon here is told to have in TLS 1.2.
pub(crate) const CIPHERS: &str = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384";

/// A daemon of our own, ended by its own id.
pub(crate) struct Daemon {
    child: Child,
    pub(crate) port: u16,
    /// Goes when the daemon has gone.
    folder: TempDir,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Those with children must end them themselves.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) {
            if let Ok(Some(_)) = self.child.try_wait() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The root under which `program` (a path without its first slash) is: the system, or where `tests/run`
/// unpacked packages that cannot be installed side by side. A missing one is a loud skip, and a
/// failure where skips are not allowed.
pub(crate) fn root_of(program: &str) -> Option<PathBuf> {
    let unpacked = std::env::var_os("LUYTRE_ENGINES").map(PathBuf::from);
    let unpacked = unpacked.or_else(|| Some(dirs_cache()?.join("luytre-engines")));
    let roots = [Some(PathBuf::from("/")), unpacked];
    let found = roots
        .into_iter()
        .flatten()
        .find(|root| root.join(program).is_file());
    if found.is_none() {
        skip(&format!("{program} is missing"));
    }
    found
}

fn dirs_cache() -> Option<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(home)
}

/// Whether we are root, whom some daemons want to be started by.
pub(crate) fn is_root(program: &str) -> bool {
    let root =
        fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    if !root {
        skip(&format!("{program} is started by root alone"));
    }
    root
}

pub(crate) fn skip(why: &str) {
    assert!(
        std::env::var_os("LUYTRE_NO_SKIP").is_none_or(|value| value != "1"),
        "{why}, and skips are not allowed"
    );
    eprintln!("SKIPPED: {why}");
}

/// The environment in which programs under `root` find their libraries.
pub(crate) fn libraries(root: &Path) -> String {
    let folders = [
        "usr/lib/postfix",
        "usr/lib/x86_64-linux-gnu",
        "usr/lib/aarch64-linux-gnu",
        "usr/lib/x86_64-linux-gnu/samba",
        "usr/lib/aarch64-linux-gnu/samba",
    ];
    let folders = folders.map(|folder| root.join(folder).display().to_string());
    folders.join(":")
}

/// Like [`launch`], with `rsa.crt` and `rsa.key` in the folder.
pub(crate) fn start(make: impl FnOnce(&Path, u16) -> Command) -> Daemon {
    launch(|folder, port| {
        let subject = format!("/CN={}", crate::NAME);
        must(
            folder,
            &[
                "req", "-x509", "-nodes", "-days", "30", "-subj", &subject, "-newkey", "rsa:2048",
                "-out", "rsa.crt", "-keyout", "rsa.key",
            ],
        );
        make(folder, port)
    })
}

/// Starts what `make` makes of a fresh folder and a free port; waits until it answers. The folder can be
/// entered by every user.
pub(crate) fn launch(make: impl FnOnce(&Path, u16) -> Command) -> Daemon {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    let port = free_port();
    let mut command = make(path, port);
    let log = fs::File::create(path.join("out.log")).unwrap();
    let child = command
        .env("OPENSSL_CONF", "/dev/null")
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut daemon = Daemon {
        child,
        port,
        folder,
    };
    let begun = Instant::now();
    while TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).is_err() {
        let log = || fs::read_to_string(daemon.folder.path().join("out.log")).unwrap();
        assert!(
            daemon.child.try_wait().unwrap().is_none(),
            "it ended: {}",
            log()
        );
        assert!(
            begun.elapsed() < Duration::from_mins(2),
            "no answer: {}",
            log()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    daemon
}

/// Hands files of a folder to `user`.
pub(crate) fn give(path: &Path, user: &str) {
    let done = Command::new("chown").args(["-R", user]).arg(path).status();
    assert!(done.unwrap().success());
}
