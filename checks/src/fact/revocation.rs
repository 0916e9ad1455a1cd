//! What is said of the revocation of a certificate.

use std::fmt;

use jiff::Timestamp;
use luytre_inventory::Text;
use serde::{Deserialize, Serialize};

use crate::Unmeasured;

/// What one source says of one certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// Place of the certificate in the message.
    pub position: u16,
    /// Who says so.
    pub source: RevocationSource,
    /// The answer.
    pub status: RevocationStatus,
    /// From when on it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// When the answer was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub this_update: Option<Timestamp>,
    /// Until when the answer stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_update: Option<Timestamp>,
    /// Why the status is unknown, or what is wrong with the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<RevocationFault>,
}

/// Where an answer about revocation came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationSource {
    /// Stapled to the handshake.
    Staple,
    /// A revocation list (RFC 5280 5).
    Crl,
    /// Asked of the responder (RFC 6960).
    Ocsp,
}

/// Whether a certificate is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationStatus {
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked,
    /// The source does not say, or its answer does not hold.
    Unknown,
}

/// The faults without a detail, each once: variant, word in documents, Vietnamese, English.
macro_rules! faults {
    ($($variant:ident $word:literal $vi:literal $en:literal;)+) => {
        /// Why an answer about revocation says nothing, or nobody could be asked. A word in
        /// documents, with a detail behind a colon where there is one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(into = "String", from = "String")]
        pub enum RevocationFault {
            $(#[doc = concat!("Said as: ", $en, ".")] $variant,)+
            /// Its place gave no answer.
            NoAnswer(Unmeasured),
            /// Its place answered with another HTTP status than 200.
            HttpStatus(u16),
        }

        impl RevocationFault {
            /// All that have no detail.
            pub const PLAIN: &'static [Self] = &[$(Self::$variant),+];

            /// The word, without the detail.
            const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::NoAnswer(_) => "no_answer",
                    Self::HttpStatus(_) => "http_status",
                }
            }

            /// For people, without the detail.
            const fn text(self) -> Text {
                match self {
                    $(Self::$variant => Text::new($vi, $en),)+
                    Self::NoAnswer(_) => Text::new("nơi đó không trả lời", "its place gave no answer"),
                    Self::HttpStatus(_) => Text::new(
                        "nơi đó trả lời với mã HTTP khác 200",
                        "its place answered with another HTTP status than 200",
                    ),
                }
            }
        }
    };
}

