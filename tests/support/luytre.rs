//! The built binary.

use std::{path::Path, time::Duration};

use assert_cmd::Command;

/// The binary, in `folder`, undisturbed by the settings of whoever runs the tests. A command that
/// hangs fails its test instead of holding up the run.
pub(crate) fn luytre(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_luytre"));
    command
        .current_dir(folder)
        .env_remove("LUYTRE_DIR")
        .env_remove("RUST_LOG")
        .env("XDG_STATE_HOME", folder.join("state"))
        .timeout(Duration::from_mins(5));
    command
}
