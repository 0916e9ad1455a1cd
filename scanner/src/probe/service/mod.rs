//! What is spoken on a port: the greeting, or the answer to one polite opening line.
//!
//! At most three conversations per port. A port whose client speaks first by declaration or custom
//! is addressed in that protocol at once; others get a moment to greet, then one HTTP request, then
//! a TLS hello. Nothing is logged into. Ports of industrial control and printing are only listened
//! to. Silent ports share a budget of their host, so that they do not hold up its other ports.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use luytre_checks::{
    Evidence, Excerpt, Fact, FactKind, Unmeasured,
    fact::{Confidence, ServiceFact},
};
use luytre_inventory::{ProbeClass, Protocol, Transport};

use super::{
    Probe,
    secure::{self, NoTls},
};
use crate::{Conn, Line, identify};

mod greeting;
mod opening;
mod order;
mod talk;

use greeting::Heard;
use opening::{Asker, Opening, Step, web};
use order::{Approach, By, approach};
use talk::{ask, hear};

/// Listens, and speaks at most one question and what follows from its answer per conversation.
#[derive(Debug, Clone)]
pub struct ServiceProbe {
    /// What the owner says is spoken there: it decides who speaks first.
    pub declared: Option<Protocol>,
    /// Who we are, for the User-Agent header.
    pub agent: String,
}

/// Conversations with one port.
const CONVERSATIONS: usize = 3;

/// How much time the silent ports of one host may take before the others are only asked in passing.
const SILENCE: Duration = Duration::from_millis(2400);

/// Longest wait for a greeting on a host that was late with one before.
const LATEST: Duration = Duration::from_millis(1500);

/// Longest banner kept, in characters.
const BANNER: usize = 256;

/// How a conversation is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opener {
    /// Wait for a greeting and say nothing; the flag allows for a slow server.
    Listen { long: bool },
    /// Wait for a greeting, then ask for the front page.
    ListenThenGet,
    /// Ask over HTTP at once, as suits the protocol.
    Get(Option<Protocol>),
    /// TLS, and inside it the same.
    Tls,
    /// The first word of a protocol.
    Say(Protocol),
}

impl Probe for ServiceProbe {
    const KIND: FactKind = FactKind::Service;
    const VERSION: u16 = 2;

    async fn observe(&self, line: &Line) -> Result<Fact, Unmeasured> {
        let way = approach(self.declared, line.port());
        let mut openers = openers(way);
        let mut reason = Unmeasured::TimedOut;
        let mut best: Option<Heard> = None;
        for turn in 0..CONVERSATIONS {
            let Some(opener) = openers.get(turn).copied() else {
                break;
            };
            match self.converse(line, way, opener).await {
                Ok(heard) if heard.wants_tls && !openers[..=turn].contains(&Opener::Tls) => {
                    openers.truncate(turn + 1);
                    openers.push(Opener::Tls);
                    best.get_or_insert(heard);
                }
                Ok(heard) => match more(&heard, opener) {
                    Some(next) if !openers[..=turn].contains(&next) => {
                        openers.truncate(turn + 1);
                        openers.push(next);
                        best.get_or_insert(heard);
                    }
                    _ => {
                        best = Some(heard);
                        break;
                    }
                },
                Err(failed) => {
                    reason = failed;
                    if is_final(failed)
                        || (failed == Unmeasured::TimedOut
                            && is_tired(line)
                            && !second_chance(way, turn))
                    {
                        break;
                    }
                }
            }
        }
        best.map(|heard| Fact::Service(fact(line, &heard)))
            .ok_or(reason)
    }
}

/// Whether `port` is known for a protocol, so that silence on it is worth a longer wait.
pub(crate) fn is_customary(port: u16) -> bool {
    approach(None, port).by == By::Custom
}

/// Whether the host has used up what its silent ports may take.
fn is_tired(line: &Line) -> bool {
    line.host_silence() >= SILENCE
}

/// Whether the next conversation is had however long the host was silent: the owner says that somebody
/// is there, and a busy one may be late with its first word.
fn second_chance(way: Approach, turn: usize) -> bool {
    way.by == By::Declaration && turn == 0
}

/// What would tell more of a server whose protocol is known and whose product is not.
fn more(heard: &Heard, opener: Opener) -> Option<Opener> {
    let protocol = heard.protocol?;
    if identify(protocol, &heard.banner).product.is_some() {
        return None;
    }
    match opener {
        // The path of one program says nothing of the others: their front page may.
        Opener::Get(Some(asked)) if asked != Protocol::Http && protocol.is_web() => {
            Some(Opener::Get(None))
        }
        // Programs without a word on their front page may have one where they keep their version.
        Opener::Get(None) | Opener::ListenThenGet if protocol.is_web() => {
            web::elsewhere(&heard.banner).map(|program| Opener::Get(Some(program)))
        }
        // It gave itself away by how it refused another's words: its own may get an answer.
        Opener::ListenThenGet if !heard.tls && opening::of(protocol).is_some() => {
            Some(Opener::Say(protocol))
        }
        _ => None,
    }
}

