//! Pages that come with a server, and software that a page names: rules as data, each with an example.
//! Titles and words were taken from the packages of Debian and from the sources of the projects.

use std::sync::LazyLock;

use luytre_checks::fact::{Stock, StockKind, Technology};
use regex::Regex;

/// A rule about a page of a server itself. Both patterns must be found where both are given.
struct Rule {
    kind: StockKind,
    software: &'static str,
    title: &'static str,
    body: &'static str,
    #[cfg(test)]
    example: [&'static str; 2],
}

macro_rules! rules {
    ($($kind:ident $software:literal $title:literal $body:literal: $example_title:literal $example_body:literal)*) => {
        const RULES: &[Rule] = &[$(Rule {
            kind: StockKind::$kind,
            software: $software,
            title: $title,
            body: $body,
            #[cfg(test)]
            example: [$example_title, $example_body],
        }),*];
    };
}

// Kind, software, pattern of the title, pattern of the body: example of a title and of a body.
rules! {
    Listing "nginx" r"^Index of /" r"<h1>Index of /[^<]*</h1><hr><pre><a href":
        "Index of /tai-lieu/" "<h1>Index of /tai-lieu/</h1><hr><pre><a href=\"../\">../</a>"
    Listing "lighttpd" r"^Index of /" r#"<div class="foot">(lighttpd|\s*</div>)"#:
        "Index of /" "<div class=\"foot\">lighttpd/1.4.69</div>"
    Listing "Apache HTTP Server" r"^Index of /" r"(?i)<h1>Index of /[^<]*</h1>":
        "Index of /" "<h1>Index of /</h1>\n  <table>"
    Listing "Python" r"^Directory listing for /" r"":
        "Directory listing for /" ""
    Listing "Apache Tomcat" r"^Directory Listing For" r"":
        "Directory Listing For [/docs/]" ""
    Listing "Eclipse Jetty" r"^Directory: /" r"":
        "Directory: /" ""
    Listing "Microsoft IIS" r" - /" r"(?i)\[To Parent Directory\]|<pre>.{0,200}&lt;dir&gt;":
        "doiche.test - /" "<pre><A HREF=\"/\">[To Parent Directory]</A>"
    Default "nginx" r"^Welcome to nginx" r"":
        "Welcome to nginx!" ""
    Default "Apache HTTP Server" r"^Apache2 (Debian|Ubuntu) Default Page" r"":
        "Apache2 Debian Default Page: It works" ""
    Default "Apache HTTP Server" r"(?i)^(Apache )?HTTP Server Test Page|^Test Page for the (Apache|HTTP Server)" r"":
        "HTTP Server Test Page powered by: Rocky Linux" ""
    Default "Apache HTTP Server" r"" r"(?i)^\s*(<!doctype[^>]*>\s*)?<html>(<head>[^!]{0,64}</head>)?\s*<body>\s*<h1>It works!</h1>":
        "" "<html><body><h1>It works!</h1></body></html>"
    Default "lighttpd" r"^Welcome page$" r"(?i)placeholder page installed by the Debian":
        "Welcome page" "<h1>Placeholder page</h1> This is a placeholder page installed by the Debian release"
    Default "Microsoft IIS" r"^(IIS ?\d|IIS Windows( Server)?$|Microsoft Internet Information Services \d)" r"":
        "IIS Windows Server" ""
    Default "Apache Tomcat" r"^Apache Tomcat" r"(?i)you've successfully installed Tomcat|It works !":
        "Apache Tomcat/9.0.65" "<h2>If you're seeing this, you've successfully installed Tomcat."
    Default "XAMPP" r"^Welcome to XAMPP" r"":
        "Welcome to XAMPP" ""
    Default "cPanel" r"^Default Web Site Page" r"":
        "Default Web Site Page" ""
    Default "Plesk" r"(?i)^(Default Parallels Plesk|Web Server's Default Page|Domain Default page)" r"":
        "Web Server's Default Page" ""
    Error "nginx" r"^\d{3} " r"<center>nginx":
        "404 Not Found" "<hr><center>nginx/1.22.1</center>"
    Error "Apache HTTP Server" r"^\d{3} " r"<address>Apache":
        "404 Not Found" "<address>Apache/2.4.62 (Debian) Server at a.test Port 80</address>"
    Error "Apache Tomcat" r"^HTTP Status \d{3}|Error report$" r"Apache Tomcat":
        "HTTP Status 404 \u{2013} Not Found" "<h3>Apache Tomcat/9.0.65</h3>"
    Error "Microsoft IIS" r"^(404 - File or directory not found|IIS \d+\.\d+ Detailed Error)" r"":
        "404 - File or directory not found." ""
}

/// Patterns ready for use. A test holds that all of them compile.
static READY: LazyLock<Vec<(&'static Rule, Regex, Regex)>> = LazyLock::new(|| {
    let ready = |rule: &'static Rule| {
        let title = Regex::new(rule.title).ok()?;
        Some((rule, title, Regex::new(rule.body).ok()?))
    };
    RULES.iter().filter_map(ready).collect()
});

/// Bytes of the body that rules look at.
const HEAD: usize = 8 << 10;

