//! The operating system that a banner lets slip.

/// Words that name a system, the more telling first.
const WORDS: [(&str, &str); 17] = [
    ("ubuntu", "Ubuntu"),
    ("raspbian", "Raspbian"),
    ("debian", "Debian"),
    ("centos", "CentOS"),
    ("red hat", "Red Hat Enterprise Linux"),
    ("rhel", "Red Hat Enterprise Linux"),
    ("almalinux", "AlmaLinux"),
    ("rocky linux", "Rocky Linux"),
    ("fedora", "Fedora"),
    ("suse", "SUSE Linux"),
    ("freebsd", "FreeBSD"),
    ("openbsd", "OpenBSD"),
    ("for_windows", "Windows"),
    ("win32", "Windows"),
    ("win64", "Windows"),
    ("windows", "Windows"),
    ("microsoft", "Windows"),
];

/// The system named in `text`, with its release where a package revision shows it.
pub(super) fn hint(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    if let Some(release) = debian_release(&lower) {
        return Some(format!("Debian {release}"));
    }
    if let Some(release) = ubuntu_release(&lower) {
        return Some(format!("Ubuntu {release}"));
    }
    let found = WORDS.iter().find(|(word, _)| lower.contains(word));
    found.map(|(_, name)| (*name).to_owned())
}

/// `2+deb12u10`, `1~deb11u2`: the revision of a Debian stable update.
fn debian_release(lower: &str) -> Option<&str> {
    let marks = ["+deb", "~deb"];
    let at = marks.iter().find_map(|mark| lower.find(mark))? + "+deb".len();
    let release = digits(&lower[at..]);
    (!release.is_empty() && release.len() <= 2).then_some(release)
}

/// `0ubuntu0.22.04.1`: the revision of an Ubuntu update of another upstream version.
fn ubuntu_release(lower: &str) -> Option<String> {
    let at = lower.find("ubuntu0.")? + "ubuntu0.".len();
    let year = digits(&lower[at..]);
    let month = digits(lower[at + year.len()..].strip_prefix('.')?);
    (year.len() == 2 && month.len() == 2).then(|| format!("{year}.{month}"))
}

fn digits(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    &text[..end]
}
