use jiff::civil::date;
use luytre_inventory::Level;

use super::*;
use crate::{Exposure, Grade, Severity};

fn policy(overlays: &[&str]) -> Policy {
    Policy::on(date(2026, 11, 22), overlays).unwrap()
}

fn seen() -> Timestamp {
    // 23:30 on 21 November in UTC is already the 22nd in Viet Nam.
    "2026-11-21T23:30:00Z".parse().unwrap()
}

fn days(
    policy: &Policy,
    check: &str,
    severity: Severity,
    level: Level,
    exposure: Exposure,
) -> Option<u16> {
    policy
        .due(check, severity, Some(level), exposure, seen())
        .map(|due| due.days)
}

/// A pack with `body` under the given id and rank.
fn pack(id: &str, rank: &str, body: &str) -> String {
    format!(
        "id = \"{id}\"\nversion = \"1\"\nrank = \"{rank}\"\ntitle = {{ vi = \"Gói\", en = \"Pack\" }}\n\
         effective_from = \"2026-01-01\"\ndates = \"confirmed\"\nsupersedes = []\n\n\
         [[sources]]\nnumber = \"1/QĐ\"\ncertainty = \"confirmed\"\n\n{body}"
    )
}

/// Check, grade, level, exposure → severity, days.
const GOLDEN: &str = "
cert.expired               serious  3 internet → high     3
cert.expired               serious  2 internal → high     3
cert.wrong_name            serious  1 declared → high     3
cert.expiring              slight   2 internet → low      14
cert.expiring              serious  2 internet → high     7
service.database_reachable serious  3 internet → high     7
service.database_reachable serious  2 internet → high     14
service.database_reachable serious  4 declared → critical 7
service.database_reachable grave    2 internet → critical 14
service.database_reachable moderate 3 internal → medium   90
service.admin_reachable    grave    2 internet → critical 14
service.admin_reachable    grave    3 internet → critical 7
service.admin_reachable    serious  4 internal → high     60
service.exposed            serious  2 internet → high     14
ports.exposed              serious  2 internet → high     14
udp.exposed                grave    2 internet → critical 14
udp.dns_recursion_open     serious  3 internet → high     7
udp.snmp_public            serious  4 declared → critical 7
udp.amplifier              serious  2 internet → high     30
udp.ntp_mode_six           slight   2 internal → low      -
ssh.protocol_one           serious  2 internal → high     30
ssh.no_post_quantum        slight   4 internal → info     -
tls.legacy_version         moderate 2 internet → medium   30
tls.legacy_version         moderate 3 internet → high     30
tls.weak_suite             grave    1 internal → critical 30
web.no_https_redirect      moderate 2 internet → medium   30
cert.self_signed           moderate 2 declared → high     30
cert.weak_key              serious  2 internal → high     60
cert.weak_key              grave    2 internet → critical 15
cert.weak_key              grave    2 internal → critical 30
ports.undeclared           moderate 2 internal → medium   90
ports.undeclared           moderate 2 internet → high     30
web.version_disclosed      slight   2 internet → low      -
record.no_approved_level   serious  2 internal → high     60
";

#[test]
fn golden_severities_and_terms() {
    fn word<T: serde::de::DeserializeOwned>(text: &str) -> T {
        serde_json::from_value(text.into()).unwrap()
    }
    let policy = policy(&[]);
    for row in GOLDEN.trim().lines() {
        let cells: Vec<&str> = row.split_whitespace().collect();
        let [check, grade, level, exposure, _, severity, term] = cells[..] else {
            panic!("{row}")
        };
        let level = Level::try_from(level.parse::<u8>().unwrap()).unwrap();
        let (exposure, severity): (Exposure, Severity) = (word(exposure), word(severity));
        let found = policy.severity(check, word(grade), Some(level), exposure);
        assert_eq!(found, severity, "{row}");
        let term = term.parse().ok();
        assert_eq!(
            days(&policy, check, severity, level, exposure),
            term,
            "{row}"
        );
    }
}

#[test]
fn a_term_counts_days_in_viet_nam_and_is_no_law() {
    let due = policy(&[])
        .due(
            "cert.expired",
            Severity::High,
            Some(Level::Three),
            Exposure::Internet,
            seen(),
        )
        .unwrap();
    assert_eq!(due.date, date(2026, 11, 25));
    assert!(!due.statutory && due.basis.vi.starts_with("mặc định của hệ thống"));
    assert_eq!(due.pack, "product-default");
}

#[test]
fn parameters_come_from_the_highest_pack() {
    assert_eq!(
        policy(&[]).parameters().certificate_warning_days,
        [30, 14, 7]
    );
    let province = policy(&[PROVINCE_EXAMPLE]);
    assert_eq!(province.parameters().certificate_warning_days, [45, 21, 7]);
    assert_eq!(province.parameters().rsa_minimum_bits, 2048);
    assert_ne!(province.sha256(), policy(&[]).sha256());
    assert_eq!(policy(&[]).sha256(), policy(&[]).sha256());
}

