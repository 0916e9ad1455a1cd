//! Mail on its way to the domain that anybody on the path may read.

use jiff::Timestamp;

use super::takes_mail;
use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    dns::zone_of,
    fact::{Dane, DnsFact},
};

about!(TransportUnprotected, Mail, Endpoint, false, {
    id: "mail.transport_unprotected",
    title: [
        "Thư gửi tới không bắt buộc mã hóa (MTA-STS, DANE)",
        "Mail to the domain may go unencrypted (MTA-STS, DANE)"
    ],
    why: [
        "Máy chủ thư chỉ mã hóa khi hai bên cùng muốn; ai đứng giữa đường có thể tắt STARTTLS hoặc đổi máy nhận \
         và đọc thư. MTA-STS hoặc DANE buộc bên gửi phải mã hóa tới đúng máy chủ.",
        "Mail servers encrypt only if both happen to agree; whoever sits on the path can strip STARTTLS or name \
         another server, and read the mail. MTA-STS or DANE make senders encrypt to the right server."
    ],
    fix: [
        "Công bố MTA-STS: bản ghi TXT `_mta-sts` (`v=STSv1; id=…`) và tệp chính sách tại \
         `https://mta-sts.TÊN-MIỀN/.well-known/mta-sts.txt`; hoặc, nếu tên miền đã ký DNSSEC, bản ghi \
         `_25._tcp.MÁY-CHỦ-THƯ TLSA 3 1 1 …`.",
        "Publish MTA-STS: a TXT record `_mta-sts` (`v=STSv1; id=…`) and the policy at \
         `https://mta-sts.DOMAIN/.well-known/mta-sts.txt`; or, where the domain is signed, records \
         `_25._tcp.MAIL-SERVER TLSA 3 1 1 …`."
    ],
    message: [
        "Tên miền {zone} có {count} bản ghi MTA-STS, và không phải mọi máy chủ thư đều có bản ghi TLSA được ký.",
        "The domain {zone} has {count} MTA-STS records, and not every mail server has signed TLSA records."
    ],
    sources: ["RFC 8461 mục 3", "RFC 7672 mục 2.2"],
});

/// Whether a mail server is pinned: of the usages only 2 and 3 count for mail (RFC 7672 3.1.3).
fn pinned(dane: &Dane) -> Tri {
    let Some(records) = &dane.tlsa else {
        return Tri::Unknown;
    };
    let counts = |record: &crate::fact::Tlsa| record.is_usable() && record.usage >= 2;
    if records.iter().any(counts) {
        dane.secure
    } else {
        Tri::No
    }
}

impl Check for TransportUnprotected {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        let mail = &fact.mail;
        match takes_mail(mail) {
            Some(true) => (),
            Some(false) => {
                return Outcome::not_applicable(
                    "tên miền không nhận thư",
                    "the domain takes no mail",
                );
            }
            None => {
                return Outcome::unknown(
                    "chưa biết các máy chủ thư",
                    "the mail servers are not known",
                );
            }
        }
        let pins = mail.pins.as_deref().unwrap_or_default();
        let every = pins.len() == mail.servers.as_ref().map_or(0, Vec::len);
        let found: Vec<Tri> = pins.iter().map(pinned).collect();
        if every && found.iter().all(|pinned| *pinned == Tri::Yes) {
            return Outcome::Pass;
        }
        match &mail.mta_sts {
            None => Outcome::unknown(
                "chưa đọc được bản ghi MTA-STS",
                "the MTA-STS records are not known",
            ),
            // What it says stands on a web server, which is not asked.
            Some(records) if records.len() == 1 => Outcome::unknown(
                "có bản ghi MTA-STS; tệp chính sách chưa được đọc",
                "there is an MTA-STS record; its policy was not read",
            ),
            Some(_) if !found.contains(&Tri::No) => Outcome::unknown(
                "chưa biết hết các máy chủ thư có bản ghi TLSA được ký hay không",
                "whether every mail server has signed TLSA records is not known",
            ),
            Some(records) => Outcome::Fail(vec![
                Fault::on(zone, Grade::Slight)
                    .with("zone", &zone)
                    .with("count", &records.len()),
            ]),
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

    let with = |secure, usage: u8, records: Option<&[&str]>| {
        let mut fact = sound();
        if let Some([dane]) = fact.mail.pins.as_deref_mut() {
            dane.secure = secure;
            if let Some([record]) = dane.tlsa.as_deref_mut() {
                record.usage = usage;
            }
        }
        fact.mail.mta_sts = records.map(|r| r.iter().map(|r| (*r).to_owned()).collect());
        fact
    };
    let dns = |fact: DnsFact| Fact::Dns(fact);
    let fail = Expect::Fail(vec![("doiche.test", Grade::Slight)]);
    let mut mute = with(Tri::No, 3, Some(&[]));
    mute.mail.servers = Some(vec![".".to_owned()]);
    let mut lost = with(Tri::No, 3, Some(&[]));
    lost.mail.servers = None;
    let mut two = sound();
    two.mail.servers = Some(vec!["mail.doiche.test".into(), "mx2.doiche.test".into()]);
    two.mail.mta_sts = Some(Vec::new());
    vec![
        Example::new("pinned", dns(sound()), Expect::Pass),
        Example::new("nothing", dns(with(Tri::No, 3, Some(&[]))), fail.clone()),
        Example::new(
            "pinned for others",
            dns(with(Tri::Yes, 1, Some(&[]))),
            fail.clone(),
        ),
        Example::new(
            "two records are none",
            dns(with(Tri::No, 3, Some(&["v=STSv1; id=1", "v=STSv1; id=2"]))),
            fail,
        ),
        Example::new(
            "announced",
            dns(with(Tri::No, 3, Some(&["v=STSv1; id=1"]))),
            Expect::Inconclusive,
        ),
        Example::new("the second not asked", dns(two), Expect::Inconclusive),
        Example::new(
            "signatures not checked",
            dns(with(Tri::Unknown, 3, Some(&[]))),
            Expect::Inconclusive,
        ),
        Example::new(
            "records not known",
            dns(with(Tri::No, 3, None)),
            Expect::Inconclusive,
        ),
        Example::new("takes none", dns(mute), Expect::NotApplicable),
        Example::new("servers not known", dns(lost), Expect::Inconclusive),
    ]
}
