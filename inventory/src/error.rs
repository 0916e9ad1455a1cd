//! Why a whole file is refused, or could not be written.

use crate::{Message, Place, Weight, Words};

/// A file is refused whole only when it is unreadable or unsafe; anything less becomes a gap.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The TOML text is wrong at one place.
    #[error("the TOML inventory cannot be read")]
    Toml(Box<Message>),
    /// The file is larger than 32 MiB.
    #[error("the file is larger than 32 MiB")]
    TooLarge,
    /// A program, a picture, anything but a sheet.
    #[error("the file is {0}, not a spreadsheet")]
    NotASheet(&'static str),
    /// The old binary format of Excel 97–2003, or a workbook locked by a password.
    #[error("the file is an Excel 97-2003 workbook or locked by a password")]
    OldExcel,
    /// A zip archive that is no XLSX workbook.
    #[error("the file is a zip archive but no XLSX workbook")]
    NotXlsx,
    /// A spreadsheet of the OpenDocument format (`.ods`).
    #[error("the file is an OpenDocument spreadsheet")]
    OpenDocument,
    /// Something in the workbook exceeds what a sheet of this kind ever needs.
    #[error("the workbook is unsafe: {0}")]
    Unsafe(&'static str),
    /// More rows than one import takes.
    #[error("more than 100,000 rows")]
    TooManyRows,
    /// More columns than a sheet may have.
    #[error("more than 256 columns")]
    TooManyColumns,
    /// More text or cells than fit in the memory set aside.
    #[error("more text than one import takes")]
    TooMuchText,
    /// The workbook is damaged.
    #[error("the workbook is damaged: {0}")]
    Damaged(String),
    /// No row of the file looks like the headings of an inventory.
    #[error("no headings of an inventory were found")]
    NoHeadings,
    /// The file could not be written.
    #[error("the file could not be written: {0}")]
    Write(String),
}

impl ImportError {
    /// The refusal as a message about `file`, with what to do.
    pub fn message(&self, file: &str) -> Message {
        if let Self::Toml(message) = self {
            return (**message).clone();
        }
        let place = Place {
            file: Some(file.to_owned()),
            ..Place::default()
        };
        let (vi, fix_vi, fix) = self.words();
        Message::new(
            Weight::Error,
            place,
            Words::new(
                format!("không nhận tệp: {vi}"),
                format!("file refused: {self}"),
            ),
            Words::new(fix_vi, fix),
        )
    }

    fn words(&self) -> (String, &'static str, &'static str) {
        let split = (
            "chia tệp theo đơn vị rồi nhập từng tệp",
            "split the file by unit and import the parts",
        );
        let resave = (
            "mở tệp, sao chép dữ liệu sang sổ tính mới và lưu dạng .xlsx",
            "open the file, copy the data to a new workbook and save it as .xlsx",
        );
        let (vi, (fix_vi, fix)) = match self {
            Self::Toml(message) => (message.problem.vi.clone(), ("", "")),
            Self::TooLarge => ("lớn hơn 32 MiB".into(), split),
            Self::NotASheet(kind) => (
                format!("nội dung là {kind}, không phải bảng tính"),
                (
                    "không mở tệp này; xin lại bảng .xlsx hoặc .csv",
                    "do not open it; ask for .xlsx or .csv",
                ),
            ),
            Self::OldExcel => (
                "định dạng Excel 97–2003 (.xls) hoặc sổ tính đặt mật khẩu".into(),
                (
                    "bỏ mật khẩu và lưu lại dạng .xlsx",
                    "remove the password and save as .xlsx",
                ),
            ),
            Self::NotXlsx => ("tệp nén, không phải sổ tính .xlsx".into(), resave),
            Self::OpenDocument => (
                "bảng tính OpenDocument (.ods)".into(),
                (
                    "mở bằng LibreOffice, chọn Lưu thành… và lưu dạng Excel 2007-365 (.xlsx)",
                    "open it with LibreOffice and save it as Excel 2007-365 (.xlsx)",
                ),
            ),
            Self::Unsafe(why) => (format!("không an toàn ({why})"), resave),
            Self::TooManyRows => ("hơn 100.000 dòng".into(), split),
            Self::TooManyColumns => (
                "hơn 256 cột".into(),
                (
                    "xoá các cột thừa bên phải bảng",
                    "delete the columns right of the table",
                ),
            ),
            Self::TooMuchText => ("quá nhiều chữ cho một lần nhập".into(), split),
            Self::Damaged(_) => ("sổ tính bị hỏng".into(), resave),
            Self::NoHeadings => (
                "không thấy dòng tiêu đề (cần ít nhất cột tên hệ thống và cột đơn vị)".into(),
                (
                    "dùng biểu của `luytre inventory template` hoặc Mẫu số 08",
                    "use the form of `luytre inventory template` or Mẫu số 08",
                ),
            ),
            Self::Write(why) => (format!("không ghi được: {why}"), ("", "")),
        };
        (vi, fix_vi, fix)
    }
}
