//! `luytre certificate check`: whether a chain in a file is trusted.

use std::{io, net::IpAddr, path::PathBuf, str::FromStr};

use clap::Args;
use jiff::Timestamp;
use luytre_checks::{
    Cost, Fact, FactKind, Observation, Policy, Reading, Verdict,
    fact::{ChainFact, RevocationStatus, Trust, TrustVerdict},
    judge,
    policy::day_of,
};
use luytre_inventory::{HostName, Inventory, Zone};
use luytre_scanner::{
    Probe,
    probe::{
        ChainProbe, ChainReader, Roots,
        chain::{Asked, revocation::Given},
    },
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    file::{self, Unusable},
    print,
};
use crate::{
    command::Common,
    output::{Code, Failure, Hint, JsonSink, both, verdict_json},
};

/// Xem xét một chuỗi chứng thư trong tệp PEM hoặc DER, chứng thư máy chủ đứng đầu: đường dẫn tới gốc theo
/// RFC 5280 và yêu cầu cơ sở cho chứng thư máy chủ, thời hạn, mục đích, tên, thu hồi theo danh sách được
/// đưa. Không cần mạng, không cần thư mục làm việc.
/// Judges a chain in a PEM or DER file, the server's certificate first: the path to a root by RFC 5280
/// and the baseline for server certificates, time, use, name, and revocation by the lists given. Needs no
/// network and no workspace.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out chain.pem -subj /CN=a.test\n  luytre certificate check chain.pem\n  luytre certificate check chain.pem --name a.test --roots chain.pem\n  luytre certificate check chain.pem --at 2027-01-01T00:00:00Z --json -\n  luytre certificate check chain.pem --roots roots.pem --crl issuer.crl --crl root.crl"
)]
pub(crate) struct Check {
    /// Tệp chuỗi chứng thư / the chain
    #[arg(value_name = "CHAIN.pem")]
    chain: PathBuf,
    /// Các gốc tin cậy, thay cho kho gốc công cộng có sẵn / roots instead of the public web roots built in
    #[arg(long, value_name = "FILE")]
    roots: Option<PathBuf>,
    /// Tên miền hoặc địa chỉ mà chứng thư phải có / name or address that it must stand for
    #[arg(long, value_name = "HOST")]
    name: Option<Name>,
    /// Thời điểm xem xét, RFC 3339 / time of judging, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// Danh sách thu hồi (CRL), PEM hoặc DER; dùng được nhiều lần / a revocation list, PEM or DER; may be repeated
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

/// Whom the certificate is to stand for.
#[derive(Debug, Clone)]
enum Name {
    Host(HostName),
    Address(IpAddr),
}

impl FromStr for Name {
    type Err = <HostName as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(address) => Ok(Self::Address(address)),
            Err(_) => text.parse().map(Self::Host),
        }
    }
}

/// What came of it.
pub(super) struct Judged {
    pub(super) fact: ChainFact,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) at: Timestamp,
    /// Why not trusted; none if trusted.
    pub(super) reason: Option<String>,
    /// The revoked certificate without which no path is left.
    pub(super) revoked: Option<u16>,
    /// What became of each revocation list.
    pub(super) lists: Vec<List>,
}

/// A revocation list that was given.
pub(super) struct List {
    pub(super) file: String,
    pub(super) given: Given,
}

