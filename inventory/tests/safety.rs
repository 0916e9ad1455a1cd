//! Hostile files: each is refused or made harmless, in less than 64 MiB beside the file itself.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::format_collect,
    reason = "tests"
)]

use std::{
    fmt::Write as _,
    io::{Cursor, Write},
    path::Path,
    process::Command,
};

use luytre_inventory::{ImportError, import, sample, to_csv, to_xlsx};
use uuid::Uuid;
use zip::{ZipWriter, write::SimpleFileOptions};

const LIMIT_KIB: u64 = 64 << 10;

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;

/// A workbook of one sheet with some parts replaced or added.
fn book(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut all: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELS.as_bytes()),
    ];
    for (name, bytes) in parts {
        all.retain(|(other, _)| other != name);
        all.push((name, bytes));
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in all {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn sheet(data: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{data}</sheetData></worksheet>"#
    )
}

fn inline(row: usize, cells: &[&str]) -> String {
    let mut out = format!("<row r=\"{row}\">");
    for (letter, text) in ('A'..).zip(cells) {
        let _ = write!(
            out,
            "<c r=\"{letter}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"
        );
    }
    out + "</row>"
}

const HEAD: [&str; 3] = ["Tên hệ thống", "Đơn vị", "Cấp độ"];

/// Text that does not compress to nothing.
fn noise(len: usize) -> String {
    let mut state = 7u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + u8::try_from((state >> 24) % 26).unwrap())
    })
    .take(len)
    .collect()
}

/// Name, file, and the refusal expected; none means it is read.
fn corpus() -> Vec<(&'static str, Vec<u8>, Option<&'static str>)> {
    let one = "xl/worksheets/sheet1.xml";
    let head = inline(1, &HEAD);
    let data = |rows: &str| sheet(&format!("{head}{rows}"));
    let strings = |inner: &str| {
        format!(
            "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" {inner}</sst>"
        )
    };
    let rows = |n: usize| {
        (2..=n)
            .map(|r| inline(r, &["a", "b", "3"]))
            .collect::<String>()
    };
    let big = noise(900_000);
    let wide = "<row r=\"2\"><c r=\"JA2\" t=\"inlineStr\"><is><t>x</t></is></c></row>".to_string();
    let refs: String = (2..12_002)
        .map(|r| format!("<row r=\"{r}\"><c r=\"A{r}\" t=\"s\"><v>0</v></c></row>"))
        .collect();
    let merges: String = (1..60_001)
        .map(|n| format!("<mergeCell ref=\"A{n}:B{n}\"/>"))
        .collect();
    let everything = data(&rows(50)).replace(
        "</sheetData>",
        "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"A1:XFD1048576\"/></mergeCells>",
    );
    let empty = sheet("");
    let lol = format!(
        "<!DOCTYPE lolz [<!ENTITY a \"{}\"><!ENTITY b \"&a;&a;&a;&a;\">]>{BOOK}",
        "x".repeat(100)
    );
    let with_strings = |s: &str| {
        book(&[
            (one, data("").as_bytes()),
            ("xl/sharedStrings.xml", s.as_bytes()),
        ])
    };
    vec![
        (
            "zip bomb",
            book(&[(one, &vec![b' '; 24 << 20])]),
            Some("unsafe"),
        ),
        (
            "deep xml",
            book(&[(one, "<a>".repeat(300_000).as_bytes())]),
            Some("unsafe"),
        ),
        (
            "entities",
            book(&[(one, empty.as_bytes()), ("xl/workbook.xml", lol.as_bytes())]),
            Some("DTD"),
        ),
        (
            "declared count",
            with_strings(&strings("uniqueCount=\"4000000000\">")),
            Some("declared count"),
        ),
        (
            "empty strings",
            with_strings(&strings(&format!(">{}", "<si/>".repeat(1_100_000)))),
            Some("unsafe"),
        ),
        (
            "one string, many cells",
            book(&[
                (one, data(&refs).as_bytes()),
                (
                    "xl/sharedStrings.xml",
                    strings(&format!("><si><t>{big}</t></si>")).as_bytes(),
                ),
            ]),
            Some("more text"),
        ),
        (
            "styles",
            book(&[
                (one, empty.as_bytes()),
                (
                    "xl/styles.xml",
                    format!(
                        "<styleSheet><cellXfs>{}</cellXfs></styleSheet>",
                        "<xf/>".repeat(100_000)
                    )
                    .as_bytes(),
                ),
            ]),
            Some("unsafe"),
        ),
        (
            "many merges",
            book(&[(one, data(&merges).as_bytes())]),
            Some("too many elements"),
        ),
        (
            "rows",
            book(&[(one, data(&rows(100_002)).as_bytes())]),
            Some("100,000 rows"),
        ),
        (
            "columns",
            book(&[(one, data(&wide).as_bytes())]),
            Some("256 columns"),
        ),
        (
            "cell beyond the sheet",
            book(&[(
                one,
                data("<row r=\"2\"><c r=\"ZZZZZZZZ2\"/></row>").as_bytes(),
            )]),
            Some("wrong cell reference"),
        ),
        (
            "merge of everything",
            book(&[(one, everything.as_bytes())]),
            None,
        ),
        (
            "long cell",
            book(&[(one, data(&inline(2, &[&big, "b", "3"])).as_bytes())]),
            None,
        ),
        (
            "program",
            b"MZ\x90\x00".repeat(1000),
            Some("a Windows program"),
        ),
        (
            "old excel",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".repeat(1000),
            Some("Excel 97-2003"),
        ),
        (
            "other zip",
            {
                let mut z = ZipWriter::new(Cursor::new(Vec::new()));
                z.start_file("a.xml", SimpleFileOptions::default()).unwrap();
                z.finish().unwrap().into_inner()
            },
            Some("no XLSX"),
        ),
        ("33 MiB", vec![b'a'; 33 << 20], Some("32 MiB")),
        (
            "csv: one endless field",
            format!("{}\n\"{}", HEAD.join(","), "x,\n".repeat(2_000_000)).into_bytes(),
            Some("over-long row"),
        ),
        (
            "csv: long cells",
            format!(
                "{}\n{}",
                HEAD.join(","),
                format!("{},b,3\n", noise(40_000)).repeat(700)
            )
            .into_bytes(),
            None,
        ),
        (
            "csv: many cells",
            format!("{}\n{}", HEAD.join(","), "a,b,3\n".repeat(300_000)).into_bytes(),
            Some("rows"),
        ),
        (
            "csv: old encoding",
            [
                HEAD.join(",").into_bytes(),
                b"\n\xff\xfe\xfd,b\n".repeat(4_000_000),
            ]
            .concat(),
            Some("more text"),
        ),
    ]
}

