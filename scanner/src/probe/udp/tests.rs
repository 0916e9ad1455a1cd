use std::collections::BTreeSet;

use super::*;

fn asker() -> Asker<'static> {
    Asker {
        host: "www.doiche.test",
        agent: "luytre",
        to: "192.0.2.1:53".parse().unwrap(),
    }
}

#[test]
fn every_question_is_small_and_no_answer_to_itself() {
    let mut seen = BTreeSet::new();
    for step in STEPS {
        assert!(seen.insert(step.question));
        assert!(step.protocol != Protocol::Other);
        for number in [0, 1, 63, 0x1234, u32::MAX] {
            let question = (step.say)(&asker(), number);
            assert!((8..=400).contains(&question.len()), "{:?}", step.question);
            // An echo, by a service for that or by our own socket, is no answer.
            assert_eq!((step.read)(number, &question), None, "{:?}", step.question);
        }
    }
    for port in WELL_KNOWN {
        assert!(has_question(Protocol::of_udp_port(port).unwrap()));
    }
    assert!(!has_question(Protocol::Bacnet) && !has_question(Protocol::Other));
}

#[test]
fn no_reader_breaks_on_rubbish() {
    let mut bytes = vec![0; 700];
    for round in 0..2_000_u32 {
        for (at, byte) in bytes.iter_mut().enumerate() {
            let place = u32::try_from(at).unwrap().wrapping_mul(0x85eb_ca6b);
            let mixed = (round + 1).wrapping_mul(0x9e37_79b9) ^ place;
            *byte = mixed.to_be_bytes()[(at + round as usize) % 4];
        }
        for step in STEPS {
            let length = (round as usize * 7) % bytes.len();
            let _ = (step.read)(round, &bytes[..length]);
            // Behind a good beginning too.
            let mut tail = (step.say)(&asker(), round);
            tail[2] |= 0x80;
            tail.extend(&bytes[..length]);
            let _ = (step.read)(round, &tail);
        }
    }
}

#[test]
fn factors_are_payload_by_payload() {
    let exchange = |asked_bytes, answered_bytes, capped| UdpExchange {
        question: UdpQuestion::NtpMonlist,
        answered: Tri::Yes,
        asked_bytes,
        answered_bytes,
        datagrams: 1,
        capped,
    };
    assert_eq!(
        exchange(8, 4450, false).amplification_percent(),
        Some(55_625)
    );
    assert_eq!(exchange(8, 4450, false).factor(), "556.2");
    assert_eq!(exchange(8, 4450, true).factor(), "≥ 556.2");
    assert_eq!(exchange(17, 17, false).factor(), "1.0");
    assert_eq!(exchange(17, 0, false).amplification_percent(), None);
    assert_eq!(
        exchange(0, u64::MAX, false).amplification_percent(),
        Some(u32::MAX)
    );
}
