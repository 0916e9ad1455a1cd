//! `luytre inventory`: what we may look at, and how good the data on it is.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use luytre_inventory::{
    Imported, Inventory as Data, Language, Message, Weight, Words, import as read_file,
};
use uuid::Uuid;

use super::Common;
use crate::{
    output::{Code, Failure, Hint, both, print},
    workspace::write_file,
};

mod check;
mod export;
mod import;
mod level;
mod quality;

/// Danh mục hệ thống / the inventory
#[derive(Debug, Subcommand)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre inventory template --out mau.xlsx\n  luytre inventory check danh-muc.xlsx\n  luytre inventory import danh-muc.xlsx --dry-run\n  luytre inventory export --out danh-muc.xlsx\n  luytre inventory level --system tttdt-xa-doi-che"
)]
pub(crate) enum Inventory {
    /// Đọc thử một tệp, không nạp; bỏ trống FILE thì kiểm tra danh mục đang có / read a file without loading it
    Check(check::Check),
    /// Nạp tệp TOML, CSV, XLSX hoặc Mẫu số 08 thành một phiên bản mới / load a file as a new version
    Import(import::Import),
    /// Xuất TOML, CSV, XLSX hoặc Mẫu số 08 / write it out
    Export(export::Export),
    /// Mẫu danh mục để gửi đơn vị điền / an empty sheet to fill in
    Template(Template),
    /// Chất lượng dữ liệu theo sáu chữ và phần thiếu thông tin / data quality and gaps
    Quality(quality::QualityArgs),
    /// Cấp độ đề xuất, kèm lý do và điều khoản / proposed level with reasons and articles
    Level(level::LevelArgs),
}

/// Options of `inventory template`.
#[derive(Debug, Args)]
#[command(after_help = "Ví dụ / Examples:\n  luytre inventory template --out mau-danh-muc.xlsx")]
pub(crate) struct Template {
    /// Tệp ghi ra / file to write
    #[arg(long, value_name = "FILE", default_value = "mau-danh-muc.xlsx")]
    out: PathBuf,
}

impl Inventory {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        match self {
            Self::Check(check) => check.run(common),
            Self::Import(import) => import.run(common),
            Self::Export(export) => export.run(common),
            Self::Template(template) => {
                write_file(&template.out, &luytre_inventory::template()?)?;
                print(&template.out.display().to_string());
                Ok(Code::Done)
            }
            Self::Quality(quality) => quality.run(common),
            Self::Level(level) => level.run(common),
        }
    }
}

/// Largest file read; the importer refuses what is larger anyway.
const MOST_BYTES: u64 = 32 << 20;

fn read(file: &Path, base: Option<&Data>) -> Result<Imported, Failure> {
    let cannot = || both!("không đọc được {}", "cannot read {}", file.display());
    let about = fs::metadata(file).doing(cannot())?;
    if !about.is_file() {
        return Err(Failure::new(both!(
            "{} không phải tệp",
            "{} is not a file",
            file.display()
        ))
        .hint(both!(
            "ghi tên một tệp .xlsx, .csv hoặc .toml",
            "name an .xlsx, .csv or .toml file"
        )));
    }
    let mut bytes = Vec::new();
    let mut limited = fs::File::open(file).doing(cannot())?.take(MOST_BYTES + 1);
    limited.read_to_end(&mut bytes).doing(cannot())?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Failure::new(both!(
            "{} lớn hơn 32 MiB",
            "{} is larger than 32 MiB",
            file.display()
        ))
        .hint(both!(
            "tách bảng ra, hoặc bỏ hình ảnh và cột thừa",
            "split the sheet, or remove pictures and unused columns"
        )));
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    read_file(&name, &bytes, base, &mut Uuid::now_v7).map_err(|error| {
        let message = error.message(&name);
        let line = Words::new(message.line(Language::Vi), message.line(Language::En));
        Failure::new(line).hint(message.fix)
    })
}

fn tell(common: &Common, messages: &[Message]) {
    let talk = common.talk();
    let shown = 50;
    for message in messages.iter().take(shown) {
        talk.line(&format!(
            "{} {}",
            mark(message.weight),
            message.line(common.language())
        ));
    }
    if messages.len() > shown {
        let rest = messages.len() - shown;
        talk.line(talk.pick(
            &format!("… và {rest} dòng nữa; --json FILE ghi đủ"),
            &format!("… and {rest} more; --json FILE has them all"),
        ));
    }
}

const fn mark(weight: Weight) -> &'static str {
    match weight {
        Weight::Note => "·",
        Weight::Gap => "?",
        Weight::Error => "✗",
    }
}
