//! Distinguished names: RFC 5280 4.1.2.4 and 4.1.2.6, X.520 bounds, and the baseline's 7.1.4.

use jiff::civil::{Date, date};

use super::{BR, BR2, On, RFC5280, Rule, frame::twice, row};
use crate::probe::chain::{
    der::tag,
    view::{Attribute, Name, View},
};

const ANY: (Date, On) = (RFC5280, On::Any);

/// Last parts of X.520 kinds 2.5.4.
const COMMON: u8 = 3;
const SURNAME: u8 = 4;
const SERIAL: u8 = 5;
const COUNTRY: u8 = 6;
const LOCALITY: u8 = 7;
const STATE: u8 = 8;
const STREET: u8 = 9;
const ORGANIZATION: u8 = 10;
const UNIT: u8 = 11;
const POSTAL: u8 = 17;
const GIVEN: u8 = 42;

pub(super) const RULES: &[Rule] = &[
    row(
        "rfc5280.issuer_empty",
        "RFC 5280 4.1.2.4",
        ANY,
        ("tên người cấp rỗng", "the issuer's name is empty"),
        |view| view.issuer.is_empty(),
    ),
    row(
        "rfc5280.authority_subject_empty",
        "RFC 5280 4.1.2.6",
        (RFC5280, On::Authority),
        (
            "CA có tên chủ thể rỗng",
            "an authority has an empty subject",
        ),
        |view| view.subject.is_empty(),
    ),
    row(
        "rfc5280.country_length",
        "RFC 5280 A.1",
        ANY,
        (
            "mã quốc gia không phải hai ký tự",
            "a country is not two characters",
        ),
        |view| of_kind(view, COUNTRY).any(|a| characters(a) != Some(2)),
    ),
    row(
        "rfc5280.country_string_type",
        "RFC 5280 A.1",
        ANY,
        (
            "mã quốc gia không phải PrintableString",
            "a country is not a PrintableString",
        ),
        |view| of_kind(view, COUNTRY).any(|a| a.value.tag != tag::PRINTABLE),
    ),
    row(
        "br.country_not_upper_case",
        "BR 7.1.2.7.4, ISO 3166-1",
        (BR, On::Server),
        (
            "mã quốc gia không viết hoa",
            "a country is not in upper-case letters",
        ),
        |view| {
            view.subject
                .of_kind(COUNTRY)
                .any(|a| !a.value.value.iter().all(u8::is_ascii_uppercase))
        },
    ),
    row(
        "rfc5280.serial_number_string_type",
        "RFC 5280 A.1",
        ANY,
        (
            "serialNumber trong tên không phải PrintableString",
            "a serialNumber attribute is not a PrintableString",
        ),
        |view| of_kind(view, SERIAL).any(|a| a.value.tag != tag::PRINTABLE),
    ),
    row(
        "rfc5280.printable_string_alphabet",
        "RFC 5280 A.1, X.680 41.4",
        ANY,
        (
            "PrintableString có ký tự không được phép",
            "a PrintableString has characters outside its alphabet",
        ),
        |view| {
            both(view).any(|a| {
                a.value
                    .of(tag::PRINTABLE)
                    .is_some_and(|v| !v.iter().copied().all(printable))
            })
        },
    ),
    row(
        "rfc5280.utf8_string_invalid",
        "RFC 5280 A.1, RFC 3629",
        ANY,
        ("UTF8String không phải UTF-8", "a UTF8String is not UTF-8"),
        |view| {
            both(view).any(|a| {
                a.value
                    .of(tag::UTF8)
                    .is_some_and(|v| std::str::from_utf8(v).is_err())
            })
        },
    ),
    row(
        "rfc5280.old_string_type",
        "RFC 5280 4.1.2.6",
        ANY,
        (
            "tên chủ thể dùng kiểu chuỗi cũ (Teletex, BMP, Universal)",
            "the subject uses an old string type (Teletex, BMP, Universal)",
        ),
        |view| {
            view.subject
                .attributes()
                .any(|a| [tag::TELETEX, tag::BMP, tag::UNIVERSAL].contains(&a.value.tag))
        },
    ),
    row(
        "rfc5280.attribute_empty",
        "RFC 5280 A.1",
        ANY,
        (
            "thuộc tính trong tên bị rỗng",
            "an attribute of a name is empty",
        ),
        |view| both(view).any(|a| a.value.value.is_empty()),
    ),
    row(
        "rfc5280.name_control_character",
        "RFC 5280 A.1, RFC 4518 2.3",
        ANY,
        ("tên có ký tự điều khiển", "a name has control characters"),
        |view| both(view).any(|a| text(a).is_some_and(|t| t.chars().any(char::is_control))),
    ),
    row(
        "rfc5280.common_name_too_long",
        "RFC 5280 A.1 ub-common-name",
        ANY,
        (
            "commonName quá 64 ký tự",
            "a commonName is over 64 characters",
        ),
        |view| longer(view, COMMON, 64),
    ),
    row(
        "rfc5280.organization_too_long",
        "RFC 5280 A.1 ub-organization-name",
        ANY,
        (
            "organizationName quá 64 ký tự",
            "an organizationName is over 64 characters",
        ),
        |view| longer(view, ORGANIZATION, 64),
    ),
    row(
        "rfc5280.unit_too_long",
        "RFC 5280 A.1 ub-organizational-unit-name",
        ANY,
        (
            "organizationalUnitName quá 64 ký tự",
            "an organizationalUnitName is over 64 characters",
        ),
        |view| longer(view, UNIT, 64),
    ),
    row(
        "rfc5280.locality_too_long",
        "RFC 5280 A.1 ub-locality-name",
        ANY,
        (
            "localityName quá 128 ký tự",
            "a localityName is over 128 characters",
        ),
        |view| longer(view, LOCALITY, 128),
    ),
    row(
        "rfc5280.state_too_long",
        "RFC 5280 A.1 ub-state-name",
        ANY,
        (
            "stateOrProvinceName quá 128 ký tự",
            "a stateOrProvinceName is over 128 characters",
        ),
        |view| longer(view, STATE, 128),
    ),
    row(
        "rfc5280.serial_number_too_long",
        "RFC 5280 A.1 ub-serial-number",
        ANY,
        (
            "serialNumber trong tên quá 64 ký tự",
            "a serialNumber attribute is over 64 characters",
        ),
        |view| longer(view, SERIAL, 64),
    ),
    row(
        "br.name_part_not_single",
        "BR 7.1.4.1",
        (BR2, On::Server),
        (
            "một phần của tên chủ thể có nhiều thuộc tính",
            "a relative name of the subject has several attributes",
        ),
        |view| view.subject.parts.iter().any(|part| part.len() != 1),
    ),
    row(
        "br.attribute_twice",
        "BR 7.1.4.1",
        (BR2, On::Server),
        (
            "một thuộc tính của chủ thể có hai lần",
            "an attribute of the subject is there twice",
        ),
        |view| {
            twice(
                view.subject
                    .attributes()
                    .map(|a| a.kind)
                    .filter(|kind| !may_repeat(kind)),
            )
        },
    ),
    row(
        "br.unit_present",
        "BR 7.1.2.7.4",
        (date(2022, 9, 1), On::Server),
        (
            "chủ thể có organizationalUnitName, đã bị cấm",
            "the subject has an organizationalUnitName",
        ),
        |view| view.subject.has(UNIT),
    ),
    row(
        "br.place_without_holder",
        "BR 7.1.2.7.2",
        (BR, On::Server),
        (
            "có địa danh nhưng không có tên tổ chức hay cá nhân",
            "there is a place but no organization or person",
        ),
        |view| {
            let subject = &view.subject;
            ![ORGANIZATION, GIVEN, SURNAME]
                .iter()
                .any(|n| subject.has(*n))
                && [LOCALITY, STATE, STREET, POSTAL]
                    .iter()
                    .any(|n| subject.has(*n))
        },
    ),
    row(
        "br.organization_without_country",
        "BR 7.1.2.7.4",
        (date(2016, 9, 7), On::Server),
        (
            "có tên tổ chức nhưng không có mã quốc gia",
            "there is an organization but no country",
        ),
        |view| view.subject.has(ORGANIZATION) && !view.subject.has(COUNTRY),
    ),
    row(
        "br.organization_without_place",
        "BR 7.1.2.7.4",
        (date(2016, 9, 7), On::Server),
        (
            "có tên tổ chức nhưng không có tỉnh hay địa phương",
            "there is an organization but no locality or state",
        ),
        |view| {
            view.subject.has(ORGANIZATION)
                && ![LOCALITY, STATE].iter().any(|n| view.subject.has(*n))
        },
    ),
    row(
        "br.authority_without_country",
        "BR 7.1.2.10.2",
        (BR, On::Authority),
        ("CA không có mã quốc gia", "an authority has no country"),
        |view| !view.subject.has(COUNTRY),
    ),
    row(
        "br.authority_without_organization",
        "BR 7.1.2.10.2",
        (BR, On::Authority),
        (
            "CA không có tên tổ chức",
            "an authority has no organization",
        ),
        |view| !view.subject.has(ORGANIZATION),
    ),
    row(
        "br.authority_without_common_name",
        "BR 7.1.2.10.2",
        (date(2017, 6, 8), On::Authority),
        ("CA không có commonName", "an authority has no common name"),
        |view| !view.subject.has(COMMON),
    ),
];

