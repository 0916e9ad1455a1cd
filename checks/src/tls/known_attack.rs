//! Attacks that have a name, as far as versions, suites and parameters tell.

use jiff::Timestamp;

use super::{UP_TO_TLS12, any_offered, find_suite, offered, parts::Parts};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{TlsFact, TlsVersion},
};

about!(KnownAttack, Tls, Endpoint, false, {
    id: "tls.known_attack",
    title: ["Để ngỏ kiểu tấn công đã biết vào TLS", "Open to a known attack on TLS"],
    why: [
        "Mỗi kiểu tấn công có tên dưới đây dùng một thứ cũ mà máy chủ còn giữ: phiên bản, bộ mật mã, tham \
         số hoặc tính năng. Kiểm tra này cho biết tên và mã CVE để trả lời khi được hỏi; mức nặng nhẹ \
         chính nằm ở phát hiện về nguyên nhân (phiên bản cũ, bộ mật mã yếu, tham số Diffie-Hellman yếu, \
         nén), nên ở đây không tính lần thứ hai. DROWN xét riêng vì phụ thuộc cả máy chủ khác.",
        "Each attack with a name uses something old that the server still keeps: a version, a suite, a \
         parameter, a feature. This check gives the name and the CVE, for whoever is asked about it; the \
         weight lies on the finding about the cause (old version, weak suite, weak Diffie-Hellman \
         parameters, compression) and is not counted here again. DROWN is judged apart, since it depends \
         on other servers."
    ],
    fix: [
        "Tắt SSLv3, TLS 1.0, TLS 1.1 và chỉ giữ bộ mật mã ECDHE với AES-GCM hoặc ChaCha20: hết mọi kiểu \
         tấn công này, trừ CRIME (tắt nén TLS). nginx: `ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers \
         ECDHE+AESGCM:ECDHE+CHACHA20;`. Apache: `SSLProtocol -all +TLSv1.2 +TLSv1.3`, `SSLCipherSuite \
         ECDHE+AESGCM:ECDHE+CHACHA20`, `SSLCompression off`. Tomcat: `<SSLHostConfig \
         protocols=\"TLSv1.2,TLSv1.3\" ciphers=\"ECDHE+AESGCM:ECDHE+CHACHA20\">`. IIS: tắt phiên bản cũ \
         trong khóa `SCHANNEL\\Protocols`, chạy `Disable-TlsCipherSuite` cho các bộ mật mã có `_CBC_`, \
         `RC4`, `3DES`.",
        "Turn off SSLv3, TLS 1.0 and TLS 1.1 and keep ECDHE suites with AES-GCM or ChaCha20 only: that \
         ends all of these attacks but CRIME (turn off TLS compression). nginx: `ssl_protocols TLSv1.2 \
         TLSv1.3; ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;`. Apache: `SSLProtocol -all +TLSv1.2 \
         +TLSv1.3`, `SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20`, `SSLCompression off`. Tomcat: \
         `<SSLHostConfig protocols=\"TLSv1.2,TLSv1.3\" ciphers=\"ECDHE+AESGCM:ECDHE+CHACHA20\">`. IIS: \
         turn off the old versions under `SCHANNEL\\Protocols` and run `Disable-TlsCipherSuite` for the \
         suites with `_CBC_`, `RC4`, `3DES`."
    ],
    message: [
        "Máy chủ để ngỏ kiểu tấn công {name} ({reference}), qua {cause}.",
        "The server is open to {name} ({reference}), through {cause}."
    ],
    sources: [
        "CVE-2014-3566 (POODLE: SSLv3 + CBC)",
        "CVE-2011-3389 (BEAST: SSLv3, TLS 1.0 + CBC)",
        "CVE-2015-0204 (FREAK: RSA_EXPORT)",
        "CVE-2015-4000 (LOGJAM: DHE_EXPORT, Diffie-Hellman ≤ 1024 bit)",
        "CVE-2016-2183 (SWEET32: khối 64 bit)",
        "CVE-2013-2566, CVE-2015-2808 (RC4)",
        "CVE-2013-0169 (Lucky13: CBC không encrypt-then-MAC, RFC 7366)",
        "CVE-2012-4929 (CRIME: nén TLS)",
    ],
});

