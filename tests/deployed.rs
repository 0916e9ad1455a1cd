//! What an operator puts beside the binary is what the programs there accept.

use std::{fs, process::Command};

use crate::support::{need, program, root, run};

#[test]
fn prometheus_accepts_the_scrape() {
    if !need(&["promtool"]) {
        return;
    }
    let file = root().join("deploy/prometheus.yml");
    run(Command::new(program("promtool"))
        .args(["check", "config"])
        .arg(&file));
    // The address is that of `luytre serve` in a new workspace.
    let text = fs::read_to_string(&file).expect("the file is there");
    let settings = fs::read_to_string(root().join("src/command/init/luytre.toml"))
        .expect("the settings of a new workspace");
    assert!(text.contains("127.0.0.1:9620") && settings.contains("127.0.0.1:9620"));
}
