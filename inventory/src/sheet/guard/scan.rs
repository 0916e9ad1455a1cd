//! A byte-wise look at the XML of a workbook, part by part.

use super::{UNPACKED, references};
use crate::ImportError;

const SHARED_STRINGS: u64 = 16 << 20;
const OTHER_PART: u64 = 4 << 20;
const DEPTH: usize = 64;
/// Bytes of one tag, or of the text of one cell before it is cut.
const PIECE: usize = 1 << 20;
/// Bytes of a tag that are looked at: far more than a cell or a row of any program needs.
const TAG: usize = 1 << 10;
const MERGES: usize = 50_000;

/// What the scanner is inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Text,
    Tag,
    Comment,
}

/// A byte-wise look at one XML part. It need not understand XML, only never to count less than the
/// parser will hold.
#[derive(Debug)]
pub(super) struct Scan {
    /// A picture or the like. A hostile package may still have it parsed as XML, so its length and
    /// the number of its tags are bounded all the same.
    binary: bool,
    most_bytes: u64,
    most_tags: usize,
    bytes: u64,
    tags: usize,
    depth: usize,
    inside: Inside,
    /// First bytes of the tag.
    tag: Vec<u8>,
    tag_bytes: usize,
    last: u8,
    dashes: usize,
    /// Text since the last closed cell or string.
    text: usize,
    merges: usize,
    counter: Counter,
}

impl Scan {
    /// Regions of merged cells seen.
    pub(super) const fn merges(&self) -> usize {
        self.merges
    }

    /// For a part of XML; its name says how much it may hold.
    pub(super) fn of(name: &str) -> Self {
        // The parser keeps strings and styles whole, wherever a hostile package puts them.
        let (most_bytes, most_tags) = if name.ends_with("sharedstrings.xml") {
            (SHARED_STRINGS, 2_000_000)
        } else if name.starts_with("xl/worksheets/sheet") {
            (UNPACKED, usize::MAX)
        } else {
            (OTHER_PART, 60_000)
        };
        Self {
            binary: false,
            most_bytes,
            most_tags,
            bytes: 0,
            tags: 0,
            depth: 0,
            inside: Inside::Text,
            tag: Vec::with_capacity(64),
            tag_bytes: 0,
            last: 0,
            dashes: 0,
            text: 0,
            merges: 0,
            counter: Counter::default(),
        }
    }

    /// For a part that is no XML by its name.
    pub(super) fn binary() -> Self {
        Self {
            binary: true,
            most_bytes: 2 * OTHER_PART,
            ..Self::of("")
        }
    }

