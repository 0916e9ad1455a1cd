//! ROBOT, CVE-2017-13099 and others: telling good from bad RSA padding (Böck, Somorovsky, Young:
//! "Return Of Bleichenbacher's Oracle Threat", 2018).
//!
//! Five ClientKeyExchanges, one of them well made, are sent in two flows: whole, with ChangeCipherSpec
//! and a Finished that cannot be right, and cut short behind the key exchange. Whoever cannot be used
//! as an oracle answers all five alike (RFC 5246 7.4.7.1). Where the answers differ they must differ in
//! the same way three times over, and five times where an answer is a close or silence, which load makes
//! too; in another order, so that a peer that drops every n-th connection cannot make up a pattern.

mod block;

use std::time::{Duration, Instant};

use luytre_checks::{
    Unmeasured,
    fact::{Suite, TlsFact, TlsVersion, Tri},
};

use self::block::{Key, Vector};
use super::{
    Asking, VERSIONS, number,
    opening::{message, record},
    quota::Quota,
    talk::{LEAST_HOLD, MOST_HOLD, Reaction, Wait},
};

const CLIENT_KEY_EXCHANGE: u8 = 16;
const HANDSHAKE: u8 = 22;

/// Rounds that a difference between alerts must outlast.
const ROUNDS: usize = 3;

/// Rounds that any other difference must outlast.
const MANY_ROUNDS: usize = 5;

/// In which order the vectors are sent in each round. For each vector the distances between its places
/// have no common divisor, so nothing periodic meets the same one in every round.
const ORDER: [[usize; Vector::ALL.len()]; MANY_ROUNDS] = [
    [0, 1, 2, 3, 4],
    [0, 1, 2, 3, 4],
    [4, 1, 0, 3, 2],
    [2, 3, 0, 4, 1],
    [1, 4, 2, 0, 3],
];

/// Least time after which a whole flow counts as not answered.
const LEAST_PATIENCE: Duration = Duration::from_secs(1);

/// A flow of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// ClientKeyExchange, ChangeCipherSpec and a wrong Finished at once.
    Whole,
    /// ClientKeyExchange; when nothing has come of it, a Finished out of turn, to see whether the
    /// server is still there.
    Short,
}

/// What came of one vector: at once, and in the short flow of what followed.
type Seen = (Reaction, Option<Reaction>);

pub(super) async fn look(line: &Quota<'_>, fact: &TlsFact) -> Result<Tri, Unmeasured> {
    let asking = match target(line, fact) {
        Target::Version(asking) => asking,
        Target::None => return Ok(Tri::No),
        Target::Unknown => return Ok(Tri::Unknown),
    };
    let mut oracle = Oracle {
        asking,
        key: None,
        slowest: Duration::ZERO,
    };
    match oracle.flow(Flow::Whole).await? {
        Tri::No => oracle.flow(Flow::Short).await,
        other => Ok(other),
    }
}

/// Where to ask.
enum Target<'a> {
    Version(Asking<'a>),
    /// No suite with RSA key exchange is offered, and all suites are known.
    None,
    Unknown,
}

/// The newest version with suites in which the client encrypts a secret to the key of the certificate.
fn target<'a>(line: &'a Quota<'a>, fact: &TlsFact) -> Target<'a> {
    let mut all_known = true;
    for version in VERSIONS {
        let Some(found) = fact.versions.get(&version) else {
            all_known = false;
            continue;
        };
        let suites: Vec<_> = found
            .suites
            .iter()
            .copied()
            .filter(|s| by_rsa(*s))
            .collect();
        if !suites.is_empty() {
            let suites = suites.into_iter().filter_map(number).collect();
            return Target::Version(Asking::with(line, fact, version, found, suites));
        }
        let whole = found.suites_complete == Tri::Yes && !found.suites.iter().any(|s| unclear(*s));
        all_known &= found.offered == Tri::No || (found.offered == Tri::Yes && whole);
    }
    if all_known {
        Target::None
    } else {
        Target::Unknown
    }
}

fn by_rsa(suite: Suite) -> bool {
    let name = suite.name().unwrap_or_default();
    name.starts_with("TLS_RSA_WITH_")
}

/// Suites that use RSA in a way not looked at here, and those whose use is not known.
fn unclear(suite: Suite) -> bool {
    let name = suite.name().unwrap_or_default();
    name.is_empty() || (name.starts_with("TLS_RSA_") && !by_rsa(suite))
}

struct Oracle<'a> {
    asking: Asking<'a>,
    /// The key seen first; another one later ends the look.
    key: Option<Key>,
    /// The longest that a whole flow took to be answered.
    slowest: Duration,
}

