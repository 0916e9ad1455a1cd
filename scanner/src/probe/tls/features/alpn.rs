//! Protocols by ALPN, found by elimination. The list rides on hellos that are sent anyway.

use luytre_checks::fact::Tri;

use super::{Answer, Look, answer_of, hellos::Old};
use crate::probe::tls::handshake::{Client, Ended, Hello, Seen, Session, alert, extension};

/// What is asked for: the registry "TLS ALPN Protocol IDs" as far as it is spoken over TCP by services
/// that an office runs, and two names that were never registered but are in use.
const ASKED: [&str; 23] = [
    "h2",
    "http/1.1",
    "http/1.0",
    "http/0.9",
    "spdy/3.1",
    "spdy/3",
    "imap",
    "pop3",
    "smtp",
    "managesieve",
    "nntp",
    "ftp",
    "irc",
    "xmpp-client",
    "xmpp-server",
    "mqtt",
    "amqp",
    "dot",
    "postgresql",
    "tds/8.0",
    "sip/2",
    "ntske/1",
    "acme-tls/1",
];

/// What is known of the protocols.
#[derive(Debug)]
pub(super) struct Protocols {
    left: Vec<&'static str>,
    /// In the order found.
    pub(super) found: Vec<String>,
    /// It refuses all that are left, or chooses none of them.
    ended: bool,
    /// It chose what was not offered, so its choices prove nothing.
    broken: bool,
}

impl Default for Protocols {
    fn default() -> Self {
        Self {
            left: ASKED.to_vec(),
            found: Vec::new(),
            ended: false,
            broken: false,
        }
    }
}

impl Protocols {
    /// What is still to be asked for.
    pub(super) fn left(&self) -> &[&'static str] {
        if self.ended || self.broken {
            &[]
        } else {
            &self.left
        }
    }

    /// The server chose this one of all that were left.
    pub(super) fn learn(&mut self, chosen: Option<String>) {
        match chosen {
            None => self.ended = true,
            Some(name) if self.left.contains(&name.as_str()) => {
                self.left.retain(|left| *left != name);
                self.found.push(name);
            }
            Some(_) => self.broken = true,
        }
    }

    /// The server refused all that were left (RFC 7301 3.2).
    pub(super) const fn end(&mut self) {
        self.ended = true;
    }

    pub(super) fn complete(&self) -> Tri {
        if !self.broken && (self.ended || self.left.is_empty()) {
            Tri::Yes
        } else {
            Tri::Unknown
        }
    }
}

const REFUSED: Result<(), Ended> = Err(Ended::Alert(alert::NO_APPLICATION_PROTOCOL));

impl Look<'_> {
    /// A handshake with the protocols left; without them if it is they that are refused. Learns from
    /// the answer.
    pub(super) async fn shake_speaking(
        &mut self,
        hello: &Hello,
        session: Option<&Session>,
    ) -> (Option<Client>, Seen, Result<(), Ended>) {
        let mut hello = hello.clone().speaking(self.protocols.left());
        let mut shaken = self.shake(&hello, session).await;
        if hello.asks(extension::ALPN) && shaken.2 == REFUSED {
            self.protocols.end();
            hello = hello.without(extension::ALPN);
            drop(shaken);
            shaken = self.shake(&hello, session).await;
        }
        self.learn(&hello, &shaken.1);
        shaken
    }

    /// The same for a first flight.
    pub(super) async fn fly_speaking(&mut self, hello: &Hello) -> (Hello, Seen, Answer) {
        let mut hello = hello.clone().speaking(self.protocols.left());
        let (mut seen, mut end) = self.flight(&hello).await;
        if hello.asks(extension::ALPN) && end == REFUSED {
            self.protocols.end();
            hello = hello.without(extension::ALPN);
            (seen, end) = self.flight(&hello).await;
        }
        self.learn(&hello, &seen);
        let answer = answer_of(&seen, end);
        (hello, seen, answer)
    }

    /// Brings the list to its end.
    pub(super) async fn remaining_protocols(&mut self, old: Option<&Old>) {
        // A server that speaks TLS 1.3 alone names its choice enciphered: that is seen to there.
        let Some(old) = old else { return };
        while !self.protocols.left().is_empty() {
            let before = self.protocols.left().len();
            let hello = self.base(old).speaking(self.protocols.left());
            let (seen, end) = self.flight(&hello).await;
            if end == REFUSED {
                self.protocols.end();
            }
            self.learn(&hello, &seen);
            if self.protocols.left().len() == before {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_of_something_else_completes_nothing() {
        let mut protocols = Protocols::default();
        protocols.learn(Some("h2".into()));
        assert_eq!(protocols.complete(), Tri::Unknown);
        protocols.learn(Some("h2".into()));
        assert!(protocols.left().is_empty());
        assert_eq!(protocols.complete(), Tri::Unknown);
        let mut protocols = Protocols::default();
        protocols.learn(None);
        assert_eq!(protocols.complete(), Tri::Yes);
    }
}
