//! Rows about the form of single certificates: RFC 5280 section 4 and the server-certificate baseline.

use luytre_checks::fact::PathFault as F;

use crate::{
    maker::{
        ANY, AUTHORITY_KEY, BASIC, CLIENT, CONSTRAINTS, KEY_USAGE, Maker, NAMES, PURPOSES, SERVER,
        SUBJECT_KEY, basic, constraints, general, id, name, names, oid, seq, tlv, utc,
    },
    row::{Expected as E, NAME, Row, between, leaf, root, row},
};

/// What the leaf may be.
#[rustfmt::skip]
pub(crate) fn leaves() -> Vec<Row> {
    let case = |what, leaf: Maker, expected| row(what, &root(), &[&leaf, &between()], expected);
    let bad = |what, leaf: Maker, fault, rule| case(what, leaf, E::Bad(fault, rule));
    let unknown = [0x2b, 6, 1, 4, 1, 0x83, 0x85, 0x0f, 1];
    let purposes = |list: &[&[u8]]| {
        let all: Vec<_> = list.iter().map(|purpose| oid(purpose)).collect();
        tlv(0x30, &all.concat())
    };
    let access = seq(&[&seq(&[
        &oid(&[0x2b, 6, 1, 5, 5, 7, 0x30, 2]),
        &general("uri:http://ca.lamgiang.test/between.cer"),
    ])]);
    let access_oid = [0x2b, 6, 1, 5, 5, 7, 1, 1];
    let key = tlv(0x80, &id("Between"));
    let named = [&key[..], &tlv(0xa1, &general("dir:Root")), &tlv(0x82, &[7])].concat();
    let usage = |value: &[u8]| leaf().with(KEY_USAGE, true, &tlv(3, value));
    vec![
        case("usual", leaf(), E::Good),
        case("no key usage", leaf().without(KEY_USAGE), E::Good),
        case("no extended key usage", leaf().without(PURPOSES), E::Good),
        case("no CA flag", leaf().with(BASIC, true, &basic(false, None)), E::Good),
        case("server and client", leaf().with(PURPOSES, false, &purposes(&[SERVER, CLIENT])), E::Good),
        case("server and any", leaf().with(PURPOSES, false, &purposes(&[SERVER, ANY])), E::Good),
        case("critical purpose", leaf().with(PURPOSES, true, &purposes(&[SERVER])), E::Good),
        bad("client only", leaf().with(PURPOSES, false, &purposes(&[CLIENT])), F::NotForServers, "rfc5280.no_server_auth"),
        bad("any purpose only", leaf().with(PURPOSES, false, &purposes(&[ANY])), F::NotForServers, "rfc5280.no_server_auth"),
        bad("no purpose at all", leaf().with(PURPOSES, false, &[0x30, 0]), F::Malformed, "rfc5280.malformed_extension"),
        bad("key usage for contracts", usage(&[6, 0x40]), F::NotForServers, "rfc5280.key_usage_not_for_tls"),
        bad("key usage of nothing", usage(&[0]), F::Profile, "rfc5280.empty_key_usage"),
        bad("signs certificates", usage(&[2, 0x84]), F::Profile, "rfc5280.cert_sign_without_ca"),
        case("enciphers keys", usage(&[5, 0x20]), E::Good),
        bad("an authority", leaf().with(BASIC, true, &basic(true, None)), F::PathConstraint, "br.leaf_is_ca"),
        bad("path length without CA", leaf().with(BASIC, true, &basic(false, Some(0))), F::Profile, "rfc5280.path_length_without_ca"),
        bad("name constraints", leaf().with(CONSTRAINTS, true, &constraints(&["dns:lamgiang.test"], &[])), F::Profile, "rfc5280.name_constraints_in_leaf"),
        bad("unknown critical extension", leaf().and(&unknown, true, &[5, 0]), F::UnknownCritical, "rfc5280.unknown_critical_extension"),
        case("unknown extension", leaf().and(&unknown, false, &[5, 0]), E::Good),
        bad("extension twice", leaf().and(&[0x55, 0x1d, 17], false, &names(&["dns:www.lamgiang.test"])), F::Malformed, "rfc5280.extension_twice"),
        bad("unknown extension twice", leaf().and(&unknown, false, &[5, 0]).and(&unknown, false, &[5, 0]), F::Malformed, "rfc5280.extension_twice"),
        bad("no authority key identifier", leaf().without(AUTHORITY_KEY), F::Profile, "rfc5280.no_authority_key_id"),
        bad("critical authority key identifier", leaf().with(AUTHORITY_KEY, true, &seq(&[&key])), F::Profile, "rfc5280.authority_key_id_critical"),
        bad("authority key identifier without key", leaf().with(AUTHORITY_KEY, false, &[0x30, 0]), F::Profile, "rfc5280.authority_key_id_without_key"),
        case("authority key identifier with issuer and serial", leaf().with(AUTHORITY_KEY, false, &tlv(0x30, &named)), E::Good),
        bad("malformed authority key identifier", leaf().with(AUTHORITY_KEY, false, b"key"), F::Malformed, "rfc5280.malformed_extension"),
        case("no subject key identifier", leaf().without(SUBJECT_KEY), E::Good),
        bad("critical subject key identifier", leaf().with(SUBJECT_KEY, true, &tlv(4, &id(NAME))), F::Profile, "rfc5280.subject_key_id_critical"),
        case("authority information", leaf().and(&access_oid, false, &access), E::Good),
        bad("critical authority information", leaf().and(&access_oid, true, &access), F::Profile, "rfc5280.authority_access_critical"),
        bad("malformed authority information", leaf().and(&access_oid, false, b"here"), F::Malformed, "rfc5280.malformed_extension"),
        case("empty authority information", leaf().and(&access_oid, false, &[0x30, 0]), E::Good),
        bad("malformed distribution points", leaf().and(&[0x55, 0x1d, 31], false, b"here"), F::Malformed, "rfc5280.malformed_extension"),
        bad("no alternative name", leaf().without(NAMES), F::Profile, "br.no_subject_alternative_name"),
        bad("empty alternative name", leaf().with(NAMES, false, &[0x30, 0]), F::Profile, "rfc5280.empty_subject_alternative_name"),
        bad("malformed alternative name", leaf().with(NAMES, false, NAME.as_bytes()), F::Malformed, "rfc5280.malformed_extension"),
        bad("alternative name beyond ASCII", leaf().with(NAMES, false, &names(&["dns:làmgiang.test"])), F::Malformed, "rfc5280.malformed_extension"),
        bad("critical alternative name", leaf().with(NAMES, true, &names(&["dns:www.lamgiang.test"])), F::Profile, "br.alternative_name_critical"),
        case("no subject", leaf().subject(name("")).with(NAMES, true, &names(&["dns:www.lamgiang.test"])), E::Good),
        bad("no subject, alternative name not critical", leaf().subject(name("")), F::Profile, "rfc5280.alternative_name_not_critical"),
        case("another common name", leaf().subject(name("khac.lamgiang.test")), E::Good),
    ]
}

