//! Key exchange that can be broken or rests on broken parts.

use jiff::Timestamp;

use super::{algorithms, weigh};
use crate::{About, Check, Context, Outcome, fact::SshFact};

about!(WeakKex, Ssh, Endpoint, false, {
    id: "ssh.weak_kex",
    title: ["SSH nhận cách trao đổi khóa yếu", "SSH accepts weak key exchange"],
    why: [
        "Khóa của mỗi phiên quản trị được thỏa thuận bằng phép tính này. Nhóm 1024 bit nằm trong tầm tính \
         của tổ chức lớn và SHA-1 đã bị phá; ai phá được là đọc được mật khẩu và lệnh quản trị.",
        "The key of each administration session is agreed on by this computation. A group of 1024 bits is \
         within reach of a large organisation and SHA-1 is broken; whoever breaks it reads passwords and \
         commands."
    ],
    fix: [
        "OpenSSH, `/etc/ssh/sshd_config` (Windows: `%ProgramData%\\ssh\\sshd_config`): `KexAlgorithms \
         -diffie-hellman-group1-sha1,diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1`, thử \
         bằng `sshd -t` rồi khởi động lại dịch vụ. Cisco IOS: `ip ssh server algorithm kex \
         ecdh-sha2-nistp256`. MikroTik: `/ip ssh set strong-crypto=yes`. Thiết bị không sửa được: nâng \
         cấp, hoặc chỉ cho truy cập từ mạng quản trị.",
        "OpenSSH, `/etc/ssh/sshd_config` (Windows: `%ProgramData%\\ssh\\sshd_config`): `KexAlgorithms \
         -diffie-hellman-group1-sha1,diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1`, test \
         with `sshd -t`, restart the service. Cisco IOS: `ip ssh server algorithm kex \
         ecdh-sha2-nistp256`. MikroTik: `/ip ssh set strong-crypto=yes`. A device that cannot: upgrade \
         it, or allow it from the administration network only."
    ],
    message: [
        "Máy chủ SSH nhận cách trao đổi khóa yếu ({flaw}): {names}.",
        "The SSH server accepts weak key exchange ({flaw}): {names}."
    ],
    sources: ["RFC 9142 mục 4", "RFC 8270", "CVE-2015-4000", "CWE-326"],
});

impl Check for WeakKex {
    type Fact = SshFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &SshFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let names: Vec<&str> = fact.key_exchanges.iter().map(String::as_str).collect();
        weigh(fact, &names, algorithms::key_exchange)
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{but, names, unread};
    use crate::{
        Grade, Tri,
        examples::{Example, Expect},
    };

    let with = |list: &[&str]| but(|fact| fact.key_exchanges = names(list));
    let old = [
        "diffie-hellman-group1-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group-exchange-sha1",
        "gss-gex-sha1-eipGX3TCiQSrx573bT1o1Q==",
    ];
    vec![
        Example::new("of today", but(|_| ()), Expect::Pass),
        Example::new(
            "of 2014",
            with(&old),
            Expect::Fail(vec![
                ("dh-1024", Grade::Serious),
                ("sha1", Grade::Moderate),
                ("sha1-group14", Grade::Slight),
            ]),
        ),
        Example::new(
            "a name of its own",
            with(&["curve25519-sha256", "own@vendor.test"]),
            Expect::Inconclusive,
        ),
        Example::new(
            "weak, and more that was not read",
            but(|fact| {
                fact.key_exchanges = names(&["rsa1024-sha1"]);
                fact.lists_complete = Tri::No;
            }),
            Expect::Partial(vec![("dh-1024", Grade::Serious)]),
        ),
        Example::new("version 1", unread(), Expect::Inconclusive),
    ]
}
