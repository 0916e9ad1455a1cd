//! SSLv2, SSLv3, TLS 1.0 and TLS 1.1 offered.

use jiff::Timestamp;

use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{TlsFact, TlsVersion},
};

about!(LegacyVersion, Tls, Endpoint, false, {
    id: "tls.legacy_version",
    title: ["Còn dùng phiên bản TLS/SSL cũ", "Old TLS or SSL version offered"],
    why: [
        "SSLv2, SSLv3, TLS 1.0 và TLS 1.1 có lỗi từ trong thiết kế: kẻ đứng giữa đường truyền có thể ép \
         máy chủ dùng bản cũ để đọc hoặc sửa dữ liệu trao đổi giữa người dân và cơ quan. SSLv2 còn để \
         lộ dữ liệu của các bản mới dùng cùng khóa (DROWN). Các trình duyệt hiện nay đã bỏ những bản \
         này, nên giữ lại không còn phục vụ ai.",
        "SSLv2, SSLv3, TLS 1.0 and TLS 1.1 are weak by design: someone on the path can force them and \
         read or change what is exchanged. SSLv2 also gives away what newer versions exchange under \
         the same key (DROWN). Current browsers have dropped them, so they serve nobody."
    ],
    fix: [
        "Chỉ bật TLS 1.2 và TLS 1.3, rồi nạp lại dịch vụ. nginx: `ssl_protocols TLSv1.2 TLSv1.3;`. \
         Apache: `SSLProtocol -all +TLSv1.2 +TLSv1.3`. Tomcat: `<SSLHostConfig \
         protocols=\"TLSv1.2,TLSv1.3\">`. IIS: trong `HKLM\\SYSTEM\\CurrentControlSet\\Control\\\
         SecurityProviders\\SCHANNEL\\Protocols`, đặt `Enabled=0` cho khóa `Server` của SSL 2.0, SSL \
         3.0, TLS 1.0, TLS 1.1 rồi khởi động lại. Nếu thuê máy chủ, chuyển nguyên nội dung này cho nhà cung cấp.",
        "Enable TLS 1.2 and TLS 1.3 only and reload. nginx: `ssl_protocols TLSv1.2 TLSv1.3;`. Apache: \
         `SSLProtocol -all +TLSv1.2 +TLSv1.3`. Tomcat: `<SSLHostConfig protocols=\"TLSv1.2,TLSv1.3\">`. \
         IIS: under `HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols` \
         set `Enabled=0` in the `Server` key of SSL 2.0, SSL 3.0, TLS 1.0 and TLS 1.1 and restart."
    ],
    message: [
        "Máy chủ vẫn chấp nhận {subject}, phiên bản đã bị loại bỏ.",
        "The server still accepts {subject}, a version that has been withdrawn."
    ],
    sources: ["RFC 6176 (SSLv2)", "RFC 7568 (SSLv3)", "RFC 8996 (TLS 1.0, TLS 1.1)"],
});

impl Check for LegacyVersion {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        const OLD: [(TlsVersion, Grade); 4] = [
            (TlsVersion::Ssl2, Grade::Grave),
            (TlsVersion::Ssl3, Grade::Serious),
            (TlsVersion::Tls10, Grade::Moderate),
            (TlsVersion::Tls11, Grade::Moderate),
        ];
        let faults = OLD
            .iter()
            .filter(|(version, _)| fact.offers(*version) == Tri::Yes)
            .map(|(version, grade)| Fault::on(version.to_string(), *grade))
            .collect();
        let unknown = OLD.iter().any(|(v, _)| fact.offers(*v) == Tri::Unknown);
        Outcome::weigh(
            faults,
            unknown.then_some(luytre_inventory::Text::new(
                "chưa hỏi được hết các phiên bản TLS cũ",
                "not every old TLS version could be asked for",
            )),
        )
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::offers;
    use crate::examples::{Example, Expect};
    use TlsVersion::{Ssl2, Ssl3, Tls10, Tls11, Tls12, Tls13};

    let modern = offers(&[
        (Ssl2, Tri::No),
        (Ssl3, Tri::No),
        (Tls10, Tri::No),
        (Tls11, Tri::No),
        (Tls12, Tri::Yes),
    ]);
    let old = offers(&[
        (Ssl2, Tri::Yes),
        (Ssl3, Tri::Yes),
        (Tls10, Tri::Yes),
        (Tls11, Tri::No),
    ]);
    let half = offers(&[
        (Ssl2, Tri::No),
        (Ssl3, Tri::No),
        (Tls10, Tri::Unknown),
        (Tls11, Tri::Yes),
    ]);
    let silent = offers(&[
        (Ssl2, Tri::No),
        (Ssl3, Tri::No),
        (Tls10, Tri::No),
        (Tls13, Tri::Yes),
    ]);
    let old_fact = offers(&[
        (Ssl3, Tri::No),
        (Tls10, Tri::No),
        (Tls11, Tri::No),
        (Tls12, Tri::Yes),
    ]);
    vec![
        Example::new("modern", modern, Expect::Pass),
        Example::new(
            "old",
            old,
            Expect::Fail(vec![
                ("SSLv2", Grade::Grave),
                ("SSLv3", Grade::Serious),
                ("TLSv1.0", Grade::Moderate),
            ]),
        ),
        Example::new(
            "half",
            half,
            Expect::Partial(vec![("TLSv1.1", Grade::Moderate)]),
        ),
        Example::new("not asked", silent, Expect::Inconclusive),
        Example::new("SSLv2 not asked", old_fact, Expect::Inconclusive),
    ]
}
