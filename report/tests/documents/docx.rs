//! The DOCX, read as XML and by LibreOffice.

use std::{
    io::{Cursor, Read as _},
    process::{Command, Stdio},
};

use luytre_report::{Assessment, docx, pdf};
use roxmltree::Document;
use unicode_normalization::is_nfc;

use crate::support::{
    barely_measured, dense, flat, hostile, installed, pages, sample, with_findings,
};

/// Parts of a DOCX by name; every XML part is parsed on the way.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        if file.is_dir() {
            continue;
        }
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        let name = file.name().to_owned();
        if let Err(problem) = Document::parse(&text) {
            panic!("{name}: {problem}");
        }
        parts.push((name, text));
    }
    parts
}

fn part(bytes: &[u8], name: &str) -> String {
    parts(bytes).into_iter().find(|(n, _)| n == name).unwrap().1
}

/// Text of every paragraph with the identifier of its style.
fn paragraphs(xml: &str) -> Vec<(String, String)> {
    let document = Document::parse(xml).unwrap();
    document
        .descendants()
        .filter(|node| node.tag_name().name() == "p")
        .map(|paragraph| {
            let inside = |name: &'static str| {
                paragraph
                    .descendants()
                    .filter(move |node| node.tag_name().name() == name)
            };
            let style = inside("pStyle")
                .next()
                .and_then(|node| node.attributes().next().map(|a| a.value().to_owned()))
                .unwrap_or_default();
            let text = inside("t").filter_map(|node| node.text()).collect();
            (style, text)
        })
        .collect()
}

#[test]
fn styles_tables_and_page_fields_are_real() {
    let bytes = docx(&sample()).unwrap();
    let document = part(&bytes, "word/document.xml");
    let styles = part(&bytes, "word/styles.xml");
    let all = paragraphs(&document);
    let sections: Vec<&str> = all
        .iter()
        .filter(|(style, _)| style == "Heading1")
        .map(|(_, text)| text.as_str())
        .collect();
    assert_eq!(sections.len(), 11 + 4, "{sections:?}");
    assert_eq!(sections[0], "I. CĂN CỨ, MỤC ĐÍCH");
    assert_eq!(sections[10], "XI. KẾT LUẬN, KIẾN NGHỊ");
    assert!(styles.contains(r#"w:ascii="Times New Roman""#));
    assert!(styles.contains(r#"<w:name w:val="heading 1" />"#));
    // One repeated head per captioned table, and one for the months of the timeline.
    let tables = all
        .iter()
        .filter(|(_, text)| text.starts_with("Bảng "))
        .count();
    assert_eq!(tables, 16);
    assert_eq!(document.matches("<w:tblHeader />").count(), tables + 1);
    assert!(!document.contains(r#"w:val="7" w:hRule"#));
    // Pages count from 1 in the body and in each annex, and the first shows no number.
    assert_eq!(document.matches("<w:titlePg />").count(), 5);
    assert_eq!(document.matches(r#"<w:pgNumType w:start="1""#).count(), 5);
    let headers: Vec<String> = parts(&bytes)
        .into_iter()
        .filter(|(name, _)| name.starts_with("word/header"))
        .map(|(_, text)| text)
        .collect();
    assert_eq!(headers.iter().filter(|h| h.contains("PAGE")).count(), 1);
    assert!(is_nfc(&document));
}

#[test]
fn both_formats_say_the_same() {
    if !installed("pdftotext") {
        return;
    }
    for a in [sample(), barely_measured()] {
        let document = part(&docx(&a).unwrap(), "word/document.xml");
        let printed = dense(&pages(&pdf(&a).unwrap()).concat());
        let headings: Vec<(String, String)> = paragraphs(&document)
            .into_iter()
            .filter(|(style, _)| ["Heading1", "Heading2", "Caption"].contains(&style.as_str()))
            .collect();
        assert!(headings.len() > 20);
        for (_, text) in headings {
            assert!(printed.contains(&dense(&text)), "{text}");
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    let bytes = docx(&hostile()).unwrap();
    let text: String = paragraphs(&part(&bytes, "word/document.xml"))
        .into_iter()
        .map(|(_, text)| text + "\n")
        .collect();
    for wanted in [
        "#panic()",
        "$x$ + $",
        "<b>&amp;</b>",
        "]]>",
        "[U+202E]đảo chữ",
        "nul[U+0000]esc[U+001B][31m",
        "\\ / ~ @ref <label> \"' https://a//b // c",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(text.contains("[đã cắt 9600 ký tự]"));
    assert!(text.lines().all(|line| line.chars().count() < 4_000));
}

#[test]
fn same_assessment_same_bytes() {
    let first = docx(&sample()).unwrap();
    docx(&barely_measured()).unwrap();
    assert!(first == docx(&sample()).unwrap());
}

/// Text of the document as LibreOffice prints it.
fn printed_by_office(a: &Assessment) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.docx");
    std::fs::write(&path, docx(a).unwrap()).unwrap();
    let profile = format!(
        "-env:UserInstallation=file://{}",
        folder.path().join("profile").display()
    );
    let status = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder.path())
        .arg(&path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let converted = std::fs::read(folder.path().join("a.pdf"))
        .expect("LibreOffice opened the document and printed it");
    flat(&pages(&converted).concat())
}

#[test]
fn libreoffice_prints_it() {
    if !installed("soffice") || !installed("pdftotext") {
        return;
    }
    let text = printed_by_office(&sample());
    for wanted in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "ĐỎ – 1 tồn tại mức Cao trở lên đã quá hạn khắc phục (trong 2 đang mở).",
        "66/72 lượt đo theo kế hoạch (91,6%)",
        "Phụ lục IV",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    let text = printed_by_office(&hostile());
    assert!(text.contains("#panic()"));
    let text = printed_by_office(&with_findings(60));
    assert!(dense(&text).contains("PH-0059."));
}
