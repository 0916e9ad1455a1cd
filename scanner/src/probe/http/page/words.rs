//! Words of the vocabulary, incident contacts and the fingerprint of a text.

use std::{collections::BTreeSet, sync::LazyLock};

use luytre_checks::{
    Tri,
    fact::{VOCABULARY, Word},
};
use unicode_normalization::UnicodeNormalization;

/// The text of a page by where it stands.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// What a visitor reads, title and headings too.
    pub(super) shown: String,
    /// Title and headings.
    pub(super) headings: String,
    /// What no visitor sees.
    pub(super) hidden: String,
    /// The words of links to other hosts.
    pub(super) foreign: String,
    /// The addresses of links to other hosts.
    pub(super) addresses: String,
    /// The addresses of those that no visitor sees.
    pub(super) hidden_addresses: String,
}

/// A word of the vocabulary as it stands in text and in addresses.
struct Sought {
    word: &'static str,
    /// ` nhà cái `
    text: String,
    /// ` nha cai `
    parted: String,
    /// `nhacai`, if that is long enough to be no accident.
    joined: Option<String>,
}

static SOUGHT: LazyLock<Vec<Sought>> = LazyLock::new(|| {
    VOCABULARY
        .iter()
        .map(|term| {
            let bare = unmarked(term.word);
            let joined = bare.replace(' ', "");
            Sought {
                word: term.word,
                text: format!(" {} ", term.word),
                parted: format!(" {bare} "),
                joined: (joined.len() >= 6).then_some(joined),
            }
        })
        .collect()
});

impl Texts {
    /// The words of the vocabulary that stand anywhere.
    pub(super) fn words(&self) -> Vec<Word> {
        let [shown, headings, hidden, foreign] =
            [&self.shown, &self.headings, &self.hidden, &self.foreign].map(|text| plain(text));
        let [addresses, hidden_addresses] =
            [&self.addresses, &self.hidden_addresses].map(|text| plain(text));
        SOUGHT
            .iter()
            .filter_map(|sought| {
                let seen = count(&shown, &sought.text);
                let unseen = count(&hidden, &sought.text);
                let led = sought.count_in(&addresses);
                let hidden = unseen > 0 || sought.count_in(&hidden_addresses) > 0;
                let count = seen + unseen + led;
                (count > 0).then(|| Word {
                    word: sought.word.to_owned(),
                    count: u32::try_from(count).unwrap_or(u32::MAX),
                    heading: self::count(&headings, &sought.text) > 0,
                    foreign: led > 0 || self::count(&foreign, &sought.text) > 0,
                    hidden,
                })
            })
            .collect()
    }
}

