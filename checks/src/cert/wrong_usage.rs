//! A certificate that was not made for servers.

use jiff::Timestamp;

use super::{NO_EXTENSIONS, NO_LEAF};
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{Certificate, ChainFact, Extensions},
};

about!(WrongUsage, Certificate, Endpoint, false, {
    id: "cert.wrong_usage",
    title: [
        "Chứng thư số không được cấp để dùng cho máy chủ",
        "Certificate not meant for servers"
    ],
    why: [
        "Chứng thư ghi rõ khóa được dùng vào việc gì. Dùng chứng thư ký số cá nhân, chứng thư của CA hay \
         khóa thiếu quyền cho máy chủ thì trình duyệt từ chối, và nhiều nơi phải giữ chung một khóa.",
        "A certificate says what its key may do. With one made for signing documents, for an authority, \
         or without the right to sign, browsers refuse the server, and one key ends up in too many \
         places."
    ],
    fix: [
        "Xin đúng loại chứng thư máy chủ: extendedKeyUsage có serverAuth, keyUsage có digitalSignature, \
         không phải CA. Với OpenSSL: `basicConstraints=CA:FALSE`, `keyUsage=digitalSignature`, \
         `extendedKeyUsage=serverAuth`. Cài lên nginx, Apache, IIS hoặc Tomcat như chứng thư thường.",
        "Get a certificate for servers: serverAuth in the extended key usage, digitalSignature in the key \
         usage, no authority. With OpenSSL: `basicConstraints=CA:FALSE`, `keyUsage=digitalSignature`, \
         `extendedKeyUsage=serverAuth`. Install it on nginx, Apache, IIS or Tomcat as usual."
    ],
    message: [
        "Chứng thư số của máy chủ: {what_vi}.",
        "The certificate of the server: {what_en}."
    ],
    sources: ["RFC 5280 mục 4.2.1.3, 4.2.1.9, 4.2.1.12"],
});

impl Check for WrongUsage {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            let Some(leaf) = fact.leaf() else {
                return NO_LEAF;
            };
            let Some(extensions) = &leaf.extensions else {
                return NO_EXTENSIONS;
            };
            // Only of one that another issued do we ask whether it is an authority.
            let open = leaf.ca == Tri::Unknown
                || (leaf.ca == Tri::Yes && leaf.self_signed == Tri::Unknown);
            let faults = [purpose(extensions), signing(extensions), authority(leaf)];
            Outcome::weigh(
                faults.into_iter().flatten().collect(),
                open.then_some(luytre_inventory::Text::new(
                    "không đọc được chứng thư số có phải của CA hay không",
                    "whether the certificate is of an authority could not be read",
                )),
            )
        })
    }
}

fn fault(subject: &str, grade: Grade, vi: &str, en: &str) -> Fault {
    Fault::on(subject, grade)
        .with("what_vi", &vi)
        .with("what_en", &en)
}

/// The purposes lack serverAuth.
fn purpose(extensions: &Extensions) -> Option<Fault> {
    let purposes = extensions.extended_key_usage.as_ref()?;
    let fits = |one: &String| one == "serverAuth" || one == "anyExtendedKeyUsage";
    (!purposes.iter().any(fits)).then(|| {
        fault(
            "purpose",
            Grade::Serious,
            "mục đích sử dụng không có serverAuth",
            "its purposes lack serverAuth",
        )
    })
}

/// The key usage allows nothing that a handshake needs: a signature, or for old suites encipherment or
/// agreement.
fn signing(extensions: &Extensions) -> Option<Fault> {
    let usage = extensions.key_usage.as_ref()?;
    let fits = |one: &String| {
        ["digitalSignature", "keyEncipherment", "keyAgreement"].contains(&one.as_str())
    };
    (!usage.iter().any(fits)).then(|| {
        fault(
            "key_usage",
            Grade::Moderate,
            "khóa không được phép dùng trong bắt tay TLS",
            "its key may not be used in a TLS handshake",
        )
    })
}

/// An authority that another issued. A self-signed one has a check of its own.
fn authority(leaf: &Certificate) -> Option<Fault> {
    (leaf.ca == Tri::Yes && leaf.self_signed == Tri::No).then(|| {
        fault(
            "authority",
            Grade::Moderate,
            "đây là chứng thư của CA, ký được chứng thư khác",
            "it is one of an authority, which can issue others",
        )
    })
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };

    let with = |usage: Option<&[&str]>, purposes: Option<&[&str]>, ca| {
        let list = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let mut leaf = leaf();
        leaf.ca = ca;
        leaf.extensions = Some(Extensions {
            key_usage: usage.map(list),
            extended_key_usage: purposes.map(list),
            ..Extensions::default()
        });
        Fact::Chain(chain(leaf))
    };
    let of_unknown_issuer = || {
        let mut leaf = leaf();
        (leaf.ca, leaf.self_signed) = (Tri::Yes, Tri::Unknown);
        leaf.extensions = Some(Extensions::default());
        Fact::Chain(chain(leaf))
    };
    let sound: Option<&[&str]> = Some(&["digitalSignature"]);
    let server: Option<&[&str]> = Some(&["serverAuth", "clientAuth"]);
    vec![
        Example::new("for servers", with(sound, server, Tri::No), Expect::Pass),
        Example::new("unrestricted", with(None, None, Tri::No), Expect::Pass),
        Example::new(
            "client",
            with(sound, Some(&["clientAuth"]), Tri::No),
            Expect::Fail(vec![("purpose", Grade::Serious)]),
        ),
        Example::new(
            "no signing",
            with(Some(&["nonRepudiation"]), server, Tri::No),
            Expect::Fail(vec![("key_usage", Grade::Moderate)]),
        ),
        Example::new(
            "authority",
            with(sound, server, Tri::Yes),
            Expect::Fail(vec![("authority", Grade::Moderate)]),
        ),
        Example::new(
            "authority unknown",
            with(sound, server, Tri::Unknown),
            Expect::Inconclusive,
        ),
        Example::new("issuer unknown", of_unknown_issuer(), Expect::Inconclusive),
        Example::new(
            "older fact",
            Fact::Chain(chain(leaf())),
            Expect::Inconclusive,
        ),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
