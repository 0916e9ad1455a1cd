//! Policies that score, give a letter and cap it.

use std::ops::RangeInclusive;

use super::{
    Answer, Found, Rated, Scores,
    data::{Below, InVersions, Letter, Letters, Rule, SuiteKind, When},
    tiers::{leaves, trusted},
};
use crate::{
    Tri,
    fact::{ChainFact, Order, RevocationStatus, TlsVersion, VersionFact},
    policy::Words,
    tls::{
        self,
        group::{Kind, kind},
        parts::Parts,
    },
};

/// Versions from the oldest on.
const ALL: [TlsVersion; 6] = [
    TlsVersion::Ssl2,
    TlsVersion::Ssl3,
    TlsVersion::Tls10,
    TlsVersion::Tls11,
    TlsVersion::Tls12,
    TlsVersion::Tls13,
];

/// The letter as it is at worst and at best, given what is not known.
pub(super) fn rate(letters: &Letters, rated: Rated<'_>) -> Found {
    let look = Look {
        letters,
        rated,
        strength: strength(letters, rated),
    };
    let (low, high) = look.scores();
    let (mut worst, mut best) = (look.letter(low), look.letter(high));
    let scored = (best, look.weigh(high));
    let mut caps: Vec<(&Rule, Tri)> = Vec::new();
    for rule in &letters.caps {
        let holds = look.holds(&rule.when);
        if holds == Tri::Yes {
            best = best.min(rule.letter);
        }
        if holds != Tri::No {
            worst = worst.min(rule.letter);
            caps.push((rule, holds));
        }
    }
    let without_trust = answer(worst, best);
    let mut with_trust = without_trust.clone();
    let mut reasons = Vec::new();
    let mut unsure = false;
    for rule in &letters.trust {
        match look.holds(&rule.when) {
            Tri::Yes => {
                with_trust = answer(rule.letter, rule.letter);
                reasons.push(reason(rule));
            }
            Tri::Unknown => unsure = true,
            Tri::No => {}
        }
    }
    if unsure && reasons.is_empty() {
        with_trust = unknown(best);
        reasons.push(said(
            "chưa rõ chứng thư có được tin cậy không",
            "trust in the certificate is not known",
        ));
    }
    if worst != best {
        reasons.push(said(
            "chưa hỏi hết (cần mức quét deep): chỉ biết mức cao nhất còn có thể",
            "not everything was asked (it takes the deep profile): only the best that is possible is known",
        ));
    }
    caps.sort_by_key(|(rule, _)| rule.letter);
    // The score alone explains a letter that no cap does.
    if scored.0 == best && best < Letter::A {
        reasons.push(score_reason(scored));
    }
    let sure = caps.iter().filter(|(_, holds)| *holds == Tri::Yes);
    reasons.extend(sure.map(|(rule, _)| reason(rule)));
    Found {
        with_trust,
        without_trust,
        reasons,
        scores: (low == high).then(|| look.weigh(high)),
    }
}

fn answer(worst: Letter, best: Letter) -> Answer {
    if worst == best {
        Answer::known(best.as_str(), &said(best.as_str(), best.as_str()))
    } else {
        unknown(best)
    }
}

fn unknown(best: Letter) -> Answer {
    Answer::unknown(best.as_str(), &said(best.as_str(), best.as_str()))
}

fn said(vi: &str, en: &str) -> Words {
    Words {
        vi: vi.to_owned(),
        en: en.to_owned(),
    }
}

fn reason(rule: &Rule) -> Words {
    let letter = rule.letter.as_str();
    Words {
        vi: format!("{letter}: {}", rule.why.vi),
        en: format!("{letter}: {}", rule.why.en),
    }
}

fn score_reason((letter, scores): (Letter, Scores)) -> Words {
    let letter = letter.as_str();
    let Scores {
        protocol,
        key_exchange,
        cipher,
        total,
    } = scores;
    Words {
        vi: format!(
            "{letter}: {total} điểm (phiên bản {protocol}, trao đổi khóa {key_exchange}, mật mã {cipher})"
        ),
        en: format!(
            "{letter}: score {total} (versions {protocol}, key exchange {key_exchange}, ciphers {cipher})"
        ),
    }
}

