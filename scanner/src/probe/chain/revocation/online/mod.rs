//! Asking those whom a certificate names whether it is revoked: OCSP responders and places of lists.
//!
//! They are third parties, so each is asked only where the operator has opted in, through the guard, and
//! only for a certificate that leads to one of our roots: a server that presents a certificate of its own
//! making cannot send us anywhere. Each place is asked once a run, whatever number of certificates names
//! it, and what it says is kept on a shelf for as long as it says that it stands. Nothing is believed that
//! the issuer did not sign, wherever it comes from.

mod address;
mod exchange;
mod request;
mod shelf;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, atomic::AtomicU64},
};

use jiff::Timestamp;
use luytre_checks::{
    Evidence, Excerpt,
    fact::{
        ChainFact, Revocation, RevocationFault, RevocationSource, RevocationStatus, TrustVerdict,
    },
};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

pub use self::shelf::Shelf;
use self::{
    address::Address,
    exchange::{Fault, Question, ask},
    request::{get_path, request},
};
use super::{
    Issuer, Subject, crl,
    issuer::{Sought, seek},
    ocsp, silent,
};
use crate::{
    Line,
    hex::hex,
    meter::lock,
    probe::chain::{
        trust::Roots,
        view::{View, oid, url},
    },
};

/// Largest list that is fetched.
const LARGEST_LIST: u64 = 32 << 20;
/// Largest answer of a responder that is read.
const LARGEST_ANSWER: u64 = 256 << 10;
/// Bytes of lists and answers fetched in one run that are kept on a shelf, or in memory.
const MOST_SHELVED: u64 = 512 << 20;
const MOST_HELD: u64 = 64 << 20;
/// Responders and places of lists that are tried for one certificate, by source.
const MOST_PLACES: usize = 3;
/// Certificates of one chain that are asked about.
const MOST_ASKED: usize = 6;
/// Larger ones are judged off the async threads.
const LARGE: usize = 256 << 10;

/// Asks about revocation; shared by all lines of a run.
pub struct Revoker {
    agent: String,
    shelf: Option<Shelf>,
    left: AtomicU64,
    asked: Mutex<HashMap<String, Arc<OnceCell<Got>>>>,
}

/// What came of asking one place; none of it is believed without its signature.
type Got = Result<Kept, RevocationFault>;

#[derive(Debug, Clone)]
enum Kept {
    Here(Arc<Vec<u8>>),
    Shelved,
}

impl fmt::Debug for Revoker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revoker")
            .field("shelf", &self.shelf)
            .finish_non_exhaustive()
    }
}

impl Revoker {
    /// With `agent` as User-Agent, and a shelf for what outlives the run.
    pub fn new(agent: &str, shelf: Option<Shelf>) -> Self {
        let left = if shelf.is_some() {
            MOST_SHELVED
        } else {
            MOST_HELD
        };
        Self {
            agent: agent.to_owned(),
            shelf,
            left: AtomicU64::new(left),
            asked: Mutex::default(),
        }
    }

    /// Writes into `fact`, read from `ders` at `at`, what is said of the certificates on its path. A leaf
    /// about which the server stapled an answer that stands is not asked about again.
    pub(in crate::probe::chain) async fn ask(
        &self,
        line: &Line,
        fact: &mut ChainFact,
        ders: &[Vec<u8>],
        roots: &[Roots],
        at: Timestamp,
    ) {
        let vouched = fact
            .trust
            .iter()
            .any(|trust| trust.verdict == TrustVerdict::Trusted);
        // Issuers drop a certificate from their lists once it is out of date (RFC 5280 3.3).
        let lives = fact.leaf().is_some_and(|leaf| at <= leaf.not_after);
        if !vouched || !lives {
            return;
        }
        let told = |fact: &ChainFact, place: u16| {
            let mut said = fact.revocation.iter().filter(|said| said.position == place);
            said.any(|said| said.status != RevocationStatus::Unknown)
        };
        for (position, der) in (0u16..).zip(ders).take(MOST_ASKED) {
            let aside = fact.message.unneeded.contains(&position);
            if aside || fact.message.roots.contains(&position) || told(fact, position) {
                continue;
            }
            match seek(ders, roots, usize::from(position)) {
                Sought::Itself => {}
                Sought::Nobody => {
                    fact.revocation.push(silent(
                        position,
                        RevocationSource::Crl,
                        RevocationFault::IssuerAbsent,
                    ));
                }
                Sought::Found(issuer) => {
                    let about = About::new(position, der, issuer);
                    fact.revocation.extend(self.about(line, &about, at).await);
                }
            }
        }
    }

