//! Diffie-Hellman over too small a field, or over one that everybody uses.

use jiff::Timestamp;

use super::{UP_TO_TLS12, find_suite, offered, parts::Parts};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{TlsFact, VersionFact},
};

about!(WeakDh, Tls, Endpoint, false, {
    id: "tls.weak_dh",
    title: ["Tham số Diffie-Hellman yếu", "Weak Diffie-Hellman parameters"],
    why: [
        "Khóa phiên được tạo từ một số nguyên tố. Số ngắn hơn 2048 bit thì kẻ tấn công có nguồn lực lớn \
         tính được; số 1024 bit mà nhiều máy chủ dùng chung (có sẵn trong phần mềm) chỉ cần tính trước \
         một lần là đọc được kết nối của mọi máy chủ đó.",
        "The session key comes from a prime. One shorter than 2048 bits can be computed with large \
         means; a 1024-bit prime that many servers share (shipped with software) need be worked on only \
         once to read the connections of all of them."
    ],
    fix: [
        "Cách gọn nhất: bỏ bộ mật mã DHE, chỉ giữ ECDHE. nginx: `ssl_ciphers \
         ECDHE+AESGCM:ECDHE+CHACHA20;`, hoặc `openssl dhparam -out /etc/nginx/dhparam.pem 2048` rồi \
         `ssl_dhparam /etc/nginx/dhparam.pem;`. Apache: `SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20`, \
         hoặc `SSLOpenSSLConfCmd DHParameters \"/etc/apache2/dhparam.pem\"`. Tomcat: `<SSLHostConfig \
         ciphers=\"ECDHE+AESGCM:ECDHE+CHACHA20\">`, hoặc chạy Java với \
         `-Djdk.tls.ephemeralDHKeySize=2048`. IIS: `Disable-TlsCipherSuite` cho các bộ mật mã \
         `TLS_DHE_`, hoặc đặt `ServerMinKeyBitLength=2048` trong khóa \
         `SCHANNEL\\KeyExchangeAlgorithms\\Diffie-Hellman`.",
        "Simplest: drop the DHE suites and keep ECDHE. nginx: `ssl_ciphers \
         ECDHE+AESGCM:ECDHE+CHACHA20;`, or `openssl dhparam -out /etc/nginx/dhparam.pem 2048` and \
         `ssl_dhparam /etc/nginx/dhparam.pem;`. Apache: `SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20`, or \
         `SSLOpenSSLConfCmd DHParameters \"/etc/apache2/dhparam.pem\"`. Tomcat: `<SSLHostConfig \
         ciphers=\"ECDHE+AESGCM:ECDHE+CHACHA20\">`, or run Java with \
         `-Djdk.tls.ephemeralDHKeySize=2048`. IIS: `Disable-TlsCipherSuite` for the `TLS_DHE_` suites, or \
         set `ServerMinKeyBitLength=2048` under `SCHANNEL\\KeyExchangeAlgorithms\\Diffie-Hellman`."
    ],
    message: [
        "Máy chủ trao đổi khóa Diffie-Hellman với số nguyên tố {bits} bit{known}, dưới mức tối thiểu \
         {minimum} bit.",
        "The server exchanges Diffie-Hellman keys over a prime of {bits} bits{known}, below the minimum \
         of {minimum} bits."
    ],
    sources: ["RFC 9325 mục 4.1, 4.5", "CVE-2015-4000", "NIST SP 800-57 Part 1 bảng 2"],
});

