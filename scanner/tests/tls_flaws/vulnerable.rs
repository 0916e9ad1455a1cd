//! Servers that have a flaw, and the same ones patched.

use std::time::Duration;

use luytre_checks::fact::Tri;
use luytre_scanner::Limits;

use crate::{
    look, look_within, patient,
    peer::{Answer, BAD_MAC, ECDHE, Habits, Heart, Padding, RSA, UNEXPECTED, serve},
};

/// Whether `evidence` of that kind is there, says something like `text`, and shows no memory.
fn proved(evidence: &[luytre_checks::Evidence], what: &str, text: &str) -> bool {
    let found = evidence.iter().find(|one| one.what == what);
    found.is_some_and(|one| {
        let excerpt = one.excerpt.as_str();
        one.command.is_some() && excerpt.contains(text) && !excerpt.contains("^^")
    })
}

/// Evidence of a flaw: what the look at versions and features kept is none.
fn any_proof(evidence: &[luytre_checks::Evidence]) -> bool {
    evidence
        .iter()
        .any(|one| !one.what.starts_with("refused_by"))
}

#[test]
fn a_patched_server_has_none() {
    let peer = serve(Habits::default());
    let (fact, evidence) = look(peer.port);
    assert_eq!(fact.flaws.heartbleed, Tri::No);
    assert_eq!(fact.flaws.ccs_injection, Tri::No);
    assert_eq!(fact.flaws.robot, Tri::No);
    assert!(!any_proof(&evidence), "{evidence:?}");
}

#[test]
fn memory_that_follows_the_claim_is_heartbleed() {
    let peer = serve(Habits {
        heart: Heart::Bleeds,
        ..Habits::default()
    });
    let (fact, evidence) = look(peer.port);
    assert_eq!(fact.flaws.heartbleed, Tri::Yes);
    assert_eq!(fact.flaws.ccs_injection, Tri::No);
    assert!(proved(&evidence, "heartbleed", "95 and 159 bytes"));
}

#[test]
fn one_bleeding_is_no_proof() {
    let peer = serve(Habits {
        heart: Heart::BleedsOnce,
        ..Habits::default()
    });
    let (fact, evidence) = look(peer.port);
    assert_eq!(fact.flaws.heartbleed, Tri::Unknown);
    assert!(!any_proof(&evidence), "{evidence:?}");
}

#[test]
fn whoever_handles_a_lying_heartbeat_rightly_is_safe() {
    for heart in [
        Heart::Off,
        Heart::Deaf,
        Heart::Says(UNEXPECTED),
        Heart::Says(Answer::Close),
        Heart::Says(Answer::Reset),
    ] {
        let peer = serve(Habits {
            heart,
            ..Habits::default()
        });
        assert_eq!(look(peer.port).0.flaws.heartbleed, Tri::No, "{heart:?}");
    }
}

#[test]
fn a_record_taken_for_enciphered_is_ccs_injection() {
    for suite in [RSA, ECDHE] {
        let peer = serve(Habits {
            suites: vec![suite],
            early: Answer::Bear,
            ..Habits::default()
        });
        let (fact, evidence) = look(peer.port);
        assert_eq!(fact.flaws.ccs_injection, Tri::Yes);
        assert_eq!(fact.flaws.heartbleed, Tri::No);
        assert!(proved(&evidence, "ccs_injection", "bad_record_mac"));
    }
}

#[test]
fn an_early_change_that_is_refused_in_any_way_is_no_injection() {
    for early in [
        UNEXPECTED,
        BAD_MAC,
        Answer::Alert(40),
        Answer::Close,
        Answer::Reset,
    ] {
        let peer = serve(Habits {
            early,
            ..Habits::default()
        });
        assert_eq!(look(peer.port).0.flaws.ccs_injection, Tri::No, "{early:?}");
    }
}

