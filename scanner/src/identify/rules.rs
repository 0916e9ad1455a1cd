//! The rules, as data. The first marker found in the lower-cased banner decides; a more telling
//! marker stands before a shorter one that it contains.

use luytre_inventory::Protocol;
use luytre_inventory::Protocol::{
    Ftp, Http, Https, Imap, Other, Pop3, Postgres, Redis, Smtp, Ssh, Telnet,
};

/// One product.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    /// Protocols in which it is heard.
    pub(super) protocols: &'static [Protocol],
    /// Lower-case text; the version follows it.
    pub(super) marker: &'static str,
    /// Vendor or project.
    pub(super) vendor: &'static str,
    /// Product.
    pub(super) product: &'static str,
    /// `vendor:product` of its CPE name, as the national vulnerability database writes it; none if
    /// the number after the marker is not the product's version.
    pub(super) cpe: Option<&'static str>,
    /// The only system it runs on.
    pub(super) os: Option<&'static str>,
}

const WEB: &[Protocol] = &[Http, Https];
const MAIL: &[Protocol] = &[Imap, Pop3];

const fn rule(
    protocols: &'static [Protocol],
    marker: &'static str,
    vendor: &'static str,
    product: &'static str,
    cpe: &'static str,
) -> Rule {
    Rule {
        protocols,
        marker,
        vendor,
        product,
        cpe: if cpe.is_empty() { None } else { Some(cpe) },
        os: None,
    }
}

const fn windows(rule: Rule) -> Rule {
    Rule {
        os: Some("Windows"),
        ..rule
    }
}

