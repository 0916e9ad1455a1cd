//! `luytre audit`: was it you who touched us at 03:12, and on what ground.

use std::net::IpAddr;

use clap::Args;
use jiff::Timestamp;
use luytre_store::{AuditCheck, AuditFilter, Store};

use super::{Common, block_on};
use crate::{
    output::{Code, Failure, JsonSink, both, plain, print, table},
    run::open_store,
};

/// Ai đã làm gì, chạm tới địa chỉ nào, theo căn cứ nào. Chuỗi băm của nhật ký được kiểm tra mỗi lần.
/// Who did what, which address was contacted, on what ground. The log's hash chain is checked.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre audit --target 203.0.113.25\n  luytre audit --from 2026-11-20T00:00:00Z --json -"
)]
pub(crate) struct Audit {
    /// Chỉ những lần chạm địa chỉ này / only contacts with this address
    #[arg(long, value_name = "ADDRESS")]
    target: Option<IpAddr>,
    /// Từ lúc / not before (RFC 3339)
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// Đến lúc / not after (RFC 3339)
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Nhiều nhất bao nhiêu dòng / at most so many lines
    #[arg(long, default_value_t = 200)]
    limit: u32,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

impl Audit {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        block_on(async {
            let store = open_store(&workspace).await?;
            let filter = AuditFilter {
                from: self.from,
                until: self.until,
                address: self.target,
                limit: Some(self.limit),
            };
            let lines = store.audit(&filter).await?;
            let talk = common.talk();
            if let AuditCheck::Broken(line) = store.check_audit().await? {
                return Err(Failure::new(both!("nhật ký đã bị sửa: dòng {line} không nối tiếp các dòng trước", "the audit log was tampered with: line {line} does not follow from those before it"))
                    .hint(both!("giữ nguyên tệp luytre.db và đối chiếu với bản sao lưu", "keep a copy of luytre.db as it is and compare it with a backup")));
            }
            if let Some(sink) = &self.json {
                sink.write(&lines)?;
                return Ok(Code::Done);
            }
            let mut out = table(&match talk.pick("vi", "en") {
                "vi" => [
                    "Lúc",
                    "Ai",
                    "Việc",
                    "Mục tiêu",
                    "Địa chỉ",
                    "Căn cứ",
                    "Chi tiết",
                ],
                _ => [
                    "When", "Who", "What", "Target", "Address", "Ground", "Detail",
                ],
            });
            for line in lines {
                let entry = line.entry;
                out.add_row([
                    talk.moment(entry.at),
                    plain(&entry.actor),
                    serde_json::to_string(&entry.action)?.replace(['"', '{', '}'], ""),
                    plain(&entry.target.unwrap_or_default()),
                    entry.address.map_or_else(String::new, |a| a.to_string()),
                    plain(&entry.ground.unwrap_or_default()),
                    plain(&entry.detail),
                ]);
            }
            print(&out.to_string());
            Ok(Code::Done)
        })
    }
}
