//! One question, one connection, one answer.

use std::collections::BTreeSet;

use luytre_checks::{Unmeasured, fact::TlsVersion};

use super::{
    Ders,
    ahead::Ahead,
    fresh::{Fresh, digest},
    open,
};
use crate::{
    Conn, Line,
    probe::chain::curve_of,
    wire::{
        ClientHello, Exchange, Field, Incoming, KeyExchange, Records, ServerHello, Ssl2Answer,
        certificates, ssl2_hello,
    },
};

/// Questions that any server is asked at most. The registries hold some 370 suites and 60 groups, so
/// a truthful server that takes everything stays below.
const MOST_QUESTIONS: u32 = 640;

/// Failures in a row after which the peer is left alone.
const MOST_FAILURES: u32 = 8;

/// Warning alerts taken on one connection.
const MOST_WARNINGS: u32 = 8;

/// Chains kept of one server, by their leaf.
pub(crate) const MOST_CHAINS: usize = 4;

const CLOSE_NOTIFY: u8 = 0;

/// Alerts that speak of trouble, not of what was asked (RFC 5246 section 7.2.2): internal_error,
/// user_canceled.
pub(super) const TROUBLE: [u8; 2] = [80, 90];

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    /// A ClientHello from SSL 3.0 on.
    Hello(ClientHello),
    /// The CLIENT-HELLO of SSL 2.0 with all its kinds.
    Ssl2,
}

/// What came of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// The server chose.
    Hello(Flight),
    /// It answered in SSL 2.0, with the kinds that it shares.
    Kinds(Vec<u32>),
    /// It ended the handshake with this alert.
    Alert(u8),
    /// It said nothing that counts.
    Nothing(Unmeasured),
}

/// What the first flight of a server says, read as far as needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flight {
    /// Version agreed on.
    pub(super) version: TlsVersion,
    /// Suite chosen.
    pub(super) suite: u16,
    /// Group of the registry used.
    pub(super) group: Option<u16>,
    /// Finite field outside the registry.
    pub(super) field: Option<Field>,
    /// The fresh key of a version up to TLS 1.2.
    pub(super) fresh: Option<Fresh>,
}

/// Asks one endpoint, and knows when to stop.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
pub(super) struct Asker<'a> {
    line: &'a Line,
    questions: u32,
    failures: u32,
    over: Option<Unmeasured>,
    presented: Vec<Ders>,
    /// By whose keys those who presented them signed.
    signers: BTreeSet<Signer>,
    cut: Option<Unmeasured>,
    ahead: Ahead,
    /// No question is expected after the next one.
    last: bool,
    /// An identical question was once answered and once not: closes of this peer prove nothing.
    pub(super) fickle: bool,
    /// It was seen to prefer suites in an order that is not ours: a guess for the other versions.
    pub(super) mixes: bool,
    /// It was seen to choose a suite from the end of a long list.
    pub(super) reads_long_lists: bool,
}

impl<'a> Asker<'a> {
    pub(super) fn new(line: &'a Line) -> Self {
        Self {
            line,
            questions: 0,
            failures: 0,
            over: None,
            presented: Vec::new(),
            signers: BTreeSet::new(),
            cut: None,
            ahead: Ahead::new(line),
            last: false,
            fickle: false,
            mixes: false,
            reads_long_lists: false,
        }
    }

