//! What a site answers beyond its front page: eleven requests, asked one after the other. Files are
//! asked for by name only where their mere presence is the fault, and known by a mark, never kept.

use std::sync::LazyLock;

use hyper::{HeaderMap, Method, header};
use luytre_checks::{
    Tri,
    fact::{File, Nothing, SecurityTxt, Sharing, Shown, Site},
};
use regex::bytes::Regex;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    exchange::location,
    headers::text,
    is_html,
    location::Url,
    page, security_txt,
    talk::{Answer, Question, Talk},
};
use crate::{Line, hex::hex};

/// As which search engine we ask. Our own name follows in the same header: whoever reads his log sees
/// who it was, and a page that is made for search engines is shown all the same.
pub(super) const SEARCH_ENGINE: &str =
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

/// As which phone we ask; our own name follows.
pub(super) const PHONE: &str = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 \
     (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36";

/// Where the phone says that it comes from: visitors of search engines are sent on, others are not.
const SEARCH_PAGE: &str = "https://www.google.com/";

/// An origin that nobody has (RFC 2606 section 2).
const ORIGIN: &str = "https://origin.luytre.invalid";

/// Bytes of a file that show of which kind it is.
const RANGE: &str = "bytes=0-4095";

/// A file that should not be there.
struct Sought {
    path: &'static str,
    /// What its content is known by.
    mark: &'static str,
    /// Whether its beginning is enough: a server makes the others as they are asked for.
    beginning: bool,
}

const FILES: [Sought; 5] = [
    Sought {
        path: "/.git/HEAD",
        mark: r"\A(?:ref: refs/|[0-9a-f]{40}\s*\z)",
        beginning: true,
    },
    Sought {
        path: "/.env",
        mark: r"\A(?:#[^\n]*\n|\s)*(?:export )?[A-Z][A-Z0-9_]{2,63}=",
        beginning: true,
    },
    Sought {
        path: "/phpinfo.php",
        mark: r"(?s)<title>[^<]{0,64}phpinfo\(\)</title>.*PHP Version",
        beginning: false,
    },
    Sought {
        path: "/server-status",
        mark: r"<h1>(?:Apache Server Status for|Server-Status)|<title>Apache Status</title>",
        beginning: false,
    },
    Sought {
        path: "/backup.zip",
        mark: r"\APK(?-u:\x03\x04|\x05\x06)",
        beginning: true,
    },
];

/// Patterns ready for use. A test holds that all of them compile.
static READY: LazyLock<Vec<(&'static Sought, Regex)>> = LazyLock::new(|| {
    let ready = |sought: &'static Sought| Some((sought, Regex::new(sought.mark).ok()?));
    FILES.iter().filter_map(ready).collect()
});

/// The answer for a path that nobody has, as a control beside which files are judged.
struct Control {
    status: u16,
    /// Whether it bears the mark of each of [`READY`].
    marks: Vec<bool>,
}

/// Asks the site whose front page is at `front`.
pub(super) async fn ask(line: &Line, front: &Url, agent: &str) -> Site {
    let mut talk = Talk::new(line, front, agent);
    let mut site = Site::default();
    let engine = format!("{SEARCH_ENGINE} {agent}");
    if let Ok(answer) = talk.ask(Question::page(&front.path, &engine)).await {
        site.search = Some(shown(front, &answer));
    }
    ask_as_phone(&mut talk, front, agent, &mut site).await;
    let control = ask_for_nothing(&mut talk, &mut site).await;
    let root = front.with_path("/");
    for (at, (sought, mark)) in READY.iter().enumerate() {
        // What matters most comes first: a server may have enough of us.
        if at == 2 {
            site.security_txt = ask_security_txt(&mut talk, control.as_ref()).await;
            site.trace = ask_trace(&mut talk).await;
            site.methods = ask_methods(&mut talk).await;
        }
        let file = ask_file(&mut talk, sought, mark, control.as_ref().map(|c| (c, at))).await;
        note(line, &root, &file);
        site.files.push(file);
    }
    site
}

async fn ask_as_phone(talk: &mut Talk<'_>, front: &Url, agent: &str, site: &mut Site) {
    let phone = format!("{PHONE} {agent}");
    let question = Question {
        headers: &[("referer", SEARCH_PAGE), ("origin", ORIGIN)],
        ..Question::page(&front.path, &phone)
    };
    let Ok(answer) = talk.ask(question).await else {
        return;
    };
    if is_decided(answer.status) {
        site.sharing = sharing(&answer.headers);
    }
    site.phone = Some(shown(front, &answer));
}

