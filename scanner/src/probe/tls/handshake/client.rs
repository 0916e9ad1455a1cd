//! The handshake itself, once or again on the same connection.

use aws_lc_rs::rand;
use luytre_checks::Unmeasured;

use super::{
    exchange::{MASTER, agree, wrap},
    hello::{Hello, extension, message},
    seal::{Broken, Seal, lengths},
    secret::{prf, transcript_hash, verify_data},
    seen::{Ended, Seen, Session},
    server::{Choice, Signed, staple, ticket},
    stream::{Incoming, Stream, alert, content},
    suite::{Agreement, Suite},
};
use crate::{Conn, wire::certificates};

/// Warning alerts taken in one handshake.
const MOST_WARNINGS: u32 = 8;

/// A connection on which handshakes are made.
#[derive(Debug)]
pub(crate) struct Client {
    stream: Stream,
    /// Our last Finished, to which a renegotiation is bound (RFC 5746).
    bound: Vec<u8>,
    session: Option<Session>,
}

impl Client {
    pub(crate) const fn new(conn: Conn) -> Self {
        Self {
            stream: Stream::new(conn),
            bound: Vec::new(),
            session: None,
        }
    }

    /// The session of the last handshake completed.
    pub(crate) const fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// What renegotiation_info must say in the next handshake on this connection.
    pub(crate) fn bound(&self) -> &[u8] {
        &self.bound
    }

    /// Says `hello` and reads the first flight: to ServerHelloDone, or in TLS 1.3 to the ServerHello.
    pub(crate) async fn flight(&mut self, hello: &Hello, seen: &mut Seen) -> Result<(), Ended> {
        self.run(hello, None, seen, true).await
    }

    /// Makes a handshake, the first or another. With a `session` that `hello` offers, the peer may
    /// resume it.
    pub(crate) async fn shake(
        &mut self,
        hello: &Hello,
        session: Option<&Session>,
        seen: &mut Seen,
    ) -> Result<(), Ended> {
        self.run(hello, session, seen, false).await
    }

    /// Waits for what the peer says by itself.
    pub(crate) async fn listen(&mut self) -> Result<Incoming, Unmeasured> {
        self.stream.next().await
    }

    /// Says that we have ended, and closes: a server forgets a session that ends otherwise.
    pub(crate) async fn farewell(mut self) {
        let notify = [1, alert::CLOSE_NOTIFY];
        if self.stream.send(content::ALERT, &notify).await.is_ok() {
            self.stream.close().await;
        }
    }

    async fn run(
        &mut self,
        hello: &Hello,
        session: Option<&Session>,
        seen: &mut Seen,
        only_flight: bool,
    ) -> Result<(), Ended> {
        let mut random = [0; 32];
        rand::fill(&mut random).map_err(|_| Unmeasured::Bug)?;
        let first = hello.message(&random);
        self.stream.send(content::HANDSHAKE, &first).await?;
        let mut shake = Shake {
            client: self,
            seen,
            session,
            random,
            transcript: first,
            master: Vec::new(),
            keys: None,
            only_flight,
        };
        let mut warnings = 0;
        let mut warned = None;
        loop {
            let incoming = match (shake.client.stream.next().await, warned) {
                (Ok(incoming), _) => incoming,
                // Some stacks say why at the level of a warning and then close.
                (Err(Unmeasured::Closed | Unmeasured::Reset), Some(description)) => {
                    return Err(Ended::Alert(description));
                }
                (Err(reason), _) => return Err(reason.into()),
            };
            match incoming {
                Incoming::Alert {
                    description: alert::CLOSE_NOTIFY,
                    ..
                } => {
                    return Err(warned.map_or(Ended::Failed(Unmeasured::Closed), Ended::Alert));
                }
                Incoming::Alert { level, description }
                    if level == 2 || description == alert::NO_RENEGOTIATION =>
                {
                    return Err(Ended::Alert(description));
                }
                Incoming::Alert { description, .. } => {
                    warnings += 1;
                    if warnings > MOST_WARNINGS {
                        return Err(Unmeasured::Protocol.into());
                    }
                    warned = Some(description);
                }
                // Before a renegotiation is answered, data may be under way.
                Incoming::Data if shake.seen.choice.is_none() => {}
                Incoming::Data => return Err(Unmeasured::Protocol.into()),
                Incoming::ChangeCipher => shake.change()?,
                Incoming::Handshake { kind, body } => {
                    if shake.take(kind, &body).await? {
                        return Ok(());
                    }
                }
            }
        }
    }
}