/// An attack and how it shows.
struct Attack {
    /// Part at fault.
    id: &'static str,
    name: &'static str,
    reference: &'static str,
    grade: Grade,
    /// What opens the door; or whether one can still be open.
    cause: fn(&TlsFact) -> Result<String, Tri>,
}

const ATTACKS: [Attack; 8] = [
    // One byte in 256 requests, if the attacker can make the browser ask: RFC 7568 section 3.
    Attack {
        id: "poodle",
        name: "POODLE",
        reference: "CVE-2014-3566",
        grade: Grade::Moderate,
        cause: |fact| suite(fact, &[TlsVersion::Ssl3], Parts::is_cbc),
    },
    // A key of 512 bits is factored in hours.
    Attack {
        id: "freak",
        name: "FREAK",
        reference: "CVE-2015-0204",
        grade: Grade::Serious,
        cause: |fact| suite(fact, &UP_TO_TLS12, Parts::is_rsa_export),
    },
    Attack {
        id: "logjam",
        name: "LOGJAM",
        reference: "CVE-2015-4000",
        grade: Grade::Moderate,
        cause: logjam,
    },
    Attack {
        id: "rc4",
        name: "RC4",
        reference: "CVE-2013-2566, CVE-2015-2808",
        grade: Grade::Moderate,
        cause: |fact| suite(fact, &UP_TO_TLS12, Parts::is_rc4),
    },
    // 785 GB of traffic in one session.
    Attack {
        id: "sweet32",
        name: "SWEET32",
        reference: "CVE-2016-2183",
        grade: Grade::Slight,
        cause: |fact| suite(fact, &UP_TO_TLS12, Parts::is_block64),
    },
    // Browsers split records since 2012.
    Attack {
        id: "beast",
        name: "BEAST",
        reference: "CVE-2011-3389",
        grade: Grade::Slight,
        cause: |fact| suite(fact, &[TlsVersion::Ssl3, TlsVersion::Tls10], Parts::is_cbc),
    },
    Attack {
        id: "lucky13",
        name: "Lucky13",
        reference: "CVE-2013-0169",
        grade: Grade::Slight,
        cause: lucky13,
    },
    Attack {
        id: "crime",
        name: "CRIME",
        reference: "CVE-2012-4929",
        grade: Grade::Moderate,
        cause: crime,
    },
];

fn suite(
    fact: &TlsFact,
    versions: &[TlsVersion],
    wanted: fn(&Parts) -> bool,
) -> Result<String, Tri> {
    find_suite(fact, versions, wanted).map(|(version, parts)| format!("{version} {}", parts.name))
}

/// A suite for export brings the session down to 512 bits; a group of 1,024 bits or less can be
/// computed beforehand by a state (the paper of Adrian and others, 2015, section 4).
fn logjam(fact: &TlsFact) -> Result<String, Tri> {
    let export = suite(fact, &UP_TO_TLS12, Parts::is_dh_export);
    let Err(can_export) = export else {
        return export;
    };
    let mut sizes = offered(fact)
        .flat_map(|(version, found)| found.dh_bits.iter().map(move |bits| (*bits, version)));
    if let Some((bits, version)) = sizes.find(|(bits, _)| *bits <= 1024) {
        return Ok(format!("{version} DH {bits} bit"));
    }
    let sizes_known = match find_suite(fact, &UP_TO_TLS12, Parts::is_finite_field) {
        Err(none) => none,
        Ok(_) if super::weak_dh::all_sizes_known(fact) => Tri::No,
        Ok(_) => Tri::Unknown,
    };
    Err(super::any([can_export, sizes_known]))
}

/// TLS 1.3 has no compression (RFC 8446 section 4.1.2).
fn crime(fact: &TlsFact) -> Result<String, Tri> {
    match fact.features.compression {
        Tri::Yes => Ok("DEFLATE".to_owned()),
        _ if any_offered(fact, &UP_TO_TLS12) == Tri::No => Err(Tri::No),
        other => Err(other),
    }
}

/// CBC authenticated before it is enciphered. With encrypt-then-MAC a client that asks for it is safe.
fn lucky13(fact: &TlsFact) -> Result<String, Tri> {
    let cbc = suite(fact, &UP_TO_TLS12, Parts::is_cbc)?;
    match fact.features.encrypt_then_mac {
        Tri::No => Ok(cbc),
        Tri::Yes => Err(Tri::No),
        Tri::Unknown => Err(Tri::Unknown),
    }
}

