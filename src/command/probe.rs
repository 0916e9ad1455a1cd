//! `luytre probe`: measure once.

use std::{collections::BTreeSet, fs, path::PathBuf, sync::Arc};

use clap::{
    Args, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use jiff::Timestamp;
use luytre_checks::{FactKind, Policy, Reading, Ruling, Severity, policy::day_of, rating};
use luytre_inventory::{HostName, LookupKind, PortSet, Target, Zone};
use luytre_scanner::{
    Probes,
    probe::{Starttls, agent, chain::Revoker},
};
use luytre_store::Store;

use super::{
    Common, block_on,
    findings::SeverityArg,
    scan::{ProbeArg, ProfileArg},
};
use crate::{
    output::{
        Code, Failure, Hint, JsonSink, Measured, both, plain, print, ratings, ratings_table,
        severity_mark, table,
    },
    run::{
        AdHoc, Asked, Inside, Seen, lock, open_store, policy, probe, probes, read_target,
        refuse_if_stopped,
    },
    workspace::Workspace,
};

/// Đo một lần các mục tiêu ghi rõ, theo căn cứ nêu tên. Không lưu phát hiện; mọi lần chạm đều ghi nhật ký.
/// Measures literal targets once, on a stated authority. Stores no finding; every contact is logged.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre probe 127.0.0.1:443 --authority \"máy của tôi\"\n  luytre probe www.doiche.test:443 --authority 15/TB-PA05 --only tls,chain --json -\n  luytre probe mail.doiche.test:587 --authority 15/TB-PA05 --starttls smtp --only tls,chain\n  luytre probe 192.0.2.0/28 --ports 22,80,443 --authority 15/TB-PA05"
)]
pub(crate) struct Probe {
    /// host, host:port, [v6]:port, host:port/udp, tiền tố / prefix (IPv4 /16, IPv6 /112 at most)
    #[arg(value_name = "TARGET", required_unless_present = "targets")]
    target: Vec<String>,
    /// Căn cứ: trong thư mục làm việc phải là số của căn cứ đã ghi nhận / in a workspace the number of a recorded authorisation
    #[arg(long, value_name = "TEXT")]
    authority: String,
    /// Tên dùng trong SNI và Host khi mục tiêu là địa chỉ / name to speak when the target is an address
    #[arg(long, value_name = "HOST")]
    name: Option<HostName>,
    /// Chỉ các phép đo này / only these probes
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PROBE")]
    only: Vec<ProbeArg>,
    /// Cổng cần dò cho mục tiêu không ghi cổng / ports to ask for where the target names none
    #[arg(
        long,
        value_name = "LIST",
        default_value = "21-23,25,80,110,143,443,445,465,587,993,995,1433,3306,3389,5432,6379,8080,8443"
    )]
    ports: PortSet,
    /// TLS bắt đầu bằng lệnh của giao thức này / TLS is begun by a command of this protocol [default: by port and greeting]
    #[arg(long, value_name = "PROTO", value_parser = starttls())]
    starttls: Option<Starttls>,
    /// Được hỏi thêm bên thứ ba: bản ghi DNS, thu hồi chứng thư / also ask third parties: DNS records, revocation [default: the workspace's settings]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND")]
    lookups: Vec<LookupArg>,
    /// Dò cổng chỉ bằng gói SYN qua card mạng này, cần quyền CAP_NET_RAW / discover ports by SYNs alone over this device; needs CAP_NET_RAW [default: the workspace's settings]
    #[arg(long, value_name = "DEVICE")]
    syn: Option<String>,
    /// Tệp mục tiêu, mỗi dòng một mục tiêu, # là ghi chú / file with a target per line
    #[arg(long, value_name = "FILE")]
    targets: Option<PathBuf>,
    /// Đo từ đâu / from where [default: the workspace's sensor]
    #[arg(long = "at", value_enum, value_name = "VANTAGE")]
    vantage: Option<ZoneArg>,
    /// Mức tác động / how hard
    #[arg(long, value_enum, default_value_t = ProfileArg::Light)]
    profile: ProfileArg,
    /// Mã thoát 1 nếu có kết quả không đạt từ mức này / exit with 1 at faults of this severity
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityArg>,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

/// The names of [`Starttls`]; `submission` is SMTP.
fn starttls() -> impl TypedValueParser<Value = Starttls> {
    let value = |protocol: Starttls| {
        let value = PossibleValue::new(protocol.as_str());
        match protocol {
            Starttls::Smtp => value.alias("submission"),
            _ => value,
        }
    };
    PossibleValuesParser::new(Starttls::ALL.map(value)).try_map(|name| name.parse::<Starttls>())
}

/// A zone on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "each variant is the zone of that name")]
pub(crate) enum ZoneArg {
    Internet,
    Wan,
    Local,
    Unknown,
}

impl From<ZoneArg> for Zone {
    fn from(zone: ZoneArg) -> Self {
        match zone {
            ZoneArg::Internet => Self::Internet,
            ZoneArg::Wan => Self::Wan,
            ZoneArg::Local => Self::Local,
            ZoneArg::Unknown => Self::Unknown,
        }
    }
}

