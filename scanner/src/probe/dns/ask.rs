//! Questions to our own resolvers, one datagram each; TCP where the answer does not fit.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use hickory_resolver::proto::rr::{Name, RecordType};
use luytre_checks::Unmeasured;
use luytre_inventory::{LookupKind, Target};
use tokio::{io::AsyncReadExt, sync::OnceCell};

use super::answer::{self, Answer, Question};
use crate::{Line, Lookup, meter::lock};

/// Resolvers asked at most, in their order.
const RESOLVERS: usize = 3;

/// Wait for one datagram; a lost one is asked for twice.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers kept over a run.
const KEPT: usize = 8192;

/// Questions for one name at most; none is asked twice.
const MOST_QUESTIONS: u16 = 160;

/// Answers of a run, so that many names of one zone ask about it once.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers(Arc<Mutex<HashMap<Question, Arc<Answer>>>>);

/// Asks on behalf of one line.
pub(super) struct Asker<'a> {
    line: &'a Line,
    answers: &'a Answers,
    ways: Vec<(SocketAddr, OnceCell<Lookup>)>,
    left: AtomicU16,
}

impl<'a> Asker<'a> {
    pub(super) fn new(line: &'a Line, answers: &'a Answers) -> Self {
        let resolvers = line.resolvers().iter().take(RESOLVERS);
        Self {
            line,
            answers,
            ways: resolvers.map(|to| (*to, OnceCell::new())).collect(),
            left: AtomicU16::new(MOST_QUESTIONS),
        }
    }

    /// Asks the resolvers in turn until one answers; the answer of before counts within a run. An
    /// answer may say that the resolver failed: see [`Answer::exists`].
    pub(super) async fn ask(
        &self,
        name: &Name,
        kind: RecordType,
        checked: Checked,
    ) -> Result<Arc<Answer>, Unmeasured> {
        let question = Question {
            name: name.to_lowercase(),
            kind,
            unchecked: checked == Checked::No,
        };
        if let Some(known) = lock(&self.answers.0).get(&question) {
            return Ok(Arc::clone(known));
        }
        let take = |left: u16| left.checked_sub(1);
        let (set, fetch) = (Ordering::Relaxed, Ordering::Relaxed);
        if self.left.fetch_update(set, fetch, take).is_err() {
            return Err(Unmeasured::TooLarge);
        }
        let mut reason = Unmeasured::NotPermitted;
        for (to, way) in &self.ways {
            let made = way.get_or_try_init(|| self.way(*to)).await;
            let answered = match made {
                Ok(lookup) => query(lookup, &question).await,
                Err(refused) => Err(refused),
            };
            match answered {
                // It does not serve us, or not such questions: the next one may.
                Ok(answer) if answer.is_turned_away() => reason = Unmeasured::Refused,
                Ok(answer) => return Ok(self.keep(question, answer)),
                Err(failed) => reason = failed,
            }
        }
        Err(reason)
    }

    fn keep(&self, question: Question, answer: Answer) -> Arc<Answer> {
        let answer = Arc::new(answer);
        let mut answers = lock(&self.answers.0);
        // What failed may be better at the next name.
        if answer.exists().is_some() && answers.len() < KEPT {
            answers.insert(question, Arc::clone(&answer));
        }
        answer
    }

    async fn way(&self, to: SocketAddr) -> Result<Lookup, Unmeasured> {
        let party = Target::Address {
            address: to.ip(),
            name: None,
        };
        self.line.lookup(LookupKind::Dns, &party, to.port()).await
    }
}

/// Whether the resolver shall check signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checked {
    /// As it always does.
    Yes,
    /// Not this time (CD, RFC 4035 3.2.2).
    No,
}

async fn query(lookup: &Lookup, question: &Question) -> Result<Answer, Unmeasured> {
    let mut reason = Unmeasured::TimedOut;
    for _ in 0..2 {
        let (id, bytes) = question.message().ok_or(Unmeasured::Bug)?;
        let known = |bytes: &[u8]| answer::read(bytes, id, question);
        match lookup.exchange(&bytes, known, PATIENCE).await {
            Ok(answer::Read::Cut) => return stream(lookup, question).await,
            Ok(answer::Read::Whole(answer)) => return Ok(answer),
            Err(Unmeasured::TimedOut) => (),
            Err(Unmeasured::Protocol) => reason = Unmeasured::Protocol,
            Err(failed) => return Err(failed),
        }
    }
    Err(reason)
}

/// The same question over TCP (RFC 7766).
async fn stream(lookup: &Lookup, question: &Question) -> Result<Answer, Unmeasured> {
    let (id, bytes) = question.message().ok_or(Unmeasured::Bug)?;
    let length = u16::try_from(bytes.len()).map_err(|_| Unmeasured::Bug)?;
    let mut conn = lookup.connect().await?;
    let asking = async {
        let framed = [&length.to_be_bytes()[..], &bytes].concat();
        conn.send(&framed).await?;
        let failed = |error: std::io::Error| crate::failure::reason_of(&error);
        let length = conn.read_u16().await.map_err(failed)?;
        let mut bytes = vec![0; length.into()];
        conn.read_exact(&mut bytes).await.map_err(failed)?;
        match answer::read(&bytes, id, question) {
            Some(answer::Read::Whole(answer)) => Ok(answer),
            Some(answer::Read::Cut) | None => Err(Unmeasured::Protocol),
        }
    };
    lookup.within(asking).await
}
