//! `luytre inventory check`.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use luytre_inventory::{Form, Weight};
use serde_json::json;

use super::{read, tell};
use crate::{
    command::{Common, block_on},
    output::{Code, Failure, JsonSink},
    run::{inventory_of, open_store},
};

/// Options of `inventory check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre inventory check mau-danh-muc.xlsx\n  luytre inventory check"
)]
pub(crate) struct Check {
    /// Tệp / file [default: the inventory in the workspace]
    file: Option<PathBuf>,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

impl Check {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let (messages, systems) = if let Some(file) = &self.file {
            let imported = read(file, None)?;
            let mut messages = imported.messages.clone();
            messages.extend(luytre_inventory::check(
                &imported.inventory,
                Timestamp::now(),
            ));
            let talk = common.talk();
            talk.line(talk.pick(
                &format!(
                    "{}: {}, {} hệ thống",
                    file.display(),
                    form_words(common, imported.form),
                    imported.inventory.systems.len()
                ),
                &format!(
                    "{}: {}, {} systems",
                    file.display(),
                    form_words(common, imported.form),
                    imported.inventory.systems.len()
                ),
            ));
            (messages, imported.inventory.systems.len())
        } else {
            let workspace = common.workspace()?;
            let inventory = block_on(async { inventory_of(&open_store(&workspace).await?).await })?;
            (
                luytre_inventory::check(&inventory, Timestamp::now()),
                inventory.systems.len(),
            )
        };
        if let Some(sink) = &self.json {
            sink.write(&json!({"systems": systems, "messages": messages}))?;
        } else {
            tell(common, &messages);
        }
        let errors = messages
            .iter()
            .filter(|m| m.weight == Weight::Error)
            .count();
        let talk = common.talk();
        talk.line(talk.pick(
            &format!(
                "{systems} hệ thống, {errors} lỗi phải sửa, {} ghi chú và chỗ thiếu.",
                messages.len() - errors
            ),
            &format!(
                "{systems} systems, {errors} errors to mend, {} notes and gaps.",
                messages.len() - errors
            ),
        ));
        // A wrong inventory is a finding of this command.
        Ok(if errors == 0 {
            Code::Done
        } else {
            Code::Findings
        })
    }
}

fn form_words(common: &Common, form: Form) -> &'static str {
    let talk = common.talk();
    match form {
        Form::Toml => "TOML",
        Form::Own => talk.pick("bản xuất của Lũy Tre", "a sheet of this program"),
        Form::Form08 => "Mẫu số 08",
        Form::Free => talk.pick("bảng tự do", "a sheet with headings of its own"),
    }
}
