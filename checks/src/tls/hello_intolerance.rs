//! Servers that choke on hellos they should read.

use jiff::Timestamp;

use super::NOT_ASKED;
use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, fact::TlsFact};

about!(HelloIntolerance, Tls, Endpoint, false, {
    id: "tls.hello_intolerance",
    title: ["Không chịu được lời chào TLS hợp lệ", "Intolerant of valid TLS hellos"],
    why: [
        "Lời chào TLS mới dài hơn (trao đổi khóa chống lượng tử làm nó vượt một gói tin) và có phần mà \
         máy chủ cũ chưa biết, phải bỏ qua. Máy chủ hoặc thiết bị đứng trước làm sai điều này thì trình \
         duyệt mới không kết nối được, và người ta thường chữa bằng cách hạ mức an toàn.",
        "New hellos are longer (key exchange that resists quantum computers takes more than one packet) \
         and hold parts that an old server does not know and must pass over. Where a server or a device \
         before it gets this wrong, new browsers cannot connect, and people mend it by lowering safety."
    ],
    fix: [
        "Nâng cấp phần mềm TLS; rất thường gặp là lỗi của tường lửa, cân bằng tải hoặc WAF đứng trước: \
         thử nối thẳng vào máy chủ để biết. nginx, Apache: nâng cấp cùng OpenSSL (từ 1.1.1). Tomcat: \
         nâng cấp Java (11 trở lên). IIS: cài đủ bản cập nhật Windows. Thiết bị: cập nhật firmware, báo \
         nhà cung cấp kèm kết quả này.",
        "Upgrade the TLS software; very often a firewall, load balancer or WAF in front is at fault: \
         connect straight to the server to see. nginx, Apache: upgrade with OpenSSL (1.1.1 or later). \
         Tomcat: upgrade Java (11 or later). IIS: install all Windows updates. Devices: update the \
         firmware, show the vendor this result."
    ],
    message: [
        "Máy chủ không trả lời đúng lời chào TLS: {what_vi}.",
        "The server does not answer a TLS hello as it should: {what_en}."
    ],
    sources: ["RFC 8701 (GREASE)", "RFC 8446 mục 4.1.2, 9.3", "RFC 7685"],
});

impl Check for HelloIntolerance {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let features = &fact.features;
        let kinds = [
            (
                "long_hello",
                features.long_hello,
                "dài hơn một gói tin",
                "longer than one packet",
            ),
            (
                "short_hello",
                features.short_hello,
                "ngắn, không có phần mở rộng",
                "short, without extensions",
            ),
            (
                "grease",
                features.grease,
                "có giá trị lạ phải bỏ qua (GREASE)",
                "with values that are to be passed over (GREASE)",
            ),
        ];
        let faults = kinds
            .iter()
            .filter(|(_, tolerant, ..)| *tolerant == Tri::No)
            .map(|(id, _, vi, en)| {
                let fault = Fault::on(*id, Grade::Slight).with("what_vi", vi);
                fault.with("what_en", en)
            })
            .collect();
        let unknown = kinds
            .iter()
            .any(|(_, tolerant, ..)| *tolerant == Tri::Unknown);
        Outcome::weigh(faults, unknown.then_some(NOT_ASKED))
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::modern;
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let mut choking = modern();
    choking.features.long_hello = Tri::No;
    choking.features.grease = Tri::No;
    let mut half = choking.clone();
    half.features.grease = Tri::Unknown;
    let one = |id| (id, Grade::Slight);
    vec![
        Example::new("modern", Fact::Tls(modern()), Expect::Pass),
        Example::new(
            "chokes",
            Fact::Tls(choking),
            Expect::Fail(vec![one("long_hello"), one("grease")]),
        ),
        Example::new(
            "half asked",
            Fact::Tls(half),
            Expect::Partial(vec![one("long_hello")]),
        ),
        Example::new(
            "not asked",
            Fact::Tls(TlsFact::default()),
            Expect::Inconclusive,
        ),
    ]
}
