//! `luytre candidates`: discovered endpoints that nobody declared. A person says what they are.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use luytre_checks::policy::day_of;
use luytre_inventory::{
    Candidate, CandidateEvent, CandidateEventKind, CandidateState, Clues, Code as AnyCode,
    NewCandidateEvent, Suggestion,
};
use luytre_store::{Sqlite, Store};
use serde_json::{Value, json};

use super::{Common, block_on};
use crate::{
    output::{Code, Failure, Hint, JsonSink, both, plain, print},
    run::open_store,
};

mod admit;
mod import;
mod list;

/// Điểm truy cập phát hiện được mà danh mục chưa khai báo / discovered endpoints that nobody declared
#[derive(Debug, Subcommand)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre candidates import db.doiche.test luong.csv\n  luytre candidates list --unassigned\n  luytre candidates admit 3f2a9c10 --system tttdt-xa-doi-che\n  luytre candidates refuse 7b21d0aa --reason \"máy của nhà cung cấp, không phục vụ tỉnh\""
)]
pub(crate) enum Candidates {
    /// Liệt kê / list
    List(list::List),
    /// Xem một ứng viên với bằng chứng và nhật ký / one candidate with evidence and events
    Show(Show),
    /// Đọc tệp vùng DNS, DHCP, tường lửa, luồng mạng, minh bạch chứng thư; không gửi gói tin nào / from files, without a packet
    Import(import::Import),
    /// Đưa vào danh mục, dưới một hệ thống / put into the inventory, under a system
    Admit(admit::Admit),
    /// Không thuộc phạm vi quản lý / not ours
    Refuse(Decide),
    /// Của bên khác, hệ thống của tỉnh phụ thuộc vào / somebody else's, but something of ours leans on it
    Dependency(Dependency),
    /// Đã ngừng sử dụng; thấy lại thì trở về danh sách chờ / out of use; comes back when seen again
    Retire(Decide),
    /// Rút quyết định, xem xét lại / take the last decision back
    Reconsider(Decide),
}

/// Options of `candidates show`.
#[derive(Debug, Args)]
#[command(after_help = "Ví dụ / Examples:\n  luytre candidates show 3f2a9c10")]
pub(crate) struct Show {
    /// Mã ứng viên, hoặc phần đầu của mã / id or its beginning
    id: String,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

/// Options of decisions.
#[derive(Debug, Args)]
#[command(after_help = "Ví dụ / Examples:\n  luytre candidates refuse 3f2a9c10 --reason TEXT")]
pub(crate) struct Decide {
    /// Mã ứng viên, hoặc phần đầu của mã / ids or their beginnings
    #[arg(required = true)]
    ids: Vec<String>,
    /// Lý do, văn bản / reason, paper
    #[arg(long)]
    reason: String,
}

/// Options of `candidates dependency`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre candidates dependency 3f2a9c10 --system tttdt-xa-doi-che --reason TEXT"
)]
pub(crate) struct Dependency {
    #[command(flatten)]
    decide: Decide,
    /// Hệ thống phụ thuộc vào / the system that leans on it
    #[arg(long, value_name = "CODE")]
    system: Option<AnyCode>,
}

impl Candidates {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        block_on(async {
            let store = open_store(&workspace).await?;
            match self {
                Self::List(list) => list.run(common, &store).await,
                Self::Show(show) => show.run(common, &store).await,
                Self::Import(import) => import.run(common, &store).await,
                Self::Admit(admit) => admit.run(common, &store).await,
                Self::Refuse(decide) => {
                    decide
                        .run(common, &store, CandidateEventKind::NotOurs)
                        .await
                }
                Self::Dependency(dependency) => {
                    let system = dependency.system.clone();
                    if let Some(code) = &system {
                        known_system(&store, code).await?;
                    }
                    let kind = CandidateEventKind::Dependency { system };
                    dependency.decide.run(common, &store, kind).await
                }
                Self::Retire(decide) => {
                    decide
                        .run(common, &store, CandidateEventKind::Retired)
                        .await
                }
                Self::Reconsider(decide) => {
                    decide
                        .run(common, &store, CandidateEventKind::Reconsidered)
                        .await
                }
            }
        })
    }
}

