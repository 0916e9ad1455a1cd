//! Two certificates with one number.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{each, labelled, without_leaf};
use crate::{
    About, Fault, FleetCheck, FleetFact, Grade, Outcome,
    fact::{Certificate, ChainFact, Tri},
};

about!(SerialShared, Certificate, Endpoint, false, {
    id: "cert.serial_shared",
    title: [
        "Hai chứng thư khác nhau trùng số sê-ri của cùng người cấp",
        "Two certificates with one serial number of one issuer"
    ],
    why: [
        "Số sê-ri là căn cứ để thu hồi: trùng số thì thu hồi một chứng thư là thu hồi cả hai, và Firefox \
         từ chối kết nối. Thường do kịch bản tự cấp chứng thư với số cố định.",
        "Certificates are revoked by serial number: with one number for two, revoking one revokes both, \
         and Firefox refuses to connect. Scripts that issue with a fixed number cause it."
    ],
    fix: [
        "Cấp lại với số ngẫu nhiên: OpenSSL 3 `openssl x509 -req` không kèm `-set_serial`, hoặc `openssl \
         ca -rand_serial`; AD CS và step-ca làm sẵn. Cài lên nginx, Apache, IIS hoặc Tomcat.",
        "Issue again with random numbers: OpenSSL 3 `openssl x509 -req` without `-set_serial`, or \
         `openssl ca -rand_serial`; AD CS and step-ca do so. Install on nginx, Apache, IIS or Tomcat."
    ],
    message: [
        "Số sê-ri {serial} của người cấp {issuer} có ở chứng thư khác nữa.",
        "Serial number {serial} of the issuer {issuer} is on another certificate too."
    ],
    sources: ["RFC 5280 mục 4.1.2.2", "CA/Browser Forum Baseline Requirements 7.1"],
});

impl FleetCheck for SerialShared {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(facts: &[FleetFact<'_, ChainFact>], _: Timestamp) -> Vec<Outcome> {
        let mut by_number: BTreeMap<Number<'_>, BTreeSet<&str>> = BTreeMap::new();
        for (_, chain) in facts.iter().flat_map(|fact| labelled(fact.fact)) {
            if let Some(leaf) = chain.leaf() {
                by_number
                    .entry(number(leaf))
                    .or_default()
                    .insert(&leaf.sha256);
            }
        }
        facts
            .iter()
            .map(|fact| each(fact.fact, |chain| one(chain, &by_number)))
            .collect()
    }
}

/// Issuer and serial number; of authorities with one name, the key identifier tells them apart.
type Number<'a> = (&'a str, Option<&'a str>, &'a str);

fn number(leaf: &Certificate) -> Number<'_> {
    let extensions = leaf.extensions.as_ref();
    let key = extensions.and_then(|extensions| extensions.authority_key_id.as_deref());
    (&leaf.issuer, key, leaf.serial.trim_start_matches('0'))
}

fn one(chain: &ChainFact, by_number: &BTreeMap<Number<'_>, BTreeSet<&str>>) -> Outcome {
    let Some(leaf) = chain.leaf() else {
        return without_leaf(chain);
    };
    match leaf.self_signed {
        Tri::No => {}
        // Each is an issuer of its own, whatever it calls itself.
        Tri::Yes => {
            return Outcome::not_applicable("chứng thư tự ký", "the certificate is self-signed");
        }
        Tri::Unknown => {
            return Outcome::unknown(
                "chưa biết chứng thư số có tự ký hay không",
                "whether the certificate is self-signed is not known",
            );
        }
    }
    if by_number.get(&number(leaf)).is_none_or(|all| all.len() < 2) {
        return Outcome::Pass;
    }
    Outcome::Fail(vec![
        Fault::new(Grade::Moderate)
            .with("serial", &leaf.serial)
            .with("issuer", &leaf.issuer),
    ])
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::examples::{Shape, chain, leaf, now, shape, unreadable_chain};

    #[test]
    fn one_number_on_two_certificates_fails_each() {
        let with = |serial: &str, issuer: &str, sha256: &str, self_signed| {
            let mut leaf = leaf();
            leaf.serial = serial.to_owned();
            leaf.issuer = issuer.to_owned();
            leaf.sha256 = sha256.to_owned();
            leaf.self_signed = self_signed;
            chain(leaf)
        };
        let facts = [
            with("01", "CN=A", "a", Tri::No),
            with("1", "CN=A", "b", Tri::No),
            with("01", "CN=B", "c", Tri::No),
            with("02", "CN=A", "d", Tri::No),
            with("02", "CN=A", "d", Tri::No),
            with("03", "CN=S", "e", Tri::Yes),
            with("03", "CN=S", "f", Tri::Unknown),
            unreadable_chain(),
        ];
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
        let found: Vec<_> = SerialShared::judge(&facts, now())
            .iter()
            .map(shape)
            .collect();
        let fail = || Shape::Fail(vec![(String::new(), Grade::Moderate)]);
        assert_eq!(
            found,
            [
                fail(),
                fail(),
                Shape::Pass,
                Shape::Pass,
                Shape::Pass,
                Shape::NotApplicable,
                Shape::Inconclusive,
                Shape::Inconclusive,
            ]
        );
    }
}
