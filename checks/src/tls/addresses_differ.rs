//! One name, several addresses, several answers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::{
    About, Fault, FleetCheck, FleetFact, Grade, Outcome, Tri,
    fact::{ChainFact, TlsFact, TlsVersion},
};

about!(AddressesDiffer, Tls, Endpoint, false, {
    id: "tls.addresses_differ",
    title: ["Các địa chỉ của một tên cấu hình khác nhau", "Addresses of one name differ"],
    why: [
        "Một tên miền trỏ tới nhiều máy chủ nhưng chúng không cấu hình giống nhau: thường là sửa một máy \
         và quên máy còn lại. Người dùng gặp máy nào là do may rủi, nên mức an toàn thật là của máy kém \
         nhất.",
        "One name leads to several servers that are not set alike: usually one was mended and the others \
         forgotten. Which one a user meets is chance, so the real safety is that of the worst."
    ],
    fix: [
        "Dùng chung một tệp cấu hình và một chứng thư cho mọi máy chủ của tên này, rồi quét lại. nginx: \
         đưa phần TLS vào một tệp và `include` ở mọi máy. Apache: `Include` cùng một tệp `ssl.conf`. \
         Tomcat: cùng một `<SSLHostConfig>` trong `server.xml`. IIS: áp cùng một Group Policy (SSL \
         Cipher Suite Order, SCHANNEL) và Shared Configuration. Kiểm tra cả địa chỉ IPv6.",
        "Give every server of this name the same configuration and certificate, then scan again. nginx: \
         put the TLS part into one file and `include` it everywhere. Apache: `Include` the same \
         `ssl.conf`. Tomcat: the same `<SSLHostConfig>` in `server.xml`. IIS: apply one group policy (SSL \
         Cipher Suite Order, SCHANNEL) and shared configuration. Look at the IPv6 address too."
    ],
    message: [
        "Các địa chỉ của tên này khác nhau về {what_vi}: {detail}.",
        "The addresses of this name differ in {what_en}: {detail}."
    ],
    sources: ["RFC 9325 mục 3.2", "CIS Controls v8 4.1"],
});

/// How many differences a message names.
const SHOWN: usize = 4;

