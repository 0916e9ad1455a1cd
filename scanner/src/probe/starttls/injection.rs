//! Commands that come in the clear behind STARTTLS, and whether they are carried out inside TLS
//! (CVE-2011-0411, CVE-2021-33515 and others).
//!
//! A command without effect is sent in one segment with STARTTLS. Inside TLS the same command is sent
//! once more, then a farewell: a server answers in order, so what comes before the farewell tells
//! whether it carried out one command or two. Nothing hangs on time.

use luytre_checks::{Evidence, Excerpt, Unmeasured, fact::Tri};

use super::{Hitch, Starttls, Stream, Talk};
use crate::{Line, probe::secure};

/// Answers before the farewell that are waited for.
const MOST_ANSWERS: usize = 4;

/// How one protocol is asked.
#[derive(Debug, Clone, Copy)]
struct Script {
    /// Sent in the clear behind STARTTLS.
    tail: &'static str,
    /// Sent inside TLS.
    inside: &'static str,
    end: End,
}

/// How the last answer is known.
#[derive(Debug, Clone, Copy)]
enum End {
    /// By the code that a QUIT is answered with.
    Code(u16),
    /// By the end of the connection after QUIT.
    Close,
    /// By the mark that the command inside carries; that of the other one is the first word here.
    Mark(&'static str, &'static str),
}

fn script(protocol: Starttls) -> Option<Script> {
    let script = |tail, inside, end| Some(Script { tail, inside, end });
    match protocol {
        Starttls::Smtp | Starttls::Lmtp | Starttls::Ftp => {
            script("NOOP\r\n", "NOOP\r\n", End::Code(221))
        }
        Starttls::Nntp => script("DATE\r\n", "DATE\r\n", End::Code(205)),
        Starttls::Pop3 => script("NOOP\r\n", "NOOP\r\n", End::Close),
        Starttls::Imap => script("x1 NOOP\r\n", "b1 NOOP\r\n", End::Mark("x1 ", "b1 ")),
        Starttls::Sieve => script(
            "NOOP \"x1\"\r\n",
            "NOOP \"b1\"\r\n",
            End::Mark("\"x1\"", "\"b1\""),
        ),
        // What follows is no line of text, or is bound to the stream before TLS.
        Starttls::Ldap
        | Starttls::Postgres
        | Starttls::Mysql
        | Starttls::Xmpp
        | Starttls::XmppServer
        | Starttls::Rdp => None,
    }
}

/// What one conversation showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Both commands were answered inside TLS.
    Both,
    /// The one inside alone was.
    One,
    /// It ended before that.
    Broken(Unmeasured),
}

/// Whether the server carries out inside TLS what came before it. *Yes* is seen twice, with a
/// conversation between that differs in nothing but the command in the clear and shows one answer.
/// A server that breaks off instead is not at fault if it does so twice and never without the command.
pub(crate) async fn injection(line: &Line) -> Tri {
    let Some(script) = line.upgrade().and_then(|upgrade| script(upgrade.protocol)) else {
        return Tri::Unknown;
    };
    let tests = match converse(line, script, script.tail).await {
        Shown::One => return Tri::No,
        first @ Shown::Both => [first, Shown::One, Shown::Both, Shown::One],
        first => [first, Shown::One, first, Shown::One],
    };
    let [first, rest @ ..] = tests;
    if let Shown::Broken(reason) = first
        && !matches!(
            reason,
            Unmeasured::Closed | Unmeasured::Reset | Unmeasured::Handshake | Unmeasured::Protocol
        )
    {
        return Tri::Unknown;
    }
    for (turn, expected) in rest.into_iter().enumerate() {
        let tail = if turn % 2 == 0 { "" } else { script.tail };
        let shown = converse(line, script, tail).await;
        let same = match (shown, expected) {
            (Shown::Broken(Unmeasured::TimedOut | Unmeasured::Throttled), _) => false,
            (Shown::Broken(_), Shown::Broken(_)) => true,
            _ => shown == expected,
        };
        if !same {
            return Tri::Unknown;
        }
    }
    let Shown::Both = first else {
        return Tri::No;
    };
    line.note(Evidence {
        what: "starttls_injection".into(),
        excerpt: Excerpt::redacted(&format!(
            "{:?} sent in the clear behind STARTTLS was answered inside TLS, twice; not answered when \
             not sent",
            script.tail
        )),
        command: None,
    });
    Tri::Yes
}

async fn converse(line: &Line, script: Script, tail: &'static str) -> Shown {
    let Some(upgrade) = line.upgrade() else {
        return Shown::Broken(Unmeasured::Bug);
    };
    let conn = match upgrade.once(line, tail).await {
        Ok(conn) => conn,
        Err(Hitch::Declined) => return Shown::Broken(Unmeasured::Handshake),
        Err(Hitch::Failed(reason)) => return Shown::Broken(reason),
    };
    let inside = line.within(async {
        let mut stream = secure::wrap(line, conn).await.map_err(Unmeasured::from)?;
        let mut talk = Talk::new(&mut stream, None);
        count(&mut talk, script).await
    });
    match inside.await {
        Ok(1) => Shown::One,
        Ok(2) => Shown::Both,
        Ok(_) => Shown::Broken(Unmeasured::Protocol),
        Err(reason) => Shown::Broken(reason),
    }
}

/// Commands that were answered.
async fn count<S: Stream>(talk: &mut Talk<'_, S>, script: Script) -> Result<usize, Unmeasured> {
    talk.say(script.inside).await?;
    let mut answers = 0;
    match script.end {
        End::Mark(before, inside) => loop {
            let line = talk.line().await?;
            if line.contains(before) {
                answers += 1;
            }
            if line.contains(inside) {
                return Ok(answers + 1);
            }
        },
        End::Code(farewell) => {
            talk.reply().await?;
            talk.say("QUIT\r\n").await?;
            while answers < MOST_ANSWERS {
                answers += 1;
                if talk.reply().await?.code == farewell {
                    return Ok(answers);
                }
            }
            Err(Unmeasured::Protocol)
        }
        End::Close => {
            talk.line().await?;
            talk.say("QUIT\r\n").await?;
            while answers < MOST_ANSWERS {
                match talk.line().await {
                    Ok(_) => answers += 1,
                    Err(Unmeasured::Closed | Unmeasured::Reset) => return Ok(answers),
                    Err(reason) => return Err(reason),
                }
            }
            Err(Unmeasured::Protocol)
        }
    }
}
