//! Zones with and without each fault: what is found, what the checks say of it, and what `dig` and
//! `delv` say.

use std::{fmt::Write as _, path::Path, process::Command};

use luytre_checks::{Fact, Outcome, Tri, fact::DnsFact};
use luytre_scanner::{Probe, probe::DnsProbe};
use tempfile::TempDir;

use crate::{
    judged,
    lab::{Lab, Zone},
    line, look, pinned,
    tls_support::{Server, engine, must, openssl, s_server},
};

const SOUND: [u32; 4] = [14_400, 3600, 1_209_600, 3600];

/// A TLS server on loopback, and the digest of its key as TLSA records write it.
struct Pinned {
    server: Server,
    digest: String,
    _folder: TempDir,
}

fn server() -> Pinned {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let new = [
        "req",
        "-x509",
        "-nodes",
        "-days",
        "30",
        "-subj",
        "/CN=www.doiche.test",
    ];
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    let out = ["-out", "own.crt", "-keyout", "own.key"];
    must(at, &[&new[..], &key, &out].concat());
    openssl(
        at,
        &[
            "x509", "-in", "own.crt", "-noout", "-pubkey", "-out", "own.pub",
        ],
    );
    let digest = digest_of(at, "own.pub");
    Pinned {
        server: s_server(at, &["-cert", "own.crt", "-key", "own.key"]),
        digest,
        _folder: folder,
    }
}

/// SHA-256 of a public key, worked out by `openssl`.
fn digest_of(at: &Path, public: &str) -> String {
    let der = [
        "pkey",
        "-pubin",
        "-in",
        public,
        "-outform",
        "DER",
        "-out",
        "public.der",
    ];
    must(at, &der);
    let line = openssl(at, &["dgst", "-sha256", "-r", "public.der"]);
    line.split_whitespace().next().unwrap().to_owned()
}

/// A TXT record with a DKIM key of `bits`, in strings as zone files want them.
fn dkim(selector: &str, bits: &str, more: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    must(at, &["genrsa", "-out", "key", bits]);
    must(
        at,
        &[
            "rsa", "-in", "key", "-pubout", "-outform", "DER", "-out", "der",
        ],
    );
    let text = openssl(at, &["base64", "-A", "-in", "der"]);
    let (head, tail) = text.trim().split_at(200);
    format!("{selector}._domainkey TXT \"v=DKIM1; k=rsa; {more}p={head}\" \"{tail}\"\n")
}

