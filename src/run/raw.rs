//! The right to SYN discovery: asked for before the first packet, and never given up in silence.

use std::io;

use luytre_scanner::Syn;

use crate::output::{Failure, Hint, both, plain};

/// Discovery by SYNs over `device`; none if it is empty. Where it cannot be had, that is an error and
/// not a reason to go on with connections: who asked for it meant it.
pub(crate) fn syn_over(device: &str) -> Result<Option<Syn>, Failure> {
    if device.is_empty() {
        return Ok(None);
    }
    let opened = Syn::open(device);
    let kind = opened.as_ref().err().map(io::Error::kind);
    let opened = opened.doing(both!(
        "không dò cổng bằng gói SYN qua card mạng {} được",
        "cannot discover ports by SYNs over the device {}",
        plain(device)
    ));
    let hint = match kind {
        Some(io::ErrorKind::PermissionDenied) => both!(
            "cần quyền gửi gói tin thô: `sudo setcap cap_net_raw+ep \"$(command -v luytre)\"`; hoặc dò cổng bằng kết nối thường",
            "it needs the right to raw packets: `sudo setcap cap_net_raw+ep \"$(command -v luytre)\"`; or discover ports by connections"
        ),
        Some(io::ErrorKind::NotFound) => both!(
            "`ip -brief link` liệt kê các card mạng",
            "`ip -brief link` lists the devices"
        ),
        _ => both!(
            "dò cổng bằng kết nối thường thì không cần quyền này",
            "discovery by connections needs no such right"
        ),
    };
    opened.map(Some).map_err(|failure| failure.hint(hint))
}
