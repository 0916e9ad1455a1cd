//! The fonts that travel inside the program: Liberation Serif 2.1.5, metric-compatible with Times New Roman.

use std::sync::LazyLock;

use typst::{
    foundations::Bytes,
    text::{Coverage, Font},
};

/// The family name the template asks for.
#[cfg(test)]
pub(crate) const FAMILY: &str = "Liberation Serif";

/// The four faces, parsed once.
pub(crate) static FACES: LazyLock<Vec<Font>> = LazyLock::new(|| {
    [
        include_bytes!("../fonts/LiberationSerif-Regular.ttf").as_slice(),
        include_bytes!("../fonts/LiberationSerif-Bold.ttf"),
        include_bytes!("../fonts/LiberationSerif-Italic.ttf"),
        include_bytes!("../fonts/LiberationSerif-BoldItalic.ttf"),
    ]
    .into_iter()
    .map(|face| Font::new(Bytes::new(face), 0).expect("an embedded font file is a font"))
    .collect()
});

/// Characters all four faces can draw.
static COVERED: LazyLock<Coverage> = LazyLock::new(|| {
    let (first, others) = FACES.split_first().expect("there are four faces");
    let shared = first
        .info()
        .coverage
        .iter()
        .filter(|c| others.iter().all(|face| face.info().coverage.contains(*c)));
    Coverage::from_vec(shared.collect())
});

/// Whether every face can draw `c`.
pub(crate) fn covers(c: char) -> bool {
    COVERED.contains(u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The letters of Vietnamese, lower case: 12 vowels with 6 tones, and đ.
    const LOWER: &str = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ";

    #[test]
    fn every_vietnamese_letter_is_covered() {
        assert_eq!(LOWER.chars().count(), 73);
        for c in LOWER.chars().chain(LOWER.to_uppercase().chars()) {
            assert!(covers(c), "{c}");
        }
        for c in "₫–—…“”‘’•→≥≤×§°½".chars() {
            assert!(covers(c), "{c}");
        }
    }

    #[test]
    fn the_sources_use_no_letter_without_a_glyph() {
        let sources = [
            include_str!("../templates/report.typ"),
            include_str!("words.rs"),
            include_str!("standing.rs"),
            include_str!("compose/mod.rs"),
            include_str!("compose/opening.rs"),
            include_str!("compose/identity.rs"),
            include_str!("compose/scope.rs"),
            include_str!("compose/technical.rs"),
            include_str!("compose/requirements.rs"),
            include_str!("compose/remedy.rs"),
            include_str!("compose/figures.rs"),
            include_str!("compose/annexes.rs"),
            include_str!("model/finding.rs"),
            include_str!("model/measured.rs"),
            include_str!("model/requirement.rs"),
        ];
        for c in sources.concat().chars().filter(|c| !c.is_whitespace()) {
            assert!(covers(c), "{c} U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn the_family_is_the_one_the_template_asks_for() {
        assert!(FACES.iter().all(|face| face.info().family == FAMILY));
        assert!(include_str!("../templates/report.typ").contains(FAMILY));
    }
}
