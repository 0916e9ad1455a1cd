//! `luytre scan`: what the authorisations permit now.

use std::sync::Arc;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use luytre_checks::{FactKind, Severity, policy::day_of};
use luytre_inventory::{Code as UnitCode, Inventory, PortSet, ScanProfile};
use luytre_scanner::plan::{Job, Plan, Request, Skip, Ungranted};

use super::{
    Common, block_on,
    findings::{SeverityArg, findings_text},
};
use crate::{
    output::{Code, Failure, JsonSink, Measured, Talk, both, plain, print, table},
    run::{Ended, News, inventory_of, open_store, plan_of, scan, stopped_scan},
};

/// Quét những gì căn cứ cho phép lúc này: lập kế hoạch → đo → đối chiếu → ghi nhận.
/// Scans what the authorisations permit now: plan → probe → judge → reconcile.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre scan --plan\n  luytre scan --system tttdt-xa-doi-che --profile standard\n  luytre scan --fail-on high --json ket-qua.json\n  luytre scan --confirm\n  luytre scan --resume"
)]
pub(crate) struct Scan {
    /// Chỉ các hệ thống này / only these systems
    #[arg(long, value_name = "CODE")]
    system: Vec<UnitCode>,
    /// Chỉ hệ thống của các chủ quản này / only systems of these owners
    #[arg(long, value_name = "CODE")]
    owner: Vec<UnitCode>,
    /// Mức tác động; căn cứ, cấp độ 4-5 và hệ thống dễ hỏng có thể hạ xuống / may be lowered by the paper, level or fragility
    #[arg(long, value_enum, default_value_t = ProfileArg::Light)]
    profile: ProfileArg,
    /// Chỉ các phép đo này / only these probes
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PROBE")]
    only: Vec<ProbeArg>,
    /// Các cổng cần dò / ports to ask for, like 22,80,8000-8100
    #[arg(long, value_name = "LIST")]
    ports: Option<PortSet>,
    /// Chỉ đo nhanh TLS và chứng thư (tối đa 3 kết nối) nơi lượt đo đầy đủ còn mới và không có gì đổi; không đóng phát hiện nào / TLS and certificates only; at most 3 connections where a recent whole look is known and nothing changed; closes no finding
    #[arg(long, conflicts_with_all = ["only", "ports"])]
    confirm: bool,
    /// Làm tiếp lượt quét bị dừng giữa chừng / take up the scan that was stopped before its end
    #[arg(long, conflicts_with_all = ["system", "owner", "profile", "only", "ports", "confirm"])]
    resume: bool,
    /// Chỉ in kế hoạch, không gửi gói tin nào / print the plan, send nothing
    #[arg(long)]
    plan: bool,
    /// Mã thoát 1 nếu có phát hiện từ mức này / exit with 1 at findings of this severity
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityArg>,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

/// A profile on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfileArg {
    /// Một phiên kết nối / one conversation a host
    Light,
    /// Hai phiên kết nối / two
    Standard,
    /// Hai phiên, hỏi mọi cổng / two, every port
    Deep,
}

impl From<ProfileArg> for ScanProfile {
    fn from(profile: ProfileArg) -> Self {
        match profile {
            ProfileArg::Light => Self::Light,
            ProfileArg::Standard => Self::Standard,
            ProfileArg::Deep => Self::Deep,
        }
    }
}

/// A probe on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "each variant is the probe of that name")]
pub(crate) enum ProbeArg {
    Tls,
    Chain,
    Ports,
    Service,
    Http,
    Ssh,
    Udp,
    Dns,
    Record,
}

impl From<ProbeArg> for FactKind {
    fn from(probe: ProbeArg) -> Self {
        match probe {
            ProbeArg::Tls => Self::Tls,
            ProbeArg::Chain => Self::Chain,
            ProbeArg::Ports => Self::Ports,
            ProbeArg::Service => Self::Service,
            ProbeArg::Http => Self::Http,
            ProbeArg::Ssh => Self::Ssh,
            ProbeArg::Udp => Self::Udp,
            ProbeArg::Dns => Self::Dns,
            ProbeArg::Record => Self::Record,
        }
    }
}

