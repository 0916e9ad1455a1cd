//! What a zone says of mail.

use hickory_resolver::proto::rr::{Name, RData, RecordType};
use luytre_checks::{
    Tri,
    fact::{Dane, Dmarc, Mail, Tlsa},
};

use super::{
    MOST,
    answer::{name_of, shown},
    ask::{Asker, Checked},
    dane, dkim, upwards,
};

/// SPF and DMARC records kept.
const MOST_RECORDS: usize = 8;

/// Mail servers whose pins are asked for.
const MOST_SERVERS: usize = 8;

/// Terms past which there is no need to count on: ten are the limit (RFC 7208 4.6.4).
const ENOUGH: u16 = 10;

/// Domains asked in the walk for DMARC (RFC 9989: eight).
const WALK: usize = 8;

pub(super) async fn mail(asker: &Asker<'_>, zone: &Name) -> Mail {
    let mut mail = Mail {
        servers: servers(asker, zone).await,
        spf: spf(asker, zone).await,
        dmarc: dmarc(asker, zone).await,
        dkim: dkim::keys(asker, zone).await,
        mta_sts: marked(asker, zone, &["_mta-sts"], "STSv1").await,
        tls_reports: marked(asker, zone, &["_tls", "_smtp"], "TLSRPTv1").await,
        ..Mail::default()
    };
    mail.pins = pins(asker, mail.servers.as_deref()).await;
    if let Some([own]) = mail.spf.as_deref() {
        let mut count = Count::default();
        count.all(asker, own.clone()).await;
        mail.spf_terms = Some(count.terms);
        mail.spf_terms_complete = if count.unread { Tri::No } else { Tri::Yes };
        mail.spf_redirected = count.redirected;
    }
    mail
}

/// The records below `zone` at `labels`, innermost first, that begin with `v=` and `version`; none if
/// not known.
async fn marked(
    asker: &Asker<'_>,
    zone: &Name,
    labels: &[&str],
    version: &str,
) -> Option<Vec<String>> {
    let mut place = zone.clone();
    for label in labels {
        place = place.prepend_label(*label).ok()?;
    }
    let answer = asker
        .ask(&place, RecordType::TXT, Checked::Yes)
        .await
        .ok()?;
    answer.exists()?;
    let marked = answer.texts().filter(|text| is_marked(text, version));
    Some(marked.take(MOST_RECORDS).collect())
}

/// Whether a list of fields begins with that version, which is case-sensitive (RFC 8461 3.1, RFC 8460 3).
fn is_marked(text: &str, version: &str) -> bool {
    let first = text.split(';').next().unwrap_or_default();
    first.strip_prefix("v=").map(str::trim_end) == Some(version)
}

/// What pins the certificates of the mail servers (RFC 7672 2.2).
async fn pins(asker: &Asker<'_>, servers: Option<&[String]>) -> Option<Vec<Dane>> {
    let mut found = Vec::new();
    let named = servers?.iter().filter(|server| *server != ".");
    for server in named.take(MOST_SERVERS) {
        if let Some(mut dane) = dane::pins(asker, server, 25).await {
            dane.tlsa.iter_mut().flatten().for_each(Tlsa::shorten);
            found.push(dane);
        }
    }
    Some(found)
}

/// Mail servers, the most preferred first.
async fn servers(asker: &Asker<'_>, zone: &Name) -> Option<Vec<String>> {
    let answer = asker.ask(zone, RecordType::MX, Checked::Yes).await.ok()?;
    let servers = answer.of(RecordType::MX).filter_map(|data| match data {
        RData::MX(mx) => Some((mx.preference, shown(&mx.exchange))),
        _ => None,
    });
    let mut servers: Vec<_> = servers.take(MOST).collect();
    servers.sort_unstable();
    let names = servers.into_iter().map(|(_, name)| name);
    answer.exists().is_some().then(|| names.collect())
}

/// The SPF records of a domain (RFC 7208 4.5); none if not known.
async fn spf(asker: &Asker<'_>, domain: &Name) -> Option<Vec<String>> {
    let answer = asker
        .ask(domain, RecordType::TXT, Checked::Yes)
        .await
        .ok()?;
    let is_spf = |text: &String| {
        let version = text.split(' ').next().unwrap_or_default();
        version.eq_ignore_ascii_case("v=spf1")
    };
    let records = answer.texts().filter(is_spf).take(MOST_RECORDS);
    answer.exists().is_some().then(|| records.collect())
}

/// Terms that cost a look-up, as met.
#[derive(Debug, Default)]
struct Count {
    terms: u16,
    /// A record that counts could not be read.
    unread: bool,
    /// The record at the end of the redirects of the first.
    redirected: Option<String>,
}

/// A record still to be counted.
struct Pending {
    record: String,
    /// Reached from the first by redirects alone.
    in_force: bool,
}

