//! Services that answer a small question of anybody with much more.

use jiff::Timestamp;
use luytre_inventory::{Protocol, Worded as _};

use super::{SILENT, exposed, exposure};
use crate::{
    About, Check, Context, Exposure, Fault, Grade, Outcome, Tri,
    fact::{UdpFact, UdpQuestion},
    service::exposure::vantage,
};

about!(Amplifier, Exposure, Endpoint, true, {
    id: "udp.amplifier",
    title: ["Dịch vụ UDP khuếch đại tấn công", "UDP service amplifies attacks"],
    why: [
        "UDP không kiểm tra địa chỉ người hỏi. Kẻ tấn công giả địa chỉ nạn nhân, gửi câu hỏi nhỏ, máy chủ này \
         trả lời gấp nhiều lần về phía nạn nhân: cơ quan trở thành nơi phát tán tấn công từ chối dịch vụ và tự \
         nghẽn đường truyền của mình.",
        "UDP does not verify who asks. An attacker forges a victim's address, sends small questions, and this \
         server answers the victim with many times as much: the body becomes a source of denial-of-service \
         attacks, and its own line is congested."
    ],
    fix: [
        "Chặn cổng UDP này từ Internet, chỉ mở cho máy cần dùng: Linux `nft add rule inet filter input udp dport \
         1900 drop` (đổi theo cổng thực tế), Windows `New-NetFirewallRule -Direction Inbound -Protocol UDP \
         -LocalPort 389 -Action Block`. memcached: chạy với `-U 0`. Bộ định tuyến, camera: tắt UPnP ở phía \
         Internet. Máy chủ miền (Active Directory): không đưa cổng 389/udp ra Internet. Nhà mạng và tường lửa \
         biên: lọc địa chỉ nguồn giả (BCP 38).",
        "Close this UDP port to the Internet but for the machines that need it: Linux `nft add rule inet filter \
         input udp dport 1900 drop` (with the real port), Windows `New-NetFirewallRule -Direction Inbound \
         -Protocol UDP -LocalPort 389 -Action Block`. memcached: run with `-U 0`. Routers, cameras: turn UPnP \
         off on the Internet side. Domain controllers: keep 389/udp off the Internet. At the edge: filter \
         forged source addresses (BCP 38)."
    ],
    message: [
        "Cổng {port}/udp ({service_vi}) trả lời gấp {factor} lần câu hỏi ({asked} byte hỏi, {answered} byte đáp), đo từ {vantage}.",
        "Port {port}/udp ({service_en}) answers {factor} times the question ({asked} bytes asked, {answered} answered), measured from {vantage}."
    ],
    sources: ["CISA TA14-017A", "BCP 38 (RFC 2827)", "CWE-406"],
});

/// Percent of the question from which an answer is at fault, seen from the Internet or declared as public.
/// The question asked is a small one: whoever attacks asks for more.
const PUBLIC: [(u32, Grade); 4] = [
    (10_000, Grade::Grave),
    (2_000, Grade::Serious),
    (500, Grade::Moderate),
    (200, Grade::Slight),
];

/// The same where it is only seen from inside.
const INNER: [(u32, Grade); 2] = [(10_000, Grade::Moderate), (2_000, Grade::Slight)];

