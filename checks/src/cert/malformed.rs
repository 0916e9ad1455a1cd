//! A certificate that breaks the rules of its form.

use jiff::Timestamp;

use super::NO_LEAF;
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{Certificate, ChainFact, TrustVerdict},
};

about!(Malformed, Certificate, Endpoint, false, {
    id: "cert.malformed",
    title: [
        "Chứng thư số sai quy cách",
        "Malformed or misissued certificate"
    ],
    why: [
        "Chứng thư sai quy cách được phần mềm này nhận, phần mềm kia từ chối, và cho thấy người cấp làm \
         không đúng quy trình. Trình duyệt ngày càng chặt hơn.",
        "A certificate out of form is taken by one program and refused by another, and shows that its \
         issuer does not work by the rules. Browsers grow stricter."
    ],
    fix: [
        "Gửi danh sách quy tắc trong thông báo cho người cấp và xin cấp lại; ý nghĩa từng mã nằm ở \
         docs/certificate-rules.md. Chứng thư tự tạo: dùng công cụ cấp chứng thư mới (step-ca, AD CS, \
         OpenSSL 3) thay cho kịch bản cũ. Sau đó cài lên nginx, Apache, IIS hoặc Tomcat.",
        "Send the rules in this message to the issuer and have it issued again; what each id means stands \
         in docs/certificate-rules.md. For your own: use a current tool (step-ca, AD CS, OpenSSL 3) \
         instead of old scripts. Then install it on nginx, Apache, IIS or Tomcat."
    ],
    message: [
        "Chứng thư số vi phạm {count} quy tắc hình thức: {rules}.",
        "The certificate breaks {count} rules of form: {rules}."
    ],
    sources: ["RFC 5280 mục 4", "CA/Browser Forum Baseline Requirements 7.1"],
});

impl Check for Malformed {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            if fact.leaf().is_none() {
                return NO_LEAF;
            }
            let public = super::public(fact);
            let mut unknown = !fact.unreadable.is_empty();
            let mut faults: Vec<Fault> = Vec::new();
            for certificate in &fact.certificates {
                let Some(broken) = &certificate.profile else {
                    unknown = true;
                    continue;
                };
                // A root is taken on trust, whatever its form.
                if certificate.position > 0 && certificate.subject == certificate.issuer {
                    continue;
                }
                let (counted, open) = weigh(broken, public);
                unknown |= open;
                if !counted.is_empty() {
                    add(&mut faults, certificate, &counted);
                }
            }
            Outcome::weigh(
                faults,
                unknown.then_some(luytre_inventory::Text::new(
                    "chưa xét hết hình thức của các chứng thư trong chuỗi",
                    "the form of the chain could not be judged in full",
                )),
            )
        })
    }
}

/// How many rules a message names.
const SHOWN: usize = 6;

/// Rules that have checks of their own.
const ELSEWHERE: [&str; 6] = [
    "br.validity_",
    "br.rsa_",
    "br.curve_",
    "br.signature_",
    "br.key_kind",
    "rfc6962.timestamps_",
];

/// The rules that count, and whether some may count but browsers' trust is not known: rules of the
/// baseline bind only those whom browsers trust.
fn weigh(broken: &[String], public: TrustVerdict) -> (Vec<&str>, bool) {
    let mut open = false;
    let mut counted = Vec::new();
    for id in broken.iter().map(String::as_str) {
        if ELSEWHERE.iter().any(|start| id.starts_with(start)) {
            continue;
        }
        match public {
            _ if !id.starts_with("br.") => counted.push(id),
            TrustVerdict::Trusted => counted.push(id),
            TrustVerdict::Untrusted => {}
            TrustVerdict::Unknown => open = true,
        }
    }
    (counted, open)
}

/// One fault for the leaf and one for all issuers: the cure of all rules is one, to have it issued again.
fn add(faults: &mut Vec<Fault>, certificate: &Certificate, rules: &[&str]) {
    let part = if certificate.position == 0 {
        ""
    } else {
        "issuer"
    };
    if faults.iter().any(|fault| fault.subject == part) {
        return;
    }
    let grade = if part.is_empty() && rules.iter().any(|id| !id.starts_with("br.")) {
        Grade::Moderate
    } else {
        Grade::Slight
    };
    let mut shown = rules
        .iter()
        .take(SHOWN)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if rules.len() > SHOWN {
        shown.push_str(", …");
    }
    faults.push(
        Fault::on(part, grade)
            .with("count", &rules.len())
            .with("rules", &shown),
    );
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };
    use TrustVerdict::{Trusted, Unknown, Untrusted};

    let with = |verdict, rules: &[&[&str]]| {
        let mut fact = chain(leaf());
        let certificate = |(place, broken): (usize, &&[&str])| {
            let mut certificate = leaf();
            certificate.position = u16::try_from(place).unwrap();
            certificate.profile = Some(broken.iter().map(ToString::to_string).collect());
            certificate
        };
        fact.certificates = rules.iter().enumerate().map(certificate).collect();
        fact.trust[0].verdict = verdict;
        Fact::Chain(fact)
    };
    let (rfc, br) = ("rfc5280.serial_not_positive", "br.san_kind");
    let fail = |part, grade| Expect::Fail(vec![(part, grade)]);
    vec![
        Example::new("sound", with(Trusted, &[&[], &[]]), Expect::Pass),
        Example::new(
            "misissued",
            with(Trusted, &[&[br]]),
            fail("", Grade::Slight),
        ),
        Example::new(
            "malformed",
            with(Untrusted, &[&[rfc, br]]),
            fail("", Grade::Moderate),
        ),
        Example::new("private", with(Untrusted, &[&[br]]), Expect::Pass),
        Example::new(
            "judged elsewhere",
            with(Trusted, &[&["br.validity_over_200_days"]]),
            Expect::Pass,
        ),
        Example::new(
            "issuer",
            with(Trusted, &[&[], &[rfc], &[rfc]]),
            fail("issuer", Grade::Slight),
        ),
        Example::new(
            "trust unknown",
            with(Unknown, &[&[br]]),
            Expect::Inconclusive,
        ),
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
