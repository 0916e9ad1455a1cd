//! `luytre authority`: the authorisation desk.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ipnet::IpNet;
use jiff::{Timestamp, civil::Date};
use luytre_checks::policy::day_of;
use luytre_inventory::{
    Code as AnyCode, Edge, PortSet, ProbeClass, Revocation, Route,
    authority::{Request, Standing, draft, list, record, revoke},
    parse_moment,
};
use luytre_store::{Action, AuditEntry, Store};

use super::{Common, block_on, scan::ProfileArg};
use crate::{
    output::{Code, Failure, Hint, JsonSink, both, plain, print, table},
    run::{inventory_of, open_store},
    workspace::write_file,
};

/// Căn cứ quét / the authorisation desk
#[derive(Debug, Subcommand)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre authority draft --owner ubnd-tinh --route monitoring-notice --until 2026-12-31 --our-contact \"trực ban PA05\" --out can-cu\n  luytre authority record can-cu.toml --number 15/TB-PA05 --date 2026-11-20\n  luytre authority list\n  luytre authority revoke 15/TB-PA05 --reason \"chủ quản đề nghị dừng\""
)]
pub(crate) enum Authority {
    /// Soạn dự thảo thông báo và số liệu căn cứ từ danh mục / draft the notice and its data from the inventory
    Draft(Draft),
    /// Ghi nhận văn bản đã ký / record a signed paper
    Record(Record),
    /// Liệt kê, căn cứ sắp hết hạn trước / list, those that end soon first
    List(List),
    /// Thu hồi / withdraw
    Revoke(Revoke),
}

/// Options of `authority draft`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre authority draft --owner ubnd-tinh --route monitoring-notice --until 2026-12-31 --our-contact TEXT --out can-cu"
)]
pub(crate) struct Draft {
    /// Mọi hệ thống của chủ quản này / every system of this owner
    #[arg(long, value_name = "CODE", required_unless_present = "system")]
    owner: Option<AnyCode>,
    /// Các hệ thống này / these systems
    #[arg(long, value_name = "CODE")]
    system: Vec<AnyCode>,
    /// Cách thức theo luật / route
    #[arg(long, value_enum)]
    route: RouteArg,
    /// Kế hoạch, quyết định hoặc đề nghị làm căn cứ, bên cạnh điều luật / plan or request behind it
    #[arg(long, default_value = "")]
    ground: String,
    /// Từ ngày / from [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Đến hết ngày / until the end of this day
    #[arg(long, value_name = "DATE")]
    until: Date,
    /// Địa chỉ nguồn khi quét / addresses we come from
    #[arg(long, value_name = "PREFIX")]
    source: Vec<IpNet>,
    /// Đầu mối của bên quét / our contact
    #[arg(long, value_name = "TEXT")]
    our_contact: String,
    /// Đầu mối của chủ quản / the owner's contact
    #[arg(long, value_name = "TEXT")]
    contact: Option<String>,
    /// Các cổng / ports
    #[arg(long, value_name = "LIST", default_value = "1-65535")]
    ports: PortSet,
    /// Mức tác động cao nhất / strongest profile
    #[arg(long, value_enum, default_value_t = ProfileArg::Standard)]
    profile: ProfileArg,
    /// Ghi STEM.txt (thông báo) và STEM.toml (số liệu để ghi nhận) / writes STEM.txt and STEM.toml
    #[arg(long, value_name = "STEM")]
    out: PathBuf,
}

/// Options of `authority record`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre authority record can-cu.toml --number 15/TB-PA05 --date 2026-11-20"
)]
pub(crate) struct Record {
    /// Tệp .toml do `authority draft` ghi / file written by `authority draft`
    file: PathBuf,
    /// Số, ký hiệu văn bản đã ký / number of the signed paper
    #[arg(long)]
    number: String,
    /// Ngày văn bản / its date
    #[arg(long, value_name = "DATE")]
    date: Date,
}