    /// Looks at the next bytes of the part.
    pub(super) fn feed(&mut self, chunk: &[u8]) -> Result<(), ImportError> {
        if self.binary {
            self.bytes += chunk.len() as u64;
            self.tags += chunk.split(|b| *b == b'<').count() - 1;
            return if self.bytes > self.most_bytes || self.tags > self.most_tags {
                Err(ImportError::Unsafe(
                    "một phần quá lớn (a part is too large)",
                ))
            } else {
                Ok(())
            };
        }
        if self.bytes == 0 && (chunk.starts_with(b"\xff\xfe") || chunk.starts_with(b"\xfe\xff")) {
            return Err(ImportError::Unsafe(
                "XML không phải UTF-8 (XML is not UTF-8)",
            ));
        }
        self.bytes += chunk.len() as u64;
        if self.bytes > self.most_bytes {
            return Err(ImportError::Unsafe(
                "một phần quá lớn (a part is too large)",
            ));
        }
        for byte in chunk {
            self.byte(*byte)?;
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) -> Result<(), ImportError> {
        if byte == 0 {
            return Err(ImportError::Unsafe(
                "XML không phải UTF-8 (XML is not UTF-8)",
            ));
        }
        match self.inside {
            Inside::Text if byte == b'<' => {
                self.inside = Inside::Tag;
                self.tag.clear();
                self.tag_bytes = 0;
                self.counter = Counter::default();
            }
            Inside::Text => {
                self.text += 1;
                if self.text > PIECE {
                    return Err(ImportError::Unsafe("ô quá dài (over-long cell)"));
                }
            }
            Inside::Tag if byte == b'>' => self.close_tag()?,
            Inside::Tag => self.tag_byte(byte)?,
            Inside::Comment => {
                self.tag_bytes += 1;
                if byte == b'>' && self.dashes >= 2 {
                    self.inside = Inside::Text;
                }
                self.dashes = if byte == b'-' { self.dashes + 1 } else { 0 };
            }
        }
        if self.tag_bytes > PIECE {
            return Err(ImportError::Unsafe("thẻ XML quá dài (over-long XML tag)"));
        }
        self.last = byte;
        Ok(())
    }

    fn tag_byte(&mut self, byte: u8) -> Result<(), ImportError> {
        self.tag_bytes += 1;
        if self.tag.len() < TAG {
            self.tag.push(byte);
            if self.tag == b"!--" {
                self.inside = Inside::Comment;
                self.dashes = 0;
            } else if self.tag.len() == 3 && self.tag[0] == b'!' {
                return Err(ImportError::Unsafe(
                    "XML có DTD, thực thể hoặc CDATA (DTD, entities or CDATA)",
                ));
            }
        }
        self.counter.feed(byte)
    }

    fn close_tag(&mut self) -> Result<(), ImportError> {
        self.inside = Inside::Text;
        self.tags += 1;
        let end = self
            .tag
            .iter()
            .position(|b| b.is_ascii_whitespace() || *b == b'/')
            .filter(|end| *end > 0);
        let end = match end {
            Some(end) => end,
            // `</name>`, or a name that never ends.
            None if self.tag.len() < TAG => self.tag.len(),
            None => return Err(ImportError::Unsafe("thẻ XML quá dài (over-long XML tag)")),
        };
        let whole = self.tag[..end].trim_ascii_end();
        let closing = whole.first() == Some(&b'/');
        let local = whole
            .rsplit(|b| *b == b':' || *b == b'/')
            .find(|p| !p.is_empty())
            .unwrap_or(whole);
        if closing {
            self.depth = self.depth.saturating_sub(1);
            if matches!(local, b"c" | b"si") {
                self.text = 0;
            }
        } else if whole.first() != Some(&b'?') && self.last != b'/' {
            self.depth += 1;
        } else if self.last == b'/' {
            // Every empty element is held as much as a full one.
            self.tags += 1;
        }
        if local.starts_with(b"mergeCell") {
            self.merges += 1;
        }
        if !closing && !references::hold(local, &self.tag[end..], self.tag_bytes > TAG) {
            return Err(ImportError::Unsafe("vị trí ô sai (a wrong cell reference)"));
        }
        if self.tags > self.most_tags || self.merges > MERGES {
            return Err(ImportError::Unsafe("quá nhiều phần tử (too many elements)"));
        }
        if self.depth > DEPTH {
            return Err(ImportError::Unsafe(
                "XML lồng quá sâu (XML nested too deeply)",
            ));
        }
        Ok(())
    }
}

/// Watches for a `uniqueCount` attribute, by whose value the parser reserves memory.
#[derive(Debug, Default)]
struct Counter {
    matched: usize,
    digits: usize,
}

impl Counter {
    const WORD: &'static [u8] = b"uniqueCount";

