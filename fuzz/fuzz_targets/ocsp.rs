//! Any bytes as an OCSP answer: after a zero the whole answer, after anything else the data that the
//! issuer signs. It ends; only what was signed and stands at the time says anything.
//!
//! The seeds of the first kind have no signature: from one with a bit or two wrong the mutator finds its way
//! back to the answer that was signed.

#![no_main]

mod authority;

use libfuzzer_sys::fuzz_target;
use luytre_checks::fact::{RevocationSource, RevocationStatus};
use luytre_scanner::probe::chain::revocation::ocsp;

use crate::authority::{ALGORITHM, at, holds, sign, subject, tlv};

/// id-pkix-ocsp-basic (RFC 6960 4.2.1), whole.
const BASIC: [u8; 11] = [6, 9, 0x2B, 6, 1, 5, 5, 7, 48, 1, 1];

fuzz_target!(|bytes: &[u8]| {
    let Some((signed, bytes)) = bytes.split_first() else {
        return;
    };
    let source = RevocationSource::Ocsp;
    if *signed == 0 {
        let found = ocsp(&subject(), source, bytes, at());
        assert_eq!(found.status, RevocationStatus::Unknown, "{found:?}");
        return;
    }
    let body = tlv(0x30, &[bytes]);
    let basic = tlv(0x30, &[&body, &ALGORITHM, &tlv(3, &[&sign(&body)])]);
    let typed = tlv(0x30, &[&BASIC, &tlv(4, &[&basic])]);
    let answer = tlv(0x30, &[&[10, 1, 0], &tlv(0xA0, &[&typed])]);
    let found = ocsp(&subject(), source, &answer, at());
    assert!(holds(&found), "{found:?}");
});
