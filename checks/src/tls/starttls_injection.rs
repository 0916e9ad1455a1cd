//! Commands from before TLS that are carried out inside it.

use jiff::Timestamp;

use super::TLS_FIRST;
use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, fact::TlsFact};

about!(StarttlsInjection, Tls, Endpoint, false, {
    id: "tls.starttls_injection",
    title: ["Chèn được lệnh trước khi mã hóa (STARTTLS)", "Commands injected before encryption (STARTTLS)"],
    why: [
        "Máy chủ giữ lại lệnh nhận được ở dạng không mã hóa rồi thực hiện như thể lệnh đó đến trong kênh \
         mã hóa. Kẻ đứng giữa đường truyền chèn được lệnh vào phiên của người dùng, ví dụ để lấy thư hoặc \
         mật khẩu được gửi sau đó.",
        "The server keeps commands that came in the clear and carries them out as if they had come \
         encrypted. Someone on the path puts commands into a user's session, for instance to have the \
         mail or the password that follows delivered elsewhere."
    ],
    fix: [
        "Nâng cấp phần mềm: Postfix từ 2.7.3 (CVE-2011-0411), Dovecot từ 2.3.15 (CVE-2021-33515); Exim, \
         Cyrus, vsftpd, ProFTPD: bản mới nhất của bản phân phối. Nếu có thiết bị lọc thư đứng trước thì \
         nâng cấp cả thiết bị đó. Trong lúc chờ: cho người dùng vào bằng cổng mã hóa ngay từ đầu (465, \
         993, 995, 990).",
        "Upgrade: Postfix from 2.7.3 (CVE-2011-0411), Dovecot from 2.3.15 (CVE-2021-33515); Exim, Cyrus, \
         vsftpd, ProFTPD: the newest of the distribution; also a mail filter that stands in front. Until \
         then let users in by the ports where TLS comes first (465, 993, 995, 990)."
    ],
    message: [
        "Dịch vụ {protocol} thực hiện trong kênh mã hóa một lệnh đã gửi trước khi mã hóa.",
        "The {protocol} service carries out inside TLS a command that came before it."
    ],
    sources: ["CVE-2011-0411", "CVE-2021-33515", "RFC 3207 mục 6", "CWE-74"],
});

impl Check for StarttlsInjection {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let Some(protocol) = fact.starttls.as_deref() else {
            return TLS_FIRST;
        };
        match fact.flaws.starttls_injection {
            _ if !is_textual(protocol) => Outcome::not_applicable(
                "giao thức không có lệnh dạng dòng chữ để chèn",
                "the protocol has no lines of text to inject",
            ),
            Tri::Yes => Outcome::Fail(vec![Fault::new(Grade::Serious).with("protocol", &protocol)]),
            Tri::No => Outcome::Pass,
            Tri::Unknown => Outcome::unknown(
                "chưa thử chèn lệnh trước khi mã hóa (chỉ mức sâu mới thử)",
                "injection before encryption was not tried (the deep profile alone does)",
            ),
        }
    }
}

/// Protocols of lines, in which one command can stand behind another.
fn is_textual(protocol: &str) -> bool {
    matches!(
        protocol,
        "smtp" | "lmtp" | "imap" | "pop3" | "ftp" | "nntp" | "sieve"
    )
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::starttls;
    use crate::examples::{Example, Expect};

    vec![
        Example::new(
            "patched",
            starttls(Some("smtp"), Tri::Yes, Tri::No),
            Expect::Pass,
        ),
        Example::new(
            "open",
            starttls(Some("imap"), Tri::Yes, Tri::Yes),
            Expect::Fail(vec![("", Grade::Serious)]),
        ),
        Example::new(
            "not tried",
            starttls(Some("smtp"), Tri::Yes, Tri::Unknown),
            Expect::Inconclusive,
        ),
        Example::new(
            "a database",
            starttls(Some("mysql"), Tri::Yes, Tri::Unknown),
            Expect::NotApplicable,
        ),
        Example::new(
            "no STARTTLS",
            starttls(Some("smtp"), Tri::No, Tri::Unknown),
            Expect::NotApplicable,
        ),
        Example::new(
            "TLS first",
            starttls(None, Tri::Unknown, Tri::Unknown),
            Expect::NotApplicable,
        ),
    ]
}
