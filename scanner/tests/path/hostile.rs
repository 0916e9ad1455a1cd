//! Messages made to cost more than they are worth: each is answered within a bounded number of acts, so
//! its verdict is the same on every machine, however slow.

use luytre_checks::fact::PathFault as F;
use proptest::prelude::*;

use crate::{
    maker::{
        AUTHORITY_KEY, CONSTRAINTS, Maker, NAMES, SUBJECT_KEY, constraints, names, rsa, seq, tlv,
    },
    row::{Expected as E, NAME, Row, between, leaf, root, row, rows},
};

/// A chain of `depth` authorities below the root, and a leaf.
fn deep(what: &'static str, depth: usize, expected: E) -> Row {
    let name = |at: usize| {
        if at == 0 {
            "Root".to_owned()
        } else {
            format!("Level {at}")
        }
    };
    let mut chain = vec![Maker::leaf(NAME, &name(depth))];
    chain.extend(
        (1..=depth)
            .rev()
            .map(|at| Maker::authority(&name(at), &name(at - 1))),
    );
    rows(
        what,
        &[&root()],
        &chain.iter().collect::<Vec<_>>(),
        expected,
    )
}

/// Authorities of one name with keys in a ring, that all give the same key identifiers.
fn alike(what: &'static str, identified: bool, expected: E) -> Row {
    let key = |at: usize| format!("Alike {}", at % 60);
    let mask = |maker: Maker| {
        if identified {
            return maker;
        }
        maker.with(SUBJECT_KEY, false, &tlv(4, &[7; 20])).with(
            AUTHORITY_KEY,
            false,
            &seq(&[&tlv(0x80, &[7; 20])]),
        )
    };
    let root = mask(
        Maker::authority("Alike", "Alike")
            .keyed("Alike root")
            .signed("Alike root"),
    );
    let mut chain = vec![mask(Maker::leaf(NAME, "Alike").signed(&key(59)))];
    let ring = (0..60).map(|at| {
        // The one that the root signed is the last to be reached.
        let signer = if at == 0 {
            "Alike root".to_owned()
        } else {
            key(at + 59)
        };
        mask(
            Maker::authority("Alike", "Alike")
                .keyed(&key(at))
                .signed(&signer),
        )
    });
    chain.extend(ring);
    rows(what, &[&root], &chain.iter().collect::<Vec<_>>(), expected)
}

/// Two of each name on every level, both signed by both of the next: 2^20 paths, none to a root.
fn ladder() -> Row {
    let name = |level: usize| format!("Rung {level}");
    let mut chain = vec![Maker::leaf(NAME, "Rung 0").signed("Rung 0 a")];
    for level in 0..20 {
        for side in ["a", "b"] {
            for signer in ["a", "b"] {
                let above = name(level + 1);
                let made = Maker::authority(&name(level), &above)
                    .keyed(&format!("{} {side}", name(level)))
                    .signed(&format!("{above} {signer}"));
                chain.push(made);
            }
        }
    }
    let top = Maker::authority("Rung 20", "Rung 20")
        .keyed("Khác")
        .signed("Khác");
    rows(
        "ladder",
        &[&top],
        &chain.iter().collect::<Vec<_>>(),
        E::Undecided,
    )
}

#[test]
fn work_is_bounded() {
    let many: Vec<_> = (0..9_999)
        .map(|n| format!("dns:a{n}.lamgiang.test"))
        .collect();
    let many: Vec<_> = many
        .iter()
        .map(String::as_str)
        .chain(["dns:www.lamgiang.test"])
        .collect();
    let crowd = leaf().with(NAMES, false, &names(&many));
    let bases: Vec<_> = (0..500).map(|n| format!("dns:b{n}.test")).collect();
    let bases: Vec<_> = bases.iter().map(String::as_str).collect();
    let narrow = between().with(CONSTRAINTS, true, &constraints(&[], &bases));
    let huge = between().key(rsa(16384));
    for row in [
        deep("50 deep", 50, E::Good),
        deep("100 deep", 100, E::Undecided),
        alike("60 alike with key identifiers", true, E::Good),
        alike("60 alike", false, E::Undecided),
        ladder(),
        row("10,000 names", &root(), &[&crowd, &between()], E::Good),
        row(
            "10,000 names under 500 constraints",
            &root(),
            &[&crowd, &narrow],
            E::Undecided,
        ),
        row(
            "an authority of 16,384 bits",
            &root(),
            &[&leaf(), &huge],
            E::Bad(F::UnsupportedAlgorithm, "br.signature_not_checked"),
        ),
        rows(
            "200 times the same",
            &[&root()],
            &std::iter::once(&leaf())
                .chain([&between(); 200])
                .collect::<Vec<_>>(),
            E::Good,
        ),
    ] {
        assert_eq!(row.outcome(), row.expected, "{}", row.what);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever byte of whatever certificate is another: no panic, and never good.
    #[test]
    fn no_bent_chain_is_good(which in 0..2_usize, place: prop::sample::Index, bent in 1..=255_u8) {
        let mut row = row("bent", &root(), &[&leaf(), &between()], E::Good);
        let der = &mut row.chain[which];
        let place = place.index(der.len());
        der[place] ^= bent;
        prop_assert_ne!(row.outcome(), E::Good);
    }

    #[test]
    fn no_shortened_chain_is_good(which in 0..2_usize, place: prop::sample::Index) {
        let mut row = row("short", &root(), &[&leaf(), &between()], E::Good);
        let length = row.chain[which].len();
        row.chain[which].truncate(place.index(length));
        prop_assert_ne!(row.outcome(), E::Good);
    }

    #[test]
    fn more_bytes_are_not_good(more in proptest::collection::vec(any::<u8>(), 1..9)) {
        let mut row = row("longer", &root(), &[&leaf(), &between()], E::Good);
        row.chain[1].extend(more);
        prop_assert_ne!(row.outcome(), E::Good);
    }
}
