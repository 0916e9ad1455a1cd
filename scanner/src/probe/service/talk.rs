//! One question, one answer, bounded in bytes and time.

use std::time::{Duration, Instant};

use luytre_checks::Unmeasured;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{
    greeting::{is_whole, negotiate},
    opening::Whole,
};
use crate::{Line, failure::reason_of};

/// Most bytes of one answer.
const MOST: usize = 8192;

/// A pause after which a greeting without an end counts as ended: a prompt has no line end.
const PAUSE: Duration = Duration::from_millis(1200);

/// How long the part of an answer is waited for that would tell more.
const REST: Duration = Duration::from_millis(400);

/// What can be talked through: a connection, or TLS over one.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// Waits up to `patience` for the peer to speak first, then for the rest of its greeting. Telnet
/// options are declined as they come.
pub(super) async fn hear<S: Stream>(
    line: &Line,
    stream: &mut S,
    patience: Duration,
) -> Result<Vec<u8>, Unmeasured> {
    let mut said = Vec::new();
    let begun = Instant::now();
    tokio::time::timeout(patience, receive(stream, &mut said))
        .await
        .unwrap_or(Err(Unmeasured::TimedOut))?;
    line.host_greeted(begun.elapsed());
    line.within(async {
        let mut answered = 0;
        while !is_whole(&said) && said.len() < MOST {
            let (reply, seen) = negotiate(&said, answered);
            answered = seen;
            if !reply.is_empty() {
                send(stream, &reply).await?;
            }
            match tokio::time::timeout(PAUSE, receive(stream, &mut said)).await {
                Ok(Ok(())) => (),
                // What was said before the end is said.
                Ok(Err(Unmeasured::Closed)) | Err(_) => break,
                Ok(Err(reason)) => return Err(reason),
            }
        }
        Ok(())
    })
    .await?;
    Ok(said)
}

/// Sends `question` and receives until `whole` is content, the peer closes, or the cap is reached;
/// waits up to `patience` for an answer that can be understood.
pub(super) async fn ask<S: Stream>(
    line: &Line,
    stream: &mut S,
    question: &[u8],
    whole: fn(&[u8]) -> Whole,
    patience: Duration,
) -> Result<Vec<u8>, Unmeasured> {
    let asking = async {
        let mut said = Vec::new();
        let understandable = async {
            send(stream, question).await?;
            while whole(&said) == Whole::No && said.len() < MOST {
                match receive(stream, &mut said).await {
                    Ok(()) => (),
                    Err(Unmeasured::Closed) if !said.is_empty() => return Ok(false),
                    Err(reason) => return Err(reason),
                }
            }
            Ok(true)
        };
        let open = tokio::time::timeout(patience, understandable)
            .await
            .unwrap_or(Err(Unmeasured::TimedOut))?;
        if open {
            // What does not come shortly is done without.
            let rest = async {
                while whole(&said) != Whole::Yes && said.len() < MOST {
                    if receive(stream, &mut said).await.is_err() {
                        break;
                    }
                }
            };
            let _ = tokio::time::timeout(REST, rest).await;
        }
        Ok(said)
    };
    line.within(asking).await
}

async fn send<S: Stream>(stream: &mut S, bytes: &[u8]) -> Result<(), Unmeasured> {
    let sending = async {
        stream.write_all(bytes).await?;
        stream.flush().await
    };
    sending.await.map_err(|error| reason_of(&error))
}

async fn receive<S: Stream>(stream: &mut S, said: &mut Vec<u8>) -> Result<(), Unmeasured> {
    let mut buffer = [0; 2048];
    let room = buffer.len().min(MOST - said.len().min(MOST - 1));
    match stream.read(&mut buffer[..room]).await {
        Ok(0) => Err(Unmeasured::Closed),
        Ok(count) => {
            said.extend_from_slice(&buffer[..count]);
            Ok(())
        }
        Err(error) => Err(reason_of(&error)),
    }
}
