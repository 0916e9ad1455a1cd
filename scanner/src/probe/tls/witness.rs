//! What rustls is told in place of a judgement: everything is accepted and noted.

use std::sync::{
    Arc, LazyLock, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use luytre_checks::Unmeasured;
use luytre_inventory::HostName;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, NamedGroup, SignatureScheme,
    client::{
        ClientSessionStore, ResolvesClientCert, Resumption, Tls12ClientSessionValue,
        Tls13ClientSessionValue,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, ServerName, UnixTime},
    sign::CertifiedKey,
};

use super::Ders;
use crate::Line;

static PROVIDER: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| Arc::new(aws_lc_rs::default_provider()));

/// Schemes of CertificateVerify (RFC 8446 4.2.3), RFC 8734's too.
pub(crate) const SCHEMES: [u16; 14] = [
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x081A,
    0x081B, 0x081C,
];

/// Certificates kept of one message.
const MOST_CERTIFICATES: usize = 64;

/// Schemes that may only stand in the chain; always offered.
const OF_CHAIN: [u16; 5] = [0x0401, 0x0501, 0x0601, 0x0203, 0x0201];

/// Tickets kept of one server.
const MOST_TICKETS: usize = 4;

/// What a handshake showed.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) tickets: Vec<Tls13ClientSessionValue>,
    pub(super) staple: Option<Vec<u8>>,
    /// As DER, leaf first, at most 64.
    pub(super) certificates: Ders,
    pub(super) scheme: Option<u16>,
    pub(super) asks_certificate: bool,
}

/// Accepts everything and notes it: certificates, signatures, tickets, a request for a certificate.
#[derive(Debug)]
pub(crate) struct Witness {
    shown: Mutex<Shown>,
    schemes: Vec<SignatureScheme>,
    /// The most that a ticket allows, in bytes.
    early_data: AtomicU32,
}

impl Witness {
    /// Offers these schemes, and those of chains.
    pub(crate) fn new(schemes: &[u16]) -> Arc<Self> {
        let all = schemes.iter().chain(&OF_CHAIN);
        Arc::new(Self {
            shown: Mutex::default(),
            schemes: all.map(|scheme| SignatureScheme::from(*scheme)).collect(),
            early_data: AtomicU32::new(0),
        })
    }

    /// A client of TLS 1.3 alone that is told by this witness.
    pub(crate) fn client(self: &Arc<Self>) -> Result<ClientConfig, Unmeasured> {
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&PROVIDER))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|_| Unmeasured::Bug)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(self) as _)
            .with_client_cert_resolver(Arc::clone(self) as _);
        config.resumption = Resumption::store(Arc::clone(self) as _);
        Ok(config)
    }

    /// The certificates shown; they are given away.
    pub(crate) fn certificates(&self) -> Ders {
        std::mem::take(&mut self.shown().certificates)
    }

    /// Whether a ticket allows early data.
    pub(super) fn allows_early_data(&self) -> bool {
        self.early_data.load(Ordering::Relaxed) > 0
    }

    pub(super) fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        staple: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let mut shown = self.shown();
        let all = std::iter::once(leaf).chain(others).take(MOST_CERTIFICATES);
        shown.certificates = all.map(|der| der.to_vec()).collect();
        shown.staple = (!staple.is_empty()).then(|| staple.to_vec());
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        // Never reached: the client offers TLS 1.3 alone.
        Err(Error::InvalidCertificate(CertificateError::BadSignature))
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.shown().scheme = Some(u16::from(signed.scheme));
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

impl ResolvesClientCert for Witness {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.shown().asks_certificate = true;
        None
    }

    fn has_certs(&self) -> bool {
        // Or it would not be told that it was asked.
        true
    }
}

impl ClientSessionStore for Witness {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        None
    }

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.early_data
            .fetch_max(value.max_early_data_size(), Ordering::Relaxed);
        let tickets = &mut self.shown().tickets;
        if tickets.len() < MOST_TICKETS {
            tickets.push(value);
        }
    }

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.shown().tickets.pop()
    }
}

/// Whom a line speaks to.
pub(crate) fn server_name(line: &Line) -> Result<ServerName<'static>, Unmeasured> {
    let named = |name: &HostName| ServerName::try_from(name.as_str().to_owned());
    // rustls sends no ServerName for an address.
    let address = || Ok(ServerName::from(line.address()));
    line.name()
        .map_or_else(address, named)
        .map_err(|_| Unmeasured::Bug)
}
