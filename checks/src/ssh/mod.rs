//! Checks on what an SSH server offers before anybody logs in.

use std::collections::BTreeMap;

use luytre_inventory::Text;

use crate::{Fault, Grade, Outcome, Tri, fact::SshFact};

mod algorithms;
pub mod host_key_shared;
pub mod no_post_quantum;
pub mod protocol_one;
pub mod terrapin;
pub mod weak_cipher;
pub mod weak_host_key;
pub mod weak_kex;
pub mod weak_mac;

use algorithms::{Known, Standing};

/// How many names a message tells.
const SHOWN: usize = 6;

const NO_LISTS: Text = Text::new(
    "chưa đọc được đủ danh sách thuật toán của máy chủ SSH",
    "the SSH server's lists of algorithms were not read whole",
);

const UNKNOWN_NAME: Text = Text::new(
    "máy chủ SSH đề nghị thuật toán mà phần mềm chưa biết",
    "the SSH server offers an algorithm that is not known here",
);

/// The answer where no list could be read, as from a server of version 1 alone.
const UNREAD: Outcome = Outcome::Inconclusive(crate::Reason::Because(NO_LISTS));

/// Weighs the names of one list: one fault for each flaw, with the names that have it.
fn weigh(fact: &SshFact, names: &[&str], known: fn(&str) -> Option<Known>) -> Outcome {
    if names.is_empty() {
        return UNREAD;
    }
    let mut flaws: BTreeMap<&str, (Grade, Vec<&str>)> = BTreeMap::new();
    let mut strange = false;
    for name in names {
        match known(name) {
            None => strange = true,
            Some((name, Standing::Weak(flaw))) => {
                let (_, names) = flaws.entry(flaw.word).or_insert((flaw.grade, Vec::new()));
                names.push(name);
            }
            Some(_) => (),
        }
    }
    let faults = flaws
        .into_iter()
        .map(|(word, (grade, names))| {
            Fault::on(word, grade)
                .with("flaw", &word)
                .with("names", &listed(&names))
        })
        .collect();
    Outcome::weigh(faults, gap(fact).or(strange.then_some(UNKNOWN_NAME)))
}

/// What keeps the lists from being judged as a whole, if anything.
fn gap(fact: &SshFact) -> Option<Text> {
    (fact.lists_complete != Tri::Yes).then_some(NO_LISTS)
}

/// Names in a message.
fn listed(names: &[&str]) -> String {
    let mut shown = names[..names.len().min(SHOWN)].join(", ");
    if names.len() > SHOWN {
        shown.push_str(", …");
    }
    shown
}

/// Facts for examples.
#[cfg(test)]
mod samples {
    use crate::{
        Fact, Tri,
        fact::{SshDirection, SshFact, SshHostKey},
    };

    pub(super) fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    pub(super) fn key(format: &str, kind: &str, bits: u32, fingerprint: &str) -> SshHostKey {
        SshHostKey {
            format: format.to_owned(),
            kind: kind.to_owned(),
            bits,
            fingerprint: format!("SHA256:{fingerprint}"),
        }
    }

    /// A server of today.
    pub(super) fn sound() -> SshFact {
        let direction = SshDirection {
            ciphers: names(&["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com"]),
            macs: names(&["hmac-sha2-256-etm@openssh.com"]),
            compressions: names(&["none", "zlib@openssh.com"]),
        };
        SshFact {
            port: 22,
            banner: Some("SSH-2.0-OpenSSH_10.0".to_owned()),
            protocol: Some("2.0".to_owned()),
            key_exchanges: names(&["mlkem768x25519-sha256", "curve25519-sha256"]),
            host_key_algorithms: names(&["ssh-ed25519", "rsa-sha2-512"]),
            to_server: direction.clone(),
            to_client: direction,
            lists_complete: Tri::Yes,
            strict_key_exchange: Tri::Yes,
            host_keys: vec![
                key("ssh-ed25519", "ed25519", 256, "a"),
                key("ssh-rsa", "rsa", 3072, "b"),
            ],
            host_keys_complete: Tri::Yes,
        }
    }

    /// The same, changed.
    pub(super) fn but(change: impl FnOnce(&mut SshFact)) -> Fact {
        let mut fact = sound();
        change(&mut fact);
        Fact::Ssh(fact)
    }

    /// A server of which only the first line was read.
    pub(super) fn unread() -> Fact {
        Fact::Ssh(SshFact {
            banner: Some("SSH-1.5-x".to_owned()),
            protocol: Some("1.5".to_owned()),
            ..SshFact::default()
        })
    }
}
