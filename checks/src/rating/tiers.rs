//! Policies that list what is good to which degree.

use luytre_inventory::Text;

use super::{
    Answer, Found, Rated,
    data::{FeatureRule, Tier, Tiers, Which},
    words,
};
use crate::{
    Tri,
    fact::{Certificate, ChainFact, Group, SignatureScheme, TlsFact, TlsVersion, TrustVerdict},
    policy::Words,
    tls::{
        self,
        group::{Kind, kind},
    },
};

/// Rates by the worst thing that is offered.
pub(super) fn rate(tiers: &Tiers, rated: Rated<'_>) -> Found {
    let mut tally = Tally {
        tiers,
        marks: Vec::new(),
        unknown: Vec::new(),
    };
    tally.versions_and_suites(rated.tls);
    tally.groups(rated.tls);
    tally.signatures(rated.tls);
    tally.features(rated.tls);
    tally.certificates(rated.chain);
    let without_trust = tally.answer();
    if tiers.trust {
        tally.trust(rated.chain);
    }
    let with_trust = tally.answer();
    Found {
        with_trust,
        without_trust,
        reasons: tally.reasons(),
        scores: None,
    }
}

/// What was found, each thing with its place on the scale.
struct Tally<'a> {
    tiers: &'a Tiers,
    marks: Vec<(usize, Words)>,
    unknown: Vec<Words>,
}

