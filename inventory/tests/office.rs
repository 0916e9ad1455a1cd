//! What comes back when an office suite has opened and saved our sheets: LibreOffice Calc, run
//! without a screen. Skipped loudly where it is not installed; a failure under `LUYTRE_NO_SKIP=1`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests; a skip is printed"
)]

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use luytre_inventory::{
    Blanks, Form, ImportError, Inventory, diff, from_toml, import, merge, sample, to_csv,
    to_form08_xlsx, to_xlsx,
};
use uuid::Uuid;

const MORE: &str = r#"
[[authorisation]]
number = "05/TB-PA05"
route = "monitoring_notice"
date = 2026-11-01
ground = "NĐ 333/2026 Điều 7.5"
owner = "ubnd-tinh"
from = 2026-11-01
until = 2026-12-31
names = ["*.lamgiang.test", "www.doiche.test"]
prefixes = ["192.0.2.0/28"]
ports = "80,443,8000-8100"
hours = "19:00-05:00"
[[exclusion]]
name = "máy chủ cũ"
kind = "fragile"
prefixes = ["192.0.2.9/32"]
until = 2026-12-31
[[system]]
code = "0012"
name = "=HYPERLINK(\"http://x.test\")"
owner = "ubnd-tinh"
unread = { hosting = "1/2" }
[[system.endpoint]]
id = "00000000-0000-4000-8000-00000000000a"
url = "https://www.doiche.test"
zone = "internet"
[[system.endpoint]]
id = "00000000-0000-4000-8000-00000000000b"
address = "192.0.2.7"
port = 102
zone = "wan"
fragile = true
"#;

fn rich() -> Inventory {
    let mut all = sample();
    let more = from_toml("more.toml", MORE, &mut Uuid::nil).unwrap();
    all.systems.extend(more.systems);
    all.authorisations.extend(more.authorisations);
    all.exclusions.extend(more.exclusions);
    all.normalised()
}

/// Whether the suite is here; says so when it is not.
fn installed() -> bool {
    let there = Command::new("soffice")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !there {
        assert!(
            std::env::var_os("LUYTRE_NO_SKIP").is_none_or(|v| v != "1"),
            "soffice is not installed (Debian: libreoffice-calc-nogui)"
        );
        println!("SKIPPED: soffice is not installed (Debian: libreoffice-calc-nogui)");
    }
    there
}

/// Opens a file and saves it in another format, in a folder of its own.
fn save_as(dir: &Path, name: &str, bytes: &[u8], filter: &str, ending: &str) -> Vec<u8> {
    // For CSV: commas, double quotes, UTF-8, from line 1, every column as text.
    let text: Vec<String> = (1..=40).map(|column| format!("{column}/2")).collect();
    let open = format!(
        "--infilter=Text - txt - csv (StarCalc):44,34,76,1,{}",
        text.join("/")
    );
    let from = dir.join(name);
    std::fs::write(&from, bytes).unwrap();
    let out = dir.join("out");
    let status = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}",
            dir.join("profile").display()
        ))
        .args((Path::new(name).extension() == Some("csv".as_ref())).then_some(open))
        .args(["--headless", "--convert-to", filter, "--outdir"])
        .arg(&out)
        .arg(&from)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let saved: PathBuf = out.join(Path::new(name).with_extension(ending));
    std::fs::read(saved).unwrap()
}

fn ids() -> impl FnMut() -> Uuid {
    let mut n = 0xffff_0000u128;
    move || {
        n += 1;
        Uuid::from_u128(n)
    }
}

#[test]
fn what_an_office_suite_saves_comes_back_whole() {
    if !installed() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let base = rich();
    let book = to_xlsx(&base).unwrap();

    let again = save_as(
        dir.path(),
        "a.xlsx",
        &book,
        "xlsx:Calc MS Excel 2007 XML",
        "xlsx",
    );
    let got = import("a.xlsx", &again, None, &mut ids()).unwrap();
    assert_eq!(got.messages, []);
    assert_eq!(diff(&base, &got.inventory), []);
    assert_eq!(got.inventory, base);

    // One sheet as CSV: UTF-8, commas. What it does not hold is left alone.
    let filter = "csv:Text - txt - csv (StarCalc):44,34,76";
    let csv = save_as(dir.path(), "b.xlsx", &book, filter, "csv");
    let got = import("b.csv", &csv, Some(&base), &mut ids()).unwrap();
    assert_eq!((got.messages.as_slice(), got.rows), (&[][..], 11));
    assert_eq!(diff(&base, &merge(&base, &got, Blanks::Keep).inventory), []);

    let day = jiff::civil::date(2026, 12, 15);
    let form = to_form08_xlsx(&base, day).unwrap();
    let direct = import("c.xlsx", &form, Some(&base), &mut ids()).unwrap();
    let form = save_as(
        dir.path(),
        "c.xlsx",
        &form,
        "xlsx:Calc MS Excel 2007 XML",
        "xlsx",
    );
    let got = import("c.xlsx", &form, Some(&base), &mut ids()).unwrap();
    assert_eq!((got.form, got.rows), (Form::Form08, 11));
    assert_eq!(got.inventory, direct.inventory);

    let ods = save_as(dir.path(), "d.xlsx", &book, "ods", "ods");
    assert_eq!(
        import("d.ods", &ods, None, &mut ids()).unwrap_err(),
        ImportError::OpenDocument
    );
    let xls = save_as(dir.path(), "e.xlsx", &book, "xls:MS Excel 97", "xls");
    assert_eq!(
        import("e.xls", &xls, None, &mut ids()).unwrap_err(),
        ImportError::OldExcel
    );
}

/// Our own CSV of many sections, opened and saved with the separators of the suite.
#[test]
fn a_csv_of_sections_survives_the_suite() {
    if !installed() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let base = rich();
    let csv = to_csv(&base).unwrap();
    let filter = "csv:Text - txt - csv (StarCalc):59,34,76";
    // Opened as text in every column, as the import dialogue offers.
    let again = save_as(dir.path(), "s.csv", &csv, filter, "csv");
    let got = import("s.csv", &again, Some(&base), &mut ids()).unwrap();
    let changed: Vec<String> = diff(&base, &merge(&base, &got, Blanks::Keep).inventory)
        .into_iter()
        .map(|d| d.words.vi)
        .collect();
    assert_eq!(changed, Vec::<String>::new(), "{:#?}", got.messages);
}
