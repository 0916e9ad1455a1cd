//! SSH before anybody logs in: the identification, the algorithms, the host keys.
//!
//! One conversation reads the identification and the lists of algorithms; a key exchange, begun and
//! never ended, makes the server present a host key. The first key comes in the first conversation,
//! each further kind of key takes one more. No log-in is tried, so no failed one is recorded; the
//! server is told who asked (RFC 4253 section 4.2, the comment) and that we leave by ourselves (section
//! 11.1). OpenSSH from 9.8 may refuse a client for a while that leaves often without a log-in
//! (`PerSourcePenalties`): eight conversations stay below its limit.

use std::time::Duration;

use luytre_checks::{
    Evidence, Excerpt, Fact, FactKind, Tri, Unmeasured,
    fact::{SshDirection, SshFact, SshHostKey},
};
use luytre_inventory::ProbeClass;

use super::Probe;
use crate::{Conn, Line};

mod exchange;
mod key;
mod offer;
mod packet;

use exchange::Answer;
use offer::Offer;
use packet::Identification;

/// Reads what an SSH server says of itself.
#[derive(Debug, Clone)]
pub struct SshProbe {
    /// Who we are, as in the User-Agent header ([`super::agent`]).
    pub agent: String,
}

/// Conversations at most: one for each kind of host key, and one more where the first was cut off.
pub(crate) const CONVERSATIONS: u32 = 8;

/// Messages passed over while waiting for another.
const MOST_IDLE: usize = 16;

/// Failures in a row after which a server is left alone.
const MOST_FAILURES: usize = 2;

/// Messages of the transport (RFC 4253 section 12).
const DISCONNECT: u8 = 1;
const IGNORE: u8 = 2;
const DEBUG: u8 = 4;
const EXT_INFO: u8 = 7;

/// Reason of a disconnect: by the application (RFC 4253 section 11.1).
const BY_APPLICATION: u32 = 11;

/// Names in the list of key exchanges that are none: RFC 8308, the strict exchange of OpenSSH
/// (PROTOCOL section 1.10), the guess of Dropbear.
const MARKERS: [&str; 3] = ["ext-info-s", STRICT, "kexguess2@matt.ucc.asn.au"];

/// A server says so that it keeps a strict order in the first key exchange.
const STRICT: &str = "kex-strict-s-v00@openssh.com";

impl Probe for SshProbe {
    const KIND: FactKind = FactKind::Ssh;
    const VERSION: u16 = 1;

    async fn observe(&self, line: &Line) -> Result<Fact, Unmeasured> {
        let (talk, identification, offer) = match self.hear(line).await {
            // A server that was busy, or cut us off at once, is asked once more.
            Err(Unmeasured::Closed | Unmeasured::Reset | Unmeasured::TimedOut) => {
                self.hear(line).await?
            }
            other => other?,
        };
        let mut fact = SshFact {
            port: line.port(),
            banner: Some(identification.line),
            protocol: identification.protocol,
            ..SshFact::default()
        };
        match offer {
            Some(offer) => {
                offered(&mut fact, &offer);
                self.host_keys(line, talk, &offer, &mut fact).await;
            }
            None => talk.leave().await,
        }
        note(line, &fact);
        Ok(Fact::Ssh(fact))
    }
}

impl SshProbe {
    /// Begins a conversation: what the server says of itself, and its lists if it speaks version 2.
    async fn hear(&self, line: &Line) -> Result<(Talk, Identification, Option<Offer>), Unmeasured> {
        let conn = line.connect(ProbeClass::Handshake, line.port()).await?;
        let mut talk = Talk {
            conn,
            said: Vec::new(),
            introduced: false,
        };
        let identification = line.within(talk.identification()).await?;
        if !identification.is_second() {
            return Ok((talk, identification, None));
        }
        let ours = introduction(&self.agent);
        let offer = line
            .within(async {
                talk.introduced = true;
                talk.conn.send(ours.as_bytes()).await?;
                Offer::read(&talk.message().await?)
            })
            .await?;
        Ok((talk, identification, Some(offer)))
    }

    /// Fetches one host key of each kind that is offered, the first in the conversation at hand.
    async fn host_keys(&self, line: &Line, talk: Talk, offer: &Offer, fact: &mut SshFact) {
        let wanted = key::wanted(offer.host_keys());
        let mut talk = Some(talk);
        let mut failures = 0;
        for algorithm in &wanted {
            let begun = match talk.take() {
                Some(talk) => Ok((talk, Some(offer.clone()))),
                None => self.hear(line).await.map(|(talk, _, offer)| (talk, offer)),
            };
            let fetched = match begun {
                Ok((talk, Some(offer))) => fetch(line, talk, &offer, algorithm).await,
                Ok((talk, None)) => {
                    talk.leave().await;
                    Err(Unmeasured::Protocol)
                }
                Err(reason) => Err(reason),
            };
            match fetched {
                Ok(key) => {
                    failures = 0;
                    if !fact.host_keys.contains(&key) {
                        fact.host_keys.push(key);
                    }
                }
                Err(_) => failures += 1,
            }
            if failures == MOST_FAILURES {
                break;
            }
        }
        if let Some(talk) = talk {
            talk.leave().await;
        }
        let all = offer.whole
            && key::covers(offer.host_keys())
            && !wanted.is_empty()
            && fact.host_keys.len() == wanted.len();
        fact.host_keys_complete = Tri::from(all);
    }
}

/// Has the server present the key of `algorithm`, and takes leave.
async fn fetch(
    line: &Line,
    mut talk: Talk,
    offer: &Offer,
    algorithm: &str,
) -> Result<SshHostKey, Unmeasured> {
    let key = line.within(talk.exchange(offer, algorithm)).await;
    talk.leave().await;
    key::read(&key?)
}

