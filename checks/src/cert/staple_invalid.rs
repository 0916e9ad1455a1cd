//! A staple that does not hold.

use jiff::Timestamp;

use super::NO_LEAF;
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{ChainFact, RevocationFault, RevocationSource, RevocationStatus},
};

about!(StapleInvalid, Certificate, Endpoint, false, {
    id: "cert.staple_invalid",
    title: [
        "Câu trả lời OCSP gửi kèm đã cũ hoặc không đúng",
        "Stapled OCSP answer out of date or wrong"
    ],
    why: [
        "Câu trả lời cũ hoặc không đúng người ký thì trình duyệt bỏ đi, có trình duyệt ngắt kết nối. \
         Thường do máy chủ không ra được máy chủ OCSP của người cấp.",
        "Browsers drop an answer that is old or of the wrong signer, and some end the connection. The \
         server often cannot reach the responder of its issuer."
    ],
    fix: [
        "Cho máy chủ ra được địa chỉ OCSP trong chứng thư (`openssl x509 -in may-chu.pem -noout \
         -ocsp_uri`) và đặt đúng giờ (NTP). nginx: `ssl_stapling_verify on` và `resolver`; Apache: \
         `SSLStaplingReturnResponderErrors off`; IIS và Tomcat: mở tường lửa chiều ra rồi khởi động lại \
         dịch vụ.",
        "Let the server reach the responder in its certificate (`openssl x509 -in server.pem -noout \
         -ocsp_uri`) and keep its clock right (NTP). nginx: `ssl_stapling_verify on` and `resolver`; \
         Apache: `SSLStaplingReturnResponderErrors off`; IIS and Tomcat: open the firewall outward and \
         restart."
    ],
    message: [
        "Câu trả lời OCSP gửi kèm không dùng được: {fault_vi}.",
        "The stapled OCSP answer cannot be used: {fault_en}."
    ],
    sources: ["RFC 6960 mục 3.2, 4.2.2", "RFC 6066 mục 8"],
});

impl Check for StapleInvalid {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            if fact.leaf().is_none() {
                return NO_LEAF;
            }
            match fact.staple {
                Tri::Yes => {}
                Tri::No => {
                    return Outcome::not_applicable("máy chủ không gửi kèm", "nothing is stapled");
                }
                Tri::Unknown => return UNDECIDED,
            }
            let mut told = fact.revocation.iter();
            let Some(staple) = told.find(|r| r.source == RevocationSource::Staple) else {
                return UNDECIDED;
            };
            match staple.fault {
                None if staple.status == RevocationStatus::Unknown => UNDECIDED,
                None => Outcome::Pass,
                Some(fault) if PROVED.contains(&fault) => {
                    let [vi, en] = fault.words();
                    let found = Fault::new(Grade::Moderate).with("fault_vi", &vi);
                    Outcome::Fail(vec![found.with("fault_en", &en)])
                }
                Some(_) => UNDECIDED,
            }
        })
    }
}

/// Faults that the server is to blame for. With any other it is we who could not tell.
const PROVED: [RevocationFault; 6] = [
    RevocationFault::OutOfDate,
    RevocationFault::Future,
    RevocationFault::AnswerForeign,
    RevocationFault::AnswerOfOther,
    RevocationFault::SignerMayNot,
    RevocationFault::AnswerUnreadable,
];

const UNDECIDED: Outcome = Outcome::unknown(
    "chưa xác minh được câu trả lời OCSP gửi kèm",
    "the stapled answer could not be verified",
);

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };

    use crate::fact::Revocation;

    let with = |staple, fault: Option<RevocationFault>| {
        let mut fact = chain(leaf());
        fact.staple = staple;
        let status = match fault {
            None => RevocationStatus::Good,
            Some(_) => RevocationStatus::Unknown,
        };
        fact.revocation = vec![Revocation {
            position: 0,
            source: RevocationSource::Staple,
            status,
            since: None,
            this_update: None,
            next_update: None,
            fault,
        }];
        Fact::Chain(fact)
    };
    let fail = || Expect::Fail(vec![("", Grade::Moderate)]);
    vec![
        Example::new("good", with(Tri::Yes, None), Expect::Pass),
        Example::new(
            "old",
            with(Tri::Yes, Some(RevocationFault::OutOfDate)),
            fail(),
        ),
        Example::new(
            "foreign",
            with(Tri::Yes, Some(RevocationFault::AnswerForeign)),
            fail(),
        ),
        Example::new("none", with(Tri::No, None), Expect::NotApplicable),
        Example::new(
            "not checked",
            with(Tri::Yes, Some(RevocationFault::AnswerUnchecked)),
            Expect::Inconclusive,
        ),
        Example::new("not asked", with(Tri::Unknown, None), Expect::Inconclusive),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
