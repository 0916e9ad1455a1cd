//! For every rule, a certificate that breaks it: the rule, what is bent, and the other rules that go with it.

use super::{
    mould::{authority, leaf, root, *},
    *,
};
use crate::probe::chain::{der::tag, view::oid};

/// One row: the rule, a sound certificate, how it is bent, which rules besides must break.
type Row = (
    &'static str,
    fn() -> Mould,
    fn(&mut Mould),
    &'static [&'static str],
);

const NULL: &[u8] = &[5, 0];
const ECDSA_384: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 3];

fn algorithm(oid: &[u8], parameters: &[u8]) -> Vec<u8> {
    sequence(&[&tlv(tag::OID, &[oid]), parameters])
}

fn pkcs1(number: u8) -> Vec<u8> {
    [&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1], &[number][..]].concat()
}

fn ed25519(parameters: &[u8]) -> Vec<u8> {
    let algorithm = algorithm(&[0x2B, 0x65, 112], parameters);
    sequence(&[&algorithm, &tlv(tag::BIT_STRING, &[&[0], &[7; 32]])])
}

/// A name that no rule ties to the alternative names.
fn person() -> Vec<u8> {
    name(&[(4, tag::UTF8, b"a")])
}

fn san(c: &mut Mould, all: &[(u8, &[u8])]) {
    c.set(oid::SUBJECT_ALT_NAME, &[], &names(all));
}

fn two_in_one() -> Vec<u8> {
    let one = |text: &[u8]| sequence(&[&tlv(tag::OID, &[&[0x55, 4, 3]]), &tlv(tag::UTF8, &[text])]);
    sequence(&[&tlv(tag::SET, &[&one(b"www.lamgiang.vn"), &one(b"a.vn")])])
}

fn subtree() -> Vec<u8> {
    let tree = sequence(&[&tlv(tag::implicit(2), &[b"lamgiang.vn"])]);
    sequence(&[&tlv(tag::explicit(0), &[&tree])])
}

/// A sound modulus with another last byte, so that it is even.
fn bent(last: u8) -> Vec<u8> {
    let mut out = modulus(2048);
    let end = out.len() - 1;
    out[end] = last;
    // Even, and still without an odd factor below 752.
    while (3..752)
        .step_by(2)
        .any(|d| super::super::keys::remainder(&out, d) == 0)
    {
        out[end - 2] += 1;
    }
    out
}

