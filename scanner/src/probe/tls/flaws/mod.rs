//! Known faults of implementations, proved by behaviour.
//!
//! *Yes* is proved twice on fresh connections; *no* rests on an answer that only a server without the
//! fault gives, or on the fault being out of reach because what it needs is not offered. A close or a
//! reset is *no* only by architecture rule 1, a timeout never. Everything else is unknown.

mod ccs;
mod heartbleed;
mod opening;
mod quota;
mod robot;
mod talk;
mod ticketbleed;

use luytre_checks::{
    Evidence, Excerpt, Unmeasured,
    fact::{Flaws, Suite, TlsFact, TlsVersion, Tri, VersionFact},
};

pub(crate) use self::quota::MOST_CONNECTIONS;
use self::{
    opening::{Opening, message, record},
    quota::Quota,
    talk::{Reaction, Talk, Wait},
};
use super::offer::POPULAR_GROUPS;
use crate::Line;

/// Suites offered at once: enough for any choice, few enough for servers that bear no long list.
const MOST_SUITES: usize = 24;

/// Versions in which these faults live, newest first. TLS 1.3 knows neither renewed ciphers in the
/// middle of a handshake nor RSA key exchange nor tickets beside session ids, and no server with
/// Heartbleed speaks it.
const VERSIONS: [TlsVersion; 4] = [
    TlsVersion::Tls12,
    TlsVersion::Tls11,
    TlsVersion::Tls10,
    TlsVersion::Ssl3,
];

/// Looks for all of them. What `fact` already rules out costs no packet. Injection behind STARTTLS is
/// no matter of TLS and stays as it stands in `fact`.
pub(crate) async fn learn(line: &Line, fact: &TlsFact) -> Flaws {
    let line = &Quota::new(line);
    let mut flaws = Flaws {
        starttls_injection: fact.flaws.starttls_injection,
        ..Flaws::default()
    };
    match newest(fact) {
        Newest::None => {
            flaws.heartbleed = Tri::No;
            flaws.ccs_injection = Tri::No;
            flaws.ticketbleed = Tri::No;
        }
        Newest::Version(version, offered) => {
            let asking = Asking::new(line, fact, version, offered);
            flaws.heartbleed = match fact.features.heartbeat {
                // Without extensions nobody can agree to heartbeats, nor show that it would not.
                _ if version == TlsVersion::Ssl3 => Tri::Unknown,
                Tri::No => Tri::No,
                _ => known(heartbleed::look(&asking).await),
            };
            flaws.ccs_injection = known(ccs::look(&asking).await);
            flaws.ticketbleed = known(ticketbleed::look(&asking).await);
        }
        Newest::Unknown => {}
    }
    // Last and alone: what it looks for are small differences between answers.
    flaws.robot = known(robot::look(line, fact).await);
    flaws
}

fn known(looked: Result<Tri, Unmeasured>) -> Tri {
    looked.unwrap_or(Tri::Unknown)
}

/// The newest version of [`VERSIONS`] that is offered.
enum Newest<'f> {
    Version(TlsVersion, &'f VersionFact),
    /// None is.
    None,
    Unknown,
}

fn newest(fact: &TlsFact) -> Newest<'_> {
    let mut all_refused = true;
    for version in VERSIONS {
        match fact.versions.get(&version) {
            Some(found) if found.offered == Tri::Yes => return Newest::Version(version, found),
            Some(found) if found.offered == Tri::No => {}
            _ => all_refused = false,
        }
    }
    if all_refused {
        Newest::None
    } else {
        Newest::Unknown
    }
}

/// The number of a suite that a version from SSL 3.0 on can offer.
fn number(suite: Suite) -> Option<u16> {
    u16::try_from(suite.0).ok()
}

/// One endpoint, asked in one version.
struct Asking<'a> {
    line: &'a Quota<'a>,
    hello: Opening,
}

impl<'a> Asking<'a> {
    fn new(line: &'a Quota<'a>, fact: &TlsFact, version: TlsVersion, found: &VersionFact) -> Self {
        let suites = found.suites.iter().copied().filter_map(number).collect();
        Self::with(line, fact, version, found, suites)
    }

    fn with(
        line: &'a Quota<'a>,
        fact: &TlsFact,
        version: TlsVersion,
        found: &VersionFact,
        mut suites: Vec<u16>,
    ) -> Self {
        suites.truncate(MOST_SUITES);
        let mut groups: Vec<_> = found.groups.iter().map(|group| group.0).collect();
        groups.truncate(MOST_SUITES);
        // The curve of the certificate must be among them.
        groups.extend(
            POPULAR_GROUPS
                .iter()
                .filter(|g| !found.groups.iter().any(|f| f.0 == **g)),
        );
        Self {
            line,
            hello: Opening {
                version,
                suites,
                groups,
                name: fact.server_name.clone(),
                heartbeat: false,
            },
        }
    }

    /// A fresh connection, up to ServerHelloDone.
    async fn begin(&self) -> Result<Talk<'a>, Unmeasured> {
        Talk::begin(self.line, &self.hello).await
    }

    /// ChangeCipherSpec.
    fn change(&self) -> Vec<u8> {
        record(20, self.hello.version, &[1])
    }

    /// A Finished out of turn and in the clear. Its length is one that any cipher could have made.
    fn finished(&self) -> Vec<u8> {
        record(22, self.hello.version, &message(20, &[0x5A; 124]))
    }

    async fn ends_only_after(&self, bytes: &[u8]) -> Result<Tri, Unmeasured> {
        self.ends_only_after_in(&self.hello, bytes).await
    }

    /// Architecture rule 1, right after the peer ended a connection on `bytes`: control, test,
    /// control, control, test, control. *No* if every test is ended and every control, which is sent
    /// the same hello and nothing else, is answered in full and left open.
    async fn ends_only_after_in(&self, hello: &Opening, bytes: &[u8]) -> Result<Tri, Unmeasured> {
        for is_test in [false, true, false, false, true, false] {
            let mut talk = Talk::begin(self.line, hello).await?;
            let wait = if is_test {
                talk.send(bytes).await?;
                Wait::Answer
            } else {
                talk.hold()
            };
            let reaction = talk.reaction(wait).await?;
            match (is_test, reaction) {
                (true, Reaction::Ended | Reaction::Alert(_)) | (false, Reaction::Silent) => {}
                _ => return Ok(Tri::Unknown),
            }
        }
        Ok(Tri::No)
    }

    fn note(&self, what: &str, text: &str, command: &str) {
        self.line.note(Evidence {
            what: what.into(),
            excerpt: Excerpt::redacted(text),
            command: Some(command.into()),
        });
    }

    fn port(&self) -> u16 {
        self.line.port()
    }

    fn address(&self) -> std::net::IpAddr {
        self.line.address()
    }
}
