use proptest::prelude::*;

use super::*;

/// Protocol, banner, product, version, system, CPE.
type Row = (
    Protocol,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
);

const TABLE: &[Row] = &[
    (
        Protocol::Ssh,
        "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10",
        Some("OpenSSH"),
        Some("9.2p1"),
        Some("Debian 12"),
        Some("cpe:2.3:a:openbsd:openssh:9.2:p1:*:*:*:*:*:*"),
    ),
    (
        Protocol::Ssh,
        "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.10",
        Some("OpenSSH"),
        Some("8.9p1"),
        Some("Ubuntu"),
        Some("cpe:2.3:a:openbsd:openssh:8.9:p1:*:*:*:*:*:*"),
    ),
    (
        Protocol::Ssh,
        "SSH-2.0-OpenSSH_7.4",
        Some("OpenSSH"),
        Some("7.4"),
        None,
        Some("cpe:2.3:a:openbsd:openssh:7.4:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Ssh,
        "SSH-2.0-OpenSSH_for_Windows_8.1",
        Some("OpenSSH"),
        Some("8.1"),
        Some("Windows"),
        Some("cpe:2.3:a:openbsd:openssh:8.1:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Ssh,
        "SSH-2.0-dropbear_2022.83",
        Some("Dropbear SSH"),
        Some("2022.83"),
        None,
        Some("cpe:2.3:a:dropbear_ssh_project:dropbear_ssh:2022.83:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Ssh,
        "SSH-2.0-ROSSSH",
        Some("RouterOS"),
        None,
        Some("RouterOS"),
        None,
    ),
    (
        Protocol::Ssh,
        "SSH-1.99-Cisco-1.25",
        Some("Cisco SSH"),
        Some("1.25"),
        Some("Cisco IOS"),
        None,
    ),
    (
        Protocol::Ssh,
        "SSH-2.0-Something_1.0",
        None,
        None,
        None,
        None,
    ),
    (
        Protocol::Http,
        "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\n",
        Some("nginx"),
        Some("1.22.1"),
        None,
        Some("cpe:2.3:a:f5:nginx:1.22.1:*:*:*:*:*:*:*"),
    ),
    (Protocol::Https, "nginx", Some("nginx"), None, None, None),
    (
        Protocol::Http,
        "nginx/1.18.0 (Ubuntu)",
        Some("nginx"),
        Some("1.18.0"),
        Some("Ubuntu"),
        Some("cpe:2.3:a:f5:nginx:1.18.0:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Http,
        "Server: Apache/2.4.57 (Debian) OpenSSL/3.0.11",
        Some("HTTP Server"),
        Some("2.4.57"),
        Some("Debian"),
        Some("cpe:2.3:a:apache:http_server:2.4.57:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Http,
        "Microsoft-IIS/10.0",
        Some("IIS"),
        Some("10.0"),
        Some("Windows"),
        Some("cpe:2.3:a:microsoft:internet_information_services:10.0:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Http,
        "Apache-Coyote/1.1",
        Some("Tomcat"),
        None,
        None,
        None,
    ),
    (
        Protocol::Http,
        "HTTP/1.1 200 OK\r\nX: nginx/1.0",
        None,
        None,
        None,
        None,
    ),
    (
        Protocol::Http,
        "Jetty(9.4.43.v20210629)",
        Some("Jetty"),
        Some("9.4.43.v20210629"),
        None,
        Some("cpe:2.3:a:eclipse:jetty:9.4.43.v20210629:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Mysql,
        "5.5.5-10.11.19-MariaDB-0+deb12u1",
        Some("MariaDB"),
        Some("10.11.19"),
        Some("Debian 12"),
        Some("cpe:2.3:a:mariadb:mariadb:10.11.19:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Mariadb,
        "11.4.2-MariaDB-ubu2404",
        Some("MariaDB"),
        Some("11.4.2"),
        None,
        Some("cpe:2.3:a:mariadb:mariadb:11.4.2:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Mysql,
        "8.0.35-0ubuntu0.22.04.1",
        Some("MySQL"),
        Some("8.0.35"),
        Some("Ubuntu 22.04"),
        Some("cpe:2.3:a:oracle:mysql:8.0.35:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Mysql,
        "Host 'x' is not allowed to connect to this MariaDB server",
        Some("MariaDB"),
        None,
        None,
        None,
    ),
    (
        Protocol::Ftp,
        "220 (vsFTPd 3.0.3)",
        Some("vsftpd"),
        Some("3.0.3"),
        None,
        Some("cpe:2.3:a:vsftpd_project:vsftpd:3.0.3:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Ftp,
        "220 ProFTPD 1.3.5e Server (Debian) [::ffff:192.0.2.1]",
        Some("ProFTPD"),
        Some("1.3.5e"),
        Some("Debian"),
        Some("cpe:2.3:a:proftpd:proftpd:1.3.5e:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Ftp,
        "220 MikroTik FTP server (MikroTik 6.49.2) ready",
        Some("RouterOS"),
        Some("6.49.2"),
        Some("RouterOS"),
        Some("cpe:2.3:o:mikrotik:routeros:6.49.2:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Ftp,
        "220 Microsoft FTP Service",
        Some("IIS FTP"),
        None,
        Some("Windows"),
        None,
    ),
    (
        Protocol::Smtp,
        "220 mail.doiche.test ESMTP Postfix (Debian/GNU)",
        Some("Postfix"),
        None,
        Some("Debian"),
        None,
    ),
    (
        Protocol::Smtp,
        "220 mx ESMTP Exim 4.96 Mon, 02 Nov 2026 08:00:00 +0700",
        Some("Exim"),
        Some("4.96"),
        None,
        Some("cpe:2.3:a:exim:exim:4.96:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Imap,
        "* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot (Debian) ready.",
        Some("Dovecot"),
        None,
        Some("Debian"),
        None,
    ),
    (
        Protocol::Pop3,
        "+OK Dovecot ready.",
        Some("Dovecot"),
        None,
        None,
        None,
    ),
    (Protocol::Vnc, "RFB 003.008", None, None, None, None),
    (
        Protocol::Dns,
        "9.11.4-P2-RedHat-9.11.4-26.P2.el7_9.15",
        Some("BIND"),
        Some("9.11.4-P2"),
        None,
        Some("cpe:2.3:a:isc:bind:9.11.4:p2:*:*:*:*:*:*"),
    ),
    (
        Protocol::Snmp,
        "RouterOS 6.49.2 (stable) on CCR1009",
        Some("RouterOS"),
        Some("6.49.2"),
        Some("RouterOS"),
        Some("cpe:2.3:o:mikrotik:routeros:6.49.2:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Elasticsearch,
        "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\n\r\n{\n  \"cluster_name\" : \"c\",\n  \"version\" : {\n    \
         \"number\" : \"8.11.1\",\n \"lucene_version\" : \"9.8.0\" },\n  \"tagline\" : \"You Know, for Search\"\n}",
        Some("Elasticsearch"),
        Some("8.11.1"),
        None,
        Some("cpe:2.3:a:elastic:elasticsearch:8.11.1:*:*:*:*:*:*:*"),
    ),
    (
        Protocol::Http,
        "TuongLua/2.1",
        Some("TuongLua"),
        Some("2.1"),
        None,
        None,
    ),
    (Protocol::Http, "Linux/4.9", None, None, None, None),
    (Protocol::Tls, "nginx/1.22.1", None, None, None, None),
];

#[test]
fn real_banners() {
    for (protocol, banner, product, version, os, cpe) in TABLE {
        let found = identify(*protocol, banner);
        assert_eq!(
            (
                found.product.as_deref(),
                found.version.as_deref(),
                found.os.as_deref(),
                found.cpe.as_deref()
            ),
            (*product, *version, *os, *cpe),
            "{banner}"
        );
    }
}

/// What `rule` says of its own example, heard in `protocol`; none if it is as it should be.
fn fault(rule: &Rule, protocol: Protocol) -> Option<String> {
    let fits = |other: &&Rule| {
        other.is_for(protocol)
            && if protocol.is_web() {
                other.in_page(&Page::of(&rule.example)).is_some()
            } else {
                other.in_banner(&rule.example).is_some()
            }
    };
    let first = rules().iter().find(fits);
    if !first.is_some_and(|first| std::ptr::eq(first, rule)) {
        return Some(format!("decided by {:?}", first.map(|rule| &rule.product)));
    }
    let found = identify(protocol, &rule.example);
    let as_named = rule.product.as_deref() == Some("{name}") && found.product.is_some();
    let right = found.version == rule.version
        && found.vendor == rule.vendor
        && found.protocol == rule.is
        && (as_named || found.product == rule.product)
        && found.cpe.is_some() == (rule.cpe.is_some() && rule.version.is_some());
    (!right).then(|| format!("{found:?}"))
}

#[test]
fn every_rule_finds_its_example_first() {
    let faults: Vec<String> = rules()
        .iter()
        .flat_map(|rule| rule.protocols.iter().map(move |protocol| (rule, *protocol)))
        .filter_map(|(rule, protocol)| {
            let fault = fault(rule, protocol)?;
            Some(format!("{:?}, {:?}: {fault}", rule.product, rule.example))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_rule_that_names_a_cpe_can_find_a_version() {
    let idle: Vec<_> = rules()
        .iter()
        .filter(|rule| {
            (rule.cpe.is_some() && rule.version.is_none())
                || (rule.product.is_none() && rule.vendor.is_some())
        })
        .map(|rule| &rule.example)
        .collect();
    assert!(idle.is_empty(), "{idle:?}");
}

/// Nested repetitions that take other matchers exponential time.
#[test]
fn long_and_repetitive_banners_cost_little() {
    let banners = [
        "a".repeat(100_000),
        "Server: ".repeat(10_000),
        "<title>".repeat(10_000),
        "1.1.".repeat(10_000),
        format!("HTTP/1.1 200 OK\n\n{}", "{\"version\":".repeat(10_000)),
    ];
    for banner in &banners {
        for protocol in [
            Protocol::Http,
            Protocol::Mysql,
            Protocol::Smtp,
            Protocol::Sip,
        ] {
            let found = identify(protocol, banner);
            assert!(found.version.is_none_or(|version| version.len() <= 64));
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_survived(banner in ".{0,300}") {
        for protocol in [Protocol::Ssh, Protocol::Http, Protocol::Mysql, Protocol::Ftp,
                         Protocol::Smtp, Protocol::Imap, Protocol::Telnet, Protocol::Redis,
                         Protocol::Dns, Protocol::Snmp, Protocol::Sip, Protocol::Amqp] {
            let found = identify(protocol, &banner);
            prop_assert_eq!(found.cpe.is_some() && found.version.is_none(), false);
        }
    }
}
