//! Host keys that are too short or of a kind that is given up.

use jiff::Timestamp;
use luytre_inventory::Text;

use super::{UNREAD, gap};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{SshFact, SshHostKey},
    policy::Parameters,
};

about!(WeakHostKey, Ssh, Endpoint, false, {
    id: "ssh.weak_host_key",
    title: ["Khóa máy chủ SSH yếu", "Weak SSH host key"],
    why: [
        "Khóa máy chủ là thứ duy nhất cho người quản trị biết mình đang nói chuyện với đúng máy. Khóa ngắn \
         hoặc DSA có thể bị tính ra, khi đó kẻ giả máy chủ lấy được mật khẩu. Chữ ký SHA-1 (`ssh-rsa`) đã \
         bị các bản OpenSSH mới từ chối.",
        "The host key alone tells administrators that they talk to the right machine. A short or DSA key can \
         be computed, and whoever poses as the server takes the password. SHA-1 signatures (`ssh-rsa`) are \
         refused by newer OpenSSH."
    ],
    fix: [
        "OpenSSH: `ssh-keygen -t ed25519 -f /etc/ssh/ssh_host_ed25519_key -N ''` và `ssh-keygen -t rsa -b \
         3072 -f /etc/ssh/ssh_host_rsa_key -N ''`; trong `sshd_config` (Windows: \
         `%ProgramData%\\ssh\\sshd_config`) bỏ `HostKey` của DSA và đặt `HostKeyAlgorithms \
         -ssh-rsa,ssh-dss`; báo vân tay mới cho người quản trị. Cisco IOS: `crypto key generate rsa modulus \
         3072`. MikroTik: `/ip ssh set host-key-size=4096`, rồi `/ip ssh regenerate-host-key`.",
        "OpenSSH: `ssh-keygen -t ed25519 -f /etc/ssh/ssh_host_ed25519_key -N ''` and `ssh-keygen -t rsa -b \
         3072 -f /etc/ssh/ssh_host_rsa_key -N ''`; in `sshd_config` (Windows: \
         `%ProgramData%\\ssh\\sshd_config`) remove the DSA `HostKey` and set `HostKeyAlgorithms \
         -ssh-rsa,ssh-dss`; tell administrators the new fingerprints. Cisco IOS: `crypto key generate rsa \
         modulus 3072`. MikroTik: `/ip ssh set host-key-size=4096`, then `/ip ssh regenerate-host-key`."
    ],
    message: [
        "Khóa máy chủ SSH yếu: {kind} {bits} (yêu cầu: {minimum}).",
        "Weak SSH host key: {kind} {bits} (wanted: {minimum})."
    ],
    sources: ["RFC 8332", "RFC 8709", "NIST SP 800-131A", "OpenSSH 7.0, 8.8, 10.0", "CWE-326"],
});

impl Check for WeakHostKey {
    type Fact = SshFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &SshFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        if fact.host_keys.is_empty() && fact.host_key_algorithms.is_empty() {
            return UNREAD;
        }
        let keys = fact.host_keys.iter();
        let mut faults: Vec<Fault> = keys
            .filter_map(|key| short(key, context.parameters))
            .collect();
        let offers = |name: &str| fact.host_key_algorithms.iter().any(|a| a == name);
        if offers("ssh-dss") && !faults.iter().any(|fault| fault.subject == "dsa") {
            faults.push(fault("dsa", Grade::Serious, "", "Ed25519, RSA"));
        }
        if offers("ssh-rsa") {
            // Beside SHA-2 it is a leftover; alone it is all that a client can get.
            let only = !offers("rsa-sha2-256") && !offers("rsa-sha2-512");
            let grade = if only { Grade::Moderate } else { Grade::Slight };
            faults.push(fault("ssh-rsa", grade, "SHA-1", "rsa-sha2-256"));
        }
        let unread = (fact.host_keys_complete != Tri::Yes).then_some(NOT_ALL);
        Outcome::weigh(faults, gap(fact).or(unread))
    }
}

const NOT_ALL: Text = Text::new(
    "chưa lấy được khóa của mọi loại mà máy chủ SSH đề nghị",
    "not every kind of key that the SSH server offers was fetched",
);

fn fault(kind: &'static str, grade: Grade, bits: &str, minimum: &str) -> Fault {
    Fault::on(kind, grade)
        .with("kind", &kind)
        .with("bits", &bits)
        .with("minimum", &minimum)
}

/// What is wrong with the size or kind of `key`.
fn short(key: &SshHostKey, parameters: &Parameters) -> Option<Fault> {
    let bits = format!("{} bit", key.bits);
    match key.kind.as_str() {
        // OpenSSH makes and takes 1024 bits only (FIPS 186-2); removed in 10.0.
        "dsa" => Some(fault("dsa", Grade::Serious, &bits, "Ed25519, RSA")),
        "rsa" if key.bits < parameters.rsa_minimum_bits => {
            let grade = match key.bits {
                ..1024 => Grade::Grave,
                1024..2048 => Grade::Serious,
                _ => Grade::Moderate,
            };
            let minimum = format!("{} bit", parameters.rsa_minimum_bits);
            Some(fault("rsa", grade, &bits, &minimum))
        }
        "ecdsa" if key.bits < parameters.ec_minimum_bits => {
            let minimum = format!("{} bit", parameters.ec_minimum_bits);
            Some(fault("ecdsa", Grade::Moderate, &bits, &minimum))
        }
        _ => None,
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{but, key, names, unread};
    use crate::examples::{Example, Expect};

    let rsa = |bits| but(|fact| fact.host_keys = vec![key("ssh-rsa", "rsa", bits, "c")]);
    vec![
        Example::new("of today", but(|_| ()), Expect::Pass),
        Example::new("RSA 2048", rsa(2048), Expect::Pass),
        Example::new(
            "RSA 1024",
            rsa(1024),
            Expect::Fail(vec![("rsa", Grade::Serious)]),
        ),
        Example::new(
            "RSA 768",
            rsa(768),
            Expect::Fail(vec![("rsa", Grade::Grave)]),
        ),
        Example::new(
            "DSA offered",
            but(|fact| fact.host_key_algorithms.push("ssh-dss".to_owned())),
            Expect::Fail(vec![("dsa", Grade::Serious)]),
        ),
        Example::new(
            "SHA-1 alone",
            but(|fact| fact.host_key_algorithms = names(&["ssh-rsa"])),
            Expect::Fail(vec![("ssh-rsa", Grade::Moderate)]),
        ),
        Example::new(
            "SHA-1 beside SHA-2",
            but(|fact| fact.host_key_algorithms = names(&["rsa-sha2-256", "ssh-rsa"])),
            Expect::Fail(vec![("ssh-rsa", Grade::Slight)]),
        ),
        Example::new(
            "one not fetched",
            but(|fact| fact.host_keys_complete = Tri::No),
            Expect::Inconclusive,
        ),
        Example::new("version 1", unread(), Expect::Inconclusive),
    ]
}
