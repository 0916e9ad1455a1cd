//! Renegotiation that is not bound to the session before it.

use jiff::Timestamp;

use super::{NOT_ASKED, ONLY_TLS13, UP_TO_TLS12, any_offered};
use crate::{About, Check, Context, Fault, Grade, Outcome, Reason, Tri, fact::TlsFact};

about!(InsecureRenegotiation, Tls, Endpoint, false, {
    id: "tls.insecure_renegotiation",
    title: ["Thương lượng lại TLS không an toàn", "Insecure TLS renegotiation"],
    why: [
        "Nếu việc thương lượng lại không gắn với phiên trước đó, kẻ đứng giữa có thể chèn yêu cầu \
         của mình vào đầu phiên của người dùng, ví dụ gửi một lệnh dưới danh nghĩa người đang \
         đăng nhập.",
        "Where a renegotiation is not bound to the session before it, someone on the path can put \
         a request of their own before a user's session, and have it carried out in that user's \
         name."
    ],
    fix: [
        "Nâng cấp thư viện TLS có RFC 5746 (từ năm 2010). nginx: nâng cấp cùng OpenSSL từ 0.9.8m. \
         Apache: nâng cấp OpenSSL và giữ `SSLInsecureRenegotiation off`. Tomcat: Java từ 6u22, \
         không đặt `-Dsun.security.ssl.allowUnsafeRenegotiation=true`. IIS: cài cập nhật \
         KB980436, đặt `AllowInsecureRenegoClients=0` trong khóa \
         `HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL`.",
        "Upgrade to a TLS library with RFC 5746 (since 2010). nginx: upgrade with OpenSSL 0.9.8m \
         or later. Apache: upgrade OpenSSL and keep `SSLInsecureRenegotiation off`. Tomcat: Java \
         6u22 or later, without `-Dsun.security.ssl.allowUnsafeRenegotiation=true`. IIS: install \
         KB980436 and set `AllowInsecureRenegoClients=0` under \
         `HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL`."
    ],
    message: [
        "Máy chủ không hỗ trợ thương lượng lại an toàn (RFC 5746); máy khách tự thương lượng lại: \
         {client}.",
        "The server does not support secure renegotiation (RFC 5746); renegotiation by the \
         client: {client}."
    ],
    sources: ["RFC 5746", "CVE-2009-3555", "RFC 9325 mục 3.5"],
});

impl Check for InsecureRenegotiation {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        if any_offered(fact, &UP_TO_TLS12) == Tri::No {
            return Outcome::NotApplicable(Reason::Because(ONLY_TLS13));
        }
        let features = &fact.features;
        // The attack needs a server that renegotiates; one that does not ask for it lacks the
        // protection all the same, and nobody can tell the two apart from a client's side.
        let (grade, client) = match features.client_renegotiation {
            Tri::Yes => (Grade::Serious, "có / yes"),
            Tri::No => (Grade::Slight, "không / no"),
            Tri::Unknown => (Grade::Moderate, "chưa rõ / not known"),
        };
        match features.secure_renegotiation {
            Tri::No => Outcome::Fail(vec![Fault::new(grade).with("client", &client)]),
            Tri::Yes => Outcome::Pass,
            Tri::Unknown => Outcome::weigh(Vec::new(), Some(NOT_ASKED)),
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{intermediate, modern};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let with = |secure, client| {
        let mut fact = intermediate();
        fact.features.secure_renegotiation = secure;
        fact.features.client_renegotiation = client;
        Fact::Tls(fact)
    };
    let fail = |grade| Expect::Fail(vec![("", grade)]);
    vec![
        Example::new("sound", Fact::Tls(intermediate()), Expect::Pass),
        Example::new("open", with(Tri::No, Tri::Yes), fail(Grade::Serious)),
        Example::new("lacking", with(Tri::No, Tri::No), fail(Grade::Slight)),
        Example::new(
            "half asked",
            with(Tri::No, Tri::Unknown),
            fail(Grade::Moderate),
        ),
        Example::new(
            "not asked",
            with(Tri::Unknown, Tri::Yes),
            Expect::Inconclusive,
        ),
        Example::new("TLS 1.3", Fact::Tls(modern()), Expect::NotApplicable),
    ]
}
