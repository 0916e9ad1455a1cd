//! `luytre inventory level`.

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use luytre_checks::policy::day_of;
use luytre_inventory::{Code as AnyCode, LevelPack, propose_level};
use serde_json::json;

use crate::{
    command::{Common, block_on},
    output::{Code, Failure, JsonSink, both, plain, print, table},
    run::{inventory_of, open_store},
};

/// Options of `inventory level`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre inventory level\n  luytre inventory level --pack nd85"
)]
pub(crate) struct LevelArgs {
    /// Hệ thống / systems [default: all with a profile]
    #[arg(long, value_name = "CODE")]
    system: Vec<AnyCode>,
    /// Theo nghị định / by which decree [default: the one in force]
    #[arg(long, value_enum)]
    pack: Option<PackArg>,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

/// A decree on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PackArg {
    /// Nghị định 85/2016/NĐ-CP
    Nd85,
    /// Nghị định 331/2026/NĐ-CP
    Nd331,
}

impl LevelArgs {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        let inventory = block_on(async { inventory_of(&open_store(&workspace).await?).await })?;
        let today = day_of(Timestamp::now());
        let pack = match self.pack {
            Some(PackArg::Nd85) => LevelPack::Nd85,
            Some(PackArg::Nd331) => LevelPack::Nd331,
            None => LevelPack::in_force(today).unwrap_or(LevelPack::Nd331),
        };
        let mut proposals = Vec::new();
        for system in &inventory.systems {
            if !self.system.is_empty() && !self.system.contains(&system.code) {
                continue;
            }
            if let Some(profile) = &system.profile {
                proposals.push((system, propose_level(profile, pack, today)));
            }
        }
        if let Some(missing) = self
            .system
            .iter()
            .find(|code| inventory.system(code).is_none())
        {
            return Err(Failure::new(both!(
                "không có hệ thống nào mã `{missing}`",
                "no system has the code `{missing}`"
            )));
        }
        if let Some(sink) = &self.json {
            let documents: Vec<_> = proposals
                .iter()
                .map(|(system, proposal)| {
                    json!({
                        "system": system.code,
                        "pack": pack.id(),
                        "approved": system.approved_level(today).map(|a| a.level),
                        "proposal": proposal,
                    })
                })
                .collect();
            sink.write(&documents)?;
            return Ok(Code::Done);
        }
        let (talk, language) = (common.talk(), common.language());
        talk.line(talk.pick(
            &format!(
                "Cấp độ đề xuất theo {} (tham khảo, không thay cấp độ đã phê duyệt)",
                pack.decree()
            ),
            &format!(
                "Proposed levels by {} (advisory; an approved level stays)",
                pack.decree()
            ),
        ));
        let mut out = table(&match talk.pick("vi", "en") {
            "vi" => [
                "Hệ thống",
                "Đã duyệt",
                "Đề xuất",
                "Lý do",
                "Giả định và điều chưa biết",
            ],
            _ => [
                "System",
                "Approved",
                "Proposed",
                "Reasons",
                "Assumptions and unknowns",
            ],
        });
        for (system, proposal) in &proposals {
            let level = |level: Option<luytre_inventory::Level>| {
                level.map_or_else(|| "–".to_owned(), |l| l.to_string())
            };
            let reasons: Vec<String> = proposal
                .reasons
                .iter()
                .map(|reason| format!("{} ({})", reason.words.of(language), reason.article.article))
                .collect();
            let assumptions: Vec<&str> = proposal
                .assumptions
                .iter()
                .map(|a| a.of(language))
                .collect();
            let human = if proposal.needs_human {
                talk.pick(" ? cần người xem xét", " ? a person must decide")
            } else {
                ""
            };
            out.add_row([
                format!("{}\n{}", plain(&system.name), system.code),
                level(system.approved_level(today).map(|a| a.level)),
                format!("{}{human}", level(proposal.level)),
                plain(&reasons.join("; ")),
                plain(&assumptions.join("; ")),
            ]);
        }
        print(&out.to_string());
        Ok(Code::Done)
    }
}