impl Oracle<'_> {
    /// Whether the answers of one flow tell the vectors apart.
    async fn flow(&mut self, flow: Flow) -> Result<Tri, Unmeasured> {
        let mut seen: Vec<[Seen; Vector::ALL.len()]> = Vec::new();
        for round in 0..MANY_ROUNDS {
            if round >= rounds_for(&seen) {
                break;
            }
            seen.push(self.round(flow, round).await?);
            if round == 0 {
                // The good one again: what varies by itself distinguishes nothing.
                let again = self.ask(flow, Vector::Good, MANY_ROUNDS).await?;
                let alike = seen.iter().flatten().all(|one| *one == again);
                if alike {
                    return Ok(if answers(flow, again) {
                        Tri::No
                    } else {
                        Tri::Unknown
                    });
                }
                if seen.first().is_none_or(|first| first[0] != again) {
                    return Ok(Tri::Unknown);
                }
            }
        }
        let verdict = judge(&seen);
        if verdict == Tri::Yes {
            self.note(flow, &seen);
        }
        Ok(verdict)
    }

    async fn round(
        &mut self,
        flow: Flow,
        round: usize,
    ) -> Result<[Seen; Vector::ALL.len()], Unmeasured> {
        let mut seen = [(Reaction::Other, None); Vector::ALL.len()];
        let order = ORDER.get(round).copied().unwrap_or_default();
        for place in order {
            let vector = Vector::ALL.get(place).copied().ok_or(Unmeasured::Bug)?;
            let one = self.ask(flow, vector, round).await?;
            *seen.get_mut(place).ok_or(Unmeasured::Bug)? = one;
        }
        Ok(seen)
    }

    /// One vector on a fresh connection.
    async fn ask(&mut self, flow: Flow, vector: Vector, round: usize) -> Result<Seen, Unmeasured> {
        let mut talk = self.asking.begin().await?;
        let leaf = talk.flight.leaf.as_deref().ok_or(Unmeasured::Protocol)?;
        let key = Key::of(leaf).ok_or(Unmeasured::Protocol)?;
        if *self.key.get_or_insert_with(|| key.clone()) != key {
            // Several servers take turns here.
            return Err(Unmeasured::Protocol);
        }
        let version = self.asking.hello.version;
        let secret = key.encrypt(&vector.block(key.size(), version.wire(), round));
        let exchange = key_exchange(version, &secret);
        let patience = self.patience();
        if flow == Flow::Short {
            talk.send(&exchange).await?;
            let hold = (self.slowest * 8).clamp(LEAST_HOLD, MOST_HOLD);
            let first = talk.reaction(Wait::Hold(hold)).await?;
            if first != Reaction::Silent {
                return Ok((first, None));
            }
            talk.send(&self.asking.finished()).await?;
            return Ok((first, Some(talk.reaction(patience).await?)));
        }
        let rest = [self.asking.change(), self.asking.finished()].concat();
        let begun = Instant::now();
        talk.send(&[exchange, rest].concat()).await?;
        let reaction = talk.reaction(patience).await?;
        if reaction != Reaction::Silent {
            self.slowest = self.slowest.max(begun.elapsed());
        }
        Ok((reaction, None))
    }

    /// Long enough that a slow server is not taken for a silent one: as long as for any answer, until
    /// it is known how long this one takes to decrypt.
    fn patience(&self) -> Wait {
        let most = self.asking.line.limits().answer;
        Wait::Hold(match self.slowest {
            Duration::ZERO => most,
            slowest => (slowest * 16).max(LEAST_PATIENCE).min(most),
        })
    }

    fn note(&self, flow: Flow, seen: &[[Seen; Vector::ALL.len()]]) {
        let Some(first) = seen.first() else { return };
        let answers: Vec<_> = Vector::ALL
            .iter()
            .zip(first)
            .map(|(vector, seen)| format!("{}: {}", vector.name(), said(*seen)))
            .collect();
        let flow = match flow {
            Flow::Whole => "whole flow",
            Flow::Short => "without ChangeCipherSpec and Finished",
        };
        self.asking.note(
            "robot",
            &format!(
                "RSA key exchange, {flow}, {} times: {}",
                seen.len(),
                answers.join("; ")
            ),
            &format!(
                "testssl.sh --robot {}:{}",
                self.asking.address(),
                self.asking.port()
            ),
        );
    }
}

