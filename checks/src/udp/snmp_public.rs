//! Devices whose management is readable with the word that everybody knows.

use jiff::Timestamp;
use luytre_inventory::Protocol;

use super::{exposure, factor, spoken};
use crate::{
    About, Check, Context, Exposure, Fault, Grade, Outcome, Tri,
    fact::{UdpFact, UdpQuestion},
    service::exposure::vantage,
};

about!(SnmpPublic, Exposure, Endpoint, true, {
    id: "udp.snmp_public",
    title: ["SNMP dùng mật khẩu mặc định \"public\"", "SNMP with the default community \"public\""],
    why: [
        "SNMP với community mặc định cho bất kỳ ai đọc cấu hình thiết bị: sơ đồ mạng, bảng định tuyến, tên máy, \
         phiên bản phần mềm; có thiết bị cho cả ghi. Câu trả lời lớn còn bị mượn để khuếch đại tấn công.",
        "SNMP with the default community lets anybody read a device: the map of the network, routes, names, \
         versions of software; some devices allow writing too. Its long answers are used to amplify attacks."
    ],
    fix: [
        "Tắt SNMP nếu không dùng. Cần dùng: SNMPv3 có xác thực và mã hóa, chỉ cho máy giám sát. net-snmp, \
         `snmpd.conf`: bỏ dòng `rocommunity public`, thêm `rouser giamsat authpriv` và `agentaddress \
         udp:192.0.2.5:161`. Cisco IOS: `no snmp-server community public`, `snmp-server group GS v3 priv access 10`. \
         MikroTik: `/snmp community set [find default=yes] addresses=192.0.2.5/32 security=private name=...`. \
         Windows: bỏ `public` trong thẻ Security của dịch vụ SNMP. Máy in, UPS, camera: đổi community và tắt v1, \
         v2c trong trang quản trị. Chặn 161/udp trên tường lửa.",
        "Turn SNMP off if nobody needs it. Else: SNMPv3 with authentication and encryption, for the monitoring \
         host only. net-snmp, `snmpd.conf`: drop `rocommunity public`, add `rouser monitor authpriv` and \
         `agentaddress udp:192.0.2.5:161`. Cisco IOS: `no snmp-server community public`, `snmp-server group GS v3 \
         priv access 10`. MikroTik: `/snmp community set [find default=yes] addresses=192.0.2.5/32 \
         security=private name=...`. Windows: remove `public` under Security of the SNMP service. Printers, UPS, \
         cameras: change the community and turn v1 and v2c off in their page. Close 161/udp in the firewall."
    ],
    message: [
        "Cổng {port}/udp cho đọc SNMP bằng community \"public\" từ {vantage}; trả lời gấp {factor} lần câu hỏi.",
        "Port {port}/udp lets SNMP be read with the community \"public\" from {vantage}; it answers {factor} times the question."
    ],
    sources: ["CWE-1392", "CWE-798", "CISA TA17-156A", "CISA TA14-017A"],
});

const NOT_SHOWN: Outcome = Outcome::unknown(
    "chưa chứng minh được thiết bị từ chối community mặc định",
    "it was not shown that the device refuses the default community",
);

impl Check for SnmpPublic {
    type Fact = UdpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &UdpFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        if let Err(answer) = spoken(fact, Protocol::Snmp) {
            return answer;
        }
        match fact.public_community {
            Tri::No => return Outcome::Pass,
            Tri::Unknown => return NOT_SHOWN,
            Tri::Yes => (),
        }
        let inside = context.vantage == luytre_inventory::Zone::Local;
        let grade = match exposure(fact, context) {
            Exposure::Internal if inside => Grade::Moderate,
            _ => Grade::Serious,
        };
        let read = |question| matches!(question, UdpQuestion::SnmpOne | UdpQuestion::SnmpTwo);
        let fault = Fault::new(grade)
            .with("port", &fact.port)
            .with("factor", &factor(fact.loudest(read)))
            .with("vantage", &vantage(context.vantage));
        Outcome::Fail(vec![fault])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::Zone;

    use super::samples::{exchange, mute, speaks};
    use crate::examples::{Example, Expect};

    let agent = |public| {
        speaks(Protocol::Snmp, move |fact| {
            fact.public_community = public;
            fact.exchanges = vec![exchange(UdpQuestion::SnmpTwo, 25)];
        })
    };
    let fail = |grade| Expect::Fail(vec![("", grade)]);
    vec![
        Example::new("another word", agent(Tri::No), Expect::Pass),
        Example::new("the default", agent(Tri::Yes), fail(Grade::Serious)),
        Example::new(
            "in the province's network",
            agent(Tri::Yes),
            fail(Grade::Serious),
        )
        .from(Zone::Wan),
        Example::new("inside", agent(Tri::Yes), fail(Grade::Moderate)).from(Zone::Local),
        Example::new("not shown", agent(Tri::Unknown), Expect::Inconclusive),
        Example::new("closed", mute(Protocol::Snmp, Tri::No), Expect::Pass),
        Example::new(
            "silent",
            mute(Protocol::Snmp, Tri::Unknown),
            Expect::Inconclusive,
        ),
    ]
}