fn zones(pinned: &Pinned) -> Vec<Zone> {
    let (port, digest) = (pinned.server.port, &pinned.digest);
    let zone = |name, records: &str, signed| Zone {
        name,
        timers: SOUND,
        records: records.to_owned(),
        signed,
        open: false,
    };
    let mut sound = format!(
        "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n@ CAA 0 issue \"ca.test\"\n\
         www A 127.0.0.1\ncong CNAME www\nkhac A 127.0.0.1\nmail A 192.0.2.5\n@ MX 10 mail\n\
         @ TXT \"v=spf1 mx include:_spf.doiche.test -all\"\n@ TXT \"hello\"\n\
         _spf TXT \"v=spf1 a:www.doiche.test ip4:192.0.2.0/24 -all\"\n\
         _dmarc TXT \"v=DMARC1; p=reject; rua=mailto:a@doiche.test\"\n\
         _mta-sts TXT \"v=STSv1; id=20261101\"\n_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@doiche.test\"\n\
         _25._tcp.mail TLSA 3 1 1 {digest}\n_{port}._tcp.www TLSA 3 1 1 {digest}\n\
         _{port}._tcp.khac TLSA 3 1 1 {}\n",
        "ab".repeat(32)
    );
    sound += &dkim("mail", "2048", "");
    let mut faulty = format!(
        "@ NS ns1\nns1 A 192.0.2.1\n* A 192.0.2.9\n@ MX 10 mail.khongco.test.\nwww A 127.0.0.1\n\
         _dmarc TXT \"v=DMARC1; p=none\"\n_{port}._tcp.www TLSA 3 1 1 {}\n",
        "ab".repeat(32)
    );
    let terms = (1..=11).fold(String::new(), |mut out, number| {
        let _ = write!(out, "a:h{number}.tran.test ");
        out
    });
    let _ = writeln!(faulty, "@ TXT \"v=spf1 {terms}?all\"");
    faulty += &dkim("default", "1024", "t=y; ");
    let ns = "@ NS ns1.doiche.test.\n@ NS ns2.doiche.test.\n";
    vec![
        zone("doiche.test", &sound, Some([-1, 720])),
        Zone {
            timers: [3600, 7200, 86_400, 172_800],
            ..zone("tran.test", &faulty, None)
        },
        zone("hethan.test", ns, Some([-720, -24])),
        zone("saphet.test", ns, Some([-720, 24])),
        zone(
            "chuyen.test",
            &format!("{ns}@ TXT \"v=spf1 redirect=_spf.doiche.test\"\n"),
            None,
        ),
        zone(
            "lap.test",
            &format!(
                "{ns}@ MX 0 .\n@ TXT \"v=spf1 include:a.lap.test +all\"\n\
                 a TXT \"v=spf1 include:lap.test -all\"\n\
                 _dmarc TXT \"v=DMARC1; p=reject\"\n_dmarc TXT \"v=DMARC1; p=none\"\n"
            ),
            None,
        ),
        Zone {
            open: true,
            ..zone(
                "phoi.test",
                "@ NS ns1\nns1 A 127.0.0.1\nsql A 192.0.2.7\n",
                None,
            )
        },
        zone(
            "kin.test",
            "@ NS ns1\n@ NS ns2\nns1 A 127.0.0.1\nns2 A 192.0.2.2\n",
            None,
        ),
        zone(
            "mo.test",
            &format!("{ns}@ TXT \"v=spf1 include:%{{i}}.mo.test -all\"\n"),
            None,
        ),
    ]
}

/// Verdicts by their first letter: pass, fail, part, not applicable, inconclusive.
fn letters(fact: &DnsFact) -> Vec<(&'static str, char)> {
    let verdicts = judged(&Fact::Dns(fact.clone()));
    let letter = |outcome: &Outcome| match outcome {
        Outcome::Pass => 'P',
        Outcome::Fail(_) => 'F',
        Outcome::Partial(..) => '+',
        Outcome::NotApplicable(_) => 'N',
        Outcome::Inconclusive(_) => 'I',
    };
    verdicts.iter().map(|(id, o)| (*id, letter(o))).collect()
}

fn expect(fact: &DnsFact, expected: &[(&str, char)]) {
    assert_eq!(letters(fact), expected, "{fact:#?}");
}

#[tokio::test]
async fn what_is_found_is_what_dig_and_delv_find() {
    if !engine("named") || !engine("dnssec-signzone") || !engine("delv") {
        return;
    }
    let pinned = server();
    let lab = Lab::new(&zones(&pinned));
    sound(&lab).await;
    faulty(&lab).await;
    signatures(&lab).await;
    spf(&lab).await;
    other_resolvers(&lab).await;
    servers(&lab).await;
    certificates(&lab, &pinned).await;
}

