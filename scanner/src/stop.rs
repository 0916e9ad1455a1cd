//! The kill switch inside this process.

use std::sync::Arc;

use tokio::sync::watch;

/// A switch that ends all traffic. Clones share it; once thrown it stays so.
#[derive(Debug, Clone)]
pub struct Stop {
    sender: Arc<watch::Sender<bool>>,
}

impl Default for Stop {
    fn default() -> Self {
        Self {
            sender: Arc::new(watch::Sender::new(false)),
        }
    }
}

impl Stop {
    /// Throws the switch.
    pub fn throw(&self) {
        self.sender.send_replace(true);
    }

    /// Whether it was thrown.
    pub fn thrown(&self) -> bool {
        *self.sender.borrow()
    }

    /// Waits until it is thrown.
    pub fn wait(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut receiver = self.sender.subscribe();
        let keep = Arc::clone(&self.sender);
        async move {
            // The sender is kept alive here, so this ends only when the switch is thrown.
            let _ = receiver.wait_for(|thrown| *thrown).await;
            drop(keep);
        }
    }
}
