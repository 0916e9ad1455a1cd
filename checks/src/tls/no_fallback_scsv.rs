//! Fallbacks to an older version that nobody notices.

use jiff::Timestamp;

use super::{NOT_ASKED, UP_TO_TLS12};
use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, fact::TlsFact};

about!(NoFallbackScsv, Tls, Endpoint, false, {
    id: "tls.no_fallback_scsv",
    title: ["Không chặn ép hạ phiên bản", "No protection against forced fallback"],
    why: [
        "Kẻ đứng giữa có thể làm hỏng kết nối để máy khách thử lại bằng phiên bản cũ hơn. Máy chủ \
         có TLS_FALLBACK_SCSV nhận ra và từ chối lần thử đó; thiếu nó thì các phiên bản cũ còn \
         bật sẽ bị dùng.",
        "Someone on the path can break connections until the client tries again with an older \
         version. A server with TLS_FALLBACK_SCSV notices and refuses; without it the old \
         versions that are still on get used."
    ],
    fix: [
        "Cách chắc nhất: chỉ bật TLS 1.2 và TLS 1.3, khi đó không còn phiên bản nào để bị ép \
         xuống. nginx: `ssl_protocols TLSv1.2 TLSv1.3;` cùng OpenSSL từ 1.0.1j. Apache: \
         `SSLProtocol -all +TLSv1.2 +TLSv1.3`, OpenSSL từ 1.0.1j. Tomcat: `<SSLHostConfig \
         protocols=\"TLSv1.2,TLSv1.3\">` (JSSE không có SCSV). IIS không có SCSV: tắt TLS 1.0, \
         TLS 1.1 trong khóa `SCHANNEL\\Protocols`.",
        "Surest: enable TLS 1.2 and TLS 1.3 only, so that nothing is left to fall back to. nginx: \
         `ssl_protocols TLSv1.2 TLSv1.3;` with OpenSSL 1.0.1j or later. Apache: `SSLProtocol -all \
         +TLSv1.2 +TLSv1.3`, OpenSSL 1.0.1j or later. Tomcat: `<SSLHostConfig \
         protocols=\"TLSv1.2,TLSv1.3\">` (JSSE has no SCSV). IIS has no SCSV: turn off TLS 1.0 \
         and TLS 1.1 under `SCHANNEL\\Protocols`."
    ],
    message: [
        "Máy chủ có {count} phiên bản đến TLS 1.2 và không từ chối khi bị ép hạ phiên bản.",
        "The server has {count} versions up to TLS 1.2 and does not refuse a forced fallback."
    ],
    sources: ["RFC 7507", "CVE-2014-3566"],
});

impl Check for NoFallbackScsv {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let said = UP_TO_TLS12.map(|version| fact.offers(version));
        let count = |wanted| said.iter().filter(|tri| **tri == wanted).count();
        let (sure, unsure) = (count(Tri::Yes), count(Tri::Unknown));
        // TLS 1.3 guards itself by the server's random (RFC 8446 section 4.1.3).
        if sure + unsure < 2 {
            return Outcome::not_applicable(
                "máy chủ có nhiều nhất một phiên bản đến TLS 1.2 nên không có gì để hạ xuống",
                "the server has at most one version up to TLS 1.2, so there is nothing to fall back to",
            );
        }
        match fact.features.fallback_scsv {
            Tri::No if sure > 1 => {
                Outcome::Fail(vec![Fault::new(Grade::Slight).with("count", &sure)])
            }
            Tri::Yes if sure > 1 => Outcome::Pass,
            _ => Outcome::weigh(Vec::new(), Some(NOT_ASKED)),
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{intermediate, server, sound};
    use crate::{
        Fact,
        examples::{Example, Expect},
        fact::TlsVersion::{Tls10, Tls12},
    };

    let with = |answer| {
        let suite = ["TLS_RSA_WITH_AES_128_CBC_SHA"];
        let mut fact = server(&[(Tls10, &suite, &[]), (Tls12, &suite, &[])]);
        sound(&mut fact);
        fact.features.fallback_scsv = answer;
        fact
    };
    let mut half = with(Tri::No);
    half.versions.remove(&Tls10);
    vec![
        Example::new("refuses", Fact::Tls(with(Tri::Yes)), Expect::Pass),
        Example::new(
            "falls",
            Fact::Tls(with(Tri::No)),
            Expect::Fail(vec![("", Grade::Slight)]),
        ),
        Example::new(
            "not asked",
            Fact::Tls(with(Tri::Unknown)),
            Expect::Inconclusive,
        ),
        Example::new(
            "one version, another not asked",
            Fact::Tls(half),
            Expect::Inconclusive,
        ),
        Example::new(
            "one version",
            Fact::Tls(intermediate()),
            Expect::NotApplicable,
        ),
    ]
}
