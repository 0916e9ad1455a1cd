//! A zone that is handed to whoever asks for it.

use jiff::Timestamp;
use luytre_inventory::Text;

use super::zone_of;
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{DnsFact, NameServer},
};

about!(TransferOpen, Dns, Endpoint, false, {
    id: "dns.transfer_open",
    title: [
        "Máy chủ tên miền cho người lạ sao chép cả vùng",
        "Name server that hands the whole zone to strangers"
    ],
    why: [
        "Sao chép vùng (AXFR) cho ai hỏi cũng được là trao danh sách mọi máy và tên nội bộ của cơ quan, \
         đúng thứ kẻ tấn công cần để chọn mục tiêu.",
        "A zone transfer (AXFR) for whoever asks hands over the list of every machine and internal name: just \
         what an attacker needs to choose a target."
    ],
    fix: [
        "Chỉ cho máy chủ phụ được sao chép, tốt nhất bằng khóa TSIG: BIND `allow-transfer { key …; };`, \
         Windows DNS: thẻ Zone Transfers, chọn \"Only to the following servers\"; PowerDNS `allow-axfr-ips`.",
        "Let secondaries alone transfer it, better with a TSIG key: BIND `allow-transfer { key …; };`, Windows \
         DNS: tab Zone Transfers, \"Only to the following servers\"; PowerDNS `allow-axfr-ips`."
    ],
    message: [
        "Máy chủ {server} trao vùng tên miền {zone} cho đầu dò (thấy ít nhất {records} bản ghi rồi dừng).",
        "The server {server} hands the zone {zone} to the sensor (at least {records} records were seen, then it stopped)."
    ],
    sources: ["RFC 5936 mục 5"],
});

/// Why nothing can be said of a server that was not asked or did not answer.
pub(crate) const UNDECIDED: Text = Text::new(
    "có máy chủ tên miền nằm ngoài căn cứ quét hoặc không trả lời",
    "a name server is outside the authorisation, or did not answer",
);

/// The faults of the servers asked, and whether all of them were decided.
pub(crate) fn over_servers(
    fact: &DnsFact,
    decided: impl Fn(&NameServer) -> Tri,
    fault: impl Fn(&NameServer) -> Fault,
) -> Outcome {
    let Some(servers) = fact.servers_asked.as_deref().filter(|s| !s.is_empty()) else {
        return Outcome::weigh(Vec::new(), Some(UNDECIDED));
    };
    let at_fault = servers.iter().filter(|server| decided(server) == Tri::Yes);
    let faults = at_fault.map(fault).collect();
    let open = servers.iter().any(|server| decided(server) == Tri::Unknown);
    Outcome::weigh(faults, open.then_some(UNDECIDED))
}

impl Check for TransferOpen {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        over_servers(
            fact,
            |server| server.transfer,
            |server| {
                Fault::on(format!("{zone}/{}", server.name), Grade::Moderate)
                    .with("zone", &zone)
                    .with("server", &server.name)
                    .with("records", &server.records.unwrap_or(1))
            },
        )
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        dns::sound,
        examples::{Example, Expect},
    };

    let server = |name: &str, transfer| NameServer {
        name: name.to_owned(),
        authoritative: Tri::Yes,
        transfer,
        records: (transfer == Tri::Yes).then_some(40),
    };
    let with = |servers: Option<Vec<NameServer>>| {
        Fact::Dns(DnsFact {
            servers_asked: servers,
            ..sound()
        })
    };
    let open = server("ns1.doiche.test", Tri::Yes);
    let shut = server("ns2.doiche.test", Tri::No);
    let mute = server("ns3.doiche.test", Tri::Unknown);
    let fault = vec![("doiche.test/ns1.doiche.test", Grade::Moderate)];
    vec![
        Example::new("shut", with(Some(vec![shut.clone()])), Expect::Pass),
        Example::new(
            "one open",
            with(Some(vec![open.clone(), shut.clone()])),
            Expect::Fail(fault.clone()),
        ),
        Example::new(
            "one open, one not asked",
            with(Some(vec![open, mute.clone()])),
            Expect::Partial(fault),
        ),
        Example::new(
            "one not asked",
            with(Some(vec![shut, mute])),
            Expect::Inconclusive,
        ),
        Example::new("none", with(Some(Vec::new())), Expect::Inconclusive),
        Example::new("not known", with(None), Expect::Inconclusive),
    ]
}
