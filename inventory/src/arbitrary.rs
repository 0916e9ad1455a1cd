//! Random inventories for property tests: every field of the model, in normal form.

use proptest::{collection::vec, option::of, prelude::*, sample::select};

use crate::{words::Worded, *};

/// Text as the model keeps it, with what breaks sheets: formulas, separators, quotes, apostrophes,
/// escapes of workbooks, letters of every plane.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let odd = select(vec![
        "=1+1",
        "+84 912",
        "-x",
        "@a",
        "'",
        "''q",
        "## Hệ thống",
        "a;b",
        "a,b",
        "\"q\"",
        "_x000D_",
        "＝x",
        "a\nb",
        "UBND xã Đồi Chè",
        "漢字 🎋",
        "0012",
        "1e5",
        "2026-01-01",
        "TRUE",
        "&amp;<b>",
        "(1)",
        "[x]",
        "#REF!",
        "|cmd",
        "%x",
    ]);
    prop_oneof![odd.prop_map(str::to_owned), "[ -~à-ỹ\n]{1,24}"]
        .prop_map(|t| clean(&t))
        .prop_filter("not empty", |t| {
            !t.is_empty() && crate::restore(t).is_none()
        })
}

fn line() -> impl Strategy<Value = String> {
    text().prop_map(|t| t.replace(['\n', '\t'], " ").trim().to_owned())
}

fn code() -> impl Strategy<Value = Code> {
    // The code of a unit that is in no register, alone in a cell, must not read as "n/a".
    "[a-z][a-z0-9.-]{0,6}"
        .prop_filter("no word for nothing", |t| !crate::column::is_nil(&fold(t)))
        .prop_map(|t| t.parse().unwrap())
}

fn date() -> impl Strategy<Value = jiff::civil::Date> {
    (1950i16..2100, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| jiff::civil::date(y, m, d))
}

fn moment() -> impl Strategy<Value = jiff::Timestamp> {
    (
        0i64..4_000_000_000,
        prop_oneof![Just(0), 0i32..1_000_000_000],
    )
        .prop_map(|(s, n)| jiff::Timestamp::new(s, n).unwrap())
}

fn word<T: Worded + std::fmt::Debug>() -> impl Strategy<Value = T> {
    (0..T::TABLE.len()).prop_map(|i| T::TABLE[i].0)
}

fn paper() -> impl Strategy<Value = Paper> {
    (of(line()), of(date()), of(line())).prop_map(|(number, date, authority)| Paper {
        number,
        date,
        authority,
    })
}

prop_compose! {
    fn unit()(code in code(), name in text(), kind in of(word()), parent in of(code()), from in of(date()),
              until in of(date()), successor in of(code()), aliases in vec(line(), 0..3),
              contact in of((of(text()), of(text()), of(line()), of(line()), of(line())))) -> Unit {
        let contact = contact.map(|(mandate, representative, address, telephone, email)| Contact {
            mandate, representative, address, telephone, email,
        });
        Unit { code, name, kind, parent, from, until, successor, aliases, contact }
    }
}

fn host() -> impl Strategy<Value = HostName> {
    "[a-z]{1,5}\\.(test|xn--tst-qla)".prop_map(|t| t.parse().unwrap())
}

fn address() -> impl Strategy<Value = std::net::IpAddr> {
    prop_oneof![
        any::<[u8; 4]>().prop_map(std::net::IpAddr::from),
        any::<[u8; 16]>().prop_map(|b| std::net::IpAddr::from(b).to_canonical()),
    ]
}

fn net() -> impl Strategy<Value = ipnet::IpNet> {
    (address(), 0u8..=32).prop_map(|(a, n)| ipnet::IpNet::new(a, n).unwrap())
}

fn pattern() -> impl Strategy<Value = NamePattern> {
    (host(), any::<bool>()).prop_map(|(h, sub)| {
        format!("{}{h}", if sub { "*." } else { "" })
            .parse()
            .unwrap()
    })
}

prop_compose! {
    fn endpoint()(id in any::<[u8; 16]>(), name in of(host()), address in of(address()), transport in word(), port in of(1u16..),
                  protocol in of(word()), zone in word(), fragile: bool) -> Endpoint {
        Endpoint {
            id: uuid::Uuid::from_bytes(id), name, address, transport, port, protocol, zone, fragile,
        }
    }
}

fn profile() -> impl Strategy<Value = Profile> {
    let leaf = flat_profile();
    leaf.prop_recursive(2, 4, 2, |inner| {
        (flat_profile(), vec(inner, 0..3)).prop_map(|(mut p, components)| {
            p.components = components;
            p
        })
    })
}