/// Protocol, key exchange, cipher.
type Categories = [u16; 3];

struct Look<'a> {
    letters: &'a Letters,
    rated: Rated<'a>,
    /// Bits of the weakest key or exchange, as RSA; none if none was seen. And whether all were.
    strength: (Option<u32>, bool),
}

impl Look<'_> {
    /// Category scores at worst and at best.
    fn scores(&self) -> (Categories, Categories) {
        let (protocol, exchange, cipher) = (self.protocol(), self.key_exchange(), self.cipher());
        (
            [protocol.0, exchange.0, cipher.0],
            [protocol.1, exchange.1, cipher.1],
        )
    }

    fn weigh(&self, [protocol, key_exchange, cipher]: Categories) -> Scores {
        let weights = &self.letters.weights;
        let sum = protocol * weights.protocol
            + key_exchange * weights.key_exchange
            + cipher * weights.cipher;
        let zero = [protocol, key_exchange, cipher].contains(&0);
        Scores {
            protocol,
            key_exchange,
            cipher,
            total: if zero { 0 } else { sum / 100 },
        }
    }

    fn letter(&self, categories: Categories) -> Letter {
        let total = self.weigh(categories).total;
        let mut scale = self.letters.scale.iter();
        scale
            .find(|step| total >= step.at_least)
            .map_or(Letter::F, |step| step.letter)
    }

    fn protocol(&self) -> (u16, u16) {
        let score = |version: &TlsVersion| self.letters.protocol.get(version).copied();
        let of = |answers: &[Tri]| -> Vec<u16> {
            ALL.iter()
                .filter(|version| answers.contains(&self.rated.tls.offers(**version)))
                .filter_map(score)
                .collect()
        };
        let (sure, possible) = (of(&[Tri::Yes]), of(&[Tri::Yes, Tri::Unknown]));
        let half = |best: &[u16], worst: &[u16]| {
            let best = best.iter().max().copied().unwrap_or(0);
            u16::midpoint(best, worst.iter().min().copied().unwrap_or(best))
        };
        (half(&sure, &possible), half(&possible, &sure))
    }

    fn key_exchange(&self) -> (u16, u16) {
        let letters = self.letters;
        let (bits, whole) = self.strength;
        let mut score = bits.map_or(100, |bits| below(&letters.key_exchange, bits));
        let parts = || self.suites().map(|(_, parts)| parts);
        if parts().any(|parts| parts.is_anonymous()) {
            score = score.min(letters.anonymous);
        }
        if parts().any(|parts| parts.is_rsa_export() || parts.is_dh_export()) {
            score = score.min(letters.export);
        }
        let whole = whole && bits.is_some() && self.suites_whole(&ALL);
        (if whole { score } else { 0 }, score)
    }

    fn cipher(&self) -> (u16, u16) {
        let sizes: Vec<u16> = self
            .suites()
            .filter_map(|(_, parts)| parts.key_bits())
            .collect();
        let score = |bits: u16| below(&self.letters.cipher, bits.into());
        let best = sizes.iter().copied().max().map(score);
        let worst = sizes.iter().copied().min().map(score);
        let half = |best: u16, worst: u16| u16::midpoint(best, worst);
        if self.suites_whole(&ALL) {
            let score = half(best.unwrap_or(0), worst.unwrap_or(0));
            return (score, score);
        }
        (half(best.unwrap_or(0), 0), half(100, worst.unwrap_or(100)))
    }

    fn suites(&self) -> impl Iterator<Item = (TlsVersion, Parts)> {
        tls::offered(self.rated.tls)
            .flat_map(|(version, found)| found.suites.iter().map(move |suite| (version, *suite)))
            .filter_map(|(version, suite)| Some((version, Parts::of(suite)?)))
    }

    fn suites_whole(&self, versions: &[TlsVersion]) -> bool {
        tls::find_suite(self.rated.tls, versions, |_| false) == Err(Tri::No)
    }

    fn holds(&self, when: &When) -> Tri {
        let tls = self.rated.tls;
        let not = |tri| match tri {
            Tri::Yes => Tri::No,
            Tri::No => Tri::Yes,
            Tri::Unknown => Tri::Unknown,
        };
        let old = tls::any_offered(tls, &tls::UP_TO_TLS12);
        let features = &tls.features;
        match when {
            When::Offered(version) => tls.offers(*version),
            When::NotOffered(version) => not(tls.offers(*version)),
            When::NeitherOffered(versions) => not(tls::any_offered(tls, versions)),
            When::BestOffered(version) => {
                let better = ALL.iter().copied().filter(|other| other > version);
                let better = tls::any_offered(tls, &better.collect::<Vec<_>>());
                both([tls.offers(*version), not(better)])
            }
            When::Suite(suites) => self.any_suite(suites),
            When::Preferred(suites) => self.preferred(suites),
            When::Flaw(flaw) => flaw.of(&tls.flaws),
            When::Compression(_) => both([old, features.compression]),
            When::InsecureRenegotiation(_) => both([
                old,
                not(features.secure_renegotiation),
                features.client_renegotiation,
            ]),
            When::NoSecureRenegotiation(_) => both([old, not(features.secure_renegotiation)]),
            When::KeyBelow(limit) => match self.strength {
                (Some(bits), _) if bits < *limit => Tri::Yes,
                (Some(_), true) => Tri::No,
                _ => Tri::Unknown,
            },
            _ => self
                .rated
                .chain
                .map_or(Tri::Unknown, |chain| self.chain_holds(when, chain)),
        }
    }

    fn chain_holds(&self, when: &When, chain: &ChainFact) -> Tri {
        let all = leaves(chain);
        if all.is_empty() {
            return Tri::Unknown;
        }
        match when {
            When::CertificateHash(hash) => {
                let signed = |name: &str| name.to_ascii_lowercase().contains(hash.as_str());
                all.iter().any(|leaf| signed(&leaf.signature)).into()
            }
            When::ChainIncomplete(_) => chain.message.missing_issuer,
            When::Untrusted(_) => match trusted(chain) {
                Tri::Yes => Tri::No,
                Tri::No => Tri::Yes,
                Tri::Unknown => Tri::Unknown,
            },
            When::OutOfDate(_) => {
                let valid = |at| {
                    all.iter()
                        .all(|l| (l.not_before..=l.not_after).contains(at))
                };
                (!valid(&self.rated.at)).into()
            }
            // Nobody asked is nobody's complaint: the laboratory does not hold silence against a server.
            When::Revoked(_) => chain
                .revocation
                .iter()
                .any(|one| one.position == 0 && one.status == RevocationStatus::Revoked)
                .into(),
            When::NameMismatch(_) => chain.name_match.map_or(Tri::Unknown, |fits| (!fits).into()),
            _ => Tri::Unknown,
        }
    }

    fn any_suite(&self, suites: &InVersions) -> Tri {
        let versions: Vec<_> = span(suites).collect();
        let wanted = |parts: &Parts| is(suites.kind, parts);
        match tls::find_suite(self.rated.tls, &versions, wanted) {
            Ok(_) => Tri::Yes,
            Err(answer) => answer,
        }
    }

    /// Whether a current client ends with such a suite in some version of the span.
    fn preferred(&self, suites: &InVersions) -> Tri {
        let fact = self.rated.tls;
        tls::any(
            span(suites).map(|version| match fact.versions.get(&version) {
                Some(found) if found.offered == Tri::Yes => preferred(found, suites.kind),
                Some(found) => found.offered,
                None => Tri::Unknown,
            }),
        )
    }
}