async fn ask_for_nothing(talk: &mut Talk<'_>, site: &mut Site) -> Option<Control> {
    let path = format!("/luytre-{}", Uuid::now_v7().simple());
    let answer = talk.ask(Question::get(&path)).await.ok()?;
    let bytes = &answer.content.bytes;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    let title = head.split_once("<title>").map_or("", |(_, rest)| rest);
    let title = title.split('<').next().unwrap_or("");
    site.nothing = Some(Nothing {
        status: answer.status,
        server: page::signature(title.trim(), bytes),
    });
    Some(Control {
        status: answer.status,
        marks: READY.iter().map(|(_, mark)| mark.is_match(bytes)).collect(),
    })
}

/// What a reader is shown.
fn shown(front: &Url, answer: &Answer) -> Shown {
    let content = &answer.content;
    let told = answer.headers.get(header::CONTENT_TYPE);
    let told = told.map(|told| text(told.as_bytes()));
    let html = is_html(told.as_deref(), &content.bytes);
    Shown {
        status: answer.status,
        location: location(front, &answer.headers),
        page: html.then(|| page::read(front, &content.bytes, content.complete)),
    }
}

/// Whether an answer is one: not that the server is busy, or has enough of us.
const fn is_decided(status: u16) -> bool {
    status < 500 && !matches!(status, 408 | 425 | 429)
}

