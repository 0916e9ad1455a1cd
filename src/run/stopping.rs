//! What ends a run from outside: Ctrl-C, termination, the kill switch file.

use std::{path::PathBuf, time::Duration};

use luytre_scanner::Stop;

/// How often the kill switch file is looked for; well under the promised second.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Resolves at the first Ctrl-C or termination signal.
pub(crate) async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            let _ = tokio::signal::ctrl_c().await;
            return;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// Throws `stop` when the user interrupts or the kill switch file appears. Ends when dropped.
pub(super) fn watch(stop: Stop, file: Option<PathBuf>) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let switch = async {
            let Some(file) = file else {
                return std::future::pending().await;
            };
            while !file.exists() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::select! {
            () = interrupted() => {}
            () = switch => {}
        }
        stop.throw();
    })
}
