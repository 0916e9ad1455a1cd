//! Data in the first flight of TLS 1.3.

use jiff::Timestamp;

use super::NOT_ASKED;
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{TlsFact, TlsVersion},
};

about!(EarlyData, Tls, Endpoint, false, {
    id: "tls.early_data",
    title: ["Nhận dữ liệu sớm (0-RTT)", "Early data (0-RTT) accepted"],
    why: [
        "Dữ liệu gửi kèm gói đầu tiên của TLS 1.3 có thể bị ghi lại và gửi lại nhiều lần. Nếu ứng \
         dụng không tự chặn, một yêu cầu nộp hồ sơ hay thanh toán có thể được thực hiện lặp.",
        "Data sent with the first flight of TLS 1.3 can be recorded and sent again. Unless the \
         application guards against it, a request to file or to pay can be carried out more than \
         once."
    ],
    fix: [
        "Tắt, trừ khi ứng dụng trả lời 425 cho yêu cầu có tác dụng phụ (RFC 8470). nginx: \
         `ssl_early_data off;`. Apache httpd, Tomcat (JSSE) và IIS không nhận dữ liệu sớm: nếu \
         thấy lỗi này, tắt 0-RTT ở CDN hoặc thiết bị đứng trước.",
        "Turn it off, unless the application answers 425 to requests with effects (RFC 8470). \
         nginx: `ssl_early_data off;`. Apache httpd, Tomcat (JSSE) and IIS take no early data: \
         turn off 0-RTT at the CDN or device before them."
    ],
    message: [
        "Máy chủ nhận dữ liệu sớm của TLS 1.3.",
        "The server takes TLS 1.3 early data."
    ],
    sources: ["RFC 8446 mục 2.3, 8", "RFC 8470", "RFC 9325 mục 3.7"],
});

impl Check for EarlyData {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        if fact.offers(TlsVersion::Tls13) == Tri::No {
            return Outcome::not_applicable(
                "máy chủ không dùng TLS 1.3",
                "the server does not speak TLS 1.3",
            );
        }
        let fault = Fault::new(Grade::Slight);
        Outcome::if_there(fact.features.early_data, fault, NOT_ASKED)
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::{modern, suites};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let mut early = modern();
    early.features.early_data = Tri::Yes;
    vec![
        Example::new("modern", Fact::Tls(modern()), Expect::Pass),
        Example::new(
            "early",
            Fact::Tls(early),
            Expect::Fail(vec![("", Grade::Slight)]),
        ),
        Example::new("TLS 1.2", suites(&[], Tri::Yes), Expect::NotApplicable),
        Example::new(
            "not asked",
            Fact::Tls(TlsFact::default()),
            Expect::Inconclusive,
        ),
    ]
}
