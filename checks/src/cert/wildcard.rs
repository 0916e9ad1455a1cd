//! One certificate for every name of a domain.

use jiff::Timestamp;

use super::NO_LEAF;
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::ChainFact};

about!(Wildcard, Certificate, Endpoint, false, {
    id: "cert.wildcard",
    title: [
        "Chứng thư dùng cho mọi tên con (wildcard)",
        "Wildcard certificate"
    ],
    why: [
        "Một chứng thư cho mọi tên con thường nằm trên nhiều máy chủ: lộ khóa ở máy yếu nhất là giả được \
         máy quan trọng nhất. Hệ thống cấp độ 4 và 5 nên có khóa riêng.",
        "A certificate for every name tends to lie on many servers: a leak at the weakest lets somebody \
         pose as the most important one. Systems of levels 4 and 5 should have keys of their own."
    ],
    fix: [
        "Xin chứng thư ghi đúng tên của hệ thống với khóa tạo riêng: `certbot --nginx -d ten-mien`, \
         `certbot --apache -d ten-mien`, win-acme (IIS), `certbot certonly -d ten-mien` (Tomcat).",
        "Get a certificate with the very names of the system and a key of its own: `certbot --nginx -d \
         name`, `certbot --apache -d name`, win-acme (IIS), `certbot certonly -d name` (Tomcat)."
    ],
    message: [
        "Chứng thư số dùng cho mọi tên con: {names}.",
        "The certificate stands for every name below: {names}."
    ],
    sources: ["NSA, Avoid Dangers of Wildcard TLS Certificates (2021)", "RFC 9525 mục 7.1"],
});

impl Check for Wildcard {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            let Some(leaf) = fact.leaf() else {
                return NO_LEAF;
            };
            let wild = leaf.names.iter().filter(|name| name.starts_with("*."));
            let shown: Vec<&str> = wild.map(String::as_str).take(3).collect();
            if !shown.is_empty() {
                let names = shown.join(", ");
                return Outcome::Fail(vec![Fault::new(Grade::Slight).with("names", &names)]);
            }
            if usize::try_from(leaf.name_count).is_ok_and(|count| count <= leaf.names.len()) {
                return Outcome::Pass;
            }
            Outcome::unknown(
                "chứng thư số có nhiều tên hơn số tên được giữ lại",
                "the certificate has more names than were kept",
            )
        })
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };

    let with = |names: &[&str], count| {
        let mut leaf = leaf();
        leaf.names = names.iter().map(ToString::to_string).collect();
        leaf.name_count = count;
        Fact::Chain(chain(leaf))
    };
    let slight = || Expect::Fail(vec![("", Grade::Slight)]);
    vec![
        Example::new("named", with(&["www.doiche.test"], 1), Expect::Pass),
        Example::new(
            "wildcard",
            with(&["doiche.test", "*.doiche.test"], 2),
            slight(),
        ),
        Example::new(
            "cut off",
            with(&["www.doiche.test"], 2000),
            Expect::Inconclusive,
        ),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
