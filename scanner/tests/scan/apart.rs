//! A test inside itself: the outer run starts the same test as a process of its own, with limits or a
//! network of its own.

use std::process::Command;

use crate::daemon::has;

const INNER: &str = "LUYTRE_TEST_INNER";

/// Whether this is the process started by [`alone`] or [`in_own_network`].
pub(crate) fn inner() -> bool {
    std::env::var_os(INNER).is_some()
}

/// Runs the test `name` again as a process of its own, after the shell commands `before`.
pub(crate) fn alone(name: &str, before: &str) {
    run(Command::new("/bin/sh"), name, before);
}

/// The same, as a process without any right over the network it is in. False if that cannot be had
/// here.
pub(crate) fn without_rights(name: &str) -> bool {
    let mut apart = Command::new("/usr/bin/unshare");
    apart.arg("--map-root-user");
    let had = apart.arg("true").status();
    if !had.is_ok_and(|done| done.success()) {
        return skipped("rights cannot be dropped here");
    }
    let mut apart = Command::new("/usr/bin/unshare");
    apart.args(["--map-root-user", "/bin/sh"]);
    run(apart, name, "true");
    true
}

fn skipped(why: &str) -> bool {
    eprintln!("SKIPPED: {why}");
    assert!(
        std::env::var_os("LUYTRE_NO_SKIP").is_none_or(|value| value != "1"),
        "skips are not allowed"
    );
    false
}

/// The same, in a network of its own that has only a loopback device, after `before` and with the
/// packet filter `rules`. False if that cannot be had here.
pub(crate) fn in_own_network(name: &str, before: &str, rules: &str) -> bool {
    if !["/usr/sbin/nft", "/usr/sbin/ip", "/usr/bin/unshare"]
        .into_iter()
        .all(has)
    {
        return false;
    }
    let mut apart = Command::new("/usr/bin/unshare");
    apart.args(["--map-root-user", "--net"]);
    if !apart.arg("true").status().is_ok_and(|done| done.success()) {
        return skipped("no network of our own is to be had");
    }
    let filter = format!(
        "ip link set lo up && nft 'table inet t {{ chain c {{ type filter hook input priority 0; {rules}; }}; }}'"
    );
    let before = match before {
        "" => filter,
        before => format!("{filter} && {before}"),
    };
    let mut apart = Command::new("/usr/bin/unshare");
    apart.args(["--map-root-user", "--net", "/bin/sh"]);
    run(
        apart,
        name,
        &format!("PATH=$PATH:/usr/sbin:/sbin && {before}"),
    );
    true
}

fn run(mut shell: Command, name: &str, before: &str) {
    let this = std::env::current_exe().unwrap();
    let done = shell
        .arg("-c")
        .arg(format!(
            "{before} && exec \"$0\" --exact \"$1\" --nocapture"
        ))
        .arg(this)
        .arg(name)
        .env(INNER, "1")
        .status();
    assert!(done.unwrap().success(), "{name} failed inside");
}
