//! Terrapin: messages cut off the beginning of a session.

use jiff::Timestamp;

use super::{NO_LISTS, algorithms};
use crate::{About, Check, Context, Fault, Grade, Outcome, Reason, Tri, fact::SshFact};

about!(Terrapin, Ssh, Endpoint, false, {
    id: "ssh.terrapin",
    title: ["SSH có thể bị cắt bớt thông điệp đầu phiên (Terrapin)", "SSH open to Terrapin"],
    why: [
        "Kẻ đứng giữa đường truyền có thể bỏ bớt những thông điệp đầu tiên của phiên SSH mà hai bên không \
         biết, qua đó tắt một số biện pháp bảo vệ (CVE-2023-48795).",
        "Someone on the line can drop the first messages of an SSH session without either side noticing, \
         and so switch some protections off (CVE-2023-48795)."
    ],
    fix: [
        "Nâng cấp: OpenSSH từ 9.6 hoặc bản vá của nhà phân phối, Dropbear từ 2024.84; Windows: bản OpenSSH \
         mới qua Windows Update. Khi chưa nâng cấp được, bỏ thuật toán bị ảnh hưởng trong `sshd_config`: \
         `Ciphers -chacha20-poly1305@openssh.com,*-cbc`. Thiết bị mạng: cài phần mềm mới của hãng, hoặc \
         chỉ để AES-CTR và AES-GCM.",
        "Upgrade: OpenSSH 9.6 or the distributor's patch, Dropbear 2024.84; Windows: a new OpenSSH from \
         Windows Update. Until then, leave the affected algorithms out in `sshd_config`: `Ciphers \
         -chacha20-poly1305@openssh.com,*-cbc`. Network devices: the maker's new firmware, or AES-CTR and \
         AES-GCM only."
    ],
    message: [
        "Máy chủ SSH không có trao đổi khóa nghiêm ngặt mà vẫn nhận thuật toán bị ảnh hưởng: {names}.",
        "The SSH server has no strict key exchange and accepts affected algorithms: {names}."
    ],
    sources: ["CVE-2023-48795", "OpenSSH 9.6", "draft-ietf-sshm-strict-kex"],
});

impl Check for Terrapin {
    type Fact = SshFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &SshFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let affected = affected(fact);
        match (fact.strict_key_exchange, fact.lists_complete) {
            (Tri::Yes, _) => Outcome::Pass,
            (Tri::No, _) if !affected.is_empty() => {
                let names = affected.join(", ");
                Outcome::Fail(vec![Fault::new(Grade::Moderate).with("names", &names)])
            }
            (_, Tri::Yes) if affected.is_empty() && !fact.ciphers().is_empty() => Outcome::Pass,
            _ => Outcome::Inconclusive(Reason::Because(NO_LISTS)),
        }
    }
}

/// The affected algorithms: `ChaCha20`, and CBC where a code over what is encrypted goes with it.
fn affected(fact: &SshFact) -> Vec<&'static str> {
    let chacha = fact
        .ciphers()
        .iter()
        .any(|name| name.starts_with("chacha20-poly1305"));
    let in_one = |direction: &crate::fact::SshDirection| {
        direction
            .ciphers
            .iter()
            .any(|name| algorithms::is_cbc(name))
            && direction.macs.iter().any(|name| algorithms::is_etm(name))
    };
    let cbc = in_one(&fact.to_server) || in_one(&fact.to_client);
    let names = [
        (chacha, "chacha20-poly1305@openssh.com"),
        (cbc, "*-cbc + *-etm@openssh.com"),
    ];
    names
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, n)| n)
        .collect()
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{but, names, unread};
    use crate::examples::{Example, Expect};

    let fail = || Expect::Fail(vec![("", Grade::Moderate)]);
    let plain = |fact: &mut SshFact| {
        fact.strict_key_exchange = Tri::No;
        for direction in [&mut fact.to_server, &mut fact.to_client] {
            direction.ciphers = names(&["aes128-ctr", "aes256-gcm@openssh.com"]);
        }
    };
    vec![
        Example::new("strict", but(|_| ()), Expect::Pass),
        Example::new(
            "not strict, with ChaCha20",
            but(|fact| fact.strict_key_exchange = Tri::No),
            fail(),
        ),
        Example::new("not strict, nothing affected", but(plain), Expect::Pass),
        Example::new(
            "not strict, CBC with encrypt-then-MAC",
            but(|fact| {
                plain(fact);
                fact.to_client.ciphers = names(&["aes128-cbc"]);
            }),
            fail(),
        ),
        Example::new(
            "not strict, lists cut",
            but(|fact| {
                plain(fact);
                fact.lists_complete = Tri::No;
            }),
            Expect::Inconclusive,
        ),
        Example::new("version 1", unread(), Expect::Inconclusive),
    ]
}
