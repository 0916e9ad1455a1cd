//! A server that is a child process, and the stacks that `tests/run` fetches from their registries.

use std::{
    io::{BufRead, BufReader},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A child that ends with its owner.
pub(crate) struct Stack {
    child: Child,
    pub(crate) port: u16,
}

impl Stack {
    /// Runs a server that prints its port on its first line.
    pub(crate) fn that_tells(command: &mut Command) -> Self {
        let mut child = spawn(command.stdout(Stdio::piped()));
        let mut line = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let port = line
            .trim()
            .parse()
            .unwrap_or_else(|_| panic!("{command:?} told no port: {line:?}"));
        Self { child, port }
    }

    /// Runs a server that was told `port`, and waits for it.
    pub(crate) fn on(port: u16, command: &mut Command) -> Self {
        let mut child = spawn(command.stdout(Stdio::null()));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_mins(1), "{command:?}");
            assert_eq!(child.try_wait().unwrap(), None, "{command:?}");
            thread::sleep(Duration::from_millis(20));
        }
        Self { child, port }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(command: &mut Command) -> Child {
    command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// A file of this folder.
pub(crate) fn source(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/tls_stacks")
        .join(name)
}

/// A program that `tests/run` fetched into `target/stacks`. A missing one is a visible skip, or a
/// failure when skips are not allowed.
pub(crate) fn fetched(path: &str) -> Option<PathBuf> {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let found = target.parent().unwrap().join("stacks").join(path);
    if found.is_file() {
        return Some(found);
    }
    let no_skip = std::env::var("LUYTRE_NO_SKIP");
    assert_ne!(no_skip.as_deref(), Ok("1"), "stacks/{path} is missing");
    eprintln!("SKIPPED: stacks/{path} is missing: tests/run fetches it");
    None
}
