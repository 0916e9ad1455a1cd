//! What the exposure table says of a service that answered.

use luytre_inventory::{Endpoint, Protocol, Worded, Zone};

use super::NOT_UNDERSTOOD;
use crate::{Context, Exposure, Fault, Outcome, Reason, fact::ServiceFact, policy::ServiceKind};

/// What makes us say which service it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// Its own words.
    Heard,
    /// The owner's, where its own were not understood.
    Declared,
    /// The number of its port.
    Guessed,
}

impl Basis {
    pub(super) const fn words(self) -> [&'static str; 2] {
        match self {
            Self::Heard => ["", ""],
            Self::Declared => [" (theo khai báo)", " (as declared)"],
            Self::Guessed => [" (đoán theo số cổng)", " (guessed by the port)"],
        }
    }
}

/// Judges the rows of the table that `check` reports.
pub(super) fn judge(fact: &ServiceFact, context: &Context<'_>, check: &str) -> Outcome {
    let Some((row, basis)) = find(fact, context) else {
        return match heard(fact.protocol) {
            Some(_) => Outcome::Pass,
            None => NOT_UNDERSTOOD,
        };
    };
    let sure = basis == Basis::Heard;
    // Nothing is said to such a port, so nothing is learnt here that port discovery did not tell:
    // `ports.exposed` reports it, once.
    if row.never_asked && !sure {
        return NOT_UNDERSTOOD;
    }
    if row.check != check || is_as_declared(row, context) {
        return if sure { Outcome::Pass } else { NOT_UNDERSTOOD };
    }
    let exposure = Exposure::of(
        context.vantage,
        context.endpoint.map(|endpoint| endpoint.zone),
    );
    let grade = match basis {
        Basis::Guessed => row.guessed(context.vantage, exposure),
        _ => row.grade(context.vantage, exposure),
    };
    let Some(grade) = grade else {
        return if sure { Outcome::Pass } else { NOT_UNDERSTOOD };
    };
    let [basis_vi, basis_en] = basis.words();
    let fault = Fault::new(grade)
        .with("port", &fact.port)
        .with("service_vi", &row.title.vi)
        .with("service_en", &row.title.en)
        .with("basis_vi", &basis_vi)
        .with("basis_en", &basis_en)
        .with("vantage", &vantage(context.vantage));
    match (sure, NOT_UNDERSTOOD) {
        (false, Outcome::Inconclusive(reason)) => partial(fault, reason),
        _ => Outcome::Fail(vec![fault]),
    }
}

fn partial(fault: Fault, reason: Reason) -> Outcome {
    Outcome::Partial(vec![fault], reason)
}

/// The row of what answered: by its own words, else by the owner's, else by the port.
fn find<'a>(fact: &ServiceFact, context: &Context<'a>) -> Option<(&'a ServiceKind, Basis)> {
    let rows = &context.parameters.exposure;
    let product = fact.product.as_deref();
    let named = |protocol: Protocol| {
        let by = |row: &&ServiceKind| row.is(protocol.code(), product);
        // A page with a product of its own says more than that it is a web page.
        rows.iter().find(by)
    };
    if let Some(protocol) = heard(fact.protocol) {
        return named(protocol).map(|row| (row, Basis::Heard));
    }
    let here = |endpoint: &&Endpoint| {
        endpoint.port == Some(fact.port) && endpoint.transport == fact.transport
    };
    let declared = context
        .endpoint
        .filter(here)
        .and_then(|endpoint| heard(endpoint.protocol));
    if let Some(protocol) = declared {
        return named(protocol).map(|row| (row, Basis::Declared));
    }
    let row = rows.iter().find(|row| row.ports.contains(fact.port))?;
    Some((row, Basis::Guessed))
}

/// A protocol that says which service it is.
fn heard(protocol: Option<Protocol>) -> Option<Protocol> {
    protocol.filter(|protocol| !matches!(protocol, Protocol::Tls | Protocol::Other))
}

/// Whether the owner declares a service that `row`'s check reports for the local network, and we looked
/// from inside it: then that it answers is as it should be.
fn is_as_declared(row: &ServiceKind, context: &Context<'_>) -> bool {
    let of_same_check = |protocol: Protocol| {
        let rows = context.parameters.exposure.iter();
        rows.filter(|other| other.check == row.check)
            .any(|other| other.is(protocol.code(), None))
    };
    row.as_declared
        && context.vantage == Zone::Local
        && context.endpoint.is_some_and(|endpoint| {
            endpoint.zone == Zone::Local && endpoint.protocol.is_some_and(of_same_check)
        })
}

/// From where, in words that read the same in both languages.
pub(crate) const fn vantage(zone: Zone) -> &'static str {
    match zone {
        Zone::Internet => "Internet",
        Zone::Wan => "WAN",
        Zone::Local => "LAN",
        Zone::Unknown => "?",
    }
}