/// Options of `authority list`.
#[derive(Debug, Args)]
#[command(after_help = "Ví dụ / Examples:\n  luytre authority list")]
pub(crate) struct List {
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

/// Options of `authority revoke`.
#[derive(Debug, Args)]
#[command(after_help = "Ví dụ / Examples:\n  luytre authority revoke 15/TB-PA05 --reason TEXT")]
pub(crate) struct Revoke {
    /// Số, ký hiệu / number
    number: String,
    /// Lý do / why
    #[arg(long)]
    reason: String,
}

/// A route on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RouteArg {
    /// Chủ quản đề nghị (Luật 116/2025 Điều 12.1.b)
    OwnerRequest,
    /// Thông báo giám sát (NĐ 333/2026 Điều 7.5)
    MonitoringNotice,
    /// Đơn vị chuyên trách của chủ quản (NĐ 331/2026 Điều 32.5)
    SpecialisedUnit,
    /// Kiểm tra khi có dấu hiệu vi phạm (Luật 116/2025 Điều 12.1.a)
    Cause,
    /// Khẩn cấp về an ninh quốc gia (NĐ 333/2026 Điều 7.5)
    Emergency,
}

impl From<RouteArg> for Route {
    fn from(route: RouteArg) -> Self {
        match route {
            RouteArg::OwnerRequest => Self::OwnerRequest,
            RouteArg::MonitoringNotice => Self::MonitoringNotice,
            RouteArg::SpecialisedUnit => Self::SpecialisedUnit,
            RouteArg::Cause => Self::Cause,
            RouteArg::Emergency => Self::Emergency,
        }
    }
}

impl Authority {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        match self {
            Self::Draft(draft) => draft.run(common),
            Self::Record(record) => record.run(common),
            Self::List(list) => list.run(common),
            Self::Revoke(revoke) => revoke.run(common),
        }
    }
}

/// A day as the moment of its first or last instant in Viet Nam.
fn moment(day: Date, edge: Edge) -> Result<Timestamp, Failure> {
    parse_moment(&day.to_string(), edge)
        .ok_or_else(|| Failure::new(both!("ngày {day} ngoài phạm vi", "{day} is out of range")))
}

impl Draft {
    fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        let inventory = block_on(async { inventory_of(&open_store(&workspace).await?).await })?;
        let today = day_of(Timestamp::now());
        let request = Request {
            owner: self.owner.clone(),
            systems: self.system.clone(),
            route: self.route.into(),
            ground: self.ground.clone(),
            from: moment(self.from.unwrap_or(today), Edge::Start)?,
            until: moment(self.until, Edge::End)?,
            sources: self.source.clone(),
            our_contact: self.our_contact.clone(),
            contact: self.contact.clone(),
            ports: self.ports.clone(),
            classes: ProbeClass::every(),
            profile: self.profile.into(),
            hours: None,
        };
        let made = draft(&inventory, &request, today)?;
        let (notice, data) = (
            self.out.with_extension("txt"),
            self.out.with_extension("toml"),
        );
        write_file(&notice, made.notice.as_bytes())?;
        write_file(
            &data,
            toml::to_string_pretty(&made.authorisation)?.as_bytes(),
        )?;
        let talk = common.talk();
        for left in &made.left_out {
            talk.line(talk.pick(
                &format!(
                    "? bỏ ra: {} {}: {}",
                    left.system, left.endpoint, left.reason.vi
                ),
                &format!(
                    "? left out: {} {}: {}",
                    left.system, left.endpoint, left.reason.en
                ),
            ));
        }
        print(&notice.display().to_string());
        print(&data.display().to_string());
        talk.line(talk.pick(
            &format!(
                "Ký xong thì: luytre authority record {} --number SỐ --date NGÀY",
                data.display()
            ),
            &format!(
                "Once signed: luytre authority record {} --number NUMBER --date DATE",
                data.display()
            ),
        ));
        Ok(Code::Done)
    }
}

