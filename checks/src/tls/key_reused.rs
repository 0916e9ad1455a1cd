//! A key that should be fresh for each handshake, used again.

use jiff::Timestamp;

use super::{ONLY_TLS13, UP_TO_TLS12, any_offered, find_suite, offered, parts::Parts};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Reason, Tri,
    fact::{TlsFact, VersionFact},
};

about!(KeyReused, Tls, Endpoint, false, {
    id: "tls.key_reused",
    title: ["Dùng lại khóa tạm thời", "Ephemeral key used again"],
    why: [
        "DHE và ECDHE bảo vệ các phiên cũ vì mỗi lần bắt tay dùng một khóa mới rồi bỏ đi. Máy chủ giữ \
         khóa đó để dùng lại thì ai lấy được khóa sẽ đọc được mọi phiên đã dùng nó; với DHE đến TLS 1.2, \
         kẻ tấn công còn có thể tính ra khóa phiên từ chênh lệch thời gian (tấn công Raccoon).",
        "DHE and ECDHE protect past sessions because each handshake takes a new key and forgets it. A \
         server that keeps the key for further handshakes lets whoever gets hold of it read all of \
         them; with DHE up to TLS 1.2 an attacker may even compute session keys from differences in \
         timing (the Raccoon attack)."
    ],
    fix: [
        "Gọn nhất: bỏ bộ mật mã DHE và chuyển sang TLS 1.3. nginx, Apache, tomcat-native: nâng OpenSSL \
         lên 1.1.0 trở lên (không còn dùng lại khóa DHE). Tomcat dùng Java: \
         `<SSLHostConfig ciphers=\"ECDHE+AESGCM:ECDHE+CHACHA20\">` và nâng cấp Java. IIS: `Disable-TlsCipherSuite` cho các bộ mật mã \
         `TLS_DHE_` và cập nhật Windows. Thiết bị cân bằng tải: tắt mục dùng lại khóa DH (“single DH \
         use”).",
        "Simplest: drop the DHE suites and move to TLS 1.3. nginx, Apache, tomcat-native: OpenSSL 1.1.0 \
         or later, which no longer keeps DHE keys. Tomcat on Java: \
         `<SSLHostConfig ciphers=\"ECDHE+AESGCM:ECDHE+CHACHA20\">`, and update Java. IIS: `Disable-TlsCipherSuite` for the `TLS_DHE_` suites, and \
         update Windows. Load balancers: switch the reuse of DH keys off (“single DH use”)."
    ],
    message: [
        "Máy chủ dùng cùng một khóa {kind} cho nhiều lần bắt tay.",
        "The server used one {kind} key for more than one handshake."
    ],
    sources: ["RFC 9325 mục 7.4", "CVE-2020-1968"],
});

impl Check for KeyReused {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        if any_offered(fact, &UP_TO_TLS12) == Tri::No {
            return Outcome::NotApplicable(Reason::Because(ONLY_TLS13));
        }
        let finite = seen(fact, |found| found.dh_key_reused);
        let curves = seen(fact, |found| found.ecdh_key_reused);
        let mut faults = Vec::new();
        for (kind, grade, reused) in [
            ("DHE", Grade::Moderate, finite),
            ("ECDHE", Grade::Slight, curves),
        ] {
            if reused == Tri::Yes {
                faults.push(Fault::on(kind.to_lowercase(), grade).with("kind", &kind));
            }
        }
        let open = |reused, wanted: fn(&Parts) -> bool| {
            reused == Tri::Unknown && find_suite(fact, &UP_TO_TLS12, wanted) != Err(Tri::No)
        };
        let undecided = open(finite, Parts::is_finite_field)
            || open(curves, |parts| parts.is_elliptic() && !parts.is_tls13());
        Outcome::weigh(
            faults,
            undecided.then_some(luytre_inventory::Text::new(
                "chưa thấy đủ hai lần bắt tay cùng loại để so sánh khóa (thường cần mức quét standard trở lên)",
                "two handshakes of a kind were not seen, so keys could not be compared (it mostly takes the standard profile or above)",
            )),
        )
    }
}

/// What all versions say together: one that was seen to use fresh keys speaks for the software.
fn seen(fact: &TlsFact, of: impl Fn(&VersionFact) -> Tri) -> Tri {
    let mut answers = offered(fact)
        .map(|(_, found)| of(found))
        .collect::<Vec<_>>();
    answers.sort_by_key(|answer| match answer {
        Tri::Yes => 0,
        Tri::No => 1,
        Tri::Unknown => 2,
    });
    answers.first().copied().unwrap_or(Tri::Unknown)
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{intermediate, modern, server};
    use crate::{
        Fact,
        examples::{Example, Expect},
        fact::TlsVersion,
    };

    let both = &[
        "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    ];
    let with = |dh, ecdh| {
        let mut fact = server(&[(TlsVersion::Tls12, both, &[])]);
        let found = fact.versions.get_mut(&TlsVersion::Tls12).unwrap();
        (found.dh_key_reused, found.ecdh_key_reused) = (dh, ecdh);
        Fact::Tls(fact)
    };
    let fixed = server(&[(TlsVersion::Tls12, &["TLS_RSA_WITH_AES_128_CBC_SHA"], &[])]);
    vec![
        Example::new("fresh", with(Tri::No, Tri::No), Expect::Pass),
        Example::new("no such suite", Fact::Tls(fixed), Expect::Pass),
        Example::new(
            "one for all",
            with(Tri::Yes, Tri::Yes),
            Expect::Fail(vec![("dhe", Grade::Moderate), ("ecdhe", Grade::Slight)]),
        ),
        Example::new(
            "on curves",
            with(Tri::No, Tri::Yes),
            Expect::Fail(vec![("ecdhe", Grade::Slight)]),
        ),
        Example::new(
            "one kind compared",
            with(Tri::Yes, Tri::Unknown),
            Expect::Partial(vec![("dhe", Grade::Moderate)]),
        ),
        Example::new(
            "not compared",
            Fact::Tls(intermediate()),
            Expect::Inconclusive,
        ),
        Example::new("TLS 1.3", Fact::Tls(modern()), Expect::NotApplicable),
    ]
}