impl Tally<'_> {
    /// The first degree that holds `wanted`; past the last is `otherwise`.
    fn place(&self, wanted: impl Fn(&Tier) -> bool) -> usize {
        let all = &self.tiers.tier;
        all.iter().position(wanted).unwrap_or(all.len())
    }

    fn mark(&mut self, place: usize, what: [&str; 2], name: &str) {
        let line = Words {
            vi: format!("{} {name}", what[0]),
            en: format!("{} {name}", what[1]),
        };
        if self.marks.iter().all(|(_, other)| *other != line) {
            self.marks.push((place, line));
        }
    }

    fn not_known(&mut self, vi: &'static str, en: &'static str) {
        let line = words(Text::new(vi, en));
        if !self.unknown.contains(&line) {
            self.unknown.push(line);
        }
    }

    fn versions_and_suites(&mut self, fact: &TlsFact) {
        if fact
            .versions
            .values()
            .all(|found| found.offered != Tri::Yes)
        {
            self.not_known("chưa thấy phiên bản TLS nào", "no version of TLS was seen");
        }
        if !tls::all_decided(fact, &TlsVersion::ALL)
            || fact.offers(TlsVersion::Ssl2) == Tri::Unknown
        {
            self.not_known(
                "chưa hỏi được hết các phiên bản",
                "not every version could be asked for",
            );
        }
        for (version, found) in tls::offered(fact) {
            let place = self.place(|tier| tier.versions.contains(&version));
            self.mark(place, ["phiên bản", "version"], &version.to_string());
            for suite in &found.suites {
                let place = self.place(|tier| tier.suites.contains(suite));
                self.mark(place, ["bộ mật mã", "suite"], &suite.to_string());
            }
            if found.suites_complete != Tri::Yes {
                self.not_known(
                    "chưa lấy được đủ danh sách bộ mật mã",
                    "the list of cipher suites is not whole",
                );
            }
        }
    }

    /// A kind of group counts only if the policy says something of that kind.
    fn groups(&mut self, fact: &TlsFact) {
        let all = || self.tiers.tier.iter();
        let listed = |wanted: fn(Kind) -> bool| {
            all()
                .flat_map(|tier| &tier.groups)
                .any(|group| kind(*group).is_some_and(wanted))
        };
        let curves = listed(|kind| matches!(kind, Kind::Curve(_)));
        let hybrids = listed(|kind| kind == Kind::PostQuantum);
        let fields = listed(|kind| matches!(kind, Kind::FiniteField(_)))
            || all().any(|tier| tier.dh_bits.is_some());
        for (version, found) in tls::offered(fact).filter(|(v, _)| *v != TlsVersion::Ssl2) {
            for group in &found.groups {
                match kind(*group) {
                    None => self.not_known(
                        "có nhóm trao đổi khóa không nằm trong danh mục",
                        "a key exchange group is in no registry",
                    ),
                    Some(Kind::FiniteField(bits)) if fields => self.field(Some(*group), bits),
                    Some(Kind::FiniteField(_)) => {}
                    Some(Kind::PostQuantum) if !hybrids => {}
                    Some(Kind::Curve(_)) if !curves => {}
                    Some(_) => {
                        let place = self.place(|tier| tier.groups.contains(group));
                        self.mark(place, ["nhóm", "group"], &group.to_string());
                    }
                }
            }
            if fields {
                found
                    .dh_bits
                    .iter()
                    .for_each(|bits| self.field(None, *bits));
            }
            let needs = |parts: tls::parts::Parts| {
                (curves && parts.is_elliptic()) || (fields && parts.is_finite_field())
            };
            let mut suites = found
                .suites
                .iter()
                .filter_map(|s| tls::parts::Parts::of(*s));
            if found.groups_complete != Tri::Yes
                && (suites.any(needs) || version == TlsVersion::Tls13)
            {
                self.not_known(
                    "chưa lấy được đủ danh sách nhóm trao đổi khóa",
                    "the list of key exchange groups is not whole",
                );
            }
        }
    }

    fn field(&mut self, group: Option<Group>, bits: u16) {
        let place = self.place(|tier| {
            group.is_some_and(|group| tier.groups.contains(&group))
                || tier.dh_bits.is_some_and(|least| bits >= least)
        });
        let name = group.map_or_else(|| format!("DH {bits} bit"), |group| group.to_string());
        self.mark(place, ["nhóm", "group"], &name);
    }

    fn signatures(&mut self, fact: &TlsFact) {
        if self
            .tiers
            .tier
            .iter()
            .all(|tier| tier.signature_hashes.is_empty())
        {
            return;
        }
        let negotiated = [TlsVersion::Tls12, TlsVersion::Tls13];
        for (_, found) in tls::offered(fact).filter(|(v, _)| negotiated.contains(v)) {
            for scheme in &found.signatures {
                let place =
                    self.place(|tier| tier.signature_hashes.iter().any(|h| has(*scheme, h)));
                self.mark(
                    place,
                    ["chữ ký bắt tay", "handshake signature"],
                    &scheme.to_string(),
                );
            }
            if found.signatures_complete != Tri::Yes {
                self.not_known(
                    "chưa biết hết thuật toán ký bắt tay",
                    "not every signature algorithm of the handshake is known",
                );
            }
        }
    }

    fn features(&mut self, fact: &TlsFact) {
        let tiers = self.tiers;
        for rule in &tiers.features {
            // What belongs to a version that is surely not offered cannot be wrong.
            let versions: &[TlsVersion] = if rule.name.is_modern() {
                &[TlsVersion::Tls13]
            } else {
                &tls::UP_TO_TLS12
            };
            if tls::any_offered(fact, versions) == Tri::No {
                continue;
            }
            match rule.name.of(&fact.features) {
                Tri::Unknown => self.not_known(
                    "chưa hỏi hết các tính năng (cần mức quét standard)",
                    "not every feature was asked for (it takes the standard profile)",
                ),
                answer if answer == rule.is => self.feature(rule),
                _ => {}
            }
        }
    }

    fn feature(&mut self, rule: &FeatureRule) {
        let place = self.place(|tier| tier.verdict == rule.verdict);
        let said = match rule.is {
            Tri::No => ["không", "no"],
            _ => ["có", "yes"],
        };
        let [vi, en] = rule.name.words();
        let line = Words {
            vi: format!("{vi}: {}", said[0]),
            en: format!("{en}: {}", said[1]),
        };
        self.marks.push((place, line));
        if rule.at_best {
            self.not_known(
                "chưa đo được giới hạn số lần thương lượng lại",
                "how often it renegotiates was not measured",
            );
        }
    }

    fn certificates(&mut self, chain: Option<&ChainFact>) {
        let leaves = chain.map(leaves).unwrap_or_default();
        if leaves.is_empty() {
            self.not_known("chưa đọc được chứng thư số", "the certificate was not read");
            return;
        }
        let judged = leaves.iter().map(|leaf| self.certificate(leaf));
        let worst = |marks: &Vec<(usize, Words)>| marks.iter().map(|mark| mark.0).max();
        let mut judged: Vec<_> = judged.collect();
        if self.tiers.certificates == Which::Any {
            judged.sort_by_key(worst);
            judged.truncate(1);
        }
        self.marks.extend(judged.into_iter().flatten());
    }

    fn certificate(&self, leaf: &Certificate) -> Vec<(usize, Words)> {
        let mut marks = Vec::new();
        let mut mark = |place, what: [&str; 2], name: &str| {
            let line = Words {
                vi: format!("{} {name}", what[0]),
                en: format!("{} {name}", what[1]),
            };
            marks.push((place, line));
        };
        let key = &leaf.key;
        let place = self.place(|tier| match key.kind.as_str() {
            "rsa" => tier.rsa_bits.is_some_and(|least| key.bits >= least),
            "ec" => key
                .curve
                .as_ref()
                .is_some_and(|curve| tier.key_curves.contains(curve)),
            kind => tier.key_kinds.iter().any(|known| known == kind),
        });
        let name = match &key.curve {
            Some(curve) => curve.clone(),
            None => format!("{} {} bit", key.kind, key.bits),
        };
        mark(place, ["khóa chứng thư", "certificate key"], &name);
        let place = self.place(|tier| tier.certificate_signatures.contains(&leaf.signature));
        mark(
            place,
            ["chữ ký chứng thư", "certificate signature"],
            &leaf.signature,
        );
        if self
            .tiers
            .tier
            .iter()
            .any(|tier| tier.lifetime_days.is_some())
        {
            let days = leaf.not_after.duration_since(leaf.not_before).as_hours() / 24;
            let fits = |most: u16| days <= i64::from(most);
            let place = self.place(|tier| tier.lifetime_days.is_some_and(fits));
            mark(
                place,
                ["hạn chứng thư (ngày)", "certificate lifetime (days)"],
                &days.to_string(),
            );
        }
        marks
    }

    fn trust(&mut self, chain: Option<&ChainFact>) {
        let otherwise = self.tiers.tier.len();
        let Some(chain) = chain else { return };
        match trusted(chain) {
            Tri::No => self.mark(
                otherwise,
                ["chứng thư", "certificate"],
                "không được tin cậy / not trusted",
            ),
            Tri::Unknown => self.not_known("chưa rõ có tin cậy không", "trust is not known"),
            Tri::Yes => {}
        }
        match chain.name_match {
            Some(false) => self.mark(
                otherwise,
                ["chứng thư", "certificate"],
                "sai tên / for another name",
            ),
            None => self.not_known(
                "chưa rõ có đúng tên không",
                "whether the name fits is not known",
            ),
            Some(true) => {}
        }
    }

    fn worst(&self) -> usize {
        self.marks.iter().map(|mark| mark.0).max().unwrap_or(0)
    }

    fn answer(&self) -> Answer {
        let worst = self.worst();
        let otherwise = &self.tiers.otherwise;
        match self.tiers.tier.get(worst) {
            // Nothing is worse than otherwise.
            None => Answer::known(&otherwise.verdict, &otherwise.text),
            Some(tier) if self.unknown.is_empty() => Answer::known(&tier.verdict, &tier.text),
            Some(tier) => Answer::unknown(&tier.verdict, &tier.text),
        }
    }

    /// What stands at the worst place, unless that is the best; then what is not known.
    fn reasons(self) -> Vec<Words> {
        let worst = self.worst();
        let decided = worst == self.tiers.tier.len();
        let mut reasons: Vec<Words> = self
            .marks
            .into_iter()
            .filter(|(place, _)| *place == worst && worst > 0)
            .map(|(_, line)| line)
            .collect();
        if !decided {
            reasons.splice(0..0, self.unknown);
        }
        reasons
    }
}

/// Whether a scheme uses a hash, or is one without a choice.
fn has(scheme: SignatureScheme, hash: &str) -> bool {
    scheme
        .name()
        .is_some_and(|name| name == hash || name.split('_').any(|part| part == hash))
}

/// The leaves of all chains that a server shows.
pub(super) fn leaves(chain: &ChainFact) -> Vec<&Certificate> {
    let all = std::iter::once(chain).chain(&chain.also);
    all.filter_map(ChainFact::leaf).collect()
}

/// Whether some set of roots trusts the chain.
pub(super) fn trusted(chain: &ChainFact) -> Tri {
    let says = |wanted| chain.trust.iter().any(|trust| trust.verdict == wanted);
    if says(TrustVerdict::Trusted) {
        Tri::Yes
    } else if chain.trust.is_empty() || says(TrustVerdict::Unknown) {
        Tri::Unknown
    } else {
        Tri::No
    }
}