impl Check for Amplifier {
    type Fact = UdpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &UdpFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        match (fact.answered, fact.protocol) {
            (Tri::No, _) => return Outcome::Pass,
            (Tri::Yes, Some(_)) => (),
            _ => return SILENT,
        }
        let Some(loudest) = fact.loudest(|question| !is_told_elsewhere(fact, question)) else {
            return Outcome::Pass;
        };
        let steps: &[(u32, Grade)] = match exposure(fact, context) {
            Exposure::Internal => &INNER,
            Exposure::Declared | Exposure::Internet => &PUBLIC,
        };
        let percent = loudest.amplification_percent().unwrap_or_default();
        let reached = steps.iter().find(|(least, _)| percent >= *least);
        let Some(grade) = reached.map(|(_, grade)| *grade) else {
            return Outcome::Pass;
        };
        // What should not be reachable at all is told there, with its factor.
        if exposed::found(fact, context).is_some_and(|(_, worse)| worse >= grade) {
            return Outcome::Pass;
        }
        let service = fact.protocol.unwrap_or(Protocol::Other);
        let fault = Fault::on(service.code(), grade)
            .with("port", &fact.port)
            .with("service_vi", &service.text().vi)
            .with("service_en", &service.text().en)
            .with("factor", &loudest.factor())
            .with("asked", &loudest.asked_bytes)
            .with("answered", &loudest.answered_bytes)
            .with("vantage", &vantage(context.vantage));
        Outcome::Fail(vec![fault])
    }
}

/// Whether the cause of the amplification is a fault of its own, told by another check with its factor.
fn is_told_elsewhere(fact: &UdpFact, question: UdpQuestion) -> bool {
    let cause = match question {
        UdpQuestion::DnsRoot => fact.recursion,
        UdpQuestion::NtpVariables => fact.mode_six,
        UdpQuestion::NtpMonlist => fact.monlist,
        UdpQuestion::SnmpOne | UdpQuestion::SnmpTwo => fact.public_community,
        _ => Tri::No,
    };
    cause == Tri::Yes
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::Zone;

    use super::samples::{declared, exchange, mute, speaks};
    use crate::examples::{Example, Expect};

    let directory = |bytes| {
        speaks(Protocol::Ldap, move |fact| {
            fact.exchanges = vec![exchange(UdpQuestion::LdapRoot, bytes)];
        })
    };
    let fail = |grade| Expect::Fail(vec![("ldap", grade)]);
    vec![
        Example::new("as short as the question", directory(19), Expect::Pass),
        Example::new("twice", directory(20), fail(Grade::Slight)),
        Example::new("five times", directory(50), fail(Grade::Moderate)),
        Example::new("CLDAP of TA14-017A", directory(560), fail(Grade::Serious)),
        Example::new("a hundred times", directory(1000), fail(Grade::Grave)),
        Example::new("from inside", directory(560), fail(Grade::Slight)).from(Zone::Local),
        Example::new("little, from inside", directory(190), Expect::Pass).from(Zone::Local),
        Example::new(
            "declared as public, from inside",
            directory(560),
            fail(Grade::Serious),
        )
        .declared(declared(389, Protocol::Ldap, Zone::Internet))
        .from(Zone::Local),
        Example::new(
            "recursion is told as such",
            speaks(Protocol::Dns, |fact| {
                fact.recursion = Tri::Yes;
                fact.exchanges = vec![exchange(UdpQuestion::DnsRoot, 500)];
            }),
            Expect::Pass,
        ),
        Example::new(
            "a referral upwards",
            speaks(Protocol::Dns, |fact| {
                fact.recursion = Tri::No;
                fact.exchanges = vec![exchange(UdpQuestion::DnsRoot, 250)];
            }),
            Expect::Fail(vec![("dns", Grade::Serious)]),
        ),
        Example::new(
            "a search that should not be answered at all",
            speaks(Protocol::Ssdp, |fact| {
                fact.exchanges = vec![exchange(UdpQuestion::SsdpSearch, 300)];
            }),
            Expect::Pass,
        ),
        Example::new(
            "a louder one",
            speaks(Protocol::Ssdp, |fact| {
                fact.exchanges = vec![exchange(UdpQuestion::SsdpSearch, 3000)];
            }),
            Expect::Fail(vec![("ssdp", Grade::Grave)]),
        ),
        Example::new("closed", mute(Protocol::Ldap, Tri::No), Expect::Pass),
        Example::new(
            "silent",
            mute(Protocol::Ldap, Tri::Unknown),
            Expect::Inconclusive,
        ),
    ]
}
