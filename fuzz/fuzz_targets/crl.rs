//! Any bytes as a revocation list: after a zero the whole list, after anything else what its issuer
//! signs. It ends; only what was signed and stands at the time says anything.

#![no_main]

mod authority;

use libfuzzer_sys::fuzz_target;
use luytre_checks::fact::RevocationStatus;
use luytre_scanner::probe::chain::revocation::crl;

use crate::authority::{ALGORITHM, at, holds, sign, subject, tlv};

fuzz_target!(|bytes: &[u8]| {
    let Some((signed, bytes)) = bytes.split_first() else {
        return;
    };
    if *signed == 0 {
        let found = crl(&subject(), bytes, at());
        assert_eq!(found.status, RevocationStatus::Unknown, "{found:?}");
        return;
    }
    let body = tlv(0x30, &[bytes]);
    let list = tlv(0x30, &[&body, &ALGORITHM, &tlv(3, &[&sign(&body)])]);
    let found = crl(&subject(), &list, at());
    assert!(holds(&found), "{found:?}");
});