#[test]
fn law_stands_over_plan_over_default_and_both_are_shown() {
    let law = pack(
        "luat-thu",
        "law",
        "[[due]]\nseverity = [\"critical\"]\ndays = 10\n",
    );
    let due = |overlays: &[&str]| {
        policy(overlays)
            .due(
                "web.hsts_missing",
                Severity::Critical,
                Some(Level::Two),
                Exposure::Internet,
                seen(),
            )
            .unwrap()
    };
    let plan = due(&[PROVINCE_EXAMPLE]);
    assert_eq!((plan.days, plan.statutory), (7, false));
    assert_eq!(
        plan.overruled,
        [Overruled {
            pack: "product-default".to_owned(),
            days: 15
        }]
    );
    let both = due(&[PROVINCE_EXAMPLE, &law]);
    assert_eq!(
        (both.days, both.statutory, both.pack.as_str()),
        (10, true, "luat-thu")
    );
    assert_eq!(both.overruled.len(), 2);
}

#[test]
fn among_equals_the_stricter_wins() {
    let one = |id: &str, days: u8, bits: u16, grade: &str| {
        let body = format!(
            "[parameters]\nrsa_minimum_bits = {bits}\n[[due]]\ndays = {days}\n\
             [checks.\"web.hsts_missing\"]\nfrom_level = 1\n\
             grades = {{ slight = \"{grade}\", moderate = \"{grade}\", serious = \"{grade}\", grave = \"{grade}\" }}\n"
        );
        pack(id, "plan", &body)
    };
    let (a, b) = (one("a", 5, 4096, "low"), one("b", 4, 3072, "high"));
    for overlays in [[a.as_str(), &b], [b.as_str(), &a]] {
        let policy = policy(&overlays);
        assert_eq!(policy.parameters().rsa_minimum_bits, 4096);
        let severities = policy.severities(
            "web.hsts_missing",
            Grade::Slight,
            Some(Level::One),
            Exposure::Internal,
        );
        let shown: Vec<_> = severities
            .iter()
            .map(|(stamp, s)| (stamp.id.as_str(), *s))
            .collect();
        assert_eq!(
            shown,
            [
                ("b", Severity::High),
                ("a", Severity::Low),
                ("product-default", Severity::Low)
            ]
        );
        assert_eq!(
            days(
                &policy,
                "web.hsts_missing",
                Severity::Low,
                Level::One,
                Exposure::Internal
            ),
            Some(4)
        );
    }
}

#[test]
fn an_unknown_level_is_never_milder() {
    let late = pack(
        "muon",
        "plan",
        "[checks.\"web.hsts_missing\"]\nfrom_level = 4\n",
    );
    let policy = policy(&[&late]);
    assert!(!policy.in_force("web.hsts_missing", Some(Level::Three)));
    assert!(policy.in_force("web.hsts_missing", None));
    for about in crate::registry::abouts() {
        for (grade, exposure) in [
            (Grade::Slight, Exposure::Declared),
            (Grade::Serious, Exposure::Internet),
        ] {
            let unknown = policy.severity(about.id, grade, None, exposure);
            let due = |level, severity| policy.due(about.id, severity, level, exposure, seen());
            for level in [Level::One, Level::Two, Level::Three] {
                assert!(unknown >= policy.severity(about.id, grade, Some(level), exposure));
                let known = due(Some(level), unknown).map(|d| d.days);
                let ours = due(None, unknown).map(|d| d.days);
                assert!(
                    known.is_none() || ours.is_some_and(|ours| Some(ours) <= known),
                    "{}",
                    about.id
                );
            }
        }
    }
}

#[test]
fn an_overlay_takes_the_place_of_a_pack_of_its_name() {
    let newer =
        include_str!("../../packs/product-default.toml").replace("[30, 14, 7]", "[60, 30, 7]");
    let policy = policy(&[&newer]);
    assert_eq!(policy.parameters().certificate_warning_days, [60, 30, 7]);
    let listed = policy.packs();
    assert_eq!(
        listed.iter().filter(|p| p.id == "product-default").count(),
        1
    );
}

