//! Which certificates of a message the TLSA records for it are about (RFC 6698 2.1).

use luytre_checks::fact::{Dane, Tlsa};
use sha2::{Digest, Sha256, Sha512};

use super::{key, view::View};
use crate::hex::hex;

/// Writes into `dane`, whose records are whole, which of `ders` each is about, and shortens them.
pub(super) fn compare(dane: &mut Dane, ders: &[Vec<u8>]) {
    for record in dane.tlsa.iter_mut().flatten() {
        record.matches = matches(record, ders);
        record.shorten();
    }
}

/// None for parameters that nobody knows, and where a certificate has no key that could be found.
fn matches(record: &Tlsa, ders: &[Vec<u8>]) -> Option<Vec<u16>> {
    let mut places = Vec::new();
    for (place, der) in ders.iter().enumerate() {
        let view = View::of(der);
        let selected = match record.selector {
            0 => der.as_slice(),
            1 => key::spki(view.as_ref()?)?,
            _ => return None,
        };
        let wanted = match record.matching {
            0 => hex(selected),
            1 => hex(&Sha256::digest(selected)),
            2 => hex(&Sha512::digest(selected)),
            _ => return None,
        };
        if wanted == record.data {
            places.push(u16::try_from(place).ok()?);
        }
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: &[&str] = &["www.doiche.test"];

    fn ders() -> (Vec<Vec<u8>>, Vec<u8>) {
        let key = rcgen::KeyPair::generate().unwrap();
        let names: Vec<String> = MADE.iter().map(|name| (*name).to_owned()).collect();
        let made = rcgen::CertificateParams::new(names).unwrap();
        let leaf = made.self_signed(&key).unwrap().der().to_vec();
        let other = rcgen::KeyPair::generate().unwrap();
        let other = made.self_signed(&other).unwrap().der().to_vec();
        let spki = rcgen::PublicKeyData::subject_public_key_info(&key);
        (vec![other, leaf], spki)
    }

    #[test]
    fn every_selector_and_matching() {
        let (ders, spki) = ders();
        for (selector, selected) in [(0, &ders[1]), (1, &spki)] {
            for (matching, data) in [
                (0, hex(selected)),
                (1, hex(&Sha256::digest(selected))),
                (2, hex(&Sha512::digest(selected))),
            ] {
                let right = Tlsa {
                    usage: 3,
                    selector,
                    matching,
                    data: data.clone(),
                    matches: None,
                };
                assert_eq!(
                    matches(&right, &ders),
                    Some(vec![1]),
                    "{selector} {matching}"
                );
                let mut wrong = right.clone();
                let first = if data.starts_with('0') { "1" } else { "0" };
                wrong.data.replace_range(..1, first);
                assert_eq!(matches(&wrong, &ders), Some(Vec::new()));
            }
        }
        let odd = |selector, matching| Tlsa {
            selector,
            matching,
            ..Tlsa::default()
        };
        assert_eq!(matches(&odd(2, 1), &ders), None);
        assert_eq!(matches(&odd(0, 3), &ders), None);
        let unreadable = [vec![0x30, 0x00]];
        assert_eq!(matches(&odd(1, 1), &unreadable), None);
        assert_eq!(matches(&odd(0, 1), &unreadable), Some(Vec::new()));
    }

    #[test]
    fn long_records_are_shortened_after_the_comparison() {
        let (ders, _) = ders();
        let whole = Tlsa {
            usage: 2,
            data: hex(&ders[0]),
            ..Tlsa::default()
        };
        let mut dane = Dane {
            tlsa: Some(vec![whole]),
            ..Dane::default()
        };
        compare(&mut dane, &ders);
        let record = &dane.tlsa.unwrap()[0];
        assert_eq!(record.matches, Some(vec![0]));
        assert_eq!(record.data.len(), 128);
    }
}