/// All rules, in order.
pub(super) const RULES: &[Rule] = &[
    windows(rule(
        &[Ssh],
        "openssh_for_windows_",
        "OpenBSD",
        "OpenSSH",
        "openbsd:openssh",
    )),
    rule(&[Ssh], "openssh_", "OpenBSD", "OpenSSH", "openbsd:openssh"),
    rule(
        &[Ssh],
        "dropbear_",
        "Dropbear",
        "Dropbear SSH",
        "dropbear_ssh_project:dropbear_ssh",
    ),
    rule(&[Ssh], "dropbear", "Dropbear", "Dropbear SSH", ""),
    rule(&[Ssh], "libssh_", "libssh", "libssh", "libssh:libssh"),
    rule(&[Ssh], "libssh-", "libssh", "libssh", "libssh:libssh"),
    rule(&[Ssh], "rosssh", "MikroTik", "RouterOS", ""),
    rule(&[Ssh], "cisco-", "Cisco", "Cisco SSH", ""),
    rule(&[Ssh], "huawei-", "Huawei", "Huawei SSH", ""),
    rule(&[Ssh], "comware-", "H3C", "Comware", ""),
    rule(&[Ssh], "mod_sftp", "ProFTPD", "ProFTPD mod_sftp", ""),
    windows(rule(&[Ssh], "weonlydo", "WeOnlyDo", "wodSSHServer", "")),
    windows(rule(
        &[Ssh],
        "bitvise ssh server",
        "Bitvise",
        "Bitvise SSH Server",
        "",
    )),
    rule(
        &[Ftp],
        "vsftpd",
        "vsftpd",
        "vsftpd",
        "vsftpd_project:vsftpd",
    ),
    rule(&[Ftp], "proftpd", "ProFTPD", "ProFTPD", "proftpd:proftpd"),
    rule(
        &[Ftp],
        "pure-ftpd",
        "Pure-FTPd",
        "Pure-FTPd",
        "pureftpd:pure-ftpd",
    ),
    windows(rule(
        &[Ftp],
        "filezilla server version",
        "FileZilla",
        "FileZilla Server",
        "filezilla-project:filezilla_server",
    )),
    windows(rule(
        &[Ftp],
        "filezilla server",
        "FileZilla",
        "FileZilla Server",
        "filezilla-project:filezilla_server",
    )),
    windows(rule(
        &[Ftp],
        "serv-u ftp server",
        "SolarWinds",
        "Serv-U",
        "solarwinds:serv-u",
    )),
    windows(rule(
        &[Ftp],
        "microsoft ftp service",
        "Microsoft",
        "IIS FTP",
        "",
    )),
    rule(
        &[Ftp],
        "mikrotik ftp server (mikrotik",
        "MikroTik",
        "RouterOS",
        "mikrotik:routeros",
    ),
    rule(&[Ftp], "busybox ftpd", "BusyBox", "BusyBox ftpd", ""),
    rule(&[Ftp], "synology", "Synology", "Synology FTP", ""),
    rule(&[Smtp], "postfix", "Postfix", "Postfix", "postfix:postfix"),
    rule(&[Smtp], "exim", "Exim", "Exim", "exim:exim"),
    rule(
        &[Smtp],
        "sendmail",
        "Sendmail",
        "Sendmail",
        "sendmail:sendmail",
    ),
    rule(
        &[Smtp],
        "opensmtpd",
        "OpenBSD",
        "OpenSMTPD",
        "opensmtpd:opensmtpd",
    ),
    windows(rule(
        &[Smtp],
        "microsoft esmtp mail service, version:",
        "Microsoft",
        "Microsoft SMTP",
        "",
    )),
    windows(rule(
        &[Smtp],
        "microsoft esmtp mail service",
        "Microsoft",
        "Microsoft SMTP",
        "",
    )),
    windows(rule(&[Smtp], "mailenable", "MailEnable", "MailEnable", "")),
    windows(rule(&[Smtp], "mdaemon", "MDaemon", "MDaemon", "")),
    windows(rule(
        &[Smtp],
        "hmailserver",
        "hMailServer",
        "hMailServer",
        "",
    )),
    rule(&[Smtp], "zimbra", "Zimbra", "Zimbra", ""),
    rule(
        &[Smtp],
        "haraka",
        "Haraka",
        "Haraka",
        "haraka_project:haraka",
    ),
    rule(MAIL, "dovecot", "Dovecot", "Dovecot", "dovecot:dovecot"),
    rule(MAIL, "cyrus imap", "Cyrus", "Cyrus IMAP", "cyrus:imap"),
    rule(MAIL, "cyrus pop3", "Cyrus", "Cyrus IMAP", "cyrus:imap"),
    rule(MAIL, "courier-imap", "Courier", "Courier Mail Server", ""),
    rule(MAIL, "zimbra", "Zimbra", "Zimbra", ""),
    windows(rule(
        MAIL,
        "microsoft exchange",
        "Microsoft",
        "Exchange Server",
        "",
    )),
    rule(
        WEB,
        "openresty",
        "OpenResty",
        "OpenResty",
        "openresty:openresty",
    ),
    rule(WEB, "tengine", "Alibaba", "Tengine", "alibaba:tengine"),
    rule(WEB, "nginx", "F5", "nginx", "f5:nginx"),
    rule(WEB, "apache-coyote", "Apache", "Tomcat", ""),
    rule(WEB, "apache tomcat", "Apache", "Tomcat", "apache:tomcat"),
    rule(WEB, "apache", "Apache", "HTTP Server", "apache:http_server"),
    windows(rule(
        WEB,
        "microsoft-iis",
        "Microsoft",
        "IIS",
        "microsoft:internet_information_services",
    )),
    windows(rule(WEB, "microsoft-httpapi", "Microsoft", "HTTPAPI", "")),
    rule(WEB, "kestrel", "Microsoft", "Kestrel", ""),
    rule(
        WEB,
        "litespeed",
        "LiteSpeed",
        "LiteSpeed Web Server",
        "litespeedtech:litespeed_web_server",
    ),
    rule(WEB, "lighttpd", "lighttpd", "lighttpd", "lighttpd:lighttpd"),
    rule(WEB, "caddy", "Caddy", "Caddy", "caddyserver:caddy"),
    rule(WEB, "jetty", "Eclipse", "Jetty", "eclipse:jetty"),
    rule(WEB, "wildfly", "Red Hat", "WildFly", "redhat:wildfly"),
    rule(
        WEB,
        "weblogic server",
        "Oracle",
        "WebLogic Server",
        "oracle:weblogic_server",
    ),
    rule(WEB, "gunicorn", "Gunicorn", "Gunicorn", "gunicorn:gunicorn"),
    rule(
        WEB,
        "werkzeug",
        "Pallets",
        "Werkzeug",
        "palletsprojects:werkzeug",
    ),
    rule(WEB, "basehttp", "Python", "http.server", ""),
    rule(WEB, "simplehttp", "Python", "http.server", ""),
    rule(WEB, "uvicorn", "Encode", "Uvicorn", ""),
    rule(WEB, "boa", "Boa", "Boa", "boa:boa"),
    rule(
        WEB,
        "goahead-webs",
        "EmbedThis",
        "GoAhead",
        "embedthis:goahead",
    ),
    rule(
        WEB,
        "mini_httpd",
        "ACME Laboratories",
        "mini_httpd",
        "acme:mini_httpd",
    ),
    rule(WEB, "thttpd", "ACME Laboratories", "thttpd", "acme:thttpd"),
    rule(WEB, "cloudflare", "Cloudflare", "Cloudflare", ""),
    rule(
        &[Postgres],
        "postgresql",
        "PostgreSQL",
        "PostgreSQL",
        "postgresql:postgresql",
    ),
    rule(&[Redis], "redis", "Redis", "Redis", "redis:redis"),
    rule(
        &[Telnet],
        "mikrotik v",
        "MikroTik",
        "RouterOS",
        "mikrotik:routeros",
    ),
    rule(&[Telnet], "mikrotik", "MikroTik", "RouterOS", ""),
    rule(
        &[Telnet],
        "user access verification",
        "Cisco",
        "Cisco IOS",
        "",
    ),
    rule(
        &[Telnet],
        "busybox v",
        "BusyBox",
        "BusyBox",
        "busybox:busybox",
    ),
    rule(&[Other], "rfb 00", "VNC", "VNC (RFB)", ""),
];
