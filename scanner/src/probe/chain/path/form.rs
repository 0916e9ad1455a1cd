//! What each certificate of a path must be, whatever the others are: RFC 5280 section 4 and the
//! server-certificate baseline (CA/Browser Forum BR section 7.1), as far as they decide on trust. What
//! is merely bad form is no matter of this file; see `profile`.

use luytre_checks::fact::PathFault;

use super::{
    Fault,
    certificate::Certificate,
    extension::usage,
    signature::{self, Refused},
};

/// The fault if `broken`.
const fn rule(broken: bool, kind: PathFault, rule: &'static str) -> Result<(), Fault> {
    if broken {
        Err(Fault { kind, rule })
    } else {
        Ok(())
    }
}

impl Fault {
    /// What is wrong with a key or a signature algorithm.
    pub(super) const fn of(refused: Refused, weak: &'static str, other: &'static str) -> Self {
        let (kind, rule) = match refused {
            Refused::Weak => (PathFault::WeakAlgorithm, weak),
            Refused::Unsupported => (PathFault::UnsupportedAlgorithm, other),
            Refused::Malformed => (PathFault::Malformed, other),
        };
        Self { kind, rule }
    }
}

/// The leaf.
pub(super) fn leaf(certificate: &Certificate<'_>) -> Result<(), Fault> {
    use PathFault::{NotForServers, PathConstraint, Profile};
    common(certificate)?;
    key(certificate)?;
    signature_algorithm(certificate)?;
    let x = &certificate.extensions;
    if let Some(basic) = x.basic {
        rule(basic.value.ca, PathConstraint, "br.leaf_is_ca")?;
        let length = basic.value.path_length.is_some();
        rule(length, Profile, "rfc5280.path_length_without_ca")?;
    }
    if let Some(bits) = x.key_usage {
        let signs = bits.value & usage::CERT_SIGN != 0;
        rule(signs, Profile, "rfc5280.cert_sign_without_ca")?;
        let serves = usage::DIGITAL_SIGNATURE | usage::KEY_ENCIPHERMENT | usage::KEY_AGREEMENT;
        let useless = bits.value & serves == 0;
        rule(useless, NotForServers, "rfc5280.key_usage_not_for_tls")?;
    }
    let wrong = x.purposes.is_some_and(|purposes| !purposes.value.server);
    rule(wrong, NotForServers, "rfc5280.no_server_auth")?;
    let constrains = x.constraints.is_some();
    rule(constrains, Profile, "rfc5280.name_constraints_in_leaf")?;
    let Some(names) = &x.names else {
        return rule(true, Profile, "br.no_subject_alternative_name");
    };
    let empty = names.value.is_empty();
    rule(empty, Profile, "rfc5280.empty_subject_alternative_name")?;
    let nameless = certificate.subject.is_empty();
    rule(
        nameless && !names.critical,
        Profile,
        "rfc5280.alternative_name_not_critical",
    )?;
    rule(
        !nameless && names.critical,
        Profile,
        "br.alternative_name_critical",
    )?;
    authority_key(certificate)
}

/// An authority between the leaf and the anchor.
pub(super) fn authority(certificate: &Certificate<'_>) -> Result<(), Fault> {
    signature_algorithm(certificate)?;
    issues(certificate)?;
    authority_key(certificate)
}

/// A certificate that is trusted to begin with. Its own signature proves nothing and is not looked at.
pub(super) fn anchor(certificate: &Certificate<'_>) -> Result<(), Fault> {
    issues(certificate)?;
    authority_key(certificate)
}

