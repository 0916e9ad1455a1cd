//! Signatures made with broken hashes.

use jiff::Timestamp;

use super::NO_LEAF;
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{Certificate, ChainFact},
};

about!(WeakSignature, Certificate, Endpoint, false, {
    id: "cert.weak_signature",
    title: ["Chứng thư số ký bằng thuật toán yếu", "Certificate signed with a weak algorithm"],
    why: [
        "Với MD5 và SHA-1, người ta đã tạo được chứng thư giả mang chữ ký thật. Trình duyệt từ chối các \
         chứng thư này.",
        "With MD5 and SHA-1, forged certificates with genuine signatures have been made. Browsers refuse \
         such certificates."
    ],
    fix: [
        "Yêu cầu cấp lại chứng thư ký bằng SHA-256 trở lên và cài kèm chứng thư trung gian mới. Tự kiểm \
         tra: `openssl x509 -in may-chu.pem -noout -text | grep 'Signature Algorithm'`. Cài lên nginx, \
         Apache, IIS hoặc Tomcat rồi nạp lại dịch vụ.",
        "Have the certificate issued again with SHA-256 or better, with the new intermediates. See for \
         yourself: `openssl x509 -in server.pem -noout -text | grep 'Signature Algorithm'`. Install it on \
         nginx, Apache, IIS or Tomcat and reload."
    ],
    message: [
        "Chứng thư số trong chuỗi được ký bằng {algorithm}.",
        "A certificate of the chain is signed with {algorithm}."
    ],
    sources: [
        "RFC 6194 (SHA-1)",
        "RFC 6151 (MD5)",
        "CA/Browser Forum Baseline Requirements 7.1.3.2",
    ],
});

/// What a signature algorithm is worth.
enum Worth {
    Sound,
    Weak(Grade),
    Unknown,
}

impl Check for WeakSignature {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            if fact.leaf().is_none() {
                return NO_LEAF;
            }
            let mut faults = Vec::new();
            let mut unknown = !fact.unreadable.is_empty();
            for certificate in &fact.certificates {
                let root = is_root(certificate);
                match worth(&certificate.signature) {
                    Worth::Sound => {}
                    // Trust in a root does not rest on its signature.
                    _ if root == Tri::Yes => {}
                    Worth::Weak(grade) if root == Tri::No => {
                        let part = if certificate.position == 0 {
                            ""
                        } else {
                            "issuer"
                        };
                        faults
                            .push(Fault::on(part, grade).with("algorithm", &certificate.signature));
                    }
                    Worth::Weak(_) | Worth::Unknown => unknown = true,
                }
            }
            Outcome::weigh(
                faults,
                unknown.then_some(luytre_inventory::Text::new(
                    "chưa biết rõ thuật toán ký của mọi chứng thư trong chuỗi",
                    "the signature algorithm of a certificate could not be judged",
                )),
            )
        })
    }
}

/// Whether it is a self-signed root above the leaf.
fn is_root(certificate: &Certificate) -> Tri {
    if certificate.position == 0 || certificate.subject != certificate.issuer {
        return Tri::No;
    }
    certificate.self_signed
}

fn worth(algorithm: &str) -> Worth {
    let name = algorithm.to_ascii_lowercase();
    let is = |marks: &[&str]| marks.iter().any(|mark| name.contains(mark));
    match name.as_str() {
        // Dotted names of md2, md4, md5 with RSA.
        "1.2.840.113549.1.1.2" | "1.2.840.113549.1.1.3" | "1.2.840.113549.1.1.4" => {
            return Worth::Weak(Grade::Serious);
        }
        // SHA-1 with RSA, with ECDSA, with DSA, and the older name of the first.
        "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" | "1.2.840.10040.4.3" | "1.3.14.3.2.29" => {
            return Worth::Weak(Grade::Moderate);
        }
        _ => {}
    }
    if is(&["md2", "md4", "md5"]) {
        Worth::Weak(Grade::Serious)
    } else if is(&["sha1"]) {
        Worth::Weak(Grade::Moderate)
    } else if is(&[
        "sha224", "sha256", "sha384", "sha512", "sha3", "ed25519", "ed448",
    ]) {
        Worth::Sound
    } else {
        Worth::Unknown
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };

    let with = |signatures: &[(&str, Tri)]| {
        let certificate = |(place, (signature, self_signed)): (usize, &(&str, Tri))| {
            let mut certificate = leaf();
            certificate.position = u16::try_from(place).unwrap();
            certificate.signature = (*signature).to_owned();
            certificate.self_signed = *self_signed;
            if place > 0 && *self_signed != Tri::No {
                certificate.subject = certificate.issuer.clone();
            }
            certificate
        };
        let mut fact = chain(leaf());
        fact.certificates = signatures.iter().enumerate().map(certificate).collect();
        Fact::Chain(fact)
    };
    let (sound, sha1) = ("ecdsa-with-SHA384", "sha1WithRSAEncryption");
    let fail = |part, grade| Expect::Fail(vec![(part, grade)]);
    vec![
        Example::new("sound", with(&[(sound, Tri::No)]), Expect::Pass),
        Example::new("sha1", with(&[(sha1, Tri::No)]), fail("", Grade::Moderate)),
        Example::new(
            "md5",
            with(&[("md5WithRSAEncryption", Tri::Yes)]),
            fail("", Grade::Serious),
        ),
        Example::new(
            "oid",
            with(&[("1.2.840.10045.4.1", Tri::No)]),
            fail("", Grade::Moderate),
        ),
        Example::new(
            "issuer",
            with(&[(sound, Tri::No), (sha1, Tri::No)]),
            fail("issuer", Grade::Moderate),
        ),
        Example::new(
            "root",
            with(&[(sound, Tri::No), (sha1, Tri::Yes)]),
            Expect::Pass,
        ),
        Example::new(
            "root or not",
            with(&[(sound, Tri::No), (sha1, Tri::Unknown)]),
            Expect::Inconclusive,
        ),
        Example::new(
            "unknown",
            with(&[("1.2.643.7.1.1.3.2", Tri::No)]),
            Expect::Inconclusive,
        ),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
