//! What was planted against what was found.

use luytre_checks::{Finding, Subject};

use super::{Lab, Planted};

/// Planted faults found and missed, and findings that nobody planted.
#[derive(Debug)]
pub(crate) struct Comparison {
    /// Planted and found.
    pub(crate) found: usize,
    /// Planted, not found.
    pub(crate) missed: Vec<Planted>,
    /// Found, not planted: among them any finding on a healthy server.
    pub(crate) extra: Vec<Finding>,
}

impl Comparison {
    /// Compares each planted fault with one finding.
    pub(crate) fn of(lab: &Lab, findings: &[Finding]) -> Self {
        let mut extra: Vec<Finding> = findings.to_vec();
        let (mut found, mut missed) = (0, Vec::new());
        for planted in lab.planted() {
            match extra.iter().position(|finding| planted.is(finding)) {
                Some(at) => {
                    extra.remove(at);
                    found += 1;
                }
                None => missed.push(planted),
            }
        }
        Self {
            found,
            missed,
            extra,
        }
    }
}

impl Planted {
    /// Whether `finding` is this fault.
    fn is(&self, finding: &Finding) -> bool {
        let subject = match &finding.key.subject {
            Subject::Endpoint(id) => self.endpoint == Some(*id),
            Subject::System(code) => self.endpoint.is_none() && self.system == *code,
            Subject::Owner(_) | Subject::Target(_) => false,
        };
        subject
            && self.check == finding.key.check
            && self
                .part
                .as_ref()
                .is_none_or(|part| *part == finding.key.part)
    }
}
