//! `scanner.lock`: one scanner per workspace, so that limits and budgets are never doubled.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The lock of a workspace, held while this value lives. The operating system releases it when the
/// process ends, however it ends.
#[derive(Debug)]
pub struct ScannerLock {
    file: File,
}

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Process id.
    pub pid: u32,
    /// Since when.
    pub since: Timestamp,
    /// What it does, a short word like `scan` or `serve`.
    pub purpose: String,
}

/// Why the lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error("process {} ({}) has held this workspace since {}", .0.pid, .0.purpose, .0.since)]
    Held(Holder),
    /// Another process has it and has not written who it is (yet).
    #[error("another process holds this workspace")]
    HeldBySomeone,
    /// The file could not be used.
    #[error("cannot use the lock file {path}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl ScannerLock {
    /// Name of the file inside the workspace.
    pub const FILE: &'static str = "scanner.lock";

    /// Takes the lock of the workspace `folder`, without waiting.
    pub fn take(folder: &Path, purpose: &str, since: Timestamp) -> Result<Self, LockError> {
        let path = folder.join(Self::FILE);
        let fault = |source| LockError::File {
            path: path.clone(),
            source,
        };
        let mut file = private().open(&path).map_err(fault)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file)),
            Err(TryLockError::Error(source)) => return Err(fault(source)),
        }
        let holder = Holder {
            pid: std::process::id(),
            since,
            purpose: purpose.to_owned(),
        };
        let text = serde_json::to_vec(&holder).map_err(|error| fault(error.into()))?;
        file.set_len(0).map_err(fault)?;
        file.rewind().map_err(fault)?;
        file.write_all(&text).map_err(fault)?;
        file.sync_data().map_err(fault)?;
        Ok(Self { file })
    }
}

impl Drop for ScannerLock {
    fn drop(&mut self) {
        // The name of a holder that is gone must not stand in the file; if it cannot be cleared,
        // the next holder overwrites it.
        let _ = self.file.set_len(0);
    }
}

fn held(file: &mut File) -> LockError {
    let mut text = Vec::new();
    let read = file.take(4_096).read_to_end(&mut text);
    match read.map(|_| serde_json::from_slice(&text)) {
        Ok(Ok(holder)) => LockError::Held(holder),
        _ => LockError::HeldBySomeone,
    }
}

/// Options that make a file only its owner can read.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let since = "2026-11-20T03:12:00Z".parse().unwrap();
        let lock = ScannerLock::take(folder.path(), "serve", since).unwrap();
        let error = ScannerLock::take(folder.path(), "scan", since).unwrap_err();
        let LockError::Held(holder) = &error else {
            panic!("{error}");
        };
        assert_eq!(
            (holder.pid, &*holder.purpose),
            (std::process::id(), "serve")
        );
        assert!(
            error.to_string().contains("2026-11-20T03:12:00Z"),
            "{error}"
        );
        drop(lock);
        ScannerLock::take(folder.path(), "scan", since).unwrap();
    }

    #[test]
    fn a_garbled_file_still_locks() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(ScannerLock::FILE), "x".repeat(10_000)).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let _lock = ScannerLock::take(folder.path(), "scan", now).unwrap();
        let text = std::fs::read_to_string(folder.path().join(ScannerLock::FILE)).unwrap();
        assert_eq!(
            serde_json::from_str::<Holder>(&text).unwrap().purpose,
            "scan"
        );
    }
}