faults! {
    CertificateUnreadable "certificate_unreadable" "không đọc được chứng thư" "the certificate cannot be read";
    IssuerUnreadable "issuer_unreadable" "không đọc được chứng thư của bên cấp" "the certificate of the issuer cannot be read";
    IssuerAbsent "issuer_absent" "không có chứng thư của bên cấp" "the certificate of the issuer is not there";
    OtherIssuer "other_issuer" "chứng thư của bên cấp khác" "the certificate is of another issuer";
    CertificateForeign "certificate_foreign" "bên cấp không ký chứng thư" "the issuer did not sign the certificate";
    NoDate "no_date" "không ghi ngày lập" "it does not say when it was made";
    Future "future" "ghi ngày trong tương lai" "it is of the future";
    OutOfDate "out_of_date" "đã quá hạn" "it is out of date";
    NoEnd "no_end" "không ghi có giá trị đến khi nào" "it does not say until when it stands";
    ListTooLarge "list_too_large" "danh sách quá lớn" "the list is too large";
    ListUnreadable "list_unreadable" "không đọc được danh sách" "the list cannot be read";
    EntryUnreadable "entry_unreadable" "không đọc được một mục của danh sách" "an entry of the list cannot be read";
    EntryUnknown "entry_unknown" "một mục có phần mở rộng bắt buộc chưa biết" "an entry has a critical extension that is not known";
    ListIndirect "list_indirect" "danh sách do bên khác lập thay" "the list is indirect";
    ListDelta "list_delta" "danh sách chỉ ghi thay đổi" "the list is a delta list";
    ListOfOther "list_of_other" "danh sách của bên cấp khác" "the list is of another issuer";
    ListAlgorithms "list_algorithms" "hai thuật toán ký của danh sách khác nhau" "the signature algorithms of the list differ";
    MayNotSignLists "may_not_sign_lists" "bên cấp không được ký danh sách" "the issuer may not sign lists";
    ListUnknown "list_unknown" "danh sách có phần mở rộng bắt buộc chưa biết" "the list has a critical extension that is not known";
    ListForeign "list_foreign" "bên cấp không ký danh sách" "the issuer did not sign the list";
    ListUnchecked "list_unchecked" "không kiểm tra được chữ ký của danh sách" "the signature of the list cannot be checked";
    ListPartial "list_partial" "danh sách chỉ cho một phần chứng thư" "the list is for a part of the certificates";
    ListReasons "list_reasons" "danh sách chỉ cho một số lý do" "the list is for some reasons only";
    ListOfNone "list_of_none" "không chứng thư nào trong chuỗi do bên lập danh sách cấp" "no certificate of the chain is of the issuer of the list";
    AnswerTooLarge "answer_too_large" "câu trả lời quá lớn" "the answer is too large";
    AnswerUnreadable "answer_unreadable" "không đọc được câu trả lời" "the answer cannot be read";
    AnswerUnknown "answer_unknown" "câu trả lời có phần mở rộng bắt buộc chưa biết" "the answer has a critical extension that is not known";
    AnswerOfOther "answer_of_other" "câu trả lời về chứng thư khác" "the answer is about another certificate";
    AnswerForeign "answer_foreign" "bên cấp không ký câu trả lời" "the issuer did not sign the answer";
    AnswerUnchecked "answer_unchecked" "không kiểm tra được chữ ký của câu trả lời" "the signature of the answer cannot be checked";
    SignerMayNot "signer_may_not" "bên ký câu trả lời không được phép ký" "whoever signed the answer may not sign answers";
    SignerForeign "signer_foreign" "bên ký câu trả lời không được bên cấp chỉ định" "whoever signed the answer was not named by the issuer";
    SignerOutOfDate "signer_out_of_date" "chứng thư của bên ký câu trả lời đã hết hạn" "the certificate of whoever signed the answer is out of date";
    ResponderLater "responder_later" "máy chủ OCSP hẹn hỏi lại sau" "the responder asks to try later";
    ResponderRefuses "responder_refuses" "máy chủ OCSP từ chối trả lời" "the responder refuses to answer";
    ResponderFailed "responder_failed" "máy chủ OCSP gặp lỗi" "the responder failed";
    ResponderIgnorant "responder_ignorant" "máy chủ OCSP không biết chứng thư này" "the responder does not know the certificate";
    Nowhere "nowhere" "chứng thư không chỉ ra danh sách hay máy chủ OCSP nào" "the certificate names neither a list nor a responder";
    AddressKind "address_kind" "địa chỉ thuộc loại không hỏi" "its address is of a kind that is not asked";
    AddressUnreadable "address_unreadable" "không đọc được địa chỉ" "its address cannot be read";
    NotPermitted "not_permitted" "không được phép hỏi nơi đó" "its place may not be asked";
    Redirects "redirects" "nơi đó chuyển hướng mãi" "its place sends on and on";
    Encoded "encoded" "nơi đó gửi câu trả lời nén" "its place sent a compressed answer";
    Spent "spent" "lượt này đã tải đủ mức cho phép" "this run has fetched as much as it may";
    Lost "lost" "bản đã giữ không còn" "what was kept is gone";
    Other "other" "vì lý do khác" "for another reason";
    Broken "broken" "không đọc được đến hết" "it could not be read to its end";
}

impl RevocationFault {
    /// For people, in both languages.
    pub fn words(self) -> [String; 2] {
        let text = self.text();
        match self {
            Self::NoAnswer(reason) => {
                let reason = reason.text();
                [
                    format!("{} ({})", text.vi, reason.vi),
                    format!("{} ({})", text.en, reason.en),
                ]
            }
            Self::HttpStatus(status) => {
                [text.vi, text.en].map(|words| format!("{words} ({status})"))
            }
            _ => [text.vi, text.en].map(str::to_owned),
        }
    }
}

impl fmt::Display for RevocationFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            Self::NoAnswer(reason) => write!(f, ":{}", reason.as_str()),
            Self::HttpStatus(status) => write!(f, ":{status}"),
            _ => Ok(()),
        }
    }
}

/// A word of another version of this program is some other reason: the status beside it counts.
impl From<String> for RevocationFault {
    fn from(text: String) -> Self {
        let known = match text.split_once(':') {
            Some(("no_answer", reason)) => {
                let mut all = Unmeasured::ALL.into_iter();
                all.find(|known| known.as_str() == reason)
                    .map(Self::NoAnswer)
            }
            Some(("http_status", status)) => status.parse().map(Self::HttpStatus).ok(),
            _ => Self::PLAIN
                .iter()
                .copied()
                .find(|known| known.word() == text),
        };
        known.unwrap_or(Self::Other)
    }
}

impl From<RevocationFault> for String {
    fn from(fault: RevocationFault) -> Self {
        fault.to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        let details = [
            RevocationFault::NoAnswer(Unmeasured::TimedOut),
            RevocationFault::HttpStatus(404),
        ];
        let all: Vec<_> = RevocationFault::PLAIN
            .iter()
            .copied()
            .chain(details)
            .collect();
        let mut seen = BTreeSet::new();
        for fault in all {
            let word = fault.to_string();
            assert_eq!(RevocationFault::from(word.clone()), fault);
            assert!(seen.insert(word.clone()), "{word} stands for two");
            let [vi, en] = fault.words();
            assert!(!vi.is_empty() && !en.is_empty() && vi != en, "{word}");
        }
        for strange in [
            "",
            "out of date",
            "http_status:x",
            "no_answer:x",
            "no_answer",
        ] {
            let read = RevocationFault::from(strange.to_owned());
            assert_eq!(read, RevocationFault::Other, "{strange}");
        }
    }
}
