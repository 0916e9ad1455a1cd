//! Messages of the domain name system: what we ask, and what of an answer counts.
//!
//! The wire is read by `hickory-proto`; what it reads is still somebody else's word. Records count only
//! where the name asked about, or an unbroken and bounded chain of aliases from it, leads to them.

use hickory_resolver::proto::{
    op::{Edns, Message, MessageType, Query, ResponseCode},
    rr::{DNSClass, Name, RData, Record, RecordType},
};
use jiff::Timestamp;

/// What we take in one datagram: what passes everywhere unfragmented.
const PAYLOAD: u16 = 1232;

/// Records kept of one answer, each section.
const MOST_RECORDS: usize = 512;

/// Characters kept of one text.
const MOST_TEXT: usize = 4096;

/// Aliases followed from one name.
const MOST_ALIASES: usize = 16;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// In lower case.
    pub(super) name: Name,
    pub(super) kind: RecordType,
    /// The resolver shall not check signatures (CD).
    pub(super) unchecked: bool,
}

impl Question {
    /// A question for records of the kind with that number; none if `name` is no name.
    pub fn new(name: &str, kind: u16) -> Option<Self> {
        Some(Self {
            name: name_of(name)?.to_lowercase(),
            kind: kind.into(),
            unchecked: false,
        })
    }

    /// Its message with a fresh id: recursion is wished for, and signatures are wanted.
    pub fn message(&self) -> Option<(u16, Vec<u8>)> {
        let mut message = Message::query();
        message.metadata.recursion_desired = true;
        message.metadata.authentic_data = true;
        message.metadata.checking_disabled = self.unchecked;
        message.add_query(Query::query(self.name.clone(), self.kind));
        let mut edns = Edns::new();
        edns.set_max_payload(PAYLOAD).set_dnssec_ok(true);
        message.set_edns(edns);
        Some((message.metadata.id, message.to_vec().ok()?))
    }
}

/// What came of one message.
#[derive(Debug)]
pub enum Read {
    /// It did not fit: to be asked over TCP.
    Cut,
    /// It did.
    Whole(Answer),
}

/// What a resolver answers.
#[derive(Debug, Clone)]
pub struct Answer {
    code: ResponseCode,
    /// It found every signature right (AD).
    pub(super) secure: bool,
    /// The name asked about, in lower case.
    name: Name,
    /// The names that it was led through, in lower case.
    aliases: Vec<Name>,
    records: Vec<Record>,
    authority: Vec<Record>,
}

impl Answer {
    /// Whether the name at the end of the aliases exists, with or without such records; none if the
    /// resolver could not tell. That something is not there needs the SOA record of a zone that could
    /// hold it (RFC 2308 3, 6): a referral or half an answer has none.
    pub fn exists(&self) -> Option<bool> {
        let owner = self.owner();
        let given = |record: &Record| record.name.to_lowercase() == *owner;
        match self.code {
            ResponseCode::NoError if self.records.iter().any(given) => Some(true),
            ResponseCode::NoError => self.is_denial().then_some(true),
            ResponseCode::NXDomain => self.is_denial().then_some(false),
            _ => None,
        }
    }

    fn is_denial(&self) -> bool {
        let soa = |record: &&Record| record.record_type() == RecordType::SOA;
        let mut apexes = self.authority.iter().filter(soa);
        apexes.any(|record| record.name.zone_of(self.owner()))
    }

    /// Whether the resolver will not have such a question of us.
    pub(super) fn is_turned_away(&self) -> bool {
        matches!(
            self.code,
            ResponseCode::Refused | ResponseCode::NotImp | ResponseCode::FormErr
        )
    }

    /// The last name in the chain of aliases, the one asked about if there are none.
    pub(super) fn owner(&self) -> &Name {
        self.aliases.last().unwrap_or(&self.name)
    }

    /// Whether the name asked about is an alias.
    pub(super) fn is_alias(&self) -> bool {
        !self.aliases.is_empty()
    }

    /// Data of its records of `kind`.
    pub(super) fn of(&self, kind: RecordType) -> impl Iterator<Item = &RData> {
        let right = move |record: &&Record| {
            record.record_type() == kind && record.name.to_lowercase() == *self.owner()
        };
        self.records.iter().filter(right).map(|record| &record.data)
    }

