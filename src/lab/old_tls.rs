//! An old TLS server: SSLv3 to TLS 1.2 with RSA key exchange, truthful up to ServerHelloDone.
//!
//! No library in use still speaks these versions. Version and suite are chosen as such a server
//! chooses them (RFC 5246 appendix E, section 7.4.1.3), and refusals are its alerts. What would need
//! the private key never comes: the handshake ends with an alert after the client's key exchange.

mod hello;
mod record;

use std::io;

use luytre_checks::fact::{Suite, TlsVersion};
use rustls::{crypto::CryptoProvider, pki_types::CertificateDer};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    time::timeout,
};

use hello::ClientHello;
use record::{ALERT, HANDSHAKE, PATIENCE, Refusal};

/// What an old server is configured to do.
pub(super) struct OldTls {
    versions: Vec<u16>,
    suites: Vec<u16>,
    certificate: Vec<u8>,
    provider: CryptoProvider,
}

/// What server and client agreed on.
#[derive(Debug, PartialEq, Eq)]
struct Choice {
    version: u16,
    suite: u16,
}

impl OldTls {
    /// A server with these versions, these suites in its order of preference, and this chain.
    pub(super) fn new(
        versions: &[TlsVersion],
        suites: &[Suite],
        chain: &[CertificateDer<'_>],
        provider: CryptoProvider,
    ) -> Self {
        Self {
            versions: versions.iter().map(|version| version.wire()).collect(),
            suites: suites
                .iter()
                .filter_map(|suite| suite.0.try_into().ok())
                .collect(),
            certificate: certificate(chain),
            provider,
        }
    }

    /// Reads a ClientHello and answers it.
    pub(super) async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
    ) -> io::Result<()> {
        let refusal = match timeout(PATIENCE, record::read_hello(stream)).await {
            Ok(Ok(body)) => match ClientHello::parse(&body) {
                Some(hello) => return self.greet(stream, &hello).await,
                None => Refusal::Alert(self.highest(), record::DECODE_ERROR),
            },
            Ok(Err(refusal)) => refusal,
            Err(_) => Refusal::Silent,
        };
        match refusal {
            Refusal::Silent => Ok(()),
            Refusal::Alert(version, description) => alert(stream, version, description).await,
        }
    }

    async fn greet<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        hello: &ClientHello,
    ) -> io::Result<()> {
        let choice = match self.choose(hello) {
            Ok(choice) => choice,
            Err((version, description)) => return alert(stream, version, description).await,
        };
        let mut flight = Vec::with_capacity(self.certificate.len() + 128);
        let messages = [
            self.server_hello(&choice, hello.renegotiation)?,
            self.certificate.clone(),
            message(14, &[]),
        ];
        for body in messages {
            record::append(&mut flight, HANDSHAKE, choice.version, &body);
        }
        stream.write_all(&flight).await?;
        stream.flush().await?;
        // An alert or a close ends it. A key exchange cannot be decrypted: say so as a server does.
        match timeout(PATIENCE, record::read(stream)).await {
            Ok(Ok((HANDSHAKE, _))) => {
                alert(stream, choice.version, record::HANDSHAKE_FAILURE).await
            }
            _ => Ok(()),
        }
    }

    /// The version and suite, or the version and description of the alert.
    fn choose(&self, hello: &ClientHello) -> Result<Choice, (u16, u8)> {
        // supported_versions came with TLS 1.3; an old server never looks at it.
        let version = self
            .versions
            .iter()
            .copied()
            .filter(|version| *version <= hello.version)
            .max()
            .ok_or_else(|| {
                let spoken = hello.version.clamp(0x0300, self.highest());
                (spoken, record::protocol_version(spoken))
            })?;
        let suite = self
            .suites
            .iter()
            .copied()
            .find(|suite| suite_fits(*suite, version) && hello.suites.contains(suite))
            .ok_or((version, record::HANDSHAKE_FAILURE))?;
        if !hello.null_compression {
            return Err((version, record::ILLEGAL_PARAMETER));
        }
        Ok(Choice { version, suite })
    }

    fn highest(&self) -> u16 {
        self.versions.iter().copied().max().unwrap_or(0x0300)
    }

    /// ServerHello (RFC 5246 section 7.4.1.3): no resumption, no compression.
    fn server_hello(&self, choice: &Choice, renegotiation: bool) -> io::Result<Vec<u8>> {
        let mut random = [0; 32];
        self.provider
            .secure_random
            .fill(&mut random)
            .map_err(|_| io::Error::other("no randomness"))?;
        let mut body = choice.version.to_be_bytes().to_vec();
        body.extend(random);
        body.push(0);
        body.extend(choice.suite.to_be_bytes());
        body.push(0);
        if renegotiation {
            // renegotiation_info, empty (RFC 5746 section 3.6).
            body.extend([0, 5, 0xFF, 0x01, 0, 1, 0]);
        }
        Ok(message(2, &body))
    }
}

/// AEAD suites exist from TLS 1.2 on (RFC 5246 section 1.2, RFC 5288 section 4).
fn suite_fits(suite: u16, version: u16) -> bool {
    version >= 0x0303 || !matches!(suite, 0x003B..=0x003D | 0x009C..=0x009D)
}

/// Certificate (RFC 5246 section 7.4.2).
fn certificate(chain: &[CertificateDer<'_>]) -> Vec<u8> {
    let mut list = Vec::new();
    for certificate in chain {
        list.extend(length24(certificate.len()));
        list.extend_from_slice(certificate);
    }
    let mut body = length24(list.len()).to_vec();
    body.extend(list);
    message(11, &body)
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![kind];
    message.extend(length24(body.len()));
    message.extend_from_slice(body);
    message
}

/// A 24-bit length. Everything measured with it is our own and far below the limit.
fn length24(length: usize) -> [u8; 3] {
    let [_, a, b, c] = u32::try_from(length).unwrap_or(0).to_be_bytes();
    [a, b, c]
}

async fn alert<S: AsyncWrite + Unpin>(
    stream: &mut S,
    version: u16,
    description: u8,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    record::append(&mut bytes, ALERT, version, &[2, description]);
    stream.write_all(&bytes).await?;
    stream.flush().await
}

#[cfg(test)]
mod tests;