/// One handshake in progress.
struct Shake<'c> {
    client: &'c mut Client,
    seen: &'c mut Seen,
    session: Option<&'c Session>,
    random: [u8; 32],
    transcript: Vec<u8>,
    master: Vec<u8>,
    /// Keys to write with and to read with, until they are taken into use.
    keys: Option<(Option<Seal>, Option<Seal>)>,
    only_flight: bool,
}

impl Shake<'_> {
    /// Takes a message; whether it was the last one.
    async fn take(&mut self, kind: u8, body: &[u8]) -> Result<bool, Ended> {
        let broken = |_| Ended::Failed(Unmeasured::Protocol);
        // HelloRequest may come at any time and is in no transcript.
        if kind == 0 {
            return Ok(false);
        }
        let before = self.transcript.len();
        self.transcript.extend(message(kind, body));
        match (kind, &self.seen.choice) {
            (2, None) => {
                let choice = Choice::read(body).map_err(broken)?;
                return self.chosen(choice);
            }
            (4, Some(_)) => {
                self.seen.ticket = ticket(body).map_err(broken)?;
                if self.keys.is_none() {
                    self.resume()?;
                }
            }
            (11, Some(_)) => self.seen.certificates = certificates(body).map_err(broken)?,
            (12, Some(choice)) => {
                let signed = Signed::read(choice.suite, choice.version, body).map_err(broken)?;
                self.seen.signed = Some(signed);
            }
            (13, Some(_)) => self.seen.asks_certificate = true,
            (22, Some(_)) => self.seen.staple = staple(body).map_err(broken)?,
            (14, Some(_)) => {
                self.seen.flown = true;
                if self.only_flight {
                    return Ok(true);
                }
                self.answer().await?;
            }
            (20, Some(_)) => {
                self.finished(before, body).await?;
                return Ok(true);
            }
            _ => return Err(Unmeasured::Protocol.into()),
        }
        Ok(false)
    }

    /// The peer chose; whether that is all that is wanted.
    fn chosen(&mut self, choice: Choice) -> Result<bool, Ended> {
        let modern = choice.version > 0x0303;
        let (version, compression) = (choice.version, choice.compression);
        let same_id = |session: &Session| !session.id.is_empty() && session.id == choice.session;
        let resumed = self.session.is_some_and(same_id);
        self.seen.choice = Some(choice);
        if self.only_flight {
            return Ok(modern);
        }
        if modern || version < 0x0301 || compression != 0 {
            return Err(Ended::Unable);
        }
        self.client.stream.speak(version);
        if resumed {
            self.resume()?;
        }
        Ok(false)
    }

    /// The peer goes on with the session offered.
    fn resume(&mut self) -> Result<(), Ended> {
        match self.session {
            Some(session) if self.seen.certificates.is_empty() => {
                self.seen.resumed = true;
                self.master.clone_from(&session.master);
                self.derive()
            }
            _ => Err(Unmeasured::Protocol.into()),
        }
    }

    /// Reads with the new keys from here on.
    fn change(&mut self) -> Result<(), Ended> {
        if self.seen.choice.is_none() || self.only_flight {
            return Err(Unmeasured::Protocol.into());
        }
        if self.keys.is_none() {
            // A server may resume by ticket without a word (RFC 5077 3.4).
            self.resume()?;
        }
        let seal = self.keys.as_mut().and_then(|(_, reads)| reads.take());
        let seal = seal.ok_or(Unmeasured::Protocol)?;
        Ok(self.client.stream.seal_reads(seal)?)
    }

    fn parts(&self) -> Result<(Suite, &Choice), Ended> {
        let choice = self.seen.choice.as_ref().ok_or(Unmeasured::Bug)?;
        Ok((Suite::of(choice.suite).ok_or(Ended::Unable)?, choice))
    }

    /// Our flight after the peer's.
    async fn answer(&mut self) -> Result<(), Ended> {
        let (suite, choice) = self.parts()?;
        let version = choice.version;
        let extended = choice.has(extension::EXTENDED_MASTER_SECRET);
        let server_random = choice.random;
        let (premaster, exchange) = match suite.agreement {
            Agreement::Curve => agree(self.seen.signed.as_ref().ok_or(Unmeasured::Protocol)?)?,
            Agreement::Rsa => wrap(&self.seen.certificates, self.client_version())?,
        };
        let mut out = Vec::new();
        if self.seen.asks_certificate {
            out.extend(message(11, &[0, 0, 0]));
        }
        out.extend(message(16, &exchange));
        self.transcript.extend(&out);
        self.master = if extended {
            let digest = transcript_hash(version, suite.hash, &self.transcript);
            let label = b"extended master secret";
            prf(version, suite.hash, &premaster, label, &digest, MASTER)
        } else {
            let seed = [self.random, server_random].concat();
            let label = b"master secret";
            prf(version, suite.hash, &premaster, label, &seed, MASTER)
        };
        self.derive()?;
        self.client.stream.send(content::HANDSHAKE, &out).await?;
        self.finish().await
    }

    /// The version of our hello, which RSA key exchange repeats (RFC 5246 7.4.7.1).
    fn client_version(&self) -> [u8; 2] {
        match self.transcript.as_slice() {
            [_, _, _, _, major, minor, ..] => [*major, *minor],
            _ => [3, 3],
        }
    }

    /// Makes the keys of both directions (RFC 5246 6.3).
    fn derive(&mut self) -> Result<(), Ended> {
        let (suite, choice) = self.parts()?;
        let (mac, key, iv) = lengths(suite);
        let seed = [choice.random, self.random].concat();
        let all = 2 * (mac + key + iv);
        let block = prf(
            choice.version,
            suite.hash,
            &self.master,
            b"key expansion",
            &seed,
            all,
        );
        let then_mac = suite.cbc() && choice.has(extension::ENCRYPT_THEN_MAC);
        let mut rest = block.as_slice();
        let mut next = |length: usize| {
            let (part, behind) = rest.split_at_checked(length).unwrap_or_default();
            rest = behind;
            part
        };
        let (our_mac, their_mac) = (next(mac), next(mac));
        let (our_key, their_key) = (next(key), next(key));
        let (our_iv, their_iv) = (next(iv), next(iv));
        let bug = |Broken| Ended::Failed(Unmeasured::Bug);
        let version = choice.version;
        let ours = Seal::new(suite, version, (our_mac, our_key, our_iv), then_mac);
        let theirs = Seal::new(suite, version, (their_mac, their_key, their_iv), then_mac);
        self.keys = Some((Some(ours.map_err(bug)?), Some(theirs.map_err(bug)?)));
        Ok(())
    }

    /// Our ChangeCipherSpec and Finished.
    async fn finish(&mut self) -> Result<(), Ended> {
        let (suite, choice) = self.parts()?;
        let label = b"client finished";
        let data = verify_data(choice.version, suite, &self.master, label, &self.transcript);
        let finished = message(20, &data);
        let seal = self.keys.as_mut().and_then(|(writes, _)| writes.take());
        let seal = seal.ok_or(Unmeasured::Bug)?;
        let stream = &mut self.client.stream;
        stream.send(content::CHANGE_CIPHER_SPEC, &[1]).await?;
        stream.seal_writes(seal);
        stream.send(content::HANDSHAKE, &finished).await?;
        self.transcript.extend(&finished);
        self.client.bound = data;
        Ok(())
    }

    /// The peer's Finished; `before` is the length of the transcript without it.
    async fn finished(&mut self, before: usize, body: &[u8]) -> Result<(), Ended> {
        let (suite, choice) = self.parts()?;
        let covered = self.transcript.get(..before).unwrap_or_default();
        let label = b"server finished";
        let expected = verify_data(choice.version, suite, &self.master, label, covered);
        // Keys not yet taken into use: it came before its ChangeCipherSpec.
        let early = !self.client.stream.is_sealed()
            || !matches!(self.keys, Some((_, None)))
            || expected != body;
        if early {
            return Err(Unmeasured::Protocol.into());
        }
        let id = choice.session.clone();
        if self.seen.resumed {
            self.finish().await?;
        }
        self.seen.complete = true;
        self.client.session = Some(Session {
            id,
            ticket: self.seen.ticket.clone(),
            master: std::mem::take(&mut self.master),
        });
        Ok(())
    }
}
