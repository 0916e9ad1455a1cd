//! The columns of every sheet: one table drives template, export, import, differences and merging.

pub(crate) mod parts;
pub(crate) mod system;
pub(crate) mod unit;

pub(crate) use crate::sheet::Lock;
use crate::{Text, place::Misread, register::Register, sheet::OutColumn};

/// What a column is called and how it looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spec {
    /// Name of the field in code, JSON and `unread`.
    pub(crate) key: &'static str,
    pub(crate) heading: Text,
    pub(crate) note: &'static str,
    /// Other headings of real sheets, already folded.
    pub(crate) also: &'static [&'static str],
    pub(crate) choices: &'static [&'static str],
    pub(crate) width: u8,
    /// Cells whose values the drop-down offers.
    pub(crate) range: &'static str,
    pub(crate) lock: Lock,
    /// Any text is a value, so words like "như trên" are not read as signs in our own sheets.
    pub(crate) free: bool,
}

impl Spec {
    pub(crate) const fn new(key: &'static str, vi: &'static str, en: &'static str) -> Self {
        Self {
            key,
            heading: Text::new(vi, en),
            note: "",
            also: &[],
            choices: &[],
            width: 18,
            range: "",
            lock: Lock::Open,
            free: false,
        }
    }

    pub(crate) const fn note(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }

    pub(crate) const fn also(mut self, also: &'static [&'static str]) -> Self {
        self.also = also;
        self
    }

    pub(crate) const fn choices(mut self, choices: &'static [&'static str]) -> Self {
        self.choices = choices;
        self
    }

    pub(crate) const fn width(mut self, width: u8) -> Self {
        self.width = width;
        self
    }

    pub(crate) const fn range(mut self, range: &'static str) -> Self {
        self.range = range;
        self
    }

    pub(crate) const fn lock(mut self, lock: Lock) -> Self {
        self.lock = lock;
        self
    }

    pub(crate) const fn free(mut self) -> Self {
        self.free = true;
        self
    }

    pub(crate) fn out(&self) -> OutColumn {
        OutColumn {
            heading: self.heading.vi.to_owned(),
            note: self.note.to_owned(),
            choices: self.choices.iter().map(|c| (*c).to_owned()).collect(),
            width: self.width,
            range: self.range,
            lock: self.lock,
        }
    }
}

/// One field of `T` as a column.
pub(crate) struct Column<T> {
    pub(crate) spec: Spec,
    /// The field as a cell shows it.
    pub(crate) show: fn(&T, &Register) -> String,
    /// Reads a non-empty cell into the field.
    pub(crate) read: fn(&mut T, &str, &mut Register) -> Result<(), Misread>,
    /// Copies the field.
    pub(crate) copy: fn(&T, &mut T),
}

/// Words that say "nothing here" where a value of a fixed form is expected.
pub(crate) fn is_nil(folded: &str) -> bool {
    matches!(
        folded,
        "" | "khong co"
            | "chua co"
            | "chua ro"
            | "khong ro"
            | "n a"
            | "na"
            | "null"
            | "none"
            | "chua"
    )
}

pub(crate) const fn misread(
    vi: &'static str,
    en: &'static str,
    fix_vi: &'static str,
    fix: &'static str,
) -> Misread {
    Misread {
        problem: Text::new(vi, en),
        fix: Text::new(fix_vi, fix),
    }
}

pub(crate) const BAD_DATE: Misread = misread(
    "không phải ngày tháng",
    "is not a date",
    "ghi dạng 18/11/2026",
    "write 18/11/2026",
);
pub(crate) const BAD_WORD: Misread = misread(
    "không có trong danh mục",
    "is not in the list",
    "chọn một giá trị trong danh sách thả xuống",
    "choose a value of the drop-down list",
);
pub(crate) const BAD_LEVEL: Misread = misread(
    "không phải cấp độ",
    "is not a level",
    "ghi một số từ 1 đến 5",
    "write a number from 1 to 5",
);
pub(crate) const BAD_FLAG: Misread = misread(
    "không phải có hoặc không",
    "is neither yes nor no",
    "ghi Có hoặc Không",
    "write Có or Không",
);
pub(crate) const BAD_NUMBER: Misread = misread(
    "không phải số nguyên",
    "is not a whole number",
    "chỉ ghi chữ số, ví dụ 46000",
    "write digits only, like 46000",
);
pub(crate) const BAD_CODE: Misread = misread(
    "không phải mã",
    "is not a code",
    "mã gồm 1–64 ký tự A–Z a–z 0–9 . _ -, bắt đầu bằng chữ hoặc số",
    "a code is 1–64 characters A–Z a–z 0–9 . _ -, beginning with a letter or digit",
);
pub(crate) const BAD_PAPER: Misread = misread(
    "không đọc được số, ngày văn bản",
    "has no number or date of a paper",
    "ghi dạng: 12/QĐ-UBND ngày 18/11/2025 của UBND tỉnh",
    "write: 12/QĐ-UBND ngày 18/11/2025 của UBND tỉnh",
);

pub(crate) const YES: &str = "Có";
pub(crate) const NO: &str = "Không";

pub(crate) fn show_flag(flag: Option<bool>) -> String {
    flag.map_or(String::new(), |flag| if flag { YES } else { NO }.to_owned())
}

/// Reads a number with the usual separators of thousands; never guesses what a decimal point means.
pub(crate) fn read_count(text: &str) -> Option<u64> {
    let digits: Vec<&str> = text.split(['.', ',', ' ']).collect();
    let grouped = digits.len() > 1
        && digits[0].len() <= 3
        && digits[1..].iter().all(|group| group.len() == 3);
    if digits.len() > 1 && !grouped {
        return None;
    }
    let joined = digits.concat();
    (!joined.is_empty() && joined.bytes().all(|b| b.is_ascii_digit()))
        .then(|| joined.parse().ok())
        .flatten()
}

/// The words of a closed list, for a drop-down.
macro_rules! choices {
    ($kind:ty) => {{
        const N: usize = <$kind as crate::words::Worded>::TABLE.len();
        const LIST: [&str; N] = {
            let mut list = [""; N];
            let mut i = 0;
            while i < N {
                list[i] = <$kind as crate::words::Worded>::TABLE[i].2.vi;
                i += 1;
            }
            list
        };
        &LIST
    }};
}
pub(crate) use choices;
