//! `luytre inventory import`.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use luytre_inventory::{Blanks, Inventory as Data, diff, merge};
use luytre_store::Store;
use serde_json::json;

use super::{read, tell};
use crate::{
    command::{Common, block_on},
    output::{Code, Failure, JsonSink, plain, print},
    run::open_store,
};

/// Options of `inventory import`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre inventory import mau-danh-muc.xlsx --dry-run\n  luytre inventory import mau-danh-muc.xlsx"
)]
pub(crate) struct Import {
    /// Tệp / file
    file: PathBuf,
    /// Chỉ in khác biệt, không ghi / show the differences, write nothing
    #[arg(long)]
    dry_run: bool,
    /// Ô trống trong tệp xóa giá trị cũ (dùng cho bản xuất đã sửa) / blank cells clear old values
    #[arg(long)]
    clear_blanks: bool,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

impl Import {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        block_on(async {
            let store = open_store(&workspace).await?;
            let base = store.inventory(None).await?.map(|(_, inventory)| inventory);
            let imported = read(&self.file, base.as_ref())?;
            let old = base.unwrap_or_default();
            let blanks = if self.clear_blanks {
                Blanks::Clear
            } else {
                Blanks::Keep
            };
            let merged = merge(&old, &imported, blanks);
            let differences = diff(&old, &merged.inventory);
            if let Some(sink) = &self.json {
                sink.write(&json!({
                    "form": imported.form,
                    "rows": imported.rows,
                    "messages": imported.messages,
                    "differences": differences,
                    "absent": merged.absent,
                    "absent_parts": merged.absent_parts,
                }))?;
            } else {
                tell(common, &imported.messages);
                self.print_differences(common, &differences);
            }
            let talk = common.talk();
            if !merged.absent.is_empty() {
                talk.line(talk.pick(
                    &format!(
                        "{} hệ thống không có trong tệp được giữ nguyên.",
                        merged.absent.len()
                    ),
                    &format!(
                        "{} systems that the file does not list are kept.",
                        merged.absent.len()
                    ),
                ));
            }
            for part in &merged.absent_parts {
                talk.line(&format!("· {}", part.words.of(common.language())));
            }
            if self.dry_run || differences.is_empty() {
                talk.line(talk.pick(
                    &format!("{} khác biệt; không ghi gì.", differences.len()),
                    &format!("{} differences; nothing was written.", differences.len()),
                ));
                return Ok(Code::Done);
            }
            let note = self.file.file_name().unwrap_or_default().to_string_lossy();
            let now = Timestamp::now();
            let version = store
                .save_inventory(&merged.inventory, now, &common.actor(), &note)
                .await?;
            let known = store.known_findings().await?;
            let gone = luytre_checks::retire(
                &known,
                |subject| exists(&merged.inventory, subject),
                now,
                &common.actor(),
                &note,
            );
            store.record_events(&gone).await?;
            talk.line(talk.pick(
                &format!(
                    "Đã nạp {} hệ thống, {} khác biệt: phiên bản {}.",
                    imported.rows,
                    differences.len(),
                    version.number
                ),
                &format!(
                    "Loaded {} systems, {} differences: version {}.",
                    imported.rows,
                    differences.len(),
                    version.number
                ),
            ));
            Ok(Code::Done)
        })
    }

    fn print_differences(&self, common: &Common, differences: &[luytre_inventory::Difference]) {
        let shown = if self.dry_run { 200 } else { 20 };
        for difference in differences.iter().take(shown) {
            print(&plain(&format!(
                "± {}",
                difference.words.of(common.language())
            )));
        }
        if differences.len() > shown {
            print(&format!("± … {}", differences.len() - shown));
        }
    }
}

/// Whether the inventory still has what a finding is about.
fn exists(inventory: &Data, subject: &luytre_checks::Subject) -> bool {
    use luytre_checks::Subject;
    match subject {
        Subject::Endpoint(id) => inventory.endpoint(*id).is_some(),
        Subject::System(code) => inventory.system(code).is_some(),
        Subject::Owner(code) => inventory.unit(code).is_some(),
        Subject::Target(_) => true,
    }
}
