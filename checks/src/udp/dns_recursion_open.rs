//! Name servers that resolve for strangers.

use jiff::Timestamp;
use luytre_inventory::{Protocol, Zone};

use super::{factor, own, spoken};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{UdpFact, UdpQuestion},
    service::exposure::vantage,
};

about!(DnsRecursionOpen, Exposure, Endpoint, true, {
    id: "udp.dns_recursion_open",
    title: ["Máy chủ DNS phân giải hộ người lạ", "DNS server resolves for strangers"],
    why: [
        "Máy chủ DNS phân giải hộ bất kỳ ai bị mượn để khuếch đại tấn công từ chối dịch vụ và dễ bị đầu độc bộ \
         nhớ đệm: người dân gõ đúng tên trang của cơ quan mà bị đưa tới trang giả.",
        "A DNS server that resolves for anybody is used to amplify denial-of-service attacks, and its cache is \
         easier to poison: citizens type the right name and land on a forged page."
    ],
    fix: [
        "Chỉ phân giải cho mạng của mình. BIND, `named.conf`: `allow-recursion { 127.0.0.1; 10.0.0.0/8; }; \
         allow-query-cache { 127.0.0.1; 10.0.0.0/8; };`; máy chủ chỉ trả lời tên miền của mình: `recursion no;`. \
         Unbound: `access-control: 0.0.0.0/0 refuse`, `access-control: 10.0.0.0/8 allow`. Windows DNS: \
         `Set-DnsServerRecursion -Enable $false`, hoặc tách máy phân giải nội bộ khỏi máy chủ công khai. MikroTik: \
         `/ip dns set allow-remote-requests=no`, hoặc chặn 53/udp ở cổng Internet. Thiết bị khác: tắt DNS proxy \
         phía Internet.",
        "Resolve for your own network only. BIND, `named.conf`: `allow-recursion { 127.0.0.1; 10.0.0.0/8; }; \
         allow-query-cache { 127.0.0.1; 10.0.0.0/8; };`; a server of your own zones alone: `recursion no;`. \
         Unbound: `access-control: 0.0.0.0/0 refuse`, `access-control: 10.0.0.0/8 allow`. Windows DNS: \
         `Set-DnsServerRecursion -Enable $false`, or keep the inner resolver apart from the public server. \
         MikroTik: `/ip dns set allow-remote-requests=no`, or close 53/udp towards the Internet. Other devices: \
         turn the DNS proxy off on the Internet side."
    ],
    message: [
        "Máy chủ DNS ở cổng {port}/udp phân giải hộ người hỏi từ {vantage}; trả lời gấp {factor} lần câu hỏi.",
        "The DNS server on port {port}/udp resolves for whoever asks from {vantage}; it answers {factor} times the question."
    ],
    sources: ["RFC 5358 (BCP 140)", "CISA TA13-088A", "CISA TA14-017A"],
});

const NOT_TOLD: Outcome = Outcome::unknown(
    "máy chủ không cho biết có phân giải hộ hay không",
    "the server did not show whether it resolves for us",
);

/// Inside, a resolver does its work; what it does for others is not seen from there.
const FROM_INSIDE: Outcome = Outcome::unknown(
    "máy chủ phân giải hộ người bên trong; cần đo từ ngoài vùng của nó",
    "the server resolves for those inside; that must be measured from outside its zone",
);

impl Check for DnsRecursionOpen {
    type Fact = UdpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &UdpFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        if let Err(answer) = spoken(fact, Protocol::Dns) {
            return answer;
        }
        match fact.recursion {
            Tri::No => return Outcome::Pass,
            Tri::Unknown => return NOT_TOLD,
            Tri::Yes => (),
        }
        let zone = own(fact, context).map_or(Zone::Unknown, |endpoint| endpoint.zone);
        let grade = match (context.vantage, zone) {
            (Zone::Internet, _) => Grade::Serious,
            (Zone::Wan, Zone::Local) => Grade::Moderate,
            // For whom it is meant.
            (Zone::Wan, Zone::Wan) | (Zone::Local, Zone::Local) => return Outcome::Pass,
            _ => return FROM_INSIDE,
        };
        let fault = Fault::new(grade)
            .with("port", &fact.port)
            .with("factor", &factor(fact.exchange(UdpQuestion::DnsRoot)))
            .with("vantage", &vantage(context.vantage));
        Outcome::Fail(vec![fault])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{declared, exchange, mute, speaks};
    use crate::examples::{Example, Expect};

    let server = |recursion| {
        speaks(Protocol::Dns, move |fact| {
            fact.recursion = recursion;
            fact.exchanges = vec![exchange(UdpQuestion::DnsRoot, 250)];
        })
    };
    let meant = |zone| declared(53, Protocol::Dns, zone);
    let fail = |grade| Expect::Fail(vec![("", grade)]);
    vec![
        Example::new("of its own zones", server(Tri::No), Expect::Pass),
        Example::new("for anybody", server(Tri::Yes), fail(Grade::Serious)),
        Example::new(
            "of a local network, for the province",
            server(Tri::Yes),
            fail(Grade::Moderate),
        )
        .declared(meant(Zone::Local))
        .from(Zone::Wan),
        Example::new("for whom it is meant", server(Tri::Yes), Expect::Pass)
            .declared(meant(Zone::Local))
            .from(Zone::Local),
        Example::new(
            "a public one, from inside",
            server(Tri::Yes),
            Expect::Inconclusive,
        )
        .declared(meant(Zone::Internet))
        .from(Zone::Local),
        Example::new("not shown", server(Tri::Unknown), Expect::Inconclusive),
        Example::new("closed", mute(Protocol::Dns, Tri::No), Expect::Pass),
        Example::new(
            "silent",
            mute(Protocol::Dns, Tri::Unknown),
            Expect::Inconclusive,
        ),
        Example::new(
            "a time server",
            mute(Protocol::Ntp, Tri::Yes),
            Expect::NotApplicable,
        ),
    ]
}
