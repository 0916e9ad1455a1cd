//! The way to a connection on which the first hello may be sent.

use luytre_checks::Unmeasured;
use luytre_inventory::ProbeClass;

use crate::{Conn, Line};

/// Opens a connection that is ready for a ClientHello.
pub(crate) async fn open(line: &Line) -> Result<Conn, Unmeasured> {
    line.connect(ProbeClass::Handshake, line.port()).await
}
