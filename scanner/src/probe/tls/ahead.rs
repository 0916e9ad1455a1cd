//! The next connection, opened while the answer to the last question is awaited.
//!
//! A question takes two round trips, one to connect and one to be answered; with the next connection
//! opened beside the answer it takes one. A connection is open for both, so two conversations at once
//! allow no more than that, and asking two versions side by side could gain nothing further.
//!
//! Nothing may be learnt from the way such a connection ends before it was spoken on: the peer may
//! bear one conversation at a time, or close those on which nothing is said. So it is opened only to a
//! peer that has answered before, used only while the peer is silent on it, and a question that fails
//! on it is asked again on a fresh one (architecture rule 1 speaks of fresh ones). After the first of
//! these failures the peer is asked one question after the other, as under the light profile.
//!
//! Not behind STARTTLS: there a connection costs the server a process, a greeting and a line in its
//! log, and mail servers count those who hold two.

use std::{pin::pin, time::Duration};

use luytre_inventory::ProbeClass;

use crate::{Conn, Line};

/// The least time for a connection opened ahead.
const LEAST: Duration = Duration::from_millis(50);

/// How much longer than the first connection one opened ahead may take.
const SLOWER: u32 = 4;

/// What is ready for the next question.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one a survey, and mostly ready")]
pub(super) enum Ahead {
    /// Not to be tried: not permitted, or it went wrong.
    Never,
    /// Once the peer has answered.
    Later,
    /// With that much time for each.
    Ready(Duration, Option<Conn>),
}

impl Ahead {
    /// What the permit of `line` and its way to TLS allow.
    pub(super) fn new(line: &Line) -> Self {
        if line.permit().limits().conversations > 1 && line.upgrade().is_none() {
            Self::Later
        } else {
            Self::Never
        }
    }

    /// The peer answered on a connection that took `dialled` to open.
    pub(super) fn answered(&mut self, dialled: Duration) {
        if matches!(self, Self::Later) {
            *self = Self::Ready(LEAST.max(dialled * SLOWER), None);
        }
    }

    /// The connection that is open, if it is as good as new.
    pub(super) fn take(&mut self) -> Option<Conn> {
        let Self::Ready(_, kept) = self else {
            return None;
        };
        let conn = kept.take()?;
        if conn.is_silent() {
            return Some(conn);
        }
        *self = Self::Never;
        None
    }

    /// Runs `answer` to its end and opens the next connection beside it. Waits for that no longer than
    /// the next question would.
    pub(super) async fn beside<T>(&mut self, line: &Line, answer: impl Future<Output = T>) -> T {
        let Self::Ready(patience, None) = *self else {
            return answer.await;
        };
        let mut answer = pin!(answer);
        let (class, port) = (ProbeClass::Handshake, line.port());
        let place = tokio::select! {
            biased;
            // The host is busy, or its rate is used up: then the next question waits its turn.
            done = &mut answer => return done,
            place = line.enter_ahead(class, port) => place,
        };
        let Ok(place) = place else {
            *self = Self::Never;
            return answer.await;
        };
        let mut dialling = pin!(line.dial_ahead(place, port, patience));
        let (done, conn) = tokio::select! {
            biased;
            done = &mut answer => (done, dialling.await),
            conn = &mut dialling => (answer.await, conn),
        };
        *self = conn.map_or(Self::Never, |conn| Self::Ready(patience, Some(conn)));
        done
    }
}