impl Check for WeakDh {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let minimum = context.parameters.rsa_minimum_bits;
        let sizes =
            offered(fact).flat_map(|(_, found)| found.dh_bits.iter().map(move |b| (*b, found)));
        let smallest = sizes.min_by_key(|(bits, found)| (*bits, known(found, *bits).is_none()));
        let mut faults = Vec::new();
        if let Some((bits, found)) = smallest
            && u32::from(bits) < minimum
        {
            let known = known(found, bits);
            let grade = match bits {
                ..768 => Grade::Grave,
                768..1024 => Grade::Serious,
                // What everybody uses was worth the work (Adrian and others, 2015).
                1024 if known.is_some() => Grade::Serious,
                _ => Grade::Moderate,
            };
            let known = known.map_or_else(String::new, |name| format!(" ({name})"));
            let fault = Fault::new(grade).with("bits", &bits).with("known", &known);
            faults.push(fault.with("minimum", &minimum));
        }
        let decided = match find_suite(fact, &UP_TO_TLS12, Parts::is_finite_field) {
            Err(none) => none == Tri::No,
            Ok(_) => all_sizes_known(fact) && lists_are_whole(fact),
        };
        Outcome::weigh(
            faults,
            (!decided).then_some(luytre_inventory::Text::new(
                "chưa biết hết các tham số Diffie-Hellman mà máy chủ dùng",
                "not every Diffie-Hellman parameter of the server is known",
            )),
        )
    }
}

/// Whether no list of suites up to TLS 1.2 was cut short.
fn lists_are_whole(fact: &TlsFact) -> bool {
    find_suite(fact, &UP_TO_TLS12, |_| false) == Err(Tri::No)
}

/// Whether each version that offers Diffie-Hellman over a finite field has shown with what.
pub(super) fn all_sizes_known(fact: &TlsFact) -> bool {
    let finite =
        |suite: &crate::fact::Suite| Parts::of(*suite).is_some_and(|p| p.is_finite_field());
    let shown = |found: &VersionFact| {
        let registered = found.groups.iter().filter_map(|group| group.name());
        let seen =
            !found.dh_bits.is_empty() || registered.into_iter().any(|n| n.starts_with("ffdhe"));
        seen && found.groups_complete == Tri::Yes
    };
    offered(fact).all(|(_, found)| !found.suites.iter().any(finite) || shown(found))
}

/// The published group behind a size, where the prime came by.
fn known(found: &VersionFact, bits: u16) -> Option<&str> {
    let mut primes = found.dh_primes.iter().filter(|prime| prime.bits == bits);
    primes.find_map(|prime| prime.known.as_deref())
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{intermediate, modern, server};
    use crate::{
        Fact,
        examples::{Example, Expect},
        fact::{DhPrime, TlsVersion},
    };

    let dhe = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256";
    let with = |bits: &[u16], published: Option<&str>| {
        let mut fact = server(&[(TlsVersion::Tls12, &[dhe], &[])]);
        let found = fact.versions.get_mut(&TlsVersion::Tls12).unwrap();
        found.dh_bits = bits.to_vec();
        found.dh_primes.extend(published.map(|name| DhPrime {
            bits: bits[0],
            sha256: "dd".repeat(32),
            known: Some(name.to_owned()),
        }));
        fact
    };
    let fail = |grade| Expect::Fail(vec![("", grade)]);
    let mut cut = with(&[1024], None);
    let found = cut.versions.get_mut(&TlsVersion::Tls12).unwrap();
    found.groups_complete = Tri::Unknown;
    let shared = with(&[1024], Some("RFC 2409 group 2"));
    vec![
        Example::new("no DHE", Fact::Tls(modern()), Expect::Pass),
        Example::new("2048", Fact::Tls(intermediate()), Expect::Pass),
        Example::new(
            "1024 of its own",
            Fact::Tls(with(&[1024], None)),
            fail(Grade::Moderate),
        ),
        Example::new("1024 of all", Fact::Tls(shared), fail(Grade::Serious)),
        Example::new(
            "512 and 2048",
            Fact::Tls(with(&[2048, 512], None)),
            fail(Grade::Grave),
        ),
        Example::new(
            "cut short",
            Fact::Tls(cut),
            Expect::Partial(vec![("", Grade::Moderate)]),
        ),
        Example::new(
            "size unseen",
            Fact::Tls(with(&[], None)),
            Expect::Inconclusive,
        ),
        Example::new(
            "nothing asked",
            Fact::Tls(TlsFact::default()),
            Expect::Inconclusive,
        ),
    ]
}
