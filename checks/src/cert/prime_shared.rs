//! RSA keys that have a prime in common.

use std::collections::BTreeMap;

use dashu_int::UBig;
use jiff::Timestamp;

use super::{each, labelled, primes, without_leaf};
use crate::{
    About, Fault, FleetCheck, FleetFact, Grade, Outcome,
    fact::{ChainFact, Key},
};

about!(PrimeShared, Certificate, Endpoint, false, {
    id: "cert.prime_shared",
    title: [
        "Khóa RSA có chung số nguyên tố với khóa khác",
        "RSA key that has a prime in common with another"
    ],
    why: [
        "Thiết bị thiếu ngẫu nhiên lúc khởi động tạo ra các khóa khác nhau nhưng chung một số nguyên tố; \
         đặt hai khóa cạnh nhau là tính ra cả hai khóa bí mật. Chỉ nhìn cả đội máy mới thấy.",
        "Devices short of randomness at start make different keys with one prime in common; whoever lays \
         two of them side by side computes both private keys. Only a look at the whole fleet shows it."
    ],
    fix: [
        "Thay khóa ở cả hai nơi, tạo trên máy đã chạy ổn định: `openssl genpkey -algorithm EC -pkeyopt \
         ec_paramgen_curve:P-256 -out may-chu.key`; cấp lại chứng thư, cài lên nginx, Apache, IIS hoặc \
         Tomcat, thu hồi chứng thư cũ. Báo nhà sản xuất thiết bị và cập nhật phần sụn.",
        "Replace the keys at both places, made on a machine that has run for a while: `openssl genpkey \
         -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out server.key`; have the certificates issued \
         again, install them on nginx, Apache, IIS or Tomcat, revoke the old ones. Tell the maker of the \
         device and update its firmware."
    ],
    message: [
        "Khóa RSA {bits} bit có chung số nguyên tố với khóa của máy khác nên khóa bí mật tính ra được.",
        "The RSA key of {bits} bits has a prime in common with the key of another server: its private \
         part can be computed."
    ],
    sources: ["Heninger và cộng sự, Mining Your Ps and Qs (2012)", "CVE-2012-4687", "CWE-331"],
});

impl FleetCheck for PrimeShared {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(facts: &[FleetFact<'_, ChainFact>], _: Timestamp) -> Vec<Outcome> {
        let moduli: BTreeMap<&str, UBig> = facts
            .iter()
            .flat_map(|fact| labelled(fact.fact))
            .filter_map(|(_, chain)| rsa(&chain.leaf()?.key))
            .collect();
        // One key at several places is another check.
        let (texts, numbers): (Vec<&str>, Vec<UBig>) = moduli.into_iter().unzip();
        let shared: BTreeMap<&str, bool> =
            texts.into_iter().zip(primes::shared(&numbers)).collect();
        facts
            .iter()
            .map(|fact| each(fact.fact, |chain| one(chain, &shared)))
            .collect()
    }
}

/// The modulus of an RSA key as text and number. One with a small factor is left out: it would share
/// that factor with many, and has a check of its own.
fn rsa(key: &Key) -> Option<(&str, UBig)> {
    let text = key.modulus.as_deref().filter(|_| key.kind == "rsa")?;
    let number = primes::modulus(text).filter(|number| !primes::has_small_factor(number))?;
    Some((text, number))
}

fn one(chain: &ChainFact, shared: &BTreeMap<&str, bool>) -> Outcome {
    let Some(leaf) = chain.leaf() else {
        return without_leaf(chain);
    };
    if leaf.key.kind != "rsa" {
        return Outcome::not_applicable("khóa không phải RSA", "the key is not RSA");
    }
    let modulus = leaf.key.modulus.as_deref();
    match modulus.and_then(|text| shared.get(text)) {
        Some(false) => Outcome::Pass,
        Some(true) => Outcome::Fail(vec![Fault::new(Grade::Grave).with("bits", &leaf.key.bits)]),
        None => Outcome::unknown(
            "chưa có mô-đun dùng được của khóa RSA",
            "no modulus of the RSA key that can be compared is known",
        ),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        cert::primes::tests::product,
        examples::{Shape, chain, leaf, now, shape, unreadable_chain},
    };

    fn outcomes(facts: &[ChainFact]) -> Vec<Shape> {
        let facts: Vec<_> = facts
            .iter()
            .map(|fact| FleetFact {
                fact,
                system: None,
                endpoint: None,
                observation: Uuid::nil(),
                look: crate::Look::default(),
            })
            .collect();
        PrimeShared::judge(&facts, now())
            .iter()
            .map(shape)
            .collect()
    }

    fn with(modulus: Option<UBig>) -> ChainFact {
        let mut leaf = leaf();
        leaf.key.modulus = modulus.map(|number| format!("{number:x}"));
        chain(leaf)
    }

    #[test]
    fn keys_with_a_common_prime_fail_each() {
        let mut second = unreadable_chain();
        second.also.push(with(Some(product(1, 3))));
        let facts = [
            with(Some(product(0, 1))),
            with(Some(product(2, 4))),
            with(Some(product(2, 4))),
            second,
            with(None),
            with(Some(UBig::from(3u8) * UBig::from(1_000_003u32))),
        ];
        let fail = |part: &str| vec![(part.to_owned(), Grade::Grave)];
        assert_eq!(
            outcomes(&facts),
            [
                Shape::Fail(fail("")),
                // The same key twice shares nothing but itself.
                Shape::Pass,
                Shape::Pass,
                Shape::Partial(fail("rsa")),
                Shape::Inconclusive,
                Shape::Inconclusive,
            ]
        );
    }

    #[test]
    fn other_keys_are_not_concerned() {
        let mut elliptic = leaf();
        elliptic.key.kind = "ec".to_owned();
        assert_eq!(outcomes(&[chain(elliptic)]), [Shape::NotApplicable]);
        assert!(outcomes(&[]).is_empty());
    }
}
