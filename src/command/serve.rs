//! `luytre serve`: what Prometheus scrapes.

use std::net::SocketAddr;

use clap::Args;
use jiff::Timestamp;
use luytre_server::Build;
use luytre_store::Sqlite;
use tokio::net::TcpListener;

use super::{Common, block_on};
use crate::{
    output::{Code, Failure, Hint, both},
    run::{interrupted, open_store},
};

/// Mở /metrics và /healthz cho Prometheus. Không gửi gói tin nào tới mục tiêu.
/// Opens /metrics and /healthz for Prometheus. Sends nothing to targets.
#[derive(Debug, Args)]
#[command(after_help = "Ví dụ / Example:\n  luytre serve --listen 127.0.0.1:9620")]
pub(crate) struct Serve {
    /// Địa chỉ và cổng / address and port [default: [serve] listen in luytre.toml]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Cho phép mở ngoài loopback: không có đăng nhập / allow a listener outside loopback: there is no login
    #[arg(long)]
    unprotected: bool,
}

impl Serve {
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let workspace = common.workspace()?;
        let listen = self.listen.unwrap_or(workspace.settings.serve.listen);
        if !listen.ip().is_loopback() && !self.unprotected {
            return Err(Failure::new(both!(
                "{listen} không phải địa chỉ loopback, mà cổng này không có đăng nhập",
                "{listen} is not a loopback address, and the listener has no login"
            ))
            .hint(both!(
                "đặt sau proxy có xác thực, hoặc ghi rõ --unprotected",
                "put a proxy with authentication in front, or say --unprotected"
            )));
        }
        block_on(async {
            let store = open_store(&workspace).await?;
            let listener = TcpListener::bind(listen).await.doing(both!(
                "không mở được cổng {listen}",
                "cannot listen on {listen}"
            ))?;
            let at = listener.local_addr()?;
            let talk = common.talk();
            talk.line(talk.pick(
                &format!("Đang mở http://{at}/metrics và /healthz; Ctrl-C để dừng."),
                &format!("Listening on http://{at}/metrics and /healthz; Ctrl-C stops."),
            ));
            serve_metrics(listener, store).await?;
            Ok(Code::Done)
        })
    }
}

/// Answers scrapes until the user interrupts.
pub(crate) async fn serve_metrics(listener: TcpListener, store: Sqlite) -> Result<(), Failure> {
    luytre_server::serve(listener, store, BUILD, Timestamp::now, interrupted()).await?;
    Ok(())
}

/// Which program this is, as its metrics say.
pub(crate) const BUILD: Build = Build {
    version: env!("CARGO_PKG_VERSION"),
    revision: "",
};
