//! One host key on machines that have nothing to do with each other.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    About, Fault, FleetCheck, FleetFact, Grade, Outcome, Tri, fact::SshFact, policy::day_of,
};

about!(HostKeyShared, Ssh, Endpoint, false, {
    id: "ssh.host_key_shared",
    title: ["Nhiều hệ thống dùng chung một khóa máy chủ SSH", "One SSH host key on several systems"],
    why: [
        "Máy chủ nhân bản từ một bản mẫu thường giữ nguyên khóa SSH. Ai có quyền trên một máy thì có khóa \
         của mọi máy, giả được chúng và lấy mật khẩu quản trị.",
        "Machines cloned from a template often keep its SSH key. Whoever controls one of them has the key of \
         all, can pose as any and take administrators' passwords."
    ],
    fix: [
        "Trên từng máy, tạo khóa mới rồi báo vân tay cho người quản trị. Linux: `rm /etc/ssh/ssh_host_*` và \
         `ssh-keygen -A`. Windows: xóa `%ProgramData%\\ssh\\ssh_host_*` rồi khởi động lại dịch vụ `sshd`. \
         Cisco IOS: `crypto key zeroize rsa`, `crypto key generate rsa modulus 3072`. Xóa khóa khỏi bản \
         mẫu.",
        "On each machine, make new keys and tell administrators the fingerprints. Linux: `rm \
         /etc/ssh/ssh_host_*` and `ssh-keygen -A`. Windows: delete `%ProgramData%\\ssh\\ssh_host_*` and \
         restart the `sshd` service. Cisco IOS: `crypto key zeroize rsa`, `crypto key generate rsa modulus \
         3072`. Remove the keys from the template."
    ],
    message: [
        "Khóa máy chủ SSH ({kind}) cũng được dùng ở hệ thống khác: {systems}.",
        "The SSH host key ({kind}) is also used by other systems: {systems}."
    ],
    sources: ["RFC 4251 mục 4.1", "NIST IR 7966", "CWE-321"],
});

/// How many systems a message names.
const SHOWN: usize = 5;

const NO_KEYS: Outcome = Outcome::unknown(
    "chưa lấy được đủ khóa của máy chủ SSH",
    "the keys of the SSH server were not all fetched",
);

impl FleetCheck for HostKeyShared {
    type Fact = SshFact;

    const ABOUT: About = Self::PAGE;

    fn judge(facts: &[FleetFact<'_, SshFact>], at: Timestamp) -> Vec<Outcome> {
        facts.iter().map(|own| one(own, facts, at)).collect()
    }
}

/// Judges one server against all. The same address is the same machine, whatever system it serves.
fn one(own: &FleetFact<'_, SshFact>, all: &[FleetFact<'_, SshFact>], at: Timestamp) -> Outcome {
    let mut faults = Vec::new();
    let mut nameless = false;
    for key in &own.fact.host_keys {
        let elsewhere = |other: &&FleetFact<'_, SshFact>| {
            other.look.address != own.look.address
                && other
                    .fact
                    .host_keys
                    .iter()
                    .any(|k| k.fingerprint == key.fingerprint)
        };
        let mut systems: BTreeSet<&str> = BTreeSet::new();
        let mut stranger = false;
        for other in all.iter().filter(elsewhere) {
            match (own.system, other.system) {
                // Two machines of one system may be one cluster behind one name.
                (Some(a), Some(b)) if a.code == b.code => (),
                (Some(a), Some(b)) => {
                    systems.insert(b.code.as_str());
                    stranger |= a.owner(day_of(at)) != b.owner(day_of(at));
                }
                _ => nameless = true,
            }
        }
        if !systems.is_empty() {
            let grade = if stranger {
                Grade::Serious
            } else {
                Grade::Moderate
            };
            let mut shown: Vec<&str> = systems.iter().copied().take(SHOWN).collect();
            if systems.len() > SHOWN {
                shown.push("…");
            }
            faults.push(
                Fault::on(key.kind.clone(), grade)
                    .with("kind", &key.kind)
                    .with("systems", &shown.join(", ")),
            );
        }
    }
    let undecided = if own.fact.host_keys_complete == Tri::Yes {
        nameless.then_some(luytre_inventory::Text::new(
            "khóa được dùng ở nhiều nơi nhưng không rõ thuộc hệ thống nào",
            "the key is used in several places that belong to no known system",
        ))
    } else {
        match NO_KEYS {
            Outcome::Inconclusive(reason) => Some(reason.text()),
            _ => None,
        }
    };
    Outcome::weigh(faults, undecided)
}

