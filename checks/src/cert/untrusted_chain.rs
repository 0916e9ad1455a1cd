//! A chain that leads to no trusted root.

use jiff::Timestamp;
use luytre_inventory::Text;

use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{ChainFact, PathFault, Trust, TrustVerdict},
};

about!(UntrustedChain, Certificate, Endpoint, false, {
    id: "cert.untrusted_chain",
    title: ["Chuỗi chứng thư số không được tin cậy", "Certificate chain not trusted"],
    why: [
        "Trình duyệt chỉ tin chứng thư số khi lần được tới một tổ chức cấp chứng thư mà nó biết. Chuỗi \
         thiếu hoặc sai thì người dân thấy cảnh báo, ứng dụng trên điện thoại và hệ thống khác không \
         kết nối được.",
        "Browsers trust a certificate only if it leads to an authority they know. With a missing or \
         broken chain people see warnings, and apps and other systems cannot connect."
    ],
    fix: [
        "Cài đủ chứng thư trung gian do tổ chức cấp chứng thư gửi kèm. nginx: `ssl_certificate` trỏ tới \
         tệp gồm chứng thư máy chủ rồi đến các chứng thư trung gian (`fullchain.pem`). Apache: \
         `SSLCertificateFile` trỏ tới tệp như vậy. Tomcat: nạp cả chuỗi vào keystore. IIS: nhập chứng \
         thư trung gian vào kho Intermediate Certification Authorities. Chứng thư nội bộ: đổi sang chứng \
         thư của tổ chức được tin cậy công khai nếu phục vụ người dân.",
        "Install the intermediate certificates that the authority supplied. nginx: `ssl_certificate` with \
         the server certificate first, then the intermediates (`fullchain.pem`). Apache: the same file in \
         `SSLCertificateFile`. Tomcat: the whole chain in the keystore. IIS: import the intermediates into \
         Intermediate Certification Authorities. Replace an internal certificate by a publicly trusted one \
         where citizens are served."
    ],
    message: [
        "Chuỗi chứng thư số không dẫn tới gốc tin cậy nào ({reason_vi}).",
        "The certificate chain leads to no trusted root ({reason_en})."
    ],
    sources: ["RFC 5280 mục 6", "RFC 8446 mục 4.4.2"],
});

impl Check for UntrustedChain {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            let any = |verdict| fact.trust.iter().any(|trust| trust.verdict == verdict);
            if any(TrustVerdict::Trusted) {
                return Outcome::Pass;
            }
            if fact.leaf().is_some_and(|leaf| leaf.self_signed == Tri::Yes) {
                return Outcome::not_applicable(
                    "chứng thư số tự ký, xem `cert.self_signed`",
                    "the certificate is self-signed, see `cert.self_signed`",
                );
            }
            if fact.trust.is_empty() || any(TrustVerdict::Unknown) {
                return Outcome::unknown(
                    "chưa dựng được chuỗi tới kho gốc tin cậy",
                    "no path to a set of roots could be judged",
                );
            }
            // The set of roots whose authority it is knows more than those that have never heard of it.
            let stranger = |trust: &&Trust| trust.reason == Some(PathFault::UnknownIssuer);
            let closest = fact.trust.iter().find(|trust| !stranger(trust));
            let reason = closest.or(fact.trust.first()).and_then(|t| t.reason);
            if reason == Some(PathFault::WeakAlgorithm)
                && closest.and_then(|t| t.position) == Some(0)
            {
                return Outcome::not_applicable(
                    "chứng thư số dùng khóa hoặc thuật toán yếu, xem `cert.weak_key` và `cert.weak_signature`",
                    "the certificate's own key or signature is weak, see `cert.weak_key` and `cert.weak_signature`",
                );
            }
            let grade = match reason {
                Some(PathFault::BadSignature) => Grade::Serious,
                // Most browsers let it pass.
                Some(PathFault::Profile) => Grade::Slight,
                _ => Grade::Moderate,
            };
            let words = words(reason);
            Outcome::Fail(vec![
                Fault::new(grade)
                    .with("reason_vi", &words.vi)
                    .with("reason_en", &words.en),
            ])
        })
    }
}

