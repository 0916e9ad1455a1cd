//! From DER to facts.

use jiff::Timestamp;
use luytre_checks::fact::{Certificate, ChainFact, Tri, Unreadable};
use sha2::{Digest, Sha256};
use x509_parser::{
    certificate::X509Certificate, extensions::ParsedExtension, prelude::FromDer, time::ASN1Time,
};

use super::{
    Asked, extensions, key, names, profile, signed,
    text::{capped, distinguished},
    view::{View, oid},
};
use crate::hex::hex;

/// All certificates, without trust.
pub(super) fn chain(ders: &[Vec<u8>], asked: &Asked) -> ChainFact {
    let mut fact = ChainFact {
        server_name: match asked {
            Asked::Name(name) => Some(name.as_str().to_owned()),
            _ => None,
        },
        ..ChainFact::default()
    };
    for (place, der) in ders.iter().enumerate() {
        let position = u16::try_from(place).unwrap_or(u16::MAX);
        match certificate(position, der, asked) {
            Ok((certificate, matched)) => {
                if position == 0 {
                    fact.name_match = matched;
                    fact.timestamps.certificate = timestamps(der);
                }
                fact.certificates.push(certificate);
            }
            Err(reason) => fact.unreadable.push(Unreadable {
                position,
                sha256: hex(&Sha256::digest(der)),
                reason,
            }),
        }
    }
    fact
}

fn certificate(
    position: u16,
    der: &[u8],
    asked: &Asked,
) -> Result<(Certificate, Option<bool>), String> {
    let (_, parsed) = X509Certificate::from_der(der).map_err(|e| capped(&e.to_string(), 128))?;
    // Our own view is the more lenient of the two, so this is not met in practice.
    let view = View::of(der).ok_or("not in the frame of a certificate")?;
    let names = names::read(&view, asked);
    let serial = hex(parsed.raw_serial().get(..64).unwrap_or(parsed.raw_serial()));
    let certificate = Certificate {
        position,
        sha256: hex(&Sha256::digest(der)),
        subject: distinguished(parsed.subject()),
        issuer: distinguished(parsed.issuer()),
        serial,
        names: names.kept,
        name_count: names.count,
        not_before: time(parsed.validity().not_before),
        not_after: time(parsed.validity().not_after),
        key: key::read(&view),
        signature: algorithm(&parsed.signature_algorithm.algorithm.to_id_string()),
        ca: authority(&parsed),
        self_signed: self_signed(&view),
        extensions: Some(extensions::read(&view)),
        profile: Some(profile::broken(&view)),
    };
    Ok((certificate, names.matched))
}

/// Timestamps in the certificate; none if their list is malformed.
fn timestamps(der: &[u8]) -> Option<u16> {
    let view = View::of(der)?;
    if view.extension(oid::SCT_LIST).is_none() {
        return Some(0);
    }
    view.timestamps()
}

/// Times outside what can be told apart (year 9999 and beyond) become the nearest that can.
fn time(time: ASN1Time) -> Timestamp {
    let seconds = time.timestamp();
    Timestamp::from_second(seconds).unwrap_or(if seconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// The CA flag of the basic constraints; a certificate without that extension is none (RFC 5280
/// section 4.2.1.9).
fn authority(certificate: &X509Certificate<'_>) -> Tri {
    for extension in certificate.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::BasicConstraints(found) => return Tri::from(found.ca),
            ParsedExtension::ParseError { .. } if extension.oid.to_id_string() == "2.5.29.19" => {
                return Tri::Unknown;
            }
            _ => {}
        }
    }
    Tri::No
}

fn self_signed(view: &View<'_>) -> Tri {
    if !view.is_self_issued() {
        return Tri::No;
    }
    signed::verify(&view.key, &view.outer, view.tbs.raw, view.signature)
}

/// Long name of a signature algorithm in OpenSSL.
fn algorithm(oid: &str) -> String {
    match oid {
        "1.2.840.113549.1.1.2" => "md2WithRSAEncryption",
        "1.2.840.113549.1.1.3" => "md4WithRSAEncryption",
        "1.2.840.113549.1.1.4" | "1.3.14.3.2.3" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.3.14.3.2.29" => "sha1WithRSA",
        "1.2.840.113549.1.1.10" => "rsassaPss",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        "1.2.840.113549.1.1.14" => "sha224WithRSAEncryption",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.1" => "ecdsa-with-SHA224",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.2.840.10040.4.3" => "dsaWithSHA1",
        "2.16.840.1.101.3.4.3.1" => "dsa_with_SHA224",
        "2.16.840.1.101.3.4.3.2" => "dsa_with_SHA256",
        "1.3.101.112" => "ED25519",
        "1.3.101.113" => "ED448",
        other => other,
    }
    .to_owned()
}
