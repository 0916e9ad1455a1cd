//! Rows about names: what a server is called, and name constraints.

use luytre_checks::fact::PathFault as F;

use crate::{
    maker::{CONSTRAINTS, Maker, NAMES, constraints, general, name, names, seq, tlv},
    row::{Expected as E, NAME, Row, between, leaf, root, row, rows},
};

/// Who is meant.
#[rustfmt::skip]
pub(crate) fn servers() -> Vec<Row> {
    let case = |what, list: &[&str], asked, good| {
        let leaf = leaf().with(NAMES, false, &names(list));
        let expected = if good { E::Good } else { E::WrongName };
        row(what, &root(), &[&leaf, &between()], expected).named(asked)
    };
    vec![
        case("same name", &["dns:www.lamgiang.test"], NAME, true),
        case("same name, other letters", &["dns:WWW.LamGiang.test"], NAME, true),
        case("second name", &["dns:a.test", "dns:www.lamgiang.test"], NAME, true),
        case("other domain", &["dns:www.doiche.test"], NAME, false),
        case("name below", &["dns:a.www.lamgiang.test"], NAME, false),
        case("name above", &["dns:lamgiang.test"], NAME, false),
        case("wildcard", &["dns:*.lamgiang.test"], NAME, true),
        case("wildcard over two labels", &["dns:*.test"], "www.lamgiang.test", false),
        case("wildcard of a top-level domain", &["dns:*.test"], "lamgiang.test", false),
        case("wildcard for the name itself", &["dns:*.lamgiang.test"], "lamgiang.test", false),
        case("wildcard within a label", &["dns:w*.lamgiang.test"], NAME, false),
        case("wildcard at the end of a label", &["dns:*w.lamgiang.test"], NAME, false),
        case("wildcard in the middle", &["dns:www.*.test"], NAME, false),
        case("two wildcards", &["dns:*.*.test"], NAME, false),
        case("wildcard in an A-label", &["dns:xn--*-7ca.lamgiang.test"], "xn--lm-jia.lamgiang.test", false),
        case("A-label", &["dns:xn--lm-jia.lamgiang.test"], "xn--lm-jia.lamgiang.test", true),
        case("underscore", &["dns:may_chu.lamgiang.test"], NAME, false),
        case("IPv4", &["ip:c0000207"], "192.0.2.7", true),
        case("other IPv4", &["ip:c0000207"], "192.0.2.8", false),
        case("IPv6", &["ip:20010db8000000000000000000000007"], "2001:db8::7", true),
        case("address as a DNS name", &["dns:192.0.2.7"], "192.0.2.7", false),
        case("mail address only", &["mail:a@lamgiang.test"], NAME, false),
    ]
}

