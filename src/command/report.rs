//! `luytre report`: documents from a frozen snapshot.

use std::{fs, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use luytre_inventory::Code as SystemCode;
use luytre_report::{Format, SecrecyMark};

use super::{Common, block_on};
use crate::{
    output::{Code, Failure, Hint, both},
    run::{assess, open_store},
    workspace::write_file,
};

/// Tài liệu từ số liệu đã chốt / documents from a frozen snapshot
#[derive(Debug, Subcommand)]
#[command(after_help = "Ví dụ / Example:\n  luytre report annual --secrecy internal --out bao-cao")]
pub(crate) enum Report {
    /// Báo cáo đánh giá hằng năm của một hệ thống / the yearly assessment of one system
    Annual(Annual),
}

/// Báo cáo đánh giá hằng năm của một hệ thống: bản dự thảo, để trống số và ngày.
/// The yearly assessment of one system, as a draft with number and date left blank.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Example:\n  luytre report annual --system tttdt-xa-doi-che --secrecy internal --format pdf,docx --out bao-cao"
)]
pub(crate) struct Annual {
    /// Hệ thống / systems [default: all that are in operation]
    #[arg(long, value_name = "CODE")]
    system: Vec<SystemCode>,
    /// Dấu mật, bắt buộc chọn; từ Mật trở lên thì không xuất / secrecy mark, no default
    #[arg(long, value_enum)]
    secrecy: Secrecy,
    /// Định dạng / formats
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Kind::Pdf, Kind::Docx])]
    format: Vec<Kind>,
    /// Thư mục ghi / folder to write to
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

/// A format on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// PDF/A
    Pdf,
    /// Word
    Docx,
    /// Số liệu đã chốt / the frozen snapshot
    Json,
}

/// A secrecy mark on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Secrecy {
    /// Không đóng dấu / no mark
    None,
    /// Lưu hành nội bộ / internal
    Internal,
    /// Mật
    Mat,
    /// Tối mật
    ToiMat,
    /// Tuyệt mật
    TuyetMat,
}

impl From<Secrecy> for SecrecyMark {
    fn from(secrecy: Secrecy) -> Self {
        match secrecy {
            Secrecy::None => Self::Unmarked,
            Secrecy::Internal => Self::Internal,
            Secrecy::Mat => Self::Mat,
            Secrecy::ToiMat => Self::ToiMat,
            Secrecy::TuyetMat => Self::TuyetMat,
        }
    }
}

impl Report {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        match self {
            Self::Annual(annual) => annual.run(common),
        }
    }
}

impl Annual {
    fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        let secrecy = SecrecyMark::from(self.secrecy);
        if secrecy.state_secret() {
            return Err(Failure::new(both!("không lập tài liệu đóng dấu {} trên máy này", "a document marked {} is not made on this machine", secrecy.name()))
            .hint(both!("bí mật nhà nước không được lập trên máy có thể nối mạng; hãy làm theo đường văn bản giấy", "state secrets do not belong on a machine that may be connected; use the paper way")));
        }
        fs::create_dir_all(&self.out).doing(both!(
            "không tạo được thư mục {}",
            "cannot make the folder {}",
            self.out.display()
        ))?;
        block_on(async {
            let store = open_store(&workspace).await?;
            let assessments = assess(&workspace, &store, &self.system, secrecy).await?;
            let talk = common.talk();
            let bar = talk.bar(assessments.len() as u64);
            let mut written = 0;
            for assessment in assessments {
                let stem = format!(
                    "bao-cao-{}-{}",
                    assessment.system.code, assessment.snapshot.id
                );
                bar.set_message(assessment.system.code.clone());
                for kind in &self.format {
                    let (ending, bytes) = match kind {
                        Kind::Pdf => ("pdf", render(&assessment, Format::Pdf).await?),
                        Kind::Docx => ("docx", render(&assessment, Format::Docx).await?),
                        Kind::Json => ("json", serde_json::to_vec_pretty(&assessment)?),
                    };
                    let path = self.out.join(format!("{stem}.{ending}"));
                    write_file(&path, &bytes)?;
                    crate::output::print(&path.display().to_string());
                    written += 1;
                }
                bar.inc(1);
            }
            bar.finish_and_clear();
            talk.line(talk.pick(
                &format!("Đã ghi {written} tài liệu."),
                &format!("Wrote {written} documents."),
            ));
            Ok(Code::Done)
        })
    }
}

/// Rendering blocks; it must not hold the runtime.
pub(crate) async fn render(
    assessment: &luytre_report::Assessment,
    format: Format,
) -> Result<Vec<u8>, Failure> {
    let assessment = assessment.clone();
    let bytes =
        tokio::task::spawn_blocking(move || luytre_report::render(&assessment, format)).await?;
    bytes.doing(both!("không lập được tài liệu", "cannot make the document"))
}
