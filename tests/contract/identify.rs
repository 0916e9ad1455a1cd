//! `luytre identify`: lines in, lines out, and how it ends.

use serde_json::Value;

use super::documents::obeys;
use crate::support::{folder, luytre};

const LINES: &str = "\
{\"protocol\":\"http\",\"banner\":\"HTTP/1.1 200 OK\\r\\nServer: nginx/1.22.1\\r\\n\"}
not json

{\"protocol\":\"mysql\",\"banner\":\"5.5.5-10.11.19-MariaDB-0+deb12u1\"}
{\"protocol\":\"ssh\"}
{\"protocol\":\"telnet\",\"banner\":\"login:\"}
";

#[test]
fn good_lines_are_answered_and_bad_ones_reported() {
    let place = folder();
    let mut command = luytre(place.path());
    let done = command
        .args(["--lang", "en", "identify"])
        .write_stdin(LINES)
        .assert()
        .code(2);
    let output = done.get_output();
    let lines: Vec<Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    for line in &lines {
        obeys("identify.json", line);
    }
    let told: Vec<[&str; 2]> = lines
        .iter()
        .map(|line| ["product", "version"].map(|field| line[field].as_str().unwrap_or("-")))
        .collect();
    assert_eq!(
        told,
        [["nginx", "1.22.1"], ["MariaDB", "10.11.19"], ["-", "-"]]
    );
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.contains("line 2: ") && errors.contains("line 5: lacks the string `banner`"),
        "{errors}"
    );
    assert!(
        errors.contains("error: ") && errors.contains("hint: "),
        "{errors}"
    );
    // No workspace, and nothing left behind.
    assert_eq!(
        std::fs::read_dir(place.path()).expect("readable").count(),
        0
    );
}

#[test]
fn nothing_in_nothing_out() {
    let place = folder();
    let done = luytre(place.path())
        .arg("identify")
        .write_stdin("")
        .assert()
        .code(0);
    assert!(done.get_output().stdout.is_empty() && done.get_output().stderr.is_empty());
}
