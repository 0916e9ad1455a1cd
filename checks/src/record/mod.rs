//! Checks on what the inventory says of a system.

use jiff::civil::Date;

use crate::Outcome;

pub mod no_approved_level;
pub mod redetermine;
pub mod transition;

/// The answer for a system that is out of use.
const RETIRED: Outcome =
    Outcome::not_applicable("hệ thống đã ngừng sử dụng", "the system is out of use");

/// A day as people write it: `02/11/2026`.
fn written(day: Date) -> String {
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}
