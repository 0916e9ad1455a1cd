//! The closed list of ways in which measuring fails. It is data, not an error.

use serde::{Deserialize, Serialize};

/// Why nothing was learnt. None of these ever means "not offered", "not vulnerable" or "fixed".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmeasured {
    /// The host refused the connection (TCP RST to our SYN).
    Refused,
    /// The peer reset an established connection.
    Reset,
    /// The peer closed before it said what was needed.
    Closed,
    /// No answer in time, or the deadline of the whole target passed.
    TimedOut,
    /// The TLS handshake ended in an alert or a state that tells nothing.
    Handshake,
    /// The peer spoke something else, or broke the protocol.
    Protocol,
    /// No route, or the network said unreachable.
    NoRoute,
    /// The name does not resolve.
    Unresolved,
    /// The peer limits our rate.
    Throttled,
    /// The scope gave no permit.
    NotPermitted,
    /// Stopped by the kill switch, the end of a permit or the user.
    Cancelled,
    /// The answer passed a cap on bytes or counts.
    TooLarge,
    /// A fault of ours: the probe panicked.
    Bug,
}

impl Unmeasured {
    /// All reasons.
    pub const ALL: [Self; 13] = [
        Self::Refused,
        Self::Reset,
        Self::Closed,
        Self::TimedOut,
        Self::Handshake,
        Self::Protocol,
        Self::NoRoute,
        Self::Unresolved,
        Self::Throttled,
        Self::NotPermitted,
        Self::Cancelled,
        Self::TooLarge,
        Self::Bug,
    ];

    /// The name used in JSON and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Reset => "reset",
            Self::Closed => "closed",
            Self::TimedOut => "timed_out",
            Self::Handshake => "handshake",
            Self::Protocol => "protocol",
            Self::NoRoute => "no_route",
            Self::Unresolved => "unresolved",
            Self::Throttled => "throttled",
            Self::NotPermitted => "not_permitted",
            Self::Cancelled => "cancelled",
            Self::TooLarge => "too_large",
            Self::Bug => "bug",
        }
    }

    /// For people.
    pub const fn text(self) -> luytre_inventory::Text {
        use luytre_inventory::Text;
        match self {
            Self::Refused => Text::new("máy chủ từ chối kết nối", "connection refused"),
            Self::Reset => Text::new("kết nối bị ngắt đột ngột (reset)", "connection reset"),
            Self::Closed => Text::new(
                "máy chủ đóng kết nối trước khi trả lời",
                "closed before an answer",
            ),
            Self::TimedOut => Text::new("hết thời gian chờ", "timed out"),
            Self::Handshake => Text::new("không bắt tay TLS được", "TLS handshake failed"),
            Self::Protocol => Text::new(
                "máy chủ không nói giao thức mong đợi",
                "unexpected protocol",
            ),
            Self::NoRoute => Text::new("không có đường mạng tới máy chủ", "no route to host"),
            Self::Unresolved => Text::new("không phân giải được tên miền", "name does not resolve"),
            Self::Throttled => Text::new("máy chủ giới hạn tần suất", "rate limited by the host"),
            Self::NotPermitted => Text::new("không có căn cứ quét cho phép", "no permit"),
            Self::Cancelled => Text::new("đã dừng giữa chừng", "stopped before the end"),
            Self::TooLarge => Text::new("trả lời vượt giới hạn kích thước", "answer too large"),
            Self::Bug => Text::new("lỗi của phần mềm", "fault in this program"),
        }
    }
}
