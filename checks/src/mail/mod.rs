//! Checks on what a domain says of its mail.

use crate::fact::Mail;

pub mod dkim_weak;
pub mod dmarc_missing;
pub mod dmarc_weak;
pub mod reports_missing;
pub mod spf_missing;
pub mod spf_too_many_lookups;
pub mod spf_weak;
pub mod transport_unprotected;

/// Whether the domain takes mail; none if not known. A sole `.` says that it does not (RFC 7505).
fn takes_mail(mail: &Mail) -> Option<bool> {
    let servers = mail.servers.as_ref()?;
    Some(servers.iter().any(|server| server != "."))
}

/// The values of a tag list like that of DMARC: names are compared without case, the first counts.
fn tag<'a>(record: &'a str, name: &str) -> Option<&'a str> {
    let pairs = record.split(';').filter_map(|pair| pair.split_once('='));
    let mut found = pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn tags() {
        let record = "v=DMARC1; P = none ;rua=mailto:a@b.test?x=1; p=reject";
        assert_eq!(tag(record, "p"), Some("none"));
        assert_eq!(tag(record, "rua"), Some("mailto:a@b.test?x=1"));
        assert_eq!(tag(record, "sp"), None);
    }
}
