//! Rows about finding a path: path lengths, several issuers of one name, policies.

use luytre_checks::fact::PathFault as F;

use crate::{
    maker::{BASIC, KEY_USAGE, Maker, POLICIES, POLICY_CONSTRAINTS, basic, oid, seq, tlv, utc},
    row::{Expected as E, NAME, Row, between, leaf, root, row, rows},
};

/// Path lengths (RFC 5280 section 4.2.1.9).
#[rustfmt::skip]
pub(crate) fn lengths() -> Vec<Row> {
    let long = |length| between().with(BASIC, true, &basic(true, Some(length)));
    let second = || Maker::authority("Second", "Between");
    let below = || Maker::leaf(NAME, "Second");
    let third = Maker::authority("Third", "Second");
    let own = Maker::authority("Between", "Between").keyed("Between 2");
    let of_own = Maker::authority("Second", "Between").signed("Between 2");
    let exceeded = E::Bad(F::PathConstraint, "rfc5280.path_length_exceeded");
    let short = |ca: Maker, length| ca.with(BASIC, true, &basic(true, Some(length)));
    let mute = long(0).with(KEY_USAGE, true, &tlv(3, &[1, 2]));
    vec![
        row("length 0 above a leaf", &root(), &[&leaf(), &long(0)], E::Good),
        row("length 1 above a leaf", &root(), &[&leaf(), &long(1)], E::Good),
        row("length 0 above an authority", &root(), &[&below(), &second(), &long(0)], exceeded),
        row("length 1 above an authority", &root(), &[&below(), &second(), &long(1)], E::Good),
        row("length grows below", &root(), &[&below(), &short(second(), 2), &long(1)], E::Good),
        row("length spent further down", &root(), &[&Maker::leaf(NAME, "Third"), &third, &short(second(), 0), &long(2)], exceeded),
        row("length of the root", &short(root(), 0), &[&leaf(), &between()], exceeded),
        row("length of the root suffices", &short(root(), 1), &[&leaf(), &between()], E::Good),
        row("self-issued is not counted", &root(), &[&below(), &of_own, &own, &long(1)], E::Good),
        row("length without signing", &root(), &[&leaf(), &mute], E::Bad(F::PathConstraint, "rfc5280.issuer_without_cert_sign")),
        row("negative length", &root(), &[&leaf(), &between().with(BASIC, true, &seq(&[&tlv(1, &[0xff]), &tlv(2, &[0xff])]))], E::Bad(F::Malformed, "rfc5280.malformed_extension")),
    ]
}

