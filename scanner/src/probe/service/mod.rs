//! What is spoken on a port: the greeting, or the answer to one polite opening line.
//!
//! At most three conversations per port. A port whose client speaks first by declaration or custom
//! is addressed in that protocol at once; others get a moment to greet, then one HTTP request, then
//! a TLS hello. Nothing is logged into. Ports of industrial control and printing are only listened
//! to (a byte too much has stopped a controller: CVE-2019-5636, and printed pages: nmap#2237).

use std::time::{Duration, Instant};

use luytre_checks::{
    Evidence, Excerpt, Fact, FactKind, Unmeasured,
    fact::{Confidence, ServiceFact},
};
use luytre_inventory::{ProbeClass, Protocol, Transport};

use super::{
    Probe,
    secure::{self, NoTls},
};
use crate::{Conn, Line, identify, plan::suggested};

mod greeting;
mod opening;
mod talk;

use greeting::Heard;
use talk::{ask, hear};

/// Listens, and speaks at most one line per conversation.
#[derive(Debug, Clone)]
pub struct ServiceProbe {
    /// What the owner says is spoken there: it decides who speaks first.
    pub declared: Option<Protocol>,
    /// Who we are, for the User-Agent header.
    pub agent: String,
}

/// Conversations with one port.
const CONVERSATIONS: usize = 3;

/// Ports on which nothing is said: S7, Modbus, IEC 104, OPC UA, DNP3, EtherNet/IP, Fox; line
/// printer and raw printing.
const LISTEN_ONLY: [u16; 9] = [102, 502, 515, 1911, 2404, 4840, 20_000, 44_818, 4911];

/// Longest banner kept, in characters.
const BANNER: usize = 256;

/// How a conversation is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opener {
    /// Wait for a greeting and say nothing; the flag allows for a slow server.
    Listen {
        long: bool,
    },
    /// Wait for a greeting, then ask for the front page.
    ListenThenGet,
    /// Ask for the front page at once.
    Get,
    /// TLS, and inside it the same.
    Tls,
    Redis,
    Postgres,
    Rdp,
    Smb,
}

impl Probe for ServiceProbe {
    const KIND: FactKind = FactKind::Service;
    const VERSION: u16 = 1;

