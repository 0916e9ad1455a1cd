//! SSL 2.0 somewhere, on a key that is used here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::any;
use crate::{
    About, Fault, FleetCheck, FleetFact, Grade, Outcome, Tri,
    fact::{ChainFact, TlsFact, TlsVersion},
};

about!(Drown, Tls, Endpoint, false, {
    id: "tls.drown",
    title: ["Tấn công DROWN qua SSLv2", "DROWN attack through SSLv2"],
    why: [
        "Chỉ cần một máy chủ nào đó (kể cả máy chủ thư cũ) còn nhận SSLv2 và dùng chung khóa RSA, kẻ tấn \
         công mượn nó để giải mã kết nối TLS đã ghi lại của máy chủ này, dù máy chủ này đã tắt SSLv2.",
        "One server anywhere (an old mail server will do) that still takes SSLv2 with the same RSA key is \
         enough: an attacker uses it to decipher recorded TLS connections of this server, even where this \
         one has SSLv2 off."
    ],
    fix: [
        "Tắt SSLv2 ở mọi máy chủ dùng khóa này, rồi cấp cho mỗi máy chủ khóa và chứng thư riêng. nginx: \
         `ssl_protocols TLSv1.2 TLSv1.3;`. Apache: `SSLProtocol -all +TLSv1.2 +TLSv1.3`. Tomcat: \
         `<SSLHostConfig protocols=\"TLSv1.2,TLSv1.3\">`. IIS: đặt `Enabled=0` trong khóa \
         `SCHANNEL\\Protocols\\SSL 2.0\\Server`. Máy chủ thư cũng phải tắt, ví dụ Postfix: \
         `smtpd_tls_protocols = >=TLSv1.2`. Nâng cấp OpenSSL từ 1.0.2g hoặc 1.0.1s.",
        "Turn SSLv2 off on every server with this key, then give each server a key and certificate of its \
         own. nginx: `ssl_protocols TLSv1.2 TLSv1.3;`. Apache: `SSLProtocol -all +TLSv1.2 +TLSv1.3`. \
         Tomcat: `<SSLHostConfig protocols=\"TLSv1.2,TLSv1.3\">`. IIS: set `Enabled=0` under \
         `SCHANNEL\\Protocols\\SSL 2.0\\Server`. Mail servers too, like Postfix: `smtpd_tls_protocols = \
         >=TLSv1.2`. Upgrade OpenSSL to 1.0.2g or 1.0.1s or later."
    ],
    message: [
        "SSLv2 còn bật với khóa của máy chủ này ở: {places}.",
        "SSLv2 is on with the key of this server at: {places}."
    ],
    sources: ["CVE-2016-0800", "RFC 6176"],
});

/// How many places a message names.
const SHOWN: usize = 5;

