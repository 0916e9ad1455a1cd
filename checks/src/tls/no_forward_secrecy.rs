//! Key exchanges that let recorded traffic be read later.

use jiff::Timestamp;

use super::{parts::Parts, undecided};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{TlsFact, TlsVersion},
};

about!(NoForwardSecrecy, Tls, Endpoint, false, {
    id: "tls.no_forward_secrecy",
    title: ["Thiếu bảo mật chuyển tiếp", "No forward secrecy"],
    why: [
        "Nếu trao đổi khóa không dùng khóa tạm thời thì chỉ cần một lần lộ khóa của máy chủ, toàn bộ dữ \
         liệu đã bị ghi lại từ trước đều đọc được, kể cả hồ sơ của nhiều năm.",
        "Without ephemeral keys, one leak of the server's key lets everything that was recorded before \
         be read, even years of it."
    ],
    fix: [
        "Bật TLS 1.3 và chỉ giữ bộ mật mã có ECDHE. nginx: `ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers \
         ECDHE+AESGCM:ECDHE+CHACHA20;`. Apache: `SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20`. Tomcat: \
         `<SSLHostConfig ciphers=\"ECDHE+AESGCM:ECDHE+CHACHA20\">`. IIS: `Disable-TlsCipherSuite` cho các \
         bộ mật mã có tên bắt đầu bằng `TLS_RSA_WITH_`.",
        "Enable TLS 1.3 and keep suites with ECDHE only. nginx: `ssl_protocols TLSv1.2 TLSv1.3; \
         ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;`. Apache: `SSLCipherSuite \
         ECDHE+AESGCM:ECDHE+CHACHA20`. Tomcat: `<SSLHostConfig \
         ciphers=\"ECDHE+AESGCM:ECDHE+CHACHA20\">`. IIS: `Disable-TlsCipherSuite` for the suites whose \
         names begin with `TLS_RSA_WITH_`."
    ],
    message: [
        "Máy chủ chấp nhận {count} bộ mật mã không có bảo mật chuyển tiếp, ví dụ {example}.",
        "The server accepts {count} cipher suites without forward secrecy, like {example}."
    ],
    sources: ["RFC 9325 mục 4.1, 7.3", "SSL Labs Rating Guide 2009r"],
});

impl Check for NoForwardSecrecy {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let mut without: Vec<&str> = Vec::new();
        // TLS 1.3 always exchanges ephemeral keys with a certificate (RFC 8446 section 2).
        let mut with = fact.offers(TlsVersion::Tls13) == Tri::Yes;
        let mut nameless = false;
        for suite in fact.versions.values().flat_map(|version| &version.suites) {
            match Parts::of(*suite) {
                None => nameless = true,
                Some(parts) if parts.is_ephemeral() => with = true,
                Some(parts) if !without.contains(&parts.name) => without.push(parts.name),
                Some(_) => {}
            }
        }
        let undecided = undecided(fact, nameless);
        let Some(example) = without.first() else {
            return Outcome::weigh(Vec::new(), undecided);
        };
        // That nothing else is offered can be said only of a whole list.
        let grade = if with || undecided.is_some() {
            Grade::Slight
        } else {
            Grade::Serious
        };
        let fault = Fault::new(grade)
            .with("count", &without.len())
            .with("example", example);
        Outcome::weigh(vec![fault], undecided)
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::suites;
    use crate::examples::{Example, Expect};

    let (ecdhe, dhe) = (
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
    );
    let rsa = [
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA",
    ];
    let one = |grade| vec![("", grade)];
    vec![
        Example::new("ephemeral", suites(&[ecdhe, dhe], Tri::Yes), Expect::Pass),
        Example::new(
            "none",
            suites(&rsa, Tri::Yes),
            Expect::Fail(one(Grade::Serious)),
        ),
        Example::new(
            "some",
            suites(&[ecdhe, rsa[0]], Tri::Yes),
            Expect::Fail(one(Grade::Slight)),
        ),
        Example::new(
            "cut short",
            suites(&rsa, Tri::Unknown),
            Expect::Partial(one(Grade::Slight)),
        ),
        Example::new(
            "nothing seen",
            suites(&[], Tri::Unknown),
            Expect::Inconclusive,
        ),
    ]
}