#[test]
fn packs_have_their_time() {
    let in_force = |day| -> Vec<String> {
        let policy = Policy::on(day, &[]).unwrap();
        let packs = policy.packs().into_iter().filter(|p| p.in_force);
        packs.map(|p| p.id).collect()
    };
    assert_eq!(
        in_force(date(2025, 1, 1)),
        [
            "vn-nd85-2016",
            "tcvn11930-2017",
            "exposure-default",
            "product-default"
        ]
    );
    assert_eq!(
        in_force(date(2026, 11, 22)),
        [
            "vn-nd331-2026",
            "tcvn11930-2017",
            "tcvn14423-2026",
            "exposure-default",
            "product-default"
        ]
    );
    assert_eq!(
        in_force(date(2027, 7, 1)),
        [
            "vn-nd331-2026",
            "tcvn14423-2026",
            "exposure-default",
            "product-default"
        ]
    );
    // Between the two decrees a person must look.
    assert!(Policy::on(date(2026, 7, 1), &[]).unwrap().needs_human());
    assert!(Policy::on(date(2026, 8, 18), &[]).unwrap().needs_human());
    assert!(!policy(&[]).needs_human());
    assert!(matches!(
        Policy::on(date(2015, 1, 1), &[]),
        Err(PolicyError::Missing { .. })
    ));
}

#[test]
fn certainty_is_that_of_the_weakest_statement() {
    let listed = policy(&[]).packs();
    let of = |id: &str| listed.iter().find(|p| p.id == id).unwrap().certainty;
    assert_eq!(of("tcvn14423-2026"), Certainty::Unconfirmed);
    assert_eq!(of("vn-nd85-2016"), Certainty::Memory);
    assert_eq!(of("vn-nd331-2026"), Certainty::Unconfirmed);
    assert!(listed.iter().all(|p| !p.sources.is_empty()));
}

#[test]
fn clauses_follow_the_level() {
    let policy = policy(&[]);
    let labels = |level| -> Vec<String> {
        let clauses = policy.clauses("tls.legacy_version", Some(level));
        clauses.iter().map(ClauseRef::label).collect()
    };
    assert_eq!(
        labels(Level::One),
        [
            "vn-nd331-2026:Điều 28.1",
            "tcvn11930-2017:5.2.1.2",
            "tcvn11930-2017:5.2.2.4",
            "tcvn14423-2026:3.5",
        ]
    );
    assert_eq!(
        labels(Level::Three),
        [
            "vn-nd331-2026:Điều 28.1",
            "tcvn11930-2017:7.2.1.2",
            "tcvn11930-2017:7.2.2.4",
            "tcvn11930-2017:7.2.3.4",
            "tcvn14423-2026:5.4",
            "tcvn14423-2026:5.5",
        ]
    );
    let requirements = policy.requirements(Level::Three);
    assert!(requirements.len() > policy.requirements(Level::One).len());
    assert!(
        requirements
            .iter()
            .any(|r| r.clause.stance == Stance::None && r.checks.is_empty())
    );
}

#[test]
fn transitions_are_those_of_the_law() {
    let dates: Vec<_> = policy(&[])
        .parameters()
        .transitions
        .iter()
        .map(|t| (t.id.clone(), t.deadline))
        .collect();
    assert_eq!(
        dates,
        [
            ("level_of_the_former_law".to_owned(), date(2027, 6, 30)),
            ("investment_approval".to_owned(), date(2026, 12, 31)),
            ("investment_measures".to_owned(), date(2027, 6, 30)),
        ]
    );
}

#[test]
fn nonsense_is_refused() {
    let head = |line: &str| pack("x", "plan", "").replace("dates =", &format!("{line}\ndates ="));
    let body = |body: &str| pack("x", "plan", body);
    let nonsense = [
        (
            body("[checks.\"no.such\"]\nfrom_level = 1\n"),
            "no check is called `no.such`",
        ),
        (
            body("[[due]]\nchecks = [\"no.such\"]\ndays = 1\n"),
            "no check is called `no.such`",
        ),
        (
            body("[parameters]\ncertificate_warning_days = [7, 14, 30]\n"),
            "must fall",
        ),
        (
            head("effective_to = \"2025-01-01\""),
            "before effective_from",
        ),
        (
            body("[parameters]\nno_such_parameter = 1\n"),
            "no_such_parameter",
        ),
        (
            body("[[due]]\ndays = 1\nwhen = [{ full_moon = true }]\n"),
            "full_moon",
        ),
        (pack("x", "king", ""), "king"),
        (
            body("[checks.\"cert.expired\"]\nfrom_level = 6\n"),
            "levels are 1 to 5",
        ),
        (head("no_such_key = 1"), "no_such_key"),
        ("x".repeat(2 << 20), "too large"),
        (String::new(), "missing field"),
    ];
    for (text, why) in nonsense {
        let error = Policy::on(date(2026, 11, 22), &[&text]).unwrap_err();
        let mut words = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            words = format!("{words}: {inner}");
            cause = inner.source();
        }
        assert!(
            words.starts_with("overlay pack number 1: ") && words.contains(why),
            "{words}"
        );
    }
    let twice = body("");
    assert!(matches!(
        Policy::on(date(2026, 11, 22), &[&twice, &twice]),
        Err(PolicyError::Twice(_))
    ));
    assert!(Policy::on(date(2026, 11, 22), &[&twice]).is_ok());
}
