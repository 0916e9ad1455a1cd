//! Checks on what answers over UDP.

use luytre_inventory::{Endpoint, Protocol, Transport};

use crate::{
    Context, Exposure, Outcome, Tri,
    fact::{UdpExchange, UdpFact},
};

pub mod amplifier;
pub mod dns_recursion_open;
pub mod exposed;
pub mod ipmi_exposed;
pub mod ntp_mode_six;
pub mod ntp_monlist;
pub mod snmp_public;

/// The answer where nothing was heard: a filter and a service that keeps silent look alike.
const SILENT: Outcome = Outcome::unknown(
    "cổng UDP không trả lời: có thể bị chặn, có thể đang mở mà im lặng",
    "the UDP port did not answer: it may be filtered, or open and silent",
);

const ANOTHER: Outcome = Outcome::not_applicable(
    "cổng này được hỏi bằng giao thức khác",
    "this port was asked in another protocol",
);

/// Lets a check on `protocol` go on where that protocol was spoken; else the answer it gives.
fn spoken(fact: &UdpFact, protocol: Protocol) -> Result<(), Outcome> {
    match (fact.asked, fact.answered) {
        (Some(asked), _) if asked != protocol => Err(ANOTHER),
        (None, _) | (_, Tri::Unknown) => Err(SILENT),
        // The host says that nobody listens there.
        (_, Tri::No) => Err(Outcome::Pass),
        (_, Tri::Yes) => Ok(()),
    }
}

/// The declaration of this very port; the endpoint of a look may only stand for its host.
fn own<'a>(fact: &UdpFact, context: &Context<'a>) -> Option<&'a Endpoint> {
    context
        .endpoint
        .filter(|e| e.transport == Transport::Udp && e.port == Some(fact.port))
}

/// From where it is reachable, as far as that is known of this port.
fn exposure(fact: &UdpFact, context: &Context<'_>) -> Exposure {
    Exposure::of(context.vantage, own(fact, context).map(|e| e.zone))
}

/// The factor of an exchange for a message; `?` if it is not known.
fn factor(exchange: Option<&UdpExchange>) -> String {
    exchange.map_or_else(|| "?".to_owned(), UdpExchange::factor)
}

#[cfg(test)]
mod samples {
    use luytre_inventory::{Endpoint, Protocol, Transport, Zone};

    use crate::{
        Fact, Tri,
        examples::endpoint,
        fact::{UdpExchange, UdpFact, UdpQuestion},
    };

    /// A port that answered in `protocol`, with what `change` makes of it.
    pub(super) fn speaks(protocol: Protocol, change: impl Fn(&mut UdpFact)) -> Fact {
        let mut fact = asked(protocol, Tri::Yes);
        fact.protocol = Some(protocol);
        change(&mut fact);
        Fact::Udp(fact)
    }

    /// A port that was asked in `protocol` and is closed, or silent.
    pub(super) fn mute(protocol: Protocol, answered: Tri) -> Fact {
        Fact::Udp(asked(protocol, answered))
    }

    fn asked(protocol: Protocol, answered: Tri) -> UdpFact {
        let usual = |port: &u16| Protocol::of_udp_port(*port) == Some(protocol);
        UdpFact {
            port: (1..=u16::MAX).find(usual).unwrap(),
            asked: Some(protocol),
            answered,
            ..UdpFact::default()
        }
    }

    /// A question of ten bytes and its answer.
    pub(super) fn exchange(question: UdpQuestion, answered_bytes: u64) -> UdpExchange {
        UdpExchange {
            question,
            answered: Tri::Yes,
            asked_bytes: 10,
            answered_bytes,
            datagrams: 1,
            capped: false,
        }
    }

    /// The declaration of a UDP port.
    pub(super) fn declared(port: u16, protocol: Protocol, zone: Zone) -> Vec<Endpoint> {
        vec![Endpoint {
            transport: Transport::Udp,
            ..endpoint(Some(port), Some(protocol), zone)
        }]
    }
}
