//! Why a whole file is refused.

use crate::Words;

/// A file is refused whole only when nothing in it can be read safely; a bad row is a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// It could not be read.
    #[error("the file cannot be read: {0}")]
    Io(String),
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
    /// Not text.
    #[error("the file is binary, not text")]
    Binary,
    /// Text in UTF-16.
    #[error("the file is written in UTF-16")]
    Utf16,
    /// Larger than one import takes.
    #[error("the file is larger than {0}")]
    TooLarge(&'static str),
    /// Nothing we know begins like this.
    #[error("the kind of the file cannot be told from its content")]
    UnknownKind,
    /// A table without a column that is needed.
    #[error("no heading names the {0}")]
    NoColumn(&'static str),
    /// Not one row could be read.
    #[error("none of the {0} rows could be read")]
    Nothing(u64),
}

impl DiscoveryError {
    /// What is wrong, and what to do about it.
    pub fn words(&self) -> (Words, Words) {
        let (vi, fix_vi, fix) = match self {
            Self::Io(why) => (
                format!("không đọc được tệp: {why}"),
                "kiểm tra đường dẫn và quyền đọc",
                "check the path and the right to read it",
            ),
            Self::Empty => (
                "tệp trống".to_owned(),
                "xuất lại tệp từ nguồn",
                "export the file again",
            ),
            Self::Binary => (
                "tệp nhị phân, không phải văn bản".to_owned(),
                "xuất ở dạng văn bản: `nfdump -o csv`, tệp vùng dạng chữ (`named-compilezone -f raw -F text`), giải nén nếu là tệp nén",
                "export it as text: `nfdump -o csv`, a zone in text (`named-compilezone -f raw -F text`); unpack archives",
            ),
            Self::Utf16 => (
                "tệp viết bằng UTF-16".to_owned(),
                "lưu lại dạng UTF-8",
                "save it as UTF-8",
            ),
            Self::TooLarge(limit) => (
                format!("tệp lớn hơn {limit}"),
                "chia tệp theo ngày rồi nhập từng tệp",
                "split the file by day and import the parts",
            ),
            Self::UnknownKind => (
                "không nhận ra loại tệp từ nội dung".to_owned(),
                "nêu rõ loại bằng --kind zone|dhcp|firewall|netflow|ct",
                "say what it is with --kind zone|dhcp|firewall|netflow|ct",
            ),
            Self::NoColumn(column) => (
                format!("không có cột nào cho {column}"),
                "dòng đầu phải nêu tên cột, ví dụ proto,dst,dport",
                "the first line must name the columns, like proto,dst,dport",
            ),
            Self::Nothing(rows) => (
                format!("không đọc được dòng nào trong {rows} dòng"),
                "kiểm tra --kind và cách xuất tệp",
                "check --kind and how the file was exported",
            ),
        };
        (Words::new(vi, self.to_string()), Words::new(fix_vi, fix))
    }
}
