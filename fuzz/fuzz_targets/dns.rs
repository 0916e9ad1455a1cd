//! Any bytes as what follows the question in an answer of the domain name system: two bytes of flags, two
//! of counts, then records. What comes out is bounded and tame, and what is said in it is read on.

#![no_main]

use libfuzzer_sys::fuzz_target;
use luytre_scanner::probe::dns::{Question, Read, dkim_key, read, spf_look_up};

/// SOA, MX, TXT, CNAME, DS, TLSA, CAA.
const KINDS: [u16; 7] = [6, 15, 16, 5, 43, 52, 257];

fuzz_target!(|bytes: &[u8]| {
    let Some((head, records)) = bytes.split_at_checked(5) else {
        return;
    };
    let kind = KINDS[usize::from(head[0]) % KINDS.len()];
    let Some(question) = Question::new("www.doiche.test", kind) else {
        return;
    };
    let Some((id, asked)) = question.message() else {
        return;
    };
    // The question without its OPT record, which ends it.
    let mut message = asked[..asked.len() - 11].to_vec();
    message[2..4].copy_from_slice(&[head[1] | 0x80, head[2]]);
    message[7] = head[3];
    message[9] = head[4];
    message[11] = 0;
    message.extend_from_slice(records);
    let Some(Read::Whole(answer)) = read(&message, id, &question) else {
        return;
    };
    let lives = answer.signatures().count();
    assert!(lives <= 1024, "{lives} signatures");
    if head[2] & 0x0F != 0 && head[2] & 0x0F != 3 {
        assert_eq!(answer.exists(), None);
    }
    for text in answer.texts() {
        assert!(text.chars().count() <= 4096 && !text.chars().any(char::is_control));
        if let Some(key) = dkim_key("mail", &text) {
            assert!(key.kind.is_some() || key.bits.is_none());
        }
        for term in text.split_ascii_whitespace() {
            let _ = spf_look_up(term);
        }
    }
});
