//! Patched servers with habits that have fooled scanners before (false Heartbleed, CCS injection and
//! ROBOT are the best known ones): none of them may ever look vulnerable.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use luytre_checks::fact::Tri;
use luytre_scanner::Limits;

use crate::{
    four, look, look_within, patient,
    peer::{Answer, BAD_MAC, Habits, Heart, RSA, UNEXPECTED, serve},
};

#[test]
fn a_flight_of_many_segments_is_read_to_its_end() {
    let peer = serve(Habits {
        ballast: 300_000,
        ..Habits::default()
    });
    let (fact, _) = look(peer.port);
    assert_eq!(four(&fact)[..3], [Tri::No; 3]);
}

#[test]
fn a_server_that_ends_after_its_flight_or_after_any_message_is_not_vulnerable() {
    for end in [Answer::Close, Answer::Reset] {
        let peer = serve(Habits {
            behind: if end == Answer::Close {
                |_| Answer::Close
            } else {
                |_| Answer::Reset
            },
            ..Habits::default()
        });
        let (fact, _) = look(peer.port);
        // Whatever was sent, it would have ended: nothing is proved.
        assert_eq!(four(&fact)[..2], [Tri::Unknown; 2], "{end:?}");
        assert_ne!(fact.flaws.robot, Tri::Yes, "{end:?}");
        let peer = serve(Habits {
            early: end,
            unexpected: end,
            sealed: end,
            heart: Heart::Says(end),
            finished: if end == Answer::Close {
                |_| Answer::Close
            } else {
                |_| Answer::Reset
            },
            ..Habits::default()
        });
        let (fact, _) = look(peer.port);
        assert_eq!(four(&fact)[..3], [Tri::No; 3], "{end:?}");
    }
}

#[test]
fn a_server_with_one_alert_for_everything_is_not_vulnerable() {
    for alert in [BAD_MAC, UNEXPECTED, Answer::Alert(40), Answer::Alert(80)] {
        let finished = match alert {
            BAD_MAC => |_| BAD_MAC,
            UNEXPECTED => |_| UNEXPECTED,
            Answer::Alert(40) => |_| Answer::Alert(40),
            _ => |_| Answer::Alert(80),
        };
        let peer = serve(Habits {
            early: alert,
            unexpected: alert,
            sealed: alert,
            heart: Heart::Says(alert),
            finished,
            ..Habits::default()
        });
        let (fact, _) = look(peer.port);
        assert_eq!(four(&fact)[..3], [Tri::No; 3], "{alert:?}");
    }
}

/// Drops, resets and delays that meet some connections and not others.
#[test]
fn load_makes_nobody_vulnerable() {
    static CHANCE: AtomicUsize = AtomicUsize::new(1);
    /// A generator good enough for a test (Knuth).
    fn roll(sides: usize) -> bool {
        let next = |seed: usize| Some(seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        let seed = CHANCE.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        (seed.unwrap_or_default() >> 33).is_multiple_of(sides)
    }
    let loads: [fn(usize) -> Answer; 7] = [
        |n| {
            if n.is_multiple_of(2) {
                Answer::Reset
            } else {
                Answer::Bear
            }
        },
        |n| {
            if n.is_multiple_of(3) {
                Answer::Close
            } else {
                Answer::Bear
            }
        },
        |n| {
            if n.is_multiple_of(5) {
                Answer::Reset
            } else {
                Answer::Bear
            }
        },
        |n| {
            if n.is_multiple_of(7) {
                Answer::Alert(20)
            } else {
                Answer::Bear
            }
        },
        |_| if roll(2) { Answer::Reset } else { Answer::Bear },
        |_| {
            if roll(4) {
                Answer::Alert(20)
            } else {
                Answer::Bear
            }
        },
        |_| if roll(9) { Answer::Close } else { Answer::Bear },
    ];
    for (place, load) in loads.into_iter().enumerate() {
        for behind in [true, false] {
            let usual = Habits {
                pause: |n| Duration::from_millis((n as u64 * 7) % 40),
                ..Habits::default()
            };
            let peer = serve(if behind {
                Habits {
                    behind: load,
                    ..usual
                }
            } else {
                Habits {
                    first: load,
                    ..usual
                }
            });
            let (fact, evidence) = look_within(peer.port, patient());
            if let Some(fact) = fact {
                assert!(
                    !four(&fact).contains(&Tri::Yes),
                    "{place} {behind}: {:?}",
                    fact.flaws
                );
            }
            let flaws = ["heartbleed", "ccs_injection", "robot", "ticketbleed"];
            assert!(
                !evidence
                    .iter()
                    .any(|one| flaws.contains(&one.what.as_str()))
            );
        }
    }
}

#[test]
fn a_server_that_says_nothing_more_is_unknown() {
    let limits = Limits {
        answer: Duration::from_secs(2),
        silence: Duration::from_secs(3),
        ..patient()
    };
    let peer = serve(Habits {
        suites: vec![RSA],
        behind: |_| Answer::Silence,
        ..Habits::default()
    });
    let (fact, _) = look_within(peer.port, limits);
    // Under load even the survey may have run out of patience.
    if let Some(fact) = fact {
        assert!(
            four(&fact).iter().all(|flaw| *flaw == Tri::Unknown),
            "{:?}",
            fact.flaws
        );
    }
}

#[test]
fn lighter_profiles_send_nothing_of_the_kind() {
    let peer = serve(Habits {
        heart: Heart::Bleeds,
        early: Answer::Bear,
        ..Habits::default()
    });
    let line = crate::tls_support::line(peer.port, None);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fact = runtime.block_on(luytre_scanner::probe::Probe::observe(
        &luytre_scanner::probe::TlsProbe,
        &line,
    ));
    let Ok(luytre_checks::Fact::Tls(fact)) = fact else {
        panic!("{fact:?}");
    };
    assert_eq!(four(&fact), [Tri::Unknown; 4]);
}
