//! Key exchange over too small a curve.

use jiff::Timestamp;

use super::{
    NEGOTIATED, all_decided,
    group::{Kind, kind},
    offered,
    parts::Parts,
};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{Suite, TlsFact, TlsVersion, VersionFact},
};

about!(WeakGroup, Tls, Endpoint, false, {
    id: "tls.weak_group",
    title: ["Đường cong trao đổi khóa quá nhỏ", "Key exchange curve too small"],
    why: [
        "Khóa phiên được tạo trên một đường cong elliptic. Đường cong dưới 224 bit không còn đủ chắc: \
         người ghi lại kết nối hôm nay có thể đọc được nó trong nhiều năm tới.",
        "The session key is made on an elliptic curve. One below 224 bits no longer holds: who records a \
         connection today may read it within years."
    ],
    fix: [
        "Chỉ giữ X25519, P-256 và P-384. nginx: `ssl_ecdh_curve X25519:prime256v1:secp384r1;`. Apache: \
         `SSLOpenSSLConfCmd Groups X25519:prime256v1:secp384r1`. Tomcat: chạy Java với \
         `-Djdk.tls.namedGroups=x25519,secp256r1,secp384r1`. IIS: `Disable-TlsEccCurve -Name <tên đường \
         cong>` trong PowerShell. Nạp lại dịch vụ sau khi sửa.",
        "Keep X25519, P-256 and P-384 only. nginx: `ssl_ecdh_curve X25519:prime256v1:secp384r1;`. \
         Apache: `SSLOpenSSLConfCmd Groups X25519:prime256v1:secp384r1`. Tomcat: run Java with \
         `-Djdk.tls.namedGroups=x25519,secp256r1,secp384r1`. IIS: `Disable-TlsEccCurve -Name <curve>` in \
         PowerShell. Reload afterwards."
    ],
    message: [
        "Máy chủ trao đổi khóa trên {subject}, {bits} bit, dưới mức tối thiểu {minimum} bit.",
        "The server exchanges keys on {subject}, {bits} bits, below the minimum of {minimum} bits."
    ],
    sources: ["RFC 9325 mục 4.2.1", "RFC 8422 mục 5.1.1", "NIST SP 800-57 Part 1 bảng 2"],
});

impl Check for WeakGroup {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let minimum = context.parameters.ec_minimum_bits;
        let mut faults: Vec<Fault> = Vec::new();
        let mut whole = all_decided(fact, &NEGOTIATED);
        for (_, found) in offered(fact).filter(|(version, _)| *version != TlsVersion::Ssl2) {
            whole &= found.groups_complete == Tri::Yes || has_no_curve(found);
            for group in &found.groups {
                let name = group.to_string();
                match kind(*group) {
                    None => whole = false,
                    Some(Kind::Curve(bits)) if u32::from(bits) < minimum => {
                        let grade = if bits < 190 {
                            Grade::Serious
                        } else {
                            Grade::Moderate
                        };
                        if faults.iter().all(|fault| fault.subject != name) {
                            let fault = Fault::on(name, grade).with("bits", &bits);
                            faults.push(fault.with("minimum", &minimum));
                        }
                    }
                    Some(_) => {}
                }
            }
        }
        Outcome::weigh(
            faults,
            (!whole).then_some(luytre_inventory::Text::new(
                "chưa lấy được đủ danh sách nhóm trao đổi khóa",
                "the list of key exchange groups is not whole",
            )),
        )
    }
}

/// Whether a version surely has no suite that needs a curve.
fn has_no_curve(found: &VersionFact) -> bool {
    let curve = |suite: &Suite| Parts::of(*suite).is_none_or(|parts| parts.is_elliptic());
    found.suites_complete == Tri::Yes && !found.suites.iter().any(curve)
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{CURVES, modern, server, version};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };
    use TlsVersion::Tls12;

    let with = |groups: &[&str], complete| {
        let mut fact = server(&[]);
        let suite = ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"];
        fact.versions
            .insert(Tls12, version(&suite, groups, complete));
        Fact::Tls(fact)
    };
    vec![
        Example::new("modern", Fact::Tls(modern()), Expect::Pass),
        Example::new(
            "finite fields are judged elsewhere",
            with(&["ffdhe2048"], Tri::Yes),
            Expect::Pass,
        ),
        Example::new(
            "small",
            with(&["secp256r1", "secp192r1", "sect163k1"], Tri::Yes),
            Expect::Fail(vec![
                ("secp192r1", Grade::Moderate),
                ("sect163k1", Grade::Serious),
            ]),
        ),
        Example::new(
            "cut short",
            with(&CURVES, Tri::Unknown),
            Expect::Inconclusive,
        ),
        Example::new(
            "small, and cut short",
            with(&["secp192r1"], Tri::Unknown),
            Expect::Partial(vec![("secp192r1", Grade::Moderate)]),
        ),
        Example::new(
            "unregistered",
            with(&["0xFAFA"], Tri::Yes),
            Expect::Inconclusive,
        ),
        Example::new(
            "nothing asked",
            Fact::Tls(TlsFact::default()),
            Expect::Inconclusive,
        ),
    ]
}