/// What stands in the way of a path (RFC 5280 section 6).
const fn words(reason: Option<PathFault>) -> Text {
    match reason {
        Some(PathFault::UnknownIssuer) => Text::new("không rõ nơi cấp", "unknown issuer"),
        Some(PathFault::ExpiredIntermediate) => {
            Text::new("chứng thư trung gian hết hạn", "expired intermediate")
        }
        Some(PathFault::BadSignature) => Text::new("chữ ký không đúng", "bad signature"),
        Some(PathFault::NameConstraint) => {
            Text::new("tên ngoài giới hạn của nơi cấp", "name constraint")
        }
        Some(PathFault::PathConstraint) => {
            Text::new("nơi cấp không được cấp tiếp như vậy", "path constraint")
        }
        Some(PathFault::NotForServers) => Text::new(
            "không dùng để xác thực máy chủ",
            "not for server authentication",
        ),
        Some(PathFault::UnsupportedAlgorithm) => {
            Text::new("thuật toán không hỗ trợ", "unsupported algorithm")
        }
        Some(PathFault::WeakAlgorithm) => Text::new("thuật toán yếu", "weak algorithm"),
        Some(PathFault::UnknownCritical) => Text::new(
            "phần mở rộng quan trọng không rõ nghĩa",
            "unknown critical extension",
        ),
        Some(PathFault::Policy) => Text::new("chính sách chứng thư", "certificate policy"),
        Some(PathFault::Profile) => Text::new("trái hình thức RFC 5280", "profile of RFC 5280"),
        Some(PathFault::Malformed) => Text::new("sai cấu trúc", "malformed"),
        Some(PathFault::Other) | None => Text::new("không dựng được chuỗi", "no path"),
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };

    let with = |verdicts: &[(TrustVerdict, Option<PathFault>)], self_signed| {
        let mut leaf = leaf();
        leaf.self_signed = self_signed;
        let mut fact = chain(leaf);
        let trust = |(verdict, reason): &(TrustVerdict, Option<PathFault>)| Trust {
            store: "web".to_owned(),
            verdict: *verdict,
            reason: *reason,
            rule: None,
            position: (*reason == Some(PathFault::WeakAlgorithm)).then_some(0),
        };
        fact.trust = verdicts.iter().map(trust).collect();
        Fact::Chain(fact)
    };
    let untrusted = |reason| (TrustVerdict::Untrusted, Some(reason));
    let trusted = (TrustVerdict::Trusted, None);
    let unknown = (TrustVerdict::Unknown, None);
    let issuer = untrusted(PathFault::UnknownIssuer);
    let fail = |grade| Expect::Fail(vec![("", grade)]);
    vec![
        Example::new("one store", with(&[issuer, trusted], Tri::No), Expect::Pass),
        Example::new(
            "no store",
            with(&[issuer], Tri::Unknown),
            fail(Grade::Moderate),
        ),
        Example::new(
            "forged",
            with(&[untrusted(PathFault::BadSignature)], Tri::No),
            fail(Grade::Serious),
        ),
        Example::new(
            "forged, and unknown elsewhere",
            with(&[issuer, untrusted(PathFault::BadSignature)], Tri::No),
            fail(Grade::Serious),
        ),
        Example::new(
            "weak",
            with(&[issuer, untrusted(PathFault::WeakAlgorithm)], Tri::No),
            Expect::NotApplicable,
        ),
        Example::new(
            "bad form",
            with(&[untrusted(PathFault::Profile)], Tri::No),
            fail(Grade::Slight),
        ),
        Example::new(
            "self-signed",
            with(&[issuer], Tri::Yes),
            Expect::NotApplicable,
        ),
        Example::new(
            "undecided",
            with(&[issuer, unknown], Tri::No),
            Expect::Inconclusive,
        ),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
