//! Renegotiation whenever the client likes.

use jiff::Timestamp;

use super::{NOT_ASKED, ONLY_TLS13, UP_TO_TLS12, any_offered};
use crate::{About, Check, Context, Fault, Grade, Outcome, Reason, Tri, fact::TlsFact};

about!(ClientRenegotiation, Tls, Endpoint, false, {
    id: "tls.client_renegotiation",
    title: ["Máy khách được tự thương lượng lại TLS", "Renegotiation by the client"],
    why: [
        "Mỗi lần thương lượng lại, máy chủ tốn công gấp nhiều lần máy khách. Một máy tính gửi \
         liên tục qua một kết nối có thể làm nghẽn máy chủ (từ chối dịch vụ).",
        "Each renegotiation costs the server many times what it costs the client. One machine \
         that asks again and again over one connection can choke the server (denial of service)."
    ],
    fix: [
        "Không cho máy khách thương lượng lại, hoặc chỉ dùng TLS 1.3. nginx (từ 0.8.23) và Apache \
         (từ 2.2.15) tự chặn: nâng cấp; có thể thêm `Options = NoRenegotiation` vào \
         `openssl.cnf`. Tomcat: chạy Java với \
         `-Djdk.tls.rejectClientInitiatedRenegotiation=true`. IIS: đặt `DisableRenegoOnServer=1` \
         trong khóa `HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL` (kiểm \
         tra trước nếu dùng chứng thư máy khách).",
        "Let clients not renegotiate, or speak TLS 1.3 only. nginx (from 0.8.23) and Apache (from \
         2.2.15) refuse by themselves: upgrade; `Options = NoRenegotiation` in `openssl.cnf` does \
         it too. Tomcat: run Java with `-Djdk.tls.rejectClientInitiatedRenegotiation=true`. IIS: \
         set `DisableRenegoOnServer=1` under \
         `HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL` (test first \
         where client certificates are used)."
    ],
    message: [
        "Máy chủ thương lượng lại mỗi khi máy khách đề nghị.",
        "The server renegotiates whenever a client asks."
    ],
    sources: ["CVE-2011-1473", "RFC 9325 mục 3.5"],
});

impl Check for ClientRenegotiation {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        if any_offered(fact, &UP_TO_TLS12) == Tri::No {
            return Outcome::NotApplicable(Reason::Because(ONLY_TLS13));
        }
        let fault = Fault::new(Grade::Slight);
        Outcome::if_there(fact.features.client_renegotiation, fault, NOT_ASKED)
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{intermediate, modern};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let mut willing = intermediate();
    willing.features.client_renegotiation = Tri::Yes;
    vec![
        Example::new("sound", Fact::Tls(intermediate()), Expect::Pass),
        Example::new(
            "willing",
            Fact::Tls(willing),
            Expect::Fail(vec![("", Grade::Slight)]),
        ),
        Example::new(
            "not asked",
            Fact::Tls(TlsFact::default()),
            Expect::Inconclusive,
        ),
        Example::new("TLS 1.3", Fact::Tls(modern()), Expect::NotApplicable),
    ]
}
