//! The first words of each service that is not the web.

use super::*;

#[tokio::test]
async fn greetings_are_spoken() {
    let lab = lab();
    let ssl_request = [0, 0, 0, 8, 4, 210, 22, 47];
    let connection_request = [3, 0, 0, 19, 14, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0];
    let cases: [(&str, &[u8], &[u8]); 10] = [
        (
            "ttdl-ssh",
            b"",
            b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7\r\n",
        ),
        ("his-ftp", b"", b"220 (vsFTPd 3.0.3)\r\n"),
        (
            "his-ftp",
            b"AUTH TLS\r\n",
            b"220 (vsFTPd 3.0.3)\r\n530 Please login with USER and PASS.\r\n",
        ),
        (
            "van-ban-thu",
            b"",
            b"220 vanban.lamgiang.test ESMTP Postfix\r\n",
        ),
        (
            "doi-che-switch",
            b"",
            &[255, 253, 24, 255, 251, 1, 255, 251, 3],
        ),
        ("ttdl-redis", b"PING\r\n", b"+PONG\r\n"),
        ("ttdl-redis", b"*1\r\n$4\r\nPING\r\n", b"+PONG\r\n"),
        ("mot-cua-csdl", &ssl_request, b"N"),
        (
            "mot-cua-rdp",
            &connection_request,
            &[
                3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 0, 0, 0, 0,
            ],
        ),
        (
            "his-csdl",
            b"",
            &[
                106, 0, 0, 0, 10, b'5', b'.', b'5', b'.', b'5', b'-', b'1', b'0', b'.', b'3', b'.',
                b'3', b'9',
            ],
        ),
    ];
    for (id, said, heard) in cases {
        let answer = talk(&lab, id, said, heard.len()).await;
        assert!(
            answer.starts_with(heard),
            "{id}: {:?}",
            String::from_utf8_lossy(&answer)
        );
    }
    let start = b"\0\0\0\x10\0\x03\0\0user\0me\0";
    let refused = talk(&lab, "mot-cua-csdl", start, usize::MAX).await;
    assert!(refused.starts_with(b"E") && refused.windows(5).any(|w| w == b"28000"));
}