impl Scan {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        block_on(async {
            let store = Arc::new(open_store(&workspace).await?);
            let inventory = inventory_of(&store).await?;
            let earlier = if self.resume {
                Some(stopped_scan(&store, Timestamp::now()).await?)
            } else {
                None
            };
            let request = match &earlier {
                Some(earlier) => earlier.request.clone(),
                None => self.request(&inventory)?,
            };
            if self.plan {
                let mut plan = plan_of(&workspace, &inventory, &request);
                if let Some(earlier) = &earlier {
                    plan = earlier.rest(plan, workspace.settings.sensor.zone)?;
                }
                return self.print_plan(common, &plan);
            }
            let (actor, talk) = (common.actor(), common.talk());
            let ended = scan(&workspace, &store, &request, earlier.as_ref(), &actor, talk).await?;
            self.print(common, &ended)
        })
    }

    fn request(&self, inventory: &Inventory) -> Result<Request, Failure> {
        for code in &self.system {
            if inventory.system(code).is_none() {
                return Err(Failure::new(both!(
                    "không có hệ thống nào mã `{code}`",
                    "no system has the code `{code}`"
                ))
                .hint(both!(
                    "`luytre inventory quality` liệt kê các hệ thống",
                    "`luytre inventory quality` lists the systems"
                )));
            }
        }
        for code in &self.owner {
            if inventory.unit(code).is_none() {
                return Err(Failure::new(both!(
                    "không có đơn vị nào mã `{code}`",
                    "no unit has the code `{code}`"
                ))
                .hint(both!(
                    "`luytre inventory export --out FILE` cho thấy các đơn vị",
                    "`luytre inventory export --out FILE` shows the units"
                )));
            }
        }
        let now = Timestamp::now();
        let mut request = Request::new(now, day_of(now));
        request.systems = self.system.iter().cloned().collect();
        request.owners = self.owner.iter().cloned().collect();
        request.profile = self.profile.into();
        request.only = self
            .only
            .iter()
            .map(|probe| FactKind::from(*probe))
            .collect();
        request.ports.clone_from(&self.ports);
        request.confirm = self.confirm;
        if self.confirm {
            request.only = [FactKind::Tls, FactKind::Chain].into();
        }
        Ok(request)
    }

    fn print_plan(&self, common: &Common, plan: &Plan) -> Result<Code, Failure> {
        if let Some(sink) = &self.json {
            sink.write(plan)?;
            return Ok(Code::Done);
        }
        let talk = common.talk();
        let mut out = table(&match talk.pick("vi", "en") {
            "vi" => [
                "Hệ thống",
                "Mục tiêu",
                "Phép đo",
                "Kết nối tối đa",
                "Căn cứ",
            ],
            _ => [
                "System",
                "Target",
                "Probes",
                "Connections at most",
                "Ground",
            ],
        });
        for Row {
            job,
            label,
            connections,
        } in rows(&plan.jobs)
        {
            let probes: Vec<&str> = job.probes.iter().map(|probe| probe.as_str()).collect();
            out.add_row([
                job.task
                    .system
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string),
                label,
                probes.join(" "),
                connections.to_string(),
                plain(&job.task.authorisation),
            ]);
        }
        if !plan.jobs.is_empty() {
            print(&out.to_string());
        }
        if !plan.skipped.is_empty() {
            let mut skipped = table(&match talk.pick("vi", "en") {
                "vi" => ["Hệ thống", "Không đo được", "Lý do"],
                _ => ["System", "Not to be measured", "Why"],
            });
            for skip in &plan.skipped {
                skipped.add_row([
                    skip.system
                        .as_ref()
                        .map_or_else(String::new, ToString::to_string),
                    skip.label.clone(),
                    skip_words(common, skip.reason),
                ]);
            }
            print(&skipped.to_string());
        }
        talk.line(talk.pick(
            &format!(
                "{} mục tiêu, nhiều nhất {} kết nối. Chưa gửi gói tin nào.",
                plan.jobs.len(),
                plan.connections()
            ),
            &format!(
                "{} targets, at most {} connections. Nothing was sent.",
                plan.jobs.len(),
                plan.connections()
            ),
        ));
        Ok(Code::Done)
    }

    fn print(&self, common: &Common, ended: &Ended) -> Result<Code, Failure> {
        let now = Timestamp::now();
        if let Some(sink) = &self.json {
            let today = day_of(now);
            let owners: Vec<_> = ended
                .findings
                .iter()
                .map(|f| {
                    let system = ended.inventory.system(f.system.as_ref()?)?;
                    system.owner(today).cloned()
                })
                .collect();
            let findings: Vec<_> = ended
                .findings
                .iter()
                .zip(&owners)
                .map(|(finding, owner)| finding.document(owner.as_ref(), now))
                .collect();
            sink.write(&Measured::new(
                &ended.observations,
                &ended.verdicts,
                findings,
                &ended.coverage,
                now,
            ))?;
        }
        if !self.json.as_ref().is_some_and(JsonSink::is_stdout) {
            if !ended.findings.is_empty() {
                print(&findings_text(
                    common,
                    &ended.inventory,
                    &ended.findings,
                    now,
                ));
            }
            summary(common, ended);
        }
        Ok(code(ended, self.fail_on.map(Severity::from)))
    }
}

