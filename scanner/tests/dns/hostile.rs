//! Resolvers that mean no good, or know no better. They cost seconds and bounded memory, and nothing of
//! what they do means that something is missing.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use hickory_resolver::proto::{
    op::{Message, MessageType, ResponseCode},
    rr::{
        DNSClass, Name, RData, Record, RecordType,
        rdata::{A, CNAME, SOA, TXT},
    },
};
use luytre_checks::{Fact, Outcome, Unmeasured, fact::DnsFact};
use luytre_scanner::{Probe, probe::DnsProbe};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
    task::JoinSet,
};

use crate::{judged, line, look};

const NAME: &str = "www.doiche.test";

/// What it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trick {
    Silent,
    Garbage,
    AnotherId,
    AnotherQuestion,
    NotAnAnswer,
    PointerLoop,
    AliasLoop,
    AliasesWithoutEnd,
    AnotherName,
    AnotherClass,
    Fails,
    Refuses,
    /// Too long for a datagram, then over TCP …
    CutThenSilent,
    CutThenSlow,
    CutThenShort,
    CutThenGarbage,
    CutThenClosed,
}

const TRICKS: [Trick; 17] = [
    Trick::Silent,
    Trick::Garbage,
    Trick::AnotherId,
    Trick::AnotherQuestion,
    Trick::NotAnAnswer,
    Trick::PointerLoop,
    Trick::AliasLoop,
    Trick::AliasesWithoutEnd,
    Trick::AnotherName,
    Trick::AnotherClass,
    Trick::Fails,
    Trick::Refuses,
    Trick::CutThenSilent,
    Trick::CutThenSlow,
    Trick::CutThenShort,
    Trick::CutThenGarbage,
    Trick::CutThenClosed,
];

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

fn answer(question: &Message) -> Message {
    let mut message = question.clone();
    message.metadata.message_type = MessageType::Response;
    message
}

impl Trick {
    fn datagram(self, question: &Message) -> Option<Vec<u8>> {
        let mut message = answer(question);
        let asked = question.queries[0].name().clone();
        let alias = |from: Name, to: Name| Record::from_rdata(from, 60, RData::CNAME(CNAME(to)));
        let numbered = |number: usize| name(&format!("n{number}.doiche.test."));
        match self {
            Self::Silent => return None,
            Self::Garbage => return Some(vec![0xC0; 600]),
            Self::AnotherId => message.metadata.id ^= 1,
            Self::AnotherQuestion => message.queries[0].name = name("www.bentha.test."),
            Self::NotAnAnswer => message.metadata.message_type = MessageType::Query,
            Self::PointerLoop => {
                message.edns = None;
                let mut bytes = message.to_vec().unwrap();
                bytes[7] = 1;
                let here = u16::try_from(bytes.len()).unwrap() | 0xC000;
                bytes.extend(here.to_be_bytes());
                bytes.extend([0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
                return Some(bytes);
            }
            Self::AliasLoop => {
                message.add_answer(alias(asked.clone(), numbered(0)));
                message.add_answer(alias(numbered(0), asked));
            }
            Self::AliasesWithoutEnd => {
                message.add_answer(alias(asked, numbered(0)));
                for number in 0..60 {
                    message.add_answer(alias(numbered(number), numbered(number + 1)));
                }
            }
            Self::AnotherName => {
                let other = name("www.bentha.test.");
                let data = RData::A(A([192, 0, 2, 1].into()));
                message.add_answer(Record::from_rdata(other, 60, data));
            }
            Self::AnotherClass => {
                let data = RData::TXT(TXT::new(vec!["v=spf1 -all".to_owned()]));
                let mut record = Record::from_rdata(asked, 60, data);
                record.dns_class = DNSClass::CH;
                message.add_answer(record);
            }
            Self::Fails => message.metadata.response_code = ResponseCode::ServFail,
            Self::Refuses => message.metadata.response_code = ResponseCode::Refused,
            _ => message.metadata.truncation = true,
        }
        Some(message.to_vec().unwrap())
    }

    async fn stream(self, mut stream: TcpStream) {
        let mut length = [0; 2];
        if stream.read_exact(&mut length).await.is_err() {
            return;
        }
        match self {
            Self::CutThenSilent => (),
            Self::CutThenSlow => {
                let _ = stream.write_all(&[0xFF, 0xFF]).await;
                while stream.write_all(&[0]).await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
            Self::CutThenShort => {
                let _ = stream.write_all(&[0, 200, 1, 2, 3]).await;
                return;
            }
            Self::CutThenGarbage => {
                let _ = stream.write_all(&vec![0xFF; 70_000]).await;
            }
            _ => return,
        }
        tokio::time::sleep(Duration::from_secs(20)).await;
    }
}

/// A resolver that answers datagrams by `reply`, and streams as the trick does.
async fn serve(
    trick: Trick,
    reply: impl Fn(&Message) -> Option<Vec<u8>> + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap();
    let socket = UdpSocket::bind(here).await.unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(trick.stream(stream));
        }
    });
    tokio::spawn(async move {
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let question = Message::from_vec(&buffer[..length]).unwrap();
            if let Some(bytes) = reply(&question) {
                let _ = socket.send_to(&bytes, from).await;
            }
        }
    });
    here
}

