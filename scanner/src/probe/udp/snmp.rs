//! SNMP: version 1 (RFC 1157), 2c (RFC 1901), 3 (RFC 3412, 3414).

use luytre_checks::{Tri, Unmeasured, fact::UdpQuestion};
use luytre_inventory::Protocol;

use super::{
    Step, Talk, Told,
    ber::{NULL, OBJECT, OCTETS, Reader, SEQUENCE, number, write},
    text,
};

/// The one community that is ever tried: the default of most devices. Reading the description of the
/// system with it changes nothing.
const COMMUNITY: &[u8] = b"public";

/// `sysDescr.0` (RFC 3418): 1.3.6.1.2.1.1.1.0.
const DESCRIPTION: &[u8] = &[0x2b, 6, 1, 2, 1, 1, 1, 0];

const GET: u8 = 0xa0;
const RESPONSE: u8 = 0xa2;
const REPORT: u8 = 0xa8;

/// The security model of users (RFC 3411).
const USERS: u32 = 3;

const ONE: Step = Step {
    question: UdpQuestion::SnmpOne,
    protocol: Protocol::Snmp,
    say: |_, number| by_community(0, number),
    read: |number, said| community_answer(0, number, said),
    ..Step::PLAIN
};

const TWO: Step = Step {
    question: UdpQuestion::SnmpTwo,
    protocol: Protocol::Snmp,
    say: |_, number| by_community(1, number),
    read: |number, said| community_answer(1, number, said),
    ..Step::PLAIN
};

const THREE: Step = Step {
    question: UdpQuestion::SnmpThree,
    protocol: Protocol::Snmp,
    say: |_, number| discovery(number),
    read: report,
    ..Step::PLAIN
};

pub(super) const STEPS: [Step; 3] = [ONE, TWO, THREE];

/// Numbers of SNMP have a sign.
const fn id(number: u32) -> u32 {
    number & 0x7fff_ffff
}

fn by_community(version: u32, request: u32) -> Vec<u8> {
    let variable = write(
        SEQUENCE,
        &[&write(OBJECT, &[DESCRIPTION]), &write(NULL, &[])],
    );
    let get = pdu(GET, request, &variable);
    write(
        SEQUENCE,
        &[&number(version), &write(OCTETS, &[COMMUNITY]), &get],
    )
}

fn pdu(tag: u8, request: u32, variables: &[u8]) -> Vec<u8> {
    let none = number(0);
    let list = write(SEQUENCE, &[variables]);
    write(tag, &[&number(id(request)), &none, &none, &list])
}

/// RFC 3414 section 4: no user, no engine, nothing asked for.
fn discovery(request: u32) -> Vec<u8> {
    let (none, empty) = (number(0), write(OCTETS, &[]));
    let reportable = write(OCTETS, &[&[4]]);
    let header = [
        number(id(request)),
        number(65_507),
        reportable,
        number(USERS),
    ];
    let header = write(SEQUENCE, &[&header.concat()]);
    let user = write(SEQUENCE, &[&empty, &none, &none, &empty, &empty, &empty]);
    let scoped = write(SEQUENCE, &[&empty, &empty, &pdu(GET, request, &[])]);
    let security = write(OCTETS, &[&user]);
    write(SEQUENCE, &[&number(3), &header, &security, &scoped])
}

/// An answer in the version, community and number that we used. Any answer shows that the community is
/// accepted: to others an agent says nothing (RFC 1157 section 4.1).
fn community_answer(version: u32, request: u32, said: &[u8]) -> Option<Told> {
    let mut message = Reader::new(said).inside(SEQUENCE)?;
    let ours = message.unsigned()? == version && message.expect(OCTETS)? == COMMUNITY;
    let mut response = message.inside(RESPONSE)?;
    if !ours || response.unsigned()? != id(request) {
        return None;
    }
    let (_status, _index) = (response.unsigned()?, response.unsigned()?);
    let mut description = || {
        let mut variable = response.inside(SEQUENCE)?.inside(SEQUENCE)?;
        let named = variable.expect(OBJECT)? == DESCRIPTION;
        let value = variable.expect(OCTETS)?;
        named.then(|| text(value))
    };
    Some(Told {
        banner: description().unwrap_or_default(),
        ..Told::default()
    })
}

/// A report with our number, from an engine that names itself.
fn report(request: u32, said: &[u8]) -> Option<Told> {
    let mut message = Reader::new(said).inside(SEQUENCE)?;
    let version = message.unsigned()?;
    let mut header = message.inside(SEQUENCE)?;
    if version != 3 || header.unsigned()? != id(request) {
        return None;
    }
    let mut user = Reader::new(message.expect(OCTETS)?).inside(SEQUENCE)?;
    let engine = user.expect(OCTETS)?;
    let mut scoped = message.inside(SEQUENCE)?;
    let (_engine, _context) = (scoped.expect(OCTETS)?, scoped.expect(OCTETS)?);
    scoped.expect(REPORT)?;
    // RFC 3411: 5 to 32 bytes.
    (5..=32).contains(&engine.len()).then(Told::default)
}

