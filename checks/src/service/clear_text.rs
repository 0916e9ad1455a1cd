//! Log-in and data in the clear.

use jiff::Timestamp;
use luytre_inventory::Protocol;

use super::{NOT_UNDERSTOOD, name};
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::ServiceFact};

about!(ClearText, Exposure, Endpoint, true, {
    id: "service.clear_text",
    title: ["Dịch vụ không mã hóa đường truyền", "Clear-text service"],
    why: [
        "Telnet và FTP gửi tên, mật khẩu và dữ liệu ở dạng đọc được. Ai nghe được đường truyền là lấy \
         được mật khẩu quản trị.",
        "Telnet and FTP send names, passwords and data readable. Whoever hears the line has the \
         administrator's password."
    ],
    fix: [
        "Tắt Telnet, dùng SSH: `systemctl disable --now telnet.socket`; thiết bị mạng: `transport input \
         ssh`. Thay FTP bằng SFTP, hoặc bắt buộc mã hóa: vsftpd `ssl_enable=YES`, \
         `force_local_logins_ssl=YES`, `force_local_data_ssl=YES`; IIS FTP: FTP SSL Settings chọn Require \
         SSL connections.",
        "Switch Telnet off and use SSH: `systemctl disable --now telnet.socket`; network devices: \
         `transport input ssh`. Replace FTP by SFTP, or force encryption: vsftpd `ssl_enable=YES`, \
         `force_local_logins_ssl=YES`, `force_local_data_ssl=YES`; IIS FTP: Require SSL connections under \
         FTP SSL Settings."
    ],
    message: [
        "Cổng {port} dùng {protocol}, mở đầu phiên làm việc không mã hóa.",
        "Port {port} speaks {protocol} and begins without encryption."
    ],
    sources: ["RFC 854 (Telnet)", "RFC 2577 (FTP)", "RFC 4217 (FTPS)", "CWE-319"],
});

impl Check for ClearText {
    type Fact = ServiceFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ServiceFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let Some(protocol) = fact.protocol else {
            return NOT_UNDERSTOOD;
        };
        if fact.tls {
            return Outcome::Pass;
        }
        let grade = match protocol {
            Protocol::Telnet | Protocol::Rlogin => Grade::Serious,
            Protocol::Ftp => Grade::Moderate,
            Protocol::Ssh | Protocol::Https | Protocol::Tls => return Outcome::Pass,
            Protocol::Http => {
                return Outcome::not_applicable(
                    "trang web, xem `web.no_https_redirect`",
                    "a web site, see `web.no_https_redirect`",
                );
            }
            Protocol::Smtp | Protocol::Imap | Protocol::Pop3 => {
                return Outcome::not_applicable(
                    "dịch vụ thư, xem `tls.starttls_missing`",
                    "a mail service, see `tls.starttls_missing`",
                );
            }
            Protocol::Other => return NOT_UNDERSTOOD,
            _ => {
                return Outcome::not_applicable(
                    "không phải dịch vụ đăng nhập ở dạng đọc được; việc lộ ra ngoài xét ở `service.exposed`",
                    "not a service with readable log-in by nature; its exposure is judged by `service.exposed`",
                );
            }
        };
        Outcome::Fail(vec![
            Fault::new(grade)
                .with("port", &fact.port)
                .with("protocol", &name(protocol)),
        ])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::speaks;
    use crate::examples::{Example, Expect};

    let fail = |grade| Expect::Fail(vec![("", grade)]);
    vec![
        Example::new("ssh", speaks(22, Some(Protocol::Ssh), false), Expect::Pass),
        Example::new("ftps", speaks(990, Some(Protocol::Ftp), true), Expect::Pass),
        Example::new(
            "telnet",
            speaks(23, Some(Protocol::Telnet), false),
            fail(Grade::Serious),
        ),
        Example::new(
            "ftp",
            speaks(2121, Some(Protocol::Ftp), false),
            fail(Grade::Moderate),
        ),
        Example::new(
            "web",
            speaks(21, Some(Protocol::Http), false),
            Expect::NotApplicable,
        ),
        Example::new(
            "database",
            speaks(23, Some(Protocol::Mysql), false),
            Expect::NotApplicable,
        ),
        Example::new(
            "rlogin",
            speaks(513, Some(Protocol::Rlogin), false),
            fail(Grade::Serious),
        ),
        Example::new(
            "name server",
            speaks(53, Some(Protocol::Dns), false),
            Expect::NotApplicable,
        ),
        Example::new(
            "mail",
            speaks(25, Some(Protocol::Smtp), false),
            Expect::NotApplicable,
        ),
        Example::new(
            "silent on 23",
            speaks(23, None, false),
            Expect::Inconclusive,
        ),
    ]
}
