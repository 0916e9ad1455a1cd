//! Key exchange that a quantum computer would open.

use jiff::Timestamp;

use super::group::{Kind, kind};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{TlsFact, TlsVersion},
};

about!(NoPostQuantum, Tls, Endpoint, false, {
    id: "tls.no_post_quantum",
    title: ["Chưa có trao đổi khóa chống lượng tử", "No key exchange that resists quantum computers"],
    why: [
        "Dữ liệu cần giữ kín nhiều năm có thể bị ghi lại hôm nay và mở ra khi có máy tính lượng tử. Trao \
         đổi khóa lai (X25519MLKEM768) chặn điều đó; các trình duyệt chính đã dùng. Đây là thông tin để \
         chuẩn bị, chưa phải lỗi.",
        "What must stay secret for years can be recorded today and opened once there is a quantum \
         computer. Hybrid key exchange (X25519MLKEM768) prevents that; the main browsers use it already. \
         This is to prepare by, not yet a fault."
    ],
    fix: [
        "Bật TLS 1.3 với nhóm lai. nginx (OpenSSL từ 3.5): `ssl_ecdh_curve \
         X25519MLKEM768:X25519:prime256v1;`. Apache (OpenSSL từ 3.5): `SSLOpenSSLConfCmd Groups \
         X25519MLKEM768:X25519:prime256v1`. Tomcat: dùng OpenSSL từ 3.5 qua tomcat-native. IIS: khi \
         Schannel của bản Windows đang dùng chưa có ML-KEM, đặt nginx hoặc Apache phía trước.",
        "Enable TLS 1.3 with a hybrid group. nginx (OpenSSL from 3.5): `ssl_ecdh_curve \
         X25519MLKEM768:X25519:prime256v1;`. Apache (OpenSSL from 3.5): `SSLOpenSSLConfCmd Groups \
         X25519MLKEM768:X25519:prime256v1`. Tomcat: use OpenSSL 3.5 or later by tomcat-native. IIS: while \
         the Schannel of your Windows has no ML-KEM, put nginx or Apache in front."
    ],
    message: [
        "Máy chủ chưa có nhóm trao đổi khóa chống lượng tử nào.",
        "The server offers no key exchange group that resists quantum computers."
    ],
    sources: ["NIST FIPS 203", "draft-ietf-tls-ecdhe-mlkem"],
});

impl Check for NoPostQuantum {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let fail = || Outcome::Fail(vec![Fault::new(Grade::Slight)]);
        let modern = fact.versions.get(&TlsVersion::Tls13);
        match (fact.offers(TlsVersion::Tls13), modern) {
            // Only TLS 1.3 negotiates them.
            (Tri::No, _) => fail(),
            (Tri::Yes, Some(found)) => {
                let kinds = found.groups.iter().map(|group| kind(*group));
                if kinds.clone().any(|kind| kind == Some(Kind::PostQuantum)) {
                    return Outcome::Pass;
                }
                let whole = found.groups_complete == Tri::Yes && kinds.clone().all(|k| k.is_some());
                if whole { fail() } else { UNKNOWN }
            }
            _ => UNKNOWN,
        }
    }
}

const UNKNOWN: Outcome = Outcome::unknown(
    "chưa lấy được đủ danh sách nhóm trao đổi khóa của TLS 1.3",
    "the list of key exchange groups of TLS 1.3 is not whole",
);

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{CURVES, MODERN, modern, nothing, version};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let with = |groups: &[&str], complete| {
        let mut fact = nothing();
        fact.versions
            .insert(TlsVersion::Tls13, version(&MODERN, groups, complete));
        Fact::Tls(fact)
    };
    let fail = || Expect::Fail(vec![("", Grade::Slight)]);
    vec![
        Example::new(
            "hybrid",
            with(&["X25519MLKEM768", "x25519"], Tri::Yes),
            Expect::Pass,
        ),
        Example::new("classical", Fact::Tls(modern()), fail()),
        Example::new("TLS 1.2 alone", super::suites(&[], Tri::Yes), fail()),
        Example::new(
            "cut short",
            with(&CURVES, Tri::Unknown),
            Expect::Inconclusive,
        ),
        Example::new(
            "not asked",
            Fact::Tls(TlsFact::default()),
            Expect::Inconclusive,
        ),
    ]
}
