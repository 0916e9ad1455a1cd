//! Heading, the three lines of page 1, bases and signature block.

use std::collections::BTreeMap;

use super::{action, brief};
use crate::{
    Assessment, DueBasis, Finding, Issue, SecrecyMark, Standing,
    paper::{Closing, Head, Labelled, Verdict},
    standing, words,
};

/// Title in the file's metadata.
pub(super) fn title(a: &Assessment) -> String {
    format!("Báo cáo {}", lower(&subject(a).join(" ")))
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

fn subject(a: &Assessment) -> Vec<String> {
    vec![
        "Kết quả kiểm tra, đánh giá an ninh mạng".into(),
        format!(
            "đối với {} năm {}",
            brief(&a.system.name, 200),
            a.period.to.year()
        ),
    ]
}

/// `text` in as few lines as the heading column takes, of about equal length.
fn balanced(text: &str) -> Vec<String> {
    const WIDEST: usize = 27;
    let length = |words: &[&str]| words.iter().map(|w| w.chars().count() + 1).sum::<usize>();
    let words: Vec<&str> = text.split(' ').filter(|w| !w.is_empty()).collect();
    let lines = length(&words).div_ceil(WIDEST + 1).max(1);
    let target = length(&words).div_ceil(lines);
    let mut out: Vec<String> = Vec::new();
    let mut line: Vec<&str> = Vec::new();
    for word in words {
        let with = length(&line) + word.chars().count() + 1;
        // Break where the line comes nearest to the common length.
        if !line.is_empty() && with > target && with - target > target.saturating_sub(length(&line))
        {
            out.push(line.join(" "));
            line.clear();
        }
        line.push(word);
    }
    if !line.is_empty() {
        out.push(line.join(" "));
    }
    out
}

/// `(Kèm theo Báo cáo số …)` under the name of an annex.
pub(super) fn annex_guide(a: &Assessment) -> String {
    let symbol = &a.letterhead.number_symbol;
    let issuer = brief(&a.letterhead.issuing_body, 120);
    match &a.issue {
        Issue::Draft => format!("(Kèm theo dự thảo Báo cáo số         /{symbol} của {issuer})"),
        Issue::Issued { number, date } => format!(
            "(Kèm theo Báo cáo số {number:02}/{symbol} {} của {issuer})",
            words::long_date(*date)
        ),
    }
}

/// The official heading (NĐ 30/2020, Phụ lục I, elements 1 to 5 and 9a).
pub(super) fn head(a: &Assessment) -> Head {
    let symbol = &a.letterhead.number_symbol;
    let place = &a.letterhead.place;
    let mut marks = Vec::new();
    let (number, place_and_date) = match &a.issue {
        Issue::Draft => {
            marks.push("DỰ THẢO".to_owned());
            (
                format!("Số:         /{symbol}"),
                format!(
                    "{place}, ngày       tháng       năm {}",
                    a.as_of_day().year()
                ),
            )
        }
        Issue::Issued { number, date } => (
            format!("Số: {number:02}/{symbol}"),
            format!("{place}, {}", words::long_date(*date)),
        ),
    };
    if a.secrecy == SecrecyMark::Internal {
        marks.push("LƯU HÀNH NỘI BỘ".into());
    }
    Head {
        superior: balanced(&a.letterhead.superior_body.to_uppercase()),
        issuer: balanced(&a.letterhead.issuing_body.to_uppercase()),
        number,
        place_and_date,
        marks,
        kind: "BÁO CÁO".into(),
        subject: subject(a),
        addressees: a.letterhead.addressees.clone(),
    }
}

/// What to do, who, by when.
pub(super) fn actions(a: &Assessment) -> Vec<Labelled> {
    let open = a.open_findings();
    let (what, who, when) = if open.is_empty() {
        nothing_open(a)
    } else {
        (what(&open), who(&open), when(a, &open))
    };
    [
        ("Việc cần làm", what),
        ("Đơn vị thực hiện", who),
        ("Thời hạn", when),
    ]
    .map(|(label, text)| Labelled {
        label: label.into(),
        text,
    })
    .into()
}

fn what(open: &[&Finding]) -> String {
    const SHOWN: usize = 3;
    let mut fixes: Vec<(&str, Vec<&str>)> = Vec::new();
    for finding in open {
        match fixes.iter_mut().find(|(fix, _)| *fix == finding.fix) {
            Some((_, codes)) => codes.push(&finding.code),
            None => fixes.push((&finding.fix, vec![&finding.code])),
        }
    }
    let mut text: Vec<String> = fixes
        .iter()
        .take(SHOWN)
        .enumerate()
        .map(|(index, (fix, codes))| {
            let more = match codes.len() {
                1 => String::new(),
                n => format!(" và {} tồn tại cùng loại", n - 1),
            };
            let fix = action(fix);
            format!("({}) {fix} [{}{more}]", index + 1, brief(codes[0], 24))
        })
        .collect();
    if fixes.len() > SHOWN {
        text.push(format!(
            "và {} việc khác nêu tại mục IX",
            fixes.len() - SHOWN
        ));
    }
    format!("{}.", text.join("; "))
}

fn who(open: &[&Finding]) -> String {
    let mut units: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unknown = 0;
    for finding in open {
        match &finding.mender {
            Some(unit) => *units.entry(unit).or_default() += 1,
            None => unknown += 1,
        }
    }
    let mut units: Vec<(&str, usize)> = units.into_iter().collect();
    units.sort_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(y.0)));
    let mut text: Vec<String> = units
        .iter()
        .take(4)
        .map(|(unit, n)| format!("{} ({n} tồn tại)", brief(unit, 120)))
        .collect();
    if units.len() > 4 {
        text.push(format!("và {} đơn vị khác", units.len() - 4));
    }
    if unknown > 0 {
        text.push(format!("chưa xác định đơn vị ({unknown} tồn tại)"));
    }
    format!("{}.", text.join("; "))
}

