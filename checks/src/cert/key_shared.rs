//! One key in the hands of owners who have nothing to do with each other.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{each, labelled, without_leaf};
use crate::{About, Fault, FleetCheck, FleetFact, Grade, Outcome, fact::ChainFact, policy::day_of};

about!(KeyShared, Certificate, Endpoint, false, {
    id: "cert.key_shared",
    title: [
        "Nhiều cơ quan dùng chung một khóa chứng thư số",
        "One certificate key used by several owners"
    ],
    why: [
        "Khi nhiều cơ quan dùng chung một khóa bí mật, lộ ở một nơi là lộ ở mọi nơi. Thường gặp ở nhà \
         cung cấp nhân bản một máy chủ mẫu cho nhiều đơn vị mà không tạo khóa mới.",
        "When several owners use one private key, a leak at one is a leak at all. It happens when a \
         provider clones a machine for many customers without making new keys."
    ],
    fix: [
        "Mỗi hệ thống tạo khóa riêng và cấp lại chứng thư: `openssl req -new -newkey rsa:3072 -nodes \
         -keyout may-chu.key -out may-chu.csr`; sau khi thay, thu hồi chứng thư cũ. Yêu cầu nhà cung cấp \
         xác nhận bằng văn bản là máy chủ mẫu không còn chứa khóa.",
        "Each system makes its own key and has its certificate issued again: `openssl req -new -newkey \
         rsa:3072 -nodes -keyout server.key -out server.csr`; revoke the old certificate afterwards. Ask \
         the provider to confirm that the template no longer holds a key."
    ],
    message: [
        "Khóa của chứng thư số này cũng đang dùng ở hệ thống của cơ quan khác: {systems}.",
        "The key of this certificate is also used by systems of other owners: {systems}."
    ],
    sources: ["CERT/CC VU#566724", "CWE-321", "CA/Browser Forum Baseline Requirements 4.9.1.1"],
});

/// How many systems a message names.
const SHOWN: usize = 5;

impl FleetCheck for KeyShared {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(facts: &[FleetFact<'_, ChainFact>], at: Timestamp) -> Vec<Outcome> {
        let mut by_key: BTreeMap<&str, Vec<Holder<'_>>> = BTreeMap::new();
        for fact in facts {
            for leaf in labelled(fact.fact).filter_map(|(_, chain)| chain.leaf()) {
                let holder = Holder::of(fact, at);
                by_key.entry(&leaf.key.sha256).or_default().push(holder);
            }
        }
        facts
            .iter()
            .map(|fact| {
                each(fact.fact, |chain| match chain.leaf() {
                    None => without_leaf(chain),
                    Some(leaf) => shared(&Holder::of(fact, at), &by_key[leaf.key.sha256.as_str()]),
                })
            })
            .collect()
    }
}

/// Whose key it is.
#[derive(PartialEq, Eq)]
struct Holder<'a> {
    system: Option<&'a str>,
    owner: Option<&'a str>,
}

impl<'a> Holder<'a> {
    fn of(fact: &FleetFact<'a, ChainFact>, at: Timestamp) -> Self {
        let owner = fact.system.and_then(|system| system.owner(day_of(at)));
        Self {
            system: fact.system.map(|system| system.code.as_str()),
            owner: owner.map(luytre_inventory::Code::as_str),
        }
    }
}

fn shared(own: &Holder<'_>, all: &[Holder<'_>]) -> Outcome {
    let others: Vec<&Holder<'_>> = all.iter().filter(|h| h.system != own.system).collect();
    if own.owner.is_some() {
        let strangers: BTreeSet<&str> = others
            .iter()
            .filter(|other| other.owner.is_some() && other.owner != own.owner)
            .filter_map(|other| other.system)
            .collect();
        if !strangers.is_empty() {
            let mut systems: Vec<&str> = strangers.iter().copied().take(SHOWN).collect();
            if strangers.len() > SHOWN {
                systems.push("…");
            }
            let fault = Fault::new(Grade::Moderate).with("systems", &systems.join(", "));
            return Outcome::Fail(vec![fault]);
        }
    }
    if others
        .iter()
        .any(|other| other.owner.is_none() || own.owner.is_none())
    {
        return Outcome::unknown(
            "khóa được dùng ở nhiều nơi nhưng hồ sơ chưa ghi chủ quản",
            "the key is used in several places whose owners are not on record",
        );
    }
    Outcome::Pass
}

#[cfg(test)]
mod tests {
    use luytre_inventory::{Role, RoleKind, System};
    use uuid::Uuid;

    use super::*;
    use crate::examples::{Shape, chain, leaf, now, shape, unreadable_chain};

    fn system(code: &str, owner: Option<&str>) -> System {
        let mut system = System::new(code.parse().unwrap(), code);
        system.roles.extend(owner.map(|owner| Role {
            kind: RoleKind::Owner,
            unit: owner.parse().unwrap(),
            from: None,
            until: None,
        }));
        system
    }

    /// Judges systems with the keys they use; an empty key stands for an unreadable leaf.
    fn outcomes(rows: &[(&str, Option<&str>, &str)]) -> Vec<Shape> {
        let with_key = |key: &str| {
            let mut leaf = leaf();
            leaf.key.sha256 = key.to_owned();
            if key.is_empty() {
                unreadable_chain()
            } else {
                chain(leaf)
            }
        };
        let owned: Vec<_> = rows
            .iter()
            .map(|(code, owner, key)| (system(code, *owner), with_key(key)))
            .collect();
        let facts: Vec<_> = owned
            .iter()
            .map(|(system, fact)| FleetFact {
                fact,
                system: Some(system),
                endpoint: None,
                observation: Uuid::nil(),
                look: crate::Look::default(),
            })
            .collect();
        KeyShared::judge(&facts, now()).iter().map(shape).collect()
    }

    fn fail() -> Shape {
        Shape::Fail(vec![(String::new(), Grade::Moderate)])
    }

    #[test]
    fn strangers_with_one_key_fail_each() {
        let rows = [
            ("web-a", Some("xa-a"), "k1"),
            ("web-b", Some("xa-b"), "k1"),
            ("web-c", Some("xa-c"), "k2"),
        ];
        assert_eq!(outcomes(&rows), [fail(), fail(), Shape::Pass]);
    }

    #[test]
    fn one_owner_may_use_a_key_twice() {
        let rows = [("web-a", Some("xa-a"), "k1"), ("app-a", Some("xa-a"), "k1")];
        assert_eq!(outcomes(&rows), [Shape::Pass, Shape::Pass]);
    }

    #[test]
    fn an_unknown_owner_or_leaf_decides_nothing() {
        let rows = [
            ("web-a", Some("xa-a"), "k1"),
            ("web-b", None, "k1"),
            ("web-c", Some("xa-c"), ""),
        ];
        assert_eq!(outcomes(&rows), [const { Shape::Inconclusive }; 3]);
    }
}
