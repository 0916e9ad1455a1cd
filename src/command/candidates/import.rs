//! `luytre candidates import`: endpoints from files, without a packet.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use luytre_inventory::{Border, Discovered, DiscoveryError, HostName, SourceKind, Words, discover};
use luytre_store::{Heard, Sightings, Sqlite, Store};
use serde_json::{Value, json};

use crate::{
    command::Common,
    output::{Code, Failure, Hint, JsonSink, both, plain},
    run::{declared, inventory_of, scope_of},
};

/// Messages shown to a person; programs read all of them as JSON.
const SHOWN: usize = 20;

/// Options of `candidates import`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre candidates import db.doiche.test\n  luytre candidates import dhcpd.leases kea-leases4.csv\n  luytre candidates import luong.csv --kind netflow --json -\n\nChỉ giữ những gì nằm trong tên miền và dải mạng của căn cứ đang hiệu lực; phần còn lại chỉ được đếm.\nOnly what the authorisations in force write is kept; the rest is counted."
)]
pub(crate) struct Import {
    /// Tệp / files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Loại tệp / what the files are [default: told by their content]
    #[arg(long, value_enum)]
    kind: Option<FileArg>,
    /// Tên miền của tệp vùng không có $ORIGIN / the domain of a zone file without $ORIGIN
    #[arg(long, value_name = "NAME")]
    origin: Option<HostName>,
    /// JSON ra tệp hoặc - / JSON to a file or -
    #[arg(long, value_name = "FILE|-")]
    json: Option<JsonSink>,
}

/// A kind of file on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileArg {
    /// Tệp vùng DNS / zone file
    Zone,
    /// dhcpd.leases, Kea CSV
    Dhcp,
    /// Nhật ký tường lửa dạng bảng / firewall log as a table
    Firewall,
    /// `nfdump -o csv`, proto,dst,dport
    Netflow,
    /// crt.sh JSON
    Ct,
}

impl From<FileArg> for SourceKind {
    fn from(kind: FileArg) -> Self {
        match kind {
            FileArg::Zone => Self::Zone,
            FileArg::Dhcp => Self::Dhcp,
            FileArg::Firewall => Self::Firewall,
            FileArg::Netflow => Self::Netflow,
            FileArg::Ct => Self::Ct,
        }
    }
}

impl Import {
    pub(super) async fn run(&self, common: &Common, store: &Sqlite) -> Result<Code, Failure> {
        let inventory = inventory_of(store).await?;
        let (scope, declared) = (scope_of(&inventory), declared(store, &inventory).await?);
        let now = Timestamp::now();
        let border = Border {
            scope: &scope,
            declared: &declared,
            now,
        };
        // All files are read before the first is written down.
        let mut read = Vec::new();
        for file in &self.files {
            read.push((name_of(file), self.read(file, &border)?));
        }
        let mut documents = Vec::new();
        for (file, said) in read {
            let sightings = Sightings {
                at: now,
                actor: common.actor(),
                source: format!("{} {file} {}", said.kind.as_str(), said.sha256),
                spots: said.found.spots.clone().into_iter().collect(),
            };
            let heard = store.hear_source(&sightings).await?;
            if self.json.is_some() {
                documents.push(document(&file, &said, heard));
            }
            tell(common, &file, &said, heard);
        }
        let in_force = inventory
            .authorisations
            .iter()
            .any(|paper| paper.revoked.is_none() && paper.from <= now && now <= paper.until);
        if !in_force {
            let talk = common.talk();
            talk.line(talk.pick(
                "Chưa có căn cứ nào đang hiệu lực nên không giữ gì: `luytre authority draft` rồi `luytre authority record`, sau đó nhập lại.",
                "No authorisation is in force, so nothing is kept: `luytre authority draft`, `luytre authority record`, then import again.",
            ));
        }
        if let Some(sink) = &self.json {
            sink.write(&documents)?;
        }
        Ok(Code::Done)
    }

    fn read(&self, file: &Path, border: &Border<'_>) -> Result<Discovered, Failure> {
        let shown = plain(&file.display().to_string());
        let opened = File::open(file)
            .doing(both!("không đọc được {shown}", "cannot read {shown}"))
            .map_err(|failure| {
                failure.hint(both!(
                    "kiểm tra đường dẫn và quyền đọc",
                    "check the path and the right to read it"
                ))
            })?;
        let kind = self.kind.map(SourceKind::from);
        let said = discover(&name_of(file), kind, self.origin.as_ref(), opened, border);
        said.map_err(|error| refused(&shown, &error))
    }
}

fn refused(file: &str, error: &DiscoveryError) -> Failure {
    let (problem, fix) = error.words();
    Failure::new(Words::new(
        format!("không nhận {file}: {}", problem.vi),
        format!("{file} is refused: {}", problem.en),
    ))
    .hint(fix)
}

fn name_of(file: &Path) -> String {
    file.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn document(file: &str, said: &Discovered, heard: Heard) -> Value {
    json!({
        "file": file,
        "kind": said.kind,
        "sha256": said.sha256,
        "rows": said.rows,
        "silent": said.silent,
        "new": heard.new,
        "again": heard.again,
        "repeated": heard.repeated,
        "declared": said.found.left.declared,
        "outside": said.found.left.outside,
        "excluded": said.found.left.excluded,
        "too_many": said.found.left.too_many,
        "messages": said.messages,
        "more_messages": said.more_messages,
    })
}

/// What a file said and what became of it, for people.
fn tell(common: &Common, file: &str, said: &Discovered, heard: Heard) {
    let (talk, language) = (common.talk(), common.language());
    let kind = said.kind.text().of(language);
    let (rows, silent, left) = (said.rows, said.silent, said.found.left);
    let Heard {
        new,
        again,
        repeated,
    } = heard;
    talk.line(talk.pick(
        &format!("{file}: {kind}, {rows} dòng. Ứng viên: {new} mới, {again} thấy lại, {repeated} đã ghi từ chính tệp này."),
        &format!("{file}: {kind}, {rows} rows. Candidates: {new} new, {again} seen again, {repeated} known from this very file."),
    ));
    talk.line(talk.pick(
        &format!("  Số lần thấy không giữ: {} đã khai báo; {} ngoài tên miền và dải mạng có căn cứ; {} bị loại trừ; {silent} dòng không nói lên dịch vụ nào.", left.declared, left.outside, left.excluded),
        &format!("  Sightings not kept: {} declared; {} outside the authorised names and prefixes; {} excluded; {silent} rows that show no service.", left.declared, left.outside, left.excluded),
    ));
    if left.too_many > 0 {
        let n = left.too_many;
        talk.line(talk.pick(
            &format!(
                "  {n} lần thấy vượt quá số ứng viên nhận từ một tệp: chia tệp rồi nhập từng phần."
            ),
            &format!(
                "  {n} sightings beyond what one file may bring: split it and import the parts."
            ),
        ));
    }
    for message in said.messages.iter().take(SHOWN) {
        talk.line(&format!("  ! {}", message.line(language)));
    }
    let shown = said.messages.len().min(SHOWN) as u64;
    let more = said.messages.len() as u64 + said.more_messages - shown;
    if more > 0 {
        talk.line(talk.pick(
            &format!("  ! … còn {more} dòng khác không đọc được; --json ghi tối đa 1.000."),
            &format!("  ! … {more} more; --json writes up to 1,000."),
        ));
    }
}
