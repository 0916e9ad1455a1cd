//! Remote administration that answers strangers.

use jiff::Timestamp;
use luytre_inventory::Protocol;

use super::{NOT_UNDERSTOOD, database_reachable::vantage, is_meant_locally, name};
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::ServiceFact};

about!(AdminReachable, Exposure, Endpoint, true, {
    id: "service.admin_reachable",
    title: ["Cổng quản trị từ xa mở ra mạng", "Remote administration reachable"],
    why: [
        "Điều khiển máy từ xa (RDP), chia sẻ tệp (SMB) và Telnet là đường vào quen thuộc nhất của mã độc \
         tống tiền. Chúng không được phép lộ ra ngoài mạng quản trị.",
        "Remote desktop (RDP), file sharing (SMB) and Telnet are the most common way in for ransomware. \
         They must not be reachable outside the administration network."
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
        "Cổng {port} là {protocol}, trả lời kết nối từ {vantage}.",
        "Port {port} is {protocol} and answers connections from {vantage}."
    ],
    sources: ["CISA BOD 23-02", "CWE-668", "MITRE ATT&CK T1021"],
});

/// By what they speak, never by their port.
const MEANT_INSIDE: [Protocol; 2] = [Protocol::Rdp, Protocol::Smb];

impl Check for AdminReachable {
    type Fact = ServiceFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ServiceFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let (protocol, grade) = match fact.protocol {
            None | Some(Protocol::Tls | Protocol::Other) => return NOT_UNDERSTOOD,
            Some(Protocol::Telnet) => (Protocol::Telnet, Grade::Serious),
            Some(inside) if MEANT_INSIDE.contains(&inside) => {
                if is_meant_locally(context, &MEANT_INSIDE) {
                    return Outcome::Pass;
                }
                (inside, Grade::Serious)
            }
            Some(_) => return Outcome::Pass,
        };
        Outcome::Fail(vec![
            Fault::new(grade)
                .with("port", &fact.port)
                .with("protocol", &name(protocol))
                .with("vantage", &vantage(context.vantage)),
        ])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::Zone;

    use super::speaks;
    use crate::examples::{Example, Expect, endpoint};

    let fail = || Expect::Fail(vec![("", Grade::Serious)]);
    let inside = |protocol| vec![endpoint(Some(9), Some(protocol), Zone::Local)];
    let (rdp, telnet) = (Some(Protocol::Rdp), Some(Protocol::Telnet));
    vec![
        Example::new(
            "web on 3389",
            speaks(3389, Some(Protocol::Http), false),
            Expect::Pass,
        ),
        Example::new("rdp on another port", speaks(9, rdp, false), fail()),
        Example::new("smb", speaks(9, Some(Protocol::Smb), false), fail()),
        Example::new("rdp as declared", speaks(9, rdp, true), Expect::Pass)
            .declared(inside(Protocol::Rdp))
            .from(Zone::Local),
        Example::new("telnet even if declared", speaks(9, telnet, false), fail())
            .declared(inside(Protocol::Telnet))
            .from(Zone::Local),
        Example::new(
            "silent on 3389",
            speaks(3389, None, false),
            Expect::Inconclusive,
        ),
    ]
}