/// Whether another conversation would meet the same.
fn is_final(reason: Unmeasured) -> bool {
    !matches!(
        reason,
        Unmeasured::TimedOut
            | Unmeasured::Closed
            | Unmeasured::Reset
            | Unmeasured::Protocol
            | Unmeasured::Handshake
            | Unmeasured::TooLarge
    )
}

fn openers(way: Approach) -> Vec<Opener> {
    use Opener::{Get, Listen, ListenThenGet, Say, Tls};
    if way.mute {
        return vec![Listen { long: false }];
    }
    match way.expected {
        _ if way.tls_first => vec![Tls, ListenThenGet],
        None => vec![ListenThenGet, Tls, Say(Protocol::Postgres)],
        Some(Protocol::Http) => vec![Get(None), Tls],
        Some(web) if web.is_web() => vec![Get(Some(web)), Tls],
        Some(protocol) if opening::of(protocol).is_some() => {
            vec![Say(protocol), ListenThenGet, Tls]
        }
        Some(_) => vec![Listen { long: true }, ListenThenGet, Tls],
    }
}

/// How long an answer is waited for: as long as the owner's word, custom or nothing make it worth, and
/// the less, the more of the host's ports were silent.
fn answer_wait(line: &Line, way: Approach, patience: Duration) -> Duration {
    let left = SILENCE.saturating_sub(line.host_silence());
    let most = line.limits().answer;
    match way.by {
        By::Declaration if !left.is_zero() => most,
        By::Declaration => most / 2,
        By::Custom => (left / 2).clamp((patience * 2).min(most), most),
        By::Nothing if left.is_zero() => patience * 2 / 3,
        By::Nothing => (left / 2).clamp(patience.min(most), most),
    }
}

impl ServiceProbe {
    async fn converse(
        &self,
        line: &Line,
        way: Approach,
        opener: Opener,
    ) -> Result<Heard, Unmeasured> {
        let conn = line.connect(ProbeClass::Greeting, line.port()).await?;
        let patience = patience(conn.dialled(), line.host_greeting());
        let begun = Instant::now();
        let talk = Talk {
            probe: self,
            line,
            way,
            patience,
            wait: answer_wait(line, way, patience),
            begun,
        };
        let heard = match opener {
            Opener::Tls => talk.inside(conn).await,
            opener => talk.plain(conn, opener).await,
        };
        if heard == Err(Unmeasured::TimedOut) {
            line.host_was_silent(begun.elapsed());
        }
        heard
    }
}

/// One conversation.
struct Talk<'a> {
    probe: &'a ServiceProbe,
    line: &'a Line,
    way: Approach,
    /// For a greeting.
    patience: Duration,
    /// For an answer.
    wait: Duration,
    /// When the connection was open.
    begun: Instant,
}

impl Talk<'_> {
    async fn plain(&self, mut conn: Conn, opener: Opener) -> Result<Heard, Unmeasured> {
        let heard = self.open(&mut conn, opener).await;
        if let Ok(heard) = &heard {
            say_goodbye(&mut conn, heard).await;
        }
        // Whoever did not answer would not end the connection either: it is dropped without a wait.
        if heard != Err(Unmeasured::TimedOut) {
            conn.close().await;
        }
        heard
    }

    async fn open<S: talk::Stream>(
        &self,
        stream: &mut S,
        opener: Opener,
    ) -> Result<Heard, Unmeasured> {
        let said = match opener {
            Opener::Say(protocol) => {
                let opening = opening::of(protocol).ok_or(Unmeasured::Bug)?;
                return self.say(stream, opening).await;
            }
            Opener::Listen { long } => {
                let times = match (long, is_tired(self.line)) {
                    (true, false) => 4,
                    (true, true) => 2,
                    (false, _) => 1,
                };
                hear(self.line, stream, self.patience * times).await?
            }
            Opener::Get(protocol) => self.ask(stream, web::asking(protocol)).await?,
            Opener::ListenThenGet | Opener::Tls => {
                match hear(self.line, stream, self.patience).await {
                    Err(Unmeasured::TimedOut) => {
                        let said = self.ask(stream, web::asking(None)).await?;
                        if !said.starts_with(b"HTTP/") {
                            self.line.host_greeted(self.begun.elapsed());
                        }
                        said
                    }
                    other => other?,
                }
            }
        };
        self.understand(&said).ok_or(Unmeasured::Protocol)
    }

    /// What is spoken inside TLS; TLS alone, where nothing more can be learnt.
    async fn inside(&self, conn: Conn) -> Result<Heard, Unmeasured> {
        let wrapping = async {
            let wrapped = tokio::time::timeout(self.wait, secure::wrap(self.line, conn));
            wrapped.await.map_err(|_| Unmeasured::TimedOut)
        };
        let mut stream = match self.line.within(wrapping).await? {
            Ok(stream) => stream,
            Err(NoTls::Disagreed) => return Ok(Heard::tls()),
            Err(other) => return Err(other.into()),
        };
        let opener = match self.way.expected {
            Some(web) if web.is_web() => Opener::Get(Some(web)),
            Some(protocol) if opening::of(protocol).is_some() => Opener::Say(protocol),
            _ => Opener::ListenThenGet,
        };
        let heard = self.open(&mut stream, opener).await;
        let _ = tokio::time::timeout(Duration::from_millis(200), async {
            tokio::io::AsyncWriteExt::shutdown(&mut stream).await
        })
        .await;
        // Whatever was or was not said inside, TLS was spoken.
        Ok(heard.map_or_else(|_| Heard::tls(), Heard::inside_tls))
    }

    /// The first word of a protocol, and the second where the first answer is worth it.
    async fn say<S: talk::Stream>(
        &self,
        stream: &mut S,
        opening: &Opening,
    ) -> Result<Heard, Unmeasured> {
        let mut said = vec![self.ask(stream, opening.first).await?];
        if let Some((is_worth, second)) = opening.second
            && is_worth(&said[0])
            && let Ok(more) = self.ask(stream, second).await
        {
            said.push(more);
        }
        (opening.read)(&said)
            .or_else(|| self.understand(&said[0]))
            .ok_or(Unmeasured::Protocol)
    }

    async fn ask<S: talk::Stream>(
        &self,
        stream: &mut S,
        step: Step,
    ) -> Result<Vec<u8>, Unmeasured> {
        let asker = Asker {
            host: self.line.name().map(luytre_inventory::HostName::as_str),
            agent: &self.probe.agent,
            to: SocketAddr::new(self.line.address(), self.line.port()),
        };
        let question = (step.say)(&asker);
        ask(self.line, stream, &question, step.whole, self.wait).await
    }

    fn understand(&self, said: &[u8]) -> Option<Heard> {
        greeting::understand(said, self.way.expected)
    }
}