/// ClientKeyExchange (RFC 5246 7.4.7.1). SSL 3.0 sends the secret without its length.
fn key_exchange(version: TlsVersion, secret: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    if version != TlsVersion::Ssl3 {
        body.extend(
            u16::try_from(secret.len())
                .unwrap_or(u16::MAX)
                .to_be_bytes(),
        );
    }
    body.extend(secret);
    record(HANDSHAKE, version, &message(CLIENT_KEY_EXCHANGE, &body))
}

/// Whether `seen` says anything at all: a server that is silent throughout cannot be judged. In the
/// short flow silence is right, if what follows shows that the server was there.
fn answers(flow: Flow, seen: Seen) -> bool {
    let speaks = |reaction| matches!(reaction, Reaction::Alert(_) | Reaction::Ended);
    match flow {
        Flow::Whole => speaks(seen.0),
        Flow::Short => speaks(seen.0) || seen.1.is_some_and(speaks),
    }
}

/// How many rounds the differences of the first one must outlast.
fn rounds_for(seen: &[[Seen; Vector::ALL.len()]]) -> usize {
    let speaks = |seen: &Seen| matches!(seen, (Reaction::Alert(_), None));
    match seen.first() {
        Some(first) if !first.iter().all(speaks) => MANY_ROUNDS,
        _ => ROUNDS,
    }
}

/// *Yes* if every vector was answered the same way in every round, and not all alike.
fn judge(seen: &[[Seen; Vector::ALL.len()]]) -> Tri {
    let Some((first, rest)) = seen.split_first() else {
        return Tri::Unknown;
    };
    let stable = seen.len() >= rounds_for(seen) && rest.iter().all(|round| round == first);
    // What is no answer of TLS may come from anything in between.
    let clear = first
        .iter()
        .all(|(one, two)| *one != Reaction::Other && *two != Some(Reaction::Other));
    let alike = first.iter().all(|one| *one == first[0]);
    if stable && clear && !alike {
        Tri::Yes
    } else {
        Tri::Unknown
    }
}

fn said(seen: Seen) -> String {
    let word = |reaction| match reaction {
        Reaction::Alert(description) => format!("alert {description}"),
        Reaction::Ended => "closed".to_owned(),
        Reaction::Silent => "silence".to_owned(),
        Reaction::Other => "something else".to_owned(),
    };
    match seen {
        (one, None) => word(one),
        (one, Some(two)) => format!("{}, then {}", word(one), word(two)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAD: Seen = (Reaction::Alert(40), None);
    const MAC: Seen = (Reaction::Alert(20), None);

    #[test]
    fn only_a_stable_difference_is_an_oracle() {
        let weak = [MAC, BAD, MAC, MAC, MAC];
        assert_eq!(judge(&[weak, weak, weak]), Tri::Yes);
        assert_eq!(judge(&[weak, weak]), Tri::Unknown);
        // A close needs more of the same.
        let closing = [MAC, (Reaction::Ended, None), MAC, MAC, MAC];
        assert_eq!(judge(&[closing; 3]), Tri::Unknown);
        assert_eq!(judge(&[closing; 5]), Tri::Yes);
        assert_eq!(
            judge(&[weak, weak, [MAC, BAD, BAD, MAC, MAC]]),
            Tri::Unknown
        );
        assert_eq!(judge(&[[MAC; 5]; 3]), Tri::Unknown);
        let odd = [MAC, (Reaction::Other, None), MAC, MAC, MAC];
        assert_eq!(judge(&[odd; 5]), Tri::Unknown);
    }

    /// Something that meets every n-th connection, whatever the n and wherever it begins, never looks
    /// the same in all rounds. The good vector asked again behind the first round counts too.
    #[test]
    fn nothing_periodic_is_stable() {
        for period in 2..40 {
            for phase in 0..period {
                let mut connection = 0;
                let mut seen = [[MAC; 5]; ROUNDS];
                for (round, order) in ORDER.iter().take(ROUNDS).enumerate() {
                    for place in order {
                        if connection % period == phase {
                            seen[round][*place] = BAD;
                        }
                        connection += 1;
                    }
                    connection += usize::from(round == 0);
                }
                assert_ne!(judge(&seen), Tri::Yes, "{period} {phase}");
            }
        }
    }

    #[test]
    fn silence_is_right_only_if_the_server_is_still_there() {
        let waits = (Reaction::Silent, Some(Reaction::Alert(10)));
        assert!(answers(Flow::Short, waits));
        assert!(!answers(
            Flow::Short,
            (Reaction::Silent, Some(Reaction::Silent))
        ));
        assert!(!answers(Flow::Whole, (Reaction::Silent, None)));
        assert!(answers(Flow::Whole, MAC));
    }
}
