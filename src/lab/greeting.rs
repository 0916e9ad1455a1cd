//! Greetings of services that are not the web: each says what such a server says, up to the refused
//! log-in. Nothing lies behind them.

mod ftp;
mod line;
mod mariadb;
mod postgres;
mod rdp;
mod redis;
mod smtp;
mod ssh;
mod telnet;

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};

/// Most exchanges in one conversation.
const EXCHANGES: usize = 32;

/// A service by its greeting.
#[derive(Debug, Clone)]
pub(super) enum Greeting {
    /// SSH, with its identification line.
    Ssh(String),
    /// FTP, with the text after `220`.
    Ftp(String),
    /// Telnet, with the name of the device.
    Telnet(String),
    /// SMTP, with the text after `220`.
    Smtp(String),
    /// MariaDB, with its version.
    Mariadb(String),
    /// PostgreSQL.
    Postgres,
    /// Redis, with its version.
    Redis(String),
    /// RDP.
    Rdp,
}

impl Greeting {
    /// Talks until the peer leaves or there is nothing more to say.
    pub(super) async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
    ) -> io::Result<()> {
        match self {
            Self::Ssh(banner) => ssh::talk(stream, banner).await,
            Self::Ftp(banner) => ftp::talk(stream, banner).await,
            Self::Telnet(device) => telnet::talk(stream, device).await,
            Self::Smtp(banner) => smtp::talk(stream, banner).await,
            Self::Mariadb(version) => mariadb::talk(stream, version).await,
            Self::Postgres => postgres::talk(stream).await,
            Self::Redis(version) => redis::talk(stream, version).await,
            Self::Rdp => rdp::talk(stream).await,
        }
    }
}
