//! Open ports that nobody declared.

use std::collections::BTreeSet;

use jiff::Timestamp;
use luytre_inventory::{Text, Transport};

use crate::{About, Check, Context, Fault, Grade, Outcome, fact::PortsFact};

/// With more open ports than this, one finding stands for all: a host that answers on every port (a
/// protecting device often does) must not bury the officer in thousands.
const MANY: usize = 50;

/// How many of them its message names.
const SHOWN: usize = 10;

about!(Undeclared, Exposure, Endpoint, true, {
    id: "ports.undeclared",
    title: ["Cổng mở chưa được khai báo", "Undeclared open port"],
    why: [
        "Cổng mở mà hồ sơ không ghi là dịch vụ không ai quản: quên tắt, cài thử, hoặc do kẻ xâm nhập \
         mở. Thứ không ai biết thì không ai vá.",
        "An open port that the record does not know is a service that nobody looks after: forgotten, left \
         from a test, or opened by an intruder. What nobody knows, nobody patches."
    ],
    fix: [
        "Hỏi đơn vị vận hành cổng này dùng làm gì. Cần dùng: bổ sung vào hồ sơ hệ thống. Không cần: tắt \
         dịch vụ và chặn trên tường lửa. Tìm chương trình đang mở cổng: Linux `ss -ltnp`, Windows \
         `netstat -abno`. Không rõ nguồn gốc: coi là dấu hiệu sự cố và báo đơn vị chuyên trách.",
        "Ask the operator what the port is for. Needed: add it to the record. Not needed: stop the service \
         and close it in the firewall. To find the program: Linux `ss -ltnp`, Windows `netstat -abno`. If \
         its origin is unclear, treat it as a sign of an incident."
    ],
    message: [
        "Máy chủ mở {count} cổng ({ports}) mà hồ sơ hệ thống không khai báo.",
        "The host has {count} port(s) open ({ports}) that the record does not declare."
    ],
    sources: ["CIS Controls v8 4.8", "CISA BOD 23-01"],
});

impl Check for Undeclared {
    type Fact = PortsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &PortsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let declared: BTreeSet<u16> = context
            .declared
            .iter()
            .copied()
            .chain(context.endpoint)
            .filter(|endpoint| endpoint.transport == Transport::Tcp)
            .filter_map(|endpoint| endpoint.port)
            .collect();
        if declared.is_empty() && !fact.open.is_empty() {
            return Outcome::unknown(
                "hồ sơ chưa khai cổng nào của máy chủ này nên không có gì để đối chiếu",
                "the record declares no port of this host, so there is nothing to compare with",
            );
        }
        let extra: Vec<u16> = fact
            .open
            .iter()
            .copied()
            .filter(|port| !declared.contains(port))
            .collect();
        let faults = if extra.len() > MANY {
            let first: Vec<String> = extra.iter().take(SHOWN).map(u16::to_string).collect();
            vec![
                Fault::on("many", Grade::Moderate)
                    .with("count", &extra.len())
                    .with("ports", &format!("{}, …", first.join(", "))),
            ]
        } else {
            let fault = |port: &u16| {
                Fault::on(port.to_string(), Grade::Moderate)
                    .with("count", &1)
                    .with("ports", &format!("{port}/tcp"))
            };
            extra.iter().map(fault).collect()
        };
        let undecided = if extra.len() > MANY {
            // Ports found before may be among them: nothing of them may close.
            Some(Text::new(
                "quá nhiều cổng mở để xét từng cổng",
                "too many ports are open to judge each",
            ))
        } else if !fact.complete || fact.asked.is_empty() {
            Some(Text::new(
                "chưa xác định được hết các cổng đã hỏi",
                "not every port that was asked for could be decided",
            ))
        } else {
            None
        };
        Outcome::weigh(faults, undecided)
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::Zone;

    use crate::{
        Fact,
        examples::{Example, Expect, endpoint},
    };

    let open = |open: &[u16], complete| {
        Fact::Ports(PortsFact {
            asked: "1-65535".parse().unwrap(),
            open: open.to_vec(),
            complete,
            ..PortsFact::default()
        })
    };
    let declared = || {
        [443, 22]
            .map(|port| endpoint(Some(port), None, Zone::Internet))
            .to_vec()
    };
    let udp = || {
        let mut all = declared();
        all[1].transport = Transport::Udp;
        all
    };
    let hosts = || vec![endpoint(None, None, Zone::Internet)];
    let all: Vec<u16> = (1..=200).collect();
    let one = || vec![("8080", Grade::Moderate)];
    vec![
        Example::new("as declared", open(&[22, 443], true), Expect::Pass).declared(declared()),
        Example::new(
            "one more",
            open(&[22, 443, 8080], true),
            Expect::Fail(one()),
        )
        .declared(declared()),
        Example::new(
            "one more at least",
            open(&[8080], false),
            Expect::Partial(one()),
        )
        .declared(declared()),
        Example::new(
            "declared over UDP is not declared over TCP",
            open(&[22, 443], true),
            Expect::Fail(vec![("22", Grade::Moderate)]),
        )
        .declared(udp()),
        Example::new("incomplete", open(&[443], false), Expect::Inconclusive).declared(declared()),
        Example::new(
            "answers everywhere",
            open(&all, true),
            Expect::Partial(vec![("many", Grade::Moderate)]),
        )
        .declared(declared()),
        Example::new("nothing declared", open(&[80], true), Expect::Inconclusive).declared(hosts()),
        Example::new("nothing open", open(&[], true), Expect::Pass).declared(hosts()),
        Example::new(
            "nothing asked",
            Fact::Ports(PortsFact::default()),
            Expect::Inconclusive,
        )
        .declared(declared()),
    ]
}
