//! Rules against certificates that keep them and certificates that break them.

use std::fmt::Write;

use super::*;

mod broken;
pub(super) mod mould;

#[test]
fn sound_certificates_break_nothing() {
    for (what, sound) in [
        ("leaf", mould::leaf()),
        ("authority", mould::authority()),
        ("root", mould::root()),
    ] {
        assert_eq!(judge(&sound.der()).unwrap(), Vec::<String>::new(), "{what}");
    }
    let mut rsa = mould::leaf();
    rsa.key = mould::rsa(&mould::modulus(2048), &[1, 0, 1], &[5, 0]);
    assert_eq!(judge(&rsa.der()).unwrap(), Vec::<String>::new());
}

/// A rule says nothing of certificates older than itself.
#[test]
fn rules_begin_on_their_day() {
    for (from, to, expected) in [
        ("200831235959Z", "220831235959Z", &[][..]),
        (
            "200901000000Z",
            "211004000000Z",
            &["br.validity_over_398_days"],
        ),
        ("200901000000Z", "211003235959Z", &[]),
        ("260314235959Z", "270314235959Z", &[]),
        (
            "260315000000Z",
            "270314235959Z",
            &["br.validity_over_200_days"],
        ),
        ("260315000000Z", "260930235959Z", &[]),
    ] {
        let mut certificate = mould::leaf();
        (certificate.from, certificate.to) = (mould::utc(from), mould::utc(to));
        assert_eq!(judge(&certificate.der()).unwrap(), expected, "{from} {to}");
    }
}

#[test]
fn what_is_no_certificate_is_not_judged() {
    assert_eq!(judge(&[]), None);
    assert_eq!(judge(&[0x30, 0]), None);
    let whole = mould::leaf().der();
    for end in 0..whole.len() {
        assert_eq!(judge(&whole[..end]), None);
    }
}

/// Faults that some of the roots in browsers are known to have: serial number 0, key usage bits with
/// zeros behind them, no country or organization, a key usage that is absent or not critical, no subject
/// key identifier, a GeneralizedTime before 2050.
const KNOWN_OF_ROOTS: [&str; 8] = [
    "der.named_bits",
    "rfc5280.serial_not_positive",
    "rfc5280.generalized_time_before_2050",
    "rfc5280.authority_without_key_usage",
    "rfc5280.subject_key_id_missing",
    "br.authority_key_usage_not_critical",
    "br.authority_without_country",
    "br.authority_without_organization",
];

#[test]
fn real_roots_break_only_what_they_are_known_to_break() {
    use rustls::pki_types::{CertificateDer, pem::PemObject};

    let path = "/etc/ssl/certs/ca-certificates.crt";
    let Ok(bundle) = std::fs::read(path) else {
        let strict = std::env::var("LUYTRE_NO_SKIP").as_deref() == Ok("1");
        assert!(!strict, "{path} is missing and LUYTRE_NO_SKIP=1");
        return;
    };
    let (mut roots, mut clean) = (0, 0);
    for der in CertificateDer::pem_slice_iter(&bundle) {
        let found = judge(&der.unwrap()).unwrap();
        let strange = found
            .iter()
            .find(|id| !KNOWN_OF_ROOTS.contains(&id.as_str()));
        assert_eq!(strange, None);
        roots += 1;
        clean += u32::from(found.is_empty());
    }
    assert!(
        roots > 50 && clean * 10 > roots * 8,
        "{clean} of {roots} are clean"
    );
}

fn page() -> String {
    let mut out = String::from(
        "# Quy tắc hình thức của chứng thư số / Rules of form for certificates\n\n\
         <!-- Generated from the table of rules; do not edit. -->\n\n\
         Một quy tắc chỉ xét chứng thư được cấp từ ngày hiệu lực trở đi. `rfc…` và `der` áp dụng cho mọi chứng thư; \
         `br` là quy định chung của CA/Browser Forum (BR, đánh số theo bản 2.x) cho chứng thư được trình duyệt tin cậy. / \
         A rule looks only at certificates issued on or after its day. `rfc…` and `der` concern every certificate; `br` is \
         the CA/Browser Forum baseline (BR, numbered as in editions 2.x) for those that browsers trust.\n\n\
         | Mã / Id | Chứng thư / Certificate | Từ ngày / Since | Căn cứ / Source | Lỗi / Fault |\n|---|---|---|---|---|\n",
    );
    for rule in rules() {
        let since = if rule.since == ALWAYS {
            "–".to_owned()
        } else {
            rule.since.to_string()
        };
        let _ = writeln!(
            out,
            "| `{}` | {} / {} | {since} | {} | {} / {} |",
            rule.id,
            rule.on.text().vi,
            rule.on.text().en,
            rule.source,
            rule.what.vi,
            rule.what.en
        );
    }
    out
}

#[test]
fn page_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/certificate-rules.md");
    let made = page();
    if std::env::var_os("LUYTRE_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path, &made).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).unwrap_or_default() == made,
        "docs/certificate-rules.md is old: run this test with LUYTRE_BLESS=1"
    );
}
