//! Looks at a file before any parser does: what it is, and whether unpacking it is safe.
//!
//! The workbook parser trusts counts, nesting and lengths that a hostile file declares. Everything
//! it would hold in memory is measured here first, in a stream, and refused beyond these bounds.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::ImportError;

mod references;
mod scan;

use scan::Scan;

/// Largest file read.
const FILE_BYTES: usize = 32 << 20;
const ENTRIES: usize = 512;
const UNPACKED: u64 = 192 << 20;
/// How many times smaller than its content a large entry may be.
const RATIO: u64 = 150;

/// What a file is by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A zip archive: XLSX if anything.
    Zip,
    /// Text: CSV.
    Text,
}

/// Tells what `bytes` are, whatever the file is called.
pub(crate) fn kind_of(bytes: &[u8]) -> Result<Kind, ImportError> {
    const OTHERS: [(&[u8], &str); 10] = [
        (b"MZ", "chương trình Windows (a Windows program)"),
        (b"\x7fELF", "chương trình Linux (a Linux program)"),
        (b"%PDF", "tài liệu PDF (a PDF document)"),
        (b"\x89PNG", "ảnh (a picture)"),
        (b"\xff\xd8\xff", "ảnh (a picture)"),
        (b"\x1f\x8b", "tệp nén gzip (a gzip archive)"),
        (b"Rar!", "tệp nén RAR (a RAR archive)"),
        (b"7z\xbc\xaf", "tệp nén 7z (a 7z archive)"),
        (b"#!", "tập lệnh (a script)"),
        (b"{\\rtf", "tài liệu RTF (an RTF document)"),
    ];
    if bytes.len() > FILE_BYTES {
        return Err(ImportError::TooLarge);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Kind::Zip);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(ImportError::OldExcel);
    }
    if let Some((_, kind)) = OTHERS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(ImportError::NotASheet(kind));
    }
    let start: String = bytes
        .iter()
        .take(64)
        .skip_while(|b| b.is_ascii_whitespace() || **b >= 0xbb)
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect();
    if ["<?xml", "<!doc", "<html", "<table", "<script"]
        .iter()
        .any(|tag| start.starts_with(tag))
    {
        return Err(ImportError::NotASheet(
            "trang web hoặc XML (a web page or XML)",
        ));
    }
    Ok(Kind::Text)
}

/// What the workbook holds that costs a second pass.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) merges: bool,
}

/// Unpacks every part once, keeping nothing, and refuses what no honest workbook needs.
pub(super) fn inspect(bytes: &[u8]) -> Result<Contents, ImportError> {
    let damaged = |e: &dyn std::fmt::Display| ImportError::Damaged(e.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    if archive.len() > ENTRIES {
        return Err(ImportError::Unsafe(
            "quá nhiều tệp bên trong (too many parts)",
        ));
    }
    if is_open_document(&mut archive) {
        return Err(ImportError::OpenDocument);
    }
    let mut total = 0;
    let mut found = Contents::default();
    let mut workbook = false;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|e| damaged(&e))?;
        let name = entry.name().to_ascii_lowercase().replace('\\', "/");
        workbook |= name == "xl/workbook.xml";
        let packed = entry.compressed_size().max(1);
        let xml = ["xml", "rels", "vml"]
            .iter()
            .any(|end| name.rsplit('.').next() == Some(end));
        let mut scan = if xml { Scan::of(&name) } else { Scan::binary() };
        measure(entry, packed, &mut total, &mut scan)?;
        found.merges |= scan.merges() > 0;
    }
    if workbook {
        Ok(found)
    } else {
        Err(ImportError::NotXlsx)
    }
}

/// The first part of an OpenDocument file says what it is.
fn is_open_document(archive: &mut ZipArchive<Cursor<&[u8]>>) -> bool {
    let mut kind = Vec::new();
    archive.by_name("mimetype").is_ok_and(|part| {
        part.take(64).read_to_end(&mut kind).is_ok()
            && kind.starts_with(b"application/vnd.oasis.opendocument.")
    })
}

fn measure(
    mut entry: impl Read,
    packed: u64,
    total: &mut u64,
    scan: &mut Scan,
) -> Result<(), ImportError> {
    let mut chunk = vec![0; 64 << 10];
    let mut size = 0u64;
    loop {
        let read = entry
            .read(&mut chunk)
            .map_err(|e| ImportError::Damaged(e.to_string()))?;
        if read == 0 {
            return Ok(());
        }
        size += read as u64;
        *total += read as u64;
        if *total > UNPACKED || (size > 1 << 20 && size / packed > RATIO) {
            return Err(ImportError::Unsafe("bom nén (zip bomb)"));
        }
        scan.feed(&chunk[..read])?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        assert_eq!(kind_of(b"a,b"), Ok(Kind::Text));
        assert_eq!(kind_of(b"PK\x03\x04"), Ok(Kind::Zip));
        assert_eq!(kind_of(b"\xd0\xcf\x11\xe0\xa1"), Err(ImportError::OldExcel));
        for bytes in [
            &b"MZ\x90"[..],
            b"\x7fELF",
            b"%PDF-1.7",
            b"\xef\xbb\xbf<html>",
            b" <!DOCTYPE",
        ] {
            assert!(matches!(kind_of(bytes), Err(ImportError::NotASheet(_))));
        }
    }
}
