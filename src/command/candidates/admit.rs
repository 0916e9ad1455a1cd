//! `luytre candidates admit`: a discovered endpoint becomes a declared one.

use clap::Args;
use jiff::Timestamp;
use luytre_inventory::{CandidateEventKind, Code as AnyCode, Declared};
use luytre_store::{Admission, Sqlite, Store};
use uuid::Uuid;

use super::{each, event, no_system, recorded};
use crate::{
    command::Common,
    output::{Code, Failure, Hint, both},
};

/// Options of `candidates admit`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre candidates admit 3f2a9c10 --system tttdt-xa-doi-che"
)]
pub(crate) struct Admit {
    /// Mã ứng viên, hoặc phần đầu của mã / ids or their beginnings
    #[arg(required = true)]
    ids: Vec<String>,
    /// Hệ thống nhận / the system it belongs to
    #[arg(long, value_name = "CODE")]
    system: AnyCode,
    /// Lý do, văn bản / reason, paper
    #[arg(long)]
    reason: Option<String>,
}

impl Admit {
    pub(super) async fn run(&self, common: &Common, store: &Sqlite) -> Result<Code, Failure> {
        let all = each(store, &self.ids).await?;
        let latest = store.inventory(None).await?;
        let (base, mut inventory) = latest
            .map(|(version, inventory)| (Some(version.number), inventory))
            .unwrap_or_default();
        let declared = Declared::of(&inventory);
        let system = inventory
            .systems
            .iter_mut()
            .find(|system| system.code == self.system)
            .ok_or_else(|| no_system(&self.system))?;
        let (at, mut events) = (Timestamp::now(), Vec::new());
        for candidate in &all {
            let spot = &candidate.spot;
            if declared.knows(spot) {
                return Err(Failure::new(both!(
                    "{spot} đã được khai báo",
                    "{spot} is declared already"
                ))
                .hint(both!(
                    "xem `luytre inventory export --out FILE`",
                    "see `luytre inventory export --out FILE`"
                )));
            }
            let endpoint = spot.endpoint(Uuid::now_v7(), candidate.protocol());
            let kind = CandidateEventKind::Admitted {
                system: self.system.clone(),
                endpoint: endpoint.id,
            };
            events.push(event(candidate, at, common, kind, self.reason.as_deref()));
            system.endpoints.push(endpoint);
        }
        let admission = Admission {
            base,
            inventory,
            events,
        };
        let saved = store.admit_candidates(&admission).await;
        let version = saved.doing(both!(
            "không đưa được vào danh mục",
            "could not be put into the inventory"
        ))?;
        recorded(common, &all);
        let (talk, number) = (common.talk(), version.number);
        talk.line(talk.pick(
            &format!("Danh mục: phiên bản {number}. Lượt quét sau sẽ đo nếu căn cứ bao trùm: `luytre scan --plan`."),
            &format!("Inventory: version {number}. The next scan looks at it if a paper covers it: `luytre scan --plan`."),
        ));
        Ok(Code::Done)
    }
}
