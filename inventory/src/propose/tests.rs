use jiff::civil::date;

use super::*;
use crate::{ControlGrade, DefenceHarm, ServiceDegree, SystemKind};

const NOW: Date = Date::constant(2026, 11, 21);

fn kind(kind: SystemKind) -> Profile {
    Profile {
        kind: Some(kind),
        ..Profile::default()
    }
}

fn with(base: Profile, change: impl FnOnce(&mut Profile)) -> Profile {
    let mut profile = base;
    change(&mut profile);
    profile
}

fn levels(profile: &Profile) -> [Option<u8>; 2] {
    LevelPack::ALL.map(|pack| propose_level(profile, pack, NOW).level.map(u8::from))
}

/// Every row of the criteria tables: profile, level under NĐ 85, under NĐ 331.
#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn golden_rows() {
    use InfoKind::{PersonalBasic, PersonalSensitive, Private, Public, StateSecret};
    use SystemKind::{CitizenBusiness, IndustrialControl, Infrastructure, Internal, Other};
    let info = |k, info: &[InfoKind]| with(kind(k), |p| p.info = info.iter().copied().collect());
    let online = |f: &dyn Fn(&mut Profile)| {
        with(info(CitizenBusiness, &[PersonalBasic]), |p| {
            p.conditional_business = Some(false);
            p.public_service_degree = Some(ServiceDegree::None);
            p.handles_admin_procedures = Some(false);
            (p.subjects_basic, p.users_personal) = (Some(10), Some(10));
            f(p);
        })
    };
    let harm = |k, harm| {
        with(info(k, &[StateSecret]), |p| {
            p.harm_to_national_security = Some(harm);
        })
    };
    let defence = |harm| {
        with(info(Other, &[Private]), |p| {
            p.serves_defence_security = Some(true);
            p.harm_to_national_security = Some(harm);
        })
    };
    let infra = |scope, always| {
        with(kind(Infrastructure), |p| {
            p.infra_scope = Some(scope);
            p.needs_24x7 = Some(always);
        })
    };
    let ics = |grade| with(kind(IndustrialControl), |p| p.ics_grade = Some(grade));
    let two = |level| [Some(level), Some(level)];
    for (profile, want) in [
        (info(Internal, &[Public]), two(1)),
        (info(Internal, &[Public, Private]), two(2)),
        (info(Internal, &[PersonalBasic]), two(2)),
        (harm(Internal, DefenceHarm::Harm), two(3)),
        (harm(Internal, DefenceHarm::Serious), two(4)),
        (harm(Internal, DefenceHarm::EspeciallySerious), two(5)),
        (defence(DefenceHarm::Harm), two(3)),
        (defence(DefenceHarm::Serious), two(4)),
        (defence(DefenceHarm::EspeciallySerious), two(5)),
        (online(&|_| {}), two(2)),
        (
            online(&|p| p.public_service_degree = Some(ServiceDegree::InfoOnly)),
            two(2),
        ),
        (
            online(&|p| p.public_service_degree = Some(ServiceDegree::MotPhan)),
            [Some(3), Some(2)],
        ),
        (
            online(&|p| p.public_service_degree = Some(ServiceDegree::ToanTrinh)),
            [Some(3), Some(2)],
        ),
        (online(&|p| p.conditional_business = Some(true)), two(3)),
        (
            online(&|p| p.handles_admin_procedures = Some(true)),
            [Some(2), Some(3)],
        ),
        (online(&|p| p.users_personal = Some(9_999)), two(2)),
        (
            online(&|p| p.users_personal = Some(10_000)),
            [Some(3), Some(2)],
        ),
        (online(&|p| p.subjects_basic = Some(99_999)), two(2)),
        (
            online(&|p| p.subjects_basic = Some(100_000)),
            [Some(2), Some(3)],
        ),
        (
            online(&|p| {
                p.info.insert(PersonalSensitive);
                p.subjects_sensitive = Some(9_999);
            }),
            two(2),
        ),
        (
            online(&|p| {
                p.info.insert(PersonalSensitive);
                p.subjects_sensitive = Some(10_000);
            }),
            [Some(2), Some(3)],
        ),
        (infra(InfrastructureScope::OneBody, true), two(2)),
        (
            infra(InfrastructureScope::MinistrySectorProvince, false),
            two(3),
        ),
        (infra(InfrastructureScope::Nationwide, true), two(4)),
        (infra(InfrastructureScope::Nationwide, false), [None, None]),
        (
            infra(InfrastructureScope::InternationalInterconnect, true),
            two(5),
        ),
        (
            with(kind(Other), |p| {
                p.national_egov = Some(true);
                p.needs_24x7 = Some(true);
            }),
            two(4),
        ),
        (ics(ControlGrade::Lower), two(3)),
        (ics(ControlGrade::First), two(4)),
        (ics(ControlGrade::SpecialOrNatsec), two(5)),
        (
            with(kind(Other), |p| {
                p.central_especially_important_data = Some(true);
            }),
            two(5),
        ),
        (
            with(kind(Other), |p| p.pm_decision_level = Some(Level::Five)),
            two(5),
        ),
        (
            with(kind(Other), |p| p.pm_decision_level = Some(Level::Three)),
            [None, Some(3)],
        ),
        (kind(Other), [None, None]),
        (Profile::default(), [None, None]),
    ] {
        assert_eq!(levels(&profile), want, "{profile:?}");
    }
}

