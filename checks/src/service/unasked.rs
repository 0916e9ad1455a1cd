//! Open ports of devices to which nothing is ever said.

use jiff::Timestamp;
use luytre_inventory::Text;

use super::exposure::vantage;
use crate::{
    About, Check, Context, Exposure, Fault, Outcome, fact::PortsFact, policy::ServiceKind,
};

about!(Unasked, Exposure, Endpoint, true, {
    id: "ports.exposed",
    title: ["Cổng điều khiển công nghiệp mở ra mạng", "Port of industrial control reachable"],
    why: [
        "Giao thức điều khiển công nghiệp không hỏi mật khẩu: ai kết nối được là ra lệnh được cho bơm, điện, \
         cửa. Phần mềm không gửi gì tới các cổng này vì có thiết bị dừng khi nhận dữ liệu lạ, nên chỉ đoán theo \
         số cổng.",
        "Protocols of industrial control ask for no password: whoever connects can command pumps, power and \
         doors. Nothing is sent to these ports, since some devices stop at an unknown byte, so this is a guess \
         by the port."
    ],
    fix: [
        "Chặn cổng này trên tường lửa và đưa thiết bị vào mạng điều khiển riêng, chỉ vào được qua máy trung gian \
         hoặc VPN. Nếu cổng do dịch vụ khác dùng, khai dịch vụ đó vào hồ sơ hệ thống.",
        "Close the port in the firewall and move the device into a control network of its own, reachable through \
         a jump host or a VPN only. If another service uses the port, declare it in the record."
    ],
    message: [
        "Cổng {port}, thường là {service_vi} (đoán theo số cổng), trả lời kết nối từ {vantage}.",
        "Port {port}, usually {service_en} (guessed by the port), answers connections from {vantage}."
    ],
    sources: ["CISA AA22-103A", "CWE-306", "CVE-2019-5636"],
});

impl Check for Unasked {
    type Fact = PortsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &PortsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let rows: Vec<&ServiceKind> = context
            .parameters
            .exposure
            .iter()
            .filter(|row| row.never_asked)
            .collect();
        if !rows
            .iter()
            .any(|row| row.ports.iter().any(|port| fact.asked.contains(port)))
        {
            return Outcome::not_applicable(
                "lần dò này không hỏi cổng nào thuộc loại đó",
                "this look asked for none of those ports",
            );
        }
        let exposure = Exposure::of(context.vantage, context.endpoint.map(|e| e.zone));
        let fault = |port: &u16| {
            let row = rows.iter().find(|row| row.ports.contains(*port))?;
            // Whatever the owner declares on the port as something else is judged by what it speaks.
            let other = context.declared.iter().any(|endpoint| {
                endpoint.port == Some(*port)
                    && endpoint.protocol.is_some_and(|protocol| {
                        !row.is(luytre_inventory::Worded::code(protocol), None)
                    })
            });
            let grade = row.guessed(context.vantage, exposure).filter(|_| !other)?;
            Some(
                Fault::on(port.to_string(), grade)
                    .with("port", port)
                    .with("service_vi", &row.title.vi)
                    .with("service_en", &row.title.en)
                    .with("vantage", &vantage(context.vantage)),
            )
        };
        let faults = fact.open.iter().filter_map(fault).collect();
        let undecided = (!fact.complete).then_some(UNDECIDED);
        Outcome::weigh(faults, undecided)
    }
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