async fn sound(lab: &Lab) {
    let fact = look("www.doiche.test", lab.resolver).await.unwrap();
    assert_eq!(fact.zone.as_deref(), Some("doiche.test"));
    let dotted =
        |names: &[String]| -> Vec<String> { names.iter().map(|name| format!("{name}.")).collect() };
    let servers = dotted(fact.name_servers.as_deref().unwrap());
    assert_eq!(servers, lab.dig(&["NS", "doiche.test"]));
    let soa = fact.soa.as_ref().unwrap();
    let shown = format!(
        "{}. admin.doiche.test. 1 {} {} {} {}",
        soa.primary, soa.refresh, soa.retry, soa.expire, soa.minimum
    );
    // Signing raises no serial without being told to.
    assert_eq!([shown], *lab.dig(&["SOA", "doiche.test"]));
    let caa = fact.caa.as_ref().unwrap();
    let shown: Vec<String> = caa
        .records
        .iter()
        .map(|r| format!("{} {} \"{}\"", u8::from(r.critical) << 7, r.tag, r.value))
        .collect();
    assert_eq!(shown, lab.dig(&["CAA", "doiche.test"]));
    assert_eq!(caa.at.as_deref(), Some("doiche.test"));
    sound_mail(lab, &fact);
    assert!(
        lab.delv("doiche.test", "SOA")
            .starts_with("; fully validated")
    );
    assert!(!lab.dig(&["DS", "doiche.test"]).is_empty());
    assert!(lab.dig(&["DNSKEY", "doiche.test"])[0].starts_with("257 3 13 "));
    assert_eq!(fact.dnssec.algorithms.as_deref(), Some(&[13][..]));
    expect(
        &fact,
        &[
            ("cert.caa_missing", 'P'),
            ("dns.dangling", 'P'),
            ("dns.dnssec_broken", 'P'),
            ("dns.dnssec_missing", 'P'),
            ("dns.dnssec_weak", 'P'),
            ("dns.few_name_servers", 'P'),
            ("dns.lame_server", 'I'),
            ("dns.signatures_expiring", 'P'),
            ("dns.soa_timers", 'P'),
            ("dns.transfer_open", 'I'),
            ("dns.wildcard", 'P'),
            ("mail.dkim_weak", 'P'),
            ("mail.dmarc_missing", 'P'),
            ("mail.dmarc_weak", 'P'),
            ("mail.reports_missing", 'P'),
            ("mail.spf_missing", 'P'),
            ("mail.spf_too_many_lookups", 'P'),
            ("mail.spf_weak", 'P'),
            ("mail.transport_unprotected", 'P'),
        ],
    );
}

fn sound_mail(lab: &Lab, fact: &DnsFact) {
    let mail = &fact.mail;
    let spf = format!("\"{}\"", mail.spf.as_ref().unwrap()[0]);
    assert!(lab.dig(&["TXT", "doiche.test"]).contains(&spf));
    assert_eq!(mail.spf_terms, Some(3));
    assert_eq!(mail.servers.as_deref().unwrap(), ["mail.doiche.test"]);
    assert_eq!(mail.dkim.as_ref().unwrap()[0].bits, Some(2048));
    let pins = mail.pins.as_deref().unwrap();
    assert_eq!((pins.len(), pins[0].secure), (1, Tri::Yes));
    let tlsa = &pins[0].tlsa.as_ref().unwrap()[0];
    let shown = tlsa.data.to_ascii_uppercase();
    let dug = lab.dig(&["TLSA", "_25._tcp.mail.doiche.test"]).concat();
    assert_eq!(format!("311{shown}"), dug.replace(' ', ""));
}

async fn faulty(lab: &Lab) {
    let fact = look("www.tran.test", lab.resolver).await.unwrap();
    assert_eq!(fact.zone.as_deref(), Some("tran.test"));
    assert!(
        lab.delv("tran.test", "SOA")
            .starts_with("; unsigned answer")
    );
    assert!(lab.dig(&["DS", "tran.test"]).is_empty());
    assert!(lab.dig(&["A", "mail.khongco.test"]).is_empty());
    assert_eq!(lab.dig(&["A", "whatever.tran.test"]), ["192.0.2.9"]);
    let key = &fact.mail.dkim.as_ref().unwrap()[0];
    assert_eq!((key.bits, key.testing), (Some(1024), true));
    expect(
        &fact,
        &[
            ("cert.caa_missing", 'F'),
            ("dns.dangling", 'F'),
            ("dns.dnssec_broken", 'N'),
            ("dns.dnssec_missing", 'F'),
            ("dns.dnssec_weak", 'N'),
            ("dns.few_name_servers", 'F'),
            ("dns.lame_server", 'I'),
            ("dns.signatures_expiring", 'N'),
            ("dns.soa_timers", 'F'),
            ("dns.transfer_open", 'I'),
            ("dns.wildcard", 'F'),
            ("mail.dkim_weak", 'F'),
            ("mail.dmarc_missing", 'P'),
            ("mail.dmarc_weak", 'F'),
            ("mail.reports_missing", 'F'),
            ("mail.spf_missing", 'P'),
            ("mail.spf_too_many_lookups", 'F'),
            ("mail.spf_weak", 'F'),
            ("mail.transport_unprotected", 'F'),
        ],
    );
}

