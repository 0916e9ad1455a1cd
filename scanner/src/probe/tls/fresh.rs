//! Whether a server makes a fresh key for each handshake, as (EC)DHE promises.
//!
//! The survey sees the public value of every flight up to TLS 1.2 that it reads to the
//! ServerKeyExchange, and the look at features those on curves; no question is asked for this alone.

use luytre_checks::fact::Tri;
use sha2::{Digest, Sha256};

use crate::wire::Field;

/// Flights compared of one version: what reuses its key does so at once.
const MOST: usize = 64;

/// The public value of one flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fresh {
    /// The group, by number or by prime.
    over: (Option<u16>, Option<Field>),
    /// Over a finite field, not on a curve.
    finite: bool,
    public: [u8; 32],
    /// What only one handshake has: a digest of its ServerHello, or the random of that. A peer that
    /// repeats this too repeats a recording, and what is noted twice is one flight.
    hello: [u8; 32],
}

impl Fresh {
    /// Of the value `public`, sent behind the ServerHello that `hello` tells from all others.
    pub(super) fn new(
        over: (Option<u16>, Option<Field>),
        finite: bool,
        public: &[u8],
        hello: [u8; 32],
    ) -> Self {
        Self {
            over,
            finite,
            public: digest(public),
            hello,
        }
    }
}

pub(super) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The flights of one version.
#[derive(Debug, Default)]
pub(super) struct Keys(Vec<Fresh>);

impl Keys {
    pub(super) fn add(&mut self, fresh: Option<Fresh>) {
        if self.0.len() < MOST {
            self.0.extend(fresh);
        }
    }

    /// Whether one key served two handshakes: *no* takes two over the same group with different keys.
    pub(super) fn reused(&self, finite: bool) -> Tri {
        let of = |fresh: &&Fresh| fresh.finite == finite;
        let mut answer = Tri::Unknown;
        for (place, one) in self.0.iter().enumerate().filter(|(_, one)| of(one)) {
            for other in self.0[..place].iter().filter(of) {
                if one.over != other.over || one.hello == other.hello {
                    continue;
                }
                if one.public == other.public {
                    return Tri::Yes;
                }
                answer = Tri::No;
            }
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(all: &[(u16, bool, u8, u8)]) -> Keys {
        let mut keys = Keys::default();
        for (group, finite, public, hello) in all {
            let over = (Some(*group), None);
            keys.add(Some(Fresh::new(over, *finite, &[*public], [*hello; 32])));
        }
        keys
    }

    #[test]
    fn a_key_is_reused_if_two_handshakes_have_it() {
        for (what, all, finite, expected) in [
            ("nothing seen", &[][..], true, Tri::Unknown),
            ("one flight", &[(0x1D, false, 1, 1)], false, Tri::Unknown),
            (
                "fresh ones",
                &[(0x1D, false, 1, 1), (0x1D, false, 2, 2)],
                false,
                Tri::No,
            ),
            (
                "another group says nothing",
                &[(0x1D, false, 1, 1), (0x17, false, 2, 2)],
                false,
                Tri::Unknown,
            ),
            (
                "the same again",
                &[
                    (0x1D, false, 1, 1),
                    (0x1D, false, 2, 2),
                    (0x1D, false, 1, 3),
                ],
                false,
                Tri::Yes,
            ),
            (
                "a recording",
                &[(0x1D, false, 1, 1), (0x1D, false, 1, 1)],
                false,
                Tri::Unknown,
            ),
            (
                "the other kind",
                &[(0x100, true, 1, 1), (0x100, true, 1, 2)],
                false,
                Tri::Unknown,
            ),
            (
                "finite",
                &[(0x100, true, 1, 1), (0x100, true, 1, 2)],
                true,
                Tri::Yes,
            ),
        ] {
            assert_eq!(keys(all).reused(finite), expected, "{what}");
        }
    }
}
