//! Servers as they come from their makers.

use std::{fs, path::Path};

use luytre_checks::fact::{ClientCertificate, Features, TlsVersion};
use luytre_inventory::ScanProfile;

use crate::{
    EC, INTERMEDIATE, No, RSA, Unknown, Yes, deep, look_with, patient,
    tls_support::{engine, gnutls, must, nginx, openssl, papers},
    with_rsa,
};

#[test]
fn a_usual_server_in_few_connections() {
    if !engine("nginx") {
        return;
    }
    let folder = papers();
    let server = nginx(folder.path(), &format!("{EC} {INTERMEDIATE}"));
    let light = look_with(ScanProfile::Light, patient(), server.port);
    assert_eq!(*light.features(), Features::default());
    assert_eq!(light.chain.staple, Unknown);
    let standard = look_with(ScanProfile::Standard, patient(), server.port);
    let more = standard.connections - light.connections;
    assert!(more <= 10, "{more}");
    let features = standard.features();
    assert_eq!(features.compression, No);
    assert_eq!(features.secure_renegotiation, Yes);
    assert_eq!(features.client_renegotiation, No);
    assert_eq!(features.resumption_id, No);
    assert_eq!(features.resumption_ticket, Yes);
    assert_eq!(features.resumption_psk, Yes);
    assert_eq!(features.early_data, No);
    assert_eq!(features.extended_master_secret, Yes);
    // There is no suite in CBC mode that could show it.
    assert_eq!(features.encrypt_then_mac, Unknown);
    assert_eq!(features.fallback_scsv, Yes);
    assert_eq!(features.heartbeat, No);
    assert_eq!(features.client_certificate, ClientCertificate::No);
    assert_eq!(
        (features.long_hello, features.short_hello, features.grease),
        (Yes, Yes, Yes)
    );
    assert_eq!(standard.chain.staple, No);
    assert_eq!(standard.chain.timestamps.handshake, Some(0));
    let deep = deep(&server);
    assert!(deep.connections <= 50, "{}", deep.connections);
    assert_eq!(
        deep.features().alpn,
        ["http/1.1", "http/1.0", "http/0.9"],
        "as nginx lists them"
    );
    assert_eq!(deep.features().alpn_complete, Yes);
    let (schemes, complete) = deep.schemes(TlsVersion::Tls13);
    assert_eq!((schemes, complete), (vec!["ecdsa_secp256r1_sha256"], Yes));
    let (schemes, complete) = deep.schemes(TlsVersion::Tls12);
    assert!(schemes.contains(&"ecdsa_secp256r1_sha256") && complete == Yes);
}

#[test]
fn what_nginx_is_told_to_do() {
    if !engine("nginx") {
        return;
    }
    let folder = papers();
    let path = folder.path();
    staple(path);
    let server = nginx(
        path,
        &format!(
            "{RSA} ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:s:1m;
            ssl_session_tickets off; ssl_early_data on; ssl_verify_client optional_no_ca;
            ssl_stapling on; ssl_stapling_file staple.der;"
        ),
    );
    let seen = deep(&server);
    let features = seen.features();
    assert_eq!(features.resumption_id, Yes);
    assert_eq!(features.resumption_ticket, No);
    assert_eq!(
        features.resumption_psk, Yes,
        "by a ticket that names the cache"
    );
    assert_eq!(features.early_data, Yes);
    assert_eq!(features.encrypt_then_mac, Yes);
    assert_eq!(features.client_certificate, ClientCertificate::Requested);
    assert_eq!(seen.chain.staple, Yes);
}

/// An OCSP answer for the RSA certificate, by its own key.
fn staple(path: &Path) {
    let serial = openssl(path, &["x509", "-in", "rsa.crt", "-noout", "-serial"]);
    let serial = serial.trim().trim_start_matches("serial=");
    fs::write(
        path.join("index.txt"),
        format!("V\t360101000000Z\t\t{serial}\tunknown\t/CN=a\n"),
    )
    .unwrap();
    let request = ["ocsp", "-issuer", "rsa.crt", "-cert", "rsa.crt", "-reqout"];
    must(path, &[&request[..], &["request.der"]].concat());
    let answer = "ocsp -index index.txt -CA rsa.crt -rsigner rsa.crt -rkey rsa.key \
        -reqin request.der -respout staple.der -ndays 7";
    must(path, &answer.split_whitespace().collect::<Vec<_>>());
}

