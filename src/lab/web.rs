//! A small HTTP/1.1 responder: one fixed page or redirect, one request a connection.

use std::{fmt::Write as _, io};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::planted::PageFaults;

/// Longest request head read.
const HEAD: usize = 8 * 1024;

/// Longest request target repeated in a Location.
const TARGET: usize = 512;

/// What is served.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    /// Title of the page.
    pub(super) title: String,
    /// Headers beyond the framing ones.
    pub(super) headers: Vec<(String, String)>,
    /// Origin (`https://host:port`) to which every request is sent on instead.
    pub(super) redirect: Option<String>,
    /// What is wrong with it.
    pub(super) faults: PageFaults,
}

/// What a sound site sends with every answer.
const SOUND: [(&str, &str); 4] = [
    (
        "Content-Security-Policy",
        "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'",
    ),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
];

/// Whom a sound site names.
const CONTACT: &str = "Đầu mối tiếp nhận sự cố an ninh mạng: truc@csirt.lamgiang.test";

/// The same for whoever finds a weakness (RFC 9116).
const SECURITY_TXT: &str = "Contact: mailto:truc@csirt.lamgiang.test\r\n\
     Expires: 2099-01-01T00:00:00Z\r\nPreferred-Languages: vi, en\r\n";

/// What an intruder left for everybody, and what for search engines alone.
const HIDDEN: &str = "<div style=\"position:absolute;left:-9999px\">\
     <a href=\"https://nhacai-mau.test/\">nhà cái (mẫu)</a></div>";
const FOR_SEARCH_ENGINES: &str = "<p>Tài xỉu, nổ hũ, soi cầu (mẫu)</p>";
const INTRUDER: &str = "https://nhacai-mau.test/";

/// Who asks, as far as an intruder's page looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Visitor,
    SearchEngine,
    Phone,
}

impl Reader {
    fn of(head: &[u8]) -> Self {
        let head = String::from_utf8_lossy(head).to_ascii_lowercase();
        let agent = head
            .split("\r\n")
            .find(|line| line.starts_with("user-agent:"));
        match agent.unwrap_or("") {
            agent if agent.contains("googlebot") => Self::SearchEngine,
            agent if agent.contains("mobile") => Self::Phone,
            _ => Self::Visitor,
        }
    }
}

/// Reads one request and answers it.
pub(super) async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    page: &Page,
) -> io::Result<()> {
    let Some(request) = Request::read(stream).await? else {
        return Ok(());
    };
    stream.write_all(page.response(&request).as_bytes()).await?;
    stream.flush().await
}

enum Request {
    /// A GET or HEAD for a target.
    Wanted {
        target: String,
        head: bool,
        reader: Reader,
    },
    /// Well-formed, but another method.
    OtherMethod,
    /// Not HTTP.
    Garbage,
    /// A head over the limit.
    TooLarge,
}

impl Request {
    /// Reads up to the empty line; none when the peer leaves without a word.
    async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Option<Self>> {
        let mut head = Vec::with_capacity(1024);
        let mut chunk = [0; 1024];
        loop {
            let read = stream.read(&mut chunk).await?;
            if read == 0 {
                return Ok(None);
            }
            head.extend_from_slice(&chunk[..read]);
            // A method begins with a letter; a TLS hello does not, and would wait for ever.
            if !head[0].is_ascii_uppercase() {
                return Ok(Some(Self::Garbage));
            }
            if head.windows(4).any(|end| end == b"\r\n\r\n") {
                return Ok(Some(Self::parse(&head)));
            }
            if head.len() > HEAD {
                return Ok(Some(Self::TooLarge));
            }
        }
    }

    fn parse(head: &[u8]) -> Self {
        let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let Ok(line) = std::str::from_utf8(line) else {
            return Self::Garbage;
        };
        let mut words = line.split(' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some(method), Some(target), Some("HTTP/1.1" | "HTTP/1.0"), None) => match method {
                "GET" | "HEAD" => Self::Wanted {
                    target: target.to_owned(),
                    head: method == "HEAD",
                    reader: Reader::of(head),
                },
                _ => Self::OtherMethod,
            },
            _ => Self::Garbage,
        }
    }
}

impl Page {
    fn response(&self, request: &Request) -> String {
        let mut kind = "text/html; charset=utf-8";
        let (status, mut extra, body, silent) = match request {
            Request::Wanted {
                target,
                head,
                reader,
            } => match &self.redirect {
                Some(origin) => {
                    let location = format!("{origin}{}", path(target));
                    let extra = vec![("Location".to_owned(), location)];
                    ("301 Moved Permanently", extra, String::new(), *head)
                }
                None if self.faults.tampered && *reader == Reader::Phone => {
                    let extra = vec![("Location".to_owned(), INTRUDER.to_owned())];
                    ("302 Found", extra, String::new(), *head)
                }
                None if path(target) == "/" => ("200 OK", Vec::new(), self.body(*reader), *head),
                None => match self.file(path(target)) {
                    Some(body) => {
                        kind = "text/plain; charset=utf-8";
                        ("200 OK", Vec::new(), body.to_owned(), *head)
                    }
                    None => ("404 Not Found", Vec::new(), String::new(), *head),
                },
            },
            Request::OtherMethod => {
                let extra = vec![("Allow".to_owned(), "GET, HEAD".to_owned())];
                ("405 Method Not Allowed", extra, String::new(), false)
            }
            Request::Garbage => ("400 Bad Request", Vec::new(), String::new(), false),
            Request::TooLarge => {
                let status = "431 Request Header Fields Too Large";
                (status, Vec::new(), String::new(), false)
            }
        };
        extra.extend(self.headers.iter().cloned());
        if !self.faults.bare {
            let sound = SOUND.iter();
            extra.extend(sound.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        }
        let mut text = format!("HTTP/1.1 {status}\r\n");
        for (name, value) in &extra {
            // Writing to a String cannot fail.
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let _ = write!(
            text,
            "Content-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        if !silent {
            text.push_str(&body);
        }
        text
    }

    /// A file of the site beside its page.
    fn file(&self, path: &str) -> Option<&'static str> {
        let leaked = self.faults.leaks_repository && path == "/.git/HEAD";
        match path {
            "/.well-known/security.txt" if !self.faults.bare => Some(SECURITY_TXT),
            _ => leaked.then_some("ref: refs/heads/main\n"),
        }
    }

    fn body(&self, reader: Reader) -> String {
        let mut parts = String::new();
        if !self.faults.bare {
            // Writing to a String cannot fail.
            let _ = write!(parts, "<p>{CONTACT}</p>");
        }
        if let Some(action) = &self.faults.login {
            let _ = write!(
                parts,
                "<form action=\"{action}\"><input name=\"ten\"><input type=\"password\" name=\"mat-khau\"></form>"
            );
        }
        if self.faults.tampered {
            parts.push_str(HIDDEN);
            if reader == Reader::SearchEngine {
                parts.push_str(FOR_SEARCH_ENGINES);
            }
        }
        format!(
            "<!doctype html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{0}</title></head>\
             <body><h1>{0}</h1><p>Máy chủ thử của Lũy Tre.</p>{parts}</body></html>\n",
            self.title
        )
    }
}

/// The path of a request target; `/` for anything that is not a plain one.
fn path(target: &str) -> &str {
    let plain = target.starts_with('/')
        && !target.starts_with("//")
        && target.len() <= TARGET
        && target.bytes().all(|byte| byte.is_ascii_graphic());
    if plain { target } else { "/" }
}
