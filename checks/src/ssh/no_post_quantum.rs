//! SSH sessions that a quantum computer would open.

use jiff::Timestamp;

use super::{
    UNKNOWN_NAME, UNREAD,
    algorithms::{Standing, key_exchange},
    gap,
};
use crate::{About, Check, Context, Fault, Grade, Outcome, Reason, fact::SshFact};

about!(NoPostQuantum, Ssh, Endpoint, false, {
    id: "ssh.no_post_quantum",
    title: ["SSH chưa có trao đổi khóa chống lượng tử", "SSH has no key exchange that resists quantum computers"],
    why: [
        "Phiên quản trị ghi lại hôm nay có thể bị mở ra khi có máy tính lượng tử, và trong đó có mật khẩu và \
         dữ liệu. OpenSSH từ 10.1 cảnh báo người dùng khi thiếu. Đây là thông tin để chuẩn bị, chưa phải \
         lỗi.",
        "A session recorded today can be opened once there is a quantum computer, and it holds passwords and \
         data. OpenSSH 10.1 and later warns its users where this is missing. This is to prepare by, not yet \
         a fault."
    ],
    fix: [
        "Nâng cấp OpenSSH lên 9.9 trở lên (có `mlkem768x25519-sha256`) hoặc ít nhất 9.0 (có \
         `sntrup761x25519-sha512@openssh.com`); cả hai được bật sẵn, đừng ghi đè `KexAlgorithms`. Windows: \
         bản OpenSSH mới của Microsoft. Thiết bị mạng: theo lộ trình của hãng.",
        "Upgrade OpenSSH to 9.9 or later (`mlkem768x25519-sha256`), at least to 9.0 \
         (`sntrup761x25519-sha512@openssh.com`); both are on by default, do not overwrite `KexAlgorithms`. \
         Windows: Microsoft's new OpenSSH. Network devices: as their maker plans."
    ],
    message: [
        "Máy chủ SSH chưa có cách trao đổi khóa chống lượng tử nào.",
        "The SSH server offers no key exchange that resists quantum computers."
    ],
    sources: ["NIST FIPS 203", "draft-ietf-sshm-mlkem-hybrid-kex", "OpenSSH 9.0, 9.9, 10.1"],
});

impl Check for NoPostQuantum {
    type Fact = SshFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &SshFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let known = |name: &String| key_exchange(name).map(|(_, standing)| standing);
        let mut standings = fact.key_exchanges.iter().map(known);
        if fact.key_exchanges.is_empty() {
            return UNREAD;
        }
        if standings.clone().any(|s| s == Some(Standing::PostQuantum)) {
            return Outcome::Pass;
        }
        let strange = standings.any(|standing| standing.is_none());
        match gap(fact).or(strange.then_some(UNKNOWN_NAME)) {
            Some(reason) => Outcome::Inconclusive(Reason::Because(reason)),
            None => Outcome::Fail(vec![Fault::new(Grade::Slight)]),
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{but, names, unread};
    use crate::{
        Tri,
        examples::{Example, Expect},
    };

    let with = |list: &[&str], whole| {
        but(|fact| {
            fact.key_exchanges = names(list);
            fact.lists_complete = whole;
        })
    };
    let classic = ["curve25519-sha256", "ecdh-sha2-nistp256"];
    vec![
        Example::new("ML-KEM", but(|_| ()), Expect::Pass),
        Example::new(
            "NTRU Prime",
            with(&["sntrup761x25519-sha512@openssh.com"], Tri::Yes),
            Expect::Pass,
        ),
        Example::new(
            "classic",
            with(&classic, Tri::Yes),
            Expect::Fail(vec![("", Grade::Slight)]),
        ),
        Example::new("cut", with(&classic, Tri::No), Expect::Inconclusive),
        Example::new(
            "a name of its own",
            with(&["own@vendor.test"], Tri::Yes),
            Expect::Inconclusive,
        ),
        Example::new("version 1", unread(), Expect::Inconclusive),
    ]
}
