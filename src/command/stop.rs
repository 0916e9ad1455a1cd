//! `luytre stop`: the kill switch.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
};

use clap::Args;
use jiff::Timestamp;
use luytre_inventory::Text;
use luytre_store::{Action, AuditEntry, Store};

use super::{Common, block_on};
use crate::{
    output::{Code, Failure, Hint, both},
    run::open_store,
    workspace::Workspace,
};

/// Dừng mọi gói tin của thư mục làm việc này trong vòng một giây; giữ trạng thái dừng đến khi gỡ.
/// Ends all traffic of this workspace within a second; stays until released.
#[derive(Debug, Args)]
#[command(after_help = "Ví dụ / Examples:\n  luytre stop\n  luytre stop --release")]
pub(crate) struct Stop {
    /// Gỡ lệnh dừng / release the switch
    #[arg(long)]
    release: bool,
}

impl Stop {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        let talk = common.talk();
        let actor = common.actor();
        // The switch first, the log after: nothing may stand between a person and the switch.
        if self.release {
            talk.say(if release(&workspace)? {
                log(&workspace, &actor, Action::Released)?;
                Text::new(
                    "Đã gỡ lệnh dừng; có thể quét lại.",
                    "Released: scans may run again.",
                )
            } else {
                Text::new("Không có lệnh dừng nào đang giữ.", "No stop was in force.")
            });
        } else {
            talk.say(if throw(&workspace, &actor)? {
                log(&workspace, &actor, Action::Stopped)?;
                Text::new(
                    "Đã dừng: mọi lượt quét đang chạy ngừng gửi gói tin trong vòng một giây. Gỡ bằng `luytre stop --release`.",
                    "Stopped: running scans send nothing more within a second. Release with `luytre stop --release`.",
                )
            } else {
                Text::new(
                    "Lệnh dừng đã được giữ từ trước. Gỡ bằng `luytre stop --release`.",
                    "The switch was on already. Release with `luytre stop --release`.",
                )
            });
        }
        Ok(Code::Done)
    }
}

/// Throws the switch; false if it was on already: who threw it first stays written in it.
fn throw(workspace: &Workspace, actor: &str) -> Result<bool, Failure> {
    let path = workspace.stop_file();
    let cannot = || both!("không ghi được {}", "cannot write {}", path.display());
    let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(error).doing(cannot()),
    };
    writeln!(file, "{} {actor}", Timestamp::now()).doing(cannot())?;
    Ok(true)
}

/// Releases the switch; false if it was not on.
fn release(workspace: &Workspace) -> Result<bool, Failure> {
    let path = workspace.stop_file();
    match fs::remove_file(&path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).doing(both!(
            "không xóa được {}",
            "cannot remove {}",
            path.display()
        )),
    }
}

fn log(workspace: &Workspace, actor: &str, action: Action) -> Result<(), Failure> {
    let entry = AuditEntry {
        at: Timestamp::now(),
        actor: actor.to_owned(),
        action,
        target: None,
        address: None,
        ground: None,
        detail: String::new(),
    };
    block_on(async { Ok(open_store(workspace).await?.append_audit(&[entry]).await?) })
}
