//! Exit codes, in their order of precedence, and what goes to which stream.

use std::{fs, process::Output};

use super::demo::Demo;
use crate::support::{folder, free_port, luytre};

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Could not do the job: one `error:` line, a `hint:`, nothing on stdout.
fn could_not(output: &Output, what: &str) {
    let errors = stderr(output);
    assert_eq!(output.status.code(), Some(2), "{what}: {errors}");
    assert!(output.stdout.is_empty(), "{what} printed data all the same");
    let count = |start: &str| {
        errors
            .lines()
            .filter(|line| line.starts_with(start))
            .count()
    };
    assert_eq!(count("error: "), 1, "{what}: {errors}");
    assert_eq!(count("hint: "), 1, "{what}: {errors}");
    assert!(!errors.contains("panicked"), "{what}: {errors}");
}

#[test]
fn two_when_there_is_no_workspace() {
    let place = folder();
    for args in [
        &["scan"][..],
        &["scan", "--plan", "--json", "-"],
        &["findings", "list", "--json", "-"],
        &["inventory", "quality", "--json", "-"],
        &["authority", "list"],
        &["audit"],
        &["stop"],
        &["serve"],
        &["report", "annual", "--secrecy", "none"],
        &["--dir", "no-such-folder", "findings", "list"],
    ] {
        let output = luytre(place.path()).args(args).output().expect("runs");
        could_not(&output, &format!("{args:?}"));
    }
}

#[test]
fn two_when_a_file_is_no_inventory() {
    let demo = Demo::new();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let files: [(&str, &[u8]); 5] = [
        ("picture.xlsx", png),
        ("program.csv", b"\x7fELF\x02\x01\x01\0\0\0\0\0"),
        ("empty.xlsx", b""),
        ("broken.toml", b"[[systems]\nname = "),
        ("cut.xlsx", b"PK\x03\x04\x14\0"),
    ];
    for (name, bytes) in files {
        fs::write(demo.path().join(name), bytes).expect("our own folder");
        for verb in ["import", "check"] {
            let args = ["inventory", verb, name, "--json", "-"];
            let output = demo.luytre(&args).output().expect("runs");
            could_not(&output, &format!("{args:?}"));
        }
    }
}

#[test]
fn two_when_something_named_is_not_there() {
    let demo = Demo::new();
    for args in [
        &["scan", "--system", "nowhere", "--json", "-"][..],
        &["scan", "--owner", "nobody", "--json", "-"],
        &["findings", "list", "--check", "tls.nothing", "--json", "-"],
        &[
            "probe",
            "192.0.2.1:443",
            "--authority",
            "of my own",
            "--json",
            "-",
        ],
    ] {
        let output = demo.luytre(args).output().expect("runs");
        could_not(&output, &format!("{args:?}"));
    }
}

#[test]
fn two_when_the_command_line_is_wrong() {
    let place = folder();
    for args in [
        &["scan", "--no-such-option"][..],
        &["no-such-command"],
        &["probe", "127.0.0.1:443"],
        &["policy", "show", "--level", "6"],
        &["report", "annual"],
    ] {
        let output = luytre(place.path()).args(args).output().expect("runs");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        assert!(stderr(&output).starts_with("error: "), "{args:?}");
    }
}

#[test]
fn one_when_findings_reach_the_mark_though_something_was_not_measured() {
    let demo = Demo::new();
    // The servers are gone: nothing can be measured, and the findings stand.
    let document = demo.document(&["scan", "--fail-on", "high", "--json", "-"], 1);
    assert!(
        !document["coverage"]["unmeasured"]
            .as_object()
            .expect("by reason")
            .is_empty()
    );
    assert!(!document["findings"].as_array().expect("a list").is_empty());
}

#[test]
fn three_when_something_asked_for_was_not_measured() {
    let demo = Demo::new();
    let document = demo.document(&["scan", "--json", "-"], 3);
    assert!(!document["findings"].as_array().expect("a list").is_empty());

    let place = folder();
    let nobody = free_port("127.0.0.1".parse().expect("an address")).to_string();
    for fail_on in [&[][..], &["--fail-on", "info"]] {
        let output = luytre(place.path())
            .args([
                "probe",
                &nobody,
                "--authority",
                "máy của phép thử",
                "--json",
                "-",
            ])
            .args(fail_on)
            .output()
            .expect("runs");
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok());
    }
}

#[test]
fn zero_when_done_though_there_are_findings() {
    let demo = Demo::new();
    for args in [
        &["findings", "list", "--json", "-"][..],
        // What the inventory says needs no server.
        &["scan", "--only", "record", "--json", "-"],
    ] {
        let document = demo.document(args, 0);
        let findings = document.get("findings").unwrap_or(&document);
        assert!(!findings.as_array().expect("a list").is_empty(), "{args:?}");
    }
}

#[test]
fn json_in_a_file_leaves_stdout_to_people() {
    let demo = Demo::new();
    let args = ["scan", "--only", "record", "--json", "out.json"];
    let output = demo.luytre(&args).output().expect("runs");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let table = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(table.contains("Phát hiện"), "no table for people");
    assert!(demo.file("out.json")["findings"].is_array());
}

#[test]
fn quiet_is_silent_and_a_closed_pipe_is_no_error() {
    use std::{
        io::Read,
        process::{Command, Stdio},
    };
    let demo = Demo::new();
    let args = ["--quiet", "scan", "--only", "record", "--json", "-"];
    let output = demo.luytre(&args).output().expect("runs");
    assert_eq!(stderr(&output), "");

    let mut child = Command::new(env!("CARGO_BIN_EXE_luytre"))
        .args(["--dir", "."])
        .args(["scan", "--only", "record", "--json", "-"])
        .current_dir(demo.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut first = [0];
    let mut pipe = child.stdout.take().expect("piped");
    pipe.read_exact(&mut first).expect("a first byte");
    drop(pipe);
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!stderr(&output).contains("error"), "{}", stderr(&output));
}
