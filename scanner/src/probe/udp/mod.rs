//! What answers a question of one UDP datagram: one small, harmless question in the protocol of the port,
//! sent twice at most, and what of the answer is proved by our own number in it.
//!
//! Silence is never a fact about the port. *Closed* is the host's own word (ICMP port unreachable). A
//! refusal by silence counts only between answers of the same server to something else.

use std::{net::SocketAddr, time::Duration};

use luytre_checks::{
    Evidence, Excerpt, Fact, FactKind, Tri, Unmeasured,
    fact::{IpmiAccess, UdpExchange, UdpFact, UdpQuestion},
};
use luytre_inventory::{Protocol, ScanProfile};

use super::Probe;
use crate::{
    Line, identify,
    line::{Asking, Reply},
};

mod ber;
mod dns;
mod ipmi;
mod names;
mod ntp;
mod snmp;
mod things;
mod words;

/// Ports that are asked about on every host by the standard and the deep profile.
pub(crate) const WELL_KNOWN: [u16; 12] = [
    53, 69, 123, 137, 161, 389, 623, 1900, 5060, 5353, 5683, 11_211,
];

/// Datagrams sent to one port at most: a time server by the deep profile (seven questions, each sent twice).
pub(crate) const MOST_DATAGRAMS: u32 = 14;

/// Waits for an answer to the first and to the second sending.
const PATIENCE: [Duration; 2] = [Duration::from_millis(500), Duration::from_millis(800)];

/// The same where the owner says that somebody is there.
const DECLARED: [Duration; 2] = [Duration::from_secs(1), Duration::from_millis(1500)];

/// Least wait for an answer of somebody who has answered before.
const LEAST: Duration = Duration::from_millis(200);

/// An answer is over when nothing more has come for so long.
const QUIET: Duration = Duration::from_millis(200);

/// Longest text kept, in characters.
const BANNER: usize = 256;

/// Asks one UDP port.
#[derive(Debug, Clone)]
pub struct UdpProbe {
    /// What the owner says is spoken there; without a word of the owner, the port decides what is asked,
    /// and silence is a fact that says nothing, not a failure.
    pub declared: Option<Protocol>,
    /// Who we are, for protocols with a word for it.
    pub agent: String,
}

/// Whether there is a question in `protocol`.
pub fn has_question(protocol: Protocol) -> bool {
    STEPS.iter().any(|step| step.protocol == protocol)
}

/// What an answer tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// What the service says of itself, as rules of identification read it.
    pub banner: String,
    /// The answer is a refusal.
    pub refused: bool,
    /// DNS: whether recursion is available.
    pub recursion: Tri,
    /// IPMI: who is let in, as far as this answer says.
    pub ipmi: Option<IpmiAccess>,
}

/// Who asks whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'a> {
    /// The name under which the server is known, or its address.
    host: &'a str,
    agent: &'a str,
    to: SocketAddr,
}

/// A question and the reader of its answers.
#[derive(Clone, Copy)]
pub(super) struct Step {
    question: UdpQuestion,
    protocol: Protocol,
    say: fn(&Asker<'_>, u32) -> Vec<u8>,
    /// What a datagram tells; none if it does not answer the question with that number.
    read: fn(u32, &[u8]) -> Option<Told>,
    numbered: bool,
    from_any_port: bool,
    /// How long the protocol lets a server wait before it answers.
    delay: Duration,
}

impl Step {
    /// A numbered question, answered by the port asked.
    const PLAIN: Self = Self {
        question: UdpQuestion::DnsRoot,
        protocol: Protocol::Other,
        say: |_, _| Vec::new(),
        read: |_, _| None,
        numbered: true,
        from_any_port: false,
        delay: Duration::ZERO,
    };
}

/// Every question. The first of a protocol opens it.
const STEPS: [&Step; 18] = [
    &dns::ROOT,
    &dns::VERSION,
    &ntp::TIME,
    &ntp::VARIABLES,
    &ntp::MONLIST,
    &snmp::STEPS[0],
    &snmp::STEPS[1],
    &snmp::STEPS[2],
    &words::SSDP,
    &words::MEMCACHED,
    &names::LDAP,
    &ipmi::CAPABILITIES,
    &ipmi::CIPHERS,
    &words::SIP,
    &words::TFTP,
    &names::NETBIOS,
    &dns::SERVICES,
    &things::COAP,
];

/// What `datagram` tells in answer to `question` with the number `number`; none if it is no answer to it.
pub fn understand(question: UdpQuestion, number: u32, datagram: &[u8]) -> Option<Told> {
    let step = STEPS.iter().find(|step| step.question == question)?;
    (step.read)(number, datagram)
}

impl Probe for UdpProbe {
    const KIND: FactKind = FactKind::Udp;
    const VERSION: u16 = 1;

