//! `luytre demo`: the whole way once, on this machine, for real.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use clap::Args;
use jiff::Timestamp;
use luytre_checks::policy::day_of;
use luytre_inventory::{Code as SystemCode, Inventory, sample};
use luytre_report::{Format, SecrecyMark};
use luytre_scanner::plan::Request;
use luytre_store::{Sqlite, Store};

use super::{
    Common, block_on,
    findings::findings_text,
    report::render,
    scan::summary,
    serve::{BUILD, serve_metrics},
};
use crate::{
    lab::{Comparison, Lab},
    output::{Code, Failure, Hint, Measured, both, print},
    run::{Ended, assess, open_store, scan},
    workspace::{SETTINGS, Workspace, close_to_others, write_file},
};

/// Dựng các máy chủ có lỗi trên địa chỉ loopback của máy này, nạp tỉnh Lam Giang (hư cấu), quét thật,
/// in phát hiện và lập báo cáo. Không gói tin nào rời khỏi máy. Chạy lại sẽ làm mới thư mục.
/// A lab of faulty servers on loopback, a fictional province, a real scan, real documents.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre demo\n  luytre demo --dir /tmp/xem-thu --serve"
)]
pub(crate) struct Demo {
    /// Giữ các máy chủ mẫu và mở /metrics cho đến khi bấm Ctrl-C / keep the lab and /metrics until Ctrl-C
    #[arg(long)]
    serve: bool,
}

/// Where the demo writes without `--dir`.
const FOLDER: &str = "luytre-demo";

/// The first line of a demo's settings, by which a second run knows its own folder.
const MARK: &str = "# luytre demo";

/// The system whose report is made.
const SHOWN: &str = "tttdt-xa-doi-che";

impl Demo {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let folder = common.dir.clone().unwrap_or_else(|| PathBuf::from(FOLDER));
        prepare(&folder)?;
        block_on(async {
            let begun = Instant::now();
            let talk = common.talk();
            let lab = Lab::start().doing(both!(
                "không dựng được các máy chủ mẫu trên địa chỉ loopback của máy này",
                "cannot start the lab on this machine's loopback addresses"
            ))?;
            talk.line(talk.pick(
                &format!("Đã dựng {} máy chủ mẫu trên loopback; nạp tỉnh Lam Giang (hư cấu) và quét…", lab.servers().count()),
                &format!("{} sample servers are up on loopback; loading the fictional province and scanning…", lab.servers().count()),
            ));
            let workspace = settle(&folder, &lab)?;
            let store = Arc::new(open_store(&workspace).await?);
            let now = Timestamp::now();
            let inventory = province(&lab, now);
            store
                .save_inventory(&inventory, now, "luytre demo", "tỉnh Lam Giang (mẫu)")
                .await?;
            let ended = scan(
                &workspace,
                &store,
                &request(&lab, now),
                None,
                "luytre demo",
                talk,
            )
            .await?;
            if ended.stopped {
                return Err(Failure::new(both!(
                    "bản trình diễn bị dừng trước khi quét xong",
                    "the demo was stopped before its scan ended"
                ))
                .hint(both!(
                    "kết quả đã đo được giữ lại; hãy chạy lại",
                    "what was measured is kept; run it again"
                )));
            }
            write(&folder, &workspace, &store, &ended, &inventory).await?;
            print(&findings_text(
                common,
                &inventory,
                &ended.findings,
                Timestamp::now(),
            ));
            summary(common, &ended);
            plants(common, &lab, &ended);
            farewell(common, &folder, begun.elapsed().as_secs_f32());
            if self.serve {
                serve(common, &workspace).await?;
            }
            lab.stop().await;
            Ok(Code::Done)
        })
    }
}

