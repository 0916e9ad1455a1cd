//! Beginning a key exchange: a public value that a server accepts, so that it answers with its host
//! key. The secret is never computed and nothing is ever encrypted.

use aws_lc_rs::{
    agreement::{self, EphemeralPrivateKey},
    rand::{self, SystemRandom},
};
use luytre_checks::Unmeasured;
use num_bigint::BigUint;

use super::packet::number;
use crate::wire::Cursor;

/// How a secret would be agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// X25519 (RFC 8731).
    X25519,
    /// A curve of NIST (RFC 5656), by its size.
    Nist(u16),
    /// A group that both sides know (RFC 4253 section 8, RFC 8268).
    Group(&'static str),
    /// A group that the server sends (RFC 4419).
    Exchange,
}

/// Methods that we can begin, the cheapest for the server first.
const METHODS: [(&str, Method); 13] = [
    ("curve25519-sha256", Method::X25519),
    ("curve25519-sha256@libssh.org", Method::X25519),
    ("ecdh-sha2-nistp256", Method::Nist(256)),
    ("ecdh-sha2-nistp384", Method::Nist(384)),
    ("ecdh-sha2-nistp521", Method::Nist(521)),
    ("diffie-hellman-group14-sha256", Method::Group(GROUP_14)),
    ("diffie-hellman-group14-sha1", Method::Group(GROUP_14)),
    ("diffie-hellman-group-exchange-sha256", Method::Exchange),
    ("diffie-hellman-group-exchange-sha1", Method::Exchange),
    ("diffie-hellman-group15-sha512", Method::Group(GROUP_15)),
    ("diffie-hellman-group16-sha512", Method::Group(GROUP_16)),
    ("diffie-hellman-group18-sha512", Method::Group(GROUP_18)),
    ("diffie-hellman-group1-sha1", Method::Group(GROUP_1)),
];

/// Messages of a key exchange. Methods share numbers (RFC 4250 section 4.1.2).
const INIT: u8 = 30;
const REPLY: u8 = 31;
const GEX_GROUP: u8 = 31;
const GEX_INIT: u8 = 32;
const GEX_REPLY: u8 = 33;
const GEX_REQUEST: u8 = 34;

/// Sizes of a group asked for: least, wished, most (RFC 4419 section 3).
const GEX_BITS: [u32; 3] = [1024, 2048, 8192];

/// The method to use with a server that offers `offered`.
pub(super) fn choose(offered: &[String]) -> Option<(&'static str, Method)> {
    let has = |name: &str| offered.iter().any(|o| o == name);
    METHODS.into_iter().find(|(name, _)| has(name))
}

impl Method {
    /// Our first message.
    pub(super) fn open(self) -> Result<Vec<u8>, Unmeasured> {
        match self {
            Self::X25519 => point(&agreement::X25519),
            Self::Nist(256) => point(&agreement::ECDH_P256),
            Self::Nist(384) => point(&agreement::ECDH_P384),
            Self::Nist(_) => point(&agreement::ECDH_P521),
            Self::Group(prime) => {
                let prime = BigUint::parse_bytes(prime.as_bytes(), 16).ok_or(Unmeasured::Bug)?;
                power(INIT, &BigUint::from(2_u8), &prime)
            }
            Self::Exchange => {
                let mut out = vec![GEX_REQUEST];
                out.extend(GEX_BITS.into_iter().flat_map(u32::to_be_bytes));
                Ok(out)
            }
        }
    }

    /// Reads the server's answer.
    pub(super) fn read(self, payload: &[u8]) -> Result<Answer, Unmeasured> {
        let mut cursor = Cursor::new(payload);
        match (self, cursor.byte()?) {
            (Self::Exchange, GEX_GROUP) => {
                let prime = cursor.vector(4)?;
                let base = cursor.vector(4)?;
                group(prime, base).map(Answer::Asks)
            }
            (Self::Exchange, GEX_REPLY) => Ok(Answer::Key(cursor.vector(4)?.to_vec())),
            (Self::Exchange, _) => Err(Unmeasured::Protocol),
            (_, REPLY) => Ok(Answer::Key(cursor.vector(4)?.to_vec())),
            _ => Err(Unmeasured::Protocol),
        }
    }
}

