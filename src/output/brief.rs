//! A fact in one line, for a table.

use luytre_checks::{Fact, Tri, fact::UdpFact};
use luytre_inventory::Worded as _;

/// What a fact says, in a line.
pub(crate) fn brief(fact: &Fact) -> String {
    match fact {
        Fact::Tls(tls) if tls.starttls_offered == Tri::No => "STARTTLS: no".to_owned(),
        Fact::Tls(tls) => {
            let offered: Vec<String> = tls
                .versions
                .iter()
                .filter(|(_, v)| v.offered == Tri::Yes)
                .map(|(version, v)| format!("{version} ({})", v.suites.len()))
                .collect();
            let unknown = tls
                .versions
                .values()
                .filter(|v| v.offered == Tri::Unknown)
                .count();
            match unknown {
                0 => offered.join(", "),
                n => format!("{} (? {n})", offered.join(", ")),
            }
        }
        Fact::Chain(chain) if chain.no_tls => "STARTTLS: no".to_owned(),
        Fact::Chain(chain) => chain.leaf().map_or_else(
            || format!("{} certificates", chain.certificates.len()),
            |leaf| format!("{} → {}", leaf.subject, leaf.not_after),
        ),
        Fact::Ports(ports) => {
            let open: Vec<String> = ports.open.iter().map(u16::to_string).collect();
            let open = open.join(",");
            match (ports.complete, ports.undecided.is_empty()) {
                (true, _) => open,
                (false, true) => format!("{open} (?)"),
                (false, false) => format!("{open} (? {})", ports.undecided),
            }
        }
        Fact::Service(service) => [&service.product, &service.version, &service.banner]
            .into_iter()
            .flatten()
            .take(2)
            .cloned()
            .collect::<Vec<_>>()
            .join(" "),
        Fact::Http(http) => http
            .exchanges
            .iter()
            .map(|exchange| format!("{} {}", exchange.status, exchange.url))
            .collect::<Vec<_>>()
            .join(" → "),
        Fact::Ssh(ssh) => {
            let keys = ssh.host_keys.iter();
            let keys: Vec<String> = keys.map(|k| format!("{} {}", k.kind, k.bits)).collect();
            let banner = ssh.banner.clone().unwrap_or_default();
            format!("{banner} ({})", keys.join(", "))
        }
        Fact::Udp(udp) => udp_line(udp),
        Fact::Dns(dns) => format!(
            "{}: DNSSEC {}, CAA {}, SPF {}, DMARC {}",
            dns.zone.as_deref().unwrap_or("?"),
            tri(dns.dnssec.delegated),
            count(dns.caa.as_ref().map(|set| set.records.len())),
            count(dns.mail.spf.as_ref().map(Vec::len)),
            count(dns.mail.dmarc.as_ref().map(|dmarc| dmarc.records.len())),
        ),
        Fact::Record(record) => format!("{:?}", record.level),
    }
}

fn udp_line(udp: &UdpFact) -> String {
    let spoken = udp.protocol.map(|protocol| protocol.text().en.to_owned());
    let loudest = udp.loudest(|_| true).map(|e| format!("×{}", e.factor()));
    let answered = match udp.answered {
        Tri::Yes => None,
        Tri::No => Some("closed".to_owned()),
        Tri::Unknown => Some("open|filtered".to_owned()),
    };
    let said = [udp.product.clone(), udp.version.clone()];
    let words = [answered, spoken].into_iter().chain(said).chain([loudest]);
    words.flatten().collect::<Vec<_>>().join(" ")
}

fn tri(value: Tri) -> &'static str {
    match value {
        Tri::Yes => "yes",
        Tri::No => "no",
        Tri::Unknown => "?",
    }
}

fn count(number: Option<usize>) -> String {
    number.map_or_else(|| "?".to_owned(), |number| number.to_string())
}
