//! A real daemon: started on loopback, waited for, ended by its id.

use std::{
    fs::{self, File},
    net::{IpAddr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// How long a daemon may take to answer on its port. Generous: machines that run tests are busy.
const READY: Duration = Duration::from_mins(1);

/// A running daemon. Ends when dropped; if a test failed by then, its log is printed.
pub(crate) struct Daemon {
    name: String,
    child: Child,
    log: PathBuf,
    // Dropped last, after the process that writes into it.
    _folder: TempDir,
}

impl Daemon {
    /// Runs `command` in the foreground and waits until each of `addresses` accepts a connection.
    pub(crate) fn start(
        name: &str,
        folder: TempDir,
        command: &mut Command,
        addresses: &[SocketAddr],
    ) -> Self {
        let log = folder.path().join("log");
        let out = File::create(&log).expect("a log can be made");
        let child = command
            .stdin(Stdio::null())
            .stdout(out.try_clone().expect("the log can be shared"))
            .stderr(out)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        let mut daemon = Self {
            name: name.to_owned(),
            child,
            log,
            _folder: folder,
        };
        for address in addresses {
            daemon.wait_for(*address);
        }
        daemon
    }

    fn wait_for(&mut self, address: SocketAddr) {
        let deadline = Instant::now() + READY;
        loop {
            if TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok() {
                return;
            }
            if let Some(status) = self.child.try_wait().expect("our own child") {
                panic!("{} ended with {status} before it answered", self.name);
            }
            assert!(
                Instant::now() < deadline,
                "{} does not answer on {address}",
                self.name
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it wrote so far.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Asked first, so that a daemon with workers takes them along.
        let _ = Command::new("sh")
            .args(["-c", &format!("kill -TERM {}", self.child.id())])
            .status();
        let deadline = Instant::now() + Duration::from_secs(10);
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                let _ = self.child.kill();
                let _ = self.child.wait();
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        if thread::panicking() {
            eprintln!("log of {}:\n{}", self.name, self.log());
        }
    }
}

/// A port of `address` on which nothing listens. Taken and given back: each test uses addresses of
/// 127.0.0.0/8 of its own, so nobody else asks for a port there meanwhile.
pub(crate) fn free_port(address: IpAddr) -> SocketAddr {
    TcpListener::bind((address, 0))
        .and_then(|listener| listener.local_addr())
        .unwrap_or_else(|error| panic!("{address} cannot be listened on: {error}"))
}

/// A temporary folder that daemons running as another user may enter.
pub(crate) fn folder() -> TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::Builder::new()
        .prefix("luytre-")
        .tempdir()
        .expect("a temporary folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("our own folder");
    folder
}

/// Runs `command` to its end; its output if it succeeded.
pub(crate) fn run(command: &mut Command) -> Vec<u8> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} ended with {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// Writes `text` to `name` in `folder`; the path.
pub(crate) fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    path
}
