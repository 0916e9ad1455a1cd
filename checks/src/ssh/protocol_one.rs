//! The first version of the protocol.

use jiff::Timestamp;

use crate::{About, Check, Context, Fault, Grade, Outcome, fact::SshFact};

about!(ProtocolOne, Ssh, Endpoint, false, {
    id: "ssh.protocol_one",
    title: ["SSH còn phục vụ phiên bản 1", "SSH still serves version 1"],
    why: [
        "SSH phiên bản 1 không bảo vệ được nội dung: kẻ nghe đường truyền có thể chèn lệnh và lấy mật khẩu \
         quản trị. Không phần mềm nào còn hỗ trợ.",
        "Version 1 of SSH does not protect what it carries: whoever hears the line can insert commands and \
         take the administrator's password. No software supports it any more."
    ],
    fix: [
        "Cisco IOS: `ip ssh version 2`, rồi `crypto key generate rsa modulus 3072`. OpenSSH (cả trên \
         Windows): nâng cấp; bản cũ đặt `Protocol 2` trong `sshd_config`. Thiết bị chỉ có phiên bản 1: \
         thay thế, trước mắt tắt SSH và quản trị qua cổng điều khiển.",
        "Cisco IOS: `ip ssh version 2`, then `crypto key generate rsa modulus 3072`. OpenSSH (on Windows \
         too): upgrade; an old one takes `Protocol 2` in `sshd_config`. A device with version 1 alone: \
         replace it; until then switch SSH off and use the console."
    ],
    message: [
        "Máy chủ SSH báo phiên bản giao thức {version}, tức là còn phục vụ phiên bản 1.",
        "The SSH server announces protocol version {version}: it still serves version 1."
    ],
    sources: ["RFC 4253 mục 5.1", "CERT/CC VU#684820", "CWE-327"],
});

impl Check for ProtocolOne {
    type Fact = SshFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &SshFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let Some(version) = &fact.protocol else {
            return Outcome::unknown(
                "dòng nhận dạng của máy chủ SSH không ghi phiên bản đọc được",
                "the SSH server's identification names no version that can be read",
            );
        };
        let grade = match version.as_str() {
            "1.99" => Grade::Serious,
            other if other.starts_with("1.") => Grade::Grave,
            _ => return Outcome::Pass,
        };
        Outcome::Fail(vec![Fault::new(grade).with("version", version)])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{but, unread};
    use crate::examples::{Example, Expect};

    let says = |version: Option<&str>| but(|fact| fact.protocol = version.map(str::to_owned));
    let fail = |grade| Expect::Fail(vec![("", grade)]);
    vec![
        Example::new("version 2", but(|_| ()), Expect::Pass),
        Example::new("both", says(Some("1.99")), fail(Grade::Serious)),
        Example::new("version 1 alone", unread(), fail(Grade::Grave)),
        Example::new("unreadable", says(None), Expect::Inconclusive),
    ]
}