impl FleetCheck for Drown {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(facts: &[FleetFact<'_, TlsFact>], _: Timestamp) -> Vec<Outcome> {
        let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let keys: Vec<Option<BTreeSet<String>>> = facts.iter().map(rsa_keys).collect();
        for (at, keys) in keys.iter().enumerate() {
            for key in keys.iter().flatten() {
                by_key.entry(key.clone()).or_default().push(at);
            }
        }
        facts
            .iter()
            .zip(&keys)
            .enumerate()
            .map(|(at, (fact, keys))| {
                let mut holders: BTreeSet<usize> = [at].into();
                for key in keys.iter().flatten() {
                    holders.extend(by_key.get(key).into_iter().flatten());
                }
                one(fact, keys.is_some(), facts, &holders)
            })
            .collect()
    }
}

fn one(
    own: &FleetFact<'_, TlsFact>,
    keys_known: bool,
    facts: &[FleetFact<'_, TlsFact>],
    holders: &BTreeSet<usize>,
) -> Outcome {
    let all = || holders.iter().filter_map(|at| facts.get(*at));
    let says = |fact: &FleetFact<'_, TlsFact>| fact.fact.offers(TlsVersion::Ssl2);
    let places: BTreeSet<&str> = all()
        .filter(|fact| says(fact) == Tri::Yes)
        .map(|fact| fact.look.endpoint)
        .collect();
    if !places.is_empty() {
        let mut shown: Vec<&str> = places.iter().copied().take(SHOWN).collect();
        if places.len() > SHOWN {
            shown.push("…");
        }
        // Here it is on by itself, or the way leads over another.
        let grade = if says(own) == Tri::Yes {
            Grade::Grave
        } else {
            Grade::Serious
        };
        return Outcome::Fail(vec![Fault::new(grade).with("places", &shown.join(", "))]);
    }
    if keys_known && any(all().map(says)) == Tri::No {
        return Outcome::Pass;
    }
    Outcome::unknown(
        "chưa biết khóa của máy chủ, hoặc chưa hỏi được SSLv2 ở mọi nơi dùng khóa đó",
        "the server's key is not known, or SSLv2 could not be asked for wherever that key is used",
    )
}

/// The RSA keys that a server shows; none if its certificate was not read.
fn rsa_keys(fact: &FleetFact<'_, TlsFact>) -> Option<BTreeSet<String>> {
    let chain = fact.look.beside::<ChainFact>()?;
    chain.leaf()?;
    let leaves = std::iter::once(chain).chain(&chain.also);
    let keys = leaves.filter_map(|chain| Some(&chain.leaf()?.key));
    Some(
        keys.filter(|key| key.kind == "rsa")
            .map(|key| key.sha256.clone())
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        Fact, Look,
        examples::{Shape, chain, leaf, now, shape},
        tls::samples::nothing,
    };

    /// Judges servers by label, answer to SSL 2.0 and key; an empty key stands for no certificate.
    fn outcomes(rows: &[(&'static str, Tri, &str)]) -> Vec<Shape> {
        let owned: Vec<_> = rows
            .iter()
            .map(|(_, ssl2, key)| {
                let mut tls = nothing();
                tls.versions.get_mut(&TlsVersion::Ssl2).unwrap().offered = *ssl2;
                let mut leaf = leaf();
                (*key).clone_into(&mut leaf.key.sha256);
                if key.starts_with("ec") {
                    leaf.key.kind = "ec".to_owned();
                }
                (tls, Fact::Chain(chain(leaf)))
            })
            .collect();
        let facts: Vec<_> = owned
            .iter()
            .zip(rows)
            .map(|((tls, chain), (label, _, key))| FleetFact {
                fact: tls,
                system: None,
                endpoint: None,
                observation: Uuid::nil(),
                look: Look {
                    endpoint: label,
                    beside: if key.is_empty() { vec![] } else { vec![chain] },
                    ..Look::default()
                },
            })
            .collect();
        Drown::judge(&facts, now()).iter().map(shape).collect()
    }

    fn fail(grade: Grade) -> Shape {
        Shape::Fail(vec![(String::new(), grade)])
    }

    #[test]
    fn an_old_mail_server_opens_the_web_server() {
        let rows = [
            ("www.doiche.test:443", Tri::No, "k1"),
            ("mail.doiche.test:25", Tri::Yes, "k1"),
            ("app.doiche.test:443", Tri::No, "k2"),
        ];
        assert_eq!(
            outcomes(&rows),
            [fail(Grade::Serious), fail(Grade::Grave), Shape::Pass]
        );
    }

    #[test]
    fn keys_of_curves_open_nothing() {
        let rows = [
            ("a.test:443", Tri::No, "ec1"),
            ("b.test:443", Tri::No, "ec1"),
        ];
        assert_eq!(outcomes(&rows), [Shape::Pass, Shape::Pass]);
        let rows = [
            ("a.test:443", Tri::No, "ec1"),
            ("b.test:443", Tri::Yes, "ec1"),
        ];
        assert_eq!(outcomes(&rows), [Shape::Pass, fail(Grade::Grave)]);
    }

    #[test]
    fn what_was_not_asked_decides_nothing() {
        let rows = [
            ("a.test:443", Tri::No, "k1"),
            ("b.test:25", Tri::Unknown, "k1"),
            ("c.test:443", Tri::No, ""),
            ("d.test:443", Tri::Yes, ""),
        ];
        assert_eq!(
            outcomes(&rows),
            [
                Shape::Inconclusive,
                Shape::Inconclusive,
                Shape::Inconclusive,
                fail(Grade::Grave)
            ]
        );
    }
}
