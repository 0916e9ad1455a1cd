//! The frame of a certificate: version, serial number, validity, algorithms, the list of extensions.

use jiff::civil::date;

use super::{BR, On, RFC5280, Rule, row};
use crate::probe::chain::{
    der::{Tlv, seconds, tag},
    view::{View, oid},
};

const ANY: (jiff::civil::Date, On) = (RFC5280, On::Any);
const DAY: i64 = 86_400;

pub(super) const RULES: &[Rule] = &[
    row(
        "rfc5280.version_not_3",
        "RFC 5280 4.1.2.1",
        ANY,
        (
            "có phần mở rộng nhưng phiên bản không phải 3",
            "there are extensions but the version is not 3",
        ),
        |view| view.extensions.is_some() && version(view) != 3,
    ),
    row(
        "br.version_not_3",
        "BR 7.1.1",
        (BR, On::Server),
        ("phiên bản không phải 3", "the version is not 3"),
        |view| version(view) != 3,
    ),
    row(
        "rfc5280.serial_not_positive",
        "RFC 5280 4.1.2.2",
        ANY,
        (
            "số sê-ri bằng 0 hoặc âm",
            "the serial number is zero or negative",
        ),
        |view| match view.serial.first() {
            None => true,
            Some(first) => first & 0x80 != 0 || view.serial.iter().all(|byte| *byte == 0),
        },
    ),
    row(
        "rfc5280.serial_over_20_octets",
        "RFC 5280 4.1.2.2",
        ANY,
        (
            "số sê-ri dài quá 20 byte",
            "the serial number is longer than 20 octets",
        ),
        |view| view.serial.len() > 20,
    ),
    row(
        "rfc5280.unique_identifier",
        "RFC 5280 4.1.2.8",
        ANY,
        (
            "có mã định danh duy nhất đã bỏ",
            "it has an issuer or subject unique identifier",
        ),
        |view| view.unique_id,
    ),
    row(
        "rfc5280.algorithms_differ",
        "RFC 5280 4.1.1.2",
        ANY,
        (
            "thuật toán ký bên trong và bên ngoài khác nhau",
            "the signature algorithms inside and outside differ",
        ),
        |view| view.inner.raw != view.outer.raw,
    ),
    row(
        "rfc5280.utc_time_form",
        "RFC 5280 4.1.2.5.1",
        ANY,
        (
            "UTCTime không có dạng YYMMDDHHMMSSZ",
            "a UTCTime is not YYMMDDHHMMSSZ",
        ),
        |view| times(view).any(|time| time.tag == tag::UTC_TIME && seconds(time).is_none()),
    ),
    row(
        "rfc5280.generalized_time_form",
        "RFC 5280 4.1.2.5.2",
        ANY,
        (
            "GeneralizedTime không có dạng YYYYMMDDHHMMSSZ",
            "a GeneralizedTime is not YYYYMMDDHHMMSSZ",
        ),
        |view| times(view).any(|time| time.tag == tag::GENERALIZED_TIME && seconds(time).is_none()),
    ),
    row(
        "rfc5280.generalized_time_before_2050",
        "RFC 5280 4.1.2.5",
        ANY,
        (
            "thời điểm trước năm 2050 không ghi bằng UTCTime",
            "a time before 2050 is not a UTCTime",
        ),
        |view| {
            times(view).any(|time| {
                time.tag == tag::GENERALIZED_TIME
                    && time.value.get(..4).is_some_and(|year| year < &b"2050"[..])
            })
        },
    ),
    row(
        "rfc5280.validity_inverted",
        "RFC 5280 4.1.2.5",
        ANY,
        ("hết hạn trước khi có hiệu lực", "it ends before it begins"),
        |view| span(view).is_some_and(|span| span < 0),
    ),
    row(
        "rfc5280.extension_twice",
        "RFC 5280 4.2",
        ANY,
        ("một phần mở rộng có hai lần", "an extension is there twice"),
        |view| twice(view.extensions().iter().map(|extension| extension.oid)),
    ),
    row(
        "rfc5280.extensions_empty",
        "RFC 5280 4.1",
        ANY,
        (
            "danh sách phần mở rộng rỗng",
            "the list of extensions is empty",
        ),
        |view| view.extensions.as_ref().is_some_and(Vec::is_empty),
    ),
    row(
        "rfc5280.extension_malformed",
        "RFC 5280 4.2.1",
        ANY,
        ("một phần mở rộng sai cấu trúc", "an extension is malformed"),
        malformed,
    ),
    row(
        "br.validity_over_39_months",
        "BR 6.3.2",
        (date(2016, 7, 2), On::Server),
        ("hạn dùng quá 39 tháng", "it is valid for over 39 months"),
        // The longest run of 39 months.
        |view| span(view).is_some_and(|span| span > 1188 * DAY),
    ),
    row(
        "br.validity_over_825_days",
        "BR 6.3.2",
        (date(2018, 3, 2), On::Server),
        ("hạn dùng quá 825 ngày", "it is valid for over 825 days"),
        |view| span(view).is_some_and(|span| span > 825 * DAY),
    ),
    row(
        "br.validity_over_398_days",
        "BR 6.3.2",
        (date(2020, 9, 1), On::Server),
        ("hạn dùng quá 398 ngày", "it is valid for over 398 days"),
        |view| longer(view, 398),
    ),
    row(
        "br.validity_over_200_days",
        "BR 6.3.2",
        (date(2026, 3, 15), On::Server),
        ("hạn dùng quá 200 ngày", "it is valid for over 200 days"),
        |view| longer(view, 200),
    ),
    row(
        "br.validity_over_100_days",
        "BR 6.3.2",
        (date(2027, 3, 15), On::Server),
        ("hạn dùng quá 100 ngày", "it is valid for over 100 days"),
        |view| longer(view, 100),
    ),
    row(
        "br.validity_over_47_days",
        "BR 6.3.2",
        (date(2029, 3, 15), On::Server),
        ("hạn dùng quá 47 ngày", "it is valid for over 47 days"),
        |view| longer(view, 47),
    ),
];

