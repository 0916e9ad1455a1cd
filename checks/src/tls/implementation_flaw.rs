//! Flaws of TLS software that were proved on the server.

use jiff::Timestamp;

use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, fact::TlsFact};

about!(ImplementationFlaw, Tls, Endpoint, false, {
    id: "tls.implementation_flaw",
    title: ["Lỗ hổng của phần mềm TLS", "Flaw of the TLS software"],
    why: [
        "Đây là lỗi của chính phần mềm, đã được chứng minh hai lần trên máy chủ này bằng phép thử không \
         gây hại. Heartbleed và Ticketbleed làm lộ bộ nhớ máy chủ (khóa bí mật, mật khẩu); CCS injection \
         cho kẻ đứng giữa đọc phiên; ROBOT cho phép giải mã hoặc ký thay bằng khóa của máy chủ.",
        "This is a flaw of the software itself, proved twice on this server by a harmless test. \
         Heartbleed and Ticketbleed leak the server's memory (private key, passwords); CCS injection lets \
         someone between read a session; ROBOT lets an attacker decipher or sign with the server's key."
    ],
    fix: [
        "Cập nhật ngay phần mềm rồi khởi động lại mọi dịch vụ dùng nó. nginx, Apache: OpenSSL từ 1.0.1h \
         (Heartbleed, CCS); `apt upgrade openssl libssl*` hoặc `dnf upgrade openssl`. Tomcat: cập nhật \
         tomcat-native và OpenSSL đi kèm; với ROBOT cập nhật Java. IIS: Schannel không mắc bốn lỗi này, \
         hãy sửa thiết bị đứng trước (cân bằng tải, WAF). ROBOT: cập nhật theo thông báo của hãng và bỏ \
         các bộ mật mã `TLS_RSA_`. Ticketbleed: F5 BIG-IP, theo K05121675, tạm thời tắt Session Ticket. \
         Sau Heartbleed, Ticketbleed: tạo khóa mới, thu hồi chứng thư cũ, đổi mật khẩu.",
        "Update the software now and restart every service that uses it. nginx, Apache: OpenSSL 1.0.1h or \
         later (Heartbleed, CCS); `apt upgrade openssl libssl*` or `dnf upgrade openssl`. Tomcat: update \
         tomcat-native and its OpenSSL; for ROBOT update Java. IIS: Schannel has none of the four, mend \
         the device before it (load balancer, WAF). ROBOT: update as the vendor says and drop the \
         `TLS_RSA_` suites. Ticketbleed: F5 BIG-IP, see K05121675, turn off session tickets meanwhile. \
         After Heartbleed or Ticketbleed: new keys, revoke the certificate, change passwords."
    ],
    message: [
        "Máy chủ có lỗ hổng {name} ({cve}).",
        "The server has the flaw {name} ({cve})."
    ],
    sources: [
        "CVE-2014-0160 (Heartbleed)",
        "CVE-2014-0224 (CCS injection)",
        "CVE-2017-13099 (ROBOT)",
        "CVE-2016-9244 (Ticketbleed)",
    ],
});

impl Check for ImplementationFlaw {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let flaws = &fact.flaws;
        let kinds = [
            (
                "heartbleed",
                flaws.heartbleed,
                "Heartbleed",
                "CVE-2014-0160",
            ),
            (
                "ccs_injection",
                flaws.ccs_injection,
                "CCS injection",
                "CVE-2014-0224",
            ),
            ("robot", flaws.robot, "ROBOT", "CVE-2017-13099"),
            (
                "ticketbleed",
                flaws.ticketbleed,
                "Ticketbleed",
                "CVE-2016-9244",
            ),
        ];
        let faults = kinds
            .iter()
            .filter(|(_, has, ..)| *has == Tri::Yes)
            .map(|(id, _, name, cve)| {
                let fault = Fault::on(*id, Grade::Grave).with("name", name);
                fault.with("cve", cve)
            })
            .collect();
        let unknown = kinds.iter().any(|(_, has, ..)| *has == Tri::Unknown);
        Outcome::weigh(
            faults,
            unknown.then_some(luytre_inventory::Text::new(
                "chưa thử hết các lỗ hổng (cần mức quét deep)",
                "not every flaw was tested for (it takes the deep profile)",
            )),
        )
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::samples::modern;
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let mut bleeding = modern();
    bleeding.flaws.heartbleed = Tri::Yes;
    bleeding.flaws.robot = Tri::Yes;
    let mut half = bleeding.clone();
    half.flaws.robot = Tri::Unknown;
    vec![
        Example::new("sound", Fact::Tls(modern()), Expect::Pass),
        Example::new(
            "bleeding",
            Fact::Tls(bleeding),
            Expect::Fail(vec![("heartbleed", Grade::Grave), ("robot", Grade::Grave)]),
        ),
        Example::new(
            "half tested",
            Fact::Tls(half),
            Expect::Partial(vec![("heartbleed", Grade::Grave)]),
        ),
        Example::new(
            "not tested",
            Fact::Tls(TlsFact::default()),
            Expect::Inconclusive,
        ),
    ]
}
