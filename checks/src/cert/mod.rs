//! Checks on certificates.

use crate::{Outcome, fact::Certificate};

pub mod expired;
pub mod expiring;
pub mod key_shared;
pub mod not_yet_valid;
pub mod self_signed;
pub mod untrusted_chain;
pub mod weak_key;
pub mod weak_signature;
pub mod wrong_name;

/// The answer of every check that needs the leaf where it could not be read.
const NO_LEAF: Outcome = Outcome::unknown(
    "không đọc được chứng thư số của máy chủ",
    "the server certificate could not be read",
);

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
