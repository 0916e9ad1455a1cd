//! `luytre changes`: what moved between two scans.

use clap::Args;
use luytre_checks::Comparison;
use luytre_store::ScanRecord;
use serde_json::json;

use super::{Common, block_on};
use crate::{
    output::{Code, Failure, JsonSink, plain, print, table},
    run::{changes, open_store},
};

/// Cổng, dịch vụ, phiên bản, chứng thư số thay đổi giữa hai lượt quét. Không gửi gói tin nào.
/// Ports, services, versions and certificates that moved between two scans. Sends nothing.
#[derive(Debug, Args)]
#[command(after_help = "Ví dụ / Examples:\n  luytre changes\n  luytre changes --json -")]
pub(crate) struct Changes {
    /// Lượt quét trước / the earlier scan [default: the finished one before --to]
    #[arg(long, value_name = "SCAN")]
    from: Option<String>,
    /// Lượt quét sau / the later scan [default: the newest finished one]
    #[arg(long, value_name = "SCAN")]
    to: Option<String>,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

impl Changes {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        block_on(async {
            let store = open_store(&workspace).await?;
            let (from, to, comparison) =
                changes(&store, self.from.as_deref(), self.to.as_deref()).await?;
            if let Some(sink) = &self.json {
                let scan = |scan: &ScanRecord| json!({"id": scan.id, "started": scan.started, "ended": scan.ended});
                sink.write(&json!({
                    "from": scan(&from),
                    "to": scan(&to),
                    "compared": comparison.compared,
                    "only_before": comparison.only_before,
                    "only_after": comparison.only_after,
                    "changes": comparison.changes,
                }))?;
                return Ok(Code::Done);
            }
            print_changes(common, &from, &to, &comparison);
            Ok(Code::Done)
        })
    }
}

fn print_changes(common: &Common, from: &ScanRecord, to: &ScanRecord, comparison: &Comparison) {
    let (talk, language) = (common.talk(), common.language());
    let mut out = table(&match talk.pick("vi", "en") {
        "vi" => ["Ở đâu", "Thay đổi", "Trước", "Sau"],
        _ => ["Where", "Change", "Before", "After"],
    });
    for change in &comparison.changes {
        let place = match change.port {
            Some(port) if !change.endpoint.ends_with(&format!(":{port}")) => {
                format!("{} {port}", change.endpoint)
            }
            _ => change.endpoint.clone(),
        };
        let mut kind = change.kind.text().of(language).to_owned();
        if let Some(reason) = change.reason {
            kind.extend([" (", reason.text().of(language), ")"]);
        }
        let known = |side: &Option<String>| {
            plain(
                side.as_deref()
                    .unwrap_or(talk.pick("chưa biết", "not known")),
            )
        };
        out.add_row([
            plain(&place),
            kind,
            known(&change.before),
            known(&change.after),
        ]);
    }
    if !comparison.changes.is_empty() {
        print(&out.to_string());
    }
    let at = |scan: &ScanRecord| talk.moment(scan.ended.unwrap_or(scan.started));
    let (a, b) = (at(from), at(to));
    let (moved, unknown) = (comparison.moved(), comparison.unknown());
    let Comparison {
        compared,
        only_before,
        only_after,
        ..
    } = comparison;
    talk.line(talk.pick(
        &format!("Từ {a} đến {b}: {moved} thay đổi, {unknown} điều chưa rõ, ở {compared} nơi cả hai lượt đều đo. {only_before} nơi chỉ lượt trước đo và {only_after} nơi chỉ lượt sau đo được không so sánh."),
        &format!("From {a} to {b}: {moved} moved, {unknown} not known any more, at {compared} places that both scans looked at. Not compared: {only_before} that only the earlier one measured, {only_after} that only the later one did."),
    ));
}