fn when(a: &Assessment, open: &[&Finding]) -> String {
    let today = a.as_of_day();
    let dated: Vec<&&Finding> = open.iter().filter(|f| f.due.is_some()).collect();
    let overdue = dated.iter().filter(|f| f.due < Some(today)).count();
    let mut text = Vec::new();
    if overdue > 0 {
        text.push(format!("{overdue} tồn tại đã quá hạn, cần xử lý ngay"));
    }
    let next = dated
        .iter()
        .filter(|f| f.due >= Some(today))
        .min_by_key(|f| f.due);
    let last = dated.iter().filter_map(|f| f.due).max();
    if let (Some(next), Some(last)) = (next, last) {
        let first = next.due.unwrap_or(today);
        text.push(if first == last {
            format!("chậm nhất ngày {}", words::short_date(first))
        } else {
            format!(
                "sớm nhất ngày {}, muộn nhất ngày {}",
                words::short_date(first),
                words::short_date(last)
            )
        });
    }
    if dated.len() < open.len() {
        text.push(format!(
            "{} tồn tại chưa đặt thời hạn",
            open.len() - dated.len()
        ));
    }
    let own = dated
        .iter()
        .filter(|f| f.due_basis == Some(DueBasis::ProductDefault))
        .count();
    let own = match own {
        0 => String::new(),
        n if n == dated.len() => format!(" Thời hạn là {}.", words::PRODUCT_DEFAULT),
        n => format!(" Trong đó {n} thời hạn là {}.", words::PRODUCT_DEFAULT),
    };
    format!("{}.{own}", words::capital(&text.join("; ")))
}

