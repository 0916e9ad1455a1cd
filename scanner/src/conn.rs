//! A connection that ends when its permit, its deadline or the kill switch says so.

use std::{
    fmt, io,
    mem::MaybeUninit,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll},
    time::Duration,
};

use luytre_checks::Unmeasured;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::TcpStream,
};

use crate::{Limits, failure::reason_of, host::Place, meter::Meter};

/// How long a polite close waits for the peer's own end.
const FAREWELL: Duration = Duration::from_millis(300);

/// Carried inside an [`io::Error`] when we, not the peer, ended a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended(pub(crate) Unmeasured);

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl std::error::Error for Ended {}

/// A connection made by [`crate::Line::connect`]. Dropping it resets the connection, so that no
/// half-closed state stays behind on a fragile server.
pub struct Conn {
    stream: TcpStream,
    meter: Arc<Meter>,
    limits: Limits,
    received: u64,
    end: Pin<Box<dyn Future<Output = Unmeasured> + Send>>,
    ended: Option<Unmeasured>,
    dialled: Duration,
    // The last field: the place is free only after the socket is closed.
    _place: Place,
}

impl fmt::Debug for Conn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conn")
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}

impl Conn {
    pub(crate) fn new(
        stream: TcpStream,
        meter: Arc<Meter>,
        limits: Limits,
        end: impl Future<Output = Unmeasured> + Send + 'static,
        place: Place,
        dialled: Duration,
    ) -> Self {
        let _ = socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO));
        Self {
            stream,
            meter,
            limits,
            received: 0,
            end: Box::pin(end),
            ended: None,
            dialled,
            _place: place,
        }
    }

    /// How long it took to open.
    pub(crate) const fn dialled(&self) -> Duration {
        self.dialled
    }

    /// Whether the peer has neither spoken nor ended since it was opened, as far as is known here.
    pub(crate) fn is_silent(&self) -> bool {
        let mut byte = [MaybeUninit::uninit()];
        let looked = socket2::SockRef::from(&self.stream).peek(&mut byte);
        matches!(looked, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Our own address on it.
    pub(crate) fn here(&self) -> Option<IpAddr> {
        self.stream.local_addr().ok().map(|here| here.ip())
    }

    /// Sends all of `bytes`.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), Unmeasured> {
        self.write_all(bytes)
            .await
            .map_err(|error| reason_of(&error))
    }

    /// Receives some bytes into the end of `buffer`, at most `most` more; 0 means that the peer
    /// closed.
    pub async fn receive(
        &mut self,
        buffer: &mut Vec<u8>,
        most: usize,
    ) -> Result<usize, Unmeasured> {
        buffer.reserve(most.min(4096));
        let mut limited = (&mut *self).take(most as u64);
        limited
            .read_buf(buffer)
            .await
            .map_err(|error| reason_of(&error))
    }

    /// Closes in the ordinary way (FIN) instead of by reset, for protocols where that is polite:
    /// says that we have ended and waits a moment for the peer to end too, so that the next
    /// conversation does not begin while the server is still busy with this one.
    pub async fn close(mut self) {
        let farewell = async {
            self.shutdown().await?;
            let mut rest = [0; 512];
            for _ in 0..64 {
                if self.read(&mut rest).await? == 0 {
                    return Ok(());
                }
            }
            Err(io::ErrorKind::Other.into())
        };
        let ended: Result<io::Result<()>, _> = tokio::time::timeout(FAREWELL, farewell).await;
        if matches!(ended, Ok(Ok(()))) {
            let _ = socket2::SockRef::from(&self.stream).set_linger(None);
        }
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Result<(), io::Error> {
        if self.ended.is_none()
            && let Poll::Ready(reason) = self.end.as_mut().poll(cx)
        {
            self.ended = Some(reason);
        }
        match self.ended {
            Some(reason) => Err(io::Error::other(Ended(reason))),
            None => Ok(()),
        }
    }

    /// Acknowledge at once: two-segment flights otherwise stall 40 ms each on Linux.
    fn quick_ack(&self) {
        #[cfg(target_os = "linux")]
        let _ = socket2::SockRef::from(&self.stream).set_tcp_quickack(true);
    }
}

impl AsyncRead for Conn {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll_end(cx)?;
        let over = self.received > self.limits.connection_bytes
            || self.meter.received_in_all.load(Ordering::Relaxed) > self.limits.line_bytes;
        if over {
            return Poll::Ready(Err(io::Error::other(Ended(Unmeasured::TooLarge))));
        }
        let before = buffer.filled().len();
        let done = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let got = (buffer.filled().len() - before) as u64;
        if got > 0 {
            self.received += got;
            self.meter.received.fetch_add(got, Ordering::Relaxed);
            self.meter.received_in_all.fetch_add(got, Ordering::Relaxed);
            self.quick_ack();
        }
        done
    }
}

impl AsyncWrite for Conn {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_end(cx)?;
        let done = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(sent)) = &done {
            self.meter.sent.fetch_add(*sent as u64, Ordering::Relaxed);
        }
        done
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_end(cx)?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
