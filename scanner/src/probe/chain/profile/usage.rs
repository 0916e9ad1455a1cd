//! What a key may be used for: basic constraints, key usage, purposes, policies, name constraints.

use jiff::civil::{Date, date};

use super::{BR, BR2, On, RFC5280, Rule, frame::twice, row};
use crate::probe::chain::{
    der::{tag, whole},
    view::{View, oid},
};

const ANY: (Date, On) = (RFC5280, On::Any);
const AUTHORITY: (Date, On) = (RFC5280, On::Authority);
const SERVER: (Date, On) = (BR, On::Server);

/// Bits of the key usage.
const KEY_ENCIPHERMENT: usize = 2;
const DATA_ENCIPHERMENT: usize = 3;
const KEY_AGREEMENT: usize = 4;
const CERT_SIGN: usize = 5;
const CRL_SIGN: usize = 6;

pub(super) const RULES: &[Rule] = &[
    row(
        "rfc5280.basic_constraints_not_critical",
        "RFC 5280 4.2.1.9",
        AUTHORITY,
        (
            "basicConstraints của CA không critical",
            "the basic constraints of an authority are not critical",
        ),
        |view| !view.critical(oid::BASIC_CONSTRAINTS),
    ),
    row(
        "rfc5280.path_length_without_authority",
        "RFC 5280 4.2.1.9",
        (RFC5280, On::Leaf),
        (
            "có pathLenConstraint mà không phải CA",
            "there is a path length without the CA flag",
        ),
        |view| view.basic().is_some_and(|basic| basic.length.is_some()),
    ),
    row(
        "rfc5280.path_length_without_cert_sign",
        "RFC 5280 4.2.1.9",
        AUTHORITY,
        (
            "có pathLenConstraint mà keyUsage không có keyCertSign",
            "there is a path length but the key usage lacks keyCertSign",
        ),
        |view| {
            view.basic().is_some_and(|basic| basic.length.is_some())
                && view.key_usage().is_some()
                && !view.may(CERT_SIGN)
        },
    ),
    row(
        "rfc5280.path_length_negative",
        "RFC 5280 4.2.1.9",
        ANY,
        ("pathLenConstraint âm", "the path length is negative"),
        |view| {
            let length = view.basic().and_then(|basic| basic.length);
            length.is_some_and(|length| length.first().is_some_and(|byte| byte & 0x80 != 0))
        },
    ),
    row(
        "rfc5280.cert_sign_without_authority",
        "RFC 5280 4.2.1.3",
        (RFC5280, On::Leaf),
        (
            "có keyCertSign mà không phải CA",
            "there is keyCertSign without the CA flag",
        ),
        |view| view.may(CERT_SIGN),
    ),
    row(
        "rfc5280.authority_without_key_usage",
        "RFC 5280 4.2.1.3",
        AUTHORITY,
        ("CA không có keyUsage", "an authority has no key usage"),
        |view| view.extension(oid::KEY_USAGE).is_none(),
    ),
    row(
        "rfc5280.authority_without_cert_sign",
        "RFC 5280 4.2.1.3, 4.2.1.9",
        AUTHORITY,
        (
            "keyUsage của CA không có keyCertSign",
            "the key usage of an authority lacks keyCertSign",
        ),
        |view| view.key_usage().is_some() && !view.may(CERT_SIGN),
    ),
    row(
        "br.authority_without_crl_sign",
        "BR 7.1.2.10.7",
        (BR, On::Authority),
        (
            "keyUsage của CA không có cRLSign",
            "the key usage of an authority lacks cRLSign",
        ),
        |view| view.key_usage().is_some() && !view.may(CRL_SIGN),
    ),
    row(
        "br.authority_key_usage_not_critical",
        "BR 7.1.2.10.7",
        (BR, On::Authority),
        (
            "keyUsage của CA không critical",
            "the key usage of an authority is not critical",
        ),
        |view| {
            view.extension(oid::KEY_USAGE)
                .is_some_and(|extension| !extension.critical)
        },
    ),
    row(
        "rfc5280.key_usage_empty",
        "RFC 5280 4.2.1.3",
        ANY,
        ("keyUsage không có bit nào", "the key usage has no bit set"),
        |view| view.key_usage() == Some(0),
    ),
    row(
        "br.leaf_crl_sign",
        "BR 7.1.2.7.11",
        SERVER,
        (
            "keyUsage của máy chủ có cRLSign",
            "the key usage of a server has cRLSign",
        ),
        |view| view.may(CRL_SIGN),
    ),
    row(
        "rfc8813.ec_encipherment",
        "RFC 8813 3",
        (date(2020, 8, 1), On::Any),
        (
            "khóa EC có keyEncipherment hoặc dataEncipherment",
            "an EC key has keyEncipherment or dataEncipherment",
        ),
        |view| {
            view.key.algorithm.oid == oid::EC
                && (view.may(KEY_ENCIPHERMENT) || view.may(DATA_ENCIPHERMENT))
        },
    ),
    row(
        "rfc3279.rsa_key_agreement",
        "RFC 3279 2.3.1",
        ANY,
        ("khóa RSA có keyAgreement", "an RSA key has keyAgreement"),
        |view| view.key.algorithm.oid == oid::RSA && view.may(KEY_AGREEMENT),
    ),
    row(
        "br.purpose_missing",
        "BR 7.1.2.7.6",
        SERVER,
        (
            "không có extendedKeyUsage",
            "there is no extended key usage",
        ),
        |view| view.extension(oid::EXTENDED_KEY_USAGE).is_none(),
    ),
    row(
        "rfc5280.purposes_empty",
        "RFC 5280 4.2.1.12",
        ANY,
        ("extendedKeyUsage rỗng", "the extended key usage is empty"),
        |view| view.purposes().is_some_and(|all| all.is_empty()),
    ),
    row(
        "rfc5280.any_purpose_critical",
        "RFC 5280 4.2.1.12",
        ANY,
        (
            "extendedKeyUsage critical mà có anyExtendedKeyUsage",
            "the extended key usage is critical and has anyExtendedKeyUsage",
        ),
        |view| has(view, oid::ANY_USAGE) && view.critical(oid::EXTENDED_KEY_USAGE),
    ),
    row(
        "br.any_purpose",
        "BR 7.1.2.7.10",
        SERVER,
        (
            "máy chủ có anyExtendedKeyUsage",
            "a server has anyExtendedKeyUsage",
        ),
        |view| has(view, oid::ANY_USAGE),
    ),
    row(
        "br.purpose_prohibited",
        "BR 7.1.2.7.10",
        (BR2, On::Server),
        (
            "máy chủ có mục đích bị cấm (ký mã, thư, dấu thời gian, OCSP)",
            "a server has a forbidden purpose (code, mail, time stamps, OCSP)",
        ),
        |view| {
            [3, 4, 8, 9]
                .iter()
                .any(|last| has(view, &[oid::KEY_PURPOSE, &[*last]].concat()))
        },
    ),
    row(
        "rfc5280.name_constraints_in_leaf",
        "RFC 5280 4.2.1.10",
        (RFC5280, On::Leaf),
        (
            "có nameConstraints mà không phải CA",
            "there are name constraints without the CA flag",
        ),
        |view| view.extension(oid::NAME_CONSTRAINTS).is_some(),
    ),
    row(
        "rfc5280.name_constraints_not_critical",
        "RFC 5280 4.2.1.10",
        AUTHORITY,
        (
            "nameConstraints không critical",
            "the name constraints are not critical",
        ),
        |view| {
            view.extension(oid::NAME_CONSTRAINTS)
                .is_some_and(|extension| !extension.critical)
        },
    ),
    row(
        "rfc5280.name_constraints_empty",
        "RFC 5280 4.2.1.10",
        ANY,
        ("nameConstraints rỗng", "the name constraints are empty"),
        |view| {
            let empty = |tree: &Option<crate::probe::chain::der::Tlv<'_>>| {
                tree.is_none_or(|t| t.value.is_empty())
            };
            view.name_constraints()
                .is_some_and(|trees| trees.iter().all(empty))
        },
    ),
    row(
        "rfc5280.policy_constraints_empty",
        "RFC 5280 4.2.1.11",
        ANY,
        ("policyConstraints rỗng", "the policy constraints are empty"),
        |view| {
            let value = view
                .extension(oid::POLICY_CONSTRAINTS)
                .map(|extension| extension.value);
            value
                .and_then(whole)
                .is_some_and(|tlv| tlv.value.is_empty())
        },
    ),
    row(
        "rfc5280.policy_constraints_not_critical",
        "RFC 5280 4.2.1.11",
        ANY,
        (
            "policyConstraints không critical",
            "the policy constraints are not critical",
        ),
        |view| {
            view.extension(oid::POLICY_CONSTRAINTS)
                .is_some_and(|extension| !extension.critical)
        },
    ),
    row(
        "rfc5280.inhibit_any_policy_not_critical",
        "RFC 5280 4.2.1.14",
        ANY,
        (
            "inhibitAnyPolicy không critical",
            "inhibitAnyPolicy is not critical",
        ),
        |view| {
            view.extension(oid::INHIBIT_ANY_POLICY)
                .is_some_and(|extension| !extension.critical)
        },
    ),
    row(
        "rfc5280.policy_mapped_to_any",
        "RFC 5280 4.2.1.5",
        ANY,
        (
            "ánh xạ chính sách từ hoặc sang anyPolicy",
            "a policy is mapped to or from anyPolicy",
        ),
        mapped_to_any,
    ),
    row(
        "rfc5280.policy_twice",
        "RFC 5280 4.2.1.4",
        ANY,
        ("một chính sách có hai lần", "a policy is there twice"),
        |view| {
            view.policies()
                .is_some_and(|all| twice(all.iter().map(|(policy, _)| *policy)))
        },
    ),
    row(
        "br.policy_missing",
        "BR 7.1.2.7.9",
        SERVER,
        (
            "không có certificatePolicies",
            "there are no certificate policies",
        ),
        |view| view.extension(oid::POLICIES).is_none(),
    ),
    row(
        "br.policy_not_reserved",
        "BR 7.1.2.7.9, 7.1.6.1",
        (date(2020, 9, 30), On::Server),
        (
            "không có mã chính sách dành riêng của CA/Browser Forum",
            "no policy is one reserved by the CA/Browser Forum",
        ),
        |view| {
            view.policies()
                .is_some_and(|all| !all.iter().any(|(policy, _)| RESERVED.contains(policy)))
        },
    ),
    row(
        "br.any_policy",
        "BR 7.1.2.7.9",
        (BR2, On::Server),
        ("máy chủ có anyPolicy", "a server has anyPolicy"),
        |view| {
            view.policies()
                .is_some_and(|all| all.iter().any(|(policy, _)| *policy == oid::ANY_POLICY))
        },
    ),
];

/// ev-guidelines, domain-validated, organization-validated, individual-validated (BR 7.1.6.1).
const RESERVED: [&[u8]; 4] = [
    &[0x67, 0x81, 0x0C, 1, 1],
    &[0x67, 0x81, 0x0C, 1, 2, 1],
    &[0x67, 0x81, 0x0C, 1, 2, 2],
    &[0x67, 0x81, 0x0C, 1, 2, 3],
];

fn has(view: &View<'_>, purpose: &[u8]) -> bool {
    view.purposes().is_some_and(|all| all.contains(&purpose))
}

fn mapped_to_any(view: &View<'_>) -> bool {
    let value = view
        .extension(oid::POLICY_MAPPINGS)
        .map(|extension| extension.value);
    let list = value.and_then(|value| whole(value)?.sequence(tag::SEQUENCE));
    list.is_some_and(|mut list| {
        list.any(|pair| {
            pair.inside()
                .any(|policy| policy.of(tag::OID) == Some(oid::ANY_POLICY))
        })
    })
}
