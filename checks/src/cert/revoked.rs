//! A certificate that its issuer took back.

use jiff::Timestamp;

use super::{NO_LEAF, written};
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{ChainFact, RevocationSource, RevocationStatus},
};

about!(Revoked, Certificate, Endpoint, false, {
    id: "cert.revoked",
    title: [
        "Chứng thư số đã bị thu hồi",
        "Revoked certificate"
    ],
    why: [
        "Người cấp thu hồi khi khóa bị lộ hoặc chứng thư cấp sai. Máy chủ vẫn dùng nó thì không ai chắc \
         mình đang nói với ai.",
        "Issuers revoke when a key has leaked or a certificate was issued wrongly. While a server uses it \
         nobody can be sure whom he talks to."
    ],
    fix: [
        "Tạo khóa mới, xin cấp chứng thư mới, thay trên máy chủ trong ngày và xóa khóa cũ: \
         `ssl_certificate_key` (nginx), `SSLCertificateKeyFile` (Apache), Site Bindings (IIS), \
         `certificateKeystoreFile` (Tomcat). Hỏi người cấp lý do thu hồi; nếu do lộ khóa, xử lý như một \
         sự cố.",
        "Make a new key, get a new certificate, replace it the same day and delete the old key: \
         `ssl_certificate_key` (nginx), `SSLCertificateKeyFile` (Apache), Site Bindings (IIS), \
         `certificateKeystoreFile` (Tomcat). Ask the issuer why; if the key leaked, treat it as an \
         incident."
    ],
    message: [
        "Chứng thư số bị thu hồi từ {since}.",
        "The certificate was revoked on {since}."
    ],
    sources: ["RFC 5280 mục 5", "RFC 6960"],
});

impl Check for Revoked {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            if fact.leaf().is_none() {
                return NO_LEAF;
            }
            let mut faults: Vec<Fault> = Vec::new();
            for (position, part) in [(true, ""), (false, "issuer")] {
                let mut told = fact
                    .revocation
                    .iter()
                    .filter(|r| (r.position == 0) == position);
                let Some(found) = told.find(|r| r.status == RevocationStatus::Revoked) else {
                    continue;
                };
                let since = found.since.map_or_else(|| "-".to_owned(), written);
                faults.push(Fault::on(part, Grade::Grave).with("since", &since));
            }
            let good = |position| {
                let mut told = fact.revocation.iter().filter(|r| r.position == position);
                told.any(|r| r.status == RevocationStatus::Good)
            };
            // A source without an answer may be the one that knows. A staple is none: it carries what
            // the responder or a list says, and is judged by `cert.staple_invalid`.
            let open = |r: &crate::fact::Revocation| {
                let carried = r.source == RevocationSource::Staple && good(r.position);
                r.status == RevocationStatus::Unknown && !carried
            };
            let decided = (!faults.is_empty() || good(0)) && !fact.revocation.iter().any(open);
            Outcome::weigh(
                faults,
                (!decided).then_some(luytre_inventory::Text::new(
                    "chưa có câu trả lời đứng vững về việc thu hồi",
                    "no answer about revocation that holds is at hand",
                )),
            )
        })
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };
    use RevocationStatus::{Good, Revoked, Unknown};

    use crate::fact::Revocation;

    let with = |statuses: &[(u16, RevocationStatus)]| {
        let mut fact = chain(leaf());
        let entry = |(position, status): &(u16, RevocationStatus)| Revocation {
            position: *position,
            source: RevocationSource::Crl,
            status: *status,
            since: None,
            this_update: None,
            next_update: None,
            fault: None,
        };
        fact.revocation = statuses.iter().map(entry).collect();
        Fact::Chain(fact)
    };
    vec![
        Example::new("good", with(&[(0, Good), (1, Good)]), Expect::Pass),
        Example::new(
            "revoked",
            with(&[(0, Good), (0, Revoked)]),
            Expect::Fail(vec![("", Grade::Grave)]),
        ),
        Example::new(
            "issuer",
            with(&[(0, Good), (1, Revoked)]),
            Expect::Fail(vec![("issuer", Grade::Grave)]),
        ),
        Example::new("not asked", with(&[]), Expect::Inconclusive),
        Example::new(
            "no word",
            with(&[(0, Good), (0, Unknown)]),
            Expect::Inconclusive,
        ),
        Example::new(
            "a stale staple, and the list",
            {
                let Fact::Chain(mut fact) = with(&[(0, Unknown), (0, Good)]) else {
                    unreachable!("made so")
                };
                if let Some(staple) = fact.revocation.first_mut() {
                    staple.source = RevocationSource::Staple;
                }
                Fact::Chain(fact)
            },
            Expect::Pass,
        ),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