impl Record {
    fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        let text = std::fs::read_to_string(&self.file).doing(both!(
            "không đọc được {}",
            "cannot read {}",
            self.file.display()
        ))?;
        let mut paper: luytre_inventory::Authorisation = toml::from_str(&text).doing(both!(
            "{} không phải dự thảo do `authority draft` ghi",
            "{} is not a draft of `authority draft`",
            self.file.display()
        ))?;
        paper.number.clone_from(&self.number);
        paper.date = self.date;
        block_on(async {
            let store = open_store(&workspace).await?;
            let inventory = inventory_of(&store).await?;
            let now = Timestamp::now();
            let new = record(&inventory, paper, now)?;
            save(
                common,
                &store,
                &new,
                Action::AuthorityRecorded,
                &self.number,
                "",
            )
            .await
        })
    }
}

impl Revoke {
    fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        block_on(async {
            let store = open_store(&workspace).await?;
            let inventory = inventory_of(&store).await?;
            let revocation = Revocation {
                at: Timestamp::now(),
                by: common.actor(),
                reason: self.reason.clone(),
            };
            let new = revoke(&inventory, &self.number, revocation)?;
            save(
                common,
                &store,
                &new,
                Action::AuthorityRevoked,
                &self.number,
                &self.reason,
            )
            .await
        })
    }
}

async fn save(
    common: &Common,
    store: &luytre_store::Sqlite,
    inventory: &luytre_inventory::Inventory,
    action: Action,
    number: &str,
    detail: &str,
) -> Result<Code, Failure> {
    let at = Timestamp::now();
    store
        .save_inventory(inventory, at, &common.actor(), number)
        .await?;
    store
        .append_audit(&[AuditEntry {
            at,
            actor: common.actor(),
            action,
            target: None,
            address: None,
            ground: Some(number.to_owned()),
            detail: detail.to_owned(),
        }])
        .await?;
    let talk = common.talk();
    talk.line(talk.pick(
        &format!("Đã ghi nhận {number}."),
        &format!("Recorded {number}."),
    ));
    Ok(Code::Done)
}

impl List {
    fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        let inventory = block_on(async { inventory_of(&open_store(&workspace).await?).await })?;
        let listed = list(&inventory, Timestamp::now(), 14);
        if let Some(sink) = &self.json {
            sink.write(&listed)?;
            return Ok(Code::Done);
        }
        let talk = common.talk();
        if listed.is_empty() {
            talk.line(talk.pick(
                "Chưa có căn cứ quét nào: không gói tin nào được gửi. `luytre authority draft --help`",
                "No authorisation: nothing may be sent. `luytre authority draft --help`",
            ));
            return Ok(Code::Done);
        }
        let mut out = table(&match talk.pick("vi", "en") {
            "vi" => [
                "Số",
                "Trạng thái",
                "Từ",
                "Đến",
                "Hệ thống bao trùm",
                "Căn cứ",
            ],
            _ => [
                "Number",
                "Standing",
                "From",
                "Until",
                "Systems covered",
                "Ground",
            ],
        });
        for item in listed {
            let paper = item.authorisation;
            let standing = match item.standing {
                Standing::Ending => talk.pick("sắp hết hạn", "ends soon"),
                Standing::InForce => talk.pick("đang hiệu lực", "in force"),
                Standing::NotBegun => talk.pick("chưa bắt đầu", "not begun"),
                Standing::Expired => talk.pick("hết hạn", "expired"),
                Standing::Revoked => talk.pick("đã thu hồi", "revoked"),
            };
            out.add_row([
                plain(&paper.number),
                standing.to_owned(),
                talk.day(day_of(paper.from)),
                talk.day(day_of(paper.until)),
                item.systems.len().to_string(),
                plain(&paper.ground),
            ]);
        }
        print(&out.to_string());
        Ok(Code::Done)
    }
}
