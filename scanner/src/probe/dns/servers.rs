//! The name servers of a zone themselves, asked over TCP under the paper of the target: a server that no
//! authorisation covers is not asked.

use hickory_resolver::proto::{
    op::{Message, MessageType, Query, ResponseCode},
    rr::{Name, RecordType},
};
use luytre_checks::{Evidence, Excerpt, Tri, Unmeasured, fact::NameServer};
use luytre_inventory::ProbeClass;
use tokio::io::AsyncReadExt;

use crate::{Conn, Hop, Line};

/// Servers asked.
const MOST: usize = 8;

/// Messages of a transfer that are read: two records prove that it is open, and some servers send one
/// record a message.
const MOST_MESSAGES: usize = 3;

/// Asks each of `names` whether it knows `zone` by itself, and whether it hands it to whoever asks.
pub(super) async fn servers(
    line: &Line,
    port: u16,
    zone: &Name,
    names: &[String],
) -> Vec<NameServer> {
    let mut found = Vec::new();
    for name in names.iter().take(MOST) {
        let mut server = NameServer {
            name: name.clone(),
            ..NameServer::default()
        };
        // What is no name of a host cannot be looked up either.
        if let Ok(host) = name.parse() {
            ask(line, &Hop::Name(host), port, zone, &mut server).await;
        }
        found.push(server);
    }
    found
}

async fn ask(line: &Line, to: &Hop, port: u16, zone: &Name, server: &mut NameServer) {
    let Ok(there) = line.follow(to, port).await else {
        return;
    };
    if let Ok(message) = first(&there, port, zone, RecordType::SOA).await {
        server.authoritative = knows(&message, zone);
    }
    if server.authoritative != Tri::Yes {
        return;
    }
    let Ok((transfer, records)) = transfer(&there, port, zone).await else {
        return;
    };
    server.transfer = transfer;
    if transfer == Tri::Yes {
        server.records = Some(records);
        line.note(Evidence {
            what: "zone transfer".into(),
            excerpt: Excerpt::redacted(&format!("{}: at least {records} records", server.name)),
            command: Some(format!("dig @{} {zone} AXFR +short | wc -l", server.name)),
        });
    }
}

/// The answer to one question without recursion.
async fn first(
    line: &Line,
    port: u16,
    zone: &Name,
    kind: RecordType,
) -> Result<Message, Unmeasured> {
    let mut conn = line.connect(ProbeClass::Greeting, port).await?;
    let id = line.within(put(&mut conn, zone, kind)).await?;
    let message = line.within(next(&mut conn, id)).await?;
    conn.close().await;
    Ok(message)
}

/// Whether the transfer of the zone begins, and how many records were seen of it. No more of it is read.
async fn transfer(line: &Line, port: u16, zone: &Name) -> Result<(Tri, u32), Unmeasured> {
    let mut conn = line.connect(ProbeClass::Greeting, port).await?;
    let id = line.within(put(&mut conn, zone, RecordType::AXFR)).await?;
    let mut records = 0_u32;
    for _ in 0..MOST_MESSAGES {
        let message = line.within(next(&mut conn, id)).await?;
        let refused = matches!(
            message.metadata.response_code,
            ResponseCode::Refused | ResponseCode::NotAuth
        );
        if refused {
            return Ok((Tri::No, 0));
        }
        // It begins with the SOA record (RFC 5936 2.2).
        let begins = |message: &Message| {
            let first = message.answers.first();
            first.is_some_and(|first| {
                first.record_type() == RecordType::SOA && first.name.to_lowercase() == *zone
            })
        };
        if message.metadata.response_code != ResponseCode::NoError
            || (records == 0 && !begins(&message))
        {
            break;
        }
        records = records.saturating_add(u32::try_from(message.answers.len()).unwrap_or(u32::MAX));
        if records > 1 {
            return Ok((Tri::Yes, records));
        }
    }
    Ok((Tri::Unknown, 0))
}

/// Whether a server speaks for the zone: a sound answer without authority is *no* (a lame delegation,
/// RFC 9499 7). A failure may pass.
fn knows(message: &Message, zone: &Name) -> Tri {
    let has = message.answers.iter().any(|record| {
        record.record_type() == RecordType::SOA && record.name.to_lowercase() == *zone
    });
    match message.metadata.response_code {
        ResponseCode::NoError if message.metadata.authoritative && has => Tri::Yes,
        ResponseCode::NoError
        | ResponseCode::NXDomain
        | ResponseCode::Refused
        | ResponseCode::NotAuth => Tri::No,
        _ => Tri::Unknown,
    }
}

async fn put(conn: &mut Conn, zone: &Name, kind: RecordType) -> Result<u16, Unmeasured> {
    let mut message = Message::query();
    message.add_query(Query::query(zone.clone(), kind));
    let bytes = message.to_vec().map_err(|_| Unmeasured::Bug)?;
    let length = u16::try_from(bytes.len()).map_err(|_| Unmeasured::Bug)?;
    conn.send(&[&length.to_be_bytes()[..], &bytes].concat())
        .await?;
    Ok(message.metadata.id)
}

async fn next(conn: &mut Conn, id: u16) -> Result<Message, Unmeasured> {
    let failed = |error: std::io::Error| crate::failure::reason_of(&error);
    let length = conn.read_u16().await.map_err(failed)?;
    let mut bytes = vec![0; length.into()];
    conn.read_exact(&mut bytes).await.map_err(failed)?;
    let message = Message::from_vec(&bytes).map_err(|_| Unmeasured::Protocol)?;
    let ours = message.metadata.id == id && message.metadata.message_type == MessageType::Response;
    ours.then_some(message).ok_or(Unmeasured::Protocol)
}
