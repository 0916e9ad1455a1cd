//! rustls with AWS-LC in this process, with hybrid post-quantum groups first.

use std::{io::Write, net::TcpListener, sync::Arc, thread, time::Duration};

use luytre_checks::fact::TlsVersion;
use rustls::{
    ProtocolVersion, ServerConfig, ServerConnection, StreamOwned, SupportedCipherSuite,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::PrivateKeyDer,
};

use crate::{Offer, Offered, assert_scan_is, tls_support::NAME};

/// What the provider says that it has: a certificate of RSA takes no suite for ECDSA, so the key is
/// of ECDSA and the suites are those that fit.
fn configured(provider: &CryptoProvider) -> Offer {
    let mut offer = Offer::new();
    for suite in &provider.cipher_suites {
        let name = format!("{:?}", suite.suite());
        let version = match suite {
            SupportedCipherSuite::Tls12(_) if name.contains("_RSA_") => continue,
            SupportedCipherSuite::Tls12(_) => TlsVersion::Tls12,
            SupportedCipherSuite::Tls13(_) => TlsVersion::Tls13,
        };
        let offered: &mut Offered = offer.entry(version).or_default();
        offered.suites.insert(u16::from(suite.suite()));
        let protocol = match version {
            TlsVersion::Tls13 => ProtocolVersion::TLSv1_3,
            _ => ProtocolVersion::TLSv1_2,
        };
        let usable = provider.kx_groups.iter();
        let usable = usable.filter(|group| group.usable_for_version(protocol));
        offered
            .groups
            .extend(usable.map(|group| u16::from(group.name())));
    }
    offer
}

fn serve(provider: CryptoProvider) -> u16 {
    let key = rcgen::KeyPair::generate().unwrap();
    let names = vec![NAME.to_owned(), "127.0.0.1".to_owned()];
    let certificate = rcgen::CertificateParams::new(names).unwrap();
    let certificate = certificate.self_signed(&key).unwrap().der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            thread::spawn(move || {
                let _ = stream.set_read_timeout(Some(Duration::from_mins(1)));
                let connection = ServerConnection::new(config).unwrap();
                let _ = StreamOwned::new(connection, stream).flush();
            });
        }
    });
    port
}

#[test]
fn rustls_with_hybrid_groups() {
    let mut provider = aws_lc_rs::default_provider();
    provider.kx_groups = aws_lc_rs::ALL_KX_GROUPS.to_vec();
    let truth = configured(&provider);
    let hybrids = crate::groups(&["X25519MLKEM768", "SecP256r1MLKEM768"]);
    assert!(
        hybrids.is_subset(&truth[&TlsVersion::Tls13].groups),
        "{truth:?}"
    );
    assert_scan_is(serve(provider), &truth, &[]);
}

#[test]
fn rustls_with_one_hybrid_group_alone() {
    let mut provider = aws_lc_rs::default_provider();
    provider.kx_groups = vec![aws_lc_rs::kx_group::X25519MLKEM768];
    let mut truth = configured(&provider);
    // No group is left for TLS 1.2, and so no suite.
    truth.remove(&TlsVersion::Tls12);
    assert_scan_is(serve(provider), &truth, &[]);
}
