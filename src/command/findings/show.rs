//! `luytre findings show`.

use clap::Args;
use jiff::Timestamp;
use luytre_checks::{policy::day_of, registry};
use luytre_store::{Sqlite, Store};

use super::{one, owner};
use crate::{
    command::Common,
    output::{Code, Failure, JsonSink, plain, print},
};

/// Options of `findings show`.
#[derive(Debug, Args)]
#[command(after_help = "Ví dụ / Examples:\n  luytre findings show 3f2a9c10")]
pub(crate) struct Show {
    /// Mã phát hiện, hoặc phần đầu của mã / id or its beginning
    id: String,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

impl Show {
    pub(super) async fn run(&self, common: &Common, store: &Sqlite) -> Result<Code, Failure> {
        let now = Timestamp::now();
        let (finding, events) = one(store, &self.id).await?;
        let inventory = store
            .inventory(None)
            .await?
            .map(|(_, inventory)| inventory)
            .unwrap_or_default();
        if let Some(sink) = &self.json {
            let owner = owner(&inventory, &finding, day_of(now));
            let mut document = serde_json::to_value(finding.document(owner.as_ref(), now))?;
            document["events"] = serde_json::to_value(&events)?;
            sink.write(&document)?;
            return Ok(Code::Done);
        }
        let (talk, language) = (common.talk(), common.language());
        let mut lines = vec![format!(
            "{}  {}  {}",
            finding.id.short(),
            finding.severity.text().of(language),
            finding.state(now).text().of(language)
        )];
        lines.push(format!(
            "{}: {}",
            finding.target,
            talk.pick(&finding.message_vi, &finding.message_en)
        ));
        if let Some(about) = registry::about(&finding.key.check) {
            lines.push(format!(
                "\n{}\n  {}",
                talk.pick("Vì sao", "Why"),
                about.why.of(language)
            ));
            lines.push(format!(
                "{}\n  {}",
                talk.pick("Cách khắc phục", "How to mend it"),
                about.fix.of(language)
            ));
        }
        if !finding.clauses.is_empty() {
            lines.push(format!(
                "{}\n  {}",
                talk.pick("Căn cứ", "Clauses"),
                finding.clauses.join(", ")
            ));
        }
        if let Some(deadline) = &finding.deadline {
            let other = format!("{}, not a term of law", deadline.pack);
            let basis = if deadline.statutory {
                &*deadline.basis
            } else {
                talk.pick(&deadline.basis, &other)
            };
            lines.push(format!(
                "{}\n  {} ({})",
                talk.pick("Hạn", "Due"),
                talk.day(deadline.date),
                basis
            ));
        }
        lines.push(talk.pick("Bằng chứng", "Evidence").to_owned());
        for id in &finding.evidence {
            if let Some(observation) = store.observation(*id).await? {
                lines.push(format!(
                    "  {} {} {}",
                    talk.moment(observation.ended),
                    observation.endpoint,
                    observation.probe.as_str()
                ));
                for note in &observation.evidence {
                    lines.push(format!("    {}: {}", note.what, note.excerpt.as_str()));
                    lines.extend(
                        note.command
                            .as_ref()
                            .map(|command| format!("    $ {command}")),
                    );
                }
            }
        }
        lines.push(talk.pick("Nhật ký", "Events").to_owned());
        for event in &events {
            let reason = event.reason.as_deref().unwrap_or("");
            lines.push(format!(
                "  {} {} {} {reason}",
                talk.moment(event.at),
                event.kind.as_str(),
                event.actor
            ));
        }
        print(&plain(&lines.join("\n")));
        Ok(Code::Done)
    }
}
