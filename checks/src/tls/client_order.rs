//! The client's order of suites where it can choose badly.

use jiff::Timestamp;

use super::{NEGOTIATED, all_decided, offered, parts::Parts};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{Order, TlsFact, TlsVersion, VersionFact},
};

about!(ClientOrder, Tls, Endpoint, false, {
    id: "tls.client_order",
    title: ["Máy khách được chọn bộ mật mã kém hơn", "Clients may choose a lesser suite"],
    why: [
        "Máy chủ có cả bộ mật mã tốt lẫn bộ kém hơn và để máy khách chọn. Máy khách cũ hoặc cấu hình sai \
         sẽ dùng bộ kém dù cả hai bên đều có bộ tốt. Nếu mọi bộ mật mã đều tốt thì để máy khách chọn là \
         đúng.",
        "The server has good and lesser suites and lets the client choose. An old or badly set client \
         ends with a lesser one although both sides know better. Where every suite is good, leaving the \
         choice to the client is right."
    ],
    fix: [
        "Bỏ các bộ mật mã kém hơn (tốt nhất), hoặc để máy chủ chọn. nginx: `ssl_prefer_server_ciphers \
         on;`. Apache: `SSLHonorCipherOrder on`. Tomcat: `<SSLHostConfig honorCipherOrder=\"true\">`. \
         IIS: máy chủ luôn chọn theo thứ tự trong Group Policy \"SSL Cipher Suite Order\"; xếp bộ ECDHE \
         với AES-GCM lên đầu.",
        "Drop the lesser suites (best), or let the server choose. nginx: `ssl_prefer_server_ciphers \
         on;`. Apache: `SSLHonorCipherOrder on`. Tomcat: `<SSLHostConfig honorCipherOrder=\"true\">`. \
         IIS: the server always goes by the order of the group policy \"SSL Cipher Suite Order\"; put \
         ECDHE suites with AES-GCM first."
    ],
    message: [
        "Ở {subject}, máy chủ để máy khách chọn, trong đó có bộ mật mã kém hơn như {example}.",
        "In {subject} the server lets the client choose, lesser suites like {example} included."
    ],
    sources: ["RFC 9325 mục 4.2.1", "Mozilla Server Side TLS 5.7 (server_preferred_order)"],
});

impl Check for ClientOrder {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let mut faults = Vec::new();
        let mut whole = all_decided(fact, &NEGOTIATED);
        for (version, found) in offered(fact).filter(|(v, _)| *v != TlsVersion::Ssl2) {
            let Some(lesser) = mixed(found) else {
                whole &= found.suites_complete == Tri::Yes;
                continue;
            };
            match found.order {
                Order::Client => faults.push(
                    Fault::on(version.to_string(), Grade::Slight).with("example", &lesser.name),
                ),
                Order::Server => whole &= found.suites_complete == Tri::Yes,
                Order::Unknown => whole = false,
            }
        }
        Outcome::weigh(
            faults,
            (!whole).then_some(luytre_inventory::Text::new(
                "chưa biết hết bộ mật mã, hoặc chưa biết bên nào quyết định thứ tự",
                "the suites are not all known, or not whose order counts",
            )),
        )
    }
}

/// A lesser suite, where a good one stands beside it: good is a key of the connection and AEAD.
fn mixed(found: &VersionFact) -> Option<Parts> {
    let all = || found.suites.iter().filter_map(|suite| Parts::of(*suite));
    let good = |parts: &Parts| parts.is_ephemeral() && parts.is_aead();
    let lesser = all().find(|parts| !good(parts))?;
    all().any(|parts| good(&parts)).then_some(lesser)
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{intermediate, modern, server};
    use crate::{
        Fact,
        examples::{Example, Expect},
        fact::TlsVersion::Tls12,
    };

    let good = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    let lesser = "TLS_RSA_WITH_AES_128_CBC_SHA";
    let with = |names: &[&str], order, complete| {
        let mut fact = server(&[(Tls12, names, &[])]);
        let found = fact.versions.get_mut(&Tls12).unwrap();
        found.order = order;
        found.suites_complete = complete;
        Fact::Tls(fact)
    };
    let both = [good, lesser];
    vec![
        Example::new("modern", Fact::Tls(modern()), Expect::Pass),
        Example::new("intermediate", Fact::Tls(intermediate()), Expect::Pass),
        Example::new(
            "all good",
            with(&[good], Order::Client, Tri::Yes),
            Expect::Pass,
        ),
        Example::new(
            "none good",
            with(&[lesser], Order::Client, Tri::Yes),
            Expect::Pass,
        ),
        Example::new(
            "server chooses",
            with(&both, Order::Server, Tri::Yes),
            Expect::Pass,
        ),
        Example::new(
            "client chooses",
            with(&both, Order::Client, Tri::Yes),
            Expect::Fail(vec![("TLSv1.2", Grade::Slight)]),
        ),
        Example::new(
            "who chooses is not known",
            with(&both, Order::Unknown, Tri::Yes),
            Expect::Inconclusive,
        ),
        Example::new(
            "cut short",
            with(&[good], Order::Client, Tri::Unknown),
            Expect::Inconclusive,
        ),
    ]
}