fn names<'v, 'a>(view: &'v View<'a>) -> [&'v Name<'a>; 2] {
    [&view.issuer, &view.subject]
}

fn both<'v, 'a>(view: &'v View<'a>) -> impl Iterator<Item = &'v Attribute<'a>> {
    names(view).into_iter().flat_map(Name::attributes)
}

/// Attributes of the kind 2.5.4.`number` in both names.
fn of_kind<'v, 'a>(view: &'v View<'a>, number: u8) -> impl Iterator<Item = &'v Attribute<'a>> {
    names(view)
        .into_iter()
        .flat_map(move |name| name.of_kind(number))
}

/// domainComponent and street may be repeated.
fn may_repeat(kind: &[u8]) -> bool {
    const DOMAIN: &[u8] = &[0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 25];
    kind == DOMAIN || kind == [0x55, 4, STREET] || kind == [0x55, 4, UNIT]
}

/// The text of an attribute; none for types of one byte a character that are not ASCII.
fn text(attribute: &Attribute<'_>) -> Option<String> {
    let value = attribute.value;
    match value.tag {
        tag::UTF8 | tag::PRINTABLE | tag::IA5 | tag::VISIBLE | tag::TELETEX => {
            std::str::from_utf8(value.value).ok().map(str::to_owned)
        }
        tag::BMP => {
            let units: Vec<u16> = value
                .value
                .chunks_exact(2)
                .map(|pair| pair.iter().fold(0, |n, b| n << 8 | u16::from(*b)))
                .collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    }
}

fn characters(attribute: &Attribute<'_>) -> Option<usize> {
    text(attribute).map(|text| text.chars().count())
}

fn longer(view: &View<'_>, number: u8, most: usize) -> bool {
    of_kind(view, number).any(|a| characters(a).unwrap_or(a.value.value.len()) > most)
}

fn printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte)
}
