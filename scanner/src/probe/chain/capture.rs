//! Certificates of a server that speaks TLS 1.3 alone: one completed handshake that records and
//! validates nothing.

use std::{
    io,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use luytre_checks::Unmeasured;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, InvalidMessage, SignatureScheme,
    client::{
        Resumption,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use tokio_rustls::TlsConnector;

use crate::{Line, failure::reason_of, probe::tls::open};

static PROVIDER: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| Arc::new(aws_lc_rs::default_provider()));

/// The certificates of one TLS 1.3 handshake as DER, leaf first.
pub(super) async fn certificates(line: &Line) -> Result<Vec<Vec<u8>>, Unmeasured> {
    let recorder = Arc::new(Recorder::default());
    let mut config = ClientConfig::builder_with_provider(Arc::clone(&PROVIDER))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|_| Unmeasured::Bug)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&recorder) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    let name = match line.name() {
        Some(name) => {
            ServerName::try_from(name.as_str().to_owned()).map_err(|_| Unmeasured::Bug)?
        }
        // rustls sends no ServerName for an address.
        None => ServerName::from(line.address()),
    };
    let conn = open(line).await?;
    let connector = TlsConnector::from(Arc::new(config));
    let shaken = line
        .within(async { connector.connect(name, conn).await.map_err(|e| reason(&e)) })
        .await;
    let kept = std::mem::take(&mut *recorder.0.lock().unwrap_or_else(PoisonError::into_inner));
    match shaken {
        // What was recorded stands, however the handshake ended after it.
        _ if !kept.is_empty() => Ok(kept),
        Ok(_) => Err(Unmeasured::Handshake),
        Err(reason) => Err(reason),
    }
}

fn reason(error: &io::Error) -> Unmeasured {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    match inner {
        Some(Error::InvalidMessage(
            InvalidMessage::CertificatePayloadTooLarge
            | InvalidMessage::HandshakePayloadTooLarge
            | InvalidMessage::MessageTooLarge,
        )) => Unmeasured::TooLarge,
        Some(Error::InvalidMessage(_)) => Unmeasured::Protocol,
        Some(_) => Unmeasured::Handshake,
        None => reason_of(error),
    }
}

/// Accepts everything and keeps it.
#[derive(Debug, Default)]
struct Recorder(Mutex<Vec<Vec<u8>>>);

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = std::iter::once(end_entity)
            .chain(intermediates)
            .take(64)
            .map(|der| der.to_vec())
            .collect();
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
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        use SignatureScheme as S;
        vec![
            S::ECDSA_NISTP256_SHA256,
            S::ECDSA_NISTP384_SHA384,
            S::ECDSA_NISTP521_SHA512,
            S::ED25519,
            S::ED448,
            S::RSA_PSS_SHA256,
            S::RSA_PSS_SHA384,
            S::RSA_PSS_SHA512,
            S::RSA_PKCS1_SHA256,
            S::RSA_PKCS1_SHA384,
            S::RSA_PKCS1_SHA512,
            S::ECDSA_SHA1_Legacy,
            S::RSA_PKCS1_SHA1,
        ]
    }
}
