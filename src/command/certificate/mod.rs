//! `luytre certificate`: certificates in files.

mod check;
mod file;
mod print;

use clap::Subcommand;

use super::Common;
use crate::output::{Code, Failure};

/// Xem xét chứng thư số trong tệp, không cần mạng / judge certificates in files, offline
#[derive(Debug, Subcommand)]
#[command(
    after_help = "Ví dụ / Examples:\n  luytre certificate check chain.pem --name www.doiche.test"
)]
pub(crate) enum Certificate {
    /// Chuỗi chứng thư trong tệp có được tin cậy không / whether a chain in a file is trusted
    Check(check::Check),
}

impl Certificate {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        match self {
            Self::Check(check) => check.run(common),
        }
    }
}
