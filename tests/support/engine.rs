//! Programs that tests talk to, and what happens when one is missing.

use std::{
    env,
    io::Write,
    path::{Path, PathBuf},
};

/// Where the program `name` is, if it is installed.
///
/// Daemons live in sbin, which the path of an ordinary user lacks; Debian keeps the server of
/// PostgreSQL out of the path altogether.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    folders.extend(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from));
    if let Ok(versions) = Path::new("/usr/lib/postgresql").read_dir() {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// Whether all of `programs` are installed. If not, the test is skipped: a line says so past the
/// capture of the test runner, and with `LUYTRE_NO_SKIP=1` the test fails.
#[must_use]
pub(crate) fn need(programs: &[&str]) -> bool {
    let missing: Vec<_> = programs
        .iter()
        .copied()
        .filter(|program| find(program).is_none())
        .collect();
    if missing.is_empty() {
        return true;
    }
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let reason = format!("not installed: {}", missing.join(", "));
    assert!(
        env::var_os("LUYTRE_NO_SKIP").is_none_or(|value| value != "1"),
        "{test} must not be skipped (LUYTRE_NO_SKIP=1), but {reason}"
    );
    // `eprintln!` would be captured and a passing test shows nothing.
    let _ = writeln!(std::io::stderr(), "SKIP {test}: {reason}");
    false
}

/// The path of `name`, after [`need`] said that it is there.
pub(crate) fn program(name: &str) -> PathBuf {
    find(name).unwrap_or_else(|| panic!("{name} is not installed: call need() first"))
}
