//! The table in docs/identification.md.

use std::{fmt::Write as _, fs, path::Path};

use crate::{
    Verdict,
    cases::{CASES, Case},
};

const HEAD: &str =
    "| Daemon | Package | Asked | Answer | Shows |\n| --- | --- | --- | --- | --- |\n";

/// Daemons that answer datagrams and nothing else, so that this table has nothing of them.
const OVER_UDP: [&str; 4] = ["snmpd", "tftpd", "chrony", "ntpsec"];

/// One answer beside the truth.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// The package with its version.
    pub(crate) package: String,
    /// Whether the probe was told what is spoken.
    pub(crate) declared: bool,
    pub(crate) answer: String,
    pub(crate) verdict: Verdict,
}

impl Row {
    /// As it stands in the table.
    pub(crate) fn line(&self) -> String {
        let Self {
            package, answer, ..
        } = self;
        format!(
            "{} {package} | {} | {answer} | {} |\n",
            self.name(),
            self.asked(),
            self.verdict.words()
        )
    }

    fn name(&self) -> String {
        format!("| {} |", self.name)
    }

    const fn asked(&self) -> &'static str {
        if self.declared {
            "declared"
        } else {
            "not declared"
        }
    }
}

/// Writes the table of `rows` if asked to; then every daemon is in it, and what is declared shows as much
/// now as it says. What is not declared may show less when the machine is busy.
pub(crate) fn hold(rows: &[Row]) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/identification.md");
    let mut text = fs::read_to_string(&page).unwrap();
    if std::env::var_os("LUYTRE_BLESS").is_some_and(|value| value == "1") {
        // Those that were started, and one that was recorded.
        let whole = rows.len() == 2 * (CASES.len() + 1);
        assert!(whole, "a table without some of the daemons is not written");
        text.truncate(text.find(HEAD).unwrap());
        text.push_str(HEAD);
        text.extend(rows.iter().map(Row::line));
        for name in OVER_UDP {
            let _ = writeln!(text, "| {name} | speaks over UDP alone | - | - | - |");
        }
        fs::write(&page, &text).unwrap();
    }
    let named = |Case { name, .. }: &Case| text.contains(&format!("| {name} |"));
    for case in CASES {
        assert!(named(case), "{} is not listed", case.name);
    }
    for row in rows.iter().filter(|row| row.declared) {
        let told = text
            .lines()
            .find(|line| line.starts_with(&row.name()) && line.contains("| declared |"));
        let shows = format!("| {} |", row.verdict.words());
        assert!(
            told.is_some_and(|told| told.ends_with(&shows)),
            "the page says {told:?} and not {}",
            row.line()
        );
    }
}
