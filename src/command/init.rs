//! `luytre init`: a new workspace.

use std::{fs, path::PathBuf};

use clap::Args;

use super::Common;
use crate::{
    output::{Code, Failure, Hint, both},
    workspace::{SETTINGS, close_to_others, write_file},
};

/// Tạo thư mục làm việc: luytre.toml và mẫu danh mục. Thư mục có sẵn phải chưa là thư mục làm việc.
/// Makes a workspace: luytre.toml and an inventory template.
#[derive(Debug, Args)]
#[command(
    after_help = "Ví dụ / Example:\n  luytre init lam-giang && cd lam-giang && luytre inventory import danh-muc.xlsx"
)]
pub(crate) struct Init {
    /// Thư mục / folder
    dir: PathBuf,
}

/// The settings file of a new workspace, every setting named and explained.
const SETTINGS_TEXT: &str = include_str!("init/luytre.toml");

impl Init {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let dir = &self.dir;
        let settings = dir.join(SETTINGS);
        if settings.exists() {
            return Err(Failure::new(both!(
                "{} đã là thư mục làm việc",
                "{} is a workspace already",
                dir.display()
            ))
            .hint(both!(
                "chưa thay đổi gì; hãy chọn thư mục khác",
                "nothing was changed; name another folder"
            )));
        }
        fs::create_dir_all(dir).doing(both!(
            "không tạo được thư mục {}",
            "cannot make the folder {}",
            dir.display()
        ))?;
        close_to_others(dir)?;
        write_file(&settings, SETTINGS_TEXT.as_bytes())?;
        let template = dir.join("mau-danh-muc.xlsx");
        write_file(&template, &luytre_inventory::template()?)?;
        let talk = common.talk();
        let shown = dir.display();
        talk.line(talk.pick(
            &format!(
                "Đã tạo {shown}.\n  1. Sửa {SETTINGS}: đơn vị ban hành, vị trí máy quét.\n  2. Điền mau-danh-muc.xlsx (chỉ cần tên và đơn vị), rồi: luytre --dir {shown} inventory import {shown}/mau-danh-muc.xlsx\n  3. Ghi nhận căn cứ quét: luytre --dir {shown} authority draft --help"
            ),
            &format!(
                "Made {shown}.\n  1. Edit {SETTINGS}: issuing body, where this machine looks from.\n  2. Fill in mau-danh-muc.xlsx (name and unit suffice), then: luytre --dir {shown} inventory import {shown}/mau-danh-muc.xlsx\n  3. Record an authorisation: luytre --dir {shown} authority draft --help"
            ),
        ));
        Ok(Code::Done)
    }
}
