//! `luytre candidates list`.

use clap::{Args, ValueEnum};
use luytre_inventory::{Candidate, CandidateState, Code as AnyCode, SourceKind, Suggestion};
use luytre_store::{Sqlite, Store};

use super::{clues, document, queue};
use crate::{
    command::Common,
    output::{Code, Failure, JsonSink, plain, print, table},
};

/// Rows of a table for people; programs read all of them as JSON.
const SHOWN: usize = 500;

/// Options of `candidates list`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre candidates list\n  luytre candidates list --unassigned --source ct\n  luytre candidates list --state not_ours --json -"
)]
pub(crate) struct List {
    /// Trạng thái / state
    #[arg(long, value_parser = parse_state, default_value = "candidate")]
    state: CandidateState,
    /// Chỉ những gì chưa rõ của ai / only those that nobody is known to own
    #[arg(long)]
    unassigned: bool,
    /// Chỉ của hệ thống này: do người chỉ định hoặc do gợi ý / of one system, named or suggested
    #[arg(long, value_name = "CODE")]
    system: Option<AnyCode>,
    /// Chỉ từ loại nguồn này / from one kind of source
    #[arg(long, value_enum)]
    source: Option<SourceArg>,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

/// A kind of source on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "each variant is the kind of that name")]
pub(crate) enum SourceArg {
    Scan,
    Zone,
    Dhcp,
    Firewall,
    Netflow,
    Ct,
}

impl From<SourceArg> for SourceKind {
    fn from(source: SourceArg) -> Self {
        match source {
            SourceArg::Scan => Self::Scan,
            SourceArg::Zone => Self::Zone,
            SourceArg::Dhcp => Self::Dhcp,
            SourceArg::Firewall => Self::Firewall,
            SourceArg::Netflow => Self::Netflow,
            SourceArg::Ct => Self::Ct,
        }
    }
}

fn parse_state(text: &str) -> Result<CandidateState, String> {
    CandidateState::parse(text).ok_or_else(|| {
        let known: Vec<&str> = CandidateState::ALL.iter().map(|s| s.as_str()).collect();
        format!("no such state; known: {}", known.join(", "))
    })
}

impl List {
    pub(super) async fn run(&self, common: &Common, store: &Sqlite) -> Result<Code, Failure> {
        let clues = clues(store).await?;
        let mut all: Vec<(Candidate, Vec<Suggestion>)> = Vec::new();
        for candidate in store.candidates().await? {
            if candidate.state() != self.state {
                continue;
            }
            let suggestions = clues.suggest(&candidate);
            if self.wants(&candidate, &suggestions) {
                all.push((candidate, suggestions));
            }
        }
        // What has a suggestion first, by system: one decision often settles its neighbours.
        all.sort_by_cached_key(|(candidate, suggestions)| {
            let whose = suggestions
                .first()
                .map(|s| (s.system.clone(), s.owner.clone()));
            (suggestions.is_empty(), whose, candidate.spot.clone())
        });
        if let Some(sink) = &self.json {
            let documents: Vec<_> = all.iter().map(|(c, s)| document(c, s)).collect();
            sink.write(&documents)?;
            return Ok(Code::Done);
        }
        self.print(common, &all);
        Ok(Code::Done)
    }

    fn wants(&self, candidate: &Candidate, suggestions: &[Suggestion]) -> bool {
        let of_system = |code: &AnyCode| {
            candidate.system() == Some(code)
                || suggestions.iter().any(|s| s.system.as_ref() == Some(code))
        };
        (!self.unassigned || queue(candidate, suggestions) == Some("unassigned"))
            && self.system.as_ref().is_none_or(of_system)
            && self
                .source
                .is_none_or(|source| candidate.sources.contains(&source.into()))
    }

    fn print(&self, common: &Common, all: &[(Candidate, Vec<Suggestion>)]) {
        let (talk, language) = (common.talk(), common.language());
        if all.is_empty() {
            talk.line(talk.pick(
                "Không có ứng viên nào khớp. Điều này không có nghĩa là đã khai báo đủ: chỉ biết những gì đã quét hoặc đã nhập bằng `luytre candidates import`.",
                "No candidate matches. That does not mean that everything is declared: only what was scanned, or read with `luytre candidates import`, is known.",
            ));
            return;
        }
        let mut out = table(&match talk.pick("vi", "en") {
            "vi" => ["Mã", "Ở đâu", "Nguồn", "Thấy lần cuối", "Có thể của"],
            _ => ["Id", "Where", "Sources", "Last seen", "May belong to"],
        });
        for (candidate, suggestions) in all.iter().take(SHOWN) {
            let sources: Vec<&str> = candidate
                .sources
                .iter()
                .map(|source| source.text().of(language))
                .collect();
            let whose = match (candidate.system(), suggestions.first()) {
                (Some(system), _) if self.state != CandidateState::Candidate => system.to_string(),
                (_, Some(suggestion)) => {
                    let whose = suggestion.system.as_ref().or(suggestion.owner.as_ref());
                    format!(
                        "{}? {}",
                        whose.map_or("", AnyCode::as_str),
                        suggestion.words().of(language)
                    )
                }
                _ => talk.pick("chưa rõ của ai", "unassigned").to_owned(),
            };
            out.add_row([
                candidate.id.short(),
                plain(&candidate.spot.to_string()),
                sources.join(", "),
                talk.moment(candidate.last_seen),
                plain(&whose),
            ]);
        }
        print(&out.to_string());
        let unassigned = all.iter().filter(|(_, s)| s.is_empty()).count();
        let (n, hidden) = (all.len(), all.len().saturating_sub(SHOWN));
        talk.line(talk.pick(
            &format!("{n} ứng viên, {unassigned} chưa rõ của ai. Gợi ý không thay quyết định: `luytre candidates admit|refuse|dependency|retire`."),
            &format!("{n} candidates, {unassigned} unassigned. A suggestion is no decision: `luytre candidates admit|refuse|dependency|retire`."),
        ));
        if hidden > 0 {
            talk.line(talk.pick(
                &format!("{hidden} ứng viên nữa không hiện; --json ghi tất cả."),
                &format!("{hidden} more are not shown; --json writes all."),
            ));
        }
    }
}