/// The version that the number stands for; 0 for one that nobody uses.
fn version(view: &View<'_>) -> u8 {
    match view.version.map(|version| version.value) {
        None => 1,
        Some([number @ 0..=9]) => number + 1,
        Some(_) => 0,
    }
}

fn times<'v, 'a>(view: &'v View<'a>) -> impl Iterator<Item = &'v Tlv<'a>> {
    [&view.not_before, &view.not_after].into_iter()
}

/// Seconds from the first moment to the last.
fn span(view: &View<'_>) -> Option<i64> {
    Some(seconds(&view.not_after)? - seconds(&view.not_before)?)
}

/// Longer than `days`: the last second counts too.
fn longer(view: &View<'_>, days: i64) -> bool {
    span(view).is_some_and(|span| span + 1 > days * DAY)
}

/// Whether an item is there twice.
pub(super) fn twice<'a>(items: impl Iterator<Item = &'a [u8]>) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    items.into_iter().any(|item| !seen.insert(item))
}

fn malformed(view: &View<'_>) -> bool {
    let bad = |oid: &[u8], readable: bool| view.extension(oid).is_some() && !readable;
    bad(oid::BASIC_CONSTRAINTS, view.basic().is_some())
        || bad(oid::KEY_USAGE, view.key_usage().is_some())
        || bad(oid::EXTENDED_KEY_USAGE, view.purposes().is_some())
        || bad(
            oid::SUBJECT_ALT_NAME,
            view.alternative_names().is_some_and(readable),
        )
        || bad(oid::POLICIES, view.policies().is_some())
        || bad(oid::AUTHORITY_INFO, view.information().is_some())
        || bad(oid::CRL_POINTS, view.points().is_some())
        || bad(oid::AUTHORITY_KEY_ID, view.authority_key().is_some())
        || bad(oid::SUBJECT_KEY_ID, view.subject_key().is_some())
        || bad(oid::NAME_CONSTRAINTS, view.name_constraints().is_some())
        || bad(oid::TLS_FEATURE, view.features().is_some())
}

/// Every element can be told apart.
fn readable(mut reader: crate::probe::chain::der::Reader<'_>) -> bool {
    while reader.read().is_some() {}
    reader.done()
}