/// Who we are, as an identification: software without spaces and dashes, then a comment.
fn introduction(agent: &str) -> String {
    let (software, comment) = agent.split_once(' ').unwrap_or((agent, ""));
    let software: String = software
        .chars()
        .filter(char::is_ascii_graphic)
        .map(|c| if matches!(c, '-' | '/') { '_' } else { c })
        .collect();
    let comment: String = comment
        .chars()
        .filter(|c| c.is_ascii_graphic() || *c == ' ')
        .collect();
    let mut line = format!("SSH-2.0-{software} {comment}");
    // With its end, a line may have 255 bytes.
    line.truncate(253);
    format!("{}\r\n", line.trim_end())
}

fn offered(fact: &mut SshFact, offer: &Offer) {
    let is_marker = |name: &&String| MARKERS.contains(&name.as_str());
    let exchanges = offer.key_exchanges();
    let strict = exchanges.iter().any(|name| name == STRICT);
    fact.strict_key_exchange = match (strict, offer.whole) {
        (true, _) => Tri::Yes,
        (false, true) => Tri::No,
        (false, false) => Tri::Unknown,
    };
    fact.lists_complete = Tri::from(offer.whole);
    fact.key_exchanges = exchanges
        .iter()
        .filter(|name| !is_marker(name))
        .cloned()
        .collect();
    fact.host_key_algorithms = offer.host_keys().to_vec();
    let [_, _, up, down, up_mac, down_mac, up_zip, down_zip] = offer.lists.clone();
    fact.to_server = SshDirection {
        ciphers: up,
        macs: up_mac,
        compressions: up_zip,
    };
    fact.to_client = SshDirection {
        ciphers: down,
        macs: down_mac,
        compressions: down_zip,
    };
}

fn note(line: &Line, fact: &SshFact) {
    let keys: Vec<String> = fact
        .host_keys
        .iter()
        .map(|key| format!("{} {} {}", key.kind, key.bits, key.fingerprint))
        .collect();
    let banner = fact.banner.clone().unwrap_or_default();
    line.note(Evidence {
        what: "ssh".to_owned(),
        excerpt: Excerpt::redacted(&format!("{banner} | {}", keys.join(" | "))),
        command: Some(format!("ssh-keyscan -p {} {}", line.port(), line.address())),
    });
}

/// A conversation, with what was received and not yet read.
struct Talk {
    conn: Conn,
    said: Vec<u8>,
    /// Whether we have said who we are: before that, no message makes sense.
    introduced: bool,
}

impl Talk {
    async fn receive(&mut self) -> Result<(), Unmeasured> {
        match self.conn.receive(&mut self.said, 16 << 10).await? {
            0 => Err(Unmeasured::Closed),
            _ => Ok(()),
        }
    }

    async fn identification(&mut self) -> Result<Identification, Unmeasured> {
        loop {
            if let Some(found) = packet::identification(&mut self.said)? {
                return Ok(found);
            }
            self.receive().await?;
        }
    }

    /// The next message that is not idle talk.
    async fn message(&mut self) -> Result<Vec<u8>, Unmeasured> {
        for _ in 0..MOST_IDLE {
            let payload = loop {
                if let Some(payload) = packet::open(&mut self.said)? {
                    break payload;
                }
                self.receive().await?;
            };
            match payload.first() {
                Some(&(IGNORE | DEBUG | EXT_INFO)) => (),
                Some(&DISCONNECT) => return Err(Unmeasured::Closed),
                _ => return Ok(payload),
            }
        }
        Err(Unmeasured::Protocol)
    }

    /// Begins a key exchange with `algorithm` until the server presents its key.
    async fn exchange(&mut self, offer: &Offer, algorithm: &str) -> Result<Vec<u8>, Unmeasured> {
        // A server with none of the methods that we can begin.
        let (name, method) =
            exchange::choose(offer.key_exchanges()).ok_or(Unmeasured::Handshake)?;
        let ours = packet::seal(&offer.answer(name, algorithm)?);
        let open = packet::seal(&method.open()?);
        self.conn.send(&[ours, open].concat()).await?;
        // A group comes first where the server chooses one.
        for _ in 0..2 {
            match method.read(&self.message().await?)? {
                Answer::Key(key) => return Ok(key),
                Answer::Asks(answer) => self.conn.send(&packet::seal(&answer)).await?,
            }
        }
        Err(Unmeasured::Protocol)
    }

    /// Says that we leave, and closes.
    async fn leave(mut self) {
        let mut goodbye = vec![DISCONNECT];
        goodbye.extend_from_slice(&BY_APPLICATION.to_be_bytes());
        packet::string(&mut goodbye, b"luytre: posture check done");
        packet::string(&mut goodbye, b"");
        if self.introduced {
            let goodbye = packet::seal(&goodbye);
            let word = self.conn.send(&goodbye);
            let _ = tokio::time::timeout(Duration::from_millis(200), word).await;
        }
        self.conn.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn we_say_who_we_are() {
        assert_eq!(
            introduction(&crate::probe::agent(Some("soc@lamgiang.test"))),
            format!(
                "SSH-2.0-luytre_{} (security posture check; contact soc@lamgiang.test)\r\n",
                env!("CARGO_PKG_VERSION").replace('-', "_")
            )
        );
        let long = introduction(&format!("luytre/1-beta {}", "x\r\ny".repeat(100)));
        assert!(long.len() <= 255 && long.starts_with("SSH-2.0-luytre_1_beta x"));
        assert_eq!(long.matches(['\r', '\n']).count(), 2);
    }
}
