//! Whether a path leads from a leaf to a set of roots (RFC 5280 section 6), by webpki.

use std::{path::Path, time::Duration};

use jiff::Timestamp;
use luytre_checks::fact::{Certificate, PathFault, Tri, Trust, TrustVerdict};
use rustls::pki_types::{
    CertificateDer, TrustAnchor, UnixTime,
    pem::{self, PemObject},
};
use webpki::{EndEntityCert, Error, KeyUsage};

/// A named set of roots.
#[derive(Debug, Clone)]
pub struct Roots {
    name: String,
    anchors: Vec<TrustAnchor<'static>>,
}

/// Why a bundle of roots cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RootsError {
    /// Not readable as PEM.
    #[error("the bundle of roots {0} cannot be read as PEM")]
    Pem(String, #[source] pem::Error),
    /// One certificate is no usable root.
    #[error("certificate {1} of the bundle of roots {0} is no usable root")]
    Anchor(String, usize, #[source] Error),
    /// It has no certificate.
    #[error("the bundle of roots {0} has no certificate")]
    Empty(String),
}

impl Roots {
    /// The public web roots, `web`: the Mozilla programme as of the build of this program.
    pub fn web() -> Self {
        Self {
            name: "web".to_owned(),
            anchors: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        }
    }

    /// A set called `name` from the PEM file at `path`.
    pub fn from_pem_file(name: &str, path: &Path) -> Result<Self, RootsError> {
        let found =
            CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        Self::from_certificates(
            name,
            &found.map_err(|e| RootsError::Pem(name.to_owned(), e))?,
        )
    }

    /// A set called `name` from PEM text.
    pub fn from_pem(name: &str, pem: &[u8]) -> Result<Self, RootsError> {
        let found = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
        Self::from_certificates(
            name,
            &found.map_err(|e| RootsError::Pem(name.to_owned(), e))?,
        )
    }

    fn from_certificates(name: &str, found: &[CertificateDer<'_>]) -> Result<Self, RootsError> {
        if found.is_empty() {
            return Err(RootsError::Empty(name.to_owned()));
        }
        let anchors = found.iter().enumerate().map(|(place, der)| {
            webpki::anchor_from_trusted_cert(der)
                .map(|anchor| anchor.to_owned())
                .map_err(|e| RootsError::Anchor(name.to_owned(), place + 1, e))
        });
        Ok(Self {
            name: name.to_owned(),
            anchors: anchors.collect::<Result<_, _>>()?,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Tries the chain against `roots` at the time that [`Trust`] defines.
pub(super) fn judge(
    roots: &Roots,
    ders: &[Vec<u8>],
    leaf: Option<&Certificate>,
    at: Timestamp,
) -> Trust {
    let (verdict, reason) = match (ders, leaf) {
        ([first, rest @ ..], Some(leaf)) => verdict(&roots.anchors, first, rest, leaf, at),
        _ => (TrustVerdict::Unknown, None),
    };
    Trust {
        store: roots.name.clone(),
        verdict,
        reason,
    }
}

fn verdict(
    anchors: &[TrustAnchor<'static>],
    first: &[u8],
    rest: &[Vec<u8>],
    leaf: &Certificate,
    at: Timestamp,
) -> (TrustVerdict, Option<PathFault>) {
    let at = if leaf.not_before <= at && at <= leaf.not_after {
        at
    } else {
        leaf.not_after
    };
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    let der = CertificateDer::from_slice(first);
    let others: Vec<_> = rest
        .iter()
        .map(|der| CertificateDer::from_slice(der))
        .collect();
    let path = EndEntityCert::try_from(&der).and_then(|certificate| {
        certificate
            .verify_for_usage(
                webpki::ALL_VERIFICATION_ALGS,
                anchors,
                &others,
                UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
                KeyUsage::server_auth(),
                None,
                None,
            )
            .map(|_| ())
    });
    match path.map_err(|error| fault(&error, leaf)) {
        Ok(()) => (TrustVerdict::Trusted, None),
        Err(Some(fault)) => (TrustVerdict::Untrusted, Some(fault)),
        Err(None) => (TrustVerdict::Unknown, None),
    }
}

/// The fault behind an error of webpki; none if it gave up instead of deciding.
fn fault(error: &Error, leaf: &Certificate) -> Option<PathFault> {
    // Nobody else could have issued it, whatever else is wrong with it.
    if leaf.self_signed == Tri::Yes {
        return Some(PathFault::UnknownIssuer);
    }
    Some(match error {
        Error::MaximumNameConstraintComparisonsExceeded
        | Error::MaximumPathBuildCallsExceeded
        | Error::MaximumPathDepthExceeded
        | Error::MaximumSignatureChecksExceeded => return None,
        Error::UnknownIssuer => PathFault::UnknownIssuer,
        // The leaf is in date at the time of judging, so this is another.
        Error::CertExpired { .. } | Error::CertNotValidYet { .. } => PathFault::ExpiredIntermediate,
        Error::InvalidSignatureForPublicKey | Error::SignatureAlgorithmMismatch => {
            PathFault::BadSignature
        }
        Error::NameConstraintViolation | Error::UnsupportedNameType => PathFault::NameConstraint,
        Error::PathLenConstraintViolated | Error::EndEntityUsedAsCa | Error::CaUsedAsEndEntity => {
            PathFault::PathConstraint
        }
        Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension => PathFault::NotForServers,
        Error::UnsupportedSignatureAlgorithmContext(_)
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
            PathFault::UnsupportedAlgorithm
        }
        Error::BadDer
        | Error::BadDerTime
        | Error::ExtensionValueInvalid
        | Error::InvalidCertValidity
        | Error::InvalidNetworkMaskConstraint
        | Error::InvalidSerialNumber
        | Error::MalformedDnsIdentifier
        | Error::MalformedExtensions
        | Error::MalformedNameConstraint
        | Error::TrailingData(_) => PathFault::Malformed,
        _ => PathFault::Other,
    })
}
