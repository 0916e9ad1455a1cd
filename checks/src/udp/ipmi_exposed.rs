//! Management controllers that let in without a password.

use jiff::Timestamp;
use luytre_inventory::{Protocol, Text};

use super::spoken;
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri, fact::UdpFact, service::exposure::vantage,
};

about!(IpmiExposed, Exposure, Endpoint, true, {
    id: "udp.ipmi_exposed",
    title: ["Quản trị phần cứng (IPMI) không cần mật khẩu", "Hardware management (IPMI) without a password"],
    why: [
        "Bộ điều khiển quản trị (iDRAC, iLO, BMC) tắt bật máy, xem màn hình, cài lại hệ điều hành mà hệ điều hành \
         không hay biết. Đăng nhập nặc danh, phiên không mật khẩu hoặc bộ mã số 0 cho bất kỳ ai làm những việc đó.",
        "A management controller (iDRAC, iLO, BMC) turns the machine off and on, watches its screen and installs it \
         anew, unknown to the operating system. Anonymous login, sessions without a password or cipher suite 0 let \
         anybody do so."
    ],
    fix: [
        "Đưa cổng quản trị vào mạng riêng, không ra Internet. `ipmitool lan set 1 auth ADMIN MD5,PASSWORD` (bỏ \
         NONE), `ipmitool user disable 1` (người dùng tên rỗng), `ipmitool lan set 1 cipher_privs \
         XXXaXXXXXXXXXXX` (tắt bộ mã 0). Dell iDRAC: tắt IPMI over LAN nếu không dùng. HPE iLO: \
         tắt IPMI/DCMI over LAN. Supermicro: nâng cấp phần mềm BMC và tắt người dùng ANONYMOUS. Chặn 623/udp trên \
         tường lửa.",
        "Keep the management port in a network of its own, off the Internet. `ipmitool lan set 1 auth ADMIN \
         MD5,PASSWORD` (without NONE), `ipmitool user disable 1` (the empty name), `ipmitool lan set 1 \
         cipher_privs XXXaXXXXXXXXXXX` (suite 0 off). Dell iDRAC: turn IPMI over LAN off if nobody needs it. HPE \
         iLO: turn IPMI/DCMI over LAN off. Supermicro: upgrade the controller and disable ANONYMOUS. Close 623/udp \
         in the firewall."
    ],
    message: [
        "Bộ điều khiển IPMI ở cổng {port}/udp báo: {what_vi} (đo từ {vantage}).",
        "The IPMI controller on port {port}/udp says: {what_en} (measured from {vantage})."
    ],
    sources: ["CVE-2013-4782", "CVE-2013-4784", "CISA TA13-207A", "IPMI v2.0 22.13"],
});

const NOT_TOLD: Text = Text::new(
    "bộ điều khiển không cho biết hết ai được vào",
    "the controller did not tell all of who is let in",
);

impl Check for IpmiExposed {
    type Fact = UdpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &UdpFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        if let Err(answer) = spoken(fact, Protocol::Ipmi) {
            return answer;
        }
        let access = fact.ipmi.unwrap_or_default();
        let table = [
            (
                access.anonymous,
                "anonymous",
                Grade::Grave,
                ["đăng nhập nặc danh được bật", "anonymous login is enabled"],
            ),
            (
                access.no_authentication,
                "no_authentication",
                Grade::Grave,
                [
                    "nhận phiên không cần mật khẩu",
                    "sessions without a password are accepted",
                ],
            ),
            (
                access.cipher_zero,
                "cipher_zero",
                Grade::Grave,
                [
                    "có bộ mã số 0, bỏ qua mật khẩu",
                    "cipher suite 0, which skips the password, is listed",
                ],
            ),
            (
                access.null_user,
                "null_user",
                Grade::Moderate,
                ["có người dùng tên rỗng", "a user with an empty name exists"],
            ),
        ];
        let faults = table.iter().filter(|row| row.0 == Tri::Yes);
        let faults = faults.map(|(_, part, grade, [vi, en])| {
            Fault::on(*part, *grade)
                .with("port", &fact.port)
                .with("what_vi", vi)
                .with("what_en", en)
                .with("vantage", &vantage(context.vantage))
        });
        let unknown = table.iter().any(|row| row.0 == Tri::Unknown);
        Outcome::weigh(faults.collect(), unknown.then_some(NOT_TOLD))
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{mute, speaks};
    use crate::{
        examples::{Example, Expect},
        fact::IpmiAccess,
    };

    let sound = IpmiAccess {
        anonymous: Tri::No,
        null_user: Tri::No,
        no_authentication: Tri::No,
        cipher_zero: Tri::No,
    };
    let controller = |access| speaks(Protocol::Ipmi, move |fact| fact.ipmi = Some(access));
    vec![
        Example::new("with a password", controller(sound), Expect::Pass),
        Example::new(
            "open in every way",
            controller(IpmiAccess {
                anonymous: Tri::Yes,
                null_user: Tri::Yes,
                no_authentication: Tri::Yes,
                cipher_zero: Tri::Yes,
            }),
            Expect::Fail(vec![
                ("anonymous", Grade::Grave),
                ("no_authentication", Grade::Grave),
                ("cipher_zero", Grade::Grave),
                ("null_user", Grade::Moderate),
            ]),
        ),
        Example::new(
            "the suites are not told",
            controller(IpmiAccess {
                anonymous: Tri::Yes,
                cipher_zero: Tri::Unknown,
                ..sound
            }),
            Expect::Partial(vec![("anonymous", Grade::Grave)]),
        ),
        Example::new(
            "nothing told",
            controller(IpmiAccess::default()),
            Expect::Inconclusive,
        ),
        Example::new("closed", mute(Protocol::Ipmi, Tri::No), Expect::Pass),
        Example::new(
            "silent",
            mute(Protocol::Ipmi, Tri::Unknown),
            Expect::Inconclusive,
        ),
    ]
}