/// The wait for a greeting that may never come: 0.3 s for a near host, up to 0.8 s for a far one, and
/// more where the host has greeted late before.
fn patience(round_trip: Duration, latest: Duration) -> Duration {
    let by_distance = Duration::from_millis(300) + round_trip * 5;
    let by_habit = (latest * 2).min(LATEST);
    by_distance.min(Duration::from_millis(800)).max(by_habit)
}

/// Takes leave where the protocol has a word for it, so that no broken session is logged.
async fn say_goodbye(conn: &mut Conn, heard: &Heard) {
    let word: &[u8] = match heard.protocol {
        Some(Protocol::Smtp | Protocol::Ftp | Protocol::Pop3) => b"QUIT\r\n",
        Some(Protocol::Imap) => b"a LOGOUT\r\n",
        _ => return,
    };
    let _ = tokio::time::timeout(Duration::from_millis(200), conn.send(word)).await;
}

fn fact(line: &Line, heard: &Heard) -> ServiceFact {
    let identity = heard
        .protocol
        .map(|protocol| identify(protocol, &heard.banner))
        .unwrap_or_default();
    let excerpt = Excerpt::redacted(heard.shown());
    let banner: String = excerpt.as_str().chars().take(BANNER).collect();
    let (address, port) = (line.address(), line.port());
    line.note(Evidence {
        what: "greeting".to_owned(),
        excerpt,
        command: Some(if heard.tls {
            format!(
                "openssl s_client -connect {}",
                SocketAddr::new(address, port)
            )
        } else {
            format!("nc {address} {port}")
        }),
    });
    ServiceFact {
        port,
        transport: Transport::Tcp,
        protocol: identity.protocol.or(heard.protocol),
        tls: heard.tls,
        confidence: if heard.protocol.is_some() {
            identity.confidence()
        } else {
            Confidence::None
        },
        vendor: identity.vendor,
        product: identity.product,
        version: identity.version,
        os: identity.os,
        cpe: identity.cpe,
        banner: (!banner.is_empty()).then_some(banner),
    }
}

#[cfg(test)]
mod tests {
    use luytre_inventory::Worded as _;

    use super::*;

    #[test]
    fn a_near_host_gets_little_time_and_a_late_one_more() {
        let ms = Duration::from_millis;
        for (round_trip, latest, expected) in [
            (0, 0, 300),
            (20, 0, 400),
            (2000, 0, 800),
            (0, 100, 300),
            (0, 500, 1000),
            (2000, 500, 1000),
            (0, 9000, 1500),
        ] {
            assert_eq!(patience(ms(round_trip), ms(latest)), ms(expected));
        }
    }

    #[test]
    fn no_port_is_visited_more_than_three_times() {
        let declared = Protocol::TABLE.iter().map(|row| Some(row.0));
        for declared in declared.chain([None]) {
            for port in 1..=u16::MAX {
                let way = approach(declared, port);
                let openers = openers(way);
                assert!((1..=CONVERSATIONS).contains(&openers.len()));
                assert_eq!(way.mute, openers == [Opener::Listen { long: false }]);
            }
        }
    }
}
