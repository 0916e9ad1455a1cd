//! Certificates of a server that speaks TLS 1.3 alone: one completed handshake that validates nothing.

use std::{io, sync::Arc};

use luytre_checks::Unmeasured;
use rustls::{Error, InvalidMessage, client::Resumption};
use tokio_rustls::TlsConnector;

use crate::{
    Line,
    failure::reason_of,
    probe::tls::{Ders, SCHEMES, Witness, open, server_name},
};

/// The certificates of one TLS 1.3 handshake.
pub(super) async fn certificates(line: &Line) -> Result<Ders, Unmeasured> {
    let witness = Witness::new(&SCHEMES);
    let mut config = witness.client()?;
    config.resumption = Resumption::disabled();
    let name = server_name(line)?;
    let conn = open(line).await?;
    let connector = TlsConnector::from(Arc::new(config));
    let shaken = line
        .within(async { connector.connect(name, conn).await.map_err(|e| reason(&e)) })
        .await;
    let kept = witness.certificates();
    match shaken {
        // What was shown stands, however the handshake ended after it.
        _ if !kept.is_empty() => Ok(kept),
        Ok(_) => Err(Unmeasured::Handshake),
        Err(reason) => Err(reason),
    }
}

fn reason(error: &io::Error) -> Unmeasured {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    match inner {
        Some(Error::InvalidMessage(
            InvalidMessage::CertificatePayloadTooLarge
            | InvalidMessage::HandshakePayloadTooLarge
            | InvalidMessage::MessageTooLarge,
        )) => Unmeasured::TooLarge,
        Some(Error::InvalidMessage(_)) => Unmeasured::Protocol,
        Some(_) => Unmeasured::Handshake,
        None => reason_of(error),
    }
}
