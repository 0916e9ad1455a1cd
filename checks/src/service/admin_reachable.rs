//! Remote administration that answers strangers.

use jiff::Timestamp;

use crate::{About, Check, Context, Outcome, fact::ServiceFact};

about!(AdminReachable, Exposure, Endpoint, true, {
    id: "service.admin_reachable",
    title: ["Cổng quản trị từ xa mở ra mạng", "Remote administration reachable"],
    why: [
        "Điều khiển máy từ xa (RDP, VNC), chia sẻ tệp (SMB), Telnet và giao diện quản trị của thiết bị là đường \
         vào quen thuộc nhất của mã độc tống tiền. Chúng không được phép lộ ra ngoài mạng quản trị.",
        "Remote desktop (RDP, VNC), file sharing (SMB), Telnet and the management interfaces of devices are the \
         most common way in for ransomware. They must not be reachable outside the administration network."
    ],
    fix: [
        "Chặn cổng này từ Internet và chỉ cho truy cập qua VPN hoặc máy quản trị. Windows: `Set-NetFirewallRule \
         -DisplayGroup \"Remote Desktop\" -RemoteAddress <mạng quản trị>`; tắt SMBv1: \
         `Set-SmbServerConfiguration -EnableSMB1Protocol $false`. Linux: `ufw deny 445/tcp`; bỏ Telnet: \
         `systemctl disable --now telnet.socket`. Bật xác thực nhiều yếu tố cho tài khoản quản trị.",
        "Close the port to the Internet and allow it over a VPN or an administration host only. Windows: \
         `Set-NetFirewallRule -DisplayGroup \"Remote Desktop\" -RemoteAddress <admin network>`; SMBv1 off: \
         `Set-SmbServerConfiguration -EnableSMB1Protocol $false`. Linux: `ufw deny 445/tcp`; no Telnet: \
         `systemctl disable --now telnet.socket`. Use multi-factor log-in for administrators."
    ],
    message: [
        "Cổng {port} là {service_vi}{basis_vi}, trả lời kết nối từ {vantage}.",
        "Port {port} is {service_en}{basis_en} and answers connections from {vantage}."
    ],
    sources: ["CISA BOD 23-02", "CWE-668", "MITRE ATT&CK T1021"],
});

impl Check for AdminReachable {
    type Fact = ServiceFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ServiceFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        super::exposure::judge(fact, context, Self::PAGE.id)
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::{Protocol, Zone};

    use super::speaks;
    use crate::{
        Fact, Grade,
        examples::{Example, Expect, endpoint},
    };

    let fail = |grade| Expect::Fail(vec![("", grade)]);
    let inside = |protocol| vec![endpoint(Some(9), Some(protocol), Zone::Local)];
    let public = |protocol| vec![endpoint(Some(9), Some(protocol), Zone::Internet)];
    let (rdp, telnet) = (Some(Protocol::Rdp), Some(Protocol::Telnet));
    let mut panel = speaks(8080, Some(Protocol::Http), false);
    if let Fact::Service(fact) = &mut panel {
        fact.product = Some("jenkins".to_owned());
    }
    vec![
        Example::new(
            "web on 3389",
            speaks(3389, Some(Protocol::Http), false),
            Expect::Pass,
        ),
        Example::new(
            "rdp on another port",
            speaks(9, rdp, false),
            fail(Grade::Grave),
        ),
        Example::new(
            "rdp in the province's network",
            speaks(9, rdp, false),
            fail(Grade::Serious),
        )
        .from(Zone::Wan),
        Example::new(
            "rdp declared as public, seen inside",
            speaks(9, rdp, false),
            fail(Grade::Grave),
        )
        .declared(public(Protocol::Rdp))
        .from(Zone::Local),
        Example::new(
            "smb",
            speaks(9, Some(Protocol::Smb), false),
            fail(Grade::Grave),
        ),
        Example::new("rdp as declared", speaks(9, rdp, true), Expect::Pass)
            .declared(inside(Protocol::Rdp))
            .from(Zone::Local),
        Example::new(
            "telnet even if declared",
            speaks(9, telnet, false),
            fail(Grade::Serious),
        )
        .declared(inside(Protocol::Telnet))
        .from(Zone::Local),
        Example::new("an administration page", panel, fail(Grade::Serious)),
        Example::new(
            "not understood, declared as rdp",
            speaks(9, None, false),
            Expect::Partial(vec![("", Grade::Grave)]),
        )
        .declared(vec![endpoint(Some(9), rdp, Zone::Unknown)]),
        Example::new(
            "not understood on 3389",
            speaks(3389, None, false),
            Expect::Partial(vec![("", Grade::Serious)]),
        ),
        Example::new(
            "not understood on a port of no use",
            speaks(9, Some(Protocol::Tls), true),
            Expect::Inconclusive,
        ),
    ]
}