impl Sought {
    fn count_in(&self, addresses: &str) -> usize {
        let joined = self.joined.as_deref();
        let joined = joined.map_or(0, |joined| count(addresses, joined));
        count(addresses, &self.parted).max(joined)
    }
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

/// Lower case, NFC, every run of anything but letters and digits one space, one at each end.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    for c in text.nfc().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

/// Lower case without diacritics (đ is d).
pub(super) fn unmarked(text: &str) -> String {
    text.nfd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

/// Phrases of whoever takes reports of incidents, without diacritics.
const INCIDENT: [&str; 8] = [
    "su co an ninh mang",
    "su co an toan thong tin",
    "tiep nhan su co",
    "bao cao su co",
    "ung cuu su co",
    "security incident",
    "report an incident",
    "csirt",
];

/// Phrases of a link to contacts.
const CONTACT: [&str; 4] = ["lien he", "lien-he", "contact", "su co"];

/// How far from the phrase the number or address may stand, in characters.
const REACH: usize = 240;

/// Whether `text` tells who takes reports of incidents: the phrase, and near it a telephone number or
/// an e-mail address.
pub(super) fn incident_contact(text: &str) -> bool {
    let text: Vec<char> = unmarked(text).chars().collect();
    let plain: String = text.iter().collect();
    let mut starts = Vec::new();
    for phrase in INCIDENT {
        let found = plain.match_indices(phrase).take(16);
        starts.extend(found.map(|(at, _)| plain[..at].chars().count()));
    }
    starts.into_iter().any(|at| {
        let near = &text[at.saturating_sub(REACH / 3)..(at + REACH).min(text.len())];
        near.contains(&'@') || has_telephone(near)
    })
}

/// Eight digits in a row, but for spaces, points, hyphens and brackets.
fn has_telephone(text: &[char]) -> bool {
    let mut digits = 0;
    text.iter().any(|c| {
        if c.is_ascii_digit() {
            digits += 1;
        } else if !matches!(c, ' ' | '.' | '-' | '(' | ')' | '+') {
            digits = 0;
        }
        digits >= 8
    })
}

/// Whether a link with these words or this address leads to contacts.
pub(super) fn is_contact_link(text: &str, address: &str) -> Tri {
    let text = unmarked(text);
    let address = address.to_ascii_lowercase();
    let found = |mark: &str| text.contains(mark) || address.contains(mark);
    CONTACT.iter().any(|mark| found(mark)).into()
}

/// Words in a run that the fingerprint is made of.
const RUN: usize = 3;

/// A simhash of the runs of three words (M. Charikar, STOC 2002), each hashed with FNV-1a; none for
/// fewer than three words.
pub(super) fn fingerprint(text: &str) -> Option<String> {
    let plain = plain(text);
    let words: Vec<&str> = plain.split_ascii_whitespace().collect();
    let runs: BTreeSet<u64> = words.windows(RUN).map(|run| fnv(&run.join(" "))).collect();
    if runs.is_empty() {
        return None;
    }
    let mut weights = [0_i64; 64];
    for run in runs {
        for (bit, weight) in weights.iter_mut().enumerate() {
            *weight += if run >> bit & 1 == 1 { 1 } else { -1 };
        }
    }
    let set = weights
        .iter()
        .enumerate()
        .filter(|(_, weight)| **weight > 0);
    let hash = set.fold(0_u64, |hash, (bit, _)| hash | 1 << bit);
    Some(format!("{hash:016x}"))
}

/// FNV-1a, 64 bits (RFC 9923).
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_by_place() {
        let texts = Texts {
            shown: "Triệt phá đường dây NHÀ  CÁI. Tài xỉu".to_owned(),
            headings: "nhà cái".to_owned(),
            addresses: "https://vn.test/nha-cai-uy-tin http://tai.test/nohu".to_owned(),
            ..Texts::default()
        };
        let words = texts.words();
        let house = words.iter().find(|w| w.word == "nhà cái").unwrap();
        assert_eq!((house.count, house.heading), (2, true));
        assert!(house.foreign && !house.hidden);
        let dice = words.iter().find(|w| w.word == "tài xỉu").unwrap();
        assert_eq!((dice.count, dice.foreign), (1, false));
        assert_eq!(words.len(), 2, "{words:?}");
        // Decomposed letters are the same letters.
        let decomposed = Texts {
            hidden: "nhà cái".nfd().collect(),
            ..Texts::default()
        };
        assert!(decomposed.words()[0].hidden);
        // "nhà cải" is another word, and a word inside a word is none.
        let other = Texts {
            shown: "nhà cải tạo, baccarats".to_owned(),
            ..Texts::default()
        };
        assert_eq!(other.words(), []);
    }

    #[test]
    fn contacts_need_a_number_or_an_address() {
        for (text, found) in [
            ("Đầu mối tiếp nhận sự cố an ninh mạng: 0260.3000.000", true),
            ("Báo cáo sự cố: csirt@lamgiang.test", true),
            ("Sự cố an toàn thông tin xảy ra hôm qua", false),
            ("Điện thoại: 02603000000", false),
            ("Hội thảo về sự cố an ninh mạng năm 2026", false),
        ] {
            assert_eq!(incident_contact(text), found, "{text}");
        }
    }

    #[test]
    fn near_pages_have_near_fingerprints() {
        let page: Vec<String> = (0..400).map(|n| format!("từ{}", n * 7 % 311)).collect();
        let mut changed = page.clone();
        changed[200] = "mới".to_owned();
        let other: Vec<String> = (0..400).map(|n| format!("word{n}")).collect();
        let bits = |a: &[String], b: &[String]| {
            let of = |words: &[String]| {
                u64::from_str_radix(&fingerprint(&words.join(" ")).unwrap(), 16).unwrap()
            };
            (of(a) ^ of(b)).count_ones()
        };
        assert!(bits(&page, &changed) < 12, "{}", bits(&page, &changed));
        assert!(bits(&page, &other) > 16, "{}", bits(&page, &other));
        assert_eq!(fingerprint("hai từ"), None);
    }
}