#[test]
fn old_versions_are_completed_too() {
    let folder = papers();
    for (version, flag) in [
        (TlsVersion::Tls10, "-tls1"),
        (TlsVersion::Tls11, "-tls1_1"),
        (TlsVersion::Tls12, "-tls1_2"),
    ] {
        for (cipher, then_mac) in [
            ("ECDHE-RSA-AES128-SHA:@SECLEVEL=0", Yes),
            ("AES256-SHA:@SECLEVEL=0", Yes),
        ] {
            let server = with_rsa(folder.path(), &[flag, "-cipher", cipher]);
            let seen = deep(&server);
            let features = seen.features();
            assert_eq!(seen.tls.offers(version), Yes);
            assert_eq!(features.resumption_id, Yes, "{version} {cipher}");
            assert_eq!(features.resumption_ticket, Yes, "{version} {cipher}");
            assert_eq!(features.encrypt_then_mac, then_mac, "{version} {cipher}");
            assert_eq!(features.client_renegotiation, No, "{version} {cipher}");
            assert_eq!(features.fallback_scsv, Unknown, "one version alone");
            assert_eq!(features.resumption_psk, Unknown);
        }
    }
}

#[test]
fn switches_of_s_server() {
    let folder = papers();
    let at = |arguments: &[&str]| deep(&with_rsa(folder.path(), arguments));
    let seen = at(&["-client_renegotiation", "-no_etm", "-tls1_2"]);
    assert_eq!(seen.features().client_renegotiation, Yes);
    assert_eq!(seen.features().encrypt_then_mac, No);
    assert_eq!(seen.features().secure_renegotiation, Yes);
    let seen = at(&["-no_ticket", "-no_cache", "-tls1_2"]);
    assert_eq!(seen.features().resumption_ticket, No);
    assert_eq!(seen.features().resumption_id, No);
    let seen = at(&["-alpn", "h2,imap", "-num_tickets", "0"]);
    assert_eq!(seen.features().alpn, ["h2", "imap"]);
    assert_eq!(seen.features().alpn_complete, Yes);
    assert_eq!(seen.features().resumption_psk, No);
    assert_eq!(seen.features().early_data, No);
    for (flag, wanted) in [
        ("-verify", ClientCertificate::Requested),
        ("-Verify", ClientCertificate::Required),
    ] {
        for version in ["-tls1_2", "-tls1_3"] {
            let seen = at(&[flag, "1", version]);
            assert_eq!(seen.features().client_certificate, wanted, "{version}");
        }
    }
    let seen = at(&["-tls1_3", "-early_data", "-alpn", "h2,http/1.1"]);
    let features = seen.features();
    assert_eq!(features.early_data, Yes);
    assert_eq!(features.resumption_psk, Yes);
    assert_eq!(features.resumption_ticket, No, "there is no version for it");
    assert_eq!(
        (features.long_hello, features.short_hello, features.grease),
        (Yes, Yes, Yes)
    );
    assert_eq!(features.alpn, ["h2", "http/1.1"]);
    assert_eq!(features.alpn_complete, Yes);
    let (schemes, complete) = seen.schemes(TlsVersion::Tls13);
    assert_eq!(complete, Yes);
    assert_eq!(
        schemes,
        [
            "rsa_pss_rsae_sha256",
            "rsa_pss_rsae_sha384",
            "rsa_pss_rsae_sha512"
        ]
    );
    let weak = ["-cipher", "DEFAULT:@SECLEVEL=0", "-tls1_2", "-sigalgs"];
    let seen = at(&[&weak[..], &["RSA+SHA256:RSA+SHA1:RSA-PSS+SHA384"]].concat());
    let (mut schemes, complete) = seen.schemes(TlsVersion::Tls12);
    schemes.sort_unstable();
    assert_eq!(complete, Yes);
    assert_eq!(
        schemes,
        ["rsa_pkcs1_sha1", "rsa_pkcs1_sha256", "rsa_pss_rsae_sha384"]
    );
}

#[test]
fn gnutls_answers_as_it_is_told() {
    if !engine("gnutls-serv") {
        return;
    }
    let folder = papers();
    let some = "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3";
    let rsa = ["--x509certfile", "rsa.crt", "--x509keyfile", "rsa.key"];
    let at = |arguments: &[&str]| {
        let server = gnutls(folder.path(), &[&rsa[..], arguments].concat());
        deep(&server)
    };
    let seen = at(&["--priority", some, "-a"]);
    let features = seen.features();
    assert_eq!(features.resumption_ticket, Yes);
    assert_eq!(features.resumption_psk, Yes);
    assert_eq!(features.extended_master_secret, Yes);
    assert_eq!(features.encrypt_then_mac, Yes);
    assert_eq!(features.client_certificate, ClientCertificate::No);
    let less = format!("{some}:%NO_SESSION_HASH:%NO_ETM");
    let seen = at(&["--priority", &less, "-r", "--noticket"]);
    let features = seen.features();
    assert_eq!(features.extended_master_secret, No);
    assert_eq!(features.encrypt_then_mac, No);
    assert_eq!(features.client_certificate, ClientCertificate::Required);
    let bare = format!("{some}:%DISABLE_SAFE_RENEGOTIATION");
    let seen = at(&["--priority", &bare, "-a", "--heartbeat"]);
    assert_eq!(seen.features().secure_renegotiation, No);
    assert_eq!(seen.features().heartbeat, Yes);
}
