//! What can go wrong.

/// A failure of the server.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The listener failed.
    #[error("cannot serve")]
    Serve(#[source] std::io::Error),
    /// The figures could not be written in the exposition format: a fault of ours.
    #[error("cannot encode the metrics")]
    Encode(#[source] prometheus::Error),
    /// The store could not be read.
    #[error("cannot read the figures")]
    Read(#[source] luytre_store::Error),
}
