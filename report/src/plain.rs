//! Makes hostile strings fit to print.
//!
//! A document must show what a server said without letting it act: control and direction characters, letters the
//! fonts lack and endless words are written out or cut, visibly.

use std::fmt::Write as _;

use serde_json::Value;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::{Assessment, Error, fonts};

/// Longest string kept, in characters; the rest is cut with a note.
const LONGEST: usize = 400;

/// Characters that steer the direction of text or hide in it (Unicode Standard Annex 9, section 2; zero-width marks).
const INVISIBLE: [char; 20] = [
    '\u{ad}', '\u{61c}', '\u{180e}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}',
    '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2060}', '\u{2066}', '\u{2067}',
    '\u{2068}', '\u{2069}', '\u{feff}', '\u{fffc}',
];

/// The assessment with every string made printable.
///
/// Goes over the serialised form, so a field added later cannot be forgotten.
pub(crate) fn assessment(raw: &Assessment) -> Result<Assessment, Error> {
    let mut value = serde_json::to_value(raw).map_err(Error::Model)?;
    each_string(&mut value, &|text| *text = printable(text));
    serde_json::from_value(value).map_err(Error::Model)
}

/// Calls `change` on every string value inside; object keys are ours and stay.
pub(crate) fn each_string(value: &mut Value, change: &impl Fn(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_string(item, change)),
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|item| each_string(item, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// `text` in NFC on one line, with what cannot be printed written as `[U+202E]`, cut after [`LONGEST`] characters.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(4 * LONGEST));
    let mut kept = 0_usize;
    let mut cut = 0_usize;
    let mut marks = 0_usize;
    for c in text.trim().nfc() {
        if kept >= LONGEST {
            cut += 1;
            continue;
        }
        kept += 1;
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        if c.is_whitespace() {
            // Also joins runs of blanks and line ends into one space.
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if c.is_control() || INVISIBLE.contains(&c) || marks > 2 || !fonts::covers(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "[U+{:04X}]", u32::from(c));
        } else {
            out.push(c);
        }
    }
    if cut > 0 {
        let _ = write!(out, "… [đã cắt {cut} ký tự]");
    }
    out
}

/// `text` with break marks (U+200B) inside words too long for a narrow column.
///
/// The PDF template turns each mark into a place where the line may break; no character of it reaches the page.
pub(crate) fn breakable(text: &str) -> String {
    const LONG_WORD: usize = 10;
    let mut out = String::with_capacity(text.len() + 8);
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        if word.chars().count() <= LONG_WORD {
            out.push_str(word);
            continue;
        }
        let mut run = 0;
        let mut letters = word.chars().peekable();
        while let Some(c) = letters.next() {
            out.push(c);
            run += 1;
            let joint = matches!(
                c,
                '.' | ':' | '/' | '-' | '_' | ',' | ';' | '=' | '&' | '?' | '@' | ')' | ']'
            );
            let room = letters.peek().is_some_and(|next| !is_combining_mark(*next));
            if room && ((joint && run >= 3) || run >= LONG_WORD) {
                out.push('\u{200b}');
                run = 0;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_printed_is_written_out() {
        for (given, wanted) in [
            ("Xã Đồi Chè", "Xã Đồi Chè"),
            // NFD becomes NFC.
            ("Xa\u{303} D\u{323}oi", "Xã \u{1e0c}oi"),
            ("a\u{202e}b", "a[U+202E]b"),
            ("a\u{0}\u{1b}[31m", "a[U+0000][U+001B][31m"),
            (" a\r\n\tb ", "a b"),
            ("\u{1f600}", "[U+1F600]"),
            ("a\u{200b}b", "a[U+200B]b"),
            ("#panic() $x$ *a* <b> ]]> \\", "#panic() $x$ *a* <b> ]]> \\"),
        ] {
            assert_eq!(printable(given), wanted);
        }
    }

    #[test]
    fn a_long_word_is_cut_and_says_so() {
        let text = printable(&"A".repeat(10_000));
        assert!(text.starts_with(&"A".repeat(400)));
        assert!(text.ends_with("… [đã cắt 9600 ký tự]"), "{text}");
        assert!(text.chars().count() < 440);
    }

    #[test]
    fn break_marks_change_nothing_but_add_themselves() {
        let long = "https://www.doiche.test:8443/mot-duong-dan/rat/dai?x=1";
        let marked = breakable(long);
        assert!(
            marked
                .split('\u{200b}')
                .all(|piece| piece.chars().count() <= 10)
        );
        assert_eq!(marked.replace('\u{200b}', ""), long);
        assert_eq!(
            breakable("Trang thông tin điện tử"),
            "Trang thông tin điện tử"
        );
    }
}
