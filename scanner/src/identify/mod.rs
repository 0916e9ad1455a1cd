//! From a banner to vendor, product and version: small rules of our own, matched in linear time.
//!
//! A banner is what a server says of itself. A distributor's patches do not show in it, so a version
//! learnt here suggests, and never proves, that a fault is open.

use luytre_checks::fact::Confidence;
use luytre_inventory::Protocol;

mod rules;
mod system;

use rules::{RULES, Rule};

/// What a banner says of its software.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
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
const LONGEST: usize = 4096;

/// Identifies the software behind `banner`, spoken in `protocol`. The banner of HTTP is the header
/// section or the value of `Server`; that of MySQL is the version text of the handshake.
pub fn identify(protocol: Protocol, banner: &str) -> Identity {
    let banner = capped(banner);
    let text = match protocol {
        Protocol::Http | Protocol::Https => server_header(banner),
        Protocol::Mysql | Protocol::Mariadb => return database(banner),
        _ => banner,
    };
    let os = system::hint(text);
    let lower = text.to_ascii_lowercase();
    let fits = |rule: &&Rule| rule.protocols.contains(&protocol);
    for rule in RULES.iter().filter(fits) {
        if let Some(at) = lower.find(rule.marker) {
            let version = version_at(&text[at + rule.marker.len()..]);
            return rule.identity(version, os.or_else(|| rule.os.map(str::to_owned)));
        }
    }
    Identity {
        os,
        ..Identity::default()
    }
}

impl Rule {
    fn identity(&self, version: Option<&str>, os: Option<String>) -> Identity {
        let cpe = version.zip(self.cpe).map(|(v, name)| cpe(name, v));
        Identity {
            vendor: Some(self.vendor.to_owned()),
            product: Some(self.product.to_owned()),
            version: version.map(str::to_owned),
            os,
            cpe,
        }
    }
}

fn capped(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}

/// The value of the Server header, or the text itself where it is no header section.
fn server_header(banner: &str) -> &str {
    let lower = banner.to_ascii_lowercase();
    if let Some(at) = lower.find("server:") {
        let value = &banner[at + "server:".len()..];
        return value.lines().next().unwrap_or(value).trim();
    }
    if lower.starts_with("http/") {
        ""
    } else {
        banner
    }
}

/// The version at the beginning of `text`: digits, letters, dots, underscores, after at most one
/// separator.
fn version_at(text: &str) -> Option<&str> {
    let text = text.trim_start_matches([' ', '/', '_', '-', '(', 'v']);
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_'))
        .unwrap_or(text.len());
    let version = text[..end.min(64)].trim_end_matches(['.', '_']);
    Some(version)
}

/// MySQL and its kin. MariaDB puts `5.5.5-` in front so that old replicas accept it
/// (mariadb.com/kb: Initial handshake packet).
fn database(banner: &str) -> Identity {
    let maria = banner.contains("MariaDB");
    let version_text = if maria {
        banner.strip_prefix("5.5.5-").unwrap_or(banner)
    } else {
        banner
    };
    let version = version_at(version_text);
    let known = maria || version.is_some() || banner.contains("MySQL");
    if !known {
        return Identity::default();
    }
    let (vendor, product, name) = if maria {
        ("MariaDB", "MariaDB", "mariadb:mariadb")
    } else {
        ("Oracle", "MySQL", "oracle:mysql")
    };
    Identity {
        vendor: Some(vendor.to_owned()),
        product: Some(product.to_owned()),
        version: version.map(str::to_owned),
        os: system::hint(banner),
        cpe: version.map(|v| cpe(name, v)),
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
    let (version, update) = match version.split_once('p') {
        Some((v, p)) if name == "openbsd:openssh" => (v, format!("p{}", quoted(p))),
        _ => (version, "*".to_owned()),
    };
    format!("cpe:2.3:a:{name}:{}:{update}:*:*:*:*:*:*", quoted(version))
}

#[cfg(test)]
mod tests;