    pub(super) const fn line(&self) -> &'a Line {
        self.line
    }

    /// The chains that came by since this was last asked, by their leaf and in the order seen, or what
    /// cut them off.
    pub(super) fn presented(&mut self) -> super::Presented {
        self.signers.clear();
        let presented = std::mem::take(&mut self.presented);
        if presented.is_empty() {
            return self.cut.map(Err);
        }
        Some(Ok(presented))
    }

    /// The curve of a leaf presented, as a group.
    pub(super) fn certificate_curve(&self) -> Option<u16> {
        let mut leaves = self.presented.iter().filter_map(|chain| chain.first());
        leaves.find_map(|leaf| curve_of(leaf))
    }

    fn keep(&mut self, chain: Ders) {
        let known = |have: &Ders| have.first() == chain.first();
        if self.presented.len() < MOST_CHAINS && !self.presented.iter().any(known) {
            self.presented.push(chain);
        }
    }

    /// Asks `hello` on a fresh connection.
    pub(super) async fn ask(&mut self, hello: &ClientHello) -> Answer {
        self.put(hello.record(), false).await
    }

    /// Asks `question` on a fresh connection.
    pub(super) async fn ask_any(&mut self, question: &Question) -> Answer {
        match question {
            Question::Hello(hello) => self.ask(hello).await,
            Question::Ssl2 => self.put(ssl2_hello(), true).await,
        }
    }

    async fn put(&mut self, question: Vec<u8>, ssl2: bool) -> Answer {
        if let Some(reason) = self.over {
            return Answer::Nothing(reason);
        }
        self.questions += 1;
        if self.questions > MOST_QUESTIONS {
            self.over = Some(Unmeasured::Protocol);
            return Answer::Nothing(Unmeasured::Protocol);
        }
        let answer = self.converse(&question, ssl2).await;
        self.remember(&answer);
        answer
    }

    fn remember(&mut self, answer: &Answer) {
        let Answer::Nothing(reason) = answer else {
            self.failures = 0;
            return;
        };
        self.failures += 1;
        let hopeless = matches!(
            reason,
            Unmeasured::NoRoute
                | Unmeasured::NotPermitted
                | Unmeasured::Cancelled
                | Unmeasured::Bug
                | Unmeasured::Unresolved
        );
        // A port that refuses connections is closed, or has begun to throttle us.
        let shut = *reason == Unmeasured::Refused && (self.questions == 1 || self.failures >= 2);
        if hopeless || shut || self.failures >= MOST_FAILURES {
            self.over = Some(*reason);
        }
    }

    /// Says that no question is expected after the next one, so that no connection is opened for it.
    pub(super) fn expects_the_last(&mut self) {
        self.last = true;
    }

    /// Ends the asking: nothing stays open.
    pub(super) fn rest(&mut self) {
        self.ahead = Ahead::Never;
    }

    /// Asks on the connection that was opened ahead, if there is one; where that fails, and where
    /// there is none, on a fresh one.
    async fn converse(&mut self, question: &[u8], ssl2: bool) -> Answer {
        if let Some(conn) = self.ahead.take() {
            let answer = self.exchange(conn, question, ssl2).await;
            let unsure = match &answer {
                Answer::Nothing(_) => true,
                Answer::Alert(alert) => TROUBLE.contains(alert),
                Answer::Hello(_) | Answer::Kinds(_) => false,
            };
            if !unsure {
                return answer;
            }
            self.ahead = Ahead::Never;
        }
        match open(self.line).await {
            Ok(conn) => {
                let dialled = conn.dialled();
                let answer = self.exchange(conn, question, ssl2).await;
                if matches!(answer, Answer::Hello(_)) {
                    self.ahead.answered(dialled);
                }
                answer
            }
            Err(reason) => Answer::Nothing(reason),
        }
    }

    async fn exchange(&mut self, conn: Conn, question: &[u8], ssl2: bool) -> Answer {
        let mut reading = Reading::new(self.signers.clone());
        // The connection ends with its answer, not with what is done beside it.
        let answer = self.line.within(async {
            let mut conn = conn;
            conn.send(question).await?;
            if ssl2 {
                reading.run_ssl2(&mut conn).await
            } else {
                reading.run(&mut conn, Vec::new()).await
            }
        });
        let end = if self.last {
            answer.await
        } else {
            self.ahead.beside(self.line, answer).await
        };
        match (reading.chain.take(), &reading.flight, &end) {
            (Some(chain), flight, _) => {
                self.signers.extend(flight.iter().map(|f| signer(f.suite)));
                self.keep(chain);
            }
            // It chose, and broke off before its certificates.
            (None, Some(flight), Err(reason))
                if self.presented.is_empty()
                    && flight.version != TlsVersion::Tls13
                    && presents(flight.suite) =>
            {
                self.cut = Some(*reason);
            }
            _ => {}
        }
        reading.answer(end)
    }
}

/// The reading of one flight. It outlives the future that fills it, so what was learnt before a
/// deadline counts.
#[derive(Debug)]
struct Reading {
    records: Records,
    /// Whose certificates have come by already, and need not be waited for.
    signers: BTreeSet<Signer>,
    warnings: u32,
    warning: Option<u8>,
    flight: Option<Flight>,
    /// SHA-256 of the ServerHello.
    hello: [u8; 32],
    kinds: Option<Vec<u32>>,
    chain: Option<Ders>,
}

impl Reading {
    fn new(signers: BTreeSet<Signer>) -> Self {
        Self {
            records: Records::default(),
            signers,
            warnings: 0,
            warning: None,
            flight: None,
            hello: [0; 32],
            kinds: None,
            chain: None,
        }
    }

    /// Reads the answer to a hello of SSL 2.0; an alert of a later version is returned.
    async fn run_ssl2(&mut self, conn: &mut Conn) -> Result<Option<u8>, Unmeasured> {
        let mut bytes = Vec::new();
        loop {
            match Ssl2Answer::read(&bytes).map_err(|_| Unmeasured::Protocol)? {
                Some(Ssl2Answer::Hello { kinds, certificate }) => {
                    self.kinds = Some(kinds);
                    self.chain = certificate.map(|der| vec![der]);
                    return Ok(None);
                }
                // It reads SSL 2.0 and will not go on; whether it would with anything else, who knows.
                Some(Ssl2Answer::Error(_)) => return Err(Unmeasured::Handshake),
                Some(Ssl2Answer::Later) => return self.run(conn, bytes).await,
                None => {}
            }
            if conn.receive(&mut bytes, 16 << 10).await? == 0 {
                return Err(Unmeasured::Closed);
            }
        }
    }

