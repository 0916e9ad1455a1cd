use uuid::Uuid;

use jiff::civil::Date;

use super::{
    draft::{BY_LAW, EXCLUDED},
    *,
};
use crate::{ExclusionKind, PortSet, ProbeClass, ScanProfile, sample};

const DAY: Date = Date::constant(2026, 11, 21);

fn at(text: &str) -> Timestamp {
    crate::parse_moment(text, crate::Edge::End).unwrap()
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn inventory() -> Inventory {
    let mut all = sample();
    for (n, (system, url)) in [
        (0, "https://www.doiche.test"),
        (3, "https://dvc.lamgiang.test"),
        (9, "192.0.2.7:102"),
    ]
    .into_iter()
    .enumerate()
    {
        let spot = crate::place::parse_spot(url).unwrap();
        all.systems[system]
            .endpoints
            .push(spot.with_id(Uuid::from_u128(n as u128 + 1)));
    }
    all
}

fn request() -> Request {
    Request {
        owner: Some(code("ubnd-tinh")),
        systems: Vec::new(),
        route: Route::MonitoringNotice,
        ground: "Kế hoạch số 92/KH-UBND".to_owned(),
        from: at("2026-12-01T00:00:00+07:00"),
        until: at("2026-12-31"),
        sources: vec!["203.0.113.0/29".parse().unwrap()],
        our_contact: "Trực ban, Phòng An ninh mạng".to_owned(),
        contact: None,
        ports: PortSet::all(),
        classes: ProbeClass::every(),
        profile: ScanProfile::Light,
        hours: None,
    }
}

fn exclude(all: &mut Inventory, kind: ExclusionKind, system: &str) {
    all.exclusions.push(Exclusion {
        name: "hồ Thác Mây".to_owned(),
        kind,
        names: Vec::new(),
        prefixes: Vec::new(),
        systems: vec![code(system)],
        until: None,
    });
}

#[test]
fn a_draft_holds_exactly_what_is_declared() {
    let mut all = inventory();
    exclude(&mut all, ExclusionKind::Fragile, "scada-thac-may");
    let draft = draft(&all, &request(), DAY).unwrap();
    let grant = &draft.authorisation.grant;
    let names: Vec<String> = grant.names.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["dvc.lamgiang.test", "www.doiche.test"]);
    assert!(grant.prefixes.is_empty());
    assert_eq!(draft.left_out.len(), 1);
    assert_eq!(draft.left_out[0].reason, EXCLUDED);
    for part in [
        "UBND tỉnh Lam Giang",
        "www.doiche.test:443",
        "203.0.113.0/29",
        "Căn cứ khoản 4, khoản 5 Điều 7 Nghị định số 333/2026/NĐ-CP;\nCăn cứ Kế hoạch số 92/KH-UBND.",
        "02 hệ thống",
        "bắt tay TLS",
        "Số: ……/TB-……",
        "đến hết ngày 31 tháng 12 năm 2026",
        "Trực ban",
        "từ 00 giờ 00 phút ngày 01 tháng 12 năm 2026",
    ] {
        assert!(draft.notice.contains(part), "{part}\n{}", draft.notice);
    }
    assert!(!draft.notice.contains("192.0.2.7"));
    // An unsigned draft cannot be recorded.
    let now = at("2026-11-21");
    assert!(matches!(
        record(&all, draft.authorisation.clone(), now),
        Err(AuthorityError::Faulty {
            field: "number",
            ..
        })
    ));
    let signed = Authorisation {
        number: "5/TB-PA05".to_owned(),
        ..draft.authorisation
    };
    let recorded = record(&all, signed.clone(), now).unwrap();
    assert_eq!(crate::check(&recorded, now), []);
    assert_eq!(
        record(&recorded, signed, now),
        Err(AuthorityError::Twice("5/TB-PA05".to_owned()))
    );
    let listed = list(&recorded, at("2026-12-25"), 14);
    assert_eq!(listed[0].standing, Standing::Ending);
    assert_eq!(listed[0].systems.len(), 2);
    let end = Revocation {
        at: now,
        by: "trực ban".to_owned(),
        reason: "chủ quản yêu cầu".to_owned(),
    };
    let revoked = revoke(&recorded, "5/TB-PA05", end.clone()).unwrap();
    assert_eq!(
        list(&revoked, at("2026-12-25"), 14)[0].standing,
        Standing::Revoked
    );
    assert!(matches!(
        revoke(&revoked, "5/TB-PA05", end.clone()),
        Err(AuthorityError::RevokedAlready(_))
    ));
    assert!(matches!(
        revoke(&revoked, "6", end),
        Err(AuthorityError::NoSuch(_))
    ));
}

