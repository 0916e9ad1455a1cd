//! Official papers named in one cell: "QĐ số 12/QĐ-UBND ngày 18/11/2026 của UBND tỉnh".

use crate::{
    Paper,
    clean::clean,
    dates::{parse_date, show_date},
};

/// Words before a number that are no part of it, longest first.
const BEFORE: [&str; 9] = [
    "quyết định số:",
    "quyết định số",
    "công văn số",
    "quy chế số",
    "qđ số:",
    "qđ số",
    "quyết định",
    "số:",
    "số ",
];
/// Words before the issuing body.
const BODY: [&str; 4] = ["của ", "do ", "cơ quan ban hành:", "cơ quan ban hành "];

/// Takes a paper apart. None when no number with a digit and no date can be found.
pub(crate) fn parse_paper(cell: &str) -> Option<Paper> {
    let text = clean(cell).replace('\n', " ");
    let (head, date, tail) = match find_date(&text) {
        Some((start, end, date)) => (&text[..start], Some(date), &text[end..]),
        None => (text.as_str(), None, ""),
    };
    let mut head = trim(head);
    let lower = head.to_lowercase();
    // Lower-casing keeps the length of Vietnamese letters; where it does not, nothing is cut.
    if lower.len() == head.len()
        && let Some(word) = BEFORE.iter().find(|word| lower.starts_with(**word))
    {
        head = trim(&head[word.len()..]);
    }
    let mut tail = trim(tail);
    // Without a date the body stands behind the number: "12/QĐ-UBND của UBND tỉnh".
    if date.is_none()
        && let Some((number, body)) = head.split_once(" của ")
    {
        (head, tail) = (trim(number), trim(body));
    }
    let lower = tail.to_lowercase();
    if lower.len() == tail.len()
        && let Some(word) = BODY.iter().find(|word| lower.starts_with(**word))
    {
        tail = trim(&tail[word.len()..]);
    }
    if !head.is_empty() && !head.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if head.is_empty() && date.is_none() {
        return None;
    }
    let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    Some(Paper {
        number: some(head),
        date,
        authority: some(tail),
    })
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', ',', ';', '(', ')', '\n', '.', '|'])
}

/// The first date and where it stands, with the word "ngày" before it.
fn find_date(text: &str) -> Option<(usize, usize, jiff::civil::Date)> {
    let lower = text.to_lowercase();
    if lower.len() == text.len()
        && let Some(start) = lower.find("ngày")
    {
        let after = start + "ngày".len();
        // "18 tháng 11 năm 2026" is the longest spelling: try longer pieces first.
        let ends = text[after..]
            .char_indices()
            .map(|(i, c)| after + i + c.len_utf8())
            .take(32);
        for end in ends.collect::<Vec<_>>().into_iter().rev() {
            let piece = &text[after..end];
            if piece.ends_with(|c: char| c.is_ascii_digit())
                && !text[end..].starts_with(|c: char| c.is_ascii_digit())
                && let Some(date) = parse_date(piece)
            {
                return Some((start, end, date));
            }
        }
    }
    let mut at = 0;
    for word in text.split([' ', ',', ';', '(', ')']) {
        let end = at + word.len();
        if word.matches(['/', '-', '.']).count() == 2
            && let Some(date) = parse_date(word)
        {
            return Some((at, end, date));
        }
        at = end + 1;
    }
    None
}

/// A paper in one cell, as Mẫu số 08 columns 7 and 8 want it.
pub fn show_paper(paper: &Paper) -> String {
    let mut parts = Vec::new();
    parts.extend(paper.number.clone());
    parts.extend(paper.date.map(|date| format!("ngày {}", show_date(date))));
    parts.extend(paper.authority.as_ref().map(|body| format!("của {body}")));
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(String, String, String)> {
        parse_paper(text).map(|p| {
            (
                p.number.unwrap_or_default(),
                p.date.map(show_date).unwrap_or_default(),
                p.authority.unwrap_or_default(),
            )
        })
    }

    #[test]
    fn papers_of_real_sheets() {
        let body = "UBND tỉnh Lam Giang";
        for text in [
            "QĐ số 12/QĐ-UBND ngày 18/11/2025 của UBND tỉnh Lam Giang",
            "Quyết định số 12/QĐ-UBND, ngày 18-11-2025, UBND tỉnh Lam Giang",
            "12/QĐ-UBND ngày 18 tháng 11 năm 2025 của UBND tỉnh Lam Giang",
            "Số: 12/QĐ-UBND\nngày 18.11.2025\ncủa UBND tỉnh Lam Giang",
            "12/QĐ-UBND (18/11/2025) UBND tỉnh Lam Giang",
        ] {
            assert_eq!(
                parts(text),
                Some(("12/QĐ-UBND".into(), "18/11/2025".into(), body.into())),
                "{text}"
            );
        }
        assert_eq!(
            parts("QĐ 15/QĐ-STTTT"),
            Some(("QĐ 15/QĐ-STTTT".into(), String::new(), String::new()))
        );
        assert_eq!(
            parts("ngày 01/02/2025"),
            Some((String::new(), "01/02/2025".into(), String::new()))
        );
        for text in ["", "đang trình", "chưa có", "ngày"] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn shown_papers_come_back() {
        let paper = Paper {
            number: Some("12/QĐ-UBND".into()),
            date: Some(jiff::civil::Date::constant(2025, 11, 18)),
            authority: Some("UBND tỉnh".into()),
        };
        assert_eq!(parse_paper(&show_paper(&paper)), Some(paper));
    }
}