#[test]
fn unknown_inputs_are_listed_and_a_person_decides() {
    let online = kind(SystemKind::CitizenBusiness);
    for pack in LevelPack::ALL {
        let got = propose_level(&online, pack, NOW);
        assert_eq!(got.level, Some(Level::Two));
        assert!(got.needs_human);
        assert!(got.unknown.contains("conditional_business"), "{got:?}");
        let empty = propose_level(&Profile::default(), pack, NOW);
        assert!(empty.needs_human && empty.unknown.contains("kind"));
    }
    let nd331 = propose_level(&online, LevelPack::Nd331, NOW).unknown;
    assert!(nd331.contains("subjects_basic") && nd331.contains("handles_admin_procedures"));
    assert!(
        propose_level(&online, LevelPack::Nd85, NOW)
            .unknown
            .contains("users_personal")
    );
    let secret = with(kind(SystemKind::Internal), |p| {
        p.info = [InfoKind::StateSecret].into();
    });
    let got = propose_level(&secret, LevelPack::Nd331, NOW);
    assert_eq!((got.level, got.needs_human), (Some(Level::Three), true));
    assert!(
        got.articles
            .iter()
            .any(|a| a.decree.contains("333/2026") && a.article == "Điều 7.4")
    );
    assert!(got.articles.iter().any(|a| a.article == "Điều 26.3"));
}

#[test]
fn the_weeks_without_a_certain_decree_need_a_person() {
    let plain = with(kind(SystemKind::Internal), |p| {
        p.info = [InfoKind::Public].into();
    });
    for (day, human) in [
        (date(2026, 6, 30), false),
        (date(2026, 7, 1), true),
        (date(2026, 8, 18), true),
        (date(2026, 8, 19), false),
    ] {
        for pack in LevelPack::ALL {
            assert_eq!(
                propose_level(&plain, pack, day).needs_human,
                human,
                "{day} {pack:?}"
            );
        }
    }
}

#[test]
fn the_whole_is_as_high_as_its_highest_part() {
    let part = with(kind(SystemKind::IndustrialControl), |p| {
        p.ics_grade = Some(ControlGrade::First);
    });
    let whole = with(kind(SystemKind::Internal), |p| {
        p.info = [InfoKind::Public].into();
        p.components = vec![part];
    });
    assert_eq!(levels(&whole), [Some(4), Some(4)]);
}

/// users.md §5: ten systems under both decrees, as in the sample.
#[test]
fn golden_sample() {
    let sample = crate::sample();
    for (code, want, human) in [
        ("tttdt-xa-doi-che", [2, 2], false),
        ("mang-noi-bo-xa-doi-che", [2, 2], false),
        ("bang-lich-snv", [1, 1], false),
        ("tthc-tinh", [3, 3], false),
        ("ttdl-tinh", [3, 3], false),
        ("qlvb-tinh", [3, 3], true),
        ("his-bv-lam-giang", [3, 3], false),
        ("phan-anh-hien-truong", [3, 2], false),
        ("mot-cua-sxd", [2, 3], false),
        ("scada-thac-may", [4, 4], false),
    ] {
        let system = sample.system(&code.parse().unwrap()).unwrap();
        let profile = system.profile.as_ref().unwrap();
        for (pack, want) in LevelPack::ALL.into_iter().zip(want) {
            let got = propose_level(profile, pack, NOW);
            assert_eq!(
                got.level.map(u8::from),
                Some(want),
                "{code} {pack:?}: {got:#?}"
            );
            assert_eq!(got.needs_human, human, "{code} {pack:?}: {got:#?}");
            assert!(got.reasons.iter().all(|r| !r.article.article.is_empty()));
        }
    }
}

/// Sentences name fields by the headings of the sheets, never by the names in code.
#[test]
fn sentences_hold_no_machine_words() {
    for pack in LevelPack::ALL {
        for kind in [
            None,
            Some(SystemKind::CitizenBusiness),
            Some(SystemKind::Infrastructure),
        ] {
            let profile = Profile {
                kind,
                ..Profile::default()
            };
            let got = propose_level(&profile, pack, NOW);
            assert!(!got.assumptions.is_empty());
            for words in &got.assumptions {
                assert!(
                    !words.vi.contains('_') && !words.en.contains('_'),
                    "{words:?}"
                );
                assert!(!words.vi.contains("“?”"), "{words:?}");
            }
        }
    }
}
