//! `luytre findings`: the desk where findings are read and decided on.

use clap::{Args, Subcommand, ValueEnum};
use jiff::{Timestamp, civil::Date};
use luytre_checks::{
    Event, EventKind, Finding, NewEvent, Severity, State, policy::day_of, registry,
};
use luytre_inventory::{Code as UnitCode, Inventory};
use luytre_store::{FindingFilter, Sqlite, Store};

use super::{Common, block_on};
use crate::{
    output::{Code, Failure, Hint, JsonSink, both, print},
    run::open_store,
};

mod show;
mod text;

pub(crate) use text::findings_text;

/// Các phát hiện / the findings desk
#[derive(Debug, Subcommand)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre findings list --severity high\n  luytre findings show 3f2a9c10\n  luytre findings confirm 3f2a9c10\n  luytre findings accept 3f2a9c10 --until 2027-06-30 --reason \"QĐ 12/QĐ-UBND của chủ quản\""
)]
pub(crate) enum Findings {
    /// Liệt kê / list
    List(List),
    /// Xem một phát hiện với bằng chứng và nhật ký / one finding with evidence and events
    Show(show::Show),
    /// Cán bộ xác nhận phát hiện là đúng / an officer confirms it
    Confirm(Confirm),
    /// Ghi nhận chủ quản chấp nhận rủi ro đến một ngày / the owner accepts the risk until a date
    Accept(Until),
    /// Đánh dấu báo nhầm đến một ngày / mark as a false positive until a date
    FalsePositive(Until),
}

/// Options of `findings list`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre findings list --severity high\n  luytre findings list --check cert.expired --json -"
)]
pub(crate) struct List {
    /// Chỉ của hệ thống / of one system
    #[arg(long, value_name = "CODE")]
    system: Option<UnitCode>,
    /// Chỉ của chủ quản / of one owner
    #[arg(long, value_name = "CODE")]
    owner: Option<UnitCode>,
    /// Từ mức này trở lên / at least so severe
    #[arg(long, value_enum)]
    severity: Option<SeverityArg>,
    /// Trạng thái / state [default: every state but fixed and retired]
    #[arg(long, value_parser = parse_state)]
    state: Option<State>,
    /// Chỉ của một kiểm tra / of one check
    #[arg(long, value_name = "CHECK")]
    check: Option<String>,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

/// Options of `findings confirm`.
#[derive(Debug, Args)]
#[command(after_help = "Ví dụ / Examples:\n  luytre findings confirm 3f2a9c10 7b21d0aa")]
pub(crate) struct Confirm {
    /// Mã phát hiện, hoặc phần đầu của mã / ids or their beginnings
    #[arg(required = true)]
    ids: Vec<String>,
    /// Ghi chú / note
    #[arg(long)]
    note: Option<String>,
}

/// Options of decisions that end by themselves.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre findings accept 3f2a9c10 --until 2027-06-30 --reason TEXT"
)]
pub(crate) struct Until {
    /// Mã phát hiện, hoặc phần đầu của mã / id or its beginning
    id: String,
    /// Đến hết ngày / until the end of this day
    #[arg(long = "until", value_name = "DATE")]
    last_day: Date,
    /// Lý do, văn bản / reason, paper
    #[arg(long)]
    reason: String,
}

/// Severity on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "each variant is the severity of that name")]
pub(crate) enum SeverityArg {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl From<SeverityArg> for Severity {
    fn from(severity: SeverityArg) -> Self {
        match severity {
            SeverityArg::Info => Self::Info,
            SeverityArg::Low => Self::Low,
            SeverityArg::Medium => Self::Medium,
            SeverityArg::High => Self::High,
            SeverityArg::Critical => Self::Critical,
        }
    }
}

fn parse_state(text: &str) -> Result<State, String> {
    State::parse(text).ok_or_else(|| {
        let known: Vec<&str> = State::ALL.iter().map(|state| state.as_str()).collect();
        format!("no such state; known: {}", known.join(", "))
    })
}

impl Findings {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        block_on(async {
            let store = open_store(&workspace).await?;
            match self {
                Self::List(list) => list.run(common, &store).await,
                Self::Show(show) => show.run(common, &store).await,
                Self::Confirm(confirm) => {
                    // All ids are looked up before the first is recorded.
                    let mut ids = std::collections::BTreeSet::new();
                    for id in &confirm.ids {
                        ids.insert(one(&store, id).await?.0.id.short());
                    }
                    for id in &ids {
                        decide(
                            common,
                            &store,
                            id,
                            EventKind::Confirmed,
                            confirm.note.clone(),
                        )
                        .await?;
                    }
                    Ok(Code::Done)
                }
                Self::Accept(until) => {
                    let kind = EventKind::AcceptedUntil {
                        until: until.moment()?,
                    };
                    decide(common, &store, &until.id, kind, Some(until.reason.clone())).await
                }
                Self::FalsePositive(until) => {
                    let kind = EventKind::FalsePositiveUntil {
                        until: until.moment()?,
                    };
                    decide(common, &store, &until.id, kind, Some(until.reason.clone())).await
                }
            }
        })
    }
}

