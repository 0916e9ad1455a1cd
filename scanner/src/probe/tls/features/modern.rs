//! TLS 1.3, where everything behind the ServerHello is enciphered: with rustls, which is told to
//! accept whatever comes and to note it.

use std::{io::Read, sync::Arc};

use luytre_checks::{
    Unmeasured,
    fact::{ClientCertificate, TlsVersion, Tri},
};
use rustls::{ClientConnection, Error, HandshakeKind};

use super::{Look, Stapled, sessions::demands_certificate};
use crate::{
    Conn,
    probe::tls::{
        handshake::{Ended, alert},
        open,
        witness::{SCHEMES, Witness, server_name},
    },
};

/// How one handshake went.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is seen or not, whatever the others are"
)]
struct Went {
    end: Result<(), Ended>,
    complete: bool,
    /// The peer ended the connection in order after we had.
    in_order: bool,
    resumed: bool,
    early_data: bool,
    protocol: Option<String>,
}

impl Look<'_> {
    /// Resumption, early data, client certificates. `alone`: no other version is offered.
    pub(super) async fn modern(&mut self, alone: bool) {
        self.modern_hellos(alone).await;
        let witness = Witness::new(&SCHEMES);
        let mut protocols = Vec::new();
        if alone {
            protocols = self.protocols.left().to_vec();
        }
        let mut went = self.modern_shake(&witness, &protocols, false).await;
        if went.end == Err(Ended::Alert(alert::NO_APPLICATION_PROTOCOL)) {
            self.protocols.end();
            protocols.clear();
            went = self.modern_shake(&witness, &protocols, false).await;
        }
        self.witnessed(&witness, &went, alone);
        if alone && !protocols.is_empty() && went.complete {
            self.protocols.learn(went.protocol.clone());
        }
        self.pre_shared(&witness, &went, &protocols).await;
        if alone && self.deep {
            self.modern_protocols().await;
        }
    }

    fn witnessed(&mut self, witness: &Witness, went: &Went, alone: bool) {
        let shown = witness.shown();
        if let Some(scheme) = shown.scheme {
            self.scheme(TlsVersion::Tls13, scheme);
        }
        if alone && !shown.certificates.is_empty() {
            // It is not asked for timestamps here.
            self.stapled.get_or_insert(Stapled {
                response: shown.staple.clone(),
                timestamps: None,
                chain: shown.certificates.clone(),
            });
        }
        let kind = match went.end {
            _ if !shown.asks_certificate && went.complete => ClientCertificate::No,
            Err(Ended::Alert(description))
                if shown.asks_certificate && demands_certificate(description) =>
            {
                ClientCertificate::Required
            }
            // It goes on: it issues a ticket, or ends in order.
            _ if shown.asks_certificate && (went.in_order || !shown.tickets.is_empty()) => {
                ClientCertificate::Requested
            }
            _ => ClientCertificate::Unknown,
        };
        drop(shown);
        self.certificate(kind);
    }

    /// Resumption by the tickets of the handshake that went before.
    async fn pre_shared(&mut self, witness: &Arc<Witness>, first: &Went, protocols: &[&str]) {
        let issued = !witness.shown().tickets.is_empty();
        if !issued {
            // Nothing to resume by, if the connection came to its end and not to its death.
            if first.complete && first.in_order {
                self.fact.features.resumption_psk = Tri::No;
                self.fact.features.early_data = Tri::No;
            }
            return;
        }
        let early = witness.allows_early_data();
        if !early {
            self.fact.features.early_data = Tri::No;
        }
        for _ in 0..if self.deep { 2 } else { 1 } {
            let went = self.modern_shake(witness, protocols, early).await;
            if !went.complete {
                return;
            }
            self.fact.features.resumption_psk = went.resumed.into();
            if went.resumed {
                // A ticket allows it, and still this one may be refused for its age or its use.
                if went.early_data {
                    self.fact.features.early_data = Tri::Yes;
                }
                return;
            }
        }
    }

    /// The protocols left, of a server that names its choice in TLS 1.3 alone.
    async fn modern_protocols(&mut self) {
        while !self.protocols.left().is_empty() {
            let before = self.protocols.left().len();
            let left = self.protocols.left().to_vec();
            let went = self
                .modern_shake(&Witness::new(&SCHEMES), &left, false)
                .await;
            if went.end == Err(Ended::Alert(alert::NO_APPLICATION_PROTOCOL)) {
                self.protocols.end();
            } else if went.complete {
                self.protocols.learn(went.protocol);
            }
            if self.protocols.left().len() == before {
                return;
            }
        }
    }

    /// Brings the schemes of TLS 1.3 to their end.
    pub(super) async fn modern_signatures(&mut self) {
        let version = TlsVersion::Tls13;
        loop {
            let left = self.schemes_left(version, &SCHEMES);
            if left.is_empty() {
                self.end_schemes(version);
                return;
            }
            let witness = Witness::new(&left);
            let went = self.modern_shake(&witness, &[], false).await;
            let (scheme, presented) = {
                let shown = witness.shown();
                (shown.scheme, !shown.certificates.is_empty())
            };
            let refuses = Err(Ended::Alert(alert::HANDSHAKE_FAILURE));
            if went.end == refuses && !presented && self.has_signed(version) {
                self.end_schemes(version);
                return;
            }
            match scheme {
                Some(scheme) if left.contains(&scheme) && self.scheme(version, scheme) => {}
                _ => return,
            }
        }
    }

    /// Makes a handshake and ends it in order, on a fresh connection.
    async fn modern_shake(
        &mut self,
        witness: &Arc<Witness>,
        protocols: &[&str],
        early_data: bool,
    ) -> Went {
        let mut went = Went {
            end: Err(Ended::Failed(Unmeasured::Cancelled)),
            complete: false,
            in_order: false,
            resumed: false,
            early_data: false,
            protocol: None,
        };
        if !self.may_go_on() {
            return went;
        }
        let tls = match self.connection(witness, protocols, early_data) {
            Ok(tls) => tls,
            Err(reason) => {
                went.end = Err(reason.into());
                return went;
            }
        };
        let mut conn = match open(self.line).await {
            Ok(conn) => conn,
            Err(reason) => {
                self.fail(reason);
                went.end = Err(reason.into());
                return went;
            }
        };
        let end = self
            .patiently(converse(tls, &mut conn, witness, &mut went))
            .await;
        went.end = end;
        conn.close().await;
        match end {
            Err(Ended::Failed(reason)) if !went.complete => self.fail(reason),
            _ => self.failures = 0,
        }
        went
    }

    fn connection(
        &self,
        witness: &Arc<Witness>,
        protocols: &[&str],
        early_data: bool,
    ) -> Result<ClientConnection, Unmeasured> {
        let mut config = witness.client()?;
        config.enable_early_data = early_data;
        config.alpn_protocols = protocols
            .iter()
            .map(|name| name.as_bytes().into())
            .collect();
        ClientConnection::new(Arc::new(config), server_name(self.line)?)
            .map_err(|_| Unmeasured::Bug)
    }
}

