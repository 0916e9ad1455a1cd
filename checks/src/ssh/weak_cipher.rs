//! Ciphers that leak or can be broken.

use jiff::Timestamp;

use super::{algorithms, weigh};
use crate::{About, Check, Context, Outcome, fact::SshFact};

about!(WeakCipher, Ssh, Endpoint, false, {
    id: "ssh.weak_cipher",
    title: ["SSH nhận thuật toán mã hóa yếu", "SSH accepts weak ciphers"],
    why: [
        "Máy khách cũ hoặc kẻ can thiệp đường truyền có thể khiến phiên quản trị dùng thuật toán yếu nhất mà \
         máy chủ còn nhận: RC4 để lộ nội dung, khối 64 bit lặp lại, CBC để lộ từng mẩu dữ liệu.",
        "An old client or someone on the line can make an administration session use the weakest cipher that \
         the server still accepts: RC4 leaks, blocks of 64 bits repeat, CBC gives away pieces."
    ],
    fix: [
        "OpenSSH, `/etc/ssh/sshd_config` (Windows: `%ProgramData%\\ssh\\sshd_config`): `Ciphers \
         -*-cbc,arcfour*` để chỉ còn AES-GCM, AES-CTR và ChaCha20, thử bằng `sshd -t` rồi khởi động lại \
         dịch vụ. Cisco IOS: `ip ssh server algorithm encryption aes256-ctr aes128-ctr`. MikroTik: `/ip \
         ssh set strong-crypto=yes`.",
        "OpenSSH, `/etc/ssh/sshd_config` (Windows: `%ProgramData%\\ssh\\sshd_config`): `Ciphers \
         -*-cbc,arcfour*`, so that AES-GCM, AES-CTR and ChaCha20 remain, test with `sshd -t`, restart the \
         service. Cisco IOS: `ip ssh server algorithm encryption aes256-ctr aes128-ctr`. MikroTik: `/ip \
         ssh set strong-crypto=yes`."
    ],
    message: [
        "Máy chủ SSH nhận thuật toán mã hóa yếu ({flaw}): {names}.",
        "The SSH server accepts weak ciphers ({flaw}): {names}."
    ],
    sources: ["RFC 8758", "RFC 4344", "CVE-2008-5161", "CVE-2016-2183", "CWE-327"],
});

impl Check for WeakCipher {
    type Fact = SshFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &SshFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        weigh(fact, &fact.ciphers(), algorithms::cipher)
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{but, names, unread};
    use crate::{
        Grade,
        examples::{Example, Expect},
    };

    let with = |list: &[&str]| but(|fact| fact.to_client.ciphers = names(list));
    vec![
        Example::new("of today", but(|_| ()), Expect::Pass),
        Example::new(
            "of 2010, in one direction",
            with(&["aes128-ctr", "aes128-cbc", "3des-cbc", "arcfour256"]),
            Expect::Fail(vec![
                ("64-bit-block", Grade::Moderate),
                ("cbc", Grade::Slight),
                ("rc4", Grade::Serious),
            ]),
        ),
        Example::new(
            "no encryption at all",
            with(&["none"]),
            Expect::Fail(vec![("none", Grade::Grave)]),
        ),
        Example::new(
            "a name of its own",
            with(&["own@vendor.test"]),
            Expect::Inconclusive,
        ),
        Example::new("version 1", unread(), Expect::Inconclusive),
    ]
}