/// How a scan ends, in order of precedence.
fn code(ended: &Ended, fail_on: Option<Severity>) -> Code {
    let bad = fail_on.is_some_and(|least| ended.findings.iter().any(|f| f.severity >= least));
    if bad {
        Code::Findings
    } else if ended.stopped || ended.coverage.answered() < ended.coverage.planned() {
        Code::Unmeasured
    } else {
        Code::Done
    }
}

/// Coverage and what was not measured, beside every figure.
pub(crate) fn summary(common: &Common, ended: &Ended) {
    let talk = common.talk();
    let coverage = &ended.coverage;
    let (planned, measured) = (coverage.planned(), coverage.measured());
    let mut line = talk
        .pick(
            &format!(
                "{} phát hiện chưa khắc phục. Đo được {measured}/{planned} nội dung",
                ended.findings.len()
            ),
            &format!(
                "{} open findings. Measured {measured} of {planned}",
                ended.findings.len()
            ),
        )
        .to_owned();
    if coverage.not_permitted() > 0 {
        line.push_str(talk.pick(
            &format!("; {} không có căn cứ quét", coverage.not_permitted()),
            &format!("; {} without an authorisation", coverage.not_permitted()),
        ));
    }
    for (reason, count) in coverage.unmeasured() {
        line.extend([
            "; ",
            &count.to_string(),
            " ",
            reason.text().of(common.language()),
        ]);
    }
    line.push('.');
    talk.line(&line);
    if coverage.confirmed_partly() > 0 {
        talk.line(talk.pick(
            &format!(
                "{} nội dung chỉ được đo nhanh và thấy như lần đo đầy đủ trước; không đóng phát hiện nào.",
                coverage.confirmed_partly()
            ),
            &format!(
                "{} were looked at shortly and seen as at the last whole look; that closes no finding.",
                coverage.confirmed_partly()
            ),
        ));
    }
    if coverage.answered() < planned {
        talk.line(talk.pick(
            "Nội dung chưa đo được không được coi là tốt và không đóng phát hiện nào.",
            "What was not measured counts as nothing good and closes no finding.",
        ));
    }
    news(talk, &ended.news);
    if ended.stopped {
        talk.line(talk.pick(
            "Lượt quét bị dừng giữa chừng; kết quả đã đo được giữ lại. `luytre scan --resume` để làm tiếp.",
            "The scan was stopped before its end; what was measured is kept. `luytre scan --resume` takes it up.",
        ));
    }
}

