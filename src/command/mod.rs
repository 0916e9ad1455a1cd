//! The command line: one file a command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use luytre_inventory::Language;

use crate::{
    output::{Code, Failure, Talk},
    workspace::Workspace,
};

mod audit;
mod authority;
mod candidates;
mod certificate;
mod changes;
mod demo;
mod findings;
mod generate;
mod identify;
mod init;
mod inventory;
mod policy;
mod probe;
mod report;
mod scan;
mod serve;
mod stop;
mod today;

/// Lũy Tre: danh mục, quét và đánh giá an ninh mạng các hệ thống thông tin của tỉnh.
/// Inventory, scans and yearly assessments of a province's information systems.
#[derive(Debug, Parser)]
#[command(name = "luytre", version, disable_help_subcommand = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "\
Ví dụ / Examples:
  luytre demo                              xem thử trên máy này / try it on this machine
  luytre init lam-giang                    tạo thư mục làm việc / make a workspace
  luytre --dir lam-giang inventory import danh-muc.xlsx
  luytre --dir lam-giang scan --plan       quét gì, theo căn cứ nào / what, under which paper
  luytre --dir lam-giang scan

Mã thoát / Exit codes: 0 xong / done; 1 có phát hiện từ mức --fail-on / findings at --fail-on;
  2 không làm được / could not do it; 3 có nội dung chưa đo được / something was not measured";

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Ngôn ngữ / language
    #[arg(long, global = true, value_enum, default_value_t = Lang::Vi)]
    pub(crate) lang: Lang,
    /// Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]
    #[arg(long = "as", global = true, value_name = "NAME")]
    actor: Option<String>,
    /// Chỉ in lỗi / say nothing but errors
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Nói nhiều hơn / say more (-vv, -vvv)
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

impl Common {
    /// The workspace.
    pub(crate) fn workspace(&self) -> Result<Workspace, Failure> {
        Workspace::open(self.dir.as_deref())
    }

    /// Talk in the chosen language.
    pub(crate) fn talk(&self) -> Talk {
        Talk {
            language: self.language(),
            quiet: self.quiet,
        }
    }

    /// The chosen language.
    pub(crate) const fn language(&self) -> Language {
        match self.lang {
            Lang::Vi => Language::Vi,
            Lang::En => Language::En,
        }
    }

    /// Who acts.
    pub(crate) fn actor(&self) -> String {
        let from_system = || {
            std::env::var("USER")
                .or_else(|_| std::env::var("LOGNAME"))
                .ok()
        };
        let actor = self.actor.clone().or_else(from_system);
        actor
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(account)
    }
}

/// The account of this process where no variable names it (cron, systemd, a container).
fn account() -> String {
    #[cfg(unix)]
    if let Ok(about) = std::fs::metadata("/proc/self") {
        use std::os::unix::fs::MetadataExt;
        let uid = about.uid().to_string();
        let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let name = accounts.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)? == uid).then(|| name.to_owned())
        });
        return name.unwrap_or(format!("uid {uid}"));
    }
    "unknown".to_owned()
}

/// Language on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// Tiếng Việt
    Vi,
    /// English
    En,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Dựng các máy chủ có lỗi trên máy này, quét thật và lập báo cáo / a lab of faulty servers, a real scan
    Demo(demo::Demo),
    /// Tạo thư mục làm việc / make a workspace
    Init(init::Init),
    /// Danh mục hệ thống: kiểm tra, nạp, xuất, chất lượng, cấp độ / the inventory
    #[command(subcommand)]
    Inventory(inventory::Inventory),
    /// Căn cứ quét: soạn, ghi nhận, liệt kê, thu hồi / authorisations
    #[command(subcommand)]
    Authority(authority::Authority),
    /// Quét những gì căn cứ cho phép lúc này / scan what the authorisations permit now
    Scan(scan::Scan),
    /// Đo một lần một mục tiêu, không lưu phát hiện / measure once, store no finding
    Probe(probe::Probe),
    /// Xem xét chứng thư số trong tệp, không cần mạng / judge certificates in files, offline
    #[command(subcommand)]
    Certificate(certificate::Certificate),
    /// Nhận diện phần mềm qua lời chào, không cần mạng / name software by its banners, offline
    Identify(identify::Identify),
    /// Dừng mọi gói tin trong vòng một giây / kill switch: traffic ends within a second
    Stop(stop::Stop),
    /// Các phát hiện: liệt kê, xem, xác nhận, chấp nhận rủi ro / the findings desk
    #[command(subcommand)]
    Findings(findings::Findings),
    /// Điểm truy cập chưa khai báo: liệt kê, nhập từ tệp, đưa vào danh mục / discovered endpoints
    #[command(subcommand)]
    Candidates(candidates::Candidates),
    /// Thay đổi giữa hai lượt quét / what moved between two scans
    Changes(changes::Changes),
    /// Tài liệu từ số liệu đã chốt / documents from a frozen snapshot
    #[command(subcommand)]
    Report(report::Report),
    /// Số liệu cho Prometheus: /metrics và /healthz / the listener for Prometheus
    Serve(serve::Serve),
    /// Bộ quy định đang áp dụng / the policy packs in force
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Ai đã làm gì, chạm tới đâu, theo căn cứ nào / who did what, and on what ground
    Audit(audit::Audit),
    /// Write man pages and shell completions
    #[command(hide = true)]
    Generate(generate::Generate),
}

/// Runs the command.
pub(crate) fn run(cli: Cli) -> Result<Code, Failure> {
    let common = &cli.common;
    match cli.command {
        None => today::run(common),
        Some(Command::Demo(args)) => args.run(common),
        Some(Command::Init(args)) => args.run(common),
        Some(Command::Inventory(args)) => args.run(common),
        Some(Command::Authority(args)) => args.run(common),
        Some(Command::Scan(args)) => args.run(common),
        Some(Command::Probe(args)) => args.run(common),
        Some(Command::Certificate(args)) => args.run(common),
        Some(Command::Identify(args)) => args.run(common),
        Some(Command::Stop(args)) => args.run(common),
        Some(Command::Findings(args)) => args.run(common),
        Some(Command::Candidates(args)) => args.run(common),
        Some(Command::Changes(args)) => args.run(common),
        Some(Command::Report(args)) => args.run(common),
        Some(Command::Serve(args)) => args.run(common),
        Some(Command::Policy(args)) => args.run(common),
        Some(Command::Audit(args)) => args.run(common),
        Some(Command::Generate(args)) => args.run(),
    }
}

/// Runs `work` on a fresh runtime.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let result = runtime.block_on(work);
    // A probe blocked in path building must not hold the program.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    result
}

/// The command line as data, for man pages and completions.
pub(crate) fn definition() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
