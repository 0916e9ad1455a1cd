//! Greetings and answers of services that are not at hand as daemons.

use luytre_checks::{
    Fact,
    fact::{Confidence, ServiceFact},
};
use luytre_inventory::Protocol;
use luytre_scanner::{Probe, probe::ServiceProbe};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::kit::{line_to, mute, serve};

/// Greets, then answers the opening line that begins with `cue`; hangs up on any other.
async fn heard(
    greeting: &'static [u8],
    cue: &'static [u8],
    answer: &'static [u8],
    declared: Option<Protocol>,
) -> ServiceFact {
    let (to, seen) = serve("127.0.0.1:0", move |mut stream| async move {
        let _ = stream.write_all(greeting).await;
        let mut said = [0; 1024];
        let count = stream.read(&mut said).await.unwrap_or(0);
        if !cue.is_empty() && said[..count].starts_with(cue) {
            let _ = stream.write_all(answer).await;
            mute(stream).await;
        }
    })
    .await;
    let probe = ServiceProbe {
        declared,
        agent: "luytre test".into(),
    };
    let found = probe.observe(&line_to(to).await).await;
    assert!(seen.total() <= 3);
    match found {
        Ok(Fact::Service(fact)) => fact,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_speak_first() {
    let table: [(&[u8], Protocol, Option<&str>, &str); 9] = [
        (
            b"220 mail.doiche.test ESMTP Postfix (Debian/GNU)\r\n",
            Protocol::Smtp,
            Some("Postfix"),
            "220 mail.doiche.test ESMTP Postfix (Debian/GNU)",
        ),
        (b"+OK Dovecot (Debian) ready.\r\n", Protocol::Pop3, Some("Dovecot"), "+OK Dovecot (Debian) ready."),
        (
            b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] Dovecot ready.\r\n",
            Protocol::Imap,
            Some("Dovecot"),
            "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] Dovecot ready.",
        ),
        (
            b"220-Welcome\r\n220 ProFTPD Server (x) [192.0.2.1]\r\n",
            Protocol::Ftp,
            Some("ProFTPD"),
            "220-Welcome",
        ),
        (
            b"\xff\xfb\x01\xff\xfd\x18\r\nUser Access Verification\r\n\r\nUsername: ",
            Protocol::Telnet,
            Some("Cisco IOS"),
            "User Access Verification",
        ),
        (b"\r\nBusyBox login: ", Protocol::Telnet, None, "BusyBox login:"),
        (b"SSH-2.0-dropbear_2022.83\r\n", Protocol::Ssh, Some("Dropbear SSH"), "SSH-2.0-dropbear_2022.83"),
        (b"RFB 003.008\n", Protocol::Vnc, None, "RFB 003.008"),
        (
            b"\x4a\x00\x00\x00\xff\x6a\x04Host '192.0.2.1' is not allowed to connect to this MariaDB server, alas",
            Protocol::Mariadb,
            Some("MariaDB"),
            "Host '192.0.2.1' is not allowed to connect to this MariaDB server, alas",
        ),
    ];
    let mut looks = tokio::task::JoinSet::new();
    for (greeting, protocol, product, banner) in table {
        for declared in [None, Some(protocol)] {
            looks.spawn(async move {
                let fact = heard(greeting, b"", b"", declared).await;
                assert_eq!(fact.protocol, Some(protocol), "{banner}");
                assert_eq!(fact.product.as_deref(), product, "{banner}");
                assert_eq!(fact.banner.as_deref(), Some(banner));
                assert!(!fact.tls);
            });
        }
    }
    while let Some(done) = looks.join_next().await {
        done.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_wait() {
    let confirm: &[u8] = &[
        3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 1, 0, 0, 0,
    ];
    let table: [(&[u8], &[u8], Protocol, &str); 4] = [
        (&[3, 0, 0, 19, 14, 0xe0], confirm, Protocol::Rdp, "RDP: TLS"),
        (
            b"\0\0\0\x45\xffSMBr",
            b"\0\0\0\x40\xfeSMB@\0\0\0\0\0\0\0",
            Protocol::Smb,
            "SMB 2 or later",
        ),
        (
            b"\0\0\0\x45\xffSMBr",
            b"\0\0\0\x40\xffSMBr\0\0\0\0\x98\0\0",
            Protocol::Smb,
            "SMB 1 only",
        ),
        (
            b"PING\r\n",
            b"-DENIED Redis is running in protected mode\r\n",
            Protocol::Redis,
            "-DENIED Redis is running in protected mode",
        ),
    ];
    for (cue, answer, protocol, banner) in table {
        let fact = heard(b"", cue, answer, Some(protocol)).await;
        assert_eq!(
            (fact.protocol, fact.banner.as_deref()),
            (Some(protocol), Some(banner))
        );
        assert!(fact.confidence >= Confidence::Protocol);
    }
}

#[tokio::test]
async fn hostile_banners_are_made_harmless() {
    let fact = heard(
        "220 FTP \u{1b}[31m\u{202e}<script>\r\n".as_bytes(),
        b"",
        b"",
        None,
    )
    .await;
    assert_eq!(
        fact.banner.as_deref(),
        Some("220 FTP \\u{1b}[31m\\u{202e}<script>")
    );
    let long: &'static [u8] = vec![b'A'; 5000].leak();
    let fact = heard(long, b"", b"", None).await;
    assert_eq!(fact.banner.map(|banner| banner.chars().count()), Some(256));
}
