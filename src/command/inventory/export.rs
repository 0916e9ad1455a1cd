//! `luytre inventory export`.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use luytre_checks::policy::day_of;

use crate::{
    command::{Common, block_on},
    output::{Code, Failure, both, print},
    run::{inventory_of, open_store},
    workspace::write_file,
};

/// Options of `inventory export`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre inventory export --out danh-muc.xlsx\n  luytre inventory export --form08 --out mau-08.xlsx"
)]
pub(crate) struct Export {
    /// Tệp ghi ra; đuôi .toml, .csv hoặc .xlsx chọn định dạng / file; its ending chooses the format
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Mười hai cột của Mẫu số 08 / the twelve columns of Mẫu số 08
    #[arg(long)]
    form08: bool,
}

impl Export {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        let inventory = block_on(async { inventory_of(&open_store(&workspace).await?).await })?;
        let ending = self
            .out
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        let today = day_of(Timestamp::now());
        let bytes = match (&*ending, self.form08) {
            ("xlsx", false) => luytre_inventory::to_xlsx(&inventory)?,
            ("xlsx", true) => luytre_inventory::to_form08_xlsx(&inventory, today)?,
            ("csv", false) => luytre_inventory::to_csv(&inventory)?,
            ("csv", true) => luytre_inventory::to_form08_csv(&inventory, today)?,
            ("toml", false) => luytre_inventory::to_toml(&inventory)?.into_bytes(),
            ("toml", true) => {
                return Err(Failure::new(both!(
                    "Mẫu số 08 là bảng: không có dạng TOML",
                    "Mẫu số 08 is a table: it has no TOML form"
                ))
                .hint(both!(
                    "đặt tên tệp kết thúc bằng .xlsx hoặc .csv",
                    "name a file that ends in .xlsx or .csv"
                )));
            }
            _ => {
                return Err(Failure::new(both!(
                    "không nhận ra đuôi tệp của {}",
                    "{} has no ending we know",
                    self.out.display()
                ))
                .hint(both!(
                    "đặt tên tệp kết thúc bằng .xlsx, .csv hoặc .toml",
                    "name a file that ends in .xlsx, .csv or .toml"
                )));
            }
        };
        write_file(&self.out, &bytes)?;
        print(&self.out.display().to_string());
        Ok(Code::Done)
    }
}
