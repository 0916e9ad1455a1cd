//! `luytre inventory quality`.

use clap::Args;
use jiff::{Timestamp, civil::Date};
use luytre_checks::policy::day_of;
use luytre_inventory::{Code as AnyCode, Quality, Tier, missing, quality, tiers};
use serde_json::json;

use crate::{
    command::{Common, block_on},
    output::{Code, Failure, JsonSink, both, plain, print, table},
    run::{inventory_of, open_store},
};

/// Options of `inventory quality`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre inventory quality\n  luytre inventory quality --json -"
)]
pub(crate) struct QualityArgs {
    /// Tính đến ngày / as of [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Chỉ một hệ thống, kèm từng lỗi / one system with each fault
    #[arg(long, value_name = "CODE")]
    system: Option<AnyCode>,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

impl QualityArgs {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        let inventory = block_on(async { inventory_of(&open_store(&workspace).await?).await })?;
        let day = self.as_of.unwrap_or_else(|| day_of(Timestamp::now()));
        let mut report = quality(&inventory, day);
        let by_unit = tiers(&inventory, day);
        if let Some(code) = &self.system {
            if inventory.system(code).is_none() {
                return Err(Failure::new(both!(
                    "không có hệ thống nào mã `{code}`",
                    "no system has the code `{code}`"
                )));
            }
            report.systems.retain(|system, _| system == code);
            report.spoilers.retain(|spoiler| spoiler.system == *code);
        }
        if let Some(sink) = &self.json {
            sink.write(&json!({"as_of": day, "quality": report, "tiers": by_unit}))?;
            return Ok(Code::Done);
        }
        let (talk, language) = (common.talk(), common.language());
        if let Some(code) = &self.system {
            let system = inventory.system(code).ok_or_else(|| {
                Failure::new(both!(
                    "không có hệ thống nào mã `{code}`",
                    "no system has the code `{code}`"
                ))
            })?;
            for spoiler in report.spoilers.iter().filter(|s| s.system == *code) {
                print(&plain(&format!(
                    "{}: {}: {}",
                    spoiler.quality.text().of(language),
                    spoiler.heading(language),
                    spoiler.reason.of(language)
                )));
            }
            for tier in Tier::ALL {
                for (_, what) in missing(&inventory, system, tier, day) {
                    print(&plain(&format!(
                        "{}: {} {}",
                        tier.text().of(language),
                        talk.pick("thiếu", "missing:"),
                        what.of(language)
                    )));
                }
            }
            return Ok(Code::Done);
        }
        let mut headings = vec![talk.pick("Hệ thống", "System"), talk.pick("Tên", "Name")];
        headings.extend(Quality::ALL.iter().map(|q| q.text().of(language)));
        let mut out = table(&headings);
        let percent = |figures: &luytre_inventory::Figures, quality: Quality| {
            let ratio = figures.get(&quality).and_then(|figure| figure.ratio());
            ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{:.0} %", ratio * 100.0))
        };
        for system in &inventory.systems {
            let mut row = vec![system.code.to_string(), plain(&system.name)];
            if let Some(figures) = report.systems.get(&system.code) {
                row.extend(Quality::ALL.iter().map(|q| percent(figures, *q)));
            }
            out.add_row(row);
        }
        let mut whole = vec![String::new(), talk.pick("Toàn bộ", "All").to_owned()];
        whole.extend(Quality::ALL.iter().map(|q| percent(&report.whole, *q)));
        out.add_row(whole);
        print(&out.to_string());
        let mut units = table(&[
            talk.pick("Đơn vị", "Unit"),
            talk.pick("Số hệ thống", "Systems"),
            Tier::ALL[0].text().of(language),
            Tier::ALL[1].text().of(language),
            Tier::ALL[2].text().of(language),
        ]);
        for (code, count) in by_unit {
            let name = inventory
                .unit(&code)
                .map_or_else(|| code.to_string(), |unit| unit.name.clone());
            let mut row = vec![plain(&name), count.systems.to_string()];
            row.extend(
                Tier::ALL
                    .iter()
                    .map(|tier| count.complete.get(tier).copied().unwrap_or(0).to_string()),
            );
            units.add_row(row);
        }
        print(&units.to_string());
        Ok(Code::Done)
    }
}
