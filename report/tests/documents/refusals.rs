//! What must never become a document.

use luytre_report::{Assessment, Basis, Error, Format, RequirementState, SecrecyMark, render};

use crate::support::sample;

fn refused(a: &Assessment) -> Vec<Error> {
    [Format::Pdf, Format::Docx]
        .into_iter()
        .map(|format| render(a, format).unwrap_err())
        .collect()
}

#[test]
fn state_secrets_are_refused() {
    for mark in [SecrecyMark::Mat, SecrecyMark::ToiMat, SecrecyMark::TuyetMat] {
        let mut a = sample();
        a.secrecy = mark;
        for error in refused(&a) {
            assert!(matches!(error, Error::Secret(m) if m == mark), "{error}");
        }
    }
}

#[test]
fn a_mark_must_be_chosen() {
    let mut value = serde_json::to_value(sample()).unwrap();
    value.as_object_mut().unwrap().remove("secrecy");
    let error = serde_json::from_value::<Assessment>(value).unwrap_err();
    assert!(error.to_string().contains("secrecy"), "{error}");
}

#[test]
fn a_clean_scan_is_no_proof() {
    let mut a = sample();
    let clause = a
        .requirements
        .iter_mut()
        .find(|r| r.contradict_only)
        .unwrap();
    clause.state = RequirementState::Met {
        basis: Basis::Scan,
        source: "lần đo ngày 18/11/2026".into(),
    };
    for error in refused(&a) {
        assert!(matches!(error, Error::CleanScanAsMet(_)), "{error}");
    }
}

#[test]
fn a_due_date_needs_its_basis() {
    let mut a = sample();
    a.findings[0].due_basis = None;
    for error in refused(&a) {
        assert!(matches!(error, Error::DueWithoutBasis(_)), "{error}");
    }
}

#[test]
fn no_more_measured_than_planned() {
    let mut a = sample();
    a.coverage.measured = a.coverage.planned + 1;
    for error in refused(&a) {
        assert!(matches!(error, Error::Coverage { .. }), "{error}");
    }
}

#[test]
fn the_model_survives_json() {
    let a = sample();
    let json = serde_json::to_string(&a).unwrap();
    assert_eq!(a, serde_json::from_str(&json).unwrap());
}