/// A kind of question to third parties on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LookupArg {
    /// Bản ghi DNS, hỏi máy phân giải của ta / DNS records, of our resolvers
    Dns,
    /// Thu hồi chứng thư, hỏi nơi chứng thư chỉ ra / revocation, where certificates say
    Revocation,
}

impl From<LookupArg> for LookupKind {
    fn from(kind: LookupArg) -> Self {
        match kind {
            LookupArg::Dns => Self::Dns,
            LookupArg::Revocation => Self::Revocation,
        }
    }
}

/// The probes of a look outside every workspace. What third parties say is forgotten at its end.
fn outside(lookups: &[LookupKind]) -> Probes {
    let agent = agent(None);
    let wanted = lookups.contains(&LookupKind::Revocation);
    let revoker = wanted.then(|| Arc::new(Revoker::new(&agent, None)));
    Probes::asking(&agent, Vec::new(), revoker)
}

impl Probe {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let asked = self.asked()?;
        block_on(async {
            let inside = if Workspace::is_near(common.dir.as_deref()) {
                Some(self.inside(common, &asked).await?)
            } else {
                None
            };
            let now = Timestamp::now();
            let lookups: Vec<LookupKind> = self.lookups.iter().map(|kind| (*kind).into()).collect();
            // What a province wrote may be wrong, so it is read before the first packet; our own packs
            // and ratings are read beside the look.
            let (written, looks, zone) = match &inside {
                Some(inside) => (
                    Some(policy(&inside.workspace, now)?),
                    probes(&inside.workspace, &lookups)?,
                    inside.workspace.settings.sensor.zone,
                ),
                None => (None, outside(&lookups), Zone::Unknown),
            };
            let rules = tokio::task::spawn_blocking(move || {
                rating::policies();
                written.map_or_else(|| Policy::on(day_of(now), &[]), Ok)
            });
            let rules = async {
                rules.await?.doing(both!(
                    "không đọc được các bộ quy định",
                    "cannot read the policy packs"
                ))
            };
            let syn = inside
                .as_ref()
                .map(|inside| inside.workspace.settings.scan.syn.clone());
            let ask = AdHoc {
                asked,
                authority: self.authority.clone(),
                only: self
                    .only
                    .iter()
                    .map(|probe| FactKind::from(*probe))
                    .collect::<BTreeSet<_>>(),
                ports: self.ports.clone(),
                zone: self.vantage.map_or(zone, Zone::from),
                actor: common.actor(),
                profile: self.profile.into(),
                starttls: self.starttls,
                lookups,
                syn: self.syn.clone().or(syn).unwrap_or_default(),
            };
            let seen = probe(&ask, inside.as_ref(), looks, rules, common.talk()).await?;
            self.print(common, &seen)
        })
    }

    fn asked(&self) -> Result<Vec<Asked>, Failure> {
        if self.authority.trim().is_empty() {
            return Err(
                Failure::new(both!("--authority để trống", "--authority is empty")).hint(both!(
                    "nêu căn cứ quét: số văn bản, hoặc máy của ai",
                    "say on what ground you look: the number of a paper, or whose machine it is"
                )),
            );
        }
        let mut texts = self.target.clone();
        if let Some(file) = &self.targets {
            let lines = fs::read_to_string(file).doing(both!(
                "không đọc được {}",
                "cannot read {}",
                file.display()
            ))?;
            let lines = lines
                .lines()
                .map(|line| line.split('#').next().unwrap_or("").trim());
            texts.extend(lines.filter(|line| !line.is_empty()).map(str::to_owned));
        }
        let asked: Vec<Asked> = texts
            .iter()
            .map(|text| read_target(text, self.name.as_ref()))
            .collect::<Result<_, _>>()?;
        let whole = |asked: &Asked| !matches!(asked, Asked::Host(_, Some(_)));
        if self.starttls.is_some() && asked.iter().any(whole) {
            return Err(Failure::new(both!(
                "--starttls cần mục tiêu có cổng",
                "--starttls needs targets with a port"
            ))
            .hint(both!(
                "ghi host:port, như mail.doiche.test:25",
                "write host:port, like mail.doiche.test:25"
            )));
        }
        if self.syn.is_some() && !asked.iter().any(whole) {
            return Err(Failure::new(both!(
                "--syn chỉ dành cho mục tiêu không ghi cổng",
                "--syn is for targets without a port"
            ))
            .hint(both!(
                "ghi host và --ports, như 192.0.2.1 --ports 1-1024",
                "write the host, and --ports, like 192.0.2.1 --ports 1-1024"
            )));
        }
        Ok(asked)
    }

    /// In a workspace its exclusions, kill switch and papers bind.
    async fn inside(&self, common: &Common, asked: &[Asked]) -> Result<Inside, Failure> {
        let workspace = common.workspace()?;
        refuse_if_stopped(&workspace)?;
        let store = Arc::new(open_store(&workspace).await?);
        let lock = lock(&workspace, "probe")?;
        // Loopback needs no paper, so a workspace without an inventory may still look at it.
        let found = store.inventory(None).await?;
        let inventory = found.map(|(_, inventory)| inventory).unwrap_or_default();
        let now = Timestamp::now();
        let paper = inventory
            .authorisations
            .iter()
            .find(|a| a.number == self.authority);
        for ask in asked.iter().filter(|ask| !is_loopback(ask)) {
            let covered = paper.is_some_and(|paper| {
                paper.revoked.is_none()
                    && (paper.from..=paper.until).contains(&now)
                    && match ask {
                        Asked::Host(Target::Name(name), _) | Asked::Udp(Target::Name(name), _) => {
                            paper.grant.names.iter().any(|p| p.matches(name))
                        }
                        Asked::Host(Target::Address { address, .. }, _)
                        | Asked::Udp(Target::Address { address, .. }, _) => {
                            paper.grant.prefixes.iter().any(|p| p.contains(address))
                        }
                        Asked::Prefix(prefix) => {
                            paper.grant.prefixes.iter().any(|p| p.contains(prefix))
                        }
                    }
            });
            if !covered {
                let shown = match ask {
                    Asked::Host(target, port) => target.label(*port),
                    Asked::Udp(target, port) => target.udp_label(*port),
                    Asked::Prefix(prefix) => prefix.to_string(),
                };
                return Err(Failure::new(both!("{shown} không nằm trong căn cứ đã ghi nhận `{}` đang có hiệu lực", "{shown} is not covered by a recorded authorisation `{}` in force now", plain(&self.authority)))
                    .hint(both!("`luytre authority list` liệt kê căn cứ; trong thư mục làm việc, --authority là số của một căn cứ (trừ loopback)", "`luytre authority list` shows them; in a workspace --authority is the number of one of them (loopback exempt)")));
            }
        }
        Ok(Inside {
            paper: paper.cloned(),
            _lock: lock,
            workspace,
            store,
            exclusions: inventory.exclusions,
        })
    }

    fn print(&self, common: &Common, seen: &Seen) -> Result<Code, Failure> {
        let now = Timestamp::now();
        if let Some(sink) = &self.json {
            let nothing: [(); 0] = [];
            sink.write(&Measured::new(
                &seen.observations,
                &seen.verdicts,
                nothing,
                &seen.coverage,
                now,
            ))?;
        }
        if !self.json.as_ref().is_some_and(JsonSink::is_stdout) {
            print(&readings(common, seen).to_string());
            let rulings = rulings(common, seen);
            if !rulings.is_empty() {
                print(&rulings.to_string());
            }
            let ratings: Vec<_> = ratings(&seen.observations, now).collect();
            if !ratings.is_empty() {
                print(&ratings_table(&ratings, common.talk()).to_string());
            }
        }
        let least = self.fail_on.map(Severity::from);
        let bad = seen.verdicts.iter().any(|v| matches!(v.ruling, Ruling::Fail { severity, .. } if least.is_some_and(|least| severity >= least)));
        Ok(if bad {
            Code::Findings
        } else if seen.stopped || seen.coverage.measured() < seen.coverage.planned() {
            Code::Unmeasured
        } else {
            Code::Done
        })
    }
}