/// What holds for every authority.
fn issues(certificate: &Certificate<'_>) -> Result<(), Fault> {
    use PathFault::{NotForServers, PathConstraint, Profile};
    common(certificate)?;
    key(certificate)?;
    let x = &certificate.extensions;
    let nameless = certificate.subject.is_empty();
    rule(nameless, Profile, "rfc5280.ca_without_subject")?;
    let basic = x.basic.filter(|basic| basic.value.ca);
    let Some(basic) = basic else {
        return rule(true, PathConstraint, "rfc5280.issuer_is_no_ca");
    };
    rule(
        !basic.critical,
        Profile,
        "rfc5280.basic_constraints_not_critical",
    )?;
    let Some(bits) = x.key_usage else {
        return rule(true, Profile, "rfc5280.ca_without_key_usage");
    };
    let signs = bits.value & usage::CERT_SIGN != 0;
    rule(!signs, PathConstraint, "rfc5280.issuer_without_cert_sign")?;
    let wrong = x
        .purposes
        .is_some_and(|purposes| !purposes.value.server && !purposes.value.any);
    rule(wrong, NotForServers, "br.issuer_not_for_servers")?;
    let keyed = x.subject_key.is_some();
    rule(!keyed, Profile, "rfc5280.ca_without_subject_key_id")?;
    let empty = x.names.as_ref().is_some_and(|names| names.value.is_empty());
    rule(empty, Profile, "rfc5280.empty_subject_alternative_name")
}

/// What holds for every certificate.
fn common(certificate: &Certificate<'_>) -> Result<(), Fault> {
    use PathFault::{BadSignature, Malformed, Profile, UnknownCritical};
    let x = &certificate.extensions;
    rule(x.malformed, Malformed, "rfc5280.malformed_extension")?;
    rule(x.twice, Malformed, "rfc5280.extension_twice")?;
    rule(
        x.unknown_critical,
        UnknownCritical,
        "rfc5280.unknown_critical_extension",
    )?;
    let differ = certificate.algorithm != certificate.inner_algorithm;
    rule(differ, BadSignature, "rfc5280.signature_algorithms_differ")?;
    let (from, until) = certificate.validity;
    rule(from > until, Malformed, "rfc5280.ends_before_it_begins")?;
    if certificate.version != 3 {
        let id = if x.any {
            "rfc5280.extensions_need_version_3"
        } else {
            "br.version_not_3"
        };
        return rule(true, Profile, id);
    }
    let serial = match certificate.serial {
        // Zero is as wrong, but roots have it and nobody minds.
        [] | [0x80..=0xff, ..] => Some("rfc5280.serial_negative"),
        // Twenty octets (section 4.1.2.2) and the one of the sign.
        long if long.len() > 21 => Some("rfc5280.serial_too_long"),
        [0, second, ..] if *second < 0x80 => Some("rfc5280.serial_not_shortest"),
        _ => None,
    };
    if let Some(id) = serial {
        return rule(true, Profile, id);
    }
    let nameless = certificate.issuer.is_empty();
    rule(nameless, Profile, "rfc5280.empty_issuer")?;
    let times = certificate.times_in_form;
    rule(!times, Profile, "rfc5280.time_form")?;
    let idle = x.key_usage.is_some_and(|bits| bits.value == 0);
    rule(idle, Profile, "rfc5280.empty_key_usage")?;
    let critical = x.access.is_some_and(|access| access.critical);
    rule(critical, Profile, "rfc5280.authority_access_critical")?;
    let critical = x.subject_key.is_some_and(|key| key.critical);
    rule(critical, Profile, "rfc5280.subject_key_id_critical")
}

fn key(certificate: &Certificate<'_>) -> Result<(), Fault> {
    signature::key(certificate.key)
        .map(|_| ())
        .map_err(|refused| Fault::of(refused, "br.weak_key", "br.key_kind"))
}

fn signature_algorithm(certificate: &Certificate<'_>) -> Result<(), Fault> {
    signature::acceptable(certificate.algorithm).map_err(|refused| {
        Fault::of(
            refused,
            "br.weak_signature_algorithm",
            "br.signature_algorithm",
        )
    })
}

/// The authority key identifier (RFC 5280 section 4.2.1.1). A self-issued certificate may do without.
fn authority_key(certificate: &Certificate<'_>) -> Result<(), Fault> {
    use PathFault::Profile;
    let x = &certificate.extensions;
    let own = certificate.is_self_issued();
    let Some(found) = x.authority_key else {
        return rule(!own, Profile, "rfc5280.no_authority_key_id");
    };
    rule(found.critical, Profile, "rfc5280.authority_key_id_critical")?;
    let keyed = found.value.key.is_some();
    rule(!keyed, Profile, "rfc5280.authority_key_id_without_key")
}
