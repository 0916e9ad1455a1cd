//! A name server that does not know its zone.

use jiff::Timestamp;

use super::{transfer_open::over_servers, zone_of};
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::DnsFact};

about!(LameServer, Dns, Endpoint, false, {
    id: "dns.lame_server",
    title: [
        "Máy chủ tên miền được khai nhưng không phục vụ vùng",
        "Listed name server that does not serve the zone"
    ],
    why: [
        "Bản ghi NS trỏ tới máy không trả lời cho vùng (lame). Người truy cập phải chờ và thử máy khác; khi máy \
         còn lại hỏng, tên miền mất liên lạc dù tưởng có dự phòng.",
        "An NS record names a server that does not answer for the zone (lame). Visitors wait and try another; \
         when that one fails, the domain is gone although it seemed to have a reserve."
    ],
    fix: [
        "Nạp vùng trên máy đó (kiểm tra `allow-transfer` của máy chính và hạn SOA của máy phụ), hoặc bỏ bản \
         ghi NS ở cả vùng và nhà đăng ký. Kiểm tra: `dig @MÁY-CHỦ VÙNG SOA +norecurse` phải có cờ aa.",
        "Load the zone on that server (look at `allow-transfer` of the primary and the SOA expiry of the \
         secondary), or drop its NS record in the zone and at the registrar. To check: \
         `dig @SERVER ZONE SOA +norecurse` must show the flag aa."
    ],
    message: [
        "Máy chủ {server} được khai cho vùng {zone} nhưng không trả lời có thẩm quyền.",
        "The server {server} is listed for the zone {zone} but does not answer with authority."
    ],
    sources: ["RFC 1912 mục 2.8", "RFC 9499 mục 7"],
});

impl Check for LameServer {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        over_servers(
            fact,
            |server| !server.authoritative,
            |server| {
                Fault::on(format!("{zone}/{}", server.name), Grade::Moderate)
                    .with("zone", &zone)
                    .with("server", &server.name)
            },
        )
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact, Tri,
        dns::sound,
        examples::{Example, Expect},
        fact::NameServer,
    };

    let server = |name: &str, authoritative| NameServer {
        name: name.to_owned(),
        authoritative,
        ..NameServer::default()
    };
    let with = |servers: Option<Vec<NameServer>>| {
        Fact::Dns(DnsFact {
            servers_asked: servers,
            ..sound()
        })
    };
    let good = server("ns1.doiche.test", Tri::Yes);
    let lame = server("ns2.doiche.test", Tri::No);
    let mute = server("ns3.doiche.test", Tri::Unknown);
    let fault = vec![("doiche.test/ns2.doiche.test", Grade::Moderate)];
    vec![
        Example::new("serves it", with(Some(vec![good.clone()])), Expect::Pass),
        Example::new(
            "one does not",
            with(Some(vec![good.clone(), lame.clone()])),
            Expect::Fail(fault.clone()),
        ),
        Example::new(
            "one does not, one not asked",
            with(Some(vec![lame, mute.clone()])),
            Expect::Partial(fault),
        ),
        Example::new(
            "one not asked",
            with(Some(vec![good, mute])),
            Expect::Inconclusive,
        ),
        Example::new("not known", with(None), Expect::Inconclusive),
    ]
}
