//! Cleaning and comparing Vietnamese text.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::{Code, message::is_invisible};

/// Text as the model keeps it: NFC, line feeds only, no control or invisible characters, no white
/// space at the ends.
pub fn clean(text: &str) -> String {
    if text.bytes().all(|b| matches!(b, b'\n' | b' '..=b'~')) {
        return text.trim().to_owned();
    }
    let text: String = text
        .replace("\r\n", "\n")
        .nfc()
        .filter_map(|c| match c {
            '\r' => Some('\n'),
            '\u{a0}' | '\u{202f}' | '\t' => Some(' '),
            '\n' => Some(c),
            c if c.is_control() || is_invisible(c) => None,
            c => Some(c),
        })
        .collect();
    text.trim().to_owned()
}

/// Text for comparing: lower case, no diacritics (đ is d), every run of other characters one space.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfd().flat_map(char::to_lowercase) {
        match c {
            'đ' => out.push('d'),
            c if c.is_alphanumeric() => out.push(c),
            c if is_mark(c) => {}
            _ if out.is_empty() || out.ends_with(' ') => {}
            _ => out.push(' '),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Folded text as a piece of a code: ASCII letters, digits and single hyphens, at most `most`
/// characters, cut between words where it can be.
fn slug(text: &str, most: usize) -> String {
    let mut out = String::new();
    for word in fold(text).split(' ') {
        let word: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
        if word.is_empty() {
            continue;
        }
        let hyphen = usize::from(!out.is_empty());
        if out.len() + hyphen + word.len() > most {
            if out.is_empty() {
                out.extend(word.chars().take(most));
            }
            break;
        }
        if hyphen == 1 {
            out.push('-');
        }
        out.push_str(&word);
    }
    out
}

fn mark_of(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}

/// A code made from words, the same for the same words: a slug if it says everything and is free,
/// else a slug with eight hexadecimal digits of the words' hash, else that with a number.
pub(crate) fn code_from(parts: &[&str], taken: &dyn Fn(&Code) -> bool) -> Code {
    let each = 50 / parts.len().max(1);
    let slugs: Vec<String> = parts
        .iter()
        .map(|part| slug(part, each))
        .filter(|s| !s.is_empty())
        .collect();
    let whole = parts
        .iter()
        .map(|p| slug(p, usize::MAX))
        .collect::<Vec<_>>();
    let complete = !slugs.is_empty() && slugs == whole;
    let stem = if slugs.is_empty() {
        "x".to_owned()
    } else {
        slugs.join("-")
    };
    let marked = format!("{stem}-{}", mark_of(parts));
    std::iter::once(stem)
        .filter(|_| complete)
        .chain(std::iter::once(marked.clone()))
        .chain((2..=u32::MAX).map(|n| format!("{marked}-{n}")))
        .filter_map(|text| text.parse::<Code>().ok())
        .find(|code| !taken(code))
        .expect("numbers never run out")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_forgets_marks_and_case() {
        assert_eq!(
            fold("  CẤP ĐỘ (được   phê duyệt) "),
            "cap do duoc phe duyet"
        );
        assert_eq!(fold("Đơn vị\nvận hành"), fold("don vi van hanh"));
        assert_eq!(clean("Hê\u{323} thống\r\n\u{feff}x\u{0}"), "Hệ thống\nx");
    }

    #[test]
    fn codes_are_stable_and_free() {
        let none = |_: &Code| false;
        assert_eq!(
            code_from(&["UBND xã Đồi Chè"], &none).as_str(),
            "ubnd-xa-doi-che"
        );
        let first = code_from(&["Sở", &"rất dài ".repeat(30)], &none);
        assert_eq!(first, code_from(&["Sở", &"rất dài ".repeat(30)], &none));
        assert!(first.as_str().len() <= 64);
        let second = code_from(&["UBND xã Đồi Chè"], &|c| {
            c.as_str() == "ubnd-xa-doi-che"
        });
        assert!(second.as_str().starts_with("ubnd-xa-doi-che-"));
        assert!(code_from(&["漢字"], &none).as_str().starts_with("x-"));
    }
}
