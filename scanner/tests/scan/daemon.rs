//! Starts and ends real daemons.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// A daemon of our own, ended by its own id.
pub(crate) struct Daemon {
    child: Child,
    pub(crate) to: SocketAddr,
    /// Goes when the daemon has gone.
    dir: TempDir,
}

impl Daemon {
    /// Its folder.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.dir().join("out.log")).unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether `program` is here; a missing one is a loud skip, and a failure where skips are not
/// allowed.
pub(crate) fn has(program: &str) -> bool {
    if Path::new(program).exists() {
        return true;
    }
    assert!(
        std::env::var_os("LUYTRE_NO_SKIP").is_none_or(|value| value != "1"),
        "{program} is missing and skips are not allowed"
    );
    eprintln!("SKIPPED: {program} is not installed");
    false
}

fn free_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// Starts `command`, made for a fresh folder and a free port, and waits until it answers.
pub(crate) fn start(make: impl FnOnce(&Path, SocketAddr) -> Command) -> Daemon {
    let dir = TempDir::new().unwrap();
    let to = free_port();
    let mut command = make(dir.path(), to);
    let log = fs::File::create(dir.path().join("out.log")).unwrap();
    let child = command
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut daemon = Daemon { child, to, dir };
    let begun = Instant::now();
    while TcpStream::connect(to).is_err() {
        let log = || fs::read_to_string(daemon.dir.path().join("out.log")).unwrap();
        assert!(
            daemon.child.try_wait().unwrap().is_none(),
            "it ended: {}",
            log()
        );
        assert!(
            begun.elapsed() < Duration::from_mins(1),
            "no answer: {}",
            log()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    daemon
}
