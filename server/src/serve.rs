//! The two pages.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::Timestamp;
use luytre_store::Store;
use tokio::{net::TcpListener, sync::Semaphore};

use crate::{
    Build, Error, encode,
    metrics::CONTENT_TYPE,
    slow::{Bounded, Bounds},
};

#[cfg(test)]
mod tests;

/// What time it is. Passed in: this crate reads no clock.
pub type Clock = fn() -> Timestamp;

const BOUNDS: Bounds = Bounds {
    idle: Duration::from_secs(30),
    life: Duration::from_mins(10),
    connections: 64,
};

/// Scrapes at once. Each holds a whole picture in memory.
const SCRAPES: usize = 2;

struct Shared<S> {
    store: S,
    build: Build,
    clock: Clock,
    scrapes: Semaphore,
    dropped: Mutex<BTreeMap<&'static str, u64>>,
}

/// Serves `/metrics` and `/healthz` on `listener` until `shutdown` completes; answers under way are
/// finished. Only GET and HEAD are answered, and no request body is read.
pub async fn serve<S: Store + 'static>(
    listener: TcpListener,
    store: S,
    build: Build,
    clock: Clock,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    serve_within(BOUNDS, listener, store, build, clock, shutdown).await
}

pub(crate) async fn serve_within<S: Store + 'static>(
    bounds: Bounds,
    listener: TcpListener,
    store: S,
    build: Build,
    clock: Clock,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let shared = Arc::new(Shared {
        store,
        build,
        clock,
        scrapes: Semaphore::new(SCRAPES),
        dropped: Mutex::default(),
    });
    let pages = Router::new()
        .route("/metrics", get(metrics::<S>))
        .route("/healthz", get(healthz::<S>))
        .layer(DefaultBodyLimit::max(0))
        .layer(middleware::from_fn(plain_reading))
        .with_state(shared);
    axum::serve(Bounded::new(listener, bounds), pages)
        .with_graceful_shutdown(shutdown)
        .await
        .map_err(Error::Serve)
}

/// Refuses everything but reading, and tells browsers to make nothing of the answers.
async fn plain_reading(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let empty = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .is_none_or(|length| length == "0")
        && !request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = match (reads, empty) {
        (true, true) => next.run(request).await,
        (true, false) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        (false, _) => {
            let allow = [(header::ALLOW, "GET, HEAD")];
            (StatusCode::METHOD_NOT_ALLOWED, allow).into_response()
        }
    };
    let headers = response.headers_mut();
    let fixed = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn metrics<S: Store>(State(shared): State<Arc<Shared<S>>>) -> Response {
    let Ok(_turn) = shared.scrapes.try_acquire() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "busy\n").into_response();
    };
    match scrape(&shared).await {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(error) => {
            told(&error);
            // Why is in the log; whoever scrapes learns only that there is nothing.
            (StatusCode::SERVICE_UNAVAILABLE, "unavailable\n").into_response()
        }
    }
}

async fn scrape<S: Store>(shared: &Shared<S>) -> Result<String, Error> {
    let began = (shared.clock)();
    let picture = shared.store.picture().await.map_err(Error::Read)?;
    let build = shared.build;
    let before = shared
        .dropped
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let work = move || encode(&picture, build, began, &before);
    let encoded = match tokio::task::spawn_blocking(work).await {
        Ok(encoded) => encoded?,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    };
    *shared
        .dropped
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = encoded.dropped;
    let mut text = encoded.text;
    let took = (shared.clock)()
        .duration_since(began)
        .as_secs_f64()
        .max(0.0);
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "# HELP posture_collector_duration_seconds How long the figures of this scrape took.\n\
         # TYPE posture_collector_duration_seconds gauge\n\
         posture_collector_duration_seconds {took}\n"
    );
    Ok(text)
}

async fn healthz<S: Store>(State(shared): State<Arc<Shared<S>>>) -> Response {
    match shared.store.last_scan().await {
        Ok(scan) => {
            let age = scan
                .and_then(|scan| scan.ended)
                .map(|ended| (shared.clock)().duration_since(ended).as_secs().max(0));
            let age = age.map_or_else(|| "never".to_owned(), |age| age.to_string());
            format!("ok\nlast_scan_age_seconds {age}\n").into_response()
        }
        Err(error) => {
            told(&Error::Read(error));
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the store cannot be read\n",
            )
                .into_response()
        }
    }
}

fn told(error: &dyn std::error::Error) {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    tracing::error!(causes = causes.join(": "), "{error}");
}