/// One constraint at the authority, one list of names at the leaf.
#[rustfmt::skip]
pub(crate) fn constrained() -> Vec<Row> {
    let case = |what, permitted: &[&str], excluded: &[&str], list: &[&str], asked, good: bool| {
        let ca = between().with(CONSTRAINTS, true, &constraints(permitted, excluded));
        let leaf = leaf().with(NAMES, false, &names(list));
        let expected = if good {
            E::Good
        } else {
            E::Bad(F::NameConstraint, "rfc5280.name_not_allowed")
        };
        row(what, &root(), &[&leaf, &ca], expected).named(asked)
    };
    let www = "dns:www.lamgiang.test";
    let four = "192.0.2.7";
    let net = "ip:c0000200ffffff00";
    let six = "ip:20010db800000000000000000000000 0ffffffff000000000000000000000000";
    let far = "ip:20010db8000000000000000000000007";
    vec![
        case("DNS permitted", &["dns:lamgiang.test"], &[], &[www], NAME, true),
        case("DNS permitted, other letters", &["dns:LAMGIANG.test"], &[], &[www], NAME, true),
        case("DNS permitted exactly", &[www], &[], &[www], NAME, true),
        case("DNS permitted, everything", &["dns:"], &[], &[www], NAME, true),
        case("DNS not permitted", &["dns:doiche.test"], &[], &[www], NAME, false),
        case("DNS not permitted, no label of its own", &["dns:giang.test"], &[], &[www], NAME, false),
        case("DNS one of two not permitted", &["dns:lamgiang.test"], &[], &[www, "dns:www.doiche.test"], NAME, false),
        case("DNS excluded", &[], &["dns:lamgiang.test"], &[www], NAME, false),
        case("DNS second excluded", &[], &["dns:b.lamgiang.test"], &[www, "dns:b.lamgiang.test"], NAME, false),
        case("DNS excluded elsewhere", &[], &["dns:doiche.test"], &[www], NAME, true),
        case("DNS permitted and excluded", &["dns:lamgiang.test"], &["dns:lamgiang.test"], &[www], NAME, false),
        case("wildcard permitted", &["dns:lamgiang.test"], &[], &["dns:*.lamgiang.test"], NAME, true),
        case("wildcard wider than permitted", &[www], &[], &["dns:*.lamgiang.test"], NAME, false),
        case("wildcard covers what is excluded", &[], &[www], &["dns:*.lamgiang.test"], NAME, false),
        case("malformed DNS name", &["dns:lamgiang.test"], &[], &["dns:.lamgiang.test", www], NAME, false),
        case("DNS under constraints of addresses", &[net], &[net], &[www], NAME, true),
        case("IPv4 permitted", &[net], &[], &["ip:c0000207"], four, true),
        case("IPv4 not permitted", &[net], &[], &["ip:c0000307"], "192.0.3.7", false),
        case("IPv4 excluded", &[], &[net], &["ip:c0000207"], four, false),
        case("IPv4 under constraints of IPv6", &[six], &[], &["ip:c0000207"], four, false),
        case("IPv6 permitted", &[six], &[], &[far], "2001:db8::7", true),
        case("IPv6 excluded", &[], &[six], &[far], "2001:db8::7", false),
        case("prefix as an address", &[net], &[], &[net, "ip:c0000207"], four, false),
        case("mailbox permitted", &["mail:a@lamgiang.test"], &[], &[www, "mail:a@lamgiang.test"], NAME, true),
        case("mailbox of another", &["mail:a@lamgiang.test"], &[], &[www, "mail:b@lamgiang.test"], NAME, false),
        case("mail host permitted", &["mail:lamgiang.test"], &[], &[www, "mail:a@lamgiang.test"], NAME, true),
        case("mail host below", &["mail:lamgiang.test"], &[], &[www, "mail:a@mx.lamgiang.test"], NAME, false),
        case("mail hosts below permitted", &["mail:.lamgiang.test"], &[], &[www, "mail:a@mx.lamgiang.test"], NAME, true),
        case("mail host itself is not below", &["mail:.lamgiang.test"], &[], &[www, "mail:a@lamgiang.test"], NAME, false),
        case("malformed mailbox", &["mail:lamgiang.test"], &[], &[www, "mail:a@b@lamgiang.test"], NAME, false),
        case("URI permitted", &["uri:lamgiang.test"], &[], &[www, "uri:https://lamgiang.test/a"], NAME, true),
        case("URI excluded", &[], &["uri:.lamgiang.test"], &[www, "uri:https://a@x.lamgiang.test:1/a"], NAME, false),
        case("URI with an address", &["uri:lamgiang.test"], &[], &[www, "uri:https://192.0.2.7/a"], NAME, false),
        case("other form used and constrained", &["dns:lamgiang.test"], &["other:"], &[www, "other:"], NAME, false),
        case("other form constrained alone", &["dns:lamgiang.test"], &["other:"], &[www], NAME, true),
        case("directory name permitted", &["dir:www.lamgiang.test"], &[], &[www], NAME, true),
        case("directory name not permitted", &["dir:khac"], &[], &[www], NAME, false),
        case("directory name excluded", &[], &["dir:WWW.LamGiang.test"], &[www], NAME, false),
        case("directory name in the alternative name", &["dir:www.lamgiang.test"], &[], &[www, "dir:khac"], NAME, false),
    ]
}