#[test]
fn every_bomb_is_harmless() {
    let dir = tempfile::tempdir().unwrap();
    let me = std::env::current_exe().unwrap();
    for (number, (name, bytes, refusal)) in corpus().into_iter().enumerate() {
        let file = dir.path().join(format!("{number}.bin"));
        std::fs::write(&file, &bytes).unwrap();
        drop(bytes);
        let out = Command::new(&me)
            .args(["--exact", "child_reads_one_file", "--nocapture"])
            .env("LUYTRE_BOMB", &file)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&out.stdout);
        let noise = String::from_utf8_lossy(&out.stderr);
        assert!(!noise.contains("panicked"), "{name}: {noise}");
        let line = text
            .lines()
            .find_map(|l| l.split_once("RESULT ").map(|r| r.1))
            .unwrap_or_else(|| panic!("{name}: {text}"));
        let (kib, answer) = line.split_once(' ').unwrap();
        println!("{name}: {kib} KiB, {answer}");
        assert!(kib.parse::<u64>().unwrap() < LIMIT_KIB, "{name}: {line}");
        match refusal {
            Some(why) => assert!(answer.contains(why), "{name}: {line}"),
            None => assert!(answer.starts_with("read"), "{name}: {line}"),
        }
    }
}

/// Runs only as a child of the test above: its own memory is measured.
#[test]
fn child_reads_one_file() {
    let Some(file) = std::env::var_os("LUYTRE_BOMB") else {
        return;
    };
    let bytes = std::fs::read(Path::new(&file)).unwrap();
    let before = peak_kib();
    let answer = match import("x.xlsx", &bytes, None, &mut Uuid::nil) {
        Ok(got) => format!("read {} rows, {} messages", got.rows, got.messages.len()),
        Err(e) => e.to_string(),
    };
    println!("RESULT {} {answer}", peak_kib() - before);
}

fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn too_many_parts_are_refused() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..600 {
        zip.start_file(format!("xl/{n}.xml"), SimpleFileOptions::default())
            .unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(matches!(
        import("x.xlsx", &bytes, None, &mut Uuid::nil),
        Err(ImportError::Unsafe(_))
    ));
}

/// Formula-like text is a string in the workbook and carries an apostrophe in the CSV.
#[test]
fn no_formula_leaves_the_house() {
    let mut all = sample();
    let payloads = [
        "=HYPERLINK(\"http://x.test\")",
        "+1",
        "-1",
        "@x",
        "＝x",
        "|x",
    ];
    for (system, payload) in all.systems.iter_mut().zip(payloads) {
        system.name = payload.to_owned();
    }
    let bytes = to_xlsx(&all).unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).unwrap();
        let mut xml = String::new();
        if entry.name().contains("worksheets/sheet") {
            std::io::Read::read_to_string(&mut entry, &mut xml).unwrap();
            assert!(!xml.contains("<f>") && !xml.contains("<f "));
        }
    }
    let csv = String::from_utf8(to_csv(&all).unwrap()).unwrap();
    for payload in payloads {
        let quoted = payload.replace('"', "\"\"");
        assert!(csv.contains(&format!("'{quoted}")), "{payload}");
    }
    assert_eq!(
        import("x.csv", csv.as_bytes(), None, &mut Uuid::nil)
            .unwrap()
            .inventory,
        all
    );
    assert_eq!(
        import("x.xlsx", &bytes, None, &mut Uuid::nil)
            .unwrap()
            .inventory,
        all
    );
}

/// `LUYTRE_ROWS=20000 cargo test --release -p luytre-inventory --test safety many_rows -- --nocapture`
#[test]
fn many_rows() {
    let rows: usize = std::env::var("LUYTRE_ROWS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1_000);
    let base = sample();
    let mut all = base.clone();
    all.systems = (0..rows)
        .map(|n| {
            let mut system = base.systems[n % base.systems.len()].clone();
            system.code = format!("{}-{n}", system.code).parse().unwrap();
            system.name = format!("{} {n}", system.name);
            system
        })
        .collect();
    for (file, bytes) in [
        ("a.csv", to_csv(&all).unwrap()),
        ("a.xlsx", to_xlsx(&all).unwrap()),
    ] {
        let start = std::time::Instant::now();
        let got = import(file, &bytes, None, &mut Uuid::nil).unwrap();
        println!(
            "{file}: {rows} rows, {} bytes, {:?}",
            bytes.len(),
            start.elapsed()
        );
        assert_eq!(got.inventory, all);
    }
}