fn is_loopback(asked: &Asked) -> bool {
    match asked {
        Asked::Host(Target::Address { address, .. }, _)
        | Asked::Udp(Target::Address { address, .. }, _) => address.is_loopback(),
        Asked::Host(Target::Name(_), _) | Asked::Udp(Target::Name(_), _) => false,
        Asked::Prefix(prefix) => prefix.network().is_loopback() && prefix.broadcast().is_loopback(),
    }
}

fn readings(common: &Common, seen: &Seen) -> comfy_table::Table {
    let talk = common.talk();
    let mut out = table(&match talk.pick("vi", "en") {
        "vi" => ["Mục tiêu", "Địa chỉ", "Phép đo", "Kết quả"],
        _ => ["Target", "Address", "Probe", "Result"],
    });
    for observation in &seen.observations {
        let result = match &observation.reading {
            Reading::Measured { fact } | Reading::Confirmed { fact, .. } => {
                crate::output::brief(fact)
            }
            Reading::Unmeasured { reason } => {
                format!(
                    "{}: {}",
                    talk.pick("chưa đo được", "not measured"),
                    reason.text().of(common.language())
                )
            }
        };
        out.add_row([
            plain(&observation.endpoint),
            observation
                .address
                .map_or_else(String::new, |a| a.to_string()),
            observation.probe.as_str().to_owned(),
            plain(&result),
        ]);
    }
    out
}

fn rulings(common: &Common, seen: &Seen) -> comfy_table::Table {
    let talk = common.talk();
    let mut out = table(&match talk.pick("vi", "en") {
        "vi" => ["Mức độ", "Ở đâu", "Kết quả đối chiếu"],
        _ => ["Severity", "Where", "Verdict"],
    });
    for verdict in &seen.verdicts {
        if let Ruling::Fail { severity, .. } = verdict.ruling {
            out.add_row([
                severity_mark(severity, common.language()),
                comfy_table::Cell::new(plain(&verdict.target)),
                comfy_table::Cell::new(plain(talk.pick(&verdict.message_vi, &verdict.message_en))),
            ]);
        }
    }
    out
}
