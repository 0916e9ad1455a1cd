//! Certificates and revocation lists out of a file, PEM or DER.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, pem::PemObject};

/// Bytes read of a file of certificates. All roots of an operating system are a twentieth of it.
const MOST: u64 = 16 << 20;
/// Bytes read of a file of lists: the largest list that is read, in PEM.
const MOST_OF_LISTS: u64 = 96 << 20;

/// Why there are no certificates.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Unread(#[from] io::Error),
    /// Nobody's chain is so long.
    #[error("the file is larger than {0} MiB")]
    TooLarge(u64),
    /// It was read and holds no certificate that anything can be said of.
    #[error("no certificate in PEM or DER was found")]
    NoCertificate,
    /// It was read and holds no revocation list.
    #[error("no revocation list in PEM or DER was found")]
    NoList,
}

/// The certificates in the file at `path`, as DER: those in PEM with whatever text around them, or one or
/// several in DER, one after the other.
pub(super) fn certificates(path: &Path) -> Result<Vec<Vec<u8>>, Unusable> {
    let found = parts::<CertificateDer<'_>>(&read(path, MOST)?);
    if found.is_empty() {
        return Err(Unusable::NoCertificate);
    }
    Ok(found)
}

/// The revocation lists in the file at `path`, in the same manner.
pub(super) fn lists(path: &Path) -> Result<Vec<Vec<u8>>, Unusable> {
    let found = parts::<CertificateRevocationListDer<'_>>(&read(path, MOST_OF_LISTS)?);
    if found.is_empty() {
        return Err(Unusable::NoList);
    }
    Ok(found)
}

fn read(path: &Path, most: u64) -> Result<Vec<u8>, Unusable> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Unusable::TooLarge(most >> 20));
    }
    Ok(bytes)
}

/// Parts of the kind `T` if it is PEM, else values of DER.
fn parts<T: PemObject + AsRef<[u8]>>(bytes: &[u8]) -> Vec<Vec<u8>> {
    if is_pem(bytes) {
        pem::<T>(bytes)
    } else {
        der(bytes)
    }
}

fn is_pem(bytes: &[u8]) -> bool {
    const BEGIN: &[u8] = b"-----BEGIN ";
    bytes.windows(BEGIN.len()).any(|window| window == BEGIN)
}

/// A part that is no PEM stands as an empty certificate in its place, which nobody can read either: what
/// comes after it must not become the leaf.
fn pem<T: PemObject + AsRef<[u8]>>(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for part in T::pem_slice_iter(bytes) {
        let Ok(der) = part else {
            out.push(Vec::new());
            break;
        };
        out.push(der.as_ref().to_vec());
    }
    out
}

/// Cuts at the lengths that the values give; the last part is what is left, whole or not.
fn der(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    while bytes.first() == Some(&0x30) {
        let whole = length(bytes).filter(|whole| *whole <= bytes.len());
        let (one, rest) = bytes.split_at(whole.unwrap_or(bytes.len()));
        out.push(one.to_vec());
        bytes = rest;
    }
    // What follows the last belongs to it, and spoils it.
    if let Some(last) = out.last_mut() {
        last.extend_from_slice(bytes);
    }
    out
}

/// Length of the value at the start of `bytes`, its head included.
fn length(bytes: &[u8]) -> Option<usize> {
    let first = *bytes.get(1)?;
    if first < 0x80 {
        return Some(usize::from(first) + 2);
    }
    let count = usize::from(first & 0x7f);
    let digits = bytes.get(2..2 + count).filter(|_| count <= 4)?;
    let length = digits
        .iter()
        .fold(0_usize, |length, byte| (length << 8) | usize::from(*byte));
    length.checked_add(2 + count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn der_is_cut_where_values_end() {
        let one = [0x30, 1, 5];
        let long = [&[0x30, 0x81, 0x80][..], &[7; 128]].concat();
        let both = [&one[..], &long].concat();
        assert_eq!(der(&both), [one.to_vec(), long.clone()]);
        assert_eq!(der(&long[..100]), [long[..100].to_vec()]);
        assert_eq!(der(&[0x30, 1, 5, 9, 9]), [[0x30, 1, 5, 9, 9].to_vec()]);
        assert_eq!(der(&[0x30, 0x88, 1]), [[0x30, 0x88, 1].to_vec()]);
        assert!(der(b"no").is_empty());
    }

    #[test]
    fn broken_pem_keeps_its_place() {
        let broken = "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n";
        let whole =
            "x\r\n-----BEGIN CERTIFICATE-----\r\nMAEF\r\n-----END CERTIFICATE-----\r\ny\r\n";
        assert_eq!(
            pem::<CertificateDer<'_>>(whole.as_bytes()),
            [vec![0x30, 1, 5]]
        );
        let both = pem::<CertificateDer<'_>>(format!("{broken}{whole}").as_bytes());
        assert_eq!(both.first(), Some(&Vec::new()));
        assert!(
            pem::<CertificateDer<'_>>(b"-----BEGIN KEY-----\nMAEF\n-----END KEY-----\n").is_empty()
        );
    }
}
