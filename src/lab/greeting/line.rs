//! Reading lines of hostile length.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// Longest line read, with its end.
const LINE: usize = 1024;

/// Lines of a stream, ended by LF, without CR.
pub(super) struct Lines {
    buffer: Vec<u8>,
}

impl Lines {
    /// Nothing read yet.
    pub(super) const fn new() -> Self {
        Self { buffer: Vec::new() }
    }

    /// The next line; none when the peer has left. A line over the limit is an error.
    pub(super) async fn next<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
    ) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                line.pop();
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(Some(line));
            }
            if !self.fill(stream).await? {
                return Ok(None);
            }
        }
    }

    /// Exactly `count` bytes; none when the peer leaves before.
    pub(super) async fn take<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        count: usize,
    ) -> io::Result<Option<Vec<u8>>> {
        while self.buffer.len() < count {
            if !self.fill(stream).await? {
                return Ok(None);
            }
        }
        Ok(Some(self.buffer.drain(..count).collect()))
    }

    /// What was received beyond the lines taken.
    pub(super) fn rest(self) -> Vec<u8> {
        self.buffer
    }

    async fn fill<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> io::Result<bool> {
        if self.buffer.len() >= LINE {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut chunk = [0; LINE];
        let read = stream.read(&mut chunk[..LINE - self.buffer.len()]).await?;
        self.buffer.extend_from_slice(&chunk[..read]);
        Ok(read > 0)
    }
}

/// The first word of a command line, in capitals.
pub(super) fn verb(line: &[u8]) -> String {
    let word = line.split(|byte| *byte == b' ').next().unwrap_or_default();
    String::from_utf8_lossy(word).to_ascii_uppercase()
}
