//! Whether a client may begin another handshake on a connection.
//!
//! Some servers close after any handshake, so that a close says nothing by itself: it counts only if
//! the same connection, on which nothing is said, stays open.

use std::time::{Duration, Instant};

use luytre_checks::{Unmeasured, fact::Tri};

use super::Look;
use crate::probe::tls::handshake::{Client, Ended, Hello, Incoming, Seen, alert, extension};

/// How long a connection without a word must stay open to be a control, at least and at most.
const SILENCE: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(2));

/// How another handshake ended.
enum Second {
    /// It was completed, or went so far that only its end lacks.
    Made,
    /// It was refused in so many words.
    Refused,
    /// The connection ended, after that time.
    Ended(Duration),
    /// Nothing is known.
    Unknown,
}

impl Look<'_> {
    /// Begins another handshake on the connection of `client`, whose first was made with `hello`.
    pub(super) async fn renegotiation(&mut self, client: Client, hello: &Hello, first: &Seen) {
        let secure = first
            .choice
            .as_ref()
            .is_some_and(|choice| choice.has(extension::RENEGOTIATION));
        self.fact.features.client_renegotiation = match self.again(client, hello, secure).await {
            Second::Made => Tri::Yes,
            Second::Refused => Tri::No,
            Second::Ended(after) => self.closes_for_it(hello, secure, after).await,
            Second::Unknown => Tri::Unknown,
        };
        if self.fact.features.client_renegotiation == Tri::Yes {
            // s_client renegotiates on a line with an R alone.
            self.note(
                "client_renegotiation",
                "the server went on with a second handshake that we began",
                "-no_tls1_3",
            );
        }
    }

    async fn again(&mut self, mut client: Client, hello: &Hello, secure: bool) -> Second {
        let mut second = hello.clone();
        second.session.clear();
        second = if secure {
            second.bound(client.bound())
        } else {
            second.without(extension::RENEGOTIATION)
        };
        let begun = Instant::now();
        let mut seen = Seen::default();
        let end = self.patiently(client.shake(&second, None, &mut seen)).await;
        match end {
            Ok(()) => Second::Made,
            Err(_) if seen.flown => Second::Made,
            Err(_) if seen.choice.is_some() => Second::Unknown,
            Err(Ended::Alert(
                alert::NO_RENEGOTIATION | alert::HANDSHAKE_FAILURE | alert::UNEXPECTED_MESSAGE,
            )) => Second::Refused,
            Err(Ended::Alert(_) | Ended::Failed(Unmeasured::Closed | Unmeasured::Reset)) => {
                Second::Ended(begun.elapsed())
            }
            Err(_) => Second::Unknown,
        }
    }

    /// Whether it is the second handshake for which the server ends the connection: silence, another
    /// handshake and silence again, each on a fresh connection.
    async fn closes_for_it(&mut self, hello: &Hello, secure: bool, after: Duration) -> Tri {
        let silence = (after * 4).clamp(SILENCE.0, SILENCE.1);
        for control in [true, false, true] {
            let (client, seen, _) = self.shake(hello, None).await;
            let Some(client) = client.filter(|_| seen.complete) else {
                return Tri::Unknown;
            };
            if control {
                if !stays_open(client, silence).await {
                    return Tri::Unknown;
                }
                continue;
            }
            match self.again(client, hello, secure).await {
                Second::Ended(_) => {}
                Second::Made => return Tri::Yes,
                Second::Refused => return Tri::No,
                Second::Unknown => return Tri::Unknown,
            }
        }
        self.note(
            "refused_by_close",
            "renegotiation: closed twice; the same connection without a word stayed open before and after",
            "-no_tls1_3",
        );
        Tri::No
    }
}

/// Whether the peer leaves the connection open for that long.
async fn stays_open(mut client: Client, silence: Duration) -> bool {
    let listening = async {
        loop {
            match client.listen().await {
                Ok(Incoming::Data | Incoming::Handshake { .. }) => {}
                Ok(Incoming::Alert { .. } | Incoming::ChangeCipher) | Err(_) => return,
            }
        }
    };
    tokio::time::timeout(silence, listening).await.is_err()
}