    async fn observe(&self, line: &Line) -> Result<Fact, Unmeasured> {
        let port = line.port();
        let usual = Protocol::of_udp_port(port);
        let protocol = self.declared.or(usual).ok_or(Unmeasured::Protocol)?;
        let host = line.name().map(ToString::to_string);
        let mut talk = Talk {
            line,
            host: host.unwrap_or_else(|| line.address().to_string()),
            agent: &self.agent,
            patience: if self.declared.is_some() {
                DECLARED
            } else {
                PATIENCE
            },
            deep: line.permit().profile() == ScanProfile::Deep,
            said: String::new(),
            fact: UdpFact {
                port,
                asked: Some(protocol),
                ..UdpFact::default()
            },
        };
        match converse(&mut talk, protocol).await {
            Ok(()) => (),
            Err(Unmeasured::Refused) => talk.fact.answered = Tri::No,
            // Nobody said that anybody is there.
            Err(Unmeasured::TimedOut | Unmeasured::Protocol) if self.declared.is_none() => (),
            Err(reason) => return Err(reason),
        }
        Ok(Fact::Udp(talk.end()))
    }
}

async fn converse(talk: &mut Talk<'_>, protocol: Protocol) -> Result<(), Unmeasured> {
    match protocol {
        Protocol::Dns => dns::talk(talk).await,
        Protocol::Ntp => ntp::talk(talk).await,
        Protocol::Snmp => snmp::talk(talk).await,
        Protocol::Ipmi => ipmi::talk(talk).await,
        other => {
            let mut steps = STEPS.iter().filter(|step| step.protocol == other);
            let step = steps.next().ok_or(Unmeasured::Protocol)?;
            talk.first(step).await.map(drop)
        }
    }
}

/// A conversation with one port.
pub(super) struct Talk<'a> {
    line: &'a Line,
    host: String,
    agent: &'a str,
    patience: [Duration; 2],
    deep: bool,
    /// What the service said of itself.
    said: String,
    fact: UdpFact,
}