/// Serial numbers, versions, times and the frame around them.
#[rustfmt::skip]
pub(crate) fn frames() -> Vec<Row> {
    let case = |what, leaf: Maker, expected| row(what, &root(), &[&leaf, &between()], expected);
    let bad = |what, leaf: Maker, fault, rule| case(what, leaf, E::Bad(fault, rule));
    let unreadable = |what, leaf: Maker| bad(what, leaf, F::Malformed, "rfc5280.malformed");
    let long = |size: usize| leaf().serial(&vec![0x11; size]);
    let later = |text: &str| leaf().times(utc("260101000000Z"), tlv(0x18, text.as_bytes()));
    vec![
        case("serial of 20 octets", long(20), E::Good),
        case("serial of 21 octets", long(21), E::Good),
        bad("serial of 22 octets", long(22), F::Profile, "rfc5280.serial_too_long"),
        case("serial zero", leaf().serial(&[0]), E::Good),
        bad("negative serial", leaf().serial(&[0x81, 1]), F::Profile, "rfc5280.serial_negative"),
        bad("version 1", leaf().bare().version(None), F::Profile, "br.version_not_3"),
        bad("version 1 with extensions", leaf().version(None), F::Profile, "rfc5280.extensions_need_version_3"),
        bad("version 2", leaf().bare().version(Some(1)), F::Profile, "br.version_not_3"),
        unreadable("version 4", leaf().version(Some(3))),
        bad("generalised time before 2050", later("20280101000000Z"), F::Profile, "rfc5280.time_form"),
        case("generalised time after 2050", later("20510101000000Z"), E::Good),
        bad("ends before it begins", leaf().times(utc("261201000000Z"), utc("260601000000Z")), F::Malformed, "rfc5280.ends_before_it_begins"),
        case("at the first second", leaf().times(utc("261125000000Z"), utc("271125000000Z")), E::Good),
        case("at the last second", leaf().times(utc("260125000000Z"), utc("261125000000Z")), E::Good),
        case("expired", leaf().times(utc("260125000000Z"), utc("261124235959Z")), E::OutOfDate),
        case("not yet", leaf().times(utc("261125000001Z"), utc("271124235959Z")), E::OutOfDate),
        case("a fraction after the last second", leaf().times(utc("260125000000Z"), utc("261125000000Z")), E::Good).at("2026-11-25T00:00:00.005Z"),
        bad("empty issuer", leaf().issuer(name("")), F::UnknownIssuer, "rfc5280.no_path"),
        row("empty issuer of an authority without a name", &Maker::authority("", ""), &[&Maker::leaf(NAME, "")], E::Bad(F::Profile, "rfc5280.empty_issuer")),
    ]
}