/// Makes the handshake, says that we have ended, and listens to what still comes.
async fn converse(
    mut tls: ClientConnection,
    conn: &mut Conn,
    witness: &Witness,
    went: &mut Went,
) -> Result<(), Ended> {
    let mut buffer = Vec::new();
    loop {
        if !tls.is_handshaking() && !went.complete {
            went.complete = true;
            went.resumed = tls.handshake_kind() == Some(HandshakeKind::Resumed);
            went.early_data = tls.is_early_data_accepted();
            let protocol = tls.alpn_protocol();
            went.protocol = protocol.map(|name| String::from_utf8_lossy(name).into_owned());
            tls.send_close_notify();
        }
        while tls.wants_write() {
            let mut out = Vec::new();
            tls.write_tls(&mut out).map_err(|_| Unmeasured::Bug)?;
            conn.send(&out).await?;
        }
        if went.complete && (went.in_order || went.resumed || !witness.shown().tickets.is_empty()) {
            return Ok(());
        }
        buffer.clear();
        if conn.receive(&mut buffer, 16 << 10).await? == 0 {
            return Err(Unmeasured::Closed.into());
        }
        let mut rest = buffer.as_slice();
        while !rest.is_empty() {
            tls.read_tls(&mut rest).map_err(|_| Unmeasured::Protocol)?;
            match tls.process_new_packets() {
                Ok(state) => went.in_order |= state.peer_has_closed(),
                Err(Error::AlertReceived(description)) => {
                    return Err(Ended::Alert(u8::from(description)));
                }
                Err(Error::InvalidMessage(_)) => return Err(Unmeasured::Protocol.into()),
                Err(_) => return Err(Ended::Unable),
            }
            // Whatever it says, it is not kept.
            let mut nothing = [0; 1024];
            while tls.reader().read(&mut nothing).is_ok_and(|count| count > 0) {}
        }
    }
}