/// The three lines when no finding is open: what is still missing.
fn nothing_open(a: &Assessment) -> (String, String, String) {
    let missing = a.coverage.planned.saturating_sub(a.coverage.measured);
    let mut what = Vec::new();
    if a.coverage.planned == 0 {
        what.push("bổ sung căn cứ quét và địa chỉ để đo; kỳ này chưa có phép đo nào".to_owned());
    } else if missing > 0 {
        what.push(format!(
            "tạo điều kiện để đo {} lượt chưa đo được",
            words::number(missing)
        ));
    }
    let gaps = a.gaps.len();
    if gaps > 0 {
        what.push(format!("bổ sung {gaps} thông tin còn thiếu (mục X)"));
    }
    if what.is_empty() {
        what.push(
            "duy trì biện pháp bảo vệ; gửi hồ sơ cho các yêu cầu chưa có bằng chứng (mục VII)"
                .into(),
        );
    }
    let who = a
        .system
        .operator
        .as_deref()
        .or(a.system.owner.as_deref())
        .map_or_else(
            || "Chưa xác định: thiếu thông tin về đơn vị vận hành và chủ quản.".into(),
            |unit| format!("{}.", brief(unit, 160)),
        );
    (
        words::capital(&format!("{}.", what.join("; "))),
        who,
        "Chưa đặt thời hạn; đề nghị thực hiện trước đợt đo tiếp theo.".into(),
    )
}

/// The overall statement with its coverage.
pub(super) fn verdict(a: &Assessment) -> Verdict {
    let standing = Standing::of(a);
    Verdict {
        word: standing.word().into(),
        sentence: standing::sentence(a, standing),
        coverage: format!(
            "Đã thực hiện {}; số liệu đến {}.",
            words::measured(&a.coverage),
            words::moment(a.as_of)
        ),
        caption: words::NOT_A_VERDICT.into(),
    }
}

/// Căn cứ with their closing marks.
pub(super) fn bases(a: &Assessment) -> Vec<String> {
    let last = a.legal_bases.len();
    a.legal_bases
        .iter()
        .enumerate()
        .map(|(index, basis)| {
            let mark = if index + 1 == last { "." } else { ";" };
            format!("{}{mark}", words::unstopped(basis))
        })
        .collect()
}

/// Recipients and signatory; the name stays blank, nothing is signed here.
pub(super) fn closing(a: &Assessment) -> Closing {
    let office = &a.letterhead;
    let mut recipients: Vec<String> = office
        .recipients
        .iter()
        .map(|name| format!("- {};", words::unstopped(name)))
        .collect();
    recipients.push(format!(
        "- Lưu: VT, {}.",
        words::unstopped(&office.archive_unit)
    ));
    let signatory = office
        .signing_authority
        .iter()
        .chain([&office.signing_position])
        .map(|line| line.to_uppercase())
        .collect();
    Closing {
        recipients,
        signatory,
    }
}

/// The line at the foot of every page.
pub(super) fn foot(a: &Assessment) -> String {
    let draft = match a.issue {
        Issue::Draft => "Dự thảo. ",
        Issue::Issued { .. } => "",
    };
    format!(
        "{draft}Hệ thống {}; bản chụp số liệu {}",
        brief(&a.system.code, 40),
        brief(&a.snapshot.id, 48)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_break_into_lines_of_about_equal_length() {
        for (name, wanted) in [
            ("", vec![]),
            ("CÔNG AN TỈNH LAM GIANG", vec!["CÔNG AN TỈNH LAM GIANG"]),
            (
                "ỦY BAN NHÂN DÂN TỈNH LAM GIANG",
                vec!["ỦY BAN NHÂN DÂN", "TỈNH LAM GIANG"],
            ),
        ] {
            assert_eq!(balanced(name), wanted);
        }
        let long = "PHÒNG AN NINH MẠNG VÀ PHÒNG, CHỐNG TỘI PHẠM SỬ DỤNG CÔNG NGHỆ CAO";
        let lines = balanced(long);
        assert_eq!(lines.join(" "), long);
        assert!(
            lines
                .iter()
                .all(|line| (18..=27).contains(&line.chars().count())),
            "{lines:?}"
        );
    }
}