impl Count {
    async fn all(&mut self, asker: &Asker<'_>, first: String) {
        let mut pending = vec![Pending {
            record: first,
            in_force: true,
        }];
        // Each record costs a term to reach, so loops end at the limit.
        while let Some(next) = pending.pop() {
            let terms = next.record.split_ascii_whitespace().skip(1);
            let ends = terms.clone().any(is_all);
            for term in terms {
                if self.terms > ENOUGH {
                    return;
                }
                let Some((name, value)) = costly(term) else {
                    continue;
                };
                if name == "redirect" && ends {
                    continue;
                }
                self.terms += 1;
                if !matches!(name.as_str(), "include" | "redirect") {
                    continue;
                }
                let in_force = next.in_force && name == "redirect";
                match self.read(asker, &value).await {
                    Some(record) => {
                        if in_force {
                            self.redirected = Some(record.clone());
                        }
                        pending.push(Pending { record, in_force });
                    }
                    None if in_force => self.redirected = None,
                    None => (),
                }
            }
        }
    }

    /// The record that a term names. Macros are not expanded: then it is not known.
    async fn read(&mut self, asker: &Asker<'_>, value: &str) -> Option<String> {
        let domain = name_of(value).filter(|_| !value.contains('%'));
        let records = match domain {
            Some(domain) => spf(asker, &domain).await,
            None => None,
        };
        let Some(mut records) = records else {
            self.unread = true;
            return None;
        };
        // None or several end the evaluation there.
        (records.len() == 1).then(|| records.remove(0))
    }
}

fn is_all(term: &str) -> bool {
    term.trim_start_matches(['+', '-', '~', '?'])
        .eq_ignore_ascii_case("all")
}

/// Name and value of a term that costs a look-up (RFC 7208 4.6.4); none for others.
pub fn costly(term: &str) -> Option<(String, String)> {
    let term = term.strip_prefix(['+', '-', '~', '?']).unwrap_or(term);
    let end = term.find([':', '/', '=']).unwrap_or(term.len());
    let name = term[..end].to_ascii_lowercase();
    let modifier = term[end..].starts_with('=');
    let costs = match name.as_str() {
        "include" | "a" | "mx" | "ptr" | "exists" => !modifier,
        "redirect" => modifier,
        _ => false,
    };
    let value = term.get(end + 1..).unwrap_or_default();
    costs.then(|| (name, value.to_owned()))
}

/// DMARC records of the zone, or of the nearest domain above it that has any (RFC 9989, tree walk).
async fn dmarc(asker: &Asker<'_>, zone: &Name) -> Option<Dmarc> {
    for domain in upwards(zone).take(WALK) {
        let place = domain.prepend_label("_dmarc").ok()?;
        let answer = asker
            .ask(&place, RecordType::TXT, Checked::Yes)
            .await
            .ok()?;
        answer.exists()?;
        let records: Vec<String> = answer
            .texts()
            .filter(|text| is_dmarc(text))
            .take(MOST_RECORDS)
            .collect();
        if !records.is_empty() {
            let at = Some(shown(&domain));
            return Some(Dmarc { at, records });
        }
    }
    Some(Dmarc::default())
}

/// Whether a text begins as a DMARC record does; the version is case-sensitive.
fn is_dmarc(text: &str) -> bool {
    let version = text.split(';').next().unwrap_or_default();
    let parts: Vec<&str> = version.split('=').map(str::trim).collect();
    matches!(parts.as_slice(), [key, "DMARC1"] if key.eq_ignore_ascii_case("v"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_that_cost() {
        for (term, expected) in [
            (
                "include:_spf.bentha.test",
                Some(("include", "_spf.bentha.test")),
            ),
            ("?A/24", Some(("a", "24"))),
            ("mx", Some(("mx", ""))),
            ("-exists:%{i}.x.test", Some(("exists", "%{i}.x.test"))),
            ("redirect=x.test", Some(("redirect", "x.test"))),
            ("redirect:x.test", None),
            ("a=b", None),
            ("ip4:192.0.2.0/24", None),
            ("exp=x.test", None),
            ("all", None),
            ("ptrx", None),
            ("ă", None),
        ] {
            let found = costly(term);
            let found = found.as_ref().map(|(n, v)| (n.as_str(), v.as_str()));
            assert_eq!(found, expected, "{term}");
        }
    }

    #[test]
    fn marked_records() {
        for good in ["v=STSv1", "v=STSv1; id=1;", "v=STSv1 ;id=1"] {
            assert!(is_marked(good, "STSv1"), "{good}");
        }
        for bad in [
            "v=STSv10; id=1",
            "v=stsv1;",
            "id=1; v=STSv1",
            " v=STSv1",
            "",
        ] {
            assert!(!is_marked(bad, "STSv1"), "{bad}");
        }
    }

    #[test]
    fn dmarc_records() {
        for good in ["v=DMARC1", "v=DMARC1; p=none", "v = DMARC1 ;p=none"] {
            assert!(is_dmarc(good), "{good}");
        }
        for bad in ["v=DMARC10; p=none", "v=dmarc1;", "p=none; v=DMARC1", ""] {
            assert!(!is_dmarc(bad), "{bad}");
        }
    }
}
