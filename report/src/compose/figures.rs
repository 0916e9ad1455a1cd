//! Drawn figures, as numbers: shares of a bar, places on a scale of months.

use jiff::{Span as Time, civil::Date};

use super::{Pen, brief};
use crate::{
    Assessment, OutcomeCounts,
    paper::{Bar, Pattern, Segment, Span, Timeline},
    words,
};

/// Most certificates drawn; the others stand in the annex.
pub(super) const MOST_CERTIFICATES: usize = 12;

type Outcome = (&'static str, &'static str, fn(&OutcomeCounts) -> u64);

/// The five outcomes, with what each means.
pub(super) const OUTCOMES: [Outcome; 5] = [
    (
        "Có điều trái yêu cầu",
        "Phép đo thấy điều trái với yêu cầu; được ghi thành tồn tại",
        |o| o.fail,
    ),
    (
        "Chưa xác định được",
        "Không đo được hoặc số liệu chưa đủ; không tính là tốt",
        |o| o.inconclusive,
    ),
    (
        "Không thấy điều trái yêu cầu",
        "Chỉ nói về điều đã đo, tại thời điểm đo",
        |o| o.pass,
    ),
    (
        "Không áp dụng",
        "Yêu cầu không áp dụng với đối tượng này",
        |o| o.not_applicable,
    ),
    (
        "Chưa có hiệu lực",
        "Quy định chưa có hiệu lực tại ngày đối chiếu",
        |o| o.not_in_force,
    ),
];

const PATTERNS: [Pattern; 5] = [
    Pattern::Solid,
    Pattern::Dense,
    Pattern::Hatch,
    Pattern::Dots,
    Pattern::Blank,
];

/// Stacked bar of the five outcomes.
pub(super) fn outcomes(pen: &mut Pen, a: &Assessment) -> Bar {
    let caption = pen.figure_caption("Kết quả đối chiếu theo năm loại");
    bar(
        caption,
        OUTCOMES
            .iter()
            .map(|(label, _, of)| ((*label).to_owned(), of(&a.outcomes))),
    )
}

/// Stacked bar of open findings by severity.
pub(super) fn severities(pen: &mut Pen, a: &Assessment) -> Bar {
    let open = a.open_findings();
    let caption = pen.figure_caption("Tồn tại đang mở theo mức độ");
    bar(
        caption,
        words::severities().map(|severity| {
            let n = open.iter().filter(|f| f.severity == severity).count();
            (severity.text().vi.to_owned(), words::count(n))
        }),
    )
}

fn bar(caption: String, parts: impl Iterator<Item = (String, u64)>) -> Bar {
    let parts: Vec<(String, u64)> = parts.collect();
    let total: u64 = parts.iter().map(|(_, n)| n).sum();
    let shares = shares(&parts.iter().map(|(_, n)| *n).collect::<Vec<_>>());
    let described: Vec<String> = parts
        .iter()
        .map(|(label, n)| format!("{label} {}", words::number(*n)))
        .collect();
    Bar {
        alt: format!(
            "{caption}. {}; tổng {}.",
            described.join(", "),
            words::number(total)
        ),
        caption,
        segments: parts
            .into_iter()
            .zip(shares)
            .zip(PATTERNS)
            .map(|(((label, count), share), pattern)| Segment {
                label,
                count,
                count_text: words::number(count),
                share,
                pattern,
            })
            .collect(),
    }
}

/// Lengths in thousandths that sum up to 1000; a part that exists is never too thin for its number.
fn shares(counts: &[u64]) -> Vec<u64> {
    const THINNEST: u64 = 45;
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return vec![0; counts.len()];
    }
    let exact = |n: u64| u64::try_from(u128::from(n) * 1000 / u128::from(total)).unwrap_or(1000);
    let mut shares: Vec<u64> = counts
        .iter()
        .map(|n| if *n == 0 { 0 } else { exact(*n).max(THINNEST) })
        .collect();
    // The longest part gives or takes what the others need.
    let sum: u64 = shares.iter().sum();
    if let Some(longest) = shares.iter_mut().max() {
        *longest = *longest + 1000 - sum;
    }
    shares
}

/// Validity of the certificates that end first, on a scale from two months before to twelve after.
pub(super) fn certificates(pen: &mut Pen, a: &Assessment) -> Timeline {
    let today = a.as_of_day();
    let start = shifted(today, -2).first_of_month();
    let end = shifted(start, 15);
    let place = |date: Date| -> u64 {
        let all = days(start, end).max(1);
        let gone = days(start, date).clamp(0, all);
        u64::try_from(gone * 1000 / all).unwrap_or(0)
    };
    let mut list: Vec<_> = a.certificates.iter().collect();
    list.sort_by(|x, y| {
        x.not_after
            .cmp(&y.not_after)
            .then(x.endpoint.cmp(&y.endpoint))
    });
    list.truncate(MOST_CERTIFICATES);
    let bars: Vec<Span> = list
        .iter()
        .map(|c| Span {
            label: brief(&c.endpoint, 48),
            from: place(c.not_before),
            to: place(c.not_after),
            beyond: c.not_after >= end,
            expired: c.not_after < today,
            text: remaining(c.not_after, today),
        })
        .collect();
    let caption = pen.figure_caption("Thời hạn hiệu lực của chứng thư số");
    let described: Vec<String> = bars
        .iter()
        .map(|b| format!("{}: {}", b.label, b.text))
        .collect();
    Timeline {
        alt: format!("{caption}. {}.", described.join("; ")),
        caption,
        months: (0..15)
            .map(|n| {
                let month = shifted(start, n);
                format!("{:02}/{:02}", month.month(), month.year() % 100)
            })
            .collect(),
        today: place(today),
        today_label: format!("Ngày số liệu {}", words::short_date(today)),
        bars,
    }
}

/// `hết hạn 02/11/2026, quá 19 ngày` or `đến 02/02/2027, còn 73 ngày`.
fn remaining(until: Date, today: Date) -> String {
    let left = days(today, until);
    if left < 0 {
        format!(
            "{}: quá hạn {} ngày",
            words::short_date(until),
            words::number(left.unsigned_abs())
        )
    } else {
        format!(
            "{}: còn {} ngày",
            words::short_date(until),
            words::number(left.unsigned_abs())
        )
    }
}

fn shifted(date: Date, months: i32) -> Date {
    date.saturating_add(Time::new().months(months))
}

fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_fill_the_bar_and_no_part_vanishes() {
        for counts in [
            vec![1, 0, 0],
            vec![1, 1, 1],
            vec![0, 3, 7_000_000, 1, 1],
            vec![5, 2, 9, 0, 1],
            vec![1, 1, 1, 1, 1_000],
        ] {
            let shares = shares(&counts);
            assert_eq!(shares.iter().sum::<u64>(), 1000, "{counts:?}");
            for (n, share) in counts.iter().zip(&shares) {
                assert_eq!(*n == 0, *share == 0, "{counts:?}");
            }
        }
        assert_eq!(shares(&[0, 0]), [0, 0]);
    }
}
