//! Reconcile against a model of the world, with looks that fail at random.

use proptest::prelude::*;

use super::*;

const PARTS: [&str; 2] = ["a", "b"];
const PORTS: [u16; 2] = [443, 8443];

/// One scan of the model: two endpoints, each at two ports and two addresses, two parts at fault or
/// not at each; any look may fail or be left out.
#[derive(Debug, Clone)]
struct Scan {
    faults: [bool; 16],
    failures: [bool; 8],
    included: [bool; 2],
    undecided: bool,
    gap_hours: i64,
    shuffle: Vec<usize>,
}

fn scan() -> impl Strategy<Value = Scan> {
    let flag = |p| prop::bool::weighted(p);
    (
        prop::array::uniform16(flag(0.2)),
        prop::array::uniform8(flag(0.15)),
        prop::array::uniform2(flag(0.8)),
        flag(0.1),
        prop_oneof![1i64..100, 2_000i64..3_000],
        prop::collection::vec(any::<usize>(), 32),
    )
        .prop_map(
            |(faults, failures, included, undecided, gap_hours, shuffle)| Scan {
                faults,
                failures,
                included,
                undecided,
                gap_hours,
                shuffle,
            },
        )
}

fn mixed<T: Clone>(items: &[T], order: &[usize]) -> Vec<T> {
    let mut keyed: Vec<_> = items.iter().zip(order.iter().cycle()).collect();
    keyed.sort_by_key(|(_, key)| **key);
    keyed.into_iter().map(|(item, _)| item.clone()).collect()
}

/// Looks of one scan: (subject, port, address, index).
fn looks() -> impl Iterator<Item = (usize, u16, u8, usize)> {
    (0..8).map(|n| (n / 4, PORTS[n / 2 % 2], u8::try_from(n % 2).unwrap(), n))
}

fn measure(check: &'static str, scan: &Scan, at: i64) -> (Vec<Verdict>, Vec<Covered>) {
    let (mut verdicts, mut lines) = (Vec::new(), Vec::new());
    for (subject, port, address, n) in looks().filter(|(s, ..)| scan.included[*s]) {
        let look = u128::try_from(at).unwrap() * 100 + n as u128;
        let about = |part| Said {
            check,
            subject: subject as u128,
            port: Some(port),
            part,
            look,
            at: at - 1,
        };
        let failed = scan.failures[n];
        lines.push(Covered {
            subject: endpoint(subject as u128),
            address: Some(IpAddr::from([127, 0, 0, address])),
            ..line(
                rule(check).unwrap().probe,
                Some(port),
                failed.then_some(Unmeasured::TimedOut),
            )
        });
        let faults: Vec<_> = (0..2).filter(|p| scan.faults[n * 2 + p]).collect();
        if failed || (scan.undecided && n % 3 == 0) {
            verdicts.push(about("").verdict(unsure()));
        } else if faults.is_empty() {
            verdicts.push(about("").verdict(Ruling::Pass));
        } else {
            verdicts.extend(faults.iter().map(|p| about(PARTS[*p]).verdict(fail())));
        }
    }
    (verdicts, lines)
}

/// Whether the scan, as the model sees it, measured every port where the fault was seen, and saw no
/// fault of that part.
fn proves_absent(scan: &Scan, finding: &Finding) -> bool {
    let subject = usize::from(finding.key.subject == endpoint(1));
    let part = usize::from(finding.key.part == "b");
    scan.included[subject]
        && looks()
            .filter(|(s, port, ..)| *s == subject && finding.ports.contains(port))
            .all(|(_, _, _, n)| {
                let undecided = scan.undecided && n % 3 == 0;
                !scan.failures[n] && !undecided && !scan.faults[n * 2 + part]
            })
}

proptest! {
    #[test]
    fn never_fixed_without_a_covering_success(
        scans in prop::collection::vec(scan(), 1..12),
        check in prop::sample::select(vec!["tls.whole", "exposure.service"]),
    ) {
        let mut known: Vec<Finding> = Vec::new();
        let mut at = 10;
        for scan in &scans {
            at += scan.gap_hours;
            let (verdicts, lines) = measure(check, scan, at);
            let coverage = Coverage { lines };
            let events = reconcile(&known, &verdicts, &coverage, &run(at));
            let shuffled = Coverage { lines: mixed(&coverage.lines, &scan.shuffle) };
            prop_assert_eq!(
                &reconcile(&mixed(&known, &scan.shuffle), &mixed(&verdicts, &scan.shuffle), &shuffled, &run(at)),
                &events
            );
            let live_before: Vec<_> = known.iter().filter(|f| f.is_live()).map(|f| f.id).collect();
            apply(&mut known, &events);
            prop_assert_eq!(reconcile(&known, &verdicts, &coverage, &run(at)), vec![]);

            for finding in &known {
                let absent = proves_absent(scan, finding);
                let closed_now = finding.closed() == Some(time(at));
                prop_assert!(!closed_now || absent, "{:?} closed", finding.key);
                // And the other way: what was proved to be gone does not linger.
                if absent && live_before.contains(&finding.id) {
                    prop_assert!(closed_now, "{:?} lingers", finding.key);
                }
            }
            for verdict in verdicts.iter().filter(|v| matches!(v.ruling, Ruling::Fail { .. })) {
                let key = key_of(verdict, rule(check).unwrap());
                let live = known.iter().filter(|f| f.key == key && f.is_live()).count();
                prop_assert_eq!(live, 1, "{:?}", key);
                let port = port_of(&verdict.target).unwrap();
                prop_assert!(known.iter().any(|f| f.key == key && f.is_live() && f.ports.contains(&port)));
            }
        }
    }
}