/// What page of a server itself this is, if it is one.
pub(super) fn stock(title: &str, body: &[u8]) -> Option<Stock> {
    let (rule, ..) = matching(title, &head(body))?;
    Some(Stock {
        kind: rule.kind,
        software: rule.software.to_owned(),
    })
}

fn matching(title: &str, head: &str) -> Option<&'static (&'static Rule, Regex, Regex)> {
    READY
        .iter()
        .find(|(_, of_title, of_body)| of_title.is_match(title) && of_body.is_match(head))
}

/// The beginning and the end of a body: listings and error pages sign at their end.
fn head(body: &[u8]) -> String {
    let first = &body[..body.len().min(HEAD)];
    let last = &body[body.len().saturating_sub(HEAD / 8).max(first.len())..];
    let mut text = String::from_utf8_lossy(first).into_owned();
    text.push('\n');
    text.push_str(&String::from_utf8_lossy(last));
    text
}

static SIGNED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:nginx|Apache(?: Tomcat)?)/(\d+(?:\.\d+)*)").ok());

/// The server that signs an error page, with its version if it tells it.
pub(in crate::probe::http) fn signature(title: &str, body: &[u8]) -> Option<Technology> {
    let head = head(body);
    let (rule, ..) = matching(title, &head)?;
    let version = SIGNED.as_ref().and_then(|signed| signed.captures(&head));
    let version = version.and_then(|found| found.get(1));
    (rule.kind == StockKind::Error).then(|| Technology {
        name: rule.software.to_owned(),
        version: version.map(|version| version.as_str().to_owned()),
        told_by: "error_page".to_owned(),
    })
}

/// Libraries whose file name tells a version.
const LIBRARIES: [&str; 10] = [
    "jquery",
    "jquery-ui",
    "bootstrap",
    "angular",
    "vue",
    "react",
    "moment",
    "lodash",
    "ckeditor",
    "tinymce",
];

static SCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|/)([a-z][a-z-]{0,31}?)[-.@/]v?(\d{1,4}(?:\.\d{1,4}){1,3})(?:[./-][a-z.]{1,40})?\.js$").ok()
});

/// The library that the address of a script names.
pub(super) fn library(address: &str) -> Option<Technology> {
    let path = address.split(['?', '#']).next()?.to_ascii_lowercase();
    let found = SCRIPT.as_ref()?.captures(&path)?;
    let (name, version) = (found.get(1)?.as_str(), found.get(2)?.as_str());
    LIBRARIES.contains(&name).then(|| Technology {
        name: name.to_owned(),
        version: Some(version.to_owned()),
        told_by: "script".to_owned(),
    })
}

/// What `<meta name=generator>` names.
pub(super) fn generator(content: &str) -> Option<Technology> {
    let content = content.trim();
    let (name, version) = match content.rsplit_once(' ') {
        Some((name, word)) if word.starts_with(|c: char| c.is_ascii_digit()) => {
            (name.trim(), Some(word.to_owned()))
        }
        _ => (content, None),
    };
    (!name.is_empty()).then(|| Technology {
        name: name.to_owned(),
        version,
        told_by: "generator".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_finds_its_example_and_no_other_does() {
        assert_eq!(READY.len(), RULES.len());
        for rule in RULES {
            let found = stock(rule.example[0], rule.example[1].as_bytes()).unwrap();
            assert_eq!(
                (found.kind, &*found.software),
                (rule.kind, rule.software),
                "{}",
                rule.example[0]
            );
        }
        for (title, body) in [
            ("Cổng thông tin điện tử xã Đồi Chè", "<h1>Tin tức</h1>"),
            ("Index", "<h1>Index</h1>"),
            ("", ""),
            ("404 Not Found", "<h1>Không tìm thấy trang</h1>"),
        ] {
            assert_eq!(stock(title, body.as_bytes()), None, "{title}");
        }
    }

    #[test]
    fn versions_are_told() {
        let version = |found: Option<Technology>| found.map(|t| (t.name, t.version));
        let of =
            |name: &str, version: Option<&str>| Some((name.to_owned(), version.map(str::to_owned)));
        for (address, expected) in [
            ("/js/jquery-1.12.4.min.js", of("jquery", Some("1.12.4"))),
            (
                "https://cdn.test/bootstrap/3.3.7/bootstrap.min.js?x=1",
                of("bootstrap", Some("3.3.7")),
            ),
            (
                "/lib/bootstrap@5.3.2.bundle.min.js",
                of("bootstrap", Some("5.3.2")),
            ),
            ("jquery-ui-1.13.2.js", of("jquery-ui", Some("1.13.2"))),
            ("/js/app-20260101.js", None),
            ("/js/portal-2.1.js", None),
        ] {
            assert_eq!(version(library(address)), expected, "{address}");
        }
        for (content, expected) in [
            ("WordPress 6.4.2", of("WordPress", Some("6.4.2"))),
            (
                "Joomla! - Open Source Content Management",
                of("Joomla! - Open Source Content Management", None),
            ),
            ("  ", None),
        ] {
            assert_eq!(version(generator(content)), expected, "{content}");
        }
        let page = b"<hr><center>nginx/1.22.1</center>";
        let signed = signature("404 Not Found", page);
        assert_eq!(version(signed), of("nginx", Some("1.22.1")));
        assert_eq!(signature("Welcome to nginx!", b""), None);
    }
}