prop_compose! {
    fn flat_profile()(kind in of(word()), info in vec(word(), 0..3), basic in of(any::<u64>()),
                      sensitive in of(0u64..1_000_000), users in of(0u64..2_000_000), counting in of(text()),
                      flags in any::<[Option<bool>; 6]>(), degree in of(word()), scope in of(word()),
                      grade in of(word()), harm in of(word()), pm in of(word())) -> Profile {
        Profile {
            kind, info: info.into_iter().collect(), subjects_basic: basic.filter(|n| i64::try_from(*n).is_ok()),
            subjects_sensitive: sensitive, users_personal: users, counting,
            handles_admin_procedures: flags[0], public_service_degree: degree, conditional_business: flags[1],
            infra_scope: scope, needs_24x7: flags[2], national_egov: flags[3], ics_grade: grade,
            serves_defence_security: flags[4], harm_to_national_security: harm,
            central_especially_important_data: flags[5], pm_decision_level: pm, components: Vec::new(),
        }
    }
}

type Dates = [Option<jiff::civil::Date>; 7];

fn dates() -> impl Strategy<Value = Dates> {
    vec(of(date()), 7).prop_map(|d| d.try_into().unwrap())
}

prop_compose! {
    fn system()(code in code(), name in text(),
                roles in vec((word(), code(), of(date()), of(date())), 0..4),
                levels in vec((word(), paper(), of(date())), 0..3),
                words in (of(word()), of(word()), of(word()), of(word()), word()),
                checks in vec(word(), 0..2), regulation in of(paper()), profile in of(profile()), dates in dates(),
                flags in (any::<Option<bool>>(), any::<Option<bool>>(), any::<bool>()),
                changes in vec((date(), word(), of(text())), 0..2), endpoints in vec(endpoint(), 0..3),
                unread in vec((line(), text()), 0..2)) -> System {
        System {
            code, name,
            roles: roles.into_iter().map(|(kind, unit, from, until)| Role { kind, unit, from, until }).collect(),
            levels: levels.into_iter().map(|(level, decision, until)| ApprovedLevel { level, decision, until }).collect(),
            proposed_level: words.0, dossier: words.1, plan: words.2, hosting: words.3, lifecycle: words.4,
            checks_done: checks.into_iter().collect(), regulation, profile,
            expected_approval: dates[0], expected_deployment: dates[1], go_live: dates[2],
            investment_start: dates[3], level_review: dates[4], pre_operation_check: dates[5],
            last_assessment: dates[6], monitored: flags.0, important: flags.1, fragile: flags.2,
            changes: changes.into_iter().map(|(date, kind, note)| Change { date, kind, note }).collect(),
            endpoints, unread: unread.into_iter().collect(),
        }
    }
}

prop_compose! {
    fn authorisation()(number in text(), route in word(), date in date(), ground in text(), owner in of(code()),
                       names in vec(pattern(), 0..3), prefixes in vec(net(), 0..3),
                       ports in vec((1u16.., 0u16..9), 0..3), classes in vec(word(), 0..4), profile in word(),
                       hours in of((0i8..24, 0i8..60)), rate in of(any::<u16>()), from in moment(), until in moment(),
                       sources in vec(net(), 0..2), contact in of(text()),
                       revoked in of((moment(), text(), text()))) -> Authorisation {
        let time = |(h, m)| jiff::civil::time(h, m, 0, 0);
        Authorisation {
            number, route, date, ground, owner,
            grant: Grant {
                names, prefixes,
                ports: PortSet::from_ranges(ports.into_iter().map(|(a, n)| (a, a.saturating_add(n)))),
                classes: classes.into_iter().collect(), profile,
                hours: hours.map(|h| Hours { from: time(h), to: time((h.1 % 24, h.0)) }),
                connections_per_second: rate,
            },
            from, until, sources, contact,
            revoked: revoked.map(|(at, by, reason)| Revocation { at, by, reason }),
        }
    }
}

prop_compose! {
    fn exclusion()(name in text(), kind in word(), names in vec(pattern(), 0..2), prefixes in vec(net(), 0..2),
                   systems in vec(code(), 0..2), until in of(moment())) -> Exclusion {
        Exclusion { name, kind, names, prefixes, systems, until }
    }
}

prop_compose! {
    /// An inventory with unique codes and ids.
    pub(crate) fn inventory()(units in vec(unit(), 0..4), systems in vec(system(), 0..4),
                              authorisations in vec(authorisation(), 0..3),
                              exclusions in vec(exclusion(), 0..3)) -> Inventory {
        let mut all = Inventory { units, systems, authorisations, exclusions };
        for (i, unit) in all.units.iter_mut().enumerate() {
            unit.code = format!("{}u{i}", unit.code).parse().unwrap();
        }
        for (i, system) in all.systems.iter_mut().enumerate() {
            system.code = format!("{}s{i}", system.code).parse().unwrap();
        }
        all.normalised()
    }
}