/// An odd modulus with the factor 3.
fn divisible() -> Vec<u8> {
    let mut out = modulus(2048);
    let end = out.len() - 3;
    while super::super::keys::remainder(&out, 3) != 0 {
        out[end] += 1;
    }
    out
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("der.length_not_minimal", leaf, |c| { c.serial = vec![]; c.version = vec![0xA0, 0x81, 3, 2, 1, 2]; c.serial = vec![0x12; 16]; }, &[]),
    ("der.boolean_value", leaf, |c| { c.set(oid::KEY_USAGE, &[1, 1, 1], &[3, 2, 7, 0x80]); }, &[]),
    ("der.integer_not_minimal", leaf, |c| { c.serial = vec![0, 0x12]; }, &[]),
    ("der.bit_string_padding", leaf, |c| { c.set(oid::KEY_USAGE, CRITICAL, &[3, 2, 6, 0x81]); }, &["der.named_bits"]),
    ("der.set_order", leaf, |c| { c.subject = two_in_one(); }, &["br.name_part_not_single", "br.attribute_twice", "br.common_name_not_in_san"]),
    ("der.default_written", leaf, |c| { c.set(oid::KEY_USAGE, &[1, 1, 0], &[3, 2, 7, 0x80]); }, &[]),
    ("der.named_bits", leaf, |c| { c.set(oid::KEY_USAGE, CRITICAL, &[3, 2, 0, 0x80]); }, &[]),
    ("der.trailing_data", leaf, |c| { c.tail = vec![0]; }, &[]),
    ("rfc5280.version_not_3", leaf, |c| { c.version = Vec::new(); }, &["br.version_not_3"]),
    ("br.version_not_3", leaf, |c| { c.version = tlv(0xA0, &[&[2, 1, 1]]); }, &["rfc5280.version_not_3"]),
    ("rfc5280.serial_not_positive", leaf, |c| { c.serial = vec![0x80; 8]; }, &[]),
    ("rfc5280.serial_over_20_octets", leaf, |c| { c.serial = vec![1; 21]; }, &[]),
    ("rfc5280.unique_identifier", leaf, |c| { c.unique = tlv(0x81, &[&[0, 1]]); }, &[]),
    ("rfc5280.algorithms_differ", leaf, |c| { c.outer = algorithm(ECDSA_384, &[]); }, &[]),
    ("rfc5280.utc_time_form", leaf, |c| { c.from = utc("2606010000Z"); }, &[]),
    ("rfc5280.generalized_time_form", leaf, |c| { c.to = tlv(tag::GENERALIZED_TIME, &[b"20500829235959.5Z"]); }, &[]),
    ("rfc5280.generalized_time_before_2050", leaf, |c| { c.to = tlv(tag::GENERALIZED_TIME, &[b"20260829235959Z"]); }, &[]),
    ("rfc5280.validity_inverted", leaf, |c| { c.to = utc("260501000000Z"); }, &[]),
    ("rfc5280.extension_twice", leaf, |c| { let one = c.extensions[0].clone(); c.extensions.push(one); }, &[]),
    ("rfc5280.extensions_empty", leaf, |c| { c.extensions.clear(); }, &["br.san_missing", "br.purpose_missing", "br.policy_missing", "rfc5280.authority_key_id_missing", "br.authority_information_missing", "br.revocation_pointer_missing", "br.common_name_not_in_san"]),
    ("rfc5280.extension_malformed", leaf, |c| { c.set(oid::POLICIES, &[], &[0x30, 2, 5, 0]); }, &[]),
    ("br.validity_over_39_months", leaf, |c| { c.from = utc("160801000000Z"); c.to = utc("200101000000Z"); }, &[]),
    ("br.validity_over_825_days", leaf, |c| { c.from = utc("180401000000Z"); c.to = utc("200801000000Z"); }, &[]),
    ("br.validity_over_398_days", leaf, |c| { c.from = utc("201001000000Z"); c.to = utc("211103000000Z"); }, &[]),
    ("br.validity_over_200_days", leaf, |c| { c.to = utc("261218000000Z"); }, &[]),
    ("br.validity_over_100_days", leaf, |c| { c.from = utc("270401000000Z"); c.to = utc("270710000000Z"); }, &[]),
    ("br.validity_over_47_days", leaf, |c| { c.from = utc("290401000000Z"); c.to = utc("290518000000Z"); }, &[]),
    ("rfc5280.issuer_empty", leaf, |c| { c.issuer = name(&[]); }, &[]),
    ("rfc5280.authority_subject_empty", authority, |c| { c.subject = name(&[]); }, &["rfc5280.san_not_critical", "br.authority_without_country", "br.authority_without_organization", "br.authority_without_common_name"]),
    ("rfc5280.country_length", leaf, |c| { c.issuer = name(&[(6, tag::PRINTABLE, b"VNM")]); }, &[]),
    ("rfc5280.country_string_type", leaf, |c| { c.issuer = name(&[(6, tag::UTF8, b"VN")]); }, &[]),
    ("br.country_not_upper_case", leaf, |c| { c.subject = name(&[(6, tag::PRINTABLE, b"vn")]); }, &[]),
    ("rfc5280.serial_number_string_type", leaf, |c| { c.subject = name(&[(5, tag::UTF8, b"1")]); }, &[]),
    ("rfc5280.printable_string_alphabet", leaf, |c| { c.subject = name(&[(4, tag::PRINTABLE, b"a@b")]); }, &[]),
    ("rfc5280.utf8_string_invalid", leaf, |c| { c.subject = name(&[(4, tag::UTF8, &[0xFF])]); }, &[]),
    ("rfc5280.old_string_type", leaf, |c| { c.subject = name(&[(4, tag::TELETEX, b"a")]); }, &[]),
    ("rfc5280.attribute_empty", leaf, |c| { c.subject = name(&[(4, tag::UTF8, b"")]); }, &[]),
    ("rfc5280.name_control_character", leaf, |c| { c.subject = name(&[(4, tag::UTF8, b"a\nb")]); }, &[]),
    ("rfc5280.common_name_too_long", leaf, |c| { c.issuer = name(&[(3, tag::UTF8, &[b'a'; 65])]); }, &[]),
    ("rfc5280.organization_too_long", leaf, |c| { c.issuer = name(&[(10, tag::UTF8, &[b'a'; 65])]); }, &[]),
    ("rfc5280.unit_too_long", leaf, |c| { c.issuer = name(&[(11, tag::UTF8, &[b'a'; 65])]); }, &[]),
    ("rfc5280.locality_too_long", leaf, |c| { c.issuer = name(&[(7, tag::UTF8, &[b'a'; 129])]); }, &[]),
    ("rfc5280.state_too_long", leaf, |c| { c.issuer = name(&[(8, tag::UTF8, &[b'a'; 129])]); }, &[]),
    ("rfc5280.serial_number_too_long", leaf, |c| { c.issuer = name(&[(5, tag::PRINTABLE, &[b'1'; 65])]); }, &[]),
    ("br.name_part_not_single", leaf, |c| { c.subject = two_in_one(); }, &["der.set_order", "br.attribute_twice", "br.common_name_not_in_san"]),
    ("br.attribute_twice", leaf, |c| { c.subject = name(&[(4, tag::UTF8, b"a"), (4, tag::UTF8, b"b")]); }, &[]),
    ("br.unit_present", leaf, |c| { c.subject = name(&[(11, tag::UTF8, b"a")]); }, &[]),
    ("br.place_without_holder", leaf, |c| { c.subject = name(&[(7, tag::UTF8, b"a")]); }, &[]),
    ("br.organization_without_country", leaf, |c| { c.subject = name(&[(10, tag::UTF8, b"a"), (7, tag::UTF8, b"b")]); }, &[]),
    ("br.organization_without_place", leaf, |c| { c.subject = name(&[(6, tag::PRINTABLE, b"VN"), (10, tag::UTF8, b"a")]); }, &[]),
    ("br.authority_without_country", authority, |c| { c.subject = name(&ISSUER[1..]); }, &[]),
    ("br.authority_without_organization", authority, |c| { c.subject = name(&[ISSUER[0], ISSUER[2]]); }, &[]),
    ("br.authority_without_common_name", authority, |c| { c.subject = name(&ISSUER[..2]); }, &[]),
    ("br.san_missing", leaf, |c| { c.remove(oid::SUBJECT_ALT_NAME); c.subject = name(&[(4, tag::UTF8, b"a")]); }, &[]),
    ("rfc5280.san_empty", leaf, |c| { c.subject = person(); san(c, &[]); }, &[]),
    ("rfc5280.san_not_critical", leaf, |c| { c.subject = name(&[]); }, &[]),
    ("br.san_critical", leaf, |c| { c.flip(oid::SUBJECT_ALT_NAME); }, &[]),
    ("br.san_kind", leaf, |c| { c.subject = person(); san(c, &[(1, b"a@b.vn")]); }, &[]),
    ("rfc5280.san_not_ascii", leaf, |c| { c.subject = person(); san(c, &[(2, "lâm.vn".as_bytes())]); }, &["br.dns_name_character"]),
    ("rfc5280.san_address_length", leaf, |c| { c.subject = person(); san(c, &[(7, &[1, 2, 3])]); }, &[]),
    ("rfc5280.san_email_form", leaf, |c| { c.subject = person(); san(c, &[(1, b"a@b@c")]); }, &["br.san_kind"]),
    ("rfc5280.san_uri_form", leaf, |c| { c.subject = person(); san(c, &[(6, b"//b.vn")]); }, &["br.san_kind"]),
    ("rfc5280.dns_name_blank", leaf, |c| { c.subject = person(); san(c, &[(2, b" ")]); }, &["br.dns_name_character"]),
    ("rfc5280.dns_name_too_long", leaf, |c| { c.subject = person(); san(c, &[(2, &[&b"abcdefg.".repeat(32)[..], b"vn"].concat())]); }, &[]),
    ("rfc5280.dns_label_too_long", leaf, |c| { c.subject = person(); san(c, &[(2, &[&[b'a'; 64][..], b".vn"].concat())]); }, &[]),
    ("rfc5280.dns_label_empty", leaf, |c| { c.subject = person(); san(c, &[(2, b"a..vn")]); }, &[]),
    ("br.dns_label_hyphen", leaf, |c| { c.subject = person(); san(c, &[(2, b"a-.vn")]); }, &[]),
    ("br.dns_name_character", leaf, |c| { c.subject = person(); san(c, &[(2, b"a b.vn")]); }, &[]),
    ("br.dns_name_underscore", leaf, |c| { c.subject = person(); san(c, &[(2, b"a_b.vn")]); }, &[]),
    ("br.wildcard_form", leaf, |c| { c.subject = person(); san(c, &[(2, b"a*.b.vn")]); }, &[]),
    ("br.wildcard_above_top", leaf, |c| { c.subject = person(); san(c, &[(2, b"*.vn")]); }, &["br.internal_name"]),
    ("br.reserved_label", leaf, |c| { c.subject = person(); san(c, &[(2, b"ab--c.vn")]); }, &[]),
    ("br.internal_name", leaf, |c| { c.subject = person(); san(c, &[(2, b"mail.LOCAL")]); }, &[]),
    ("br.address_as_dns_name", leaf, |c| { c.subject = person(); san(c, &[(2, b"203.0.112.7")]); }, &[]),
    ("br.reserved_address", leaf, |c| { c.subject = person(); san(c, &[(7, &[192, 168, 0, 1])]); }, &[]),
    ("br.common_name_not_in_san", leaf, |c| { san(c, &[(2, b"lamgiang.vn")]); }, &[]),
    ("rfc5280.basic_constraints_not_critical", authority, |c| { c.flip(oid::BASIC_CONSTRAINTS); }, &[]),
    ("rfc5280.path_length_without_authority", leaf, |c| { c.set(oid::BASIC_CONSTRAINTS, CRITICAL, &[0x30, 3, 2, 1, 0]); }, &[]),
    ("rfc5280.path_length_without_cert_sign", authority, |c| { c.set(oid::KEY_USAGE, CRITICAL, &[3, 2, 1, 2]); }, &["rfc5280.authority_without_cert_sign"]),
    ("rfc5280.path_length_negative", authority, |c| { c.set(oid::BASIC_CONSTRAINTS, CRITICAL, &[0x30, 6, 1, 1, 0xFF, 2, 1, 0xFF]); }, &[]),
    ("rfc5280.cert_sign_without_authority", leaf, |c| { c.set(oid::KEY_USAGE, CRITICAL, &[3, 2, 2, 4]); }, &[]),
    ("rfc5280.authority_without_key_usage", authority, |c| { c.remove(oid::KEY_USAGE); }, &[]),
    ("rfc5280.authority_without_cert_sign", root, |c| { c.set(oid::KEY_USAGE, CRITICAL, &[3, 2, 1, 2]); }, &[]),
    ("br.authority_without_crl_sign", authority, |c| { c.set(oid::KEY_USAGE, CRITICAL, &[3, 2, 2, 4]); }, &[]),
    ("br.authority_key_usage_not_critical", authority, |c| { c.flip(oid::KEY_USAGE); }, &[]),
    ("rfc5280.key_usage_empty", leaf, |c| { c.set(oid::KEY_USAGE, CRITICAL, &[3, 1, 0]); }, &[]),
    ("br.leaf_crl_sign", leaf, |c| { c.set(oid::KEY_USAGE, CRITICAL, &[3, 2, 1, 2]); }, &[]),
    ("rfc8813.ec_encipherment", leaf, |c| { c.set(oid::KEY_USAGE, CRITICAL, &[3, 2, 5, 0x20]); }, &[]),
    ("rfc3279.rsa_key_agreement", leaf, |c| { c.key = rsa(&modulus(2048), &[1, 0, 1], NULL); c.set(oid::KEY_USAGE, CRITICAL, &[3, 2, 3, 8]); }, &[]),
    ("br.purpose_missing", leaf, |c| { c.remove(oid::EXTENDED_KEY_USAGE); }, &[]),
    ("rfc5280.purposes_empty", authority, |c| { c.set(oid::EXTENDED_KEY_USAGE, &[], &oids(&[])); }, &[]),
    ("rfc5280.any_purpose_critical", authority, |c| { c.set(oid::EXTENDED_KEY_USAGE, CRITICAL, &oids(&[oid::ANY_USAGE])); }, &[]),
    ("br.any_purpose", leaf, |c| { c.set(oid::EXTENDED_KEY_USAGE, &[], &oids(&[oid::ANY_USAGE])); }, &[]),
    ("br.purpose_prohibited", leaf, |c| { c.set(oid::EXTENDED_KEY_USAGE, &[], &oids(&[oid::SERVER_AUTH, oid::OCSP_SIGNING])); }, &[]),
    ("rfc5280.name_constraints_in_leaf", leaf, |c| { c.set(oid::NAME_CONSTRAINTS, CRITICAL, &subtree()); }, &[]),
    ("rfc5280.name_constraints_not_critical", authority, |c| { c.set(oid::NAME_CONSTRAINTS, &[], &subtree()); }, &[]),
    ("rfc5280.name_constraints_empty", authority, |c| { c.set(oid::NAME_CONSTRAINTS, CRITICAL, &sequence(&[])); }, &[]),
    ("rfc5280.policy_constraints_empty", authority, |c| { c.set(oid::POLICY_CONSTRAINTS, CRITICAL, &sequence(&[])); }, &[]),
    ("rfc5280.policy_constraints_not_critical", authority, |c| { c.set(oid::POLICY_CONSTRAINTS, &[], &names(&[(0, &[1])])); }, &[]),
    ("rfc5280.inhibit_any_policy_not_critical", authority, |c| { c.set(oid::INHIBIT_ANY_POLICY, &[], &[2, 1, 0]); }, &[]),
    ("rfc5280.policy_mapped_to_any", authority, |c| { c.set(oid::POLICY_MAPPINGS, CRITICAL, &sequence(&[&oids(&[DV, oid::ANY_POLICY])])); }, &[]),
    ("rfc5280.policy_twice", leaf, |c| { c.set(oid::POLICIES, &[], &policies(&[DV, DV])); }, &[]),
    ("br.policy_missing", leaf, |c| { c.remove(oid::POLICIES); }, &[]),
    ("br.policy_not_reserved", leaf, |c| { c.set(oid::POLICIES, &[], &policies(&[&[0x2A, 3]])); }, &[]),
    ("br.any_policy", leaf, |c| { c.set(oid::POLICIES, &[], &policies(&[DV, oid::ANY_POLICY])); }, &[]),
    ("rfc5280.authority_key_id_missing", leaf, |c| { c.remove(oid::AUTHORITY_KEY_ID); }, &[]),
    ("rfc5280.authority_key_id_without_id", leaf, |c| { c.set(oid::AUTHORITY_KEY_ID, &[], &names(&[])); }, &[]),
    ("rfc5280.authority_key_id_critical", leaf, |c| { c.flip(oid::AUTHORITY_KEY_ID); }, &[]),
    ("br.authority_key_id_by_issuer", leaf, |c| { c.set(oid::AUTHORITY_KEY_ID, &[], &names(&[(0, &[3; 20]), (2, &[1])])); }, &[]),
    ("rfc5280.subject_key_id_missing", authority, |c| { c.remove(oid::SUBJECT_KEY_ID); }, &[]),
    ("rfc5280.subject_key_id_critical", authority, |c| { c.flip(oid::SUBJECT_KEY_ID); }, &[]),
    ("rfc5280.subject_key_id_empty", authority, |c| { c.set(oid::SUBJECT_KEY_ID, &[], &[4, 0]); }, &[]),
    ("br.root_key_id_differs", root, |c| { c.set(oid::AUTHORITY_KEY_ID, &[], &names(&[(0, &[5; 20])])); }, &[]),
    ("rfc5280.authority_information_critical", leaf, |c| { c.flip(oid::AUTHORITY_INFO); }, &[]),
    ("rfc5280.subject_information_critical", authority, |c| { c.set(oid::SUBJECT_INFO, CRITICAL, &information(&[(oid::CA_ISSUERS, b"http://ca.vn")])); }, &[]),
    ("br.authority_information_missing", leaf, |c| { c.remove(oid::AUTHORITY_INFO); }, &[]),
    ("br.responder_missing", leaf, |c| { c.from = utc("240101000000Z"); c.to = utc("240201000000Z"); c.set(oid::AUTHORITY_INFO, &[], &information(&[(oid::CA_ISSUERS, b"http://ca.vn/2.crt")])); }, &[]),
    ("br.revocation_pointer_missing", leaf, |c| { c.remove(oid::CRL_POINTS); c.set(oid::AUTHORITY_INFO, &[], &information(&[(oid::CA_ISSUERS, b"http://ca.vn/2.crt")])); }, &[]),
    ("br.information_not_http", leaf, |c| { c.set(oid::AUTHORITY_INFO, &[], &information(&[(oid::OCSP, b"https://ocsp.ca.vn")])); }, &[]),
    ("rfc5280.crl_point_incomplete", leaf, |c| { c.set(oid::CRL_POINTS, &[], &sequence(&[&names(&[(1, &[0, 1])])])); }, &["br.crl_not_http", "br.crl_by_reasons"]),
    ("br.crl_not_http", leaf, |c| { c.set(oid::CRL_POINTS, &[], &point(b"ldap://ca.vn/2.crl", &[])); }, &[]),
    ("br.crl_by_reasons", leaf, |c| { c.set(oid::CRL_POINTS, &[], &point(b"http://ca.vn/2.crl", &tlv(0x81, &[&[0, 1]]))); }, &[]),
    ("rfc5280.freshest_crl_critical", leaf, |c| { c.set(oid::FRESHEST_CRL, CRITICAL, &point(b"http://ca.vn/d.crl", &[])); }, &[]),
    ("rfc7633.features_empty", leaf, |c| { c.set(oid::TLS_FEATURE, &[], &sequence(&[])); }, &[]),
    ("rfc6962.timestamps_malformed", leaf, |c| { c.set(oid::SCT_LIST, &[], &tlv(tag::OCTET_STRING, &[&[0, 2, 0, 1]])); }, &[]),
    ("rfc6962.precertificate", leaf, |c| { c.set(oid::PRECERTIFICATE, CRITICAL, NULL); }, &[]),
    ("rfc3279.rsa_key_malformed", leaf, |c| { c.key = sequence(&[&sequence(&[&tlv(tag::OID, &[oid::RSA]), NULL]), &tlv(tag::BIT_STRING, &[&[0, 5, 0]])]); }, &[]),
    ("br.rsa_under_2048", leaf, |c| { c.key = rsa(&modulus(1024), &[1, 0, 1], NULL); }, &[]),
    ("br.rsa_bits_not_octets", leaf, |c| { c.key = rsa(&modulus(2049), &[1, 0, 1], NULL); }, &[]),
    ("br.rsa_modulus_even", leaf, |c| { c.key = rsa(&bent(4), &[1, 0, 1], NULL); }, &[]),
    ("br.rsa_small_factor", leaf, |c| { c.key = rsa(&divisible(), &[1, 0, 1], NULL); }, &[]),
    ("rfc3279.rsa_number_negative", leaf, |c| { c.key = rsa(&modulus(2048)[1..], &[1, 0, 1], NULL); }, &[]),
    ("br.rsa_exponent_even", leaf, |c| { c.key = rsa(&modulus(2048), &[1, 0, 2], NULL); }, &[]),
    ("br.rsa_exponent_under_3", leaf, |c| { c.key = rsa(&modulus(2048), &[1], NULL); }, &["br.rsa_exponent_range"]),
    ("br.rsa_exponent_range", leaf, |c| { c.key = rsa(&modulus(2048), &[3], NULL); }, &[]),
    ("br.curve_not_allowed", leaf, |c| { c.key = ec(&[0x2B, 0x81, 4, 0, 10], 4, 64); }, &[]),
    ("rfc5480.point_form", leaf, |c| { c.key = ec(P256, 4, 63); }, &[]),
    ("br.key_kind", leaf, |c| { c.key = ed25519(&[]); }, &[]),
    ("rfc3279.rsa_key_parameters", leaf, |c| { c.key = rsa(&modulus(2048), &[1, 0, 1], &[]); }, &[]),
    ("rfc8410.parameters_present", leaf, |c| { c.key = ed25519(NULL); }, &["br.key_kind"]),
    ("br.signature_md5", leaf, |c| { c.signed_with(algorithm(&pkcs1(4), NULL)); }, &[]),
    ("br.signature_sha1", leaf, |c| { c.signed_with(algorithm(&pkcs1(5), NULL)); }, &[]),
    ("rfc4055.signature_parameters", leaf, |c| { c.signed_with(algorithm(&pkcs1(11), &[])); }, &[]),
    ("rfc5758.signature_parameters", leaf, |c| { c.signed_with(algorithm(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2], NULL)); }, &[]),
    ("rfc4055.pss_parameters", leaf, |c| { c.signed_with(algorithm(oid::RSA_PSS, &sequence(&[]))); }, &[]),
];

#[test]
fn every_rule_is_broken_by_its_certificate_and_no_other() {
    let mut wrong = Vec::new();
    for (rule, sound, bend, also) in ROWS {
        let mut certificate = sound();
        bend(&mut certificate);
        let found = judge(&certificate.der()).unwrap();
        let mut expected: Vec<&str> = [&[*rule][..], also].concat();
        let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
        expected.sort_unstable();
        found.sort_unstable();
        if found != expected {
            wrong.push(format!("{rule}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_rule_has_a_certificate_that_breaks_it() {
    let rows: std::collections::BTreeSet<&str> = ROWS.iter().map(|row| row.0).collect();
    let rules: std::collections::BTreeSet<&str> = rules().map(|rule| rule.id).collect();
    assert_eq!(rows, rules);
    assert_eq!(
        rules.len(),
        super::super::rules().count(),
        "an id is there twice"
    );
}