/// What a server answers to a message of a key exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// Its host key.
    Key(Vec<u8>),
    /// Something to be answered with this message.
    Asks(Vec<u8>),
}

fn point(algorithm: &'static agreement::Algorithm) -> Result<Vec<u8>, Unmeasured> {
    let bug = |_| Unmeasured::Bug;
    let ours = EphemeralPrivateKey::generate(algorithm, &SystemRandom::new()).map_err(bug)?;
    let public = ours.compute_public_key().map_err(bug)?;
    let mut out = vec![INIT];
    super::packet::string(&mut out, public.as_ref());
    Ok(out)
}

/// Our public value in a group that the server sent. What cannot be a group of that kind is refused,
/// so that no hostile number makes us reckon for long or divide by nothing.
fn group(prime: &[u8], base: &[u8]) -> Result<Vec<u8>, Unmeasured> {
    let prime = BigUint::from_bytes_be(prime);
    let base = BigUint::from_bytes_be(base);
    let sound = (512..=u64::from(GEX_BITS[2])).contains(&prime.bits()) && prime.bit(0);
    if !sound || base.bits() < 2 || base >= prime {
        return Err(Unmeasured::Protocol);
    }
    power(GEX_INIT, &base, &prime)
}

fn power(message: u8, base: &BigUint, prime: &BigUint) -> Result<Vec<u8>, Unmeasured> {
    let mut secret = [0; 32];
    rand::fill(&mut secret).map_err(|_| Unmeasured::Bug)?;
    // The exponent is never small.
    secret[0] |= 0x80;
    let public = base.modpow(&BigUint::from_bytes_be(&secret), prime);
    let mut out = vec![message];
    number(&mut out, &public.to_bytes_be());
    Ok(out)
}

/// The prime of 1024 bits (RFC 2409 section 6.2).
const GROUP_1: &str = "\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A0879\
    8E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B\
    0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF";

/// The prime of 2048 bits (RFC 3526 section 3).
const GROUP_14: &str = "\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A0879\
    8E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B\
    0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA4836\
    1C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804\
    F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6\
    955817183995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF";

/// The prime of 3072 bits (RFC 3526 section 4).
const GROUP_15: &str = "\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A0879\
    8E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B\
    0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA4836\
    1C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804\
    F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6\
    955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64\
    ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D226\
    1AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2\
    08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

/// The prime of 4096 bits (RFC 3526 section 5).
const GROUP_16: &str = "\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A0879\
    8E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B\
    0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA4836\
    1C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804\
    F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6\
    955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64\
    ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D226\
    1AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2\
    08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A92108011A723C12A787E6D788719A10BDBA5B2699C32718\
    6AF4E23C1A946834B6150BDA2583E9CA2AD44CE8DBBBC2DB04DE8EF92E8EFC141FBECAA6287C59474E6BC05D\
    99B2964FA090C3A2233BA186515BE7ED1F612970CEE2D7AFB81BDD762170481CD0069127D5B05AA993B4EA98\
    8D8FDDC186FFB7DC90A6C08F4DF435C934063199FFFFFFFFFFFFFFFF";