/// With the community in version 2c, else in version 1. An agent that answers neither is told from a
/// silent port by version 3.
pub(super) async fn talk(talk: &mut Talk<'_>) -> Result<(), Unmeasured> {
    for step in [&TWO, &ONE] {
        match talk.first(step).await {
            Ok(_) => {
                talk.fact.public_community = Tri::Yes;
                talk.fact.version_three = Tri::from_answer(&talk.ask(&THREE).await);
                return Ok(());
            }
            Err(Unmeasured::TimedOut | Unmeasured::Protocol) => (),
            Err(reason) => return Err(reason),
        }
    }
    talk.first(&THREE).await?;
    talk.fact.version_three = Tri::Yes;
    talk.fact.public_community = no_community(talk).await;
    Ok(())
}

/// Whether silence is what the agent has for the community: both versions once more, each between two
/// answers to something else.
async fn no_community(talk: &mut Talk<'_>) -> Tri {
    for step in [&TWO, &ONE] {
        match talk.ask(step).await {
            Ok(_) => return Tri::Yes,
            Err(Unmeasured::TimedOut) => (),
            Err(_) => return Tri::Unknown,
        }
        if talk.ask(&THREE).await.is_err() {
            return Tri::Unknown;
        }
    }
    talk.silence_shown(&[UdpQuestion::SnmpOne, UdpQuestion::SnmpTwo]);
    Tri::No
}

trait FromAnswer {
    fn from_answer(answer: &Result<Told, Unmeasured>) -> Self;
}

impl FromAnswer for Tri {
    /// Silence alone is no answer.
    fn from_answer(answer: &Result<Told, Unmeasured>) -> Self {
        if answer.is_ok() {
            Self::Yes
        } else {
            Self::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(version: u32, community: &[u8], tag: u8, request: u32, value: &[u8]) -> Vec<u8> {
        let variable = write(SEQUENCE, &[&write(OBJECT, &[DESCRIPTION]), value]);
        let pdu = pdu(tag, request, &variable);
        write(
            SEQUENCE,
            &[&number(version), &write(OCTETS, &[community]), &pdu],
        )
    }

    #[test]
    fn only_our_own_question_is_answered() {
        let value = write(OCTETS, &[b"Linux may-chu 6.1.0"]);
        let said = response(1, b"public", RESPONSE, 77, &value);
        assert_eq!(
            community_answer(1, 77, &said).unwrap().banner,
            "Linux may-chu 6.1.0"
        );
        assert_eq!(community_answer(0, 77, &said), None);
        assert_eq!(community_answer(1, 78, &said), None);
        for said in [
            response(1, b"private", RESPONSE, 77, &value),
            response(1, b"public", GET, 77, &value),
            by_community(1, 77),
        ] {
            assert_eq!(community_answer(1, 77, &said), None);
        }
        // There is no such object, but the community is good.
        let none = response(1, b"public", RESPONSE, 77, &write(NULL, &[]));
        assert_eq!(community_answer(1, 77, &none).unwrap().banner, "");
        for end in 0..said.len() {
            assert_eq!(community_answer(1, 77, &said[..end]), None, "{end}");
        }
    }

    #[test]
    fn an_engine_names_itself() {
        let empty = write(OCTETS, &[]);
        let said = |engine: &[u8], request: u32, tag| {
            let header = [
                number(request),
                number(1500),
                write(OCTETS, &[&[0]]),
                number(3),
            ];
            let header = write(SEQUENCE, &[&header.concat()]);
            let none = number(0);
            let engine = write(OCTETS, &[engine]);
            let user = write(SEQUENCE, &[&engine, &none, &none, &empty, &empty, &empty]);
            let scoped = write(SEQUENCE, &[&engine, &empty, &pdu(tag, request, &[])]);
            let security = write(OCTETS, &[&user]);
            write(SEQUENCE, &[&number(3), &header, &security, &scoped])
        };
        assert!(report(5, &said(&[0x80, 0, 0x1f, 0x88, 4], 5, REPORT)).is_some());
        for (engine, request, tag) in [
            (&b""[..], 5, REPORT),
            (&[1; 33], 5, REPORT),
            (&[1; 9], 6, REPORT),
            (&[1; 9], 5, RESPONSE),
        ] {
            assert_eq!(report(5, &said(engine, request, tag)), None);
        }
        assert_eq!(report(5, &discovery(5)), None);
    }
}