/// What an authority between must be.
#[rustfmt::skip]
pub(crate) fn authorities() -> Vec<Row> {
    let case = |what, ca: Maker, expected| row(what, &root(), &[&leaf(), &ca], expected);
    let bad = |what, ca: Maker, fault, rule| case(what, ca, E::Bad(fault, rule));
    let both = both("between");
    let usage = |value: &[u8]| between().with(KEY_USAGE, true, &tlv(3, value));
    let purposes = |list: &[u8]| seq(&[&oid(list)]);
    let key = tlv(0x80, &id("Root"));
    let mut rows = vec![
        bad("between without authority key identifier", between().without(AUTHORITY_KEY), F::Profile, "rfc5280.no_authority_key_id"),
        case("between that names a certificate", between().with(AUTHORITY_KEY, false, &seq(&[&key, &tlv(0xa1, &general("dir:Root")), &tlv(0x82, &[7])])), E::Good),
        case("between, key usage not critical", between().with(KEY_USAGE, false, &tlv(3, &[1, 6])), E::Good),
        bad("between that may not sign", usage(&[1, 2]), F::PathConstraint, "rfc5280.issuer_without_cert_sign"),
        case("between for servers", between().with(PURPOSES, false, &purposes(SERVER)), E::Good),
        case("between for anything", between().with(PURPOSES, false, &purposes(ANY)), E::Good),
        bad("between for clients", between().with(PURPOSES, false, &purposes(CLIENT)), F::NotForServers, "br.issuer_not_for_servers"),
        case("between, constraints not critical", between().with(CONSTRAINTS, false, &constraints(&["dns:lamgiang.test"], &[])), E::Good),
        bad("between, constraints of nothing", between().with(CONSTRAINTS, true, &[0x30, 0]), F::Malformed, "rfc5280.malformed_extension"),
        bad("between, empty lists of constraints", between().with(CONSTRAINTS, true, &seq(&[&[0xa0, 0], &[0xa1, 0]])), F::Malformed, "rfc5280.malformed_extension"),
        bad("between expired", between().times(utc("250101000000Z"), utc("260601000000Z")), F::ExpiredIntermediate, "rfc5280.issuer_out_of_date"),
        bad("between not yet", between().times(utc("261201000000Z"), utc("280601000000Z")), F::ExpiredIntermediate, "rfc5280.issuer_out_of_date"),
    ];
    rows.extend(
        both.into_iter()
            .map(|(what, bend, fault, rule)| bad(what, bend(between()), fault, rule)),
    );
    rows
}

