//! XMPP, streams of clients and of servers.

use luytre_checks::Unmeasured::Throttled;

use super::{BROKEN_OFF, FOREIGN, Hitch, Stream, Talk};

const TLS: &str = "urn:ietf:params:xml:ns:xmpp-tls";

/// Opens a stream to the domain `name`, which may be left out though most servers want it (RFC 6120
/// section 4.7.2), and reads its features.
pub(super) async fn begin<S: Stream>(
    talk: &mut Talk<'_, S>,
    namespace: &str,
    name: Option<&str>,
) -> Result<(), Hitch> {
    let to = name.map(|name| format!(" to='{name}'")).unwrap_or_default();
    talk.say(&format!(
        "<?xml version='1.0'?><stream:stream{to} xmlns='{namespace}' \
         xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
    ))
    .await?;
    let ends = [
        "</stream:features>",
        "<stream:features/>",
        "</stream:error>",
        "</stream:stream>",
    ];
    let said = talk.until(&ends).await?;
    if !said.contains("http://etherx.jabber.org/streams") {
        return Err(FOREIGN);
    }
    if !said.contains("<stream:features") {
        // RFC 6120 section 4.9.3.
        let crowded = ["<resource-constraint", "<policy-violation", "<reset"];
        return Err(if crowded.iter().any(|sign| said.contains(sign)) {
            Throttled.into()
        } else {
            FOREIGN
        });
    }
    if !said.contains(TLS) {
        return Err(Hitch::Declined);
    }
    talk.ask_tls(&format!("<starttls xmlns='{TLS}'/>")).await?;
    let answer = talk.until(&[">"]).await?;
    // An empty element may be written in two tags.
    if answer.contains("<proceed") && !answer.ends_with("/>") {
        talk.until(&["</proceed>"]).await?;
    }
    answer.contains("<proceed").then_some(()).ok_or(BROKEN_OFF)
}
