//! What the name of a key exchange group says of it.

use crate::fact::Group;

/// The mathematics of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An elliptic curve over a field of so many bits.
    Curve(u16),
    /// A finite field of so many bits (RFC 7919).
    FiniteField(u16),
    /// Holds against quantum computers too: ML-KEM, alone or with a curve.
    PostQuantum,
}

/// The kind of a registered group; none if no registry knows it.
pub(crate) fn kind(group: Group) -> Option<Kind> {
    let name = group.name()?;
    if name.contains("MLKEM") || name.contains("Kyber") {
        return Some(Kind::PostQuantum);
    }
    let number = |text: &str| {
        let digits: String = text
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().ok()
    };
    if name.starts_with("ffdhe") {
        return number(name).map(Kind::FiniteField);
    }
    match name {
        "x25519" => Some(Kind::Curve(255)),
        "x448" => Some(Kind::Curve(448)),
        "curveSM2" => Some(Kind::Curve(256)),
        // secp256r1, sect571k1, brainpoolP384r1tls13, GC512A.
        _ => number(name).map(Kind::Curve),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::iana::GROUPS;

    #[test]
    fn every_registered_group_is_understood() {
        for (number, name) in GROUPS {
            match kind(Group(*number)) {
                Some(Kind::Curve(bits)) => assert!((160..=571).contains(&bits), "{name}: {bits}"),
                Some(Kind::FiniteField(bits)) => assert!(bits >= 2048, "{name}: {bits}"),
                Some(Kind::PostQuantum) => {}
                None => panic!("{name}"),
            }
        }
        let of = |name| kind(Group::parse(name).unwrap());
        assert_eq!(of("sect163k1"), Some(Kind::Curve(163)));
        assert_eq!(of("brainpoolP512r1tls13"), Some(Kind::Curve(512)));
        assert_eq!(of("ffdhe3072"), Some(Kind::FiniteField(3072)));
        assert_eq!(of("curveSM2MLKEM768"), Some(Kind::PostQuantum));
        assert_eq!(of("0xFAFA"), None);
    }
}
