//! The sample assessment and the programs that read documents back.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use luytre_report::{Assessment, Finding};

/// The fictional commune page, as JSON.
pub(crate) fn sample() -> Assessment {
    serde_json::from_str(include_str!("../fixtures/doiche.json")).unwrap()
}

/// The sample with nothing found and little measured.
pub(crate) fn barely_measured() -> Assessment {
    let mut a = sample();
    a.findings.clear();
    a.certificates.clear();
    a.services.clear();
    a.requirements.clear();
    a.coverage.planned = 40;
    a.coverage.measured = 7;
    a.outcomes.fail = 0;
    a
}

/// The sample with `n` open findings.
pub(crate) fn with_findings(n: usize) -> Assessment {
    let mut a = sample();
    let open: Vec<Finding> = a
        .findings
        .iter()
        .filter(|f| f.state.open())
        .cloned()
        .collect();
    a.findings = (0..n)
        .map(|i| Finding {
            code: format!("PH-{i:04}"),
            target: format!("may-chu-{i}.doiche.test:443"),
            ..open[i % open.len()].clone()
        })
        .collect();
    a
}

/// What a server or a spreadsheet may say to harm the document.
pub(crate) const HOSTILE: [&str; 9] = [
    "#panic()",
    "$x$ + $",
    "*a* _b_ `c`",
    "<b>&amp;</b>",
    "]]>",
    "- gạch đầu dòng",
    "\u{202e}đảo chữ",
    "nul\u{0}esc\u{1b}[31m",
    "#let x = 1; \\ / ~ @ref <label> \"' https://a//b // c",
];

/// The sample with hostile strings wherever a string may come from outside.
pub(crate) fn hostile() -> Assessment {
    let mut a = sample();
    let all = HOSTILE.join(" ");
    let endless = "Ầ".repeat(10_000);
    a.system.name = format!("Trang {all}");
    a.system.hosting = Some(endless.clone());
    a.system.using_units = HOSTILE.map(str::to_owned).into();
    a.assets[0].endpoint.clone_from(&endless);
    a.assets[1].purpose = Some(all.clone());
    a.certificates[0].subject = format!("CN={all}");
    a.certificates[0].endpoint.clone_from(&endless);
    a.services[0].product = Some(all.clone());
    a.services[1].host.clone_from(&endless);
    for finding in &mut a.findings {
        finding.title = format!("{} {all}", finding.title);
        finding.subject.clone_from(&endless);
        finding.evidence = HOSTILE.map(str::to_owned).into();
        finding.evidence.push(endless.clone());
    }
    a.requirements[0].title = all;
    a.gaps[0].field = endless;
    a
}

/// Whether `program` is there; a missing one is a visible skip, and a failure when skips are forbidden.
pub(crate) fn installed(program: &str) -> bool {
    let found = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !found {
        assert!(
            std::env::var_os("LUYTRE_NO_SKIP").is_none(),
            "{program} is not installed and skips are forbidden"
        );
        eprintln!("SKIPPED: {program} is not installed");
    }
    found
}

/// Standard output of `program`.
pub(crate) fn output(program: &str, arguments: &[&str], file: &Path) -> String {
    let mut command = Command::new(program);
    let head = arguments.iter().take_while(|a| a.len() > 1).count();
    let (flags, rest) = arguments.split_at(head);
    let run = command.args(flags).arg(file).args(rest).output().unwrap();
    assert!(
        run.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&run.stderr)
    );
    String::from_utf8(run.stdout).unwrap()
}

/// Text of a PDF in reading order, page by page.
pub(crate) fn pages(pdf: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf).unwrap();
    let text = output("pdftotext", &["-layout", "-"], &path);
    let mut pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
    pages.pop();
    pages
}

/// `text` with every run of blanks as one space.
pub(crate) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` without blanks, so that line breaks do not matter.
pub(crate) fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}
