//! `luytre policy`: which rules are in force.

use std::path::Path;

use clap::{Args, Subcommand};
use jiff::{Timestamp, civil::Date};
use luytre_checks::{
    Exposure, Grade, Policy as Rules, Severity,
    policy::{Certainty, ServiceKind, Stance, Words, day_of},
    rating, registry,
};
use luytre_inventory::{Language, Level, Zone};
use serde::Serialize;

use super::Common;
use crate::{
    output::{Code, Failure, Hint, JsonSink, Talk, both, print, table},
    workspace::Workspace,
};

/// Bộ quy định đang áp dụng / the policy packs in force
#[derive(Debug, Subcommand)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre policy list --on 2026-07-15\n  luytre policy show --level 3"
)]
pub(crate) enum Policy {
    /// Các bộ quy định, hiệu lực, độ chắc chắn; chuẩn đánh giá TLS / packs, dates, certainty; TLS ratings
    List(List),
    /// Yêu cầu và kiểm tra ở một cấp độ / requirements and checks at a level
    Show(Show),
}

/// Options of `policy list`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre policy list --on 2026-07-15\n  luytre policy list --ratings --json -"
)]
pub(crate) struct List {
    #[command(flatten)]
    asked: Asked,
    /// Chỉ các chuẩn đánh giá TLS (Mozilla, NCSC-NL, SSL Labs) và nguồn / only the TLS ratings and their sources
    #[arg(long, conflicts_with = "on")]
    ratings: bool,
}

/// Options of `policy show`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre policy show --level 3\n  luytre policy show --level 3 --exposure"
)]
pub(crate) struct Show {
    #[command(flatten)]
    asked: Asked,
    /// Cấp độ / level 1-5
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=5))]
    level: u8,
    /// Chỉ bảng dịch vụ không nên mở ra mạng / only the table of services that should not be exposed
    #[arg(long)]
    exposure: bool,
}

#[derive(Debug, Args)]
struct Asked {
    /// Ngày / date [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

impl Asked {
    fn rules(&self, common: &Common) -> Result<Rules, Failure> {
        let overlays = if Workspace::is_near(common.dir.as_deref().map(Path::new)) {
            common.workspace()?.overlays()?
        } else {
            Vec::new()
        };
        let overlays: Vec<&str> = overlays.iter().map(String::as_str).collect();
        let day = self.on.unwrap_or_else(|| day_of(Timestamp::now()));
        Rules::on(day, &overlays).doing(both!(
            "không đọc được các bộ quy định",
            "cannot read the policy packs"
        ))
    }
}

impl Policy {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        match self {
            Self::List(list) => list.run(common),
            Self::Show(show) => show.run(common),
        }
    }
}

impl List {
    fn run(&self, common: &Common) -> Result<Code, Failure> {
        if self.ratings {
            return self.ratings(common);
        }
        let rules = self.asked.rules(common)?;
        let packs = rules.packs();
        if let Some(sink) = &self.asked.json {
            sink.write(&packs)?;
            return Ok(Code::Done);
        }
        let talk = common.talk();
        let mut out = table(&match talk.pick("vi", "en") {
            "vi" => [
                "Bộ quy định",
                "Phiên bản",
                "Tên",
                "Hiệu lực",
                "Áp dụng",
                "Độ chắc chắn",
            ],
            _ => [
                "Pack",
                "Version",
                "Title",
                "In force",
                "Applies",
                "Certainty",
            ],
        });
        for pack in packs {
            let to = pack
                .effective_to
                .map_or_else(String::new, |to| to.to_string());
            out.add_row([
                pack.id,
                pack.version,
                pack.title.of(common.language()).to_owned(),
                format!("{} – {to}", pack.effective_from),
                talk.pick(
                    if pack.in_force { "có" } else { "không" },
                    if pack.in_force { "yes" } else { "no" },
                )
                .to_owned(),
                sure(pack.certainty, talk).to_owned(),
            ]);
        }
        print(&out.to_string());
        print(&ratings(talk).to_string());
        if rules.needs_human() {
            talk.line(talk.pick(
                "Lưu ý: ngày này không chắc nghị định nào về cấp độ có hiệu lực; cần người có thẩm quyền xem xét.",
                "Note: on this date it is not certain which decree on levels is in force; a person must decide.",
            ));
        }
        Ok(Code::Done)
    }

    fn ratings(&self, common: &Common) -> Result<Code, Failure> {
        let Some(sink) = &self.asked.json else {
            print(&ratings(common.talk()).to_string());
            return Ok(Code::Done);
        };
        sink.write(&rating::policies())?;
        Ok(Code::Done)
    }
}

const fn sure(certainty: Certainty, talk: Talk) -> &'static str {
    match (certainty, talk.language) {
        (Certainty::Confirmed, Language::Vi) => "đã xác nhận",
        (Certainty::Confirmed, Language::En) => "confirmed",
        (Certainty::Unconfirmed, Language::Vi) => "chưa xác nhận",
        (Certainty::Unconfirmed, Language::En) => "unconfirmed",
        (Certainty::Memory, Language::Vi) => "theo trí nhớ, chưa xác nhận",
        (Certainty::Memory, Language::En) => "from memory",
    }
}