/// The prime of 8192 bits (RFC 3526 section 7).
const GROUP_18: &str = "\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A0879\
    8E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B\
    0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA4836\
    1C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804\
    F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6\
    955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64\
    ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D226\
    1AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2\
    08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A92108011A723C12A787E6D788719A10BDBA5B2699C32718\
    6AF4E23C1A946834B6150BDA2583E9CA2AD44CE8DBBBC2DB04DE8EF92E8EFC141FBECAA6287C59474E6BC05D\
    99B2964FA090C3A2233BA186515BE7ED1F612970CEE2D7AFB81BDD762170481CD0069127D5B05AA993B4EA98\
    8D8FDDC186FFB7DC90A6C08F4DF435C93402849236C3FAB4D27C7026C1D4DCB2602646DEC9751E763DBA37BD\
    F8FF9406AD9E530EE5DB382F413001AEB06A53ED9027D831179727B0865A8918DA3EDBEBCF9B14ED44CE6CBA\
    CED4BB1BDB7F1447E6CC254B332051512BD7AF426FB8F401378CD2BF5983CA01C64B92ECF032EA15D1721D03\
    F482D7CE6E74FEF6D55E702F46980C82B5A84031900B1C9E59E7C97FBEC7E8F323A97A7E36CC88BE0F1D45B7\
    FF585AC54BD407B22B4154AACC8F6D7EBF48E1D814CC5ED20F8037E0A79715EEF29BE32806A1D58BB7C5DA76\
    F550AA3D8A1FBFF0EB19CCB1A313D55CDA56C9EC2EF29632387FE8D76E3C0468043E8F663F4860EE12BF2D5B\
    0B7474D6E694F91E6DBE115974A3926F12FEE5E438777CB6A932DF8CD8BEC4D073B931BA3BC832B68D9DD300\
    741FA7BF8AFC47ED2576F6936BA424663AAB639C5AE4F5683423B4742BF1C978238F16CBE39D652DE3FDB8BE\
    FC848AD922222E04A4037C0713EB57A81A23F0C73473FC646CEA306B4BCBC8862F8385DDFA9D4B7FA2C087E8\
    79683303ED5BDD3A062B3CF5B3A278A66D2A13F83F44F82DDF310EE074AB6A364597E899A0255DC164F31CC5\
    0846851DF9AB48195DED7EA1B1D510BD7EE74D73FAF36BC31ECFA268359046F4EB879F924009438B481C6CD7\
    889A002ED5EE382BC9190DA6FC026E479558E4475677E9AA9E3050E2765694DFC81F56E880B96E7160C980DD\
    98EDD3DFFFFFFFFFFFFFFFFF";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_primes_have_the_sizes_of_their_names() {
        for (prime, bits) in [
            (GROUP_1, 1024),
            (GROUP_14, 2048),
            (GROUP_15, 3072),
            (GROUP_16, 4096),
            (GROUP_18, 8192),
        ] {
            let prime = BigUint::parse_bytes(prime.as_bytes(), 16).unwrap();
            assert_eq!(prime.bits(), bits);
            // Both ends are 64 ones (RFC 2412 appendix E).
            let ones = BigUint::from(u64::MAX);
            assert_eq!(&prime & &ones, ones);
            assert_eq!(&prime >> (bits - 64), ones);
            // A base that a prime divides by Fermat's little theorem.
            if bits <= 2048 {
                let two = BigUint::from(2_u8);
                assert_eq!(two.modpow(&(&prime - 1_u8), &prime), BigUint::from(1_u8));
            }
        }
    }

    #[test]
    fn the_cheapest_method_is_chosen() {
        let offered = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let chosen = |names: &[&str]| choose(&offered(names)).map(|(name, _)| name);
        assert_eq!(
            chosen(&["diffie-hellman-group16-sha512", "ecdh-sha2-nistp256"]),
            Some("ecdh-sha2-nistp256")
        );
        assert_eq!(chosen(&["sntrup761x25519-sha512"]), None);
    }

    #[test]
    fn a_hostile_group_is_refused() {
        let p = [0xff; 128];
        assert!(group(&p, &[2]).is_ok());
        for (prime, base) in [
            (&[][..], &[2][..]),
            (&[0], &[2]),
            (&[1], &[2]),
            (&p[..32], &[2]),
            (&[0xfe; 128], &[2]),
            (&[0xff; 4096], &[2]),
            (&p, &[]),
            (&p, &[1]),
            (&p, &[0xff; 128]),
        ] {
            assert_eq!(group(prime, base), Err(Unmeasured::Protocol));
        }
    }

    #[test]
    fn an_answer_of_another_kind_is_no_key() {
        let key = [REPLY, 0, 0, 0, 1, 9];
        assert_eq!(Method::X25519.read(&key), Ok(Answer::Key(vec![9])));
        assert_eq!(Method::X25519.read(&[21]), Err(Unmeasured::Protocol));
        assert_eq!(Method::Exchange.read(&key), Err(Unmeasured::Protocol));
        assert_eq!(Method::Exchange.read(&[]), Err(Unmeasured::Protocol));
    }
}
