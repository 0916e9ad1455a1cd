//! Master secrets that are not bound to the handshake.

use jiff::Timestamp;

use super::{NOT_ASKED, ONLY_TLS13, UP_TO_TLS12, any_offered};
use crate::{About, Check, Context, Fault, Grade, Outcome, Reason, Tri, fact::TlsFact};

about!(NoExtendedMasterSecret, Tls, Endpoint, false, {
    id: "tls.no_extended_master_secret",
    title: ["Thiếu Extended Master Secret", "No extended master secret"],
    why: [
        "Đến TLS 1.2, khóa phiên không tự gắn với toàn bộ quá trình bắt tay. Thiếu phần mở rộng \
         này, kẻ đứng giữa có thể ghép hai phiên để mạo danh người dùng đăng nhập bằng chứng thư \
         (tấn công ba lần bắt tay).",
        "Up to TLS 1.2 the session key is not bound to the whole handshake. Without this \
         extension someone between can join two sessions and pose as a user who logs in with a \
         certificate (the triple handshake attack)."
    ],
    fix: [
        "Nâng cấp thư viện TLS, hoặc chỉ dùng TLS 1.3. nginx, Apache: OpenSSL từ 1.1.0. Tomcat: \
         Java từ 8u161, hoặc OpenSSL từ 1.1.0 nếu dùng tomcat-native. IIS: Windows Server 2016 \
         trở lên có sẵn; bản cũ hơn cài cập nhật KB3081320.",
        "Upgrade the TLS library, or speak TLS 1.3 only. nginx, Apache: OpenSSL 1.1.0 or later. \
         Tomcat: Java 8u161 or later, or OpenSSL 1.1.0 or later with tomcat-native. IIS: Windows \
         Server 2016 and later have it; install KB3081320 on older ones."
    ],
    message: [
        "Máy chủ không dùng Extended Master Secret (RFC 7627).",
        "The server does not use the extended master secret (RFC 7627)."
    ],
    sources: ["RFC 7627", "CVE-2015-6112", "RFC 9325 mục 3.5"],
});

impl Check for NoExtendedMasterSecret {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        if any_offered(fact, &UP_TO_TLS12) == Tri::No {
            return Outcome::NotApplicable(Reason::Because(ONLY_TLS13));
        }
        let fault = Fault::new(Grade::Slight);
        Outcome::if_there(!fact.features.extended_master_secret, fault, NOT_ASKED)
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{intermediate, modern};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let mut loose = intermediate();
    loose.features.extended_master_secret = Tri::No;
    vec![
        Example::new("bound", Fact::Tls(intermediate()), Expect::Pass),
        Example::new(
            "loose",
            Fact::Tls(loose),
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