    /// Reads until everything wanted is there, beginning with the `buffer` that was read before; a
    /// fatal alert is returned.
    async fn run(
        &mut self,
        conn: &mut Conn,
        mut buffer: Vec<u8>,
    ) -> Result<Option<u8>, Unmeasured> {
        self.records.push(&buffer);
        loop {
            while let Some(message) = self.records.message().map_err(|_| Unmeasured::Protocol)? {
                match message {
                    Incoming::Alert { level, description } => {
                        if level == 2 {
                            return Ok(Some(description));
                        }
                        self.warnings += 1;
                        if self.warnings > MOST_WARNINGS {
                            return Err(Unmeasured::Protocol);
                        }
                        self.warning = Some(description);
                    }
                    Incoming::Handshake { kind, body } => {
                        if self.take(kind, &body)? {
                            return Ok(None);
                        }
                    }
                }
            }
            buffer.clear();
            if conn.receive(&mut buffer, 16 << 10).await? == 0 {
                return Err(Unmeasured::Closed);
            }
            self.records.push(&buffer);
        }
    }

    /// Takes a message; whether nothing more is wanted.
    fn take(&mut self, kind: u8, body: &[u8]) -> Result<bool, Unmeasured> {
        let broken = |_| Unmeasured::Protocol;
        match (kind, &mut self.flight) {
            (2, None) => {
                let hello = ServerHello::read(body).map_err(broken)?;
                let version = TlsVersion::ALL
                    .into_iter()
                    .filter(|version| *version != TlsVersion::Ssl2)
                    .find(|version| version.wire() == hello.version)
                    .ok_or(Unmeasured::Protocol)?;
                self.flight = Some(Flight {
                    version,
                    suite: hello.suite,
                    group: hello.group,
                    field: None,
                    fresh: None,
                });
                self.hello = digest(body);
                Ok(version == TlsVersion::Tls13 || self.enough(hello.suite))
            }
            (11, Some(flight)) => {
                let suite = flight.suite;
                self.chain = Some(certificates(body).map_err(broken)?);
                Ok(self.enough(suite))
            }
            (12, Some(flight)) => {
                let exchange = Exchange::of(flight.suite);
                match KeyExchange::read(exchange, body).map_err(broken)? {
                    KeyExchange::Named(group) => flight.group = Some(group),
                    KeyExchange::Field(field) => flight.field = Some(field),
                    KeyExchange::Unnamed => {}
                }
                // What it says of the group counts even if the rest is cut off.
                let public = KeyExchange::public(exchange, body).unwrap_or(None);
                let (over, finite) = (
                    (flight.group, flight.field),
                    matches!(exchange, Exchange::Field { .. }),
                );
                flight.fresh = public.map(|public| Fresh::new(over, finite, public, self.hello));
                Ok(true)
            }
            // ServerHelloDone.
            (14, Some(_)) => Ok(true),
            // HelloRequest may come at any time.
            (_, Some(_)) | (0, None) => Ok(false),
            (_, None) => Err(Unmeasured::Protocol),
        }
    }

    fn enough(&self, suite: u16) -> bool {
        let wants = self.chain.is_none() && !self.signers.contains(&signer(suite));
        Exchange::of(suite) == Exchange::Other && !(wants && presents(suite))
    }

    fn answer(self, end: Result<Option<u8>, Unmeasured>) -> Answer {
        // ServerHello is the choice; what breaks after it takes nothing back.
        if let Some(flight) = self.flight {
            return Answer::Hello(flight);
        }
        if let Some(kinds) = self.kinds {
            return Answer::Kinds(kinds);
        }
        match (end, self.warning) {
            (Ok(Some(CLOSE_NOTIFY)), _) => Answer::Nothing(Unmeasured::Closed),
            (Ok(Some(description)), _) => Answer::Alert(description),
            // Some stacks say why at the level of a warning and then close.
            (Err(Unmeasured::Closed | Unmeasured::Reset), Some(description))
                if description != CLOSE_NOTIFY =>
            {
                Answer::Alert(description)
            }
            (Ok(None), _) => Answer::Nothing(Unmeasured::Protocol),
            (Err(reason), _) => Answer::Nothing(reason),
        }
    }
}

/// Whose key signs for a server that chose a suite: the part of its name behind the exchange.
type Signer = &'static str;

fn signer(suite: u16) -> Signer {
    let name = luytre_checks::fact::Suite::from(suite)
        .name()
        .unwrap_or_default();
    let mut kinds = ["ECDSA", "DSS"].into_iter();
    kinds.find(|kind| name.contains(kind)).unwrap_or("RSA")
}

/// Whether a server that chose `suite` presents a certificate.
fn presents(suite: u16) -> bool {
    let name = luytre_checks::fact::Suite::from(suite)
        .name()
        .unwrap_or_default();
    !name.contains("_anon_") && (name.contains("RSA_PSK") || !name.contains("_PSK_"))
}
