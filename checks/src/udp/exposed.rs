//! Services over UDP that have no business outside.

use jiff::Timestamp;
use luytre_inventory::{Protocol, Worded as _, Zone};

use super::{SILENT, exposure, factor, own};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri, fact::UdpFact, policy::ServiceKind,
    service::exposure::vantage,
};

about!(Exposed, Exposure, Endpoint, true, {
    id: "udp.exposed",
    title: ["Dịch vụ UDP nội bộ mở ra mạng", "Internal UDP service reachable"],
    why: [
        "Quản trị thiết bị, chép tệp, bộ nhớ đệm và dò tìm thiết bị qua UDP chỉ dành cho bên trong, phần lớn không \
         hỏi mật khẩu. Mở ra mạng là cho người lạ đọc cấu hình, lấy tệp, hoặc mượn máy để tấn công nơi khác.",
        "Management, file copy, caches and discovery over UDP are for the inside, and most ask for no password. \
         Open to the network, strangers read the set-up, take files or use the machine to attack others."
    ],
    fix: [
        "Chặn cổng UDP này trên tường lửa, chỉ mở cho máy cần dùng: Linux `ufw deny 161/udp` (đổi theo cổng thực \
         tế), Windows `New-NetFirewallRule -Direction Inbound -Protocol UDP -LocalPort 137 -Action Block`, Cisco \
         `access-list ... deny udp any any eq snmp`. Đặt dịch vụ nghe ở địa chỉ nội bộ; memcached: `-U 0`; \
         tắt thứ không dùng (TFTP, UPnP, NetBIOS). Cần dùng từ xa: đi qua VPN.",
        "Close this UDP port in the firewall but for the machines that need it: Linux `ufw deny 161/udp` (with the \
         real port), Windows `New-NetFirewallRule -Direction Inbound -Protocol UDP -LocalPort 137 -Action Block`, \
         Cisco `access-list ... deny udp any any eq snmp`. Bind the service to an inner address; memcached: `-U 0`; \
         turn off what nobody uses (TFTP, UPnP, NetBIOS). For use from afar: a VPN."
    ],
    message: [
        "Cổng {port}/udp là {service_vi}, trả lời câu hỏi từ {vantage}, gấp {factor} lần câu hỏi.",
        "Port {port}/udp is {service_en} and answers questions from {vantage}, {factor} times the question."
    ],
    sources: ["CWE-668", "CWE-306", "CISA BOD 23-02", "CISA TA14-017A"],
});

impl Check for Exposed {
    type Fact = UdpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &UdpFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        match (fact.answered, fact.protocol) {
            (Tri::No, _) => return Outcome::Pass,
            (Tri::Yes, Some(_)) => (),
            _ => return SILENT,
        }
        let Some((row, grade)) = found(fact, context) else {
            return Outcome::Pass;
        };
        let fault = Fault::on(row.kind.as_str(), grade)
            .with("port", &fact.port)
            .with("service_vi", &row.title.vi)
            .with("service_en", &row.title.en)
            .with("factor", &factor(fact.loudest(|_| true)))
            .with("vantage", &vantage(context.vantage));
        Outcome::Fail(vec![fault])
    }
}

/// The row of the exposure table that says that what was spoken should not answer from there, and how bad
/// it is.
pub(super) fn found<'a>(fact: &UdpFact, context: &Context<'a>) -> Option<(&'a ServiceKind, Grade)> {
    let spoken = fact.protocol?;
    // That a directory or an agent with the default community answers is told by what it gives away.
    let elsewhere = spoken == Protocol::Ldap || fact.public_community == Tri::Yes;
    let rows = context.parameters.exposure.iter();
    let mut of_it = rows.filter(|row| row.is(spoken.code(), fact.product.as_deref()));
    let row = of_it.next().filter(|_| !elsewhere)?;
    let meant = own(fact, context).is_some_and(|endpoint| endpoint.zone == Zone::Local);
    if row.as_declared && meant && context.vantage == Zone::Local {
        return None;
    }
    let grade = row.grade(context.vantage, exposure(fact, context))?;
    Some((row, grade))
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{declared, mute, speaks};
    use crate::examples::{Example, Expect};

    let of = |protocol| speaks(protocol, |_| ());
    let fail = |kind, grade| Expect::Fail(vec![(kind, grade)]);
    vec![
        Example::new("names", of(Protocol::Dns), Expect::Pass),
        Example::new("time", of(Protocol::Ntp), Expect::Pass),
        Example::new("files", of(Protocol::Tftp), fail("tftp", Grade::Grave)),
        Example::new(
            "files, inside",
            of(Protocol::Tftp),
            fail("tftp", Grade::Moderate),
        )
        .from(Zone::Local),
        Example::new("files, as declared", of(Protocol::Tftp), Expect::Pass)
            .declared(declared(69, Protocol::Tftp, Zone::Local))
            .from(Zone::Local),
        Example::new(
            "a cache",
            of(Protocol::Memcached),
            fail("memcached", Grade::Grave),
        ),
        Example::new("a search", of(Protocol::Ssdp), fail("ssdp", Grade::Serious)),
        Example::new("an agent", of(Protocol::Snmp), fail("snmp", Grade::Serious)),
        Example::new(
            "an agent with the default community is told as such",
            speaks(Protocol::Snmp, |fact| fact.public_community = Tri::Yes),
            Expect::Pass,
        ),
        Example::new(
            "a controller",
            of(Protocol::Ipmi),
            fail("ipmi", Grade::Grave),
        ),
        Example::new("things", of(Protocol::Coap), fail("coap", Grade::Moderate)),
        Example::new("closed", mute(Protocol::Tftp, Tri::No), Expect::Pass),
        Example::new(
            "silent",
            mute(Protocol::Tftp, Tri::Unknown),
            Expect::Inconclusive,
        ),
    ]
}
