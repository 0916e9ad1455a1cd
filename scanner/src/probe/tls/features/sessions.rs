//! Completed handshakes up to TLS 1.2: resumption, client certificates, and what else they carry.

use luytre_checks::fact::{ClientCertificate, Tri};

use super::{Look, hellos::Old, passive::is_short};
use crate::probe::tls::handshake::{
    Client, Ended, Hello, Seen, Session, Suite, alert, extension, is_cbc,
};

/// Suites of a hello that shall stay short.
const FEW: usize = 16;

/// Schemes of a hello that shall stay short.
const FEW_SCHEMES: [u16; 10] = [
    0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0201,
];

impl Look<'_> {
    pub(super) async fn sessions(&mut self, old: &Old) {
        let usable = old.usable();
        let short = self.short_hello(old, &usable);
        if usable.is_empty() {
            // It has nothing in which our handshake could be completed.
            let (seen, _) = self.flight(&short).await;
            self.learn(&short, &seen);
            self.note_short(&short, &seen, old).await;
            return;
        }
        let first = self
            .completable(old, usable)
            .with(extension::TICKET, Vec::new())
            .stapled()
            .bound(&[]);
        let (client, seen, end) = self.shake_speaking(&first, None).await;
        self.note_certificate(&seen, end);
        let session = client.as_ref().and_then(Client::session).cloned();
        if let (true, Some(client)) = (seen.complete, client) {
            client.farewell().await;
        }
        if let Some(session) = session {
            self.by_ticket(&first, session).await;
        }
        self.by_id(&short, old).await;
    }

    /// Offers the ticket of a session.
    async fn by_ticket(&mut self, first: &Hello, mut session: Session) {
        let Some(ticket) = session.ticket.clone() else {
            self.fact.features.resumption_ticket = Tri::No;
            return;
        };
        // With an id of our own, a server that takes the ticket says so by repeating it
        // (RFC 5077 3.4).
        session.id = vec![0x74; 32];
        let mut again = first.clone().with(extension::TICKET, ticket).bound(&[]);
        again.session.clone_from(&session.id);
        for _ in 0..self.tries() {
            let (client, seen, end) = self.shake_speaking(&again, Some(&session)).await;
            let answer = resumed(&seen, end);
            if let (true, Some(client)) = (seen.complete, client) {
                client.farewell().await;
            }
            self.fact.features.resumption_ticket = answer;
            if answer != Tri::No {
                return;
            }
        }
    }

    /// A handshake without a ticket, and its session again by its id. Renegotiates on the last
    /// connection, whose session is of no more use.
    async fn by_id(&mut self, short: &Hello, old: &Old) {
        let (client, seen, end) = self.shake(short, None).await;
        self.learn(short, &seen);
        self.note_certificate(&seen, end);
        let session = client.as_ref().and_then(Client::session).cloned();
        let Some((client, session)) = client.zip(session) else {
            self.note_short(short, &seen, old).await;
            return;
        };
        if session.id.is_empty() {
            self.fact.features.resumption_id = Tri::No;
            self.renegotiation(client, short, &seen).await;
            self.note_short(short, &seen, old).await;
            return;
        }
        client.farewell().await;
        self.note_short(short, &seen, old).await;
        let mut again = short.clone();
        again.session.clone_from(&session.id);
        for attempt in 1..=self.tries() {
            let (client, seen, end) = self.shake(&again, Some(&session)).await;
            let answer = resumed(&seen, end);
            self.fact.features.resumption_id = answer;
            let last = answer != Tri::No || attempt == self.tries();
            match client {
                Some(client) if seen.complete && last => {
                    self.renegotiation(client, short, &seen).await;
                }
                Some(client) if seen.complete => client.farewell().await,
                _ => {}
            }
            if last {
                return;
            }
        }
    }

    /// How often a resumption is tried: behind a balancer the first may meet another server.
    const fn tries(&self) -> u32 {
        if self.deep { 2 } else { 1 }
    }

    /// A hello below 256 bytes if the name allows, with suites in CBC mode if there are any, so that
    /// encrypt_then_mac can be answered. It can be completed with `usable` suites.
    fn short_hello(&self, old: &Old, usable: &[u16]) -> Hello {
        let in_cbc = |number: &u16| Suite::of(*number).is_some_and(Suite::cbc);
        let mut suites: Vec<_> = usable.iter().copied().filter(in_cbc).collect();
        if suites.is_empty() {
            suites = usable.to_vec();
        }
        if suites.is_empty() {
            suites = old.suites.iter().copied().filter(|s| is_cbc(*s)).collect();
        }
        if suites.is_empty() {
            suites.clone_from(&old.suites);
        }
        suites.truncate(FEW);
        let mut hello = if usable.is_empty() {
            let mut hello = self.base(old);
            hello.suites = suites;
            hello
        } else {
            self.completable(old, suites)
        };
        if hello.asks(extension::SIGNATURES) {
            hello = hello.signed(&FEW_SCHEMES);
        }
        if hello.suites.iter().any(|number| is_cbc(*number)) {
            hello = hello.with(extension::ENCRYPT_THEN_MAC, Vec::new());
        }
        hello.pads = false;
        hello.without(extension::EXTENDED_MASTER_SECRET).bound(&[])
    }

    async fn note_short(&mut self, hello: &Hello, seen: &Seen, old: &Old) {
        if seen.choice.is_some() && is_short(hello) {
            self.fact.features.short_hello = Tri::Yes;
        } else if seen.choice.is_none() {
            self.short(hello, &self.base(old)).await;
        }
    }

    fn note_certificate(&mut self, seen: &Seen, end: Result<(), Ended>) {
        if !seen.asks_certificate {
            return;
        }
        self.certificate(match end {
            Ok(()) => ClientCertificate::Requested,
            Err(Ended::Alert(description)) if demands_certificate(description) => {
                ClientCertificate::Required
            }
            Err(_) => ClientCertificate::Unknown,
        });
    }
}

/// Whether a server that asked for a certificate and got none ends the handshake for that.
pub(super) const fn demands_certificate(description: u8) -> bool {
    matches!(
        description,
        alert::HANDSHAKE_FAILURE
            | alert::NO_CERTIFICATE
            | alert::BAD_CERTIFICATE
            | alert::CERTIFICATE_UNKNOWN
            | alert::UNKNOWN_CA
            | alert::ACCESS_DENIED
            | alert::CERTIFICATE_REQUIRED
    )
}

/// Whether the session offered was resumed; *no* if a whole handshake was made instead.
fn resumed(seen: &Seen, end: Result<(), Ended>) -> Tri {
    match end {
        Ok(()) => seen.resumed.into(),
        // It began a whole one, whatever became of it.
        Err(_) if seen.flown => Tri::No,
        Err(_) => Tri::Unknown,
    }
}