impl Check {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let ders = match file::certificates(&self.chain) {
            Ok(ders) => ders,
            // A chain that cannot be read is a chain that is not trusted.
            Err(Unusable::NoCertificate) => Vec::new(),
            Err(error) => return Err(Self::unusable(&self.chain, error)),
        };
        let reader = self.reader(common)?;
        let at = self.at.unwrap_or_else(Timestamp::now);
        let asked = match &self.name {
            Some(Name::Host(name)) => Asked::Name(name.clone()),
            Some(Name::Address(address)) => Asked::Address(*address),
            None => Asked::Nobody,
        };
        let lists = self.lists()?;
        let mut fact = reader.read(&ders, &asked, at);
        let lists = held_against(&reader, &mut fact, &ders, lists, at);
        let revoked = revoked(&reader, &fact, &ders, at);
        let judged = Judged {
            verdicts: self.verdicts(fact.clone(), at)?,
            reason: reason(&fact, revoked, at),
            fact,
            at,
            revoked,
            lists,
        };
        if let Some(sink) = &self.json {
            sink.write(&self.document(&judged))?;
        }
        if !self.json.as_ref().is_some_and(JsonSink::is_stdout) {
            print::judged(common, &judged);
        }
        let useless = judged.lists.iter().any(|list| list.given.fault.is_some());
        Ok(if useless || judged.reason.as_deref() == Some(UNDECIDED) {
            Code::Unmeasured
        } else {
            Code::Done
        })
    }

    fn reader(&self, common: &Common) -> Result<ChainReader, Failure> {
        let Some(path) = &self.roots else {
            return Ok(ChainReader::default());
        };
        let ders = file::certificates(path).map_err(|error| Self::unusable(path, error))?;
        let (roots, lost) = Roots::readable("roots", &ders);
        if lost > 0 {
            let talk = common.talk();
            talk.line(&format!(
                "{}: {lost}/{}",
                talk.pick(
                    "Lưu ý: chứng thư gốc không đọc được, đã bỏ qua",
                    "Note: roots that cannot be read were left out"
                ),
                ders.len()
            ));
        }
        Ok(ChainReader::of(vec![roots]))
    }

    /// The lists of all files, each with the name of its file.
    fn lists(&self) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let mut out = Vec::new();
        for path in &self.crl {
            let found = file::lists(path).map_err(|error| {
                Failure::new(both!(
                    "không dùng được tệp {}",
                    "cannot use the file {}",
                    path.display()
                ))
                .below(error)
                .hint(both!(
                    "cần danh sách thu hồi PEM (các đoạn BEGIN X509 CRL) hoặc DER",
                    "a revocation list in PEM (parts that begin with BEGIN X509 CRL) or DER is needed"
                ))
            })?;
            out.extend(
                found
                    .into_iter()
                    .map(|der| (path.display().to_string(), der)),
            );
        }
        Ok(out)
    }

    fn unusable(path: &std::path::Path, error: Unusable) -> Failure {
        let hint = match &error {
            Unusable::Unread(error) if error.kind() == io::ErrorKind::NotFound => Some(both!(
                "không có tệp này; xem lại đường dẫn (tính từ thư mục {})",
                "there is no such file; look at the path again (it starts from {})",
                std::env::current_dir().unwrap_or_default().display()
            )),
            // The system's own words say what stands in the way.
            Unusable::Unread(_) | Unusable::TooLarge(_) => None,
            Unusable::NoList => Some(both!(
                "cần danh sách thu hồi dạng PEM (BEGIN X509 CRL) hoặc DER",
                "a revocation list in PEM (BEGIN X509 CRL) or DER is needed"
            )),
            Unusable::NoCertificate => Some(both!(
                "cần tệp PEM (các đoạn BEGIN CERTIFICATE) hoặc DER",
                "a file in PEM (parts that begin with BEGIN CERTIFICATE) or DER is needed"
            )),
        };
        let failure = Failure::new(both!(
            "không dùng được tệp {}",
            "cannot use the file {}",
            path.display()
        ))
        .below(error);
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }

    /// The name or address asked for, as text.
    fn asked(&self) -> Option<String> {
        self.name.as_ref().map(|name| match name {
            Name::Host(name) => name.as_str().to_owned(),
            Name::Address(address) => address.to_string(),
        })
    }

    fn verdicts(&self, fact: ChainFact, at: Timestamp) -> Result<Vec<Verdict>, Failure> {
        let policy = Policy::on(day_of(at), &[]).doing(both!(
            "không đọc được các bộ quy định",
            "cannot read the policy packs"
        ))?;
        let file = || self.chain.display().to_string();
        let observation = Observation {
            id: Uuid::nil(),
            scan: Uuid::nil(),
            endpoint: self.asked().unwrap_or_else(file),
            endpoint_id: None,
            address: None,
            port: None,
            vantage: Zone::Unknown,
            system: None,
            probe: FactKind::Chain,
            probe_version: ChainProbe::VERSION,
            sensor: "certificate".to_owned(),
            started: at,
            ended: at,
            reading: Reading::Measured {
                fact: Fact::Chain(fact),
            },
            evidence: Vec::new(),
            cost: Cost::default(),
        };
        Ok(judge(&observation, &Inventory::default(), &policy, at))
    }

    fn document(&self, judged: &Judged) -> Value {
        let fact = &judged.fact;
        let mut out = Map::new();
        let mut put = |key: &str, value: Value| {
            out.insert(key.to_owned(), value);
        };
        put("trusted", json!(judged.reason.is_none()));
        if let Some(reason) = &judged.reason {
            put("reason", json!(reason));
        }
        if judged.reason.as_deref() == Some(REVOKED) {
            put("position", json!(judged.revoked));
        } else if let Some(Trust { rule, position, .. }) = untrusted(fact) {
            if let Some(rule) = rule {
                put("rule", json!(rule));
            }
            if let Some(position) = position {
                put("position", json!(position));
            }
        }
        put("at", json!(judged.at));
        if let Some(name) = self.asked() {
            put("name", json!(name));
        }
        put("certificates", json!(fact.certificates));
        if !fact.unreadable.is_empty() {
            put("unreadable", json!(fact.unreadable));
        }
        put("trust", json!(fact.trust));
        put("name_match", json!(fact.name_match));
        put("message", json!(fact.message));
        if !self.crl.is_empty() {
            put("revocation", json!(fact.revocation));
            put("lists", judged.lists.iter().map(List::document).collect());
        }
        let verdicts = judged.verdicts.iter().map(verdict_json);
        put("verdicts", verdicts.collect());
        Value::Object(out)
    }
}

