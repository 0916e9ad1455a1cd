//! Time servers that tell strangers of themselves.

use jiff::Timestamp;
use luytre_inventory::Protocol;

use super::{exposure, factor, spoken};
use crate::{
    About, Check, Context, Exposure, Fault, Grade, Outcome, Tri,
    fact::{UdpFact, UdpQuestion},
    service::exposure::vantage,
};

about!(NtpModeSix, Exposure, Endpoint, true, {
    id: "udp.ntp_mode_six",
    title: ["Máy chủ thời gian trả lời lệnh điều khiển (mode 6)", "Time server answers control messages (mode 6)"],
    why: [
        "Lệnh điều khiển NTP trả về phiên bản phần mềm, hệ điều hành và tình trạng máy chủ cho người lạ, và trả \
         lời dài hơn câu hỏi nhiều lần nên bị mượn để khuếch đại tấn công.",
        "Control messages of NTP tell strangers the version, the operating system and the state of the server, \
         and answer many times what was asked, so they are used to amplify attacks."
    ],
    fix: [
        "ntpd, NTPsec, `/etc/ntp.conf` hoặc `/etc/ntpsec/ntp.conf`: `restrict default kod nomodify nopeer noquery \
         limited` và `restrict 127.0.0.1`. chrony: không trả lời mode 6; giữ `cmdallow` chỉ cho máy này. Cisco IOS: \
         `no ntp allow mode control` và `ntp access-group serve-only`. Thiết bị khác: lọc 123/udp, chỉ nhận từ máy \
         cần giờ.",
        "ntpd, NTPsec, `/etc/ntp.conf` or `/etc/ntpsec/ntp.conf`: `restrict default kod nomodify nopeer noquery \
         limited` and `restrict 127.0.0.1`. chrony does not answer mode 6; keep `cmdallow` to the machine itself. \
         Cisco IOS: `no ntp allow mode control` and `ntp access-group serve-only`. Other devices: filter 123/udp \
         but for those who need the time."
    ],
    message: [
        "Máy chủ thời gian ở cổng {port}/udp trả lời lệnh điều khiển (mode 6) của người hỏi từ {vantage}; trả lời gấp {factor} lần câu hỏi.",
        "The time server on port {port}/udp answers control messages (mode 6) from {vantage}; it answers {factor} times the question."
    ],
    sources: ["RFC 9327", "RFC 8633 (BCP 223)", "CISA TA14-017A"],
});

const NOT_SHOWN: Outcome = Outcome::unknown(
    "chưa chứng minh được máy chủ không trả lời lệnh điều khiển",
    "it was not shown that the server leaves control messages unanswered",
);

impl Check for NtpModeSix {
    type Fact = UdpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &UdpFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        if let Err(answer) = spoken(fact, Protocol::Ntp) {
            return answer;
        }
        match fact.mode_six {
            Tri::No => return Outcome::Pass,
            Tri::Unknown => return NOT_SHOWN,
            Tri::Yes => (),
        }
        let grade = match exposure(fact, context) {
            Exposure::Internal => Grade::Slight,
            Exposure::Declared | Exposure::Internet => Grade::Moderate,
        };
        let fault = Fault::new(grade)
            .with("port", &fact.port)
            .with("factor", &factor(fact.exchange(UdpQuestion::NtpVariables)))
            .with("vantage", &vantage(context.vantage));
        Outcome::Fail(vec![fault])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::Zone;

    use super::samples::{exchange, mute, speaks};
    use crate::examples::{Example, Expect};

    let server = |mode_six| {
        speaks(Protocol::Ntp, move |fact| {
            fact.mode_six = mode_six;
            fact.exchanges = vec![exchange(UdpQuestion::NtpVariables, 300)];
        })
    };
    let fail = |grade| Expect::Fail(vec![("", grade)]);
    vec![
        Example::new("noquery", server(Tri::No), Expect::Pass),
        Example::new("to anybody", server(Tri::Yes), fail(Grade::Moderate)),
        Example::new("inside", server(Tri::Yes), fail(Grade::Slight)).from(Zone::Local),
        Example::new("not shown", server(Tri::Unknown), Expect::Inconclusive),
        Example::new("closed", mute(Protocol::Ntp, Tri::No), Expect::Pass),
        Example::new(
            "silent",
            mute(Protocol::Ntp, Tri::Unknown),
            Expect::Inconclusive,
        ),
    ]
}