#[cfg(test)]
mod tests {
    use luytre_inventory::{Role, RoleKind, System};
    use uuid::Uuid;

    use super::*;
    use crate::{
        examples::{Shape, now, shape},
        ssh::samples::{key, sound},
    };

    fn system(code: &str, owner: &str) -> System {
        let mut system = System::new(code.parse().unwrap(), code);
        system.roles.push(Role {
            kind: RoleKind::Owner,
            unit: owner.parse().unwrap(),
            from: None,
            until: None,
        });
        system
    }

    type Server<'a> = (Option<(&'a str, &'a str)>, u8, Option<&'a str>);

    /// Judges servers: system and owner, last byte of the address, fingerprint; none for a key that
    /// was not fetched.
    fn outcomes(rows: &[Server<'_>]) -> Vec<Shape> {
        let owned: Vec<_> = rows
            .iter()
            .map(|(of, address, print)| {
                let mut fact = sound();
                fact.host_keys_complete = Tri::from(print.is_some());
                fact.host_keys = print
                    .map(|print| key("ssh-ed25519", "ed25519", 256, print))
                    .into_iter()
                    .collect();
                (of.map(|(code, owner)| system(code, owner)), *address, fact)
            })
            .collect();
        let facts: Vec<_> = owned
            .iter()
            .map(|(system, address, fact)| FleetFact {
                fact,
                system: system.as_ref(),
                endpoint: None,
                observation: Uuid::nil(),
                look: crate::Look {
                    address: Some([192, 0, 2, *address].into()),
                    ..crate::Look::default()
                },
            })
            .collect();
        HostKeyShared::judge(&facts, now())
            .iter()
            .map(shape)
            .collect()
    }

    fn fail(grade: Grade) -> Shape {
        Shape::Fail(vec![("ed25519".to_owned(), grade)])
    }

    #[test]
    fn clones_fail_each_and_those_of_strangers_more() {
        let rows = [
            (Some(("web-a", "xa-a")), 1, Some("k")),
            (Some(("web-b", "xa-b")), 2, Some("k")),
            (Some(("web-c", "xa-c")), 3, Some("other")),
        ];
        assert_eq!(
            outcomes(&rows),
            [fail(Grade::Serious), fail(Grade::Serious), Shape::Pass]
        );
        let rows = [
            (Some(("web-a", "xa-a")), 1, Some("k")),
            (Some(("app-a", "xa-a")), 2, Some("k")),
        ];
        assert_eq!(
            outcomes(&rows),
            [fail(Grade::Moderate), fail(Grade::Moderate)]
        );
    }

    #[test]
    fn one_machine_and_one_cluster_may_share() {
        let rows = [
            (Some(("web-a", "xa-a")), 1, Some("k")),
            (Some(("web-b", "xa-b")), 1, Some("k")),
        ];
        assert_eq!(outcomes(&rows), [Shape::Pass, Shape::Pass]);
        let rows = [
            (Some(("web-a", "xa-a")), 1, Some("k")),
            (Some(("web-a", "xa-a")), 2, Some("k")),
        ];
        assert_eq!(outcomes(&rows), [Shape::Pass, Shape::Pass]);
    }

    #[test]
    fn a_key_not_fetched_or_a_nameless_twin_decides_nothing() {
        let rows = [
            (Some(("web-a", "xa-a")), 1, Some("k")),
            (None, 2, Some("k")),
            (Some(("web-c", "xa-c")), 3, None),
        ];
        assert_eq!(outcomes(&rows), [const { Shape::Inconclusive }; 3]);
    }
}
