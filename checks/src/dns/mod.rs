//! Checks on the domain name system.

use crate::{Context, Outcome, fact::DnsFact};

pub mod dangling;
pub mod dnssec_broken;
pub mod dnssec_missing;
pub mod dnssec_weak;
pub mod few_name_servers;
pub mod lame_server;
pub mod signatures_expiring;
pub mod soa_timers;
pub mod transfer_open;
pub mod wildcard;

/// The zone that a fact speaks for; the answer where it speaks for none.
///
/// What holds of a zone holds for every name in it. Where the same system also declares the apex of the
/// zone itself, that endpoint speaks for the zone, and the others need not say it again.
pub(crate) fn zone_of<'a>(fact: &'a DnsFact, context: &Context<'_>) -> Result<&'a str, Outcome> {
    let Some(zone) = fact.zone.as_deref() else {
        return Err(Outcome::unknown(
            "chưa biết tên miền chứa tên này",
            "the zone that holds the name is not known",
        ));
    };
    let endpoints = context.system.iter().flat_map(|s| &s.endpoints);
    let mut named = endpoints
        .filter(|e| e.port.is_some())
        .filter_map(|e| e.name.as_ref());
    if fact.name != zone && named.any(|name| name.as_str() == zone) {
        return Err(Outcome::not_applicable(
            "đã xét ở chính tên miền này, hệ thống cũng khai báo",
            "judged at the apex of the zone, which the system declares too",
        ));
    }
    Ok(zone)
}

/// A well-kept zone, for examples.
#[cfg(test)]
pub(crate) fn sound() -> DnsFact {
    use crate::{
        Tri,
        fact::{
            Caa, CaaSet, Dane, Dkim, Dmarc, Dnssec, Mail, NameServer, Pointer, PointerKind, Soa,
            Tlsa,
        },
    };
    DnsFact {
        name: "www.doiche.test".to_owned(),
        zone: Some("doiche.test".to_owned()),
        name_servers: Some(vec!["ns1.doiche.test".into(), "ns2.bentha.test".into()]),
        soa: Some(Soa {
            primary: "ns1.doiche.test".to_owned(),
            refresh: 14_400,
            retry: 3600,
            expire: 1_209_600,
            minimum: 3600,
        }),
        wildcard: Tri::No,
        targets: Some(vec![
            Pointer {
                kind: PointerKind::NameServer,
                to: "ns1.doiche.test".to_owned(),
                exists: Tri::Yes,
            },
            Pointer {
                kind: PointerKind::Mail,
                to: "mail.doiche.test".to_owned(),
                exists: Tri::Yes,
            },
        ]),
        servers_asked: Some(vec![NameServer {
            name: "ns1.doiche.test".to_owned(),
            authoritative: Tri::Yes,
            transfer: Tri::No,
            records: None,
        }]),
        dnssec: Dnssec {
            delegated: Tri::Yes,
            validated: Tri::Yes,
            signed_from: Some("2026-11-10T00:00:00Z".parse().unwrap()),
            signed_until: Some("2026-12-10T00:00:00Z".parse().unwrap()),
            algorithms: Some(vec![13]),
        },
        caa: Some(CaaSet {
            at: Some("doiche.test".to_owned()),
            records: vec![Caa {
                critical: false,
                tag: "issue".to_owned(),
                value: "ca.test".to_owned(),
            }],
        }),
        mail: Box::new(Mail {
            servers: Some(vec!["mail.doiche.test".to_owned()]),
            spf: Some(vec!["v=spf1 mx include:bentha.test -all".to_owned()]),
            spf_redirected: None,
            spf_terms: Some(3),
            spf_terms_complete: Tri::Yes,
            dmarc: Some(Dmarc {
                at: Some("doiche.test".to_owned()),
                records: vec!["v=DMARC1; p=reject; rua=mailto:a@doiche.test".to_owned()],
            }),
            dkim: Some(vec![Dkim {
                selector: "mail".to_owned(),
                kind: Some("rsa".to_owned()),
                bits: Some(2048),
                testing: false,
            }]),
            mta_sts: Some(vec!["v=STSv1; id=20261101".to_owned()]),
            tls_reports: Some(vec!["v=TLSRPTv1; rua=mailto:a@doiche.test".to_owned()]),
            pins: Some(vec![Dane {
                at: "_25._tcp.mail.doiche.test".to_owned(),
                secure: Tri::Yes,
                tlsa: Some(vec![Tlsa {
                    usage: 3,
                    selector: 1,
                    matching: 1,
                    data: "ab".repeat(32),
                    matches: None,
                }]),
            }]),
        }),
    }
}

#[cfg(test)]
mod tests {
    use luytre_inventory::{System, Zone};

    use super::*;
    use crate::examples::endpoint;

    #[test]
    fn the_apex_speaks_for_its_zone_where_it_is_declared() {
        let policy = crate::Policy::on("2026-11-22".parse().unwrap(), &[]).unwrap();
        let mut system = System::new("a".parse().unwrap(), "A");
        let mut apex = endpoint(Some(443), None, Zone::Internet);
        apex.name = Some("doiche.test".parse().unwrap());
        let www = endpoint(Some(443), None, Zone::Internet);
        system.endpoints = vec![www, apex];
        let context = |system| Context {
            system,
            endpoint: None,
            port: Some(443),
            vantage: Zone::Internet,
            declared: &[],
            parameters: policy.parameters(),
        };
        let of_www = sound();
        let of_apex = DnsFact {
            name: "doiche.test".to_owned(),
            ..sound()
        };
        assert_eq!(
            zone_of(&of_apex, &context(Some(&system))),
            Ok("doiche.test")
        );
        let told = zone_of(&of_www, &context(Some(&system)));
        assert!(matches!(told, Err(Outcome::NotApplicable(_))));
        let mut without = system.clone();
        without.endpoints.pop();
        assert_eq!(
            zone_of(&of_www, &context(Some(&without))),
            Ok("doiche.test")
        );
        assert_eq!(zone_of(&of_www, &context(None)), Ok("doiche.test"));
        let lost = DnsFact::default();
        assert!(matches!(
            zone_of(&lost, &context(None)),
            Err(Outcome::Inconclusive(_))
        ));
    }
}
