//! From a banner to vendor, product and version: small rules of our own, matched in linear time.
//!
//! A banner is what a server says of itself. A distributor's patches do not show in it, so a version
//! learnt here suggests, and never proves, that a fault is open.

use luytre_checks::fact::Confidence;
use luytre_inventory::Protocol;

mod page;
mod rules;
mod system;

use page::Page;
use rules::{Found, Rule, rules};

/// What a banner says of its software.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// The protocol, where the banner tells it more closely than who asked: MariaDB behind the handshake
    /// of MySQL, Docker behind HTTP.
    pub protocol: Option<Protocol>,
    /// Vendor or project.
    pub vendor: Option<String>,
    /// Product.
    pub product: Option<String>,
    /// Version as it names itself.
    pub version: Option<String>,
    /// Operating system hint.
    pub os: Option<String>,
    /// CPE 2.3 name, if product and version are known.
    pub cpe: Option<String>,
}

impl Identity {
    /// How far the identification went, given that the protocol is certain.
    pub const fn confidence(&self) -> Confidence {
        match (&self.product, &self.version) {
            (Some(_), Some(_)) => Confidence::Version,
            (Some(_), None) => Confidence::Product,
            _ => Confidence::Protocol,
        }
    }
}

/// Longest banner that is looked at, in bytes.
const LONGEST: usize = 8192;

/// Identifies the software behind `banner`, spoken in `protocol`. The banner of HTTP is an answer, its
/// header section or the value of `Server`; that of MySQL the version text of the handshake, that of
/// DNS the answer to version.bind, that of SNMP sysDescr.
pub fn identify(protocol: Protocol, banner: &str) -> Identity {
    let banner = &banner[..banner.floor_char_boundary(LONGEST)];
    let fitting = rules().iter().filter(|rule| rule.is_for(protocol));
    if protocol.is_web() {
        let page = Page::of(banner);
        let found = first(fitting, |rule| rule.in_page(&page));
        return tell(found, system::hint(page.server));
    }
    let found = first(fitting, |rule| rule.in_banner(banner));
    tell(found, system::hint(banner))
}

fn first<'t>(
    mut rules: impl Iterator<Item = &'static Rule>,
    find: impl Fn(&Rule) -> Option<Found<'t>>,
) -> Option<(&'static Rule, Found<'t>)> {
    rules.find_map(|rule| Some((rule, find(rule)?)))
}

fn tell(found: Option<(&'static Rule, Found<'_>)>, os: Option<String>) -> Identity {
    let Some((rule, found)) = found else {
        return Identity {
            os,
            ..Identity::default()
        };
    };
    let product = match (rule.product.as_deref(), found.name) {
        (Some("{name}"), name) => name.map(str::to_owned),
        (product, _) => product.map(str::to_owned),
    };
    let version = product.as_ref().and(found.version);
    Identity {
        protocol: rule.is,
        vendor: rule.vendor.clone(),
        product,
        version: version.map(str::to_owned),
        os: os.or_else(|| rule.os.clone()),
        cpe: version
            .zip(rule.cpe.as_deref())
            .map(|(v, name)| cpe(name, v)),
    }
}

/// A CPE 2.3 formatted string (NIST IR 7695). The patch level of OpenSSH stands in the update part.
fn cpe(name: &str, version: &str) -> String {
    let quoted = |text: &str| -> String {
        text.chars()
            .flat_map(|c| {
                let plain = c.is_ascii_alphanumeric() || c == '.' || c == '_';
                let slash = (!plain).then_some('\\');
                slash
                    .into_iter()
                    .chain(std::iter::once(c.to_ascii_lowercase()))
            })
            .collect()
    };
    let (part, name) = match name.split_once(':') {
        Some((part @ ("o" | "h"), rest)) => (part, rest),
        _ => ("a", name),
    };
    let patch = WITH_UPDATE
        .iter()
        .find(|(with, _)| *with == name)
        .and_then(|(_, sign)| version.split_once(*sign));
    let (version, update) = match patch {
        Some((v, patch)) => (v, quoted(&format!("p{}", patch.trim_start_matches('P')))),
        None => (version, "*".to_owned()),
    };
    format!(
        "cpe:2.3:{part}:{name}:{}:{update}:*:*:*:*:*:*",
        quoted(version)
    )
}

/// Products whose patch level stands in the update part, and what it begins with.
const WITH_UPDATE: [(&str, &str); 3] = [
    ("openbsd:openssh", "p"),
    ("ntp:ntp", "p"),
    ("isc:bind", "-P"),
];

#[cfg(test)]
mod tests;