/// A new or empty folder, or that of an earlier demo: nothing of anybody else's is written over.
fn prepare(folder: &Path) -> Result<(), Failure> {
    let settings = folder.join(SETTINGS);
    let ours = fs::read_to_string(&settings).is_ok_and(|text| text.starts_with(MARK));
    let empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => {
            return Err(error).doing(both!(
                "không đọc được thư mục {}",
                "cannot read the folder {}",
                folder.display()
            ));
        }
    };
    if !ours && !empty {
        return Err(Failure::new(both!(
            "{} không trống và không phải thư mục của lần trình diễn trước",
            "{} is not empty and not the folder of an earlier demo",
            folder.display()
        ))
        .hint(both!(
            "chọn thư mục khác bằng --dir",
            "name another folder with --dir"
        )));
    }
    fs::create_dir_all(folder).doing(both!(
        "không tạo được thư mục {}",
        "cannot make the folder {}",
        folder.display()
    ))?;
    close_to_others(folder)?;
    // Every run has other ports: what an earlier demo found cannot be measured again.
    for file in ["luytre.db", "luytre.db-wal", "luytre.db-shm"] {
        let path = folder.join(file);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).doing(both!(
                    "không xóa được {}",
                    "cannot remove {}",
                    path.display()
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The demo's workspace: a real one, so that every other command works in it.
fn settle(folder: &Path, lab: &Lab) -> Result<Workspace, Failure> {
    write_file(&folder.join("lab-ca.pem"), lab.ca_pem().as_bytes())?;
    let text = format!("{MARK}\n{}", include_str!("demo/luytre.toml"));
    write_file(&folder.join(SETTINGS), text.as_bytes())?;
    Workspace::open(Some(folder))
}

/// Everything, and of the ports those of the lab: they are high and change from run to run.
fn request(lab: &Lab, now: Timestamp) -> Request {
    let mut request = Request::new(now, day_of(now));
    request.profile = luytre_inventory::ScanProfile::Standard;
    request.ports = lab.has_own_addresses().then(|| lab.ports());
    request
}

/// The fictional province with the lab's endpoints and papers.
fn province(lab: &Lab, now: Timestamp) -> Inventory {
    let mut inventory = sample();
    for (code, endpoints) in lab.endpoints() {
        if let Some(system) = inventory
            .systems
            .iter_mut()
            .find(|system| system.code == code)
        {
            system.endpoints = endpoints;
        }
    }
    inventory.authorisations = lab.authorisations(now);
    inventory
}

async fn write(
    folder: &Path,
    workspace: &Workspace,
    store: &Arc<Sqlite>,
    ended: &Ended,
    inventory: &Inventory,
) -> Result<(), Failure> {
    let now = Timestamp::now();
    let today = day_of(now);
    let shown: SystemCode = SHOWN.parse()?;
    let assessments = assess(
        workspace,
        store,
        std::slice::from_ref(&shown),
        SecrecyMark::Unmarked,
    )
    .await?;
    for assessment in &assessments {
        write_file(
            &folder.join("report.pdf"),
            &render(assessment, Format::Pdf).await?,
        )?;
        write_file(
            &folder.join("report.docx"),
            &render(assessment, Format::Docx).await?,
        )?;
    }
    write_file(
        &folder.join("inventory.xlsx"),
        &luytre_inventory::to_xlsx(inventory)?,
    )?;
    let owners: Vec<_> = ended
        .findings
        .iter()
        .map(|f| inventory.system(f.system.as_ref()?)?.owner(today).cloned())
        .collect();
    let findings: Vec<_> = ended
        .findings
        .iter()
        .zip(&owners)
        .map(|(finding, owner)| finding.document(owner.as_ref(), now))
        .collect();
    let (seen, judged) = (&ended.observations, &ended.verdicts);
    let document = Measured::new(seen, judged, findings, &ended.coverage, now);
    write_file(
        &folder.join("findings.json"),
        &serde_json::to_vec_pretty(&document)?,
    )?;
    let picture = store.picture().await?;
    let metrics = luytre_server::encode(&picture, BUILD, now, &BTreeMap::new())?;
    write_file(&folder.join("metrics.prom"), metrics.text.as_bytes())
}

/// Whether the demo shows what it promises, in the open.
fn plants(common: &Common, lab: &Lab, ended: &Ended) {
    let compared = Comparison::of(lab, &ended.findings);
    let planted = compared.found + compared.missed.len();
    let (found, extra) = (compared.found, compared.extra.len());
    let (healthy, dead) = (lab.healthy().len(), lab.unmeasured().len());
    let talk = common.talk();
    talk.line(talk.pick(
        &format!("Lỗi cài sẵn: tìm thấy {found}/{planted}; ngoài ra {extra} phát hiện. Có {healthy} điểm kết nối lành và {dead} điểm không trả lời."),
        &format!("Planted faults: {found} of {planted} found; {extra} findings beyond them. {healthy} endpoints are healthy and {dead} do not answer."),
    ));
    if common.verbose > 0 {
        for (server, address) in lab.servers() {
            talk.line(&format!(
                "  {address} {}: {}",
                server.name,
                talk.pick(&server.about.vi, &server.about.en)
            ));
        }
    }
    for missed in &compared.missed {
        talk.line(&format!(
            "? {} {} {}",
            missed.system,
            missed.server.as_deref().unwrap_or("–"),
            missed.check
        ));
    }
}

fn farewell(common: &Common, folder: &Path, seconds: f32) {
    let talk = common.talk();
    let shown = folder.display();
    // As it was called, so that the lines can be typed as they stand.
    let me = std::env::args()
        .next()
        .unwrap_or_else(|| "luytre".to_owned());
    talk.line(talk.pick(
        &format!(
            "\nXong sau {seconds:.1} giây. Trong {shown}/:\n  report.pdf, report.docx   báo cáo đánh giá của xã Đồi Chè: trang đầu nói làm gì, ai, trước ngày nào\n  inventory.xlsx            danh mục, sửa rồi nạp lại được\n  findings.json             kết quả đo, đối chiếu, phát hiện\n  metrics.prom              số liệu cho Prometheus\n\nThử tiếp:\n  {me} --dir {shown} findings list --severity high\n  {me} --dir {shown} findings show MÃ\n  {me} --dir {shown} serve\n  {me} init lam-giang     bắt đầu với tỉnh của mình"
        ),
        &format!(
            "\nDone in {seconds:.1} seconds. In {shown}/:\n  report.pdf, report.docx   the assessment of Đồi Chè commune: page one says what to do, who, by when\n  inventory.xlsx            the inventory, to edit and load again\n  findings.json             observations, verdicts, findings\n  metrics.prom              figures for Prometheus\n\nNext:\n  {me} --dir {shown} --lang en findings list --severity high\n  {me} --dir {shown} --lang en findings show ID\n  {me} --dir {shown} serve\n  {me} init my-province   begin with your own"
        ),
    ));
}

async fn serve(common: &Common, workspace: &Workspace) -> Result<(), Failure> {
    let listen = workspace.settings.serve.listen;
    let listener = match tokio::net::TcpListener::bind(listen).await {
        Ok(listener) => listener,
        // The usual port is taken: any other will do for a demo.
        Err(_) => tokio::net::TcpListener::bind((listen.ip(), 0)).await?,
    };
    let at = listener.local_addr()?;
    let talk = common.talk();
    talk.line(talk.pick(
        &format!("Đang mở http://{at}/metrics và /healthz; Ctrl-C để dừng."),
        &format!("Listening on http://{at}/metrics and /healthz; Ctrl-C stops."),
    ));
    serve_metrics(listener, open_store(workspace).await?).await
}

#[cfg(test)]
mod tests {
    use luytre_checks::{Reading, Ruling, Subject};

    use super::*;
    use crate::output::Talk;

    /// What the standard profile does not ask in full; and revocation and DANE, where third parties would
    /// have to be asked.
    const OPEN: [&str; 4] = [
        "cert.dane_mismatch",
        "cert.revoked",
        "tls.implementation_flaw",
        "tls.weak_signature_scheme",
    ];

    /// Every planted fault is found, nothing else is, and healthy servers have nothing undecided but
    /// what was not asked.
    #[test]
    fn finds_exactly_what_was_planted() {
        let folder = tempfile::tempdir().unwrap();
        block_on(async {
            let lab = Lab::start()?;
            let workspace = settle(folder.path(), &lab)?;
            let store = Arc::new(open_store(&workspace).await?);
            let now = Timestamp::now();
            store
                .save_inventory(&province(&lab, now), now, "test", "test")
                .await?;
            let quiet = Talk {
                language: luytre_inventory::Language::En,
                quiet: true,
            };
            let ended = scan(&workspace, &store, &request(&lab, now), None, "test", quiet).await?;
            let compared = Comparison::of(&lab, &ended.findings);
            assert!(
                compared.missed.is_empty(),
                "not found: {:#?}",
                compared.missed
            );
            assert!(
                compared.extra.is_empty(),
                "nobody planted: {:#?}",
                compared.extra
            );
            let healthy = lab.healthy();
            assert!(healthy.len() >= 4);
            let mut open = std::collections::BTreeSet::new();
            for verdict in &ended.verdicts {
                if let Subject::Endpoint(id) = verdict.subject
                    && healthy.contains(&id)
                {
                    let good = matches!(
                        verdict.ruling,
                        Ruling::Pass | Ruling::NotApplicable { .. } | Ruling::NotInForce
                    );
                    let undecided = matches!(verdict.ruling, Ruling::Inconclusive { .. });
                    assert!(good || undecided, "{verdict:#?}");
                    if undecided {
                        open.insert(&*verdict.check);
                    }
                }
            }
            assert_eq!(open.into_iter().collect::<Vec<_>>(), OPEN);
            for (id, reason) in lab.unmeasured() {
                let looks: Vec<_> = ended
                    .observations
                    .iter()
                    .filter(|o| {
                        o.endpoint_id == Some(id) && o.probe != luytre_checks::FactKind::Ports
                    })
                    .collect();
                assert!(!looks.is_empty());
                assert!(
                    looks
                        .iter()
                        .all(|o| o.reading == Reading::Unmeasured { reason }),
                    "{looks:#?}"
                );
            }
            // The same province again: the same findings, not one more and none closed.
            let again = scan(&workspace, &store, &request(&lab, now), None, "test", quiet).await?;
            let ids = |ended: &Ended| {
                ended
                    .findings
                    .iter()
                    .map(|f| f.id)
                    .collect::<std::collections::BTreeSet<_>>()
            };
            assert_eq!(ids(&ended), ids(&again));
            lab.stop().await;
            Ok(())
        })
        .map_err(|failure: Failure| failure.print(luytre_inventory::Language::En))
        .unwrap();
    }
}
