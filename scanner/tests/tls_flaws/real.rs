//! Servers of today have none of these flaws, and say so clearly enough.

use luytre_checks::fact::Tri;

use crate::{
    deep, four, look, patient,
    tls_support::{engine, gnutls, nginx, papers, s_server},
};

#[test]
fn openssl_with_rsa_key_exchange_has_none() {
    if !engine("openssl") {
        return;
    }
    let folder = papers();
    for version in ["-tls1", "-tls1_1", "-tls1_2"] {
        for suites in ["AES128-SHA:@SECLEVEL=0", "ALL:@SECLEVEL=0"] {
            let arguments = [
                version, "-cert", "rsa.crt", "-key", "rsa.key", "-cipher", suites,
            ];
            let server = s_server(folder.path(), &arguments);
            assert_eq!(
                four(&look(server.port).0),
                [Tri::No; 4],
                "{version} {suites}"
            );
        }
    }
    let tls13 = ["-tls1_3", "-cert", "rsa.crt", "-key", "rsa.key"];
    let server = s_server(folder.path(), &tls13);
    assert_eq!(four(&look(server.port).0), [Tri::No; 4]);
}

#[test]
fn nginx_has_none_at_the_price_of_few_connections() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let both = "ssl_certificate rsa.crt; ssl_certificate_key rsa.key; ssl_certificate ec.crt;
        ssl_certificate_key ec.key; ssl_protocols TLSv1.2 TLSv1.3;";
    let modern =
        format!("{both} ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256;");
    let old = format!("{both} ssl_ciphers AES128-SHA:AES128-GCM-SHA256:AES256-SHA256:@SECLEVEL=0;");
    for (configuration, most) in [(modern, 30), (old, 60)] {
        let server = nginx(folder.path(), &configuration);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let light = crate::tls_support::line(server.port, None);
        let probe = luytre_scanner::probe::TlsProbe;
        let _ = runtime.block_on(luytre_scanner::probe::Probe::observe(&probe, &light));
        let before = light.settle().1.connections;
        let line = deep(server.port, patient());
        let fact = runtime.block_on(luytre_scanner::probe::Probe::observe(&probe, &line));
        let Ok(luytre_checks::Fact::Tls(fact)) = fact else {
            panic!("{fact:?}");
        };
        assert_eq!(four(&fact), [Tri::No; 4], "{configuration}");
        let more = line.settle().1.connections - before;
        eprintln!("{more} connections more than a light look");
        assert!(more <= most, "{more} connections");
    }
}

#[test]
fn gnutls_has_none() {
    if !(engine("gnutls-serv") && engine("openssl")) {
        return;
    }
    let folder = papers();
    for priority in [
        "NORMAL:-VERS-ALL:+VERS-TLS1.2",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA",
    ] {
        let keys = ["--x509certfile", "rsa.crt", "--x509keyfile", "rsa.key"];
        let arguments = [&["--priority", priority][..], &keys].concat();
        let server = gnutls(folder.path(), &arguments);
        assert_eq!(four(&look(server.port).0), [Tri::No; 4], "{priority}");
    }
}
