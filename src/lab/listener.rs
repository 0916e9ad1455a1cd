//! Accepting connections: bounded in number and time, never blocking the probe that knocks.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::{
    greeting::Greeting,
    old_tls::OldTls,
    web::{self, Page},
};

/// Conversations at once on one port; the kernel's backlog holds the rest.
const CONVERSATIONS: usize = 64;

/// Longest conversation. Longer than any probe's patience, so that a silent server is seen as
/// silent, not as closing.
const CONVERSATION: Duration = Duration::from_secs(20);

/// How long, and how much, is read after our last word: closing with unread bytes would turn the
/// answer into a reset (RFC 1122 section 4.2.2.13).
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 64 * 1024;

/// What is done with a connection.
pub(super) enum Service {
    /// HTTP inside TLS.
    Https(TlsAcceptor, Page),
    /// Plain HTTP.
    Http(Page),
    /// Old TLS.
    OldTls(OldTls),
    /// A greeting.
    Greeting(Greeting),
    /// Nothing at all.
    Silent,
}

/// Serves `listener` until the task is dropped.
pub(super) async fn serve(listener: TcpListener, service: Service) {
    let service = Arc::new(service);
    let mut talks = JoinSet::new();
    loop {
        while talks.len() >= CONVERSATIONS {
            talks.join_next().await;
        }
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let service = Arc::clone(&service);
                    talks.spawn(async move {
                        // Peers break off at every point; that is their business.
                        let _ = timeout(CONVERSATION, service.talk(stream)).await;
                    });
                }
                // Out of descriptors, or the peer is gone already.
                Err(_) => sleep(Duration::from_millis(20)).await,
            },
            _ = talks.join_next(), if !talks.is_empty() => {}
        }
    }
}

impl Service {
    async fn talk(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        match self {
            Self::Https(acceptor, page) => {
                match acceptor.accept(stream).into_fallible().await {
                    Ok(mut tls) => {
                        let said = web::answer(&mut tls, page).await;
                        close(&mut tls).await;
                        said
                    }
                    Err((error, mut stream)) => {
                        // The alert is on its way; let it arrive.
                        close(&mut stream).await;
                        Err(error)
                    }
                }
            }
            Self::Http(page) => {
                let said = web::answer(&mut stream, page).await;
                close(&mut stream).await;
                said
            }
            Self::OldTls(server) => {
                let said = server.answer(&mut stream).await;
                close(&mut stream).await;
                said
            }
            Self::Greeting(greeting) => {
                let said = greeting.talk(&mut stream).await;
                close(&mut stream).await;
                said
            }
            Self::Silent => {
                // Read and forget, until the peer is tired or the time is over.
                let mut sink = [0; 1024];
                while stream.read(&mut sink).await? > 0 {}
                Ok(())
            }
        }
    }
}

/// Ends our side, then reads what the peer still sends, within bounds.
async fn close<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let mut sink = [0; 4096];
    let mut left = LINGER_BYTES;
    let _ = timeout(LINGER, async {
        while left > 0 {
            match stream.read(&mut sink).await {
                Ok(0) | Err(_) => break,
                Ok(read) => left = left.saturating_sub(read),
            }
        }
    })
    .await;
}
