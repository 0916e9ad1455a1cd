//! Short looks: at most three connections to a server that did not change, and no word about one that
//! did.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says what it skips"
)]

mod tls_support;

use std::{path::Path, sync::Arc};

use luytre_checks::{
    Fact,
    fact::{ChainFact, TlsFact, TlsVersion, Tri},
};
use luytre_scanner::probe::{
    Before,
    chain::{ChainReader, confirm_tls_and_chain},
    tls_and_chain,
};
use tls_support::{NAME, Server, engine, line, must, nginx, papers};
use uuid::Uuid;

const RSA: &str = "ssl_certificate rsa.crt; ssl_certificate_key rsa.key;";
const BOTH: &str = "ssl_certificate rsa.crt; ssl_certificate_key rsa.key;
    ssl_certificate ec.crt; ssl_certificate_key ec.key;";
const OLD: &str = "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0;";
const TWO: &str = "ssl_protocols TLSv1.2 TLSv1.3;";
const NEW: &str = "ssl_protocols TLSv1.3;";

async fn whole(server: &Server) -> Before {
    let line = line(server.port, Some(NAME));
    let (tls, chain) = tls_and_chain(&line, &ChainReader::default()).await;
    let (Fact::Tls(tls), Fact::Chain(chain)) = (tls.unwrap(), chain.unwrap()) else {
        panic!("other facts");
    };
    Before {
        tls: (Uuid::from_u128(1), Arc::new(tls)),
        chain: (Uuid::from_u128(2), Arc::new(chain)),
    }
}

async fn short(server: &Server, before: &Before) -> (Option<(TlsFact, ChainFact)>, u32) {
    let line = line(server.port, Some(NAME));
    let seen = confirm_tls_and_chain(&line, &ChainReader::default(), before).await;
    let seen = seen.map(|seen| match seen {
        (Fact::Tls(tls), Fact::Chain(chain)) => (tls, chain),
        other => panic!("{other:?}"),
    });
    (seen, line.settle().1.connections)
}

/// Every list in `part` lies inside that of `all`, and nothing is said that `all` does not say.
fn inside(part: &TlsFact, all: &TlsFact) {
    for (version, seen) in &part.versions {
        let known = &all.versions[version];
        assert_eq!(seen.offered, known.offered, "{version}");
        assert!(seen.suites.iter().all(|suite| known.suites.contains(suite)));
        assert!(seen.groups.iter().all(|group| known.groups.contains(group)));
        assert_eq!(
            (seen.suites_complete, seen.groups_complete),
            (Tri::Unknown, Tri::Unknown),
        );
    }
}

#[tokio::test]
async fn three_connections_confirm_what_did_not_change() {
    if !engine("nginx") {
        return;
    }
    let papers = papers();
    for (directives, least) in [
        ([BOTH, OLD].concat(), TlsVersion::Tls10),
        ([RSA, TWO].concat(), TlsVersion::Tls12),
        ([RSA, NEW].concat(), TlsVersion::Tls13),
    ] {
        let server = nginx(papers.path(), &directives);
        let before = whole(&server).await;
        let (seen, connections) = short(&server, &before).await;
        let (tls, chain) = seen.unwrap_or_else(|| panic!("{directives}"));
        assert!(connections <= 3, "{connections} for {directives}");
        assert_eq!(tls.offers(least), Tri::Yes, "{directives}");
        inside(&tls, &before.tls.1);
        let leaf = |fact: &ChainFact| fact.leaf().map(|leaf| leaf.sha256.clone());
        let known: Vec<_> = std::iter::once(&*before.chain.1)
            .chain(&before.chain.1.also)
            .map(leaf)
            .collect();
        assert!(known.contains(&leaf(&chain)), "{directives}");
    }
}

fn renewed(folder: &Path) {
    must(
        folder,
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "new.key",
            "-out",
            "new.crt",
            "-days",
            "90",
            "-subj",
            "/CN=www.doiche.test",
        ],
    );
}

#[tokio::test]
async fn any_change_asks_for_a_whole_look() {
    if !engine("nginx") || !engine("openssl") {
        return;
    }
    let papers = papers();
    renewed(papers.path());
    let server = nginx(papers.path(), &[RSA, TWO].concat());
    let before = whole(&server).await;
    drop(server);
    for changed in [
        // Another certificate, an older version, one version less, other suites.
        ["ssl_certificate new.crt; ssl_certificate_key new.key;", TWO].concat(),
        [RSA, OLD].concat(),
        [RSA, NEW].concat(),
        [RSA, "ssl_protocols TLSv1.2;"].concat(),
        [
            RSA,
            "ssl_protocols TLSv1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0;",
        ]
        .concat(),
    ] {
        let server = nginx(papers.path(), &changed);
        let (seen, connections) = short(&server, &before).await;
        assert_eq!(seen, None, "{changed}");
        assert!(connections <= 3, "{connections} for {changed}");
    }
    // What does not answer is not confirmed either.
    let gone = nginx(papers.path(), &[RSA, TWO].concat());
    let port = gone.port;
    drop(gone);
    let line = line(port, Some(NAME));
    let seen = confirm_tls_and_chain(&line, &ChainReader::default(), &before).await;
    assert_eq!(seen, None);
}
