//! TLS 1.3 not offered.

use jiff::Timestamp;

use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{TlsFact, TlsVersion},
};

about!(NoNewestVersion, Tls, Endpoint, false, {
    id: "tls.no_newest_version",
    title: ["Chưa hỗ trợ TLS 1.3", "TLS 1.3 not offered"],
    why: [
        "TLS 1.3 bỏ hết các phần từng bị tấn công, giấu chứng thư số khỏi người nghe lén và kết \
         nối nhanh hơn. TLS 1.2 cấu hình tốt vẫn dùng được, nhưng trao đổi khóa chống máy tính \
         lượng tử chỉ có từ TLS 1.3.",
        "TLS 1.3 dropped every part that was ever attacked, hides the certificate from \
         eavesdroppers and connects faster. A well set TLS 1.2 still holds, but key exchange that \
         resists quantum computers exists from TLS 1.3 only."
    ],
    fix: [
        "Nâng cấp phần mềm rồi bật. nginx (từ 1.13, OpenSSL từ 1.1.1): `ssl_protocols TLSv1.2 \
         TLSv1.3;`. Apache (từ 2.4.37): `SSLProtocol -all +TLSv1.2 +TLSv1.3`. Tomcat (Java 11 \
         hoặc từ 8u261): `<SSLHostConfig protocols=\"TLSv1.2,TLSv1.3\">`. IIS: cần Windows Server \
         2022 trở lên; bản cũ hơn đặt máy chủ ủy nhiệm có TLS 1.3 phía trước.",
        "Upgrade and enable it. nginx (from 1.13, OpenSSL from 1.1.1): `ssl_protocols TLSv1.2 \
         TLSv1.3;`. Apache (from 2.4.37): `SSLProtocol -all +TLSv1.2 +TLSv1.3`. Tomcat (Java 11, \
         or from 8u261): `<SSLHostConfig protocols=\"TLSv1.2,TLSv1.3\">`. IIS: takes Windows \
         Server 2022 or later; before that, put a proxy with TLS 1.3 in front."
    ],
    message: [
        "Máy chủ chưa hỗ trợ TLS 1.3.",
        "The server does not offer TLS 1.3."
    ],
    sources: ["RFC 8446", "RFC 9325 mục 3.1.1"],
});

impl Check for NoNewestVersion {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        match fact.offers(TlsVersion::Tls13) {
            Tri::No => Outcome::Fail(vec![Fault::new(Grade::Slight)]),
            Tri::Yes => Outcome::Pass,
            Tri::Unknown => Outcome::unknown(
                "chưa hỏi được máy chủ có TLS 1.3 hay không",
                "the server could not be asked for TLS 1.3",
            ),
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

    vec![
        Example::new("modern", Fact::Tls(modern()), Expect::Pass),
        Example::new(
            "TLS 1.2",
            suites(&["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], Tri::Yes),
            Expect::Fail(vec![("", Grade::Slight)]),
        ),
        Example::new(
            "not asked",
            Fact::Tls(TlsFact::default()),
            Expect::Inconclusive,
        ),
    ]
}
