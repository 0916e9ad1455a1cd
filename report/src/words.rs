//! Vietnamese dates, numbers and set phrases: the one place for words that both formats use.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};
use luytre_checks::Severity;
use luytre_inventory::{Level, Route, Zone};

use crate::{Coverage, DueBasis, FindingState};

/// A field the inventory does not hold.
pub(crate) const MISSING: &str = "Thiếu thông tin";

/// Said wherever a due date is the product's own.
pub(crate) const PRODUCT_DEFAULT: &str = "mặc định của hệ thống, không phải thời hạn luật định";

/// Said under every overall statement.
pub(crate) const NOT_A_VERDICT: &str = "Mức rủi ro ghi nhận, không phải kết luận tuân thủ.";

/// What *Chưa có bằng chứng* means (used above every table that holds it).
pub(crate) const NO_EVIDENCE: &str = "Chưa có bằng chứng không có nghĩa là đạt, cũng không có nghĩa là vi phạm. \
     Mục này không tính là đạt và vẫn nằm trong tổng số yêu cầu.";

/// Vietnamese time; the country has kept UTC+7 without summer time since 1975, so no zone data is needed.
pub(crate) fn local(at: Timestamp) -> DateTime {
    TimeZone::fixed(Offset::constant(7)).to_datetime(at)
}

/// `ngày 05 tháng 01 năm 2027`: days below 10 and months 1 and 2 get a leading zero (NĐ 30/2020, Phụ lục I).
pub(crate) fn long_date(date: Date) -> String {
    let month = match date.month() {
        m @ 1..=2 => format!("0{m}"),
        m => m.to_string(),
    };
    format!("ngày {:02} tháng {month} năm {}", date.day(), date.year())
}

/// `05/01/2027`, for tables.
pub(crate) fn short_date(date: Date) -> String {
    format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
}

/// `06 giờ 05 phút ngày 21/11/2026`, Vietnamese time.
pub(crate) fn moment(at: Timestamp) -> String {
    let at = local(at);
    format!(
        "{:02} giờ {:02} phút ngày {}",
        at.hour(),
        at.minute(),
        short_date(at.date())
    )
}

/// `1.500`: Vietnamese groups by points.
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

/// `91,7%`, rounded down, so that 100% means all; an empty whole has no share.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "không xác định".into();
    }
    let tenths = u128::from(part) * 1000 / u128::from(whole);
    match (tenths / 10, tenths % 10) {
        (units, 0) => format!("{units}%"),
        (units, rest) => format!("{units},{rest}%"),
    }
}

/// `11/12 (91,7%)`.
pub(crate) fn share(part: u64, whole: u64) -> String {
    format!(
        "{}/{} ({})",
        number(part),
        number(whole),
        percent(part, whole)
    )
}

/// A count of things held in memory.
pub(crate) fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// `66/72 lượt đo theo kế hoạch (91,6%)`: stands beside every figure.
pub(crate) fn measured(coverage: &Coverage) -> String {
    format!(
        "{}/{} lượt đo theo kế hoạch ({})",
        number(coverage.measured),
        number(coverage.planned),
        percent(coverage.measured, coverage.planned)
    )
}

/// Severities, most serious first.
pub(crate) fn severities() -> impl Iterator<Item = Severity> {
    Severity::ALL.into_iter().rev()
}

/// High or critical.
pub(crate) fn serious(severity: Severity) -> bool {
    severity >= Severity::High
}

/// `cấp độ 2`.
pub(crate) fn level(level: Level) -> String {
    format!("cấp độ {level}")
}

/// The basis of a due date.
pub(crate) fn due_basis(basis: Option<&DueBasis>) -> String {
    match basis {
        Some(DueBasis::Law(text) | DueBasis::Request(text) | DueBasis::Plan(text)) => {
            format!("theo {text}")
        }
        Some(DueBasis::ProductDefault) => PRODUCT_DEFAULT.into(),
        None => "chưa ghi căn cứ của thời hạn".into(),
    }
}

