//! Old Vietnamese encodings: TCVN3 (ABC fonts), VNI and windows-1258.
//!
//! A cell is converted only when that turns every suspicious word into a possible Vietnamese
//! syllable and some word was none before. Good Unicode is therefore never touched.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// An encoding that was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Legacy {
    /// TCVN 5712:1993 VN3, the `.VnTime` fonts.
    Tcvn3,
    /// VNI Windows, the `VNI-Times` fonts.
    Vni,
    /// windows-1258.
    Windows1258,
}

impl Legacy {
    /// Name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcvn3 => "TCVN3 (ABC)",
            Self::Vni => "VNI",
            Self::Windows1258 => "windows-1258",
        }
    }
}

/// TCVN3: the letters of bytes 0xA1–0xFE in order; a space where there is none.
const TCVN3: &str =
    "ĂÂÊÔƠƯĐăâêôơưđ      àảãáạ ằẳẵắ       ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ";

fn tcvn3(c: char) -> Option<char> {
    static TABLE: LazyLock<Vec<char>> = LazyLock::new(|| TCVN3.chars().collect());
    let index = (c as usize).checked_sub(0xa1)?;
    TABLE.get(index).copied().filter(|c| *c != ' ')
}

fn from_tcvn3(text: &str) -> Option<String> {
    text.chars()
        .map(|c| if c.is_ascii() { Some(c) } else { tcvn3(c) })
        .collect()
}

/// VNI: a mark after a vowel, as (mark, combining marks it stands for).
const VNI_MARKS: [(char, &str); 14] = [
    ('ù', "\u{301}"),
    ('ø', "\u{300}"),
    ('û', "\u{309}"),
    ('õ', "\u{303}"),
    ('ï', "\u{323}"),
    ('â', "\u{302}"),
    ('á', "\u{302}\u{301}"),
    ('à', "\u{302}\u{300}"),
    ('å', "\u{302}\u{309}"),
    ('ã', "\u{302}\u{303}"),
    ('ä', "\u{302}\u{323}"),
    ('ê', "\u{306}"),
    ('é', "\u{306}\u{301}"),
    ('è', "\u{306}\u{300}"),
];
const VNI_MARKS_BREVE: [(char, &str); 3] = [
    ('ú', "\u{306}\u{309}"),
    ('ü', "\u{306}\u{303}"),
    ('ë', "\u{306}\u{323}"),
];
/// VNI letters that stand alone.
const VNI_LETTERS: [(char, char); 14] = [
    ('ñ', 'đ'),
    ('Ñ', 'Đ'),
    ('ô', 'ơ'),
    ('Ô', 'Ơ'),
    ('ö', 'ư'),
    ('Ö', 'Ư'),
    ('í', 'í'),
    ('ì', 'ì'),
    ('æ', 'ỉ'),
    ('ó', 'ĩ'),
    ('ò', 'ị'),
    ('î', 'ỵ'),
    ('Æ', 'Ỉ'),
    ('Î', 'Ỵ'),
];
const VNI_CAPITALS: [(char, char); 4] = [('Ó', 'Ĩ'), ('Ò', 'Ị'), ('Í', 'Í'), ('Ì', 'Ì')];

fn from_vni(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        let low = c.to_lowercase().next().unwrap_or(c);
        let mark = VNI_MARKS
            .iter()
            .chain(&VNI_MARKS_BREVE)
            .find(|m| m.0 == low);
        let letter = VNI_LETTERS.iter().chain(&VNI_CAPITALS).find(|l| l.0 == c);
        match (mark, letter) {
            (Some((_, marks)), _) if ends_in_vowel(&out) => out.push_str(marks),
            (_, Some((_, letter))) => out.push(*letter),
            _ => return None,
        }
    }
    Some(out.nfc().collect())
}

fn ends_in_vowel(text: &str) -> bool {
    text.chars()
        .next_back()
        .is_some_and(|c| "aeiouyơưAEIOUYƠƯ".contains(c))
}

/// windows-1252 above 0x7F, for the bytes 0x80–0x9F; the rest is Latin-1.
const HIGH_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

fn char_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => HIGH_1252
            .chars()
            .nth(usize::from(byte - 0x80))
            .unwrap_or('\u{fffd}'),
        _ => char::from(byte),
    }
}

fn char_1258(byte: u8) -> char {
    match byte {
        0xc3 => 'Ă',
        0xe3 => 'ă',
        0xcc => '\u{300}',
        0xec => '\u{301}',
        0xd2 => '\u{309}',
        0xde => '\u{303}',
        0xf2 => '\u{323}',
        0xd0 => 'Đ',
        0xf0 => 'đ',
        0xd5 => 'Ơ',
        0xf5 => 'ơ',
        0xdd => 'Ư',
        0xfd => 'ư',
        0xfe => '₫',
        _ => char_1252(byte),
    }
}

