//! Open ports of devices to which nothing is ever said.

use jiff::Timestamp;
use luytre_inventory::{Endpoint, Text, Transport, Worded, Zone};

use super::exposure::{Basis, vantage};
use crate::{
    About, Check, Context, Exposure, Fault, Outcome, fact::PortsFact, policy::ServiceKind,
};

about!(Unasked, Exposure, Endpoint, true, {
    id: "ports.exposed",
    title: ["Cổng điều khiển công nghiệp mở ra mạng", "Port of industrial control reachable"],
    why: [
        "Giao thức điều khiển công nghiệp không hỏi mật khẩu: ai kết nối được là ra lệnh được cho bơm, điện, \
         cửa. Phần mềm không gửi gì tới các cổng này vì có thiết bị dừng khi nhận dữ liệu lạ, nên chỉ biết theo \
         khai báo hoặc đoán theo số cổng.",
        "Protocols of industrial control ask for no password: whoever connects can command pumps, power and \
         doors. Nothing is sent to these ports, since some devices stop at an unknown byte, so this rests on \
         the record or is a guess by the port."
    ],
    fix: [
        "Chặn cổng này trên tường lửa và đưa thiết bị vào mạng điều khiển riêng, chỉ vào được qua máy trung gian \
         hoặc VPN. Nếu cổng do dịch vụ khác dùng, khai dịch vụ đó vào hồ sơ hệ thống.",
        "Close the port in the firewall and move the device into a control network of its own, reachable through \
         a jump host or a VPN only. If another service uses the port, declare it in the record."
    ],
    message: [
        "Cổng {port} là {service_vi}{basis_vi}, trả lời kết nối từ {vantage}.",
        "Port {port} is {service_en}{basis_en} and answers connections from {vantage}."
    ],
    sources: ["CISA AA22-103A", "CWE-306", "CVE-2019-5636"],
});

impl Check for Unasked {
    type Fact = PortsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &PortsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let usual = rows(context).flat_map(|row| row.ports.iter());
        let declared = context
            .declared
            .iter()
            .filter(|endpoint| over_tcp(endpoint));
        let declared = declared.filter_map(|endpoint| endpoint.port);
        let mut known = usual.chain(declared);
        if !known.any(|port| fact.asked.contains(port) && find(port, context).is_some()) {
            return Outcome::not_applicable(
                "lần dò này không hỏi cổng nào thuộc loại đó",
                "this look asked for none of those ports",
            );
        }
        let faults = fact.open.iter().filter_map(|port| fault(*port, context));
        let undecided = (!fact.complete).then_some(UNDECIDED);
        Outcome::weigh(faults.collect(), undecided)
    }
}

/// Whether it is one of the ports that this look is about.
fn over_tcp(endpoint: &Endpoint) -> bool {
    endpoint.transport == Transport::Tcp
}

/// The rows of services to which nothing is ever said.
fn rows<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a ServiceKind> {
    let rows = context.parameters.exposure.iter();
    rows.filter(|row| row.never_asked)
}

/// The row of `port` with the endpoint that declares it so: by the owner's word where there is one, else
/// by the number of the port.
fn find<'a>(port: u16, context: &Context<'a>) -> Option<(&'a ServiceKind, Option<&'a Endpoint>)> {
    let here = || {
        let endpoints = context.declared.iter().copied().filter(|e| over_tcp(e));
        let endpoints = endpoints.filter(|endpoint| endpoint.port == Some(port));
        endpoints.filter_map(|endpoint| Some((endpoint, endpoint.protocol?)))
    };
    let such = here().find_map(|(endpoint, protocol)| {
        let row = rows(context).find(|row| row.is(protocol.code(), None))?;
        Some((row, Some(endpoint)))
    });
    // Whatever the owner declares as something else is judged by what it speaks.
    let unsaid = here().next().is_none();
    such.or_else(|| {
        let row = rows(context).find(|row| row.ports.contains(port));
        row.filter(|_| unsaid).map(|row| (row, None))
    })
}

fn fault(port: u16, context: &Context<'_>) -> Option<Fault> {
    let zone = context.vantage;
    let (row, endpoint) = find(port, context)?;
    let (grade, basis) = match endpoint {
        // What the owner declares for the local network and is seen from inside it is as it should be.
        Some(declared)
            if row.as_declared && zone == Zone::Local && declared.zone == Zone::Local =>
        {
            (None, Basis::Declared)
        }
        Some(declared) => {
            let exposure = Exposure::of(zone, Some(declared.zone));
            (row.grade(zone, exposure), Basis::Declared)
        }
        None => {
            let exposure = Exposure::of(zone, context.endpoint.map(|e| e.zone));
            (row.guessed(zone, exposure), Basis::Guessed)
        }
    };
    let [basis_vi, basis_en] = basis.words();
    let fault = Fault::on(port.to_string(), grade?)
        .with("port", &port)
        .with("service_vi", &row.title.vi)
        .with("service_en", &row.title.en)
        .with("basis_vi", &basis_vi)
        .with("basis_en", &basis_en)
        .with("vantage", &vantage(zone));
    Some(fault)
}

const UNDECIDED: Text = Text::new(
    "chưa xác định được hết các cổng đã hỏi",
    "not every port that was asked for could be decided",
);

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::{Protocol, Zone};

    use crate::{
        Fact, Grade,
        examples::{Example, Expect, endpoint},
    };

    let open = |asked: &str, open: &[u16], complete| {
        Fact::Ports(PortsFact {
            asked: asked.parse().unwrap(),
            open: open.to_vec(),
            complete,
            ..PortsFact::default()
        })
    };
    vec![
        Example::new("web alone", open("1-65535", &[80, 443], true), Expect::Pass),
        Example::new(
            "Modbus and S7",
            open("1-65535", &[80, 102, 502], true),
            Expect::Fail(vec![("102", Grade::Serious), ("502", Grade::Serious)]),
        ),
        Example::new(
            "Modbus inside",
            open("1-65535", &[502], true),
            Expect::Fail(vec![("502", Grade::Slight)]),
        )
        .from(Zone::Local),
        Example::new(
            "a web site on such a port",
            open("1-65535", &[20_000], true),
            Expect::Pass,
        )
        .declared(vec![endpoint(
            Some(20_000),
            Some(Protocol::Http),
            Zone::Internet,
        )]),
        Example::new(
            "Modbus on a port of its own",
            open("1-65535", &[5502], true),
            Expect::Fail(vec![("5502", Grade::Grave)]),
        )
        .declared(vec![endpoint(
            Some(5502),
            Some(Protocol::Modbus),
            Zone::Internet,
        )]),
        Example::new(
            "Modbus inside, as declared",
            open("1-65535", &[502], true),
            Expect::Pass,
        )
        .declared(vec![endpoint(
            Some(502),
            Some(Protocol::Modbus),
            Zone::Local,
        )])
        .from(Zone::Local),
        Example::new(
            "incomplete",
            open("1-65535", &[80], false),
            Expect::Inconclusive,
        ),
        Example::new(
            "one at least",
            open("1-65535", &[502], false),
            Expect::Partial(vec![("502", Grade::Serious)]),
        ),
        Example::new(
            "not asked for",
            open("22,80", &[80], true),
            Expect::NotApplicable,
        ),
    ]
}