/// Strong and weak oracles, by alert, by close, by silence, at once and behind the Finished.
#[test]
fn whoever_tells_paddings_apart_is_an_oracle() {
    type Rule = fn(Padding) -> Answer;
    let bear: Rule = |_| Answer::Bear;
    let oracles: [(&str, Rule, Rule); 6] = [
        (
            "another alert for every bad padding",
            bear,
            |padding| match padding {
                Padding::Good | Padding::Version => BAD_MAC,
                _ => Answer::Alert(40),
            },
        ),
        (
            "weak: only the wrong start",
            bear,
            |padding| match padding {
                Padding::Start => Answer::Alert(51),
                _ => BAD_MAC,
            },
        ),
        ("only the wrong version", bear, |padding| match padding {
            Padding::Version => Answer::Alert(47),
            _ => BAD_MAC,
        }),
        (
            "a close instead of an alert",
            bear,
            |padding| match padding {
                Padding::Good => BAD_MAC,
                _ => Answer::Reset,
            },
        ),
        (
            "refused before the Finished",
            |padding| match padding {
                Padding::Good => Answer::Bear,
                _ => Answer::Alert(40),
            },
            |_| Answer::Alert(40),
        ),
        ("silence for the good one", bear, |padding| match padding {
            Padding::Good => Answer::Silence,
            _ => BAD_MAC,
        }),
    ];
    for (what, exchange, finished) in oracles {
        let peer = serve(Habits {
            exchange,
            finished,
            ..Habits::default()
        });
        let limits = Limits {
            // The first silence is waited for as long.
            answer: Duration::from_secs(20),
            ..patient()
        };
        let (fact, evidence) = look_within(peer.port, limits);
        assert_eq!(fact.unwrap().flaws.robot, Tri::Yes, "{what}");
        assert!(
            proved(&evidence, "robot", "wrong start: "),
            "{what}: {evidence:?}"
        );
    }
}

#[test]
fn whoever_answers_every_padding_alike_is_none() {
    for finished in [
        (|_| Answer::Alert(40)) as fn(Padding) -> Answer,
        |_| Answer::Alert(51),
        |_| Answer::Close,
    ] {
        let peer = serve(Habits {
            finished,
            ..Habits::default()
        });
        assert_eq!(look(peer.port).0.flaws.robot, Tri::No);
    }
}

#[test]
fn without_rsa_key_exchange_there_is_nothing_to_tell_apart() {
    let peer = serve(Habits {
        suites: vec![ECDHE],
        exchange: |_| Answer::Alert(40),
        ..Habits::default()
    });
    assert_eq!(look(peer.port).0.flaws.robot, Tri::No);
}

/// The id as it came.
fn same(id: &[u8]) -> Vec<u8> {
    id.to_vec()
}

/// The id in a field that is always full.
fn full(id: &[u8]) -> Vec<u8> {
    let mut out = id.to_vec();
    out.resize(32, 0x5E);
    out
}

#[test]
fn memory_behind_a_session_id_is_ticketbleed() {
    let peer = serve(Habits {
        ticket: Some(full),
        ..Habits::default()
    });
    let (fact, evidence) = look(peer.port);
    assert_eq!(fact.flaws.ticketbleed, Tri::Yes);
    assert!(proved(
        &evidence,
        "ticketbleed",
        "came back with 32 and 32 bytes"
    ));
}

#[test]
fn an_id_that_comes_back_as_it_was_sent_is_none() {
    let peer = serve(Habits {
        ticket: Some(same),
        ..Habits::default()
    });
    assert_eq!(look(peer.port).0.flaws.ticketbleed, Tri::No);
    // No tickets at all.
    let peer = serve(Habits::default());
    assert_eq!(look(peer.port).0.flaws.ticketbleed, Tri::No);
}

#[test]
fn an_id_that_comes_back_longer_once_or_as_another_proves_nothing() {
    for echo in [
        (|id: &[u8]| if id.len() == 1 { same(id) } else { full(id) }) as fn(&[u8]) -> Vec<u8>,
        |_| vec![0xEE; 32],
        |_| Vec::new(),
    ] {
        let peer = serve(Habits {
            ticket: Some(echo),
            ..Habits::default()
        });
        assert_eq!(look(peer.port).0.flaws.ticketbleed, Tri::Unknown);
    }
}
