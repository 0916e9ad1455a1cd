//! The lines of a file, one at a time, with bounds on each and on all.

use std::io::{BufRead, BufReader, Read};

use sha2::{Digest, Sha256};

use super::DiscoveryError;

/// Longest line kept; the rest of a longer one is read over.
pub(super) const LINE: usize = 64 << 10;

/// Bytes of one file.
const BYTES: u64 = 2 << 30;

/// Bytes of a file that is held as a whole.
const HELD: usize = 64 << 20;

/// A file read line by line, or as a whole, while its SHA-256 is taken.
pub(super) struct Lines<R> {
    from: BufReader<R>,
    hash: Sha256,
    bytes: u64,
    line: Vec<u8>,
    number: u64,
}

/// One line: its number from 1, its text, and whether it was cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) text: String,
    pub(super) cut: bool,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(from: R) -> Self {
        Self {
            from: BufReader::with_capacity(LINE, from),
            hash: Sha256::new(),
            bytes: 0,
            line: Vec::new(),
            number: 0,
        }
    }

    /// The next line, without its end.
    pub(super) fn next(&mut self) -> Result<Option<Line>, DiscoveryError> {
        self.line.clear();
        let (mut any, mut cut) = (false, false);
        loop {
            let piece = self.from.fill_buf().map_err(read_error)?;
            if piece.is_empty() {
                break;
            }
            any = true;
            let end = piece.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(piece.len(), |end| end + 1);
            self.hash.update(&piece[..taken]);
            let text = &piece[..end.unwrap_or(taken)];
            let room = LINE.saturating_sub(self.line.len()).min(text.len());
            self.line.extend_from_slice(&text[..room]);
            cut |= room < text.len();
            self.from.consume(taken);
            self.bytes += taken as u64;
            if self.bytes > BYTES {
                return Err(DiscoveryError::TooLarge("2 GiB"));
            }
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.number += 1;
        let text = String::from_utf8_lossy(&self.line);
        let text = text.strip_suffix('\r').unwrap_or(&text);
        let first = self.number == 1;
        let text = text
            .strip_prefix('\u{feff}')
            .filter(|_| first)
            .unwrap_or(text);
        Ok(Some(Line {
            number: self.number,
            text: text.to_owned(),
            cut,
        }))
    }

    /// All that is left, for what cannot be read by lines.
    pub(super) fn rest(&mut self) -> Result<Vec<u8>, DiscoveryError> {
        let mut all = Vec::new();
        let most = HELD as u64 + 1;
        self.from
            .by_ref()
            .take(most)
            .read_to_end(&mut all)
            .map_err(read_error)?;
        if all.len() > HELD {
            return Err(DiscoveryError::TooLarge("64 MiB"));
        }
        self.hash.update(&all);
        Ok(all)
    }

    /// The SHA-256 of everything read, lower-case hexadecimal.
    pub(super) fn sha256(self) -> String {
        use std::fmt::Write;
        let digest = self.hash.finalize();
        digest.iter().fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

#[allow(clippy::needless_pass_by_value, reason = "passed to map_err")]
fn read_error(error: std::io::Error) -> DiscoveryError {
    DiscoveryError::Io(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_bounded_and_counted() {
        let long = "x".repeat(LINE * 3);
        let text = format!("\u{feff}a\r\n\n{long}\nb");
        let mut lines = Lines::new(text.as_bytes());
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push((line.number, line.text.len(), line.cut));
        }
        assert_eq!(
            all,
            [(1, 1, false), (2, 0, false), (3, LINE, true), (4, 1, false)]
        );
        let mut again = Lines::new(text.as_bytes());
        again.rest().unwrap();
        assert_eq!(lines.sha256(), again.sha256());
    }
}
