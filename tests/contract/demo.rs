//! The workspace of `luytre demo`, made once and copied for each test.

use std::{
    fs,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{folder, luytre};

/// The demo as it was left; deleted with the last test that uses it.
static ORIGINAL: Mutex<Weak<TempDir>> = Mutex::new(Weak::new());

/// A workspace with findings. The servers it was measured on are gone.
pub(super) struct Demo {
    folder: TempDir,
    // Keeps the original for the tests to come.
    _original: Arc<TempDir>,
}

impl Demo {
    /// A copy of the demo's workspace.
    pub(super) fn new() -> Self {
        let original = original();
        let copy = folder();
        for entry in fs::read_dir(original.path()).expect("the demo wrote a folder") {
            let entry = entry.expect("readable");
            if entry.file_type().expect("readable").is_file() {
                fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("copied");
            }
        }
        Self {
            folder: copy,
            _original: original,
        }
    }

    /// The binary in this workspace.
    pub(super) fn luytre(&self, args: &[&str]) -> Command {
        let mut command = luytre(self.folder.path());
        command.args(args);
        command
    }

    /// The document that `args` print to stdout, ending with exit code `code`.
    pub(super) fn document(&self, args: &[&str], code: i32) -> Value {
        let output = self.luytre(args).output().expect("the binary runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {errors}");
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{args:?} printed something else beside JSON: {error}"))
    }

    /// Runs `args`, which must succeed.
    pub(super) fn run(&self, args: &[&str]) {
        self.luytre(args).assert().success();
    }

    /// Reads a JSON file of the workspace.
    pub(super) fn file(&self, name: &str) -> Value {
        let bytes = fs::read(self.folder.path().join(name)).expect(name);
        serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Its folder.
    pub(super) fn path(&self) -> &std::path::Path {
        self.folder.path()
    }
}

fn original() -> Arc<TempDir> {
    let mut known = ORIGINAL.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(original) = known.upgrade() {
        return original;
    }
    let made = folder();
    luytre(made.path())
        .args(["demo", "--dir", "."])
        .assert()
        .success();
    let made = Arc::new(made);
    *known = Arc::downgrade(&made);
    made
}