impl Until {
    /// The last moment of the day in Viet Nam.
    fn moment(&self) -> Result<Timestamp, Failure> {
        if self.last_day <= day_of(Timestamp::now()) {
            return Err(Failure::new(both!("--until {} không ở tương lai", "--until {} is not in the future", self.last_day))
                .hint(both!("chấp nhận phải kết thúc vào một ngày sau hôm nay; đến ngày đó phát hiện vẫn hiển thị và không bao giờ tính là tốt", "an acceptance must end on a later day; it is shown until then and never counts as good")));
        }
        luytre_inventory::parse_moment(&self.last_day.to_string(), luytre_inventory::Edge::End)
            .ok_or_else(|| Failure::new(both!("{} quá xa", "{} is too far away", self.last_day)))
    }
}

/// The one finding whose id begins with `id`.
async fn one(store: &Sqlite, id: &str) -> Result<(Finding, Vec<Event>), Failure> {
    let found = store.finding(id).await;
    found
        .doing(both!(
            "không có đúng một phát hiện mang mã `{id}`",
            "not one finding with the id `{id}`"
        ))
        .map_err(|failure| {
            failure.hint(both!(
                "`luytre findings list` cho thấy mã; ghi ít nhất bốn chữ số đầu",
                "`luytre findings list` shows ids; write at least the first four digits"
            ))
        })
}

async fn decide(
    common: &Common,
    store: &Sqlite,
    id: &str,
    kind: EventKind,
    reason: Option<String>,
) -> Result<Code, Failure> {
    let (finding, _) = one(store, id).await?;
    if !finding.is_live() {
        return Err(Failure::new(both!(
            "phát hiện {} đã đóng",
            "finding {} is closed already",
            finding.id.short()
        ))
        .hint(both!(
            "chỉ quyết định được với phát hiện đang mở; xem `luytre findings list`",
            "only open findings can be decided on; see `luytre findings list`"
        )));
    }
    let event = NewEvent {
        finding: finding.id,
        key: finding.key.clone(),
        incarnation: finding.incarnation,
        event: Event {
            at: Timestamp::now(),
            actor: common.actor(),
            scan: None,
            kind,
            reason,
            evidence: None,
        },
    };
    store.record_events(std::slice::from_ref(&event)).await?;
    let talk = common.talk();
    let id = finding.id.short();
    talk.line(talk.pick(
        &format!("Đã ghi nhận cho phát hiện {id}."),
        &format!("Recorded for finding {id}."),
    ));
    Ok(Code::Done)
}

impl List {
    async fn run(&self, common: &Common, store: &Sqlite) -> Result<Code, Failure> {
        let now = Timestamp::now();
        let filter = FindingFilter {
            system: self.system.clone(),
            owner: self.owner.clone(),
            severity: self.severity.map(Severity::from),
            state: self.state,
            check: self.check.clone(),
        };
        if let Some(check) = &self.check
            && registry::about(check).is_none()
        {
            return Err(Failure::new(both!(
                "không có kiểm tra nào tên `{check}`",
                "no check is called `{check}`"
            ))
            .hint(both!(
                "`luytre policy show --level 3` liệt kê các kiểm tra",
                "`luytre policy show --level 3` lists the checks"
            )));
        }
        let today = day_of(now);
        let latest = store.inventory(None).await?;
        let inventory = latest.map(|(_, inventory)| inventory).unwrap_or_default();
        self.known(&inventory)?;
        let mut findings = store.findings(&filter, now, today).await?;
        if self.state.is_none() {
            findings.retain(|finding| finding.state(now).is_live());
        }
        if let Some(sink) = &self.json {
            let owners: Vec<_> = findings
                .iter()
                .map(|f| owner(&inventory, f, today))
                .collect();
            let documents: Vec<_> = findings
                .iter()
                .zip(&owners)
                .map(|(finding, owner)| finding.document(owner.as_ref(), now))
                .collect();
            sink.write(&documents)?;
            return Ok(Code::Done);
        }
        if findings.is_empty() {
            let talk = common.talk();
            talk.line(talk.pick(
                "Không có phát hiện nào khớp. Điều này không có nghĩa là an toàn: xem `luytre` để biết số liệu đến ngày nào và phần chưa đo được.",
                "No finding matches. That does not mean safe: `luytre` shows how old the data is and what was not measured.",
            ));
            return Ok(Code::Done);
        }
        print(&findings_text(common, &inventory, &findings, now));
        Ok(Code::Done)
    }
}

impl List {
    /// A code that nobody has would look like "no findings".
    fn known(&self, inventory: &Inventory) -> Result<(), Failure> {
        if let Some(code) = self
            .system
            .as_ref()
            .filter(|code| inventory.system(code).is_none())
        {
            return Err(Failure::new(both!(
                "không có hệ thống nào mã `{code}`",
                "no system has the code `{code}`"
            ))
            .hint(both!(
                "`luytre inventory quality` liệt kê các hệ thống",
                "`luytre inventory quality` lists the systems"
            )));
        }
        if let Some(code) = self
            .owner
            .as_ref()
            .filter(|code| inventory.unit(code).is_none())
        {
            return Err(Failure::new(both!(
                "không có đơn vị nào mã `{code}`",
                "no unit has the code `{code}`"
            ))
            .hint(both!(
                "`luytre inventory export --out FILE` cho thấy các đơn vị",
                "`luytre inventory export --out FILE` shows the units"
            )));
        }
        Ok(())
    }
}

/// The owner of the finding's system.
fn owner(inventory: &Inventory, finding: &Finding, today: Date) -> Option<UnitCode> {
    inventory
        .system(finding.system.as_ref()?)?
        .owner(today)
        .cloned()
}