/// CORS protocol (Fetch standard): an origin that is named may read the answer.
fn sharing(headers: &HeaderMap) -> Sharing {
    let is = |name: header::HeaderName, value: &str| -> Tri {
        let told = headers.get(name);
        told.is_some_and(|told| told.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
            .into()
    };
    Sharing {
        reflects_origin: is(header::ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN),
        credentials: is(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"),
    }
}

async fn ask_file(
    talk: &mut Talk<'_>,
    sought: &Sought,
    mark: &Regex,
    control: Option<(&Control, usize)>,
) -> File {
    let headers: &[_] = if sought.beginning {
        &[("range", RANGE)]
    } else {
        &[]
    };
    let question = Question {
        headers,
        ..Question::get(sought.path)
    };
    let mut file = File {
        path: sought.path.to_owned(),
        exposed: Tri::Unknown,
        status: None,
        bytes: 0,
        sha256: None,
    };
    let Ok(answer) = talk.ask(question).await else {
        return file;
    };
    file.status = Some(answer.status);
    file.bytes = answer.content.bytes.len() as u64;
    file.exposed = decide(answer.status, mark.is_match(&answer.content.bytes), control);
    if file.exposed == Tri::Yes {
        file.sha256 = Some(hex(&Sha256::digest(&answer.content.bytes)));
    }
    file
}

/// Whether a file is there. A site that answers any path with a page tells nothing.
fn decide(status: u16, marked: bool, control: Option<(&Control, usize)>) -> Tri {
    let Some((control, at)) = control else {
        return Tri::Unknown;
    };
    let marks_all = control.marks.get(at).copied().unwrap_or(true);
    match status {
        200 | 206 if marked && !marks_all => Tri::Yes,
        // Every path is sent on, this one too.
        300..400 if control.status == status => Tri::No,
        400..500 if is_decided(status) => Tri::No,
        _ => Tri::Unknown,
    }
}

async fn ask_security_txt(talk: &mut Talk<'_>, control: Option<&Control>) -> SecurityTxt {
    let mut found = SecurityTxt::default();
    let Ok(answer) = talk.ask(Question::get("/.well-known/security.txt")).await else {
        return found;
    };
    match answer.status {
        200 => found = security_txt::read(&answer.content.bytes, answer.content.complete),
        // Another place may have it (RFC 9116 section 3), unless every path is sent on.
        300..400 if control.is_some_and(|c| c.status == answer.status) => found.present = Tri::No,
        404 | 410 => found.present = Tri::No,
        _ => (),
    }
    found
}

async fn ask_trace(talk: &mut Talk<'_>) -> Tri {
    let mark = Uuid::now_v7().simple().to_string();
    let question = Question {
        method: &Method::TRACE,
        headers: &[("x-luytre", &mark)],
        ..Question::get("/")
    };
    let Ok(answer) = talk.ask(question).await else {
        return Tri::Unknown;
    };
    let body = &answer.content.bytes;
    let echoed = body.windows(mark.len()).any(|part| part == mark.as_bytes());
    match answer.status {
        200 if echoed => Tri::Yes,
        200 if !answer.content.complete => Tri::Unknown,
        501 => Tri::No,
        status if is_decided(status) => Tri::No,
        _ => Tri::Unknown,
    }
}

async fn ask_methods(talk: &mut Talk<'_>) -> Option<Vec<String>> {
    let question = Question {
        method: &Method::OPTIONS,
        ..Question::get("/")
    };
    let answer = talk.ask(question).await.ok()?;
    let allowed = answer.headers.get(header::ALLOW)?;
    let allowed = text(allowed.as_bytes()).to_ascii_uppercase();
    let methods = allowed.split(',').map(str::trim);
    let methods = methods.filter(|method| method.bytes().all(|b| b.is_ascii_uppercase()));
    let mut methods: Vec<String> = methods.take(16).map(str::to_owned).collect();
    methods.retain(|method| !method.is_empty());
    methods.sort_unstable();
    methods.dedup();
    Some(methods)
}

/// Evidence for a file that is there: by status, length and hash.
fn note(line: &Line, root: &Url, file: &File) {
    let Some(sha256) = &file.sha256 else {
        return;
    };
    line.note(luytre_checks::Evidence {
        what: "file".to_owned(),
        excerpt: luytre_checks::Excerpt::redacted(&format!(
            "{} | HTTP {} | {} bytes | sha256 {sha256}",
            file.path,
            file.status.unwrap_or(0),
            file.bytes
        )),
        command: Some(format!(
            "curl -ksS -r 0-4095 '{}'",
            root.with_path(&file.path)
        )),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_marks() {
        assert_eq!(READY.len(), FILES.len());
        let examples: [(&str, &[u8], bool); 15] = [
            ("/.git/HEAD", b"ref: refs/heads/main\n", true),
            ("/.git/HEAD", b"3f786850e387550fdab836ed7e6dc881de23001b\n", true),
            ("/.git/HEAD", b"<html>ref: refs/heads/main", false),
            ("/.env", b"APP_KEY=x\n", true),
            ("/.env", b"# Laravel\n\nexport DB_PASSWORD=x\n", true),
            ("/.env", b"<script>APP_KEY=1</script>", false),
            ("/.env", b"a=b", false),
            (
                "/phpinfo.php",
                b"<style></style><title>PHP 8.2.29 - phpinfo()</title>\n<h1>PHP Version 8.2.29</h1>",
                true,
            ),
            ("/phpinfo.php", b"<?php phpinfo();", false),
            ("/server-status", b"<h1>Apache Server Status for a.test</h1>", true),
            ("/server-status", b"<h1>Tin t\xe1\xbb\xa9c</h1>", false),
            ("/backup.zip", b"PK\x03\x04\x14\x00\xff\xfe", true),
            ("/backup.zip", b"PK\x05\x06", true),
            ("/backup.zip", b"PKI cert", false),
            ("/backup.zip", b"", false),
        ];
        for (path, body, marked) in examples {
            let (_, mark) = READY.iter().find(|(s, _)| s.path == path).unwrap();
            assert_eq!(mark.is_match(body), marked, "{path} {body:?}");
        }
    }

    #[test]
    fn only_a_mark_that_stands_alone_is_a_file() {
        let control = |status, mark| Control {
            status,
            marks: vec![mark],
        };
        for (status, marked, there, expected) in [
            (200, true, control(404, false), Tri::Yes),
            (206, true, control(404, false), Tri::Yes),
            (200, true, control(200, false), Tri::Yes),
            // A page for every path, a honeypot for every path, something else at this path.
            (200, false, control(200, false), Tri::Unknown),
            (200, true, control(200, true), Tri::Unknown),
            (200, false, control(404, false), Tri::Unknown),
            (404, false, control(404, false), Tri::No),
            (403, false, control(404, false), Tri::No),
            (302, false, control(302, false), Tri::No),
            (302, false, control(404, false), Tri::Unknown),
            (429, false, control(404, false), Tri::Unknown),
            (503, false, control(404, false), Tri::Unknown),
        ] {
            let found = decide(status, marked, Some((&there, 0)));
            assert_eq!(found, expected, "{status} {marked} {}", there.status);
        }
        assert_eq!(decide(200, true, None), Tri::Unknown);
    }

    #[test]
    fn sharing_needs_the_origin_by_name() {
        for (origin, credentials, expected) in [
            (Some(ORIGIN), Some("true"), (Tri::Yes, Tri::Yes)),
            (Some("*"), Some("true"), (Tri::No, Tri::Yes)),
            (Some("https://doiche.test"), None, (Tri::No, Tri::No)),
            (None, None, (Tri::No, Tri::No)),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [
                (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin),
                (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, credentials),
            ] {
                if let Some(value) = value {
                    headers.insert(name, value.parse().unwrap());
                }
            }
            let found = sharing(&headers);
            assert_eq!((found.reflects_origin, found.credentials), expected);
        }
    }
}
