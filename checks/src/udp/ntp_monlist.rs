//! Time servers that give the list of their clients to anybody.

use jiff::Timestamp;
use luytre_inventory::Protocol;

use super::{exposure, factor, spoken};
use crate::{
    About, Check, Context, Exposure, Fault, Grade, Outcome, Tri,
    fact::{UdpFact, UdpQuestion},
    service::exposure::vantage,
};

about!(NtpMonlist, Exposure, Endpoint, true, {
    id: "udp.ntp_monlist",
    title: ["Máy chủ thời gian trả danh sách máy khách (monlist)", "Time server lists its clients (monlist)"],
    why: [
        "Lệnh monlist trả về tới 600 địa chỉ cho một câu hỏi 8 byte: mức khuếch đại hàng trăm lần, đã gây ra \
         các cuộc tấn công từ chối dịch vụ lớn. Danh sách còn cho biết mạng bên trong có những máy nào.",
        "The command monlist returns up to 600 addresses for a question of 8 bytes: an amplification of some \
         hundreds, which has carried large denial-of-service attacks. The list also shows the hosts of the inner network."
    ],
    fix: [
        "Nâng cấp ntpd lên 4.2.8 trở lên, hoặc thay bằng chrony, NTPsec (không có monlist). Chưa nâng cấp được, \
         `/etc/ntp.conf`: `disable monitor` và `restrict default kod nomodify notrap nopeer noquery`. Cisco IOS: \
         `ntp allow mode private` phải tắt (`no ntp allow mode private`), dùng `ntp access-group serve-only`. \
         Junos, thiết bị khác: lọc 123/udp, chỉ nhận từ máy chủ thời gian đã khai báo.",
        "Upgrade ntpd to 4.2.8 or later, or replace it by chrony or NTPsec, which have no monlist. Until then, \
         `/etc/ntp.conf`: `disable monitor` and `restrict default kod nomodify notrap nopeer noquery`. Cisco IOS: \
         `no ntp allow mode private`, and `ntp access-group serve-only`. Junos and other devices: filter 123/udp \
         but for the time servers declared."
    ],
    message: [
        "Máy chủ thời gian ở cổng {port}/udp trả danh sách máy khách cho người hỏi từ {vantage}; trả lời gấp {factor} lần câu hỏi.",
        "The time server on port {port}/udp gives the list of its clients to whoever asks from {vantage}; it answers {factor} times the question."
    ],
    sources: ["CVE-2013-5211", "CISA TA14-013A", "CISA TA14-017A"],
});

const NOT_ASKED: Outcome = Outcome::unknown(
    "chưa chứng minh được máy chủ không trả danh sách; chỉ mức quét sâu mới hỏi",
    "it was not shown that the server keeps the list to itself; only a deep scan asks",
);

impl Check for NtpMonlist {
    type Fact = UdpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &UdpFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        if let Err(answer) = spoken(fact, Protocol::Ntp) {
            return answer;
        }
        match fact.monlist {
            Tri::No => return Outcome::Pass,
            Tri::Unknown => return NOT_ASKED,
            Tri::Yes => (),
        }
        let grade = match exposure(fact, context) {
            Exposure::Internal => Grade::Moderate,
            Exposure::Declared | Exposure::Internet => Grade::Serious,
        };
        let fault = Fault::new(grade)
            .with("port", &fact.port)
            .with("factor", &factor(fact.exchange(UdpQuestion::NtpMonlist)))
            .with("vantage", &vantage(context.vantage));
        Outcome::Fail(vec![fault])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::Zone;

    use super::samples::{exchange, mute, speaks};
    use crate::examples::{Example, Expect};

    let server = |monlist| {
        speaks(Protocol::Ntp, move |fact| {
            fact.monlist = monlist;
            fact.exchanges = vec![exchange(UdpQuestion::NtpMonlist, 5560)];
        })
    };
    let fail = |grade| Expect::Fail(vec![("", grade)]);
    vec![
        Example::new("keeps it", server(Tri::No), Expect::Pass),
        Example::new("gives it", server(Tri::Yes), fail(Grade::Serious)),
        Example::new("gives it inside", server(Tri::Yes), fail(Grade::Moderate)).from(Zone::Local),
        Example::new("not asked", server(Tri::Unknown), Expect::Inconclusive),
        Example::new("closed", mute(Protocol::Ntp, Tri::No), Expect::Pass),
        Example::new(
            "silent",
            mute(Protocol::Ntp, Tri::Unknown),
            Expect::Inconclusive,
        ),
    ]
}