impl Check for KnownAttack {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let mut faults = Vec::new();
        let mut unknown = false;
        for attack in &ATTACKS {
            match (attack.cause)(fact) {
                Ok(cause) => faults.push(
                    Fault::on(attack.id, attack.grade)
                        .with("name", &attack.name)
                        .with("reference", &attack.reference)
                        .with("cause", &cause),
                ),
                Err(Tri::No) => {}
                Err(_) => unknown = true,
            }
        }
        Outcome::weigh(
            faults,
            unknown.then_some(luytre_inventory::Text::new(
                "chưa đủ dữ liệu để loại trừ hết các kiểu tấn công",
                "not enough is known to rule out every attack",
            )),
        )
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{intermediate, modern, server, sound, version};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };
    use TlsVersion::{Ssl3, Tls10, Tls12};

    let asked = |versions: &[(TlsVersion, &[&str], &[&str])]| {
        let mut fact = server(versions);
        sound(&mut fact);
        fact
    };
    let cbc = "TLS_RSA_WITH_AES_128_CBC_SHA";
    let old = asked(&[
        (Ssl3, &[cbc], &[]),
        (
            Tls10,
            &[
                "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
                "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
            ],
            &[],
        ),
    ]);
    let stream = asked(&[(Ssl3, &["TLS_RSA_WITH_RC4_128_SHA"], &[])]);
    let mut weak = asked(&[(Tls12, &["TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"], &[])]);
    let entry = |fact: &mut TlsFact, bits| fact.versions.get_mut(&Tls12).unwrap().dh_bits = bits;
    let mut sized = weak.clone();
    let unsized_ = weak.clone();
    entry(&mut weak, vec![1024]);
    entry(&mut sized, vec![2048]);
    let mut squeezed = intermediate();
    squeezed.features.compression = Tri::Yes;
    let mut lucky = asked(&[(Tls12, &[cbc], &[])]);
    let bound = lucky.clone();
    lucky.features.encrypt_then_mac = Tri::No;
    let mut unsure = bound.clone();
    unsure.features.encrypt_then_mac = Tri::Unknown;
    let mut cut = asked(&[]);
    cut.versions
        .insert(Ssl3, version(&[cbc], &[], Tri::Unknown));
    let fail = |list: &[(&'static str, Grade)]| Expect::Fail(list.to_vec());
    vec![
        Example::new("modern", Fact::Tls(modern()), Expect::Pass),
        Example::new("CBC, then MAC", Fact::Tls(bound), Expect::Pass),
        Example::new("DH of 2048 bits", Fact::Tls(sized), Expect::Pass),
        Example::new(
            "old",
            Fact::Tls(old),
            fail(&[
                ("poodle", Grade::Moderate),
                ("freak", Grade::Serious),
                ("rc4", Grade::Moderate),
                ("sweet32", Grade::Slight),
                ("beast", Grade::Slight),
            ]),
        ),
        Example::new(
            "SSLv3 without CBC is no POODLE",
            Fact::Tls(stream),
            fail(&[("rc4", Grade::Moderate)]),
        ),
        Example::new(
            "DH of 1024 bits",
            Fact::Tls(weak),
            fail(&[("logjam", Grade::Moderate)]),
        ),
        Example::new(
            "DH of a size nobody saw",
            Fact::Tls(unsized_),
            Expect::Inconclusive,
        ),
        Example::new(
            "compressed",
            Fact::Tls(squeezed),
            fail(&[("crime", Grade::Moderate)]),
        ),
        Example::new(
            "MAC, then CBC",
            Fact::Tls(lucky),
            fail(&[("lucky13", Grade::Slight)]),
        ),
        Example::new(
            "CBC, not asked how",
            Fact::Tls(unsure),
            Expect::Inconclusive,
        ),
        Example::new(
            "cut short",
            Fact::Tls(cut),
            Expect::Partial(vec![("poodle", Grade::Moderate), ("beast", Grade::Slight)]),
        ),
        Example::new(
            "nothing asked",
            Fact::Tls(TlsFact::default()),
            Expect::Inconclusive,
        ),
    ]
}
