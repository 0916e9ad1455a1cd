//! Sets of roots.

use std::path::Path;

use rustls::pki_types::{
    CertificateDer, TrustAnchor,
    pem::{self, PemObject},
};

use super::path::Root;

/// A named set of roots.
#[derive(Debug, Clone)]
pub struct Roots {
    name: String,
    roots: Vec<Root>,
}

/// Why a bundle of roots cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RootsError {
    /// Not readable as PEM.
    #[error("the bundle of roots {0} cannot be read as PEM")]
    Pem(String, #[source] pem::Error),
    /// One certificate cannot be read.
    #[error("certificate {1} of the bundle of roots {0} cannot be read")]
    Anchor(String, usize),
    /// It has no certificate.
    #[error("the bundle of roots {0} has no certificate")]
    Empty(String),
}

impl Roots {
    /// The public web roots, `web`: the Mozilla programme as of the build of this program.
    pub fn web() -> Self {
        Self {
            name: "web".to_owned(),
            roots: webpki_roots::TLS_SERVER_ROOTS.iter().map(bare).collect(),
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

    /// A set called `name` from certificates in DER.
    pub fn from_certificates<T: AsRef<[u8]>>(name: &str, found: &[T]) -> Result<Self, RootsError> {
        if found.is_empty() {
            return Err(RootsError::Empty(name.to_owned()));
        }
        let roots = found.iter().enumerate().map(|(place, der)| {
            let root = Root::Certificate(der.as_ref().to_vec());
            if root.is_readable() {
                Ok(root)
            } else {
                Err(RootsError::Anchor(name.to_owned(), place + 1))
            }
        });
        Ok(Self {
            name: name.to_owned(),
            roots: roots.collect::<Result<_, _>>()?,
        })
    }

    /// A set called `name` from those of the certificates in DER that can be read, and how many cannot.
    /// It may be empty.
    pub fn readable<T: AsRef<[u8]>>(name: &str, found: &[T]) -> (Self, usize) {
        let roots = found
            .iter()
            .map(|der| Root::Certificate(der.as_ref().to_vec()));
        let roots: Vec<_> = roots.filter(Root::is_readable).collect();
        let lost = found.len() - roots.len();
        let name = name.to_owned();
        (Self { name, roots }, lost)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn roots(&self) -> &[Root] {
        &self.roots
    }
}

fn bare(anchor: &TrustAnchor<'_>) -> Root {
    Root::bare(
        &anchor.subject,
        &anchor.subject_public_key_info,
        anchor.name_constraints.as_deref(),
    )
}
