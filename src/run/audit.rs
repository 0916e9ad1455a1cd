//! Every contact is written down before the first packet.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use luytre_scanner::{Audit, Contact};
use luytre_store::{Action, AuditEntry, Sqlite, Store};
use serde_json::json;

use crate::output::{Failure, Hint, both};

/// Writes contacts to the audit log of a workspace.
#[derive(Debug)]
pub(super) struct StoreAudit {
    pub(super) store: Arc<Sqlite>,
    pub(super) actor: String,
}

impl Audit for StoreAudit {
    fn record(&self, contact: &Contact) -> io::Result<()> {
        let entry = AuditEntry {
            at: contact.at,
            actor: self.actor.clone(),
            action: contact.denied.map_or(Action::Contact, Action::Denied),
            target: Some(contact.target.clone()),
            address: contact.address,
            ground: Some(contact.authorisation.clone()),
            detail: detail(contact),
        };
        // The scanner waits for the line to be written: that is the point.
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(self.store.append_audit(&[entry]))
        })
        .map_err(io::Error::other)
    }
}

/// What was, or would have been, asked there.
fn detail(contact: &Contact) -> String {
    let ports = format!("ports {}", contact.ports);
    match &contact.asked {
        Some(asked) => format!(
            "lookup {} about {}, {ports}",
            asked.kind.as_str(),
            asked.about
        ),
        None => ports,
    }
}

/// Writes contacts of ad hoc probes outside a workspace, a JSON line each.
#[derive(Debug)]
pub(super) struct FileAudit {
    file: Mutex<File>,
    actor: String,
}

impl FileAudit {
    /// Opens `$XDG_STATE_HOME/luytre/audit.jsonl`, or refuses: what cannot be written down is not
    /// done.
    pub(super) fn open(actor: String) -> Result<Self, Failure> {
        let base = std::env::var_os("XDG_STATE_HOME")
            .map(PathBuf::from)
            .or_else(|| {
                std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"))
            });
        let folder = base
            .ok_or_else(|| {
                Failure::new(both!(
                    "không có chỗ ghi nhật ký",
                    "no place for the audit log"
                ))
                .hint(both!(
                    "đặt XDG_STATE_HOME hoặc HOME",
                    "set XDG_STATE_HOME or HOME"
                ))
            })?
            .join("luytre");
        let path = folder.join("audit.jsonl");
        let doing = both!(
            "không ghi được nhật ký {}, nên không đo gì",
            "cannot write the audit log {}, so nothing is probed",
            path.display()
        );
        std::fs::create_dir_all(&folder).doing(doing.clone())?;
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(&path).doing(doing)?;
        Ok(Self {
            file: Mutex::new(file),
            actor,
        })
    }
}

impl Audit for FileAudit {
    fn record(&self, contact: &Contact) -> io::Result<()> {
        let mut line = json!({
            "at": contact.at,
            "actor": self.actor,
            "authority": contact.authorisation,
            "target": contact.target,
            "address": contact.address,
            "ports": contact.ports,
            "denied": contact.denied,
        });
        if let Some(asked) = &contact.asked {
            line["lookup"] = json!(asked.kind);
            line["about"] = json!(asked.about);
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(format!("{line}\n").as_bytes())?;
        file.flush()
    }
}