#[test]
fn what_the_law_shuts_out_is_refused() {
    let now = at("2026-11-21");
    let mut all = inventory();
    exclude(&mut all, ExclusionKind::Military, "scada-thac-may");
    let asked = Request {
        owner: None,
        systems: vec![code("scada-thac-may")],
        ..request()
    };
    assert_eq!(
        draft(&all, &asked, DAY),
        Err(AuthorityError::Statutory("hồ Thác Mây".to_owned()))
    );
    let whole = draft(&all, &request(), DAY).unwrap();
    assert_eq!(whole.left_out[0].reason, BY_LAW);
    let wide = Authorisation {
        number: "7".to_owned(),
        grant: Grant {
            prefixes: vec!["192.0.2.0/24".parse().unwrap()],
            ..whole.authorisation.grant.clone()
        },
        ..whole.authorisation.clone()
    };
    assert!(matches!(
        record(&all, wide, now),
        Err(AuthorityError::Statutory(_))
    ));
    // A name under a shut-out name, or above it, is refused too.
    all.exclusions[0].names = vec!["*.mat.lamgiang.test".parse().unwrap()];
    for name in [
        "x.mat.lamgiang.test",
        "*.lamgiang.test",
        "*.a.mat.lamgiang.test",
    ] {
        let paper = Authorisation {
            number: "8".to_owned(),
            grant: Grant {
                names: vec![name.parse().unwrap()],
                prefixes: Vec::new(),
                ..whole.authorisation.grant.clone()
            },
            ..whole.authorisation.clone()
        };
        assert!(
            matches!(record(&all, paper, now), Err(AuthorityError::Statutory(_))),
            "{name}"
        );
    }
    // State secrets recorded in a profile shut a system out as well.
    let mut all = inventory();
    all.systems[0]
        .profile
        .as_mut()
        .unwrap()
        .info
        .insert(InfoKind::StateSecret);
    let asked = Request {
        owner: None,
        systems: vec![code("tttdt-xa-doi-che")],
        ..request()
    };
    assert!(matches!(
        draft(&all, &asked, DAY),
        Err(AuthorityError::Statutory(_))
    ));
}

#[test]
fn an_emergency_needs_national_security() {
    let all = inventory();
    let asked = Request {
        route: Route::Emergency,
        ..request()
    };
    assert!(matches!(
        draft(&all, &asked, DAY),
        Err(AuthorityError::Faulty {
            field: "ground",
            ..
        })
    ));
    let asked = Request {
        ground: "nguy cơ xâm phạm an ninh quốc gia".to_owned(),
        ..asked
    };
    assert!(draft(&all, &asked, DAY).unwrap().notice.contains("24 giờ"));
}

#[test]
fn nothing_to_scan_is_said() {
    let asked = |systems: &[&str]| Request {
        owner: None,
        systems: systems.iter().map(|s| code(s)).collect(),
        ..request()
    };
    assert_eq!(
        draft(&sample(), &request(), DAY),
        Err(AuthorityError::NoTarget)
    );
    assert_eq!(
        draft(&inventory(), &asked(&[]), DAY),
        Err(AuthorityError::NoSystem)
    );
    assert_eq!(
        draft(&inventory(), &asked(&["la"]), DAY),
        Err(AuthorityError::Unknown(code("la")))
    );
}
