//! The overall statement: what each colour needs.

use luytre_checks::Severity;
use luytre_report::{Assessment, FindingState, Standing};

use crate::support::sample;

/// The sample, clean: nothing open, all measured, all clear, level approved.
fn clean() -> Assessment {
    let mut a = sample();
    a.findings.retain(|f| !f.state.open());
    a.coverage.measured = a.coverage.planned;
    a.outcomes.inconclusive = 0;
    a.outcomes.fail = 0;
    a
}

/// The clean sample with one open finding of `severity`, due `days` after the day of the figures.
fn with(severity: Severity, days: Option<i64>) -> Assessment {
    let mut a = clean();
    let mut finding = sample().findings[0].clone();
    finding.state = FindingState::Confirmed;
    finding.severity = severity;
    finding.due = days.map(|n| a.as_of_day() + jiff::Span::new().days(n));
    a.findings.push(finding);
    a
}

#[test]
fn colours_follow_the_findings() {
    for (assessment, wanted) in [
        (clean(), Standing::Green),
        (with(Severity::Info, None), Standing::Yellow),
        (with(Severity::Medium, Some(-9)), Standing::Yellow),
        (with(Severity::High, None), Standing::Orange),
        // The last day still counts as in time.
        (with(Severity::High, Some(0)), Standing::Orange),
        (with(Severity::High, Some(-1)), Standing::Red),
        (with(Severity::Critical, Some(-1)), Standing::Red),
    ] {
        assert_eq!(Standing::of(&assessment), wanted);
    }
}

#[test]
fn an_accepted_or_mended_finding_is_not_open() {
    let until = sample().as_of_day();
    for state in [
        FindingState::Accepted { until },
        FindingState::FalsePositive { until },
        FindingState::Fixed { on: until },
        FindingState::Retired,
    ] {
        let mut a = with(Severity::Critical, Some(-1));
        a.findings.last_mut().unwrap().state = state;
        assert_eq!(Standing::of(&a), Standing::Green);
    }
    for state in [FindingState::Unreachable, FindingState::Disputed] {
        let mut a = with(Severity::Critical, Some(-1));
        a.findings.last_mut().unwrap().state = state;
        assert_eq!(Standing::of(&a), Standing::Red);
    }
}

#[test]
fn what_is_unknown_is_never_green() {
    let harmed: [fn(&mut Assessment); 5] = [
        |a| a.system.approval = None,
        |a| a.system.approval.as_mut().unwrap().decision = None,
        |a| a.outcomes.inconclusive = a.outcomes.pass,
        |a| a.outcomes.pass = 0,
        |a| a.coverage.measured = a.coverage.planned * 85 / 100,
    ];
    for harm in harmed {
        let mut a = clean();
        harm(&mut a);
        assert_eq!(Standing::of(&a), Standing::Yellow);
    }
}

#[test]
fn grey_beats_everything() {
    for (planned, measured, threshold) in [(100, 79, 80), (0, 0, 80), (50, 0, 0)] {
        let mut a = with(Severity::Critical, Some(-1));
        a.coverage.planned = planned;
        a.coverage.measured = measured;
        a.coverage.threshold_percent = threshold;
        assert_eq!(Standing::of(&a), Standing::Grey);
    }
    let mut a = clean();
    a.coverage.planned = 100;
    a.coverage.measured = 80;
    assert_ne!(Standing::of(&a), Standing::Grey);
}