    /// The texts of its TXT records.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        self.of(RecordType::TXT).filter_map(|data| match data {
            RData::TXT(txt) => Some(plain(&txt.txt_data.concat())),
            _ => None,
        })
    }

    /// The owners of the SOA records in it, wherever they stand.
    pub(super) fn apexes(&self) -> impl Iterator<Item = Name> {
        let all = self.records.iter().chain(&self.authority);
        all.filter(|record| record.record_type() == RecordType::SOA)
            .map(|record| record.name.to_lowercase())
    }

    /// The algorithms of its keys (DNSKEY).
    pub fn algorithms(&self) -> impl Iterator<Item = u8> {
        self.of(RecordType::DNSKEY).filter_map(|data| match data {
            RData::Unknown { rdata, .. } => algorithm_of_key(&rdata.anything),
            _ => None,
        })
    }

    /// From when until when each of its signatures holds, those of a denial too.
    pub fn signatures(&self) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let all = self.records.iter().chain(&self.authority);
        all.filter_map(|record| match &record.data {
            RData::Unknown { code, rdata } if *code == RecordType::RRSIG => {
                life_of_signature(&rdata.anything)
            }
            _ => None,
        })
    }
}

/// The algorithm of a key that signs zones and is not taken back, by the data of its record (RFC 4034 2.1,
/// RFC 5011 7).
fn algorithm_of_key(data: &[u8]) -> Option<u8> {
    const ZONE: u16 = 0x0100;
    const REVOKED: u16 = 0x0080;
    let [high, low, _protocol, algorithm, ..] = data else {
        return None;
    };
    let flags = u16::from_be_bytes([*high, *low]);
    (flags & (ZONE | REVOKED) == ZONE).then_some(*algorithm)
}

/// From when until when a signature holds, by the data of its record (RFC 4034 3.1.5).
fn life_of_signature(data: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let moment = |at: usize| {
        let bytes = data.get(at..at + 4)?;
        let seconds = u32::from_be_bytes(bytes.try_into().ok()?);
        Timestamp::from_second(seconds.into()).ok()
    };
    Some((moment(12)?, moment(8)?))
}

/// The answer in `bytes`, if it answers that very question.
pub fn read(bytes: &[u8], id: u16, question: &Question) -> Option<Read> {
    let message = Message::from_vec(bytes).ok()?;
    let [asked] = message.queries.as_slice() else {
        return None;
    };
    let ours = message.metadata.id == id
        && message.metadata.message_type == MessageType::Response
        && asked.name().to_lowercase() == question.name
        && asked.query_type() == question.kind;
    if !ours {
        return None;
    }
    if message.metadata.truncation {
        return Some(Read::Cut);
    }
    let kept = |records: Vec<Record>| -> Vec<Record> {
        let ours = |record: &Record| record.dns_class == DNSClass::IN;
        records
            .into_iter()
            .filter(ours)
            .take(MOST_RECORDS)
            .collect()
    };
    let records = kept(message.answers);
    let mut answer = Answer {
        code: message.metadata.response_code,
        secure: message.metadata.authentic_data,
        name: question.name.clone(),
        aliases: Vec::new(),
        authority: kept(message.authorities),
        records: Vec::new(),
    };
    if let Some(aliases) = aliases(question, &records) {
        (answer.aliases, answer.records) = (aliases, records);
    } else {
        // It leads nowhere, so it says nothing.
        (answer.code, answer.secure) = (ResponseCode::ServFail, false);
    }
    Some(Read::Whole(answer))
}

/// The names that `records` lead the question through; none for a loop or a chain without end.
fn aliases(question: &Question, records: &[Record]) -> Option<Vec<Name>> {
    let mut aliases: Vec<Name> = Vec::new();
    if question.kind == RecordType::CNAME {
        return Some(aliases);
    }
    loop {
        let here = aliases.last().unwrap_or(&question.name);
        let mut further = records
            .iter()
            .filter(|record| record.name.to_lowercase() == *here)
            .filter_map(|record| match &record.data {
                RData::CNAME(to) => Some(to.0.to_lowercase()),
                _ => None,
            });
        let Some(next) = further.next() else {
            return Some(aliases);
        };
        if aliases.contains(&next) || next == question.name || aliases.len() == MOST_ALIASES {
            return None;
        }
        aliases.push(next);
    }
}

/// A name as text, lower case, without the trailing dot; `.` for the root. Odd bytes come escaped.
pub(super) fn shown(name: &Name) -> String {
    let text = name.to_lowercase().to_ascii();
    match text.strip_suffix('.') {
        Some("") | None => text,
        Some(rest) => rest.to_owned(),
    }
}

/// Somebody else's bytes as text: no control characters, and not too many.
pub(super) fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let kept = text.chars().take(MOST_TEXT);
    kept.map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// The name that `text` writes, absolute.