/// The policies by which TLS servers are rated.
fn ratings(talk: Talk) -> comfy_table::Table {
    let mut out = table(&match talk.language {
        Language::Vi => [
            "Chuẩn đánh giá",
            "Phiên bản",
            "Ngày",
            "Độ chắc chắn",
            "Nguồn",
        ],
        Language::En => ["Rating", "Version", "Date", "Certainty", "Source"],
    });
    for policy in rating::policies() {
        out.add_row([
            policy.title.of(talk.language).to_owned(),
            policy.version.to_owned(),
            policy.date.to_string(),
            sure(policy.certainty, talk).to_owned(),
            policy
                .sources
                .first()
                .map_or("", |source| &source.url)
                .to_owned(),
        ]);
    }
    out
}

impl Show {
    fn run(&self, common: &Common) -> Result<Code, Failure> {
        let rules = self.asked.rules(common)?;
        let level = Level::try_from(self.level)?;
        if self.exposure {
            return self.exposure(common, &rules, level);
        }
        let requirements = rules.requirements(level);
        if let Some(sink) = &self.asked.json {
            sink.write(&requirements)?;
            return Ok(Code::Done);
        }
        let (talk, language) = (common.talk(), common.language());
        let mut out = table(&match talk.pick("vi", "en") {
            "vi" => [
                "Bộ quy định",
                "Điều khoản",
                "Nội dung",
                "Kết quả quét",
                "Kiểm tra",
            ],
            _ => ["Pack", "Clause", "Title", "What a scan can say", "Checks"],
        });
        for requirement in requirements {
            out.add_row([
                requirement.clause.pack.clone(),
                requirement.clause.clause.clone(),
                requirement.clause.title.of(language).to_owned(),
                match requirement.clause.stance {
                    Stance::SupportAndContradict => talk.pick("thuận và nghịch", "for and against"),
                    Stance::ContradictOnly => talk.pick("chỉ nghịch", "only against"),
                    Stance::None => talk.pick("không (cần hồ sơ)", "nothing (papers needed)"),
                }
                .to_owned(),
                requirement.checks.join(", "),
            ]);
        }
        print(&out.to_string());
        let mut checks = table(&match talk.pick("vi", "en") {
            "vi" => [
                "Kiểm tra",
                "Nội dung",
                "Mức độ khi lộ ra Internet",
                "Mức độ trong mạng nội bộ",
            ],
            _ => [
                "Check",
                "Title",
                "Severity from the Internet",
                "Severity inside",
            ],
        });
        for about in registry::abouts().filter(|about| rules.in_force(about.id, Some(level))) {
            let span = |exposure| {
                let at = |grade| rules.severity(about.id, grade, Some(level), exposure);
                let (low, high) = (at(Grade::Slight), at(Grade::Grave));
                if low == high {
                    low.text().of(language).to_owned()
                } else {
                    format!("{} – {}", low.text().of(language), high.text().of(language))
                }
            };
            checks.add_row([
                about.id.to_owned(),
                about.title.of(language).to_owned(),
                span(Exposure::Internet),
                span(Exposure::Internal),
            ]);
        }
        print(&checks.to_string());
        Ok(Code::Done)
    }

    /// Which services should not answer from where.
    fn exposure(&self, common: &Common, rules: &Rules, level: Level) -> Result<Code, Failure> {
        let rows = &rules.parameters().exposure;
        if let Some(sink) = &self.asked.json {
            let rows: Vec<_> = rows.iter().map(|row| Row::of(row, rules, level)).collect();
            sink.write(&rows)?;
            return Ok(Code::Done);
        }
        let (talk, language) = (common.talk(), common.language());
        let mut out = table(&match talk.pick("vi", "en") {
            "vi" => [
                "Dịch vụ",
                "Thấy từ Internet",
                "Thấy từ mạng tỉnh",
                "Thấy từ mạng nội bộ",
                "Kiểm tra",
                "Cổng thường dùng",
                "Nguồn",
            ],
            _ => [
                "Service",
                "Seen from the Internet",
                "Seen from the WAN",
                "Seen from the LAN",
                "Check",
                "Usual ports",
                "Source",
            ],
        });
        for row in rows {
            let at = |zone| {
                let severity = rules.exposed(row, zone, Some(level));
                severity.map_or("–", |severity| severity.text().of(language))
            };
            out.add_row([
                row.title.of(language).to_owned(),
                at(Zone::Internet).to_owned(),
                at(Zone::Wan).to_owned(),
                at(Zone::Local).to_owned(),
                row.check.clone(),
                row.ports.to_string(),
                row.source.clone(),
            ]);
        }
        print(&out.to_string());
        Ok(Code::Done)
    }
}

/// A row of the exposure table at one level.
#[derive(Debug, Serialize)]
struct Row<'a> {
    kind: &'a str,
    title: &'a Words,
    check: &'a str,
    protocols: &'a [String],
    products: &'a [String],
    ports: String,
    never_asked: bool,
    severity: ByZone,
    source: &'a str,
}

/// Severity by where the service is seen from; none where that is fine.
#[derive(Debug, Serialize)]
struct ByZone {
    internet: Option<Severity>,
    wan: Option<Severity>,
    local: Option<Severity>,
}

impl<'a> Row<'a> {
    fn of(row: &'a ServiceKind, rules: &Rules, level: Level) -> Self {
        let at = |zone| rules.exposed(row, zone, Some(level));
        Self {
            kind: &row.kind,
            title: &row.title,
            check: &row.check,
            protocols: &row.protocols,
            products: &row.products,
            ports: row.ports.to_string(),
            never_asked: row.never_asked,
            severity: ByZone {
                internet: at(Zone::Internet),
                wan: at(Zone::Wan),
                local: at(Zone::Local),
            },
            source: &row.source,
        }
    }
}