fn preferred(found: &VersionFact, wanted: SuiteKind) -> Tri {
    let mut parts = found.suites.iter().map(|suite| Parts::of(*suite));
    let first = parts.clone().next().flatten();
    let such = |parts: Option<Parts>| parts.is_some_and(|parts| is(wanted, &parts));
    if found.order == Order::Server && first.is_some() {
        return such(first).into();
    }
    if parts.clone().all(such) && !found.suites.is_empty() {
        return if found.suites_complete == Tri::Yes {
            Tri::Yes
        } else {
            Tri::Unknown
        };
    }
    // Current clients put the better suites first.
    if parts.any(such) && found.order == Order::Unknown {
        return Tri::Unknown;
    }
    if found.suites.is_empty() {
        Tri::Unknown
    } else {
        Tri::No
    }
}

fn is(kind: SuiteKind, parts: &Parts) -> bool {
    match kind {
        SuiteKind::Export => parts.name.contains("EXPORT"),
        SuiteKind::Below112Bits => parts.key_bits().is_some_and(|bits| bits < 112),
        SuiteKind::Rc4 => parts.is_rc4(),
        SuiteKind::Cbc => parts.is_cbc(),
        SuiteKind::Block64 => parts.is_block64(),
        SuiteKind::NoForwardSecrecy => !parts.is_ephemeral(),
        SuiteKind::NotAead => !parts.is_aead(),
    }
}