impl FleetCheck for AddressesDiffer {
    type Fact = TlsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(facts: &[FleetFact<'_, TlsFact>], _: Timestamp) -> Vec<Outcome> {
        let mut groups: BTreeMap<_, Vec<&FleetFact<'_, TlsFact>>> = BTreeMap::new();
        for fact in facts {
            let place = (fact.look.endpoint, fact.look.vantage);
            groups.entry(place).or_default().push(fact);
        }
        let outcomes: BTreeMap<_, Outcome> = groups
            .into_iter()
            .map(|(place, group)| (place, compare(&group)))
            .collect();
        facts
            .iter()
            .map(|fact| outcomes[&(fact.look.endpoint, fact.look.vantage)].clone())
            .collect()
    }
}

fn compare(group: &[&FleetFact<'_, TlsFact>]) -> Outcome {
    let addresses: BTreeSet<_> = group.iter().map(|fact| fact.look.address).collect();
    let unmeasured = group.iter().any(|fact| fact.look.elsewhere_unmeasured);
    if addresses.len() < 2 && !unmeasured {
        return Outcome::not_applicable(
            "tên này chỉ có một địa chỉ được đo",
            "only one address of this name was looked at",
        );
    }
    let mut whole = !unmeasured;
    let mut faults = Vec::new();
    let mut found = |part: &'static str, what: [&'static str; 2], grade, list: Vec<String>| {
        if !list.is_empty() {
            let mut shown: Vec<String> = list.iter().take(SHOWN).cloned().collect();
            if list.len() > SHOWN {
                shown.push("…".to_owned());
            }
            faults.push(
                Fault::on(part, grade)
                    .with("what_vi", &what[0])
                    .with("what_en", &what[1])
                    .with("detail", &shown.join("; ")),
            );
        }
    };
    let versions = versions(group, &mut whole);
    let suites = suites(group, &mut whole);
    let certificates = certificates(group, &mut whole);
    let what = ["phiên bản TLS", "TLS versions"];
    found("versions", what, Grade::Moderate, versions);
    let what = ["bộ mật mã", "cipher suites"];
    found("suites", what, Grade::Slight, suites);
    let what = ["chứng thư số", "certificates"];
    found("certificate", what, Grade::Slight, certificates);
    Outcome::weigh(
        faults,
        (!whole).then_some(luytre_inventory::Text::new(
            "chưa đo được đủ ở mọi địa chỉ của tên này",
            "not everything could be looked at on every address of this name",
        )),
    )
}

/// Who answers how: `TLSv1.0: + 192.0.2.1, − 192.0.2.2`.
fn versions(group: &[&FleetFact<'_, TlsFact>], whole: &mut bool) -> Vec<String> {
    let mut list = Vec::new();
    let asked: BTreeSet<TlsVersion> = group
        .iter()
        .flat_map(|fact| fact.fact.versions.keys().copied())
        .collect();
    for version in asked {
        let with = |wanted| {
            let said = group.iter().filter(|f| f.fact.offers(version) == wanted);
            said.map(|fact| address(fact)).collect::<BTreeSet<_>>()
        };
        // SSL 2.0 has a packet of its own, which a light scan leaves out everywhere.
        *whole &= version == TlsVersion::Ssl2 || with(Tri::Unknown).is_empty();
        let (yes, no) = (with(Tri::Yes), with(Tri::No));
        if !yes.is_empty() && !no.is_empty() {
            list.push(format!("{version}: + {}, − {}", join(&yes), join(&no)));
        }
    }
    list
}

/// Suites that some addresses have and others surely have not, in versions that both offer.
fn suites(group: &[&FleetFact<'_, TlsFact>], whole: &mut bool) -> Vec<String> {
    let mut list = Vec::new();
    for version in TlsVersion::ALL {
        let offering = || group.iter().filter(|f| f.fact.offers(version) == Tri::Yes);
        let lists: Vec<_> = offering()
            .filter_map(|fact| Some((fact, fact.fact.versions.get(&version)?)))
            .collect();
        let all: BTreeSet<_> = lists.iter().flat_map(|(_, found)| &found.suites).collect();
        *whole &= lists
            .iter()
            .all(|(_, found)| found.suites_complete == Tri::Yes);
        for suite in all {
            let lacking: BTreeSet<String> = lists
                .iter()
                .filter(|(_, found)| found.suites_complete == Tri::Yes)
                .filter(|(_, found)| !found.suites.contains(suite))
                .map(|(fact, _)| address(fact))
                .collect();
            if !lacking.is_empty() {
                list.push(format!("{version} {suite}: − {}", join(&lacking)));
            }
        }
    }
    list
}

/// Leaf certificates that are not the same, by their last day.
fn certificates(group: &[&FleetFact<'_, TlsFact>], whole: &mut bool) -> Vec<String> {
    let mut by_leaf: BTreeMap<&str, (BTreeSet<String>, String)> = BTreeMap::new();
    for fact in group {
        match fact.look.beside::<ChainFact>().map(ChainFact::leaf) {
            // Certificates were not asked for anywhere, or here they were and are missing.
            None => {}
            Some(None) => *whole = false,
            Some(Some(leaf)) => {
                let day = crate::policy::day_of(leaf.not_after).to_string();
                let entry = by_leaf.entry(&leaf.sha256);
                entry
                    .or_insert_with(|| (BTreeSet::new(), day))
                    .0
                    .insert(address(fact));
            }
        }
    }
    if by_leaf.len() < 2 {
        return Vec::new();
    }
    let line = |(who, day): &(BTreeSet<String>, String)| format!("→ {day}: {}", join(who));
    by_leaf.values().map(line).collect()
}

fn address(fact: &FleetFact<'_, TlsFact>) -> String {
    fact.look
        .address
        .map_or_else(|| "?".to_owned(), |address| address.to_string())
}

fn join(addresses: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = addresses.iter().map(String::as_str).take(SHOWN).collect();
    let more = if addresses.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        Fact, Look,
        examples::{Shape, chain, leaf, now, shape},
        tls::samples::{CURVES, intermediate, modern, version},
    };

    fn outcome(facts: &[(TlsFact, &str, Option<&Fact>)], unmeasured: bool) -> Shape {
        let facts: Vec<_> = facts
            .iter()
            .map(|(fact, address, chain)| FleetFact {
                fact,
                system: None,
                endpoint: None,
                observation: Uuid::nil(),
                look: Look {
                    endpoint: "www.doiche.test:443",
                    address: Some(address.parse().unwrap()),
                    beside: chain.iter().copied().collect(),
                    elsewhere_unmeasured: unmeasured,
                    ..Look::default()
                },
            })
            .collect();
        let mut outcomes = AddressesDiffer::judge(&facts, now());
        assert!(outcomes.windows(2).all(|pair| pair[0] == pair[1]));
        shape(&outcomes.remove(0))
    }

    fn part(part: &str, grade: Grade) -> (String, Grade) {
        (part.to_owned(), grade)
    }

    #[test]
    fn alike_is_well() {
        let two = [
            (intermediate(), "192.0.2.1", None),
            (intermediate(), "2001:db8::1", None),
        ];
        assert_eq!(outcome(&two, false), Shape::Pass);
        assert_eq!(outcome(&two, true), Shape::Inconclusive);
        assert_eq!(outcome(&two[..1], false), Shape::NotApplicable);
        assert_eq!(outcome(&two[..1], true), Shape::Inconclusive);
    }

    #[test]
    fn what_differs_is_named() {
        let mut lesser = intermediate();
        let old = ["TLS_RSA_WITH_AES_128_CBC_SHA"];
        lesser
            .versions
            .insert(TlsVersion::Tls10, version(&old, &[], Tri::Yes));
        let found = lesser.versions.get_mut(&TlsVersion::Tls12).unwrap();
        found.suites.pop();
        let (one, mut other) = (leaf(), leaf());
        other.sha256 = "ab".repeat(32);
        let (one, other) = (Fact::Chain(chain(one)), Fact::Chain(chain(other)));
        let two = [
            (intermediate(), "192.0.2.1", Some(&one)),
            (lesser, "192.0.2.2", Some(&other)),
        ];
        let all = vec![
            part("versions", Grade::Moderate),
            part("suites", Grade::Slight),
            part("certificate", Grade::Slight),
        ];
        assert_eq!(outcome(&two, false), Shape::Fail(all.clone()));
        assert_eq!(outcome(&two, true), Shape::Partial(all));
    }

    #[test]
    fn what_is_not_known_is_no_difference() {
        let mut cut = modern();
        let suites = ["TLS_AES_128_GCM_SHA256"];
        cut.versions
            .insert(TlsVersion::Tls13, version(&suites, &CURVES, Tri::Unknown));
        let two = [(modern(), "192.0.2.1", None), (cut, "192.0.2.2", None)];
        assert_eq!(outcome(&two, false), Shape::Inconclusive);
    }
}