/// What moved since the scan before, and what nobody declared.
fn news(talk: Talk, news: &News) {
    if let Some((when, comparison)) = &news.moved {
        let (when, moved, unknown) = (talk.moment(*when), comparison.moved(), comparison.unknown());
        talk.line(talk.pick(
            &format!("So với lượt quét lúc {when}: {moved} thay đổi, {unknown} điều chưa rõ. Chi tiết: luytre changes"),
            &format!("Since the scan of {when}: {moved} moved, {unknown} not known any more. Details: luytre changes"),
        ));
    }
    let (new, known) = (news.heard.new, news.heard.again + news.heard.repeated);
    if new + known > 0 {
        talk.line(talk.pick(
            &format!("Điểm truy cập chưa khai báo: {new} mới thấy, {known} đã biết. Xem: luytre candidates list"),
            &format!("Endpoints that nobody declared: {new} new, {known} known. See: luytre candidates list"),
        ));
    }
    if news.floods > 0 {
        let n = news.floods;
        talk.line(talk.pick(
            &format!(
                "{n} máy chủ trả lời trên quá nhiều cổng nên không lập ứng viên cho từng cổng."
            ),
            &format!("{n} hosts answer on too many ports to make a candidate of each."),
        ));
    }
    if news.left.outside > 0 {
        let n = news.left.outside;
        talk.line(talk.pick(
            &format!("{n} tên hoặc địa chỉ thấy trong chứng thư và chuyển hướng nằm ngoài căn cứ: chỉ đếm, không giữ."),
            &format!("{n} names or addresses in certificates and redirects are outside the authorisations: counted, not kept."),
        ));
    }
}

/// A line of the plan as people read it.
struct Row<'a> {
    job: &'a Job,
    label: String,
    connections: u64,
}

/// The jobs in their order; the UDP ports of one host that nobody declared stand in one line.
fn rows(jobs: &[Job]) -> Vec<Row<'_>> {
    let undeclared = |job: &Job| job.probes == [FactKind::Udp] && job.declared.is_none();
    let mut rows: Vec<Row<'_>> = Vec::new();
    for job in jobs {
        let port = job.port().unwrap_or_default();
        match rows.last_mut() {
            Some(last)
                if undeclared(job)
                    && undeclared(last.job)
                    && last.job.subject == job.subject
                    && last.job.task.target == job.task.target =>
            {
                let so_far = last.label.trim_end_matches("/udp");
                last.label = format!("{so_far},{port}/udp");
                last.connections += u64::from(job.connections);
            }
            _ => rows.push(Row {
                job,
                label: job.label.clone(),
                connections: job.connections.into(),
            }),
        }
    }
    rows
}

fn skip_words(common: &Common, skip: Skip) -> String {
    let talk = common.talk();
    match skip {
        Skip::Ungranted(Ungranted::NoGround) => talk
            .pick(
                "chưa có căn cứ quét nào bao trùm",
                "no authorisation covers it",
            )
            .to_owned(),
        Skip::Ungranted(Ungranted::Denied(denied)) => denied.to_string(),
        Skip::Retired => talk.pick("đã ngừng hoạt động", "out of use").to_owned(),
        Skip::Fragile => talk
            .pick(
                "thiết bị dễ hỏng: không gửi gói UDP",
                "fragile: no UDP datagram is sent to it",
            )
            .to_owned(),
        Skip::NoQuestion => talk
            .pick(
                "chưa có câu hỏi UDP cho giao thức khai báo",
                "no UDP question is known for what is declared",
            )
            .to_owned(),
        Skip::NoTarget => talk
            .pick(
                "thiếu thông tin: không có tên miền hoặc địa chỉ",
                "neither name nor address is known",
            )
            .to_owned(),
    }
}
