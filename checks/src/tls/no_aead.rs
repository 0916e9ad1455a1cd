//! No suite that enciphers and authenticates in one.

use jiff::Timestamp;

use super::{NOT_WHOLE, find_suite, parts::Parts};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{TlsFact, TlsVersion},
};

about!(NoAead, Tls, Endpoint, false, {
    id: "tls.no_aead",
    title: ["Không có bộ mật mã AEAD", "No AEAD cipher suite"],
    why: [
        "Bộ mật mã AEAD (AES-GCM, ChaCha20-Poly1305) mã hóa và xác thực trong một bước. Không có \
         bộ nào như vậy thì mọi kết nối phải dùng kiểu cũ, nơi đã nhiều lần có lỗ hổng (BEAST, \
         Lucky13, POODLE).",
        "AEAD suites (AES-GCM, ChaCha20-Poly1305) encipher and authenticate in one step. Without \
         any, every connection goes the old way, in which holes were found again and again \
         (BEAST, Lucky13, POODLE)."
    ],
    fix: [
        "Bật bộ mật mã AEAD và TLS 1.3. nginx: `ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers \
         ECDHE+AESGCM:ECDHE+CHACHA20;`. Apache: `SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20`. \
         Tomcat: `<SSLHostConfig protocols=\"TLSv1.2,TLSv1.3\" \
         ciphers=\"ECDHE+AESGCM:ECDHE+CHACHA20\">`. IIS: `Enable-TlsCipherSuite -Name \
         TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 -Position 0` (Windows Server 2016 trở lên).",
        "Enable AEAD suites and TLS 1.3. nginx: `ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers \
         ECDHE+AESGCM:ECDHE+CHACHA20;`. Apache: `SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20`. \
         Tomcat: `<SSLHostConfig protocols=\"TLSv1.2,TLSv1.3\" \
         ciphers=\"ECDHE+AESGCM:ECDHE+CHACHA20\">`. IIS: `Enable-TlsCipherSuite -Name \
         TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 -Position 0` (Windows Server 2016 or later)."
    ],
    message: [
        "Máy chủ không có bộ mật mã AEAD nào.",
        "The server offers no AEAD cipher suite."
    ],
    sources: ["RFC 9325 mục 4.2", "RFC 5116"],
});

impl Check for NoAead {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        // No version before knows them (RFC 5246 section 6.2.3.3).
        const AEAD: [TlsVersion; 2] = [TlsVersion::Tls12, TlsVersion::Tls13];
        match find_suite(fact, &AEAD, Parts::is_aead) {
            Ok((version, _)) if fact.offers(version) == Tri::Yes => Outcome::Pass,
            Err(Tri::No) => Outcome::Fail(vec![Fault::new(Grade::Moderate)]),
            _ => Outcome::weigh(Vec::new(), Some(NOT_WHOLE)),
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{modern, suites};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let cbc = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
    vec![
        Example::new("modern", Fact::Tls(modern()), Expect::Pass),
        Example::new(
            "both",
            suites(&[cbc, "TLS_RSA_WITH_AES_128_GCM_SHA256"], Tri::Yes),
            Expect::Pass,
        ),
        Example::new(
            "CBC alone",
            suites(&[cbc], Tri::Yes),
            Expect::Fail(vec![("", Grade::Moderate)]),
        ),
        Example::new(
            "cut short",
            suites(&[cbc], Tri::Unknown),
            Expect::Inconclusive,
        ),
        Example::new(
            "unregistered",
            suites(&["0xF0F0"], Tri::Yes),
            Expect::Inconclusive,
        ),
    ]
}
