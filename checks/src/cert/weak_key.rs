//! Keys that are too short.

use jiff::Timestamp;

use super::NO_LEAF;
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{ChainFact, Key},
    policy::Parameters,
};

about!(WeakKey, Certificate, Endpoint, false, {
    id: "cert.weak_key",
    title: ["Khóa của chứng thư số quá ngắn", "Certificate key too short"],
    why: [
        "Khóa ngắn có thể bị tính ngược ra bằng máy tính hiện nay. Có khóa bí mật là giả được máy chủ và \
         đọc được dữ liệu của người dân.",
        "A short key can be computed with today's machines. Whoever has the private key can pose as the \
         server and read citizens' data."
    ],
    fix: [
        "Tạo khóa mới RSA từ 2048 bit trở lên hoặc ECDSA P-256 rồi cấp lại chứng thư: `openssl req -new \
         -newkey rsa:3072 -nodes -keyout may-chu.key -out may-chu.csr`. Cài lên nginx, Apache, IIS hoặc \
         Tomcat và xóa khóa cũ.",
        "Make a new RSA key of 2048 bits or more, or ECDSA P-256, and have the certificate issued again: \
         `openssl req -new -newkey rsa:3072 -nodes -keyout server.key -out server.csr`. Install it on \
         nginx, Apache, IIS or Tomcat and delete the old key."
    ],
    message: [
        "Khóa {kind} {bits} bit trong chuỗi chứng thư số ngắn hơn mức tối thiểu {minimum} bit.",
        "The {kind} key of {bits} bits in the chain is shorter than the minimum of {minimum} bits."
    ],
    sources: ["CA/Browser Forum Baseline Requirements 6.1.5", "NIST SP 800-57 Part 1 bảng 2"],
});

impl Check for WeakKey {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            if fact.leaf().is_none() {
                return NO_LEAF;
            }
            let mut faults: Vec<Fault> = Vec::new();
            let mut unknown = !fact.unreadable.is_empty();
            for certificate in &fact.certificates {
                let key = &certificate.key;
                let Some((minimum, broken)) = limits(key, context.parameters) else {
                    unknown = true;
                    continue;
                };
                if key.bits >= minimum {
                    continue;
                }
                let grade = match key.bits {
                    bits if bits < broken / 2 => Grade::Grave,
                    bits if bits < broken => Grade::Serious,
                    _ => Grade::Moderate,
                };
                let part = if certificate.position == 0 {
                    ""
                } else {
                    "issuer"
                };
                faults.push(
                    Fault::on(part, grade)
                        .with("kind", &key.kind)
                        .with("bits", &key.bits)
                        .with("minimum", &minimum),
                );
            }
            Outcome::weigh(
                faults,
                unknown.then_some(luytre_inventory::Text::new(
                    "có khóa chưa biết loại hoặc độ dài",
                    "the kind or size of a key is not known",
                )),
            )
        })
    }
}

/// The minimum, and the size below which a key is dangerous; none if the kind or size is not known.
fn limits(key: &Key, parameters: &Parameters) -> Option<(u32, u32)> {
    if key.bits == 0 {
        return None;
    }
    match key.kind.as_str() {
        "rsa" | "dsa" => Some((parameters.rsa_minimum_bits, 2048)),
        "ec" => Some((parameters.ec_minimum_bits, 224)),
        // One size each, above every minimum (RFC 8032).
        "ed25519" | "ed448" => Some((0, 0)),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };

    let with = |keys: &[(&str, u32)]| {
        let certificate = |(place, (kind, bits)): (usize, &(&str, u32))| {
            let mut certificate = leaf();
            certificate.position = u16::try_from(place).unwrap();
            certificate.key.kind = (*kind).to_owned();
            certificate.key.bits = *bits;
            certificate
        };
        let mut fact = chain(leaf());
        fact.certificates = keys.iter().enumerate().map(certificate).collect();
        Fact::Chain(fact)
    };
    let fail = |part, grade| Expect::Fail(vec![(part, grade)]);
    vec![
        Example::new(
            "rsa 2048",
            with(&[("rsa", 2048), ("rsa", 4096)]),
            Expect::Pass,
        ),
        Example::new(
            "p-256",
            with(&[("ec", 256), ("ed25519", 256)]),
            Expect::Pass,
        ),
        Example::new("rsa 1024", with(&[("rsa", 1024)]), fail("", Grade::Serious)),
        Example::new("rsa 512", with(&[("rsa", 512)]), fail("", Grade::Grave)),
        Example::new("p-192", with(&[("ec", 192)]), fail("", Grade::Serious)),
        Example::new(
            "issuer",
            with(&[("ec", 256), ("rsa", 1024)]),
            fail("issuer", Grade::Serious),
        ),
        Example::new(
            "unknown kind",
            with(&[("1.2.643.7.1.1.1.1", 256)]),
            Expect::Inconclusive,
        ),
        Example::new("unknown size", with(&[("rsa", 0)]), Expect::Inconclusive),
        Example::new(
            "weak and unknown",
            with(&[("rsa", 1024), ("1.2.3", 0)]),
            Expect::Partial(vec![("", Grade::Serious)]),
        ),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
