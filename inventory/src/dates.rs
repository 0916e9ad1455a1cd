//! Days and moments as Vietnamese offices write them.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

/// The zone in which a day begins and ends. Viet Nam has had no daylight saving since 1975.
pub(crate) fn zone() -> TimeZone {
    TimeZone::get("Asia/Ho_Chi_Minh").unwrap_or(TimeZone::fixed(jiff::tz::offset(7)))
}

const END: Time = Time::constant(23, 59, 59, 999_999_999);
const START: Time = Time::constant(0, 0, 0, 0);

/// Days further off than this are typing errors.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

fn day(year: i16, month: i8, day: i8) -> Option<Date> {
    YEARS
        .contains(&year)
        .then(|| Date::new(year, month, day).ok())
        .flatten()
}

/// Reads `2026-11-18`, `18/11/2026`, `18-11-2026`, `18.11.2026`, `ngày 18 tháng 11 năm 2026`, or a
/// spreadsheet's day number. Day comes before month: that is how Vietnamese is written.
pub fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let text = text.strip_suffix("T00:00:00").unwrap_or(text);
    if let Ok(serial) = text.parse::<u32>() {
        // 20,000 is 1954 and 80,000 is 2119: a bare year is never taken for a day.
        return (20_000..80_000)
            .contains(&serial)
            .then(|| from_serial(serial))?;
    }
    let text = text.to_lowercase();
    let text = text
        .trim_start_matches("ngày")
        .replace("tháng", "/")
        .replace("năm", "/");
    let parts: Vec<&str> = text
        .split(['/', '-', '.'])
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .collect();
    let [a, b, c] = parts.as_slice() else {
        return None;
    };
    if parts
        .iter()
        .any(|p| p.len() > 4 || !p.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    if a.len() == 4 {
        day(a.parse().ok()?, b.parse().ok()?, c.parse().ok()?)
    } else if c.len() == 4 {
        day(c.parse().ok()?, b.parse().ok()?, a.parse().ok()?)
    } else {
        None
    }
}

/// Day of a spreadsheet's number in the 1900 system (after its false 29 February 1900).
fn from_serial(serial: u32) -> Option<Date> {
    Date::constant(1899, 12, 30)
        .checked_add(jiff::Span::new().days(i64::from(serial)))
        .ok()
}

/// `18/11/2026`.
pub fn show_date(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// Which end of a day a bare date means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Its first moment.
    Start,
    /// Its last moment.
    End,
}

/// Reads a moment: an RFC 3339 time, a local time (`18/11/2026 09:12`), or a bare day, which means
/// its `edge` in Asia/Ho_Chi_Minh.
pub fn parse_moment(text: &str, edge: Edge) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let local = match parse_date(text) {
        Some(date) => date.to_datetime(match edge {
            Edge::Start => START,
            Edge::End => END,
        }),
        None => local_time(text)?,
    };
    Some(local.to_zoned(zone()).ok()?.timestamp())
}

fn local_time(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once([' ', 'T'])?;
    Some(parse_date(date)?.to_datetime(parse_time(time)?))
}

/// Reads `7:30`, `07:30:00`.
pub(crate) fn parse_time(text: &str) -> Option<Time> {
    let text = text.trim();
    let padded = if text.find(':') == Some(1) {
        format!("0{text}")
    } else {
        text.to_owned()
    };
    padded.parse().ok()
}

/// A moment as [`parse_moment`] reads it back without loss: a bare day where it stands at its
/// `edge`, else local day and time.
pub fn show_moment(moment: Timestamp, edge: Edge) -> String {
    let local = moment.to_zoned(zone());
    let at_edge = match edge {
        Edge::Start => local.time() == START,
        Edge::End => local.time() == END,
    };
    if !YEARS.contains(&local.date().year()) {
        moment.to_string()
    } else if at_edge {
        show_date(local.date())
    } else {
        format!("{} {}", show_date(local.date()), local.time())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days() {
        let want = Some(Date::constant(2026, 11, 18));
        for text in [
            "2026-11-18",
            "18/11/2026",
            "18-11-2026",
            "18.11.2026",
            " 18 / 11 / 2026 ",
            "ngày 18 tháng 11 năm 2026",
            "Ngày 18/11/2026",
            "46344",
            "2026-11-18T00:00:00",
        ] {
            assert_eq!(parse_date(text), want, "{text}");
        }
        for text in [
            "",
            "2026",
            "11/2026",
            "18/11/26",
            "31/02/2026",
            "11/18/2026",
            "x",
            "18/11/20260",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn a_bare_day_has_two_edges() {
        let end = parse_moment("31/12/2026", Edge::End).unwrap();
        assert_eq!(end.to_string(), "2026-12-31T16:59:59.999999999Z");
        let start = parse_moment("2026-12-31", Edge::Start).unwrap();
        assert_eq!(start.to_string(), "2026-12-30T17:00:00Z");
    }

    proptest! {
        #[test]
        fn moments_come_back(second in -60_000_000_000i64..8_000_000_000, nano in 0i32..1_000_000_000, end: bool) {
            let edge = if end { Edge::End } else { Edge::Start };
            let moment = Timestamp::new(second, nano).unwrap();
            prop_assert_eq!(parse_moment(&show_moment(moment, edge), edge), Some(moment));
        }

        #[test]
        fn never_panics(text in ".{0,40}") {
            let _ = parse_moment(&text, Edge::End);
        }
    }
}
