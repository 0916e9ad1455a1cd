//! How messages are put together.

use luytre_checks::fact::{Message, Tri};

use crate::{
    maker::{Maker, general, oid, seq},
    row::{Expected, NAME, between, leaf, root, rows},
};

fn message(roots: &[&Maker], chain: &[&Maker]) -> Message {
    rows("message", roots, chain, Expected::Good).read().message
}

fn told(in_order: Tri, missing_issuer: Tri, unneeded: &[u16], roots: &[u16]) -> Message {
    Message {
        in_order,
        missing_issuer,
        unneeded: unneeded.to_vec(),
        roots: roots.to_vec(),
    }
}

#[test]
fn order_lacks_and_extras_are_told_apart() {
    let (leaf, between, root) = (leaf(), between(), root());
    let stranger = Maker::authority("Khác", "Khác");
    let access = seq(&[&seq(&[
        &oid(&[0x2b, 6, 1, 5, 5, 7, 0x30, 2]),
        &general("uri:http://ca.lamgiang.test/between.cer"),
    ])]);
    let pointing = Maker::leaf(NAME, "Between").and(&[0x2b, 6, 1, 5, 5, 7, 1, 1], false, &access);
    let own = Maker::leaf(NAME, NAME);
    let (yes, no, unknown) = (Tri::Yes, Tri::No, Tri::Unknown);
    for (what, chain, expected) in [
        ("usual", vec![&leaf, &between], told(yes, no, &[], &[])),
        (
            "with its root",
            vec![&leaf, &between, &root],
            told(yes, no, &[], &[2]),
        ),
        (
            "wrong order",
            vec![&leaf, &root, &between],
            told(no, no, &[], &[1]),
        ),
        (
            "an extra one",
            vec![&leaf, &between, &stranger],
            told(no, no, &[2], &[2]),
        ),
        (
            "the same twice",
            vec![&leaf, &between, &between],
            told(no, no, &[2], &[]),
        ),
        (
            "leaf alone that says where",
            vec![&pointing],
            told(yes, yes, &[], &[]),
        ),
        ("leaf alone", vec![&leaf], told(yes, unknown, &[], &[])),
        (
            "something else instead",
            vec![&pointing, &stranger],
            told(no, yes, &[1], &[1]),
        ),
        ("self-signed", vec![&own], told(yes, no, &[], &[])),
    ] {
        assert_eq!(message(&[&root], &chain), expected, "{what}");
    }
    // Nobody can tell whether more than the root is lacking.
    let unknown_root = told(yes, unknown, &[], &[]);
    assert_eq!(message(&[&stranger], &[&leaf, &between]), unknown_root);
    assert_eq!(message(&[&between], &[&leaf]), told(yes, no, &[], &[]));
}

#[test]
fn what_cannot_be_read_or_checked_is_unknown() {
    let mut row = rows(
        "message",
        &[&root()],
        &[&leaf(), &between()],
        Expected::Good,
    );
    row.chain.insert(1, vec![0x30, 0]);
    assert_eq!(row.read().message.in_order, Tri::Unknown);
    row.chain.swap(0, 1);
    assert_eq!(row.read().message, Message::default());
    let odd = seq(&[&oid(&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75])]);
    let odd = leaf().algorithms(&odd, &odd);
    let read = message(&[&root()], &[&odd, &between()]);
    assert_eq!(read, told(Tri::Unknown, Tri::Unknown, &[], &[]));
}
