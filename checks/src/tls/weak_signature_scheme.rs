//! Handshakes signed with MD5 or SHA-1.

use jiff::Timestamp;

use super::offered;
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{TlsFact, TlsVersion},
};

about!(WeakSignatureScheme, Tls, Endpoint, false, {
    id: "tls.weak_signature_scheme",
    title: ["Ký bắt tay TLS bằng MD5 hoặc SHA-1", "Handshake signed with MD5 or SHA-1"],
    why: [
        "Chữ ký trong lúc bắt tay chứng minh máy chủ là thật. MD5 và SHA-1 đã có cách tạo hai nội dung \
         cùng giá trị băm, nên chữ ký dùng chúng có thể bị giả; RFC 9155 đã cấm trong TLS 1.2.",
        "The signature in the handshake proves that the server is the real one. Two contents with one \
         MD5 or SHA-1 value can be made, so a signature over them can be forged; RFC 9155 forbids both \
         in TLS 1.2."
    ],
    fix: [
        "Chỉ cho ký bằng SHA-256 trở lên. nginx: `ssl_conf_command SignatureAlgorithms \
         ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256;`. Apache: `SSLOpenSSLConfCmd SignatureAlgorithms \
         ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256`. Tomcat: chạy Java với \
         `-Djdk.tls.server.SignatureSchemes=ecdsa_secp256r1_sha256,rsa_pss_rsae_sha256,rsa_pkcs1_sha256`. \
         IIS: bỏ `RSA/SHA1`, `ECDSA/SHA1`, `DSA/SHA1` khỏi giá trị `Functions` của khóa \
         `HKLM\\SYSTEM\\CurrentControlSet\\Control\\Cryptography\\Configuration\\Local\\SSL\\00010003` \
         rồi khởi động lại.",
        "Let it sign with SHA-256 or better only. nginx: `ssl_conf_command SignatureAlgorithms \
         ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256;`. Apache: `SSLOpenSSLConfCmd SignatureAlgorithms \
         ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256`. Tomcat: run Java with \
         `-Djdk.tls.server.SignatureSchemes=ecdsa_secp256r1_sha256,rsa_pss_rsae_sha256,rsa_pkcs1_sha256`. \
         IIS: take `RSA/SHA1`, `ECDSA/SHA1` and `DSA/SHA1` out of the value `Functions` under \
         `HKLM\\SYSTEM\\CurrentControlSet\\Control\\Cryptography\\Configuration\\Local\\SSL\\00010003` \
         and restart."
    ],
    message: [
        "Máy chủ ký bắt tay bằng {subject} khi máy khách đề nghị.",
        "The server signs the handshake with {subject} when a client asks for it."
    ],
    sources: ["RFC 9155 mục 2, 4", "RFC 9325 mục 4.2", "CVE-2015-7575 (SLOTH)"],
});

impl Check for WeakSignatureScheme {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        // Before TLS 1.2 nothing is negotiated: MD5 with SHA-1 is part of those versions' own fault.
        const SIGNED: [TlsVersion; 2] = [TlsVersion::Tls12, TlsVersion::Tls13];
        let mut faults: Vec<Fault> = Vec::new();
        let mut whole = SIGNED.iter().all(|v| fact.offers(*v) != Tri::Unknown);
        for (_, found) in offered(fact).filter(|(version, _)| SIGNED.contains(version)) {
            whole &= found.signatures_complete == Tri::Yes;
            for scheme in &found.signatures {
                let Some(name) = scheme.name() else {
                    whole = false;
                    continue;
                };
                let grade = match name {
                    name if name.ends_with("_md5") => Grade::Serious,
                    name if name.ends_with("_sha1") => Grade::Moderate,
                    _ => continue,
                };
                if faults.iter().all(|fault| fault.subject != name) {
                    faults.push(Fault::on(name, grade));
                }
            }
        }
        Outcome::weigh(
            faults,
            (!whole).then_some(luytre_inventory::Text::new(
                "chưa biết hết máy chủ ký bằng những thuật toán nào",
                "not every algorithm in which the server signs is known",
            )),
        )
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{modern, suites};
    use crate::{
        Fact,
        examples::{Example, Expect},
        fact::SignatureScheme,
    };

    let with = |names: &[&str], complete| {
        let Fact::Tls(mut fact) = suites(&["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], Tri::Yes)
        else {
            unreachable!()
        };
        let found = fact.versions.get_mut(&TlsVersion::Tls12).unwrap();
        let parse = |name: &&str| SignatureScheme::parse(name).unwrap();
        found.signatures = names.iter().map(parse).collect();
        found.signatures_complete = complete;
        Fact::Tls(fact)
    };
    vec![
        Example::new("modern", Fact::Tls(modern()), Expect::Pass),
        Example::new(
            "sha256",
            with(&["rsa_pkcs1_sha256"], Tri::Yes),
            Expect::Pass,
        ),
        Example::new(
            "md5 and sha1",
            with(
                &["rsa_pkcs1_md5", "rsa_pkcs1_sha256", "ecdsa_sha1"],
                Tri::Yes,
            ),
            Expect::Fail(vec![
                ("rsa_pkcs1_md5", Grade::Serious),
                ("ecdsa_sha1", Grade::Moderate),
            ]),
        ),
        Example::new(
            "sha1, and cut short",
            with(&["rsa_pkcs1_sha1"], Tri::Unknown),
            Expect::Partial(vec![("rsa_pkcs1_sha1", Grade::Moderate)]),
        ),
        Example::new("not asked", with(&[], Tri::Unknown), Expect::Inconclusive),
    ]
}