    /// What the first place says whose answer stands; if none does, why not, by source.
    async fn about(&self, line: &Line, about: &About, at: Timestamp) -> Vec<Revocation> {
        // Lists of leaves are large and answers about authorities rare.
        let mut places = about.places();
        if about.position == 0 {
            places.reverse();
        }
        let mut failed = Vec::new();
        for (source, urls) in places {
            let mut last = None;
            for url in urls.iter().take(MOST_PLACES) {
                let said = self.at(line, about, source, url, at).await;
                if said.status != RevocationStatus::Unknown {
                    note(line, &said, url);
                    return vec![said];
                }
                last = Some(said);
            }
            failed.extend(last);
        }
        if failed.is_empty() {
            failed.push(silent(
                about.position,
                RevocationSource::Crl,
                RevocationFault::Nowhere,
            ));
        }
        failed
    }

    /// What one place says.
    async fn at(
        &self,
        line: &Line,
        about: &About,
        source: RevocationSource,
        url: &[u8],
        at: Timestamp,
    ) -> Revocation {
        let silent = |fault| silent(about.position, source, fault);
        let address = match Address::read(url) {
            Ok(address) => address,
            Err(refused) => return silent(refused.fault()),
        };
        let key = about.key(source, &address);
        let cell = Arc::clone(lock(&self.asked).entry(key.clone()).or_default());
        let fetched = cell.get_or_try_init(|| self.fetch(line, about, source, address, &key, at));
        let kept = match fetched.await {
            Ok(Ok(kept)) => kept.clone(),
            Ok(Err(fault)) => return silent(*fault),
            Err(fault) => return silent(fault.fault()),
        };
        let bytes = match kept {
            Kept::Here(bytes) => Some(bytes),
            Kept::Shelved => self.shelved(&key, source),
        };
        match bytes {
            Some(bytes) => about.judge(source, bytes, at).await,
            None => silent(RevocationFault::Lost),
        }
    }

    /// What the shelf has, if it stands, else what the place says. An error says nothing of the place and
    /// is not remembered.
    async fn fetch(
        &self,
        line: &Line,
        about: &About,
        source: RevocationSource,
        mut address: Address,
        key: &str,
        at: Timestamp,
    ) -> Result<Got, Fault> {
        let known = |said: &Revocation| said.status != RevocationStatus::Unknown;
        if let Some(bytes) = self.shelved(key, source)
            && known(&about.judge(source, bytes, at).await)
        {
            return Ok(Ok(Kept::Shelved));
        }
        let question = match source {
            RevocationSource::Ocsp => match request(&about.subject()) {
                Ok(question) => Some(question),
                Err(fault) => return Ok(Err(fault)),
            },
            _ => None,
        };
        let get = question
            .as_ref()
            .and_then(|question| get_path(&address.path, question));
        let post = if get.is_some() {
            None
        } else {
            question.as_deref()
        };
        address.path = get.unwrap_or(address.path);
        let question = Question {
            post,
            agent: &self.agent,
            most: largest(source),
            left: &self.left,
        };
        let bytes = match ask(line, address, question).await {
            Ok(bytes) => Arc::new(bytes),
            Err(fault) if fault.is_ours() => return Err(fault),
            Err(fault) => return Ok(Err(fault.fault())),
        };
        let said = about.judge(source, Arc::clone(&bytes), at).await;
        if !known(&said) {
            return Ok(Err(said.fault.unwrap_or(RevocationFault::Other)));
        }
        if let Some(shelf) = &self.shelf {
            match shelf.keep(key, &bytes) {
                Ok(()) => return Ok(Ok(Kept::Shelved)),
                Err(error) => tracing::warn!(%error, "an answer about revocation cannot be kept"),
            }
        }
        Ok(Ok(Kept::Here(bytes)))
    }

    fn shelved(&self, key: &str, source: RevocationSource) -> Option<Arc<Vec<u8>>> {
        self.shelf
            .as_ref()?
            .take(key, largest(source))
            .map(Arc::new)
    }
}

const fn largest(source: RevocationSource) -> u64 {
    match source {
        RevocationSource::Crl => LARGEST_LIST,
        RevocationSource::Ocsp | RevocationSource::Staple => LARGEST_ANSWER,
    }
}