const UNDECIDED: &str = "undecided";
const REVOKED: &str = "revoked";

impl List {
    fn document(&self) -> Value {
        let Given {
            issuer,
            this_update,
            next_update,
            positions,
            fault,
        } = &self.given;
        let mut out = json!({ "file": self.file, "positions": positions });
        let optional = [
            ("issuer", json!(issuer)),
            ("this_update", json!(this_update)),
            ("next_update", json!(next_update)),
            ("fault", json!(fault)),
        ];
        if let Some(out) = out.as_object_mut() {
            let said = optional.into_iter().filter(|(_, value)| !value.is_null());
            out.extend(said.map(|(key, value)| (key.to_owned(), value)));
        }
        out
    }
}

/// Writes what `lists` say into `fact`; what became of each.
fn held_against(
    reader: &ChainReader,
    fact: &mut ChainFact,
    ders: &[Vec<u8>],
    lists: Vec<(String, Vec<u8>)>,
    at: Timestamp,
) -> Vec<List> {
    let (files, lists): (Vec<String>, Vec<Vec<u8>>) = lists.into_iter().unzip();
    let given = reader.lists(fact, ders, &lists, at);
    let each = files.into_iter().zip(given);
    each.map(|(file, given)| List { file, given }).collect()
}

/// Place of the revoked certificate without which no path is left; none if a path is left.
fn revoked(reader: &ChainReader, fact: &ChainFact, ders: &[Vec<u8>], at: Timestamp) -> Option<u16> {
    let said = fact.revocation.iter();
    let mut places: Vec<u16> = said
        .filter(|said| said.status == RevocationStatus::Revoked)
        .map(|said| said.position)
        .collect();
    places.sort_unstable();
    let first = *places.first()?;
    let trusted = |trust: &Trust| trust.verdict == TrustVerdict::Trusted;
    let past = first > 0 && reader.trust_without(ders, &places, at).iter().any(trusted);
    (!past).then_some(first)
}

/// The set of roots that the chain leads to, but wrongly; none if it leads to one rightly.
pub(super) fn untrusted(fact: &ChainFact) -> Option<&Trust> {
    let is = |verdict| fact.trust.iter().find(|trust| trust.verdict == verdict);
    match is(TrustVerdict::Trusted) {
        Some(_) => None,
        None => is(TrustVerdict::Untrusted),
    }
}

/// Why the chain is not to be trusted at `at`; none if it is.
fn reason(fact: &ChainFact, revoked: Option<u16>, at: Timestamp) -> Option<String> {
    let Some(leaf) = fact.leaf() else {
        return Some("unreadable".to_owned());
    };
    if let Some(trust) = untrusted(fact) {
        let word = serde_json::to_value(trust.reason).ok()?;
        return Some(word.as_str().unwrap_or("other").to_owned());
    }
    // Validity is counted in whole seconds (RFC 5280 section 4.1.2.5).
    let second = at.as_second();
    let word = if revoked.is_some() {
        REVOKED
    } else if fact
        .trust
        .iter()
        .all(|t| t.verdict == TrustVerdict::Unknown)
    {
        UNDECIDED
    } else if second > leaf.not_after.as_second() {
        "expired"
    } else if second < leaf.not_before.as_second() {
        "not_yet_valid"
    } else if fact.name_match == Some(false) {
        "name_mismatch"
    } else {
        return None;
    };
    Some(word.to_owned())
}
