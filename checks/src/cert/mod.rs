//! Checks on certificates.

use crate::{
    Outcome,
    fact::{Certificate, ChainFact, TrustVerdict},
};

pub mod caa_missing;
pub mod chain_incomplete;
pub mod chain_order;
pub mod chain_unneeded;
pub mod dane_mismatch;
pub mod expired;
pub mod expiring;
pub mod key_shared;
pub mod lifetime_too_long;
pub mod malformed;
pub mod no_timestamps;
pub mod not_yet_valid;
pub mod prime_shared;
mod primes;
pub mod revoked;
pub mod self_signed;
pub mod serial_shared;
pub mod staple_invalid;
pub mod staple_missing;
pub mod untrusted_chain;
pub mod weak_key;
pub mod weak_primes;
pub mod weak_signature;
pub mod wildcard;
pub mod wrong_name;
pub mod wrong_usage;

/// The answer of every check that needs the leaf where it could not be read.
const NO_LEAF: Outcome = Outcome::unknown(
    "không đọc được chứng thư số của máy chủ",
    "the server certificate could not be read",
);

/// The answer of a fleet check where there is no leaf: not read, or none is presented for want of TLS.
const fn without_leaf(fact: &ChainFact) -> Outcome {
    if fact.no_tls {
        return Outcome::not_applicable("dịch vụ không có mã hóa TLS", "the service has no TLS");
    }
    NO_LEAF
}

/// The civil day in Viet Nam on which `certificate` ends, as people write it.
fn last_day(certificate: &Certificate) -> String {
    written(certificate.not_after)
}

/// A moment as a day in Viet Nam: `02/11/2026`.
fn written(at: jiff::Timestamp) -> String {
    let day = crate::policy::day_of(at);
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

/// Whole days from `from` to `to`, rounded down.
fn days(from: jiff::Timestamp, to: jiff::Timestamp) -> i64 {
    (to.as_second() - from.as_second()).div_euclid(86_400)
}

/// The chain itself and those that other clients of the server get, each with its label: none for the
/// first, for the others the kind of the leaf's key (`rsa`).
fn labelled(fact: &ChainFact) -> impl Iterator<Item = (&str, &ChainFact)> {
    let others = fact.also.iter().map(|chain| {
        let label = chain.leaf().map_or("other", |leaf| leaf.key.kind.as_str());
        (label, chain)
    });
    std::iter::once(("", fact)).chain(others)
}

/// The answer over all chains of a server: faults of a further chain carry its label in their subject,
/// and nothing passes unless every chain was decided.
fn each(fact: &ChainFact, judge: impl Fn(&ChainFact) -> Outcome) -> Outcome {
    if fact.also.is_empty() {
        return judge(fact);
    }
    let (mut faults, mut undecided, mut beside, mut passed) = (Vec::new(), None, None, false);
    for (label, chain) in labelled(fact) {
        let (found, reason) = match judge(chain) {
            Outcome::Pass => {
                passed = true;
                (Vec::new(), None)
            }
            Outcome::Fail(found) => (found, None),
            Outcome::Partial(found, reason) => (found, Some(reason)),
            Outcome::Inconclusive(reason) => (Vec::new(), Some(reason)),
            Outcome::NotApplicable(reason) => {
                beside = beside.or(Some(reason));
                (Vec::new(), None)
            }
        };
        undecided = undecided.or(reason);
        faults.extend(found.into_iter().map(|mut fault| {
            fault.subject = match (label, fault.subject.as_str()) {
                ("", part) => part.to_owned(),
                (label, "") => label.to_owned(),
                (label, part) => format!("{label}/{part}"),
            };
            fault
        }));
    }
    match (faults.is_empty(), undecided, beside) {
        (true, Some(reason), _) => Outcome::Inconclusive(reason),
        (false, Some(reason), _) => Outcome::Partial(faults, reason),
        (true, None, Some(reason)) if !passed => Outcome::NotApplicable(reason),
        (_, None, _) => Outcome::of(faults),
    }
}

/// Whether browsers trust the chain; unknown where that was not decided.
fn public(fact: &ChainFact) -> TrustVerdict {
    let web = fact.trust.iter().find(|trust| trust.store == "web");
    web.map_or(TrustVerdict::Unknown, |trust| trust.verdict)
}

/// The answer where rules of browsers are asked of a chain that browsers do not trust.
const NOT_PUBLIC: Outcome = Outcome::not_applicable(
    "trình duyệt không tin chuỗi này nên quy định của trình duyệt không áp dụng",
    "browsers do not trust this chain, so their rules do not concern it",
);

/// The answer where it is not known whether browsers trust the chain.
const MAYBE_PUBLIC: Outcome = Outcome::unknown(
    "chưa biết trình duyệt có tin chuỗi này hay không",
    "whether browsers trust this chain is not known",
);

/// The answer of checks on extensions where the fact is of an older probe.
const NO_EXTENSIONS: Outcome = Outcome::unknown(
    "chưa đọc các phần mở rộng của chứng thư số",
    "the extensions of the certificate were not read",
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Fault, Grade,
        examples::{Shape, chain, leaf, shape},
    };

    #[test]
    fn every_chain_is_judged_and_named() {
        let with = |serial: &str| {
            let mut leaf = leaf();
            leaf.serial = serial.to_owned();
            leaf.key.kind = "ec".to_owned();
            chain(leaf)
        };
        let judge = |chain: &ChainFact| match chain.leaf().unwrap().serial.as_str() {
            "good" => Outcome::Pass,
            "bad" => Outcome::Fail(vec![Fault::on("issuer", Grade::Slight)]),
            "beside" => NOT_PUBLIC,
            _ => NO_LEAF,
        };
        let over = |first, second| {
            let mut fact = with(first);
            fact.also.push(with(second));
            shape(&each(&fact, judge))
        };
        let fail = |part: &str| Shape::Fail(vec![(part.to_owned(), Grade::Slight)]);
        assert_eq!(over("good", "good"), Shape::Pass);
        assert_eq!(over("bad", "good"), fail("issuer"));
        assert_eq!(over("good", "bad"), fail("ec/issuer"));
        assert_eq!(over("good", "beside"), Shape::Pass);
        assert_eq!(over("beside", "beside"), Shape::NotApplicable);
        assert_eq!(over("good", "?"), Shape::Inconclusive);
        let part = vec![("issuer".to_owned(), Grade::Slight)];
        assert_eq!(over("bad", "?"), Shape::Partial(part));
    }
}
