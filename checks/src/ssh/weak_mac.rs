//! Authentication codes that are short or rest on broken hashes.

use jiff::Timestamp;

use super::{algorithms, listed, weigh};
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::SshFact};

about!(WeakMac, Ssh, Endpoint, false, {
    id: "ssh.weak_mac",
    title: ["SSH nhận mã xác thực thông điệp yếu", "SSH accepts weak authentication codes"],
    why: [
        "Mã xác thực giữ cho lệnh quản trị không bị sửa trên đường truyền. MD5 và mã cắt ngắn làm việc giả \
         mạo dễ hơn; tính mã trên bản rõ khi dùng CBC để lộ từng mẩu nội dung.",
        "The code keeps commands from being changed on their way. MD5 and shortened codes make forging \
         easier; a code over the plain text, together with CBC, gives away pieces of it."
    ],
    fix: [
        "OpenSSH, `/etc/ssh/sshd_config` (Windows: `%ProgramData%\\ssh\\sshd_config`): `MACs \
         hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com,umac-128-etm@openssh.com`, thử bằng \
         `sshd -t` rồi khởi động lại dịch vụ. Cisco IOS: `ip ssh server algorithm mac hmac-sha2-256`. \
         MikroTik: `/ip ssh set strong-crypto=yes`.",
        "OpenSSH, `/etc/ssh/sshd_config` (Windows: `%ProgramData%\\ssh\\sshd_config`): `MACs \
         hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com,umac-128-etm@openssh.com`, test with \
         `sshd -t`, restart the service. Cisco IOS: `ip ssh server algorithm mac hmac-sha2-256`. \
         MikroTik: `/ip ssh set strong-crypto=yes`."
    ],
    message: [
        "Máy chủ SSH nhận mã xác thực thông điệp yếu ({flaw}): {names}.",
        "The SSH server accepts weak authentication codes ({flaw}): {names}."
    ],
    sources: ["RFC 6668", "RFC 6151", "CVE-2008-5161", "CWE-328"],
});

/// The flaw of a code over the plain text beside a cipher that chains blocks.
const PLAIN_WITH_CBC: &str = "mac-of-plain-text-with-cbc";

impl Check for WeakMac {
    type Fact = SshFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &SshFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let outcome = weigh(fact, &fact.macs(), algorithms::mac);
        let Some(fault) = with_cbc(fact) else {
            return outcome;
        };
        match outcome {
            Outcome::Pass => Outcome::Fail(vec![fault]),
            Outcome::Fail(mut faults) => {
                faults.push(fault);
                Outcome::Fail(faults)
            }
            Outcome::Partial(mut faults, reason) => {
                faults.push(fault);
                Outcome::Partial(faults, reason)
            }
            Outcome::Inconclusive(reason) => Outcome::Partial(vec![fault], reason),
            other @ Outcome::NotApplicable(_) => other,
        }
    }
}

fn with_cbc(fact: &SshFact) -> Option<Fault> {
    let plain = |direction: &crate::fact::SshDirection| {
        let cbc = direction
            .ciphers
            .iter()
            .any(|name| algorithms::is_cbc(name));
        let codes = direction.macs.iter().map(String::as_str);
        let codes = codes.filter(|name| cbc && !algorithms::is_etm(name));
        codes
            .filter_map(|name| algorithms::mac(name).map(|(known, _)| known))
            .collect::<Vec<_>>()
    };
    let names = [plain(&fact.to_server), plain(&fact.to_client)];
    let names = names.into_iter().max_by_key(Vec::len)?;
    (!names.is_empty()).then(|| {
        Fault::on(PLAIN_WITH_CBC, Grade::Slight)
            .with("flaw", &PLAIN_WITH_CBC)
            .with("names", &listed(&names))
    })
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{but, names, unread};
    use crate::examples::{Example, Expect};

    let with = |list: &[&str]| but(|fact| fact.to_server.macs = names(list));
    vec![
        Example::new("of today", but(|_| ()), Expect::Pass),
        Example::new(
            "of 2012, in one direction",
            with(&["hmac-md5", "hmac-sha1-96", "umac-64@openssh.com"]),
            Expect::Fail(vec![
                ("64-bit-tag", Grade::Slight),
                ("96-bit-tag", Grade::Moderate),
                ("md5", Grade::Moderate),
            ]),
        ),
        Example::new(
            "plain codes are no fault by themselves",
            with(&["hmac-sha2-256", "hmac-sha1"]),
            Expect::Pass,
        ),
        Example::new(
            "plain codes beside CBC",
            but(|fact| {
                fact.to_server.macs = names(&["hmac-sha2-256"]);
                fact.to_server.ciphers = names(&["aes128-cbc"]);
            }),
            Expect::Fail(vec![(PLAIN_WITH_CBC, Grade::Slight)]),
        ),
        Example::new(
            "a name of its own",
            with(&["own@vendor.test"]),
            Expect::Inconclusive,
        ),
        Example::new("version 1", unread(), Expect::Inconclusive),
    ]
}
