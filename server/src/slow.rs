//! A listener whose connections end: idle ones soon, all of them at last, and not too many at once.
//! The server has no other bound on how slowly a request may be sent.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::serve::Listener;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, Sleep, sleep_until},
};

/// Bounds of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Longest time without a byte read or written.
    pub(crate) idle: Duration,
    /// Longest life, however busy; a scraper just connects again.
    pub(crate) life: Duration,
    /// Most connections at once; further ones wait to be accepted.
    pub(crate) connections: usize,
}

/// Accepts connections under [`Bounds`].
pub(crate) struct Bounded {
    listener: TcpListener,
    bounds: Bounds,
    places: Arc<Semaphore>,
}

impl Bounded {
    pub(crate) fn new(listener: TcpListener, bounds: Bounds) -> Self {
        Self {
            listener,
            bounds,
            places: Arc::new(Semaphore::new(bounds.connections)),
        }
    }
}

impl Listener for Bounded {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let place = self.places.clone().acquire_owned().await;
        let place = place.expect("the semaphore is never closed");
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let end = Instant::now() + self.bounds.life;
        let connection = Connection {
            stream,
            idle: self.bounds.idle,
            end,
            timer: Box::pin(sleep_until(end.min(Instant::now() + self.bounds.idle))),
            _place: place,
        };
        (connection, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection under [`Bounds`].
pub(crate) struct Connection {
    stream: TcpStream,
    idle: Duration,
    end: Instant,
    timer: Pin<Box<Sleep>>,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    /// Runs `step` unless time is up; what it moves starts the idle time again.
    fn bounded<T>(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        step: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let this = &mut *self;
        if Instant::now() >= this.end {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        match step(Pin::new(&mut this.stream), context) {
            Poll::Ready(done) => {
                let next = this.end.min(Instant::now() + this.idle);
                this.timer.as_mut().reset(next);
                Poll::Ready(done)
            }
            Poll::Pending => {
                ready!(this.timer.as_mut().poll(context));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.bounded(context, |stream, context| stream.poll_read(context, buffer))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.bounded(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.bounded(context, AsyncWrite::poll_flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