/// Reads bytes that are not UTF-8: as windows-1258 where that makes more Vietnamese syllables, else
/// as Latin characters, whose cells [`restore`] then looks at one by one.
pub(crate) fn decode(bytes: &[u8]) -> (String, Option<Legacy>) {
    let latin: String = bytes.iter().map(|b| char_1252(*b)).collect();
    let vietnamese: String = bytes.iter().map(|b| char_1258(*b)).nfc().collect();
    let of = |text: &str| {
        words(text)
            .filter(|w| !w.is_ascii() && is_syllable(w))
            .count()
    };
    let restored: usize = latin
        .split(['\n', ',', ';', '\t', '"'])
        .map(|cell| restore(cell).map_or_else(|| of(cell), |(text, _)| of(&text)))
        .sum();
    if of(&vietnamese) > restored {
        (vietnamese, Some(Legacy::Windows1258))
    } else {
        (latin, None)
    }
}

/// The text of a cell in Unicode if it was typed in TCVN3 or VNI; none when it is good as it is or
/// not certain.
pub fn restore(text: &str) -> Option<(String, Legacy)> {
    // Both encodings hide in Latin-1; one letter beyond it means Unicode was typed.
    if text.is_ascii() || text.chars().any(|c| !is_latin1(c)) {
        return None;
    }
    if words(text).filter(|w| !w.is_ascii()).all(is_syllable) {
        return None;
    }
    let tries = [
        (from_tcvn3(text), Legacy::Tcvn3),
        (from_vni(text), Legacy::Vni),
    ];
    let mut good: Vec<(String, Legacy)> = tries
        .into_iter()
        .filter_map(|(text, kind)| text.map(|text| (text, kind)))
        .filter(|(text, _)| {
            let mut changed = words(text).filter(|w| !w.is_ascii()).peekable();
            changed.peek().is_some() && changed.all(is_syllable)
        })
        .collect();
    // Two readings that both make sense are no reading.
    if good.len() == 1 { good.pop() } else { None }
}

/// Latin-1 letters, and the windows-1252 characters that take the place of 0x80–0x9F.
fn is_latin1(c: char) -> bool {
    (c as u32) < 0x100 || "‘’“”–—…".contains(c)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| {
        c.is_ascii() && !c.is_ascii_alphabetic() || c.is_whitespace() || "‘’“”–—…".contains(c)
    })
    .filter(|w| !w.is_empty())
}

/// Vowel groups of Vietnamese without tone marks.
const NUCLEI: &str = " a ă â e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iê iêu iu oa oai oao oay oă oe oeo oi ôi ơi ua uâ uây uê ui uô uôi uơ uy uya uyê uyêu uyu ưa ưi ươ ươi ươu ưu yê yêu ";
/// Groups that end in a glide, which never carries the tone: "heọ" is no syllable, "hẹo" is one.
const GLIDED: &str =
    " ai ao au ay âu ây eo êu iu oi ôi ơi ui ưi ưu iêu oai oao oay oeo uây uôi uyu ươi ươu yêu ";
const ONSETS: &str = " b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu q r s t th tr v x ";
const CODAS: &str = " c ch m n ng nh p t ";

fn listed(list: &str, part: &str) -> bool {
    part.is_empty() || (!part.contains(' ') && list.contains(&format!(" {part} ")))
}

