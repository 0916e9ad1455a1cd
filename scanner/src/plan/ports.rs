//! Which ports a profile asks about.

use luytre_inventory::{PortSet, ScanProfile};

/// Ports on which some printers print whatever is sent to them, and some even what a mere
/// connection leaves behind (nmap#2237 reports 9100-9109 and 9112-9116). Never contacted unless
/// declared.
pub const RAW_PRINT: (u16, u16) = (9100, 9116);

/// What a light scan asks: the services whose exposure is a finding by itself (remote control, file
/// sharing, databases, industrial control) and the usual web ports.
pub(crate) const WELL_KNOWN: [(u16, u16); 32] = [
    (21, 23),
    (25, 25),
    (53, 53),
    (80, 80),
    (110, 111),
    (135, 135),
    (139, 139),
    (143, 143),
    (389, 389),
    (443, 443),
    (445, 445),
    (465, 465),
    (587, 587),
    (636, 636),
    (873, 873),
    (993, 993),
    (995, 995),
    (1433, 1433),
    (1521, 1521),
    (2049, 2049),
    (2375, 2375),
    (3306, 3306),
    (3389, 3389),
    (5432, 5432),
    (5900, 5900),
    (5985, 5986),
    (6379, 6379),
    (8080, 8080),
    (8443, 8443),
    (9200, 9200),
    (11211, 11211),
    (27017, 27017),
];

/// What a standard scan asks besides: every system port and the registered ports on which
/// databases, panels, queues, remote desktops and cameras usually stand.
const STANDARD: [(u16, u16); 38] = [
    (1, 1024),
    (1080, 1080),
    (1433, 1434),
    (1521, 1526),
    (1723, 1723),
    (1883, 1883),
    (2049, 2049),
    (2082, 2096),
    (2181, 2181),
    (2222, 2222),
    (2375, 2380),
    (3000, 3010),
    (3128, 3128),
    (3260, 3260),
    (3306, 3310),
    (3389, 3390),
    (4443, 4444),
    (4786, 4786),
    (4848, 4848),
    (5000, 5010),
    (5060, 5061),
    (5432, 5435),
    (5555, 5555),
    (5601, 5601),
    (5672, 5672),
    (5900, 5910),
    (5984, 5986),
    (6000, 6010),
    (6379, 6381),
    (6443, 6443),
    (7001, 7002),
    (8000, 8100),
    (8180, 8888),
    (9000, 9099),
    (9200, 9300),
    (10000, 10255),
    (11211, 11211),
    (27017, 27019),
];

/// The ports that a scan of one host asks about: those of `profile`, or `instead` of them, and the
/// `declared` ones; raw-print ports only where declared.
pub(super) fn asked(
    profile: ScanProfile,
    instead: Option<&PortSet>,
    declared: &PortSet,
) -> PortSet {
    let usual = match (instead, profile) {
        (Some(ports), _) => ports.clone(),
        (None, ScanProfile::Light) => PortSet::from_ranges(WELL_KNOWN),
        (None, ScanProfile::Standard) => {
            PortSet::from_ranges(WELL_KNOWN.into_iter().chain(STANDARD))
        }
        (None, ScanProfile::Deep) => PortSet::all(),
    };
    let (first, last) = RAW_PRINT;
    let harmless = PortSet::from_ranges([(1, first - 1), (last + 1, u16::MAX)]);
    usual
        .intersection(&harmless)
        .iter()
        .chain(declared.iter())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printers_are_left_alone_unless_declared() {
        let none = PortSet::default();
        for profile in [ScanProfile::Light, ScanProfile::Standard, ScanProfile::Deep] {
            for instead in [None, Some(PortSet::all())] {
                let ports = asked(profile, instead.as_ref(), &none);
                assert!((9100..=9116).all(|port| !ports.contains(port)));
                let declared: PortSet = [9101].into_iter().collect();
                let ports = asked(profile, instead.as_ref(), &declared);
                assert!(ports.contains(9101) && !ports.contains(9100));
            }
        }
    }

    #[test]
    fn profiles_grow() {
        let none = PortSet::default();
        let [light, standard, deep] =
            [ScanProfile::Light, ScanProfile::Standard, ScanProfile::Deep]
                .map(|profile| asked(profile, None, &none));
        assert!(standard.contains_all(&light) && deep.contains_all(&standard));
        assert_eq!(
            (light.len(), standard.len(), deep.len()),
            (36, 2405, 65_535 - 17)
        );
    }
}
