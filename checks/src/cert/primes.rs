//! Arithmetic on RSA moduli: what shows that a key can be broken without breaking RSA.

use dashu_int::{
    UBig,
    ops::{BitTest, Gcd, SquareRoot},
};

/// The odd primes below 168. Keys of the ROCA library are a power of 65537 modulo their product
/// (Nemec and others, The Return of Coppersmith's Attack, 2017, section 2).
const ROCA: [u16; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// Steps of Fermat's method: enough for primes made one after the other, nothing for sound ones.
const STEPS: u32 = 100;

/// Largest modulus looked at, in bits; facts keep no larger one.
const LARGEST: usize = 16_384;

/// A modulus written in hexadecimal; none if it is none, even, or too large.
pub(super) fn modulus(text: &str) -> Option<UBig> {
    if text.len() > LARGEST / 4 {
        return None;
    }
    UBig::from_str_radix(text, 16)
        .ok()
        .filter(|n| n.bit_len() > 1)
}

/// It has the fingerprint of CVE-2017-15361: every remainder is a power of 65537. A sound modulus has
/// it with a chance below one in 2^27.
pub(super) fn is_roca(modulus: &UBig) -> bool {
    ROCA.iter().all(|prime| {
        let rest = modulus % *prime;
        let mut power = 1u32;
        for _ in 0..*prime {
            if power == u32::from(rest) {
                return true;
            }
            power = power * 65_537 % u32::from(*prime);
        }
        false
    })
}

/// It is even, or divisible by a prime below 752 (CA/Browser Forum baseline 6.1.6).
pub(super) fn has_small_factor(modulus: &UBig) -> bool {
    (2..752u16).any(|divisor| modulus % divisor == 0)
}

/// Its primes lie so near to each other that Fermat's method finds them (CVE-2022-26320).
pub(super) fn has_close_primes(modulus: &UBig) -> bool {
    if !modulus.bit(0) {
        return false;
    }
    let mut middle = modulus.sqrt();
    if &middle * &middle == *modulus {
        return true;
    }
    (0..STEPS).any(|_| {
        middle += UBig::ONE;
        let rest = &middle * &middle - modulus;
        let root = rest.sqrt();
        &root * &root == rest
    })
}

/// For each of `moduli`, which must differ from each other, whether it has a factor in common with
/// another: a product tree and the remainders down it (Bernstein, How to find smooth parts of integers).
///
/// Down the tree goes the product of all others modulo the node, so no squares are needed. Memory is
/// the moduli times the height of the tree.
pub(super) fn shared(moduli: &[UBig]) -> Vec<bool> {
    let mut tree: Vec<Vec<UBig>> = vec![moduli.to_vec()];
    while let Some(level) = tree.last().filter(|level| level.len() > 1) {
        let above = level
            .chunks(2)
            .map(|pair| pair.iter().fold(UBig::ONE, |a, b| a * b));
        let above = above.collect();
        tree.push(above);
    }
    // Of the top all others are nothing: one.
    tree.pop();
    let mut others = vec![UBig::ONE];
    while let Some(level) = tree.pop() {
        others = level
            .iter()
            .enumerate()
            .map(|(place, node)| {
                let above = others
                    .get(place / 2)
                    .map_or(UBig::ONE, |above| above % node);
                match level.get(place ^ 1) {
                    Some(beside) => above * (beside % node) % node,
                    None => above,
                }
            })
            .collect();
    }
    if moduli.len() < 2 {
        return vec![false; moduli.len()];
    }
    let pairs = moduli.iter().zip(&others);
    pairs
        .map(|(modulus, others)| *others == UBig::ZERO || modulus.gcd(others) != UBig::ONE)
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Primes of 64 bits, from the largest down.
    const P: [u64; 5] = [
        18_446_744_073_709_551_557,
        18_446_744_073_709_551_533,
        18_446_744_073_709_551_521,
        18_446_744_073_709_551_437,
        18_446_744_073_709_551_427,
    ];

    pub(in super::super) fn product(a: usize, b: usize) -> UBig {
        UBig::from(P[a]) * UBig::from(P[b])
    }

    /// A modulus as the ROCA library makes it.
    pub(in super::super) fn roca() -> UBig {
        let m: UBig = ROCA.iter().fold(UBig::from(2u8), |m, p| m * *p);
        let half = |k: u64, a: usize| {
            let power = UBig::from(65_537u32).pow(a) % &m;
            UBig::from(k) * &m + power
        };
        half(123_456_789_012_345, 77) * half(987_654_321_098_765, 1234)
    }

    #[test]
    fn the_fingerprint_is_found_and_nothing_else_has_it() {
        assert!(is_roca(&roca()));
        assert!(!is_roca(&(roca() + UBig::from(2u8))));
        for (a, b) in [(0, 1), (0, 2), (1, 3), (2, 4), (3, 4)] {
            assert!(!is_roca(&product(a, b)));
        }
    }

    #[test]
    fn small_factors_and_close_primes_are_found() {
        assert!(has_small_factor(&(product(0, 1) * UBig::from(743u16))));
        assert!(!has_small_factor(&product(0, 1)));
        assert!(has_close_primes(&product(0, 4)));
        assert!(has_close_primes(&product(2, 2)));
        let far = UBig::from(P[0]) * ((UBig::ONE << 80) + UBig::from(13u8));
        assert!(!has_close_primes(&far));
        assert_eq!(modulus(&"f".repeat(5000)), None);
        assert_eq!(modulus("xyz"), None);
        assert_eq!(modulus("ff"), Some(UBig::from(255u8)));
    }

    #[test]
    fn shared_primes_are_those_of_every_pair() {
        let all = [
            product(0, 1),
            product(2, 3),
            product(1, 4),
            UBig::from(1_000_003u32) * UBig::from(1_000_033u32),
            product(2, 0),
            UBig::from(10_007u32) * UBig::from(10_009u32),
            UBig::from(10_037u32) * UBig::from(10_039u32),
        ];
        for count in 0..=all.len() {
            let some = &all[..count];
            let slow: Vec<bool> = (0..count)
                .map(|i| (0..count).any(|j| i != j && (&some[i]).gcd(&some[j]) != UBig::ONE))
                .collect();
            assert_eq!(shared(some), slow, "{count}");
        }
    }
}