pub(super) fn name_of(text: &str) -> Option<Name> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let mut name = Name::from_ascii(text).ok()?;
    name.set_fqdn(true);
    Some(name)
}

#[cfg(test)]
mod tests {
    use hickory_resolver::proto::rr::rdata::{CNAME, SOA};

    use super::*;

    fn name(text: &str) -> Name {
        Name::from_ascii(text).unwrap()
    }

    fn soa(apex: &str) -> Record {
        let soa = SOA::new(name(apex), name(apex), 1, 2, 3, 4, 5);
        Record::from_rdata(name(apex), 60, RData::SOA(soa))
    }

    /// What is understood of an answer to a question for the addresses of `www.doiche.test`.
    fn understood(code: ResponseCode, answers: Vec<Record>, authority: Vec<Record>) -> Answer {
        let question = Question {
            name: name("www.doiche.test."),
            kind: RecordType::A,
            unchecked: false,
        };
        let (id, bytes) = question.message().unwrap();
        let mut message = Message::from_vec(&bytes).unwrap();
        message.metadata.message_type = MessageType::Response;
        message.metadata.response_code = code;
        message.answers = answers;
        message.authorities = authority;
        match read(&message.to_vec().unwrap(), id, &question) {
            Some(Read::Whole(answer)) => answer,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_denial_needs_the_zone_that_denies() {
        use ResponseCode::{NXDomain, NoError, Refused, ServFail};
        let here = || vec![soa("doiche.test.")];
        for (code, authority, expected) in [
            (NoError, here(), Some(true)),
            (NXDomain, here(), Some(false)),
            (NXDomain, vec![soa(".")], Some(false)),
            (NoError, Vec::new(), None),
            (NXDomain, Vec::new(), None),
            (NXDomain, vec![soa("bentha.test.")], None),
            (ServFail, here(), None),
            (Refused, here(), None),
        ] {
            let answer = understood(code, Vec::new(), authority);
            assert_eq!(answer.exists(), expected, "{code}");
        }
    }

    #[test]
    fn aliases_are_followed_to_their_end() {
        let alias = |from: &str, to: &str| {
            Record::from_rdata(name(from), 60, RData::CNAME(CNAME(name(to))))
        };
        let away = vec![
            alias("x.test.", "y.test."),
            alias("WWW.doiche.test.", "x.test."),
        ];
        let denied = vec![soa("test.")];
        let found = understood(ResponseCode::NXDomain, away.clone(), denied);
        assert_eq!((found.exists(), found.is_alias()), (Some(false), true));
        assert_eq!(shown(found.owner()), "y.test");
        // The zone of the alias says nothing of where it leads.
        let there = vec![soa("doiche.test.")];
        let found = understood(ResponseCode::NXDomain, away, there);
        assert_eq!(found.exists(), None);
        let round = vec![
            alias("www.doiche.test.", "x.test."),
            alias("x.test.", "www.doiche.test."),
        ];
        let found = understood(ResponseCode::NoError, round, Vec::new());
        assert_eq!((found.exists(), found.is_alias()), (None, false));
    }

    #[test]
    fn lives_of_signatures() {
        let mut data = vec![0; 18];
        data[8..12].copy_from_slice(&200_u32.to_be_bytes());
        data[12..16].copy_from_slice(&100_u32.to_be_bytes());
        let (from, until) = life_of_signature(&data).unwrap();
        assert_eq!((from.as_second(), until.as_second()), (100, 200));
        assert_eq!(life_of_signature(&data[..15]), None);
    }

    #[test]
    fn algorithms_of_keys() {
        for (data, expected) in [
            (&[1, 1, 3, 13, 9][..], Some(13)),
            (&[1, 0, 3, 8], Some(8)),
            (&[1, 0x81, 3, 8], None),
            (&[0, 0, 3, 8], None),
            (&[1, 0, 3], None),
        ] {
            assert_eq!(algorithm_of_key(data), expected, "{data:?}");
        }
    }

    #[test]
    fn foreign_text_is_tamed() {
        assert_eq!(
            plain(b"a\x1b[1m\0\xff\n"),
            "a\u{fffd}[1m\u{fffd}\u{fffd}\u{fffd}"
        );
        assert_eq!(plain(&[b'x'; 5000]).len(), MOST_TEXT);
        assert_eq!(shown(&Name::root()), ".");
        assert_eq!(shown(&name("WWW.Doiche.test.")), "www.doiche.test");
        assert!(name_of("a..b").is_none());
        assert_eq!(name_of("a.test"), name_of("a.test."));
    }
}
