//! The old TLS server, by raw hellos and by OpenSSL.

use std::process::Stdio;

use tokio::process::Command;

use super::*;

/// A ClientHello with these suites, and what comes back.
pub(super) async fn hello(lab: &Lab, id: &str, version: u16, suites: &[u16]) -> Vec<u8> {
    let mut body = version.to_be_bytes().to_vec();
    body.extend([1; 32]);
    body.push(0);
    body.extend(u16::try_from(suites.len() * 2).unwrap().to_be_bytes());
    body.extend(suites.iter().flat_map(|suite| suite.to_be_bytes()));
    body.extend([1, 0]);
    let mut message = vec![1, 0];
    message.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
    message.extend(body);
    // Cut into records: a real server puts the pieces together.
    let mut records = Vec::new();
    for piece in message.chunks(20) {
        records.extend([22, 3, 0]);
        records.extend(u16::try_from(piece.len()).unwrap().to_be_bytes());
        records.extend(piece);
    }
    talk(lab, id, &records, 50).await
}

#[tokio::test]
async fn the_old_server_answers_like_one() {
    let lab = lab();
    for version in [0x0300, 0x0301, 0x0302] {
        let answer = hello(&lab, "can-bang-tai-cu", version, &[0x002F, 0x0005]).await;
        assert_eq!(answer[0], 22, "{version:04x}");
        // The version in record and message, then the server's favourite of the two suites.
        assert_eq!(answer[1..3], version.to_be_bytes());
        assert_eq!(answer[9..11], version.to_be_bytes());
        assert_eq!(answer[44..46], [0x00, 0x05]);
    }
    let down = hello(&lab, "can-bang-tai-cu", 0x0303, &[0x000A]).await;
    assert_eq!(down[9..11], [3, 2], "negotiates down");
    assert_eq!(
        hello(&lab, "can-bang-tai-cu", 0x0302, &[0xC02F]).await,
        [21, 3, 2, 0, 2, 2, 40]
    );
    assert_eq!(
        hello(&lab, "mot-cua-ung-dung", 0x0302, &[0x009C]).await,
        [21, 3, 2, 0, 2, 2, 70]
    );
    assert_eq!(
        hello(&lab, "mot-cua-ung-dung", 0x0303, &[0x009C]).await[0],
        22
    );
}

/// Whether OpenSSL reads our flight with this version; none if it is not installed.
async fn openssl(lab: &Lab, id: &str, version: &str) -> Option<bool> {
    let address = at(lab, id).to_string();
    let arguments = [
        "s_client",
        "-connect",
        &address,
        version,
        "-msg",
        "-cipher",
        "ALL:@SECLEVEL=0",
    ];
    let mut command = Command::new("openssl");
    command
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = match timeout(PATIENCE, command.output()).await.unwrap() {
        Ok(output) => output,
        Err(error) => {
            assert!(
                std::env::var_os("LUYTRE_NO_SKIP").is_none(),
                "openssl: {error}"
            );
            #[allow(clippy::print_stderr, reason = "a skip is visible")]
            {
                eprintln!("SKIPPED: openssl cannot be run ({error})");
            }
            return None;
        }
    };
    let text = String::from_utf8_lossy(&output.stdout);
    Some(text.contains(", ServerHello\n") && text.contains(", ServerHelloDone\n"))
}

#[tokio::test]
async fn openssl_takes_our_flight() {
    let lab = lab();
    for (id, version, read) in [
        ("can-bang-tai-cu", "-tls1", true),
        ("can-bang-tai-cu", "-tls1_1", true),
        ("can-bang-tai-cu", "-tls1_2", false),
        ("mot-cua-ung-dung", "-tls1_2", true),
        ("mot-cua-ung-dung", "-tls1_1", false),
        ("thac-may-gateway", "-tls1_2", true),
    ] {
        let Some(answer) = openssl(&lab, id, version).await else {
            return;
        };
        assert_eq!(answer, read, "{id} {version}");
    }
}
