//! Mail, directories and data without encryption, for want of STARTTLS.

use jiff::Timestamp;

use super::TLS_FIRST;
use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, fact::TlsFact};

about!(StarttlsMissing, Tls, Endpoint, true, {
    id: "tls.starttls_missing",
    title: ["Dịch vụ không cho bật mã hóa (STARTTLS)", "No way to encryption (STARTTLS missing)"],
    why: [
        "Dịch vụ này chỉ nói chuyện ở dạng không mã hóa. Tên đăng nhập, mật khẩu, thư và dữ liệu đi qua \
         đường truyền ở dạng đọc được; ai nghe được đường truyền là lấy được.",
        "The service talks in the clear alone. Names, passwords, mail and data can be read by whoever \
         hears the line."
    ],
    fix: [
        "Cài chứng thư số và bật TLS. Postfix: `smtpd_tls_security_level = may`, với \
         `smtpd_tls_cert_file`, `smtpd_tls_key_file`; cổng 587: `encrypt`. Dovecot: `ssl = required`. \
         Exim: `tls_advertise_hosts = *`. vsftpd: `ssl_enable=YES`, `force_local_logins_ssl=YES`. \
         OpenLDAP: `olcTLSCertificateFile`, `olcTLSCertificateKeyFile` và `olcSecurity: tls=1`. \
         PostgreSQL: `ssl = on` và `hostssl` trong `pg_hba.conf`. MariaDB, MySQL: `ssl_cert`, `ssl_key`, \
         `require_secure_transport = ON`. Exchange và Remote Desktop: gán chứng thư số cho dịch vụ.",
        "Install a certificate and enable TLS. Postfix: `smtpd_tls_security_level = may` with \
         `smtpd_tls_cert_file` and `smtpd_tls_key_file`; port 587: `encrypt`. Dovecot: `ssl = required`. \
         Exim: `tls_advertise_hosts = *`. vsftpd: `ssl_enable=YES`, `force_local_logins_ssl=YES`. \
         OpenLDAP: `olcTLSCertificateFile`, `olcTLSCertificateKeyFile` and `olcSecurity: tls=1`. \
         PostgreSQL: `ssl = on` and `hostssl` in `pg_hba.conf`. MariaDB, MySQL: `ssl_cert`, `ssl_key`, \
         `require_secure_transport = ON`. Exchange and Remote Desktop: bind a certificate to the service."
    ],
    message: [
        "Dịch vụ {protocol} không cho bật mã hóa: mọi trao đổi đều ở dạng đọc được.",
        "The {protocol} service does not offer encryption: everything is exchanged readable."
    ],
    sources: ["RFC 8314 mục 3", "RFC 3207", "RFC 4511 mục 4.14", "CWE-319"],
});

impl Check for StarttlsMissing {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    const JUDGES_ABSENCE: bool = true;

    fn judge(fact: &TlsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let Some(protocol) = fact.starttls.as_deref() else {
            return TLS_FIRST;
        };
        match fact.starttls_offered {
            Tri::Yes => Outcome::Pass,
            Tri::Unknown => Outcome::unknown(
                "chưa biết dịch vụ có cho bật mã hóa hay không",
                "whether the service offers encryption is not known",
            ),
            // Remote desktop has a cipher of its own, of old: weak, and not in the clear.
            Tri::No if protocol == "rdp" => Outcome::not_applicable(
                "máy trạm từ xa dùng cách mã hóa riêng của RDP, không phải TLS",
                "remote desktop with the ciphers of RDP itself, not TLS",
            ),
            Tri::No => Outcome::Fail(vec![
                Fault::new(grade(protocol)).with("protocol", &protocol),
            ]),
        }
    }
}

/// People give their passwords to some of these protocols; others carry what was written already.
fn grade(protocol: &str) -> Grade {
    match protocol {
        "imap" | "pop3" | "ldap" | "xmpp" | "sieve" => Grade::Serious,
        _ => Grade::Moderate,
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::starttls;
    use crate::examples::{Example, Expect};

    let fail = |grade| Expect::Fail(vec![("", grade)]);
    vec![
        Example::new(
            "offered",
            starttls(Some("smtp"), Tri::Yes, Tri::Unknown),
            Expect::Pass,
        ),
        Example::new(
            "relay in the clear",
            starttls(Some("smtp"), Tri::No, Tri::Unknown),
            fail(Grade::Moderate),
        ),
        Example::new(
            "mailbox in the clear",
            starttls(Some("imap"), Tri::No, Tri::Unknown),
            fail(Grade::Serious),
        ),
        Example::new(
            "remote desktop of old",
            starttls(Some("rdp"), Tri::No, Tri::Unknown),
            Expect::NotApplicable,
        ),
        Example::new(
            "not known",
            starttls(Some("smtp"), Tri::Unknown, Tri::Unknown),
            Expect::Inconclusive,
        ),
        Example::new(
            "TLS first",
            starttls(None, Tri::Unknown, Tri::Unknown),
            Expect::NotApplicable,
        ),
    ]
}