/// Where constraints stand and whom they bind.
#[rustfmt::skip]
pub(crate) fn places() -> Vec<Row> {
    let outside = E::Bad(F::NameConstraint, "rfc5280.name_not_allowed");
    let only = |list: &[&str]| constraints(list, &[]);
    let lam = only(&["dns:lamgiang.test"]);
    let wrong = only(&["dns:doiche.test"]);
    // A base that makes no sense, and a name that it would have to do with.
    let senseless = |what, base: &str, name: Option<&str>| {
        let ca = between().with(CONSTRAINTS, true, &only(&[base]));
        let mut list = vec!["dns:www.lamgiang.test"];
        list.extend(name);
        let leaf = leaf().with(NAMES, false, &names(&list));
        let expected = if name.is_some() { outside } else { E::Good };
        row(what, &root(), &[&leaf, &ca], expected)
    };
    let minimum = seq(&[&tlv(
        0xa0,
        &seq(&[&general("dns:lamgiang.test"), &tlv(0x80, &[1])]),
    )]);
    let second = Maker::authority("Second", "Between");
    let below = Maker::leaf(NAME, "Second");
    let other = second
        .clone()
        .with(NAMES, false, &names(&["dns:www.doiche.test"]));
    // A new key of the same authority: self-issued, not self-signed.
    let renewed = Maker::authority("Between", "Between").keyed("Between 2");
    let renewed_leaf = leaf().signed("Between 2");
    let dir = only(&["dir:www.lamgiang.test"]);
    let b_first =
        Maker::authority("B", "Khác").with(NAMES, false, &names(&["dns:www.doiche.test"]));
    let b_second = Maker::authority("B", "Between");
    let b_leaf = Maker::leaf(NAME, "B");
    let narrow = between().with(CONSTRAINTS, true, &constraints(&[], &["dns:doiche.test"]));
    vec![
        row("root permits", &root().with(CONSTRAINTS, true, &lam), &[&leaf(), &between()], E::Good),
        row("root does not permit", &root().with(CONSTRAINTS, true, &wrong), &[&leaf(), &between()], outside),
        row("an authority outside", &root().with(CONSTRAINTS, true, &lam), &[&below, &other, &between()], outside),
        row("narrowed below", &root(), &[&below, &second.clone().with(CONSTRAINTS, true, &wrong), &between().with(CONSTRAINTS, true, &only(&["dns:lamgiang.test", "dns:doiche.test"]))], outside),
        row("widened below", &root(), &[&below, &second.clone().with(CONSTRAINTS, true, &only(&["dns:lamgiang.test", "dns:doiche.test"])), &between().with(CONSTRAINTS, true, &wrong)], outside),
        row("self-issued authority is exempt", &root(), &[&renewed_leaf, &renewed, &between().with(CONSTRAINTS, true, &dir)], E::Good),
        row("other authority is not exempt", &root(), &[&below, &second, &between().with(CONSTRAINTS, true, &dir)], outside),
        rows("the other certificate of the authority", &[&root()], &[&b_leaf, &b_first, &b_second, &narrow], E::Good),
        senseless("constraint with a wildcard", "dns:*.lamgiang.test", Some("dns:a.lamgiang.test")),
        senseless("constraint with a dot before it", "dns:.lamgiang.test", Some("dns:a.lamgiang.test")),
        senseless("constraint of an address without mask", "ip:c0000207", Some("ip:c0000207")),
        senseless("constraint of an address without mask, no address", "ip:c0000207", None),
        senseless("constraint with holes in the mask", "ip:c0000200ff00ff00", Some("ip:c0000207")),
        senseless("constraint of no mailbox", "mail:a@b@lamgiang.test", Some("mail:b@lamgiang.test")),
        row("constraint with a minimum", &root(), &[&leaf(), &between().with(CONSTRAINTS, true, &minimum)],
            E::Bad(F::Malformed, "rfc5280.malformed_extension")),
        row("subject with a mail address outside", &root(), &[&leaf().subject(mail("a@doiche.test")), &between().with(CONSTRAINTS, true, &only(&["mail:lamgiang.test"]))], outside),
        row("issuer in other letters", &root(), &[&leaf().issuer(name("BETWEEN")), &between()], E::Good),
    ]
}

/// A Name of one emailAddress.
fn mail(address: &str) -> Vec<u8> {
    let kind = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];
    let pair = seq(&[&tlv(6, &kind), &tlv(0x16, address.as_bytes())]);
    tlv(0x30, &tlv(0x31, &pair))
}