fn span(suites: &InVersions) -> impl Iterator<Item = TlsVersion> + use<> {
    let from = suites.from.unwrap_or(TlsVersion::Ssl3);
    let span: RangeInclusive<_> = from..=suites.until.unwrap_or(TlsVersion::Tls13);
    ALL.into_iter()
        .filter(move |version| span.contains(version))
}

fn both<const N: usize>(all: [Tri; N]) -> Tri {
    if all.contains(&Tri::No) {
        Tri::No
    } else if all.contains(&Tri::Unknown) {
        Tri::Unknown
    } else {
        Tri::Yes
    }
}

fn below(steps: &[Below], bits: u32) -> u16 {
    steps
        .iter()
        .find(|step| bits < step.below)
        .map_or(100, |step| step.score)
}

/// The weakest of the certificate's keys and the groups, as RSA of like strength; and whether all of
/// them are known.
fn strength(letters: &Letters, rated: Rated<'_>) -> (Option<u32>, bool) {
    let curve = |bits: u32| {
        let like = letters.curves.iter().find(|like| bits < like.below);
        like.map_or(u32::MAX, |like| like.bits)
    };
    let mut all: Vec<u32> = Vec::new();
    let mut whole = tls::all_decided(rated.tls, &tls::NEGOTIATED);
    for (version, found) in tls::offered(rated.tls).filter(|(v, _)| *v != TlsVersion::Ssl2) {
        for group in &found.groups {
            match kind(*group) {
                Some(Kind::Curve(bits)) => all.push(curve(bits.into())),
                Some(Kind::FiniteField(bits)) => all.push(bits.into()),
                Some(Kind::PostQuantum) => {}
                None => whole = false,
            }
        }
        all.extend(found.dh_bits.iter().map(|bits| u32::from(*bits)));
        let mut parts = found.suites.iter().filter_map(|suite| Parts::of(*suite));
        let needs = parts.any(|parts| parts.is_elliptic() || parts.is_finite_field());
        whole &= found.groups_complete == Tri::Yes || !(needs || version == TlsVersion::Tls13);
    }
    let leaves = rated.chain.map(leaves).unwrap_or_default();
    whole &= !leaves.is_empty();
    for leaf in leaves {
        match leaf.key.kind.as_str() {
            "rsa" | "dsa" if leaf.key.bits > 0 => all.push(leaf.key.bits),
            "ec" | "ed25519" | "ed448" if leaf.key.bits > 0 => all.push(curve(leaf.key.bits)),
            _ => whole = false,
        }
    }
    (all.into_iter().min(), whole)
}