    async fn observe(&self, line: &Line) -> Result<Fact, Unmeasured> {
        let mut openers = self.openers(line.port());
        let mut reason = Unmeasured::TimedOut;
        for turn in 0..CONVERSATIONS {
            let Some(opener) = openers.get(turn).copied() else {
                break;
            };
            match self.converse(line, opener).await {
                Ok(heard) if heard.wants_tls && !openers[..=turn].contains(&Opener::Tls) => {
                    openers.truncate(turn + 1);
                    openers.push(Opener::Tls);
                }
                Ok(heard) => return Ok(Fact::Service(fact(line, &heard))),
                Err(failed) => {
                    reason = failed;
                    if is_final(failed) {
                        break;
                    }
                }
            }
        }
        Err(reason)
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

impl ServiceProbe {
    fn openers(&self, port: u16) -> Vec<Opener> {
        use Opener::{Get, Listen, ListenThenGet, Postgres, Rdp, Redis, Smb, Tls};
        let raw_print = crate::plan::RAW_PRINT;
        if LISTEN_ONLY.contains(&port) || (raw_print.0..=raw_print.1).contains(&port) {
            return vec![Listen { long: false }];
        }
        match suggested(self.declared, port) {
            Some(Protocol::Https | Protocol::Tls) => vec![Tls, ListenThenGet],
            Some(Protocol::Http) => vec![Get, Tls],
            Some(Protocol::Redis) => vec![Redis, ListenThenGet, Tls],
            Some(Protocol::Postgres) => vec![Postgres, ListenThenGet, Tls],
            Some(Protocol::Rdp) => vec![Rdp, ListenThenGet, Tls],
            Some(Protocol::Smb) => vec![Smb, ListenThenGet, Tls],
            None | Some(Protocol::Other) => vec![ListenThenGet, Tls, Postgres],
            Some(_) => vec![Listen { long: true }, ListenThenGet, Tls],
        }
    }

    async fn converse(&self, line: &Line, opener: Opener) -> Result<Heard, Unmeasured> {
        let begun = Instant::now();
        let mut conn = line.connect(ProbeClass::Greeting, line.port()).await?;
        let patience = patience(begun.elapsed());
        let heard = match opener {
            Opener::Tls => return self.inside(line, conn, patience).await,
            Opener::Listen { long } => {
                let wait = if long { patience * 4 } else { patience };
                hear(line, &mut conn, wait).await
            }
            Opener::ListenThenGet => self.hear_or_get(line, &mut conn, patience).await,
            Opener::Get => self.get(line, &mut conn).await,
            Opener::Redis => ask(line, &mut conn, opening::REDIS, opening::redis_end).await,
            Opener::Postgres => {
                ask(line, &mut conn, opening::POSTGRES, opening::postgres_end).await
            }
            Opener::Rdp => ask(line, &mut conn, opening::RDP, opening::rdp_end).await,
            Opener::Smb => ask(line, &mut conn, opening::SMB, opening::smb_end).await,
        };
        let understood = match opener {
            Opener::Postgres => heard.and_then(|said| opening::postgres(&said)),
            Opener::Rdp => heard.and_then(|said| opening::rdp(&said)),
            Opener::Smb => heard.and_then(|said| opening::smb(&said)),
            _ => heard.and_then(|said| self.understand(line, &said)),
        };
        if let Ok(heard) = &understood {
            say_goodbye(&mut conn, heard).await;
        }
        conn.close().await;
        understood
    }

    /// What is spoken inside TLS; TLS alone, where nothing more can be learnt.
    async fn inside(
        &self,
        line: &Line,
        conn: Conn,
        patience: Duration,
    ) -> Result<Heard, Unmeasured> {
        let wrapping = async { Ok(secure::wrap(line, conn).await) };
        let mut stream = match line.within(wrapping).await? {
            Ok(stream) => stream,
            Err(NoTls::Disagreed) => return Ok(Heard::tls()),
            Err(other) => return Err(other.into()),
        };
        let web = suggested(self.declared, line.port()) == Some(Protocol::Https);
        let said = if web {
            self.get(line, &mut stream).await
        } else {
            self.hear_or_get(line, &mut stream, patience).await
        };
        let heard = said.and_then(|said| self.understand(line, &said));
        let _ = tokio::time::timeout(Duration::from_millis(200), async {
            tokio::io::AsyncWriteExt::shutdown(&mut stream).await
        })
        .await;
        // Whatever was or was not said inside, TLS was spoken.
        Ok(heard.map_or_else(|_| Heard::tls(), Heard::inside_tls))
    }

    async fn hear_or_get<S: talk::Stream>(
        &self,
        line: &Line,
        stream: &mut S,
        patience: Duration,
    ) -> Result<Vec<u8>, Unmeasured> {
        match hear(line, stream, patience).await {
            Err(Unmeasured::TimedOut) => self.get(line, stream).await,
            other => other,
        }
    }

    async fn get<S: talk::Stream>(
        &self,
        line: &Line,
        stream: &mut S,
    ) -> Result<Vec<u8>, Unmeasured> {
        let request = opening::get(
            line.name().map(luytre_inventory::HostName::as_str),
            &self.agent,
        );
        ask(line, stream, request.as_bytes(), opening::get_end).await
    }

    fn understand(&self, line: &Line, said: &[u8]) -> Result<Heard, Unmeasured> {
        greeting::understand(said, suggested(self.declared, line.port()))
            .ok_or(Unmeasured::Protocol)
    }
}

/// The wait for a greeting that may never come: 0.3 s for a near host, up to 0.8 s for a far one.
fn patience(round_trip: Duration) -> Duration {
    (Duration::from_millis(300) + round_trip * 5).min(Duration::from_millis(800))
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
                std::net::SocketAddr::new(address, port)
            )
        } else {
            format!("nc {address} {port}")
        }),
    });
    ServiceFact {
        port,
        transport: Transport::Tcp,
        protocol: heard.protocol,
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
    use super::*;

    #[test]
    fn controllers_and_printers_are_only_listened_to() {
        let probe = ServiceProbe {
            declared: None,
            agent: String::new(),
        };
        for port in [102, 502, 515, 2404, 9100, 9116, 44_818] {
            assert_eq!(
                probe.openers(port),
                [Opener::Listen { long: false }],
                "{port}"
            );
        }
        assert!(probe.openers(8000).len() <= CONVERSATIONS);
    }
}
