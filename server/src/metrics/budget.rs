//! How many series there may be. A scrape that passes its sample limit fails as a whole, and then
//! nothing is watched at all, so the source bounds itself.

use luytre_inventory::Inventory;

/// Series of one system: 5 severities × (4 states + overdue + oldest), 24 of exposed services, and
/// info, coverage and authorisation.
pub const PER_SYSTEM: usize = 5 * 6 + 24 + 3;

/// Series of one endpoint: info, up, 4 certificate dates, 15 reasons, 5 versions, 5 last successes.
pub const PER_ENDPOINT: usize = 2 + 4 + 15 + 5 + 5;

/// Series of one unit: its info.
pub const PER_UNIT: usize = 1;

/// Series that do not depend on the inventory, and those of findings whose system is no longer
/// declared.
pub const FIXED: usize = 500;

/// No more than this, however large the inventory is: about 1,500 systems with 7,000 endpoints.
pub const SERIES_LIMIT: usize = 300_000;

/// The budget for `inventory`.
pub fn series_budget(inventory: &Inventory) -> usize {
    let endpoints: usize = inventory
        .systems
        .iter()
        .map(|system| system.endpoints.len())
        .sum();
    let wanted = inventory.systems.len() * PER_SYSTEM
        + endpoints * PER_ENDPOINT
        + inventory.units.len() * PER_UNIT
        + FIXED;
    wanted.min(SERIES_LIMIT)
}
