//! What a line has learnt of STARTTLS, and the way through it.

use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::Duration,
};

use luytre_checks::{Unmeasured, fact::Tri};
use luytre_inventory::ProbeClass;

use super::{Hitch, Starttls, begin, talk::Talk};
use crate::{Conn, Line};

/// Refusals, each on a fresh connection, that make up an answer.
const ENOUGH: u32 = 2;

/// Rests before a server is asked again that has turned us away for the number of our visits.
const RESTS: [Duration; 2] = [Duration::from_millis(400), Duration::from_millis(1600)];

/// STARTTLS on one line.
#[derive(Debug)]
pub(crate) struct Upgrade {
    /// The protocol spoken before TLS.
    pub(crate) protocol: Starttls,
    begun: AtomicU32,
    declined: AtomicU32,
    throttled: AtomicBool,
}

impl Upgrade {
    pub(crate) const fn new(protocol: Starttls) -> Self {
        Self {
            protocol,
            begun: AtomicU32::new(0),
            declined: AtomicU32::new(0),
            throttled: AtomicBool::new(false),
        }
    }

    /// Whether the server offers TLS. *No* was said twice, on fresh connections, and never belied.
    pub(crate) fn offered(&self) -> Tri {
        if self.begun.load(Ordering::Relaxed) > 0 {
            Tri::Yes
        } else if self.declined.load(Ordering::Relaxed) >= ENOUGH {
            Tri::No
        } else {
            Tri::Unknown
        }
    }

    /// Opens a connection on which the server waits for a hello. Once it is certain that none is to be
    /// had, no packet is sent any more.
    pub(crate) async fn open(&self, line: &Line) -> Result<Conn, Unmeasured> {
        if self.offered() == Tri::No {
            return Err(Unmeasured::Handshake);
        }
        if self.throttled.load(Ordering::Relaxed) {
            return Err(Unmeasured::Throttled);
        }
        for rest in RESTS {
            match self.ready(line).await {
                Err(Unmeasured::Throttled) => (),
                other => return other,
            }
            tokio::select! {
                () = tokio::time::sleep(rest) => (),
                reason = line.over() => return Err(reason),
            }
        }
        let last = self.ready(line).await;
        if matches!(last, Err(Unmeasured::Throttled)) {
            self.throttled.store(true, Ordering::Relaxed);
        }
        last
    }

    async fn ready(&self, line: &Line) -> Result<Conn, Unmeasured> {
        let before = self.begun.load(Ordering::Relaxed);
        match self.once(line, "").await {
            Ok(conn) => Ok(conn),
            Err(Hitch::Declined) => Err(Unmeasured::Handshake),
            // It hangs up before the hello, though it went on to TLS before: what it has against us is
            // the number of our visits, not what a hello would have offered.
            Err(Hitch::Failed(Unmeasured::Closed | Unmeasured::Reset)) if before > 0 => {
                Err(Unmeasured::Throttled)
            }
            Err(Hitch::Failed(reason)) => Err(reason),
        }
    }

    /// One conversation up to the hello; `tail` is said in one breath with the request for TLS.
    pub(super) async fn once(&self, line: &Line, tail: &'static str) -> Result<Conn, Hitch> {
        let mut conn = line.connect(ProbeClass::Handshake, line.port()).await?;
        let here = conn.here();
        let mut declined = false;
        let done = line.within(async {
            let mut talk = Talk::new(&mut conn, here).with_tail(tail);
            match begin(self.protocol, &mut talk, line).await {
                Ok(()) => Ok(()),
                // An answer, and no time wasted.
                Err(Hitch::Declined) => {
                    declined = true;
                    Ok(())
                }
                Err(Hitch::Failed(reason)) => Err(reason),
            }
        });
        done.await?;
        if declined {
            self.declined.fetch_add(1, Ordering::Relaxed);
            return Err(Hitch::Declined);
        }
        self.begun.fetch_add(1, Ordering::Relaxed);
        Ok(conn)
    }
}
