//! Nobody hears of mail that could not be encrypted.

use jiff::Timestamp;

use super::{tag, takes_mail};
use crate::{About, Check, Context, Fault, Grade, Outcome, dns::zone_of, fact::DnsFact};

about!(ReportsMissing, Mail, Endpoint, false, {
    id: "mail.reports_missing",
    title: [
        "Không nhận báo cáo lỗi mã hóa thư (TLS-RPT)",
        "No reports on mail that could not be encrypted (TLS-RPT)"
    ],
    why: [
        "Khi chứng thư hết hạn hoặc có người phá STARTTLS, bên gửi biết mà cơ quan không biết. TLS-RPT để bên \
         gửi báo lại mỗi ngày.",
        "When a certificate has run out or somebody strips STARTTLS, senders know and the body does not. \
         TLS-RPT lets them report every day."
    ],
    fix: [
        "Thêm bản ghi TXT `_smtp._tls.TÊN-MIỀN`: `v=TLSRPTv1; rua=mailto:tlsrpt@doiche.test`.",
        "Add a TXT record `_smtp._tls.DOMAIN`: `v=TLSRPTv1; rua=mailto:tlsrpt@doiche.test`."
    ],
    message: [
        "Tên miền {zone} có {count} bản ghi TLS-RPT dùng được; cần đúng một.",
        "The domain {zone} has {count} usable TLS-RPT records; exactly one is needed."
    ],
    sources: ["RFC 8460 mục 3"],
});

impl Check for ReportsMissing {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        if takes_mail(&fact.mail) == Some(false) {
            return Outcome::not_applicable("tên miền không nhận thư", "the domain takes no mail");
        }
        let Some(records) = &fact.mail.tls_reports else {
            return Outcome::unknown(
                "chưa đọc được bản ghi TLS-RPT",
                "the TLS-RPT records are not known",
            );
        };
        match (records.as_slice(), takes_mail(&fact.mail)) {
            ([record], Some(true)) if tag(record, "rua").is_some() => Outcome::Pass,
            (_, None) => Outcome::unknown(
                "chưa biết các máy chủ thư",
                "the mail servers are not known",
            ),
            // Several count like none, and so does one that names nobody.
            (found, _) => {
                let count = if found.len() == 1 { 0 } else { found.len() };
                Outcome::Fail(vec![
                    Fault::on(zone, Grade::Slight)
                        .with("zone", &zone)
                        .with("count", &count),
                ])
            }
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        dns::sound,
        examples::{Example, Expect},
    };

    let with = |records: Option<&[&str]>| {
        let mut fact = sound();
        fact.mail.tls_reports = records.map(|r| r.iter().map(|r| (*r).to_owned()).collect());
        fact
    };
    let dns = |fact: DnsFact| Fact::Dns(fact);
    let mut mute = with(Some(&[]));
    mute.mail.servers = Some(Vec::new());
    let mut lost = with(Some(&[]));
    lost.mail.servers = None;
    let fail = Expect::Fail(vec![("doiche.test", Grade::Slight)]);
    vec![
        Example::new("one", dns(sound()), Expect::Pass),
        Example::new("none", dns(with(Some(&[]))), fail.clone()),
        Example::new("to nobody", dns(with(Some(&["v=TLSRPTv1"]))), fail.clone()),
        Example::new(
            "two",
            dns(with(Some(&[
                "v=TLSRPTv1; rua=mailto:a@b.test",
                "v=TLSRPTv1; rua=mailto:a@c.test",
            ]))),
            fail,
        ),
        Example::new("takes none", dns(mute), Expect::NotApplicable),
        Example::new("servers not known", dns(lost), Expect::Inconclusive),
        Example::new("not known", dns(with(None)), Expect::Inconclusive),
    ]
}
