//! A zone that hangs on one server.

use jiff::Timestamp;

use super::zone_of;
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::DnsFact};

about!(FewNameServers, Dns, Endpoint, false, {
    id: "dns.few_name_servers",
    title: ["Tên miền chỉ có một máy chủ tên miền", "Domain with a single name server"],
    why: [
        "Chỉ có một máy chủ tên miền thì khi máy đó hỏng hoặc bị tấn công, mọi trang và thư của tên miền \
         đều mất liên lạc.",
        "With a single name server, its failure or an attack on it takes every page and all mail of the \
         domain out of reach."
    ],
    fix: [
        "Thêm ít nhất một máy chủ tên miền phụ, tốt nhất ở mạng khác, và khai báo bản ghi NS ở cả vùng \
         lẫn nhà đăng ký.",
        "Add at least one secondary name server, better in another network, and list it in the NS records \
         of the zone and at the registrar."
    ],
    message: [
        "Vùng tên miền {zone} chỉ có {count} máy chủ tên miền.",
        "The zone {zone} has only {count} name server."
    ],
    sources: ["RFC 1034 mục 4.1", "RFC 2182 mục 5"],
});

impl Check for FewNameServers {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        match &fact.name_servers {
            Some(servers) if servers.len() >= 2 => Outcome::Pass,
            Some(servers) => Outcome::Fail(vec![
                Fault::on(zone, Grade::Slight)
                    .with("zone", &zone)
                    .with("count", &servers.len()),
            ]),
            None => Outcome::unknown(
                "chưa biết các máy chủ tên miền",
                "the name servers are not known",
            ),
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        dns::sound,
        examples::{Example, Expect},
    };

    let with = |servers: Option<&[&str]>| {
        Fact::Dns(DnsFact {
            name_servers: servers.map(|s| s.iter().map(|s| (*s).to_owned()).collect()),
            ..sound()
        })
    };
    vec![
        Example::new("two", Fact::Dns(sound()), Expect::Pass),
        Example::new(
            "one",
            with(Some(&["ns.doiche.test"])),
            Expect::Fail(vec![("doiche.test", Grade::Slight)]),
        ),
        Example::new("not known", with(None), Expect::Inconclusive),
    ]
}