/// A certificate that is asked about, with its issuer.
#[derive(Debug, Clone)]
struct About {
    position: u16,
    certificate: Vec<u8>,
    issuer: Held,
}

#[derive(Debug, Clone)]
enum Held {
    Certificate(Vec<u8>),
    Root { subject: Vec<u8>, key: Vec<u8> },
}

impl About {
    fn new(position: u16, certificate: &[u8], issuer: Issuer<'_>) -> Self {
        Self {
            position,
            certificate: certificate.to_vec(),
            issuer: match issuer {
                Issuer::Certificate(der) => Held::Certificate(der.to_vec()),
                Issuer::Root { subject, key } => Held::Root {
                    subject: subject.to_vec(),
                    key: key.to_vec(),
                },
            },
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            position: self.position,
            certificate: &self.certificate,
            issuer: match &self.issuer {
                Held::Certificate(der) => Issuer::Certificate(der),
                Held::Root { subject, key } => Issuer::Root { subject, key },
            },
        }
    }

    /// Places of lists and responders, by source. A point for other issuers or some reasons only leads
    /// to lists that say too little.
    fn places(&self) -> [(RevocationSource, Vec<Vec<u8>>); 2] {
        let view = View::of(&self.certificate);
        let points = view.as_ref().and_then(View::points).unwrap_or_default();
        let points = points
            .iter()
            .filter(|point| !point.issuer && !point.reasons);
        let lists = points
            .flat_map(super::super::view::Point::urls)
            .map(<[u8]>::to_vec)
            .collect();
        let information = view
            .as_ref()
            .and_then(View::information)
            .unwrap_or_default();
        let responders = information
            .iter()
            .filter(|(method, _)| *method == oid::OCSP);
        let responders = responders
            .filter_map(|(_, name)| url(name).map(<[u8]>::to_vec))
            .collect();
        [
            (RevocationSource::Crl, lists),
            (RevocationSource::Ocsp, responders),
        ]
    }

    /// Under what an answer is kept: what is asked where, about whose certificates; of a responder, about
    /// which.
    fn key(&self, source: RevocationSource, address: &Address) -> String {
        let subject = self.subject();
        let authority = subject.issuer.authority();
        let issuer = authority.map(|authority| [authority.subject, authority.key.bytes].concat());
        let one = match source {
            RevocationSource::Crl => &[][..],
            RevocationSource::Ocsp | RevocationSource::Staple => self.certificate.as_slice(),
        };
        let address = address.to_string();
        let issuer = issuer.unwrap_or_default();
        let mut digest = Sha256::new();
        for part in [address.as_bytes(), &issuer, one] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        hex(&digest.finalize())
    }

    /// What `bytes` say of it. A large list takes a while.
    async fn judge(
        &self,
        source: RevocationSource,
        bytes: Arc<Vec<u8>>,
        at: Timestamp,
    ) -> Revocation {
        let judge = move |about: &Self, bytes: &[u8]| match source {
            RevocationSource::Crl => crl(&about.subject(), bytes, at),
            RevocationSource::Ocsp | RevocationSource::Staple => {
                ocsp(&about.subject(), source, bytes, at)
            }
        };
        if bytes.len() < LARGE {
            return judge(self, &bytes);
        }
        let about = self.clone();
        let judged = tokio::task::spawn_blocking(move || judge(&about, &bytes)).await;
        judged.unwrap_or_else(|_| silent(self.position, source, RevocationFault::Broken))
    }
}

fn note(line: &Line, said: &Revocation, url: &[u8]) {
    let url = String::from_utf8_lossy(url);
    let status = match said.status {
        RevocationStatus::Good => "not revoked",
        RevocationStatus::Revoked => "revoked",
        RevocationStatus::Unknown => "unknown",
    };
    line.note(Evidence {
        what: "revocation".to_owned(),
        excerpt: Excerpt::redacted(&format!(
            "certificate {}: {status}, said by {url}",
            said.position
        )),
        command: Some(match said.source {
            RevocationSource::Crl => {
                format!("curl -s '{url}' | openssl crl -inform DER -noout -text")
            }
            RevocationSource::Ocsp | RevocationSource::Staple => format!(
                "openssl ocsp -issuer issuer.pem -cert certificate.pem -no_nonce -text -url '{url}'"
            ),
        }),
    });
}
