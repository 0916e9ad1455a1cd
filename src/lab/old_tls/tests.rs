use proptest::prelude::*;

use super::*;

fn server(versions: &[TlsVersion], suites: &[u16]) -> OldTls {
    let suites: Vec<_> = suites.iter().map(|suite| Suite::from(*suite)).collect();
    let chain = [CertificateDer::from(vec![0x30, 0])];
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    OldTls::new(versions, &suites, &chain, provider)
}

fn hello(version: u16, suites: &[u16]) -> ClientHello {
    ClientHello {
        version,
        suites: suites.to_vec(),
        null_compression: true,
        renegotiation: false,
    }
}

#[test]
fn chooses_as_an_old_server_does() {
    use TlsVersion::{Ssl3, Tls10, Tls11, Tls12};
    let old = server(&[Ssl3, Tls10, Tls11], &[0x0005, 0x000A, 0x002F]);
    let agreed = |version, suite| Ok(Choice { version, suite });
    // The server's order counts, the highest common version is taken.
    assert_eq!(
        old.choose(&hello(0x0303, &[0x002F, 0x0005])),
        agreed(0x0302, 0x0005)
    );
    assert_eq!(
        old.choose(&hello(0x0301, &[0x002F, 0x000A])),
        agreed(0x0301, 0x000A)
    );
    assert_eq!(
        old.choose(&hello(0x0300, &[0x002F])),
        agreed(0x0300, 0x002F)
    );
    // No common suite: handshake_failure.
    assert_eq!(
        old.choose(&hello(0x0303, &[0x1301, 0xC02F])),
        Err((0x0302, 40))
    );
    let newer = server(&[Tls12], &[0x009C]);
    assert_eq!(
        newer.choose(&hello(0x0303, &[0x1301, 0x009C])),
        agreed(0x0303, 0x009C)
    );
    // Below its lowest version: protocol_version, which SSLv3 does not know.
    assert_eq!(newer.choose(&hello(0x0302, &[0x009C])), Err((0x0302, 70)));
    assert_eq!(newer.choose(&hello(0x0300, &[0x009C])), Err((0x0300, 40)));
    // AEAD suites are not for TLS 1.1.
    let mixed = server(&[Tls11, Tls12], &[0x009C, 0x002F]);
    assert_eq!(
        mixed.choose(&hello(0x0302, &[0x009C, 0x002F])),
        agreed(0x0302, 0x002F)
    );
    let compressing = ClientHello {
        null_compression: false,
        ..hello(0x0302, &[0x002F])
    };
    assert_eq!(mixed.choose(&compressing), Err((0x0302, 47)));
}

#[test]
fn reads_a_hello() {
    let mut body = vec![3, 1];
    body.extend([7; 32]);
    body.push(0);
    body.extend([0, 4, 0x00, 0x2F, 0x00, 0xFF]);
    body.extend([1, 0]);
    let read = ClientHello::parse(&body).unwrap();
    assert!(read.renegotiation && read.null_compression);
    assert_eq!((read.version, read.suites), (0x0301, vec![0x002F, 0x00FF]));
    for cut in 0..body.len() {
        assert_eq!(ClientHello::parse(&body[..cut]), None, "{cut}");
    }
    body.extend([0, 5, 0xFF, 0x01, 0, 1, 0]);
    assert!(ClientHello::parse(&body).is_some());
    body.push(0);
    assert_eq!(ClientHello::parse(&body), None);
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = ClientHello::parse(&bytes);
    }
}