fn letter(fact: &DnsFact, id: &str) -> char {
    letters(fact).into_iter().find(|(i, _)| *i == id).unwrap().1
}

async fn signatures(lab: &Lab) {
    let dead = look("hethan.test", lab.resolver).await.unwrap();
    let told = lab.delv("hethan.test", "SOA");
    assert!(told.contains("resolution failed"), "{told}");
    assert_eq!(dead.dnssec.delegated, Tri::Yes);
    assert_eq!(dead.dnssec.validated, Tri::No);
    assert_eq!(letter(&dead, "dns.dnssec_broken"), 'F');
    assert_eq!(letter(&dead, "dns.signatures_expiring"), 'F');
    // What cannot be read for sure is not missing.
    assert_eq!(dead.mail.spf, None);
    assert_eq!(letter(&dead, "mail.spf_missing"), 'I');
    assert_eq!(letter(&dead, "cert.caa_missing"), 'I');

    let dying = look("saphet.test", lab.resolver).await.unwrap();
    assert!(
        lab.delv("saphet.test", "SOA")
            .starts_with("; fully validated")
    );
    assert_eq!(dying.dnssec.validated, Tri::Yes);
    assert_eq!(letter(&dying, "dns.dnssec_broken"), 'P');
    assert_eq!(letter(&dying, "dns.signatures_expiring"), 'F');
    assert_eq!(letter(&dying, "mail.spf_missing"), 'F');
    assert_eq!(letter(&dying, "mail.dmarc_missing"), 'F');
    let until = dying.dnssec.signed_until.unwrap().strftime("%Y%m%d%H%M%S");
    let dug = lab.dig(&["RRSIG", "saphet.test"]).concat();
    assert!(dug.contains(&until.to_string()), "{dug}");
}

async fn spf(lab: &Lab) {
    let moved = look("chuyen.test", lab.resolver).await.unwrap();
    let other = "v=spf1 a:www.doiche.test ip4:192.0.2.0/24 -all";
    assert_eq!(moved.mail.spf_redirected.as_deref(), Some(other));
    assert_eq!(moved.mail.spf_terms, Some(2));
    assert_eq!(letter(&moved, "mail.spf_weak"), 'P');

    let round = look("lap.test", lab.resolver).await.unwrap();
    assert!(round.mail.spf_terms > Some(10), "{:?}", round.mail);
    assert_eq!(letter(&round, "mail.spf_too_many_lookups"), 'F');
    assert_eq!(letter(&round, "mail.spf_weak"), 'F');
    assert_eq!(letter(&round, "mail.dmarc_missing"), 'F');
    assert_eq!(round.mail.servers.as_deref().unwrap(), ["."]);
    assert_eq!(letter(&round, "mail.transport_unprotected"), 'N');

    let open = look("mo.test", lab.resolver).await.unwrap();
    assert_eq!(open.mail.spf_terms_complete, Tri::No);
    assert_eq!(letter(&open, "mail.spf_too_many_lookups"), 'I');
}

/// A resolver without an eye for signatures is told apart from a zone without them.
async fn other_resolvers(lab: &Lab) {
    for (resolver, name, delegated, missing) in [
        (lab.careless, "doiche.test", Tri::Yes, 'P'),
        (lab.careless, "tran.test", Tri::No, 'F'),
        (lab.blind, "doiche.test", Tri::Yes, 'P'),
        (lab.blind, "tran.test", Tri::Unknown, 'I'),
    ] {
        let fact = look(name, resolver).await.unwrap();
        assert_eq!(fact.dnssec.delegated, delegated, "{name} {resolver}");
        assert_eq!(fact.dnssec.validated, Tri::Unknown, "{name}");
        assert_eq!(letter(&fact, "dns.dnssec_missing"), missing, "{name}");
    }
    let dead = look("hethan.test", lab.careless).await.unwrap();
    assert_eq!(dead.dnssec.validated, Tri::Unknown);
    assert_eq!(letter(&dead, "dns.dnssec_broken"), 'I');
    assert_eq!(letter(&dead, "dns.signatures_expiring"), 'F');
}

