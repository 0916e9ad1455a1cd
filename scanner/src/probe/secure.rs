//! TLS as a mere wrapping, for probes that look at what is inside. Any certificate is accepted:
//! whether it deserves trust is the question of the chain probe.

use std::{
    io,
    sync::{Arc, LazyLock},
};

use luytre_checks::Unmeasured;
use rustls::{
    ClientConfig, DigitallySignedStruct, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{Conn, Line, failure::reason_of};

static PROVIDER: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| Arc::new(aws_lc_rs::default_provider()));

static CONFIG: LazyLock<Arc<ClientConfig>> = LazyLock::new(|| {
    let mut config = ClientConfig::builder_with_provider(Arc::clone(&PROVIDER))
        .with_safe_default_protocol_versions()
        .expect("the default provider serves the default versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate))
        .with_no_client_auth();
    // A resumed session would hide what a first visitor sees.
    config.resumption = rustls::client::Resumption::disabled();
    Arc::new(config)
});

#[derive(Debug)]
struct AnyCertificate;

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        PROVIDER
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Why there is no TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoTls {
    /// The peer spoke TLS, but not so that we agree (too old a version, an alert).
    Disagreed,
    /// The peer spoke something else.
    Foreign,
    /// The connection failed.
    Failed(Unmeasured),
}

impl From<NoTls> for Unmeasured {
    fn from(no: NoTls) -> Self {
        match no {
            NoTls::Disagreed => Self::Handshake,
            NoTls::Foreign => Self::Protocol,
            NoTls::Failed(reason) => reason,
        }
    }
}

/// Wraps `conn` in TLS 1.2 or 1.3, speaking the line's name. An IP address is never sent as
/// ServerName (RFC 6066 section 3).
pub(crate) async fn wrap(line: &Line, conn: Conn) -> Result<TlsStream<Conn>, NoTls> {
    let name = line
        .name()
        .and_then(|name| ServerName::try_from(name.as_str().to_owned()).ok())
        .unwrap_or_else(|| ServerName::IpAddress(line.address().into()));
    let connecting = TlsConnector::from(Arc::clone(&CONFIG)).connect(name, conn);
    connecting.await.map_err(|error| why(&error))
}

fn why(error: &io::Error) -> NoTls {
    let tls = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match tls {
        Some(rustls::Error::InvalidMessage(_)) => NoTls::Foreign,
        Some(_) => NoTls::Disagreed,
        None => NoTls::Failed(reason_of(error)),
    }
}