/// The one candidate whose id begins with `id`.
async fn one(store: &Sqlite, id: &str) -> Result<(Candidate, Vec<CandidateEvent>), Failure> {
    let found = store.candidate(id).await;
    found
        .doing(both!(
            "không có đúng một ứng viên mang mã `{}`",
            "not one candidate with the id `{}`",
            plain(id)
        ))
        .map_err(|failure| {
            failure.hint(both!(
                "`luytre candidates list` cho thấy mã; ghi ít nhất bốn chữ số đầu",
                "`luytre candidates list` shows ids; write at least the first four digits"
            ))
        })
}

/// The candidates of `ids`, each once. All are looked up before anything is recorded.
async fn each(store: &Sqlite, ids: &[String]) -> Result<Vec<Candidate>, Failure> {
    let mut all: Vec<Candidate> = Vec::new();
    for id in ids {
        let candidate = one(store, id).await?.0;
        if all.iter().all(|known| known.id != candidate.id) {
            all.push(candidate);
        }
    }
    Ok(all)
}

async fn known_system(store: &Sqlite, code: &AnyCode) -> Result<(), Failure> {
    let latest = store.inventory(None).await?;
    let known = latest.is_some_and(|(_, inventory)| inventory.system(code).is_some());
    if known { Ok(()) } else { Err(no_system(code)) }
}

fn no_system(code: &AnyCode) -> Failure {
    Failure::new(both!(
        "không có hệ thống nào mã `{code}`",
        "no system has the code `{code}`"
    ))
    .hint(both!(
        "`luytre inventory quality` liệt kê các hệ thống",
        "`luytre inventory quality` lists the systems"
    ))
}

impl Decide {
    async fn run(
        &self,
        common: &Common,
        store: &Sqlite,
        kind: CandidateEventKind,
    ) -> Result<Code, Failure> {
        let all = each(store, &self.ids).await?;
        // What stands in the inventory is taken out there, or the two would say different things.
        if let Some(candidate) = all.iter().find(|c| c.state() == CandidateState::Admitted) {
            return Err(Failure::new(both!(
                "{} đã ở trong danh mục",
                "{} is in the inventory",
                candidate.spot
            ))
            .hint(both!(
                "sửa danh mục: `luytre inventory export`, bỏ điểm truy cập rồi nhập lại",
                "change the inventory: `luytre inventory export`, take the endpoint out, import it"
            )));
        }
        let at = Timestamp::now();
        let events: Vec<NewCandidateEvent> = all
            .iter()
            .map(|candidate| event(candidate, at, common, kind.clone(), Some(&self.reason)))
            .collect();
        store.decide_candidates(&events).await?;
        recorded(common, &all);
        Ok(Code::Done)
    }
}

fn event(
    candidate: &Candidate,
    at: Timestamp,
    common: &Common,
    kind: CandidateEventKind,
    reason: Option<&str>,
) -> NewCandidateEvent {
    NewCandidateEvent {
        spot: candidate.spot.clone(),
        event: CandidateEvent {
            at,
            actor: common.actor(),
            kind,
            reason: reason.map(str::to_owned),
        },
    }
}

fn recorded(common: &Common, all: &[Candidate]) {
    let talk = common.talk();
    for candidate in all {
        let (id, spot) = (candidate.id.short(), &candidate.spot);
        talk.line(talk.pick(
            &format!("Đã ghi nhận cho {id} ({spot})."),
            &format!("Recorded for {id} ({spot})."),
        ));
    }
}