impl Talk<'_> {
    /// Asks what shows that the protocol is spoken there at all.
    async fn first(&mut self, step: &Step) -> Result<Told, Unmeasured> {
        let told = self.ask(step).await?;
        self.fact.answered = Tri::Yes;
        self.fact.protocol = Some(step.protocol);
        Ok(told)
    }

    /// Asks, and keeps count of the bytes.
    async fn ask(&mut self, step: &Step) -> Result<Told, Unmeasured> {
        let port = self.fact.port;
        let asker = Asker {
            host: &self.host,
            agent: self.agent,
            to: SocketAddr::new(self.line.address(), port),
        };
        let say = |number| (step.say)(&asker, number);
        let is_answer = |number, datagram: &[u8]| (step.read)(number, datagram).is_some();
        let asking = Asking {
            say: &say,
            is_answer: &is_answer,
            numbered: step.numbered,
            from_any_port: step.from_any_port,
            patience: self.patience.map(|patience| patience + step.delay),
            quiet: QUIET + step.delay,
        };
        let reply = self.line.ask(port, &asking).await;
        let bytes = u32::try_from(say(0).len()).unwrap_or(u32::MAX);
        let (exchange, told) = match reply {
            Ok(reply) => {
                self.learn(&reply, step.delay);
                let told = told(step, &reply);
                let answered = Tri::from(!told.refused);
                (counted(step.question, answered, &reply), Ok(told))
            }
            Err(reason) => {
                let silent = UdpExchange {
                    question: step.question,
                    answered: Tri::Unknown,
                    asked_bytes: bytes,
                    answered_bytes: 0,
                    datagrams: 0,
                    capped: false,
                };
                (silent, Err(reason))
            }
        };
        self.keep(exchange);
        if let Ok(told) = &told
            && self.said.is_empty()
        {
            self.said.clone_from(&told.banner);
        }
        told
    }

    /// Whoever has answered is not waited for as long as somebody of whom nothing is known.
    fn learn(&mut self, reply: &Reply, delay: Duration) {
        let usual = LEAST + reply.took.saturating_sub(delay) * 5;
        let waits = [usual, usual * 3 / 2];
        self.patience = std::array::from_fn(|n| self.patience[n].min(waits[n]));
    }

    /// One exchange a question; one that was answered is worth more than one that was not.
    fn keep(&mut self, exchange: UdpExchange) {
        let known = &mut self.fact.exchanges;
        match known.iter_mut().find(|e| e.question == exchange.question) {
            Some(before) if before.answered_bytes >= exchange.answered_bytes => (),
            Some(before) => *before = exchange,
            None => known.push(exchange),
        }
    }

    /// Waits for the server's sake.
    async fn rest(&self, time: Duration) {
        self.line.allow(time);
        tokio::time::sleep(time).await;
    }

    /// Notes that `questions` were shown to be left unanswered on purpose.
    fn silence_shown(&mut self, questions: &[UdpQuestion]) {
        for exchange in &mut self.fact.exchanges {
            if questions.contains(&exchange.question) {
                exchange.answered = Tri::No;
            }
        }
    }

    fn end(self) -> UdpFact {
        let Self {
            line,
            said,
            mut fact,
            ..
        } = self;
        let loudest = fact.loudest(|_| true);
        fact.amplification_percent = loudest.and_then(UdpExchange::amplification_percent);
        let Some(protocol) = fact.protocol else {
            return fact;
        };
        let identity = identify(protocol, &said);
        fact.confidence = identity.confidence();
        fact.vendor = identity.vendor;
        fact.product = identity.product;
        fact.version = identity.version;
        fact.os = identity.os;
        fact.cpe = identity.cpe;
        let excerpt = Excerpt::redacted(&said);
        let banner: String = excerpt.as_str().chars().take(BANNER).collect();
        fact.banner = (!banner.is_empty()).then_some(banner);
        line.note(Evidence {
            what: "udp_answer".to_owned(),
            excerpt,
            command: command(protocol, SocketAddr::new(line.address(), fact.port)),
        });
        fact
    }
}

/// What all datagrams of a reply tell: the text of the first that has one.
fn told(step: &Step, reply: &Reply) -> Told {
    let mut all = reply
        .datagrams
        .iter()
        .filter_map(|datagram| (step.read)(reply.number, datagram));
    let mut told = all.next().unwrap_or_default();
    for more in all {
        if told.banner.is_empty() {
            told.banner = more.banner;
        }
        told.refused &= more.refused;
    }
    told
}

fn counted(question: UdpQuestion, answered: Tri, reply: &Reply) -> UdpExchange {
    UdpExchange {
        question,
        answered,
        asked_bytes: u32::try_from(reply.asked).unwrap_or(u32::MAX),
        answered_bytes: reply.bytes,
        datagrams: reply.count,
        capped: reply.capped,
    }
}

/// A command that shows it again, where there is a usual one.
fn command(protocol: Protocol, at: SocketAddr) -> Option<String> {
    let (host, port) = (at.ip(), at.port());
    Some(match protocol {
        Protocol::Dns => format!("dig @{host} -p {port} . NS"),
        Protocol::Mdns => {
            format!("dig @{host} -p {port} _services._dns-sd._udp.local PTR")
        }
        Protocol::Ntp => format!("ntpq -c rv {host}"),
        Protocol::Snmp => format!("snmpget -v 2c -c public udp:{at} 1.3.6.1.2.1.1.1.0"),
        Protocol::Ipmi => format!("ipmitool -I lanplus -H {host} -p {port} channel authcap 14 4"),
        Protocol::Netbios => format!("nmblookup -A {host}"),
        Protocol::Coap => format!("coap-client -N coap://{at}/.well-known/core"),
        _ => return None,
    })
}

fn u16_at(said: &[u8], at: usize) -> Option<u16> {
    let end = at.checked_add(2)?;
    Some(u16::from_be_bytes(said.get(at..end)?.try_into().ok()?))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .trim_matches(|c: char| c.is_whitespace() || c == '\0')
        .to_owned()
}

#[cfg(test)]
mod tests;
