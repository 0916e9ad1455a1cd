//! Cipher suites that protect too little or nothing.

use jiff::Timestamp;

use super::undecided;
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::TlsFact};

about!(WeakSuite, Tls, Endpoint, false, {
    id: "tls.weak_suite",
    title: ["Còn dùng bộ mật mã yếu", "Weak cipher suite offered"],
    why: [
        "Bộ mật mã quyết định dữ liệu trên đường truyền được khóa chắc đến đâu. NULL không mã hóa gì; \
         anon không xác thực máy chủ; EXPORT và DES bẻ được trong vài giờ; RC4, RC2, MD5, 3DES, IDEA đã \
         có cách tấn công hoặc đã bị loại bỏ.",
        "The cipher suite decides how well data are locked on the way. NULL encrypts nothing; anon does \
         not authenticate the server; EXPORT and DES break within hours; RC4, RC2, MD5, 3DES and IDEA \
         have known attacks or have been withdrawn."
    ],
    fix: [
        "Chỉ giữ các bộ mật mã ECDHE với AES-GCM hoặc ChaCha20. nginx: `ssl_ciphers \
         ECDHE+AESGCM:ECDHE+CHACHA20;`. Apache: `SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20`. Tomcat: \
         `<SSLHostConfig ciphers=\"ECDHE+AESGCM:ECDHE+CHACHA20\">`. IIS: chạy \
         `Disable-TlsCipherSuite -Name <tên bộ mật mã>` trong PowerShell. Nạp lại dịch vụ sau khi sửa.",
        "Keep ECDHE suites with AES-GCM or ChaCha20 only. nginx: `ssl_ciphers \
         ECDHE+AESGCM:ECDHE+CHACHA20;`. Apache: `SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20`. Tomcat: \
         `<SSLHostConfig ciphers=\"ECDHE+AESGCM:ECDHE+CHACHA20\">`. IIS: `Disable-TlsCipherSuite -Name \
         <suite>` in PowerShell. Reload afterwards."
    ],
    message: [
        "Máy chủ chấp nhận bộ mật mã {subject} ({kind}).",
        "The server accepts the cipher suite {subject} ({kind})."
    ],
    sources: [
        "RFC 9325 mục 4.1, 4.2",
        "RFC 7465 (RC4)",
        "RFC 4346 phụ lục A.5 (EXPORT)",
        "CVE-2016-2183 (khối 64 bit: 3DES, IDEA)",
    ],
});

impl Check for WeakSuite {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let mut faults: Vec<Fault> = Vec::new();
        let mut nameless = false;
        for suite in fact.versions.values().flat_map(|version| &version.suites) {
            let Some(name) = suite.name() else {
                nameless = true;
                continue;
            };
            if let Some((kind, grade)) = weakness(name)
                && !faults.iter().any(|fault| fault.subject == name)
            {
                faults.push(Fault::on(name, grade).with("kind", &kind));
            }
        }
        Outcome::weigh(faults, undecided(fact, nameless))
    }
}

/// Why a suite is weak, by its name in the registry; the worst reason first.
fn weakness(name: &str) -> Option<(&'static str, Grade)> {
    const KINDS: [(&str, &str, Grade); 9] = [
        ("_NULL", "NULL", Grade::Grave),
        ("_anon_", "anon", Grade::Grave),
        ("EXPORT", "EXPORT", Grade::Serious),
        ("_DES_", "DES", Grade::Serious),
        ("_RC4_", "RC4", Grade::Moderate),
        ("_RC2_", "RC2", Grade::Moderate),
        ("_MD5", "MD5", Grade::Moderate),
        ("_3DES_", "3DES", Grade::Slight),
        ("_IDEA_", "IDEA", Grade::Slight),
    ];
    // Integrity only, RFC 9150.
    if ["TLS_SHA256_SHA256", "TLS_SHA384_SHA384"].contains(&name) {
        return Some(("NULL", Grade::Grave));
    }
    KINDS
        .iter()
        // SSL 2.0 calls 3DES `DES_192_EDE3`.
        .find(|(mark, ..)| name.contains(mark) && !(*mark == "_DES_" && name.contains("_EDE3_")))
        .map(|(_, kind, grade)| (*kind, *grade))
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::suites;
    use crate::{
        Tri,
        examples::{Example, Expect},
    };

    let sound = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    let bad = [
        "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
        sound,
    ];
    let null = [
        "TLS_DH_anon_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_NULL_SHA256",
        "TLS_SHA256_SHA256",
    ];
    vec![
        Example::new("sound", suites(&[sound], Tri::Yes), Expect::Pass),
        Example::new(
            "bad",
            suites(&bad, Tri::Yes),
            Expect::Fail(vec![(bad[0], Grade::Slight), (bad[1], Grade::Serious)]),
        ),
        Example::new(
            "nothing encrypted or nobody authenticated",
            suites(&null, Tri::Yes),
            Expect::Fail(null.iter().map(|name| (*name, Grade::Grave)).collect()),
        ),
        Example::new(
            "list cut short",
            suites(&["TLS_RSA_WITH_DES_CBC_SHA"], Tri::Unknown),
            Expect::Partial(vec![("TLS_RSA_WITH_DES_CBC_SHA", Grade::Serious)]),
        ),
        Example::new(
            "sound so far",
            suites(&[sound], Tri::Unknown),
            Expect::Inconclusive,
        ),
        Example::new(
            "unregistered",
            suites(&["0xF0F0"], Tri::Yes),
            Expect::Inconclusive,
        ),
        Example::new(
            "nothing asked",
            suites(&[], Tri::Unknown),
            Expect::Inconclusive,
        ),
    ]
}