/// In which queue a candidate waits: one whose owner is suggested, or the one of those that nobody is
/// known to own. None once a person has decided.
fn queue(candidate: &Candidate, suggestions: &[Suggestion]) -> Option<&'static str> {
    (candidate.state() == CandidateState::Candidate).then_some(if suggestions.is_empty() {
        "unassigned"
    } else {
        "suggested"
    })
}

/// A candidate as it is printed.
fn document(candidate: &Candidate, suggestions: &[Suggestion]) -> Value {
    let said: Vec<Value> = suggestions
        .iter()
        .map(|suggestion| {
            let mut value = json!(suggestion);
            value["words"] = json!(suggestion.words());
            value
        })
        .collect();
    let mut value = json!({
        "id": candidate.id,
        "spot": candidate.spot.to_string(),
        "host": candidate.spot.host,
        "transport": candidate.spot.carrier,
        "state": candidate.state(),
        "queue": queue(candidate, suggestions),
        "first_seen": candidate.first_seen,
        "last_seen": candidate.last_seen,
        "sources": candidate.sources,
        "names": candidate.names,
        "addresses": candidate.addresses,
        "protocols": candidate.protocols,
        "system": candidate.system(),
        "suggestions": said,
        "evidence": candidate.discoveries,
    });
    if let Some(port) = candidate.spot.port {
        value["port"] = json!(port);
    }
    if let Some((at, actor, reason)) = candidate.decided() {
        value["decided"] = json!({"at": at, "actor": actor, "reason": reason});
    }
    value
}

/// The clues of the latest inventory.
async fn clues(store: &Sqlite) -> Result<Clues, Failure> {
    let latest = store.inventory(None).await?;
    let inventory = latest.map(|(_, inventory)| inventory).unwrap_or_default();
    Ok(Clues::of(&inventory, day_of(Timestamp::now())))
}

impl Show {
    async fn run(&self, common: &Common, store: &Sqlite) -> Result<Code, Failure> {
        let (candidate, events) = one(store, &self.id).await?;
        let suggestions = clues(store).await?.suggest(&candidate);
        if let Some(sink) = &self.json {
            let mut document = document(&candidate, &suggestions);
            document["events"] = json!(events);
            sink.write(&document)?;
            return Ok(Code::Done);
        }
        let (talk, language) = (common.talk(), common.language());
        let mut lines = vec![format!(
            "{}  {}  {}",
            candidate.id.short(),
            candidate.spot,
            candidate.state().text().of(language)
        )];
        for suggestion in &suggestions {
            let whose = suggestion.system.as_ref().or(suggestion.owner.as_ref());
            lines.push(format!(
                "  ? {}: {}",
                whose.map_or("", AnyCode::as_str),
                suggestion.words().of(language)
            ));
        }
        for name in &candidate.names {
            lines.push(format!("  {} {name}", talk.pick("tên", "name")));
        }
        for address in &candidate.addresses {
            lines.push(format!("  {} {address}", talk.pick("địa chỉ", "address")));
        }
        lines.push(talk.pick("Bằng chứng", "Evidence").to_owned());
        for discovery in &candidate.discoveries {
            let row = discovery.row.map_or_else(String::new, |row| {
                format!(", {} {row}", talk.pick("dòng", "row"))
            });
            let short: String = discovery.origin.chars().take(12).collect();
            lines.push(format!(
                "  {} {} ×{} {} {} ({short}){row}",
                talk.moment(discovery.first),
                talk.moment(discovery.last),
                discovery.count,
                discovery.source.text().of(language),
                discovery.label,
            ));
        }
        lines.push(talk.pick("Nhật ký", "Events").to_owned());
        for event in &events {
            lines.push(format!(
                "  {} {} {} {}",
                talk.moment(event.at),
                event.actor,
                event.kind.as_str(),
                event.reason.as_deref().unwrap_or_default()
            ));
        }
        print(&plain(&lines.join("\n")));
        Ok(Code::Done)
    }
}
