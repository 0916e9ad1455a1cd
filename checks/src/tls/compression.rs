//! TLS compression.

use jiff::Timestamp;

use super::{NOT_ASKED, ONLY_TLS13, UP_TO_TLS12, any_offered};
use crate::{About, Check, Context, Fault, Grade, Outcome, Reason, Tri, fact::TlsFact};

about!(Compression, Tls, Endpoint, false, {
    id: "tls.compression",
    title: ["Bật nén ở tầng TLS", "TLS compression enabled"],
    why: [
        "Nén trước khi mã hóa làm độ dài gói tin phụ thuộc nội dung. Kẻ đứng giữa chèn thử dữ \
         liệu rồi đo độ dài là đoán được cookie đăng nhập của người dùng (tấn công CRIME).",
        "Compressing before enciphering makes the length depend on the content. Someone on the \
         path who injects guesses and measures lengths learns a user's login cookie (the CRIME \
         attack)."
    ],
    fix: [
        "Tắt nén TLS (không ảnh hưởng nén HTTP). Apache: `SSLCompression off`. nginx: bản từ \
         1.2.2 không còn nén TLS, hãy nâng cấp nginx và OpenSSL. Tomcat: `<SSLHostConfig \
         disableCompression=\"true\">`. IIS không nén TLS: nếu thấy lỗi này, sửa ở thiết bị đứng \
         trước IIS (cân bằng tải, tường lửa ứng dụng).",
        "Turn off TLS compression (HTTP compression is another matter). Apache: `SSLCompression \
         off`. nginx: versions from 1.2.2 no longer compress TLS, upgrade nginx and OpenSSL. \
         Tomcat: `<SSLHostConfig disableCompression=\"true\">`. IIS does not compress TLS: mend \
         the device before it (load balancer, application firewall)."
    ],
    message: [
        "Máy chủ nén dữ liệu ở tầng TLS khi máy khách đề nghị.",
        "The server compresses TLS records when a client offers it."
    ],
    sources: ["CVE-2012-4929 (CRIME)", "RFC 9325 mục 3.3"],
});

impl Check for Compression {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        match fact.features.compression {
            Tri::Yes => Outcome::Fail(vec![Fault::new(Grade::Moderate)]),
            Tri::No => Outcome::Pass,
            Tri::Unknown if any_offered(fact, &UP_TO_TLS12) == Tri::No => {
                Outcome::NotApplicable(Reason::Because(ONLY_TLS13))
            }
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

    let mut squeezed = intermediate();
    squeezed.features.compression = Tri::Yes;
    let mut newest = modern();
    newest.features.compression = Tri::Unknown;
    vec![
        Example::new("TLS 1.3", Fact::Tls(newest), Expect::NotApplicable),
        Example::new("modern", Fact::Tls(modern()), Expect::Pass),
        Example::new(
            "compressed",
            Fact::Tls(squeezed),
            Expect::Fail(vec![("", Grade::Moderate)]),
        ),
        Example::new(
            "not asked",
            Fact::Tls(TlsFact::default()),
            Expect::Inconclusive,
        ),
    ]
}