/// Whether a word can be a Vietnamese syllable. Also true of words in ASCII that can be one.
fn is_syllable(word: &str) -> bool {
    let mut toned = Vec::new();
    let mut base = String::new();
    let mut letters = 0;
    for c in word.nfd() {
        match c {
            '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => toned.push(letters),
            '\u{302}' | '\u{306}' | '\u{31b}' => base.push(c),
            c => {
                letters += 1;
                base.extend(c.to_lowercase());
            }
        }
    }
    let base: String = base.nfc().collect();
    if toned.len() > 1 {
        return false;
    }
    let vowel = |c: char| "aăâeêioôơuưy".contains(c);
    let Some(start) = base.find(vowel) else {
        return false;
    };
    let (mut onset, mut rest) = base.split_at(start);
    // "gi" and "qu" take their vowel along when another follows.
    for (lead, with) in [("g", "i"), ("q", "u")] {
        if onset == lead && rest.starts_with(with) && rest[1..].starts_with(vowel) {
            (onset, rest) = base.split_at(start + 1);
        }
    }
    let end = rest.find(|c: char| !vowel(c)).unwrap_or(rest.len());
    let (nucleus, coda) = rest.split_at(end);
    let glide = onset.chars().count() + nucleus.chars().count();
    if toned.first() == Some(&glide) && listed(GLIDED, nucleus) {
        return false;
    }
    !nucleus.is_empty() && listed(ONSETS, onset) && listed(NUCLEI, nucleus) && listed(CODAS, coda)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCE: &str =
        "Hệ thống quản lý văn bản và điều hành của Ủy ban nhân dân xã Đồi Chè, tỉnh Lam Giang";

    fn to_tcvn3(text: &str) -> String {
        text.chars()
            .map(|c| {
                let low = c.to_lowercase().next().unwrap_or(c);
                let find = |c| TCVN3.chars().position(|t| t == c && c != ' ');
                find(c)
                    .or_else(|| find(low))
                    .map_or(c, |i| char::from(u8::try_from(i + 0xa1).unwrap()))
            })
            .collect()
    }

    fn to_vni(text: &str) -> String {
        let mut out = String::new();
        for c in text.chars() {
            if c.is_ascii() {
                out.push(c);
                continue;
            }
            if let Some((vni, _)) = VNI_LETTERS.iter().chain(&VNI_CAPITALS).find(|l| l.1 == c) {
                out.push(*vni);
                continue;
            }
            let parts: Vec<char> = c.nfd().collect();
            let (base, marks) = match parts.as_slice() {
                // ơ and ư keep a letter of their own.
                [b, '\u{31b}', rest @ ..] => {
                    let horn: String = [*b, '\u{31b}'].iter().collect::<String>().nfc().collect();
                    let vni = VNI_LETTERS
                        .iter()
                        .find(|l| horn.starts_with(l.1))
                        .unwrap()
                        .0;
                    (vni, rest.iter().collect::<String>())
                }
                [b, rest @ ..] => {
                    let mut rest = rest.to_vec();
                    rest.sort_by_key(|m| !matches!(m, '\u{302}' | '\u{306}'));
                    (*b, rest.iter().collect())
                }
                [] => continue,
            };
            out.push(base);
            if !marks.is_empty() {
                out.push(
                    VNI_MARKS
                        .iter()
                        .chain(&VNI_MARKS_BREVE)
                        .find(|m| m.1 == marks)
                        .unwrap()
                        .0,
                );
            }
        }
        out
    }

    #[test]
    fn old_fonts_come_back() {
        let (text, kind) = restore(&to_tcvn3(SENTENCE)).unwrap();
        assert_eq!(kind, Legacy::Tcvn3);
        // TCVN3 keeps capitals with marks in a font of their own, so only their case is lost.
        assert_eq!(text.to_lowercase(), SENTENCE.to_lowercase());
        assert_eq!(
            restore(&to_vni(SENTENCE)),
            Some((SENTENCE.into(), Legacy::Vni))
        );
        assert_eq!(
            restore("HÖ thèng th«ng tin"),
            Some(("Hệ thống thông tin".into(), Legacy::Tcvn3))
        );
        assert_eq!(
            restore("Heä thoáng thoâng tin"),
            Some(("Hệ thống thông tin".into(), Legacy::Vni))
        );
    }

    #[test]
    fn good_text_stays() {
        for text in [
            SENTENCE,
            "",
            "plain ASCII",
            "Công ty São Mai",
            "Société Générale",
            "Müller & Söhne",
            "Nestlé",
            "Citroën",
            "hà nội",
            "Hòa Bình",
            "xã Lý Sơn",
            "à",
            "é",
            "Café",
            "naïve",
            "© 2025 «Lam Giang»",
            "25 °C ± 2",
        ] {
            assert_eq!(restore(text), None, "{text}");
        }
    }

    #[test]
    fn windows_1258_is_told_from_the_fonts() {
        let bytes: Vec<u8> = SENTENCE
            .chars()
            .flat_map(|c| {
                let whole = (0x80..=0xff).find(|b| char_1258(*b) == c);
                match whole {
                    Some(byte) => vec![byte],
                    None if c.is_ascii() => vec![c as u8],
                    None => {
                        let parts: Vec<char> = c.nfd().collect();
                        let (last, base) = parts.split_last().unwrap();
                        let (base, tone) = if matches!(last, '\u{302}' | '\u{306}') {
                            let tone = base[1];
                            ([base[0], *last].iter().collect::<String>(), tone)
                        } else {
                            (base.iter().collect(), *last)
                        };
                        let base = base.nfc().next().unwrap();
                        [base, tone]
                            .iter()
                            .map(|c| {
                                (0u8..=255)
                                    .find(|b| {
                                        if *b < 128 {
                                            char::from(*b) == *c
                                        } else {
                                            char_1258(*b) == *c
                                        }
                                    })
                                    .unwrap()
                            })
                            .collect()
                    }
                }
            })
            .collect();
        let (text, kind) = decode(&bytes);
        assert_eq!((text.as_str(), kind), (SENTENCE, Some(Legacy::Windows1258)));
        let abc: Vec<u8> = to_tcvn3(SENTENCE)
            .chars()
            .map(|c| u8::try_from(c as u32).unwrap())
            .collect();
        assert_eq!(decode(&abc).1, None);
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_never_touches_syllables(text in "\\PC{0,40}", word in 0usize..15) {
            let _ = restore(&text);
            let good = SENTENCE.split(' ').nth(word).unwrap();
            proptest::prop_assert_eq!(restore(good), None);
        }
    }
}