/// Several ways up, of which one is right.
#[rustfmt::skip]
pub(crate) fn ways() -> Vec<Row> {
    let old = || between().times(utc("200101000000Z"), utc("260601000000Z"));
    let other_key = || between().keyed("Between 2");
    let expired = E::Bad(F::ExpiredIntermediate, "rfc5280.issuer_out_of_date");
    let unknown = E::Bad(F::UnknownIssuer, "rfc5280.no_path");
    let cross = Maker::authority("Root", "Root 2");
    let expired_cross = cross
        .clone()
        .times(utc("200101000000Z"), utc("260601000000Z"));
    let second_root = Maker::authority("Root 2", "Root 2");
    let circle = (
        Maker::authority("Between", "Second"),
        Maker::authority("Second", "Between"),
    );
    let own = Maker::leaf(NAME, NAME);
    let stranger = Maker::authority("Khác", "Khác");
    let named_alike = Maker::authority("Root", "Root")
        .keyed("Khác")
        .signed("Khác");
    let bent = between().spoilt();
    let plain = between().without(BASIC);
    vec![
        row("an expired one before the good one", &root(), &[&leaf(), &old(), &between()], E::Good),
        row("an expired one after the good one", &root(), &[&leaf(), &between(), &old()], E::Good),
        row("only an expired one", &root(), &[&leaf(), &old()], expired),
        row("one with another key before the good one", &root(), &[&leaf(), &other_key(), &between()], E::Good),
        row("only one with another key", &root(), &[&leaf(), &other_key()], E::Bad(F::BadSignature, "rfc5280.bad_signature")),
        row("a bad signature beside a good one", &root(), &[&leaf(), &bent, &between()], E::Good),
        row("no authority beside one", &root(), &[&leaf(), &plain, &between()], E::Good),
        row("cross-signed", &second_root, &[&leaf(), &between(), &cross], E::Good),
        row("cross-signed, not needed", &root(), &[&leaf(), &between(), &cross], E::Good),
        rows("cross-signed and expired, root known", &[&root(), &second_root], &[&leaf(), &between(), &expired_cross], E::Good),
        row("cross-signed and expired", &second_root, &[&leaf(), &between(), &expired_cross], expired),
        row("wrong order", &root(), &[&leaf(), &root(), &stranger, &between()], E::Good),
        row("lacks the authority", &root(), &[&leaf()], unknown),
        row("unknown root in the message", &stranger, &[&leaf(), &between(), &root()], unknown),
        row("a root of the same name", &named_alike, &[&leaf(), &between()], E::Bad(F::BadSignature, "rfc5280.bad_signature")),
        rows("two roots of one name", &[&named_alike, &root()], &[&leaf(), &between()], E::Good),
        row("an authority as root", &between(), &[&leaf(), &root()], E::Good),
        row("in a circle", &root(), &[&leaf(), &circle.0, &circle.1], unknown),
        row("out of a circle", &root(), &[&leaf(), &circle.0, &circle.1, &between()], E::Good),
        row("self-signed", &root(), &[&own], E::Bad(F::UnknownIssuer, "rfc5280.self_signed")),
        row("self-signed and trusted as it is", &own, &[&own], E::Good),
        row("no authority, self-signed and trusted, issues", &own, &[&Maker::leaf("a.lamgiang.test", NAME)], E::Bad(F::PathConstraint, "rfc5280.issuer_is_no_ca")),
    ]
}

/// Certificate policies (RFC 5280 section 6.1).
#[rustfmt::skip]
pub(crate) fn policies() -> Vec<Row> {
    let policy = |list: &[&[u8]]| {
        let all: Vec<_> = list.iter().map(|p| seq(&[&oid(p)])).collect();
        tlv(0x30, &all.concat())
    };
    let (one, two, any): (&[u8], &[u8], &[u8]) =
        (&[0x2a, 3, 1], &[0x2a, 3, 2], &[0x55, 0x1d, 0x20, 0]);
    let strict = |ca: Maker| ca.with(POLICY_CONSTRAINTS, true, &seq(&[&tlv(0x80, &[0])]));
    let with = |maker: Maker, list: &[&[u8]]| maker.with(POLICIES, false, &policy(list));
    let none = E::Bad(F::Policy, "rfc5280.no_valid_policy");
    let case = |what, leaf: &Maker, ca: &Maker, expected| row(what, &root(), &[leaf, ca], expected);
    let loose = between().with(POLICY_CONSTRAINTS, false, &seq(&[&tlv(0x80, &[3])]));
    let empty = between().with(POLICY_CONSTRAINTS, true, &[0x30, 0]);
    vec![
        case("no policy is asked for", &with(leaf(), &[one]), &with(between(), &[two]), E::Good),
        case("one policy throughout", &with(leaf(), &[one, two]), &strict(with(between(), &[one])), E::Good),
        case("policies differ", &with(leaf(), &[two]), &strict(with(between(), &[one])), none),
        case("leaf without policy", &leaf(), &strict(with(between(), &[one])), none),
        case("any policy above", &with(leaf(), &[two]), &strict(with(between(), &[any])), E::Good),
        case("asked for too far down", &leaf(), &loose, E::Good),
        case("constraints of nothing", &leaf(), &empty, E::Bad(F::Malformed, "rfc5280.malformed_extension")),
        case("policy twice", &with(leaf(), &[one, one]), &between(), E::Good),
    ]
}
