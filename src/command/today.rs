//! Bare `luytre`: việc hôm nay.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, civil::Date};
use luytre_checks::{Finding, Severity, State, policy::day_of};
use luytre_inventory::{Candidate, CandidateState, Inventory, Lifecycle};
use luytre_store::{FindingFilter, ScanRecord, ScanState, Store};

use super::{Common, block_on};
use crate::{
    output::{Code, Failure, Talk, print},
    run::open_store,
    workspace::Workspace,
};

/// Days before the end of an authorisation at which it is warned of.
const AUTHORISATION_WARNING_DAYS: i64 = 14;

pub(super) fn run(common: &Common) -> Result<Code, Failure> {
    let talk = common.talk();
    if common.dir.is_none() && !Workspace::is_near(None) {
        print(talk.pick(
            "Lũy Tre. Chưa có thư mục làm việc ở đây.\n\n  luytre demo          xem thử ngay trên máy này, không cần chuẩn bị gì\n  luytre init DIR      tạo thư mục làm việc của tỉnh\n  luytre --help        mọi lệnh, có ví dụ",
            "Lũy Tre. There is no workspace here.\n\n  luytre demo          try it on this machine, nothing to prepare\n  luytre init DIR      make a workspace for a province\n  luytre --help        every command, with examples",
        ));
        return Ok(Code::Done);
    }
    let workspace = common.workspace()?;
    block_on(async {
        let store = open_store(&workspace).await?;
        let now = Timestamp::now();
        let today = Today {
            talk,
            now,
            day: day_of(now),
        };
        let mut lines = vec![today.heading()];
        if workspace.stop_file().exists() {
            lines.push(today.stopped());
        }
        match store.inventory(None).await? {
            None => lines.push(today.nothing_yet()),
            Some((_, inventory)) => {
                lines.push(today.levels(&inventory));
                lines.push(today.data(store.scans(1).await?.first()));
                lines.extend(today.authorisations(&inventory));
                let findings = store
                    .findings(&FindingFilter::default(), now, today.day)
                    .await?;
                lines.extend(today.findings(&findings));
                lines.extend(today.candidates(&store.candidates().await?));
            }
        }
        print(&lines.join("\n"));
        Ok(Code::Done)
    })
}

/// The day's picture, a line each.
struct Today {
    talk: Talk,
    now: Timestamp,
    day: Date,
}

impl Today {
    fn line(&self, vi: &str, en: &str) -> String {
        self.talk.pick(vi, en).to_owned()
    }

    fn heading(&self) -> String {
        let day = self.talk.day(self.day);
        self.line(&format!("Việc hôm nay, {day}"), &format!("To do on {day}"))
    }

    fn stopped(&self) -> String {
        self.line(
            "■ LỆNH DỪNG đang giữ: không gói tin nào được gửi. Gỡ: luytre stop --release",
            "■ THE KILL SWITCH IS ON: nothing is sent. Release: luytre stop --release",
        )
    }

    fn nothing_yet(&self) -> String {
        self.line(
            "• Danh mục còn trống: luytre inventory import FILE",
            "• The inventory is empty: luytre inventory import FILE",
        )
    }

    fn levels(&self, inventory: &Inventory) -> String {
        let operating = inventory
            .systems
            .iter()
            .filter(|s| s.lifecycle == Lifecycle::Operating);
        let (all, approved) = operating.fold((0, 0), |(all, approved), system| {
            (
                all + 1,
                approved + usize::from(system.approved_level(self.day).is_some()),
            )
        });
        self.line(
            &format!("• Đã phê duyệt cấp độ {approved}/{all} hệ thống đang vận hành"),
            &format!("• Level approved for {approved} of {all} systems in operation"),
        )
    }

    fn data(&self, scan: Option<&ScanRecord>) -> String {
        let Some(scan) = scan else {
            return self.line(
                "• Chưa quét lần nào: luytre scan --plan",
                "• Never scanned: luytre scan --plan",
            );
        };
        let days = self
            .now
            .duration_since(scan.ended.unwrap_or(scan.started))
            .as_hours()
            / 24;
        let (vi, en) = match scan.state {
            ScanState::Finished => ("", ""),
            ScanState::Running => (" (đang chạy)", " (running)"),
            ScanState::Interrupted => (" (bị ngắt giữa chừng)", " (interrupted)"),
        };
        self.line(
            &format!("• Số liệu mới nhất cách đây {days} ngày{vi}"),
            &format!("• The newest data is {days} days old{en}"),
        )
    }

    fn authorisations(&self, inventory: &Inventory) -> Vec<String> {
        let soon = self
            .now
            .checked_add((24 * AUTHORISATION_WARNING_DAYS).hours())
            .unwrap_or(self.now);
        let bound = inventory
            .authorisations
            .iter()
            .filter(|a| a.revoked.is_none() && a.until < soon);
        bound
            .map(|a| {
                let until = self.talk.day(day_of(a.until));
                if a.until < self.now {
                    self.line(
                        &format!("• Căn cứ {} đã hết hạn ngày {until}", a.number),
                        &format!("• Authorisation {} expired on {until}", a.number),
                    )
                } else {
                    self.line(
                        &format!("• Căn cứ {} sắp hết hạn: {until}", a.number),
                        &format!("• Authorisation {} ends soon: {until}", a.number),
                    )
                }
            })
            .collect()
    }

    /// Discovered endpoints that wait for a person; silent where there are none.
    fn candidates(&self, candidates: &[Candidate]) -> Option<String> {
        let waiting = candidates
            .iter()
            .filter(|candidate| candidate.state() == CandidateState::Candidate)
            .count();
        (waiting > 0).then(|| {
            self.line(
                &format!("• Điểm truy cập chưa khai báo, chờ xác định: {waiting}   → luytre candidates list"),
                &format!("• Endpoints that nobody declared, waiting for a person: {waiting}   → luytre candidates list"),
            )
        })
    }

    fn findings(&self, findings: &[Finding]) -> [String; 2] {
        let live: Vec<_> = findings
            .iter()
            .filter(|f| f.state(self.now).is_live())
            .collect();
        let mut by_severity: BTreeMap<Severity, usize> = BTreeMap::new();
        for finding in &live {
            *by_severity.entry(finding.severity).or_default() += 1;
        }
        let words: Vec<String> = by_severity
            .iter()
            .rev()
            .map(|(severity, n)| format!("{} {n}", severity.text().of(self.talk.language)))
            .collect();
        let words = if words.is_empty() {
            String::new()
        } else {
            format!(" ({})", words.join(", "))
        };
        let count = |test: &dyn Fn(&Finding) -> bool| live.iter().filter(|f| test(f)).count();
        let overdue = count(&|f| f.is_overdue(self.now, self.day));
        let unconfirmed = count(&|f| f.confirmed.is_none() && f.state(self.now) == State::Open);
        let unreachable = count(&|f| f.state(self.now) == State::Unreachable);
        [
            self.line(
                &format!("• Phát hiện chưa khắc phục: {}{words}", live.len()),
                &format!("• Open findings: {}{words}", live.len()),
            ),
            self.line(
                &format!("• Quá hạn {overdue}; chờ cán bộ xác nhận {unconfirmed}; không đo lại được {unreachable}   → luytre findings list"),
                &format!("• Overdue {overdue}; waiting for an officer's confirmation {unconfirmed}; could not be measured again {unreachable}   → luytre findings list"),
            ),
        ]
    }
}
