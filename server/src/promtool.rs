//! Prometheus's own judgement of an exposition, for tests.

use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Fails unless `promtool check metrics` accepts `text` without a word. Without promtool the check
/// is skipped aloud, and fails where nothing may be skipped.
pub(crate) fn check(text: &str) {
    let started = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut promtool = match started {
        Ok(promtool) => promtool,
        Err(error) => {
            assert_ne!(
                std::env::var("LUYTRE_NO_SKIP").as_deref(),
                Ok("1"),
                "promtool: {error}"
            );
            eprintln!("SKIPPED promtool check metrics: {error}");
            return;
        }
    };
    let mut stdin = promtool.stdin.take().unwrap();
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    let output = promtool.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(
        output.status.success() && said.trim().is_empty(),
        "{said}\n{text}"
    );
}
