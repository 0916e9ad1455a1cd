//! Keys and signatures: sizes, exponents, curves, parameters.

use jiff::civil::{Date, date};

use super::{BR, On, RFC5280, Rule, row};
use crate::probe::chain::{
    der::tag,
    signed::{is_rsa, pss},
    view::{View, identifier, oid},
};

const ANY: (Date, On) = (RFC5280, On::Any);
/// Ballot 93 brought the checks of public key parameters (BR 1.1.1, in force from 2013).
const BALLOT_93: Date = date(2013, 1, 1);

pub(super) const RULES: &[Rule] = &[
    row(
        "rfc3279.rsa_key_malformed",
        "RFC 3279 2.3.1",
        ANY,
        ("khóa RSA sai cấu trúc", "an RSA key is malformed"),
        |view| is_rsa(&view.key) && view.key.rsa().is_none(),
    ),
    row(
        "br.rsa_under_2048",
        "BR 6.1.5",
        (date(2014, 1, 1), On::Any),
        ("khóa RSA dưới 2048 bit", "an RSA key is under 2048 bits"),
        |view| {
            view.key
                .rsa()
                .is_some_and(|(modulus, _)| bits(modulus) < 2048)
        },
    ),
    row(
        "br.rsa_bits_not_octets",
        "BR 6.1.5",
        (date(2020, 8, 20), On::Any),
        (
            "độ dài khóa RSA không chia hết cho 8",
            "the size of an RSA key is no multiple of 8 bits",
        ),
        |view| {
            view.key
                .rsa()
                .is_some_and(|(modulus, _)| !bits(modulus).is_multiple_of(8))
        },
    ),
    row(
        "br.rsa_modulus_even",
        "BR 6.1.6",
        (BALLOT_93, On::Any),
        ("mô-đun RSA chẵn", "an RSA modulus is even"),
        |view| {
            view.key
                .rsa()
                .is_some_and(|(modulus, _)| modulus.last().is_none_or(|b| b & 1 == 0))
        },
    ),
    row(
        "br.rsa_small_factor",
        "BR 6.1.6",
        (BALLOT_93, On::Any),
        (
            "mô-đun RSA chia hết cho số nguyên tố dưới 752",
            "an RSA modulus has a factor below 752",
        ),
        |view| {
            view.key
                .rsa()
                .is_some_and(|(modulus, _)| (3..752).step_by(2).any(|d| remainder(modulus, d) == 0))
        },
    ),
    row(
        "rfc3279.rsa_number_negative",
        "RFC 8017 3.1",
        ANY,
        (
            "mô-đun hoặc số mũ RSA âm",
            "an RSA modulus or exponent is negative",
        ),
        |view| {
            view.key.rsa().is_some_and(|(modulus, exponent)| {
                [modulus, exponent]
                    .iter()
                    .any(|n| n.first().is_some_and(|b| b & 0x80 != 0))
            })
        },
    ),
    row(
        "br.rsa_exponent_even",
        "BR 6.1.6",
        (BALLOT_93, On::Any),
        ("số mũ RSA chẵn", "an RSA exponent is even"),
        |view| {
            view.key
                .rsa()
                .is_some_and(|(_, exponent)| exponent.last().is_none_or(|b| b & 1 == 0))
        },
    ),
    row(
        "br.rsa_exponent_under_3",
        "BR 6.1.6",
        (BALLOT_93, On::Any),
        ("số mũ RSA dưới 3", "an RSA exponent is below 3"),
        |view| {
            view.key
                .rsa()
                .is_some_and(|(_, exponent)| bits(exponent) < 2)
        },
    ),
    row(
        "br.rsa_exponent_range",
        "BR 6.1.6 (SHOULD)",
        (BALLOT_93, On::Any),
        (
            "số mũ RSA ngoài khoảng từ 65537 đến 2^256 - 1",
            "an RSA exponent is outside 65537 to 2^256 - 1",
        ),
        |view| {
            view.key
                .rsa()
                .is_some_and(|(_, exponent)| bits(exponent) < 17 || bits(exponent) > 256)
        },
    ),
    row(
        "br.curve_not_allowed",
        "BR 6.1.5",
        (BR, On::Any),
        (
            "đường cong không phải P-256, P-384, P-521",
            "a curve is not P-256, P-384 or P-521",
        ),
        |view| view.key.algorithm.oid == oid::EC && coordinate(view).is_none(),
    ),
    row(
        "rfc5480.point_form",
        "RFC 5480 2.2",
        ANY,
        (
            "điểm của khóa EC sai độ dài hoặc dạng",
            "the point of an EC key has a wrong length or form",
        ),
        |view| {
            coordinate(view).is_some_and(|size| {
                let point = view.key.bytes;
                match point.first() {
                    Some(4) => point.len() != 1 + 2 * size,
                    Some(2 | 3) => point.len() != 1 + size,
                    _ => true,
                }
            })
        },
    ),
    row(
        "br.key_kind",
        "BR 6.1.1.3, 7.1.3.1",
        (date(2020, 9, 30), On::Server),
        (
            "khóa không phải RSA hay EC",
            "the key is neither RSA nor EC",
        ),
        |view| ![oid::RSA, oid::EC].contains(&view.key.algorithm.oid),
    ),
    row(
        "rfc3279.rsa_key_parameters",
        "RFC 3279 2.3.1, BR 7.1.3.1.1",
        ANY,
        (
            "tham số của khóa RSA không phải NULL",
            "the parameters of an RSA key are not NULL",
        ),
        |view| {
            view.key.algorithm.oid == oid::RSA
                && !view
                    .key
                    .algorithm
                    .parameters
                    .is_some_and(|p| p.tag == tag::NULL && p.value.is_empty())
        },
    ),
    row(
        "rfc8410.parameters_present",
        "RFC 8410 3",
        (date(2018, 8, 1), On::Any),
        (
            "khóa Ed25519 hoặc Ed448 có tham số",
            "an Ed25519 or Ed448 key has parameters",
        ),
        |view| {
            [&[0x2B, 0x65, 112][..], &[0x2B, 0x65, 113]].contains(&view.key.algorithm.oid)
                && view.key.algorithm.parameters.is_some()
        },
    ),
    row(
        "br.signature_md5",
        "BR 7.1.3.2",
        (BR, On::Issued),
        (
            "ký bằng MD2, MD4 hoặc MD5",
            "it is signed with MD2, MD4 or MD5",
        ),
        |view| [2, 3, 4].contains(&rsa_number(view.outer.oid)),
    ),
    row(
        "br.signature_sha1",
        "BR 7.1.3.2",
        (date(2016, 1, 1), On::Issued),
        ("ký bằng SHA-1", "it is signed with SHA-1"),
        |view| {
            rsa_number(view.outer.oid) == 5
                || ["1.2.840.10045.4.1", "1.2.840.10040.4.3", "1.3.14.3.2.29"]
                    .contains(&identifier(view.outer.oid).as_str())
        },
    ),
    row(
        "rfc4055.signature_parameters",
        "RFC 4055 5, BR 7.1.3.2.1",
        ANY,
        (
            "tham số của thuật toán ký RSA không phải NULL",
            "the parameters of an RSA signature are not NULL",
        ),
        |view| {
            [5, 11, 12, 13, 14].contains(&rsa_number(view.inner.oid))
                && !view
                    .inner
                    .parameters
                    .is_some_and(|p| p.tag == tag::NULL && p.value.is_empty())
        },
    ),
    row(
        "rfc5758.signature_parameters",
        "RFC 5758 3.2, BR 7.1.3.2.2",
        ANY,
        (
            "thuật toán ký ECDSA có tham số",
            "an ECDSA signature has parameters",
        ),
        |view| {
            identifier(view.inner.oid).starts_with("1.2.840.10045.4.")
                && view.inner.parameters.is_some()
        },
    ),
    row(
        "rfc4055.pss_parameters",
        "RFC 4055 3.1, BR 7.1.3.2.1",
        ANY,
        (
            "tham số RSASSA-PSS không khớp nhau (SHA-2, MGF1 cùng hàm băm, muối dài bằng hàm băm)",
            "the RSASSA-PSS parameters do not fit (SHA-2, MGF1 with the same hash, salt of its length)",
        ),
        |view| view.inner.oid == oid::RSA_PSS && pss(&view.inner).is_none(),
    ),
];

/// The last part below pkcs-1; 0 for anything else.
fn rsa_number(oid: &[u8]) -> u8 {
    const PKCS1: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1];
    match oid.strip_prefix(PKCS1) {
        Some([number]) => *number,
        _ => 0,
    }
}

/// Size in bits of a number without regard to its sign.
fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let rest = number.get(zeros..).unwrap_or_default();
    let spare = rest.first().map_or(0, |byte| byte.leading_zeros());
    (rest.len() * 8).saturating_sub(spare as usize)
}

pub(super) fn remainder(number: &[u8], divisor: u32) -> u32 {
    number
        .iter()
        .fold(0, |rest, byte| (rest << 8 | u32::from(*byte)) % divisor)
}

/// Bytes of a coordinate on the curves that the baseline allows.
fn coordinate(view: &View<'_>) -> Option<usize> {
    if view.key.algorithm.oid != oid::EC {
        return None;
    }
    match identifier(view.key.algorithm.parameters?.of(tag::OID)?).as_str() {
        "1.2.840.10045.3.1.7" => Some(32),
        "1.3.132.0.34" => Some(48),
        "1.3.132.0.35" => Some(66),
        _ => None,
    }
}
