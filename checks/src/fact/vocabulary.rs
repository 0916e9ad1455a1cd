//! Words by which a page shows that somebody else writes on it.
//!
//! Compiled for this program from reports on state sites of Viet Nam on which gambling was advertised,
//! and on such attacks elsewhere; each word names the report it was read in:
//!
//! - `vdong`: the pages of a province, 2 February 2023 (Thanh Niên, read at tintuc.vdong.vn/02/1690653.htm);
//! - `tayninh`: games for money on `.gov.vn`, 7 May 2020 (baotayninh.vn, a122782);
//! - `thanhnien`: gambling online, 16 March 2025 (thanhnien.vn, 185250316220711116);
//! - `daklak`: a warning of the police of a province, 20 October 2025 (afamily.vn, 20251020095243195);
//! - `spam`: words that such pages repeat, seen on the pages themselves among the results of a search;
//! - `sucuri`: gambling spam in general (blog.sucuri.net, p=25158);
//! - `expert`: hacked sites in the results of a search, August 2024 (gambling.expert,
//!   google-core-august-2024-hacked-sites-gambling);
//! - `usual`: what such pages are known to say, read in no single report.
//!
//! That such links are hidden on `.gov.vn` is told by Cục An toàn thông tin, April 2023 (cafef.vn,
//! 188230412092524896).

/// What a word of the [`VOCABULARY`] is a sign of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sign {
    /// Advertising for gambling. News about a raid uses such a word too, but seldom three of them, and
    /// not in links to other sites.
    Gambling,
    /// The mark of whoever replaced the page.
    Defacement,
}

/// A word or phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Lower case, NFC, words parted by one space.
    pub word: &'static str,
    /// What it is a sign of.
    pub sign: Sign,
    /// Where it was read.
    pub source: &'static str,
}

const fn gambling(word: &'static str, source: &'static str) -> Term {
    Term {
        word,
        sign: Sign::Gambling,
        source,
    }
}

const fn defacement(word: &'static str) -> Term {
    Term {
        word,
        sign: Sign::Defacement,
        source: "usual",
    }
}

/// The words. A Vietnamese one counts with its marks in running text, and without them (`nha cai`,
/// `nha-cai`, `nhacai`) in the address of a link.
pub const VOCABULARY: &[Term] = &[
    gambling("nhà cái", "daklak"),
    gambling("kèo nhà cái", "usual"),
    gambling("tài xỉu", "vdong"),
    gambling("nổ hũ", "spam"),
    gambling("bắn cá đổi thưởng", "usual"),
    gambling("đánh bài đổi thưởng", "spam"),
    gambling("game bài đổi thưởng", "tayninh"),
    gambling("game bài", "tayninh"),
    gambling("chơi game đổi tiền thật", "tayninh"),
    gambling("soi cầu", "vdong"),
    gambling("bạch thủ lô", "vdong"),
    gambling("lô đề online", "usual"),
    gambling("xóc đĩa online", "usual"),
    gambling("cá cược", "thanhnien"),
    gambling("cá độ bóng đá", "vdong"),
    gambling("đá gà trực tiếp", "usual"),
    gambling("casino trực tuyến", "usual"),
    gambling("casino online", "sucuri"),
    gambling("online casino", "sucuri"),
    gambling("baccarat", "sucuri"),
    gambling("slot game", "usual"),
    gambling("slot gacor", "usual"),
    gambling("judi online", "usual"),
    gambling("togel", "usual"),
    gambling("sportsbook", "usual"),
    gambling("free spins", "expert"),
    defacement("hacked by"),
    defacement("defaced by"),
    defacement("owned by anonymous"),
    defacement("pwned by"),
    defacement("was here greetz"),
    defacement("security is an illusion"),
];

/// Names of gambling houses in the address of a link: letters, then one of these ends, as in the
/// reports above (`kuwin`, `32win`, `789win`, `vipwin`, `qq88-bet`, `98win`). Such an end is
/// found in honest names too, so it counts only where the link is hidden.
pub const HOUSE_ENDS: &[&str] = &["88", "win", "bet"];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use unicode_normalization::is_nfc;

    use super::*;

    #[test]
    fn words_are_as_they_are_compared() {
        let mut seen = BTreeSet::new();
        for term in VOCABULARY {
            assert!(seen.insert(term.word), "{} is there twice", term.word);
            assert!(
                is_nfc(term.word) && term.word == term.word.to_lowercase(),
                "{}",
                term.word
            );
            let words: Vec<&str> = term.word.split(' ').collect();
            let whole = |word: &&str| !word.is_empty() && word.chars().all(char::is_alphanumeric);
            assert!(words.iter().all(whole), "{}", term.word);
            assert!(!term.source.is_empty());
        }
    }
}