/// Name servers are asked themselves where the paper covers them; `ns2` has a special address, which no
/// name leads to.
async fn servers(lab: &Lab) {
    let asked = async |name: &str, port| {
        let line = line(name, port, &[lab.resolver]).await;
        let probe = DnsProbe::default().servers_at(port);
        let Ok(Fact::Dns(fact)) = probe.observe(&line).await else {
            panic!("{name}")
        };
        (line.settle().0, fact)
    };
    let port = lab.authority.port();
    let (evidence, open) = asked("ns1.phoi.test", port).await;
    let server = &open.servers_asked.as_ref().unwrap()[0];
    assert_eq!(
        (server.authoritative, server.transfer),
        (Tri::Yes, Tri::Yes)
    );
    let dug = lab.transfer("phoi.test");
    assert_eq!(server.records, u32::try_from(dug.len()).ok(), "{dug:?}");
    assert_eq!(letter(&open, "dns.transfer_open"), 'F');
    assert_eq!(letter(&open, "dns.lame_server"), 'P');
    // The evidence is a number, and nothing of what the zone holds.
    let told = serde_json::to_string(&(&evidence, &open)).unwrap();
    assert!(
        told.contains("at least 5 records") && !told.contains("sql"),
        "{told}"
    );

    let (_, shut) = asked("ns1.kin.test", port).await;
    let [first, second] = shut.servers_asked.as_deref().unwrap() else {
        panic!()
    };
    assert_eq!((first.authoritative, first.transfer), (Tri::Yes, Tri::No));
    assert_eq!(
        (second.authoritative, second.transfer),
        (Tri::Unknown, Tri::Unknown)
    );
    assert!(lab.transfer("kin.test").is_empty());
    assert_eq!(letter(&shut, "dns.transfer_open"), 'I');

    let (_, lame) = asked("ns1.phoi.test", lab.careless.port()).await;
    assert_eq!(
        lame.servers_asked.as_ref().unwrap()[0].authoritative,
        Tri::No
    );
    assert_eq!(letter(&lame, "dns.lame_server"), 'F');
    assert_eq!(letter(&lame, "dns.transfer_open"), 'I');
}

/// Whether `openssl` takes the server for the name that the records pin.
fn taken(port: u16, name: &str, digest: &str) -> bool {
    let to = format!("127.0.0.1:{port}");
    let record = format!("3 1 1 {digest}");
    let output = Command::new("openssl")
        .args(["s_client", "-connect", &to, "-servername", name])
        .args(["-dane_tlsa_domain", name, "-dane_tlsa_rrdata", &record])
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).contains("Verify return code: 0 (ok)")
}

async fn certificates(lab: &Lab, server: &Pinned) {
    let port = server.server.port;
    let letter = |fact: &Fact| match &judged(fact)["cert.dane_mismatch"] {
        Outcome::Pass => 'P',
        Outcome::Fail(_) => 'F',
        Outcome::Partial(..) => '+',
        Outcome::NotApplicable(_) => 'N',
        Outcome::Inconclusive(_) => 'I',
    };
    for (name, resolvers, expected) in [
        ("www.doiche.test", &[lab.resolver][..], 'P'),
        // RFC 7671 7: the records stand at the end of the aliases.
        ("cong.doiche.test", &[lab.resolver], 'P'),
        ("khac.doiche.test", &[lab.resolver], 'F'),
        ("www.tran.test", &[lab.resolver], 'N'),
        ("mail.doiche.test", &[lab.resolver], 'N'),
        ("khac.doiche.test", &[lab.careless], 'I'),
        ("khac.doiche.test", &[], 'I'),
    ] {
        let fact = pinned(name, port, resolvers).await;
        assert_eq!(letter(&fact), expected, "{name} {resolvers:?}: {fact:#?}");
        let Fact::Chain(chain) = &fact else { panic!() };
        assert_eq!(chain.dane.is_some(), !resolvers.is_empty());
    }
    assert!(taken(port, "www.doiche.test", &server.digest));
    assert!(!taken(port, "khac.doiche.test", &"ab".repeat(32)));
}