/// Nothing passes, and nothing fails: nothing is known.
fn says_nothing(found: &Result<DnsFact, Unmeasured>, trick: Trick) {
    let Ok(fact) = found else { return };
    for (id, outcome) in judged(&Fact::Dns(fact.clone())) {
        let open = matches!(
            outcome,
            Outcome::Inconclusive(_) | Outcome::NotApplicable(_)
        );
        assert!(open, "{trick:?} {id}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_resolver_that_lies_says_nothing() {
    let begun = Instant::now();
    let mut looks = JoinSet::new();
    for trick in TRICKS {
        let resolver = serve(trick, move |question| trick.datagram(question)).await;
        looks.spawn(async move { (trick, look(NAME, resolver).await) });
    }
    while let Some(done) = looks.join_next().await {
        let (trick, found) = done.unwrap();
        says_nothing(&found, trick);
        let reason = found.err();
        match trick {
            Trick::Silent => assert_eq!(reason, Some(Unmeasured::TimedOut)),
            Trick::Refuses => assert_eq!(reason, Some(Unmeasured::Refused)),
            Trick::Fails
            | Trick::AliasLoop
            | Trick::AliasesWithoutEnd
            | Trick::AnotherName
            | Trick::AnotherClass => {
                assert_eq!(reason, Some(Unmeasured::Unresolved), "{trick:?}");
            }
            _ => assert!(reason.is_some(), "{trick:?}"),
        }
    }
    assert!(
        begun.elapsed() < Duration::from_secs(30),
        "{:?}",
        begun.elapsed()
    );
}

/// A zone that hands out much, and nothing nice.
fn nasty(question: &Message) -> Option<Vec<u8>> {
    let mut message = answer(question);
    let asked = question.queries[0].name().clone();
    let zone = name("doiche.test.");
    match question.queries[0].query_type() {
        RecordType::SOA => {
            let (far, soonest) = (i32::MAX, -1);
            let soa = SOA::new(zone.clone(), zone.clone(), 1, far, soonest, far, u32::MAX);
            let record = Record::from_rdata(zone.clone(), 60, RData::SOA(soa));
            if asked == zone {
                message.add_answer(record);
            } else {
                message.add_authority(record);
            }
        }
        RecordType::TXT => {
            let long = "x".repeat(200);
            let texts = [
                "v=spf1 \u{1b}[2J\u{0}<script>alert(1)</script> ",
                "\u{202e}=cmd|' /C calc'!A1 ",
            ];
            let texts = texts.map(str::to_owned).into_iter();
            let texts = texts.chain(std::iter::repeat_n(long, 300)).collect();
            let record = Record::from_rdata(asked, 60, RData::TXT(TXT::new(texts)));
            message.add_answer(record);
        }
        RecordType::A => {
            for last in 0..=255 {
                let data = RData::A(A([192, 0, 2, last].into()));
                message.add_answer(Record::from_rdata(asked.clone(), 60, data));
            }
        }
        _ => (),
    }
    message.edns = None;
    message.to_vec().ok().filter(|bytes| bytes.len() <= 65_000)
}

#[tokio::test]
async fn what_it_says_is_bounded_and_holds_no_control_characters() {
    let reply = |question: &Message| {
        let bytes = nasty(question)?;
        if bytes.len() <= 4000 {
            return Some(bytes);
        }
        let mut cut = answer(question);
        cut.metadata.truncation = true;
        cut.to_vec().ok()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap();
    let socket = UdpSocket::bind(here).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut question = vec![0; usize::from(stream.read_u16().await.unwrap())];
            stream.read_exact(&mut question).await.unwrap();
            let bytes = nasty(&Message::from_vec(&question).unwrap()).unwrap();
            let length = u16::try_from(bytes.len()).unwrap();
            stream.write_u16(length).await.unwrap();
            stream.write_all(&bytes).await.unwrap();
        }
    });
    tokio::spawn(async move {
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let question = Message::from_vec(&buffer[..length]).unwrap();
            let _ = socket.send_to(&reply(&question).unwrap(), from).await;
        }
    });
    let fact = look(NAME, here).await.unwrap();
    let json = serde_json::to_string(&fact).unwrap();
    let shown: DnsFact = serde_json::from_str(&json).unwrap();
    let spf = &shown.mail.spf.as_deref().unwrap()[0];
    assert!(spf.contains("<script>") && spf.chars().count() <= 4096);
    assert!(!spf.chars().any(char::is_control), "{spf}");
    assert!(json.len() < 64 * 1024, "{}", json.len());
    assert_eq!(shown.soa.unwrap().retry, u32::MAX);
}

#[tokio::test]
async fn without_the_operators_wish_no_resolver_hears_of_it() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let here = socket.local_addr().unwrap();
    let unasked = line(NAME, 443, &[]).await;
    let found = DnsProbe::default().observe(&unasked).await;
    assert_eq!(found.unwrap_err(), Unmeasured::NotPermitted);
    let mut buffer = [0; 16];
    assert!(socket.try_recv_from(&mut buffer).is_err());
    // The same socket hears of it where it is wished for.
    let asked = tokio::spawn(async move { look(NAME, here).await });
    let heard = tokio::time::timeout(Duration::from_secs(5), socket.recv_from(&mut buffer));
    assert!(heard.await.is_ok());
    asked.abort();
}
