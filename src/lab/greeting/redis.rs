//! Redis without a password and without data (Redis serialization protocol, RESP2).

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::{EXCHANGES, line::Lines};

/// Most words in a command.
const WORDS: usize = 16;

pub(super) async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    version: &str,
) -> io::Result<()> {
    let mut lines = Lines::new();
    for _ in 0..EXCHANGES {
        let words = match command(stream, &mut lines).await {
            Ok(Some(words)) => words,
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return stream.write_all(b"-ERR Protocol error\r\n").await;
            }
            Err(error) => return Err(error),
        };
        let Some(verb) = words.first() else {
            continue;
        };
        let answer = match &*verb.to_ascii_uppercase() {
            "PING" => "+PONG\r\n".to_owned(),
            "INFO" => {
                let text =
                    format!("# Server\r\nredis_version:{version}\r\nredis_mode:standalone\r\n");
                format!("${}\r\n{text}\r\n", text.len())
            }
            "QUIT" => return stream.write_all(b"+OK\r\n").await,
            "GET" if words.len() == 2 => "$-1\r\n".to_owned(),
            "GET" => "-ERR wrong number of arguments for 'get' command\r\n".to_owned(),
            // A browser talked into speaking to Redis is cut off, as Redis does.
            "HOST:" | "POST" => return Ok(()),
            _ => format!("-ERR unknown command `{}`\r\n", shown(verb)),
        };
        stream.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

/// One command, inline or as an array of bulk strings.
async fn command<S: AsyncRead + Unpin>(
    stream: &mut S,
    lines: &mut Lines,
) -> io::Result<Option<Vec<String>>> {
    let Some(line) = lines.next(stream).await? else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&line).into_owned();
    let Some(count) = text.strip_prefix('*') else {
        return Ok(Some(text.split_whitespace().map(str::to_owned).collect()));
    };
    let mut words = Vec::new();
    for _ in 0..number(count, WORDS)? {
        let Some(line) = lines.next(stream).await? else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(&line).into_owned();
        let length = number(text.strip_prefix('$').unwrap_or("-"), 512)?;
        let Some(bytes) = lines.take(stream, length + 2).await? else {
            return Ok(None);
        };
        words.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
    }
    Ok(Some(words))
}

fn number(text: &str, most: usize) -> io::Result<usize> {
    text.parse()
        .ok()
        .filter(|number| *number <= most)
        .ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn shown(word: &str) -> String {
    word.chars()
        .filter(char::is_ascii_graphic)
        .take(64)
        .collect()
}
