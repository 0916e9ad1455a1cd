//! Records that pin the certificate of a TLS server (RFC 6698, RFC 7671).

use hickory_resolver::proto::rr::{Name, RData, RecordType};
use luytre_checks::{
    Tri,
    fact::{Dane, Tlsa},
};

use super::{
    answer::{Answer, name_of, shown},
    ask::{Asker, Checked},
    dnssec::validates,
};
use crate::hex::hex;

/// Records kept.
const MOST: usize = 16;

/// Bytes kept of one: a whole certificate fits.
const MOST_BYTES: usize = 8192;

/// The records for `port` of the server `host`; none if it has no such name.
pub(super) async fn pins(asker: &Asker<'_>, host: &str, port: u16) -> Option<Dane> {
    let host = name_of(host)?;
    let mut found = None;
    for base in bases(asker, &host).await {
        let place = base.prepend_label("_tcp").ok()?;
        let place = place.prepend_label(format!("_{port}")).ok()?;
        let dane = at(asker, &place).await;
        let settled = match &dane.tlsa {
            Some(records) => !records.is_empty() && dane.secure == Tri::Yes,
            None => true,
        };
        found = Some(dane);
        if settled {
            break;
        }
    }
    found
}

/// Where the records may stand: where the name is an alias, surely, at the end of the aliases first
/// (RFC 7671 7).
async fn bases(asker: &Asker<'_>, host: &Name) -> Vec<Name> {
    let mut bases = vec![host.clone()];
    if let Ok(answer) = asker.ask(host, RecordType::A, Checked::Yes).await
        && answer.is_alias()
        && answer.secure
    {
        bases.insert(0, answer.owner().clone());
    }
    bases
}

async fn at(asker: &Asker<'_>, place: &Name) -> Dane {
    let mut dane = Dane {
        at: shown(place),
        ..Dane::default()
    };
    let answer = asker.ask(place, RecordType::TLSA, Checked::Yes).await;
    let Some(answer) = answer.ok().filter(|answer| answer.exists().is_some()) else {
        return dane;
    };
    dane.tlsa = Some(records(&answer));
    dane.secure = if answer.secure {
        Tri::Yes
    } else if validates(asker).await {
        Tri::No
    } else {
        Tri::Unknown
    };
    dane
}

fn records(answer: &Answer) -> Vec<Tlsa> {
    let records = answer.of(RecordType::TLSA).filter_map(|data| match data {
        RData::TLSA(tlsa) if tlsa.cert_data.len() <= MOST_BYTES => Some(Tlsa {
            usage: tlsa.cert_usage.into(),
            selector: tlsa.selector.into(),
            matching: tlsa.matching.into(),
            data: hex(&tlsa.cert_data),
            matches: None,
        }),
        _ => None,
    });
    records.take(MOST).collect()
}