/// State of a finding.
pub(crate) fn finding_state(state: &FindingState) -> String {
    match state {
        FindingState::Open => "Mới ghi nhận, chờ cán bộ xác nhận".into(),
        FindingState::Confirmed => "Đã xác nhận".into(),
        FindingState::Notified => "Đã thông báo".into(),
        FindingState::Reopened => "Xuất hiện lại".into(),
        FindingState::Unreachable => "Chưa đo lại được, vẫn tính là đang mở".into(),
        FindingState::Disputed => "Đơn vị không đồng ý, vẫn tính là đang mở".into(),
        FindingState::Accepted { until } => {
            format!("Chấp nhận rủi ro đến ngày {}", short_date(*until))
        }
        FindingState::FalsePositive { until } => {
            format!("Xác định là báo nhầm đến ngày {}", short_date(*until))
        }
        FindingState::Fixed { on } => {
            format!("Đã khắc phục, đo lại ngày {} không còn", short_date(*on))
        }
        FindingState::Retired => "Thành phần đã ngừng sử dụng".into(),
    }
}

/// Route of an authorisation.
pub(crate) fn route(route: Route) -> &'static str {
    match route {
        Route::OwnerRequest => "Theo đề nghị của chủ quản hệ thống thông tin",
        Route::MonitoringNotice => "Thông báo giám sát an ninh mạng",
        Route::SpecialisedUnit => "Đơn vị chuyên trách phối hợp với đơn vị vận hành",
        Route::Cause => "Kiểm tra khi có căn cứ theo luật",
        Route::Emergency => "Trường hợp khẩn cấp, thông báo sau trong 24 giờ",
        Route::AdHoc => "Một lần đo theo căn cứ do người đo nêu",
    }
}

/// From where a measurement was made.
pub(crate) fn zone(zone: Zone) -> &'static str {
    match zone {
        Zone::Internet => "Từ Internet",
        Zone::Wan => "Từ mạng diện rộng của tỉnh",
        Zone::Local => "Từ mạng cục bộ",
        Zone::Unknown => "Chưa khai báo nơi đo",
    }
}

/// I, II, III …
pub(crate) fn roman(n: usize) -> String {
    const STEPS: [(usize, &str); 7] = [
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = n;
    let mut out = String::new();
    for (value, letters) in STEPS {
        while rest >= value {
            out.push_str(letters);
            rest -= value;
        }
    }
    out
}

/// The first letter in upper case.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Without a closing stop, so that a sentence may go on.
pub(crate) fn unstopped(text: &str) -> &str {
    text.trim_end_matches(['.', ';', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_follow_the_decree() {
        assert_eq!(long_date(date(2027, 1, 5)), "ngày 05 tháng 01 năm 2027");
        assert_eq!(long_date(date(2026, 3, 21)), "ngày 21 tháng 3 năm 2026");
        assert_eq!(long_date(date(2026, 12, 9)), "ngày 09 tháng 12 năm 2026");
        assert_eq!(short_date(date(2026, 3, 2)), "02/03/2026");
        let at: Timestamp = "2026-11-20T23:05:00Z".parse().unwrap();
        assert_eq!(moment(at), "06 giờ 05 phút ngày 21/11/2026");
    }

    #[test]
    fn numbers_are_vietnamese_and_never_flatter() {
        assert_eq!(number(0), "0");
        assert_eq!(number(1_500), "1.500");
        assert_eq!(number(1_234_567), "1.234.567");
        assert_eq!(percent(11, 12), "91,6%");
        assert_eq!(percent(9_999, 10_000), "99,9%");
        assert_eq!(percent(12, 12), "100%");
        assert_eq!(percent(0, 0), "không xác định");
        assert_eq!(share(1_312, 1_500), "1.312/1.500 (87,4%)");
    }

    #[test]
    fn roman_numerals() {
        let all: Vec<String> = [1, 4, 9, 11, 14, 40].map(roman).into();
        assert_eq!(all, ["I", "IV", "IX", "XI", "XIV", "XL"]);
    }
}
