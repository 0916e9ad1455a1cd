//! DER as X.690 demands it, looked at in the raw bytes: most readers forgive these.

use super::{ALWAYS, On, Rule, row};
use crate::probe::chain::{
    der::{Reader, Tlv, tag, whole},
    view::{Extension, View, oid},
};

const ANY: (jiff::civil::Date, On) = (ALWAYS, On::Any);

/// Depth to which elements are looked at; a certificate has about ten.
const DEEPEST: u8 = 24;

pub(super) const RULES: &[Rule] = &[
    row(
        "der.length_not_minimal",
        "X.690 10.1",
        ANY,
        (
            "có độ dài không được ghi bằng ít byte nhất",
            "a length is not written in the fewest bytes",
        ),
        |view| some(view, |tlv| !tlv.minimal),
    ),
    row(
        "der.boolean_value",
        "X.690 11.1",
        ANY,
        (
            "giá trị đúng/sai không phải FF hoặc 00",
            "a boolean is neither FF nor 00",
        ),
        |view| {
            some(view, |tlv| {
                tlv.of(tag::BOOLEAN)
                    .is_some_and(|v| ![&[0][..], &[0xFF]].contains(&v))
            })
        },
    ),
    row(
        "der.integer_not_minimal",
        "X.690 8.3.2",
        ANY,
        (
            "số nguyên rỗng hoặc có byte thừa ở đầu",
            "an integer is empty or has needless leading bytes",
        ),
        |view| some(view, |tlv| tlv.of(tag::INTEGER).is_some_and(padded)),
    ),
    row(
        "der.bit_string_padding",
        "X.690 11.2.1",
        ANY,
        (
            "chuỗi bit có phần đệm khác 0",
            "the unused bits of a bit string are not zero",
        ),
        |view| some(view, |tlv| tlv.tag == tag::BIT_STRING && !clean_bits(tlv)),
    ),
    row(
        "der.set_order",
        "X.690 11.6",
        ANY,
        (
            "các phần tử của tập hợp không theo thứ tự",
            "the elements of a set are out of order",
        ),
        |view| some(view, |tlv| tlv.tag == tag::SET && !sorted(tlv)),
    ),
    row(
        "der.default_written",
        "X.690 11.5",
        ANY,
        (
            "ghi ra giá trị mặc định (critical FALSE, cA FALSE, phiên bản 1)",
            "a default is written out (critical FALSE, cA FALSE, version 1)",
        ),
        default_written,
    ),
    row(
        "der.named_bits",
        "X.690 11.2.2",
        ANY,
        (
            "keyUsage có các bit 0 thừa ở cuối",
            "the key usage has trailing zero bits",
        ),
        named_bits,
    ),
    row(
        "der.trailing_data",
        "X.690 8.1.1",
        ANY,
        (
            "có dữ liệu thừa sau chứng thư hoặc sau một phần mở rộng",
            "data follow the certificate or the value of an extension",
        ),
        |view| !view.trailing.is_empty() || view.extensions().iter().any(tail),
    ),
];

/// Whether an element of the certificate or of the values of its extensions is such. Opaque values
/// are looked into only where we know that they are DER.
fn some(view: &View<'_>, bad: fn(&Tlv<'_>) -> bool) -> bool {
    let certificate = view.der.get(..view.der.len() - view.trailing.len());
    let values = view
        .extensions()
        .iter()
        .filter(|extension| oid::KNOWN.contains(&extension.oid))
        .map(|extension| extension.value);
    certificate
        .into_iter()
        .chain(values)
        .any(|bytes| found(Reader::new(bytes), bad, 0))
}

fn found(mut reader: Reader<'_>, bad: fn(&Tlv<'_>) -> bool, depth: u8) -> bool {
    reader.any(|tlv| {
        bad(&tlv) || (tlv.tag & 0x20 != 0 && depth < DEEPEST && found(tlv.inside(), bad, depth + 1))
    })
}

fn padded(value: &[u8]) -> bool {
    match value {
        [] => true,
        [0, next, ..] => next & 0x80 == 0,
        [0xFF, next, ..] => next & 0x80 != 0,
        _ => false,
    }
}

fn clean_bits(tlv: &Tlv<'_>) -> bool {
    match tlv.bits() {
        None => false,
        Some((bytes, unused)) => match bytes.last() {
            None => unused == 0,
            Some(last) => unused < 8 && last.trailing_zeros() >= u32::from(unused),
        },
    }
}

fn sorted(set: &Tlv<'_>) -> bool {
    let elements: Vec<&[u8]> = set.inside().map(|tlv| tlv.raw).collect();
    elements.is_sorted()
}

fn default_written(view: &View<'_>) -> bool {
    let version = view.version.is_some_and(|version| version.value == [0]);
    let authority = view
        .extension(oid::BASIC_CONSTRAINTS)
        .and_then(|extension| whole(extension.value))
        .and_then(|tlv| tlv.inside().expect(tag::BOOLEAN))
        .is_some_and(|flag| flag.value == [0]);
    version || authority || critical_false(view)
}

/// An extension with its critical flag written as FALSE.
fn critical_false(view: &View<'_>) -> bool {
    let list = view
        .tbs
        .inside()
        .find(|field| field.tag == tag::explicit(3));
    let list = list.and_then(|wrapped| whole(wrapped.value));
    list.is_some_and(|list| {
        list.inside().any(|extension| {
            let flag = extension.inside().nth(1);
            flag.is_some_and(|flag| flag.of(tag::BOOLEAN) == Some(&[0]))
        })
    })
}

fn named_bits(view: &View<'_>) -> bool {
    let value = view
        .extension(oid::KEY_USAGE)
        .map(|extension| extension.value);
    let bits = value.and_then(|value| whole(value)?.bits());
    bits.is_some_and(|(bytes, unused)| match bytes.last() {
        Some(last) => last.trailing_zeros() != u32::from(unused),
        None => unused != 0,
    })
}

fn tail(extension: &Extension<'_>) -> bool {
    let mut reader = Reader::new(extension.value);
    oid::KNOWN.contains(&extension.oid) && reader.read().is_some() && !reader.done()
}