/// What a root must be.
#[rustfmt::skip]
pub(crate) fn anchors() -> Vec<Row> {
    let case = |what, root: Maker, expected| row(what, &root, &[&leaf(), &between()], expected);
    let bad = |what, root: Maker, fault, rule| case(what, root, E::Bad(fault, rule));
    let key = tlv(0x80, &id("Root"));
    let mut rows = vec![
        case("root without authority key identifier", root().without(AUTHORITY_KEY), E::Good),
        bad("root, authority key identifier without key", root().with(AUTHORITY_KEY, false, &[0x30, 0]), F::Profile, "rfc5280.authority_key_id_without_key"),
        case("root, authority key identifier names issuer", root().with(AUTHORITY_KEY, false, &seq(&[&key, &tlv(0xa1, &general("dir:Root"))])), E::Good),
        case("root, authority key identifier names serial", root().with(AUTHORITY_KEY, false, &seq(&[&key, &tlv(0x82, &[7])])), E::Good),
        case("root, key identifiers differ", root().with(AUTHORITY_KEY, false, &seq(&[&tlv(0x80, &id("Khác"))])), E::Good),
        bad("root, critical authority key identifier", root().with(AUTHORITY_KEY, true, &seq(&[&key])), F::Profile, "rfc5280.authority_key_id_critical"),
        bad("root expired", root().times(utc("200101000000Z"), utc("260601000000Z")), F::ExpiredIntermediate, "rfc5280.issuer_out_of_date"),
        case("root for servers", root().with(PURPOSES, false, &seq(&[&oid(SERVER)])), E::Good),
        bad("root for clients", root().with(PURPOSES, false, &seq(&[&oid(CLIENT)])), F::NotForServers, "br.issuer_not_for_servers"),
        bad("root of version 1", root().bare().version(None), F::Profile, "br.version_not_3"),
        case("root with a signature that does not hold", root().spoilt(), E::Good),
    ];
    rows.extend(
        both("root")
            .into_iter()
            .map(|(what, bend, fault, rule)| bad(what, bend(root()), fault, rule)),
    );
    rows
}

type Bend = (&'static str, fn(Maker) -> Maker, F, &'static str);

/// Faults of every authority.
#[rustfmt::skip]
fn both(which: &str) -> [Bend; 9] {
    let pick = |a, b| if which == "root" { a } else { b };
    [
        (pick("root without CA flag", "between without CA flag"), |ca| ca.with(BASIC, true, &basic(false, None)), F::PathConstraint, "rfc5280.issuer_is_no_ca"),
        (pick("root without basic constraints", "between without basic constraints"), |ca| ca.without(BASIC), F::PathConstraint, "rfc5280.issuer_is_no_ca"),
        (pick("root, basic constraints not critical", "between, basic constraints not critical"), |ca| ca.with(BASIC, false, &basic(true, None)), F::Profile, "rfc5280.basic_constraints_not_critical"),
        (pick("root without key usage", "between without key usage"), |ca| ca.without(KEY_USAGE), F::Profile, "rfc5280.ca_without_key_usage"),
        (pick("root, key usage of nothing", "between, key usage of nothing"), |ca| ca.with(KEY_USAGE, true, &tlv(3, &[0])), F::Profile, "rfc5280.empty_key_usage"),
        (pick("root without subject key identifier", "between without subject key identifier"), |ca| ca.without(SUBJECT_KEY), F::Profile, "rfc5280.ca_without_subject_key_id"),
        (pick("root, critical subject key identifier", "between, critical subject key identifier"), |ca| ca.with(SUBJECT_KEY, true, &tlv(4, &[7; 20])), F::Profile, "rfc5280.subject_key_id_critical"),
        (pick("root, unknown critical extension", "between, unknown critical extension"), |ca| ca.and(&[0x2a, 3, 4], true, &[5, 0]), F::UnknownCritical, "rfc5280.unknown_critical_extension"),
        (pick("root, extension twice", "between, extension twice"), |ca| ca.and(&[0x55, 0x1d, 14], false, &tlv(4, &[7; 20])), F::Malformed, "rfc5280.extension_twice"),
    ]
}
