//! RSA keys that can be factored.

use jiff::Timestamp;

use super::{NO_LEAF, primes};
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{ChainFact, Key},
};

about!(WeakPrimes, Certificate, Endpoint, false, {
    id: "cert.weak_primes",
    title: [
        "Khóa RSA tính ngược được (ROCA, số nguyên tố yếu)",
        "RSA key that can be factored (ROCA, weak primes)"
    ],
    why: [
        "Một số thẻ, thiết bị và thư viện tạo khóa RSA theo cách có thể tính ra khóa bí mật chỉ từ khóa \
         công khai, dù khóa đủ dài. Ai cũng giả được máy chủ.",
        "Some cards, devices and libraries make RSA keys whose private part can be computed from the \
         public one, however long. Anybody can pose as the server."
    ],
    fix: [
        "Thay khóa ngay, tạo bằng phần mềm khác: `openssl genpkey -algorithm EC -pkeyopt \
         ec_paramgen_curve:P-256 -out may-chu.key`, cấp lại chứng thư, cài lên nginx, Apache, IIS hoặc \
         Tomcat, thu hồi chứng thư cũ. Cập nhật phần sụn của thiết bị hoặc thẻ đã tạo khóa.",
        "Replace the key at once, made by other software: `openssl genpkey -algorithm EC -pkeyopt \
         ec_paramgen_curve:P-256 -out server.key`, have the certificate issued again, install it on \
         nginx, Apache, IIS or Tomcat, revoke the old one. Update the firmware of the device or card that \
         made the key."
    ],
    message: [
        "Khóa RSA trong chuỗi chứng thư số: {what_vi}.",
        "An RSA key of the chain: {what_en}."
    ],
    sources: ["CVE-2017-15361", "CVE-2022-26320", "CA/Browser Forum Baseline Requirements 6.1.6"],
});

impl Check for WeakPrimes {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            if fact.leaf().is_none() {
                return NO_LEAF;
            }
            let mut faults: Vec<Fault> = Vec::new();
            let (mut unknown, mut any) = (!fact.unreadable.is_empty(), false);
            for certificate in fact.certificates.iter().filter(|c| c.key.kind == "rsa") {
                any = true;
                let Some(found) = weaknesses(&certificate.key) else {
                    unknown = true;
                    continue;
                };
                for weakness in found {
                    let subject = match certificate.position {
                        0 => weakness.0.to_owned(),
                        _ => format!("issuer/{}", weakness.0),
                    };
                    if faults.iter().all(|fault| fault.subject != subject) {
                        faults.push(
                            Fault::on(subject, Grade::Grave)
                                .with("what_vi", &weakness.1)
                                .with("what_en", &weakness.2),
                        );
                    }
                }
            }
            if !any && !unknown {
                return Outcome::not_applicable(
                    "chuỗi không có khóa RSA",
                    "the chain has no RSA key",
                );
            }
            Outcome::weigh(
                faults,
                unknown.then_some(luytre_inventory::Text::new(
                    "chưa có đủ số liệu của mọi khóa RSA",
                    "the numbers of an RSA key are not known",
                )),
            )
        })
    }
}

/// A subject with its words in both languages.
type Weakness = (&'static str, &'static str, &'static str);

/// What is wrong with an RSA key; none if its numbers are not known.
fn weaknesses(key: &Key) -> Option<Vec<Weakness>> {
    let modulus = primes::modulus(key.modulus.as_deref()?)?;
    let exponent = key.exponent.as_deref()?;
    let mut found = Vec::new();
    if ["0", "1"].contains(&exponent) {
        found.push((
            "exponent",
            "số mũ công khai bằng 1 hoặc 0 nên không mã hóa gì",
            "its public exponent is 1 or 0 and enciphers nothing",
        ));
    }
    if primes::has_small_factor(&modulus) {
        found.push((
            "small_factor",
            "mô-đun chia hết cho một số nhỏ",
            "its modulus has a small factor",
        ));
        return Some(found);
    }
    if primes::is_roca(&modulus) {
        found.push((
            "roca",
            "có dấu vân tay ROCA (CVE-2017-15361)",
            "it has the ROCA fingerprint (CVE-2017-15361)",
        ));
    }
    if primes::has_close_primes(&modulus) {
        found.push((
            "close_primes",
            "hai số nguyên tố quá gần nhau (CVE-2022-26320)",
            "its primes are too close to each other (CVE-2022-26320)",
        ));
    }
    Some(found)
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };

    use crate::cert::primes::tests::{product, roca};

    let with = |modulus: Option<String>, exponent: &str| {
        let mut leaf = leaf();
        leaf.key.modulus = modulus;
        leaf.key.exponent = Some(exponent.to_owned());
        Fact::Chain(chain(leaf))
    };
    let hex = |number: &dashu_int::UBig| Some(format!("{number:x}"));
    let sound = product(0, 1) * ((dashu_int::UBig::ONE << 200) + dashu_int::UBig::from(235u8));
    let grave = |part| Expect::Fail(vec![(part, Grade::Grave)]);
    let mut elliptic = leaf();
    elliptic.key.kind = "ec".to_owned();
    vec![
        Example::new("sound", with(hex(&sound), "65537"), Expect::Pass),
        Example::new("roca", with(hex(&roca()), "65537"), grave("roca")),
        Example::new(
            "close primes",
            with(hex(&product(0, 2)), "65537"),
            grave("close_primes"),
        ),
        Example::new(
            "small factor",
            with(hex(&(sound.clone() * dashu_int::UBig::from(5u8))), "65537"),
            grave("small_factor"),
        ),
        Example::new("exponent 1", with(hex(&sound), "1"), grave("exponent")),
        Example::new(
            "elliptic",
            Fact::Chain(chain(elliptic)),
            Expect::NotApplicable,
        ),
        Example::new("no modulus", with(None, "65537"), Expect::Inconclusive),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