    fn feed(&mut self, byte: u8) -> Result<(), ImportError> {
        if self.matched == Self::WORD.len() {
            match byte {
                b'=' | b'"' | b'\'' | b' ' | b'\t' | b'\r' | b'\n' | b'+' if self.digits == 0 => {}
                b'0'..=b'9' => self.digits += 1,
                _ => *self = Self::default(),
            }
            if self.digits > 6 {
                return Err(ImportError::Unsafe(
                    "số phần tử khai quá lớn (declared count too large)",
                ));
            }
        } else if byte == Self::WORD[self.matched] {
            self.matched += 1;
        } else {
            self.matched = usize::from(byte == Self::WORD[0]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(xml: &str) -> Result<(), ImportError> {
        let mut scan = Scan::of("xl/sharedstrings.xml");
        xml.as_bytes()
            .chunks(7)
            .try_for_each(|chunk| scan.feed(chunk))
    }

    #[test]
    fn honest_xml_passes() {
        scan("<?xml version=\"1.0\"?><!-- a > b --><sst uniqueCount=\"3\"><si><t>x</t></si><si/></sst>").unwrap();
    }

    #[test]
    fn traps_are_seen() {
        for xml in [
            "<!DOCTYPE x [<!ENTITY a \"b\">]><sst/>".to_owned(),
            "<sst><![CDATA[x]]></sst>".to_owned(),
            "<sst uniqueCount=\"99999999\"/>".to_owned(),
            "<sst uniqueCount = '4000000000'/>".to_owned(),
            "<a>".repeat(70),
            format!("<si><t>{}</t></si>", "x".repeat(PIECE + 1)),
            format!(
                "<si>{}</si>",
                "<t>xxxxxxxxxxxxxxxxxxxxxxxx</t>".repeat(PIECE / 24 + 1)
            ),
            format!("<si a=\"{}\"/>", "x".repeat(PIECE + 1)),
            "<si/>".repeat(1_000_001),
            "\u{0}".to_owned(),
        ] {
            assert!(
                matches!(scan(&xml), Err(ImportError::Unsafe(_))),
                "{xml:.60}"
            );
        }
    }

    #[test]
    fn cell_references_hold() {
        let part = |xml: &str| {
            let mut scan = Scan::of("xl/worksheets/sheet1.xml");
            xml.as_bytes()
                .chunks(5)
                .try_for_each(|chunk| scan.feed(chunk))
        };
        for xml in [
            "<row r=\"5\" spans=\"1:3\" ht=\"15.75\"><c r=\"A5\" s=\"2\" t=\"s\"><v>0</v></c><c/><c r='XFD1048576'/></row>",
            "<x:dimension ref=\"A1:IV65536\"/><mergeCell ref=\"A1:B2\"/>",
            "<f t=\"shared\" ref=\"nonsense\" si=\"0\">A1&gt;2</f>",
            "<formatCode x=\"[>100]0\"/>",
            "<row><c><v>1</v></c></row>",
        ] {
            part(xml).unwrap();
        }
        for xml in [
            "<c r=\"ZZZZZZZZ1\"/>".to_owned(),
            "<c r=\"A99999999999\"/>".to_owned(),
            "<c r=\"A0\"/>".to_owned(),
            "<c r=\"A1048577\"/>".to_owned(),
            "<c r=\"XFE1\"/>".to_owned(),
            "<c\nt='s'\tr = 'AAAAAAA1'>".to_owned(),
            "<c t=\">\" r=\"ZZZZZZZZ1\"/>".to_owned(),
            "<c t='x\"' r=\"ZZZZZZZZ1\"/>".to_owned(),
            "<row r=\"4294967299\"/>".to_owned(),
            "<a:dimension ref=\"B2:A1\"/>".to_owned(),
            "<mergeCell ref=\"A9:A1\"/>".to_owned(),
            "<mergeCell ref=\"A1:B2:C3\"/>".to_owned(),
            "<c r=\"&#65;1\"/>".to_owned(),
            "<c r/>".to_owned(),
            "<c r=A1/>".to_owned(),
            format!("<{}:c r=\"ZZZZZZZZ1\"/>", "x".repeat(600)),
            format!("<{}:c r=\"ZZZZZZZZ1\"/>", "x".repeat(2_000)),
            format!("<c{} r=\"ZZZZZZZZ1\"/>", " ".repeat(2_000)),
        ] {
            assert!(
                matches!(part(&xml), Err(ImportError::Unsafe(_))),
                "{xml:.60}"
            );
        }
    }
}
